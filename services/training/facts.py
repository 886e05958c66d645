"""What training's streams say to each other, row by row, under the lock of a decision."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from shared.events import streams
from shared.events.training import (
    ClassHeld,
    ClassScheduled,
    EnrolmentCancelled,
    Lesson,
    OfficerDeparted,
    OfficerEnrolled,
    OfficerOnboarded,
    ProgrammeAdopted,
    ProgrammeRetired,
    TrainingCompleted,
)

OUTSIDE = "outside"  # the programme that outside certificates are filed under: `pauh.outside`
INDUCTION = "induction"


@dataclass(frozen=True, slots=True, kw_only=True)
class Programme:
    """What a class teaches: lesson hours, and the rule by which it is passed; empty for one that nobody adopted."""

    hours: Decimal = Decimal(0)
    rule: str = ""
    is_retired: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """A class as enrolments need it: seats, lessons, who is enrolled, who was present at each lesson that was held."""

    seats: int = 0
    lessons: tuple[Lesson, ...] = ()
    enrolled: tuple[str, ...] = ()
    present: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def begins(self) -> dt.datetime:
        """Its first lesson, of a class that has one."""
        return min(lesson.from_ for lesson in self.lessons)

    def attended(self, officer: str) -> Decimal:
        """Lesson hours at which somebody was present."""
        held = (lesson.hours for lesson in self.lessons if officer in self.present.get(lesson.id, ()))
        return sum(held, Decimal(0))


@dataclass(frozen=True, slots=True, kw_only=True)
class Officer:
    """A person's trainings: enrolments that stand, by class, with their ground; what was completed since they took over
    their post."""

    grounds: Mapping[str, str] = field(default_factory=dict)  # of classes enrolled in, completed ones too
    completed: tuple[str, ...] = ()  # streams
    inducted: bool = False
    is_departed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Booked:
    """A class's lessons, and which of them were held."""

    name: str
    lessons: tuple[Lesson, ...]
    held: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Timetable:
    """An agency's classes, each until all its lessons were held."""

    classes: tuple[Booked, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """Who took over a seat; empty: nobody."""

    officer: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """The enrolment that a certificate counted for; empty: none."""

    stream: str = ""


NO_PROGRAMME, NO_COURSE, NO_OFFICER, NO_TIMETABLE = Programme(), Course(), Officer(), Timetable()
NO_SEAT, NO_CERTIFICATE = Seat(), Certificate()


def programme_key(stream: str, act: Any) -> str | None:
    """The programme of its own stream, of a class, of an enrolment in one."""
    if streams.category(stream) not in ("programme", "class", "enrolment") or is_outside(stream):
        return None
    return streams.ident(stream)


def course_key(stream: str, act: Any) -> str | None:
    """The class of its own stream, or of an enrolment in it: `pauh.orientasi+1`."""
    if streams.category(stream) not in ("class", "enrolment") or is_outside(stream):
        return None
    return class_of(stream)


def officer_key(stream: str, act: Any) -> str | None:
    """The officer of their own stream, or of an enrolment."""
    match streams.category(stream):
        case "officer":
            return streams.ident(stream)
        case "enrolment":
            return f"{streams.agency(stream)}.{streams.parts(stream)[2]}"
    return None


def timetable_key(stream: str, act: Any) -> str | None:
    """The agency of classes and enrolments."""
    return streams.agency(stream) if streams.category(stream) in ("class", "enrolment") else None


def seat_key(stream: str, act: Any) -> str | None:
    """The seat that an officer takes over."""
    return getattr(act, "seat", None) if streams.category(stream) == "officer" else None


def certificate_key(stream: str, act: Any) -> str | None:
    """The certificate that a completion names, by its digest."""
    return getattr(act, "certificate", None) or None if streams.category(stream) == "enrolment" else None


def is_outside(stream: str) -> bool:
    """An enrolment that is an outside certificate."""
    return streams.category(stream) == "enrolment" and streams.ident(stream).endswith(f".{OUTSIDE}")


def class_of(stream: str) -> str:
    """`pauh.orientasi+1` of a class's stream or of an enrolment's."""
    return "+".join(streams.parts(stream)[:2])


def fold_programme(before: Programme, stream: str, event: Any, position: int) -> Programme:
    """Adopted, retired."""
    match event:
        case ProgrammeAdopted(hours=hours, rule=rule):
            return Programme(hours=hours, rule=rule)
        case ProgrammeRetired():
            return replace(before, is_retired=True)
    return before


def fold_course(before: Course, stream: str, event: Any, position: int) -> Course:
    """Lessons, who is enrolled, who came."""
    match event:
        case ClassScheduled(sessions=lessons, seats=seats):
            return replace(before, lessons=lessons, seats=seats)
        case ClassHeld(session=session, present=present):
            return replace(before, present={**before.present, session: present})
        case OfficerEnrolled():
            return replace(before, enrolled=(*before.enrolled, streams.parts(stream)[2]))
        case EnrolmentCancelled():
            return replace(before, enrolled=tuple(one for one in before.enrolled if one != streams.parts(stream)[2]))
    return before


def fold_officer(before: Officer, stream: str, event: Any, position: int) -> Officer:
    """Enrolled, no longer enrolled, completed; come and gone."""
    match event:
        case OfficerEnrolled(ground=ground):
            return replace(before, grounds={**before.grounds, class_of(stream): ground})
        case EnrolmentCancelled():
            left = {name: ground for name, ground in before.grounds.items() if name != class_of(stream)}
            return replace(before, grounds=left)
        case TrainingCompleted():
            return replace(
                before,
                completed=(*before.completed, stream),
                inducted=before.inducted or before.grounds.get(class_of(stream)) == INDUCTION,
            )
        case OfficerOnboarded():
            return replace(before, completed=(), inducted=False, is_departed=False)
        case OfficerDeparted():
            return replace(before, is_departed=True)
    return before


def fold_timetable(before: Timetable, stream: str, event: Any, position: int) -> Timetable:
    """Lessons to come. A class that was held to its end takes nobody's time any more."""
    name = class_of(stream)
    match event:
        case ClassScheduled(sessions=lessons):
            return Timetable(classes=(*before.classes, Booked(name=name, lessons=lessons)))
        case ClassHeld(session=session):
            rows = (replace(one, held=(*one.held, session)) if one.name == name else one for one in before.classes)
            return Timetable(classes=tuple(one for one in rows if len(one.held) < len(one.lessons)))
    return before


def fold_seat(before: Seat, stream: str, event: Any, position: int) -> Seat:
    """Taken over."""
    return Seat(officer=streams.ident(stream)) if isinstance(event, OfficerOnboarded) else before


def fold_certificate(before: Certificate, stream: str, event: Any, position: int) -> Certificate:
    """Counted."""
    return Certificate(stream=stream) if isinstance(event, TrainingCompleted) else before


def overlap(ours: tuple[Lesson, ...], theirs: tuple[Lesson, ...]) -> bool:
    """Whether two lessons are at one time, half-open."""
    return any(one.from_ < other.to and other.from_ < one.to for one in ours for other in theirs)
