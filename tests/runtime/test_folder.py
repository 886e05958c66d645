"""The data folder: ours or refused, and for its owner's eyes alone."""

import json
import os
import signal
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from shared.events import Damaged
from shared.runtime import rebuild
from shared.runtime.folder import FORMAT, MARK, Folder
from shared.runtime.holding import InTheWay, Use, held
from shared.runtime.scratch import TMP
from tests.runtime import toy
from tests.runtime.toy import TOY, World

ROOT = Path(__file__).resolve().parents[2]


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_new_folder_is_for_its_owner_alone(path: Path) -> None:
    Folder(path / "deep" / "er", create=True).close()
    made = path / "deep" / "er"
    assert mode(made) == 0o700
    assert mode(made / "master.key") == 0o600
    assert len((made / "master.key").read_bytes()) == 32
    assert json.loads((made / MARK).read_text()) == {"format": FORMAT, "files": ["keys"]}


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


@pytest.mark.parametrize("older", range(FORMAT))
def test_an_older_format_is_refused_with_what_to_do(path: Path, older: int) -> None:
    """Nothing is migrated before the first release: what was imported is imported again."""
    Folder(path, create=True).close()
    (path / MARK).write_text(json.dumps({"format": older, "files": ["keys"]}))
    with pytest.raises(Damaged, match=f"format {older}, .* the version that wrote it, or import the list again"):
        Folder(path, create=False)


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


# --- files that are missed, files that others can read ----------------------------------------------------------


def test_everything_in_a_folder_is_private_whatever_the_umask(path: Path) -> None:
    before = os.umask(0)
    try:
        with toy.world(path) as world:
            world.words("read")
            world.one(world.open())
            modes = {one.name: mode(one) for one in path.iterdir() if one.suffix != ".json"}
    finally:
        os.umask(before)
    assert {"keys.db", "keys.db-wal", "toy.db", "toy.db-wal", "read.db", "master.key"} <= modes.keys()
    assert set(modes.values()) == {0o600}


@pytest.mark.parametrize("wrong", [0o755, 0o710, 0o701, 0o777])
def test_a_folder_that_others_can_enter_is_refused_with_the_cure(path: Path, wrong: int) -> None:
    Folder(path, create=True).close()
    path.chmod(wrong)
    for create in (True, False):
        with pytest.raises(Damaged, match=f"chmod 700 {path}"):
            Folder(path, create=create)
    path.chmod(0o700)
    Folder(path, create=False).close()


def test_secrets_that_others_can_read_are_refused_with_the_cure(path: Path) -> None:
    made = Folder(path, create=True)
    made.store("vault", secure_delete=True)
    (path / "vault.db").chmod(0o640)
    with pytest.raises(Damaged, match=f"chmod 600 {path}/vault.db"):
        made.store("vault", secure_delete=True)
    made.close()
    (path / "keys.db").chmod(0o604)
    with pytest.raises(Damaged, match=f"chmod 600 {path}/keys.db"):
        Folder(path, create=False)


@pytest.mark.parametrize("how", ["gone", "empty"])
def test_a_file_that_was_made_and_is_gone_is_missed_and_not_made_anew(path: Path, how: str) -> None:
    with toy.world(path) as world:
        world.one(world.open())
    assert json.loads((path / MARK).read_text())["files"] == ["keys", "toy"]
    lost(path / "toy.db", how)
    for create in (True, False):
        again = Folder(path, create=create)
        with pytest.raises(Damaged, match=r"toy\.db is gone or empty"):
            again.ledger(TOY)
        again.close()
    lost(path / "keys.db", how)
    for create in (True, False):
        with pytest.raises(Damaged, match=r"keys\.db is gone or empty"):
            Folder(path, create=create)
    assert [(path / name).exists() for name in ("toy.db", "keys.db")] == [how == "empty"] * 2


def lost(file: Path, how: str) -> None:
    file.unlink() if how == "gone" else file.write_bytes(b"")


def test_a_master_key_that_is_gone_is_not_made_anew(path: Path) -> None:
    Folder(path, create=True).close()
    (path / "master.key").unlink()
    for create in (True, False):
        with pytest.raises(Damaged, match=r"keys\.db is here and master\.key is not: put it back"):
            Folder(path, create=create)
    assert not (path / "master.key").exists()


def test_who_only_looks_makes_no_file(path: Path) -> None:
    Folder(path, create=True).close()
    before = sorted(path.iterdir())
    looking = Folder(path, create=False)
    for opening in (lambda: looking.ledger(TOY), lambda: looking.store("vault", secure_delete=True)):
        with pytest.raises(Damaged, match="import a list into it"):
            opening()
    looking.close()
    assert sorted(path.iterdir()) == before


def test_a_folder_of_which_only_the_mark_was_made_is_no_place_to_look(path: Path) -> None:
    Folder(path, create=True).close()
    for left in ("keys.db", "master.key"):
        (path / left).unlink()
    (path / MARK).write_text(json.dumps({"format": FORMAT}))
    with pytest.raises(Damaged, match=r"no keys\.db yet"):
        Folder(path, create=False)
    Folder(path, create=True).close()


