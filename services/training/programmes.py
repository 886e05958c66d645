"""A training programme: adopted once with its hours and the rule that passes it, taught to new officers by order,
retired.

Hours and rule stand before its first class, so nobody is passed by a rule that came later.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from decimal import Decimal

from services.training.facts import OUTSIDE, Programme
from services.training.passing import passing
from shared.events import Refused
from shared.events.training import InductionOrdered, ProgrammeAdopted, ProgrammeEvent, ProgrammeRetired

LONGEST = 365  # days within which an induction is begun
MOST_HOURS = 2000  # of lessons; the longest that was ever taught (Latsar 2017) had 1,141


@dataclass(frozen=True, slots=True, kw_only=True)
class AdoptProgramme:
    """Menetapkan diklat: what is taught, for which competences, in how many lesson hours, passed by which rule."""

    words: str
    kind: str
    competences: tuple[str, ...]
    hours: Decimal
    rule: str
    provider: str
    id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RetireProgramme:
    """No further class of it."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderInduction:
    """Orientasi kelompok baru: whoever takes over one of these posts from a day on is enrolled once, in a class that
    begins within so many days."""

    posts: tuple[str, ...]
    within: int
    from_: dt.date


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """A programme's own row, which classes read."""

    programme: Programme


@dataclass(frozen=True, slots=True, kw_only=True)
class Adopted:
    """In force as this, or retired; the inductions that were ordered of it."""

    adopted: ProgrammeAdopted
    retired: str | None = None
    inductions: tuple[InductionOrdered, ...] = ()


Command = AdoptProgramme | RetireProgramme | OrderInduction
State = Adopted | None
initial: State = None


def decide(command: Command, state: State, facts: Facts) -> list[ProgrammeEvent]:
    """One row, one rule; the first that fits decides."""
    match state, command:
        case None, AdoptProgramme():
            return _adopted(command)
        case None, _:
            raise Refused("programme.unknown")
        case Adopted(adopted=before), AdoptProgramme() if before == _event(command):
            return []
        case _, AdoptProgramme():
            raise Refused("programme.adopted_already")
        case Adopted(retired=None), RetireProgramme(reason=reason):
            return [ProgrammeRetired(reason=reason)]
        case _, RetireProgramme():
            return []
        case Adopted(inductions=before), OrderInduction() if _order(command) in before:
            return []
        case Adopted(retired=None), OrderInduction():
            return _ordered(command)
    raise Refused("programme.retired")


def evolve(state: State, event: ProgrammeEvent) -> State:
    """What is true once it has happened."""
    match state, event:
        case None, ProgrammeAdopted():
            return Adopted(adopted=event)
        case Adopted(), ProgrammeRetired(reason=reason):
            return replace(state, retired=reason)
        case Adopted(), InductionOrdered():
            return replace(state, inductions=(*state.inductions, event))
    return state


def _adopted(command: AdoptProgramme) -> list[ProgrammeEvent]:
    """With words, competences, hours and a rule that says something."""
    if (command.id or "").endswith(f".{OUTSIDE}"):
        raise Refused("programme.outside")
    if not command.words.strip() or not command.provider.strip():
        raise Refused("programme.words")
    if not command.competences or len(set(command.competences)) < len(command.competences):
        raise Refused("programme.competences")
    if not (command.hours.is_finite() and 0 < command.hours <= MOST_HOURS):
        raise Refused("programme.hours")
    if passing(command.rule) is None:
        raise Refused("programme.rule")
    return [_event(command)]


def _ordered(command: OrderInduction) -> list[ProgrammeEvent]:
    """For posts, each once, within a year at most."""
    if not command.posts or len(set(command.posts)) < len(command.posts):
        raise Refused("induction.posts")
    if not 1 <= command.within <= LONGEST:
        raise Refused("induction.within")
    return [_order(command)]


def _event(command: AdoptProgramme) -> ProgrammeAdopted:
    return ProgrammeAdopted(
        words=command.words,
        kind=command.kind,
        competences=command.competences,
        hours=command.hours,
        rule=command.rule,
        provider=command.provider,
    )


def _order(command: OrderInduction) -> InductionOrdered:
    return InductionOrdered(posts=command.posts, within=command.within, from_=command.from_)
