"""A round: one kind, decree and calendar for all its vacancies; over when each is closed and every seat decided."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import ClassVar

from services.intake.facts import Round
from shared.events import Refused
from shared.events.intake import RoundClosed, RoundEvent, RoundOpened

KINDS = ("cpns", "pppk", "school", "jpt", "local")
PHASES = ("publish", "apply_from", "apply_until", "check", "object", "select", "result", "appoint")  # in this order


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenRound:
    """Membuka putaran, by HR and a second person: the days of its phases, as far as they are known."""

    kind: str
    decree: str
    calendar: Mapping[str, dt.date]
    words: str
    ok: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseRound:
    """Menutup putaran. `undecided` are the seats that selection's ledger still has open, asked beside the lock.

    Intake knows of none: whoever puts the services together prepares them.
    """

    PREPARED: ClassVar = ("undecided",)

    on: dt.date
    undecided: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What other streams of this ledger say."""

    round: Round


@dataclass(frozen=True, slots=True)
class Open:
    """As opened."""

    opened: RoundOpened


@dataclass(frozen=True, slots=True)
class Closed:
    """Over since a day."""

    opened: RoundOpened
    on: dt.date


Command = OpenRound | CloseRound
State = Open | Closed | None
initial: State = None


def decide(command: Command, state: State, facts: Facts) -> list[RoundEvent]:
    """One row, one rule; the first that fits decides."""
    match state, command:
        case Open(opened) | Closed(opened), OpenRound() if _opened(command, opened.ok) == opened:
            return []
        case Open() | Closed(), OpenRound():
            raise Refused("round.opened_otherwise")
        case None, OpenRound(kind=kind) if kind not in KINDS:
            raise Refused("round.kind")
        case None, OpenRound(decree=decree) if not decree.strip():
            raise Refused("round.without_decree")
        case None, OpenRound(calendar=calendar) if not _is_in_order(calendar):
            raise Refused("round.calendar")
        case None, OpenRound(ok=None):
            raise Refused("act.needs_approval")
        case None, CloseRound():
            raise Refused("round.unknown")
        case Closed(), CloseRound():
            return []
        case Open(), CloseRound() if facts.round.vacancies:
            raise Refused("round.vacancy_open")
        case Open(), CloseRound(undecided=undecided) if undecided:
            raise Refused("round.seat_undecided")
    return [_opened(command, command.ok) if isinstance(command, OpenRound) else RoundClosed(on=command.on)]


def evolve(state: State, event: RoundEvent) -> State:
    """What is true once it has happened."""
    match state, event:
        case _, RoundOpened():
            return Open(event)
        case Open(opened), RoundClosed(on=on):
            return Closed(opened, on)
    return state


def _is_in_order(calendar: Mapping[str, dt.date]) -> bool:
    days = [calendar[phase] for phase in PHASES if phase in calendar]
    return calendar.keys() <= set(PHASES) and all(first <= second for first, second in pairwise(days))


def _opened(command: OpenRound, ok: str | None) -> RoundOpened:
    return RoundOpened(kind=command.kind, decree=command.decree, calendar=command.calendar, words=command.words, ok=ok)
