"""A service as small as can be: rosters with a limit, members who join them; and what holds for any ledger."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from shared.events import Recorded, Refused, catalogue, codec, streams
from shared.events.catalogue import Category, EventType
from shared.events.envelope import ORIGIN
from shared.events.platform import AttemptRefused
from shared.ledger import Ledger, sql
from shared.ledger.store import leaf_of
from shared.runtime import rebuild, timers
from shared.runtime.calls import Answer, Call
from shared.runtime.folder import Folder
from shared.runtime.pipeline import Pipeline
from shared.runtime.service import Fact, Service, View
from shared.runtime.subscription import Subscription

KEYS = itertools.count()
NOW = "2027-03-15T02:00:00.000000Z"


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A roster takes members, so many at most; at an instant it closes by itself."""

    limit: int
    until: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Closed:
    """It takes no more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted:
    """Words."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Strayed:
    """Something that concerns another roster than its stream's."""

    to: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """Something that takes two persons."""

    text: str
    ok: str | None = None
    by: str | None = None
    unit: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined:
    """A member, with what only the pipeline knows."""

    points: int
    by: str
    at: str
    alias: str
    vacancy: str


HAPPENED: tuple[Any, ...] = (Opened, Closed, Noted, Strayed, Settled, Joined)
TYPES = tuple(EventType(name=f"merit.toy.{of.__name__}.v1", of=of) for of in HAPPENED)
CATEGORIES = (
    Category(name="roster", service="toy", public=True),
    Category(name="member", service="toy", public=False, holder=1, vacancy=True),
)


def register(into: Callable[[Any, Any, Any], None] = lambda known, key, value: known.update({key: value})) -> None:
    """The toy's types and categories into the catalogue of this process."""
    for kind in TYPES:
        into(catalogue.BY_NAME, kind.name, kind)
        into(catalogue.BY_CLASS, kind.of, kind)
    for category in CATEGORIES:
        into(catalogue.CATEGORIES, category.name, category)


