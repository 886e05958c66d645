"""What holds in the SQLite file itself: durable, append-only for strangers too, and guards that cannot go unseen."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from types import ModuleType

import pytest
import sqlalchemy as sa

from shared.events import Damaged
from shared.ledger import sqlite, store
from tests.contract.adapters import Opened, SqliteFiles, append, draft, pack, scalar

TAKEN = "'main', {}, '{}', {}, 't', '2027', NULL, NULL, NULL, NULL, '{{}}', x'00'"


@pytest.fixture
def place(tmp_path: Path) -> SqliteFiles:
    """A folder of SQLite files alone."""
    return SqliteFiles(tmp_path)


@pytest.fixture
def ledger(place: SqliteFiles) -> Iterator[Opened]:
    """A ledger of three events."""
    with place.opened() as opened:
        opened.create()
        append(opened, draft(pack(1)), draft(pack(1), 1), draft(pack(2)))
        yield opened


def test_every_connection_is_durable_at_commit_and_lets_readers_read(ledger: Opened) -> None:
    for engine in (ledger.writer, ledger.reader):
        with engine.connect() as one, engine.connect() as two:  # two at once are two connections
            for connection in (one, two):
                assert connection.exec_driver_sql("PRAGMA synchronous").scalar_one() == 2
                assert connection.exec_driver_sql("PRAGMA journal_mode").scalar_one() == "wal"
                connection.rollback()


def test_what_is_deleted_beside_the_keys_is_overwritten(tmp_path: Path) -> None:
    for engine in sqlite.engines(tmp_path / "keys.db", secure_delete=True):
        assert scalar(engine, "PRAGMA secure_delete") == 1
        engine.dispose()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE events SET data = '{}' WHERE position = 1",
        "UPDATE OR REPLACE events SET position = 0 WHERE position = 1",
        "UPDATE OR IGNORE events SET leaf = x'00'", "DELETE FROM events WHERE position = 2", "DELETE FROM events",
        f"INSERT INTO events VALUES ({TAKEN.format(1, pack(3), 0)})",
        f"INSERT OR REPLACE INTO events VALUES ({TAKEN.format(1, pack(3), 0)})",
        f"REPLACE INTO events VALUES ({TAKEN.format(3, pack(1), 1)})",
        f"INSERT OR IGNORE INTO events VALUES ({TAKEN.format(0, pack(3), 0)})",
        f"INSERT INTO events VALUES ({TAKEN.format(1, pack(3), 0)}) ON CONFLICT DO UPDATE SET data = '{{}}'",
        "UPDATE head SET position = 2", "UPDATE head SET position = 0", "UPDATE head SET shard = 'other'",
        "UPDATE OR REPLACE head SET position = 1", "DELETE FROM head", "REPLACE INTO head VALUES ('main', 0)",
        "INSERT OR REPLACE INTO head VALUES ('main', 7)",
        "INSERT INTO head VALUES ('main', 0) ON CONFLICT DO UPDATE SET position = 0",
    ],
)  # fmt: skip
def test_a_strangers_connection_cannot_change_what_is_recorded(
    ledger: Opened, place: SqliteFiles, statement: str
) -> None:
    before = [store.row_of(one) for one in ledger.all()]
    with closing(place.plain()) as plain:
        with pytest.raises(sqlite3.IntegrityError, match=r"append-only|only moves on"):
            plain.execute(statement)
        plain.commit()
    assert [store.row_of(one) for one in ledger.all()] == before
    assert ledger.size() == 3
    assert append(ledger, draft(pack(2), 1))[0].position == 3


@pytest.mark.parametrize("name", sqlite.TRIGGERS)
def test_a_guard_that_is_gone_or_changed_is_named_and_put_back(ledger: Opened, place: SqliteFiles, name: str) -> None:
    table = name.partition("_")[0]
    weak = f"CREATE TRIGGER {name} BEFORE UPDATE ON {table} BEGIN SELECT 1; END"
    never = sqlite.TRIGGERS[name].replace("BEGIN", "WHEN 0 BEGIN") if "WHEN" not in sqlite.TRIGGERS[name] else weak
    for instead in (None, weak, never):
        with closing(place.plain()) as plain:
            plain.execute(f"DROP TRIGGER {name}")
            if instead:
                plain.execute(instead)
            plain.commit()
        ledger.create()  # opening it again does not hide the loss
        with ledger.reader.begin() as tx:
            assert sqlite.missing_guards(tx) == [name]
        assert ledger.restore_guards() == [name]
        assert ledger.restore_guards() == []


def test_a_writer_that_waits_too_long_is_refused(
    ledger: Opened, place: SqliteFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "PATIENCE", 10)
    with ledger.batch(), place.opened() as other, pytest.raises(sa.exc.OperationalError, match="locked"), other.batch():
        pytest.fail("two writers at once")
    assert ledger.size() == 3


def test_a_database_that_locks_by_a_statement_hears_it_before_the_end_is_read(ledger: Opened) -> None:
    dialect = ModuleType("locking")
    vars(dialect).update({**vars(sqlite), "LOCK": "SELECT position FROM head WHERE shard = :shard"})
    seen: list[str] = []
    sa.event.listen(ledger.writer, "before_cursor_execute", lambda _c, _u, statement, *_: seen.append(statement))
    locking = Opened("selection", ledger.writer, ledger.reader, ledger.keys, dialect=dialect)
    append(locking, draft(pack(2), 1))
    assert seen[:2] == ["BEGIN IMMEDIATE", dialect.LOCK]
    assert "FROM head" in seen[2]
    assert ledger.size() == 4


def test_a_head_beyond_the_rows_stops_every_writer(ledger: Opened, place: SqliteFiles) -> None:
    place.tamper("UPDATE head SET position = 9")
    with pytest.raises(Damaged, match="the head says 9 events, position 8 is not there"):
        append(ledger, draft(pack(3)))
