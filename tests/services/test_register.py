"""Who stands in an imported list: ids made once, exam numbers and birth dates under lock, the order of ages alone."""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
import sqlalchemy as sa

from services.people.register import Person, Register, Rows
from services.people.vault import Vault, imported, vault, vault_keys
from shared.events import Damaged
from shared.ledger import Keys, Wrapping
from shared.runtime.folder import Folder

FILE, OTHER = "a" * 64, "b" * 64
PLANTED = [
    Person(row=1, row_id="ZQ-PLANTED-0001", born="1987-03-14"),
    Person(row=2, row_id="ZQ-PLANTED-0002", born=None),
]


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Folder]:
    made = Folder(tmp_path / "data", create=True)
    yield made
    made.close()


@pytest.fixture
def store(folder: Folder) -> sa.Engine:
    return folder.store("vault", secure_delete=True)


@pytest.fixture
def register(folder: Folder, store: sa.Engine) -> Register:
    made = Register(store, folder.master, folder.keys)
    made.create()
    return made


def test_the_same_file_again_gives_the_same_ids(register: Register) -> None:
    first = register.enrol(FILE, "pauh.1", PLANTED)
    assert register.enrol(FILE, "pauh.1", PLANTED) == first
    assert set(first) == {1, 2}
    assert len(set(first.values())) == 2
    assert all(len(id) == 32 and set(id) <= set("0123456789abcdef") for id in first.values())


def test_rows_that_came_late_are_added_and_the_others_stay(register: Register) -> None:
    """A first run that ended after one row: the second goes on."""
    (first,) = register.enrol(FILE, "pauh.1", PLANTED[:1]).values()
    both = register.enrol(FILE, "pauh.1", PLANTED)
    assert (set(both), both[1]) == ({1, 2}, first)


def test_two_files_are_two_candidacies_whoever_stands_in_them(register: Register) -> None:
    """A list prints no identity that could join its rows to another list's, and none is guessed."""
    first, second = register.enrol(FILE, "pauh.1", PLANTED), register.enrol(OTHER, "pauh.2", PLANTED)
    assert not set(first.values()) & set(second.values())
    assert register.enrol(FILE, "pauh.1", []) == first


def test_the_exam_number_is_given_back_for_its_application_alone(register: Register) -> None:
    ids = register.enrol(FILE, "pauh.1", PLANTED)
    assert register.row_ids(ids.values()) == {ids[1]: "ZQ-PLANTED-0001", ids[2]: "ZQ-PLANTED-0002"}
    assert register.row_ids([ids[2]]) == {ids[2]: "ZQ-PLANTED-0002"}
    assert register.row_ids([]) == {}


def test_what_is_held_of_somebody_in_a_list_is_theirs_to_see_and_to_have_corrected(
    register: Register, folder: Folder, store: sa.Engine
) -> None:
    """UU 27/2022 art. 6 and 7: also of whoever never signed up; the list's rows open in their place all the same."""
    ids = register.enrol(FILE, "pauh.1", PLANTED)
    with store.begin() as tx:
        who = tx.execute(sa.select(imported.c.person).where(imported.c.row == 1)).scalar_one()
    mine = Vault(store, folder.master)
    assert mine.get(who, "row_id") == b"ZQ-PLANTED-0001"
    cited = mine.put(who, "born", b"1987-03-14")
    mine.correct(who, "born", b"1987-03-15")
    mine.put(who, "name", b"ZQ-PLANTED")
    assert mine.cited(who, cited) == b"1987-03-14"
    assert mine.fields("born", [who]) == {who: "1987-03-15"}
    assert mine.export(who) == {
        "born": b"1987-03-15", "born.1": b"1987-03-14", "name": b"ZQ-PLANTED", "row_id": b"ZQ-PLANTED-0001"
    }  # fmt: skip
    assert register.row_ids([ids[1]]) == {ids[1]: "ZQ-PLANTED-0001"}
    assert register.problems() == []


def born(register: Register, *dates: str | None) -> list[str]:
    """The applications of people born so, in the order given."""
    people = [Person(row=n, row_id=f"T{n}", born=date) for n, date in enumerate(dates, 1)]
    ids = register.enrol(FILE, "pauh.1", people)
    return [ids[row] for row in sorted(ids)]


