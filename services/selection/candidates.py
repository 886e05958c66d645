"""A candidacy: seen before it is scored, sealed before it is opened, opened as it was sealed; scored once per stage, by
the parts that the notice or the pack knows; corrected in sight, objected to once for each announcement.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from services.selection import attendance, marks, objections, sealing
from services.selection.attempts import attempted
from services.selection.attendance import RecordAttendance
from services.selection.candidacy import Candidacy, Facts, evolve
from services.selection.kinds import is_kind
from services.selection.marks import CorrectScore, RecordMarks
from services.selection.objections import (
    DecideResultObjection,
    DisqualifyCandidate,
    FileResultObjection,
    WithdrawCandidate,
)
from services.selection.sealing import OpenSheets, SealScore
from shared.events import Refused
from shared.events.platform import ImportedRow
from shared.events.selection import CandidateEvent, StageScored
from shared.rules.errors import BadMark, UnknownCode
from shared.rules.marks import number, read
from shared.rules.pinned import pinned
from shared.rules.shapes import Pack
from shared.rules.status import classify

__all__ = ["Command", "Facts", "ScoreStage", "State", "decide", "evolve", "initial"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreStage:
    """Nilai tahap, from a row of an official list; the stream says of whom."""

    stage: str
    parts: Mapping[str, Decimal]
    source: ImportedRow
    outside: str | None = None
    facts: Mapping[str, str] | None = None


LONGEST_FACT = 24  # signs; 3.5972000000000004 has 18

Command = (
    ScoreStage
    | RecordAttendance
    | SealScore
    | OpenSheets
    | RecordMarks
    | CorrectScore
    | WithdrawCandidate
    | DisqualifyCandidate
    | FileResultObjection
    | DecideResultObjection
)
OFFICIAL = RecordAttendance | RecordMarks | CorrectScore | DisqualifyCandidate | DecideResultObjection
State = Candidacy
initial: State = Candidacy()


def decide(command: Command, state: State, facts: Facts) -> list[CandidateEvent]:
    """One command, one function of rows; each names its rules where it stands. Nobody's is the own candidacy."""
    if isinstance(command, OFFICIAL) and command.own:
        raise attempted(command, "candidate.own")
    match command:
        case ScoreStage():
            return _of_list(command, state, facts)
        case RecordAttendance():
            return attendance.recorded(command, state, facts)
        case SealScore():
            return sealing.sealed(command, state, facts)
        case OpenSheets():
            return sealing.opened(command, state, facts)
        case RecordMarks():
            return marks.recorded(command, state, facts)
        case CorrectScore():
            return marks.corrected(command, state, facts)
        case WithdrawCandidate():
            return objections.withdrawn(command, state, facts)
        case DisqualifyCandidate():
            return objections.disqualified(command, state, facts)
        case FileResultObjection():
            return objections.filed(command, state, facts)
        case DecideResultObjection():
            return objections.decided(command, state, facts)
    raise Refused("selection.not_now")


def _of_list(command: ScoreStage, state: State, facts: Facts) -> list[CandidateEvent]:
    """A row of an official list; the first rule that fits decides."""
    scored = StageScored(
        stage=command.stage, parts=command.parts, outside=command.outside, source=command.source, facts=command.facts
    )
    before = state.scored.get(command.stage)
    if before == scored:
        return []
    if before is not None:
        raise Refused("score.already")
    if not facts.procedure.is_open:
        raise Refused("selection.not_open")
    if command.stage not in pinned(facts.procedure.pack).stages:
        raise Refused("score.stage_unknown")
    if command.source.import_ != facts.procedure.source or command.stage not in facts.attendance.stages:
        raise attempted(command, "score.without_attendance")
    if not _on_roster(command, facts):
        raise attempted(command, "score.not_on_roster")
    pack = pinned(facts.procedure.pack)
    _check_marks(command, pack)
    _check_facts(command, pack)
    return [scored]


def _on_roster(command: ScoreStage, facts: Facts) -> bool:
    """A row that the list has, and no more candidacies of a stage than were handed over."""
    procedure = facts.procedure
    return (
        1 <= command.source.row <= facts.attendance.rows and procedure.scored.get(command.stage, 0) < procedure.roster
    )


def _check_facts(command: ScoreStage, pack: Pack) -> None:
    """Only what the pack's ties compare, as plain numbers, and the kind of need: whoever ranks reads them so."""
    compared = {step.fact for step in pack.ties if step.kind == "fact"}
    for name, value in (command.facts or {}).items():
        if not (is_kind(value) if name == "kind" else name in compared and _is_number(value)):
            raise Refused("score.fact")


def _is_number(value: str) -> bool:
    try:
        return isinstance(value, str) and len(value) <= LONGEST_FACT and number(value) >= 0
    except BadMark:
        return False


def _check_marks(command: ScoreStage, pack: Pack) -> None:
    """Only parts that the pack names, within their maxima; only codes that it has classified."""
    try:
        if any(value.is_signed() for value in command.parts.values()):  # a negative zero reads back as no mark
            raise Refused("score.mark")
        read(command.parts, pack.maxima(command.stage), command.stage)
        if command.outside is not None and classify(pack, command.outside).in_order:
            raise Refused("score.outside_is_inside")
    except BadMark:
        raise Refused("score.mark") from None
    except UnknownCode:
        raise Refused("score.code_unknown") from None
