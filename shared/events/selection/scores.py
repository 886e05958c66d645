"""The marks of one stage of one candidacy (events.md 3b)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from shared.events.platform import ImportedRow, Words


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
