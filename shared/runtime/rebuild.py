"""Rebuild: new tables beside the old, in bulk, compared, switched in one transaction (architecture 7).

A view's function writes to its tables by name, so the new ones are built under the same names in a file of their own; a
reader of the old ones sees them whole until the moment of the switch. Reaction checkpoints and idempotency records are
never reset.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import sqlalchemy as sa

from shared.events import Recorded, codec
from shared.ledger import Ledger, sqlite
from shared.runtime import subscription
from shared.runtime.service import Service
from shared.runtime.subscription import Checkpoint, Subscription
from shared.runtime.turn import facts_table, save_facts

Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rebuilt:
    """What a rebuild found: events applied, rows made, the digest of the rows, and whether the old rows were the
    same."""

    view: str
    events: int
    rows: int
    digest: str
    was_same: bool


def digest_of(tx: sa.Connection, tables: Sequence[sa.Table]) -> tuple[int, str]:
    """The number of rows and SHA-256 over all rows of the tables, in the order of their keys; `-` for a table that is
    gone."""
    total, found = 0, sha256()
    for table in tables:
        found.update(table.name.encode() + b"\n")
        if not sa.inspect(tx).has_table(table.name):
            found.update(b"-\n")
            continue
        for row in tx.execute(sa.select(table).order_by(*table.primary_key.columns)):
            found.update(repr(tuple(row)).encode() + b"\n")
            total += 1
    return total, found.hexdigest()


@contextmanager
def _beside() -> Iterator[tuple[sa.Engine, Path]]:
    """A store of its own for the new tables; it goes with the rebuild."""
    with tempfile.TemporaryDirectory(prefix="merit-rebuild-") as folder:
        path = Path(folder) / "beside.db"
        writer, reader = sqlite.engines(path)
        try:
            yield writer, path
        finally:
            writer.dispose()
            reader.dispose()


def rebuild(one: Subscription, ledger: Ledger, progress: Progress = lambda _: None) -> Rebuilt:
    """A view in a store of its own, made anew from position 0."""
    with _beside() as (engine, path):
        fresh = Subscription(view=one.view, store=engine, shard=one.shard)
        fresh.create()
        reached = Checkpoint()
        for page in ledger.read():
            reached = fresh.take(page)
            progress(reached.size)
        with engine.begin() as tx:
            rows, digest = digest_of(tx, one.view.tables)
        with _attached(one.store, path) as tx:
            was = digest_of(tx, one.view.tables)[1] if subscription.load(tx, one.view, one.shard) == reached else ""
            _switch(tx, one.view.tables)
            subscription.save(tx, one.view, one.shard, reached)
    return Rebuilt(
        view=subscription.name_of(one.view), events=reached.size, rows=rows, digest=digest, was_same=was == digest
    )


def rebuild_own(service: Service, ledger: Ledger, progress: Progress = lambda _: None) -> Rebuilt:
    """The tables that a service keeps in step with its own ledger (facts, worklists), made anew under the ledger's
    lock."""
    tables = (facts_table, *(table for view in service.views for table in view.tables))
    with _beside() as (engine, path):
        with engine.begin() as tx:
            for table in tables:
                table.create(tx)
        done = _replay(service, ledger, engine, 0, progress)
        with _attached(ledger.writer, path) as tx:
            size = int(tx.exec_driver_sql("SELECT position FROM head WHERE shard = ?", (ledger.shard,)).scalar_one())
            _replay(service, ledger, engine, done, progress)  # what came while the rest was being made
            with engine.begin() as beside:
                rows, digest = digest_of(beside, tables)
            was = digest_of(tx, tables)[1]
            _switch(tx, tables)
    return Rebuilt(view=f"{service.name}.own", events=size, rows=rows, digest=digest, was_same=was == digest)


def _replay(service: Service, ledger: Ledger, engine: sa.Engine, after: int, progress: Progress) -> int:
    facts = FoldedFacts(service)
    if after:
        with engine.begin() as tx:
            facts.load(tx)
    for page in ledger.read(after):
        with engine.begin() as tx:
            touched = facts.fold(page)
            save_facts(tx, service, touched)
            for view in service.views:
                view.apply(tx, page)
        after += len(page)
        progress(after)
    return after


class FoldedFacts:
    """All facts of a service, folded from events alone: what the pipeline's rows must equal."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self.values: dict[str, object] = {}

    def load(self, tx: sa.Connection) -> None:
        """Go on from rows that were written before."""
        by_name = {fact.name: fact for fact in self._service.facts}
        for id, value in tx.execute(sa.select(facts_table)).tuples():
            self.values[id] = codec.read(by_name[id.partition(":")[0]].of, value)

    def fold(self, page: Sequence[Recorded]) -> dict[str, object]:
        """The facts that a page of events changed."""
        changed: dict[str, object] = {}
        for one in page:
            event = codec.event_of(one)
            for fact in self._service.facts:
                key = fact.key(one.stream, event)
                if key is None:
                    continue
                id = f"{fact.name}:{key}"
                before = self.values.get(id, fact.initial)
                after = fact.fold(before, one.stream, event, one.position)
                if after is not before:
                    self.values[id] = changed[id] = after
        return changed


@contextmanager
def _attached(store: sa.Engine, path: Path) -> Iterator[sa.Connection]:
    """One transaction on the store that also sees the new tables, as `beside`."""
    with store.connect() as connection:
        raw = connection.connection.driver_connection
        assert raw is not None
        raw.execute("ATTACH DATABASE ? AS beside", (str(path),))
        try:
            with connection.begin():
                yield connection
        finally:
            raw.execute("DETACH DATABASE beside")


def _switch(tx: sa.Connection, tables: Sequence[sa.Table]) -> None:
    for table in tables:
        table.create(tx, checkfirst=True)
        columns = ", ".join(column.name for column in table.columns)
        tx.exec_driver_sql(f"DELETE FROM main.{table.name}")  # noqa: S608
        tx.exec_driver_sql(f"INSERT INTO main.{table.name} ({columns}) SELECT {columns} FROM beside.{table.name}")  # noqa: S608


def drifted(one: Subscription, ledger: Ledger) -> str | None:
    """Why a view's rows are not what its events say, or None: its checkpoint's events folded beside, rows compared."""
    with one.store.begin() as tx:
        reached = subscription.load(tx, one.view, one.shard)
        rows, have = digest_of(tx, one.view.tables)
    with _beside() as (engine, _):
        fresh = Subscription(view=one.view, store=engine, shard=one.shard)
        fresh.create()
        fresh.catch_up(ledger, reached.size)
        with engine.begin() as tx:
            count, want = digest_of(tx, one.view.tables)
    if have == want:
        return None
    named = subscription.name_of(one.view)
    return f"{named}: {rows} rows differ from the {count} that the first {reached.size} events make"
