"""Presensi: before anything is scored, a supervisor says who came, in which room, on which seat.

Nobody is recorded who was not handed over, nobody behind the opening of the scores, nobody whom an earlier stage's line
has left behind.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import ClassVar

from services.selection.attempts import attempted
from services.selection.candidacy import Candidacy, Facts, event_of, marking, running
from services.selection.session_facts import Session
from shared.events import Refused
from shared.events.selection import AttendanceRecorded, CandidateEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordAttendance:
    """Mencatat presensi, by the supervisor; `identity` is the code of how it was checked.

    From the handover's table: `admitted`, on the roster; from this ledger's own: `through`, not left behind by the
    line of an earlier stage, `told`, whether every earlier line has been announced, and `own`, whether it is the
    author's candidacy.
    """

    PREPARED: ClassVar = ("admitted", "through", "told", "own")

    stage: str
    present: bool
    session: str | None = None
    seat: str | None = None
    identity: str | None = None
    from_: dt.datetime | None = None
    to: dt.datetime | None = None
    admitted: bool = False
    through: bool = True
    told: bool = True
    own: bool = False
    alias: str | None = None
    vacancy: str | None = None


def recorded(command: RecordAttendance, state: Candidacy, facts: Facts) -> list[CandidateEvent]:
    """Once for each stage."""
    course = running(facts)
    marking(course, command)
    made: AttendanceRecorded = event_of(AttendanceRecorded, command)
    before = state.came.get(command.stage)
    if before == made:
        return []
    if not course.has(command.alias or "", admitted=command.admitted):
        raise attempted(command, "score.not_on_roster")
    if command.stage in course.opened or command.stage in course.announced or command.stage in state.scored:
        raise attempted(command, "attendance.too_late")
    if state.left is not None:
        raise Refused("candidate.left")
    if before is not None:
        raise Refused("attendance.already")
    if not command.told:
        raise Refused("stage.unannounced")
    if not command.through:
        raise attempted(command, "attendance.behind_the_line")
    if command.session is not None:
        _check_room(command, facts.session)
    return [made]


def _check_room(command: RecordAttendance, session: Session) -> None:
    """A session of this stage and vacancy, not void, with a seat left."""
    if not session.is_for(command.vacancy or "", command.stage):
        raise Refused("attendance.session")
    if not session.is_open:
        raise Refused("attendance.session_over")
    if command.present and session.is_full:
        raise Refused("attendance.room_full")
