"""An officer's way into a post: taken over as it was appointed, on probation until a day, confirmed or not, departed.

Who takes over a seat, in which post and from which day at the earliest, is selection's word, never the unit's.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, replace
from typing import ClassVar

from services.training.facts import Officer, Seat
from shared.events import Refused
from shared.events.training import OfficerDeparted, OfficerEvent, OfficerOnboarded, ProbationConcluded
from shared.rules import probation
from shared.rules.errors import Contradiction, UnknownKind

OUTCOMES = ("passed", "extended", "ended")


@dataclass(frozen=True, slots=True, kw_only=True)
class Appointed:
    """What CandidateAppointed said of a seat; `kind` is the kind of its round (empty: not known)."""

    seat: str
    alias: str
    unit: str
    post: str
    on: dt.date
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OnboardOfficer:
    """Menerbitkan SPMT, by the unit's head: whom the stream names takes over a seat, under a mentor.

    `candidate` is the alias under which they were appointed; `officer` is whom the stream names.
    """

    PREPARED: ClassVar = ("appointed", "officer")

    seat: str
    candidate: str
    unit: str
    post: str
    on: dt.date
    mentor: str
    appointed: Appointed | None = None
    officer: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConcludeProbation:
    """Mengakhiri masa percobaan, by the PPK: passed, extended once, or ended; on an induction and an evaluation.

    `kind` is that of the officer's round, `evaluations` are those since they took over.
    """

    PREPARED: ClassVar = ("kind", "evaluations")

    outcome: str
    decree: str
    on: dt.date
    kind: str = ""
    evaluations: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class DepartOfficer:
    """Mencatat berhenti, from a day on."""

    reason: str
    on: dt.date


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """The officer's trainings, and who took over the seat."""

    officer: Officer
    seat: Seat


@dataclass(frozen=True, slots=True, kw_only=True)
class Serving:
    """In a post since; what was decided of the probation."""

    onboarded: OfficerOnboarded
    concluded: tuple[ProbationConcluded, ...] = field(default=())

    @property
    def until(self) -> dt.date | None:
        """The last day of the probation as it stands; None where there is none."""
        extended = [one.until for one in self.concluded if one.outcome == "extended"]
        return extended[-1] if extended else self.onboarded.probation_until

    @property
    def is_concluded(self) -> bool:
        """Passed or ended."""
        return any(one.outcome != "extended" for one in self.concluded)


@dataclass(frozen=True, slots=True, kw_only=True)
class Departed:
    """Gone since."""

    departed: OfficerDeparted


Command = OnboardOfficer | ConcludeProbation | DepartOfficer
State = Serving | Departed | None
initial: State = None


def decide(command: Command, state: State, facts: Facts) -> list[OfficerEvent]:
    """One row, one rule; the first that fits decides."""
    match state, command:
        case Serving(onboarded=before), OnboardOfficer() if _is_again(command, before):
            return []
        case _, OnboardOfficer():
            return _onboarded(command, facts.seat)
        case Serving(), ConcludeProbation():
            return _concluded(command, state, facts.officer)
        case Serving(onboarded=before), DepartOfficer(on=on) if on < before.on:
            raise Refused("officer.day")
        case Serving(), DepartOfficer(reason=reason, on=on):
            return [OfficerDeparted(reason=reason, on=on)]
        case Departed(departed=before), DepartOfficer(reason=reason, on=on) if (before.reason, before.on) == (
            reason,
            on,
        ):
            return []
        case Departed(), _:
            raise Refused("officer.departed")
    raise Refused("officer.unknown")


def evolve(state: State, event: OfficerEvent) -> State:
    """What is true once it has happened."""
    match state, event:
        case _, OfficerOnboarded():
            return Serving(onboarded=event)
        case Serving(), ProbationConcluded():
            return replace(state, concluded=(*state.concluded, event))
        case _, OfficerDeparted():
            return Departed(departed=event)
    return state


def _onboarded(command: OnboardOfficer, seat: Seat) -> list[OfficerEvent]:
    """Into the seat, post and unit of the decree, not before its day; a seat is taken over once."""
    appointed = command.appointed
    if appointed is None or appointed.seat != command.seat:
        raise Refused("officer.not_appointed")
    said = (command.candidate, command.post, command.unit)
    if said != (appointed.alias, appointed.post, appointed.unit):
        raise Refused("officer.other_appointment")
    if seat.officer:
        raise Refused("officer.seat_taken")
    if command.on < appointed.on:
        raise Refused("officer.day")
    if command.mentor == command.officer:
        raise Refused("officer.own_mentor")
    return [_event(command, _until(appointed.kind, command.on, 0))]


def _concluded(command: ConcludeProbation, state: Serving, officer: Officer) -> list[OfficerEvent]:
    """Once, on what was learnt and how the work was; passed only when the time is over."""
    if command.outcome not in OUTCOMES:
        raise Refused("probation.outcome")
    until, begun = state.until, state.onboarded.on
    if any(_said(one) == (command.outcome, command.decree, command.on) for one in state.concluded):
        return []
    if until is None:
        raise Refused("probation.none")
    if state.is_concluded:
        raise Refused("probation.concluded")
    if not officer.inducted:
        raise Refused("probation.no_induction")
    if command.evaluations < 1:
        raise Refused("probation.no_evaluation")
    if command.on < begun or (command.outcome == "passed" and command.on < until):
        raise Refused("probation.early")
    longer = _until(command.kind, begun, len(state.concluded) + 1) if command.outcome == "extended" else None
    return [
        ProbationConcluded(
            outcome=command.outcome, trainings=officer.completed, decree=command.decree, on=command.on, until=longer
        )
    ]


def _until(kind: str, begins: dt.date, extensions: int) -> dt.date | None:
    """The last day of a probation."""
    try:
        return probation.ends(kind, begins, extensions)
    except UnknownKind:
        raise Refused("probation.kind_unknown") from None
    except Contradiction:
        raise Refused("probation.extended_once") from None


def _said(one: ProbationConcluded) -> tuple[str, str, dt.date]:
    return one.outcome, one.decree, one.on


def _is_again(command: OnboardOfficer, before: OfficerOnboarded) -> bool:
    return _event(command, before.probation_until) == before


def _event(command: OnboardOfficer, until: dt.date | None) -> OfficerOnboarded:
    return OfficerOnboarded(
        seat=command.seat, alias=command.candidate, unit=command.unit, post=command.post, on=command.on,
        mentor=command.mentor, probation_until=until,
    )  # fmt: skip
