"""A copy is one cut through a folder in use; what comes back is what was there, or nothing is changed."""

from __future__ import annotations

import datetime as dt
import hmac
import io
import itertools
import json
import os
import shutil
import sqlite3
import stat
import tarfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from hashlib import sha256
from pathlib import Path
from threading import Event, Thread

import pytest

from shared.events import Damaged, NotFound, Unreadable
from shared.runtime import backup, copies
from shared.runtime.copies import CLOCK, MANIFEST, MASTER, Manifest
from shared.runtime.folder import MARK, Folder
from shared.runtime.holding import InTheWay, held
from shared.runtime.restore import Difference, Restored, restore
from shared.runtime.scratch import TMP, alone
from tests.runtime import toy
from tests.runtime.toy import TOY, World

KEY = bytes(range(32))
NOW = dt.datetime(2027, 3, 15, 2, tzinfo=dt.UTC)
Show = Callable[[str, int, int], None]


def nobody(what: str, done: int, total: int) -> None:
    """Nobody looks."""


def copied(data: Path, file: Path, key: bytes | None = KEY, show: Show = nobody) -> Manifest:
    return backup.write(data, file, key=key, show=show)


def as_it_is(folder: Path) -> None:
    """Nothing is to stay out."""


def restored(
    file: Path,
    data: Path,
    key: bytes | None = KEY,
    master: bytes | None = None,
    replace: bool = False,
    settle: Callable[[Path], None] = as_it_is,
) -> Restored:
    return restore(file, data, key=key, master=master, replace=replace, now=NOW, show=nobody, settle=settle)


def refused(error: type[Exception], match: str, file: Path, data: Path, **more: bytes | bool | None) -> None:
    """Nothing is there afterwards that was not there before."""
    before = sorted(data.parent.rglob("*"))
    with pytest.raises(error, match=match):
        restored(file, data, **more)  # type: ignore[arg-type]
    assert sorted(data.parent.rglob("*")) == before


@contextmanager
def opened(data: Path) -> Iterator[World]:
    with toy.world(data) as one:
        yield one


def leaves(data: Path) -> list[bytes]:
    """Of a folder's ledger, which proves itself, with every key that it needs."""
    with opened(data) as world:
        return [one.leaf for one in toy.assert_whole(world.pipeline)]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "copies.tar"


@pytest.fixture
def there(tmp_path: Path) -> Path:
    """Where a copy comes back."""
    return tmp_path / "restored" / "data"


@pytest.fixture
def full(world: World, path: Path) -> Path:
    """A folder with events, persons and documents, in use."""
    world.pipeline.run([world.open(), world.note("one"), world.join(1), world.join(2), world.note("two")])
    world.folder.store("vault", secure_delete=True)
    (path / "documents").mkdir()
    for n in range(3):
        (path / "documents" / f"{n:032x}").write_bytes(os.urandom(100 * n))
    return path


# --- one cut ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", [None, KEY], ids=["plain", "sealed"])
def test_what_comes_back_is_what_was_there(
    world: World, full: Path, file: Path, there: Path, key: bytes | None
) -> None:
    made = copied(full, file, key)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert (made.ledgers["toy"].size, set(made.ledgers)) == (world.ledger.size(), {"toy"})
    assert (MASTER in made.files) == (key is not None)
    back = restored(file, there, key, None if key else world.folder.master)
    assert back == (made, [], None)
    assert leaves(there) == leaves(full)
    assert {one.name: one.read_bytes() for one in (there / "documents").iterdir()} == {
        one.name: one.read_bytes() for one in (full / "documents").iterdir()
    }
    modes = {stat.S_IMODE(one.stat().st_mode) for one in there.rglob("*") if one.is_file() and one.name != MARK}
    assert (modes, stat.S_IMODE(there.stat().st_mode)) == ({0o600}, 0o700)
    assert [one.name for one in there.parent.iterdir()] == ["data"]


