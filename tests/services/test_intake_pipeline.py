"""Intake on a real ledger: facts that follow a vacancy through streams that do not name it, tables, what falls due."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from services.cli.platform import Platform, opened
from services.intake import views
from services.intake.service import INTAKE
from services.intake.views import Counts
from shared.events import instant
from shared.events.platform import ListDigest
from shared.ledger import verify
from shared.runtime import rebuild, turn
from shared.runtime.calls import Answer, Call
from shared.runtime.timers import due
from tests.domain import test_applications as person
from tests.domain import test_needs as need
from tests.domain import test_notices as vacancy
from tests.domain import test_posts as post
from tests.domain import test_rounds as round_
from tests.domain.notices import NEED, NOW, OPENS, PUBLISH, ROUND, UNTIL, VACANCY, at

NOTICE, ROUND_ = f"vacancy-{VACANCY}", f"round-{ROUND}"
IDS = tuple(sign * 32 for sign in "abc")
FILES = tuple(f"application-pauh.{id}" for id in IDS)
MARCH = "2027-03-10T02:00:00.000000Z"


@dataclass
class Agency:
    """A platform, and the acts of one agency on it."""

    platform: Platform
    _keys: Iterator[int] = field(default_factory=count)

    def call(self, stream: str, command: Any, by: str = "hr", moment: str = MARCH) -> Call:
        return Call(stream=stream, command=command, by=by, key=str(next(self._keys)), received_at=moment)

    def batch(self, *calls: Call) -> list[Answer]:
        """Calls of one batch; two-person acts are approved already."""
        return self.platform.intake.run(calls)

    def act(self, stream: str, command: Any, by: str = "hr", moment: str = MARCH) -> Answer:
        (answer,) = self.batch(self.call(stream, command, by, moment))
        return answer

    def size(self) -> int:
        return self.platform.intake.ledger.size()

    def board(self) -> list[tuple[dict[str, Any], Counts]]:
        with self.platform.intake.ledger.reader.begin() as tx:
            return [(dict(row), counts) for row, counts in views.board(tx, ROUND)]

    def due(self) -> list[str]:
        with self.platform.intake.ledger.reader.begin() as tx:
            chosen = sa.select(due.c.at).where(due.c.stream == NOTICE, due.c.kind == views.CLOSE)
            return list(tx.execute(chosen).scalars())

    def assert_whole(self) -> None:
        """Leaves, facts and tables are what the events say."""
        assert verify.check(self.platform.intake.ledger).findings == []
        assert rebuild.own_drifted(INTAKE, self.platform.intake.ledger) is None
        assert rebuild.rebuild_own(INTAKE, self.platform.intake.ledger).was_same


@pytest.fixture
def agency(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Agency]:
    """A vacancy is published; three persons hold an application's id."""
    approve_everything(monkeypatch)
    with opened(tmp_path / "data", create=True) as platform:
        platform.folder.keys.enrol({f"person-{id[0]}": [id] for id in IDS})
        made = Agency(platform)
        for stream, command in (
            ("post-pauh.perawat", post.ADOPT), (f"need-{NEED}", replace(need.CEIL, analysis=1)),
            (f"need-{NEED}", need.RECOMMEND), (f"need-{NEED}", need.APPROVE),
            (ROUND_, replace(round_.OPEN, kind="cpns")), (NOTICE, replace(PUBLISH, analysis=1)),
        ):  # fmt: skip
            answer = made.act(stream, command, moment=NOW)
            assert (answer.events, answer.refused) == (1, None), command
        yield made


def approve_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two-person acts are somebody else's suite."""
    monkeypatch.setitem(turn._FILL, "ok", lambda *_: "pauh.7c")


def submit(agency: Agency, n: int) -> Call:
    return agency.call(FILES[n], person.SEND, by=f"person-{n}")


def test_facts_follow_a_vacancy_through_its_applications(agency: Agency) -> None:
    """Sent, withdrawn and sent in one batch: the withdrawal names no vacancy, and its stream began in this batch."""
    leave = agency.call(FILES[1], replace(person.LEAVE), by="person-1")
    answers = agency.batch(submit(agency, 0), submit(agency, 1), leave, submit(agency, 2))
    assert [answer.refused for answer in answers] == [None] * 4
    agency.act(FILES[2], person.LEAVE, by="person-2")
    ((row, counts),) = agency.board()
    assert (row["vacancy"], row["seats"], row["state"], row["deadline"]) == (VACANCY, 2, "open", 5)
    assert (row["apply_from"], row["until"]) == (instant(OPENS), instant(UNTIL))
    assert counts == Counts(submitted=1, withdrawn=2)
    wrong, right = (replace(vacancy.CLOSE, roll=ListDigest(rows=rows, root="e" * 64), as_of=11) for rows in (3, 1))
    assert agency.act(NOTICE, wrong, moment=vacancy.DUE).refused == "roll.stale"
    assert agency.act(NOTICE, right, moment=vacancy.DUE).refused is None
    agency.assert_whole()


