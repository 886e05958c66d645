"""What training knows of other ledgers: who was appointed to a seat, and how often an officer was evaluated.

Both are views of those ledgers with tables in training's own store, so a command is prepared from what stands here.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from services.training.officers import Appointed
from shared.events import Recorded, codec, streams
from shared.events.feedback import OfficerEvaluated
from shared.events.selection import AppointmentRevoked, CandidateAppointed, SelectionOpened
from shared.ledger import sql
from shared.rules.errors import UnknownPack
from shared.rules.pinned import pinned
from shared.runtime.service import View

KINDS = {"cpns": "cpns", "school": "cpns", "local": "local", "pppk": "pppk", "jpt": "pppk"}  # of probation, by round

openings = sa.Table(
    "openings",
    sa.MetaData(),
    sa.Column("vacancy", sa.Text, primary_key=True),
    sa.Column("kind", sa.Text, nullable=False),  # of probation; empty: not known
    sqlite_with_rowid=False,
)
arrivals = sa.Table(
    "arrivals",
    sa.MetaData(),
    sa.Column("seat", sa.Text, primary_key=True),  # `pauh.2027-014+general+1`
    sa.Column("vacancy", sa.Text, nullable=False),
    sa.Column("agency", sa.Text, nullable=False),
    sa.Column("alias", sa.Text, nullable=False),
    sa.Column("unit", sa.Text, nullable=False),
    sa.Column("post", sa.Text, nullable=False),
    sa.Column("on_day", sa.Text, nullable=False),
    sa.Column("decreed_at", sa.Text, nullable=False),  # when the appointment was recorded
    sa.Column("state", sa.Text, nullable=False),  # appointed, revoked
    sa.Column("position", sa.BigInteger, nullable=False),  # selection's
    sa.Index("arrivals_agency", "agency", "state"),
    sqlite_with_rowid=False,
)
evaluations = sa.Table(
    "evaluations",
    sa.MetaData(),
    sa.Column("position", sa.BigInteger, primary_key=True),  # feedback's
    sa.Column("officer", sa.Text, nullable=False),
    sa.Column("day", sa.Text, nullable=False),  # on which it was recorded
    sa.Index("evaluations_officer", "officer"),
    sqlite_with_rowid=False,
)
COLUMNS = tuple(column.name for column in arrivals.columns)


def kind_of(pack_digest: str) -> str:
    """The kind of probation that a pack's rounds lead to; empty where they lead to several, or nobody knows the
    pack."""
    try:
        found = {KINDS.get(round_, "") for round_ in pinned(pack_digest).rounds}
    except UnknownPack:
        return ""
    return found.pop() if len(found) == 1 else ""


def arrive(tx: sa.Connection, batch: Sequence[Recorded]) -> None:
    """Of selection's events: openings, appointments, revocations."""
    for one in batch:
        event = codec.event_of(one)
        match event:
            case SelectionOpened(pack_digest=digest):
                sql.fill(tx, "openings", ("vacancy", "kind"), [(streams.ident(one.stream), kind_of(digest))])
            case CandidateAppointed():
                tx.execute(sa.delete(arrivals).where(arrivals.c.seat == seat_of(one.stream)))
                sql.fill(tx, "arrivals", COLUMNS, [_arrival(one, event)])
            case AppointmentRevoked():
                gone = sa.update(arrivals).where(arrivals.c.seat == seat_of(one.stream))
                tx.execute(gone.values(state="revoked"))


def evaluate(tx: sa.Connection, batch: Sequence[Recorded]) -> None:
    """Of feedback's events: every evaluation of an officer."""
    rows = [
        (one.position, streams.ident(one.stream), one.recorded_at[:10])
        for one in batch
        if isinstance(codec.event_of(one), OfficerEvaluated)
    ]
    sql.fill(tx, "evaluations", ("position", "officer", "day"), rows)


ARRIVALS = View(name="arrivals", version=1, tables=(openings, arrivals), apply=arrive)
EVALUATIONS = View(name="evaluations", version=1, tables=(evaluations,), apply=evaluate)


def seat_of(stream: str) -> str:
    """`pauh.2027-014+general+1` of a seat's stream."""
    return stream.partition("-")[2]


def appointed(tx: sa.Connection, seat: str) -> Appointed | None:
    """What selection said of a seat, while it stands."""
    row = _row(tx, seat)
    if row is None or row["state"] != "appointed":
        return None
    return Appointed(
        seat=seat, alias=row["alias"], unit=row["unit"], post=row["post"],
        on=dt.date.fromisoformat(row["on_day"]), kind=row["kind"] or "",
    )  # fmt: skip


def kind(tx: sa.Connection, seat: str) -> str:
    """The kind of probation of a seat, whatever became of its appointment; empty: not known."""
    row = _row(tx, seat)
    return "" if row is None else row["kind"] or ""


def evaluated(tx: sa.Connection, officer: str, since: str) -> int:
    """How often an officer was evaluated since a day."""
    chosen = sa.select(sa.func.count()).select_from(evaluations)
    return int(tx.execute(chosen.where(evaluations.c.officer == officer, evaluations.c.day >= since)).scalar_one())


def _row(tx: sa.Connection, seat: str) -> sa.RowMapping | None:
    joined = sa.select(arrivals, openings.c.kind).outerjoin(openings, openings.c.vacancy == arrivals.c.vacancy)
    return tx.execute(joined.where(arrivals.c.seat == seat)).mappings().one_or_none()


def _arrival(one: Recorded, event: CandidateAppointed) -> tuple[Any, ...]:
    return (
        seat_of(one.stream), streams.ident(one.stream), streams.agency(one.stream), event.alias, event.unit,
        event.post, event.on.isoformat(), one.recorded_at, "appointed", one.position,
    )  # fmt: skip
