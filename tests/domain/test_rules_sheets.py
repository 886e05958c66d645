"""Score sheets: whole points, three ways to put them together, and when they make a result: PAUH-MERIT."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.rules.errors import BadMark, UnknownKind
from shared.rules.sheets import aggregate, components, is_result, needs_note, problems, spread, wide


def sheet(**points: str) -> dict[str, Decimal]:
    return {criterion: Decimal(value) for criterion, value in points.items()}


def one(points: str) -> list[dict[str, Decimal]]:
    """Sheets of one criterion."""
    return [sheet(analysis=value) for value in points.split()]


@pytest.mark.parametrize(
    ("points", "mean", "trimmed", "median"),
    [
        ("74 75 76 74 98", "79.400", "75.000", "75.000"),
        ("78 79 77 78 40", "70.400", "77.667", "78.000"),
        ("60 70 81 90", "75.250", "75.500", "75.500"),
        ("80 80 81", "80.333", "80.000", "80.000"),
    ],
)
def test_29_mean_trimmed_and_median(points: str, mean: str, trimmed: str, median: str) -> None:
    """TEST 29: 98 and 40 move the mean alone; the median of an even number is the mean of the middle two."""
    for how, value in (("mean", mean), ("trimmed", trimmed), ("median", median)):
        assert str(aggregate(one(points), how)["analysis"]) == value


@given(st.lists(st.integers(0, 100), min_size=3, max_size=9), st.sampled_from(["mean", "trimmed", "median"]))
def test_an_aggregate_is_exact_half_up_and_no_panelists_order_changes_it(points: list[int], how: str) -> None:
    kept = sorted(points)
    if how == "trimmed":
        kept = kept[1:-1]
    elif how == "median":
        kept = [kept[len(kept) // 2], kept[-1 - len(kept) // 2]]
    exact = Fraction(sum(kept), len(kept))
    made = aggregate([{"c": Decimal(value)} for value in points], how)["c"]
    assert Fraction(made) == Fraction((exact * 2000 + 1) // 2, 1000)
    assert aggregate([{"c": Decimal(value)} for value in reversed(points)], how)["c"] == made


def test_an_aggregate_needs_enough_sheets_of_the_same_criteria_and_a_known_way() -> None:
    for sheets, how in (([], "mean"), ([], "median"), (one("70 80"), "trimmed")):
        with pytest.raises(BadMark, match=f"{len(sheets)} sheets, {how} needs"):
            aggregate(sheets, how)
    with pytest.raises(BadMark, match="same criteria"):
        aggregate([sheet(analysis="70"), sheet(vision="70")], "mean")
    with pytest.raises(UnknownKind, match="no aggregate 'best'; known: mean, trimmed, median"):
        aggregate(one("70"), "best")


@pytest.mark.parametrize(
    ("points", "found"),
    [
        (sheet(analysis="0", vision="100"), ()),
        (sheet(analysis="70.0", vision="1E+1"), ()),
        (sheet(analysis="70.5", vision="80"), ("sheet.points",)),
        (sheet(analysis="-1", vision="80"), ("sheet.points",)),
        (sheet(analysis="-0", vision="80"), ("sheet.points",)),
        (sheet(analysis="101", vision="80"), ("sheet.points",)),
        (sheet(analysis="NaN", vision="80"), ("sheet.points",)),
        (sheet(analysis="70"), ("sheet.criteria",)),
        (sheet(analysis="70", vision="80", charm="90"), ("sheet.criteria",)),
        (sheet(analysis="Infinity"), ("sheet.criteria", "sheet.points")),
    ],
)
def test_a_sheet_holds_whole_points_from_0_to_100_for_exactly_the_stages_criteria(
    points: dict[str, Decimal], found: tuple[str, ...]
) -> None:
    assert problems(points, ["analysis", "vision"]) == found


def test_points_under_40_or_over_90_need_a_note() -> None:
    assert needs_note(sheet(a="39", b="40", c="90", d="91")) == ("a", "d")
    assert needs_note(sheet(a="40")) == ()


def test_more_than_20_points_between_two_sheets_are_flagged_and_nothing_is_dropped() -> None:
    sheets = [sheet(a="70", b="70"), sheet(a="91", b="90"), sheet(a="80", b="80")]
    assert spread(sheets) == sheet(a="21", b="20")
    assert wide(sheets) == ("a",)
    assert spread([]) == {}


@pytest.mark.parametrize(
    ("kinds", "counts"),
    [
        (["academic", "practitioner", "internal"], True),
        (["academic", "practitioner"], False),
        (["academic", "internal", "internal", "internal"], False),
        (["practitioner", "internal", "internal"], False),
        (["academic", "academic", "practitioner"], True),
        ([], False),
    ],
)
def test_a_result_needs_three_sheets_and_one_of_each_outside_kind(kinds: list[str], counts: bool) -> None:
    """TEST 34: two of five sheets missing, the result stands; three missing, it waits."""
    assert is_result(iter(kinds)) is counts


def test_a_stage_is_composed_of_criteria_or_of_one_part_and_of_nothing_else() -> None:
    (cat,) = components("written", {"written": Decimal(85)}, None, Decimal(40))
    assert (cat.part, cat.method, str(cat.maximum), str(cat.weight)) == ("written", "cat", "85", "40")
    (marked,) = components("paper", None, {"argument": Decimal(20)}, Decimal(20))
    assert (marked.part, marked.method, str(marked.maximum), str(marked.weight)) == ("argument", "panel", "100", "20")
    for parts in (None, {}, {"one": Decimal(40), "two": Decimal(45)}):
        with pytest.raises(UnknownKind, match="neither criteria nor one part"):
            components("written", parts, None, Decimal(40))
