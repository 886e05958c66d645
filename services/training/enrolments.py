"""One officer in one class: enrolled once while there is a seat and time for it, completed by attendance, with a
certificate that counts once.

Its stream's name is made of class and officer, so a second enrolment meets the first here. An outside certificate has a
stream of its own, by its digest.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from services.training.facts import (
    INDUCTION,
    OUTSIDE,
    Certificate,
    Course,
    Officer,
    Programme,
    Timetable,
    overlap,
)
from services.training.passing import Passing, passing
from shared.events import Refused
from shared.events.training import EnrolmentCancelled, EnrolmentEvent, Lesson, OfficerEnrolled, TrainingCompleted
from shared.rules.calendar import arrived, day_of

GROUNDS = ("plan", INDUCTION, "support", "own")
BEST = Decimal(100)  # result of a test
MOST_HOURS = Decimal(2000)
_DIGEST = re.compile("[0-9a-f]{64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class EnrolOfficer:
    """Mendaftarkan peserta: by plan, induction, support or own wish; `cause` names what it follows from.

    `officer` is whom the stream names.
    """

    PREPARED: ClassVar = ("officer",)

    ground: str
    cause: str
    officer: str = ""
    at: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AwaitClass:
    """No open class fits an officer who is to be enrolled. Always refused: what a reaction could not do stays on the
    worklist until a class is scheduled that fits."""

    ground: str
    cause: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelEnrolment:
    """Membatalkan peserta, before they have attended anything."""

    PREPARED: ClassVar = ("officer",)

    reason: str
    officer: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CompleteTraining:
    """Menyatakan selesai, by a trainer of the class: attended as its rule asks, and tested where it asks for it."""

    PREPARED: ClassVar = ("officer",)

    on: dt.date
    certificate: str
    result: Decimal | None = None
    officer: str = ""
    by: str | None = None
    at: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordOutsideTraining:
    """Mencatat pelatihan luar: somebody else's certificate; `certificate` is the digest that the stream names."""

    PREPARED: ClassVar = ("certificate",)

    hours: Decimal
    on: dt.date
    provider: str
    result: Decimal | None = None
    certificate: str = ""
    at: str | None = None
    id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """The programme, the class, the officer's trainings, when the agency's classes are, whether the certificate
    counted."""

    programme: Programme
    course: Course
    officer: Officer
    timetable: Timetable
    certificate: Certificate


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolled:
    """In the class."""

    enrolled: OfficerEnrolled


@dataclass(frozen=True, slots=True, kw_only=True)
class Cancelled:
    """Out of it, for good: another class is another stream."""

    cancelled: EnrolmentCancelled


@dataclass(frozen=True, slots=True, kw_only=True)
class Completed:
    """Done, with a certificate."""

    completed: TrainingCompleted


Command = EnrolOfficer | AwaitClass | CancelEnrolment | CompleteTraining | RecordOutsideTraining
State = Enrolled | Cancelled | Completed | None
initial: State = None


def decide(command: Command, state: State, facts: Facts) -> list[EnrolmentEvent]:
    """One row, one rule; the first that fits decides."""
    match state, command:
        case _, AwaitClass():
            raise Refused("class.none_fits")
        case _, RecordOutsideTraining(id=id) if not (id or "").endswith(f".{OUTSIDE}"):
            raise Refused("training.not_outside")
        case None, RecordOutsideTraining():
            return _recorded(command, facts.certificate)
        case Completed(completed=before), RecordOutsideTraining() if before == _outside(command):
            return []
        case _, RecordOutsideTraining():
            raise Refused("certificate.counted")
        case None, EnrolOfficer():
            return _enrolled(command, facts)
        case Enrolled() | Completed(), EnrolOfficer():
            return []
        case Enrolled(), CancelEnrolment():
            return _cancelled(command, facts.course)
        case Cancelled(), CancelEnrolment():
            return []
        case Enrolled(), CompleteTraining():
            return _completed(command, facts)
        case Completed(completed=before), CompleteTraining() if _again(command, before):
            return []
        case None, _:
            raise Refused("enrolment.unknown")
        case Cancelled(), _:
            raise Refused("enrolment.cancelled")
    raise Refused("enrolment.completed")


