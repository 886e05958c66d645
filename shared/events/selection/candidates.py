"""A candidacy beside its marks: attendance, seals, corrections, objections, leaving."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from shared.events.platform import AttemptRefused, ImportedRow, Words
from shared.events.selection.scores import StageScored


@dataclass(frozen=True, slots=True, kw_only=True)
class AttendanceRecorded:
    """Presensi: came to a stage or did not; `identity` is the code of how it was checked; an import's row says so."""

    stage: str
    present: bool
    session: str | None = None
    seat: str | None = None
    identity: str | None = None
    from_: dt.datetime | None = None
    to: dt.datetime | None = None
    source: ImportedRow | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreSealed:
    """Segel nilai: a panelist's sheet is fixed; `seal` is its HMAC under a nonce that opens with the scores."""

    stage: str
    panelist: str
    seal: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreCorrected:
    """Koreksi: one mark or fact was this and is that; whose sheet, if it is one."""

    stage: str
    was: Decimal
    is_: Decimal
    reason: str
    words: Words
    ground: str
    part: str
    panelist: str | None = None
    ok: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CandidateWithdrawn:
    """Undur diri of a candidate."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CandidateDisqualified:
    """Gugur: out of the selection, by the committee, on evidence of this digest."""

    reason: str
    evidence: str
    words: Words
    ok: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultObjectionFiled:
    """Sanggah: about one's own result as an announcement (its version) published it: of a stage's marks, without a
    stage of the ranking."""

    announcement: int
    ground: str
    words: Words
    stage: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultObjectionDecided:
    """Jawab sanggah: upheld or not, whose fault it was, and the remedy's code."""

    announcement: int
    upheld: bool
    reason: str
    words: Words
    fault: str
    remedy: str
    stage: str | None = None
    ok: str | None = None


CandidateEvent = (
    AttendanceRecorded
    | ScoreSealed
    | StageScored
    | ScoreCorrected
    | CandidateWithdrawn
    | CandidateDisqualified
    | ResultObjectionFiled
    | ResultObjectionDecided
    | AttemptRefused
)
