"""What is needed and when: job analyses, needs, acting officers, rounds, the rule packs in force."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from shared.events.platform import AttemptRefused


@dataclass(frozen=True, slots=True, kw_only=True)
class JobAnalysisAdopted:
    """Anjab: what a post is, in fifteen items `a` to `o` (Peraturan BKN 9/2022 art. 3); `class` is the kelas
    jabatan."""

    version: int
    items: Mapping[str, str]
    competences: tuple[str, ...]
    class_: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ActingOfficerAssigned:
    """Plt.: somebody acts on this post of a unit, first and last day; the decree says who."""

    unit: str
    from_: dt.date
    until: dt.date
    decree: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """Uraian tugas: `volume` times `per` (year, month, week, day), each of `minutes`."""

    words: str
    volume: Decimal
    per: str
    minutes: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedProposed:
    """Usul kebutuhan by workload (ABK): `staff` (bezetting) on 31 December, `hours` of effective time a year, `pack`
    the rule of rounding, `seats` asked for."""

    analysis: int
    tasks: tuple[Task, ...]
    staff: int
    hours: Decimal
    pack: str
    seats: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedRecommended:
    """Pertimbangan teknis: how many seats BKN recommends, by its letter."""

    seats: int
    letter: str
    words: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedApproved:
    """Penetapan kebutuhan: how many seats the ministry fixed, by its decree, from a day on; 0 is a refusal."""

    seats: int
    decree: str
    on: dt.date


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundOpened:
    """Putaran: one kind (cpns, pppk, school, jpt, local), decree and calendar for all its vacancies."""

    kind: str
    decree: str
    calendar: Mapping[str, dt.date]
    words: str
    ok: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundClosed:
    """The round is over: every vacancy closed, every seat decided."""

    on: dt.date


@dataclass(frozen=True, slots=True, kw_only=True)
class RulePackAdopted:
    """Paket aturan: from this day these rules, known by the digest of their canonical bytes."""

    version: int
    digest: str
    law: tuple[str, ...]
    vectors: str
    from_: dt.date
    ok: str | None = None


PostEvent = JobAnalysisAdopted | ActingOfficerAssigned | AttemptRefused
NeedEvent = NeedProposed | NeedRecommended | NeedApproved | AttemptRefused
RoundEvent = RoundOpened | RoundClosed | AttemptRefused
RulePackEvent = RulePackAdopted | AttemptRefused
