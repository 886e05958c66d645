"""The timetable: one thread per ledger that issues what is due, by a clock that is an argument.

It is woken by the pipeline that grew the ledger, by `wake` (the clock was moved), by the next due instant, and looks by
itself after a second of silence, for other processes set timers too. Commands are prepared first; one whose preparation
fails, or was overtaken by somebody who wrote meanwhile, counts as failed. A timer that fails is postponed alone, with a
growing pause; trouble with the store itself is tried again with a growing pause, and shows.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from threading import Thread
from time import sleep
from typing import Any

import sqlalchemy as sa

from shared.events import MeritError, Unreadable, instant
from shared.ledger.store import Clock
from shared.runtime import timers
from shared.runtime.calls import Answer, Call
from shared.runtime.pipeline import Pipeline
from shared.runtime.preparing import is_stale, prepared
from shared.runtime.timers import FAILED, Row

log = logging.getLogger("merit.timetable")

SILENCE = 1.0  # seconds after which it looks by itself
MOST = 500  # timers of one round
BREATH = 0.02  # seconds between two rounds: a busy pipeline is not asked after every batch


@dataclass(frozen=True, slots=True, kw_only=True)
class Keeping:
    """How the loop does: rounds that failed in a row, and the `error` of the last."""

    failures: int = 0
    error: Exception | None = None


class Timetable:
    """Issues the timers of a pipeline's ledger. The commands are those that its service names."""

    def __init__(self, pipeline: Pipeline, *, clock: Clock, silence: float = SILENCE) -> None:
        self._pipeline = pipeline
        self._clock = clock
        self._silence = silence
        self._ending = False
        self._woken = 0
        self._thread: Thread | None = None
        self._state = Keeping()

    def start(self) -> None:
        """The thread; what fell due meanwhile is issued first."""
        self._ending = False
        self._thread = Thread(target=self._loop, name=f"timetable-{self._pipeline.service.name}", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Ends behind what is being issued."""
        if self._thread is not None:
            self._tell(ending=True)
            self._thread.join()
            self._thread = None

    def wake(self) -> None:
        """Look now: the clock was moved, or somebody else wrote."""
        self._tell(ending=False)

    def state(self) -> Keeping:
        """Whether it goes well."""
        return self._state

    def _tell(self, *, ending: bool) -> None:
        with self._pipeline.grown:
            self._ending = self._ending or ending
            self._woken += 1
            self._pipeline.grown.notify_all()

    def _loop(self) -> None:
        while not self._ending:
            seen = self._pipeline.seen, self._woken
            pause = self._round()
            with self._pipeline.grown:
                self._pipeline.grown.wait_for(partial(self._called, seen), pause)
            sleep(BREATH)

    def _called(self, seen: tuple[int, int]) -> bool:
        return self._ending or (self._pipeline.seen, self._woken) != seen

    def _round(self) -> float:
        """Everything that is due now; then how long nothing is, at most the silence."""
        now = instant(self._clock())
        try:
            if timers.is_anything_due(self._pipeline.ledger, now) and len(tick(self._pipeline, now)) == MOST:
                return 0
            following = timers.next_after(self._pipeline.ledger, now)
        except (MeritError, sa.exc.SQLAlchemyError) as error:
            log.exception("the timetable failed", extra={"service": self._pipeline.service.name})
            self._state = Keeping(failures=self._state.failures + 1, error=error)
            return float(timers.pause_after(self._state.failures))
        self._state = Keeping()
        return self._silence if following is None else min(self._silence, _seconds(now, following))


def _seconds(now: str, later: str) -> float:
    return (dt.datetime.fromisoformat(later) - dt.datetime.fromisoformat(now)).total_seconds()


def tick(pipeline: Pipeline, now: str) -> list[Answer]:
    """One round of the loop: together, or one by one where one of them spoils the batch."""
    rows = timers.waiting(pipeline.ledger, now, MOST)
    try:
        return _issued(pipeline, pipeline.service.commands, now, rows)
    except MeritError:
        return [_alone(pipeline, now, row) for row in rows]


def issue(pipeline: Pipeline, commands: Mapping[str, Any], now: str) -> list[Answer]:
    """Everything due by now, as commands of the service by name. Refused ones leave the table and stand in `outcomes`,
    failed ones stay and are postponed."""
    return _issued(pipeline, commands, now, timers.waiting(pipeline.ledger, now, MOST))


def _alone(pipeline: Pipeline, now: str, row: Row) -> Answer:
    try:
        return _issued(pipeline, pipeline.service.commands, now, [row])[0]
    except MeritError:
        log.exception("a timer failed", extra={"act": row.command, "service": pipeline.service.name})
        with pipeline.ledger.writer.begin() as tx:
            timers.settle(tx, row, FAILED, now)
        return FAILED


def _issued(pipeline: Pipeline, commands: Mapping[str, Any], now: str, rows: Sequence[Row]) -> list[Answer]:
    if not rows:
        return []
    asked = [_call(pipeline, row, commands, now) for row in rows]
    answers = iter(pipeline.behind([call for call in asked if call is not None]))
    found = [FAILED if call is None else _outcome(call, next(answers)) for call in asked]
    with pipeline.ledger.writer.begin() as tx:
        for row, answer in zip(rows, found, strict=True):
            timers.settle(tx, row, answer, now)
    return found


def _call(pipeline: Pipeline, row: Row, commands: Mapping[str, Any], now: str) -> Call | None:
    try:
        return prepared(pipeline.service, pipeline.ledger, row.call(commands, now))
    except Unreadable:
        log.exception("a timer that cannot be read", extra={"act": row.command})
    except Exception:
        log.exception("a timer that cannot be prepared", extra={"act": row.command, "service": pipeline.service.name})
    return None


def _outcome(call: Call, answer: Answer) -> Answer:
    """A stale preparation is no refusal: the timer stays, and is prepared anew. One that never agrees shows so."""
    return FAILED if is_stale(call, answer) else answer
