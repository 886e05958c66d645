"""The citizens' satisfaction index: exact until printed, and its codes (TEST 18, 19, 36, 37)."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.rules.errors import BadMark, BadPack
from shared.rules.survey import (
    NINE,
    Index,
    Instrument,
    differing,
    enough,
    grade,
    half_up,
    index,
    may_count,
    returned,
    sample,
    withheld,
)

PLAIN = Instrument(facilities="u8", complaints="u9")


def weighing(weight: str) -> Instrument:
    return Instrument(facilities="u8", complaints="u9", weight=weight)


def summed(text: str) -> dict[str, int]:
    return dict(zip(NINE, map(int, text.split()), strict=True))


def totalling(total: int) -> dict[str, int]:
    """Nine sums of this total, as even as can be."""
    return {one: total // 9 + (n < total % 9) for n, one in enumerate(NINE)}


def test_18_the_weight_is_exactly_a_ninth() -> None:
    """TEST 18 (Permenpan RB 14/2017): 955 points of 29 people; the weights that are in use give less, all grade A."""
    sums = summed("105 101 100 116 102 105 106 105 115")
    made = [index(sums, 29, one) for one in (PLAIN, weighing("0.111"), weighing("0.11"))]
    assert [half_up(one.exact, 4) for one in made] == [Decimal(s) for s in ("91.4751", "91.3836", "90.5603")]
    assert [one.grade for one in made] == ["A", "A", "A"]
    assert made[0].exact == Fraction(955, 29) * 25 / 9
    assert made[0].means["u1"] == Decimal("3.6207")


def test_19_a_rounded_weight_flips_a_grade() -> None:
    """TEST 19 (Permenpan RB 14/2017): 3,179 points of 100 people are 88.31, A; with 0.111 they are 88.22, B."""
    exact, rounded = (index(totalling(3179), 100, one) for one in (PLAIN, weighing("0.111")))
    assert (exact.value, exact.grade) == (Decimal("88.31"), "A")
    assert exact.exact < Decimal("88.31")
    assert (rounded.value, rounded.grade) == (Decimal("88.22"), "B")


def test_36_the_gaps_are_the_elements_that_are_not_good_yet() -> None:
    """TEST 36 (Permenpan RB 14/2017): 40 answers, 73.89 C; U3 57.50, U6 68.75, U8 52.50."""
    made = index(summed("132 128 92 140 126 110 126 84 126"), 40, PLAIN)
    assert (made.value, made.grade, made.respondents) == (Decimal("73.89"), "C", 40)
    assert made.gaps == {"u3": Decimal("57.50"), "u6": Decimal("68.75"), "u8": Decimal("52.50")}


def test_36_measured_again_it_is_still_c() -> None:
    """TEST 36 (Permenpan RB 14/2017): 52 answers, 1,429 points are 76.34, C."""
    made = index(totalling(1429), 52, PLAIN)
    assert (made.value, made.grade) == (Decimal("76.34"), "C")


def test_37_codes_that_were_not_handed_out_are_flagged() -> None:
    """TEST 37: 60 of 200 are 0.30; 38 of every fifth of 200 are 0.95; from 0.80 on there is no flag."""
    assert (returned(60, 200, 1), withheld(60, 200, 1)) == (Decimal("0.30"), True)
    assert (returned(38, 200, 5), withheld(38, 200, 5)) == (Decimal("0.95"), False)
    assert (withheld(160, 200, 1), withheld(159, 200, 1)) == (False, True)
    assert (returned(799, 1000, 1), returned(7999, 10_000, 1), withheld(7999, 10_000, 1)) == (
        Decimal("0.80"),
        Decimal("0.80"),
        True,
    )


@pytest.mark.parametrize(("codes", "visits", "every"), [(1, 0, 1), (1, 1, 0), (-1, 1, 1)])
def test_a_share_of_nothing_is_refused(codes: int, visits: int, every: int) -> None:
    with pytest.raises(BadMark):
        withheld(codes, visits, every)


def test_37_there_are_never_more_answers_than_codes() -> None:
    """TEST 37: the 39th answer to 38 codes is refused."""
    assert may_count(37, 38)
    assert not may_count(38, 38)


def test_37_a_paper_that_was_keyed_differently_returns() -> None:
    """TEST 37: two people key every paper; that paper returns, the others count."""
    first = {"p1": {"u1": 3}, "p2": {"u1": 4}, "p3": {"u1": 1}}
    assert differing(first, {"p1": {"u1": 3}, "p2": {"u1": 3}, "p4": {"u1": 1}}) == ("p2", "p3", "p4")
    assert differing(first, dict(first)) == ()


@pytest.mark.parametrize(
    ("value", "mark"),
    [("100.00", "A"), ("88.31", "A"), ("88.30", "B"), ("76.61", "B"), ("76.60", "C"), ("65.00", "C"), ("64.99", "D"),
     ("25.00", "D")],
)  # fmt: skip
def test_a_grade_follows_the_printed_value(value: str, mark: str) -> None:
    assert grade(Decimal(value)) == mark


def test_fewer_elements_weigh_more() -> None:
    """Four elements, a quarter each; who says "do not know" is not counted in that element."""
    four = Instrument(facilities=None, complaints="u4", elements=NINE[:4])
    sums = {"u1": 40, "u2": 40, "u3": 40, "u4": 10}
    assert index(sums, 10, four, {"u1": 10, "u2": 10, "u3": 10, "u4": 5}).value == Decimal("87.50")
    assert index(sums, 10, four).value == Decimal("81.25")


def test_an_instrument_that_cannot_be_is_refused() -> None:
    for wrong in (
        {"elements": ()},
        {"elements": ("u8", "u8", "u9")},
        {"complaints": "u8"},
        {"complaints": "u10"},
        {"elements": ("u8", "u9"), "weight": "0.111"},
    ):
        with pytest.raises(BadPack):
            Instrument(**{"facilities": "u8", "complaints": "u9", **wrong})  # type: ignore[arg-type]
    with pytest.raises(BadMark):
        index(totalling(3179), 100, weighing("1/9"))


def test_sums_that_no_answers_have_are_refused() -> None:
    good = totalling(360)
    for sums, n, answered in (
        ({"u1": 100}, 100, None),
        (good | {"u1": 161}, 40, None),
        (good | {"u1": 39}, 40, None),
        (good, 0, None),
        (good, 40, {"u1": 40}),
        (good | {"u1": 0}, 40, dict.fromkeys(NINE, 40) | {"u1": 0}),
        (good, 40, dict.fromkeys(NINE, 40) | {"u1": 41}),
    ):
        with pytest.raises(BadMark):
            index(sums, n, PLAIN, answered)


@pytest.mark.parametrize(
    ("population", "needed"), [(0, 0), (1, 1), (100, 80), (250, 152), (500, 217), (1_000, 278), (10_000, 370)]
)
def test_a_sample_is_as_large_as_krejcie_and_morgan_say(population: int, needed: int) -> None:
    assert sample(population) == needed


def test_thirty_answers_are_enough() -> None:
    assert (enough(29), enough(30)) == (False, True)


@given(st.lists(st.lists(st.integers(1, 4), min_size=9, max_size=9), min_size=1, max_size=40))
def test_an_index_lies_where_the_scale_ends(answers: list[list[int]]) -> None:
    """25 to 100, as its printed means say; the gaps are the elements that would not be B themselves."""
    sums = dict(zip(NINE, map(sum, zip(*answers, strict=True)), strict=True))
    made: Index = index(sums, len(answers), PLAIN)
    assert 25 <= made.value <= 100
    assert abs(Fraction(sum(made.means.values())) * 25 / 9 - made.exact) < Fraction(1, 100)
    own = {one: half_up(Fraction(points, len(answers)) * 25, 2) for one, points in sums.items()}
    assert made.gaps == {one: value for one, value in own.items() if grade(value) in "CD"}
