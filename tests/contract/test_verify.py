"""A ledger checked against itself: what was changed past the guards is found, with its position."""

import re

import pytest
import sqlalchemy as sa

from shared.ledger import findings, merkle, verify
from tests.contract.adapters import Opened, Place, append, candidate, draft, enrol, pack


@pytest.fixture
def six(ledger: Opened) -> Opened:
    """A ledger of six events."""
    enrol(ledger.keys, 1)
    append(ledger, draft(pack(1)), draft(candidate(1), actor="c0ffee"), draft(pack(1), 1))
    append(ledger, draft(candidate(1), 1), draft(pack(1), 2), draft(pack(2)))
    return ledger


def found(place: Place) -> list[tuple[int | None, str]]:
    """Position and code of what a check finds that starts anew."""
    with place.opened() as fresh:
        return [(one.position, one.code) for one in verify.check(fresh).findings]


def test_an_untouched_ledger_has_nothing_to_find(six: Opened, place: Place) -> None:
    seen = []
    with place.opened() as fresh:
        report = verify.check(fresh, lambda done, total: seen.append((done, total)))
    assert (report.ledger, report.events, report.findings, report.more) == ("selection", 6, [], 0)
    assert report.root == merkle.root(one.leaf for one in six.all())
    assert seen == [(6, 6)]


def test_an_empty_ledger_has_nothing_to_find(ledger: Opened) -> None:
    assert verify.check(ledger) == verify.Report("selection", root=merkle.EMPTY)


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("UPDATE events SET data = replace(data, 'hadir', 'absen') WHERE position = 1", [(1, "leaf.differs")]),
        ("UPDATE events SET actor = NULL WHERE position = 1", [(1, "leaf.differs")]),
        ("UPDATE events SET actor = 'c0ffee' WHERE position = 4", [(4, "leaf.differs")]),
        ("UPDATE events SET leaf = (SELECT leaf FROM events WHERE position = 0) WHERE position = 2",
         [(2, "leaf.differs")]),
        ("UPDATE events SET data = '{' WHERE position = 3", [(3, "event.unreadable")]),
        ("UPDATE events SET data = '[]' WHERE position = 3", [(3, "event.unreadable")]),
        ("UPDATE events SET type = 'merit.x.Y.v1' WHERE position = 3", [(3, "event.unreadable")]),
        ("UPDATE events SET version = 9 WHERE position = 5", [(5, "version.gap"), (5, "leaf.differs")]),
        ("UPDATE events SET stream = 'rulepack-pauh.pack-2', version = 1 WHERE position = 4",
         [(4, "version.gap"), (4, "leaf.differs"), (5, "version.gap")]),
        ("UPDATE events SET stream = 'rulepack-pauh.new' WHERE position = 5", [(5, "key.missing")]),
        ("UPDATE events SET stream = 'elsewhere-x' WHERE position = 5", [(5, "key.missing")]),
        ("UPDATE events SET stream = 'candidate-x' WHERE position = 5", [(5, "key.missing")]),
        ("UPDATE events SET recorded_at = '2020' || substr(recorded_at, 5) WHERE position = 4",
         [(4, "clock.back"), (4, "leaf.differs")]),
        ("DELETE FROM events WHERE position = 5", [(None, "head.differs")]),
        ("DELETE FROM events WHERE position = 0", [(1, "position.gap"), (2, "version.gap")]),
        ("UPDATE head SET position = 4", [(None, "head.differs")]),
        ("UPDATE events SET position = 9 WHERE position = 5", [(9, "position.gap"), (None, "head.differs")]),
        ("UPDATE events SET position = -1 WHERE position = 0", [(-1, "position.gap"), (1, "position.gap")]),
        ("UPDATE events SET version = 7, stream = 'rulepack-pauh.pack-3' WHERE position = 5",
         [(5, "version.gap"), (5, "key.missing")]),
        ("UPDATE events SET version = -1 WHERE position = 5", [(5, "version.gap"), (5, "event.unreadable")]),
        ("UPDATE head SET position = 'abc'", [(None, "head.differs")]),
    ],
)  # fmt: skip
def test_what_was_changed_is_found_where_it_is(
    six: Opened, place: Place, statement: str, expected: list[tuple[int | None, str]]
) -> None:
    place.tamper(statement)
    assert found(place) == expected


TWICE = """UPDATE events SET data = replace(data, '"stage":', '"stage":"skb","stage":') WHERE position = 1"""


