"""One turn of the pipeline: commands decided one after the other over states and facts that are kept in step in
memory."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from functools import cache
from typing import Any, NamedTuple, cast

import sqlalchemy as sa

from shared.events import Draft, Recorded, Refused, Unreadable, codec, streams
from shared.ledger import Batch, Keys, sql
from shared.runtime import calls, grants
from shared.runtime.calls import Answer, Call
from shared.runtime.service import Decider, Done, Fact, Service

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


class Asked(NamedTuple):
    """A command, and what could be found out about it before the first decision. `facts`: row of each fact, by name;
    None if they cannot be told, a fault of this command alone."""

    call: Call
    digest: bytes
    decider: Decider
    facts: Mapping[str, str] | None


@dataclass(slots=True)
class Turn:
    """A batch under the lock. Nothing of it is seen outside before it is durable."""

    service: Service
    keys: Keys
    batch: Batch
    asked: Sequence[Asked]
    stored: Mapping[str, Sequence[tuple[int, str, str]]]  # events of streams that are not cached, not yet folded
    states: dict[str, State]  # working copies; swapped into the cache after the commit
    facts: dict[str, Any] = field(default_factory=dict)
    touched: dict[str, Any] = field(default_factory=dict)
    drafts: list[Draft] = field(default_factory=list)
    done: list[tuple[Call, int, int]] = field(default_factory=list)  # whose drafts are which
    known: Mapping[bytes, tuple[bytes, Answer]] = field(default_factory=dict)
    made: dict[bytes, tuple[bytes, Answer]] = field(default_factory=dict)

    @classmethod
    def begin(
        cls, service: Service, keys: Keys, batch: Batch, todo: Sequence[Call], cached: Mapping[str, State]
    ) -> Turn:
        """All that these commands can ask for, in one query each."""
        wanted = dict.fromkeys(call.stream for call in todo)
        stored = batch.load([stream for stream in wanted if stream not in cached])
        states = {stream: cached[stream] for stream in wanted if stream in cached}
        turn = cls(service, keys, batch, (), stored, states)
        turn.asked = [turn._asked(call) for call in todo]
        turn.known = calls.known(batch.tx, [one.digest for one in turn.asked])
        turn._load_facts()
        return turn

    def run(self) -> list[Answer]:
        """One command after the other, each over what those before it did."""
        return [self.decide(one) for one in self.asked]

    def finish(self) -> list[Recorded]:
        """Everything that happened, appended, with the tables that follow from it."""
        recorded = self.batch.append(self.drafts)
        if self.made:
            calls.remember(self.batch.tx, self.made)
        save_facts(self.batch.tx, self.touched)
        if recorded:
            for view in self.service.views:
                view.apply(self.batch.tx, recorded)
            for keep in self.service.beside:
                keep(self.batch.tx, [Done(call, recorded[start:end]) for call, start, end in self.done])
        return recorded

    def decide(self, asked: Asked) -> Answer:
        """One command; refused or failed, it does so alone."""
        call, digest = asked.call, asked.digest
        try:
            body = call.body()
        except Unreadable:
            return Answer(refused="command.unreadable")
        try:
            first = self.made.get(digest) or self.known.get(digest)
            if first is not None:
                return first[1]._replace(repeated=True) if first[0] == body else Answer(refused="key.other_body")
            answer = self._try(asked)
        except Exception:
            log.exception("a command failed", extra={"act": type(call.command).__name__, "service": self.service.name})
            return Answer(failed=True)
        if answer.events or answer.refused is None:
            self.made[digest] = body, answer
        return answer

    def _try(self, asked: Asked) -> Answer:
        refused: str | None = None
        call, decider = asked.call, asked.decider
        if asked.facts is None:
            raise LookupError("facts that cannot be told")
        state, rows = self._state(call.stream, decider), asked.facts
        try:
            command = filled(call, self.keys, self.facts.get(rows.get(grants.NAME, "")))
            events = decider.decide(command, state, self._facts_for(asked, rows))
        except Refused as refusal:
            refused, events = refusal.code, refusal.evidence
        except Unreadable:  # what it carries for later is no command's body
            return Answer(refused="command.unreadable")
        try:
            return self._happened(asked, events, refused)
        except Unreadable:  # it brought a value that no event can hold
            return Answer(refused="command.unreadable")

    def _happened(self, asked: Asked, events: Sequence[Any], refused: str | None) -> Answer:
        """Drafts, states and facts, all or none of them."""
        call, decider = asked.call, asked.decider
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
            state, version = decider.evolve(state, event), version + 1
            self._fold(call.stream, event, state, position + len(drafts), folded)
            drafts.append(made)
        self.states[call.stream] = state, version
        self.facts |= folded
        self.touched |= folded
        if drafts:
            self.done.append((call, len(self.drafts), len(self.drafts) + len(drafts)))
        self.drafts += drafts
        return Answer(position + len(drafts) - 1 if drafts else None, len(drafts), refused)

    def _fold(self, stream: str, event: Any, state: Any, position: int, folded: dict[str, Any]) -> None:
        """An event into the facts that it touches. KeyError if its command did not declare one of them: a fault of
        ours."""
        for fact in self.service.facts:
            key = fact.key(stream, event)
            if key is None and fact.home is not None:
                key = fact.home(state)
            if key is not None:
                id = f"{fact.name}:{key}"
                before = folded[id] if id in folded else self.facts[id]
                after = fact.fold(before, stream, event, position)
                if after is not before:
                    folded[id] = after

    def _facts_for(self, asked: Asked, rows: Mapping[str, str]) -> Any:
        names = _names(asked.decider.Facts)
        return asked.decider.Facts(
            **{fact.name: self._fact(fact, asked, rows) for fact in self.service.facts if fact.name in names}
        )

    def _fact(self, fact: Fact, asked: Asked, rows: Mapping[str, str]) -> Any:
        id = rows.get(fact.name)
        if id is None and fact.home is not None:  # its stream may have begun within this batch
            id = _row(fact, fact.home(self.states[asked.call.stream][0]))
        return fact.initial if id is None else self.facts[id]

    def _asked(self, call: Call) -> Asked:
        decider = self.service.deciders[streams.category(call.stream)]
        rows: dict[str, str] | None
        try:
            rows = self._rows(call, decider)
        except Exception:
            log.exception("facts of a command cannot be told", extra={"act": type(call.command).__name__})
            rows = None
        return Asked(call, call.digest(), decider, rows)

    def _rows(self, call: Call, decider: Decider) -> dict[str, str]:
        rows = {}
        for fact in self.service.facts:
            key = fact.key(call.stream, call.command)
            if key is None and fact.home is not None:
                key = fact.home(self._state(call.stream, decider))
            if (row := _row(fact, key)) is not None:
                rows[fact.name] = row
        return rows

    def _state(self, stream: str, decider: Decider) -> Any:
        if stream not in self.states:
            self.states[stream] = _folded_state(decider, self.stored.get(stream, ()))
        return self.states[stream][0]

    def _load_facts(self) -> None:
        wanted = {id for one in self.asked for id in (one.facts or {}).values()}
        found = dict(sql.gather(self.batch.tx, ("id", "value"), "facts", "id", list(wanted)))
        by_name = {fact.name: fact for fact in self.service.facts}
        for id in wanted:
            fact = by_name[id.partition(":")[0]]
            self.facts[id] = codec.read(fact.of, found[id]) if id in found else fact.initial


def _row(fact: Fact, key: str | None) -> str | None:
    """Its row. UnicodeEncodeError for a lone surrogate: it would fail the query of the whole batch."""
    if key is None:
        return None
    row = f"{fact.name}:{key}"
    row.encode()
    return row


def _folded_state(decider: Decider, rows: Sequence[tuple[int, str, str]]) -> State:
    state = decider.initial
    for _, kind, data in rows:
        state = decider.evolve(state, codec.decode(kind, data))
    return state, len(rows)


def save_facts(tx: sa.Connection, touched: Mapping[str, Any]) -> None:
    """The rows of facts that changed, each written once."""
    rows = [(id, codec.body(value).decode()) for id, value in touched.items()]
    sql.fill(tx, "facts", ("id", "value"), rows, "ON CONFLICT (id) DO UPDATE SET value = excluded.value")


@cache
def _names(facts: Any) -> frozenset[str]:
    return frozenset(item.name for item in fields(facts))


def filled(call: Call, keys: Keys, granted: grants.Grants | None = None) -> Any:
    """The command with what only the pipeline may say (`calls.FILLED`). Refused if nobody holds the stream's id."""
    held = keys.of(call.stream)
    names = calls.filled_fields(cast(Any, type(call.command)))
    if not names:
        return call.command
    return replace(call.command, **{name: _FILL[name](call, held, granted) for name in names})


_FILL: Mapping[str, Callable[[Call, Any, grants.Grants | None], Any]] = {  # calls.FILLED
    "by": lambda call, held, granted: call.by,
    "at": lambda call, held, granted: call.received_at,
    "unit": lambda call, held, granted: call.unit,
    "alias": lambda call, held, granted: held.alias,
    "vacancy": lambda call, held, granted: streams.ident(call.stream),
    "id": lambda call, held, granted: streams.ident(call.stream),
    "ok": lambda call, held, granted: grants.ok_for(call, granted),
}
