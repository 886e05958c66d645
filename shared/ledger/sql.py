"""The two shapes of statement that every hot path uses, for both databases: one literal multi-row INSERT, one JSON row
back.

`executemany` and row-by-row reading give up the interpreter's lock at every row in SQLite: beside a busy thread a load
falls by three orders of magnitude (stack.md 7).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import chain
from typing import Any

import sqlalchemy as sa

from shared.events import codec

MOST = 30_000  # parameters of one statement; SQLite ends at 32,766


def mark(tx: sa.Connection) -> str:
    """How a parameter is written in literal SQL."""
    return "?" if tx.dialect.name == "sqlite" else "%s"


def hexed(tx: sa.Connection, column: str) -> str:
    """The expression of a binary column as hex digits: JSON holds no bytes."""
    return f"hex({column})" if tx.dialect.name == "sqlite" else f"encode({column}, 'hex')"


def fill(
    tx: sa.Connection, table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]], conflict: str = ""
) -> None:
    """All rows into a table, in one statement (more only beyond 30,000 values). `conflict` is the clause behind the
    rows."""
    step = MOST // len(columns)
    row = "(" + ",".join([mark(tx)] * len(columns)) + ")"
    for start in range(0, len(rows), step):
        part = rows[start : start + step]
        statement = f"INSERT INTO {table} ({', '.join(columns)}) VALUES {','.join([row] * len(part))} {conflict}"
        tx.exec_driver_sql(statement, tuple(chain.from_iterable(part)))


def replacing(columns: Sequence[str], keys: int = 1) -> str:
    """The conflict clause of a `fill` whose rows take the place of those that are there; the first `keys` columns are
    the key."""
    named = ", ".join(f"{name} = excluded.{name}" for name in columns[keys:])
    return f"ON CONFLICT ({', '.join(columns[:keys])}) DO UPDATE SET {named}"


def among(tx: sa.Connection, statement: str, rows: Sequence[Sequence[Any]], *first: Any) -> None:
    """A statement over many rows at once, `... IN ({})` of values or of tuples, in one go (more only beyond 30,000
    values). `first` are the parameters before them, written `?`."""
    width = len(rows[0]) if rows else 1
    one = ",".join([mark(tx)] * width)
    step = (MOST - len(first)) // width
    for start in range(0, len(rows), step):
        part = rows[start : start + step]
        marks = ",".join([f"({one})"] * len(part)) if width > 1 else ",".join([one] * len(part))
        said = statement.replace("?", mark(tx)).format(f"VALUES {marks}" if width > 1 else marks)
        tx.exec_driver_sql(said, (*first, *chain.from_iterable(part)))


def gather(
    tx: sa.Connection, columns: Sequence[str], source: str, where: str, values: Sequence[str]
) -> list[list[Any]]:
    """The columns of the rows whose `where` column is among the values, as one JSON row; in no particular order."""
    if not values:
        return []
    if tx.dialect.name == "sqlite":
        chosen = f"{where} IN (SELECT value FROM json_each(?))"
        statement = f"SELECT json_group_array(json_array({', '.join(columns)})) FROM {source} WHERE {chosen}"
        found = tx.exec_driver_sql(statement, (json.dumps(list(values)),)).scalar_one()
    else:
        # one look-up for each value, whatever the planner knows: left to itself it scans the shard
        line = f"json_build_array({', '.join(columns)}) AS line"
        each = f"SELECT {line} FROM {source} WHERE {where} = wanted.one OFFSET 0"
        statement = f"SELECT json_agg(line)::text FROM unnest(%s) AS wanted (one) CROSS JOIN LATERAL ({each}) AS found"
        found = tx.exec_driver_sql(statement, (list(dict.fromkeys(values)),)).scalar_one()
    rows: list[list[Any]] = codec.trusted(found) if found else []
    return rows


def peek(engine: sa.Engine, statement: str, parameters: Sequence[Any]) -> list[tuple[Any, ...]]:
    """The rows of one read by itself, on the way of every request: no transaction, no statement put together, a fifth
    of the time. Parameters are written `?`. OperationalError as from any other read."""
    said = statement if engine.dialect.name == "sqlite" else statement.replace("?", "%s")
    raw = engine.raw_connection()
    try:
        cursor = raw.cursor()
        cursor.execute(said, tuple(parameters))
        return list(cursor.fetchall())
    except engine.dialect.loaded_dbapi.Error as error:
        raise sa.exc.OperationalError(None, None, error) from error
    finally:
        raw.close()
