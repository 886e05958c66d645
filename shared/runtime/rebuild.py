"""Rebuild: new tables beside the old, in bulk, compared, switched in one transaction (architecture 7).

A view's function writes to its tables by name, so the new ones are built under the same names in a file of their own; a
reader of the old ones sees them whole until the moment of the switch. Reaction checkpoints and idempotency records are
never reset.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from heapq import merge
from itertools import groupby, islice
from operator import itemgetter
from pathlib import Path

import sqlalchemy as sa

from shared.events import Forked, Recorded, codec
from shared.ledger import Ledger, sqlite
from shared.runtime import subscription, timers
from shared.runtime.scratch import scratch
from shared.runtime.service import Fact, Service
from shared.runtime.subscription import Subscription
from shared.runtime.turn import facts_table, save_facts

Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rebuilt:
    """What a rebuild found: events applied, rows made, the digest of the rows, and whether the old rows were the
    same. `behind`: how many events the view had not applied yet, where its rows were what the events before make: then
    they differ, and nothing is damaged."""

    view: str
    events: int
    rows: int
    digest: str
    was_same: bool
    behind: int = 0


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
def beside(store: sa.Engine) -> Iterator[tuple[sa.Engine, Path]]:
    """A store of its own for the new tables, in the data folder of the old ones; it goes with the rebuild."""
    with scratch(Path(store.url.database or "").parent) as folder:
        path = folder / "beside.db"
        writer, reader = sqlite.engines(path)
        try:
            yield writer, path
        finally:
            writer.dispose()
            reader.dispose()


def rebuild(one: Subscription, ledger: Ledger, progress: Progress = lambda _: None) -> Rebuilt:
    """A view in a store of its own, made anew from position 0. Forked if it has applied another past than this one:
    what it says may then be the only trace of what was taken out."""
    refuse_another_past(one, ledger)
    with beside(one.store) as (engine, path):
        fresh = Subscription(view=one.view, store=engine, shard=one.shard)
        fresh.create()
        behind = _lag(one, fresh, ledger)
        reached = fresh.catch_up(ledger, 0)
        for page in ledger.read(reached.size):
            reached = fresh.take(page)
            progress(reached.size)
        with _locked(one.store) as tx:
            subscription.metadata.create_all(tx)
            applied = subscription.load(tx, one.view, one.shard)
            if applied.size > reached.size:  # the view went on meanwhile, and its readers never go back
                reached = fresh.catch_up(ledger, applied.size)
            with engine.begin() as made:
                rows, digest = digest_of(made, one.view.tables)
            was = digest_of(tx, one.view.tables)[1] if applied == reached else ""
            _switch(tx, path, one.view.tables)
            subscription.save(tx, one.view, one.shard, reached)
    return Rebuilt(
        view=subscription.name_of(one.view), events=reached.size, rows=rows, digest=digest, was_same=was == digest,
        behind=0 if applied == reached else behind,
    )  # fmt: skip


def _lag(one: Subscription, fresh: Subscription, ledger: Ledger) -> int:
    """How many events a view has not applied yet; 0 where its rows are not what those before make, as `fresh`, which
    goes that far, has them."""
    with one.store.begin() as tx:
        applied = subscription.load(tx, one.view, one.shard)
    size = ledger.size()
    if applied.size == size:
        return 0
    fresh.catch_up(ledger, applied.size)
    with one.store.begin() as tx, fresh.store.begin() as made:
        return size - applied.size if digest_of(tx, one.view.tables) == digest_of(made, one.view.tables) else 0


def another_past(one: Subscription, ledger: Ledger) -> tuple[int, int] | None:
    """How many events a view has applied and how many the ledger holds, where they are not of one past; else None."""
    with one.store.begin() as tx:
        subscription.metadata.create_all(tx)
        applied = subscription.load(tx, one.view, one.shard)
    size = ledger.size()
    if applied.size <= size and (applied.size == 0 or _leaf_at(ledger, applied.size - 1) == applied.leaf):
        return None
    return applied.size, size


def refuse_another_past(one: Subscription, ledger: Ledger) -> None:
    """Forked where a view has applied another past than the ledger holds."""
    found = another_past(one, ledger)
    if found is not None:
        applied, size = found
        raise Forked(
            f"{subscription.name_of(one.view)} has applied {applied} events, and the ledger holds another past ({size}"
            " events): it was rewritten, or restored from an older copy. Nothing was rebuilt; keep the folder as"
            " evidence, and compare with a copy or receipts"
        )


def _leaf_at(ledger: Ledger, position: int) -> bytes:
    return b"".join(one.leaf for one in ledger.page(position, 1))


def rebuild_own(service: Service, ledger: Ledger, progress: Progress = lambda _: None) -> Rebuilt:
    """The tables that a service keeps in step with its own ledger (facts, worklists), made anew under the ledger's
    lock."""
    tables = own_tables(service)
    with beside(ledger.writer) as (engine, path):
        with engine.begin() as tx:
            for table in (*tables, *timers.metadata.sorted_tables):
                table.create(tx)
        facts = FoldedFacts(service)
        done = _replay(facts, ledger, engine, 0, progress)
        with _locked(ledger.writer) as tx:
            size = _replay(facts, ledger, engine, done, progress)  # what came while the rest was being made
            with engine.begin() as made:
                rows, digest = digest_of(made, tables)
            was = digest_of(tx, tables)[1]
            _switch(tx, path, tables)
    return Rebuilt(view=f"{service.name}.own", events=size, rows=rows, digest=digest, was_same=was == digest)


def _replay(facts: FoldedFacts, ledger: Ledger, engine: sa.Engine, after: int, progress: Progress) -> int:
    for page in ledger.read(after):
        with engine.begin() as tx:
            touched = facts.fold(page)
            save_facts(tx, touched)
            for view in facts.service.views:
                view.apply(tx, page)
        after += len(page)
        progress(after)
    return after


class FoldedFacts:
    """All facts of a service, folded from events alone: what the pipeline's rows must equal."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self._homes: dict[tuple[str, str], str] = {}  # fact and stream, where an earlier event of it told the key
        self.values: dict[str, object] = {}

    def load(self, tx: sa.Connection) -> None:
        """Go on from rows that were written before."""
        by_name = {fact.name: fact for fact in self.service.facts}
        for id, value in tx.execute(sa.select(facts_table)):
            self.values[id] = codec.read(by_name[id.partition(":")[0]].of, value)

    def fold(self, page: Sequence[Recorded]) -> dict[str, object]:
        """The facts that a page of events changed."""
        changed: dict[str, object] = {}
        for one in page:
            event = codec.event_of(one)
            for fact in self.service.facts:
                key = self._key(fact, one.stream, event)
                if key is None:
                    continue
                id = f"{fact.name}:{key}"
                before = self.values.get(id, fact.initial)
                after = fact.fold(before, one.stream, event, one.position)
                if after is not before:
                    self.values[id] = changed[id] = after
        return changed

    def _key(self, fact: Fact, stream: str, event: object) -> str | None:
        key = fact.key(stream, event)
        if fact.home is None:
            return key
        return self._homes.get((fact.name, stream)) if key is None else self._homes.setdefault((fact.name, stream), key)