def test_25_two_vacancies_of_one_round_in_one_batch(agency: Agency) -> None:
    """reliability B25, TEST 32: the second meets the first, whichever key it comes under."""
    other = replace(person.SEND, vacancy="pauh.2027-015")
    again = agency.call(FILES[0], other, by="person-0")
    answers = agency.batch(submit(agency, 0), again, submit(agency, 0))
    assert [answer.refused for answer in answers] == [None, "application.one_per_round", None]
    assert [answer.events for answer in answers] == [1, 0, 0]


def test_an_application_to_an_unknown_vacancy_or_by_nobody_known_is_refused(agency: Agency) -> None:
    unknown = agency.act(FILES[0], replace(person.SEND, vacancy="pauh.no"), by="person-0")
    nobody = agency.act(f"application-pauh.{'d' * 32}", person.SEND, by="person-9")
    assert (unknown.refused, nobody.refused) == ("vacancy.unknown", "person.unknown")


def test_an_extension_moves_the_closing_and_the_deadline_that_is_cited(agency: Agency) -> None:
    assert agency.due() == ["2027-03-20T17:10:00.000000Z"]
    assert agency.act(NOTICE, vacancy.EXTEND).refused is None
    assert agency.due() == ["2027-03-22T17:10:00.000000Z"]
    assert agency.batch(submit(agency, 0))[0].refused is None
    ((row, _),) = agency.board()
    assert (row["until"], row["deadline"]) == (instant(vacancy.LATER), 6)
    agency.assert_whole()


def test_a_check_goes_from_the_closing_to_the_answer(agency: Agency) -> None:
    agency.batch(submit(agency, 0), submit(agency, 1))
    roll = replace(vacancy.CLOSE, roll=ListDigest(rows=2, root="e" * 64), as_of=agency.size())
    agency.act(NOTICE, roll, moment=vacancy.DUE)
    assert agency.due() == []
    assign = replace(vacancy.ASSIGN, verifier=person.VERIFIER, list=ListDigest(rows=2, root="a" * 64))
    agency.act(NOTICE, assign)
    agency.act(FILES[0], person.CHECK, by=person.VERIFIER)
    agency.act(FILES[1], replace(person.CHECK, findings=person.MET), by=person.VERIFIER)
    announce = replace(
        vacancy.ANNOUNCE, meets=ListDigest(rows=1, root="9" * 64), fails=1, as_of=agency.size(), inputs=2
    )
    assert agency.act(NOTICE, announce, moment="2027-03-31T02:00:00.000000Z").refused is None
    assert agency.act(FILES[0], person.OBJECT, by="person-0", moment="2027-04-01T00:00:00.000000Z").refused is None
    ((row, counts),) = agency.board()
    assert (row["state"], row["announced"], row["object_until"]) == ("announced", 1, instant(at(2027, 4, 3, 17)))
    assert counts == Counts(meets=1, objecting=1)
    assert agency.act(FILES[0], person.UPHOLD, by=person.JUDGE).refused is None
    assert agency.board()[0][1] == Counts(meets=2)
    with agency.platform.intake.ledger.reader.begin() as tx:
        assert views.standing(tx, VACANCY) == [f"pauh.{id}" for id in IDS[:2]]
        assert views.standing(tx, VACANCY, "fails") == []
    assert agency.act(ROUND_, round_.CLOSE).refused is None
    agency.assert_whole()


def test_a_cancelled_vacancy_gives_its_seats_back(agency: Agency) -> None:
    """A corrected notice may follow in the same year: the need is free again, and so is the round."""
    second = replace(PUBLISH, analysis=1)
    stream = "vacancy-pauh.2027-015"
    assert agency.act(stream, second, moment=NOW).refused == "notice.above_fixed"
    assert agency.act(ROUND_, round_.CLOSE).refused == "round.vacancy_open"
    assert agency.act(NOTICE, vacancy.CANCEL).refused is None
    assert (agency.due(), agency.board()[0][0]["state"]) == ([], "cancelled")
    assert agency.act(stream, second, moment=NOW).refused is None
    agency.assert_whole()
