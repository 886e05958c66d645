"""Official status codes: who stands in the order, who outside; domain.md 2f, events.md 3b."""

import pytest

from shared.rules import packs, status
from shared.rules.errors import UnknownCode, UnknownKind

CPNS = packs.load("cpns-2024")
SCHOOL = packs.load("kedinasan-2023")


@pytest.mark.parametrize("code", ["P/L", "TL"])
def test_the_order_of_the_final_list_is_made_of_hired_and_not_hired(code: str) -> None:
    assert status.classify(CPNS, code).in_order


@pytest.mark.parametrize(
    "code", ["P/L-U", "P/L-U1", "P/L-U3", "P/L-U12", "P/L-E", "P/L-E1", "P/L-E3", "P/L-2", "APS", "TMS-1", "TH", "DIS"]
)
def test_absent_withdrawn_failed_and_placed_elsewhere_stand_outside(code: str) -> None:
    rule = status.classify(CPNS, code)
    assert not rule.in_order
    assert rule.meaning.id
    assert rule.meaning.en
    assert rule.source


@pytest.mark.parametrize(
    ("code", "in_order"),
    [
        ("P/L", True),
        ("P", True),
        ("PA", True),
        ("PA/L", True),
        ("RP/L", True),
        ("TL", False),
        ("TH", False),
        ("APS", False),
    ],
)
def test_on_the_skd_list_tl_means_below_the_threshold(code: str, in_order: bool) -> None:
    assert status.classify(CPNS, code, "skd").in_order is in_order
    if code != "RP/L":
        assert status.classify(SCHOOL, code).in_order is in_order


@pytest.mark.parametrize("code", ["", "P/L-U3x", "P/L-UX", "p/l", "TMS-2", "P/L ", "P/L-U٣", "P/L\n"])
def test_a_code_that_nobody_classified_is_never_guessed(code: str) -> None:
    with pytest.raises(UnknownCode, match=r"of the final list; known: P/L, TL, P/L-U\*"):
        status.classify(CPNS, code)


def test_an_unknown_list_is_refused() -> None:
    with pytest.raises(UnknownKind, match="no list 'admin'; known: final, skd"):
        status.classify(CPNS, "P/L", "admin")
