"""Timers: acts that nobody presses a button for, as rows `due(at, stream, command)` beside the events that set them.

A view of the service writes and clears the rows; one loop per ledger (`timetable`) issues what is due as ordinary
commands, whose key is (stream, kind, due), so that two loops or a crash in between issue nothing twice. What was
refused, or fails for now, stands in `outcomes` for the worklist.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import sqlalchemy as sa

from shared.events import Unreadable, codec, instant
from shared.ledger import Ledger, sql
from shared.runtime.calls import Answer, Call

metadata = sa.MetaData()


def _named() -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text, primary_key=True) for name in ("stream", "kind", "at")]


due = sa.Table(
    "due",
    metadata,
    *_named(),
    sa.Column("command", sa.Text, nullable=False),
    sa.Column("body", sa.Text, nullable=False),
    sa.Index("due_at", "at"),
    sqlite_with_rowid=False,
)
behalf = sa.Table(  # of whom, where a timer is not the timetable's own
    "behalf",
    metadata,
    *_named(),
    sa.Column("actor", sa.Text, nullable=False),
    sa.Column("unit", sa.Text, nullable=False),
    sa.Column("key", sa.Text, nullable=False),
    sa.Column("causation", sa.Text, nullable=False),
    sqlite_with_rowid=False,
)
outcomes = sa.Table(
    "outcomes",
    metadata,
    *_named(),
    sa.Column("code", sa.Text, nullable=False),
    sa.Column("tries", sa.Integer, nullable=False),
    sa.Column("again", sa.Text),  # when it is tried again; absent: never, it was refused
    sqlite_with_rowid=False,
)
_POSTPONED = "outcomes.stream = due.stream AND outcomes.kind = due.kind AND outcomes.at = due.at"
ANYTHING = (
    f"SELECT 1 FROM due LEFT JOIN outcomes ON {_POSTPONED}"  # noqa: S608  constants
    " WHERE due.at <= ? AND (outcomes.again IS NULL OR outcomes.again <= ?) LIMIT 1"
)
NEXT = "SELECT (SELECT min(at) FROM due WHERE at > ?), (SELECT min(again) FROM outcomes WHERE again > ?)"
ACTOR = "system:timetable"
FAILED = Answer(refused="failed", failed=True)
LONGEST = 3600  # seconds between two tries


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A command that falls due at an instant; `kind` tells it from other timers of the stream."""

    stream: str
    kind: str
    at: str
    command: Any


class Behalf(NamedTuple):
    """Whose command a timer issues, and of which unit, under which key, and because of what."""

    actor: str
    unit: str
    key: str
    causation: str


class Row(NamedTuple):
    """A timer as it is stored; on somebody's behalf it counts as arrived at `at`."""

    stream: str
    kind: str
    at: str
    command: str
    body: str
    behalf: Behalf | None = None

    def call(self, commands: Mapping[str, Any], now: str) -> Call:
        """Its command. Unreadable if this version of the service knows none of that name and body."""
        if self.command not in commands:
            raise Unreadable(f"no command {self.command!r} here")
        command = codec.read(commands[self.command], self.body)
        if self.behalf is None:
            key = f"{self.stream}:{self.kind}:{self.at}"
            return Call(stream=self.stream, command=command, by=ACTOR, key=key, received_at=now)
        actor, unit, key, causation = self.behalf
        return Call(
            stream=self.stream, command=command, by=actor, unit=unit, key=key, received_at=self.at, causation=causation
        )


def set_timers(tx: sa.Connection, wanted: Sequence[Due]) -> None:
    """Rows in the transaction of the events that set them."""
    set_rows(
        tx,
        [
            Row(one.stream, one.kind, one.at, type(one.command).__name__, codec.body(one.command).decode())
            for one in wanted
        ],
    )


def set_rows(tx: sa.Connection, wanted: Sequence[Row]) -> None:
    """The same, where the bodies are at hand."""
    once = "ON CONFLICT DO NOTHING"
    sql.fill(tx, "due", ("stream", "kind", "at", "command", "body"), [row[:5] for row in wanted], once)
    others = [(*row[:3], *row.behalf) for row in wanted if row.behalf is not None]
    sql.fill(tx, "behalf", ("stream", "kind", "at", "actor", "unit", "key", "causation"), others, once)


