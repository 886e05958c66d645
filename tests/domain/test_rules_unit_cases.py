"""A unit's case after a poor survey: its days, and measures that fit their gaps (TEST 36)."""

import datetime as dt

import pytest

from shared.rules.errors import UnknownKind
from shared.rules.survey import NINE, Instrument
from shared.rules.unit_cases import (
    MEASURES,
    causes_due,
    closes,
    drafts_need,
    enrolled_by,
    may_answer,
    measure_for,
    measured_again,
    opens,
    trains,
)
from shared.rules.workload import efficiency
from tests.domain.test_rules_workload import OFFICE

CHAIRS_FIRST = Instrument(facilities="u8", complaints="u9")
CHAIRS_LAST = Instrument(facilities="u9", complaints="u8")


def test_36_the_days_of_a_case() -> None:
    """TEST 36: opened 2 April, causes by 16 April, measured again on 1 July."""
    opened = dt.date(2027, 4, 2)
    assert (causes_due(opened), measured_again(opened)) == (dt.date(2027, 4, 16), dt.date(2027, 7, 1))
    assert enrolled_by(causes_due(opened)) == dt.date(2027, 4, 23)


def test_36_c_or_d_opens_and_a_or_b_closes() -> None:
    """TEST 36: C stays open, B closes; with 29 answers nothing happens."""
    assert [opens(one, 30) for one in "ABCD"] == [False, False, True, True]
    assert [closes(one, 30) for one in "ABCD"] == [True, True, False, False]
    assert not opens("D", 29)
    assert not closes("A", 29)


def test_36_nobody_is_trained_because_chairs_are_missing() -> None:
    """TEST 36: competence is refused for the facilities' element, whichever that is."""
    assert not may_answer("competence", "u8", CHAIRS_FIRST)
    assert may_answer("facilities", "u8", CHAIRS_FIRST)
    assert may_answer("competence", "u8", CHAIRS_LAST)
    assert not may_answer("competence", "u9", CHAIRS_LAST)
    assert [one for one in MEASURES if trains(one)] == ["competence"]


def test_every_gap_has_one_measure() -> None:
    said = [measure_for(one, CHAIRS_FIRST) for one in NINE]
    assert said == [
        "process",
        "process",
        "staffing",
        "process",
        "process",
        *["competence"] * 2,
        "facilities",
        "competence",
    ]
    assert all(sum(may_answer(kind, one, CHAIRS_LAST) for kind in MEASURES) == 1 for one in NINE)


def test_36_staff_that_is_missing_drafts_a_need() -> None:
    """TEST 36: efficiency 1.228 (TEST 1) is class A; a post that is not overworked drafts none."""
    assert drafts_need("staffing", efficiency(OFFICE, 2))
    assert not drafts_need("staffing", efficiency(OFFICE, 3))
    assert not drafts_need("process", "A")
    assert not drafts_need("staffing", None)


def test_what_is_no_gap_or_no_measure_is_never_guessed() -> None:
    short = Instrument(facilities=None, complaints=None, elements=("u1", "u8"))
    for element in ("u2", "u8", "u10"):
        with pytest.raises(UnknownKind, match=element):
            measure_for(element, short)
    with pytest.raises(UnknownKind, match="seminar"):
        may_answer("seminar", "u1", short)
