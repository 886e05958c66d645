"""Reactions: what happens in one ledger leads to commands in another, each exactly once (architecture 5 and 7).

A reaction is a function from events to commands; a reactor takes it through a ledger, page by page. Each command's key
is its event's position, so whatever was sent before a crash gets its first answer again, and the checkpoint, which lies
in the target's own store, may safely follow. A command that is refused for a reason of the trade leaves a row in
`reaction_outcomes`, for whoever must see to it, and the reaction goes on; anything unexpected stops it where it stands.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any, Final, NamedTuple

import sqlalchemy as sa

from shared.events import Forked, Recorded, Unknown
from shared.ledger import Ledger, sql
from shared.runtime import subscription
from shared.runtime.calls import Answer, Call
from shared.runtime.pipeline import Pipeline
from shared.runtime.preparing import is_stale, prepared_all
from shared.runtime.service import View
from shared.runtime.subscription import AT_ONCE, Checkpoint

metadata = sa.MetaData()
outcomes = sa.Table(
    "reaction_outcomes",
    metadata,
    sa.Column("reaction", sa.Text, primary_key=True),
    sa.Column("position", sa.BigInteger, primary_key=True),  # of the event that it reacted to
    sa.Column("n", sa.Integer, primary_key=True),  # which of its commands
    sa.Column("stream", sa.Text, nullable=False),
    sa.Column("command", sa.Text, nullable=False),
    sa.Column("refused", sa.Text, nullable=False),
    sqlite_with_rowid=False,
)
KEPT: Final = ("reaction", "position", "n", "stream", "command", "refused")
DONE: Final = "key.other_body"  # it was sent before, in other words: what came of it then, holds
AGAIN: Final = 5  # times that a stale preparation is made anew


class Do(NamedTuple):
    """A command for a stream, because of the event at a position."""

    stream: str
    command: Any
    cause: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Reaction:
    """What of the ledger `source` leads to which commands. `react` gets the target's tables to look at, and events in
    their order; it answers with as many commands as it likes, each named after one of these events."""

    name: str
    source: str
    react: Callable[[sa.Connection, Sequence[Recorded]], Iterable[Do]]
    version: int = 1


class Reactor:
    """A reaction on its way through its source, into the pipeline of its target."""

    shard = "main"

    def __init__(self, reaction: Reaction, target: Pipeline) -> None:
        self.reaction = reaction
        self.view = View(name=f"reaction-{reaction.name}", version=reaction.version, tables=(), apply=_nothing)
        self.store = target.ledger.writer
        self._target = target

    def create(self) -> None:
        """The tables of checkpoints and outcomes, if they are not there."""
        with self.store.begin() as tx:
            subscription.metadata.create_all(tx)
            metadata.create_all(tx)

    def catch_up(self, ledger: Ledger, until: int | None = None) -> Checkpoint:
        """React to what came after the checkpoint, to the ledger's end or to a size."""
        with self.store.begin() as tx:
            reached = subscription.load(tx, self.view, self.shard)
        size = ledger.size()
        if size < reached.size:
            raise Forked(f"{reached.size} events were reacted to, and the ledger holds {size}")
        for page in ledger.read(reached.size, until=size if until is None else min(until, size), most=AT_ONCE):
            reached = self._take(page, reached)
        return reached

    def _take(self, page: Sequence[Recorded], before: Checkpoint) -> Checkpoint:
        """One page: commands, answers, what was refused, the checkpoint."""
        reached = reduce(Checkpoint.after, page, before)
        with self._target.ledger.reader.begin() as tx:
            wanted = list(self.reaction.react(tx, page))
        numbered = _numbered(wanted)
        found = self._answered(page, numbered) if wanted else []
        refused = [
            (self.reaction.name, do.cause, n, do.stream, type(do.command).__name__, answer.refused)
            for (do, n), answer in zip(numbered, found, strict=True)
            if answer.refused not in (None, DONE)
        ]
        with self.store.begin() as tx:
            sql.fill(tx, "reaction_outcomes", KEPT, refused, "ON CONFLICT DO NOTHING")
            subscription.save(tx, self.view, self.shard, reached)
        return reached

    def _answered(self, page: Sequence[Recorded], wanted: Sequence[tuple[Do, int]]) -> list[Answer]:
        """What became of each command. Unknown where one failed: all of them are sent again."""
        causes = {one.position: one for one in page}
        calls = [self._call(do, n, causes[do.cause]) for do, n in wanted]
        found = self._sent(calls)
        for _ in range(AGAIN):
            if not any(map(is_stale, calls, found)):
                break
            found = self._sent(calls)
        if any(answer.failed for answer in found):
            raise Unknown(
                f"a command of the reaction {self.reaction.name} failed; it stops before position {page[0].position}"
            )
        return found

    def _sent(self, calls: Sequence[Call]) -> list[Answer]:
        return self._target.behind(prepared_all(self._target.service, self._target.ledger, calls))

    def _call(self, do: Do, n: int, cause: Recorded) -> Call:
        """It counts as arrived when its cause was recorded: the same whenever the reaction comes to it."""
        source = f"{self.reaction.source}:{cause.position}"
        return Call(
            stream=do.stream,
            command=do.command,
            by=f"reaction:{self.reaction.name}",
            key=f"{source}:{n}",
            received_at=cause.recorded_at,
            causation=source,
            correlation=cause.correlation,
        )


def waiting(tx: sa.Connection, reaction: str) -> list[sa.RowMapping]:
    """What a reaction could not do, for the worklists."""
    chosen = sa.select(outcomes).where(outcomes.c.reaction == reaction).order_by(outcomes.c.position, outcomes.c.n)
    return list(tx.execute(chosen).mappings())


def _numbered(wanted: Sequence[Do]) -> list[tuple[Do, int]]:
    """Each with its number among those of the same event."""
    seen: dict[int, int] = {}
    made = []
    for do in wanted:
        made.append((do, seen.get(do.cause, 0)))
        seen[do.cause] = made[-1][1] + 1
    return made


def _nothing(_: sa.Connection, __: Sequence[Recorded]) -> None:
    """A reactor has no tables of its own to apply to."""
