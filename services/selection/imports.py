"""The import of an official list of results: on record once, by the digest of its file, before any of its rows."""

from __future__ import annotations

from dataclasses import dataclass, replace

from shared.events import Refused
from shared.events.selection import ImportEvent, ResultsImported


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportResults:
    """Hasil resmi, by a CAT operator; the stream says of which file."""

    body: str
    stages: tuple[str, ...]
    rows: int
    vacancies: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiveResults:
    """Hasil resmi, by a CAT operator and a second person, where it is not an import at the shell."""

    body: str
    stages: tuple[str, ...]
    rows: int
    vacancies: int
    ok: str | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """Nothing of other streams is needed."""


Command = ImportResults | ReceiveResults
State = ResultsImported | None
initial: State = None


def decide(command: Command, state: State, facts: Facts) -> list[ImportEvent]:
    """One row, one rule; the first that fits decides."""
    ok = command.ok if isinstance(command, ReceiveResults) else None
    made = ResultsImported(
        body=command.body, stages=command.stages, rows=command.rows, vacancies=command.vacancies, ok=ok
    )
    if state is not None and replace(state, ok=ok) == made:
        return []
    if state is not None:
        raise Refused("import.known_otherwise")
    if not command.stages or command.rows < 1 or command.vacancies < 1:
        raise Refused("import.empty")
    if isinstance(command, ReceiveResults) and ok is None:
        raise Refused("act.needs_approval")
    return [made]


def evolve(state: State, event: ImportEvent) -> State:
    """What is true once it has happened."""
    return event if isinstance(event, ResultsImported) else state
