"""Everything public about a vacancy, line by line, and how far the rest has come, in numbers that tell of nobody.

Counts of what is not public are told in whole tens, from ten on: neither a number nor the difference of two numbers is
a group under the floor.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import partial
from typing import Any, Final

import sqlalchemy as sa

from shared.events import Recorded, catalogue, codec, streams
from shared.events.selection import (
    AttendanceRecorded,
    CandidateWithdrawn,
    ResultObjectionFiled,
    ScoreSealed,
    SessionRescheduled,
    SessionScheduled,
    StageScored,
)
from shared.ledger import sql
from shared.runtime.service import View

FLOOR: Final = 10
PUBLIC: Final = frozenset({"vacancy", "selection", "panel", "seat"})  # whose first part is the vacancy
ALIASED: Final = frozenset({"head", "alias", "added", "removed", "order", "over", "by_age", "departure"})
metadata = sa.MetaData()


def _lines(service: str) -> sa.Table:
    return sa.Table(
        f"lines_{service}",
        metadata,
        sa.Column("vacancy", sa.Text, primary_key=True),
        sa.Column("position", sa.BigInteger, primary_key=True),
        sa.Column("at", sa.Text, nullable=False),
        sa.Column("stream", sa.Text, nullable=False),
        sa.Column("type", sa.Text, nullable=False),
        sa.Column("data", sa.Text, nullable=False),  # of the public leaf, its words in clear
        sqlite_with_rowid=False,
    )


LINES: Final = {service: _lines(service) for service in ("intake", "selection")}
sessions = sa.Table(
    "lines_sessions",
    metadata,
    sa.Column("stream", sa.Text, primary_key=True),
    sa.Column("vacancy", sa.Text, primary_key=True),
    sqlite_with_rowid=False,
)
progress = sa.Table(
    "progress",
    metadata,
    sa.Column("vacancy", sa.Text, primary_key=True),
    sa.Column("stage", sa.Text, primary_key=True),  # empty: of the whole
    sa.Column("what", sa.Text, primary_key=True),
    sa.Column("n", sa.Integer, nullable=False),
    sqlite_with_rowid=False,
)
COLUMNS: Final = ("vacancy", "position", "at", "stream", "type", "data")
COUNTED: Final = ("vacancy", "stage", "what", "n")


def keep(service: str, tx: sa.Connection, batch: Sequence[Recorded]) -> None:
    """One statement for the lines of a batch, and one for the counts."""
    rows: list[tuple[Any, ...]] = []
    counts: Counter[tuple[str, str, str]] = Counter()
    for one in batch:
        rows += [_line(vacancy, one) for vacancy in _vacancies(tx, one)]
        if (step := _step(one)) is not None:
            counts[step] += 1
    sql.fill(tx, f"lines_{service}", COLUMNS, rows)
    conflict = "ON CONFLICT (vacancy, stage, what) DO UPDATE SET n = progress.n + excluded.n"
    sql.fill(tx, "progress", COUNTED, [(*step, n) for step, n in sorted(counts.items())], conflict)


TRANSPARENCY: Final = {
    "intake": View(name="lines_intake", version=1, tables=(LINES["intake"],), apply=partial(keep, "intake")),
    "selection": View(
        name="lines_selection", version=1, tables=(LINES["selection"], sessions, progress),
        apply=partial(keep, "selection"),
    ),
}  # fmt: skip


def _vacancies(tx: sa.Connection, one: Recorded) -> list[str]:
    """Whom a public event is about: a session several."""
    category = streams.category(one.stream)
    if category in PUBLIC:
        return [streams.ident(one.stream)]
    if category != "session":
        return []
    event = codec.event_of(one)
    if isinstance(event, SessionScheduled | SessionRescheduled):
        tx.execute(sa.delete(sessions).where(sessions.c.stream == one.stream))
        rows = [(one.stream, vacancy) for vacancy in dict.fromkeys(event.vacancies)]
        sql.fill(tx, "lines_sessions", ("stream", "vacancy"), rows)
    chosen = sa.select(sessions.c.vacancy).where(sessions.c.stream == one.stream).order_by(sessions.c.vacancy)
    return list(tx.execute(chosen).scalars())


def _line(vacancy: str, one: Recorded) -> tuple[Any, ...]:
    data = codec.leaf_data(one.type, codec.trusted(one.data), lambda words: words)
    return vacancy, one.position, one.recorded_at, one.stream, one.type, codec.dumps(data).decode()


def _step(one: Recorded) -> tuple[str, str, str] | None:
    """What an event of a candidacy counts for."""
    if streams.category(one.stream) != "candidate":
        return None
    vacancy = streams.ident(one.stream)
    match codec.event_of(one):
        case AttendanceRecorded(stage=stage, present=True):
            return vacancy, stage, "present"
        case ScoreSealed(stage=stage):
            return vacancy, stage, "sealed"
        case StageScored(stage=stage):
            return vacancy, stage, "scored"
        case ResultObjectionFiled():
            return vacancy, "", "objections"
        case CandidateWithdrawn():
            return vacancy, "", "withdrawn"
    return None


def lines(tx: sa.Connection, service: str, vacancy: str) -> list[sa.RowMapping]:
    """A vacancy's public events of one ledger, in order."""
    table = LINES[service]
    return list(tx.execute(sa.select(table).where(table.c.vacancy == vacancy).order_by(table.c.position)).mappings())


def counts(tx: sa.Connection, vacancy: str) -> list[tuple[str, str, int]]:
    """`(stage, what, at least so many)`, in whole tens; what is under ten is not told, nor that there is any."""
    chosen = sa.select(progress.c.stage, progress.c.what, progress.c.n).where(progress.c.vacancy == vacancy)
    found = [(stage, what, stepped(n)) for stage, what, n in tx.execute(chosen.order_by(*progress.primary_key))]
    return [(stage, what, n) for stage, what, n in found if n is not None]


def stepped(n: int, floor: int = FLOOR) -> int | None:
    """The whole floors in a count; None under the first."""
    return n // floor * floor or None


def short(data: dict[str, Any]) -> dict[str, Any]:
    """What a sentence may be filled with: codes and numbers; a list as its length, a digest as its rows."""
    made: dict[str, Any] = {}
    for key, value in data.items():
        if isinstance(value, dict):
            made |= {key: value["rows"]} if "rows" in value else {}
        elif key not in ("alias", "from"):
            made[key] = len(value) if isinstance(value, list) else value
    return made


def unnamed(data: Any) -> Any:
    """The data of a public event without aliases, wherever they stand: before a ranking is published."""
    if isinstance(data, list):
        return [unnamed(one) for one in data]
    if not isinstance(data, dict):
        return data
    made = {}
    for key, value in data.items():
        if isinstance(value, dict) and "rows" in value:
            made[key] = {name: value[name] for name in ("rows", "root") if name in value}
        elif key not in ALIASED:
            made[key] = unnamed(value)
    return made


def act_of(type_: str) -> str:
    """`RankingPublished` of its name on the wire."""
    return catalogue.named(type_).of.__name__
