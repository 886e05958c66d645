"""The store of keys: one per person, one per stream that is about nobody, one per vacancy, all wrapped."""

import os
from itertools import pairwise
from pathlib import Path

import pytest

from shared.events import Damaged, Refused
from shared.ledger import Keys, Wrapping, commitments, master_key, store
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