def test_10_the_older_goes_first_by_full_dates(register: Register) -> None:
    """TEST 10: born 1995-03-02 before 1995-03-03 (Permenpan RB 6/2024 art. 45(4))."""
    y, x = born(register, "1995-03-03", "1995-03-02")
    assert register.by_age([y, x]) == ((x, y),)
    assert register.by_age([x, y]) == ((x, y),)


def test_a_list_that_prints_years_decides_between_years(register: Register) -> None:
    c, a, b = born(register, "1997", "1995", "1996")
    assert register.by_age([a, b, c]) == ((a, b, c),)


@pytest.mark.parametrize("date", ["1995", "1995-03-02"])
def test_10_born_at_the_same_time_age_says_nothing(register: Register, date: str) -> None:
    assert register.by_age(born(register, date, date)) == ()


def test_equal_years_beside_others_leave_pairs_and_say_nothing_between_equals(register: Register) -> None:
    a, b, c, d = born(register, "1995", "1995", "1996", "1994")
    assert set(register.by_age([a, b, c, d])) == {(d, a), (d, b), (a, c), (b, c)}


def test_a_year_and_a_date_are_never_compared(register: Register) -> None:
    """Whoever was born in 1995 may be older or younger than 1995-03-02."""
    assert register.by_age(born(register, "1995", "1995-03-02", "1960")) == ()


def test_an_unknown_date_orders_only_those_that_are_known(register: Register) -> None:
    a, b, unknown = born(register, "1996", "1995", None)
    assert register.by_age([a, b, unknown]) == ((b, a),)
    assert register.by_age([a, unknown]) == ()
    assert register.by_age([unknown]) == ()


def test_ages_tell_an_order_and_no_date(register: Register) -> None:
    for order in register.by_age(born(register, "1995-03-02", "1960-01-01")):
        assert all("19" not in one or len(one) == 32 for one in order)


def test_a_row_of_the_vault_does_not_open_under_another_persons_label(
    register: Register, store: sa.Engine, folder: Folder
) -> None:
    """AES-256-GCM binds each row to its person and field: swapped rows and swapped keys are found."""
    ids = register.enrol(FILE, "pauh.1", [PLANTED[0], Person(row=2, row_id="ZQ-PLANTED-0002", born="1990")])
    with store.begin() as tx:
        one, other = tx.execute(sa.select(imported.c.person, imported.c.application).order_by(imported.c.row))
        (first, application), (second, _) = one, other
        sealed = tx.execute(sa.select(vault.c.sealed).where(vault.c.person == first, vault.c.field == "row_id"))
        stolen = sealed.scalar_one()
        wrapped = tx.execute(sa.select(vault_keys.c.wrapped).where(vault_keys.c.person == first)).scalar_one()
        key = Wrapping(folder.master, "vault").open(wrapped, first)
        own = Wrapping(key, "person")
    assert own.open(stolen, f"{first}/{FILE}/1/{application}/row_id") == b"ZQ-PLANTED-0001"
    for label in (
        f"{second}/{FILE}/1/{application}/row_id",
        f"{first}/{FILE}/1/{application}/born",
        f"{first}/{FILE}/2/{application}/row_id",
        f"{first}/{OTHER}/1/{application}/row_id",
        f"{first}/{FILE}/1/{other.application}/row_id",
        f"{first}/row_id",
    ):
        with pytest.raises(Damaged, match="does not open"):
            own.open(stolen, label)
    with store.begin() as tx:
        tx.execute(sa.update(vault).where(vault.c.person == second, vault.c.field == "row_id").values(sealed=stolen))
    with pytest.raises(Damaged, match="does not open"):
        register.row_ids([ids[2]])
    with store.begin() as tx:
        tx.execute(sa.update(vault_keys).where(vault_keys.c.person == second).values(wrapped=wrapped))
    with pytest.raises(Damaged, match="does not open"):
        register.by_age([ids[1], ids[2]])


