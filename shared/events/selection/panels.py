"""Who judges and where: the pool of experts, a vacancy's panel from its draw to its oaths, rooms and their sessions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from shared.events.intake.vacancies import Tie
from shared.events.platform import AttemptRefused, ListDigest


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpertAdmitted:
    """Daftar ahli: somebody may be drawn under this label; who it is and where from stay hidden."""

    label: str
    kind: str
    fields: tuple[str, ...]
    expert: str
    institution: str
    ok: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpertReleased:
    """No longer to be drawn, and why, by a reason's code."""

    label: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Excluded:
    """A label that this draw leaves out, and why."""

    label: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PanelDrawAnnounced:
    """Rencana undian: who can be drawn, by the pool as of position `pool`, for how many seats of each kind; `commit`
    is SHA-256 of the secret that is shown with the draw, `beacon` says which value, not known yet, it is mixed with.
    `pool_name` is the id of the pool's stream.
    """

    pool: int
    eligible: tuple[str, ...]
    excluded: tuple[Excluded, ...]
    seats: Mapping[str, int]
    reserves: int
    commit: str
    beacon: str
    pool_name: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PanelDrawn:
    """Undian: the secret and the beacon's value; everybody can draw again and must get these labels, in this order."""

    secret: str
    beacon: str
    drawn: tuple[str, ...]
    reserves: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PanelistSeated:
    """Pakta integritas: somebody took a seat of a kind, by lot (under the drawn `label`) or by decree, and signed."""

    panelist: str
    kind: str
    basis: str
    pledge: str
    label: str | None = None
    ok: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CalibrationHeld:
    """Latihan menilai: these panelists have marked the same practice candidate first."""

    stage: str
    panelists: tuple[str, ...]
    practice: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConflictDeclared:
    """Benturan kepentingan: for the roster of this digest (a blind panel's, or one person's at roll call) a panelist
    has declared so many ties; a kind of tie `identity_seen` may come later."""

    panelist: str
    roster: str
    tie_count: int
    ties: tuple[Tie, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PanelistRecused:
    """Mundur: out for the whole vacancy (`all`) or for these applications."""

    panelist: str
    all_: bool
    applications: tuple[str, ...]
    cause: str
    ok: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PanelistReplaced:
    """Pengganti: somebody steps in; `next_reserve` says whether it was the next of the drawn reserves."""

    out: str
    in_: str
    next_reserve: bool
    reason: str
    ok: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionScheduled:
    """Sesi: a room, from when to when, with so many seats, for candidates of these vacancies; `seated` is the list of
    aliases."""

    stage: str
    site: str
    room: str
    from_: dt.datetime
    to: dt.datetime
    seats: int
    seated: ListDigest
    vacancies: tuple[str, ...]
    beacon: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionRescheduled:
    """Another room or another time, and why."""

    stage: str
    site: str
    room: str
    from_: dt.datetime
    to: dt.datetime
    seats: int
    seated: ListDigest
    vacancies: tuple[str, ...]
    reason: str
    beacon: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionClosed:
    """Berita acara sesi: who came and who did not in numbers, digests of the devices' report and of the answers."""

    present: int
    absent: int
    devices: str
    incidents: tuple[str, ...]
    answers: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionVoided:
    """Sesi batal: nothing of it counts."""

    reason: str
    words: str
    ok: str | None = None


PoolEvent = ExpertAdmitted | ExpertReleased | AttemptRefused
PanelEvent = (
    PanelDrawAnnounced
    | PanelDrawn
    | PanelistSeated
    | CalibrationHeld
    | ConflictDeclared
    | PanelistRecused
    | PanelistReplaced
    | AttemptRefused
)
SessionEvent = SessionScheduled | SessionRescheduled | SessionClosed | SessionVoided | AttemptRefused
