"""Nobody acts on the own candidacy: whose hands an act is in, and whether one of them applies, told beside the lock.

Two hands where it takes two: whoever proposed an act, and whoever said yes to it. Acts about one person among rivals
(corrections, objections, disqualifications, seats) are nobody's who applied for the same vacancy; roll calls and rows
of a list are not their own applicant's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

import sqlalchemy as sa

from services.selection import handover
from services.selection.attendance import RecordAttendance
from services.selection.decrees import Appoint, FixEmployeeNumber
from services.selection.marks import CorrectScore, RecordMarks
from services.selection.objections import DecideResultObjection, DisqualifyCandidate
from services.selection.offers import OfferAppointment
from shared.events import codec, streams
from shared.events.platform import ActApproved
from shared.events.selection import AppointmentOffered
from shared.ledger import Ledger
from shared.runtime.calls import Call
from shared.runtime.grants import CATEGORY
from shared.runtime.service import Prepare

LISTED: Final[tuple[Any, ...]] = (RecordAttendance, RecordMarks)  # row by row: one look at one application
JUDGED: Final[tuple[Any, ...]] = (CorrectScore, DecideResultObjection)  # by nobody of the panel either
SINGLE: Final[tuple[Any, ...]] = (*JUDGED, DisqualifyCandidate, OfferAppointment, FixEmployeeNumber, Appoint)


def with_own(prepare: Mapping[Any, Prepare]) -> Mapping[Any, Prepare]:
    """These preparations, and for acts about a candidate `own`; for a correction or an answer `hands`; for an
    appointment what the notice and the offer say."""

    def hooked(kind: Any) -> Prepare:
        before = prepare.get(kind)

        def with_hands(ledger: Ledger, call: Call) -> Any:
            command = call.command if before is None else before(ledger, call)
            return _with_hands(ledger, call, command)

        return with_hands

    return {**prepare, **{kind: hooked(kind) for kind in (*LISTED, *SINGLE)}}


def hands_of(ledger: Ledger, call: Call) -> tuple[str, ...]:
    """Its author; and, where it is an approved act that is being done, whoever approved it."""
    if not call.key.startswith(f"{CATEGORY}-"):
        return (call.by,)
    said = [one.actor or "" for one in ledger.history(call.key) if isinstance(codec.event_of(one), ActApproved)]
    return (call.by, *said)


def _with_hands(ledger: Ledger, call: Call, command: Any) -> Any:
    if isinstance(command, LISTED):
        row = handover.one_of(ledger, call.stream)
        return replace(command, own=row is not None and row.applicant == call.by)
    hands = hands_of(ledger, call)
    command = replace(command, own=_applies(ledger, streams.ident(call.stream), hands))
    if isinstance(command, JUDGED):
        return replace(command, hands=hands)
    return _with_notice(ledger, call, command) if isinstance(command, Appoint) else command


def _applies(ledger: Ledger, vacancy: str, people: Sequence[str]) -> bool:
    """Whether one of them has applied for the vacancy, whatever became of it."""
    rows = handover.applications
    chosen = sa.select(rows.c.applicant).where(rows.c.vacancy == vacancy, rows.c.applicant.in_(people))
    with ledger.reader.begin() as tx:
        return tx.execute(chosen).first() is not None


def _with_notice(ledger: Ledger, call: Call, command: Appoint) -> Appoint:
    """The notice's unit, under its agency's code, and its post; when the seat was last offered."""
    vacancy = streams.ident(call.stream)
    with ledger.reader.begin() as tx:
        said = handover.notice(tx, vacancy)
    offers = [one for one in ledger.history(call.stream) if isinstance(codec.event_of(one), AppointmentOffered)]
    command = replace(command, offered_at=offers[-1].received_at if offers else None)
    if said is None:
        return command
    agency, unit = streams.agency(call.stream), said["unit"]
    full = unit if streams.covers(agency, unit) else f"{agency}.{unit}"
    return replace(command, notice_unit=full, notice_post=said["post"])