def test_who_writes_on_while_the_copy_is_made_is_not_in_it(
    world: World, full: Path, file: Path, there: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between any two pages of a file that is copied somebody writes: the snapshot stays as it was."""
    monkeypatch.setattr(backup, "PAGES", 3)
    before, asked = leaves(full), []

    def write(what: str, done: int, total: int) -> None:
        asked.append(what)
        world.one(world.note(f"meanwhile {len(asked)} " + "x" * 3000))
        world.folder.keys.enrol({f"late{len(asked)}": [f"L{len(asked)}"]})

    made = copied(full, file, show=write)
    assert asked.count("toy") > 3
    assert world.ledger.size() == len(before) + len(asked)
    restored(file, there)
    assert made.ledgers["toy"].leaf == before[-1].hex()
    assert leaves(there) == before
    with closing(sqlite3.connect(there / "keys.db")) as keys:
        assert keys.execute("SELECT count(*) FROM ids WHERE id LIKE 'L%'").fetchone() == (0,)


def test_all_files_are_cut_at_one_instant(full: Path) -> None:
    """Nobody writes anywhere until every snapshot is taken; from then on everybody does."""
    asked = 0

    def granted(name: str) -> bool:
        nonlocal asked
        asked += 1
        with closing(sqlite3.connect(full / f"{name}.db", isolation_level=None, timeout=0)) as db:
            try:
                db.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError as error:
                return error.sqlite_errorname != "SQLITE_BUSY"
            return True

    def clock() -> dt.datetime:
        assert [granted(name) for name in ("toy", "vault", "keys")] == [False] * 3
        return NOW

    with backup.cut(full, clock) as taken:
        assert [granted(name) for name in taken.snapshots] == [True] * 3
        assert (taken.at, list(taken.snapshots), asked) == (NOW, ["toy", "vault", "keys"], 6)


def test_a_person_in_the_ledger_has_its_key_at_every_cut(world: World, full: Path, tmp_path: Path) -> None:
    """Keys first, event second, in two files: copied one after the other, an event without its key would come back."""
    ended = Event()

    def write() -> None:
        with opened(full) as other:
            for n in itertools.count():
                if ended.is_set():
                    return
                other.folder.keys.enrol({f"late{n}": [f"L{n}"]})
                other.one(other.call(f"member-pauh.R1+L{n}", toy.Join(points=1)))

    writer = Thread(target=write)
    writer.start()
    try:
        size = world.ledger.size()
        sizes = []
        for n in range(8):
            while world.ledger.size() == size:
                ended.wait(0.002)
            size = copied(full, tmp_path / f"copy{n}").ledgers["toy"].size
            sizes.append(size)
    finally:
        ended.set()
        writer.join(60)
    assert len(set(sizes)) == len(sizes)
    every = leaves(full)
    for n, size in enumerate(sizes):
        restored(tmp_path / f"copy{n}", tmp_path / f"back{n}")
        assert leaves(tmp_path / f"back{n}") == every[:size]


def test_what_events_make_again_and_what_is_soon_thrown_away_stays_out(world: World, full: Path, file: Path) -> None:
    world.folder.store("projections", derived=True)
    made = copied(full, file)
    documents = {f"documents/{n:032x}" for n in range(3)}
    assert set(made.files) == {"keys.db", "vault.db", "toy.db", MARK, MASTER, *documents}
    assert list((full / TMP).iterdir()) == []


def test_a_demonstrations_clock_comes_back(full: Path, file: Path, there: Path) -> None:
    (full / CLOCK).write_text("3600")
    copied(full, file)
    restored(file, there)
    assert (there / CLOCK).read_text() == "3600"


def test_a_document_that_goes_or_comes_meanwhile_is_not_in_the_copy(full: Path, file: Path) -> None:
    room = full / "documents"
    (room / f"{7:032x}.part").write_bytes(b"half")

    def meanwhile(what: str, done: int, total: int) -> None:
        (room / f"{1:032x}").unlink(missing_ok=True)
        (room / f"{9:032x}").write_bytes(b"later")

    made = copied(full, file, show=meanwhile)
    assert {name for name in made.files if "/" in name} == {f"documents/{n:032x}" for n in (0, 2)}


def test_whoever_holds_a_lock_for_long_is_not_waited_for_with_other_locks_held(
    world: World, full: Path, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No ring of waiting: who holds the keys gets every ledger meanwhile."""
    monkeypatch.setattr(backup, "TRIES", 2)
    holding = sqlite3.connect(full / "keys.db", isolation_level=None, check_same_thread=False)
    with closing(holding):
        holding.execute("BEGIN IMMEDIATE")
        with pytest.raises(InTheWay, match=r"keys\.db is being written for long"):
            copied(full, file)
        assert list(file.parent.glob("*copies*")) == []
        monkeypatch.undo()
        copier = Thread(target=copied, args=(full, file))
        copier.start()
        with closing(sqlite3.connect(full / "toy.db", isolation_level=None, timeout=30)) as ledger:
            for _ in range(5):
                ledger.execute("BEGIN IMMEDIATE")  # granted, although the copier wants it, too
                ledger.rollback()
        holding.rollback()
        copier.join(60)
    assert file.exists()


def test_a_copy_is_whole_or_not_there(full: Path, file: Path) -> None:
    def stop(what: str, done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        copied(full, file, show=stop)
    assert [one for one in file.parent.iterdir() if one.name != "data"] == []


def test_nothing_is_overwritten(full: Path, file: Path) -> None:
    file.write_text("dear")
    with pytest.raises(InTheWay, match="nothing is overwritten"):
        copied(full, file)
    file.unlink()
    with pytest.raises(InTheWay, match="nothing is overwritten"):
        copied(full, file, show=lambda what, done, total: file.touch())
    assert file.read_bytes() == b""


@pytest.mark.parametrize(("content", "said"), [(None, "gone or empty"), (b"", "gone or empty"), (b"x" * 999, "NOTADB")])
def test_a_folder_that_lacks_a_file_is_not_copied(path: Path, file: Path, content: bytes | None, said: str) -> None:
    with opened(path) as world:
        world.one(world.note("one"))
    (path / "toy.db").unlink()
    if content is not None:
        (path / "toy.db").write_bytes(content)
    with pytest.raises(Damaged, match=said):
        copied(path, file)
    assert not file.exists()


# --- a copy that is not as it was made ---------------------------------------------------------------------------


@pytest.mark.parametrize("key", [None, KEY], ids=["plain", "sealed"])
def test_what_is_cut_off_is_refused(full: Path, file: Path, there: Path, tmp_path: Path, key: bytes | None) -> None:
    copied(full, file, key)
    content = file.read_bytes()
    shorter = tmp_path / "shorter"
    there.parent.mkdir()
    records = range(0, len(content), tarfile.RECORDSIZE)
    for size in (*records, 1, 100, 511, 512, 1024, len(content) // 2 + 1, len(content) - 512, len(content) - 1):
        shorter.write_bytes(content[:size])
        refused(Unreadable, "nothing was changed", shorter, there, key=key)


@pytest.mark.parametrize("key", [None, KEY], ids=["plain", "sealed"])
def test_a_changed_byte_is_found(
    world: World, full: Path, file: Path, there: Path, tmp_path: Path, key: bytes | None
) -> None:
    copied(full, file, key)
    there.parent.mkdir()
    content, changed = bytearray(file.read_bytes()), tmp_path / "changed"
    places = list(range(0, 90_000, 9_001))
    if key is None:
        with tarfile.open(file) as tar:
            places = [one.offset_data + one.size // 2 for one in tar.getmembers() if one.size]
    for at in places:
        content[at] ^= 1
        changed.write_bytes(content)
        refused(Unreadable, "nothing was changed", changed, there, key=key, master=world.folder.master)
        content[at] ^= 1


def test_the_wrong_key_or_none_is_said(full: Path, file: Path, there: Path, tmp_path: Path) -> None:
    copied(full, file)
    copied(full, tmp_path / "plain", None)
    there.parent.mkdir()
    refused(Unreadable, "sealed under another key", file, there, key=bytes(32))
    refused(Unreadable, "it is sealed: name its key with --key", file, there, key=None)
    refused(Unreadable, "not sealed with any key", tmp_path / "plain", there)


def test_the_right_master_key_is_asked_for(world: World, full: Path, file: Path, there: Path) -> None:
    copied(full, file, None)
    there.parent.mkdir()
    refused(Damaged, "name its file with --master", file, there, key=None)
    refused(Damaged, "not the one of this copy", file, there, key=None, master=bytes(32))


def remade(file: Path, change: Callable[[dict[str, bytes]], None], master: bytes | None = None) -> None:
    """The same copy by somebody who knows how copies are made, and perhaps has a master key."""
    with tarfile.open(file) as tar:
        held = {one.name: tar.extractfile(one).read() for one in tar}  # type: ignore[union-attr]
    change(held)
    if master is not None and MANIFEST in held:
        said, digest = held[MANIFEST].split(b"\n")[:2]
        key = hmac.new(master, b"merit/backup/manifest/v1\n\x01", sha256).digest()
        held[MANIFEST] = b"\n".join([said, digest, hmac.new(key, said, sha256).hexdigest().encode(), b""])
    with tarfile.open(file, "w") as tar:
        for name, content in held.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))


def resaid(held: dict[str, bytes], **more: object) -> None:
    """Whoever has no key leaves the last line as it was."""
    before, _, vouched = held[MANIFEST].splitlines()
    said = json.dumps({**json.loads(before), **more}).encode()
    held[MANIFEST] = b"\n".join([said, sha256(said).hexdigest().encode(), vouched, b""])


def resized(held: dict[str, bytes]) -> None:
    ledgers = json.loads(held[MANIFEST].splitlines()[0])["ledgers"]
    resaid(held, ledgers={"toy": {**ledgers["toy"], "size": 1}})


def put(held: dict[str, bytes], name: str, content: bytes, **more: object) -> None:
    held.update({name: content, MANIFEST: held.pop(MANIFEST)})  # the manifest last, as ever
    files = json.loads(held[MANIFEST].splitlines()[0])["files"]
    files[name] = {"size": len(content), "sha256": sha256(content).hexdigest()}
    resaid(held, files=files, **more)


def remarked(held: dict[str, bytes]) -> None:
    put(held, MARK, b'{"format": 2, "files": ["keys"]}')


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda held: held.pop(MANIFEST), "no manifest"),
        (lambda held: held.pop("keys.db"), "keys.db is missing"),
        (lambda held: held.update({"other.db": b"x"}), "other.db is missing, foreign"),
        (lambda held: held.update({"../escaped.db": b"x"}), "does not write"),
        (lambda held: held.update({"toy.db": b"x"}), "toy.db is missing, foreign or damaged"),
        (lambda held: held.update({MANIFEST: b"{}\nx\n"}), "manifest is damaged"),
        (lambda held: resaid(held, format=9), "it has format 9"),
        (resized, "the ledger|ledger toy does not end"),
        (remarked, "format 2, this Merit knows"),
    ],
)
def test_what_was_put_together_otherwise_is_refused(
    world: World, full: Path, file: Path, there: Path, change: Callable[[dict[str, bytes]], None], said: str
) -> None:
    """Even under the right master key."""
    copied(full, file, None)
    remade(file, change, world.folder.master)
    there.parent.mkdir()
    refused(Unreadable, said, file, there, key=None, master=world.folder.master)


