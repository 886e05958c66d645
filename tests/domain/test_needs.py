"""A need: fixed <= recommended <= proposed <= what the workload lacks (Permenpan RB 1/2020)."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest

from services.intake import needs
from services.intake.facts import Post
from services.intake.needs import ApproveNeed, Facts, ProposeNeed, RecommendNeed
from shared.events.intake import NeedApproved, NeedProposed, NeedRecommended, Task
from shared.events.platform import AttemptRefused
from tests.domain.specification import Specification


def task(volume: str, per: str, minutes: str) -> Task:
    return Task(words="Memeriksa berkas", volume=Decimal(volume), per=per, minutes=Decimal(minutes))


OFFICE = (task("4800", "year", "20"), task("25", "day", "12"), task("1", "month", "600"), task("1", "week", "120"))
PROPOSE = ProposeNeed(analysis=2, tasks=OFFICE, staff=1, seats=1)
PROPOSED = NeedProposed(analysis=2, tasks=OFFICE, staff=1, hours=Decimal(1250), pack="abk-2020", seats=1)
CEIL = replace(PROPOSE, pack="abk-2020-ceil", seats=2)
TWO = replace(PROPOSED, pack="abk-2020-ceil", seats=2)
RECOMMEND, RECOMMENDED = RecommendNeed(seats=2, letter="BKN 1"), NeedRecommended(seats=2, letter="BKN 1")
DAY = dt.date(2027, 1, 12)
APPROVE, APPROVED = ApproveNeed(seats=2, decree="45", on=DAY), NeedApproved(seats=2, decree="45", on=DAY)

given = Specification(needs, Facts(post=Post(analysis=2))).given


def test_1_a_need_is_what_the_tasks_take_less_the_staff() -> None:
    """TEST 1: 2.456 with one there: one is missing, by ceil two; more is refused, fewer may be asked for."""
    given().when(PROPOSE).then(PROPOSED)
    given().when(replace(PROPOSE, seats=2)).refused("need.above_gap")
    given().when(CEIL).then(TWO)
    given().when(replace(CEIL, seats=1)).then(replace(TWO, seats=1))
    given().when(replace(CEIL, seats=3)).refused("need.above_gap")


def test_where_nobody_is_missing_nothing_is_proposed() -> None:
    """A surplus is never a need, whatever another unit lacks."""
    for staff in (2, 5):
        given().when(replace(PROPOSE, staff=staff)).refused("need.above_gap")
    given().when(replace(PROPOSE, seats=0)).refused("need.above_gap")


@pytest.mark.parametrize("version", [0, 1, 3])
def test_a_need_stands_on_the_analysis_in_force(version: int) -> None:
    given().when(replace(PROPOSE, analysis=version)).refused("need.analysis")
    given().when(replace(PROPOSE, analysis=0), Facts(post=Post())).refused("need.analysis")


def test_the_method_and_the_hours_are_known_ones() -> None:
    """WKE 1,250 hours, 1,500 where a unit works six days: other hours would make any need."""
    given().when(replace(PROPOSE, pack="abk-2030")).refused("need.method")
    given().when(replace(PROPOSE, hours=Decimal(100))).refused("need.method")
    six = replace(CEIL, hours=Decimal(1500))
    given().when(six).then(replace(TWO, hours=Decimal(1500)))


@pytest.mark.parametrize(
    "tasks",
    [(), (task("0", "year", "20"),), (task("1", "quarter", "20"),), (task("1", "day", "-1"),),
     (task("NaN", "year", "20"),), (replace(OFFICE[0], words=" "),)],
)  # fmt: skip
def test_a_task_has_words_a_volume_a_period_and_minutes(tasks: tuple[Task, ...]) -> None:
    given().when(replace(PROPOSE, tasks=tasks)).refused("need.tasks")


def test_staff_is_never_negative() -> None:
    given().when(replace(PROPOSE, staff=-9)).refused("need.tasks")


def test_recommended_is_at_most_proposed_and_fixed_at_most_recommended() -> None:
    """draft, proposed, BKN's letter, the ministry's decree; each step may only take away."""
    given(TWO).when(RECOMMEND).then(RECOMMENDED)
    given(TWO).when(replace(RECOMMEND, seats=3)).refused("need.above_proposed")
    given(TWO).when(replace(RECOMMEND, seats=-1)).refused("need.above_proposed")
    given(TWO, RECOMMENDED).when(APPROVE).then(APPROVED)
    given(TWO, RECOMMENDED).when(replace(APPROVE, seats=3)).refused("need.above_recommended")
    given(TWO, RECOMMENDED).when(replace(APPROVE, seats=-1)).refused("need.above_recommended")


def test_0_seats_fixed_is_a_refusal() -> None:
    given(TWO, RECOMMENDED).when(replace(APPROVE, seats=0)).then(replace(APPROVED, seats=0))


def test_the_steps_come_in_their_order() -> None:
    for command in (RECOMMEND, APPROVE):
        given().when(command).refused("need.not_proposed")
    given(TWO).when(APPROVE).refused("need.not_recommended")


def test_a_proposal_may_be_made_again_until_it_is_recommended() -> None:
    given(PROPOSED).when(CEIL).then(TWO)
    given(TWO, RECOMMENDED).when(PROPOSE).refused("need.recommended_already")
    given(TWO, RECOMMENDED).when(replace(RECOMMEND, seats=1)).refused("need.recommended_already")
    for command in (PROPOSE, replace(RECOMMEND, seats=1), replace(APPROVE, seats=1)):
        given(TWO, RECOMMENDED, APPROVED).when(command).refused("need.fixed_already")


def test_the_same_again_changes_nothing() -> None:
    given(TWO).when(CEIL).then()
    given(TWO, RECOMMENDED).when(RECOMMEND).then()
    given(TWO, RECOMMENDED, APPROVED).when(APPROVE).then()
    attempt = AttemptRefused(act="ApproveNeed", code="x", digest="0" * 64)
    given(TWO, RECOMMENDED, attempt).when(RECOMMEND).then()
