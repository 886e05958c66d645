"""The store of keys: one per person, one per stream that is about nobody, one per vacancy, all wrapped."""

import os
import stat
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest

from shared.events import Damaged, Refused, codec
from shared.ledger import Keys, Wrapping, commitments, keys, master_key, store
from shared.ledger.verify import check
from tests.contract import adapters
from tests.contract.adapters import MASTER, VACANCY, Opened, Place, application, candidate, draft, enrol, pack, scalar

N = commitments.u64(0)


def holders(ledger: Opened) -> int:
    """How many keys there are."""
    return int(scalar(ledger.keys._store, "SELECT count(*) FROM holders"))


def tags(ledger: Opened, *streams: str) -> list[bytes]:
    """The first tag of each stream: the same only under the same key."""
    ledger.keys.ensure(streams)
    return [ledger.keys.of(stream).tagger(N) for stream in streams]


def test_a_persons_streams_hang_on_one_key_and_nobodys_on_their_own(ledger: Opened) -> None:
    ledger.keys.enrol({"person": [application(1), application(2)], "another": [application(3)]})
    assert holders(ledger) == 2
    made = tags(ledger, candidate(1), candidate(2), candidate(3), pack(1), pack(2))
    assert len(set(made)) == 5
    assert holders(ledger) == 2 + 2 + 1  # persons, packs, the vacancy


def test_a_streams_keys_are_those_of_its_holder(ledger: Opened) -> None:
    enrol(ledger.keys, 1)
    (tag,) = tags(ledger, candidate(1))
    with ledger.keys._store.begin() as tx:
        wrapped = tx.exec_driver_sql("SELECT wrapped FROM holders WHERE holder = 'person-1'").scalar_one()
    secret = Wrapping(MASTER, "keys").open(bytes(wrapped), "person-1")
    assert tag == commitments.mac(commitments.tag_key(secret, "selection", candidate(1)), N)
    opener = ledger.keys.of(candidate(1)).opener
    assert opener(b"x") == commitments.mac(commitments.open_key(secret, "selection", candidate(1)), b"x")


def test_keys_are_the_same_after_reopening(ledger: Opened, place: Place) -> None:
    enrol(ledger.keys, 1)
    streams = candidate(1), pack(1)
    before, alias = tags(ledger, *streams), ledger.keys.aliases(VACANCY)(application(1))
    with place.opened() as again:
        again.keys.create()
        assert tags(again, *streams) == before
        assert again.keys.of(candidate(1)).alias == again.keys.aliases(VACANCY)(application(1)) == alias
    assert ledger.keys.of(pack(1)).alias is None


def test_enrolling_again_changes_nothing(ledger: Opened) -> None:
    enrol(ledger.keys, 1)
    before = tags(ledger, candidate(1))
    ledger.keys.enrol({"person-1": [application(1)], "thief": [application(1)]})
    ledger.keys.enrol({})
    fresh = Keys(ledger.keys._store, MASTER)
    fresh.ensure([candidate(1)])
    assert [fresh.of(candidate(1)).tagger(N)] == before


def test_an_id_that_nobody_holds_is_refused(ledger: Opened) -> None:
    ledger.keys.ensure([candidate(1), pack(1)])
    assert ledger.keys.of(pack(1)).alias is None
    for stream in (candidate(1), pack(2)):
        with pytest.raises(Refused) as refused:
            ledger.keys.of(stream)
        assert refused.value.code == "person.unknown"
    enrol(ledger.keys, 1)
    ledger.keys.ensure([candidate(1)])
    assert ledger.keys.of(candidate(1)).alias is not None


def test_a_stream_of_no_known_kind_has_no_keys(ledger: Opened) -> None:
    with pytest.raises(LookupError):
        ledger.keys.ensure(["elsewhere-pauh.1"])


def test_looking_makes_no_key(ledger: Opened) -> None:
    enrol(ledger.keys, 1)
    ledger.keys.ensure([candidate(1), pack(1)], make=False)
    assert holders(ledger) == 1
    for stream in (candidate(1), pack(1)):
        with pytest.raises(Refused):
            ledger.keys.of(stream)


def test_aliases_differ_by_vacancy(ledger: Opened) -> None:
    ledger.keys.open_vacancies(["pauh.V1", "pauh.V2"])
    one, two = ledger.keys.aliases("pauh.V1"), ledger.keys.aliases("pauh.V2")
    assert holders(ledger) == 2
    assert one(application(1)) != two(application(1))
    assert one(application(1)) != one(application(2))
    assert len(one(application(1))) == 12
    assert ledger.keys.aliases("pauh.V1")(application(1)) == one(application(1))


