"""A programme: adopted once, with hours and the rule that passes it before its first class; ordered for new officers
(domain.md 7, 7a)."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest

from services.training import programmes
from services.training.facts import Programme
from services.training.passing import Passing, passing
from services.training.programmes import AdoptProgramme, Facts, OrderInduction, RetireProgramme
from shared.events.training import InductionOrdered, ProgrammeRetired
from tests.domain.specification import Specification
from tests.domain.training_world import ADOPTED

RULES = Specification(programmes, Facts(programme=Programme()))
ADOPT = AdoptProgramme(
    words="Orientasi", kind="orientation", competences=("pelayanan",), hours=Decimal(8),
    rule="attendance_80_and_test_70", provider="BKPSDM", id="pauh.orientasi",
)  # fmt: skip
ORDER = OrderInduction(posts=("perawat", "bidan"), within=30, from_=dt.date(2027, 3, 1))
ORDERED = InductionOrdered(posts=("perawat", "bidan"), within=30, from_=dt.date(2027, 3, 1))
RETIRE, RETIRED = RetireProgramme(reason="replaced"), ProgrammeRetired(reason="replaced")


def test_a_programme_is_adopted_once() -> None:
    RULES.given().when(ADOPT).then(ADOPTED)
    RULES.given(ADOPTED).when(ADOPT).then()
    RULES.given(ADOPTED).when(replace(ADOPT, hours=Decimal(9))).refused("programme.adopted_already")


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"id": "pauh.outside"}, "programme.outside"),
        ({"words": " "}, "programme.words"),
        ({"provider": ""}, "programme.words"),
        ({"competences": ()}, "programme.competences"),
        ({"competences": ("a", "a")}, "programme.competences"),
        ({"hours": Decimal(0)}, "programme.hours"),
        ({"hours": Decimal("NaN")}, "programme.hours"),
        ({"hours": Decimal(2001)}, "programme.hours"),
        ({"rule": "whoever_pays"}, "programme.rule"),
    ],
)
def test_it_stands_whole_before_its_first_class(changed: dict[str, object], code: str) -> None:
    RULES.given().when(replace(ADOPT, **changed)).refused(code)  # type: ignore[arg-type]


def test_an_induction_is_ordered_of_a_programme_in_force() -> None:
    RULES.given().when(ORDER).refused("programme.unknown")
    RULES.given(ADOPTED).when(ORDER).then(ORDERED)
    RULES.given(ADOPTED, ORDERED).when(ORDER).then()
    RULES.given(ADOPTED, ORDERED).when(replace(ORDER, within=31)).then(replace(ORDERED, within=31))
    RULES.given(ADOPTED).when(replace(ORDER, posts=())).refused("induction.posts")
    RULES.given(ADOPTED).when(replace(ORDER, posts=("bidan", "bidan"))).refused("induction.posts")
    RULES.given(ADOPTED).when(replace(ORDER, within=0)).refused("induction.within")
    RULES.given(ADOPTED).when(replace(ORDER, within=366)).refused("induction.within")


def test_a_retired_programme_is_ordered_no_more() -> None:
    RULES.given(ADOPTED).when(RETIRE).then(RETIRED)
    RULES.given(ADOPTED, RETIRED).when(RETIRE).then()
    RULES.given(ADOPTED, RETIRED).when(ORDER).refused("programme.retired")
    RULES.given().when(RETIRE).refused("programme.unknown")
    RULES.given(RETIRED).when(ADOPT).then(ADOPTED)


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ("attendance", Passing()),
        ("attendance_80", Passing(share=80)),
        ("attendance_and_test", Passing(test=Decimal(0))),
        ("attendance_80_and_test_70", Passing(share=80, test=Decimal(70))),
        ("attendance_0", None),
        ("attendance_101", None),
        ("attendance_and_test_101", None),
        ("test", None),
        ("", None),
    ],
)
def test_a_rule_says_how_much_is_attended_and_whether_there_is_a_test(rule: str, said: Passing | None) -> None:
    assert passing(rule) == said


def test_four_fifths_of_eight_hours() -> None:
    assert Passing(share=80).hours(Decimal(8)) == Decimal("6.4")
