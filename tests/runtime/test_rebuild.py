"""Rebuild: what is derived can be thrown away; a reader sees the old rows or the new ones, never none."""

from collections.abc import Sequence
from threading import Event, Thread
from typing import Any

import pytest
import sqlalchemy as sa

from shared.events import Forked, Recorded
from shared.runtime import rebuild as module
from shared.runtime import subscription
from shared.runtime.rebuild import (
    Rebuilt,
    another_past,
    digest_of,
    drifted,
    own_drifted,
    own_tables,
    rebuild,
    rebuild_own,
)
from shared.runtime.subscription import Subscription
from shared.runtime.turn import facts_table
from tests.runtime import toy
from tests.runtime.test_subscription import rows, stands
from tests.runtime.toy import TOY, World, members, words


@pytest.fixture
def noted(world: World) -> World:
    """A roster, ten notes, five members."""
    world.pipeline.run([world.open(), *(world.note(f"{n}") for n in range(10)), *(world.join(n) for n in range(5))])
    return world


@pytest.fixture
def one(noted: World) -> Subscription:
    made = noted.words()
    made.catch_up(noted.ledger)
    return made


def digest(one: Subscription) -> tuple[int, str]:
    with one.store.begin() as tx:
        return digest_of(tx, one.view.tables)


def test_a_rebuilt_view_is_the_same_to_the_byte(noted: World, one: Subscription) -> None:
    before, progress = digest(one), list[int]()
    made = rebuild(one, noted.ledger, progress.append)
    assert made == Rebuilt(view="words.v1", events=16, rows=10, digest=before[1], was_same=True)
    assert digest(one) == before
    assert progress == [16]
    assert one.catch_up(noted.ledger).size == 16


def test_tables_that_are_gone_come_back(noted: World, one: Subscription) -> None:
    before = digest(one)
    with one.store.begin() as tx:
        words.drop(tx)
    assert digest(one)[0] == 0
    assert drifted(one, noted.ledger) == (
        "words.v1: 0 rows differ from the 10 that the first 16 events make, first at toy_words, which is gone"
    )
    assert rebuild(one, noted.ledger).was_same is False
    assert digest(one) == before


def test_a_store_that_is_gone_comes_back(noted: World, one: Subscription) -> None:
    with one.store.begin() as tx:
        words.drop(tx)
        subscription.checkpoints.drop(tx)
    assert rebuild(one, noted.ledger).was_same is False
    assert stands(one).size == 16
    assert len(rows(one)) == 10


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ("UPDATE toy_words SET text = 'forged' WHERE position = 4", "toy_words 4"),
        ("DELETE FROM toy_words WHERE position = 10", "toy_words 10"),
        ("UPDATE toy_words SET text = 'forged'", "toy_words 1, toy_words 2, toy_words 3"),
        ("INSERT INTO toy_words VALUES (0, 'roster-x', 'forged')", "toy_words 0"),
    ],
)
def test_a_row_that_was_changed_is_found_named_and_mended(
    noted: World, one: Subscription, change: str, where: str
) -> None:
    """I3: a read model that somebody edits by hand."""
    before = digest(one)
    assert drifted(one, noted.ledger) is None
    with one.store.begin() as tx:
        tx.exec_driver_sql(change)
    told = drifted(one, noted.ledger)
    assert told is not None
    assert told.endswith(f"first at {where}")
    made = rebuild(one, noted.ledger)
    assert (made.was_same, digest(one)) == (False, before)
    assert drifted(one, noted.ledger) is None


def test_a_view_that_is_behind_is_compared_with_its_own_place_and_rebuilt_to_the_end(noted: World) -> None:
    one = noted.words()
    one.catch_up(noted.ledger, 5)
    assert drifted(one, noted.ledger) is None
    assert rebuild(one, noted.ledger).was_same is False
    assert stands(one).size == 16


@pytest.mark.parametrize(
    ("script", "told"),
    [
        ("DELETE FROM events WHERE position >= 15; UPDATE head SET position = 15", "(15 events)"),
        (
            "UPDATE events SET leaf = (SELECT leaf FROM events WHERE position = 3) WHERE position = 15",
            "(16 events)",
        ),
        ("DELETE FROM events; UPDATE head SET position = 0", "(0 events)"),
        ("DELETE FROM events WHERE position = 15", "(16 events)"),
    ],
)
def test_a_view_of_another_past_is_not_rebuilt_over(noted: World, one: Subscription, script: str, told: str) -> None:
    """What it applied may be the only trace of what was taken out of the ledger."""
    before = digest(one)
    with noted.ledger.writer.connect() as connection:
        for (name,) in connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'").all():
            connection.exec_driver_sql(f"DROP TRIGGER {name}")
        for statement in script.split(";"):
            connection.exec_driver_sql(statement)
        connection.commit()
    assert another_past(one, noted.ledger) is not None
    with pytest.raises(Forked, match="has applied 16 events, and the ledger holds another past") as said:
        rebuild(one, noted.ledger)
    assert told in str(said.value)
    assert (digest(one), stands(one).size) == (before, 16)


def test_a_view_without_a_past_has_no_other(noted: World) -> None:
    assert another_past(noted.words(), noted.ledger) is None


