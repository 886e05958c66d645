"""What the demonstration stands on: a platform whose clock it moves, and people who act on it.

Everything is done on one thread, in an order that does not change: the same numbers come out on every machine.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from types import MappingProxyType
from typing import Any, Final

import sqlalchemy as sa

from services.cli.platform import Platform
from shared.events import codec, instant, streams
from shared.events.catalogue import BY_CLASS
from shared.ledger.store import events
from shared.runtime.approvals import Approve, proposed
from shared.runtime.calls import Answer, Call
from shared.runtime.demo import DemoClock
from shared.runtime.grants import digest_of_call
from shared.runtime.pipeline import Pipeline
from shared.runtime.preparing import is_stale, prepared, prepared_all
from shared.runtime.timers import is_anything_due
from shared.runtime.timetable import tick

AGENCY: Final = "pauh"
JAKARTA: Final = dt.timezone(dt.timedelta(hours=7))
NOTHING: Final[Mapping[str, Any]] = MappingProxyType({})


class Astray(Exception):
    """The platform answered otherwise than the story foresaw."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Somebody made up, and the unit that they act in."""

    id: str
    unit: str


@dataclass
class Stage:
    """A platform being played on. `told` are the numbers of what happened, by step."""

    platform: Platform
    clock: DemoClock
    links: Sequence[tuple[Any, Pipeline]]  # what follows which ledger, in this order
    say: Callable[[str, Mapping[str, Any]], None]
    actors: dict[str, Actor] = field(default_factory=dict)
    told: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    _keys: Iterable[int] = field(default_factory=count)

    @property
    def pipelines(self) -> Mapping[str, Pipeline]:
        """Every write side, by service."""
        return self.platform.pipelines

    def tell(self, what: str, /, varying: Mapping[str, Any] = NOTHING, **numbers: Any) -> None:
        """A step happened, with these numbers; what varies from run to run is said and not counted among them."""
        self.told[what] = numbers
        self.say(what, {**numbers, **varying})

    def counted(self, kind: Any) -> int:
        """How many events of a kind the ledgers hold."""
        name = BY_CLASS[kind].name
        chosen = sa.select(sa.func.count()).select_from(events).where(events.c.type == name)
        found = 0
        for one in self.pipelines.values():
            with one.ledger.reader.begin() as tx:
                found += int(tx.execute(chosen).scalar_one())
        return found

    def pipeline(self, stream: str) -> Pipeline:
        """The one whose stream it is."""
        category = streams.category(stream)
        for one in self.pipelines.values():
            if category in one.service.deciders and category != "approval":
                return one
        raise Astray(f"nobody has {stream}")

    def call(self, stream: str, command: Any, by: Actor | str) -> Call:
        """A command, as somebody sends it now."""
        who = self.actors[by] if isinstance(by, str) else by
        return Call(
            stream=stream,
            command=command,
            by=who.id,
            unit=who.unit,
            key=f"demo/{next(iter(self._keys))}",
            received_at=instant(self.clock()),
        )

    def act(self, stream: str, command: Any, by: Actor | str) -> Answer:
        """Done, or Astray."""
        return self.all([self.call(stream, command, by)])[0]

    def all(self, calls: Sequence[Call]) -> list[Answer]:
        """Many commands of one service, in full batches; Astray if one of them is refused."""
        found = self.tried(calls)
        for call, answer in zip(calls, found, strict=True):
            if answer.refused or answer.failed:
                raise Astray(f"{type(call.command).__name__} on {call.stream}: {answer.refused or 'failed'}")
        return found

    def tried(self, calls: Sequence[Call]) -> list[Answer]:
        """The same, whatever the answers are."""
        if not calls:
            return []
        pipeline = self.pipeline(calls[0].stream)
        if type(calls[0].command) not in pipeline.service.prepare:
            return pipeline.run(calls)
        ready = prepared_all(pipeline.service, pipeline.ledger, calls)
        found = pipeline.run(ready)
        if len(calls) == 1 and is_stale(ready[0], found[0]):
            return pipeline.run([prepared(pipeline.service, pipeline.ledger, calls[0])])
        return found

    def refused(self, stream: str, command: Any, by: Actor | str) -> str:
        """What somebody is told who tries what is not allowed. Astray if it was done."""
        answer = self.tried([self.call(stream, command, by)])[0]
        if answer.refused is None:
            raise Astray(f"{type(command).__name__} on {stream} was not refused")
        return answer.refused

    def by_two(self, stream: str, command: Any, first: str, second: str) -> None:
        """Proposed by one, approved by another of another unit, and done by the timetable."""
        self.all_by_two([(stream, command)], first, second)

    def all_by_two(self, acts: Sequence[tuple[str, Any]], first: str, second: str) -> None:
        """The same of many acts of one service: proposed, approved, done, each as its own."""
        pipeline = self.pipeline(acts[0][0])
        calls = [self.call(stream, command, first) for stream, command in acts]
        named = [f"approval-{streams.agency(one.stream)}.{one.key.replace('/', '-')}" for one in calls]
        both = (
            [self.call(name, proposed(one), first) for name, one in zip(named, calls, strict=True)],
            [
                self.call(name, Approve(digest=digest_of_call(one)), second)
                for name, one in zip(named, calls, strict=True)
            ],
        )
        for step in both:
            for call, answer in zip(step, pipeline.run(step), strict=True):
                if answer.refused or answer.failed:
                    raise Astray(f"{type(call.command).__name__}: {answer.refused or 'failed'}")
        done = tick(pipeline, instant(self.clock()))
        if len(done) < len(acts) or any(answer.refused or answer.failed for answer in done):
            raise Astray(f"{type(acts[0][1]).__name__}: {[one.refused or one.failed for one in done]}")

    def to(self, moment: dt.datetime) -> None:
        """The clock, forward; then whatever became due is issued."""
        self.clock.forward(moment)
        self.platform.daily()
        self.settle()

    def on(self, day: dt.date, hour: int = 9, minute: int = 0) -> dt.datetime:
        """An hour of a day in Jakarta."""
        return dt.datetime(day.year, day.month, day.day, hour, minute, tzinfo=JAKARTA)

    @property
    def today(self) -> dt.date:
        """The day in Jakarta."""
        return self.clock().astimezone(JAKARTA).date()

    def settle(self) -> None:
        """Timers, read models and reactions until nothing moves."""
        for _ in range(50):
            moved = self._ticked() + self._followed()
            if not moved:
                return
        raise Astray("it does not come to rest")

    def _ticked(self) -> int:
        moved, now = 0, instant(self.clock())
        for one in self.pipelines.values():
            while is_anything_due(one.ledger, now):
                answers = tick(one, now)
                moved += len(answers)
                if all(answer.failed for answer in answers):
                    raise Astray(f"the timetable of {one.service.name} fails")
        return moved

    def _followed(self) -> int:
        before = sum(one.ledger.size() for one in self.pipelines.values())
        for link, source in self.links:
            link.catch_up(source.ledger)
        return sum(one.ledger.size() for one in self.pipelines.values()) - before


def happened(stage: Stage, stream: str, kind: Any) -> list[Any]:
    """Every event of this kind on a stream."""
    history = map(codec.event_of, stage.pipeline(stream).ledger.history(stream))
    return [event for event in history if isinstance(event, kind)]