@dataclass(frozen=True, slots=True, kw_only=True)
class Open:
    limit: int
    until: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Close:
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Stray:
    to: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Settle:
    text: str
    ok: str | None = None
    by: str | None = None
    unit: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Break:
    """Its rule has a fault."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Join:
    points: int
    by: str | None = None
    at: str | None = None
    alias: str | None = None
    vacancy: str | None = None


COMMANDS: Mapping[str, Any] = {kind.__name__: kind for kind in (Open, Close, Note, Stray, Settle, Break, Join)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """What members must know of their roster."""

    limit: int = 0
    closed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """What a roster must know of its members."""

    members: int = 0
    points: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterFacts:
    tally: Tally


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberFacts:
    limit: Limit
    tally: Tally


@dataclass(frozen=True, slots=True)
class Roster:
    """The state of a roster: its limit, whether it is open, how many notes it holds."""

    limit: int = 0
    closed: bool = False
    notes: int = 0


def decide_roster(command: Any, state: Roster, facts: RosterFacts) -> list[Any]:
    match command:
        case Open(limit=limit, until=until):
            return [] if state.limit else [Opened(limit=limit, until=until)]
        case Close() if state.closed:
            return []
        case Close() if facts.tally.members == 0:
            raise Refused("roster.nobody")
        case Close():
            return [Closed()]
        case Note(text=text):
            return [Noted(text=text)]
        case Settle() if state.closed:
            raise Refused("roster.closed")
        case Settle(ok=None):
            raise Refused("act.needs_approval")
        case Settle(text=text, ok=ok, by=by, unit=unit):
            return [Settled(text=text, ok=ok, by=by, unit=unit)]
        case Stray(to=to):
            return [Noted(text="before"), Strayed(to=to)]
    raise ZeroDivisionError("a fault of ours, with words that nobody may read")


def evolve_roster(state: Roster, event: Any) -> Roster:
    match event:
        case Opened(limit=limit):
            return replace(state, limit=limit)
        case Closed():
            return replace(state, closed=True)
        case Noted():
            return replace(state, notes=state.notes + 1)
    return state


def decide_member(command: Join, state: Joined | None, facts: MemberFacts) -> list[Any]:
    if state is not None and state.points == command.points:
        return []
    if state is not None:
        raise Refused("member.already")
    if command.points < 0:
        raise Refused("member.negative", AttemptRefused(act="Join", code="member.negative", digest="0" * 64))
    if facts.limit.closed or facts.tally.members >= facts.limit.limit:
        raise Refused("roster.full")
    assert command.by is not None
    assert command.at is not None
    assert command.alias is not None
    assert command.vacancy is not None
    return [
        Joined(
            points=command.points, by=command.by, at=command.at, alias=command.alias, vacancy=command.vacancy
        )
    ]  # fmt: skip


def evolve_member(state: Joined | None, event: Any) -> Joined | None:
    return event if isinstance(event, Joined) else state


@dataclass
class Rules:
    """A decider; elsewhere a module is one."""

    initial: Any
    Facts: Any
    decide: Callable[[Any, Any, Any], Sequence[Any]]
    evolve: Callable[[Any, Any], Any]


def tally_key(stream: str, act: Any) -> str | None:
    """The roster; an act that strays concerns another one, but only once it has happened."""
    return act.to if isinstance(act, Strayed) else streams.ident(stream)


def limit_key(stream: str, act: Any) -> str | None:
    """The roster, for all but notes."""
    return None if isinstance(act, Note | Noted) else streams.ident(stream)


def fold_tally(before: Tally, stream: str, event: Any, position: int) -> Tally:
    match event:
        case Joined(points=points):
            return Tally(members=before.members + 1, points=before.points + points)
        case Strayed():
            return replace(before, points=before.points + 1)
    return before


def fold_limit(before: Limit, stream: str, event: Any, position: int) -> Limit:
    match event:
        case Opened(limit=limit):
            return replace(before, limit=limit)
        case Closed():
            return replace(before, closed=True)
    return before


members = sa.Table(
    "toy_members",
    sa.MetaData(),
    sa.Column("vacancy", sa.Text, primary_key=True),
    sa.Column("application", sa.Text, primary_key=True),
    sa.Column("points", sa.Integer, nullable=False),
    sa.Column("position", sa.BigInteger, nullable=False),
    sqlite_with_rowid=False,
)


def keep_members(tx: sa.Connection, batch: Sequence[Recorded]) -> None:
    rows = [
        (streams.ident(one.stream), streams.parts(one.stream)[1], event.points, one.position)
        for one in batch
        if isinstance(event := codec.event_of(one), Joined)
    ]
    sql.fill(tx, "toy_members", ("vacancy", "application", "points", "position"), rows)


def keep_timers(tx: sa.Connection, batch: Sequence[Recorded]) -> None:
    for one in batch:
        match codec.event_of(one):
            case Opened(until=str(until)):
                timers.set_timers(tx, [timers.Due(stream=one.stream, kind="close", at=until, command=Close())])
            case Closed():
                timers.clear_timers(tx, one.stream, "close")


OWN = View(name="members", version=1, tables=(members,), apply=keep_members)
TIMETABLE = View(name="timetable", version=1, tables=(), apply=keep_timers)
TOY = Service(
    name="toy",
    deciders={
        "roster": Rules(Roster(), RosterFacts, decide_roster, evolve_roster),
        "member": Rules(None, MemberFacts, decide_member, evolve_member),
    },
    facts=(
        Fact(name="limit", of=Limit, initial=Limit(), key=limit_key, fold=fold_limit),
        Fact(name="tally", of=Tally, initial=Tally(), key=tally_key, fold=fold_tally),
    ),
    views=(OWN, TIMETABLE),
    commands=COMMANDS,
)

words = sa.Table(
    "toy_words",
    sa.MetaData(),
    sa.Column("position", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("stream", sa.Text, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sqlite_with_rowid=False,
)


def words_view(*, poison: Callable[[Recorded], bool] = lambda one: False, name: str = "words") -> View:
    """A view in a store of its own: what was noted; it fails on an event that is poison to it."""

    def apply(tx: sa.Connection, batch: Sequence[Recorded]) -> None:
        rows = [(one.position, one.stream, codec.event_of(one).text) for one in batch if one.type.endswith("Noted.v1")]
        sql.fill(tx, "toy_words", ("position", "stream", "text"), rows)
        if any(map(poison, batch)):
            raise ZeroDivisionError("poison")

    return View(name=name, version=1, tables=(words,), apply=apply)


@dataclass
class World:
    """One opened folder with the toy's pipeline, as one process has it."""

    folder: Folder
    pipeline: Pipeline

    @property
    def ledger(self) -> Ledger:
        return self.pipeline.ledger

    def call(self, stream: str, command: Any, key: str | None = None, **more: Any) -> Call:
        """A command with a key of its own, if none is named."""
        given = {"by": "operator:shell", "received_at": NOW, **more}
        return Call(stream=stream, command=command, key=key or f"k{next(KEYS)}", **given)

    def open(self, roster: str = "pauh.R1", limit: int = 1000, **more: Any) -> Call:
        return self.call(f"roster-{roster}", Open(limit=limit, **more))

    def note(self, text: str, roster: str = "pauh.R1", key: str | None = None) -> Call:
        return self.call(f"roster-{roster}", Note(text=text), key)

    def join(self, n: int, points: int = 1, key: str | None = None, roster: str = "pauh.R1", **more: Any) -> Call:
        return self.call(f"member-{roster}+A{n}", Join(points=points), key, **more)

    def one(self, call: Call) -> Answer:
        """On this thread, in a batch of its own."""
        (answer,) = self.pipeline.run([call])
        return answer

    def words(self, store: str = "read", **more: Any) -> Subscription:
        """A view of the notes, in a store of that name."""
        made = Subscription(view=words_view(**more), store=self.folder.store(store))
        made.create()
        return made


