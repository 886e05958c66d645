"""A ledger checked against itself: what was changed past the guards is found, with its position."""

import pytest

from shared.ledger import merkle, verify
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
    ("statement", "findings"),
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
    ],
)  # fmt: skip
def test_what_was_changed_is_found_where_it_is(
    six: Opened, place: Place, statement: str, findings: list[tuple[int | None, str]]
) -> None:
    place.tamper(statement)
    assert found(place) == findings


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
