"""An officer's evaluation (PP 30/2019, Permenpan RB 6/2022): plan, drawn coworkers, the grade that follows, reply."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from services.feedback import evaluations, reviews
from services.feedback.appraised import PACK_DIGEST
from services.feedback.evaluations import AgreePlan, AskCoworkers, EvaluateOfficer, ReplyToEvaluation, asked_of
from services.feedback.facts import NO_STANDING
from services.feedback.reviews import GiveReview
from shared.events.feedback import (
    CoworkerFeedbackGiven,
    CoworkersAsked,
    OfficerEvaluated,
    OfficerReplied,
    PerformancePlanAgreed,
    Target,
)
from shared.events.platform import AttemptRefused, ListDigest, Words
from shared.rules import appraisal
from tests.domain.specification import Specification

RULES = Specification(evaluations, evaluations.Facts(standing=NO_STANDING))
REVIEWS = Specification(reviews, reviews.Facts())
ID, UNIT = "pauh.officer", "pauh.dinkes.pkm-03"
WORDS, OTHER = Words(id="1" * 32, mac="2" * 64), Words(id="3" * 32, mac="4" * 64)
TARGETS = (Target(id="t1", measure="Kunjungan rumah", target=Decimal(120), until=dt.date(2027, 3, 31)),)
AGREE = AgreePlan(targets=TARGETS, words=WORDS, consented=True, officer_unit=UNIT, by="head", unit="pauh.dinkes", id=ID)
PLAN = PerformancePlanAgreed(targets=TARGETS, words=WORDS)
PEERS, LIST = tuple(f"o{n}" for n in range(1, 10)), ListDigest(rows=9, root="5" * 64)
ASK = AskCoworkers(
    beacon="witness-1:412", eligible={"peers": PEERS, "subordinates": ("x1", "x2")}, list=LIST, period="2027-q1",
    at="2027-03-31T02:00:00.000000Z",
)  # fmt: skip
UNTIL = dt.datetime(2027, 4, 14, 17, tzinfo=dt.UTC)
ASKED = CoworkersAsked(groups={"peers": 5}, eligible=LIST, beacon="witness-1:412", until=UNTIL)
AS = dict.fromkeys(appraisal.BEHAVIOURS, "as")
EVALUATE = EvaluateOfficer(
    results="as", behaviours=AS, words=WORDS, officer_unit=UNIT, by="head", unit=UNIT, id=ID,
    at="2027-04-14T17:00:00.000000Z",
)  # fmt: skip


def evaluated(grade: str = "good", coworkers: int = 0, **changed: Any) -> OfficerEvaluated:
    """What the head's ratings make."""
    plain = OfficerEvaluated(
        results="as", behaviours=AS, grade=grade, coworkers=coworkers, words=WORDS, pack_digest=PACK_DIGEST
    )
    return replace(plain, **changed)


def test_head_and_officer_agree_on_the_very_same_plan() -> None:
    RULES.given().when(AGREE).then(PLAN)
    RULES.given(PLAN).when(AGREE).then()
    RULES.given().when(replace(AGREE, consented=False)).refused("evaluation.not_agreed")
    RULES.given(PLAN).when(replace(AGREE, words=OTHER)).refused("evaluation.plan_agreed")
    RULES.given().when(replace(AGREE, targets=())).refused("evaluation.targets")
    RULES.given().when(replace(AGREE, targets=TARGETS * 2)).refused("evaluation.targets")


def test_a_plan_agreed_on_day_31_is_one_day_late_and_agreed() -> None:
    """TEST 38: agreed on day 31 -> 1 day late."""
    assert appraisal.days_late(dt.date(2027, 1, 1), dt.date(2027, 1, 31)) == 1


def test_only_the_head_of_the_officers_unit_and_nobody_about_themselves() -> None:
    for command in (AGREE, EVALUATE):
        RULES.given(PLAN).when(replace(command, unit="pauh.dinkes.pkm-04")).refused("evaluation.other_unit")
        RULES.given(PLAN).when(replace(command, unit=None)).refused("evaluation.other_unit")
        RULES.given(PLAN).when(replace(command, officer_unit="")).refused("evaluation.other_unit")
        RULES.given(PLAN).when(replace(command, by="officer")).refused("evaluation.own")


def test_coworkers_are_drawn_by_a_public_value() -> None:
    """TEST 38: 3 to 5 of each group; of two eligible, nobody is asked."""
    RULES.given(PLAN).when(ASK).then(ASKED)
    RULES.given(PLAN, ASKED).when(ASK).then()
    assert asked_of({"peers": PEERS}, "a") != asked_of({"peers": PEERS}, "b")
    assert asked_of({"peers": PEERS[:2]}, "a") == {}
    RULES.given(PLAN).when(replace(ASK, eligible={"peers": PEERS[:2]})).refused("coworkers.too_few")
    RULES.given(PLAN).when(replace(ASK, eligible=None)).refused("coworkers.too_few")
    RULES.given(PLAN).when(replace(ASK, list=None)).refused("coworkers.too_few")