PEOPLE = 120


@contextmanager
def world(path: Path, service: Service = TOY) -> Iterator[World]:
    """A folder, opened or made, with people whose ids are A0, A1, ..."""
    folder = Folder(path, create=True)
    try:
        folder.keys.enrol({f"person{n}": [f"A{n}"] for n in range(PEOPLE)})
        yield World(folder, Pipeline(service, folder.ledger(service)))
    finally:
        folder.close()


def history(ledger: Ledger) -> list[Recorded]:
    """All events."""
    return list(itertools.chain.from_iterable(ledger.read()))


def folded(service: Service, ledger: Ledger) -> dict[str, tuple[Any, int]]:
    """The states of all streams and the version of each next event, from the ledger alone."""
    states: dict[str, tuple[Any, int]] = {}
    for one in history(ledger):
        decider = service.deciders[streams.category(one.stream)]
        state, version = states.get(one.stream, (decider.initial, 0))
        assert one.version == version
        states[one.stream] = decider.evolve(state, codec.event_of(one)), version + 1
    return states


def facts_of(ledger: Ledger, service: Service = TOY) -> dict[str, Any]:
    """The rows that the pipeline keeps."""
    kept = rebuild.FoldedFacts(service)
    with ledger.reader.begin() as tx:
        kept.load(tx)
    return kept.values


def assert_whole(pipeline: Pipeline) -> list[Recorded]:
    """What must hold of a ledger at any time: order, hashes, and all that is derived equals its fold."""
    service, ledger = pipeline.service, pipeline.ledger
    found = history(ledger)
    assert [one.position for one in found] == list(range(ledger.size()))
    ledger.keys.ensure(one.stream for one in found)
    previous, moment = ORIGIN, ""
    for one in found:
        assert one.previous_leaf == previous
        assert one.leaf == leaf_of(one, ledger.keys.of(one.stream))
        assert one.recorded_at >= moment
        previous, moment = one.leaf, one.recorded_at
    states = folded(service, ledger)
    kept = pipeline._states if pipeline.seen == len(found) else {}  # else it is behind, and knows that
    for stream, cached in kept.items():
        assert cached == states.get(stream, (service.deciders[streams.category(stream)].initial, 0))
    fresh = rebuild.FoldedFacts(service)
    fresh.fold(found)
    assert facts_of(ledger, service) == fresh.values
    assert rebuild.own_drifted(service, ledger) is None
    return found


def texts(found: Sequence[Recorded]) -> dict[str, list[int]]:
    """The positions at which each text was noted."""
    made = defaultdict(list)
    for one in found:
        if isinstance(event := codec.event_of(one), Noted):
            made[event.text].append(one.position)
    return made