def test_what_is_derived_may_be_gone(world: World, path: Path) -> None:
    """Its rows are made from events again."""
    world.folder.store("ranking", derived=True)
    (path / "ranking.db").unlink()
    looking = Folder(path, create=False)
    with looking.store("ranking", derived=True).begin() as tx:
        assert tx.exec_driver_sql("SELECT 1").scalar_one() == 1
    looking.close()
    assert mode(path / "ranking.db") == 0o600
    assert "ranking" not in json.loads((path / MARK).read_text())["files"]


def test_two_who_make_a_folder_at_once_lose_no_file_of_the_mark(path: Path) -> None:
    barrier = Barrier(4)

    def make(n: int) -> bytes:
        barrier.wait(30)
        one = Folder(path, create=True)
        one.store(f"s{n}")
        one.close()
        return one.master

    with ThreadPoolExecutor(4) as threads:
        assert len(set(threads.map(make, range(4)))) == 1
    assert json.loads((path / MARK).read_text())["files"] == ["keys", "s0", "s1", "s2", "s3"]


# --- a demonstration's folder, and a real one --------------------------------------------------------------------


def test_a_demonstrations_folder_says_so_and_goes_on_saying_it(path: Path) -> None:
    made = Folder(path, create=True, demo=True)
    made.store("vault", secure_delete=True)
    made.close()
    assert json.loads((path / MARK).read_text()) == {"format": FORMAT, "files": ["keys", "vault"], "demo": True}
    Folder(path, create=False, demo=True).close()
    Folder(path, create=False).close()  # who only looks takes it as it is


@pytest.mark.parametrize(("demo", "cure"), [(True, "set MERIT_DEMO=1"), (False, "unset MERIT_DEMO")])
def test_a_demonstration_and_a_real_folder_are_never_taken_for_each_other(path: Path, demo: bool, cure: str) -> None:
    Folder(path, create=True, demo=demo).close()
    for create in (True, False):
        with pytest.raises(Damaged, match=cure):
            Folder(path, create=create, demo=not demo)


# --- who uses it ------------------------------------------------------------------------------------------------


def test_a_server_has_the_folder_alone(path: Path) -> None:
    server = Folder(path, create=True, use="serving")
    for use in ("serving", "writing"):
        with pytest.raises(InTheWay, match="served by another process: stop that server"):
            Folder(path, create=True, use=use)
    Folder(path, create=False).close()  # looking goes on
    server.close()
    Folder(path, create=False, use="serving").close()


def test_commands_write_beside_each_other_and_no_server_starts_amid_them(path: Path) -> None:
    both = [Folder(path, create=True, use="writing") for _ in range(2)]
    for one in both:
        with pytest.raises(InTheWay, match="written by another command: start again when it has ended"):
            Folder(path, create=False, use="serving")
        one.close()
    Folder(path, create=False, use="serving").close()


def test_who_could_not_open_the_folder_holds_nothing(path: Path) -> None:
    Folder(path, create=True).close()
    (path / "master.key").rename(path / "elsewhere")
    with pytest.raises(Damaged):
        Folder(path, create=False, use="serving")
    (path / "elsewhere").rename(path / "master.key")
    Folder(path, create=False, use="serving").close()


@pytest.mark.parametrize("use", ["serving", "writing"])
def test_a_killed_process_holds_nothing(path: Path, use: Use) -> None:
    """SIGKILL: the lock is the kernel's, and goes with the process."""
    Folder(path, create=True).close()
    source = (
        "import sys; from pathlib import Path; from shared.runtime.folder import Folder\n"
        "held = Folder(Path(sys.argv[1]), create=False, use=sys.argv[2]); print('held', flush=True); sys.stdin.read()"
    )
    command = [sys.executable, "-c", source, str(path), use]
    with subprocess.Popen(
        command, env={**os.environ, "PYTHONPATH": str(ROOT)}, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(InTheWay), held(path, "serving"):
            pass
        holder.kill()
        holder.wait(60)
        with held(path, "serving"):
            pass


# --- what is soon thrown away -----------------------------------------------------------------------------------


def test_what_is_made_beside_lies_in_the_folder_for_its_owner_alone(world: World, path: Path) -> None:
    """Never in the system's temporary folder: it holds what the folder holds."""
    with rebuild.beside(world.ledger.writer) as (_, made):
        assert made.parent.parent == path / TMP
        assert [mode(one) for one in (path / TMP, made.parent)] == [0o700, 0o700]
        Folder(path, create=False).close()
        assert made.parent.exists()  # it is held
    assert list((path / TMP).iterdir()) == []


def test_what_a_killed_process_left_beside_goes_when_the_folder_is_opened(world: World, path: Path) -> None:
    source = (
        "import os, signal, sys; from pathlib import Path; from shared.runtime.scratch import scratch\n"
        "with scratch(Path(sys.argv[1])) as made:\n"
        "    (made / 'beside.db').write_bytes(b'x'); os.kill(os.getpid(), signal.SIGKILL)"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    ended = subprocess.run([sys.executable, "-c", source, path], env=environment, check=False, timeout=60)
    assert ended.returncode == -signal.SIGKILL
    assert len(list((path / TMP).iterdir())) == 1
    Folder(path, create=False).close()
    assert list((path / TMP).iterdir()) == []
