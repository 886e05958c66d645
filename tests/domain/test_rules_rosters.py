"""Classes of a cohort: everybody once, nobody during a shift (TEST 39)."""

import datetime as dt
from itertools import product
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.rules.errors import Contradiction
from shared.rules.rosters import Course, Span, Unplaced, assign, classes, free

DAY = dt.datetime(2027, 3, 8, tzinfo=dt.UTC)


def span(begins: int, ends: int) -> Span:
    """From an hour until another, counted from the day's midnight."""
    return Span(from_=DAY + dt.timedelta(hours=begins), to=DAY + dt.timedelta(hours=ends))


NIGHT = span(-3, 7)
COURSES = {"a": Course(lessons=(span(8, 12),), seats=20), "b": Course(lessons=(span(32, 36),), seats=20)}
FORTY = {f"p{n:02}": [NIGHT] if n < 20 else [] for n in range(40)}


def test_39_forty_people_need_two_classes_of_twenty() -> None:
    """TEST 39: and forty-one a third."""
    assert [classes(n, 20) for n in (0, 1, 20, 40, 41)] == [0, 1, 1, 2, 3]
    with pytest.raises(Contradiction):
        classes(40, 0)


def test_39_everybody_is_enrolled_once_and_again_nobody() -> None:
    """TEST 39: 40 enrolments, then 0."""
    made = assign(FORTY, COURSES)
    assert made.keys() == FORTY.keys()
    assert sorted(made.values()) == ["a"] * 20 + ["b"] * 20
    assert assign(FORTY, COURSES, made) == {}


def test_39_who_worked_the_night_goes_to_the_other_class() -> None:
    """TEST 39: shift 21 to 07, class 08 to 12: the other class, also where rest is not asked for but hours overlap."""
    assert not free([NIGHT], [span(8, 12)])
    assert free([NIGHT], [span(8, 12)], dt.timedelta(hours=1))
    assert not free([NIGHT], [span(6, 8)], dt.timedelta())
    assert free([span(12, 20)], [span(8, 12)])
    assert free([span(8, 16)], [span(24, 28)])
    made = assign(FORTY, COURSES)
    assert {made[person] for person, shifts in FORTY.items() if shifts} == {"b"}


def test_who_could_go_anywhere_makes_room() -> None:
    """The first two take the seats that the third needs, and move on: b to c, c to d."""
    courses = {name: Course(lessons=(span(at, at + 1),), seats=1) for name, at in (("b", 0), ("c", 10), ("d", 20))}
    busy = {"p1": [span(20, 21)], "p2": [span(0, 1)], "p3": [span(10, 11), span(20, 21)]}
    assert assign(busy, courses, rest=dt.timedelta()) == {"p1": "c", "p2": "d", "p3": "b"}


def test_classes_fill_evenly() -> None:
    made = assign({f"p{n}": [] for n in range(6)}, COURSES)
    assert sorted(made.values()) == ["a", "a", "a", "b", "b", "b"]


def test_whom_nothing_suits_is_named() -> None:
    """Every other person is told in the same sentence, none is enrolled in part."""
    with pytest.raises(Unplaced, match="no class for p2, p4") as refused:
        assign({"p1": [], "p2": [span(0, 40)], "p3": [], "p4": [span(7, 33)]}, COURSES)
    assert refused.value.people == ("p2", "p4")
    with pytest.raises(Unplaced, match="p1"):
        assign({"p1": []}, {})


def test_a_seat_that_is_taken_is_not_given_twice() -> None:
    """Who is placed stays, although the newcomer could go nowhere else."""
    one = {"a": Course(lessons=(span(8, 12),), seats=1)}
    with pytest.raises(Unplaced, match="p2"):
        assign({"p2": []}, one, {"p1": "a"})


def test_a_span_that_ends_before_it_begins_is_none() -> None:
    with pytest.raises(Contradiction):
        span(8, 8)


@given(
    st.lists(st.sets(st.integers(0, 2), max_size=3), max_size=5),
    st.lists(st.integers(0, 2), min_size=3, max_size=3),
    st.randoms(),
)
def test_whoever_can_be_seated_is_seated(busy: list[set[int]], seats: list[int], random: Random) -> None:
    """Against every arrangement, tried one by one; the order that people come in changes nothing."""
    courses = {str(n): Course(lessons=(span(n, n + 1),), seats=left) for n, left in enumerate(seats)}
    people = {f"p{n}": [span(at, at + 1) for at in some] for n, some in enumerate(busy)}
    able = [[n for n in range(3) if n not in some] for some in busy]
    possible = any(all(tried.count(n) <= seats[n] for n in range(3)) for tried in product(*able))
    names = sorted(people)
    random.shuffle(names)
    if not possible:
        with pytest.raises(Unplaced) as refused:
            assign(people, courses, rest=dt.timedelta())
        assert set(refused.value.people) <= people.keys()
        return
    made = assign(people, courses, rest=dt.timedelta())
    assert made == assign({name: people[name] for name in names}, courses, rest=dt.timedelta())
    assert made.keys() == people.keys()
    assert all(sum(at == str(n) for at in made.values()) <= seats[n] for n in range(3))
    assert all(int(made[f"p{n}"]) in able[n] for n in range(len(busy)))
