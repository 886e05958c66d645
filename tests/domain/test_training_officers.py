"""An officer's first year: taken over as appointed, on probation until a day, concluded once (domain.md 3a, 7a)."""

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from services.training import officers
from services.training.facts import Officer, Seat
from services.training.officers import Appointed, ConcludeProbation, DepartOfficer, Facts, OnboardOfficer
from shared.events.platform import AttemptRefused
from shared.events.training import OfficerDeparted, OfficerOnboarded, ProbationConcluded
from tests.domain.specification import Specification
from tests.domain.training_world import DIGEST, ME, YOU

SEAT, UNIT, INDUCED = "pauh.2027-014+general+1", "pauh.dinkes.pkm-03", "enrolment-pauh.orientasi+1+" + ME
MARCH, MAY = dt.date(2027, 3, 1), dt.date(2027, 5, 31)
FACTS = Facts(officer=Officer(inducted=True, completed=(INDUCED,)), seat=Seat())
RULES = Specification(officers, FACTS)
APPOINTED = Appointed(seat=SEAT, alias="K3VQX7M2ADPL", unit=UNIT, post="perawat", on=MARCH, kind="local")
ONBOARD = OnboardOfficer(
    seat=SEAT, candidate="K3VQX7M2ADPL", unit=UNIT, post="perawat", on=MARCH, mentor=YOU, appointed=APPOINTED,
    officer=ME,
)  # fmt: skip
ONBOARDED = OfficerOnboarded(
    seat=SEAT, alias="K3VQX7M2ADPL", unit=UNIT, post="perawat", on=MARCH, mentor=YOU, probation_until=MAY
)
PASS = ConcludeProbation(outcome="passed", decree="821/88/2027", on=MAY, kind="local", evaluations=1)
PASSED = ProbationConcluded(outcome="passed", trainings=(INDUCED,), decree="821/88/2027", on=MAY)
EXTEND = replace(PASS, outcome="extended", decree="821/80/2027")
EXTENDED = replace(PASSED, outcome="extended", decree="821/80/2027", until=dt.date(2027, 8, 31))
LEAVE, LEFT = (kind(reason="resigned", on=dt.date(2027, 9, 30)) for kind in (DepartOfficer, OfficerDeparted))


@pytest.mark.parametrize(
    ("kind", "until"), [("cpns", dt.date(2028, 2, 29)), ("local", dt.date(2027, 5, 31)), ("pppk", None)]
)
def test_probation_by_the_kind_of_round(kind: str, until: dt.date | None) -> None:
    """TEST 39: from 2027-03-01: CPNS until 2028-02-29, local until 2027-05-31, PPPK none."""
    appointed = replace(APPOINTED, kind=kind)
    RULES.given().when(replace(ONBOARD, appointed=appointed)).then(replace(ONBOARDED, probation_until=until))


def test_a_seat_is_taken_over_once() -> None:
    RULES.given(ONBOARDED).when(ONBOARD).then()
    RULES.given().when(ONBOARD, replace(FACTS, seat=Seat(officer=f"pauh.{YOU}"))).refused("officer.seat_taken")


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"appointed": None}, "officer.not_appointed"),
        ({"appointed": replace(APPOINTED, seat="pauh.2027-014+general+2")}, "officer.not_appointed"),
        ({"candidate": "AAAAAAAAAAAA"}, "officer.other_appointment"),
        ({"post": "bidan"}, "officer.other_appointment"),
        ({"unit": "pauh.dinkes.pkm-04"}, "officer.other_appointment"),
        ({"on": dt.date(2027, 2, 28)}, "officer.day"),
        ({"mentor": ME}, "officer.own_mentor"),
        ({"appointed": replace(APPOINTED, kind="")}, "probation.kind_unknown"),
    ],
)
def test_only_as_selection_appointed_it(changed: dict[str, Any], code: str) -> None:
    RULES.given().when(replace(ONBOARD, **changed)).refused(code)


def test_an_officer_takes_over_another_post_later() -> None:
    other = replace(APPOINTED, seat="pauh.2028-002+general+1", kind="pppk", post="kepala")
    move = replace(ONBOARD, seat=other.seat, post="kepala", appointed=other)
    RULES.given(ONBOARDED, PASSED).when(move).then(
        replace(ONBOARDED, seat=other.seat, post="kepala", probation_until=None)
    )


def test_probation_is_passed_when_its_time_is_over() -> None:
    RULES.given(ONBOARDED).when(PASS).then(PASSED)
    RULES.given(ONBOARDED, PASSED).when(PASS).then()
    RULES.given(ONBOARDED, PASSED).when(replace(PASS, outcome="ended")).refused("probation.concluded")
    RULES.given(ONBOARDED).when(replace(PASS, on=dt.date(2027, 5, 30))).refused("probation.early")
    RULES.given(ONBOARDED).when(replace(PASS, outcome="ended", on=dt.date(2027, 2, 1))).refused("probation.early")
    ended = replace(PASS, outcome="ended", on=dt.date(2027, 4, 1))
    RULES.given(ONBOARDED).when(ended).then(replace(PASSED, outcome="ended", on=dt.date(2027, 4, 1)))


def test_probation_needs_an_induction_and_an_evaluation() -> None:
    RULES.given(ONBOARDED).when(PASS, replace(FACTS, officer=Officer())).refused("probation.no_induction")
    RULES.given(ONBOARDED).when(replace(PASS, evaluations=0)).refused("probation.no_evaluation")
    RULES.given(ONBOARDED).when(replace(PASS, outcome="well")).refused("probation.outcome")
    RULES.given(replace(ONBOARDED, probation_until=None)).when(PASS).refused("probation.none")
    RULES.given().when(PASS).refused("officer.unknown")


def test_probation_is_extended_once_at_most() -> None:
    RULES.given(ONBOARDED).when(EXTEND).then(EXTENDED)
    RULES.given(ONBOARDED, EXTENDED).when(EXTEND).then()
    again = replace(EXTEND, decree="821/99/2027")
    RULES.given(ONBOARDED, EXTENDED).when(again).refused("probation.extended_once")
    RULES.given(ONBOARDED, EXTENDED).when(PASS).refused("probation.early")
    late = replace(PASS, on=dt.date(2027, 8, 31))
    RULES.given(ONBOARDED, EXTENDED).when(late).then(replace(PASSED, on=dt.date(2027, 8, 31)))


def test_an_officer_departs_once() -> None:
    RULES.given(ONBOARDED).when(LEAVE).then(LEFT)
    RULES.given(ONBOARDED, LEFT).when(LEAVE).then()
    RULES.given(ONBOARDED, LEFT).when(replace(LEAVE, reason="retired")).refused("officer.departed")
    RULES.given(ONBOARDED, LEFT).when(PASS).refused("officer.departed")
    RULES.given(ONBOARDED).when(replace(LEAVE, on=dt.date(2027, 2, 1))).refused("officer.day")
    RULES.given().when(LEAVE).refused("officer.unknown")
    tried = AttemptRefused(act="DepartOfficer", code="officer.day", digest=DIGEST)
    RULES.given(ONBOARDED, tried).when(LEAVE).then(LEFT)
