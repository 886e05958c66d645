"""A vacancy: its scheme is frozen when it is published, and one that an official list announces is listed once, as
printed."""

from __future__ import annotations

from dataclasses import dataclass

from shared.events import Refused
from shared.events.intake import Formation, VacancyEvent, VacancyListed
from shared.events.platform import ImportedRow


@dataclass(frozen=True, slots=True, kw_only=True)
class ListVacancy:
    """Formasi resmi, by import: a vacancy published elsewhere (Permenpan RB 6/2024 art. 22: as the ministry fixed
    it)."""

    unit: str
    post: str
    formations: tuple[Formation, ...]
    source: ImportedRow


@dataclass(frozen=True, slots=True)
class Facts:
    """Nothing of other streams is needed."""


@dataclass(frozen=True, slots=True)
class Listed:
    """Announced by an official list."""

    unit: str
    post: str
    formations: tuple[Formation, ...]


MOST_SEATS = 1_000_000  # of one formation; all of Indonesia's of 2024 were a quarter of it
MOST_IN_ALL = 2**53 - 1  # the largest whole number of an event, and far from the end of a column

Command = ListVacancy
State = Listed | None
initial: State = None


def decide(command: Command, state: State, facts: Facts) -> list[VacancyEvent]:
    """One row, one rule; the first that fits decides."""
    said = Listed(command.unit, command.post, command.formations)
    if state == said:
        return []
    if state is not None:
        raise Refused("vacancy.listed_otherwise")
    seats = [formation.seats for formation in command.formations]
    if not seats or not all(0 <= of <= MOST_SEATS for of in seats) or sum(seats) > MOST_IN_ALL:
        raise Refused("vacancy.seats")
    return [VacancyListed(unit=command.unit, post=command.post, formations=command.formations, source=command.source)]


def evolve(state: State, event: VacancyEvent) -> State:
    """What is true once it has happened."""
    if isinstance(event, VacancyListed):
        return Listed(event.unit, event.post, event.formations)
    return state
