"""A vacancy from its notice to the result of the document check; it names no applicant in public."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from shared.events.intake.schemes import Formation, Requirement, Scheme
from shared.events.platform import AttemptRefused, ImportedRow, ListDigest


@dataclass(frozen=True, slots=True, kw_only=True)
class VacancyListed:
    """Formasi resmi: a vacancy that an official list announces, published elsewhere."""

    unit: str
    post: str
    formations: tuple[Formation, ...]
    source: ImportedRow


@dataclass(frozen=True, slots=True, kw_only=True)
class VacancyPublished:
    """Pengumuman: the notice, with everything that it freezes; `key` is the digest of the key that makes its aliases.

    `timeline` holds `apply_from` and `until` (half-open) at least; `needs` are the needs whose seats it advertises.
    """

    round: str
    unit: str
    post: str
    analysis: int
    needs: tuple[str, ...]
    formations: tuple[Formation, ...]
    requirements: tuple[Requirement, ...]
    pack: str
    pack_digest: str
    scheme: Scheme
    timeline: Mapping[str, dt.datetime]
    key: str
    ok: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class VacancyAnnounced:
    """Penyebaran: where the notice was also put up, with the digest of the proof."""

    channel: str
    place: str
    evidence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Outage:
    """Gangguan: from when to when people could not apply."""

    from_: dt.datetime
    to: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadlineExtended:
    """Perpanjangan: a window stays open until a later instant, and why."""

    window: str
    until: dt.datetime
    cause: str
    words: str
    outage: Outage | None = None
    ok: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class VacancyCancelled:
    """Pembatalan, by the PPK, in public words."""

    reason: str
    words: str
    ok: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationsClosed:
    """Penutupan: the roll of those who applied in time, as of a position; counts by group stay hidden."""

    roll: ListDigest
    as_of: int
    submitted: Mapping[str, int]
    abandoned: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tie:
    """Hubungan: what ties a verifier or panelist to one application."""

    application: str
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifierAssigned:
    """Penugasan: a verifier has signed for the drawn files, and declared how many ties."""

    verifier: str
    list: ListDigest
    beacon: str
    tie_count: int
    ties: tuple[Tie, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckResultAnnounced:
    """Hasil administrasi: version n of who meets the requirements; objections until an instant (half-open)."""

    version: int
    meets: ListDigest
    fails: int
    as_of: int
    until: dt.datetime
    words: str | None = None


VacancyEvent = (
    VacancyListed
    | VacancyPublished
    | VacancyAnnounced
    | DeadlineExtended
    | VacancyCancelled
    | ApplicationsClosed
    | VerifierAssigned
    | CheckResultAnnounced
    | AttemptRefused
)
