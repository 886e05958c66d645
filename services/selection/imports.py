"""The import of an official list of results: on record once, by the digest of its file, before any of its rows."""

from __future__ import annotations

from dataclasses import dataclass

from shared.events import Refused
from shared.events.selection import ImportEvent, ResultsImported


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportResults:
    """Hasil resmi, by a CAT operator; the stream says of which file."""

    body: str
    stages: tuple[str, ...]
    rows: int
    vacancies: int


@dataclass(frozen=True, slots=True)
class Facts:
    """Nothing of other streams is needed."""


Command = ImportResults
State = ResultsImported | None
initial: State = None


def decide(command: Command, state: State, facts: Facts) -> list[ImportEvent]:
    """One row, one rule; the first that fits decides."""
    made = ResultsImported(body=command.body, stages=command.stages, rows=command.rows, vacancies=command.vacancies)
    if state == made:
        return []
    if state is not None:
        raise Refused("import.known_otherwise")
    if not command.stages or command.rows < 1 or command.vacancies < 1:
        raise Refused("import.empty")
    return [made]


def evolve(state: State, event: ImportEvent) -> State:
    """What is true once it has happened."""
    return event if isinstance(event, ResultsImported) else state