def test_an_alias_is_the_same_on_every_way_to_it(ledger: Opened) -> None:
    enrol(ledger.keys, 1)
    ledger.keys.ensure([candidate(1)])
    assert ledger.keys.of(candidate(1)).alias == ledger.keys.aliases(VACANCY)(application(1))


def test_a_full_cache_loses_no_key(ledger: Opened, place: Place) -> None:
    enrol(ledger.keys, *range(6))
    streams = [*(candidate(number) for number in range(6)), pack(1)]
    wanted = tags(ledger, *streams)
    with place.opened(cached=3) as small:
        assert [tags(small, stream)[0] for stream in streams] == wanted
        assert tags(small, *streams) == wanted  # more than it caches, some of them there already
        for first, second in pairwise(streams):
            tags(small, first)
            assert len(tags(small, first, second)) == 2
        adapters.append(small, *(draft(stream) for stream in streams))


def test_keys_do_not_open_under_another_master(ledger: Opened, place: Place) -> None:
    enrol(ledger.keys, 1)
    ledger.keys.ensure([pack(1)])
    with place.opened(master=bytes(32)) as other:
        for stream in (pack(1), candidate(1)):
            with pytest.raises(Damaged, match="another master key"):
                other.keys.ensure([stream])


def test_keys_that_were_swapped_do_not_open(ledger: Opened, place: Place) -> None:
    enrol(ledger.keys, 1, 2)
    with ledger.keys._store.begin() as tx:
        for old, new in (("1", "swap"), ("2", "1"), ("swap", "2")):
            tx.exec_driver_sql(f"UPDATE holders SET holder = 'person-{new}' WHERE holder = 'person-{old}'")
    for number in (1, 2):
        with pytest.raises(Damaged):
            ledger.keys.ensure([candidate(number)])


def test_what_was_sealed_opens_for_its_row_and_purpose_alone() -> None:
    keys, vault = Wrapping(MASTER, "keys"), Wrapping(MASTER, "vault")
    sealed = keys.seal(b"secret", "person-1")
    assert keys.open(sealed, "person-1") == b"secret"
    assert keys.seal(b"secret", "person-1") != sealed
    changed = sealed[:-1] + bytes([sealed[-1] ^ 1])
    for wrapping, content, about in (
        (keys, sealed, "person-2"), (vault, sealed, "person-1"), (keys, changed, "person-1"),
        (keys, sealed[:-1], "person-1"), (keys, sealed[:12], "person-1"),
        (Wrapping(bytes(32), "keys"), sealed, "person-1"),
    ):  # fmt: skip
        with pytest.raises(Damaged):
            wrapping.open(content, about)


def test_a_master_key_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "master.bin"
    key = master_key(path)
    assert (len(key), path.stat().st_mode & 0o777) == (32, 0o600)
    assert master_key(path) == key == path.read_bytes()


@pytest.mark.parametrize("length", [0, 31, 33])
def test_a_master_key_of_another_length_is_refused_and_left_alone(tmp_path: Path, length: int) -> None:
    path = tmp_path / "master.bin"
    content = os.urandom(length)
    path.write_bytes(content)
    path.chmod(0o600)
    with pytest.raises(Damaged, match=r"master\.bin holds"):
        master_key(path)
    assert path.read_bytes() == content


def test_two_processes_that_want_the_same_new_key_get_one(ledger: Opened, place: Place) -> None:
    adapters.spawned(adapters.first_key, place, [(pack(1),), (pack(1),)])
    assert holders(ledger) == 1
    ledger.keys.ensure([pack(1)])
    for one in ledger.all():
        assert store.leaf_of(one, ledger.keys.of(pack(1))) == one.leaf
    assert ledger.size() == 2


# --- the master key's file --------------------------------------------------------------------------------------


