"""Who is at the door: a session or an API token, one of the own units, the roles of this very moment (ASVS 5 7.4,
8.2.1, 8.3.2, 9.2; events.md 3e)."""

import datetime as dt
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from services.people.accounts import accounts, sessions
from services.people.door import Door
from services.people.remembered import Remembered
from services.people.roles import GrantRole, RevokeRole
from services.people.service import PEOPLE
from shared.events import Refused, instant
from shared.runtime.approvals import Approve, proposed
from shared.runtime.calls import Call
from shared.runtime.grants import digest_of_call
from shared.runtime.identity import Principal
from shared.runtime.pipeline import Pipeline
from shared.runtime.timers import waiting
from tests.services.people_world import NOW, PASSWORD, People, people

MINUTE, HOUR, DAY = dt.timedelta(minutes=1), dt.timedelta(hours=1), dt.timedelta(days=1)
TODAY = dt.date(2027, 3, 1)
LAST = dt.date(2027, 12, 31)
HR, AUDITORS = "pauh.bkpsdm", "pauh.inspektorat"


@dataclass
class Town:
    """A door, and the persons who come to it."""

    stores: People
    people: Pipeline
    door: Door
    keys: Iterator[int] = field(default_factory=count)

    def somebody(self, name: str = "zq-planted") -> tuple[str, str]:
        """A new person's id, and the token of their session."""
        contact = f"{name}@contoh.example"
        who = self.stores.accounts.sign_up(contact, PASSWORD, NOW)
        assert who
        return who, self.stores.accounts.sign_in(contact, PASSWORD, NOW)

    def found(self, who: str, unit: str, **period: dt.date) -> None:
        """An administrator, as `merit init` makes them."""
        self.act(who, GrantRole(**role("administrator", unit, **period)), by="system")

    def act(self, whose: str, command: Any, by: str, unit: str | None = None, now: dt.datetime = NOW) -> None:
        """One command; never refused."""
        call = Call(
            stream=f"role-pauh.{whose}", command=command, by=by, key=str(next(self.keys)), received_at=instant(now),
            unit=unit,
        )  # fmt: skip
        self.settle(call)

    def grant(self, whose: str, name: str, scope: str, one: str, other: str, **period: dt.date) -> None:
        """A role, granted by two founders of two units."""
        number = next(self.keys)
        act = Call(
            stream=f"role-pauh.{whose}", command=GrantRole(**role(name, scope, **period)), by=one, key=str(number),
            received_at=instant(NOW), unit=HR,
        )  # fmt: skip
        for command, by, unit in ((proposed(act), one, HR), (Approve(digest=digest_of_call(act)), other, AUDITORS)):
            self.settle(
                Call(
                    stream=f"approval-pauh.P{number}", command=command, by=by, key=str(next(self.keys)),
                    received_at=instant(NOW), unit=unit,
                )
            )  # fmt: skip
        for row in waiting(self.people.ledger, instant(NOW)):
            self.settle(row.call(PEOPLE.commands, instant(NOW)))

    def settle(self, call: Call) -> None:
        (answer,) = self.people.run([call])
        assert (answer.refused, answer.failed) == (None, False)

    def enters(self, token: str, unit: str | None = None, now: dt.datetime = NOW) -> Principal:
        """Somebody who is let in."""
        found = self.door.principal(token, unit, now)
        assert found
        return found


def role(name: str, scope: str, from_: dt.date = TODAY, until: dt.date = LAST) -> dict[str, Any]:
    """The words of a grant."""
    return {"role": name, "scope": scope, "decree": "SK 1/2027", "from_": from_, "until": until}


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    stores = people(tmp_path)
    pipeline = Pipeline(PEOPLE, stores.folder.ledger(PEOPLE))
    yield Town(stores, pipeline, Door(stores.accounts, stores.tokens, pipeline))
    stores.folder.close()