def forged(held: dict[str, bytes]) -> None:
    """A file changed, and every digest with it."""
    put(held, "vault.db", held["vault.db"] + b"x")


@pytest.mark.parametrize("vouched", ["as it was", "by another key", "by nobody", "by half a line"])
def test_whoever_has_no_master_key_makes_no_copy(
    world: World, full: Path, file: Path, there: Path, vouched: str
) -> None:
    copied(full, file, None)
    remade(file, forged, bytes(32) if vouched == "by another key" else None)
    if vouched == "by nobody":
        remade(file, lambda held: held.update({MANIFEST: b"\n".join(held[MANIFEST].splitlines()[:2])}))
    if vouched == "by half a line":
        remade(file, lambda held: held.update({MANIFEST: held[MANIFEST][:-33]}))
    there.parent.mkdir()
    master = world.folder.master
    refused(Unreadable, "not made under this master key.*nothing was changed", file, there, key=None, master=master)
    remade(file, lambda held: None, master)
    restored(file, there, None, master)  # it was the proof alone


def test_a_master_key_that_lies_open_in_a_copy_vouches_for_nothing(
    world: World, full: Path, file: Path, there: Path
) -> None:
    """Else whoever makes up a copy would bring the key along that proves it."""
    copied(full, file, None)
    remade(file, lambda held: put(held, MASTER, bytes(32), master=copies.fingerprint(bytes(32))), bytes(32))
    there.parent.mkdir()
    for master in (None, world.folder.master):
        refused(Unreadable, "does not write", file, there, key=None, master=master)


