"""Surveys of citizens (SKM, Permenpan RB 14/2017): codes by number, no more answers than codes, one result a period."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.feedback import periods, results, surveys
from services.feedback.facts import NO_STANDING
from services.feedback.results import PublishSurvey
from services.feedback.surveys import IssueCodes, ReceiveBallot
from shared.events import Refused
from shared.events.feedback import FeedbackReceived, SurveyResultPublished, VisitCodesIssued
from shared.events.platform import AttemptRefused
from shared.rules.calendar import arrived
from tests.domain.specification import Specification

RULES = Specification(surveys, surveys.Facts())
RESULTS = Specification(results, results.Facts(standing=NO_STANDING))
DAY, UNTIL = "2027-03-02", dt.date(2027, 3, 16)
ISSUE = IssueCodes(
    counter="loket-1", visits=200, every=5, codes=38, until=UNTIL, digests=tuple(f"{n:064x}" for n in range(38)),
    day=DAY, fresh=38, at="2027-03-02T03:00:00.000000Z",
)  # fmt: skip
ISSUED = VisitCodesIssued(counter="loket-1", visits=200, every=5, codes=38, until=UNTIL)
NINE = {f"u{n}": 3 for n in range(1, 10)}
BALLOT = ReceiveBallot(instrument="skm9", answers=NINE, channel="web")
RECEIVED = FeedbackReceived(instrument="skm9", answers=NINE, channel="web")
REFUSED = AttemptRefused(act="ReceiveBallot", code="x", digest="0" * 64)


def test_a_counter_hands_out_codes_by_number_alone() -> None:
    """TEST 37: 200 visits, one in five, 38 codes."""
    RULES.given().when(ISSUE).then(ISSUED)


def test_codes_that_were_handed_out_before_are_no_new_ones() -> None:
    RULES.given(ISSUED).when(replace(ISSUE, fresh=0)).then()
    RULES.given(ISSUED).when(replace(ISSUE, fresh=37)).refused("survey.codes_known")


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"day": "rawat"}, "survey.day"),
        ({"day": "2027-02-30"}, "survey.day"),
        ({"at": "2027-03-01T16:59:59.000000Z"}, "survey.day"),
        ({"visits": 0}, "survey.codes"),
        ({"every": 0}, "survey.codes"),
        ({"codes": 0}, "survey.codes"),
        ({"codes": 501}, "survey.codes"),
        ({"visits": 185}, "survey.codes"),
        ({"codes": 37}, "survey.codes"),
        ({"digests": ("0" * 64,) * 38}, "survey.codes"),
        ({"digests": (*(f"{n:064x}" for n in range(38)), "0" * 64)}, "survey.codes"),
        ({"until": dt.date(2027, 3, 17)}, "survey.until"),
        ({"until": dt.date(2027, 3, 1)}, "survey.until"),
        ({"at": "2027-03-16T17:00:00.000000Z"}, "survey.until"),
    ],
)
def test_codes_fit_their_visits_and_live_fourteen_days(changed: Any, code: str) -> None:
    RULES.given().when(replace(ISSUE, **changed)).refused(code)


def test_a_code_never_outlives_the_quarter_of_its_visit() -> None:
    late = replace(ISSUE, day="2027-03-30", at="2027-03-30T03:00:00.000000Z")
    RULES.given().when(replace(late, until=dt.date(2027, 4, 1))).refused("survey.until")
    assert RULES.given().when(replace(late, until=dt.date(2027, 3, 31))).of()


def test_the_39th_answer_to_38_codes_is_refused() -> None:
    """TEST 37: k 5, 38 codes; a 39th answer -> refused."""
    RULES.given(ISSUED, *[RECEIVED] * 37).when(BALLOT).then(RECEIVED)
    RULES.given(ISSUED, *[RECEIVED] * 38).when(BALLOT).refused("survey.no_code_left")
    RULES.given(ISSUED, *[RECEIVED] * 37, REFUSED).when(BALLOT).then(RECEIVED)


def test_the_answers_of_a_quarter_are_counted_against_the_codes_of_all_its_days() -> None:
    """Ballots of every day stand in the survey of the quarter's last."""
    RULES.given(*[RECEIVED] * 2).when(replace(BALLOT, others=3)).then(RECEIVED)
    RULES.given(*[RECEIVED] * 3).when(replace(BALLOT, others=3)).refused("survey.no_code_left")
    RULES.given(ISSUED, *[RECEIVED] * 40).when(replace(BALLOT, others=3)).then(RECEIVED)
    assert periods.gathered_on(dt.date(2027, 3, 2)) == dt.date(2027, 3, 31)


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"instrument": "skm14"}, "ballot.answers"),
        ({"answers": {**NINE, "u9": 5}}, "ballot.answers"),
        ({"answers": {**NINE, "u9": 0}}, "ballot.answers"),
        ({"answers": {name: n for name, n in NINE.items() if name != "u9"}}, "ballot.answers"),
        ({"channel": "fax"}, "ballot.channel"),
    ],
)
def test_nine_answers_from_one_to_four(changed: Any, code: str) -> None:
    RULES.given(ISSUED).when(replace(BALLOT, **changed)).refused(code)


