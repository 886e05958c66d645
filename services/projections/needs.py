"""From a need to somebody at work: proposed, fixed, advertised, appointed, onboarded, departed; and whether stages of a
selection foretell how officers do. Three ledgers feed tables of their own."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

import sqlalchemy as sa

from services.projections.performance import evaluations, postings
from services.projections.ranking import load
from shared.events import Recorded, codec, streams
from shared.events.intake import NeedApproved, NeedProposed, NeedRecommended, VacancyCancelled, VacancyPublished
from shared.events.selection import AppointmentRevoked, CandidateAppointed
from shared.ledger import sql
from shared.rules.pinned import pinned
from shared.runtime.places import stage_sums
from shared.runtime.service import View

FLOOR: Final = 10
metadata = sa.MetaData()
needs = sa.Table(
    "needs",
    metadata,
    sa.Column("need", sa.Text, primary_key=True),  # unit+post+year
    sa.Column("unit", sa.Text, nullable=False),
    sa.Column("post", sa.Text, nullable=False),
    sa.Column("year", sa.Integer, nullable=False),
    sa.Column("staff", sa.Integer, nullable=False),
    sa.Column("proposed", sa.Integer, nullable=False),
    sa.Column("recommended", sa.Integer),
    sa.Column("approved", sa.Integer),
    sqlite_with_rowid=False,
)
advertised = sa.Table(
    "advertised",
    metadata,
    sa.Column("vacancy", sa.Text, primary_key=True),
    sa.Column("need", sa.Text, primary_key=True),
    sa.Column("seats", sa.Integer, nullable=False),  # of the whole vacancy
    sqlite_with_rowid=False,
)
appointments = sa.Table(
    "appointments",
    metadata,
    sa.Column("seat", sa.Text, primary_key=True),
    sa.Column("vacancy", sa.Text, nullable=False),
    sa.Column("since", sa.Text, nullable=False),
    sqlite_with_rowid=False,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """A need and what became of it; seats, and people by the vacancies that advertised it."""

    need: str
    unit: str
    post: str
    year: int
    staff: int
    proposed: int
    recommended: int | None
    approved: int | None
    advertised: int
    appointed: int
    onboarded: int
    departed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Validity:
    """What those who later got a grade had in a stage of their selection: how many, and their mean, of ten or more."""

    stage: str
    post: str
    grade: str
    n: int
    mean: Decimal


def follow_intake(tx: sa.Connection, batch: Sequence[Recorded]) -> None:
    """Needs as they are fixed, and where they are advertised."""
    for one in batch:
        named, event = streams.ident(one.stream), codec.event_of(one)
        own = one.stream.partition("-")[2]
        match event:
            case NeedProposed():
                unit, post, year = streams.parts(one.stream)
                row = (own, unit, post, int(year), event.staff, event.seats, None, None)
                columns = ("need", "unit", "post", "year", "staff", "proposed", "recommended", "approved")
                again = "ON CONFLICT (need) DO UPDATE SET staff = excluded.staff, proposed = excluded.proposed"
                sql.fill(tx, "needs", columns, [row], again)
            case NeedRecommended(seats=seats):
                tx.execute(sa.update(needs).where(needs.c.need == own).values(recommended=seats))
            case NeedApproved(seats=seats):
                tx.execute(sa.update(needs).where(needs.c.need == own).values(approved=seats))
            case VacancyPublished():
                seats = sum(formation.seats for formation in event.formations)
                rows = [(named, need, seats) for need in dict.fromkeys(event.needs)]
                sql.fill(tx, "advertised", ("vacancy", "need", "seats"), rows)
            case VacancyCancelled():
                tx.execute(sa.delete(advertised).where(advertised.c.vacancy == named))


def follow_selection(tx: sa.Connection, batch: Sequence[Recorded]) -> None:
    """Seats that somebody was appointed to."""
    for one in batch:
        if streams.category(one.stream) == "seat":
            match codec.event_of(one):
                case CandidateAppointed(on=on):
                    row = (one.stream, streams.ident(one.stream), on.isoformat())
                    again = "ON CONFLICT (seat) DO UPDATE SET since = excluded.since"
                    sql.fill(tx, "appointments", ("seat", "vacancy", "since"), [row], again)
                case AppointmentRevoked():
                    tx.execute(sa.delete(appointments).where(appointments.c.seat == one.stream))


INTAKE: Final = View(name="needs_intake", version=1, tables=(needs, advertised), apply=follow_intake)
SELECTION: Final = View(name="needs_selection", version=1, tables=(appointments,), apply=follow_selection)


def vacancy_of(seat: str) -> str:
    """`pauh.2027-014` of `seat-pauh.2027-014+general+1`."""
    return seat.removeprefix("seat-").split("+")[0]


def planned(tx: sa.Connection, agency: str, year: int) -> list[Need]:
    """An agency's needs of a year, by unit and post."""
    mine = (needs.c.year == year) & (needs.c.unit == agency) | (needs.c.year == year) & needs.c.unit.startswith(
        f"{agency}.", autoescape=True
    )
    found = [dict(row) for row in tx.execute(sa.select(needs).where(mine).order_by(needs.c.need)).mappings()]
    offered: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for need, vacancy, seats in sql.gather(
        tx, ("need", "vacancy", "seats"), "advertised", "need", [row["need"] for row in found]
    ):
        offered[need].append((vacancy, seats))
    appointed = _by_vacancy(tx, sa.select(appointments.c.vacancy))
    held = [(vacancy_of(seat), gone) for seat, gone in tx.execute(sa.select(postings.c.seat, postings.c.departed))]
    return [_need(row, offered[row["need"]], appointed, held) for row in found]


