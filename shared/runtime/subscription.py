"""The one loop that views, reactions, flags and projections share: rows and checkpoint move together, or not at all.

Whoever brings the events (a follower of the ledger, the feed, Kafka), this applies them. A `Gap` sends the caller to
the feed, `Forked` stops: a consumer never goes on from another past.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce

import sqlalchemy as sa

from shared.events import Forked, Gap, Recorded
from shared.events.envelope import ORIGIN
from shared.ledger import Ledger, sql
from shared.runtime.service import View

metadata = sa.MetaData()
checkpoints = sa.Table(
    "checkpoints",
    metadata,
    sa.Column("view", sa.Text, primary_key=True),  # name and version
    sa.Column("shard", sa.Text, primary_key=True),
    sa.Column("size", sa.BigInteger, nullable=False),
    sa.Column("leaf", sa.LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)
AT_ONCE = 10_000  # events of one transaction when catching up: the more, the fewer rows are written twice
KEPT = ("view", "shard", "size", "leaf")


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """How many events were applied, and the leaf of the last."""

    size: int = 0
    leaf: bytes = ORIGIN

    def after(self, event: Recorded) -> Checkpoint:
        """The checkpoint once this event is applied too."""
        if event.position != self.size:
            raise Gap(f"{self.size} events applied, then came position {event.position}")
        if event.previous_leaf != self.leaf:
            raise Forked(
                f"another past before position {event.position}: the ledger was restored or rewritten; stop and compare"
            )
        return Checkpoint(size=self.size + 1, leaf=event.leaf)


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """A view of one ledger, in a store of its own."""

    view: View
    store: sa.Engine
    shard: str = "main"

    def create(self) -> None:
        """The view's tables and the checkpoints', if they are not there."""
        with self.store.begin() as tx:
            metadata.create_all(tx)
            for table in self.view.tables:
                table.create(tx, checkfirst=True)

    def take(self, batch: Sequence[Recorded]) -> Checkpoint:
        """Apply what is new in the batch; what was applied before is skipped."""
        with self.store.begin() as tx:
            applied = load(tx, self.view, self.shard)
            if any(event.position == applied.size - 1 and event.leaf != applied.leaf for event in batch):
                raise Forked(f"position {applied.size - 1} came again with another content; stop and compare")
            new = [event for event in batch if event.position >= applied.size]
            reached = reduce(Checkpoint.after, new, applied)
            if new:
                self.view.apply(tx, new)
                save(tx, self.view, self.shard, reached)
        return reached

    def catch_up(self, ledger: Ledger, until: int | None = None) -> Checkpoint:
        """Read the ledger after the checkpoint, to its end or to a size."""
        with self.store.begin() as tx:
            reached = load(tx, self.view, self.shard)
        size = ledger.size()
        if size < reached.size:
            raise Forked(
                f"{reached.size} events applied, and the ledger holds {size}: it was restored from an older copy"
            )
        for page in ledger.read(reached.size, until=size if until is None else min(until, size), most=AT_ONCE):
            reached = self.take(page)
        return reached


def name_of(view: View) -> str:
    """What its checkpoint is kept under."""
    return f"{view.name}.v{view.version}"


def load(tx: sa.Connection, view: View, shard: str) -> Checkpoint:
    """How far a view has come."""
    chosen = sa.select(checkpoints.c.size, checkpoints.c.leaf).where(
        checkpoints.c.view == name_of(view), checkpoints.c.shard == shard
    )
    row = tx.execute(chosen).one_or_none()
    return Checkpoint() if row is None else Checkpoint(size=row.size, leaf=bytes(row.leaf))


def save(tx: sa.Connection, view: View, shard: str, reached: Checkpoint) -> None:
    """In the transaction of what was applied."""
    conflict = "ON CONFLICT (view, shard) DO UPDATE SET size = excluded.size, leaf = excluded.leaf"
    sql.fill(tx, "checkpoints", KEPT, [(name_of(view), shard, reached.size, reached.leaf)], conflict)
