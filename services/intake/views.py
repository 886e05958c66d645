"""Intake's own tables: the list of vacancies, kept in step with the ledger."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from shared.events import Recorded, codec, streams
from shared.events.intake import VacancyListed
from shared.ledger import sql
from shared.runtime.service import View

vacancies = sa.Table(
    "vacancies",
    sa.MetaData(),
    sa.Column("vacancy", sa.Text, primary_key=True),
    sa.Column("agency", sa.Text, nullable=False),
    sa.Column("unit", sa.Text, nullable=False),
    sa.Column("post", sa.Text, nullable=False),
    sa.Column("seats", sa.Integer, nullable=False),
    sa.Column("formations", sa.Text, nullable=False),  # JSON: kind, seats, educations of each
    sa.Column("position", sa.BigInteger, nullable=False),
    sqlite_with_rowid=False,
)
COLUMNS = tuple(column.name for column in vacancies.columns)


def keep(tx: sa.Connection, batch: Sequence[Recorded]) -> None:
    """One statement for the whole batch."""
    rows = []
    for one in batch:
        event = codec.event_of(one)
        if isinstance(event, VacancyListed):
            seats = sum(formation.seats for formation in event.formations)
            kinds = codec.dumps(
                [{"kind": f.kind, "seats": f.seats, "educations": list(f.educations)} for f in event.formations]
            )
            named = streams.ident(one.stream)
            rows.append(
                (named, streams.agency(one.stream), event.unit, event.post, seats, kinds.decode(), one.position)
            )
    sql.fill(tx, "vacancies", COLUMNS, rows)


VACANCIES = View(name="vacancies", version=1, tables=(vacancies,), apply=keep)


def counted(store: sa.Engine) -> tuple[int, int, int]:
    """How many vacancies, seats and agencies the list holds."""
    chosen = sa.select(
        sa.func.count(),
        sa.func.coalesce(sa.func.sum(vacancies.c.seats), 0),
        sa.func.count(vacancies.c.agency.distinct()),
    )
    with store.begin() as tx:
        row = tx.execute(chosen).one()
    return int(row[0]), int(row[1]), int(row[2])
