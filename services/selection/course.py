"""The course of a selection that is marked here: what its notice says of each stage, and how far each has come.

Part of the fact `procedure`, one small row for a vacancy. An official list, which was scored elsewhere, has none.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any, Final

from shared.events.intake import Scheme
from shared.events.intake.schemes import SchemeStage
from shared.events.selection import (
    AttendanceRecorded,
    CandidateDisqualified,
    CandidateWithdrawn,
    ObjectionWindowExtended,
    RankingFixed,
    RankingPublished,
    ResultObjectionDecided,
    ResultObjectionFiled,
    RosterAmended,
    ScoreCorrected,
    ScoreSealed,
    ScoresOpened,
    SelectionCancelled,
    SelectionOpened,
    StageAnnulled,
    StageResultAnnounced,
    StageScored,
    TieDecided,
)

BLIND: Final = "blind"
USUAL: Final = "mean"  # where the notice says no other way to put sheets together


@dataclass(frozen=True, slots=True, kw_only=True)
class Marking:
    """How a stage is marked: by a panel, `criteria` with their weights; else `parts` with their maxima in points."""

    sight: str
    weight: Decimal
    aggregate: str = USUAL
    criteria: Mapping[str, Decimal] = field(default_factory=dict)
    parts: Mapping[str, Decimal] = field(default_factory=dict)

    @property
    def is_by_panel(self) -> bool:
        """Marked on sheets, sealed before they are opened."""
        return bool(self.criteria)


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """What was announced in which version, and until when (half-open) it may be objected to."""

    version: int
    until: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """The stages by the notice; the roster's root; what came, was sealed, opened, announced, annulled, ranked, fixed.

    `present` and `sealed` count by stage; `objections` are the open ones; `added` and `removed` are aliases, after the
    handover.
    """

    stages: Mapping[str, Marking]
    roster: str
    present: Mapping[str, int] = field(default_factory=dict)
    sealed: Mapping[str, int] = field(default_factory=dict)
    opened: tuple[str, ...] = ()
    annulled: tuple[str, ...] = ()
    announced: Mapping[str, Window] = field(default_factory=dict)
    ranking: Window | None = None
    fixed: int = 0
    objections: int = 0
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    is_cancelled: bool = False

    def window(self, stage: str | None) -> Window | None:
        """The last announcement of a stage's marks; of the ranking without a stage."""
        return self.ranking if stage is None else self.announced.get(stage)

    def has(self, alias: str, *, admitted: bool) -> bool:
        """Whether somebody stands on the roster: handed over and not taken out since, or put in since."""
        return alias in self.added or (admitted and alias not in self.removed)


def course_of(event: SelectionOpened) -> Course | None:
    """As it begins; None where no notice's scheme was handed over."""
    if event.terms is None:
        return None
    return Course(stages=stages_of(event.terms), roster=event.roster.root)


def stages_of(terms: Scheme) -> dict[str, Marking]:
    """How each stage of a notice is marked, in its order."""
    return {stage.id: _marking(stage) for stage in terms.stages}


def _marking(stage: SchemeStage) -> Marking:
    return Marking(
        sight=stage.sight,
        weight=stage.weight,
        aggregate=stage.aggregate or USUAL,
        criteria={one.id: one.weight for one in stage.criteria or ()},
        parts=dict(stage.parts or {}) if not stage.criteria else {},
    )


def moves(course: Course, event: Any) -> bool:
    """Whether lists and rankings that were made before it are stale. Who leaves a published ranking is passed over by
    the offers; the others' places stay."""
    if isinstance(event, ResultObjectionDecided):
        return event.upheld
    if isinstance(event, CandidateWithdrawn) and course.ranking is not None:
        return False
    return isinstance(event, MOVING)


MOVING: Final = (
    AttendanceRecorded, StageScored, ScoreCorrected, CandidateWithdrawn, CandidateDisqualified, TieDecided,
    StageAnnulled, RosterAmended,
)  # fmt: skip


def fold_course(before: Course, event: Any) -> Course:
    """Once for every event of the vacancy's selection and candidacies."""
    match event:
        case AttendanceRecorded(stage=stage, present=True):
            return replace(before, present=_one_more(before.present, stage))
        case ScoreSealed(stage=stage):
            return replace(before, sealed=_one_more(before.sealed, stage))
        case ResultObjectionFiled():
            return replace(before, objections=before.objections + 1)
        case ResultObjectionDecided():
            return replace(before, objections=before.objections - 1)
    return _of_procedure(before, event)


def _of_procedure(before: Course, event: Any) -> Course:
    match event:
        case ScoresOpened(stage=stage):
            return replace(before, opened=(*before.opened, stage))
        case StageResultAnnounced(stage=stage, version=version, until=until):
            return replace(before, announced={**before.announced, stage: Window(version=version, until=until)})
        case StageAnnulled(stage=stage):
            return replace(before, annulled=(*before.annulled, stage))
        case RankingPublished(version=version, until=until) if until is not None:
            return replace(before, ranking=Window(version=version, until=until))
        case RankingFixed(version=version):
            return replace(before, fixed=version)
        case SelectionCancelled():
            return replace(before, is_cancelled=True)
        case RosterAmended():
            return _amended(before, event)
        case ObjectionWindowExtended(stage=stage, announcement=version, until=until):
            longer = Window(version=version, until=until)
            if stage is None:
                return replace(before, ranking=longer)
            return replace(before, announced={**before.announced, stage: longer})
    return before


def _amended(before: Course, event: RosterAmended) -> Course:
    """Whoever is put back in is no longer out, and the other way round."""
    added = (*(one for one in before.added if one not in event.removed), *event.added)
    removed = (*(one for one in before.removed if one not in event.added), *event.removed)
    return replace(before, added=added, removed=removed, roster=event.roster.root)


def _one_more(counts: Mapping[str, int], stage: str) -> dict[str, int]:
    return {**counts, stage: counts.get(stage, 0) + 1}
