"""The data folder: ours or refused, and for its owner's eyes alone."""

import json
import stat
from pathlib import Path

import pytest

from shared.events import Damaged
from shared.runtime.folder import FORMAT, MARK, Folder
from tests.runtime import toy
from tests.runtime.toy import TOY, World


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_new_folder_is_for_its_owner_alone(path: Path) -> None:
    Folder(path / "deep" / "er", create=True).close()
    made = path / "deep" / "er"
    assert mode(made) == 0o700
    assert mode(made / "master.key") == 0o600
    assert len((made / "master.key").read_bytes()) == 32
    assert json.loads((made / MARK).read_text()) == {"format": FORMAT}


def test_an_empty_folder_that_is_there_becomes_ours(path: Path) -> None:
    path.mkdir(mode=0o755)
    Folder(path, create=True).close()
    assert mode(path) == 0o700


def test_a_folder_is_opened_again_with_all_that_it_holds(world: World, path: Path) -> None:
    world.one(world.open())
    for create in (True, False):
        again = Folder(path, create=create)
        assert again.ledger(TOY).size() == 1
        assert again.master == world.folder.master
        again.close()


def test_a_closed_folder_leaves_whole_files(path: Path) -> None:
    with toy.world(path) as world:
        world.one(world.open())
    assert not list(path.glob("*-wal"))


def test_without_being_told_nothing_is_made(path: Path) -> None:
    with pytest.raises(Damaged, match="--data"):
        Folder(path, create=False)
    assert not path.exists()
    path.mkdir()
    with pytest.raises(Damaged, match=f"no {MARK}"):
        Folder(path, create=False)
    assert list(path.iterdir()) == []


def test_a_folder_with_something_else_in_it_is_left_alone(path: Path) -> None:
    path.mkdir(mode=0o755)
    (path / "thesis.txt").write_text("dear")
    for create in (True, False):
        with pytest.raises(Damaged):
            Folder(path, create=create)
    assert ([one.name for one in path.iterdir()], mode(path)) == (["thesis.txt"], 0o755)


def test_a_file_is_no_folder(path: Path) -> None:
    path.write_text("dear")
    for create in (True, False):
        with pytest.raises(Damaged):
            Folder(path, create=create)
    assert path.read_text() == "dear"


def test_a_start_that_was_cut_off_can_be_repeated(path: Path) -> None:
    """F48: the mark is written beside and moved; what is left of it stops nobody."""
    path.mkdir()
    (path / "merit.4711").write_text('{"for')
    Folder(path, create=True).close()
    Folder(path, create=False).close()


def test_a_newer_format_is_left_to_the_version_that_knows_it(path: Path) -> None:
    Folder(path, create=True).close()
    (path / MARK).write_text(json.dumps({"format": FORMAT + 1}))
    with pytest.raises(Damaged, match=f"format {FORMAT + 1}, this Merit knows {FORMAT}"):
        Folder(path, create=True)


@pytest.mark.parametrize("mark", ["", "[]", "{}", "3", "null", '"format"', '{"format"', "\udcff"])
def test_a_damaged_mark_is_named_with_its_cure(path: Path, mark: str) -> None:
    Folder(path, create=True).close()
    (path / MARK).write_text(mark, errors="surrogateescape")
    with pytest.raises(Damaged, match="it should read"):
        Folder(path, create=True)


def test_a_store_that_is_no_ledger_is_a_file_of_its_own(world: World, path: Path) -> None:
    world.words("read")
    assert (path / "read.db").exists()
    with world.folder.store("vault", secure_delete=True).begin() as tx:
        assert tx.exec_driver_sql("PRAGMA secure_delete").scalar_one() == 1