@contextmanager
def _locked(store: sa.Engine) -> Iterator[sa.Connection]:
    """One transaction under the store's lock, on a connection that is closed behind it: what it attaches goes too."""
    with store.connect() as connection:
        connection.detach()
        with connection.begin():
            yield connection


def _switch(tx: sa.Connection, path: Path, tables: Sequence[sa.Table]) -> None:
    """The rows of the new tables into the old ones. Attached only now: from then on both files are locked as one."""
    tx.exec_driver_sql("ATTACH DATABASE ? AS beside", (str(path),))
    for table in tables:
        table.create(tx, checkfirst=True)
        columns = ", ".join(f'"{column.name}"' for column in table.columns)  # `from` is a word of SQL, too
        tx.exec_driver_sql(f"DELETE FROM main.{table.name}")  # noqa: S608
        tx.exec_driver_sql(f"INSERT INTO main.{table.name} ({columns}) SELECT {columns} FROM beside.{table.name}")  # noqa: S608


def drifted(one: Subscription, ledger: Ledger) -> str | None:
    """Why a view's rows are not what its events say, or None: its checkpoint's events folded beside, rows compared."""
    named = subscription.name_of(one.view)
    with beside(one.store) as (engine, _):
        fresh = Subscription(view=one.view, store=engine, shard=one.shard)
        fresh.create()
        with one.store.begin() as tx:
            reached = subscription.load(tx, one.view, one.shard)
        fresh.catch_up(ledger, reached.size)
        with one.store.begin() as tx:
            reached = subscription.load(tx, one.view, one.shard)
            made = fresh.catch_up(ledger, reached.size)  # it may have gone on meanwhile
            rows, have = digest_of(tx, one.view.tables)
            with engine.begin() as other:
                count, want = digest_of(other, one.view.tables)
                if have != want:
                    where = ", ".join(islice(_differences(tx, other, one.view.tables), 3))
                    made_of = f"the {count} that the first {reached.size} events make"
                    return f"{named}: {rows} rows differ from {made_of}, first at {where}"
    return None if made == reached else f"{named}: its checkpoint {reached.size} is not of this ledger"


def _differences(tx: sa.Connection, other: sa.Connection, tables: Sequence[sa.Table]) -> Iterator[str]:
    """The table and the key of each row that is not the same."""
    for table in tables:
        if not sa.inspect(tx).has_table(table.name):
            yield f"{table.name}, which is gone"
            continue
        keys = [column.name for column in table.primary_key.columns]
        chosen = sa.select(table).order_by(*table.primary_key.columns)
        both = ((([row._mapping[key] for key in keys], row) for row in one.execute(chosen)) for one in (tx, other))
        for key, pair in groupby(merge(*both, key=itemgetter(0)), itemgetter(0)):
            rows = [tuple(row) for _, row in pair]
            if len(rows) != 2 or rows[0] != rows[1]:
                yield f"{table.name} {'+'.join(map(str, key))}"


def own_drifted(service: Service, ledger: Ledger) -> str | None:
    """Why a service's own tables are not what its events say, or None: folded beside, rows compared."""
    tables = own_tables(service)
    with beside(ledger.writer) as (engine, _):
        with engine.begin() as tx:
            for table in (*tables, *timers.metadata.sorted_tables):
                table.create(tx)
        facts = FoldedFacts(service)
        done = _replay(facts, ledger, engine, 0, lambda _: None)
        with ledger.writer.begin() as tx:  # the lock, so that rows and size belong together
            _replay(facts, ledger, engine, done, lambda _: None)
            rows, have = digest_of(tx, tables)
            with engine.begin() as made:
                count, want = digest_of(made, tables)
                if have == want:
                    return None
                where = ", ".join(islice(_differences(tx, made, tables), 3))
    return f"{service.name}.own: {rows} rows differ from the {count} that its events make, first at {where}"


def own_tables(service: Service) -> tuple[sa.Table, ...]:
    """The tables that a service keeps in step with its own ledger; not its timers, for issuing takes them away
    without an event."""
    return (facts_table, *(table for view in service.views for table in view.tables))
