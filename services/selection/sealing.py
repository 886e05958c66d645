"""Segel nilai: a panelist's sheet is fixed before anybody sees another's, and opens as it was sealed.

The event holds the seal alone; the sheet waits in a table beside, encrypted (`sheets`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar, Final

from services.selection.attempts import attempted
from services.selection.candidacy import NOTHING, Candidacy, Facts, marking, running
from services.selection.course import BLIND, Course, Marking
from services.selection.rosters import roster_of_one
from shared.events import Refused, codec
from shared.events.platform import Words
from shared.events.selection import CandidateEvent, ScoreSealed, SetAside, Sheet, StageScored
from shared.ledger.commitments import seal
from shared.rules import sheets as rules
from shared.rules.panels import USUAL, is_result
from shared.rules.pinned import pinned

NONCE: Final = re.compile("[0-9a-f]{64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class SealScore:
    """Menyegel nilai, by a seated panelist: whole points by criterion, and a nonce of 32 random bytes in hex.

    `words` is the note (catatan) in the vault that a mark under 40 or over 90 needs; `application`, the second part of
    the stream, is filled in on the way.
    """

    PREPARED: ClassVar = ("application",)

    stage: str
    points: Mapping[str, Decimal]
    nonce: str
    words: Words | None = None
    application: str = ""
    by: str | None = None
    alias: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenSheets:
    """Nilai tahap, by the opening: the sealed sheets of a stage and what a verifier has confirmed, fetched beside the
    lock; `application` is the second part of the stream."""

    PREPARED: ClassVar = ("sheets", "facts", "application")

    stage: str
    sheets: tuple[Sheet, ...] = ()
    facts: Mapping[str, str] | None = None
    application: str = ""
    alias: str | None = None


def seal_of(alias: str, stage: str, panelist: str, points: Mapping[str, Decimal], nonce: str) -> str:
    """The seal of a sheet, by transparency 3.4: HMAC under the nonce of alias, panelist, points and stage."""
    said = {criterion: codec.decimal(mark) for criterion, mark in points.items()}
    return seal(bytes.fromhex(nonce), {"alias": alias, "panelist": panelist, "points": said, "stage": stage})


def sealed(command: SealScore, state: Candidacy, facts: Facts) -> list[CandidateEvent]:
    """One panelist, one seal: of somebody who came, by somebody who may, before the opening."""
    course, by, stage = running(facts), command.by or "", command.stage
    of = marking(course, command)
    if not state.is_present(stage):
        raise attempted(command, "score.absent")
    _check_panelist(command, course, of, facts)
    if stage in course.opened:
        raise attempted(command, "score.opened")
    before = state.seals.get(stage, NOTHING).get(by)
    _check_sheet(command, of)
    made = seal_of(command.alias or "", stage, by, command.points, command.nonce)
    if before == made:
        return []
    if before is not None:
        raise Refused("score.sealed")
    if state.left is not None:
        raise Refused("candidate.left")
    return [ScoreSealed(stage=stage, panelist=by, seal=made)]


def _check_panelist(command: SealScore, course: Course, of: Marking, facts: Facts) -> None:
    """Seated, declared for the roster or for this person, without a tie, practised."""
    panel, by = facts.panel, command.by or ""
    if not of.is_by_panel:
        raise Refused("score.no_panel")
    if not panel.is_seated(by):
        raise attempted(command, "score.not_seated")
    roster = course.roster if of.sight == BLIND else roster_of_one(command.alias or "")
    if not panel.has_declared(by, roster):
        raise attempted(command, "score.not_declared")
    if not command.application or not panel.may_score(by, command.application):
        raise attempted(command, "score.tied")
    if by not in panel.calibrated.get(command.stage, ()):
        raise Refused("score.not_calibrated")


def _check_sheet(command: SealScore, of: Marking) -> None:
    """Exactly the criteria, whole points, a nonce; a note where a mark is under 40 or over 90."""
    for code in rules.problems(command.points, of.criteria):
        raise Refused(code)
    if not NONCE.fullmatch(command.nonce):
        raise Refused("sheet.nonce")
    if command.words is None and rules.needs_note(command.points):
        raise Refused("sheet.note")


def opened(command: OpenSheets, state: Candidacy, facts: Facts) -> list[CandidateEvent]:
    """What was sealed counts, if it opens its seal and no tie was found since; nothing is dropped silently."""
    course, stage = facts.procedure.course, command.stage
    if stage in state.scored:
        return []
    if course is None or stage not in course.opened:
        raise Refused("score.not_opened")
    aside = dict(_set_aside(command, state, facts))
    kept = tuple(sheet for sheet in command.sheets if sheet.panelist not in aside)
    rule = pinned(facts.procedure.pack).panel or USUAL
    if not is_result((facts.panel.kind(sheet.panelist) for sheet in kept), rule):
        raise Refused("score.too_few_sheets")
    return [
        StageScored(
            stage=stage,
            sheets=tuple(sorted(kept, key=lambda sheet: sheet.panelist)),
            set_aside=tuple(SetAside(panelist=who, reason=why) for who, why in sorted(aside.items())) or None,
            facts=command.facts,
        )
    ]


def _set_aside(command: OpenSheets, state: Candidacy, facts: Facts) -> list[tuple[str, str]]:
    """By panelist, why a sheet does not count: tied, another than was sealed, or not there. A sheet of somebody who
    fell ill after sealing it counts: else whoever may replace a panelist could choose among the marks."""
    seals = state.seals.get(command.stage, NOTHING)
    made = {
        sheet.panelist: seal_of(command.alias or "", command.stage, sheet.panelist, sheet.points, sheet.nonce)
        for sheet in command.sheets
    }
    found = []
    for panelist in sorted({*seals, *made}):
        cause = facts.panel.conflict(panelist, command.application)
        if cause is not None:
            found.append((panelist, cause))
        elif panelist not in made:
            found.append((panelist, "missing"))
        elif seals.get(panelist) != made[panelist]:
            found.append((panelist, "seal"))
    return found
