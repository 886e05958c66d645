"""The ledger: one service's events in one shard, in one gap-free order that can be proved.

A batch takes the lock, and only then reads where the ledger ends: a statement that locks and reads at once would see
the state before the lock (reliability B26). Positions are given under that lock, so no reader ever meets a gap.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from types import ModuleType
from typing import Any

import sqlalchemy as sa

from shared.events import Damaged, Draft, Recorded, Unreadable, codec, instant
from shared.events.envelope import ORIGIN
from shared.ledger import commitments, sql
from shared.ledger.keys import Keys, StreamKeys

metadata = sa.MetaData()
head = sa.Table(
    "head",
    metadata,
    sa.Column("shard", sa.Text, primary_key=True),
    sa.Column("position", sa.BigInteger, nullable=False),  # of the next event: how many there are
)
events = sa.Table(
    "events",
    metadata,
    sa.Column("shard", sa.Text, primary_key=True),
    sa.Column("position", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("stream", sa.Text, nullable=False),
    sa.Column("version", sa.BigInteger, nullable=False),
    sa.Column("type", sa.Text, nullable=False),
    sa.Column("recorded_at", sa.Text, nullable=False),
    sa.Column("received_at", sa.Text),
    sa.Column("actor", sa.Text),
    sa.Column("causation", sa.Text),
    sa.Column("correlation", sa.Text),
    sa.Column("data", sa.Text, nullable=False),
    sa.Column("leaf", sa.LargeBinary, nullable=False),
    sa.Index("events_stream_version", "shard", "stream", "version", unique=True),
    sqlite_with_rowid=False,
)
COLUMNS = tuple(column.name for column in events.columns)
LOADED = ("stream", "version", "type", "data")
_END = """SELECT head.position, recorded_at, leaf FROM head LEFT JOIN events
    ON events.shard = head.shard AND events.position = head.position - 1 WHERE head.shard = ?"""
PAGE = 1000  # events that a reader takes at once

Clock = Callable[[], datetime]


def utc() -> datetime:
    """The machine's clock, aware."""
    return datetime.now(UTC)


class Batch:
    """One transaction under the lock: what is read here cannot be overtaken, what is appended gets the next
    positions."""

    def __init__(self, tx: sa.Connection, ledger: Ledger, size: int, leaf: bytes, recorded_at: str) -> None:
        self.tx = tx
        self.size = size
        self.recorded_at = recorded_at
        self._ledger = ledger
        self.leaf = leaf
        self._began = size

    def load(self, streams: Sequence[str]) -> dict[str, list[tuple[int, str, str]]]:
        """`(version, type, data)` of each stream, in order; streams without events are left out."""
        found: dict[str, list[tuple[int, str, str]]] = {}
        shard = self._ledger.shard.replace("'", "''")
        source, where = self._ledger.dialect.BY_STREAM, f"shard = '{shard}' AND stream"
        for stream, version, kind, data in sql.gather(self.tx, LOADED, source, where, streams):
            found.setdefault(stream, []).append((version, kind, data))
        for rows in found.values():
            rows.sort()
        return found

    def streams_since(self, position: int) -> list[str]:
        """Streams that somebody appended to from this position on."""
        chosen = (
            sa.select(events.c.stream)
            .distinct()
            .where(events.c.shard == self._ledger.shard, events.c.position >= position)
        )
        return list(self.tx.execute(chosen).scalars())

    def leaf_before(self, position: int) -> bytes:
        """The leaf of the event before a position, as it stands now; the origin before the first."""
        chosen = sa.select(events.c.leaf).where(events.c.shard == self._ledger.shard, events.c.position == position - 1)
        found = self.tx.execute(chosen).scalar()
        return ORIGIN if found is None else bytes(found)

    def append(self, drafts: Sequence[Draft]) -> list[Recorded]:
        """The drafts at the next positions, committed in two halves, in one statement."""
        self._ledger.ensure(draft.stream for draft in drafts)
        with self._ledger.keys.held(draft.stream for draft in drafts):
            self._ledger.name(self.tx, drafts, (draft.stream for draft in drafts))
            made = self._record(drafts)
        sql.fill(self.tx, "events", COLUMNS, [row_of(one) for one in made])
        return made

    def _record(self, drafts: Sequence[Draft]) -> list[Recorded]:
        made = []
        for draft in drafts:
            recorded = record(draft, self._ledger, self.size, self.leaf, self.recorded_at)
            made.append(recorded)
            self.size, self.leaf = self.size + 1, recorded.leaf
        return made

    def close(self) -> None:
        """The head moves in the same transaction."""
        if self.size != self._began:
            moved = "UPDATE head SET position = ? WHERE shard = ?".replace("?", sql.mark(self.tx))
            self.tx.exec_driver_sql(moved, (self.size, self._ledger.shard))


