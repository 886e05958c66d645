"""Support plans of units and officers: opened by a measurement, closed by a new and better one; complaints beside."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from services.feedback import complaints, support
from services.feedback.complaints import AnswerComplaint, CloseComplaint, FileComplaint
from services.feedback.facts import NO_STANDING, Standing, fold_standing, plan_stream, standing_key
from services.feedback.support import ClosePlan, NameCause, OpenSupportPlan, ProgressPlan
from shared.events.feedback import (
    ComplaintAnswered,
    ComplaintClosed,
    ComplaintFiled,
    Measure,
    OfficerEvaluated,
    SupportPlanClosed,
    SupportPlanOpened,
    SupportPlanProgressed,
    SurveyResultPublished,
)
from shared.events.platform import AttemptRefused, Words
from tests.domain.specification import Specification

UNIT = "pauh.dinkes.pkm-03"
POOR = Standing(position=7, grade="C", respondents=40)
RULES = Specification(support, support.Facts(standing=POOR))
COMPLAINTS = Specification(complaints, complaints.Facts())
WORDS = Words(id="1" * 32, mac="2" * 64)
REVIEW = dt.date(2027, 7, 1)
OPEN = OpenSupportPlan(
    cause="survey", gaps=("u3", "u6", "u8"), officers=("ani",), review=REVIEW, mentor="mentor",
    measures=(Measure(id="train-u6", kind="competence", until=dt.date(2027, 4, 9), programme="pauh.sapa"),),
)  # fmt: skip
OPENED = SupportPlanOpened(
    cause="survey", gaps=OPEN.gaps, measures=OPEN.measures, officers=("ani",), review=REVIEW, mentor="mentor"
)
NAME = NameCause(
    gap="u3", cause="too_few_nurses", measure="m1", kind="staffing", until=dt.date(2027, 6, 30), about_unit=UNIT,
    at="2027-04-16T02:00:00.000000Z", unit=UNIT,
)  # fmt: skip
NAMED = SupportPlanProgressed(
    measure="m1", state="agreed", kind="staffing", gap="u3", cause="too_few_nurses", until=dt.date(2027, 6, 30)
)
PROGRESS = ProgressPlan(measure="m1", state="done", about_unit=UNIT, by="head", unit="pauh.dinkes")
DONE = SupportPlanProgressed(measure="m1", state="done")
CLOSE = ClosePlan(outcome="improved", evaluation="feedback:30", about_unit=UNIT, trainings=("training:4",), unit=UNIT)
CLOSED = SupportPlanClosed(outcome="improved", trainings=("training:4",), evaluation="feedback:30")
AGAIN = Standing(position=30, grade="B", respondents=52, plan="support-x", opened=8)


def facts(standing: Standing) -> support.Facts:
    return support.Facts(standing=standing)


def test_a_poor_result_opens_the_units_case() -> None:
    """TEST 36: C by 40 answers."""
    RULES.given().when(OPEN).then(OPENED)
    RULES.given(OPENED).when(OPEN).then()
    RULES.given(OPENED).when(replace(OPEN, gaps=("u1",))).refused("support.known")


@pytest.mark.parametrize(
    ("standing", "changed", "code"),
    [
        (replace(POOR, plan="support-x"), {}, "support.open"),
        (NO_STANDING, {}, "support.not_needed"),
        (POOR, {"gaps": ()}, "support.not_needed"),
        (replace(POOR, respondents=29), {}, "support.not_needed"),
        (replace(POOR, grade="B"), {}, "support.not_needed"),
        (replace(POOR, grade="good"), {"cause": "grade"}, "support.not_needed"),
        (replace(POOR, grade="good", below=("b1",)), {"cause": "behaviour", "gaps": ("b2",)}, "support.not_needed"),
    ],
)
def test_nothing_else_opens_one(standing: Standing, changed: Any, code: str) -> None:
    RULES.given().when(replace(OPEN, **changed), facts(standing)).refused(code)


def test_a_grade_or_a_behaviour_twice_below_opens_an_officers_plan() -> None:
    """TEST 21: support, not a sanction."""
    graded = replace(OPEN, cause="grade", gaps=("b1",))
    assert RULES.given().when(graded, facts(replace(POOR, grade="poor"))).of()
    behaved = replace(OPEN, cause="behaviour", gaps=("b1",))
    assert RULES.given().when(behaved, facts(replace(POOR, grade="good", below=("b1", "b2")))).of()


def test_the_head_names_a_cause_and_a_measure_that_fits_the_gap() -> None:
    """TEST 36: U3 by staffing; U8 "competence" -> refused."""
    RULES.given(OPENED).when(NAME).then(NAMED)
    RULES.given(OPENED, NAMED).when(NAME).then()
    RULES.given(OPENED).when(replace(NAME, gap="u8", kind="competence")).refused("support.kind")
    RULES.given(OPENED).when(replace(NAME, gap="u8", kind="prayer")).refused("support.kind")
    RULES.given(OPENED).when(replace(NAME, gap="u1")).refused("support.gap")
    RULES.given(OPENED, NAMED).when(replace(NAME, cause="queue")).refused("support.measure_known")
    RULES.given(OPENED).when(replace(NAME, measure="train-u6")).refused("support.measure_known")
    RULES.given(OPENED).when(replace(NAME, until=dt.date(2027, 4, 15))).refused("support.until")
    RULES.given(OPENED, CLOSED).when(NAME).refused("support.closed")
    own = replace(OPENED, cause="grade", gaps=("b1",))
    assert RULES.given(own).when(replace(NAME, gap="b1", kind="process")).of()


@pytest.mark.parametrize("command", [NAME, PROGRESS, CLOSE])
def test_a_plan_is_its_units_own(command: Any) -> None:
    RULES.given().when(command).refused("support.unknown")
    RULES.given(OPENED).when(replace(command, unit="pauh.dinkes.pkm-04")).refused("support.other_unit")
    RULES.given(OPENED).when(replace(command, unit=None)).refused("support.other_unit")
    RULES.given(OPENED).when(replace(command, about_unit="")).refused("support.other_unit")


def test_a_measure_is_done_or_missed() -> None:
    RULES.given(OPENED, NAMED).when(PROGRESS).then(DONE)
    RULES.given(OPENED, NAMED, DONE).when(PROGRESS).then()
    RULES.given(OPENED, NAMED).when(replace(PROGRESS, state="agreed")).then()
    RULES.given(OPENED).when(replace(PROGRESS, measure="train-u6", state="agreed")).then()
    RULES.given(OPENED).when(PROGRESS).refused("support.measure_unknown")
    RULES.given(OPENED, NAMED).when(replace(PROGRESS, state="begun")).refused("support.state")
    RULES.given(OPENED, NAMED, CLOSED).when(PROGRESS).refused("support.closed")


@pytest.mark.parametrize("by", ["mentor", "ani"])
def test_mentor_and_officer_may_say_how_far_it_is(by: str) -> None:
    RULES.given(OPENED, NAMED).when(replace(PROGRESS, by=by, unit=None)).then(DONE)


def test_a_case_closes_on_a_new_and_better_result_alone() -> None:
    """TEST 36: then n 52, 76.34, C: open; 76.61 closes."""
    RULES.given(OPENED).when(CLOSE, facts(AGAIN)).then(CLOSED)
    RULES.given(OPENED, CLOSED).when(CLOSE, facts(AGAIN)).then()
    for standing in (
        replace(AGAIN, grade="C"),
        replace(AGAIN, respondents=29),
        replace(AGAIN, position=7),
        replace(AGAIN, position=31),
    ):
        RULES.given(OPENED).when(CLOSE, facts(standing)).refused("support.not_measured_again")
    RULES.given(OPENED).when(replace(CLOSE, outcome="tired"), facts(AGAIN)).refused("support.outcome")
    other = replace(CLOSE, evaluation="feedback:31")
    RULES.given(OPENED, CLOSED).when(other, facts(AGAIN)).refused("support.closed")


def test_an_officers_plan_closes_on_a_new_evaluation_that_opens_none() -> None:
    own = replace(OPENED, cause="grade", gaps=("b1", "results"))
    good = replace(AGAIN, grade="good", respondents=0)
    RULES.given(own).when(CLOSE, facts(good)).then(CLOSED)
    for standing in (replace(good, grade="poor"), replace(good, below=("b1",))):
        RULES.given(own).when(CLOSE, facts(standing)).refused("support.not_measured_again")


def test_how_a_service_or_an_officer_stands() -> None:
    result = SurveyResultPublished(
        period="2027-q1", codes=60, respondents=40, means={}, value=Decimal("73.89"), grade="C", as_of=1
    )
    levels = {"b1": "below", "b2": "as"}
    rated = OfficerEvaluated(
        results="as", behaviours=levels, grade="good", coworkers=0, words=WORDS, pack_digest="0" * 64
    )
    stream, other = plan_stream(f"{UNIT}+poli-umum", 2), plan_stream("pauh.ani", 1)
    assert (stream, other) == (f"support-{UNIT}+poli-umum:2", "support-pauh.ani+1")
    named = {
        f"service-{UNIT}+poli-umum": f"{UNIT}+poli-umum", "evaluation-pauh.ani+2027-q1": "pauh.ani",
        stream: f"{UNIT}+poli-umum", other: "pauh.ani", "support-pauh.ani": "pauh.ani", "complaint-pauh.1": None,
    }  # fmt: skip
    assert {one: standing_key(one, None) for one in named} == named
    now = fold_standing(fold_standing(NO_STANDING, "", result, 7), stream, OPENED, 8)
    assert now == Standing(position=7, grade="C", respondents=40, plan=stream, opened=8)
    assert fold_standing(now, stream, CLOSED, 9) == POOR
    assert fold_standing(NO_STANDING, "", rated, 3) == Standing(position=3, grade="good", below=("b1",))
    assert fold_standing(now, stream, NAMED, 9) is now


# --- complaints -------------------------------------------------------------------------------------------------

FILE = FileComplaint(unit=UNIT, service="poli-umum", kind="delay", words=WORDS, id="pauh.1")
FILED = ComplaintFiled(unit=UNIT, service="poli-umum", kind="delay", words=WORDS)
ANSWER = AnswerComplaint(words=WORDS, measure="queue_numbers", unit=UNIT)
ANSWERED = ComplaintAnswered(words=WORDS, measure="queue_numbers")
END, ENDED = CloseComplaint(outcome="remedied"), ComplaintClosed(outcome="remedied")


def test_a_complaint_is_answered_before_it_is_closed() -> None:
    COMPLAINTS.given().when(FILE).then(FILED)
    COMPLAINTS.given(FILED).when(FILE).then()
    COMPLAINTS.given(FILED).when(ANSWER).then(ANSWERED)
    COMPLAINTS.given(FILED, ANSWERED).when(ANSWER).then()
    COMPLAINTS.given(FILED, ANSWERED).when(END).then(ENDED)
    COMPLAINTS.given(FILED, ANSWERED, ENDED).when(END).then()
    COMPLAINTS.given(FILED).when(END).refused("complaint.not_answered")


def test_what_a_complaint_refuses() -> None:
    COMPLAINTS.given(FILED).when(replace(FILE, kind="fee")).refused("complaint.known")
    COMPLAINTS.given().when(replace(FILE, kind="x")).refused("complaint.kind")
    COMPLAINTS.given().when(replace(FILE, unit="kota-x.dinkes")).refused("complaint.other_unit")
    COMPLAINTS.given().when(ANSWER).refused("complaint.unknown")
    COMPLAINTS.given(FILED).when(replace(ANSWER, unit="pauh.dinkes.pkm-04")).refused("complaint.other_unit")
    COMPLAINTS.given(FILED, ANSWERED, ENDED).when(replace(ANSWER, measure="other")).refused("complaint.closed")
    COMPLAINTS.given(FILED, ANSWERED).when(replace(END, outcome="x")).refused("complaint.outcome")
    COMPLAINTS.given(FILED, ANSWERED, ENDED).when(replace(END, outcome="explained")).refused("complaint.closed")
    noted = AttemptRefused(act="CloseComplaint", code="x", digest="0" * 64)
    COMPLAINTS.given(FILED, noted).when(FILE).then()


@pytest.mark.parametrize(
    "changed",
    [
        {"service": "nik-3201011505900001-x"},
        {"service": "nik-320-101-150-590-000-1"},
        {"service": "a" * 41},
        {"service": "Poli Umum"},
        {"unit": "pauh.08123456789"},
        {"unit": "pauh.12-34-56-7"},
        {"unit": "pauh.Puskesmas Tiga"},
    ],
)
def test_no_number_of_a_person_enters_with_a_complaint(changed: dict[str, str]) -> None:
    """UU 27/2022: anybody files one, and what they write as a place stays for ever."""
    COMPLAINTS.given().when(replace(FILE, **changed)).refused("feedback.code")  # type: ignore[arg-type]


def test_a_note_of_a_refused_attempt_changes_no_plan() -> None:
    noted = AttemptRefused(act="ClosePlan", code="x", digest="0" * 64)
    RULES.given(OPENED, noted).when(OPEN).then()
