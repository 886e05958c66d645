"""Training's events: programmes, classes, enrolments, an officer's first year (events.md 3c)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from shared.events.platform import AttemptRefused


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgrammeAdopted:
    """Diklat: what is taught, for which competences, in how many lesson hours (JP), passed by which rule, by whom."""

    words: str
    kind: str
    competences: tuple[str, ...]
    hours: Decimal
    rule: str
    provider: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgrammeRetired:
    """No further class of it."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InductionOrdered:
    """Orientasi kelompok baru: who takes over one of these posts from a day on is enrolled once, within days."""

    posts: tuple[str, ...]
    within: int
    from_: dt.date


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """Sesi kelas: when, how many lesson hours, by which trainer."""

    id: str
    from_: dt.datetime
    to: dt.datetime
    hours: Decimal
    trainer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassScheduled:
    """Jadwal: a class of so many seats, with its lessons."""

    sessions: tuple[Lesson, ...]
    seats: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassHeld:
    """Daftar hadir: one lesson was held; who came and who did not, by their ids."""

    session: str
    trainer: str
    from_: dt.datetime
    to: dt.datetime
    hours: Decimal
    present: tuple[str, ...]
    absent: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficerEnrolled:
    """Peserta: by plan, induction, support or own wish; `cause` names the event behind it."""

    ground: str
    cause: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EnrolmentCancelled:
    """No longer enrolled, and why."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingCompleted:
    """Selesai: so many lesson hours on a day; the certificate's digest counts once."""

    hours: Decimal
    on: dt.date
    certificate: str
    result: Decimal | None = None
    provider: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficerOnboarded:
    """SPMT: an appointed candidate has taken over a post in a unit, with a mentor; on probation until a day."""

    seat: str
    alias: str
    unit: str
    post: str
    on: dt.date
    mentor: str
    probation_until: dt.date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbationConcluded:
    """Masa percobaan: passed, extended until a day, or ended; on these trainings, by decree."""

    outcome: str
    trainings: tuple[str, ...]
    decree: str
    on: dt.date
    until: dt.date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficerDeparted:
    """Berhenti: from a day on, and why."""

    reason: str
    on: dt.date


ProgrammeEvent = ProgrammeAdopted | ProgrammeRetired | InductionOrdered | AttemptRefused
ClassEvent = ClassScheduled | ClassHeld | AttemptRefused
EnrolmentEvent = OfficerEnrolled | EnrolmentCancelled | TrainingCompleted | AttemptRefused
OfficerEvent = OfficerOnboarded | ProbationConcluded | OfficerDeparted | AttemptRefused
