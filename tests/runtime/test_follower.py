"""The follower: views in step without being asked; one that fails stands still alone, and says so."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from shared.runtime.follower import Follower
from shared.runtime.subscription import Subscription
from tests.runtime.test_subscription import rows, stands
from tests.runtime.toy import World

NEVER = 3600.0


def until(true: Callable[[], bool]) -> None:
    """Waits for it, half a minute at most."""
    guard = time.monotonic() + 30
    while not true():
        assert time.monotonic() < guard
        time.sleep(0.001)


@contextmanager
def following(world: World, *views: Subscription, silence: float = NEVER) -> Iterator[Follower]:
    made = Follower(world.pipeline, views, silence=silence)
    made.start()
    try:
        yield made
    finally:
        made.stop()


def sizes(follower: Follower) -> list[int]:
    return [one.size for one in follower.state()]


def test_views_are_in_step_without_being_asked(world: World) -> None:
    """Woken by the pipeline alone: it would look by itself only after an hour."""
    world.pipeline.run([world.note("before")])
    with following(world, world.words("a"), world.words("b", name="other")) as follower:
        until(lambda: sizes(follower) == [1, 1])
        for n in range(2, 30):
            world.one(world.note(f"{n}"))
            until(lambda n=n: sizes(follower) == [n, n])  # type: ignore[misc]
    assert [(one.view, one.stale) for one in follower.state()] == [("words.v1", None), ("other.v1", None)]


def test_what_another_process_wrote_is_seen_after_a_silence(world: World, other: World) -> None:
    with following(world, world.words(), silence=0.01) as follower:
        other.pipeline.run([other.note("theirs")])
        until(lambda: sizes(follower) == [1])


def test_a_view_that_fails_stands_still_alone_and_nothing_is_skipped(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    """B16, F32: the others go on; after the fix it goes on where it stood, with the exact result."""
    poison = {3}
    bad = world.words("bad", poison=lambda event: event.position in poison)
    good = world.words("good")
    with following(world, bad, good) as follower:
        for n in range(3):
            world.one(world.note(f"{n}"))
            until(lambda n=n: sizes(follower) == [n + 1, n + 1])  # type: ignore[misc]
        world.pipeline.run([world.note(f"{n}") for n in range(3, 8)])
        until(lambda: sizes(follower) == [3, 8])
        world.one(world.note("8"))
        until(lambda: sizes(follower) == [3, 9])
        first, second = follower.state()
        assert first.stale == "stale since position 3 (ZeroDivisionError)"
        assert (type(first.error), second.stale) == (ZeroDivisionError, None)
        assert stands(bad).size == len(rows(bad)) == 3
    assert [line.getMessage() for line in caplog.records] == ["a view stopped"]
    poison.clear()
    follower.start()
    until(lambda: sizes(follower) == [9, 9])
    follower.stop()
    assert rows(bad) == rows(good)
    assert follower.state()[0].stale is None


def test_a_view_that_fails_far_on_names_how_far_its_rows_are(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shared.runtime.subscription.AT_ONCE", 4)
    world.pipeline.run([world.note(f"{n}") for n in range(20)])
    with following(world, world.words(poison=lambda event: event.position == 17)) as follower:
        until(lambda: follower.state()[0].error is not None)
    assert follower.state()[0].stale == "stale since position 16 (ZeroDivisionError)"


def test_a_store_that_cannot_be_read_stops_its_view_too(world: World) -> None:
    lost = world.words()
    world.one(world.note("x"))
    with lost.store.begin() as tx:
        tx.exec_driver_sql("DROP TABLE checkpoints")
    with following(world, lost) as follower:
        until(lambda: follower.state()[0].error is not None)
    assert follower.state()[0].stale == "stale since position 0 (OperationalError)"


def test_it_stops_behind_the_batch_that_is_being_applied(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    applied: list[Any] = []
    first, second = world.words("a"), world.words("b", name="other")
    follower = Follower(world.pipeline, [first, second], silence=NEVER)
    take = Subscription.take

    def ending(self: Subscription, batch: Any) -> Any:
        with world.pipeline.grown:
            follower._ending = True
        applied.append(take(self, batch))
        return applied[-1]

    monkeypatch.setattr(Subscription, "take", ending)
    world.one(world.note("x"))
    follower.start()
    follower.stop()
    follower.stop()  # once more does nothing
    assert [checkpoint.size for checkpoint in applied] == [1]
    assert sizes(follower) == [1, 0]