class Ledger:
    """One service's events in one shard. `dialect` is the module of the database: engines, lock, guards."""

    def __init__(
        self,
        service: str,
        writer: sa.Engine,
        reader: sa.Engine,
        keys: Keys,
        *,
        dialect: ModuleType,
        shard: str = "main",
        clock: Clock = utc,
    ) -> None:
        self.service = service
        self.shard = shard
        self.writer = writer
        self.reader = reader
        self.keys = keys.within(service)
        self.dialect = dialect
        self.clock = clock

    def create(self) -> None:
        """Tables, guards and the head, at the ledger's first opening; a guard that is gone later is found, not
        mended."""
        with self.writer.begin() as tx:
            if not sa.inspect(tx).has_table("events"):
                metadata.create_all(tx)
                self.dialect.guard(tx)
            if tx.execute(sa.select(head.c.shard).where(head.c.shard == self.shard)).first() is None:
                sql.fill(tx, "head", ("shard", "position"), [(self.shard, 0)], "ON CONFLICT DO NOTHING")

    def restore_guards(self) -> list[str]:
        """Puts back the guards that are gone or changed, and names them."""
        with self.writer.begin() as tx:
            gone: list[str] = self.dialect.missing_guards(tx)
            if gone:
                self.dialect.guard(tx)
        return gone

    def ensure(self, wanted: Iterable[str]) -> None:
        """Keys of these streams at hand, made for those that begin now.

        Damaged where a stream has events and no key: under a new one none of them could be proved.
        """
        asked = dict.fromkeys(wanted)
        lost = self.keys.unmade(asked)
        if lost:
            lost = self.keys.unmade(self._begun(lost))  # once more: somebody may have made key and event meanwhile
        if lost:
            raise Damaged(
                f"{self.service}: keys.db opens nothing of {len(lost)} streams that have events:"
                " put the keys.db and master.key of this folder back"
            )
        self.keys.ensure(asked)

    def _begun(self, streams: Sequence[str]) -> list[str]:
        shard = self.shard.replace("'", "''")
        where = f"version = 0 AND shard = '{shard}' AND stream"
        with self.reader.begin() as tx:
            return [stream for (stream,) in sql.gather(tx, ("stream",), self.dialect.BY_STREAM, where, streams)]

    @contextmanager
    def batch(self) -> Iterator[Batch]:
        """The lock, then a second statement that reads; committed at the end, or nothing of it happened."""
        with self.writer.begin() as tx:
            if self.dialect.LOCK:
                tx.exec_driver_sql(self.dialect.LOCK, {"shard": self.shard})
            size, last, leaf = self._end(tx)
            batch = Batch(tx, self, size, leaf, max(instant(self.clock()), last))
            yield batch
            batch.close()

    def _end(self, tx: sa.Connection) -> tuple[int, str, bytes]:
        size, last, leaf = tx.exec_driver_sql(_END.replace("?", sql.mark(tx)), (self.shard,)).one()
        if size and leaf is None:
            raise Damaged(
                f"{self.service}: the head says {size} events, position {size - 1} is not there (merit doctor)"
            )
        return size, last or "", bytes(leaf) if size else ORIGIN

    def name(self, tx: sa.Connection, drafts: Iterable[Draft], streams: Iterable[str]) -> None:
        """Aliases of streams whose first event alone names their vacancy: it is among the drafts, or stored.

        Damaged where a stored one names a vacancy without a key: under a new one the alias would be another.
        """
        waiting = self.keys.unfounded(dict.fromkeys(streams))
        if not waiting:
            return
        stored = self.said(tx, waiting)
        if lost := self.keys.found(stored, make=False):
            raise Damaged(
                f"{self.service}: keys.db has no key of the vacancies of {len(lost)} streams that have events:"
                " put the keys.db and master.key of this folder back"
            )
        first = vacancies_of((draft.stream, draft.data) for draft in drafts)
        self.keys.found({stream: first[stream] for stream in waiting if stream in first and stream not in stored})

    def said(self, tx: sa.Connection, streams: Sequence[str]) -> dict[str, str]:
        """The vacancy that each stream's first stored event with one names."""
        shard = self.shard.replace("'", "''")
        source, where = self.dialect.BY_STREAM, f"shard = '{shard}' AND stream"
        rows = sorted(sql.gather(tx, ("stream", "version", "data"), source, where, streams))
        return vacancies_of((stream, data) for stream, _, data in rows)

    def size(self) -> int:
        """How many events there are."""
        with self.reader.begin() as tx:
            return int(tx.execute(sa.select(head.c.position).where(head.c.shard == self.shard)).scalar_one())

    def last(self) -> int:
        """The highest position that is stored, -1 for none: what a check compares with the head."""
        with self.reader.begin() as tx:
            chosen = sa.select(sa.func.max(events.c.position)).where(events.c.shard == self.shard)
            found = tx.execute(chosen).scalar_one()
        return -1 if found is None else int(found)

    def read(
        self, after: int = 0, *, limit: int | None = None, until: int | None = None, most: int = PAGE
    ) -> Iterator[list[Recorded]]:
        """Pages of events in order, from a position on, up to `limit` events or the size `until`; at most so many a
        page."""
        end = self.size() if until is None else until
        if limit is not None:
            end = min(end, after + limit)
        while after < end:
            page = self.page(after, min(most, end - after))
            if not page:
                return
            yield page
            after = page[-1].position + 1

    def page(self, after: int, most: int = PAGE) -> list[Recorded]:
        """At most so many events from a position on, each with the leaf before it."""
        columns = ", ".join(COLUMNS)
        with self.reader.begin() as tx:
            mark = sql.mark(tx)
            chosen = f"shard = {mark} AND position >= {mark} ORDER BY position LIMIT {mark}"
            statement = f"SELECT {columns} FROM events WHERE {chosen}"  # noqa: S608
            rows = tx.exec_driver_sql(statement, (self.shard, max(after - 1, 0), most + (after > 0))).all()
        previous = ORIGIN
        if after > 0 and rows and rows[0].position < after:
            previous, rows = bytes(rows[0].leaf), rows[1:]
        made = []
        for row in rows[:most]:
            made.append(recorded_of(row, previous))
            previous = made[-1].leaf
        return made

    def history(self, stream: str) -> list[Recorded]:
        """Every event of a stream in order, each with the leaf before it in the ledger; none of a stream that never
        began."""
        columns = ", ".join(f"events.{name}" for name in COLUMNS)
        before = "before.shard = events.shard AND before.position = events.position - 1"
        source = f"{self.dialect.BY_STREAM} LEFT JOIN events AS before ON {before}"
        with self.reader.begin() as tx:
            mark = sql.mark(tx)
            chosen = f"events.shard = {mark} AND events.stream = {mark} ORDER BY events.version"
            statement = f"SELECT {columns}, before.leaf FROM {source} WHERE {chosen}"  # noqa: S608
            rows = tx.exec_driver_sql(statement, (self.shard, stream)).all()
        return [recorded_of(row, ORIGIN if leaf is None else bytes(leaf)) for *row, leaf in rows]


