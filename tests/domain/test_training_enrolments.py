"""An enrolment: once per class, while there is a seat and time; completed by attendance and test; a certificate counts
once (domain.md 7, 7a)."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given as every
from hypothesis import strategies as st

from services.training import enrolments
from services.training.enrolments import (
    AwaitClass,
    CancelEnrolment,
    CompleteTraining,
    EnrolOfficer,
    Facts,
    RecordOutsideTraining,
)
from services.training.facts import Certificate, Course, Officer, Programme
from shared.events import Refused, instant
from shared.events.platform import AttemptRefused
from shared.events.training import EnrolmentCancelled, OfficerEnrolled, TrainingCompleted
from tests.domain.specification import Specification
from tests.domain.training_world import (
    COURSE,
    DIGEST,
    ME,
    NOTHING,
    OTHER,
    PROGRAMME,
    TRAINER,
    YOU,
    at,
    elsewhere,
    lesson,
)

FACTS = Facts(programme=PROGRAMME, course=COURSE, officer=Officer(), timetable=NOTHING, certificate=Certificate())
RULES = Specification(enrolments, FACTS)
ENROL = EnrolOfficer(ground="induction", cause="training:41", officer=ME, at=instant(at(1, 9)))
ENROLLED = OfficerEnrolled(ground="induction", cause="training:41")
CANCEL, CANCELLED = CancelEnrolment(reason="moved_post", officer=ME), EnrolmentCancelled(reason="moved_post")
BOTH = replace(FACTS, course=replace(COURSE, enrolled=(ME,), present={"s1": (ME, YOU), "s2": (ME,)}))
COMPLETE = CompleteTraining(
    on=dt.date(2027, 3, 10), certificate=DIGEST, result=Decimal(80), officer=ME, by=TRAINER, at=instant(at(10, 9))
)
COMPLETED = TrainingCompleted(hours=Decimal(8), on=dt.date(2027, 3, 10), certificate=DIGEST, result=Decimal(80))
RECORD = RecordOutsideTraining(
    hours=Decimal("4.5"), on=dt.date(2027, 2, 12), provider="Kemenkes", certificate=DIGEST, at=instant(at(1, 9)),
    id="pauh.outside",
)  # fmt: skip
RECORDED = TrainingCompleted(hours=Decimal("4.5"), on=dt.date(2027, 2, 12), certificate=DIGEST, provider="Kemenkes")


def test_an_officer_is_enrolled_once_in_a_class() -> None:
    """TEST 39: again -> 0."""
    RULES.given().when(ENROL).then(ENROLLED)
    RULES.given(ENROLLED).when(ENROL).then()
    RULES.given(ENROLLED).when(replace(ENROL, ground="own")).then()
    RULES.given(ENROLLED, COMPLETED).when(ENROL).then()
    RULES.given(ENROLLED, CANCELLED).when(ENROL).refused("enrolment.cancelled")


@pytest.mark.parametrize(
    ("changed", "facts", "code"),
    [
        ({"ground": "favour"}, {}, "enrolment.ground"),
        ({}, {"course": Course()}, "class.unknown"),
        ({}, {"officer": Officer(is_departed=True)}, "officer.departed"),
        ({"at": instant(at(8, 8))}, {}, "class.begun"),
        ({"at": None}, {}, "class.begun"),
        ({}, {"course": replace(COURSE, present={"s1": ()})}, "class.begun"),
        ({}, {"course": replace(COURSE, enrolled=(YOU, OTHER))}, "class.full"),
    ],
)
def test_into_a_free_seat_of_a_class_that_has_not_begun(
    changed: dict[str, Any], facts: dict[str, Any], code: str
) -> None:
    RULES.given().when(replace(ENROL, **changed), replace(FACTS, **facts)).refused(code)


def test_nobody_is_in_two_places() -> None:
    away = elsewhere(lesson("x", 9, 11, 13, OTHER))
    learns = replace(FACTS, timetable=away, officer=Officer(grounds={"pauh.lain+1": "own"}))
    RULES.given().when(ENROL, learns).refused("enrolment.two_places")
    teaches = replace(FACTS, timetable=elsewhere(lesson("x", 9, 11, 13, ME)))
    RULES.given().when(ENROL, teaches).refused("enrolment.two_places")
    RULES.given().when(ENROL, replace(FACTS, timetable=away)).then(ENROLLED)


def test_whom_no_class_fits_waits_and_is_not_lost() -> None:
    RULES.given().when(AwaitClass(ground="induction", cause="training:41")).refused("class.none_fits")


def test_an_enrolment_is_cancelled_before_anything_was_attended() -> None:
    RULES.given(ENROLLED).when(CANCEL).then(CANCELLED)
    RULES.given(ENROLLED, CANCELLED).when(CANCEL).then()
    RULES.given(ENROLLED).when(CANCEL, BOTH).refused("enrolment.attended")
    RULES.given(ENROLLED, COMPLETED).when(CANCEL).refused("enrolment.completed")
    RULES.given().when(CANCEL).refused("enrolment.unknown")


def test_a_training_is_completed_once_by_attendance_and_test() -> None:
    RULES.given(ENROLLED).when(COMPLETE, BOTH).then(COMPLETED)
    RULES.given(ENROLLED, COMPLETED).when(COMPLETE, BOTH).then()
    RULES.given(ENROLLED, COMPLETED).when(replace(COMPLETE, result=Decimal(90)), BOTH).refused("enrolment.completed")
    RULES.given().when(COMPLETE, BOTH).refused("enrolment.unknown")
    RULES.given(ENROLLED, CANCELLED).when(COMPLETE, BOTH).refused("enrolment.cancelled")


def test_who_did_not_attend_enough_has_not_completed_it() -> None:
    half = replace(BOTH, course=replace(BOTH.course, present={"s1": (ME,), "s2": (YOU,)}))
    RULES.given(ENROLLED).when(COMPLETE, half).refused("training.attendance")
    lax = replace(half, programme=Programme(hours=Decimal(8), rule="attendance_50"))
    RULES.given(ENROLLED).when(replace(COMPLETE, result=None), lax).then(replace(COMPLETED, result=None))
    nobody = replace(BOTH, course=replace(BOTH.course, present={}))
    RULES.given(ENROLLED).when(COMPLETE, nobody).refused("training.attendance")


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"by": OTHER}, "class.other_trainer"),
        ({"result": None}, "training.untested"),
        ({"result": Decimal(69)}, "training.failed"),
        ({"result": Decimal(101)}, "training.result"),
        ({"result": Decimal("NaN")}, "training.result"),
        ({"on": dt.date(2027, 3, 8)}, "training.day"),
        ({"on": dt.date(2027, 3, 11)}, "training.day"),
        ({"certificate": "no"}, "certificate.form"),
    ],
)
def test_by_who_taught_it_passed_and_after_the_last_lesson(changed: dict[str, Any], code: str) -> None:
    RULES.given(ENROLLED).when(replace(COMPLETE, **changed), BOTH).refused(code)


def test_a_certificate_counts_once_whoever_brings_it() -> None:
    """TEST 23: the same certificate submitted twice counts once."""
    known = Certificate(stream="enrolment-pauh.outside+x1+1")
    RULES.given(ENROLLED).when(COMPLETE, replace(BOTH, certificate=known)).refused("certificate.counted")
    RULES.given().when(RECORD, replace(FACTS, certificate=known)).refused("certificate.counted")
    RULES.given(RECORDED).when(RECORD).then()
    RULES.given(RECORDED).when(replace(RECORD, hours=Decimal(40))).refused("certificate.counted")


def test_an_outside_certificate_is_recorded_under_its_own_name() -> None:
    RULES.given().when(RECORD).then(RECORDED)
    RULES.given().when(replace(RECORD, result=Decimal(80))).then(replace(RECORDED, result=Decimal(80)))
    RULES.given().when(replace(RECORD, id="pauh.orientasi")).refused("training.not_outside")
    RULES.given(ENROLLED).when(replace(RECORD, id=None)).refused("training.not_outside")


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"hours": Decimal(0)}, "training.hours"),
        ({"hours": Decimal("Infinity")}, "training.hours"),
        ({"provider": " "}, "training.hours"),
        ({"result": Decimal(-1)}, "training.result"),
        ({"on": dt.date(2027, 3, 2)}, "training.day"),
        ({"certificate": "1"}, "certificate.form"),
    ],
)
def test_an_outside_certificate_says_hours_a_provider_and_a_day_that_has_come(
    changed: dict[str, Any], code: str
) -> None:
    RULES.given().when(replace(RECORD, **changed)).refused(code)


def test_what_was_refused_changes_nothing() -> None:
    tried = AttemptRefused(act="EnrolOfficer", code="class.full", digest=DIGEST)
    RULES.given(tried).when(ENROL).then(ENROLLED)


COMMANDS = st.sampled_from([ENROL, CANCEL, COMPLETE, RECORD, replace(ENROL, ground="own")])


@every(st.lists(COMMANDS, max_size=6))
def test_the_same_command_twice_changes_nothing(commands: list[Any]) -> None:
    state: Any = None
    for command in commands:
        for again in (False, True):
            try:
                events = enrolments.decide(command, state, BOTH if command is COMPLETE else FACTS)
            except Refused:
                break
            assert not (again and events)
            for event in events:
                state = enrolments.evolve(state, event)
