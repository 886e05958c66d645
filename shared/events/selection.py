"""Selection's events: official results, stage scores, ties decided, rankings (events.md 3b)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from shared.events.platform import AttemptRefused, ImportedRow, ListDigest, Words


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
    """Serah terima: the roster of a vacancy is handed over, once; `seats` only where a list says them."""

    scheme: str
    pack_digest: str
    roster: ListDigest
    source: str
    seats: Mapping[str, int] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """Lembar nilai: one panelist's points per criterion, as sealed under the nonce."""

    panelist: str
    points: Mapping[str, Decimal]
    nonce: str
    words: Words | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SetAside:
    """A sheet that does not count, and why."""

    panelist: str
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StageScored:
    """Nilai tahap: the marks of one stage, by part, by sheet, or as a verdict.

    `outside` is the official code of somebody who stands outside the order; `facts` are what ranking needs
    besides marks (`kind`, `gpa`).
    """

    stage: str
    parts: Mapping[str, Decimal] | None = None
    sheets: tuple[Sheet, ...] | None = None
    verdict: str | None = None
    set_aside: tuple[SetAside, ...] | None = None
    outside: str | None = None
    source: ImportedRow | None = None
    facts: Mapping[str, str] | None = None


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


ImportEvent = ResultsImported | AttemptRefused
SelectionEvent = SelectionOpened | TieDecided | RankingPublished | AttemptRefused
CandidateEvent = StageScored | AttemptRefused
