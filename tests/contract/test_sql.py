"""The two shapes of statement, as each database wants them."""

from types import SimpleNamespace
from typing import Any, cast

import pytest
import sqlalchemy as sa

from shared.ledger import sql
from tests.contract.adapters import Opened


class Heard:
    """A connection to PostgreSQL that only listens."""

    dialect = SimpleNamespace(name="postgresql")

    def __init__(self, answer: str | None = None) -> None:
        self.said: list[tuple[str, Any]] = []
        self.answer = answer

    def exec_driver_sql(self, statement: str, values: Any) -> Any:
        self.said.append((" ".join(statement.split()), values))
        return SimpleNamespace(scalar_one=lambda: self.answer)


def test_many_rows_are_one_statement_and_too_many_are_several(ledger: Opened) -> None:
    rows = [(f"id-{number}", f"person-{number % 7}") for number in range(15_002)]
    seen: list[str] = []
    store = ledger.keys._store
    sa.event.listen(store, "before_cursor_execute", lambda _c, _u, statement, *_: seen.append(statement))
    with store.begin() as tx:
        sql.fill(tx, "ids", ("id", "holder"), rows)
        sql.fill(tx, "ids", ("id", "holder"), rows[:9], "ON CONFLICT DO NOTHING")
        sql.fill(tx, "ids", ("id", "holder"), [])
        found = sql.gather(tx, ("id", "holder"), "ids", "id", [id for id, _ in rows[::3]] + ["nobody"])
        assert sql.gather(tx, ("id",), "ids", "id", []) == []
        assert sql.gather(tx, ("id",), "ids", "id", ["nobody"]) == []
        assert sql.gather(tx, ("id",), "ids", "id", ["id-7", "id-7"]) == [["id-7"]]
    assert sum("INSERT" in statement for statement in seen) == 3
    assert sorted(map(tuple, found)) == sorted(rows[::3])


def test_values_are_never_part_of_a_statement(ledger: Opened) -> None:
    names = ["'; DROP TABLE ids; --", '"', "é\U0001f600", "%s ?", "\\", "[1]"]
    with ledger.keys._store.begin() as tx:
        sql.fill(tx, "ids", ("id", "holder"), [(name, name) for name in names])
        assert sorted(sql.gather(tx, ("id", "holder"), "ids", "id", names)) == sorted([name, name] for name in names)


def test_postgresql_is_told_the_same_in_its_own_words() -> None:
    heard = Heard('[["a", "00"]]')
    tx = cast(sa.Connection, heard)
    columns = ("id", sql.hexed(tx, "wrapped"))
    sql.fill(tx, "ids", ("id", "holder"), [("a", "p"), ("b", "p")], "ON CONFLICT DO NOTHING")
    assert sql.gather(tx, columns, "ids", "id", ("a", "b", "a")) == [["a", "00"]]
    inserted = "INSERT INTO ids (id, holder) VALUES (%s,%s),(%s,%s) ON CONFLICT DO NOTHING"
    each = "SELECT json_build_array(id, encode(wrapped, 'hex')) AS line FROM ids WHERE id = wanted.one OFFSET 0"
    chosen = f"SELECT json_agg(line)::text FROM unnest(%s) AS wanted (one) CROSS JOIN LATERAL ({each}) AS found"
    assert heard.said == [(inserted, ("a", "p", "b", "p")), (chosen, (["a", "b"],))]
    assert sql.gather(cast(sa.Connection, Heard(None)), columns, "ids", "id", ("a",)) == []


def test_one_read_by_itself_sees_what_is_committed_and_fails_as_any_other(ledger: Opened) -> None:
    store = ledger.keys._store
    with store.begin() as tx:
        sql.fill(tx, "ids", ("id", "holder"), [("a?", "p"), ("b", "q")])
    assert sql.peek(store, "SELECT holder, id FROM ids WHERE id = ? OR holder = ? ORDER BY id", ("a?", "q")) == [
        ("p", "a?"), ("q", "b"),
    ]  # fmt: skip
    assert sql.peek(store, "SELECT 1 FROM ids WHERE id = ?", ("c",)) == []
    with pytest.raises(sa.exc.OperationalError):
        sql.peek(store, "SELECT nothing FROM ids", ())


def test_a_read_by_itself_is_written_as_the_database_wants_it() -> None:
    said: list[tuple[str, tuple[str, ...]]] = []
    cursor = SimpleNamespace(execute=lambda *one: said.append(one), fetchall=lambda: [("x",)])
    raw = SimpleNamespace(cursor=lambda: cursor, close=lambda: None)
    dialect = SimpleNamespace(name="postgresql", loaded_dbapi=SimpleNamespace(Error=OSError))
    engine = cast(sa.Engine, SimpleNamespace(dialect=dialect, raw_connection=lambda: raw))
    assert sql.peek(engine, "SELECT a FROM b WHERE c = ?", ["d"]) == [("x",)]
    assert said == [("SELECT a FROM b WHERE c = %s", ("d",))]


def test_many_rows_are_changed_by_one_statement(ledger: Opened) -> None:
    seen: list[str] = []
    store = ledger.keys._store
    sa.event.listen(store, "before_cursor_execute", lambda _c, _u, statement, *_: seen.append(statement))
    with store.begin() as tx:
        sql.fill(tx, "ids", ("id", "holder"), [(f"id-{n}", f"person-{n % 2}") for n in range(16_000)])
        seen.clear()
        sql.among(tx, "UPDATE ids SET holder = ? WHERE id IN ({})", [("id-1",), ("id-2",), ("nobody",)], "other")
        sql.among(tx, "DELETE FROM ids WHERE (id, holder) IN ({})", [("id-1", "other"), ("id-2", "person-0")])
        sql.among(tx, "DELETE FROM ids WHERE id IN ({})", [])
        assert len(seen) == 2
        assert sorted(sql.gather(tx, ("id", "holder"), "ids", "id", ("id-1", "id-2"))) == [["id-2", "other"]]
        sql.among(
            tx, "DELETE FROM ids WHERE (id, holder) IN ({})", [(f"id-{n}", f"person-{n % 2}") for n in range(16_000)]
        )
        assert len(seen) == 5
        assert tx.exec_driver_sql("SELECT count(*) FROM ids").scalar_one() == 1
