"""Integration of SKD and SKB: domain.md 2d, TEST 7 and 8; Permenpan RB 27/2021 art. 48, 6/2024 art. 45."""

import json
from decimal import ROUND_DOWN, Decimal, localcontext

import pytest

from shared.rules import packs, scores
from shared.rules.errors import BadMark, MissingStage
from shared.rules.marks import Marks, number
from shared.rules.shapes import Component

CPNS = packs.load("cpns-2024")
OLD = packs.load("cpns-2018")
SCHOOL = packs.load("kedinasan-2023")


def component(part: str, method: str, maximum: str, weight: str) -> Component:
    return Component(stage="skb", part=part, method=method, maximum=Decimal(maximum), weight=Decimal(weight))


CAT_ONLY = (component("cat", "cat", "500", "100"),)
CAT_AND_PRACTICE = (component("cat", "cat", "500", "60"), component("practice", "practice", "100", "40"))


def skd(total: int) -> dict[str, Decimal]:
    """Any parts with this total."""
    tkp = min(total, 225)
    tiu = min(total - tkp, 175)
    return {"tkp": Decimal(tkp), "tiu": Decimal(tiu), "twk": Decimal(total - tkp - tiu)}


def test_7_composed_skb_is_rounded_in_steps_and_never_once_at_the_end() -> None:
    """TEST 7: SKD 442, CAT 380/500 and practice 82/100 at 60/40: 79.186; rounding once would give 79.185."""
    marks: Marks = {"skd": skd(442), "skb": {"cat": "380", "practice": Decimal(82)}}
    result = scores.evaluate(CPNS, marks, CAT_AND_PRACTICE)
    assert str(result.final) == "79.186"
    assert [(step.id, step.text, str(step.value)) for step in result.steps] == [
        ("skd_scaled", "442 / 550 * 100", "80.364"),
        ("skd_weighted", "80.364 * 0.40", "32.146"),
        ("skb_scaled.cat", "380 / 500 * 100", "76.000"),
        ("skb_scaled.cat.weighted", "76.000 * 0.60", "45.600"),
        ("skb_scaled.practice", "82", "82.000"),
        ("skb_scaled.practice.weighted", "82.000 * 0.40", "32.800"),
        ("skb_scaled", "45.600 + 32.800", "78.400"),
        ("skb_weighted", "78.400 * 0.60", "47.040"),
        ("final", "32.146 + 47.040", "79.186"),
    ]
    assert all(step.label in CPNS.labels and step.article for step in result.steps)
    once = (Decimal(442) / 550 * 100 * Decimal("0.40") + Decimal("47.040")).quantize(Decimal("0.001"))
    assert str(once) == "79.185"


def test_the_single_printed_skb_mark_of_an_official_list_counts_as_it_stands() -> None:
    """As the lists of 2024 print it: SKD 411, SKB 69: 29.891 + 41.400."""
    result = scores.evaluate(CPNS, {"skd": skd(411), "skb": {"skb": "69"}})
    assert [(step.text, str(step.value)) for step in result.steps] == [
        ("411 / 550 * 100", "74.727"),
        ("74.727 * 0.40", "29.891"),
        ("69", "69.000"),
        ("69.000", "69.000"),
        ("69.000 * 0.60", "41.400"),
        ("29.891 + 41.400", "71.291"),
    ]


@pytest.mark.parametrize(
    ("skd_total", "skb", "of_500", "of_550"),
    [(300, "350", "66.000", "63.818"), (295, "400", "71.600", "69.454"), (280, "375", "67.400", "65.364")],
    ids=["Adul", "Bedu", "Cita"],
)
def test_8_the_example_of_2018_and_the_same_marks_on_the_scale_of_550(
    skd_total: int, skb: str, of_500: str, of_550: str
) -> None:
    """TEST 8: three applicants of a press example; rounding once would make the second 69.455."""
    old: Marks = {"skd": {"skd": Decimal(skd_total)}, "skb": {"skb": skb}}
    assert str(scores.evaluate(OLD, old).final) == of_500
    new: Marks = {"skd": skd(skd_total), "skb": {"cat": skb}}
    assert str(scores.evaluate(CPNS, new, CAT_ONLY).final) == of_550


