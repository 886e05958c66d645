"""A copy of a data folder that is in use: one cut through all its files, in one file that is whole or not there.

The cut: every database's write lock, in one order; then a read snapshot of each; then the locks go, and what was seen
is copied from the snapshots while others write on. So a key is there for every event, and a row for every document.
What events make again is left out; so is the master key, unless the copy is sealed under a key of its own.
"""

from __future__ import annotations

import os
import sqlite3
import tarfile
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO

from shared.events import Damaged, instant
from shared.ledger import master_key
from shared.ledger.store import Clock, utc
from shared.runtime.copies import (
    CLOCK,
    MANIFEST,
    MASTER,
    End,
    Entry,
    Manifest,
    Progress,
    database,
    end_of,
    fingerprint,
    sound,
)
from shared.runtime.folder import DOCUMENTS, MARK, marked
from shared.runtime.holding import InTheWay
from shared.runtime.scratch import scratch
from shared.runtime.sealing import Sealing

PAGES = 1000  # of a database that are copied at once
LAST = ("vault", "keys")  # what others take while they hold a ledger, or in this order
PATIENCE = 250  # milliseconds for a lock while others are held: then all are let go, so that nobody waits in a ring
PAUSE = 0.15  # seconds without any lock: SQLite's waiters ask again every 0.1 at the latest
TRIES = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """What a folder held at one instant: a snapshot of each database, the ledgers' ends, the small files whole, the
    documents that were there."""

    at: datetime
    snapshots: Mapping[str, sqlite3.Connection]
    ledgers: Mapping[str, End]
    small: Mapping[str, bytes]
    documents: Sequence[str]


@contextmanager
def cut(path: Path, clock: Clock = utc) -> Iterator[Cut]:
    """Damaged where a file is missing or none of SQLite's; InTheWay where somebody keeps a lock for long."""
    names = sorted(marked(path).files, key=lambda name: (*map(name.__eq__, reversed(LAST)), name))
    files = {name: path / f"{name}.db" for name in names}
    with ExitStack() as opened:
        snapshots = {name: opened.enter_context(database(file)) for name, file in files.items()}
        with ExitStack() as locks:
            writers = {file: locks.enter_context(database(file)) for file in files.values()}
            _lock(writers)  # closing lets go
            ledgers = {}
            for name, snapshot in snapshots.items():
                with sound(files[name]):
                    snapshot.execute("BEGIN")
                    if (end := end_of(snapshot)) is not None:  # this reads, and what is read first stays
                        ledgers[name] = end
            at, documents = clock(), _documents(path)
            small = {one.name: one.read_bytes() for one in (path / MARK, path / CLOCK) if one.exists()}
        yield Cut(at=at, snapshots=snapshots, ledgers=ledgers, small=small, documents=documents)


def _lock(writers: Mapping[Path, sqlite3.Connection]) -> None:
    busy = Path()
    for _ in range(TRIES):
        for file, db in writers.items():
            try:
                with sound(file):
                    db.execute(f"PRAGMA busy_timeout = {PATIENCE}")
                    db.execute("BEGIN IMMEDIATE")
            except Damaged as error:
                if "SQLITE_BUSY" not in str(error):
                    raise
                busy = file
                break
        else:
            return
        for db in writers.values():
            db.rollback()
        time.sleep(PAUSE)
    raise InTheWay(f"{busy} is being written for long by another process: try again when it is done")


def _documents(path: Path) -> list[str]:
    room = path / DOCUMENTS
    return sorted(one.name for one in room.iterdir() if not one.suffix) if room.is_dir() else []


def write(path: Path, file: Path, *, key: bytes | None, show: Progress, clock: Clock = utc) -> Manifest:
    """A copy of the folder into a new file, for its owner alone; sealed under `key` it holds the master key, too.

    InTheWay if the file is there already.
    """
    master = master_key(path / MASTER, make=False)
    with whole(file) as out, cut(path, clock) as taken:
        sink: Any = out if key is None else Sealing(out, key)
        with tarfile.open(fileobj=sink, mode="w|", format=tarfile.PAX_FORMAT) as tar:
            into = _Tar(tar, int(taken.at.timestamp()))
            for name, content in (taken.small if key is None else {**taken.small, MASTER: master}).items():
                into.add(name, BytesIO(content), len(content))
            _databases(path, taken, into, show)
            _blobs(path / DOCUMENTS, taken.documents, into, show)
            made = Manifest(
                at=instant(taken.at), master=fingerprint(master), ledgers=taken.ledgers, files=dict(into.entries)
            )
            said = made.dumps(master)
            into.add(MANIFEST, BytesIO(said), len(said))
        if isinstance(sink, Sealing):
            sink.close()
    return made


def _databases(path: Path, taken: Cut, into: _Tar, show: Progress) -> None:
    """One after the other, the latest locked first: a snapshot of the vault keeps its journal from being emptied."""
    for name, snapshot in reversed(list(taken.snapshots.items())):
        with scratch(path) as room:
            copy = room / f"{name}.db"
            copy.touch(mode=0o600)
            with sound(path / copy.name), closing(sqlite3.connect(copy)) as target:
                snapshot.backup(target, pages=PAGES, progress=_shown(show, name))
            snapshot.rollback()
            with copy.open("rb") as file:
                into.add(copy.name, file, copy.stat().st_size)


def _shown(show: Progress, name: str) -> Callable[[int, int, int], None]:
    return lambda _, left, pages: show(name, pages - left, pages)


def _blobs(room: Path, ids: Sequence[str], into: _Tar, show: Progress) -> None:
    """Written once, so that it does not matter when they are read. What its owner removed meanwhile is left out."""
    for done, id in enumerate(ids, 1):
        try:
            with (room / id).open("rb") as file:
                into.add(f"{DOCUMENTS}/{id}", file, os.fstat(file.fileno()).st_size)
        except FileNotFoundError:
            continue
        finally:
            show(DOCUMENTS, done, len(ids))


class _Tar:
    """A tar that digests what goes into it."""

    def __init__(self, tar: tarfile.TarFile, mtime: int) -> None:
        self._tar = tar
        self._mtime = mtime
        self.entries: dict[str, Entry] = {}

    def add(self, name: str, file: Any, size: int) -> None:
        """So many bytes under a name."""
        info = tarfile.TarInfo(name)
        info.size, info.mode, info.mtime = size, 0o600, self._mtime
        source = Digesting(file)
        self._tar.addfile(info, source)  # type: ignore[arg-type]
        self.entries[name] = Entry(size=size, sha256=source.digest.hexdigest())


class Digesting:
    """A file whose bytes are digested as they are read."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.digest = sha256()

    def read(self, size: int) -> bytes:
        """The file's own."""
        found = self._file.read(size)
        self.digest.update(found)
        return found


@contextmanager
def whole(file: Path) -> Iterator[BinaryIO]:
    """A new file for its owner alone, there once it is whole and durable. InTheWay if one is there already."""
    free(file)
    number, name = tempfile.mkstemp(prefix=f".{file.name}.", dir=file.absolute().parent)
    beside = Path(name)
    try:
        with os.fdopen(number, "wb") as out:
            yield out
            out.flush()
            os.fsync(out.fileno())
        free(file)
        beside.rename(file)
    finally:
        beside.unlink(missing_ok=True)
    sync(file.absolute().parent)


def free(file: Path) -> None:
    """InTheWay if something is there."""
    if file.exists():
        raise InTheWay(f"{file} is there already, and nothing is overwritten: name another file")


def sync(folder: Path) -> None:
    """What was moved within a folder is durable."""
    opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
