"""A scheme under a pack whose second stage a panel marks: criteria, anchors, panel (domain.md 2h)."""

from dataclasses import replace
from decimal import Decimal

import pytest

from services.intake import schemes
from shared.events.intake import Criterion, SchemeStage
from shared.rules import packs
from shared.rules.shapes import Pack, Stage
from tests.domain.notices import PACK, SCHEME, SKB, SKD

ANCHORS = ("none", "named", "one example", "with a result", "measured")
CRITERIA = (
    Criterion(id="experience", words="Pengalaman", weight=Decimal(20), anchors=ANCHORS),
    Criterion(id="analysis", words="Analisis", weight=Decimal(40), anchors=ANCHORS),
)
PANEL = replace(
    SKB, parts=None, criteria=CRITERIA, aggregate="mean", panel={"internal": 2, "academic": 2, "practitioner": 1}
)


def by_panel() -> Pack:
    """A pack whose second stage a panel marks."""
    return replace(PACK, stages={**PACK.stages, "skb": Stage(id="skb", label="skb", parts={}, components=())})


def codes(stage: SchemeStage) -> list[str]:
    return [code for code, _ in schemes.faults(replace(SCHEME, stages=(SKD, stage)), by_panel())]


def test_a_panel_marks_criteria_that_make_up_the_stage() -> None:
    """domain.md 2h: weights sum to the stage's; five anchors in words, else refused."""
    assert codes(PANEL) == []
    light = replace(CRITERIA[1], weight=Decimal("39.999"))
    assert codes(replace(PANEL, criteria=(CRITERIA[0], light))) == ["scheme.criteria_weights"]
    negative = replace(CRITERIA[0], weight=Decimal(-20)), replace(CRITERIA[1], weight=Decimal(80))
    assert codes(replace(PANEL, criteria=negative)) == ["scheme.criteria_weights"]
    assert codes(replace(PANEL, criteria=(CRITERIA[0], CRITERIA[0], CRITERIA[0]))) == ["scheme.criteria"]
    for anchors in (ANCHORS[:4], (*ANCHORS, "more"), (*ANCHORS[:4], " ")):
        assert codes(replace(PANEL, criteria=(CRITERIA[0], replace(CRITERIA[1], anchors=anchors)))) == [
            "scheme.anchors"
        ]
    assert codes(replace(PANEL, sight="cat")) == ["scheme.sight"]
    assert codes(replace(PANEL, aggregate="best")) == ["scheme.aggregate"]


@pytest.mark.parametrize(
    ("panel", "found"),
    [
        ({"internal": 3, "academic": 1, "practitioner": 1}, ["scheme.panel"]),
        ({"internal": 3, "academic": 2, "practitioner": 2}, []),
        ({"internal": 4, "academic": 4, "practitioner": 1}, []),
        ({"internal": 2, "academic": 2, "practitioner": 2}, ["scheme.panel"]),
        ({"internal": 2, "academic": 3}, ["scheme.panel"]),
        ({"internal": 2, "academic": 1, "practitioner": 1, "cousin": 1}, ["scheme.role"]),
        (None, ["scheme.panel"]),
    ],
)
def test_17_a_panel_is_odd_and_at_most_45_percent_internal(panel: dict[str, int] | None, found: list[str]) -> None:
    """TEST 17: 5 with 3 internal, or 6 members: refused; 7 with 3, 9 with 4: lawful; both outside kinds sit in it."""
    assert codes(replace(PANEL, panel=panel)) == found


def test_a_composed_stage_without_limits_is_not_guessed() -> None:
    """`cpns-2018` knows no composition: no notice is published under it."""
    old = packs.load("cpns-2018")
    stage = replace(SKB, parts={"cat": Decimal(100)})
    assert ("scheme.level", "regional") in list(schemes.faults(replace(SCHEME, stages=(SKD, stage)), old))