def test_whoever_has_an_account_and_no_role_is_an_applicant_and_nothing_else(town: Town) -> None:
    who, token = town.somebody()
    assert town.enters(token) == Principal(
        subject=who, roles=frozenset({"applicant"}), unit="", authenticated_at=instant(NOW)
    )
    assert town.door.units(who, NOW) == [""]
    assert town.enters(token, "") == town.enters(token)


@pytest.mark.parametrize("token", ["", "x", "x" * 43, "a.b.c", "x" * 5000, "é" * 43, "\ud800", "a.b.\0"])
def test_what_is_nobodys_token_lets_nobody_in(town: Town, token: str) -> None:
    town.somebody()
    assert town.door.principal(token, None, NOW) is None


def test_somebody_acts_in_the_unit_of_their_grant(town: Town) -> None:
    who, token = town.somebody()
    town.found(who, HR)
    found = town.enters(token)
    assert (found.unit, sorted(found.roles)) == (HR, ["administrator", "applicant"])
    assert town.enters(token, HR) == found


def test_nobody_pretends_to_a_unit_that_no_grant_names(town: Town) -> None:
    """ASVS 2.3.5: an administrator of the whole agency who could name its units would propose in one and approve in
    the next."""
    first, second, (who, token) = town.somebody()[0], town.somebody("zq-second")[0], town.somebody("zq-third")
    town.found(first, HR)
    town.found(second, AUDITORS)
    town.grant(who, "administrator", "pauh", first, second)
    for unit in ("pauh.dinkes", HR, "barito", "pau", "pauh."):
        with pytest.raises(Refused, match=r"unit\.not_yours"):
            town.door.principal(token, unit, NOW)
    _, applicants = town.somebody("zq-other")
    with pytest.raises(Refused, match=r"unit\.not_yours"):
        town.door.principal(applicants, "pauh", NOW)


def test_of_several_units_the_first_is_meant_unless_one_is_named(town: Town) -> None:
    first, token = town.somebody()
    second, _ = town.somebody("zq-second")
    town.found(first, HR)
    town.found(second, AUDITORS)
    who, mine = town.somebody("zq-third")
    for name, scope in (("verifier", "pauh.dinkes"), ("hr", "pauh"), ("secretary", "pauh.dinkes.upt")):
        town.grant(who, name, scope, first, second)
    assert town.door.units(who, NOW) == ["pauh", "pauh.dinkes", "pauh.dinkes.upt"]
    assert town.enters(mine).unit == "pauh"
    held = {unit: sorted(town.enters(mine, unit).roles) for unit in town.door.units(who, NOW)}
    assert held == {
        "pauh": ["applicant", "hr"],
        "pauh.dinkes": ["applicant", "hr", "verifier"],
        "pauh.dinkes.upt": ["applicant", "hr", "secretary", "verifier"],
    }
    assert town.enters(token).unit == HR


def test_a_revoked_members_next_call_fails(town: Town) -> None:
    """Reliability 3, ASVS 8.3.2: not the one after, and not when the session ends."""
    first, token = town.somebody()
    second, _ = town.somebody("zq-second")
    town.found(first, HR)
    town.found(second, AUDITORS)
    assert "administrator" in town.enters(token, HR).roles
    town.act(first, RevokeRole(role="administrator", scope=HR, reason="moved"), by=second)
    with pytest.raises(Refused, match=r"unit\.not_yours"):
        town.door.principal(token, HR, NOW)
    assert town.enters(token).roles == {"applicant"}


def test_whether_somebody_still_holds_a_role_in_a_unit_is_told_of_today(town: Town) -> None:
    """An act that is approved is its proposer's, who must be somebody there still."""
    first, _ = town.somebody()
    second, _ = town.somebody("zq-second")
    town.found(first, HR)
    town.found(second, AUDITORS)
    assert town.door.holds(first, HR, NOW)
    assert not any(town.door.holds(first, unit, NOW) for unit in (AUDITORS, "pauh", f"{HR}.arsip", ""))
    assert not town.door.holds(town.somebody("zq-third")[0], "", NOW)
    town.act(first, RevokeRole(role="administrator", scope=HR, reason="misconduct"), by=second)
    assert not town.door.holds(first, HR, NOW)


