"""Feedback's events: citizens' surveys, evaluations, coworkers, complaints, support (events.md 3d)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from shared.events.platform import AttemptRefused, ListDigest, Words


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitCodesIssued:
    """Kode kunjungan: a counter's batch for so many visits, one in `every`; no code leads to a person."""

    counter: str
    visits: int
    every: int
    codes: int
    until: dt.date
    beacon: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedbackReceived:
    """Penilaian warga (SKM): answers 1 to 4 by element `u1` to `u9`; nothing leads to the visit."""

    instrument: str
    answers: Mapping[str, int]
    channel: str
    words: Words | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyResultPublished:
    """Hasil SKM of a service in a period (Permenpan RB 14/2017): means by element, the index and its grade."""

    period: str
    codes: int
    respondents: int
    means: Mapping[str, Decimal]
    value: Decimal
    grade: str
    as_of: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Sasaran: what is measured, and what is expected by when."""

    id: str
    measure: str
    target: Decimal
    until: dt.date


@dataclass(frozen=True, slots=True, kw_only=True)
class PerformancePlanAgreed:
    """SKP: what head and officer expect of a period."""

    targets: tuple[Target, ...]
    words: Words


@dataclass(frozen=True, slots=True, kw_only=True)
class CoworkersAsked:
    """Undian rekan: so many of each group were drawn from those eligible by a public value; answers end at `until`."""

    groups: Mapping[str, int]
    eligible: ListDigest
    beacon: str
    until: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CoworkerFeedbackGiven:
    """Umpan balik rekan: one coworker's answers 1 to 3 by behaviour `b1` to `b7`; who it was is not stored."""

    group: str
    answers: Mapping[str, int]
    words: Words | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficerEvaluated:
    """Predikat: results and behaviours against expectation, and the grade that follows (Permenpan RB 6/2022)."""

    results: str
    behaviours: Mapping[str, str]
    grade: str
    coworkers: int
    words: Words
    pack_digest: str
    survey: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficerReplied:
    """Tanggapan: the officer answers the evaluation at this version."""

    to: int
    words: Words


@dataclass(frozen=True, slots=True, kw_only=True)
class ComplaintFiled:
    """Pengaduan about a unit's service, by kind; the words lie in the vault."""

    unit: str
    service: str
    kind: str
    words: Words


@dataclass(frozen=True, slots=True, kw_only=True)
class ComplaintAnswered:
    """Jawaban of the unit, with the measure that it takes."""

    words: Words
    measure: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ComplaintClosed:
    """The handler closes it."""

    outcome: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """Tindakan: facilities, process, staffing or competence (then by a programme), done by a day."""

    id: str
    kind: str
    until: dt.date
    programme: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SupportPlanOpened:
    """Rencana dukungan: what fell short, what is to be done, for whom, looked at again on a day."""

    cause: str
    gaps: tuple[str, ...]
    measures: tuple[Measure, ...]
    officers: tuple[str, ...]
    review: dt.date
    mentor: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SupportPlanProgressed:
    """Kemajuan: a gap's cause is named with a measure, or a measure was agreed, done or missed."""

    measure: str
    state: str
    kind: str | None = None
    gap: str | None = None
    cause: str | None = None
    until: dt.date | None = None
    words: Words | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SupportPlanClosed:
    """Penutupan: only on a new measurement or evaluation, which is cited."""

    outcome: str
    trainings: tuple[str, ...]
    evaluation: str


SurveyEvent = VisitCodesIssued | FeedbackReceived | AttemptRefused
ServiceEvent = SurveyResultPublished | AttemptRefused
EvaluationEvent = PerformancePlanAgreed | CoworkersAsked | OfficerEvaluated | OfficerReplied | AttemptRefused
ReviewEvent = CoworkerFeedbackGiven | AttemptRefused
ComplaintEvent = ComplaintFiled | ComplaintAnswered | ComplaintClosed | AttemptRefused
SupportEvent = SupportPlanOpened | SupportPlanProgressed | SupportPlanClosed | AttemptRefused