@given(st.lists(st.one_of(st.integers(1, 5), st.none()), max_size=40))
def test_however_codes_and_answers_interleave_no_answer_is_beyond_the_codes(steps: list[int | None]) -> None:
    """A number hands out so many codes, None is an answer."""
    state, codes, answers = surveys.initial, 0, 0
    for step in steps:
        if step is None and answers == codes:
            with pytest.raises(Refused, match=r"survey\.no_code_left"):
                surveys.decide(BALLOT, state, surveys.Facts())
            continue
        more = () if step is None else tuple(f"{n:064x}" for n in range(step))
        issue = replace(ISSUE, codes=len(more), digests=more, fresh=len(more))
        (event,) = surveys.decide(BALLOT if step is None else issue, state, surveys.Facts())
        state, codes, answers = surveys.evolve(state, event), codes + len(more), answers + (step is None)
    assert (state.codes, state.answers) == (codes, answers)


# --- results ----------------------------------------------------------------------------------------------------

SUMS = dict(zip(NINE, (132, 128, 92, 140, 126, 110, 126, 84, 126), strict=True))
PUBLISH = PublishSurvey(
    period="2027-q1", codes=52, respondents=40, sums=SUMS, as_of=99, at="2027-04-01T17:00:00.000000Z"
)


def published(command: PublishSurvey = PUBLISH) -> SurveyResultPublished:
    """What becomes of it."""
    (event,) = RESULTS.given().when(command).of()
    return event  # type: ignore[no-any-return]


def test_a_result_is_the_index_of_the_sums() -> None:
    """TEST 36: n 40 -> 73.89 C."""
    event = published()
    assert (event.value, event.grade, event.respondents, event.as_of) == (Decimal("73.89"), "C", 40, 99)
    assert event.means["u3"] == Decimal("2.3000")


def test_a_weight_is_exactly_a_ninth() -> None:
    """TEST 19: 3,179 of 100 respondents -> 88.31 A. TEST 18: 955 of 29 would be an A, and is not published."""
    sums = {**dict.fromkeys(NINE, 353), "u1": 355}
    assert published(replace(PUBLISH, respondents=100, sums=sums)).grade == "A"
    few = dict(zip(NINE, (105, 101, 100, 116, 102, 105, 106, 105, 115), strict=True))
    RESULTS.given().when(replace(PUBLISH, respondents=29, sums=few)).refused("survey.too_few")


def test_there_is_one_result_for_a_period() -> None:
    RESULTS.given(published()).when(PUBLISH).then()
    RESULTS.given(published()).when(replace(PUBLISH, respondents=60)).then()
    RESULTS.given(published(), REFUSED).when(PUBLISH).then()


def test_a_result_waits_for_its_period_and_for_the_box() -> None:
    RESULTS.given().when(replace(PUBLISH, period="2027-1")).refused("survey.period")
    RESULTS.given().when(replace(PUBLISH, at="2027-04-01T16:59:59.999999Z")).refused("survey.period_open")
    RESULTS.given().when(replace(PUBLISH, waiting=1)).refused("survey.box.stale")
    RESULTS.given().when(replace(PUBLISH, respondents=0, sums=None)).refused("survey.too_few")


def test_quarters() -> None:
    assert periods.period("2027-q4") == (dt.date(2027, 10, 1), dt.date(2027, 12, 31))
    assert periods.period("0000-q1") is None
    assert [periods.name_of(dt.date(2027, month, 1)) for month in (1, 3, 4, 12)] == [
        "2027-q1", "2027-q1", "2027-q2", "2027-q4",
    ]  # fmt: skip
    assert arrived(None).year == 9999
