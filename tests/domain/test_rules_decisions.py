"""Why one stands before the other: the step, its article and both values; and never a reason that the marks deny."""

from collections.abc import Mapping
from decimal import Decimal

import pytest

from shared.rules import packs
from shared.rules.decisions import compare
from shared.rules.errors import Contradiction, UnknownKind
from shared.rules.ranking import Candidacy, rank

CPNS = packs.load("cpns-2024")


def row(key: str, twk: str, tiu: str, tkp: str, skb: str = "70", facts: Mapping[str, str] | None = None) -> Candidacy:
    skd = {"twk": twk, "tiu": tiu, "tkp": tkp}
    return Candidacy(key=key, marks={"skd": skd, "skb": {"skb": skb}}, facts=facts or {})


A = row("a", "100", "120", "190", facts={"gpa": "3.50"})


@pytest.mark.parametrize(
    ("lower", "step", "values", "before"),
    [
        (row("b", "100", "120", "189"), "final", ("71.818", "71.746"), ()),
        (row("b", "100", "120", "157", "74"), "skd", ("410", "377"), ("final",)),
        (row("b", "105", "120", "185"), "tkp", ("190", "185"), ("final", "skd")),
        (row("b", "105", "115", "190"), "tiu", ("120", "115"), ("final", "skd", "tkp")),
        (row("b", "100", "120", "190", facts={"gpa": "3.49"}), "gpa", ("3.50", "3.49"), None),
    ],
)
def test_the_step_and_both_values_are_told(
    lower: Candidacy, step: str, values: tuple[str, str], before: tuple[str, ...] | None
) -> None:
    assert rank(CPNS, [lower, A], 1).entries[1].decided_by == step
    decision = compare(CPNS, A, lower, step)
    assert (str(decision.upper), str(decision.lower)) == values
    assert "art. 45" in decision.article
    assert CPNS.labels[decision.label].en
    assert decision.before == (before if before is not None else ("final", "skd", "tkp", "tiu", "twk"))


def test_a_stated_order_has_no_values() -> None:
    b = row("b", "100", "120", "190", facts={"gpa": "3.50"})
    decision = compare(CPNS, A, b, "older")
    assert (decision.upper, decision.lower, decision.label) == (None, None, "older")
    assert decision.before == ("final", "skd", "tkp", "tiu", "twk", "gpa")


def test_a_reason_that_the_marks_deny_is_refused() -> None:
    """An explanation is evidence: it must not be printable unless it is true."""
    same = row("b", "100", "120", "190", facts={"gpa": "3.50"})
    for upper, lower, step in [
        (A, same, "gpa"),
        (row("b", "100", "120", "189"), A, "final"),
        (A, row("b", "105", "120", "185"), "older"),
        (A, row("b", "100", "120", "190"), "gpa"),
        (row("b", "100", "120", "190"), A, "gpa"),
    ]:
        with pytest.raises(Contradiction):
            compare(CPNS, upper, lower, step)
    with pytest.raises(UnknownKind):
        compare(CPNS, A, same, "name")


def test_a_third_without_gpa_makes_age_the_reason_for_two_who_have_it() -> None:
    """The tie as a whole decides which step can be used, so the reason comes from the ranking and not from two rows."""
    b = row("b", "100", "120", "190", facts={"gpa": "3.10"})
    c = row("c", "100", "120", "190")
    entries = rank(CPNS, [A, b, c], 1, by_age=[["b", "a", "c"]]).entries
    assert [(entry.key, entry.decided_by) for entry in entries] == [("b", None), ("a", "older"), ("c", "older")]
    assert compare(CPNS, b, A, "older").upper is None


def test_a_decision_reads_decimals_and_strings_alike() -> None:
    upper = Candidacy(key="d", marks={"skd": {"tkp": Decimal(200)}, "skb": {}})
    lower = Candidacy(key="e", marks={"skd": {"tiu": "100", "twk": "100"}, "skb": {}})
    assert compare(CPNS, upper, lower, "tkp").lower == 0
