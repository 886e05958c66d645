"""What selection's streams say to each other, row by row, under the lock of a decision."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from services.selection.course import Course, course_of, fold_course, moves
from shared.events import streams
from shared.events.platform import ImportedRow
from shared.events.selection import ResultsImported, RosterAmended, SelectionOpened, StageScored, TieDecided


@dataclass(frozen=True, slots=True, kw_only=True)
class Procedure:
    """A vacancy's selection: the pack it is bound to, the roster's size and source, and what its ranking is made from.

    `scored` counts the candidacies of each stage. `inputs` counts scores and decided ties, `changed_at` is the
    position of the last: a ranking made before it is stale. Where it is marked here, it has a `course`, and whoever
    comes, leaves or is corrected counts too.
    """

    pack: str = ""
    source: str = ""
    roster: int = 0
    inputs: int = 0
    changed_at: int = -1
    scored: Mapping[str, int] = field(default_factory=dict)
    course: Course | None = None

    @property
    def is_open(self) -> bool:
        """Handed over, so that scores may come."""
        return self.pack != ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attendance:
    """What an import is the attendance of: its stages, for all its rows."""

    stages: tuple[str, ...] = ()
    rows: int = 0


NOT_OPEN = Procedure()
NOBODY = Attendance()


def procedure_key(stream: str, act: Any) -> str | None:
    """The vacancy of a selection or a candidacy."""
    return streams.ident(stream) if streams.category(stream) in ("selection", "candidate") else None


def fold_procedure(before: Procedure, stream: str, event: Any, position: int) -> Procedure:
    """Once for every event of the vacancy."""
    match event:
        case SelectionOpened(pack_digest=pack, source=source, roster=roster):
            return replace(before, pack=pack, source=source, roster=roster.rows, course=course_of(event))
        case _ if before.course is not None:
            return _on_course(before, before.course, event, position)
        case StageScored(stage=stage):  # once per stage and candidacy, so this counts candidacies
            scored = {**before.scored, stage: before.scored.get(stage, 0) + 1}
            return _moved(before, position, scored)
        case TieDecided():
            return _moved(before, position, before.scored)
    return before


def _on_course(before: Procedure, course: Course, event: Any, position: int) -> Procedure:
    """The same object where an event says nothing to anybody."""
    after = fold_course(course, event)
    scored = before.scored
    if isinstance(event, StageScored):
        scored = {**scored, event.stage: scored.get(event.stage, 0) + 1}
    roster = event.roster.rows if isinstance(event, RosterAmended) else before.roster
    if moves(course, event):
        counted = _moved(before, position, scored)
        return replace(counted, course=after, roster=roster)
    return before if after is course else replace(before, course=after)


def _moved(before: Procedure, position: int, scored: Mapping[str, int]) -> Procedure:
    return Procedure(
        pack=before.pack,
        source=before.source,
        roster=before.roster,
        inputs=before.inputs + 1,
        changed_at=position,
        scored=scored,
        course=before.course,
    )


def attendance_key(stream: str, act: Any) -> str | None:
    """The import that a command or an event cites, or is."""
    if streams.category(stream) == "import":
        return streams.ident(stream).partition(".")[2]
    source = getattr(act, "source", None)
    return source.import_ if isinstance(source, ImportedRow) else source


def fold_attendance(before: Attendance, stream: str, event: Any, position: int) -> Attendance:
    """Once for the import itself."""
    if isinstance(event, ResultsImported):
        return Attendance(stages=event.stages, rows=event.rows)
    return before