def test_another_master_key_opens_nothing(register: Register, store: sa.Engine, folder: Folder) -> None:
    ids = register.enrol(FILE, "pauh.1", PLANTED)
    other = Register(store, bytes(32), folder.keys)
    with pytest.raises(Damaged):
        other.row_ids(ids.values())


def test_what_is_personal_stands_in_no_file_in_clear(register: Register, folder: Folder) -> None:
    """The raw bytes of every file, the journals too, while they are open and after they are closed."""
    register.enrol(FILE, "pauh.1", PLANTED)
    files = sorted(folder.path.iterdir())
    assert "vault.db-wal" in {path.name for path in files}
    planted(files)
    folder.close()
    planted(sorted(folder.path.iterdir()))


def planted(files: list[Path]) -> None:
    for path in files:
        content = path.read_bytes()
        assert b"ZQ-PLANTED" not in content, path.name
        assert b"1987-03-14" not in content, path.name
        assert not re.search(rb"(?<![0-9a-f])1987(?![0-9a-f])", content), path.name  # a digest may hold these digits


# --- cells that were swapped, rows that are gone ----------------------------------------------------------------


def changed(store: sa.Engine, *statements: str) -> None:
    """What somebody does with SQL, past Merit."""
    with store.begin() as tx:
        for statement in statements:
            tx.exec_driver_sql(statement)


def swap(column: str) -> list[str]:
    """Two cells of `imported` change places."""
    one, other = (f"(SELECT {column} FROM was WHERE row = {row})" for row in (1, 2))
    return [
        "CREATE TEMP TABLE was AS SELECT * FROM imported",
        f"UPDATE imported SET {column} = 'between' WHERE {column} = {one}",
        f"UPDATE imported SET {column} = {one} WHERE {column} = {other}",
        f"UPDATE imported SET {column} = {other} WHERE {column} = 'between'",
        "DROP TABLE was",
    ]


@pytest.mark.parametrize("column", ["application", "person"])
def test_two_swapped_cells_give_nobody_another_exam_number(register: Register, store: sa.Engine, column: str) -> None:
    """The link from an application to its person is sealed in: one swap would move two names in the official list."""
    ids = register.enrol(FILE, "pauh.1", PLANTED)
    assert register.problems() == []
    changed(store, *swap(column))
    for ask in (register.row_ids, register.by_age):
        with pytest.raises(Damaged, match=r"vault\.db: \w+ of row [12] of import aaaaaaaaaaaa does not open"):
            ask(list(ids.values()))
    found = register.problems()
    assert [one for one in found if one.startswith("vault.db: row_id of row")] == [
        f"vault.db: row_id of row {row} of import aaaaaaaaaaaa does not open: it was changed past Merit, or master.key"
        " is another"
        for row in (1, 2)
    ]
    assert sum("leads to another person" in one for one in found) == 2
    silent(found)


def silent(found: list[str]) -> None:
    assert not any(held in one for one in found for held in ("ZQ-PLANTED", "1987"))


def test_two_swapped_rows_are_found(register: Register, store: sa.Engine) -> None:
    """Their numbers in the list change places, with everything else of them."""
    ids = register.enrol(FILE, "pauh.1", PLANTED)
    changed(store, *(f"UPDATE imported SET row = {new} WHERE row = {old}" for old, new in ((1, 9), (2, 1), (9, 2))))
    with pytest.raises(Damaged, match="does not open"):
        register.row_ids(ids.values())
    assert len(register.problems()) == 4


@pytest.mark.parametrize("field", ["row_id", "born"])
@pytest.mark.parametrize("table", ["vault", "vault_keys"])
def test_a_row_that_is_gone_from_the_vault_is_no_empty_exam_number(
    register: Register, store: sa.Engine, table: str, field: str
) -> None:
    """`born` stands there for everybody, empty where the list prints none: it is missed, too."""
    ids = register.enrol(FILE, "pauh.1", PLANTED)
    where = "person = (SELECT person FROM imported WHERE row = 2)"
    changed(store, f"DELETE FROM {table} WHERE {where}" + (f" AND field = '{field}'" if table == "vault" else ""))
    ask = register.row_ids if field == "row_id" else register.by_age
    with pytest.raises(Damaged, match=f"{field} of row 2 of import aaaaaaaaaaaa is missing"):
        ask(list(ids.values()))
    fields = [field] if table == "vault" else ["row_id", "born"]
    assert register.problems() == [
        f"vault.db: {one} of row 2 of import aaaaaaaaaaaa is missing: put vault.db back" for one in fields
    ]


