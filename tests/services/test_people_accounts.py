"""Accounts: who signs in is told nothing by answer or time (ASVS 5 6.3.8, 11.4.2, 7.2)."""

import contextlib
import datetime as dt
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from services.people import contacts, passwords
from services.people.accounts import accounts as accounts_table
from services.people.accounts import sessions
from services.people.passwords import Passwords
from shared.events import NotFound, Refused
from tests.services.people_world import NOW, PASSWORD, People, people

MAIL, PHONE, NIK = "Zq.Planted@Contoh.example", "0811-0000-0001", "3200000000000001"
MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[People]:
    made = people(tmp_path)
    yield made
    made.folder.close()


@pytest.fixture
def person(world: People) -> str:
    made = world.accounts.sign_up(MAIL, PASSWORD, NOW)
    assert made
    return made


def test_an_account_has_an_id_of_128_random_bits_that_commits_already_know(world: People, person: str) -> None:
    assert len(person) == 32
    int(person, 16)
    world.folder.keys.ensure([f"role-pauh.{person}"])
    world.folder.keys.of(f"role-pauh.{person}")
    assert world.vault.get(person, "email") == MAIL.encode()


@pytest.mark.parametrize(
    "typed", [MAIL, "zq.planted@contoh.example", "  ZQ.PLANTED@CONTOH.EXAMPLE ", "ｚq.planted@contoh.example"]
)
def test_a_contact_is_known_in_every_spelling(world: People, person: str, typed: str) -> None:
    token = world.accounts.sign_in(typed, PASSWORD, NOW)
    found = world.accounts.session(token, NOW)
    assert found
    assert found.person == person
    assert world.accounts.sign_up(typed, PASSWORD, NOW) is None


@pytest.mark.parametrize(
    "typed",
    [
        "081100000001",
        "+6281100000001",
        "6281100000001",
        "0811 0000 0001",
        "(0811) 0000-0001",
        "+62 0811 0000 0001",
        "006281100000001",
    ],
)
def test_a_telephone_is_one_number_however_it_is_written(typed: str) -> None:
    assert contacts.phone(typed) == "+6281100000001"
    assert contacts.digest(bytes(32), "phone", typed) == contacts.digest(bytes(32), "phone", PHONE)


def test_digests_of_contacts_are_keyed_and_of_one_kind() -> None:
    one = contacts.digest(bytes(32), "phone", PHONE)
    assert one != contacts.digest(b"k" * 32, "phone", PHONE)
    assert contacts.phone("+4915100000001") == "+4915100000001"
    assert contacts.nik("32.0000.0000.0000.01") == NIK


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("email", "a@b"), ("email", "a b@c.id"), ("email", "@c.id"), ("email", "a@@c.id"), ("email", "a@c..id"),
        ("email", "a" * 65 + "@c.id"), ("email", "a@" + "c." * 130 + "id"), ("email", "a\x00@c.id"),
        ("phone", "0812"), ("phone", "abc"), ("phone", ""), ("phone", "+0811000001"), ("phone", "8110000001"),
        ("nik", "320000000000001"), ("nik", "32000000000000011"), ("nik", "320000000000000x"),
    ],
)  # fmt: skip
def test_what_is_no_contact_is_refused(kind: contacts.Kind, text: str) -> None:
    with pytest.raises(Refused, match=r"contact\.form"):
        contacts.digest(bytes(32), kind, text)


@given(st.text(max_size=40))
def test_whatever_is_typed_is_a_contact_or_refused(text: str) -> None:
    kinds: list[contacts.Kind] = ["email", "phone", "nik"]
    for kind in kinds:
        with contextlib.suppress(Refused):
            assert len(contacts.digest(bytes(32), kind, text)) == 32


def test_a_second_contact_and_the_nik_lead_to_one_person_alone(world: People, person: str) -> None:
    """One person, one account: else one person applies twice in a round (events.md 1.6)."""
    world.accounts.identify(person, "phone", PHONE)
    world.accounts.identify(person, "phone", "+6281100000001")
    world.accounts.identify(person, "nik", NIK)
    world.accounts.sign_in(PHONE, PASSWORD, NOW)
    other = world.accounts.sign_up("zq-other@contoh.example", PASSWORD, NOW)
    assert other
    taken: list[tuple[contacts.Kind, str]] = [("nik", NIK), ("phone", PHONE), ("email", MAIL)]
    for kind, text in taken:
        with pytest.raises(Refused, match=r"contact\.taken"):
            world.accounts.identify(other, kind, text)
    with pytest.raises(Refused, match=r"contact\.taken"):
        world.accounts.identify(person, "nik", "3200000000000002")


@pytest.mark.parametrize("typed", [MAIL, "nobody@contoh.example", "0899999999", "what is this"])
def test_unknown_and_wrong_are_answered_alike(world: People, person: str, typed: str) -> None:
    """ASVS 6.3.8."""
    for tried in ("tiga gajah merah", "", "x" * 5000):
        with pytest.raises(Refused) as caught:
            world.accounts.sign_in(typed, tried, NOW)
        assert (caught.value.code, caught.value.args) == ("signin.wrong", ("signin.wrong",))