def test_a_role_that_another_process_took_is_gone_within_a_minute(town: Town) -> None:
    first, token = town.somebody()
    second, _ = town.somebody("zq-second")
    town.found(first, HR)
    town.found(second, AUDITORS)
    assert "administrator" in town.enters(token).roles
    other = Town(town.stores, Pipeline(PEOPLE, town.people.ledger), town.door, count(1000))
    other.act(first, RevokeRole(role="administrator", scope=HR, reason="moved"), by=second)
    assert town.enters(token, now=NOW + MINUTE).roles == {"applicant"}


def test_a_role_holds_from_its_first_day_to_the_end_of_its_last_in_jakarta(town: Town) -> None:
    who, token = town.somebody()
    town.found(who, HR, from_=TODAY + DAY, until=TODAY + DAY)
    midnight = dt.datetime(2027, 3, 1, 17, 0, tzinfo=dt.UTC)
    token = town.stores.accounts.sign_in("zq-planted@contoh.example", PASSWORD, midnight - MINUTE)
    assert town.enters(token, now=midnight - dt.timedelta(microseconds=1)).unit == ""
    assert town.enters(token, now=midnight).unit == HR
    later = midnight + DAY
    token = town.stores.accounts.sign_in("zq-planted@contoh.example", PASSWORD, later - MINUTE)
    assert town.enters(token, now=later - dt.timedelta(microseconds=1)).unit == HR
    assert town.enters(token, now=later).unit == ""


def test_a_session_is_over_at_once_when_it_is_ended(town: Town) -> None:
    """ASVS 7.4.1, 7.4.3: although it was let in a moment ago, and only it."""
    who, first = town.somebody()
    second = town.stores.accounts.sign_in("zq-planted@contoh.example", PASSWORD, NOW)
    for token in (first, second):
        town.enters(token)
    town.stores.accounts.sign_out(first)
    assert town.door.principal(first, None, NOW) is None
    town.enters(second)
    third = town.stores.accounts.change_password(who, PASSWORD, "empat gajah biru", NOW)
    assert town.door.principal(second, None, NOW) is None
    town.enters(third)
    town.stores.accounts.close(who)
    assert town.door.principal(third, None, NOW) is None


def test_what_ends_anothers_session_leaves_mine(town: Town) -> None:
    _, mine = town.somebody()
    other, theirs = town.somebody("zq-other")
    for token in (mine, theirs):
        town.enters(token)
    town.stores.accounts.close(other)
    with town.stores.store.begin() as tx:  # what is remembered is not looked up again
        tx.execute(sa.delete(sessions))
    town.enters(mine)
    assert town.door.principal(theirs, None, NOW) is None


def test_a_session_that_another_process_ended_is_over_within_a_minute(town: Town) -> None:
    _, token = town.somebody()
    town.enters(token, now=NOW + 59 * MINUTE)
    with town.stores.store.begin() as tx:
        tx.execute(sa.delete(sessions))
    assert town.door.principal(token, None, NOW + 60 * MINUTE) is None


def test_a_session_lasts_an_hour_without_use_and_twelve_in_all(town: Town) -> None:
    """ASVS 7.3.1, 7.3.2: remembered or not; the caller's clock decides."""
    _, token = town.somebody()
    town.enters(token)
    assert town.door.principal(token, None, NOW + HOUR) is None
    _, token = town.somebody("zq-second")
    at = NOW
    while at < NOW + 12 * HOUR - MINUTE / 2:
        town.enters(token, now=at)
        at += MINUTE / 2 if at > NOW + 11 * HOUR + 58 * MINUTE else 58 * MINUTE
    assert town.door.principal(token, None, NOW + 12 * HOUR) is None


