"""Days and windows: calendar days in the agency's zone, half-open (TEST 14)."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.rules.calendar import ZONES, day_of, last_day, months_later, start_of, window_end, zone
from shared.rules.errors import UnknownKind

TICK = dt.timedelta(microseconds=1)
ANNOUNCED = dt.datetime(2026, 5, 4, 16, tzinfo=zone())


def test_14_three_days_begin_the_day_after() -> None:
    """TEST 14 (Permenpan RB 28/2021 art. 31): announced 4 May 16:00, closes at the end of 7 May in Jakarta."""
    until = window_end(ANNOUNCED, 3)
    assert until == dt.datetime(2026, 5, 7, 17, tzinfo=dt.UTC)
    assert day_of(until - TICK) == dt.date(2026, 5, 7)
    assert day_of(until) == dt.date(2026, 5, 8)


def test_14_the_re_announcement_is_due_seven_days_after_the_window() -> None:
    """TEST 14: 14 May."""
    assert last_day(window_end(ANNOUNCED, 3), 7) == dt.date(2026, 5, 14)


def test_the_day_is_the_agencys() -> None:
    """23:30 in Jakarta is the next day in Jayapura already."""
    late = dt.datetime(2026, 5, 4, 16, 30, tzinfo=dt.UTC)
    assert (day_of(late), day_of(late, "Asia/Jayapura")) == (dt.date(2026, 5, 4), dt.date(2026, 5, 5))
    assert window_end(late, 3, "Asia/Jayapura") == start_of(dt.date(2026, 5, 9), "Asia/Jayapura")


def test_an_unknown_zone_is_never_guessed() -> None:
    with pytest.raises(UnknownKind, match="Asia/Singapore"):
        zone("Asia/Singapore")


@given(
    st.datetimes(timezones=st.just(dt.UTC)).filter(lambda moment: 1 < moment.year < 9999),
    st.integers(0, 30),
    st.sampled_from(sorted(ZONES)),
)
def test_a_window_has_as_many_whole_days_as_it_says(moment: dt.datetime, days: int, name: str) -> None:
    until = window_end(moment, days, name)
    assert day_of(until - TICK, name) - day_of(moment, name) == dt.timedelta(days=days)
    assert until == start_of(day_of(until, name), name)


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [("2027-01-04", 3, "2027-04-04"), ("2026-11-30", 3, "2027-02-28"), ("2027-11-30", 3, "2028-02-29"),
     ("2027-08-31", 6, "2028-02-29"), ("2027-12-31", 12, "2028-12-31"), ("2027-10-01", 2, "2027-12-01"),
     ("2027-10-31", 1, "2027-11-30")],
)  # fmt: skip
def test_a_month_later_is_the_same_day_or_the_last(day: str, months: int, later: str) -> None:
    assert months_later(dt.date.fromisoformat(day), months) == dt.date.fromisoformat(later)
