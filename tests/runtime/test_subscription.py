"""A subscription: rows and checkpoint move together or not at all; a gap and another past are never passed over."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.events import Forked, Gap
from shared.runtime import rebuild, subscription
from shared.runtime.subscription import Checkpoint, Subscription
from tests.runtime import toy
from tests.runtime.toy import World, words


def rows(one: Subscription) -> list[tuple[int, str]]:
    with one.store.begin() as tx:
        return [(row.position, row.text) for row in tx.execute(sa.select(words).order_by(words.c.position))]


def stands(one: Subscription) -> Checkpoint:
    with one.store.begin() as tx:
        return subscription.load(tx, one.view, one.shard)


@pytest.fixture
def noted(world: World) -> World:
    """Ten notes."""
    world.pipeline.run([world.note(f"{n}") for n in range(10)])
    return world


def test_a_view_follows_its_ledger(noted: World) -> None:
    one = noted.words()
    assert one.catch_up(noted.ledger) == stands(one)
    assert rows(one) == [(n, f"{n}") for n in range(10)]
    noted.one(noted.note("more"))
    assert one.catch_up(noted.ledger).size == 11
    assert one.catch_up(noted.ledger).size == 11
    assert rows(one)[-1] == (10, "more")


@settings(max_examples=15)
@given(pieces=st.lists(st.tuples(st.integers(0, 10), st.integers(1, 10)), max_size=12))
def test_however_often_and_in_what_pieces_events_come_each_is_applied_once(
    pieces: list[tuple[int, int]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """F31, O5: duplicates are skipped, a jump is refused; what was applied is the ledger's beginning."""
    with toy.world(tmp_path_factory.mktemp("events") / "data") as world:
        world.pipeline.run([world.note(f"{n}") for n in range(10)])
        one, found = world.words(), toy.history(world.ledger)
        for start, length in pieces:
            before = stands(one).size
            if found[start : start + length] and start > before:
                with pytest.raises(Gap):
                    one.take(found[start : start + length])
            else:
                one.take(found[start : start + length])
            after = stands(one)
            assert after.size == max(before, min(start + length, 10) if start <= before else before)
            assert rows(one) == [(n, f"{n}") for n in range(after.size)]


def test_it_can_stop_at_a_size_and_never_goes_back(noted: World) -> None:
    one = noted.words()
    assert one.catch_up(noted.ledger, 4).size == 4
    assert one.catch_up(noted.ledger, 2).size == 4
    assert one.catch_up(noted.ledger, 99).size == 10


def test_a_gap_sends_the_caller_to_the_feed(noted: World) -> None:
    one, found = noted.words(), toy.history(noted.ledger)
    one.take(found[:3])
    with pytest.raises(Gap, match="3 events applied, then came position 4"):
        one.take(found[4:])
    with pytest.raises(Gap, match="4 events applied, then came position 5"):
        one.take([found[3], found[5]])
    assert stands(one) == Checkpoint(size=3, leaf=found[2].leaf)
    assert len(rows(one)) == 3


def test_another_past_stops(noted: World) -> None:
    one, found = noted.words(), toy.history(noted.ledger)
    one.take(found[:3])
    with pytest.raises(Forked, match="before position 3"):
        one.take([replace(found[3], previous_leaf=b"another")])
    assert len(rows(one)) == 3


def test_the_same_position_with_another_content_stops(noted: World) -> None:
    one, found = noted.words(), toy.history(noted.ledger)
    one.take(found[:3])
    with pytest.raises(Forked, match="position 2 came again"):
        one.take([replace(found[2], leaf=b"another"), *found[3:]])
    assert one.take(found[2:]).size == 10


def test_a_crash_between_rows_and_checkpoint_leaves_both(noted: World, monkeypatch: pytest.MonkeyPatch) -> None:
    one = noted.words()
    one.catch_up(noted.ledger, 3)

    def crash(*more: object) -> None:
        raise OSError("crash")

    with monkeypatch.context() as patch:
        patch.setattr(subscription, "save", crash)
        with pytest.raises(OSError, match="crash"):
            one.catch_up(noted.ledger)
    assert stands(one).size == len(rows(one)) == 3
    one.catch_up(noted.ledger)
    assert stands(one).size == len(rows(one)) == 10


def test_a_poison_event_moves_nothing(noted: World) -> None:
    poisoned = noted.words(poison=lambda event: event.position == 7)
    with pytest.raises(ZeroDivisionError):
        poisoned.catch_up(noted.ledger)
    assert stands(poisoned) == Checkpoint()
    assert rows(poisoned) == []


def test_two_views_of_one_store_keep_a_checkpoint_each(noted: World) -> None:
    """Another version is another view."""
    one = noted.words()
    two = Subscription(view=replace(one.view, version=2, apply=lambda tx, batch: None), store=one.store)
    one.catch_up(noted.ledger, 4)
    assert two.catch_up(noted.ledger, 2).size == 2
    assert stands(one).size == 4
    assert subscription.name_of(two.view) == "words.v2"


def restored(world: World, path: Path, size: int) -> None:
    """The ledger as an older copy has it, after so many notes."""
    for engine in (world.ledger.writer, world.ledger.reader):
        engine.dispose()
    shutil.copy(path / "toy.db", path.parent / "newer.db")
    with world.ledger.writer.begin() as tx:
        for trigger in ("events_never_go", "head_never_back"):
            tx.exec_driver_sql(f"DROP TRIGGER {trigger}")
        tx.exec_driver_sql("DELETE FROM events WHERE position >= ?", (size,))
        tx.exec_driver_sql("UPDATE head SET position = ?", (size,))
    world.ledger.restore_guards()


def test_a_ledger_that_is_shorter_than_what_was_applied_is_another_one(noted: World, path: Path) -> None:
    """B29, F43: restored from an older copy; and when it has grown again, the leaf before tells."""
    one = noted.words()
    one.catch_up(noted.ledger)
    restored(noted, path, 6)
    with pytest.raises(Forked, match="10 events applied, and the ledger holds 6"):
        one.catch_up(noted.ledger)
    assert rebuild.drifted(one, noted.ledger) is not None
    noted.pipeline.run([noted.note("another") for _ in range(6)])
    with pytest.raises(Forked, match="before position 10"):
        one.catch_up(noted.ledger)
    assert rows(one) == [(n, f"{n}") for n in range(10)]


def test_a_checkpoint_of_another_ledger_is_found_though_the_rows_agree(noted: World, path: Path) -> None:
    one = noted.words()
    one.catch_up(noted.ledger)
    restored(noted, path, 6)
    noted.pipeline.run([noted.note(f"{n}") for n in range(6, 10)])
    assert rebuild.drifted(one, noted.ledger) == "words.v1: its checkpoint 10 is not of this ledger"
