"""From a notice that two persons published to the closing of its roll by the timetable, whoever applies meanwhile."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from threading import Event
from time import monotonic, sleep
from typing import Any

import pytest
import sqlalchemy as sa

from services.intake import lists, views
from services.intake.service import INTAKE
from services.intake.vacancies import CloseApplications
from shared.runtime.timetable import Timetable
from tests.domain import test_applications as person
from tests.domain.notices import UNTIL
from tests.services import intake_world
from tests.services.intake_world import CLOSING, Agency, roll_row, root

PEOPLE = 60


def test_28_the_roll_holds_exactly_those_who_were_told_that_they_applied(tmp_path: Path) -> None:
    """reliability B28: tickets of the last microsecond are honoured until the very closing; whoever is not on the
    roll was refused."""
    with intake_world.agency(tmp_path / "data", people=PEOPLE) as agency:
        agency.pipeline.start()
        begun = Event()
        timetable = Timetable(agency.pipeline, clock=agency.clock, silence=0.02)
        timetable.start()
        agency.clock.now = UNTIL - timedelta(microseconds=1)
        calls = [agency.submit(n) for n in range(PEOPLE)]

        def send(n: int) -> str | None:
            if n == PEOPLE // 3:
                begun.set()
            return agency.pipeline.send(calls[n]).refused

        with ThreadPoolExecutor(4) as people:
            answers = people.map(send, range(PEOPLE))
            assert begun.wait(30)
            agency.clock.now = CLOSING
            timetable.wake()
            told = dict(enumerate(answers))
        assert_closes(agency, timetable)
        timetable.stop()
        agency.pipeline.stop()
        assert set(told.values()) <= {None, "vacancy.closed"}
        rows = [roll_row(agency, n) for n, refused in told.items() if refused is None]
        made = agency.closed()
        assert (made.roll.rows, made.roll.root) == (len(rows), root(rows))
        assert len(rows) >= PEOPLE // 3 - 4  # those before the deadline passed
        assert agency.troubles() == []
        agency.assert_whole()


def assert_closes(agency: Agency, timetable: Timetable) -> None:
    """It closes within ten seconds; the clock goes on, for a roll that was overtaken waits a little."""
    end = monotonic() + 10
    while agency.state() != "closed":
        assert monotonic() < end, "it never closed"
        sleep(0.01)
        agency.clock.now += timedelta(seconds=1)
        timetable.wake()


def test_a_roll_that_was_overtaken_is_made_anew(tmp_path: Path) -> None:
    """Somebody was recorded between the roll and its decision: no refusal for the worklist, a second roll."""
    late: list[Any] = []

    def overtaken(ledger: Any, call: Any) -> Any:
        made = lists.with_roll(ledger, call)
        assert [agency.one(each).refused for each in late] == [None] * len(late)
        late.clear()
        return made

    service = replace(INTAKE, prepare={**INTAKE.prepare, CloseApplications: overtaken})
    with intake_world.agency(tmp_path / "data", service=service) as agency:
        agency.one(agency.submit(0))
        agency.clock.now = UNTIL - timedelta(microseconds=1)
        late.append(agency.submit(1))
        agency.clock.now = CLOSING
        assert [answer.failed for answer in agency.tick()] == [True]
        assert (agency.troubles(), agency.state()) == ([("failed", 1)], "open")
        agency.clock.now = CLOSING + timedelta(seconds=2)
        assert [(answer.events, answer.refused) for answer in agency.tick()] == [(1, None)]
        assert agency.closed().roll.root == root([roll_row(agency, n) for n in (0, 1)])
        assert (agency.troubles(), agency.tick()) == ([], [])
        agency.assert_whole()


def test_a_roll_with_one_person_for_another_is_stale(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One left and one came while the table was read: as many rows, and not the same."""
    with intake_world.agency(tmp_path / "data") as agency:
        agency.one(agency.submit(0))
        swap = [agency.raw(intake_world.file(0), person.LEAVE, by="person-0"), agency.submit(1)]
        agency.clock.now = CLOSING
        kinds = views.kinds

        def overtaken(tx: sa.Connection, vacancy: str) -> dict[str, str]:
            found = kinds(tx, vacancy)
            assert [answer.refused for answer in agency.pipeline.run(swap)] == [None, None]
            return found

        with monkeypatch.context() as patch:
            patch.setattr(views, "kinds", overtaken)
            stale = agency.call(intake_world.NOTICE, CloseApplications())
        assert stale.command.roll.root == root([roll_row(agency, 0)])
        assert agency.one(stale).refused == "roll.stale"
        assert agency.close().roll.root == root([roll_row(agency, 1)])


def test_what_fell_due_while_nobody_ran_is_closed_at_the_next_start(tmp_path: Path) -> None:
    with intake_world.agency(tmp_path / "data") as agency:
        agency.pipeline.run(agency.submit(n) for n in range(3))
        agency.clock.now = CLOSING + timedelta(days=1)
        timetable = Timetable(agency.pipeline, clock=agency.clock, silence=0.02)
        timetable.start()
        assert_closes(agency, timetable)
        timetable.stop()
        assert agency.closed().roll.rows == 3
        assert {row["alias"] for row in agency.closed().roll.head or ()} == {
            intake_world.alias(agency, n) for n in range(3)
        }