def test_unknown_and_wrong_cost_the_same_work(world: People, person: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """ASVS 6.3.8: both are held once against a hash of the same parameters, so that no clock tells them apart."""
    checked: list[str] = []
    matches = Passwords.matches

    def counted(self: Passwords, known: str | None, password: str) -> bool:
        checked.append((known or self._nobodys).rpartition("$")[0].rpartition("$")[0])
        return matches(self, known, password)

    monkeypatch.setattr(Passwords, "matches", counted)
    for typed in (MAIL, "nobody@contoh.example"):
        with pytest.raises(Refused):
            world.accounts.sign_in(typed, "wrong password", NOW)
    assert checked == ["$argon2id$v=19$m=19456,t=2,p=1"] * 2


def test_a_password_is_argon2id_at_19_mib_two_passes_one_lane(world: People, person: str) -> None:
    """ASVS 11.4.2."""
    with world.store.begin() as tx:
        stored = tx.execute(sa.select(accounts_table.c.password)).scalar_one()
    assert stored.startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_a_password_has_ten_signs_at_least_and_128_at_most(world: People) -> None:
    """ASVS 6.2.1, 6.2.9: the words as they are, none cut off."""
    for tried, code in (("x" * 9, "password.short"), ("x" * 129, "password.long")):
        with pytest.raises(Refused, match=code):
            world.accounts.sign_up(MAIL, tried, NOW)
    assert world.accounts.sign_up(MAIL, "x" * 128, NOW)
    for wrong in ("x" * 127, "x" * 129):
        with pytest.raises(Refused, match=r"signin\.wrong"):
            world.accounts.sign_in(MAIL, wrong, NOW)
    world.accounts.sign_in(MAIL, "x" * 128, NOW)


def test_at_most_two_are_hashed_at_a_time_and_the_rest_wait_their_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    """ASVS 11.4.2: a crowd costs time, not memory."""
    made, most, now = Passwords(), [0], [0]

    class Slow:
        def hash(self, password: str) -> str:
            now[0] += 1
            most[0] = max(most[0], now[0])
            time.sleep(0.01)
            now[0] -= 1
            return password

    monkeypatch.setitem(made.__dict__, "_hasher", Slow())
    with ThreadPoolExecutor(16) as pool:
        assert len(list(pool.map(made.hash, ["y" * 10] * 16))) == 16
    assert most == [passwords.AT_ONCE]


def test_who_gets_no_turn_is_told_to_come_again() -> None:
    made = Passwords(patience=0.01)
    turns = [made._turn(), made._turn()]
    with pytest.raises(Refused, match=r"signin\.busy"):
        made.matches(None, "whatever it is")
    for turn in turns:
        turn.release()
    assert made.matches(None, "whatever it is") is False
    assert made.matches("not a hash", "whatever it is") is False


def test_a_session_ends_after_an_hour_without_use_and_after_twelve_in_all(world: People, person: str) -> None:
    """ASVS 7.3.1, 7.3.2."""
    token = world.accounts.sign_in(MAIL, PASSWORD, NOW)
    assert world.accounts.session(token, NOW + 59 * MINUTE)
    assert world.accounts.session(token, NOW + 118 * MINUTE)
    assert world.accounts.session(token, NOW + 178 * MINUTE) is None
    token, at = world.accounts.sign_in(MAIL, PASSWORD, NOW), NOW
    while at < NOW + dt.timedelta(hours=12) - 50 * MINUTE:
        at += 50 * MINUTE
        assert world.accounts.session(token, at)
    assert world.accounts.session(token, NOW + dt.timedelta(hours=12)) is None
    assert world.accounts.collect(NOW + dt.timedelta(hours=24)) == 2


def test_a_token_is_256_random_bits_and_stored_as_its_digest(world: People, person: str) -> None:
    """ASVS 7.2.3: whoever reads the table cannot sign in with it."""
    tokens = {world.accounts.sign_in(MAIL, PASSWORD, NOW) for _ in range(3)}
    assert len(tokens) == 3
    assert all(len(token) == 43 for token in tokens)
    for content in world.files().values():
        assert not any(token.encode() in content for token in tokens)
    with world.store.begin() as tx:
        stored = tx.execute(sa.select(sessions.c.digest)).scalars().all()
    assert [world.accounts.session(digest.hex(), NOW) for digest in stored] == [None] * 3


def test_signing_out_and_another_password_end_sessions(world: People, person: str) -> None:
    """ASVS 7.4.1, 7.4.3."""
    first, second = (world.accounts.sign_in(MAIL, PASSWORD, NOW) for _ in range(2))
    world.accounts.sign_out(first)
    assert world.accounts.session(first, NOW) is None
    with pytest.raises(Refused, match=r"signin\.wrong"):
        world.accounts.change_password(person, "not the old one", "empat gajah biru", NOW)
    third = world.accounts.change_password(person, PASSWORD, "empat gajah biru", NOW)
    assert world.accounts.session(second, NOW) is None
    assert world.accounts.session(third, NOW)
    with pytest.raises(Refused, match=r"signin\.wrong"):
        world.accounts.sign_in(MAIL, PASSWORD, NOW)


def test_a_closed_account_is_as_if_it_had_never_been(world: People, person: str) -> None:
    token = world.accounts.sign_in(MAIL, PASSWORD, NOW)
    world.accounts.close(person)
    assert world.accounts.session(token, NOW) is None
    with pytest.raises(Refused, match=r"signin\.wrong"):
        world.accounts.sign_in(MAIL, PASSWORD, NOW)
    with pytest.raises(NotFound):
        world.accounts._begin(person, NOW)
    assert world.accounts.sign_up(MAIL, PASSWORD, NOW)


def test_no_contact_and_no_password_stands_in_any_file(world: People, person: str) -> None:
    world.accounts.identify(person, "phone", PHONE)
    world.accounts.identify(person, "nik", NIK)
    for name, content in world.files().items():
        for planted in (b"planted", b"81100000001", b"0811-0000", NIK.encode(), PASSWORD.encode()):
            assert planted not in content.lower(), name
