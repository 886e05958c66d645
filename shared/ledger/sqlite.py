"""The ledger's SQLite dialect: two engines on one file, and the triggers that make it append-only.

The driver's own transactions are off. The writer's `begin` sends BEGIN IMMEDIATE, which is the lock; the readers' a
plain BEGIN, which is a snapshot. One engine for both would lock its readers out, AUTOCOMMIT would give no snapshot
(stack.md 7).
"""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import sqlalchemy as sa

PATIENCE = 30_000  # milliseconds that a writer waits for the lock

LOCK = None  # BEGIN IMMEDIATE has it already
BY_STREAM = "events INDEXED BY events_stream_version"  # left to itself it scans the shard: its key begins alike

TRIGGERS = {
    "events_never_change": """CREATE TRIGGER events_never_change BEFORE UPDATE ON events
        BEGIN SELECT RAISE(ABORT, 'events are append-only: never changed'); END""",
    "events_never_go": """CREATE TRIGGER events_never_go BEFORE DELETE ON events
        BEGIN SELECT RAISE(ABORT, 'events are append-only: never deleted'); END""",
    "events_never_replaced": """CREATE TRIGGER events_never_replaced BEFORE INSERT ON events
        WHEN NEW.position < (SELECT position FROM head WHERE shard = NEW.shard)
          OR EXISTS (SELECT 1 FROM events WHERE shard = NEW.shard AND stream = NEW.stream AND version = NEW.version)
        BEGIN SELECT RAISE(ABORT, 'events are append-only: this position or version is taken'); END""",
    "head_never_back": """CREATE TRIGGER head_never_back BEFORE UPDATE ON head
        WHEN NEW.position < OLD.position OR NEW.shard <> OLD.shard
        BEGIN SELECT RAISE(ABORT, 'the head only moves on'); END""",
    "head_never_replaced": """CREATE TRIGGER head_never_replaced BEFORE INSERT ON head
        WHEN EXISTS (SELECT 1 FROM head WHERE shard = NEW.shard)
        BEGIN SELECT RAISE(ABORT, 'the head only moves on'); END""",
    "head_never_goes": """CREATE TRIGGER head_never_goes BEFORE DELETE ON head
        BEGIN SELECT RAISE(ABORT, 'the head only moves on'); END""",
}


def engines(path: Path, *, secure_delete: bool = False) -> tuple[sa.Engine, sa.Engine]:
    """The writer's and the readers' engine of one file; durable at every commit (`synchronous=FULL`)."""
    return _engine(path, "BEGIN IMMEDIATE", secure_delete), _engine(path, "BEGIN", secure_delete)


def _engine(path: Path, begin: str, secure_delete: bool) -> sa.Engine:
    def connect() -> sqlite3.Connection:
        made = sqlite3.connect(path, timeout=PATIENCE / 1000, isolation_level=None, check_same_thread=False)
        made.execute("PRAGMA journal_mode = WAL")
        made.execute("PRAGMA synchronous = FULL")
        made.execute("PRAGMA cache_size = -65536")
        made.execute("PRAGMA wal_autocheckpoint = 4000")
        if secure_delete:
            made.execute("PRAGMA secure_delete = ON")
        return made

    named = sa.URL.create("sqlite", database=str(path))  # says where the file lies
    engine = sa.create_engine(named, creator=connect, poolclass=sa.pool.QueuePool, pool_size=4, max_overflow=8)

    @sa.event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        connection.exec_driver_sql(begin)

    return engine


def guard(tx: sa.Connection) -> None:
    """The triggers, as they should be."""
    for name, statement in TRIGGERS.items():
        tx.exec_driver_sql(f"DROP TRIGGER IF EXISTS {name}")
        tx.exec_driver_sql(statement)


def missing_guards(tx: sa.Connection) -> list[str]:
    """Triggers that are gone, or that do something else than they should."""
    found = _triggers(tx)
    return [name for name, said in TRIGGERS.items() if found.get(name, "").split() != said.split()]


def foreign_guards(tx: sa.Connection) -> list[str]:
    """Triggers in the ledger's file that are none of ours, on whatever table: one could swallow a row that is
    appended."""
    return sorted(_triggers(tx).keys() - TRIGGERS.keys())


def raw(column: str) -> str:
    """Two columns for one: its kind, and its content with text as bytes, so that no text is too broken to be read."""
    return f"typeof({column}), CASE typeof({column}) WHEN 'text' THEN CAST({column} AS BLOB) ELSE {column} END"


def _triggers(tx: sa.Connection) -> dict[str, str]:
    rows = tx.exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").all()
    return {row[0]: row[1] for row in rows}
