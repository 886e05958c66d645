"""Who checks which vacancy, in step with intake's ledger: sworn verifiers, their ties, what each has to do."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from services.intake.views import applications, notices
from shared.events import Recorded, codec, streams
from shared.events.intake import VerifierAssigned
from shared.ledger import sql
from shared.runtime.service import View

verifiers = sa.Table(
    "verifiers",
    sa.MetaData(),
    sa.Column("verifier", sa.Text, primary_key=True),
    sa.Column("vacancy", sa.Text, primary_key=True),
    sa.Column("position", sa.BigInteger, nullable=False),  # of the assignment
    sa.Index("verifiers_vacancy", "vacancy"),
    sqlite_with_rowid=False,
)
ties = sa.Table(
    "ties",
    sa.MetaData(),
    sa.Column("verifier", sa.Text, primary_key=True),
    sa.Column("application", sa.Text, primary_key=True),
    sqlite_with_rowid=False,
)
ONCE = "ON CONFLICT DO NOTHING"
MOST = 500  # files of one look


def follow(tx: sa.Connection, batch: Sequence[Recorded]) -> None:
    """Assignments, each with its ties: one verifier may be tied to a person twice."""
    sworn, tied = [], []
    for one in batch:
        event = codec.event_of(one)
        if isinstance(event, VerifierAssigned):
            sworn.append((event.verifier, streams.ident(one.stream), one.position))
            agency = streams.agency(one.stream)
            tied += [(event.verifier, f"{agency}.{tie.application}") for tie in event.ties]
    sql.fill(tx, "verifiers", ("verifier", "vacancy", "position"), sworn, ONCE)
    sql.fill(tx, "ties", ("verifier", "application"), tied, ONCE)


VERIFIERS = View(name="verifiers", version=1, tables=(verifiers, ties), apply=follow)


def worklist(tx: sa.Connection, verifier: str, *, most: int = MOST) -> list[sa.RowMapping]:
    """Applications that a verifier may check and nobody has decided, by vacancy; not those one is tied to, nor what is
    cancelled or still open."""
    is_tied = sa.and_(ties.c.verifier == verifier, ties.c.application == applications.c.application)
    chosen = (
        sa.select(applications)
        .join(verifiers, verifiers.c.vacancy == applications.c.vacancy)
        .join(notices, notices.c.vacancy == applications.c.vacancy)
        .outerjoin(ties, is_tied)
        .where(verifiers.c.verifier == verifier, ties.c.application.is_(None))
        .where(applications.c.state == "submitted", notices.c.state.in_(("closed", "announced")))
        .order_by(applications.c.vacancy, applications.c.application)
        .limit(most)
    )
    return list(tx.execute(chosen).mappings())