def test_a_use_is_written_down_once_a_minute_by_nobodys_request(town: Town) -> None:
    _, token = town.somebody()
    noted = []
    for seconds in (0, 30, 59, 60, 90, 119, 120):
        town.enters(token, now=NOW + dt.timedelta(seconds=seconds))
        town.stores.accounts.note_uses()
        with town.stores.store.begin() as tx:
            noted.append(tx.execute(sa.select(sessions.c.used_at)).scalar_one())
    assert noted == [instant(NOW + n * MINUTE) for n in (0, 0, 0, 1, 1, 1, 2)]


def test_a_known_session_is_let_in_while_another_writes(town: Town) -> None:
    """Look-ups wait for nobody's lock."""
    _, token = town.somebody()
    with town.stores.store.begin() as tx, ThreadPoolExecutor(1) as pool:
        tx.execute(sa.update(accounts).values(made_at=""))
        pool.submit(town.enters, token).result(timeout=20)


def test_an_integrator_comes_with_a_token_that_can_be_taken_back(town: Town) -> None:
    """ASVS 9.2.3: for this audience, in its time, and no longer than it is wanted."""
    who, mine = town.somebody()
    town.found(who, HR)
    token = town.stores.tokens.issue(who, "api", NOW, DAY)
    found = town.enters(token, now=NOW + HOUR)
    assert (found.subject, found.unit, found.authenticated_at) == (who, HR, instant(NOW))
    assert found.program
    assert not town.enters(mine).program
    assert town.door.principal(town.stores.tokens.issue(who, "intake", NOW, DAY), None, NOW) is None
    assert Door(town.stores.accounts, town.stores.tokens, town.people, "intake").principal(token, None, NOW) is None
    town.enters(token, now=NOW + DAY - MINUTE / 2)
    assert town.door.principal(token, None, NOW + DAY) is None
    town.enters(token)
    town.stores.tokens.revoke("7d" * 16)
    town.enters(token)
    town.stores.tokens.revoke(who)
    assert town.door.principal(token, None, NOW) is None
    town.enters(mine)


def test_a_token_under_a_stolen_key_lets_nobody_in(town: Town) -> None:
    who, _ = town.somebody()
    token = town.stores.tokens.issue(who, "api", NOW, DAY)
    town.enters(token)
    town.stores.tokens.withdraw(town.stores.tokens.signer(NOW).kid, NOW)
    assert town.door.principal(token, None, NOW) is None


def test_what_was_read_before_it_ended_is_not_remembered_after() -> None:
    """A slow reader and a quick sign-out: the reader's row is from before, and nobody may believe it."""
    known: Remembered[str] = Remembered(most=2)
    before = known.mark()
    known.drop()
    known.keep(b"a", "ended", NOW, NOW + MINUTE, before)
    assert known.get(b"a", NOW) is None
    for digest in (b"a", b"b", b"c"):
        known.keep(digest, "there", NOW, NOW + MINUTE, known.mark())
    assert [known.get(digest, NOW) for digest in (b"a", b"b", b"c")] == [None, None, "there"]
    assert known.get(b"c", NOW + MINUTE) is None
    assert known.get(b"c", NOW - MINUTE) is None


def test_many_at_once_are_told_apart(town: Town) -> None:
    """Handlers run in threads: everybody is themselves, with what they hold, whoever signs out meanwhile."""
    crowd = [town.somebody(f"zq-{n}") for n in range(6)]
    town.found(crowd[0][0], HR)
    town.found(crowd[1][0], AUDITORS)
    units = {crowd[0][0]: HR, crowd[1][0]: AUDITORS}

    def comes(n: int) -> bool:
        who, token = crowd[n % 5]
        found = town.enters(token, now=NOW + dt.timedelta(seconds=n % 200))
        return (found.subject, found.unit) == (who, units.get(who, ""))

    with ThreadPoolExecutor(8) as pool:
        answers = pool.map(comes, range(800))
        town.stores.accounts.sign_out(crowd[5][1])
        assert all(answers)
    assert town.door.principal(crowd[5][1], None, NOW) is None