def test_a_copy_of_an_earlier_format_which_nobody_vouches_for_is_refused(
    world: World, full: Path, file: Path, there: Path
) -> None:
    copied(full, file, None)
    remade(file, lambda held: resaid(held, format=1))
    there.parent.mkdir()
    refused(Unreadable, "format 1, this Merit reads 2", file, there, key=None, master=world.folder.master)


def test_links_and_second_manifests_are_refused(full: Path, file: Path, there: Path) -> None:
    copied(full, file, None)
    there.parent.mkdir()
    with tarfile.open(file, "a") as tar:
        link = tarfile.TarInfo("toy.db")
        link.type, link.linkname = tarfile.SYMTYPE, MASTER
        tar.addfile(link)
    refused(Unreadable, "does not write", file, there, key=None)


# --- what must not come back -------------------------------------------------------------------------------------


def test_what_must_not_come_back_goes_before_the_folder_has_its_name(full: Path, file: Path, there: Path) -> None:
    copied(full, file)

    def settle(folder: Path) -> None:
        assert not there.exists()
        assert (folder / MASTER).exists()
        (folder / "documents" / f"{1:032x}").unlink()

    restored(file, there, settle=settle)
    assert sorted(one.name for one in (there / "documents").iterdir()) == [f"{n:032x}" for n in (0, 2)]


