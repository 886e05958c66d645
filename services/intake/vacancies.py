"""A vacancy: its scheme is frozen when it is published, its deadline only moves later, its roll closes once, its checks
are announced in versions. One that an official list announces is listed once, as printed.

It holds no applicant. Who may do what is authorisation's: a cancellation is the PPK's, whom `by` would name. Long,
since one stream has one table of rows.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import ClassVar, Final

from services.intake.checking import AnnounceCheck, AssignVerifier, Closed, announced, assigned
from services.intake.facts import Post, Roll, Round
from services.intake.notices import faults
from shared.events import Refused
from shared.events.intake import (
    ApplicationsClosed,
    CheckResultAnnounced,
    DeadlineExtended,
    Formation,
    Outage,
    Requirement,
    Scheme,
    VacancyAnnounced,
    VacancyCancelled,
    VacancyEvent,
    VacancyListed,
    VacancyPublished,
    VerifierAssigned,
)
from shared.events.platform import ImportedRow, ListDigest
from shared.rules.calendar import arrived

TICKET: Final = dt.timedelta(minutes=10)  # how long an arrival's ticket is honoured: the roll closes so much later
WINDOW: Final = "apply"  # the one that intake may extend; selection extends its own


@dataclass(frozen=True, slots=True, kw_only=True)
class ListVacancy:
    """Formasi resmi, by import: a vacancy published elsewhere (Permenpan RB 6/2024 art. 22: as the ministry fixed
    it)."""

    unit: str
    post: str
    formations: tuple[Formation, ...]
    source: ImportedRow


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishVacancy:
    """Mengumumkan lowongan, by HR and a second person: the whole notice; `key` is the digest of the vacancy's key,
    made beside the lock."""

    PREPARED: ClassVar = ("key",)

    round: str
    unit: str
    post: str
    analysis: int
    needs: tuple[str, ...]
    formations: tuple[Formation, ...]
    requirements: tuple[Requirement, ...]
    pack: str
    pack_digest: str
    scheme: Scheme
    timeline: Mapping[str, dt.datetime]
    key: str = ""
    id: str | None = None
    at: str | None = None
    ok: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnounceVacancy:
    """Menyebarkan pengumuman, by HR, once per channel and place."""

    channel: str
    place: str
    evidence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtendDeadline:
    """Memperpanjang, by HR and a second person, before the roll is closed; never to an earlier instant."""

    until: dt.datetime
    cause: str
    words: str
    window: str = WINDOW
    outage: Outage | None = None
    at: str | None = None
    ok: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelVacancy:
    """Membatalkan, by the PPK and a second person, for a reason in public words."""

    reason: str
    words: str
    ok: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseApplications:
    """Menutup pendaftaran, by the timetable: the roll was made beside the lock from the first `as_of` events. Without a
    roll it is the timer's reminder to make one."""

    PREPARED: ClassVar = ("roll", "as_of", "submitted", "abandoned")

    roll: ListDigest | None = None
    as_of: int = 0
    submitted: Mapping[str, int] | None = None
    abandoned: Mapping[str, int] | None = None
    at: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What other streams of this ledger say."""

    post: Post
    round: Round
    roll: Roll


@dataclass(frozen=True, slots=True)
class Listed:
    """Announced by an official list."""

    unit: str
    post: str
    formations: tuple[Formation, ...]


MOST_SEATS = 1_000_000  # of one formation; all of Indonesia's of 2024 were a quarter of it
MOST_IN_ALL = 2**53 - 1  # the largest whole number of an event, and far from the end of a column


@dataclass(frozen=True, slots=True)
class Published:
    """Taking applications until an instant."""

    notice: VacancyPublished
    until: dt.datetime
    spread: frozenset[VacancyAnnounced] = frozenset()


@dataclass(frozen=True, slots=True)
class Cancelled:
    """Over, for a reason."""

    notice: VacancyPublished
    cancelled: VacancyCancelled


Command = (
    ListVacancy
    | PublishVacancy
    | AnnounceVacancy
    | ExtendDeadline
    | CancelVacancy
    | CloseApplications
    | AssignVerifier
    | AnnounceCheck
)
State = Listed | Published | Closed | Cancelled | None
initial: State = None


def decide(command: Command, state: State, facts: Facts) -> list[VacancyEvent]:
    """One row, one rule; the first that fits decides."""
    match state, command:
        case _, ListVacancy():
            return _list(command, state)
        case Listed(), _:
            raise Refused("vacancy.listed_elsewhere")
        case None, PublishVacancy():
            return _publish(command, facts)
        case None, _:
            raise Refused("vacancy.unknown")
        case Published(notice) | Closed(notice) | Cancelled(notice), PublishVacancy() if notice == _notice(
            command, notice.ok
        ):
            return []
        case _, PublishVacancy():
            raise Refused("vacancy.frozen")
        case Cancelled(_, last), CancelVacancy() if last == _cancelled(command, last.ok):
            return []
        case Cancelled(), _:
            raise Refused("vacancy.cancelled")
        case _, CancelVacancy(reason=reason, words=words) if not reason.strip() or not words.strip():
            raise Refused("vacancy.without_reason")
        case _, CancelVacancy(ok=None):
            raise Refused("act.needs_approval")
        case _, CancelVacancy(ok=ok):
            return [_cancelled(command, ok)]
        case Published(), AnnounceVacancy() | ExtendDeadline() | CloseApplications():
            return _while_open(command, state, facts)
        case Closed(), AssignVerifier() | AnnounceCheck() | CloseApplications():
            return _while_closed(command, state, facts)
    raise Refused("vacancy.still_open" if isinstance(state, Published) else "vacancy.closed")


def _list(command: ListVacancy, state: State) -> list[VacancyEvent]:
    if state == Listed(command.unit, command.post, command.formations):
        return []
    if state is not None:
        raise Refused("vacancy.listed_otherwise")
    seats = [formation.seats for formation in command.formations]
    if not seats or not all(0 <= of <= MOST_SEATS for of in seats) or sum(seats) > MOST_IN_ALL:
        raise Refused("vacancy.seats")
    return [VacancyListed(unit=command.unit, post=command.post, formations=command.formations, source=command.source)]


def _publish(command: PublishVacancy, facts: Facts) -> list[VacancyEvent]:
    made = _notice(command, command.ok)
    for fault in faults(made, command.id or "", arrived(command.at), facts.post, facts.round):
        raise Refused(fault.code)
    if command.ok is None:
        raise Refused("act.needs_approval")
    return [made]


def _while_open(
    command: AnnounceVacancy | ExtendDeadline | CloseApplications, state: Published, facts: Facts
) -> list[VacancyEvent]:
    if isinstance(command, CloseApplications):
        return _closed(command, state, facts.roll)
    if isinstance(command, ExtendDeadline):
        return _extended(command, state)
    spread = VacancyAnnounced(channel=command.channel, place=command.place, evidence=command.evidence)
    return [] if spread in state.spread else [spread]


def _closed(command: CloseApplications, state: Published, roll: Roll) -> list[VacancyEvent]:
    """Once, when no ticket of an arrival in time is alive; the roll is made of every application that stands."""
    if command.roll is None:
        raise Refused("roll.missing")
    if arrived(command.at) < state.until + TICKET:
        raise Refused("vacancy.not_due")
    if command.as_of <= roll.changed_at or command.roll.rows != roll.submitted - roll.withdrawn:
        raise Refused("roll.stale")
    return [
        ApplicationsClosed(
            roll=command.roll, as_of=command.as_of, submitted=command.submitted or {}, abandoned=command.abandoned or {}
        )
    ]


def _extended(command: ExtendDeadline, state: Published) -> list[VacancyEvent]:
    """Later only; an outage that is claimed has lasted (reliability B21)."""
    outage = command.outage
    if command.until == state.until:
        return []
    if command.window != WINDOW:
        raise Refused("deadline.window")
    if command.until < state.until:
        raise Refused("deadline.shorter")
    if command.until <= arrived(command.at):
        raise Refused("deadline.past")
    if not command.cause.strip() or (outage is not None and outage.to <= outage.from_):
        raise Refused("deadline.cause")
    if command.ok is None:
        raise Refused("act.needs_approval")
    return [
        DeadlineExtended(
            window=command.window,
            until=command.until,
            cause=command.cause,
            words=command.words,
            outage=outage,
            ok=command.ok,
        )
    ]


def _while_closed(
    command: AssignVerifier | AnnounceCheck | CloseApplications, state: Closed, facts: Facts
) -> list[VacancyEvent]:
    if isinstance(command, CloseApplications):
        return []
    if isinstance(command, AssignVerifier):
        return assigned(command, state)
    return announced(command, state, facts.roll)


def evolve(state: State, event: VacancyEvent) -> State:
    """What is true once it has happened."""
    match state, event:
        case _, VacancyListed():
            return Listed(event.unit, event.post, event.formations)
        case _, VacancyPublished(timeline=timeline):
            return Published(event, timeline.get("until", dt.datetime.max.replace(tzinfo=dt.UTC)))
        case Published(spread=spread), VacancyAnnounced():
            return replace(state, spread=spread | {event})
        case Published(), DeadlineExtended(until=until):
            return replace(state, until=until)
        case Published(notice), ApplicationsClosed():
            return Closed(notice, event)
        case Closed(verifiers=verifiers), VerifierAssigned():
            return replace(state, verifiers=(*verifiers, event))
        case Closed(), CheckResultAnnounced():
            return replace(state, announced=event)
        case Published(notice) | Closed(notice), VacancyCancelled():
            return Cancelled(notice, event)
    return state


def _notice(command: PublishVacancy, ok: str | None) -> VacancyPublished:
    return VacancyPublished(
        round=command.round,
        unit=command.unit,
        post=command.post,
        analysis=command.analysis,
        needs=command.needs,
        formations=command.formations,
        requirements=command.requirements,
        pack=command.pack,
        pack_digest=command.pack_digest,
        scheme=command.scheme,
        timeline=command.timeline,
        key=command.key,
        ok=ok,
    )


def _cancelled(command: CancelVacancy, ok: str | None) -> VacancyCancelled:
    return VacancyCancelled(reason=command.reason, words=command.words, ok=ok)