def test_coworkers_are_asked_after_the_plan_at_the_end_of_the_period_before_the_evaluation() -> None:
    RULES.given().when(ASK).refused("evaluation.no_plan")
    RULES.given(PLAN, evaluated()).when(ASK).refused("evaluation.done")
    RULES.given(PLAN).when(replace(ASK, at="2027-03-30T16:59:59.000000Z")).refused("coworkers.early")
    RULES.given(PLAN).when(replace(ASK, period="")).refused("coworkers.early")


@pytest.mark.parametrize("behaviour", ["below", "as", "above"])
@pytest.mark.parametrize("results", ["below", "as", "above"])
def test_the_grade_follows_from_the_ratings(results: str, behaviour: str) -> None:
    """TEST 21: the nine cells (Permenpan RB 6/2022); no body names a grade."""
    behaviours = dict.fromkeys(appraisal.BEHAVIOURS, behaviour)
    (event,) = RULES.given(PLAN).when(replace(EVALUATE, results=results, behaviours=behaviours)).of()
    assert event.grade == appraisal.CELLS[results, behaviour]
    assert "grade" not in {*EvaluateOfficer.__dataclass_fields__}


@pytest.mark.parametrize(
    ("answers", "counted"),
    [(None, 0), ({"peers": 2}, 0), ({"peers": 3}, 3), ({"peers": 5, "subordinates": 2}, 5)],
)
def test_under_three_answers_coworkers_do_not_count(answers: Mapping[str, int] | None, counted: int) -> None:
    """TEST 38: 3 asked, 2 answers -> 70/30, not shown. TEST 20: 60/40 where they count (PP 30/2019 art. 41)."""
    RULES.given(PLAN, ASKED).when(replace(EVALUATE, answers=answers)).then(evaluated(coworkers=counted))
    assert appraisal.shares(counted) == ((60, 40) if counted else (70, 30))


def test_an_evaluation_needs_its_plan_and_waits_for_the_coworkers() -> None:
    RULES.given().when(EVALUATE).refused("evaluation.no_plan")
    early = replace(EVALUATE, at="2027-04-14T16:59:59.000000Z")
    RULES.given(PLAN, ASKED).when(early).refused("evaluation.coworkers_pending")
    RULES.given(PLAN, ASKED).when(replace(EVALUATE, waiting=1)).refused("evaluation.coworkers_pending")
    RULES.given(PLAN).when(early).then(evaluated())


def test_there_is_one_evaluation_for_a_period() -> None:
    RULES.given(PLAN, evaluated()).when(EVALUATE).then()
    RULES.given(PLAN, evaluated()).when(replace(EVALUATE, results="above")).refused("evaluation.done")


def test_every_rating_is_one_and_a_survey_is_the_units_own() -> None:
    RULES.given(PLAN).when(replace(EVALUATE, results="good")).refused("evaluation.ratings")
    RULES.given(PLAN).when(replace(EVALUATE, behaviours={"b1": "as"})).refused("evaluation.ratings")
    RULES.given(PLAN).when(replace(EVALUATE, behaviours={**AS, "b1": "x"})).refused("evaluation.ratings")
    RULES.given(PLAN).when(replace(EVALUATE, survey="feedback:9")).refused("evaluation.survey")
    cited = replace(EVALUATE, survey="feedback:9", surveys=("feedback:9",))
    RULES.given(PLAN).when(cited).then(evaluated(survey="feedback:9"))


def test_the_officer_replies_once_to_the_evaluation() -> None:
    reply = ReplyToEvaluation(to=1, words=OTHER, by="officer", id=ID)
    made = OfficerReplied(to=1, words=OTHER)
    RULES.given(PLAN, evaluated()).when(reply).then(made)
    RULES.given(PLAN, evaluated(), made).when(reply).then()
    RULES.given(PLAN, evaluated(), made).when(replace(reply, words=WORDS)).refused("evaluation.replied")
    RULES.given(PLAN, evaluated()).when(replace(reply, by="head")).refused("evaluation.not_yours")
    RULES.given(PLAN, evaluated()).when(replace(reply, to=0)).refused("evaluation.none")
    RULES.given(PLAN).when(reply).refused("evaluation.none")
    noted = AttemptRefused(act="EvaluateOfficer", code="x", digest="0" * 64)
    RULES.given(PLAN, noted, evaluated()).when(replace(reply, to=2)).then(replace(made, to=2))


def test_a_coworker_answers_for_seven_behaviours() -> None:
    answers = dict.fromkeys(appraisal.BEHAVIOURS, 2)
    give = GiveReview(group="peers", answers=answers)
    given = CoworkerFeedbackGiven(group="peers", answers=answers)
    REVIEWS.given().when(give).then(given)
    REVIEWS.given(given).when(give).then(given)
    REVIEWS.given().when(replace(give, group="kin")).refused("review.answers")
    REVIEWS.given().when(replace(give, answers={**answers, "b1": 4})).refused("review.answers")
    REVIEWS.given().when(replace(give, answers={"b1": 2})).refused("review.answers")
