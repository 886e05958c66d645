"""What is asked of seats: who holds them, what waits and is late, which of a round nobody has decided; and what
commands say of this ledger's own tables."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

import sqlalchemy as sa

from services.selection import duties, handover
from services.selection.decrees import Appoint, FixEmployeeNumber
from services.selection.duties import Duty
from services.selection.offers import OfferAppointment
from services.selection.opinions import RecordOpinion
from services.selection.place_facts import APPOINTED, ENDED, NO_PLACES, TAKEN, Places, seat_of
from services.selection.seat_views import left, seats
from services.selection.seats import AcceptOffer, DeclineOffer
from shared.events import codec, streams
from shared.ledger import Ledger
from shared.runtime.calls import Call
from shared.runtime.service import Prepare
from shared.runtime.turn import facts_table


def left_of(ledger: Ledger, vacancy: str) -> tuple[str, ...]:
    """Aliases of those who withdrew or were disqualified."""
    with ledger.reader.begin() as tx:
        gone = list(tx.execute(sa.select(left.c.application).where(left.c.vacancy == vacancy)).scalars())
    if not gone:
        return ()
    alias = ledger.keys.aliases(vacancy)
    return tuple(sorted(map(alias, gone)))


def own_alias(ledger: Ledger, vacancy: str, person: str) -> str:
    """The alias of a person's application in a vacancy, as it was handed over; empty for who has none."""
    table = handover.applications
    chosen = sa.select(table.c.application).where(table.c.vacancy == vacancy, table.c.applicant == person)
    with ledger.reader.begin() as tx:
        found = tx.execute(chosen).scalars().first()
    return "" if found is None else ledger.keys.aliases(vacancy)(found.partition(".")[2])


def with_seat(ledger: Ledger, call: Call) -> OfferAppointment:
    """Which seat it is, by its stream, and who is out of the selection."""
    command: OfferAppointment = call.command
    return replace(command, seat=seat_of(call.stream), left=left_of(ledger, streams.ident(call.stream)))


def with_left(ledger: Ledger, call: Call) -> Any:
    """Who is out of the selection."""
    return replace(call.command, left=left_of(ledger, streams.ident(call.stream)))


def with_own_alias(ledger: Ledger, call: Call) -> Any:
    """Whose act it is, by alias."""
    return replace(call.command, own_alias=own_alias(ledger, streams.ident(call.stream), call.by))


PREPARE: Final[Mapping[Any, Prepare]] = {
    OfferAppointment: with_seat,
    FixEmployeeNumber: with_left,
    Appoint: with_left,
    RecordOpinion: with_left,
    AcceptOffer: with_own_alias,
    DeclineOffer: with_own_alias,
}


def places_of(tx: sa.Connection, vacancy: str) -> Places:
    """What the ledger keeps of a vacancy's order and seats."""
    chosen = sa.select(facts_table.c.value).where(facts_table.c.id == f"places:{vacancy}")
    found = tx.execute(chosen).scalar_one_or_none()
    return NO_PLACES if found is None else codec.read(Places, found)


def seats_of(tx: sa.Connection, vacancy: str) -> list[sa.RowMapping]:
    """Every seat of a vacancy that was offered, by its name: to whom, on which place, and what became of it."""
    return list(tx.execute(sa.select(seats).where(seats.c.vacancy == vacancy).order_by(seats.c.seat)).mappings())


def own_offers(ledger: Ledger, person: str) -> list[sa.RowMapping]:
    """The seats that a person is offered or holds, in every vacancy they applied for."""
    table = handover.applications
    with ledger.reader.begin() as tx:
        named = list(tx.execute(sa.select(table.c.vacancy).where(table.c.applicant == person).distinct()).scalars())
        rows = [row for vacancy in sorted(named) for row in seats_of(tx, vacancy)]
    mine = {vacancy: own_alias(ledger, vacancy, person) for vacancy in named}
    return [row for row in rows if row["alias"] == mine[row["vacancy"]]]


def waiting(
    ledger: Ledger,
    now: dt.datetime,
    *,
    agency: str | None = None,
    holder: str | None = None,
    vacancies: Sequence[str] | None = None,
) -> list[Duty]:
    """What waits and how late it is, the earliest due first; of an agency, of a role, of some vacancies, where they are
    given. A seat that nobody is left for waits for nobody."""
    with ledger.reader.begin() as tx:
        found = [
            one
            for one in duties.waiting(tx, now, vacancies=vacancies, holder=holder)
            if agency is None or one.vacancy.partition(".")[0] == agency
        ]
        places = {one.vacancy: places_of(tx, one.vacancy) for one in found if one.duty == "offer"}
    gone = {vacancy: left_of(ledger, vacancy) for vacancy in places}
    counted = {
        (vacancy, kind): len(row.free(kind, gone[vacancy])) for vacancy, row in places.items() for kind in row.seats
    }
    return [one for one in found if one.duty != "offer" or _is_due(one, counted)]


def of_vacancy(ledger: Ledger, vacancy: str, now: dt.datetime) -> list[Duty]:
    """The same of one vacancy."""
    return waiting(ledger, now, vacancies=(vacancy,))


def undecided(ledger: Ledger, round_: str) -> tuple[str, ...]:
    """The seats of a round (`vacancy+kind+n`) that are neither appointed nor closed: a closed one ended, belongs to
    what was cancelled, or has nobody left on its fixed ranking. A vacancy that was not handed over yet is undecided."""
    table = handover.vacancies
    chosen = sa.select(table.c.vacancy, table.c.seats).where(table.c.round == round_, table.c.cancelled == 0)
    with ledger.reader.begin() as tx:
        handed = {vacancy: codec.trusted(of) for vacancy, of in tx.execute(chosen.order_by(table.c.vacancy))}
        places = {vacancy: places_of(tx, vacancy) for vacancy in handed}
    found: list[str] = []
    for vacancy, row in places.items():
        gone = left_of(ledger, vacancy)
        for kind, number in sorted((row.seats or handed[vacancy]).items()):
            some = row.fixed is None or bool(row.free(kind, gone))
            open_ = (n for n in range(1, number + 1) if _is_open(row, f"{kind}+{n}", some))
            found += [f"{vacancy}+{kind}+{n}" for n in open_]
    return tuple(found)


def _is_open(places: Places, seat: str, some: bool) -> bool:
    held = places.held.get(seat)
    if places.is_cancelled:
        return False
    if held is None or held.state not in (*TAKEN, ENDED):
        return some
    return held.state not in (APPOINTED, ENDED)


def _is_due(one: Duty, counted: dict[tuple[str, str], int]) -> bool:
    """As many seats of a kind as there are candidates for them, counted down."""
    kind = one.subject.split("+")[1]
    n = counted.get((one.vacancy, kind), 0)
    counted[one.vacancy, kind] = n - 1
    return n > 0
