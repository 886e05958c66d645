"""The selection of a vacancy, its procedure alone: handed over, opened, announced, ranked, fixed (events.md 3b)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from shared.events.intake.schemes import Scheme
from shared.events.platform import AttemptRefused, ListDigest
from shared.events.selection.seats import ExternalOpinionRecorded


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultsImported:
    """Hasil resmi: a list of results is on record; for its rows it is the attendance, too."""

    body: str
    stages: tuple[str, ...]
    rows: int
    vacancies: int
    ok: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SelectionOpened:
    """Serah terima: the roster of a vacancy is handed over, once; `seats` only where a list says them.

    `terms` is the notice's scheme whole, of which `scheme` is the digest: absent where an official list was scored
    elsewhere.
    """

    scheme: str
    pack_digest: str
    roster: ListDigest
    source: str
    seats: Mapping[str, int] | None = None
    terms: Scheme | None = None
    round: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterAmended:
    """Perubahan peserta: who came in and who went out after the handover, by alias, and on which ground."""

    added: tuple[str, ...]
    removed: tuple[str, ...]
    ground: str
    roster: ListDigest
    ok: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MissingSheets:
    """A panelist whose `n` sheets are not there at the opening, and why."""

    panelist: str
    n: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoresOpened:
    """Pembukaan nilai, by the clock: the seals of a stage as a list, of so many candidates; what is missing is
    named."""

    stage: str
    seals: ListDigest
    candidates: int
    missing: tuple[MissingSheets, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StageResultAnnounced:
    """Hasil tahap: version n of a stage's marks, and who goes on to the next; objections until an instant
    (half-open)."""

    stage: str
    version: int
    as_of: int
    list: ListDigest
    next: ListDigest
    counts: Mapping[str, int]
    until: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class StageAnnulled:
    """Tahap batal: its marks do not count, by an order."""

    stage: str
    order: str
    words: str
    ok: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SelectionCancelled:
    """Seleksi batal, by the PPK, in public words."""

    reason: str
    words: str
    ok: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TieDecided:
    """Putusan nilai sama: the order of aliases that are equal on every step of the law."""

    as_of: int
    order: tuple[str, ...]
    how: str
    minutes: str
    ok: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RankedRow:
    """One place: the sum of each stage after its steps, and the final score."""

    place: int
    alias: str
    kind: str
    stages: Mapping[str, Decimal]
    final: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class RankingPublished:
    """Peringkat: version n of a vacancy's order, computed from the first `as_of` events of this ledger.

    `by_age` keeps the orders that age alone decided, the one step that events cannot repeat.
    """

    version: int
    ground: str
    as_of: int
    list: ListDigest
    head: tuple[RankedRow, ...]
    by_age: tuple[tuple[str, ...], ...] = ()
    until: dt.datetime | None = None
    words: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RankingFixed:
    """Penetapan hasil, by the chair: this version holds; `minutes` is the digest of the signed record."""

    version: int
    minutes: str
    ok: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectionWindowExtended:
    """Perpanjangan masa sanggah of an announcement (a ranking's version, or a stage's), for everybody."""

    announcement: int
    until: dt.datetime
    words: str
    stage: str | None = None
    ok: str | None = None


ImportEvent = ResultsImported | AttemptRefused
SelectionEvent = (
    SelectionOpened
    | RosterAmended
    | ScoresOpened
    | StageResultAnnounced
    | StageAnnulled
    | SelectionCancelled
    | TieDecided
    | RankingPublished
    | RankingFixed
    | ObjectionWindowExtended
    | ExternalOpinionRecorded
    | AttemptRefused
)
