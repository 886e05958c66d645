"""Shifts of officers (jadwal dinas): a plain table that a unit's head overwrites, no event; a class avoids them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

import sqlalchemy as sa

from shared.events import instant
from shared.ledger import sql
from shared.rules.rosters import Span

shifts = sa.Table(
    "shifts",
    sa.MetaData(),
    sa.Column("officer", sa.Text, primary_key=True),  # `pauh.` and the person's id
    sa.Column("begins", sa.Text, primary_key=True),
    sa.Column("ends", sa.Text, nullable=False),
    sqlite_with_rowid=False,
)


def replace(tx: sa.Connection, officer: str, spans: Sequence[Span]) -> None:
    """All shifts of an officer from here on, in place of those before."""
    tx.execute(sa.delete(shifts).where(shifts.c.officer == officer))
    rows = {(officer, instant(span.from_)): instant(span.to) for span in spans}
    sql.fill(tx, "shifts", ("officer", "begins", "ends"), [(*key, ends) for key, ends in rows.items()])


def of(tx: sa.Connection, officers: Iterable[str]) -> dict[str, list[Span]]:
    """Their shifts, none for whom nobody named one."""
    found: dict[str, list[Span]] = {officer: [] for officer in officers}
    for officer, begins, ends in sql.gather(tx, ("officer", "begins", "ends"), "shifts", "officer", list(found)):
        found[officer].append(Span(from_=dt.datetime.fromisoformat(begins), to=dt.datetime.fromisoformat(ends)))
    return found
