"""The second half of a vacancy: its roll stands, verifiers are sworn before a file opens, the result is announced in
versions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final

from services.intake.facts import Roll
from shared.events import Refused
from shared.events.intake import (
    ApplicationsClosed,
    CheckResultAnnounced,
    Tie,
    VacancyEvent,
    VacancyPublished,
    VerifierAssigned,
)
from shared.events.platform import ListDigest
from shared.rules import calendar
from shared.rules.calendar import arrived
from shared.rules.conflicts import EFFECTS

OBJECTION_DAYS: Final = 3  # Permenpan RB 28/2021 art. 31


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignVerifier:
    """Menugaskan verifikator: the drawn files, signed for, with every tie declared; the list is made beside the
    lock."""

    PREPARED: ClassVar = ("list",)

    verifier: str
    beacon: str
    tie_count: int
    ties: tuple[Tie, ...]
    list: ListDigest | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnounceCheck:
    """Mengumumkan hasil administrasi, by the committee: made beside the lock from `inputs` checks, decisions and
    withdrawals among the first `as_of` events."""

    PREPARED: ClassVar = ("meets", "fails", "as_of", "inputs")

    meets: ListDigest | None = None
    fails: int = 0
    as_of: int = 0
    inputs: int = 0
    words: str | None = None
    at: str | None = None


@dataclass(frozen=True, slots=True)
class Closed:
    """The roll stands; who checks, and the last announcement."""

    notice: VacancyPublished
    roll: ApplicationsClosed
    verifiers: tuple[VerifierAssigned, ...] = ()
    announced: CheckResultAnnounced | None = None


def assigned(command: AssignVerifier, state: Closed) -> list[VacancyEvent]:
    """Sworn once, for the files drawn, before any of them opens."""
    if command.list is None:
        raise Refused("verifier.list")
    made = VerifierAssigned(
        verifier=command.verifier,
        list=command.list,
        beacon=command.beacon,
        tie_count=command.tie_count,
        ties=command.ties,
    )
    if made in state.verifiers:
        return []
    if any(one.verifier == made.verifier for one in state.verifiers):
        raise Refused("verifier.assigned_otherwise")
    if made.tie_count != len(made.ties) or not 1 <= made.list.rows <= state.roll.roll.rows:
        raise Refused("verifier.list")
    if any(EFFECTS.get(tie.kind) == "vacancy" for tie in made.ties):
        raise Refused("verifier.tied")
    return [made]


def announced(command: AnnounceCheck, state: Closed, roll: Roll) -> list[VacancyEvent]:
    """Every file decided, no objection open, lists made from all of it; a next version once the window is over."""
    last, at, meets = state.announced, arrived(command.at), command.meets
    if last is not None and (last.meets, last.fails, last.words) == (meets, command.fails, command.words):
        return []
    if last is not None and at < last.until:
        raise Refused("check.window_open")
    if roll.objections:
        raise Refused("check.objection_open")
    if meets is None or command.as_of <= roll.changed_at or command.inputs != roll.inputs:
        raise Refused("check.stale")
    if meets.rows + command.fails + roll.left != roll.closed:
        raise Refused("check.unfinished")
    return [
        CheckResultAnnounced(
            version=1 if last is None else last.version + 1,
            meets=meets,
            fails=command.fails,
            as_of=command.as_of,
            until=calendar.window_end(at, OBJECTION_DAYS),
            words=command.words,
        )
    ]