def vacancies_of(rows: Iterable[tuple[str, str]]) -> dict[str, str]:
    """The vacancy that each stream's first event with one names, from `(stream, data)` in order."""
    found: dict[str, str] = {}
    for stream, data in rows:
        if stream not in found:
            with suppress(Unreadable):  # its own leaf says so
                said = codec.loads(data)
                if isinstance(said, dict) and isinstance(said.get("vacancy"), str):
                    found[stream] = said["vacancy"]
    return found


def recorded_of(row: Sequence[Any], previous: bytes) -> Recorded:
    """A record from the table's columns, and the leaf before it."""
    shard, position, stream, version, kind, recorded_at, received_at, actor, causation, correlation, data, leaf = row
    return Recorded(
        shard=shard, position=position, stream=stream, version=version, type=kind, recorded_at=recorded_at,
        received_at=received_at, actor=actor, causation=causation, correlation=correlation, data=data, leaf=bytes(leaf),
        previous_leaf=previous,
    )  # fmt: skip


def row_of(one: Recorded) -> tuple[Any, ...]:
    """The table's columns of a record."""
    return (
        one.shard, one.position, one.stream, one.version, one.type, one.recorded_at, one.received_at, one.actor,
        one.causation, one.correlation, one.data, one.leaf,
    )  # fmt: skip


