"""Who holds what until when: one event opens a duty, another closes it; late is past due and open.

It is said by role and vacancy, never by name. Silence decides nothing against a person; only an offer lapses.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

import sqlalchemy as sa

from shared.events import Recorded, instant, streams
from shared.ledger import sql
from shared.rules import duties as law

metadata = sa.MetaData()
duties = sa.Table(
    "duties",
    metadata,
    sa.Column("duty", sa.Text, primary_key=True),  # as shared.rules.duties names it
    sa.Column("subject", sa.Text, primary_key=True),  # a vacancy, or a seat of it (`vacancy+kind+n`)
    sa.Column("opened", sa.BigInteger, primary_key=True),  # position of the event that opened it
    sa.Column("vacancy", sa.Text, nullable=False),
    sa.Column("holder", sa.Text, nullable=False),  # a role
    sa.Column("since", sa.Text, nullable=False),
    sa.Column("due", sa.Text, nullable=False),  # half-open
    sa.Column("done", sa.BigInteger),  # position of the event that closed it
    sa.Index("duties_vacancy", "vacancy", "done"),
    sqlite_with_rowid=False,
)
COLUMNS: Final = ("duty", "subject", "opened", "vacancy", "holder", "since", "due")
HOLDERS: Final[Mapping[str, tuple[str, str]]] = {  # as a page names them: Indonesian, English
    "ppk": ("PPK", "appointing authority"),
    "candidate": ("peserta", "candidate"),
    "committee": ("panitia seleksi", "selection committee"),
    "chair": ("ketua panitia seleksi", "chair of the committee"),
}


class Duty(NamedTuple):
    """A duty that waits. `late` are days past due, 0 while in time."""

    duty: str
    subject: str
    vacancy: str
    holder: str
    since: str
    due: str
    late: int

    def said(self, lang: str = "id") -> str:
        """What the page says: `Terlambat 6 hari, menunggu: PPK`."""
        indonesian, english = HOLDERS.get(self.holder, (self.holder, self.holder))
        if lang == "id":
            return f"Terlambat {self.late} hari, menunggu: {indonesian}" if self.late else f"Menunggu: {indonesian}"
        days = "1 day" if self.late == 1 else f"{self.late} days"
        return f"{days} late, waiting for: {english}" if self.late else f"Waiting for: {english}"


def open_duty(
    tx: sa.Connection, one: Recorded, name: str, subject: str, since: dt.datetime, due: dt.datetime | None = None
) -> None:
    """From this event on; it takes the place of an open one of the same name and subject. `due`: where the event sets
    the day itself."""
    drop(tx, name, subject)
    until = law.due(name, since) if due is None else due
    row = (
        name, subject, one.position, streams.ident(one.stream), law.duty(name).holder, instant(since), instant(until),
    )  # fmt: skip
    sql.fill(tx, "duties", COLUMNS, [row])


def drop(tx: sa.Connection, name: str, subject: str) -> None:
    """Its ground is gone, or another event opens it anew."""
    tx.execute(sa.delete(duties).where(_open(name, subject)))


def close(tx: sa.Connection, one: Recorded, name: str, subject: str) -> None:
    """Done by this event."""
    tx.execute(sa.update(duties).where(_open(name, subject)).values(done=one.position))


def drop_all(tx: sa.Connection, vacancy: str) -> None:
    """Nothing is due any more in a vacancy whose selection is cancelled."""
    tx.execute(sa.delete(duties).where(duties.c.vacancy == vacancy, duties.c.done.is_(None)))


def has_open(tx: sa.Connection, name: str, subject: str) -> bool:
    """Whether it waits."""
    return tx.execute(sa.select(duties.c.opened).where(_open(name, subject))).first() is not None


def waiting(
    tx: sa.Connection, now: dt.datetime, *, vacancies: Sequence[str] | None = None, holder: str | None = None
) -> list[Duty]:
    """Open duties, the earliest due first; of these vacancies, of this holder, where they are given."""
    chosen = sa.select(duties).where(duties.c.done.is_(None)).order_by(duties.c.due, duties.c.duty, duties.c.subject)
    if vacancies is not None:
        chosen = chosen.where(duties.c.vacancy.in_(vacancies))
    if holder is not None:
        chosen = chosen.where(duties.c.holder == holder)
    return [_duty(row, now) for row in tx.execute(chosen).mappings()]


def _duty(row: sa.RowMapping, now: dt.datetime) -> Duty:
    late = law.late(dt.datetime.fromisoformat(row["due"]), now)
    return Duty(row["duty"], row["subject"], row["vacancy"], row["holder"], row["since"], row["due"], late)


def _open(name: str, subject: str) -> sa.ColumnElement[bool]:
    return sa.and_(duties.c.duty == name, duties.c.subject == subject, duties.c.done.is_(None))
