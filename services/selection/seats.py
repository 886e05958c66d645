"""A seat: offered to the next in rank, or past somebody for a reason that everybody can read; one holder; who steps in
does so only until the number is fixed.

Nobody is passed over in silence: whoever stands before the chosen one and is still free is named in the offer.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

from services.selection.attempts import attempted
from services.selection.decrees import (
    Appoint,
    FixEmployeeNumber,
    RevokeAppointment,
    appointed,
    decree,
    numbered,
    revocation,
    revoked,
)
from services.selection.offers import LAPSED, RANK, REPLACEMENT, OfferAppointment, check_place, offered
from services.selection.opinions import (
    CHOSEN,
    RecordOpinion,
    check_letter,
    made,
    unless_known,
)
from services.selection.place_facts import Opinion, Places, opinion_of
from shared.events import Refused
from shared.events.selection import (
    AppointmentOffered,
    AppointmentRevoked,
    CandidateAppointed,
    EmployeeNumberFixed,
    ExternalOpinionRecorded,
    OfferAccepted,
    OfferDeclined,
    SeatEvent,
)
from shared.rules.calendar import arrived


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptOffer:
    """Menerima penawaran (DRH), by the candidate; `papers` are digests. `own_alias` is the person's alias in this
    vacancy, from what was handed over."""

    PREPARED: ClassVar = ("own_alias",)

    papers: tuple[str, ...]
    own_alias: str = ""
    at: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclineOffer:
    """Mengundurkan diri, by the candidate, from an offer or after accepting it."""

    PREPARED: ClassVar = ("own_alias",)

    reason: str
    own_alias: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LapseOffer:
    """Penawaran gugur, by the timetable: nobody answered in time."""

    at: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the selection and the other seats of the vacancy say."""

    places: Places


@dataclass(frozen=True, slots=True)
class Offered:
    """Waits for an answer."""

    offer: AppointmentOffered
    chosen: Opinion | None = None


@dataclass(frozen=True, slots=True)
class Accepted:
    """Waits for the decree; once the number is fixed, nobody steps in any more."""

    offer: AppointmentOffered
    accepted: OfferAccepted
    chosen: Opinion | None = None
    number: EmployeeNumberFixed | None = None


@dataclass(frozen=True, slots=True)
class Vacated:
    """Declined or lapsed before the number was fixed: the next in rank steps in."""

    offer: AppointmentOffered
    declined: OfferDeclined


@dataclass(frozen=True, slots=True)
class Appointed:
    """Held."""

    offer: AppointmentOffered
    appointed: CandidateAppointed


@dataclass(frozen=True, slots=True)
class Ended:
    """Empty for good: it returns to the next plan of needs (BKN 14/2018)."""

    offer: AppointmentOffered
    by: OfferDeclined | AppointmentRevoked


Command = (
    OfferAppointment
    | AcceptOffer
    | DeclineOffer
    | LapseOffer
    | RecordOpinion
    | FixEmployeeNumber
    | Appoint
    | RevokeAppointment
)
State = Offered | Accepted | Vacated | Appointed | Ended | None
initial: State = None


