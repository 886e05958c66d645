"""A class: lessons are set before the first, each is held once, and its roll names exactly those who are enrolled
(domain.md 7a)."""

from dataclasses import replace
from decimal import Decimal

import pytest

from services.training import classes
from services.training.classes import Facts, HoldLesson, ScheduleClass
from services.training.facts import Programme
from shared.events import instant
from shared.events.training import ClassHeld
from tests.domain.specification import Specification
from tests.domain.training_world import (
    COURSE,
    LESSONS,
    ME,
    NOTHING,
    OTHER,
    PROGRAMME,
    SCHEDULED,
    TRAINER,
    YOU,
    at,
    elsewhere,
    lesson,
)

FULL = replace(COURSE, enrolled=(ME, YOU))
FACTS = Facts(programme=PROGRAMME, course=FULL, timetable=NOTHING)
RULES = Specification(classes, FACTS)
SCHEDULE = ScheduleClass(sessions=LESSONS, seats=2, at=instant(at(1, 9)))
HOLD = HoldLesson(session="s1", present=(ME,), absent=(YOU,), by=TRAINER, at=instant(at(8, 12)))
HELD = ClassHeld(
    session="s1", trainer=TRAINER, from_=at(8, 8), to=at(8, 12), hours=Decimal(4), present=(ME,), absent=(YOU,)
)


def test_a_class_is_scheduled_once() -> None:
    RULES.given().when(SCHEDULE).then(SCHEDULED)
    RULES.given(SCHEDULED).when(SCHEDULE).then()
    RULES.given(SCHEDULED).when(replace(SCHEDULE, seats=3)).refused("class.scheduled_already")


def test_of_a_programme_in_force_alone() -> None:
    RULES.given().when(SCHEDULE, replace(FACTS, programme=Programme())).refused("programme.unknown")
    retired = replace(FACTS, programme=replace(PROGRAMME, is_retired=True))
    RULES.given().when(SCHEDULE, retired).refused("programme.retired")


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"seats": 0}, "class.seats"),
        ({"seats": 501}, "class.seats"),
        ({"sessions": ()}, "class.sessions"),
        ({"sessions": (lesson("s1", 8), lesson("s1", 9))}, "class.sessions"),
        ({"sessions": (lesson("s1", 8, 12, 8), lesson("s2", 9))}, "class.sessions"),
        ({"sessions": (replace(LESSONS[0], hours=Decimal(0)), LESSONS[1])}, "class.sessions"),
        ({"sessions": (replace(LESSONS[0], hours=Decimal("NaN")), LESSONS[1])}, "class.sessions"),
        ({"sessions": (LESSONS[1], LESSONS[0])}, "class.sessions"),
        ({"sessions": (lesson("s1", 8), lesson("s2", 8, 11, 15))}, "class.sessions"),
        ({"sessions": (lesson("s1", 8),)}, "class.hours"),
        ({"at": instant(at(8, 8))}, "class.past"),
        ({"at": None}, "class.past"),
    ],
)
def test_whole_and_ahead_of_its_first_lesson(changed: dict[str, object], code: str) -> None:
    RULES.given().when(replace(SCHEDULE, **changed)).refused(code)  # type: ignore[arg-type]


def test_no_trainer_teaches_at_two_places() -> None:
    other = elsewhere(lesson("x", 9, 11, 13))
    RULES.given().when(SCHEDULE, replace(FACTS, timetable=other)).refused("class.trainer_busy")
    after = elsewhere(lesson("x", 9, 12, 14), lesson("y", 9, trainer=OTHER))
    RULES.given().when(SCHEDULE, replace(FACTS, timetable=after)).then(SCHEDULED)


def test_a_lesson_is_held_once_by_its_trainer_and_when_it_is_over() -> None:
    RULES.given(SCHEDULED).when(HOLD).then(HELD)
    RULES.given(SCHEDULED, HELD).when(HOLD).then()
    RULES.given(SCHEDULED, HELD).when(replace(HOLD, present=(ME, YOU), absent=())).refused("class.held_already")
    RULES.given().when(HOLD).refused("class.unknown")
    RULES.given(HELD).when(HOLD).refused("class.unknown")
    RULES.given(SCHEDULED).when(replace(HOLD, session="s9")).refused("class.session_unknown")
    RULES.given(SCHEDULED).when(replace(HOLD, by=OTHER)).refused("class.other_trainer")
    RULES.given(SCHEDULED).when(replace(HOLD, at=instant(at(8, 11)))).refused("class.not_over")


@pytest.mark.parametrize(
    ("present", "absent"), [((ME,), ()), ((ME, YOU, OTHER), ()), ((ME, YOU), (YOU,)), ((ME, ME), ()), ((), ())]
)
def test_the_roll_is_exactly_those_who_are_enrolled(present: tuple[str, ...], absent: tuple[str, ...]) -> None:
    RULES.given(SCHEDULED).when(replace(HOLD, present=present, absent=absent)).refused("class.roll")
