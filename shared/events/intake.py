"""Intake's events: vacancies that were published elsewhere, and the rule packs in force."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from shared.events.platform import AttemptRefused, ImportedRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Formation:
    """Formasi: how many seats of one kind of need (jenis kebutuhan), and the educations that qualify."""

    kind: str
    seats: int
    educations: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class VacancyListed:
    """Formasi resmi: a vacancy that an official list announces, published elsewhere."""

    unit: str
    post: str
    formations: tuple[Formation, ...]
    source: ImportedRow


@dataclass(frozen=True, slots=True, kw_only=True)
class RulePackAdopted:
    """Paket aturan: from this day these rules, known by the digest of their canonical bytes."""

    version: int
    digest: str
    law: tuple[str, ...]
    vectors: str
    from_: dt.date
    ok: str | None = None


VacancyEvent = VacancyListed | AttemptRefused
RulePackEvent = RulePackAdopted | AttemptRefused