def test_a_master_key_that_is_gone_is_not_made_anew(tmp_path: Path) -> None:
    """Under another one no key of keys.db opens."""
    path = tmp_path / "master.bin"
    with pytest.raises(Damaged, match=r"keys\.db is here and master\.bin is not: put it back"):
        master_key(path, make=False)
    assert list(tmp_path.iterdir()) == []
    assert master_key(path) == master_key(path, make=False)


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o660, 0o601])
def test_a_master_key_that_others_can_read_is_refused_with_the_cure(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "master.bin"
    key = master_key(path)
    path.chmod(mode)
    with pytest.raises(Damaged, match=f"chmod 600 {path}"):
        master_key(path)
    path.chmod(0o600)
    assert master_key(path) == key


def test_a_start_that_dies_before_the_key_is_whole_leaves_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty file would have to be mended by hand."""
    path = tmp_path / "master.bin"

    def dies(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(os, "link", dies)
        with pytest.raises(KeyboardInterrupt):
            master_key(path)
    assert list(tmp_path.iterdir()) == []
    assert len(master_key(path)) == 32
    assert [one.name for one in tmp_path.iterdir()] == ["master.bin"]


def test_whoever_comes_second_with_a_master_key_takes_the_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, link = tmp_path / "master.bin", os.link

    def late(made: str, wanted: Path) -> None:
        path.write_bytes(bytes(32))
        path.chmod(0o600)
        link(made, wanted)

    monkeypatch.setattr(os, "link", late)
    assert master_key(path) == bytes(32)
    assert [one.name for one in tmp_path.iterdir()] == ["master.bin"]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


# --- keys that were lost or damaged -----------------------------------------------------------------------------


def test_a_stream_with_events_never_gets_another_key(ledger: Opened, place: Place) -> None:
    """keys.db was replaced by an empty one: neither the stream's nor the vacancy's key is made again."""
    enrol(ledger.keys, 1)
    ledger.ensure([pack(1), candidate(1)])
    adapters.append(ledger, draft(pack(1)), draft(candidate(1)))
    place.tamper("DELETE FROM kept.holders WHERE holder NOT LIKE 'person-%'")
    with place.opened() as again:
        for stream in (pack(1), candidate(1)):
            with pytest.raises(Damaged, match=r"keys\.db opens nothing of 1 streams that have events"):
                again.ensure([stream])
            with pytest.raises(Damaged), again.batch() as batch:
                batch.append([draft(stream, 1)])
        assert holders(again) == 1
        again.ensure([pack(2)])
        assert holders(again) == 2
        assert again.size() == 2


def test_a_person_who_was_forgotten_is_unknown_and_no_damage(ledger: Opened, place: Place) -> None:
    """Destroying a person's key erases who it was (transparency 5); the vacancy's stays."""
    enrol(ledger.keys, 1)
    adapters.append(ledger, draft(candidate(1)))
    place.tamper("DELETE FROM kept.holders WHERE holder LIKE 'person-%'", "DELETE FROM kept.ids")
    with place.opened() as again:
        again.ensure([candidate(1)])
        with pytest.raises(Refused):
            again.keys.of(candidate(1))


@pytest.mark.parametrize("blob", ["x'00'", "x''", "zeroblob(60)"])
@pytest.mark.parametrize("holder", ["person-1", pack(1), f"vacancy-key-{VACANCY}"])
def test_one_damaged_key_is_found_at_its_events_and_the_others_are_checked(
    ledger: Opened, place: Place, blob: str, holder: str
) -> None:
    enrol(ledger.keys, 1)
    adapters.append(ledger, draft(pack(1)), draft(pack(2)), draft(candidate(1)), draft(pack(3)))
    place.tamper(f"UPDATE kept.holders SET wrapped = {blob} WHERE holder = '{holder}'")
    with place.opened() as again:
        report = check(again)
        (found,) = report.findings
        assert (found.code, found.position) == ("key.missing", 0 if holder == pack(1) else 2)
        assert report.events == 4
        with pytest.raises(Damaged):
            again.keys.ensure([pack(1), candidate(1)])


# --- one object, many threads -----------------------------------------------------------------------------------


def test_another_threads_streams_push_out_none_that_was_asked_for(ledger: Opened, place: Place) -> None:
    wanted = [pack(1), pack(2)]
    before = tags(ledger, *wanted)
    with place.opened(cached=5) as small:
        small.keys.ensure(wanted)
        small.keys.ensure(pack(n) for n in range(10, 15))
        assert len(small.keys._streams) == 5
        assert [small.keys.of(stream).tagger(N) for stream in wanted] == before


def test_threads_share_a_small_cache(ledger: Opened, place: Place) -> None:
    every = [[pack(10 * thread + n) for n in range(8)] for thread in range(4)]
    before = {stream: tags(ledger, stream)[0] for streams in every for stream in streams}
    barrier = Barrier(len(every))
    with place.opened(cached=9) as small:

        def work(streams: list[str]) -> bool:
            barrier.wait(30)
            for _ in range(20):
                small.keys.ensure(streams)
                if any(small.keys.of(stream).tagger(N) != before[stream] for stream in streams):
                    return False
            return True

        with ThreadPoolExecutor(len(every)) as threads:
            assert list(threads.map(work, every)) == [True] * len(every)


def test_who_holds_an_id_can_be_asked(ledger: Opened) -> None:
    enrol(ledger.keys, 1, 2)
    ids = [application(n) for n in (1, 2, 3)]
    assert ledger.keys.holders_of(ids) == {application(1): "person-1", application(2): "person-2"}
    assert ledger.keys.holders_of([]) == {}


# --- lists of a vacancy -----------------------------------------------------------------------------------------


def test_the_digest_of_a_vacancys_key_is_that_of_the_key_in_the_store(ledger: Opened) -> None:
    assert ledger.keys.vacancy_digest(VACANCY, make=False) == ""
    assert holders(ledger) == 0
    made = ledger.keys.vacancy_digest(VACANCY)
    with ledger.keys._store.begin() as tx:
        wrapped = tx.exec_driver_sql("SELECT wrapped FROM holders").scalar_one()
    secret = Wrapping(MASTER, "keys").open(bytes(wrapped), f"vacancy-key-{VACANCY}")
    assert made == commitments.key_hash(secret) == ledger.keys.vacancy_digest(VACANCY, make=False)
    alias = ledger.keys.aliases(VACANCY)(application(1))
    assert alias == commitments.alias(commitments.prepared(secret), application(1))


def test_the_published_rolls_keys_come_from_stored_persons(
    ledger: Opened, vectors: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """transparency 3.4: both streams hang on one person's key; more persons than are read at once."""
    monkeypatch.setattr(keys, "AT_ONCE", 2)
    persons = vectors["roll"]["persons"]
    ledger.keys.enrol({f"person-{n}": [one["application"]] for n, one in enumerate(persons)})
    seal = Wrapping(MASTER, "keys").seal
    with ledger.keys._store.begin() as tx:
        for n, one in enumerate(persons):
            row = seal(bytes.fromhex(one["K"]), f"person-{n}"), f"person-{n}"
            tx.exec_driver_sql("UPDATE holders SET wrapped = ? WHERE holder = ?", row)
    found = ledger.keys.roll_keys("pauh.2027-014", [f"pauh.{one['application']}" for one in persons])
    assert len(found) == 3
    assert sorted(found.values()) == sorted(codec.loads(row)["key"] for row in vectors["roll"]["row_bytes"])


def test_a_rolls_key_binds_both_streams_of_one_person(ledger: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another vacancy, another person: another key. Whom nobody knows has none."""
    monkeypatch.setattr(keys, "AT_ONCE", 2)
    enrol(ledger.keys, 1, 2, 3)
    named = [f"pauh.{application(n)}" for n in (1, 2, 3, 4)]
    found = ledger.keys.roll_keys(VACANCY, named)
    assert set(found) == set(named[:3])
    assert len(set(found.values())) == 3
    assert ledger.keys.roll_keys(VACANCY, named[2:]) == {named[2]: found[named[2]]}
    assert ledger.keys.roll_keys("pauh.other", named[:1])[named[0]] != found[named[0]]
    assert ledger.keys._streams == {}
    with ledger.keys._store.begin() as tx:
        wrapped = tx.exec_driver_sql("SELECT wrapped FROM holders WHERE holder = 'person-1'").scalar_one()
    secret = Wrapping(MASTER, "keys").open(bytes(wrapped), "person-1")
    own = commitments.tag_key(secret, "intake", f"application-{named[0]}")
    other = commitments.tag_key(secret, "selection", candidate(1))
    assert found[named[0]] == commitments.roll_key(own, other)


def test_a_person_whose_key_is_damaged_is_no_row_left_out(ledger: Opened, place: Place) -> None:
    enrol(ledger.keys, 1)
    place.tamper("UPDATE kept.holders SET wrapped = zeroblob(60)")
    with pytest.raises(Damaged):
        ledger.keys.roll_keys(VACANCY, [f"pauh.{application(1)}"])
