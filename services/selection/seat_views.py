"""Selection's tables about seats, kept in step with its ledger: what was handed over, who holds what, who left, what is
due, and when an offer lapses.

Official lists hand over no round and no terms, so half a million candidates leave no row here.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any, Final

import sqlalchemy as sa

from services.selection import duties
from services.selection.place_facts import (
    ACCEPTED,
    APPOINTED,
    DECLINED,
    ENDED,
    JPT,
    NUMBERED,
    OFFERED,
    pack_name,
)
from services.selection.seats import LapseOffer
from shared.events import Recorded, catalogue, codec, instant, streams
from shared.events.selection import (
    AppointmentOffered,
    AppointmentRevoked,
    CandidateAppointed,
    CandidateDisqualified,
    CandidateWithdrawn,
    EmployeeNumberFixed,
    ExternalOpinionRecorded,
    ObjectionWindowExtended,
    OfferAccepted,
    OfferDeclined,
    RankingFixed,
    RankingPublished,
    ResultObjectionDecided,
    ScoresOpened,
    SelectionCancelled,
    SelectionOpened,
)
from shared.ledger import sql
from shared.runtime.approvals import TICKET
from shared.runtime.service import View
from shared.runtime.timers import Due, clear_timers, set_timers

metadata = sa.MetaData()
selections = sa.Table(
    "seat_selections",
    metadata,
    sa.Column("vacancy", sa.Text, primary_key=True),
    sa.Column("pack", sa.Text, nullable=False),
    sa.Column("seats", sa.Text, nullable=False),  # JSON {kind: n}
    sa.Column("last_stage", sa.Text),
    sqlite_with_rowid=False,
)
seats = sa.Table(
    "seats",
    metadata,
    sa.Column("seat", sa.Text, primary_key=True),  # vacancy+kind+n
    sa.Column("vacancy", sa.Text, nullable=False),
    sa.Column("alias", sa.Text, nullable=False),
    sa.Column("place", sa.Integer, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("basis", sa.Text, nullable=False),
    sa.Column("departs", sa.Integer, nullable=False),  # whether it passed somebody over
    sa.Column("state", sa.Text, nullable=False),  # offered, accepted, numbered, appointed, declined, ended
    sa.Column("until", sa.Text, nullable=False),  # the offer's
    sa.Column("position", sa.BigInteger, nullable=False),  # of its last event
    sa.Index("seats_vacancy", "vacancy"),
    sqlite_with_rowid=False,
)
left = sa.Table(
    "seat_left",
    metadata,
    sa.Column("vacancy", sa.Text, primary_key=True),
    sa.Column("application", sa.Text, primary_key=True),  # without the agency's code
    sqlite_with_rowid=False,
)

LAPSE: Final = "lapse"  # the timer's kind
TICK: Final = dt.timedelta(microseconds=1)
SELECTIONS: Final = ("vacancy", "pack", "seats", "last_stage")
SEATS: Final = tuple(column.name for column in seats.columns)
_AFTER: Final = {
    OfferAccepted: ACCEPTED,
    EmployeeNumberFixed: NUMBERED,
    CandidateAppointed: APPOINTED,
    AppointmentRevoked: ENDED,
}
FOLLOWED: Final = frozenset(
    catalogue.BY_CLASS[kind].name
    for kind in (
        *_AFTER, OfferDeclined, AppointmentOffered, CandidateDisqualified, CandidateWithdrawn, ExternalOpinionRecorded,
        ObjectionWindowExtended, RankingFixed, RankingPublished, ResultObjectionDecided, ScoresOpened,
        SelectionCancelled, SelectionOpened,
    )
)  # fmt: skip


def follow(tx: sa.Connection, batch: Sequence[Recorded]) -> None:
    """Event by event, those that tables here know: they are rare, or paced by people."""
    for one in batch:
        if one.type in FOLLOWED:
            category, event = streams.category(one.stream), codec.event_of(one)
            if category == "seat":
                _of_seat(tx, one, event)
            elif category == "candidate":
                _of_candidate(tx, one, event)
            else:
                _of_selection(tx, one, event)


VIEW: Final = View(name="seats", version=1, tables=(selections, seats, left, duties.duties), apply=follow)


def _of_selection(tx: sa.Connection, one: Recorded, event: Any) -> None:
    vacancy = streams.ident(one.stream)
    if isinstance(event, SelectionOpened):
        if event.round is not None or event.terms is not None:
            _opened(tx, vacancy, event)
        return
    known = tx.execute(sa.select(selections).where(selections.c.vacancy == vacancy)).mappings().one_or_none()
    if known is None:
        return
    match event:
        case ScoresOpened(stage=stage) if stage == known["last_stage"]:
            duties.open_duty(tx, one, "rank", vacancy, _recorded(one))
        case RankingPublished(until=until):
            duties.close(tx, one, "rank", vacancy)
            duties.open_duty(tx, one, "fix", vacancy, _recorded(one) if until is None else until - TICK)
        case ObjectionWindowExtended(until=until) if duties.has_open(tx, "fix", vacancy):
            duties.open_duty(tx, one, "fix", vacancy, until - TICK)
        case RankingFixed():
            duties.close(tx, one, "fix", vacancy)
            if not known["pack"].startswith(JPT):
                _offers_due(tx, one, known)
        case ExternalOpinionRecorded():
            _offers_due(tx, one, known)
        case SelectionCancelled():
            duties.drop_all(tx, vacancy)


def _opened(tx: sa.Connection, vacancy: str, event: SelectionOpened) -> None:
    of = codec.dumps(dict(event.seats or {})).decode()
    last = event.terms.stages[-1].id if event.terms is not None and event.terms.stages else None
    row = (vacancy, pack_name(event.pack_digest), of, last)
    sql.fill(tx, "seat_selections", SELECTIONS, [row])


def _offers_due(tx: sa.Connection, one: Recorded, known: sa.RowMapping) -> None:
    """Every seat that was not offered yet; where the PPK waited for an opinion, from its day on."""
    vacancy = known["vacancy"]
    offered = set(tx.execute(sa.select(seats.c.seat).where(seats.c.vacancy == vacancy)).scalars())
    for kind, number in sorted(codec.trusted(known["seats"]).items()):
        for n in range(1, number + 1):
            seat = f"{vacancy}+{kind}+{n}"
            if seat not in offered or duties.has_open(tx, "offer", seat):
                duties.open_duty(tx, one, "offer", seat, _recorded(one))


def _of_candidate(tx: sa.Connection, one: Recorded, event: Any) -> None:
    vacancy, application = streams.parts(one.stream)
    if not isinstance(event, ResultObjectionDecided):
        sql.fill(tx, "seat_left", ("vacancy", "application"), [(vacancy, application)], "ON CONFLICT DO NOTHING")
    elif duties.has_open(tx, "fix", vacancy):
        since = tx.execute(
            sa.select(duties.duties.c.since).where(
                duties.duties.c.duty == "fix", duties.duties.c.subject == vacancy, duties.duties.c.done.is_(None)
            )
        ).scalar_one()
        duties.open_duty(tx, one, "fix", vacancy, max(_recorded(one), dt.datetime.fromisoformat(since)))


def _of_seat(tx: sa.Connection, one: Recorded, event: Any) -> None:
    seat = streams.parts(one.stream)
    name, is_own = "+".join(seat), seats.c.seat == "+".join(seat)
    if isinstance(event, AppointmentOffered):
        _offered(tx, one, name, event)
        return
    state = tx.execute(sa.select(seats.c.state).where(is_own)).scalar_one_or_none()
    if isinstance(event, OfferAccepted | OfferDeclined):
        duties.close(tx, one, "answer_offer", name)
        clear_timers(tx, one.stream, LAPSE)
    if isinstance(event, OfferDeclined):
        after = ENDED if state == NUMBERED else DECLINED
        if after == DECLINED:
            duties.open_duty(tx, one, "offer", name, _recorded(one))
    else:
        after = _AFTER.get(type(event), state or OFFERED)
    tx.execute(sa.update(seats).where(is_own).values(state=after, position=one.position))


def _offered(tx: sa.Connection, one: Recorded, name: str, event: AppointmentOffered) -> None:
    vacancy, departs, until = streams.ident(one.stream), int(event.departure is not None), instant(event.until)
    row = (
        name, vacancy, event.alias, event.place, event.version, event.basis, departs, OFFERED, until, one.position,
    )  # fmt: skip
    sql.fill(tx, "seats", SEATS, [row], sql.replacing(SEATS))
    duties.close(tx, one, "offer", name)
    duties.close(tx, one, "answer_offer", name)  # of one who is out of the selection
    duties.open_duty(tx, one, "answer_offer", name, _recorded(one), event.until)
    clear_timers(tx, one.stream, LAPSE)
    lapse = Due(stream=one.stream, kind=LAPSE, at=instant(event.until + TICKET), command=LapseOffer())
    set_timers(tx, [lapse])


def _recorded(one: Recorded) -> dt.datetime:
    return dt.datetime.fromisoformat(one.recorded_at)
