"""One turn of the pipeline: commands decided one after the other over states and facts that are kept in step in
memory."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from functools import cache
from typing import Any

import sqlalchemy as sa

from shared.events import Draft, Recorded, Refused, Unreadable, codec, streams
from shared.ledger import Batch, Keys, sql
from shared.runtime import calls
from shared.runtime.calls import Answer, Call
from shared.runtime.service import Service

log = logging.getLogger("merit.pipeline")

metadata = sa.MetaData()
facts_table = sa.Table(
    "facts",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),  # name:key
    sa.Column("value", sa.Text, nullable=False),
    sqlite_with_rowid=False,
)
LONGEST = 60_000  # bytes of a payload; its leaf ends at 65,535

State = tuple[Any, int]  # of a stream, and the version of its next event


@dataclass(slots=True)
class Turn:
    """A batch under the lock. Nothing of it is seen outside before it is durable."""

    service: Service
    keys: Keys
    batch: Batch
    stored: Mapping[str, Sequence[tuple[int, str, str]]]  # events of streams that are not cached, not yet folded
    states: dict[str, State]  # working copies; swapped into the cache after the commit
    facts: dict[str, Any]
    drafts: list[Draft]
    touched: dict[str, Any]
    known: dict[bytes, tuple[bytes, Answer]]
    made: dict[bytes, tuple[bytes, Answer]]

    @classmethod
    def begin(
        cls, service: Service, keys: Keys, batch: Batch, todo: Sequence[Call], cached: Mapping[str, State]
    ) -> Turn:
        """All that these commands can ask for, in one query each."""
        turn = cls(service, keys, batch, {}, {}, {}, [], {}, {}, {})
        turn.known = calls.known(batch.tx, [call.digest() for call in todo])
        turn._load_states(dict.fromkeys(call.stream for call in todo), cached)
        turn._load_facts(todo)
        return turn

    def finish(self) -> list[Recorded]:
        """Everything that happened, appended, with the tables that follow from it."""
        recorded = self.batch.append(self.drafts)
        if self.made:
            calls.remember(self.batch.tx, self.made)
        save_facts(self.batch.tx, self.touched)
        if recorded:
            for view in self.service.views:
                view.apply(self.batch.tx, recorded)
        return recorded

    def decide(self, call: Call) -> Answer:
        """One command; refused or failed, it does so alone."""
        digest = call.digest()
        try:
            body = call.body()
        except Unreadable:
            return Answer(refused="command.unreadable")
        first = self.made.get(digest) or self.known.get(digest)
        if first is not None:
            return replace(first[1], repeated=True) if first[0] == body else Answer(refused="key.other_body")
        try:
            answer = self._try(call)
        except Exception:
            log.exception("a command failed", extra={"act": type(call.command).__name__, "service": self.service.name})
            return Answer(failed=True)
        if answer.events or answer.refused is None:
            self.made[digest] = body, answer
        return answer

    def _try(self, call: Call) -> Answer:
        refused: str | None = None
        decider = self.service.deciders[streams.category(call.stream)]
        if call.stream not in self.states:
            self.states[call.stream] = self._folded_state(call.stream, self.stored.get(call.stream, ()))
        state, _ = self.states[call.stream]
        try:
            command = filled(call, self.keys)
            events = decider.decide(command, state, self._facts_for(decider, call))
        except Refused as refusal:
            refused, events = refusal.code, refusal.evidence
        return self._happened(call, events, refused)

    def _happened(self, call: Call, events: Sequence[Any], refused: str | None) -> Answer:
        """Drafts, states and facts, all or none of them."""
        decider = self.service.deciders[streams.category(call.stream)]
        state, version = self.states[call.stream]
        drafts: list[Draft] = []
        folded: dict[str, Any] = {}
        position = self.batch.size + len(self.drafts)
        for event in events:
            made = codec.draft(
                call.stream, version, event, received_at=call.received_at, actor=call.by, causation=call.causation,
                correlation=call.correlation,
            )  # fmt: skip
            if len(made.data) * 4 > LONGEST and len(made.data.encode()) > LONGEST:
                return Answer(refused="event.too_long")
            folded |= self._folded(call.stream, event, position + len(drafts), folded)
            state, version = decider.evolve(state, event), version + 1
            drafts.append(made)
        self.states[call.stream] = state, version
        self.facts |= folded
        self.touched |= folded
        self.drafts += drafts
        return Answer(position + len(drafts) - 1 if drafts else None, len(drafts), refused)

    def _folded(self, stream: str, event: Any, position: int, already: Mapping[str, Any]) -> dict[str, Any]:
        changed = {}
        for fact in self.service.facts:
            key = fact.key(stream, event)
            if key is None:
                continue
            id = f"{fact.name}:{key}"
            before = already[id] if id in already else self.facts[id]
            after = fact.fold(before, stream, event, position)
            if after is not before:
                changed[id] = after
        return changed

    def _facts_for(self, decider: Any, call: Call) -> Any:
        wanted = {}
        for fact in self.service.facts:
            if fact.name in _names(decider.Facts):
                key = fact.key(call.stream, call.command)
                wanted[fact.name] = fact.initial if key is None else self.facts[f"{fact.name}:{key}"]
        return decider.Facts(**wanted)

    def _load_states(self, wanted: Mapping[str, None], cached: Mapping[str, State]) -> None:
        self.states = {stream: cached[stream] for stream in wanted if stream in cached}
        self.stored = self.batch.load([stream for stream in wanted if stream not in cached])

    def _folded_state(self, stream: str, rows: Sequence[tuple[int, str, str]]) -> State:
        decider = self.service.deciders[streams.category(stream)]
        state = decider.initial
        for _, kind, data in rows:
            state = decider.evolve(state, codec.decode(kind, data))
        return state, len(rows)

    def _load_facts(self, todo: Sequence[Call]) -> None:
        named = {}
        for call in todo:
            for fact in self.service.facts:
                key = fact.key(call.stream, call.command)
                if key is not None:
                    named[f"{fact.name}:{key}"] = fact
        found = dict(sql.gather(self.batch.tx, ("id", "value"), "facts", "id", list(named)))
        for id, fact in named.items():
            self.facts[id] = codec.read(fact.of, found[id]) if id in found else fact.initial


def save_facts(tx: sa.Connection, touched: Mapping[str, Any]) -> None:
    """The rows of facts that changed, each written once."""
    rows = [(id, codec.body(value).decode()) for id, value in touched.items()]
    sql.fill(tx, "facts", ("id", "value"), rows, "ON CONFLICT (id) DO UPDATE SET value = excluded.value")


@cache
def _names(facts: Any) -> frozenset[str]:
    return frozenset(item.name for item in fields(facts))


@cache
def _filled(command: Any) -> tuple[str, ...]:
    return tuple(item.name for item in fields(command) if item.name in _FILL)


def filled(call: Call, keys: Keys) -> Any:
    """The command with what only the pipeline may say: `by`, `at`, `alias`, `vacancy`. Refused if nobody holds the
    stream's id."""
    held = keys.of(call.stream)
    kind: Any = type(call.command)
    names = _filled(kind)
    if not names:
        return call.command
    return replace(call.command, **{name: _FILL[name](call, held) for name in names})


_FILL: Mapping[str, Callable[[Call, Any], Any]] = {  # calls.FILLED
    "by": lambda call, held: call.by,
    "at": lambda call, held: call.received_at,
    "alias": lambda call, held: held.alias,
    "vacancy": lambda call, held: streams.ident(call.stream),
}
