"""Lesson hours of a year (TEST 23; PP 11/2017 art. 203(4))."""

import datetime as dt
from decimal import Decimal
from itertools import permutations

import pytest

from shared.rules.errors import BadMark
from shared.rules.hours import Finished, hours, short


def finished(jp: str, on: str, certificate: str) -> Finished:
    return Finished(hours=Decimal(jp), on=dt.date.fromisoformat(on), certificate=certificate)


YEAR = (finished("8", "2026-02-03", "c1"), finished("7", "2026-06-30", "c2"), finished("4.5", "2026-12-31", "c3"))


def test_23_half_an_hour_is_missing() -> None:
    """TEST 23 (PP 11/2017 art. 203(4)): 8 + 7 + 4.5 = 19.5 of 20."""
    assert (hours(YEAR, 2026), short(YEAR, 2026)) == (Decimal("19.5"), Decimal("0.5"))


def test_23_a_certificate_counts_once() -> None:
    """TEST 23: submitted twice, in whatever order, also with another day of finishing."""
    twice = (*YEAR, finished("7", "2026-06-30", "c2"), finished("7", "2027-01-02", "c2"))
    assert {(hours(some, 2026), hours(some, 2027)) for some in permutations(twice)} == {(Decimal("19.5"), Decimal(0))}


def test_23_hours_count_in_the_year_of_finishing() -> None:
    """TEST 23: finished on New Year's day, it is the new year's; more than enough is not missing."""
    more = (*YEAR, finished("20", "2027-01-01", "c4"))
    assert [hours(more, year) for year in (2025, 2026, 2027)] == [0, Decimal("19.5"), 20]
    assert [short(more, year) for year in (2025, 2026, 2027)] == [20, Decimal("0.5"), 0]
    assert short([finished("24", "2027-01-01", "c5")], 2027) == 0


@pytest.mark.parametrize("jp", ["0", "-1", "NaN", "Infinity"])
def test_hours_that_are_none_are_refused(jp: str) -> None:
    with pytest.raises(BadMark):
        hours([YEAR[0], finished(jp, "2026-02-03", "c9")], 2026)
