"""Sanggah: about oneself, once for each announcement, answered by nobody who has scored; and the ways out of a
selection.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar, Final

from services.selection.attempts import attempted
from services.selection.candidacy import Candidacy, Facts, event_of, running
from services.selection.course import Course
from shared.events import Refused
from shared.events.platform import Words
from shared.events.selection import (
    CandidateDisqualified,
    CandidateEvent,
    CandidateWithdrawn,
    ResultObjectionDecided,
    ResultObjectionFiled,
)
from shared.rules.calendar import arrived

OWN_FAULT: Final = "applicant"  # Permenpan RB 28/2021 art. 31: an objection is accepted only if the error is another's


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawCandidate:
    """Mengundurkan diri, by the candidate, or after an application's withdrawal that crossed the handover."""

    PREPARED: ClassVar = ("admitted",)

    reason: str
    admitted: bool = False
    alias: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DisqualifyCandidate:
    """Menggugurkan, by the committee and a second person, on evidence of this digest; also after an appointment.
    `own`: whether one of the two applied for this vacancy."""

    PREPARED: ClassVar = ("admitted", "own")

    reason: str
    evidence: str
    words: Words
    admitted: bool = False
    own: bool = False
    alias: str | None = None
    ok: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FileResultObjection:
    """Menyanggah hasil, by the candidate: a stage's announcement, or without a stage the ranking's, by its version."""

    PREPARED: ClassVar = ("admitted",)

    announcement: int
    ground: str
    words: Words
    stage: str | None = None
    admitted: bool = False
    alias: str | None = None
    at: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DecideResultObjection:
    """Menjawab sanggah, by somebody of the committee who has not scored; upheld by a second person, who has
    not either: `hands` are both. `own`: whether one of them applied for this vacancy."""

    PREPARED: ClassVar = ("own", "hands")

    announcement: int
    upheld: bool
    reason: str
    words: Words
    fault: str
    remedy: str
    stage: str | None = None
    own: bool = False
    hands: tuple[str, ...] = ()
    by: str | None = None
    ok: str | None = None


def withdrawn(command: WithdrawCandidate, state: Candidacy, facts: Facts) -> list[CandidateEvent]:
    """Once, of somebody who was handed over."""
    if isinstance(state.left, CandidateWithdrawn):
        return []
    course = running(facts)
    _check_member(command, course)
    if state.left is not None:
        raise Refused("candidate.left")
    return [CandidateWithdrawn(reason=command.reason)]


def disqualified(command: DisqualifyCandidate, state: Candidacy, facts: Facts) -> list[CandidateEvent]:
    """By two, for a reason; whoever has withdrawn is out already."""
    made: CandidateDisqualified = event_of(CandidateDisqualified, command)
    if isinstance(state.left, CandidateDisqualified) and replace(state.left, ok=made.ok) == made:
        return []
    _check_member(command, running(facts))
    if state.left is not None:
        raise Refused("candidate.left")
    if not made.reason.strip():
        raise Refused("candidate.without_reason")
    if made.ok is None:
        raise Refused("act.needs_approval")
    return [made]


def filed(command: FileResultObjection, state: Candidacy, facts: Facts) -> list[CandidateEvent]:
    """Within the window of the last announcement, once for each that is new to oneself."""
    course = running(facts)
    about = command.stage, command.announcement
    made: ResultObjectionFiled = event_of(ResultObjectionFiled, command)
    if state.objections.get(about) == made:
        return []
    _check_member(command, course)
    window = course.window(command.stage)
    if window is None or window.version != command.announcement:
        raise Refused("objection.announcement")
    if about in state.objections:
        raise Refused("objection.once")
    if any(stage == command.stage and not _is_upheld(state, stage, n) for stage, n in state.objections):
        raise Refused("objection.not_new")
    if arrived(command.at) >= window.until:
        raise Refused("objection.late")
    if course.fixed:
        raise Refused("selection.fixed")
    return [made]


def _is_upheld(state: Candidacy, stage: str | None, version: int) -> bool:
    answer = state.answers.get((stage, version))
    return answer is not None and answer.upheld


def decided(command: DecideResultObjection, state: Candidacy, facts: Facts) -> list[CandidateEvent]:
    """By nobody of the panel; upheld only if the error is not the candidate's own."""
    running(facts)
    about = command.stage, command.announcement
    made: ResultObjectionDecided = event_of(ResultObjectionDecided, command)
    before = state.answers.get(about)
    if before is not None and replace(before, ok=made.ok) == made:
        return []
    if about not in state.objections or before is not None:
        raise Refused("objection.none")
    if any(map(facts.panel.has_judged, (command.by or "", *command.hands))):
        raise Refused("objection.scorer")
    if made.upheld and made.fault == OWN_FAULT:
        raise Refused("objection.own_fault")
    if not made.reason.strip() or not made.remedy.strip():
        raise Refused("objection.remedy")
    if made.upheld and made.ok is None:
        raise Refused("act.needs_approval")
    return [made]


def _check_member(command: WithdrawCandidate | DisqualifyCandidate | FileResultObjection, course: Course) -> None:
    """On the roster; who came after the close is not, and the attempt stays on record."""
    if not course.has(command.alias or "", admitted=command.admitted):
        raise attempted(command, "score.not_on_roster")
