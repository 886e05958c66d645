"""The timetable's loop: by its clock, woken in time, stopped behind what it does, never twice."""

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from threading import Event
from time import monotonic, sleep
from typing import Any

import pytest
import sqlalchemy as sa

from shared.events import Recorded, codec, instant
from shared.runtime import timers, timetable
from shared.runtime.pipeline import Pipeline
from shared.runtime.service import View
from shared.runtime.timers import Due, due, outcomes, set_timers
from shared.runtime.timetable import Timetable
from tests.runtime import toy
from tests.runtime.toy import Break, Note, Noted, World, assert_whole

NEVER = 3600.0  # seconds of silence
START = dt.datetime(2027, 4, 1, 12, tzinfo=dt.UTC)


@dataclass
class Clock:
    """Moved by hand."""

    now: dt.datetime = START

    def __call__(self) -> dt.datetime:
        return self.now


def until(holds: Callable[[], bool]) -> None:
    """It comes true within ten seconds."""
    end = monotonic() + 10
    while not holds():
        assert monotonic() < end, "it never came true"
        sleep(0.005)


def at(seconds: float) -> str:
    return instant(START + dt.timedelta(seconds=seconds))


def set_(world: World, *wanted: Due) -> None:
    with world.ledger.writer.begin() as tx:
        set_timers(tx, wanted)


def note(n: int, seconds: float = 0) -> Due:
    return Due(stream=f"roster-pauh.R{n}", kind="note", at=at(seconds), command=Note(text=f"{n}"))


def broken(n: int) -> Due:
    return Due(stream=f"roster-pauh.R{n}", kind="break", at=at(0), command=Break())


def left(world: World) -> int:
    return count(world, due)


def count(world: World, table: sa.Table) -> int:
    with world.ledger.reader.begin() as tx:
        return int(tx.execute(sa.select(sa.func.count()).select_from(table)).scalar_one())


def texts(world: World) -> dict[str, int]:
    return {text: len(found) for text, found in toy.texts(assert_whole(world.pipeline)).items()}


@contextmanager
def running(world: World, clock: Callable[[], dt.datetime], silence: float = NEVER) -> Iterator[Timetable]:
    one = Timetable(world.pipeline, clock=clock, silence=silence)
    one.start()
    try:
        yield one
    finally:
        one.stop()


def test_what_fell_due_while_nobody_ran_is_issued_first(world: World) -> None:
    set_(world, note(1, -1000), note(2), note(3, 1))
    with running(world, Clock()):
        until(lambda: left(world) == 1)
    assert texts(world) == {"1": 1, "2": 1}


def test_it_is_woken_by_the_events_that_set_a_timer(world: World) -> None:
    clock = Clock()
    world.pipeline.start()
    with running(world, clock):
        world.pipeline.send(world.open(until=at(-1)))
        until(lambda: count(world, outcomes) == 1)  # nobody had joined
    world.pipeline.stop()
    assert left(world) == 0


def test_it_is_woken_by_the_next_instant_at_which_something_is_due(world: World) -> None:
    set_(world, note(1, 0.3), note(2, 9999))
    began = monotonic()
    with running(world, lambda: START + dt.timedelta(seconds=monotonic() - began)):
        until(lambda: left(world) == 1)
    assert monotonic() - began >= 0.3


def test_it_is_woken_when_the_clock_is_moved(world: World) -> None:
    set_(world, note(1, 5000))
    clock = Clock()
    with running(world, clock) as one:
        sleep(0.05)
        assert left(world) == 1
        clock.now += dt.timedelta(hours=2)
        one.wake()
        until(lambda: left(world) == 0)


def test_it_looks_by_itself_after_some_silence(world: World, other: World) -> None:
    with running(world, Clock(), silence=0.02):
        set_(other, note(1))
        until(lambda: left(world) == 0)
    assert texts(world) == {"1": 1}


def test_many_are_issued_without_a_pause(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timetable, "MOST", 4)
    set_(world, *(note(n) for n in range(11)))
    with running(world, Clock()):
        until(lambda: left(world) == 0)
    assert texts(world) == {f"{n}": 1 for n in range(11)}


def test_two_loops_that_race_issue_each_timer_once(world: World, other: World) -> None:
    set_(world, *(note(n) for n in range(60)))
    with running(world, Clock()), running(other, Clock()):
        until(lambda: left(world) == 0)
    assert texts(world) == {f"{n}": 1 for n in range(60)}
    assert count(world, outcomes) == 0


def test_it_ends_behind_what_is_being_issued(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    set_(world, note(1))
    entered, go, run = Event(), Event(), world.pipeline.run

    def slow(todo: Any) -> Any:
        entered.set()
        go.wait(10)
        return run(todo)

    monkeypatch.setattr(world.pipeline, "run", slow)
    one = Timetable(world.pipeline, clock=Clock(), silence=NEVER)
    one.start()
    assert entered.wait(10)
    one._tell(ending=True)
    go.set()
    one.stop()
    one.stop()  # once more does nothing
    assert (left(world), texts(world)) == (0, {"1": 1})
    one.start()  # and again
    one.stop()


def test_a_failed_one_pauses_alone_and_shows(world: World) -> None:
    clock = Clock()
    set_(world, broken(1), note(2))
    with running(world, clock) as one:
        until(lambda: count(world, outcomes) == 1)
        until(lambda: left(world) == 1)
        for _ in range(3):
            one.wake()
        clock.now += dt.timedelta(seconds=2)
        one.wake()
        until(lambda: tries(world) == 2)
    assert one.state().error is None
    assert texts(world) == {"2": 1}


def tries(world: World) -> int:
    with world.ledger.reader.begin() as tx:
        return int(tx.execute(sa.select(outcomes.c.tries)).scalar_one())


def test_one_that_spoils_the_batch_is_found_and_postponed(world: World) -> None:
    """A view that fails on its event takes the whole batch with it: the others are issued all the same."""

    def poisoned(tx: sa.Connection, batch: Sequence[Recorded]) -> None:
        if any(codec.event_of(one) == Noted(text="2") for one in batch):
            raise ZeroDivisionError

    spoilt = replace(toy.TOY, views=(*toy.TOY.views, View(name="spoilt", version=1, tables=(), apply=poisoned)))
    set_(world, note(1), note(2), note(3))
    found = timetable.tick(Pipeline(spoilt, world.ledger), at(0))
    assert [answer.failed for answer in found] == [False, True, False]
    assert (left(world), tries(world)) == (1, 1)
    assert texts(world) == {"1": 1, "3": 1}


def test_trouble_with_the_store_shows_and_passes(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    set_(world, note(1))

    def lost(*more: Any) -> Any:
        raise sa.exc.OperationalError("SELECT", {}, OSError("disk"))

    monkeypatch.setattr(timers, "pause_after", lambda tries: 0.01)
    with monkeypatch.context() as patch, running(world, Clock()) as one:
        patch.setattr(timers, "waiting", lost)
        one.wake()
        until(lambda: one.state().failures > 1)
        assert isinstance(one.state().error, sa.exc.OperationalError)
        patch.undo()
        until(lambda: one.state().error is None)
        until(lambda: left(world) == 0)
    assert texts(world) == {"1": 1}
