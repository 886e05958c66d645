"""Who holds what until when, and how late it is (TEST 34; TEST 14)."""

import datetime as dt

import pytest

from shared.rules.calendar import start_of, window_end, zone
from shared.rules.duties import DUTIES, day_due, due, duty, lapsed, late, reminds
from shared.rules.errors import UnknownKind

TICK = dt.timedelta(microseconds=1)


def at(day: str, hour: int = 12) -> dt.datetime:
    """An hour of a day in Jakarta."""
    return dt.datetime.combine(dt.date.fromisoformat(day), dt.time(hour), zone())


def test_34_an_offer_is_due_in_fourteen_days() -> None:
    """TEST 34: fixed on 8 February, due on the 22nd, on the 28th six days late, and the PPK holds it."""
    until = due("offer", at("2027-02-08"))
    assert day_due(until) == dt.date(2027, 2, 22)
    assert [late(until, at(f"2027-02-{day}", 0)) for day in ("22", "23", "28")] == [0, 1, 6]
    assert late(until, until - TICK) == 0
    assert duty("offer").holder == "ppk"


def test_34_scores_open_a_day_after_the_last_slot() -> None:
    """TEST 34: slot + 24 h, to the second; late from the first moment."""
    slot = at("2027-02-08", 15)
    for name in ("seal", "open_scores"):
        until = due(name, slot)
        assert until == slot + dt.timedelta(hours=24)
        assert [late(until, until - TICK), late(until, until), late(until, at("2027-02-11"))] == [0, 1, 2]


def test_14_objections_are_answered_seven_days_after_the_window() -> None:
    """TEST 14 (Permenpan RB 28/2021 art. 31): announced 4 May, window until the end of 7 May, answers by 14 May."""
    window = window_end(at("2026-05-04", 16), 3)
    assert day_due(due("answer_objections", window)) == dt.date(2026, 5, 14)
    assert due("answer_objections", window) == start_of(dt.date(2026, 5, 15))
    assert day_due(due("announce_check", window)) == dt.date(2026, 5, 17)


def test_ties_are_declared_the_day_before() -> None:
    assert due("declare_ties", at("2027-02-08", 15)) == at("2027-02-08", 0)
    assert day_due(due("declare_ties", at("2027-02-08", 15))) == dt.date(2027, 2, 7)


@pytest.mark.parametrize(
    ("name", "last"),
    [("rank", "2027-02-11"), ("fix", "2027-02-11"), ("answer_offer", "2027-02-15"), ("take_over", "2027-03-10"),
     ("unit_case", "2027-02-22"), ("support_plan", "2027-02-22"), ("answer_case", "2027-02-22"),
     ("answer_tip", "2027-02-22"), ("limit_data", "2027-02-11"), ("correct_data", "2027-02-11")],
)  # fmt: skip
def test_34_every_duty_has_its_days(name: str, last: str) -> None:
    """TEST 34: counted from 8 February 2027, calendar days; UU 27/2022 art. 41 in hours."""
    assert day_due(due(name, at("2027-02-08"))) == dt.date.fromisoformat(last)


def test_the_day_is_the_agencys() -> None:
    """23:30 in Jakarta on the 8th is the 9th in Jayapura."""
    since = at("2027-02-08", 23) + dt.timedelta(minutes=30)
    assert day_due(due("offer", since)) == dt.date(2027, 2, 22)
    assert day_due(due("offer", since, "Asia/Jayapura"), "Asia/Jayapura") == dt.date(2027, 2, 23)


def test_a_reminder_comes_three_days_and_one_day_before_then_daily() -> None:
    until = due("offer", at("2027-02-08"))
    said = [day for day in range(15, 27) if reminds(until, dt.date(2027, 2, day))]
    assert said == [19, 21, 22, 23, 24, 25, 26]


def test_silence_ends_an_offer_and_nothing_else() -> None:
    until = due("answer_offer", at("2027-02-08"))
    assert [lapsed("answer_offer", until, now) for now in (until - TICK, until)] == [False, True]
    assert {name for name in DUTIES if lapsed(name, until, at("2028-01-01"))} == {"answer_offer"}


def test_every_duty_has_a_holder_and_either_days_or_hours() -> None:
    assert all((one.days is None) != (one.hours is None) and one.holder and one.since for one in DUTIES.values())
    with pytest.raises(UnknownKind, match="greet"):
        due("greet", at("2027-02-08"))
