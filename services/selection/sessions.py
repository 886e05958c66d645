"""A session (sesi): a room's seats, for candidates of a stage; moved only before anybody was called, closed or void
once."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, fields
from typing import Any, ClassVar

from services.selection.session_facts import Session
from shared.events import Refused
from shared.events.platform import ListDigest
from shared.events.selection import (
    SessionClosed,
    SessionEvent,
    SessionRescheduled,
    SessionScheduled,
    SessionVoided,
)
from shared.rules.calendar import arrived


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleSession:
    """Menjadwalkan sesi, by the committee: who sits there, by alias; the list's digest is made beside the lock, where
    `strangers` counts those whom no roster has."""

    PREPARED: ClassVar = ("seated", "strangers")

    stage: str
    site: str
    room: str
    from_: dt.datetime
    to: dt.datetime
    seats: int
    aliases: tuple[str, ...]
    vacancies: tuple[str, ...]
    beacon: str | None = None
    seated: ListDigest | None = None
    strangers: int = 0
    id: str | None = None
    at: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RescheduleSession:
    """Menjadwalkan ulang, by the committee, for a reason, while nobody was called yet; the whole schedule anew."""

    PREPARED: ClassVar = ("seated", "strangers")

    stage: str
    site: str
    room: str
    from_: dt.datetime
    to: dt.datetime
    seats: int
    aliases: tuple[str, ...]
    vacancies: tuple[str, ...]
    reason: str
    beacon: str | None = None
    seated: ListDigest | None = None
    strangers: int = 0
    id: str | None = None
    at: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseSession:
    """Menutup sesi, by the supervisor: how many came and how many did not, digests of the devices' report and of the
    answers, incidents by their codes."""

    present: int
    absent: int
    devices: str
    incidents: tuple[str, ...]
    answers: str | None = None
    at: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class VoidSession:
    """Membatalkan sesi, by the supervisor and a second person, in public words."""

    reason: str
    words: str
    ok: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What roll call has recorded here."""

    session: Session


Command = ScheduleSession | RescheduleSession | CloseSession | VoidSession
State = SessionScheduled | SessionRescheduled | SessionClosed | SessionVoided | None
initial: State = None
SCHEDULE = tuple(item.name for item in fields(SessionScheduled))


def decide(command: Command, state: State, facts: Facts) -> list[SessionEvent]:
    """One row, one rule; the first that fits decides."""
    match state, command:
        case SessionScheduled(), ScheduleSession() if _is_same(command, state):
            return []
        case None, ScheduleSession():
            _check(command)
            return [SessionScheduled(**_said(command))]
        case _, ScheduleSession():
            raise Refused("session.scheduled_otherwise")
        case None, _:
            raise Refused("session.unknown")
        case SessionScheduled() | SessionRescheduled(), _:
            return _while_open(command, state, facts.session)
        case SessionClosed(), CloseSession() if _closed(command) == state:
            return []
        case SessionVoided(reason=reason, words=words), VoidSession() if (reason, words) == _why(command):
            return []
    raise Refused("session.closed" if isinstance(state, SessionClosed) else "session.void")


def _while_open(
    command: RescheduleSession | CloseSession | VoidSession, state: SessionScheduled | SessionRescheduled, now: Session
) -> list[SessionEvent]:
    match command:
        case RescheduleSession() if _is_same(command, state):
            return []
        case RescheduleSession() if now.present or now.absent:
            raise Refused("session.begun")
        case RescheduleSession(reason=reason) | VoidSession(reason=reason) if not reason.strip():
            raise Refused("session.without_reason")
        case RescheduleSession(reason=reason):
            _check(command)
            return [SessionRescheduled(**_said(command), reason=reason)]
        case CloseSession(at=at) if arrived(at) < state.from_:
            raise Refused("session.not_yet")
        case CloseSession() if not _is_counted(command, state, now):
            raise Refused("session.count")
        case CloseSession():
            return [_closed(command)]
        case VoidSession(words=words) if not words.strip():
            raise Refused("session.without_reason")
        case VoidSession(ok=None):
            raise Refused("act.needs_approval")
    return [SessionVoided(reason=command.reason, words=command.words, ok=command.ok)]


def _check(command: ScheduleSession | RescheduleSession) -> None:
    """A room that is not over yet, with a seat for each, for people of this agency's rosters."""
    agency, seated = (command.id or "").partition(".")[0], command.seated
    if seated is None or seated.rows != len(command.aliases):
        raise Refused("session.not_prepared")
    if not arrived(command.at) < command.from_ < command.to:
        raise Refused("session.times")
    if not command.vacancies or any(one.partition(".")[0] != agency for one in command.vacancies):
        raise Refused("session.vacancies")
    if len(set(command.aliases)) != len(command.aliases):
        raise Refused("session.twice")
    if not 1 <= seated.rows <= command.seats:
        raise Refused("session.room")
    if command.strangers:
        raise Refused("session.not_on_roster")


def _is_counted(command: CloseSession, state: SessionScheduled | SessionRescheduled, now: Session) -> bool:
    """Everybody on the list once, and nobody counted out whom roll call has seen."""
    counts = command.present, command.absent
    return (
        min(counts) >= 0
        and sum(counts) == state.seated.rows
        and command.present >= now.present
        and command.absent >= now.absent
    )


def evolve(state: State, event: SessionEvent) -> State:
    """What is true once it has happened."""
    match event:
        case SessionScheduled() | SessionRescheduled() | SessionClosed() | SessionVoided():
            return event
    return state


def _said(command: ScheduleSession | RescheduleSession) -> dict[str, Any]:
    return {name: getattr(command, name) for name in SCHEDULE}


def _is_same(command: ScheduleSession | RescheduleSession, state: SessionScheduled | SessionRescheduled) -> bool:
    return all(getattr(state, name) == said for name, said in _said(command).items())


def _closed(command: CloseSession) -> SessionClosed:
    return SessionClosed(
        present=command.present,
        absent=command.absent,
        devices=command.devices,
        incidents=command.incidents,
        answers=command.answers,
    )


def _why(command: VoidSession) -> tuple[str, str]:
    return command.reason, command.words