def _by_vacancy(tx: sa.Connection, chosen: Any) -> dict[str, int]:
    made: dict[str, int] = defaultdict(int)
    for vacancy in tx.execute(chosen).scalars():
        made[vacancy] += 1
    return made


def _need(
    row: dict[str, Any],
    offered: Sequence[tuple[str, int]],
    appointed: dict[str, int],
    held: Sequence[tuple[str, str | None]],
) -> Need:
    mine = {vacancy for vacancy, _ in offered}
    return Need(
        **row,
        advertised=sum(seats for _, seats in offered),
        appointed=sum(appointed.get(vacancy, 0) for vacancy in mine),
        onboarded=sum(vacancy in mine for vacancy, _ in held),
        departed=sum(vacancy in mine and gone is not None for vacancy, gone in held),
    )


def validity(tx: sa.Connection, agency: str, floor: int = FLOOR) -> list[Validity]:
    """By stage, post and last grade: the mean of what a stage added to the final score. A group under the floor is left
    out whole."""
    groups: dict[tuple[str, str, str], list[Decimal]] = defaultdict(list)
    last = {
        row.officer: row.grade
        for row in tx.execute(sa.select(evaluations).order_by(evaluations.c.officer, evaluations.c.period))
    }
    mine = [row for row in tx.execute(sa.select(postings)) if row.officer in last and _is_of(row.unit, agency)]
    picture = load(tx, {vacancy_of(row.seat) for row in mine})
    for row in mine:
        vacancy = vacancy_of(row.seat)
        rows = {one.alias: one for one in picture.rows.get(vacancy, {}).values()}
        if row.alias in rows and rows[row.alias].final is not None:
            pack = pinned(picture.selections[vacancy].pack)
            sums = stage_sums(pack, rows[row.alias].marks, picture.terms_of(vacancy))
            for stage, value in sums.items():
                groups[stage, row.post, last[row.officer]].append(value)
    return [
        Validity(stage=stage, post=post, grade=grade, n=len(of),
                 mean=(sum(of, Decimal()) / len(of)).quantize(Decimal("0.001")))
        for (stage, post, grade), of in sorted(groups.items())
        if len(of) >= floor
    ]  # fmt: skip


def _is_of(unit: str, agency: str) -> bool:
    return unit.partition(".")[0] == agency
