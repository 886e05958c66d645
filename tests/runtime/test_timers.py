"""Timers: acts that nobody presses a button for, issued once each, whoever dies in between."""

from dataclasses import dataclass
from threading import Barrier, Thread
from typing import Any

import pytest
import sqlalchemy as sa

from shared.events import Unknown
from shared.runtime import timers
from shared.runtime.calls import Answer
from shared.runtime.timers import Due, clear_timers, due, outcomes, set_timers, waiting
from shared.runtime.timetable import issue
from tests.runtime import toy
from tests.runtime.toy import COMMANDS, Break, Close, Note, World, assert_whole

EARLY, NOON, LATE = (f"2027-04-01T{hour}:00:00.000000Z" for hour in ("00", "12", "23"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Mended(Note):
    """What a later version does under the same name."""

    text: str = "mended"


def rows(world: World) -> list[tuple[str, str, str]]:
    with world.ledger.reader.begin() as tx:
        return [(row.stream, row.kind, row.at) for row in tx.execute(sa.select(due).order_by(due.c.at, due.c.stream))]


def noted(world: World) -> list[Any]:
    with world.ledger.reader.begin() as tx:
        return [tuple(row) for row in tx.execute(sa.select(outcomes).order_by(outcomes.c.at, outcomes.c.stream))]


def set_(world: World, *wanted: Due) -> None:
    with world.ledger.writer.begin() as tx:
        set_timers(tx, wanted)


def note(n: int, at: str, kind: str = "note") -> Due:
    return Due(stream=f"roster-pauh.R{n}", kind=kind, at=at, command=Note(text=f"{n}"))


def test_an_event_sets_a_timer_and_another_clears_it(world: World) -> None:
    world.pipeline.run([world.open(until=NOON), world.join(1)])
    assert rows(world) == [("roster-pauh.R1", "close", NOON)]
    world.one(world.call("roster-pauh.R1", Close()))
    assert rows(world) == []
    assert issue(world.pipeline, COMMANDS, LATE) == []


def test_what_is_due_is_issued_as_an_ordinary_command(world: World) -> None:
    world.pipeline.run([world.open(until=NOON), world.join(1)])
    assert issue(world.pipeline, COMMANDS, EARLY) == []
    assert [answer.events for answer in issue(world.pipeline, COMMANDS, NOON)] == [1]
    assert rows(world) == []
    last = assert_whole(world.pipeline)[-1]
    assert (last.actor, last.received_at) == (timers.ACTOR, NOON)
    assert world.one(world.join(2)).refused == "roster.full"


def test_the_oldest_comes_first_and_no_more_than_told(world: World) -> None:
    set_(world, note(3, LATE), note(2, NOON), note(1, NOON), note(4, EARLY), note(1, NOON, "another"))
    assert [row[:2] for row in waiting(world.ledger, NOON)] == [
        ("roster-pauh.R4", "note"), ("roster-pauh.R1", "another"), ("roster-pauh.R1", "note"),
        ("roster-pauh.R2", "note"),
    ]  # fmt: skip
    assert len(waiting(world.ledger, LATE, 2)) == 2
    assert [timers.is_anything_due(world.ledger, now) for now in ("2027-01-01T00:00:00.000000Z", EARLY)] == [
        False,
        True,
    ]
    issue(world.pipeline, COMMANDS, LATE)
    assert [event.stream[-1] for event in assert_whole(world.pipeline)] == ["4", "1", "1", "2", "3"]


def test_a_timer_is_set_once_and_cleared_by_stream_and_kind(world: World) -> None:
    set_(world, note(1, NOON), note(1, LATE), note(1, NOON, "another"), note(2, NOON))
    set_(world, note(1, NOON))
    assert len(rows(world)) == 4
    with world.ledger.writer.begin() as tx:
        clear_timers(tx, "roster-pauh.R1", "note")
    assert rows(world) == [("roster-pauh.R1", "another", NOON), ("roster-pauh.R2", "note", NOON)]


def test_refused_ones_leave_the_table_and_their_answer_says_why(world: World) -> None:
    world.one(world.open(until=NOON))
    assert issue(world.pipeline, COMMANDS, NOON) == [Answer(refused="roster.nobody")]
    assert rows(world) == []
    assert noted(world) == [("roster-pauh.R1", "close", NOON, "roster.nobody", 1, None)]


def test_failed_ones_stay_and_are_tried_again(world: World) -> None:
    set_(world, Due(stream="roster-pauh.R1", kind="break", at=NOON, command=Break()), note(2, NOON))
    assert [answer.failed for answer in issue(world.pipeline, COMMANDS, NOON)] == [True, False]
    assert rows(world) == [("roster-pauh.R1", "break", NOON)]
    assert issue(world.pipeline, COMMANDS, NOON) == []
    assert [answer.failed for answer in issue(world.pipeline, COMMANDS, LATE)] == [True]
    assert list(toy.texts(assert_whole(world.pipeline))) == ["2"]


def test_a_failed_one_is_tried_again_after_a_growing_pause_and_shows(world: World) -> None:
    set_(world, Due(stream="roster-pauh.R1", kind="break", at=NOON, command=Break()))
    moments = [f"2027-04-01T12:00:{second}.000000Z" for second in ("00", "01", "02", "05", "06")]
    tried = [len(issue(world.pipeline, COMMANDS, now)) for now in moments]
    assert tried == [1, 0, 1, 0, 1]
    assert not timers.is_anything_due(world.ledger, moments[-1])
    assert timers.is_anything_due(world.ledger, LATE)
    again = "2027-04-01T12:00:14.000000Z"
    assert noted(world) == [("roster-pauh.R1", "break", NOON, "failed", 3, again)]
    assert timers.next_after(world.ledger, LATE) is None
    assert timers.next_after(world.ledger, moments[-1]) == again
    assert [answer.events for answer in issue(world.pipeline, {**COMMANDS, "Break": Mended}, LATE)] == [1]
    assert (rows(world), noted(world)) == ([], [])
    assert [timers.pause_after(tries) for tries in (1, 2, 11, 12, 99)] == [2, 4, 2048, 3600, 3600]


def test_what_cannot_be_read_fails_alone(world: World) -> None:
    set_(world, note(1, NOON), note(2, NOON), note(3, NOON))
    with world.ledger.writer.begin() as tx:
        tx.exec_driver_sql("UPDATE due SET command = 'Gone' WHERE stream = 'roster-pauh.R1'")
        tx.exec_driver_sql("UPDATE due SET body = '[]' WHERE stream = 'roster-pauh.R2'")
    assert [answer.failed for answer in issue(world.pipeline, COMMANDS, NOON)] == [True, True, False]
    assert [row[0] for row in noted(world)] == ["roster-pauh.R1", "roster-pauh.R2"]
    with world.ledger.writer.begin() as tx:
        clear_timers(tx, "roster-pauh.R1", "note")
    assert [row[0] for row in noted(world)] == ["roster-pauh.R2"]


def test_what_another_loop_settled_is_not_noted_again(world: World) -> None:
    set_(world, note(1, NOON))
    (row,) = waiting(world.ledger, NOON)
    for first in (Answer(events=1), Answer(refused="roster.nobody"), Answer(failed=True)):
        with world.ledger.writer.begin() as tx:
            timers.settle(tx, row, Answer(events=1), NOON)
            timers.settle(tx, row, first, NOON)
        assert noted(world) == []


def test_unknown_outcomes_stay_and_are_issued_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    set_(world, note(1, NOON))

    def lost(*more: Any) -> None:
        raise OSError

    with monkeypatch.context() as patch:
        patch.setattr(type(world.pipeline), "_swap", lost)
        with pytest.raises(Unknown):
            issue(world.pipeline, COMMANDS, NOON)
    assert len(rows(world)) == 1
    (answer,) = issue(world.pipeline, COMMANDS, LATE)
    assert (answer.repeated, answer.events) == (True, 1)
    assert rows(world) == []
    assert toy.texts(assert_whole(world.pipeline)) == {"1": [0]}


def test_a_process_that_dies_after_issuing_and_before_deleting_issues_nothing_twice(
    world: World, other: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_(world, note(1, NOON), note(2, NOON))
    run = world.pipeline.run

    def dies(todo: Any) -> Any:
        run(todo)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(world.pipeline, "run", dies)
        with pytest.raises(KeyboardInterrupt):
            issue(world.pipeline, COMMANDS, NOON)
    assert len(rows(world)) == 2
    assert all(answer.repeated for answer in issue(other.pipeline, COMMANDS, LATE))
    assert rows(world) == []
    assert len(assert_whole(other.pipeline)) == 2


def test_two_loops_that_race_issue_each_timer_once(world: World, other: World) -> None:
    set_(world, *(note(n, NOON) for n in range(40)))
    ready = Barrier(2)

    def loop(one: World) -> None:
        ready.wait()
        issue(one.pipeline, COMMANDS, NOON)

    threads = [Thread(target=loop, args=(one,)) for one in (world, other)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert rows(world) == []
    assert {text: len(found) for text, found in toy.texts(assert_whole(world.pipeline)).items()} == {
        f"{n}": 1 for n in range(40)
    }
