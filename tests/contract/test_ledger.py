"""What a ledger promises, on every database: one order without gaps, under a lock, that never changes.

Another database adds its name to the fixture `place` and its factory to `adapters`, nothing else.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise
from threading import Event

import pytest
import sqlalchemy as sa

from shared.events import Recorded, Refused, Unreadable, codec, instant
from shared.events.envelope import ORIGIN
from shared.ledger import store
from tests.contract import adapters
from tests.contract.adapters import (
    ADOPTED,
    SCORED,
    Opened,
    Place,
    append,
    application,
    candidate,
    changed,
    draft,
    enrol,
    grow,
    pack,
    scalar,
)  # fmt: skip


def well_formed(events: Sequence[Recorded]) -> None:
    """Positions and versions without gaps, each event after the leaf before it, time that never goes back."""
    assert [one.position for one in events] == list(range(len(events)))
    versions: dict[str, int] = {}
    for one in events:
        assert one.version == versions.get(one.stream, 0)
        versions[one.stream] = one.version + 1
    leaves = [ORIGIN, *(one.leaf for one in events)]
    assert [one.previous_leaf for one in events] == leaves[:-1]
    assert len(set(leaves)) == len(leaves)
    assert all(one.recorded_at <= two.recorded_at for one, two in pairwise(events))


def test_an_empty_ledger_holds_nothing(ledger: Opened) -> None:
    assert (ledger.size(), ledger.last(), ledger.all(), ledger.page(0)) == (0, -1, [], [])
    with ledger.batch() as batch:
        assert batch.size == 0
        assert batch.append([]) == []
    assert ledger.size() == 0


def test_positions_count_from_nought_and_versions_in_each_stream(ledger: Opened) -> None:
    enrol(ledger.keys, 1)
    first = append(ledger, draft(pack(1)), draft(candidate(1)))
    second = append(ledger, draft(pack(1), 1), draft(pack(2)), draft(candidate(1), 1))
    well_formed(ledger.all())
    assert [one.position for one in (*first, *second)] == [0, 1, 2, 3, 4]
    assert (ledger.size(), ledger.last()) == (5, 4)


def test_what_was_appended_is_what_is_read(ledger: Opened, place: Place) -> None:
    enrol(ledger.keys, 1)
    envelope: dict[str, str | None] = {
        "actor": "c0ffee", "received_at": "2027-03-15T02:41:06.900000Z", "causation": "intake:7", "correlation": "01",
    }  # fmt: skip
    made = append(ledger, draft(pack(1)), draft(candidate(1), 0, **envelope))
    with place.opened() as other:
        read = other.all()
    assert [store.row_of(one) for one in read] == [store.row_of(one) for one in made]
    assert [one.previous_leaf for one in read] == [one.previous_leaf for one in made]
    assert (read[1].actor, read[1].received_at, read[1].causation, read[1].correlation) == tuple(envelope.values())
    assert (read[0].actor, read[0].received_at) == (None, None)
    assert [codec.event_of(one) for one in read] == [ADOPTED, SCORED]
    assert "„nilai” naik 5 µ – é \U0001f600" in read[1].data


def test_a_batch_reads_what_its_streams_hold(ledger: Opened) -> None:
    enrol(ledger.keys, 1)
    append(ledger, *(draft(pack(1), version) for version in range(12)), draft(candidate(1)))
    with ledger.batch() as batch:
        found = batch.load([candidate(1), pack(1), pack(2)])
        assert [version for version, _, _ in found[pack(1)]] == list(range(12))
        assert found[candidate(1)] == [(0, "merit.selection.StageScored.v1", codec.encode(SCORED)[1].decode())]
        assert found.keys() == {pack(1), candidate(1)}
        assert batch.load([]) == {}
        batch.append([draft(pack(2))])
        assert batch.load([pack(2)])[pack(2)][0][0] == 0


def test_a_streams_history_is_its_events_in_order_and_no_others(ledger: Opened) -> None:
    """Each as the whole ledger tells it, the leaf before it too, whoever wrote in between."""
    enrol(ledger.keys, 1)
    append(ledger, *(draft(pack(1), version) for version in range(11)), draft(pack(11)))
    append(ledger, draft(candidate(1)), draft(pack(1), 11), draft(pack(2)), draft(pack(1), 12))
    everything = {one.position: one for one in ledger.all()}
    for stream, positions in ((pack(1), [*range(11), 13, 15]), (candidate(1), [12]), (pack(11), [11])):
        found = ledger.history(stream)
        assert [one.position for one in found] == positions
        assert [one.version for one in found] == list(range(len(positions)))
        for one in found:
            same = everything[one.position]
            assert (store.row_of(one), one.previous_leaf) == (store.row_of(same), same.previous_leaf)
    assert ledger.history(pack(3)) == []


def test_a_batch_tells_which_streams_grew(ledger: Opened) -> None:
    append(ledger, draft(pack(1)), draft(pack(2)))
    append(ledger, draft(pack(2), 1), draft(pack(3)))
    with ledger.batch() as batch:
        assert sorted(batch.streams_since(2)) == [pack(2), pack(3)]
        assert sorted(batch.streams_since(0)) == [pack(1), pack(2), pack(3)]
        assert batch.streams_since(4) == []


def test_another_shard_has_an_order_of_its_own(ledger: Opened) -> None:
    append(ledger, draft(pack(1)))
    other = Opened("selection", ledger.writer, ledger.reader, ledger.keys, dialect=ledger.dialect, shard="it's 2")
    other.create()
    append(other, draft(pack(1)), draft(pack(1), 1))
    with other.batch() as batch:
        assert len(batch.load([pack(1)])[pack(1)]) == 2
        assert batch.streams_since(1) == [pack(1)]
    assert (ledger.size(), ledger.last(), other.size(), other.last()) == (1, 0, 2, 1)
    well_formed(ledger.all())
    well_formed(other.all())


def test_making_a_ledger_again_changes_nothing(ledger: Opened, place: Place) -> None:
    append(ledger, draft(pack(1)))
    with place.opened() as other:
        other.create()
        assert [one.position for one in append(other, draft(pack(2)))] == [1]
    well_formed(ledger.all())


def test_a_failed_batch_leaves_nothing_and_uses_no_position(ledger: Opened) -> None:
    append(ledger, draft(pack(1)))

    def fail() -> None:
        with ledger.batch() as batch:
            assert batch.append([draft(pack(1), 1)])[0].position == 1
            batch.append([draft(pack(2)), draft(pack(3))])
            raise OSError("the disk is full")

    with pytest.raises(OSError, match="full"):
        fail()
    assert (ledger.size(), ledger.last()) == (1, 0)
    assert [one.position for one in append(ledger, draft(pack(4)))] == [1]
    well_formed(ledger.all())


def test_a_version_twice_is_refused_with_its_whole_batch(ledger: Opened) -> None:
    append(ledger, draft(pack(1)))
    with pytest.raises(sa.exc.DBAPIError):
        append(ledger, draft(pack(2)), draft(pack(1), 0))
    with pytest.raises(sa.exc.DBAPIError):
        append(ledger, draft(pack(2)), draft(pack(2)))
    assert [one.position for one in append(ledger, draft(pack(1), 1))] == [1]
    well_formed(ledger.all())


def test_recorded_time_never_goes_back(ledger: Opened, place: Place) -> None:
    def moment(hour: int) -> datetime:
        return datetime(2027, 3, 15, hour, tzinfo=UTC)

    clock = iter([moment(5), moment(3), moment(4), moment(6)])
    with place.opened(clock=lambda: next(clock)) as stepping:
        for number in range(4):
            append(stepping, draft(pack(number)), draft(pack(number), 1))
        recorded = [one.recorded_at for one in stepping.all()]
    assert recorded == [instant(moment(hour)) for hour in (5, 5, 5, 5, 5, 5, 6, 6)]


def test_the_lock_is_taken_before_the_end_is_read(ledger: Opened, place: Place) -> None:
    arrived, answered = Event(), Event()

    def wait_in_line() -> int:
        with place.opened() as other:
            arrived.set()
            with other.batch() as batch:
                answered.set()
                return batch.append([draft(pack(2))])[0].position

    with ThreadPoolExecutor(1) as pool:
        with ledger.batch() as batch:
            second = pool.submit(wait_in_line)
            assert arrived.wait(30)
            batch.append([draft(pack(1), version) for version in range(3)])
            assert not answered.wait(0.3), "a second writer came in while the first held the lock"
        assert second.result(30) == 3
    well_formed(ledger.all())


def test_threads_that_race_leave_no_gap_and_no_duplicate(ledger: Opened) -> None:
    enrol(ledger.keys, *range(8))

    def write(number: int) -> list[int]:
        return [*grow(ledger, candidate(number), 5), *grow(ledger, pack(0), 5)]

    with ThreadPoolExecutor(8) as writers:
        answered = sorted(position for positions in writers.map(write, range(8)) for position in positions)
    assert answered == list(range(80))
    assert ledger.size() == 80
    well_formed(ledger.all())


def test_processes_that_race_leave_no_gap_and_no_duplicate(ledger: Opened, place: Place) -> None:
    adapters.spawned(adapters.write_in_turns, place, [(pack(number), pack(9), 6) for number in range(3)])
    assert ledger.size() == 3 * 6 * 3
    well_formed(ledger.all())


def test_a_readers_snapshot_does_not_hold_a_writer_up_nor_see_it(ledger: Opened) -> None:
    append(ledger, draft(pack(1)))
    count = "SELECT count(*) FROM events"
    with ledger.reader.begin() as snapshot:
        assert snapshot.exec_driver_sql(count).scalar_one() == 1
        append(ledger, draft(pack(2)))
        assert snapshot.exec_driver_sql(count).scalar_one() == 1
        assert ledger.size() == 2
    assert scalar(ledger.reader, count) == 2


def test_a_writer_does_not_hold_readers_up_nor_show_what_is_not_yet_durable(ledger: Opened) -> None:
    append(ledger, draft(pack(1)))
    with ledger.batch() as batch:
        batch.append([draft(pack(2))])
        assert (ledger.size(), ledger.last(), len(ledger.all())) == (1, 0, 1)
    assert len(ledger.all()) == 2


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE events SET data = '{}' WHERE position = 0", "UPDATE events SET position = 7 WHERE position = 1",
        "DELETE FROM events WHERE position = 1", "DELETE FROM events",
        "UPDATE head SET position = 1", "UPDATE head SET shard = 'other'", "DELETE FROM head",
    ],
)  # fmt: skip
def test_what_is_recorded_cannot_be_changed(ledger: Opened, statement: str) -> None:
    append(ledger, draft(pack(1)), draft(pack(2)))
    before = [store.row_of(one) for one in ledger.all()]
    with pytest.raises(sa.exc.DBAPIError, match=r"append-only|only moves on"), ledger.writer.begin() as tx:
        tx.exec_driver_sql(statement)
    assert [store.row_of(one) for one in ledger.all()] == before
    assert ledger.size() == 2


def test_all_guards_stand(ledger: Opened) -> None:
    with ledger.reader.begin() as tx:
        assert ledger.dialect.missing_guards(tx) == []
    assert ledger.restore_guards() == []


@pytest.fixture
def ten(ledger: Opened) -> Opened:
    """A ledger of ten events."""
    append(ledger, *(draft(pack(1), version) for version in range(10)))
    return ledger


@pytest.mark.parametrize(
    ("after", "most", "positions"),
    [
        (0, 1000, range(10)), (0, 3, range(3)), (0, 0, range(0)), (1, 3, range(1, 4)), (9, 1, range(9, 10)),
        (9, 5, range(9, 10)), (10, 5, range(0)), (11, 5, range(0)), (500, 5, range(0)),
    ],
)  # fmt: skip
def test_a_page_is_what_follows_a_position(ten: Opened, after: int, most: int, positions: range) -> None:
    page = ten.page(after, most)
    assert [one.position for one in page] == list(positions)
    everything = ten.all()
    assert [one.previous_leaf for one in page] == [everything[one.position].previous_leaf for one in page]


@pytest.mark.parametrize(
    ("after", "limit", "until", "positions"),
    [
        (0, None, None, range(10)), (4, None, None, range(4, 10)), (4, 3, None, range(4, 7)), (4, None, 6, range(4, 6)),
        (4, 3, 6, range(4, 6)), (4, 1, 6, range(4, 5)), (8, 50, None, range(8, 10)), (0, None, 50, range(10)),
        (10, None, None, range(0)), (50, None, None, range(0)), (50, None, 60, range(0)), (3, 0, None, range(0)),
        (6, None, 6, range(0)), (7, None, 6, range(0)),
    ],
)  # fmt: skip
def test_reading_goes_from_a_position_to_a_limit_a_size_or_the_end(
    ten: Opened, after: int, limit: int | None, until: int | None, positions: range
) -> None:
    for most in (1, 3, 1000):
        pages = list(ten.read(after, limit=limit, until=until, most=most))
        assert [one.position for page in pages for one in page] == list(positions)
        assert all(0 < len(page) <= most for page in pages)


def test_reading_ends_where_the_ledger_ended_when_it_began(ten: Opened) -> None:
    pages = ten.read(most=4)
    seen = len(next(pages))
    append(ten, draft(pack(2)))
    assert seen + sum(len(page) for page in pages) == 10


def test_a_page_beyond_a_hole_does_not_take_a_later_leaf_for_the_one_before(ten: Opened, place: Place) -> None:
    place.tamper("DELETE FROM events WHERE position IN (4, 5)")
    page = ten.page(5, 2)
    assert ([one.position for one in page], page[0].previous_leaf) == ([6, 7], ORIGIN)
    assert [one.position for page in ten.read(most=3) for one in page] == [0, 1, 2, 3, 6, 7, 8, 9]


def test_more_rows_than_one_statement_holds_are_one_batch(ledger: Opened) -> None:
    made = append(ledger, *(draft(pack(number % 7), number // 7) for number in range(2600)))
    assert len(made) == 2600
    well_formed(ledger.all())


def leaf(ledger: Opened, one: Recorded) -> bytes:
    """The leaf made anew from what is stored."""
    ledger.keys.ensure([one.stream])
    return store.leaf_of(one, ledger.keys.of(one.stream))


def test_every_leaf_follows_from_the_bytes_as_stored(ledger: Opened, place: Place) -> None:
    enrol(ledger.keys, 1, 2)
    append(ledger, draft(candidate(1), actor="c0ffee"), draft(pack(1), causation="intake:7"), draft(candidate(2)))
    with place.opened() as other:
        for one in other.all():
            assert leaf(other, one) == one.leaf


@pytest.mark.parametrize("stream", [candidate(1), pack(1)], ids=["person", "public"])
def test_whatever_is_changed_makes_another_leaf(ledger: Opened, stream: str) -> None:
    enrol(ledger.keys, 1)
    envelope: dict[str, str | None] = {
        "actor": "c0ffee",
        "received_at": "2027-03-15T02:41:06Z",
        "causation": "intake:7",
        "correlation": "01",
    }
    append(ledger, draft(stream, 0, **envelope))
    (one,) = ledger.all()
    stage = one.data.replace("hadir", "hadiR").replace("PermenPANRB 6", "PermenPANRB 7")
    assert leaf(ledger, one) == one.leaf
    for fields in (
        {"data": stage}, {"version": 1}, {"actor": "c0ffef"}, {"actor": None}, {"causation": "intake:8"},
        {"correlation": None}, {"received_at": "2027-03-15T02:41:06.1Z"}, {"recorded_at": one.recorded_at[:-2] + "xZ"},
        {"type": "merit.selection.TieDecided.v1"},
    ):  # fmt: skip
        assert leaf(ledger, changed(one, **fields)) != one.leaf, fields
    other = changed(one, stream=pack(2))
    assert leaf(ledger, other) != one.leaf


def test_a_public_events_leaf_may_have_65535_bytes(ledger: Opened) -> None:
    def of_length(signs: int) -> bytes:
        event = replace(ADOPTED, vectors="5" * signs)
        with ledger.batch() as batch:
            (one,) = batch.append([codec.draft(pack(1), ledger.size(), event)])
        return store.entry_of(one, ledger.keys.of(pack(1)))

    rest = 65535 - len(of_length(0))
    assert len(of_length(rest)) == 65535
    with pytest.raises(Unreadable, match="65,535"):
        of_length(rest + 1)
    assert ledger.size() == 2
    well_formed(ledger.all())


def test_a_persons_event_is_as_long_as_it_is_in_a_leaf_of_one_length(ledger: Opened) -> None:
    enrol(ledger.keys, 1)
    long = replace(SCORED, facts={"note": "é" * 100_000})
    with ledger.batch() as batch:
        made = batch.append([codec.draft(candidate(1), 0, long), draft(candidate(1), 1)])
    keys = ledger.keys.of(candidate(1))
    assert len({len(store.entry_of(one, keys)) for one in made}) == 1
    assert codec.event_of(ledger.all()[0]) == long


def test_an_event_about_somebody_unknown_is_refused(ledger: Opened) -> None:
    with pytest.raises(Refused) as refused:
        append(ledger, draft(pack(1)), draft(candidate(3)))
    assert refused.value.code == "person.unknown"
    assert ledger.size() == 0
    ledger.keys.enrol({"person-3": [application(3)]})
    assert append(ledger, draft(candidate(3)))[0].position == 0