def clear_timers(tx: sa.Connection, stream: str, kind: str) -> None:
    """No longer due: it was done, or its ground is gone. What was refused stays for the worklist."""
    for table in (due, behalf, outcomes):
        kept = table.c.again.is_not(None) if table is outcomes else sa.true()
        tx.execute(sa.delete(table).where(table.c.stream == stream, table.c.kind == kind, kept))


def waiting(ledger: Ledger, now: str, most: int = 500) -> list[Row]:
    """What is due by this instant, the oldest first; not what failed and is to be tried again later."""
    chosen = (
        sa.select(due, *list(behalf.c)[3:])
        .outerjoin(behalf, _same(due, behalf))
        .outerjoin(outcomes, _same(due, outcomes))
        .where(due.c.at <= now, sa.or_(outcomes.c.again.is_(None), outcomes.c.again <= now))
        .order_by(due.c.at, due.c.stream, due.c.kind)
        .limit(most)
    )
    with ledger.reader.begin() as tx:
        return [_row_of(*row) for row in tx.execute(chosen)]


def is_anything_due(ledger: Ledger, now: str) -> bool:
    """Whether `waiting` would find something: asked after every batch of a busy ledger, and mostly not so."""
    return bool(sql.peek(ledger.reader, ANYTHING, (now, now)))


def next_after(ledger: Ledger, now: str) -> str | None:
    """The next instant at which something falls due or is tried again."""
    ((at, again),) = sql.peek(ledger.reader, NEXT, (now, now))
    return min(filter(None, (at, again)), default=None)


def settle(tx: sa.Connection, row: Row, answer: Answer, now: str) -> None:
    """What became of a timer: done and gone, refused and on the worklist, or to be tried again."""
    if answer.failed:
        _postpone(tx, row, now)
        return
    there = tx.execute(sa.delete(due).where(_is(due, row))).rowcount  # another loop may have settled it
    tx.execute(sa.delete(behalf).where(_is(behalf, row)))
    tx.execute(sa.delete(outcomes).where(_is(outcomes, row), outcomes.c.again.is_not(None)))
    if there and answer.refused is not None:
        _note(tx, row, answer.refused, 1, None)


def _postpone(tx: sa.Connection, row: Row, now: str) -> None:
    if tx.execute(sa.select(due.c.at).where(_is(due, row))).first() is None:
        return
    tries = (tx.execute(sa.select(outcomes.c.tries).where(_is(outcomes, row))).scalar_one_or_none() or 0) + 1
    pause = dt.timedelta(seconds=pause_after(tries))
    _note(tx, row, "failed", tries, instant(dt.datetime.fromisoformat(now) + pause))


def pause_after(tries: int) -> int:
    """Seconds: 2, 4, 8, ... up to an hour."""
    return int(min(2 ** min(tries, 12), LONGEST))


def _note(tx: sa.Connection, row: Row, code: str, tries: int, again: str | None) -> None:
    anew = "ON CONFLICT (stream, kind, at) DO UPDATE SET code = excluded.code, tries = excluded.tries"
    columns = ("stream", "kind", "at", "code", "tries", "again")
    sql.fill(tx, "outcomes", columns, [(*row[:3], code, tries, again)], f"{anew}, again = excluded.again")


def _row_of(stream: str, kind: str, at: str, command: str, body: str, *whose: str) -> Row:
    """`whose` is all or nothing: a timer that is nobody's joins no row."""
    return Row(stream, kind, at, command, body, Behalf(*whose) if whose[0] else None)


def _is(table: sa.Table, row: Row) -> sa.ColumnElement[bool]:
    return sa.and_(table.c.stream == row.stream, table.c.kind == row.kind, table.c.at == row.at)


def _same(one: sa.Table, other: sa.Table) -> sa.ColumnElement[bool]:
    return sa.and_(*(one.c[name] == other.c[name] for name in ("stream", "kind", "at")))