def test_9_two_ways_to_the_same_final_score() -> None:
    """TEST 9: SKD 440 with 380/500 and SKD 407 with 400/500 are both 77.600."""
    for total, cat in ((440, "380"), (407, "400")):
        assert str(scores.evaluate(CPNS, {"skd": skd(total), "skb": {"cat": cat}}, CAT_ONLY).final) == "77.600"


@pytest.mark.parametrize(
    ("step", "by", "wrong"), [(1, "0.16", "59.898"), (3, "1.00", "110.546")], ids=["40 % twice", "0.60 forgotten"]
)
def test_the_sums_that_the_press_got_wrong_are_other_packs(step: int, by: str, wrong: str) -> None:
    """domain.md 2d, negative fixtures: one page applies 40 % twice, another forgets the 0.60; neither is our law."""
    marks: Marks = {"skd": skd(442), "skb": {"skb": "78.4"}}
    changed = json.loads((packs.FOLDER / "cpns-2024.json").read_bytes())
    changed["formula"][step]["by"] = by
    mutant = packs.read(packs.canonical(changed))
    assert str(scores.evaluate(mutant, marks).final) == wrong
    assert str(scores.evaluate(CPNS, marks).final) == "79.186"


@pytest.mark.parametrize(
    ("mark", "final"), [("0.0025", "0.002"), ("0.0005", "0.001"), ("10.0025", "6.002"), ("0.0024", "0.001")]
)
def test_a_half_goes_up_and_not_to_the_even_neighbour(mark: str, final: str) -> None:
    """0.0025 is 0.003, and 60 % of it 0.002; half to even would make it 0.002, and 60 % of it 0.001."""
    assert str(scores.evaluate(CPNS, {"skd": {}, "skb": {"skb": mark}}).final) == final


def test_an_absent_part_counts_0_and_an_absent_stage_is_no_sum_yet() -> None:
    """events.md 3b: an absent part counts 0."""
    assert str(scores.evaluate(CPNS, {"skd": {}, "skb": {}}).final) == "0.000"
    with pytest.raises(MissingStage, match="no marks of skb"):
        scores.evaluate(CPNS, {"skd": skd(400)})


def test_the_skd_of_a_service_school_is_its_own_sum() -> None:
    marks: Marks = {"skd": {"twk": "105", "tiu": "155", "tkp": "190"}}
    (step,) = scores.evaluate(SCHOOL, marks).steps
    assert (step.text, str(step.value)) == ("155 + 190 + 105", "450.000")


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        ({"twk": "151"}, r"skd\.twk: 151 is not between 0 and 150"),
        ({"twk": Decimal(-5)}, "is not between"),
        ({"twk": "-5"}, "not a decimal number"),
        ({"twk": "1e2"}, "not a decimal number"),
        ({"twk": "65 "}, "not a decimal number"),
        ({"twk": Decimal("NaN")}, "not a decimal number"),
        ({"twk": Decimal("Infinity")}, "not a decimal number"),
        ({"twk": 65.0}, "not a decimal number"),
        ({"twk": 65}, "not a decimal number"),
        ({"twk": "65.0000001"}, "more than 6 decimals"),
        ({"interview": "90"}, "skd has no part interview; known: tiu, tkp, twk"),
    ],
)
def test_a_mark_that_the_stage_cannot_have_is_refused(parts: dict[str, Decimal], message: str) -> None:
    with pytest.raises(BadMark, match=message):
        scores.evaluate(CPNS, {"skd": parts, "skb": {}})


def test_the_callers_decimal_context_changes_nothing() -> None:
    marks: Marks = {"skd": skd(442), "skb": {"cat": "380", "practice": "82"}}
    with localcontext() as context:
        context.prec, context.rounding = 3, ROUND_DOWN
        assert str(scores.evaluate(CPNS, marks, CAT_AND_PRACTICE).final) == "79.186"


def test_a_number_is_read_exactly() -> None:
    assert number("3.5972000000000004") == Decimal("3.5972000000000004")
