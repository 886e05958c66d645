"""A candidacy as it stands: who came, what was sealed, the marks as corrected, objections, and whether it ended."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final, cast

from services.selection.attempts import attempted
from services.selection.course import Course, Marking
from services.selection.facts import Attendance, Procedure
from services.selection.panel_facts import Panel
from services.selection.session_facts import Session
from shared.events import Refused
from shared.events.selection import (
    AttendanceRecorded,
    CandidateDisqualified,
    CandidateEvent,
    CandidateWithdrawn,
    ResultObjectionDecided,
    ResultObjectionFiled,
    ScoreCorrected,
    ScoreSealed,
    StageScored,
)

Seals = Mapping[str, str]  # by panelist
Announcement = tuple[str | None, int]  # of a stage, or of the ranking; its version
OBJECTION: Final = "objection"  # the ground of a correction that somebody's objection has won
CORRECTED: Final = "corrected"  # the remedy that one correction carries out
NOTHING: Final[Mapping[Any, Any]] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What other streams of this ledger say."""

    procedure: Procedure
    attendance: Attendance
    panel: Panel = field(default_factory=Panel)
    session: Session = field(default_factory=Session)


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidacy:
    """By stage: attendance, seals, marks. `scored` holds every correction; `answers` are the decided objections,
    `remedied` those of them that a correction has carried out."""

    scored: Mapping[str, StageScored] = field(default_factory=dict)
    came: Mapping[str, AttendanceRecorded] = field(default_factory=dict)
    seals: Mapping[str, Seals] = field(default_factory=dict)
    corrected: ScoreCorrected | None = None
    left: CandidateWithdrawn | CandidateDisqualified | None = None
    objections: Mapping[Announcement, ResultObjectionFiled] = field(default_factory=dict)
    answers: Mapping[Announcement, ResultObjectionDecided] = field(default_factory=dict)
    remedied: frozenset[Announcement] = frozenset()

    def is_present(self, stage: str) -> bool:
        """Came to the stage, by the supervisor's record."""
        return stage in self.came and self.came[stage].present


def evolve(state: Candidacy, event: CandidateEvent) -> Candidacy:
    """What is true once it has happened."""
    match event:
        case StageScored(stage=stage):
            return replace(state, scored={**state.scored, stage: event})
        case ScoreSealed(stage=stage, panelist=panelist, seal=seal):
            mine = {**state.seals.get(stage, NOTHING), panelist: seal}
            return replace(state, seals={**state.seals, stage: mine})
        case AttendanceRecorded(stage=stage):
            return replace(state, came={**state.came, stage: event})
        case ScoreCorrected(stage=stage):
            scored = state.scored
            if stage in scored:
                scored = {**scored, stage: with_correction(scored[stage], event)}
            used = remedy_of(state, stage) if event.ground == OBJECTION else None
            remedied = state.remedied if used is None else state.remedied | {used}
            return replace(state, scored=scored, corrected=event, remedied=remedied)
        case CandidateWithdrawn() | CandidateDisqualified():
            return replace(state, left=event)
        case ResultObjectionFiled(stage=about, announcement=version):
            return replace(state, objections={**state.objections, (about, version): event})
        case ResultObjectionDecided(stage=about, announcement=version):
            return replace(state, answers={**state.answers, (about, version): event})
    return state


def remedy_of(state: Candidacy, stage: str) -> Announcement | None:
    """The upheld objection that a correction of this stage would carry out, the stage's own before the ranking's: its
    remedy is a correction, and none was made for it yet."""
    found = [
        about
        for about, answer in state.answers.items()
        if answer.upheld and answer.remedy == CORRECTED and about[0] in (stage, None) and about not in state.remedied
    ]
    return min(found, key=lambda about: (about[0] is None, about[1]), default=None)


def with_correction(scored: StageScored, event: ScoreCorrected) -> StageScored:
    """The marks with one of them as it should have been."""
    if event.panelist is None:
        return replace(scored, parts={**(scored.parts or {}), event.part: event.is_})
    sheets = tuple(
        replace(sheet, points={**sheet.points, event.part: event.is_}) if sheet.panelist == event.panelist else sheet
        for sheet in scored.sheets or ()
    )
    return replace(scored, sheets=sheets)


def mark_of(scored: StageScored, part: str, panelist: str | None) -> Decimal | None:
    """A part's mark, or what a panelist gave for a criterion; None where there is none."""
    if panelist is None:
        return (scored.parts or {}).get(part)
    points = [sheet.points for sheet in scored.sheets or () if sheet.panelist == panelist]
    return points[0].get(part) if points else None


def running(facts: Facts) -> Course:
    """The course of a selection that is marked here. Refused before the handover, for an official list, after a
    cancellation."""
    course = facts.procedure.course
    if not facts.procedure.is_open:
        raise Refused("selection.not_open")
    if course is None:
        raise Refused("selection.listed")
    if course.is_cancelled:
        raise Refused("selection.cancelled")
    return course


def marking(course: Course, command: Any) -> Marking:
    """How the command's stage is marked. Refused, and on record, for a stage that the notice never named."""
    found = course.stages.get(command.stage)
    if found is None:
        raise attempted(command, "score.stage_unknown")
    if command.stage in course.annulled:
        raise Refused("stage.annulled")
    return found


def event_of(kind: Any, command: Any) -> Any:
    """The event whose fields a command has under the same names."""
    names = [item.name for item in fields(cast(Any, kind)) if hasattr(command, item.name)]
    return kind(**{name: getattr(command, name) for name in names})