def test_nothing_is_settled_of_a_copy_that_is_not_put_in_place(full: Path, file: Path, there: Path) -> None:
    asked: list[Path] = []
    copied(full, file)
    with pytest.raises(InTheWay, match="holds something already"):
        restored(file, full, settle=asked.append)
    assert asked == []

    def fail(folder: Path) -> None:
        raise OSError("no room")

    with pytest.raises(OSError, match="no room"):
        restored(file, there, settle=fail)
    assert list(there.parent.iterdir()) == []


# --- a folder that is there -------------------------------------------------------------------------------------


def test_an_older_copy_says_what_it_lacks(world: World, full: Path, file: Path) -> None:
    copied(full, file)
    size = world.ledger.size()
    assert_refused = pytest.raises(InTheWay, match=r"holds something already: .*--replace.*\nthe copy lacks no event")
    with assert_refused:
        restored(file, full)
    position = world.one(world.note("later")).position
    world.one(world.note("latest"))
    at = next(world.ledger.read(size))[0].recorded_at
    assert position == size
    with pytest.raises(InTheWay, match=f"toy: the copy lacks 2 events, from position {size} on, recorded at {at}$"):
        restored(file, full)
    assert world.ledger.size() == size + 2


def test_a_folder_that_is_replaced_is_kept_beside(path: Path, file: Path) -> None:
    with opened(path) as world:
        world.one(world.note("one"))
    copied(path, file)
    with opened(path) as world:
        world.one(world.note("two"))
    both = leaves(path)
    back = restored(file, path, replace=True)
    assert back.kept == path.with_name("data.before-20270315T020000Z")
    assert [one.lacking for one in back.differences] == [1]
    assert leaves(path) == both[:1]
    assert leaves(back.kept) == both


def test_a_newer_copy_lacks_nothing(path: Path, file: Path) -> None:
    with opened(path) as world:
        world.one(world.note("one"))
    older = shutil.copytree(path, path.with_name("older"))
    with opened(path) as world:
        world.one(world.note("two"))
    copied(path, file)
    assert restored(file, older, replace=True).differences == []


def test_another_past_is_said(path: Path, file: Path) -> None:
    """Restored, gone on from there, and then the first folder's copy again: the positions are the same, the events
    others."""
    with opened(path) as world:
        world.one(world.note("one"))
    other = shutil.copytree(path, path.with_name("other"))
    for data, text in ((path, "two"), (other, "second")):
        with opened(data) as world:
            world.one(world.note(text))
    copied(path, file)
    back = restored(file, other, replace=True)
    assert [str(one) for one in back.differences] == ["toy: the pasts differ before position 2"]
    with opened(path) as world:
        world.one(world.note("three"))
    (found,) = restored(file, path, replace=True).differences
    assert (found.lacking, found.position, found.forked) == (1, 2, False)
    both = Difference(ledger="toy", lacking=1, position=2, at="T", forked=True)
    assert str(both).endswith("recorded at T; the pasts differ before position 2")


def test_what_cannot_be_compared_is_said_and_replaced_all_the_same(path: Path, file: Path) -> None:
    """The folder for which one needs the copy: damaged, or without its mark."""
    with opened(path) as world:
        world.one(world.note("one"))
    copied(path, file)
    (path / "toy.db").write_bytes(b"no database" * 99)
    (path / MARK).unlink()
    with pytest.raises(InTheWay, match="toy: what is there cannot be read"):
        restored(file, path)
    assert len(restored(file, path, replace=True).differences) == 1
    assert len(leaves(path)) == 1


def test_a_ledger_that_the_copy_does_not_have_is_lacking_whole(path: Path, file: Path, tmp_path: Path) -> None:
    Folder(tmp_path / "bare", create=True).close()
    copied(tmp_path / "bare", file)
    with opened(path) as world:
        assert [one for one in restored_differences(file, path) if one.ledger == "toy"] == []
        world.one(world.note("one"))
    (found,) = restored_differences(file, path)
    assert (found.ledger, found.lacking, found.position, bool(found.at)) == ("toy", 1, 0, True)


