"""Probation ends the day before the same date (TEST 39)."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.rules.errors import Contradiction, UnknownKind
from shared.rules.probation import ends, over


@pytest.mark.parametrize(
    ("kind", "begins", "last"),
    [("cpns", "2027-03-01", "2028-02-29"), ("local", "2027-03-01", "2027-05-31"), ("local", "2027-01-15", "2027-04-14"),
     ("local", "2026-11-30", "2027-02-28"), ("local", "2027-11-30", "2028-02-29"), ("cpns", "2028-02-29", "2029-02-28"),
     ("local", "2027-12-01", "2028-02-29"), ("local", "2027-12-31", "2028-03-30")],
)  # fmt: skip
def test_39_a_year_or_three_months(kind: str, begins: str, last: str) -> None:
    """TEST 39: CPNS from 2027-03-01 until 2028-02-29, local staff until 2027-05-31; a month that lacks the date ends
    it."""
    assert ends(kind, dt.date.fromisoformat(begins)) == dt.date.fromisoformat(last)


def test_39_it_is_extended_once() -> None:
    """TEST 39: the same time again, counted from the first day; never twice, and PPPK have none."""
    first = dt.date(2027, 3, 1)
    assert (ends("local", first, 1), ends("cpns", first, 1)) == (dt.date(2027, 8, 31), dt.date(2029, 2, 28))
    assert ends("pppk", first) is None
    for kind, times in (("local", 2), ("cpns", 2), ("local", -1), ("pppk", 1)):
        with pytest.raises(Contradiction):
            ends(kind, first, times)
    with pytest.raises(UnknownKind, match="guest"):
        ends("guest", first)


def test_it_is_over_the_day_after() -> None:
    first = dt.date(2027, 3, 1)
    assert [over("local", first, dt.date(2027, 5, 31)), over("local", first, dt.date(2027, 6, 1))] == [False, True]
    assert not over("local", first, dt.date(2027, 6, 1), 1)
    assert over("pppk", first, first)


@given(st.dates(dt.date(2000, 1, 1), dt.date(2100, 1, 1)))
def test_who_begins_later_never_ends_earlier(begins: dt.date) -> None:
    for kind in ("cpns", "local"):
        one, next_ = ends(kind, begins), ends(kind, begins + dt.timedelta(days=1))
        assert one is not None
        assert next_ is not None
        assert one <= next_
