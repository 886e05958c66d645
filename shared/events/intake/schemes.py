"""What a notice promises: formations, requirements, and the whole scheme of scoring, frozen before anybody applies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Formation:
    """Formasi: how many seats of one kind of need (jenis kebutuhan), and the educations that qualify."""

    kind: str
    seats: int
    educations: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement:
    """Persyaratan: its id is what a finding cites; `accepts` are codes that meet it, `documents` the kinds that prove
    it."""

    id: str
    words: str
    accepts: tuple[str, ...]
    documents: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """What a panelist marks: its weight of 100, and five anchors in words, the lowest first."""

    id: str
    words: str
    weight: Decimal
    anchors: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemeStage:
    """Tahap: `sight` blind, open or cat; `weight` of 100. `parts` are maxima in points; in a stage that the notice
    composes (SKB) the percent of each method; a panel marks `criteria` instead. `questions` is a digest."""

    id: str
    method: str
    sight: str
    weight: Decimal
    max: Decimal
    attendance: str
    parts: Mapping[str, Decimal] | None = None
    criteria: tuple[Criterion, ...] | None = None
    floor: Mapping[str, Decimal] | None = None
    cut: str | None = None
    aggregate: str | None = None
    panel: Mapping[str, int] | None = None
    questions: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Scheme:
    """Skema penilaian: stages in order, how they are summed, rounded, and how equals are told apart. `level` is the
    level of government (central, regional); `goals` quote the region's plan."""

    stages: tuple[SchemeStage, ...]
    formula: str
    rounding: str
    ties: tuple[str, ...]
    level: str
    goals: tuple[str, ...] | None = None