def evolve(state: State, event: EnrolmentEvent) -> State:
    """What is true once it has happened."""
    match event:
        case OfficerEnrolled():
            return Enrolled(enrolled=event)
        case EnrolmentCancelled():
            return Cancelled(cancelled=event)
        case TrainingCompleted():
            return Completed(completed=event)
    return state


def _enrolled(command: EnrolOfficer, facts: Facts) -> list[EnrolmentEvent]:
    """Before the class begins, into a seat that is free, at hours at which the officer is nowhere else."""
    if command.ground not in GROUNDS:
        raise Refused("enrolment.ground")
    if not facts.course.lessons:
        raise Refused("class.unknown")
    if facts.officer.is_departed:
        raise Refused("officer.departed")
    if arrived(command.at) >= facts.course.begins or facts.course.present:
        raise Refused("class.begun")
    if len(facts.course.enrolled) >= facts.course.seats:
        raise Refused("class.full")
    if overlap(facts.course.lessons, _busy(command.officer, facts)):
        raise Refused("enrolment.two_places")
    return [OfficerEnrolled(ground=command.ground, cause=command.cause)]


def _busy(officer: str, facts: Facts) -> tuple[Lesson, ...]:
    """Lessons to come at which the officer learns or teaches."""
    return tuple(
        lesson
        for booked in facts.timetable.classes
        for lesson in booked.lessons
        if booked.name in facts.officer.grounds or lesson.trainer == officer
    )


def _cancelled(command: CancelEnrolment, course: Course) -> list[EnrolmentEvent]:
    if course.attended(command.officer):
        raise Refused("enrolment.attended")
    return [EnrolmentCancelled(reason=command.reason)]


def _completed(command: CompleteTraining, facts: Facts) -> list[EnrolmentEvent]:
    """By who taught it; attended, tested, certified once. The programme's hours count, whatever a body says."""
    rule = passing(facts.programme.rule) or Passing()
    if command.by not in {lesson.trainer for lesson in facts.course.lessons}:
        raise Refused("class.other_trainer")
    if facts.course.attended(command.officer) < rule.hours(facts.programme.hours):
        raise Refused("training.attendance")
    _check_test(command.result, rule)
    if command.on < day_of(_last(command.officer, facts.course)):
        raise Refused("training.day")
    made = TrainingCompleted(
        hours=facts.programme.hours, on=command.on, certificate=command.certificate, result=command.result
    )
    _check_certificate(made, facts.certificate, command.at)
    return [made]


def _check_test(result: Decimal | None, rule: Passing) -> None:
    if result is not None and not (result.is_finite() and 0 <= result <= BEST):
        raise Refused("training.result")
    if rule.test is not None and result is None:
        raise Refused("training.untested")
    if rule.test is not None and result is not None and result < rule.test:
        raise Refused("training.failed")


def _last(officer: str, course: Course) -> dt.datetime:
    """The end of the last lesson that somebody attended."""
    return max(lesson.to for lesson in course.lessons if officer in course.present.get(lesson.id, ()))


def _recorded(command: RecordOutsideTraining, certificate: Certificate) -> list[EnrolmentEvent]:
    """By whom it was taught, for how long, once."""
    if not (command.hours.is_finite() and 0 < command.hours <= MOST_HOURS) or not command.provider.strip():
        raise Refused("training.hours")
    if command.result is not None and not (command.result.is_finite() and 0 <= command.result <= BEST):
        raise Refused("training.result")
    made = _outside(command)
    _check_certificate(made, certificate, command.at)
    return [made]


def _check_certificate(made: TrainingCompleted, certificate: Certificate, at: str | None) -> None:
    """A digest that has not counted, for anybody, of a day that has come."""
    if not _DIGEST.fullmatch(made.certificate):
        raise Refused("certificate.form")
    if certificate.stream:
        raise Refused("certificate.counted")
    if made.on > day_of(arrived(at)):
        raise Refused("training.day")


def _outside(command: RecordOutsideTraining) -> TrainingCompleted:
    return TrainingCompleted(
        hours=command.hours, on=command.on, certificate=command.certificate, result=command.result,
        provider=command.provider,
    )  # fmt: skip


def _again(command: CompleteTraining, before: TrainingCompleted) -> bool:
    return (command.on, command.certificate, command.result) == (before.on, before.certificate, before.result)