def decide(command: Command, state: State, facts: Facts) -> list[SeatEvent]:
    """One row, one rule; the first that fits decides."""
    match state, command:
        case _, OfferAppointment(own=True) | FixEmployeeNumber(own=True) | Appoint(own=True):
            raise attempted(command, "candidate.own")
        case _, OfferAppointment():
            return _offer(command, state, facts.places)
        case None, LapseOffer():
            return []
        case None, _:
            raise Refused("seat.not_offered")
        case _, AcceptOffer(own_alias=own) | DeclineOffer(own_alias=own) if own != state.offer.alias:
            raise Refused("seat.not_yours")
        case Offered(offer), AcceptOffer(at=at) if arrived(at) >= offer.until:
            raise Refused("seat.offer_lapsed")
        case Offered(), AcceptOffer(papers=papers):
            return [OfferAccepted(papers=papers)]
        case Vacated(_, by), AcceptOffer() if by.reason == LAPSED:
            raise Refused("seat.offer_lapsed")
        case Accepted(_, accepted), AcceptOffer(papers=papers) if accepted.papers == papers:
            return []
        case Offered() | Accepted(), DeclineOffer(reason=reason):
            return _declined(reason)
        case Vacated(_, by) | Ended(_, by), DeclineOffer(reason=reason) if by == OfferDeclined(reason=reason):
            return []
        case Offered(offer), LapseOffer(at=at) if arrived(at) < offer.until:
            raise Refused("seat.not_yet")
        case Offered(), LapseOffer():
            return [OfferDeclined(reason=LAPSED)]
        case _, LapseOffer():
            return []
        case Offered(offer, chosen) | Accepted(offer, _, chosen), RecordOpinion():
            check_letter(command, CHOSEN)
            return [*unless_known(made(command, (offer.alias,)), chosen)]
        case Accepted(offer, number=number), FixEmployeeNumber():
            return [*numbered(command, offer.alias, number, facts.places)]
        case Accepted(offer, chosen=chosen), Appoint():
            return [appointed(command, offer.alias, chosen, facts.places)]
        case Appointed(offer, done), Appoint() if decree(command, offer.alias) == done:
            return []
        case Appointed(), RevokeAppointment():
            return [revoked(command)]
        case Ended(_, AppointmentRevoked() as by), RevokeAppointment() if revocation(command, by.ok) == by:
            return []
        case Offered(), FixEmployeeNumber() | Appoint():
            raise Refused("seat.not_accepted")
    raise Refused("seat.not_now")


def evolve(state: State, event: SeatEvent) -> State:
    """What is true once it has happened."""
    match state, event:
        case _, AppointmentOffered():
            return Offered(event)
        case Offered(offer), ExternalOpinionRecorded():
            return Offered(offer, opinion_of(event))
        case Accepted(), ExternalOpinionRecorded():
            return replace(state, chosen=opinion_of(event))
        case Offered(offer, chosen), OfferAccepted():
            return Accepted(offer, event, chosen)
        case Accepted(offer, number=EmployeeNumberFixed()), OfferDeclined():
            return Ended(offer, event)
        case Offered(offer) | Accepted(offer), OfferDeclined():
            return Vacated(offer, event)
        case Accepted(), EmployeeNumberFixed():
            return replace(state, number=event)
        case Accepted(offer), CandidateAppointed():
            return Appointed(offer, event)
        case Appointed(offer), AppointmentRevoked():
            return Ended(offer, event)
    return state


def _offer(command: OfferAppointment, state: State, places: Places) -> list[SeatEvent]:
    """To whom the order says, or past them for a reason; again only where the one before is gone, before the number is
    fixed (BKN 14/2018)."""
    match state:
        case Offered(offer) | Accepted(offer) | Appointed(offer) if _is_again(command, offer):
            return []
        case Appointed():
            raise Refused("seat.appointed")
        case Ended() | Accepted(number=EmployeeNumberFixed()):
            raise Refused("seat.nobody_steps_in")
        case Offered(offer) | Accepted(offer) if offer.alias not in command.left:
            raise Refused("seat.held")
    stand, version = check_place(command, places)
    if command.basis != (RANK if state is None else REPLACEMENT):
        raise Refused("seat.basis")
    return [offered(command, stand, version, places)]


def _is_again(command: OfferAppointment, offer: AppointmentOffered) -> bool:
    said = offer.departure.words if offer.departure is not None else None
    same = (command.to, command.place, command.basis, command.words)
    return same == (offer.alias, offer.place, offer.basis, said)


def _declined(reason: str) -> list[SeatEvent]:
    """By the candidate's own will; that time ran out, the clock alone says."""
    if reason == LAPSED or not reason.strip():
        raise Refused("seat.reason")
    return [OfferDeclined(reason=reason)]
