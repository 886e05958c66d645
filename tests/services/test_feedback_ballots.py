"""No ballot leads back to a visit: not by the ledger, a table, a file's order, a log or the order of the ledger
(Permenpan RB 14/2017; UU 27/2022 art. 16)."""

import json
import logging
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from services.feedback import ballots, tables
from services.feedback.collecting import collect
from services.feedback.surveys import IssueCodes, ReceiveBallot
from shared.events import Refused
from shared.events.feedback import FeedbackReceived, VisitCodesIssued
from tests.services.feedback_world import NINE, TARGET, UNIT, World, at, world

QUARTER = f"survey-{TARGET}+2027-03-31"  # where ballots of all its days stand


@pytest.fixture
def here(tmp_path: Path) -> Iterator[World]:
    with world(tmp_path / "data") as made:
        yield made


def distinct(n: int) -> dict[str, int]:
    """Answers by which the n-th ballot is known: n in base 4."""
    return {f"u{place + 1}": n // 4**place % 4 + 1 for place in range(9)}


def number(answers: Any) -> int:
    return sum((answers[f"u{place + 1}"] - 1) * 4**place for place in range(9))


def received(here: World) -> list[Any]:
    return [event for _, event in here.events(FeedbackReceived)]


def count(here: World, table: sa.Table) -> int:
    with here.ledger.reader.begin() as tx:
        return int(tx.execute(sa.select(sa.func.count()).select_from(table)).scalar_one())


def dumped(here: World, *but: str) -> str:
    """Every row of every table of feedback's file, as text."""
    with here.ledger.reader.begin() as tx:
        names = [name for name in sa.inspect(tx).get_table_names() if name not in but]
        return "\n".join(repr(tuple(row)) for name in names for row in tx.execute(sa.text(f'SELECT * FROM "{name}"')))


def test_the_ballot_of_a_known_visit_is_found_nowhere(here: World, caplog: pytest.LogCaptureFixture) -> None:
    """Forty visitors answer in the order in which they came; whoever knows all of our files cannot tell whose is
    whose."""
    caplog.set_level(logging.DEBUG)
    codes = here.hand_out(40)
    for n, code in enumerate(codes):
        ballots.spend(here.ledger, code, distinct(n), here.now[0])
    assert not any(code in dumped(here) for code in codes)
    here.now[0] = at(3, 3, 17)
    assert [one.refused for one in collect(here.pipeline, here.now[0])] == [None] * 40
    digests = [ballots.digest_of(code, at(3, 2).date()) for code in codes]
    rest = dumped(here, "codes", "events")
    assert not any(code in dumped(here) for code in codes)
    assert not any(digest in rest for digest in digests)
    assert count(here, tables.box) == 0
    files = b"".join(path.read_bytes() for path in sorted(here.folder.path.glob("feedback.db*")))
    assert not any(code.encode() in files for code in codes)
    assert (here.folder.path / "feedback.db-wal").stat().st_size == 0  # which told transactions apart
    assert not any(code in caplog.text or digest in caplog.text for code, digest in zip(codes, digests, strict=True))


def test_the_order_of_the_ledger_is_not_the_order_of_sending(here: World) -> None:
    """Two boxes with the same ballots are emptied in two orders, neither of them that of sending (chance: 1 in 40!)."""
    for day in (2, 5):
        here.now[0] = at(3, day)
        for n, code in enumerate(here.hand_out(40)):
            ballots.spend(here.ledger, code, distinct(n), here.now[0])
        here.now[0] = at(3, day + 1)
        collect(here.pipeline, here.now[0])
    sent = [number(event.answers) for event in received(here)]
    orders = [sent[:40], sent[40:]]
    assert [sorted(order) for order in orders] == [list(range(40))] * 2
    assert orders[0] != orders[1]
    assert list(range(40)) not in orders


def test_nothing_of_a_ballot_has_a_time_an_actor_or_a_connection(here: World) -> None:
    here.answer(here.hand_out(12))
    here.now[0] = at(3, 3, 1)
    collect(here.pipeline, here.now[0])
    for one, _ in here.events(FeedbackReceived):
        assert (one.actor, one.causation, one.correlation) == ("citizen", None, None)
        assert one.received_at == "2027-03-02T17:00:00.000000Z"  # 00:00 of the day in Jakarta


def test_codes_and_box_have_no_order_but_that_of_digests_and_random_ids(here: World) -> None:
    """Without a row id, a time, a position or an address; a spent code is a mark alone."""
    assert {column.name for column in tables.codes.columns} == {"digest", "stream", "until", "spent"}
    assert {column.name for column in tables.box.columns} == {"id", "stream", "command", "body"}
    codes = here.hand_out(30)
    here.answer(codes[:20])
    with here.ledger.reader.begin() as tx:
        for table in (tables.codes, tables.box):
            assert "WITHOUT ROWID" in tx.execute(
                sa.text("SELECT sql FROM sqlite_master WHERE name = :name"), {"name": table.name}
            ).scalar_one()  # fmt: skip
            rows = [row[0] for row in tx.execute(sa.text(f"SELECT * FROM {table.name}"))]
            assert rows == sorted(rows)
        spent = tx.execute(sa.select(tables.codes.c.spent)).scalars().all()
        bodies = [json.loads(body) for body in tx.execute(sa.select(tables.box.c.body)).scalars()]
    assert Counter(spent) == {1: 20, 0: 10}
    assert {frozenset(body) for body in bodies} == {frozenset({"instrument", "answers", "channel"})}


def test_a_code_counts_once_in_time_and_for_its_own_day(here: World) -> None:
    """TEST 37: no answer without a code."""
    first, second, third = here.hand_out(3)
    here.answer((first,))
    for code in (first, "AAAAAAAAAAAA"):
        with pytest.raises(Refused, match=r"ballot\.code"):
            ballots.spend(here.ledger, code, NINE, here.now[0])
    here.now[0] = at(3, 16, 16)
    ballots.spend(here.ledger, second.lower(), NINE, here.now[0])
    here.now[0] = at(3, 16, 17)
    with pytest.raises(Refused, match=r"ballot\.code"):
        ballots.spend(here.ledger, third, NINE, here.now[0])
    with pytest.raises(Refused, match=r"ballot\.answers"):
        ballots.spend(here.ledger, third, {**NINE, "u9": 5}, here.now[0])
    assert count(here, tables.box) == 2


def test_codes_that_are_handed_out_again_stay_spent(here: World) -> None:
    (code,) = here.hand_out(1)
    issued = here.events(VisitCodesIssued)[0][1]
    here.answer((code,))
    digest = ballots.digest_of(code, at(3, 2).date())
    again = IssueCodes(counter="loket-1", visits=1, every=1, codes=1, until=issued.until, digests=(digest,))
    assert here.act(f"survey-{TARGET}+2027-03-02", again, by="counter").events == 0
    with pytest.raises(Refused, match=r"ballot\.code"):
        ballots.spend(here.ledger, code, NINE, here.now[0])


def test_nine_ballots_wait_and_the_tenth_takes_them_along(here: World) -> None:
    codes = here.hand_out(10)
    here.answer(codes[:9])
    here.now[0] = at(3, 3)
    assert collect(here.pipeline, here.now[0]) == []
    here.answer(codes[9:])
    assert collect(here.pipeline, here.now[0]) == []  # once a day
    here.now[0] = at(3, 4)
    assert len(collect(here.pipeline, here.now[0])) == 10
    assert (len(received(here)), count(here, tables.box)) == (10, 0)
    here.assert_whole()


def test_the_only_visitor_of_a_day_is_not_found_by_the_day(here: World) -> None:
    """Nine come on 2 March and one on 4 March: neither the box, nor a stream, nor a sum says which ballot is whose."""
    here.answer(here.hand_out(9))
    here.now[0] = at(3, 4)
    (alone,) = here.hand_out(1)
    ballots.spend(here.ledger, alone, distinct(0), here.now[0])
    with here.ledger.reader.begin() as tx:
        assert {*tx.execute(sa.select(tables.box.c.stream)).scalars()} == {QUARTER}
    here.now[0] = at(3, 5)
    assert [one.refused for one in collect(here.pipeline, here.now[0])] == [None] * 10
    assert Counter(one.stream for one, _ in here.events(FeedbackReceived)) == {QUARTER: 10}
    with here.ledger.reader.begin() as tx:
        rows = {row.stream: row for row in tx.execute(sa.select(tables.tallies))}
    assert {stream: (row.codes, row.respondents) for stream, row in rows.items()} == {
        f"survey-{TARGET}+2027-03-02": (9, 0), f"survey-{TARGET}+2027-03-04": (1, 0), QUARTER: (0, 10),
    }  # fmt: skip
    here.assert_whole()


def test_no_more_answers_of_a_quarter_count_than_its_days_handed_out_codes(here: World) -> None:
    """TEST 37, over all days: a ballot that was slipped into the box is one too many."""
    for day in (2, 4):
        here.now[0] = at(3, day)
        here.answer(here.hand_out(6))
    with here.ledger.writer.begin() as tx:
        ballots.put(tx, QUARTER, ReceiveBallot(instrument="skm9", answers=NINE, channel="web"))
    here.now[0] = at(3, 5)
    assert Counter(one.refused for one in collect(here.pipeline, here.now[0])) == {None: 12, "survey.no_code_left": 1}
    assert len(received(here)) == 12


def test_fewer_than_ten_at_the_end_of_the_quarter_never_enter(here: World) -> None:
    """They count as unanswered: their codes stand, their answers are gone."""
    here.now[0] = at(3, 30)
    here.answer(here.hand_out(9))
    here.answer(here.hand_out(10, f"{UNIT}+apotek"))
    here.now[0] = at(3, 31)
    assert len(collect(here.pipeline, here.now[0])) == 10
    assert count(here, tables.box) == 9
    here.now[0] = at(4, 1)
    assert collect(here.pipeline, here.now[0]) == []
    assert count(here, tables.box) == 0
    assert {one.stream for one, _ in here.events(FeedbackReceived)} == {f"survey-{UNIT}+apotek+2027-03-31"}
    here.assert_whole()


def test_a_collection_that_is_cut_off_loses_nothing_and_counts_nothing_twice(here: World) -> None:
    here.answer(here.hand_out(12))
    with here.ledger.reader.begin() as tx:
        rows = list(tx.execute(sa.select(tables.box)))
    assert len(collect(here.pipeline, here.now[0])) == 12
    with here.ledger.writer.begin() as tx:  # as if the box had not been emptied
        tx.execute(sa.insert(tables.box), [dict(row._mapping) for row in rows])
    assert [one.repeated for one in collect(here.pipeline, here.now[0], again=True)] == [True] * 12
    assert (len(received(here)), count(here, tables.box)) == (12, 0)


def test_a_paper_counts_where_two_people_keyed_the_same(here: World) -> None:
    """TEST 37: keyings differ -> that paper returns."""
    one, two = here.hand_out(2)
    assert not ballots.key_paper(here.ledger, "clerk-1", one, NINE, here.now[0])
    with pytest.raises(Refused, match=r"paper\.same_person"):
        ballots.key_paper(here.ledger, "clerk-1", one, NINE, here.now[0])
    assert ballots.key_paper(here.ledger, "clerk-2", one, NINE, here.now[0])
    assert not ballots.key_paper(here.ledger, "clerk-1", two, NINE, here.now[0])
    with pytest.raises(Refused, match=r"paper\.differs"):
        ballots.key_paper(here.ledger, "clerk-2", two, {**NINE, "u1": 1}, here.now[0])
    assert (count(here, tables.papers), count(here, tables.box)) == (0, 1)
    assert not ballots.key_paper(here.ledger, "clerk-2", two, NINE, here.now[0])
    with pytest.raises(Refused, match=r"ballot\.code"):
        ballots.key_paper(here.ledger, "clerk-1", one, NINE, here.now[0])
    with pytest.raises(Refused, match=r"ballot\.answers"):
        ballots.key_paper(here.ledger, "clerk-1", two, {"u1": 1}, here.now[0])


def test_a_first_keying_says_no_answer_and_ends_with_its_code(here: World) -> None:
    """Whoever has the table, and even the digest of the code, cannot try all answers without the paper."""
    one, two = here.hand_out(2)
    for code in (one, two):
        ballots.key_paper(here.ledger, "clerk-1", code, distinct(7), here.now[0])
    with here.ledger.reader.begin() as tx:
        kept = [str(row.answers) for row in tx.execute(sa.select(tables.papers))]
    assert len({*kept}) == 2, "the same answers, and nobody sees it"
    assert all(len(text) == 64 and "u1" not in text for text in kept)
    here.now[0] = at(3, 16)
    collect(here.pipeline, here.now[0])
    assert count(here, tables.papers) == 2
    assert ballots.key_paper(here.ledger, "clerk-2", one.lower(), distinct(7), here.now[0])
    here.now[0] = at(3, 17)
    collect(here.pipeline, here.now[0])
    assert (count(here, tables.papers), count(here, tables.box)) == (0, 1)