def record(draft: Draft, ledger: Ledger, position: int, previous: bytes, recorded_at: str) -> Recorded:
    """A draft at its position: committed, hashed."""
    made = Recorded(
        shard=ledger.shard, position=position, stream=draft.stream, version=draft.version, type=draft.type,
        recorded_at=recorded_at, received_at=draft.received_at, actor=draft.actor, causation=draft.causation,
        correlation=draft.correlation, data=draft.data, leaf=b"", previous_leaf=previous, _event=draft.event,
    )  # fmt: skip
    made.leaf = commitments.leaf_hash(entry_of(made, ledger.keys.of(draft.stream), draft.plain))
    return made


def leaf_of(one: Recorded, keys: StreamKeys) -> bytes:
    """The leaf hash of a record, from the payload as stored: what an append writes, and what a check recomputes."""
    return commitments.leaf_hash(entry_of(one, keys))


def entry_of(one: Recorded, keys: StreamKeys, plain: Mapping[str, Any] | None = None) -> bytes:
    """The bytes of the leaf (transparency 3.3): in clear on a public stream, class, tag and commitment on a person's.

    `plain` is the payload's value where the caller has it at hand; else it is read from the bytes as stored.
    """
    category = keys.category
    data = codec.trusted(one.data) if plain is None else plain
    shown, rest = codec.split(one.type, data, public=category.public, alias=keys.alias)
    k_shown, k_kept = commitments.half_keys(keys.opener, one.version)
    mac_shown = commitments.mac(k_shown, codec.dumps(shown) if shown else b"{}")
    mac_kept = commitments.mac(k_kept, codec.dumps(kept_half(one, rest)))
    leaf: dict[str, Any] = {
        "at": commitments.shown_at(one.recorded_at, category),
        "c": commitments.commitment(mac_shown, mac_kept).hex(),
        "v": 1,
    }
    if category.public:
        leaf["data"] = codec.leaf_data(one.type, data, commitments.digest_of_words)
        leaf["stream"], leaf["type"], leaf["version"] = one.stream, one.type, one.version
    else:
        leaf["class"], leaf["tag"] = category.name, keys.tagger(commitments.u64(one.version)).hex()
    return codec.dumps(leaf)


def kept_half(one: Recorded, data: dict[str, Any]) -> dict[str, Any]:
    """The half that is never published; what is absent is left out, `data` always stands."""
    kept = {
        "data": data, "recorded_at": one.recorded_at, "stream": one.stream, "type": one.type, "version": one.version,
    }  # fmt: skip
    if one.received_at is not None:
        kept["received_at"] = one.received_at
    if one.actor is not None:
        kept["actor"] = one.actor
    if one.causation is not None:
        kept["causation"] = one.causation
    if one.correlation is not None:
        kept["correlation"] = one.correlation
    return kept