def restored_differences(file: Path, data: Path) -> list[Difference]:
    kept = shutil.copytree(data, data.with_name("tried"), ignore=shutil.ignore_patterns("*-shm"))
    found = restored(file, kept, replace=True)
    for one in data.parent.glob("tried*"):
        shutil.rmtree(one)
    return found.differences


def test_a_ledger_of_the_copy_that_is_a_plain_file_there_lacks_nothing(path: Path, file: Path, tmp_path: Path) -> None:
    with opened(path) as world:
        world.one(world.note("one"))
    copied(path, file)
    other = Folder(tmp_path / "other", create=True)
    other.store("toy").connect().close()
    other.close()
    with closing(sqlite3.connect(tmp_path / "other/toy.db")) as db:
        db.execute("CREATE TABLE words (text)")
    assert restored(file, tmp_path / "other", replace=True).differences == []


def test_a_folder_with_something_else_in_it_is_left_alone_whatever_is_said(full: Path, file: Path, path: Path) -> None:
    copied(full, file)
    home = path.with_name("home")
    home.mkdir()
    (home / "thesis.txt").write_text("dear")
    for replace in (True, False):
        refused(InTheWay, "is no data folder of Merit", file, home, replace=replace)
    refused(NotADirectoryError, "Not a directory", file, home / "thesis.txt")


def test_an_empty_folder_takes_a_copy(full: Path, file: Path, there: Path) -> None:
    copied(full, file)
    there.mkdir(parents=True)
    assert restored(file, there).kept is None
    assert leaves(there) == leaves(full)


@pytest.mark.parametrize("use", ["serving", "writing"])
def test_a_folder_in_use_is_not_replaced(full: Path, file: Path, use: str) -> None:
    copied(full, file)
    with held(full, use), pytest.raises(InTheWay, match="another"):  # type: ignore[arg-type]
        restored(file, full, replace=True)
    assert len(leaves(full)) == 5


def test_a_folder_that_is_served_is_copied_all_the_same(full: Path, file: Path) -> None:
    with held(full, "serving"):
        assert copied(full, file).ledgers["toy"].size == 5


def test_what_a_killed_restore_left_goes_with_the_next_and_what_is_held_stays(
    full: Path, file: Path, there: Path
) -> None:
    copied(full, file)
    left, busy = (there.parent / f".data.restoring-{name}" for name in ("left", "busy"))
    for one in (left, busy):
        one.mkdir(parents=True)
        (one / "keys.db").write_bytes(b"x")
    with alone(busy):
        restored(file, there)
    assert sorted(one.name for one in there.parent.iterdir()) == [busy.name, "data"]


def test_a_folder_without_its_master_key_has_none_to_lend(path: Path, file: Path) -> None:
    with opened(path) as world:
        world.one(world.note("one"))
    copied(path, file, None)
    master = (path / MASTER).read_bytes()
    (path / MASTER).unlink()
    with pytest.raises(Damaged, match="name its file with --master"):
        restored(file, path, None, replace=True)
    (path / MASTER).write_bytes(master)
    restored(file, path, None, replace=True)  # that of the folder that is there
    assert len(leaves(path)) == 1


# --- keys in files ----------------------------------------------------------------------------------------------


def test_a_key_is_32_bytes_that_nobody_else_reads(tmp_path: Path) -> None:
    key = tmp_path / "key"
    with pytest.raises(NotFound, match="name the file of the key"):
        copies.key_of(key)
    key.write_bytes(KEY)
    key.chmod(0o640)
    with pytest.raises(Damaged, match=f"chmod 600 {key}"):
        copies.key_of(key)
    key.chmod(0o600)
    assert copies.key_of(key) == KEY
    key.write_bytes(KEY[1:])
    with pytest.raises(Damaged, match="31 bytes; a key has 32"):
        copies.key_of(key)


def test_a_ledger_without_a_head_has_no_event() -> None:
    with closing(sqlite3.connect(":memory:")) as db:
        assert copies.end_of(db) is None
        db.executescript(
            "CREATE TABLE head (shard, position); CREATE TABLE events (shard, position, leaf, recorded_at)"
        )
        assert copies.end_of(db) == copies.End(size=0, leaf="", at="")


def test_a_restored_folder_goes_on(full: Path, file: Path, there: Path) -> None:
    """Its ledger is appended to as if nothing had been."""
    copied(full, file)
    restored(file, there)
    with opened(there) as world:
        world.one(world.note("three"))
        toy.assert_whole(world.pipeline)
        assert world.folder.ledger(TOY).size() == 6
