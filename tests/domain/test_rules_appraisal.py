"""An officer's grade: nine cells, a number, coworkers, support (TEST 20, 21, 38)."""

import datetime as dt
from decimal import Decimal

import pytest

from shared.rules.appraisal import (
    BEHAVIOURS,
    CELLS,
    NAMES,
    behaviour,
    below_twice,
    days_late,
    grade,
    level,
    numeric_grade,
    opens_support,
    peers_count,
    score,
    shares,
    support_until,
)
from shared.rules.errors import BadMark, UnknownKind

EXPECTED = dict.fromkeys(BEHAVIOURS, "as")


@pytest.mark.parametrize(
    ("results", "behaved", "predikat"),
    [("above", "below", "Kurang"), ("above", "as", "Baik"), ("above", "above", "Sangat Baik"),
     ("as", "below", "Kurang"), ("as", "as", "Baik"), ("as", "above", "Baik"),
     ("below", "below", "Sangat Kurang"), ("below", "as", "Butuh Perbaikan"), ("below", "above", "Butuh Perbaikan")],
)  # fmt: skip
def test_21_nine_cells(results: str, behaved: str, predikat: str) -> None:
    """TEST 21 (Permenpan RB 6/2022): above by below is Kurang, not Baik as one program has it."""
    assert NAMES[grade(results, behaved)] == predikat
    assert len(CELLS) == 9


def test_21_a_rating_that_is_none_has_no_cell() -> None:
    with pytest.raises(UnknownKind, match="excellent"):
        grade("excellent", "as")


def test_20_coworkers_change_the_shares() -> None:
    """TEST 20 (PP 30/2019 art. 41): SKP 98, behaviour 112 -> 103.6 by 60/40, 102.2 by 70/30; both Baik."""
    made = [score(Decimal(98), Decimal(112), answers) for answers in (3, 2)]
    assert made == [Decimal("103.6"), Decimal("102.2")]
    assert [numeric_grade(one, new_idea=True) for one in made] == ["good", "good"]


@pytest.mark.parametrize(
    ("value", "idea", "predikat"),
    [("120", True, "Sangat Baik"), ("110", True, "Sangat Baik"), ("109.99", True, "Baik"), ("112", False, "Baik"),
     ("90", False, "Baik"), ("89.99", True, "Cukup"), ("70", False, "Cukup"), ("69.99", False, "Kurang"),
     ("50", False, "Kurang"), ("49.99", False, "Sangat Kurang"), ("0", False, "Sangat Kurang")],
)  # fmt: skip
def test_20_the_bounds_of_the_number(value: str, idea: bool, predikat: str) -> None:
    """TEST 20 (PP 30/2019 art. 41): very good needs a new idea; 90 is Baik, 89.99 Cukup."""
    assert NAMES[numeric_grade(Decimal(value), new_idea=idea)] == predikat


@pytest.mark.parametrize("value", ["120.01", "-1", "NaN", "Infinity"])
def test_a_number_out_of_range_has_no_grade(value: str) -> None:
    with pytest.raises(BadMark):
        numeric_grade(Decimal(value), new_idea=False)
    with pytest.raises(BadMark):
        score(Decimal(value), Decimal(100))
    with pytest.raises(BadMark):
        score(Decimal(100), Decimal(value))


def test_38_two_answers_of_coworkers_do_not_count() -> None:
    """TEST 38: three asked, two answers -> 70/30, not shown."""
    assert [(peers_count(n), shares(n)) for n in (2, 3)] == [(False, (70, 30)), (True, (60, 40))]


def test_38_an_expectation_agreed_on_day_31_is_one_day_late() -> None:
    """TEST 38: the period's first day is day 1."""
    begins = dt.date(2027, 1, 1)
    assert [days_late(begins, dt.date(2027, 1, day)) for day in (1, 30, 31)] == [0, 0, 1]


@pytest.mark.parametrize(
    ("points", "rated"),
    [("1 1 1 1 2 2 2", "below"), ("1 1 1 2 2 2 2", "as"), ("2 2 2 2 3 3 3", "as"), ("2 2 2 3 3 3 3", "above"),
     ("1.5 1.5", "as"), ("1.49 1.5", "below"), ("2.5 2.5", "as"), ("2.5 2.51", "above"), ("3", "above")],
)  # fmt: skip
def test_seven_behaviours_make_one_rating(points: str, rated: str) -> None:
    """Below 1.5 on average below, up to 2.5 as expected, else above; not law."""
    assert level(map(Decimal, points.split())) == rated


def test_a_head_rates_every_behaviour() -> None:
    """BerAKHLAK: seven behaviours."""
    assert behaviour(EXPECTED) == "as"
    assert behaviour(EXPECTED | dict.fromkeys(("b1", "b2", "b3", "b4"), "below")) == "below"
    assert behaviour(EXPECTED | dict.fromkeys(("b1", "b2", "b3", "b4"), "above")) == "above"
    for wrong in ({"b1": "as"}, EXPECTED | {"b8": "as"}, EXPECTED | {"b1": "fine"}):
        with pytest.raises(UnknownKind):
            behaviour(wrong)


@pytest.mark.parametrize("points", ["", "0.9", "3.1", "2 4"])
def test_points_that_are_none_make_no_rating(points: str) -> None:
    with pytest.raises(BadMark):
        level(map(Decimal, points.split()))


def test_21_a_grade_or_a_behaviour_below_twice_opens_support() -> None:
    """TEST 21: Butuh Perbaikan and worse, or the same behaviour below expectation twice in a row; support for six
    months, not a sanction."""
    supported = {NAMES[one] for one in NAMES if opens_support(one, EXPECTED)}
    assert supported == {"Butuh Perbaikan", "Kurang", "Sangat Kurang"}
    once = EXPECTED | {"b2": "below"}
    assert not opens_support("good", once)
    assert not opens_support("good", once, EXPECTED | {"b3": "below"})
    assert not opens_support("good", EXPECTED, once)
    assert opens_support("good", once, once)
    assert below_twice(once, once) == ("b2",)
    assert support_until(dt.date(2027, 8, 31)) == dt.date(2028, 2, 29)
    assert support_until(dt.date(2027, 1, 4), 3) == dt.date(2027, 4, 4)
