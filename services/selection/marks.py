"""Marks that no panel gives, a row of a local CAT; and corrections, one mark put right in sight of all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import ClassVar, Final

from services.selection.attempts import attempted
from services.selection.candidacy import (
    OBJECTION,
    Candidacy,
    Facts,
    event_of,
    mark_of,
    marking,
    remedy_of,
    running,
)
from services.selection.course import Marking
from shared.events import Refused
from shared.events.platform import ImportedRow, Words
from shared.events.selection import CandidateEvent, ScoreCorrected, StageScored
from shared.rules import sheets
from shared.rules.errors import BadMark
from shared.rules.marks import mark, read

GROUNDS: Final = (OBJECTION, "misread", "court", "inspection")  # of a correction; the first is one that won


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordMarks:
    """Nilai CAT, by the CAT operator: the parts that one row of the body's list prints, of somebody who came.

    `facts` are what a verifier has confirmed, from the handover; `own`: whether it is the author's candidacy.
    """

    PREPARED: ClassVar = ("facts", "own")

    stage: str
    parts: Mapping[str, Decimal]
    source: ImportedRow
    facts: Mapping[str, str] | None = None
    own: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectScore:
    """Mengoreksi nilai, by the committee and a second person: this part, or this panelist's points of a criterion, was
    so much and is so much. `hands` are both; `own`: whether one of them applied for this vacancy."""

    PREPARED: ClassVar = ("own", "hands")

    stage: str
    part: str
    was: Decimal
    is_: Decimal
    reason: str
    words: Words
    ground: str
    panelist: str | None = None
    own: bool = False
    hands: tuple[str, ...] = ()
    ok: str | None = None


def recorded(command: RecordMarks, state: Candidacy, facts: Facts) -> list[CandidateEvent]:
    """From a list on record, of a stage without a panel, for somebody whose presence a supervisor has recorded."""
    course = running(facts)
    of = marking(course, command)
    before = state.scored.get(command.stage)
    made: StageScored = event_of(StageScored, command)
    if before is not None and (before.parts, before.source) == (made.parts, made.source):
        return []
    if before is not None:
        raise Refused("score.already")
    if of.is_by_panel:
        raise Refused("score.by_panel")
    if not state.is_present(command.stage):
        raise attempted(command, "score.without_attendance")
    if command.stage not in facts.attendance.stages or not 1 <= command.source.row <= facts.attendance.rows:
        raise attempted(command, "score.not_on_list")
    _check_parts(command.parts, of, command.stage)
    return [made]


def _check_parts(parts: Mapping[str, Decimal], of: Marking, stage: str) -> None:
    """The parts that the notice names, within their maxima."""
    try:
        if any(value.is_signed() for value in parts.values()):  # a negative zero reads back as no mark
            raise Refused("score.mark")
        read(parts, of.parts, stage)
    except BadMark:
        raise Refused("score.mark") from None


def corrected(command: CorrectScore, state: Candidacy, facts: Facts) -> list[CandidateEvent]:
    """One mark that is there, from what it is now to what it should have been; before the result is fixed, by nobody
    who has judged here."""
    course = running(facts)
    of = marking(course, command)
    made: ScoreCorrected = event_of(ScoreCorrected, command)
    if state.corrected is not None and replace(state.corrected, ok=made.ok) == made:
        return []
    if any(map(facts.panel.has_judged, command.hands)):
        raise attempted(command, "correction.panelist")
    if course.fixed:
        raise Refused("selection.fixed")
    if command.stage not in state.scored:
        raise Refused("score.unscored")
    if mark_of(state.scored[command.stage], command.part, command.panelist) != command.was:
        raise Refused("correction.was")
    if command.is_ == command.was or not _is_mark(command, of):
        raise Refused("correction.mark")
    if command.ground not in GROUNDS:
        raise Refused("correction.ground_unknown")
    if command.ground == OBJECTION and remedy_of(state, command.stage) is None:
        raise Refused("correction.ground")
    if command.ok is None:
        raise Refused("act.needs_approval")
    return [made]


def _is_mark(command: CorrectScore, of: Marking) -> bool:
    """What such a mark could have been in the first place."""
    if command.panelist is not None:
        return not sheets.problems({command.part: command.is_}, (command.part,))
    try:
        mark(command.is_, of.parts[command.part], command.part)
    except (BadMark, KeyError):
        return False
    return not command.is_.is_signed()
