"""Timers: acts that nobody presses a button for, as rows `due(at, stream, command)` beside the events that set them.

A view of the service writes and clears the rows; one loop per ledger issues what is due as ordinary commands, whose key
is (stream, kind, due), so that two loops or a crash in between issue nothing twice.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from shared.events import codec
from shared.ledger import Ledger, sql
from shared.runtime.calls import Answer, Call
from shared.runtime.pipeline import Pipeline

metadata = sa.MetaData()
due = sa.Table(
    "due",
    metadata,
    sa.Column("stream", sa.Text, primary_key=True),
    sa.Column("kind", sa.Text, primary_key=True),
    sa.Column("at", sa.Text, primary_key=True),
    sa.Column("command", sa.Text, nullable=False),
    sa.Column("body", sa.Text, nullable=False),
    sa.Index("due_at", "at"),
    sqlite_with_rowid=False,
)
ACTOR = "system:timetable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A command that falls due at an instant; `kind` tells it from other timers of the stream."""

    stream: str
    kind: str
    at: str
    command: Any


def set_timers(tx: sa.Connection, wanted: Sequence[Due]) -> None:
    """Rows in the transaction of the events that set them."""
    rows = [
        (one.stream, one.kind, one.at, type(one.command).__name__, codec.body(one.command).decode()) for one in wanted
    ]
    sql.fill(tx, "due", ("stream", "kind", "at", "command", "body"), rows, "ON CONFLICT DO NOTHING")


def clear_timers(tx: sa.Connection, stream: str, kind: str) -> None:
    """No longer due: it was done, or its ground is gone."""
    tx.execute(sa.delete(due).where(due.c.stream == stream, due.c.kind == kind))


def waiting(ledger: Ledger, now: str, most: int = 500) -> list[tuple[str, str, str, str, str]]:
    """What is due by this instant, the oldest first."""
    chosen = sa.select(due).where(due.c.at <= now).order_by(due.c.at, due.c.stream, due.c.kind).limit(most)
    with ledger.reader.begin() as tx:
        return [tuple(row) for row in tx.execute(chosen)]


def issue(pipeline: Pipeline, commands: Mapping[str, Any], now: str) -> list[Answer]:
    """Everything due by now, as commands by the timetable; refused ones leave the table too, their answer says why.

    `commands` are the service's command classes by name.
    """
    rows = waiting(pipeline.ledger, now)
    todo = [
        Call(
            stream=stream,
            command=codec.read(commands[name], body),
            by=ACTOR,
            key=f"{stream}:{kind}:{at}",
            received_at=now,
        )
        for stream, kind, at, name, body in rows
    ]
    answers = pipeline.run(todo)
    done = [row for row, answer in zip(rows, answers, strict=True) if not answer.failed]
    with pipeline.ledger.writer.begin() as tx:
        for stream, kind, at, _, _ in done:
            tx.execute(sa.delete(due).where(due.c.stream == stream, due.c.kind == kind, due.c.at == at))
    return answers
