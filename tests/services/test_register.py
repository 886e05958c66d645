"""Who stands in an imported list: ids made once, exam numbers and birth dates under lock, the order of ages alone."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from services.people.register import Person, Register, imported, vault, vault_keys
from shared.events import Damaged
from shared.ledger import Wrapping
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
    return folder.store("people", secure_delete=True)


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
    assert register.row_ids(["unknown"]) == {}
    assert register.row_ids([]) == {}


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
        first, second = tx.execute(sa.select(imported.c.person).order_by(imported.c.row)).scalars()
        sealed = tx.execute(sa.select(vault.c.sealed).where(vault.c.person == first, vault.c.field == "row_id"))
        stolen = sealed.scalar_one()
        wrapped = tx.execute(sa.select(vault_keys.c.wrapped).where(vault_keys.c.person == first)).scalar_one()
        key = Wrapping(folder.master, "vault").open(wrapped, first)
        own = Wrapping(key, "person")
    assert own.open(stolen, f"{first}/row_id") == b"ZQ-PLANTED-0001"
    for label in (f"{second}/row_id", f"{first}/born"):
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
    assert "people.db-wal" in {path.name for path in files}
    planted(files)
    folder.close()
    planted(sorted(folder.path.iterdir()))


def planted(files: list[Path]) -> None:
    for path in files:
        content = path.read_bytes()
        assert b"ZQ-PLANTED" not in content, path.name
        assert b"1987-03-14" not in content, path.name
        assert not re.search(rb"(?<![0-9a-f])1987(?![0-9a-f])", content), path.name  # a digest may hold these digits