def test_an_application_that_no_list_has_any_more_is_damage(register: Register, store: sa.Engine) -> None:
    ids = register.enrol(FILE, "pauh.1", PLANTED)
    changed(store, "DELETE FROM imported WHERE row = 2")
    with pytest.raises(Damaged, match="no list has the row of 1 applications"):
        register.row_ids(ids.values())


def test_an_id_that_leads_elsewhere_or_nowhere_is_found(register: Register, folder: Folder) -> None:
    register.enrol(FILE, "pauh.1", PLANTED)
    other = "(SELECT application FROM imported WHERE row = 1)"
    store, file = folder.store("keys"), str(folder.path / "vault.db")
    with store.connect() as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("ATTACH DATABASE ? AS people", (file,))
        connection.exec_driver_sql(f"UPDATE ids SET holder = 'somebody' WHERE id = {other}")
        connection.exec_driver_sql(f"DELETE FROM ids WHERE id <> {other}")
    leads, nobody = register.problems()
    assert "the application of row 1 of import aaaaaaaaaaaa leads to another person" in leads
    assert "nobody holds the application of row 2 of import aaaaaaaaaaaa" in nobody
    silent([leads, nobody])


def test_a_check_of_many_rows_looks_at_all_of_them(
    register: Register, store: sa.Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.people.register.AT_ONCE", 2)
    register.enrol(FILE, "pauh.1", [Person(row=n, row_id=f"T{n}", born=None) for n in range(1, 6)])
    changed(store, "UPDATE vault SET sealed = x'00' WHERE field = 'row_id'")
    assert len(register.problems()) == 5


# --- the same file, several times at once -----------------------------------------------------------------------


def held(folder: Folder) -> int:
    with folder.store("keys").begin() as tx:
        return int(tx.exec_driver_sql("SELECT count(*) FROM ids").scalar_one())


def test_three_who_enrol_the_same_file_at_once_get_the_same_ids(
    register: Register, folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each looks before anybody has written; nothing is left of those who came too late."""
    barrier, prepared = Barrier(3), Register._prepared

    def together(self: Register, file: str, one: Person, round_: str) -> Rows:
        if one.row == 1:
            barrier.wait(30)
        return prepared(self, file, one, round_)

    monkeypatch.setattr(Register, "_prepared", together)
    with ThreadPoolExecutor(3) as threads:
        one, two, three = threads.map(lambda _: register.enrol(FILE, "pauh.1", PLANTED), range(3))
    assert one == two == three
    assert held(folder) == 2
    with folder.store("vault").begin() as tx:
        for table, rows in (("imported", 2), ("vault_keys", 2), ("vault", 4)):
            assert tx.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one() == rows
    assert register.problems() == []


def test_an_import_that_died_at_its_keys_left_no_row_and_is_done_again(
    register: Register, folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dies(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(Keys, "enrol", dies)
        with pytest.raises(KeyboardInterrupt):
            register.enrol(FILE, "pauh.1", PLANTED)
    assert register.enrol(FILE, "pauh.1", []) == {}
    ids = register.enrol(FILE, "pauh.1", PLANTED)
    assert (len(ids), held(folder)) == (2, 2)
    assert register.problems() == []


def test_a_key_that_was_lost_is_not_made_anew_by_the_same_list(register: Register, folder: Folder) -> None:
    """Under another key none of the person's events could be proved."""
    ids = register.enrol(FILE, "pauh.1", PLANTED)
    changed(folder.store("keys"), "DELETE FROM ids", "DELETE FROM holders")
    assert register.enrol(FILE, "pauh.1", PLANTED) == ids
    assert held(folder) == 0
    assert len(register.problems()) == 2
