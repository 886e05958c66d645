"""Thresholds and the cut at three times the need: domain.md 2a, 2b, TEST 2 to 5; Kepmenpan RB 321/2024."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.rules import cuts, packs, thresholds
from shared.rules.errors import BadMark, UnknownKind
from shared.rules.marks import Parts

CPNS = packs.load("cpns-2024")
SCHOOL = packs.load("kedinasan-2023")


def parts(twk: int, tiu: int, tkp: int) -> dict[str, Decimal]:
    return {"twk": Decimal(twk), "tiu": Decimal(tiu), "tkp": Decimal(tkp)}


@pytest.mark.parametrize(
    ("kind", "marks", "failed"),
    [
        ("general", parts(65, 80, 166), []),
        ("kalimantan", parts(65, 80, 166), []),
        ("general", parts(60, 175, 225), ["twk"]),
        ("cumlaude", parts(60, 175, 225), []),
        ("disability", parts(30, 60, 196), []),
        ("disability", parts(150, 55, 195), ["tiu"]),
        ("general", parts(60, 75, 165), ["tiu", "tkp", "twk"]),
        ("cumlaude", parts(60, 85, 166), []),
        ("diaspora", parts(60, 85, 165), ["total"]),
        ("cumlaude", parts(90, 80, 166), ["tiu"]),
        ("papua", parts(30, 60, 195), ["total"]),
        ("remote", parts(0, 60, 225), ["total"]),
        ("remote", parts(5, 60, 221), []),
    ],
)
def test_2_a_mark_on_the_floor_passes_and_one_point_less_does_not(
    kind: str, marks: dict[str, Decimal], failed: list[str]
) -> None:
    """TEST 2: memenuhi means at least; cumlaude and disability have no floor of TWK and TKP."""
    verdict = thresholds.meets(CPNS, kind, marks)
    assert [floor.part for floor in verdict.failed] == failed
    assert verdict.meets is (not failed)
    assert "321/2024" in verdict.article


def test_2_what_was_needed_and_what_was_got_are_told() -> None:
    (failed,) = thresholds.meets(CPNS, "general", parts(65, 80, 165)).failed
    assert (failed.part, str(failed.needed), str(failed.got)) == ("tkp", "166", "165")
    assert [f.part for f in thresholds.meets(CPNS, "general", {"twk": "65"}).failed] == ["tiu", "tkp"]


@pytest.mark.parametrize(
    ("kind", "marks", "meets"),
    [
        ("general", parts(65, 80, 156), True),
        ("general", parts(65, 80, 155), False),
        ("affirmative", parts(45, 55, 181), True),
        ("affirmative", parts(45, 55, 180), False),
        ("affirmative", parts(150, 50, 180), False),
    ],
)
def test_2_service_schools_have_their_own_floors(kind: str, marks: dict[str, Decimal], meets: bool) -> None:
    """domain.md 2a: TKP 156 instead of 166; affirmative: total 281 and TIU 55."""
    assert thresholds.meets(SCHOOL, kind, marks).meets is meets


def test_an_unknown_kind_of_need_or_stage_is_refused_with_the_known_ones() -> None:
    with pytest.raises(UnknownKind, match="for 'umum'; known: cumlaude, diaspora, disability, general"):
        thresholds.meets(CPNS, "umum", parts(65, 80, 166))
    with pytest.raises(UnknownKind, match="of skb for 'general'"):
        thresholds.meets(CPNS, "general", {}, "skb")
    with pytest.raises(UnknownKind, match="no cut of 'skb'; known: skd"):
        cuts.cut(CPNS, "general", {}, 1, "skb")
    with pytest.raises(BadMark):
        thresholds.meets(CPNS, "general", {"twk": "155"})


def test_3_all_who_are_equal_at_the_line_go_on_and_twk_does_not_save_a_lower_tiu() -> None:
    """TEST 3, West Java guards 2023: need 82, line 246; places 246 and 247 are equal, the third has the lower TIU."""
    marks: dict[str, Parts] = {f"above{n:03}": parts(90, 130, 190) for n in range(245)}
    marks |= {"first": parts(85, 125, 188), "second": parts(85, 125, 188), "third": parts(90, 120, 188)}
    result = cuts.cut(CPNS, "general", marks, 82)
    assert (result.line, len(result.through)) == (246, 247)
    assert result.through[-2:] == ("first", "second")
    assert result.beyond == ("third",)
    assert (result.codes["second"], result.codes["third"]) == ("P/L", "P")


def test_4_equal_totals_go_on_together_only_if_all_three_parts_are_equal() -> None:
    """TEST 4: need 1, passers 400, 395, 390, 390: four go on; three if TKP differs."""
    marks: dict[str, Parts] = {"a": parts(100, 100, 200), "b": parts(95, 100, 200), "c": parts(95, 105, 190)}
    assert len(cuts.cut(CPNS, "general", marks | {"d": parts(95, 105, 190)}, 1).through) == 4
    result = cuts.cut(CPNS, "general", marks | {"d": parts(90, 105, 195)}, 1)
    assert (result.through, result.beyond) == (("a", "b", "d"), ("c",))


@pytest.mark.parametrize(
    ("d", "upper"), [(parts(95, 100, 195), "d"), (parts(95, 110, 185), "c"), (parts(100, 100, 190), "c")]
)
def test_4_tkp_decides_before_tiu_and_tiu_before_twk(d: dict[str, Decimal], upper: str) -> None:
    """domain.md 2b: sort key total, TKP, TIU, TWK."""
    marks: dict[str, Parts] = {"a": parts(100, 100, 200), "b": parts(95, 100, 200), "c": parts(95, 105, 190), "d": d}
    assert cuts.cut(CPNS, "general", marks, 1).through[2:] == (upper,)


def test_5_the_line_is_never_filled_with_those_below_the_threshold() -> None:
    """TEST 5: fewer passers than three times the need: all passers, nobody else."""
    marks: dict[str, Parts] = {"low": parts(60, 175, 225), "a": parts(65, 80, 166), "b": parts(70, 80, 166)}
    result = cuts.cut(CPNS, "general", marks, 1)
    assert (result.through, result.beyond, result.below) == (("b", "a"), (), ("low",))
    assert result.codes == {"b": "P/L", "a": "P/L", "low": "TL"}
    assert cuts.cut(CPNS, "general", marks, 0).through == ()


MARKS = st.builds(
    lambda twk, tiu, tkp: parts(twk * 5, tiu * 5, tkp), st.integers(12, 15), st.integers(15, 19), st.integers(164, 168)
)


@given(st.lists(MARKS, max_size=30), st.integers(0, 6), st.sampled_from(["general", "cumlaude", "disability"]))
def test_no_cut_ever_splits_equals_or_lets_the_weaker_pass(rows: list[Parts], seats: int, kind: str) -> None:
    marks = {f"a{n}": row for n, row in enumerate(rows)}
    result = cuts.cut(CPNS, kind, marks, seats)
    assert sorted((*result.through, *result.beyond, *result.below)) == sorted(marks)

    def key(name: str) -> tuple[Decimal, ...]:
        twk, tiu, tkp = (Decimal(marks[name][part]) for part in ("twk", "tiu", "tkp"))
        return (twk + tiu + tkp, tkp, tiu, twk)

    assert all(key(upper) > key(lower) for upper in result.through for lower in result.beyond)
    assert all(thresholds.meets(CPNS, kind, marks[name]).meets for name in (*result.through, *result.beyond))
    assert not any(thresholds.meets(CPNS, kind, marks[name]).meets for name in result.below)
    extra = [
        name for name in result.through[max(result.line, 1) :] if key(name) != key(result.through[result.line - 1])
    ]
    assert not extra
    assert len(result.through) >= min(result.line, len(marks) - len(result.below))
