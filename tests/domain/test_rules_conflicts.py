"""Conflicts of interest: what a tie does, and whose word suffices (TEST 33)."""

import datetime as dt

import pytest

from shared.rules.conflicts import EFFECTS, Heard, by_word, closed, effect, holds, may_open, unsaid
from shared.rules.errors import UnknownKind

ROSTER = [f"a{n:03}" for n in range(120)]


def test_33_kin_of_one_is_out_for_all() -> None:
    """TEST 33: kin of one of 120, all 120 go to the reserve, also where the relative stands on another roster."""
    assert closed({"a007": ["kin"]}, ROSTER) == set(ROSTER)
    assert closed({"b001": ["other", "business"]}, ROSTER) == set(ROSTER)


def test_33_a_teacher_is_out_for_that_candidate() -> None:
    """TEST 33: teacher, co-author, dispute, other: the rivals may be judged."""
    assert closed({"a007": ["teacher"], "a008": ["dispute"], "b001": ["other"], "a009": []}, ROSTER) == {"a007", "a008"}
    assert closed({}, ROSTER) == frozenset()


def test_33_kinds_and_their_effects() -> None:
    """TEST 33: kin, household, superior and business are out for the vacancy."""
    assert {kind for kind in EFFECTS if effect(kind) == "vacancy"} == {"kin", "household", "superior", "business"}
    assert {kind for kind in EFFECTS if effect(kind) == "candidate"} == {"teacher", "coauthor", "dispute", "other"}
    for ask in (
        lambda: effect("friend"),
        lambda: closed({"a": ["friend"]}, ROSTER),
        lambda: holds("friend", None, dt.date.min),
    ):
        with pytest.raises(UnknownKind, match="friend"):
            ask()


def test_33_a_match_left_blank_is_found() -> None:
    """TEST 33: a sibling by the family card whom the declaration leaves blank."""
    assert unsaid(["a007", "a003"], ["a003", "a099"]) == ("a007",)
    assert unsaid(["a007"], ["a007"]) == ()


def test_33_the_applicants_word_recuses_two() -> None:
    """TEST 33: three named, two recused, one to decide; naming one again or one with proof uses up no word."""
    assert by_word(["p3", "p1", "p2"]) == Heard(recused=("p3", "p1"), to_decide=("p2",))
    assert by_word(["p3", "p3", "p1", "p2"], proved=["p1"]) == Heard(recused=("p3", "p1", "p2"), to_decide=())
    assert by_word([]) == Heard(recused=(), to_decide=())


def test_33_nothing_opens_before_the_declaration() -> None:
    """TEST 33: blind before signing: closed; open, declared, but absent: closed."""
    opened = [
        (sight, declared, present)
        for sight in ("blind", "open") for declared in (False, True) for present in (False, True)
        if may_open(sight, declared=declared, present=present)
    ]  # fmt: skip
    assert opened == [("blind", True, False), ("blind", True, True), ("open", True, True)]
    with pytest.raises(UnknownKind, match="cat"):
        may_open("cat", declared=True, present=True)


def test_a_superior_counts_for_two_years_and_a_co_author_for_five() -> None:
    ended = dt.date(2025, 3, 8)
    assert [holds("superior", ended, dt.date(2027, 3, day)) for day in (7, 8)] == [True, False]
    assert [holds("coauthor", ended, dt.date(2030, 3, day)) for day in (7, 8)] == [True, False]
    assert holds("kin", ended, dt.date(2050, 1, 1))
    assert holds("superior", None, dt.date(2050, 1, 1))
