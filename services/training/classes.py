"""A class of a programme: its lessons are set before the first, and each is held once, with a roll that names exactly
those who are enrolled.

No trainer teaches at two places at once; that nobody learns at two is the enrolment's to see.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import pairwise

from services.training.facts import Course, Programme, Timetable, overlap
from shared.events import Refused
from shared.events.training import ClassEvent, ClassHeld, ClassScheduled, Lesson
from shared.rules.calendar import arrived

MOST_SEATS = 500
MOST_LESSONS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleClass:
    """Menjadwalkan kelas: lessons in their order, whose hours are the programme's, and so many seats."""

    sessions: tuple[Lesson, ...]
    seats: int
    at: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldLesson:
    """Mengisi daftar hadir, by the lesson's trainer, once it is over: who came and who did not."""

    session: str
    present: tuple[str, ...]
    absent: tuple[str, ...]
    by: str | None = None
    at: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """The programme, who is enrolled, and when the agency's other classes are."""

    programme: Programme
    course: Course
    timetable: Timetable


@dataclass(frozen=True, slots=True, kw_only=True)
class Scheduled:
    """Its lessons, and those that were held."""

    scheduled: ClassScheduled
    held: tuple[ClassHeld, ...] = field(default=())


Command = ScheduleClass | HoldLesson
State = Scheduled | None
initial: State = None


def decide(command: Command, state: State, facts: Facts) -> list[ClassEvent]:
    """One row, one rule; the first that fits decides."""
    match state, command:
        case None, ScheduleClass():
            return _scheduled(command, facts)
        case Scheduled(scheduled=before), ScheduleClass() if before == _event(command):
            return []
        case _, ScheduleClass():
            raise Refused("class.scheduled_already")
        case Scheduled(), HoldLesson():
            return _held(command, state, facts.course)
    raise Refused("class.unknown")


def evolve(state: State, event: ClassEvent) -> State:
    """What is true once it has happened."""
    match state, event:
        case None, ClassScheduled():
            return Scheduled(scheduled=event)
        case Scheduled(), ClassHeld():
            return replace(state, held=(*state.held, event))
    return state


def _scheduled(command: ScheduleClass, facts: Facts) -> list[ClassEvent]:
    """Of a programme in force, ahead of its first lesson, whole, with trainers who are free."""
    if not facts.programme.rule:
        raise Refused("programme.unknown")
    if facts.programme.is_retired:
        raise Refused("programme.retired")
    if not 1 <= command.seats <= MOST_SEATS:
        raise Refused("class.seats")
    _check_lessons(command.sessions)
    if sum((lesson.hours for lesson in command.sessions), Decimal(0)) != facts.programme.hours:
        raise Refused("class.hours")
    if arrived(command.at) >= command.sessions[0].from_:
        raise Refused("class.past")
    for lesson in command.sessions:
        if overlap((lesson,), _taught_by(lesson.trainer, facts.timetable)):
            raise Refused("class.trainer_busy")
    return [_event(command)]


def _check_lessons(lessons: tuple[Lesson, ...]) -> None:
    """Each with a name of its own and hours, one after the other."""
    if not 1 <= len(lessons) <= MOST_LESSONS or len({lesson.id for lesson in lessons}) < len(lessons):
        raise Refused("class.sessions")
    if any(lesson.from_ >= lesson.to or not (lesson.hours.is_finite() and lesson.hours > 0) for lesson in lessons):
        raise Refused("class.sessions")
    if any(one.to > other.from_ for one, other in pairwise(lessons)):
        raise Refused("class.sessions")


def _held(command: HoldLesson, state: Scheduled, course: Course) -> list[ClassEvent]:
    """By its trainer, over, and everybody who is enrolled stands once on the roll."""
    lesson = next((one for one in state.scheduled.sessions if one.id == command.session), None)
    if lesson is None:
        raise Refused("class.session_unknown")
    if lesson.trainer != command.by:
        raise Refused("class.other_trainer")
    made = ClassHeld(
        session=lesson.id, trainer=lesson.trainer, from_=lesson.from_, to=lesson.to, hours=lesson.hours,
        present=command.present, absent=command.absent,
    )  # fmt: skip
    if made in state.held:
        return []
    if any(one.session == lesson.id for one in state.held):
        raise Refused("class.held_already")
    if arrived(command.at) < lesson.to:
        raise Refused("class.not_over")
    if sorted((*command.present, *command.absent)) != sorted(course.enrolled):
        raise Refused("class.roll")
    return [made]


def _taught_by(trainer: str, timetable: Timetable) -> tuple[Lesson, ...]:
    return tuple(one for booked in timetable.classes for one in booked.lessons if one.trainer == trainer)


def _event(command: ScheduleClass) -> ClassScheduled:
    return ClassScheduled(sessions=command.sessions, seats=command.seats)