@pytest.mark.parametrize(
    "statement",
    [
        TWICE,
        "UPDATE events SET data = replace(data, ',', ', ') WHERE position = 1",
        "UPDATE events SET data = data || char(10) WHERE position = 1",
        "UPDATE events SET data = replace(data, 'hadir', '\\u0068adir') WHERE position = 1",
        "UPDATE events SET data = '{\"stage\":null}' WHERE position = 1",
        "UPDATE events SET data = '[' || replace(hex(zeroblob(50)), '00', '[') WHERE position = 1",
    ],
)
def test_bytes_that_are_not_canonical_are_found_though_some_reader_takes_them_for_the_same(
    six: Opened, place: Place, statement: str
) -> None:
    """Two readers of `{"parts":1,"parts":2}` read two different scores; the leaf is made from one of them."""
    place.tamper(statement)
    with place.opened() as fresh:
        (one,) = verify.check(fresh).findings
    assert (one.position, one.code) == (1, "event.unreadable")
    assert one.what == "the stored bytes are not the canonical ones: changed since"


BROKEN = "CAST(x'7b22ff227d' AS TEXT)"


@pytest.mark.parametrize(
    ("change", "position"),
    [
        ("data = CAST(data AS BLOB)", 1),
        ("leaf = 'zz'", 1),
        ("leaf = 7", 1),
        ("version = 'abc'", 1),
        ("version = 0.5", 1),
        ("stream = CAST(stream AS BLOB)", 1),
        ("actor = x'00'", 1),
        ("recorded_at = x'00'", 1),
        ("type = x'00'", 1),
        (f"data = {BROKEN}", 1),
        (f"stream = {BROKEN}", 1),
        (f"actor = {BROKEN}", 1),
        (f"recorded_at = {BROKEN}", 1),
        ("position = 'abc'", 6),
        (f"position = {BROKEN}", 6),
    ],
)
def test_a_column_that_holds_what_it_never_should_is_found_where_it_is(
    six: Opened, place: Place, change: str, position: int
) -> None:
    """A blob, a number for a text, text that is no UTF-8: the check says so, and goes on behind it."""
    place.tamper(f"UPDATE events SET {change} WHERE position = 1")
    with place.opened() as fresh:
        report = verify.check(fresh)
    column = change.partition(" ")[0]
    assert (position, "event.unreadable", f"column {column} holds") in [
        (one.position, one.code, one.what[: len(f"column {column} holds")]) for one in report.findings
    ]
    assert {one.code for one in report.findings} <= {"event.unreadable", "version.gap", "position.gap"}
    assert report.events == 6


def test_a_ledger_that_cannot_be_read_at_all_is_no_finding(six: Opened, place: Place) -> None:
    place.tamper("ALTER TABLE events RENAME COLUMN data TO content")
    with place.opened() as fresh, pytest.raises(sa.exc.OperationalError, match="no such column"):
        verify.check(fresh)


def test_events_that_come_during_a_check_are_no_finding(ledger: Opened) -> None:
    append(ledger, *(draft(pack(1), version) for version in range(1001)))

    def meanwhile(done: int, total: int) -> None:
        if done < 1100:
            append(ledger, draft(pack(2), ledger.size() - 1001))

    report = verify.check(ledger, meanwhile)
    assert (report.findings, report.events) == ([], ledger.size())


def test_a_trigger_that_is_none_of_ours_is_found(six: Opened, place: Place) -> None:
    """One that swallows what is appended, on whatever table of the ledger's file."""
    place.tamper(
        "CREATE TRIGGER evil BEFORE INSERT ON events WHEN NEW.position > 9 BEGIN SELECT RAISE(IGNORE); END",
        "CREATE TRIGGER another AFTER INSERT ON head BEGIN SELECT 1; END",
    )
    with place.opened() as fresh:
        first, second = verify.check(fresh).findings
    assert (first.code, first.position, second.code) == ("guard.foreign", None, "guard.foreign")
    assert (first.what.split()[1], second.what.split()[1]) == ("another", "evil")
    assert six.restore_guards() == []


def test_every_finding_is_said_in_both_languages() -> None:
    for key, (indonesian, english) in findings.SENTENCES.items():
        names = [set(re.findall(r"{(\w+)}", text)) for text in (indonesian, english)]
        assert names[0] == names[1], key
        one = findings.found("selection", 3, key, dict.fromkeys(names[0], "x"))
        assert one.code == ".".join(key.split(".")[:2])
        assert one.say("id") != one.say("en") == one.what


def test_a_guard_that_is_gone_is_found(six: Opened, place: Place) -> None:
    with six.writer.begin() as tx:
        tx.exec_driver_sql("DROP TRIGGER events_never_change" + (" ON events" if tx.dialect.name != "sqlite" else ""))
    assert found(place) == [(None, "guard.missing")]


def test_many_findings_are_counted(ledger: Opened, place: Place) -> None:
    append(ledger, *(draft(pack(1), version) for version in range(30)))
    place.tamper("UPDATE events SET actor = 'c0ffee'")
    with place.opened() as fresh:
        report = verify.check(fresh)
    assert (len(report.findings), report.more, report.events) == (20, 10, 30)
