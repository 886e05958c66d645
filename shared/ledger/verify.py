"""A ledger checked against itself: positions, versions, clock, guards, and every leaf recomputed from the bytes as
stored.

Whatever lies in a row is a finding, never a fault of the check: it reads rows of any kind, and text that is none.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from shared.events import Recorded, Refused, Unreadable, codec, streams
from shared.events.envelope import ORIGIN
from shared.ledger import commitments, sql
from shared.ledger.findings import Finding, found
from shared.ledger.merkle import Tree
from shared.ledger.store import COLUMNS, PAGE, Ledger, entry_of, recorded_of, vacancies_of

Progress = Callable[[int, int], None]
Rows = Sequence[Sequence[Any]]
ENOUGH = 20  # findings after which a check only counts
NUMBERS = frozenset({"position", "version"})
ABSENT = frozenset({"received_at", "actor", "causation", "correlation"})  # columns that may hold nothing
POSITION, STREAM, LEAF = (COLUMNS.index(name) for name in ("position", "stream", "leaf"))


@dataclass(slots=True)
class Report:
    """What a check saw: `events` read, the `root` of their tree, and what does not hold."""

    ledger: str
    events: int = 0
    root: bytes = b""
    findings: list[Finding] = field(default_factory=list)
    more: int = 0  # findings beyond the first ones

    def find(self, position: int | None, key: str, **details: Any) -> None:
        """One more thing that does not hold, by the key of its sentence."""
        if len(self.findings) < ENOUGH:
            self.findings.append(found(self.ledger, position, key, details))
        else:
            self.more += 1


@dataclass(slots=True)
class _Walk:
    """What a pass over the rows knows so far."""

    ledger: Ledger
    report: Report
    expected: int = 0  # position of the next row
    last: str = ""  # time of the row before
    versions: dict[str, int] = field(default_factory=dict)
    tree: Tree = field(default_factory=Tree)


def check(ledger: Ledger, progress: Progress = lambda done, total: None) -> Report:
    """The whole ledger, in order, in one pass."""
    report = Report(ledger.service)
    walk = _Walk(ledger, report)
    with ledger.reader.begin() as tx:
        for name in ledger.dialect.missing_guards(tx):
            report.find(None, "guard.missing", name=name)
        for name in ledger.dialect.foreign_guards(tx):
            report.find(None, "guard.foreign", name=name)
    rows, head = _page(ledger, ())
    while rows:
        _page_checked(walk, rows)
        progress(report.events, head if isinstance(head, int) else report.events)
        rows, head = _page(ledger, (rows[-1][POSITION],))
    if walk.expected != head:  # of one moment: the head was read with the page that came back empty
        report.find(None, "head.differs", head=head, rows=walk.expected)
    report.root = walk.tree.root()
    return report


def _page(ledger: Ledger, after: tuple[Any, ...]) -> tuple[Rows, Any]:
    """The rows behind a position, or the first ones, whatever they hold; and the head as it stood then."""
    with ledger.reader.begin() as tx:
        mark = sql.mark(tx)
        behind = f"AND position > {mark}" if after else ""
        chosen = f"FROM events WHERE shard = {mark} {behind} ORDER BY position LIMIT {PAGE}"
        values = (ledger.shard, *after)
        try:
            rows: Rows = tx.exec_driver_sql(f"SELECT {', '.join(COLUMNS)} {chosen}", values).all()
        except sa.exc.OperationalError:  # text that is no UTF-8; what else it may be, comes again
            pairs = ", ".join(ledger.dialect.raw(column) for column in COLUMNS)
            rows = [_decoded(row) for row in tx.exec_driver_sql(f"SELECT {pairs} {chosen}", values).all()]
        head = tx.exec_driver_sql(f"SELECT position FROM head WHERE shard = {mark}", (ledger.shard,)).scalar_one()  # noqa: S608  a mark alone
    return rows, head


def _decoded(row: Sequence[Any]) -> list[Any]:
    """The columns of a row that was read as bytes; text that is none stays bytes."""
    made = []
    for kind, value in zip(row[::2], row[1::2], strict=True):
        if kind == "text":
            with suppress(UnicodeDecodeError):
                value = value.decode()
        made.append(value)
    return made


def _page_checked(walk: _Walk, rows: Rows) -> None:
    wrongs = [_wrong(tuple(map(type, row))) for row in rows]
    _know(walk.ledger, {row[STREAM] for row, wrong in zip(rows, wrongs, strict=True) if wrong is None})
    for row, wrong in zip(rows, wrongs, strict=True):
        if wrong is None:
            one = recorded_of(row, ORIGIN)
            _placed(walk, one.position)
            _in_stream(walk, one)
            _proved(walk, one)
            walk.tree.add(one.leaf)
        else:
            _broken(walk, row, wrong)
    walk.report.events += len(rows)


@lru_cache(maxsize=1000)
def _wrong(kinds: tuple[type, ...]) -> str | None:
    """The first column that holds a kind of value that it never should."""
    for column, kind in zip(COLUMNS, kinds, strict=True):
        wanted = int if column in NUMBERS else bytes if column == "leaf" else str
        if kind is not wanted and not (column in ABSENT and kind is type(None)):
            return column
    return None


def _broken(walk: _Walk, row: Sequence[Any], column: str) -> None:
    """A row with a value of another kind: what can be told of it is told, so that those behind it keep their places."""
    position, stream, leaf = row[POSITION], row[STREAM], row[LEAF]
    at = position if isinstance(position, int) else walk.expected
    kind = type(row[COLUMNS.index(column)]).__name__
    walk.report.find(at, "event.unreadable.column", column=column, kind=kind)
    if isinstance(position, int):
        _placed(walk, position)
    if isinstance(stream, str):
        walk.versions[stream] = walk.versions.get(stream, 0) + 1
    if isinstance(leaf, bytes):
        walk.tree.add(leaf)


def _placed(walk: _Walk, position: int) -> None:
    if position != walk.expected:
        walk.report.find(position, "position.gap", expected=walk.expected, found=position)
    walk.expected = position + 1


def _in_stream(walk: _Walk, one: Recorded) -> None:
    version = walk.versions.get(one.stream, 0)
    if one.version != version:
        walk.report.find(one.position, "version.gap", stream=one.stream, expected=version, found=one.version)
    walk.versions[one.stream] = one.version + 1
    if one.recorded_at < walk.last:
        walk.report.find(one.position, "clock.back", at=one.recorded_at, before=walk.last)
    else:
        walk.last = one.recorded_at


def _proved(walk: _Walk, one: Recorded) -> None:
    """The leaf made anew from the bytes as stored, which are canonical: every reader reads the same from them."""
    try:
        plain = codec.loads(one.data)
    except Unreadable:
        walk.report.find(one.position, "event.unreadable.bytes")
        return
    try:
        if commitments.leaf_hash(entry_of(one, walk.ledger.keys.of(one.stream), plain)) != one.leaf:
            walk.report.find(one.position, "leaf.differs", type=one.type)
    except Refused:
        walk.report.find(one.position, "key.missing", category=streams.category(one.stream))
    except (Unreadable, ValueError, LookupError, TypeError, AttributeError, OverflowError) as error:
        walk.report.find(one.position, "event.unreadable.value", error=type(error).__name__)


def _know(ledger: Ledger, wanted: set[str]) -> None:
    try:
        ledger.keys.ensure(wanted, make=False)
    except LookupError:  # a stream's name that is none: the others' keys one by one
        for stream in wanted:
            with suppress(LookupError):
                ledger.keys.ensure([stream], make=False)
    _name(ledger, wanted)


def _name(ledger: Ledger, wanted: set[str]) -> None:
    """Aliases of streams whose first event alone names their vacancy."""
    waiting = ledger.keys.unfounded(wanted)
    if not waiting:
        return
    with ledger.reader.begin() as tx:
        try:
            said = ledger.said(tx, waiting)
        except (sa.exc.OperationalError, ValueError, TypeError):  # values that no event holds: stream by stream
            said = {stream: vacancy for stream in waiting for vacancy in _said(ledger, tx, stream)}
    ledger.keys.found(said, make=False)


def _said(ledger: Ledger, tx: sa.Connection, stream: str) -> list[str]:
    mark = sql.mark(tx)
    chosen = f"FROM events WHERE shard = {mark} AND stream = {mark} ORDER BY version"
    rows = tx.exec_driver_sql(f"SELECT {ledger.dialect.raw('data')} {chosen}", (ledger.shard, stream)).all()
    data = (one for row in rows for one in _decoded(row))
    return list(vacancies_of((stream, one) for one in data if isinstance(one, str)).values())