def test_a_view_that_goes_on_during_its_rebuild_never_goes_back(
    noted: World, one: Subscription, monkeypatch: pytest.MonkeyPatch
) -> None:
    """B17: `as_of` is monotonic."""

    def meanwhile(size: int) -> None:
        noted.pipeline.run([noted.note("meanwhile") for _ in range(3)])
        one.catch_up(noted.ledger)

    made = rebuild(one, noted.ledger, meanwhile)
    assert (made.events, made.rows, made.was_same) == (19, 13, True)
    assert stands(one).size == 19
    assert drifted(one, noted.ledger) is None


def test_readers_in_a_loop_never_see_it_empty_nor_older(noted: World, one: Subscription) -> None:
    """B17, F34: with writers and a follower at work."""
    seen: list[tuple[int, int]] = []
    ended, looked = Event(), Event()
    reader = noted.folder._open("read")[1]

    def read() -> None:
        while not ended.is_set():
            with reader.begin() as tx:
                count = tx.execute(sa.select(sa.func.count()).select_from(words)).scalar_one()
                seen.append((subscription.load(tx, one.view, one.shard).size, int(count)))
            looked.set()

    thread = Thread(target=read)
    thread.start()
    for n in range(8):
        noted.one(noted.note(f"live{n}"))
        one.catch_up(noted.ledger)
        looked.clear()
        looked.wait(30)
        rebuild(one, noted.ledger)
    ended.set()
    thread.join()
    assert seen == sorted(seen)
    assert all(count == size - 6 for size, count in seen)


def test_a_rebuild_that_fails_leaves_the_old_rows(
    noted: World, one: Subscription, monkeypatch: pytest.MonkeyPatch
) -> None:
    """F48: whatever happens before the switch, and in it."""
    before = digest(one)

    def crash(*more: Any) -> None:
        raise OSError("crash")

    for name in ("digest_of", "_switch"):
        with monkeypatch.context() as patch:
            patch.setattr(module, name, crash)
            with pytest.raises(OSError, match="crash"):
                rebuild(one, noted.ledger)
    with monkeypatch.context() as patch:
        patch.setattr(subscription, "save", crash)
        with pytest.raises(OSError, match="crash"):
            rebuild(one, noted.ledger)
    assert digest(one) == before
    assert rebuild(one, noted.ledger).was_same


# --- a service's own tables -------------------------------------------------------------------------------------


def own(world: World) -> tuple[int, str]:
    with world.ledger.writer.begin() as tx:
        return digest_of(tx, own_tables(TOY))


def test_a_services_own_tables_are_rebuilt_to_the_byte(noted: World) -> None:
    before, progress = own(noted), list[int]()
    made = rebuild_own(TOY, noted.ledger, progress.append)
    assert made == Rebuilt(view="toy.own", events=16, rows=before[0], digest=before[1], was_same=True)
    assert (own(noted), progress) == (before, [16])
    assert noted.one(noted.join(6)).events == 1
    assert own_drifted(TOY, noted.ledger) is None


def test_an_empty_service_is_rebuilt_too(world: World) -> None:
    assert rebuild_own(TOY, world.ledger).was_same


def test_own_tables_that_are_gone_or_changed_come_back_and_answers_stay(noted: World) -> None:
    """Idempotency records are never reset."""
    noted.one(noted.note("once", key="k"))
    before = own(noted)
    with noted.ledger.writer.begin() as tx:
        members.drop(tx)
        tx.execute(sa.update(facts_table).values(value="{}"))
    said = own_drifted(TOY, noted.ledger)
    assert said is not None
    assert said.startswith("toy.own: ")
    assert ", first at facts " in said
    assert rebuild_own(TOY, noted.ledger).was_same is False
    assert own(noted) == before
    assert noted.one(noted.note("once", key="k")).repeated


def test_events_that_come_during_the_rebuild_of_own_tables_are_in_them(noted: World) -> None:
    came: list[int] = []

    def meanwhile(size: int) -> None:
        if not came:
            came.append(size)
            noted.pipeline.run([noted.join(n) for n in range(10, 20)])

    made = rebuild_own(TOY, noted.ledger, meanwhile)
    assert (made.events, made.was_same) == (26, True)
    assert own_drifted(TOY, noted.ledger) is None
    toy.assert_whole(noted.pipeline)


def test_writers_wait_for_the_switch_of_own_tables_and_go_on(noted: World, monkeypatch: pytest.MonkeyPatch) -> None:
    answered: list[Any] = []
    threads: list[Thread] = []
    switch = module._switch

    def slow(*more: Any) -> None:
        thread = Thread(target=lambda: answered.append(noted.one(noted.join(30))))
        threads.append(thread)
        thread.start()
        switch(*more)
        assert answered == []

    monkeypatch.setattr(module, "_switch", slow)
    rebuild_own(TOY, noted.ledger)
    threads[0].join()
    assert [answer.events for answer in answered] == [1]
    toy.assert_whole(noted.pipeline)


def test_the_fold_of_facts_does_not_depend_on_pages(noted: World) -> None:
    def values(pages: Sequence[Sequence[Recorded]]) -> dict[str, object]:
        folded = module.FoldedFacts(TOY)
        for page in pages:
            folded.fold(page)
        return folded.values

    found = toy.history(noted.ledger)
    assert values([found]) == values([[event] for event in found]) == toy.facts_of(noted.ledger)
