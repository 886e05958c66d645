"""What an SKB may be made of: domain.md 2c, TEST 6; Permenpan RB 27/2021, 6/2024 arts. 34, 37(1)."""

from decimal import Decimal

import pytest

from shared.rules import composition, packs
from shared.rules.errors import UnknownKind
from shared.rules.shapes import Component

CPNS = packs.load("cpns-2024")


def scheme(*tests: tuple[str, str]) -> tuple[Component, ...]:
    """Components of the SKB by method and weight in percent."""
    return tuple(
        Component(stage="skb", part=method, method=method, maximum=Decimal(100), weight=Decimal(weight))
        for method, weight in tests
    )


@pytest.mark.parametrize(
    ("agency", "tests", "codes"),
    [
        ("regional", [("cat", "60"), ("practice", "40")], []),
        ("regional", [("cat", "100")], []),
        ("regional", [("cat", "50"), ("practice", "50")], ["too_little"]),
        ("regional", [("cat", "60"), ("interview", "40")], ["banned"]),
        ("regional", [("cat", "50"), ("interview", "30")], ["banned", "sum", "too_little"]),
        ("regional", [("cat", "60"), ("practice", "20"), ("physical", "20")], ["extras"]),
        ("regional", [("practice", "100")], ["too_little"]),
        ("regional", [], ["sum", "too_little"]),
        ("regional", [("cat", "60"), ("astrology", "40")], ["method"]),
        ("regional", [("cat", "60"), ("printed", "40")], ["method"]),
        ("central", [("cat", "50"), ("interview", "10"), ("practice", "20"), ("language", "20")], []),
        ("central", [("cat", "49.9"), ("practice", "50.1")], ["too_little"]),
        ("central", [("cat", "80"), ("interview", "20")], ["too_much"]),
        (
            "central",
            [("cat", "60"), *((m, "10") for m in ("interview", "practice", "language", "physical"))],
            ["extras"],
        ),
        ("central", [("cat", "100"), ("practice", "20"), ("language", "-20")], ["nothing"]),
        ("central", [("cat", "60"), ("practice", "20"), ("practice", "20")], ["twice"]),
    ],
)
def test_6_a_composition_is_lawful_or_says_what_is_wrong(
    agency: str, tests: list[tuple[str, str]], codes: list[str]
) -> None:
    """TEST 6: regional CAT at least 60 %, one extra, no interview; 50 and 30 is the mistake of a press example."""
    found = composition.problems(CPNS, agency, scheme(*tests))
    assert [problem.code for problem in found] == codes
    assert all(problem.article for problem in found)


def test_6_a_problem_names_method_value_and_limit() -> None:
    (problem,) = composition.problems(CPNS, "regional", scheme(("cat", "50"), ("practice", "50")))
    assert (problem.about, problem.is_now, problem.limit) == ("cat", "50", "60")


def test_6_only_the_stage_itself_is_judged_and_unknown_agencies_are_refused() -> None:
    other = Component(stage="paper", part="x", method="x", maximum=Decimal(100), weight=Decimal(100))
    assert composition.problems(CPNS, "regional", (*scheme(("cat", "100")), other)) == ()
    with pytest.raises(UnknownKind, match="no skb limits for 'village'; known: central, regional"):
        composition.problems(CPNS, "village", ())
    with pytest.raises(UnknownKind, match="no skb limits"):
        composition.problems(packs.load("kedinasan-2023"), "regional", ())
