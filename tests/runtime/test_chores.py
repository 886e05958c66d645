"""Chores: each comes round by its own pause, one that fails is told of and harms no other, the last ones are done at
the end."""

import logging
import threading

import pytest

from shared.runtime.chores import Chore, Chores
from tests.runtime.test_follower import NEVER, until


def broken() -> None:
    raise ZeroDivisionError("with words that nobody should need")


def test_each_comes_round_again_and_again_by_its_own_pause() -> None:
    often: list[int] = []
    never: list[int] = []
    made = Chores(
        (
            Chore(name="never", every=NEVER, do=lambda: never.append(1)),
            Chore(name="often", every=0.001, do=lambda: often.append(1)),
        )
    )
    made.start()
    until(lambda: len(often) > 3)
    made.stop()
    assert never == []


def test_one_that_fails_is_told_of_and_comes_round_again_and_the_others_go_on(caplog: pytest.LogCaptureFixture) -> None:
    done: list[int] = []
    made = Chores(
        (
            Chore(name="broken", every=0.001, do=broken, last=True),
            Chore(name="whole", every=0.001, do=lambda: done.append(1), last=True),
        )
    )
    made.start()
    until(lambda: len(caplog.records) > 1 and len(done) > 1)
    made.stop()
    assert {(one.message, one.levelno, one.act) for one in caplog.records} == {  # type: ignore[attr-defined]
        ("a chore failed", logging.ERROR, "broken")
    }


def test_what_is_done_at_the_end_is_done_once_behind_what_is_under_way() -> None:
    order: list[str] = []
    begun, go_on = threading.Event(), threading.Event()

    def slow() -> None:
        begun.set()
        assert go_on.wait(30)
        order.append("under way")

    made = Chores(
        (
            Chore(name="slow", every=0.001, do=slow),
            Chore(name="last", every=NEVER, do=lambda: order.append("last"), last=True),
            Chore(name="other", every=NEVER, do=lambda: order.append("other")),
        )
    )
    made.start()
    assert begun.wait(30)
    ending = threading.Thread(target=made.stop)
    ending.start()
    go_on.set()
    ending.join(30)
    assert order[-2:] == ["under way", "last"]
    assert set(order) == {"under way", "last"}
    made.stop()
    assert order.count("last") == 1


def test_what_never_began_does_nothing_at_its_end() -> None:
    done: list[int] = []
    Chores((Chore(name="last", every=NEVER, do=lambda: done.append(1), last=True),)).stop()
    assert done == []


def test_it_may_begin_again() -> None:
    done: list[int] = []
    made = Chores((Chore(name="one", every=0.001, do=lambda: done.append(1)),))
    for _ in range(2):
        done.clear()
        made.start()
        until(lambda: bool(done))
        made.stop()


def test_a_pause_begins_behind_the_chore_so_that_a_slow_one_takes_no_turn_of_the_others() -> None:
    """By a clock that is a second later each time: every chore takes longer than its pause, and each has its turn."""
    turns: list[str] = []
    seconds = iter(range(10_000))
    made = Chores(
        tuple(Chore(name=name, every=1, do=lambda name=name: turns.append(name)) for name in "ab"),  # type: ignore[misc]
        clock=lambda: next(seconds),
    )
    made.start()
    until(lambda: len(turns) >= 20)
    made.stop()
    assert turns[:20] == list("ab" * 10)


def test_without_chores_there_is_nothing_to_end() -> None:
    made = Chores(())
    made.start()
    made.stop()
