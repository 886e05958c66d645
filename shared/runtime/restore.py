"""A copy back into a folder: everything is checked in a room beside it, and only then put in place.

Nothing of a copy is believed before the master key has proved its manifest: the folder's own, the one that is given, or
the one within a sealed copy, never one that lies open in it.

A folder that is there is never written over: it is kept beside, and first it is said what the copy lacks of it.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import tarfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import mkdtemp
from typing import Any, BinaryIO, NamedTuple

from shared.events import Damaged, Unreadable
from shared.runtime.backup import Digesting, sync
from shared.runtime.copies import (
    ENTRY,
    MANIFEST,
    MASTER,
    PIECE,
    Entry,
    Manifest,
    Progress,
    database,
    end_of,
    event_at,
    fingerprint,
    proved,
    sound,
)
from shared.runtime.folder import MARK, marked
from shared.runtime.holding import InTheWay, held
from shared.runtime.scratch import alone
from shared.runtime.sealing import MAGIC, Opening

END = bytes(2 * tarfile.BLOCKSIZE)  # how every tar ends


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What a copy lacks of a ledger that is there: how many events, from which position, recorded when. `forked`: the
    two hold another past, wherever it parts. `unreadable`: what is there cannot be compared."""

    ledger: str
    lacking: int = 0
    position: int = 0
    at: str = ""
    forked: bool = False
    unreadable: bool = False

    def __str__(self) -> str:
        if self.unreadable:
            return f"{self.ledger}: what is there cannot be read, so nobody knows what the copy lacks of it"
        lacks = f"the copy lacks {self.lacking:,} events, from position {self.position} on, recorded at {self.at}"
        past = f"the pasts differ before position {self.position}"
        return f"{self.ledger}: {'; '.join([lacks] * bool(self.lacking) + [past] * self.forked)}"


class Restored(NamedTuple):
    """What was put in place, what it lacks of the folder that was there, and where that folder is kept."""

    manifest: Manifest
    differences: list[Difference]
    kept: Path | None


def restore(
    file: Path,
    data: Path,
    *,
    key: bytes | None,
    master: bytes | None,
    replace: bool,
    now: datetime,
    show: Progress,
    settle: Callable[[Path], None],
) -> Restored:
    """The copy as the data folder `data`. Unreadable for a copy that is not as it was made, or under another key.

    InTheWay if `data` holds something and `replace` is not said, or while another process uses it. `master` is for
    copies without the master key; where it is not given, that of the folder that is there. `settle` gets the folder
    once it is proved and before it has its name: what must not come back goes there.
    """
    data = data.resolve()
    full = data.exists() and any(data.iterdir())
    with ExitStack() as holding:
        if full:
            _ours(data)
            holding.enter_context(held(data, "serving"))
        with room_beside(data) as room:
            manifest = unpack(file, room, key, master or (_master_of(data) if full else None), show)
            differences = compared(room, data) if full else []
            if full and not replace:
                raise InTheWay(_refusal(data, differences))
            settle(room)
            kept = data.with_name(f"{data.name}.before-{now:%Y%m%dT%H%M%SZ}") if full else None
            _put(room, data, kept)
    return Restored(manifest, differences, kept)


def _ours(data: Path) -> None:
    """Never a folder with something else in it, whatever was said."""
    if not (data / MARK).exists() and not (data / MASTER).exists() and not any(data.glob("*.db")):
        raise InTheWay(f"{data} is not empty and is no data folder of Merit: name an empty or a new one with --data")


def _refusal(data: Path, differences: list[Difference]) -> str:
    said = [*map(str, differences)] or ["the copy lacks no event of it"]
    keep = f"with --replace the copy takes its place, and what is there is kept beside as {data.name}.before-..."
    return "\n".join([f"{data} holds something already: {keep}", *said])


@contextmanager
def room_beside(data: Path) -> Iterator[Path]:
    """A new folder beside the data folder; what killed ones left goes first. Gone at the end, if it is still there."""
    prefix = f".{data.name}.restoring-"
    data.parent.mkdir(parents=True, exist_ok=True)
    for left in data.parent.glob(f"{prefix}*"):
        with suppress(BlockingIOError, FileNotFoundError), alone(left, wait=False):
            shutil.rmtree(left)
    room = Path(mkdtemp(prefix=prefix, dir=data.parent))
    with alone(room):
        try:
            yield room
        finally:
            shutil.rmtree(room, ignore_errors=True)


def unpack(file: Path, room: Path, key: bytes | None, master: bytes | None, show: Progress) -> Manifest:
    """All of a copy into an empty folder, each file as the manifest names it and each ledger as long as it says.
    Unreadable otherwise; Damaged without the right master key."""
    with file.open("rb") as stored, _told(file, room):
        size = os.fstat(stored.fileno()).st_size
        source = _source(stored, key)
        said, found = _members(source, room, key is not None, lambda: show(file.name, stored.tell(), size))
        manifest = Manifest.loads(said)
    used = _open_master(room, manifest, master)
    with _told(file, room):
        proved(said, used)
        _check(manifest, found, room)
    return manifest


@contextmanager
def _told(file: Path, room: Path) -> Iterator[None]:
    """What is wrong with a copy, by its own name."""
    try:
        yield
    except (tarfile.TarError, Unreadable, Damaged) as error:
        said = str(error).replace(str(room), "what it holds")
        raise Unreadable(f"{file}: {said}; nothing was changed") from None


def _check(manifest: Manifest, found: dict[str, Entry], room: Path) -> None:
    foreign = manifest.files.keys() ^ found.keys()
    wrong = sorted(foreign) or [name for name, entry in manifest.files.items() if found[name] != entry]
    if wrong:
        raise Unreadable(f"{wrong[0]} is missing, foreign or damaged in it")
    for name in sorted(marked(room).files):
        with database(room / f"{name}.db") as db, sound(room / f"{name}.db"):
            if end_of(db) != manifest.ledgers.get(name):
                raise Unreadable(f"its ledger {name} does not end where its manifest says")


def _source(stored: BinaryIO, key: bytes | None) -> Any:
    """What is to be read as a tar, from its first byte."""
    sealed = stored.read(len(MAGIC)) == MAGIC
    if sealed and key is None:
        raise Unreadable("it is sealed: name its key with --key")
    if sealed and key is not None:
        return Opening(stored, key)
    if key is not None:
        raise Unreadable("it is not sealed with any key: leave --key out if you know where it comes from")
    size = stored.seek(0, os.SEEK_END)
    stored.seek(max(0, size - len(END)))
    if size % tarfile.RECORDSIZE or stored.read() != END:
        raise Unreadable("it was cut off, or is no copy that merit backup made")
    stored.seek(0)
    return stored


def _members(source: Any, room: Path, sealed: bool, shown: Any) -> tuple[bytes, dict[str, Entry]]:
    """The manifest's bytes, and what lies in the room now. A master key that was not sealed is nobody's word."""
    found: dict[str, Entry] = {}
    manifest = None
    with tarfile.open(fileobj=source, mode="r|") as tar:
        for member in tar:
            content = tar.extractfile(member) if member.isreg() else None
            if content is not None and member.name == MANIFEST and manifest is None:
                manifest = content.read()
            elif content is not None and _is_ours(member.name, sealed) and member.name not in found:
                found[member.name] = _stored(content, room / member.name, shown)
            else:
                raise Unreadable("it holds what merit backup does not write")
    while source.read(PIECE):  # to its end, which proves itself
        pass
    if manifest is None:
        raise Unreadable("it has no manifest: it was cut off or damaged")
    return manifest, found


def _is_ours(name: str, sealed: bool) -> bool:
    return ENTRY.fullmatch(name) is not None and (sealed or name != MASTER)


def _stored(content: Any, path: Path, shown: Any) -> Entry:
    path.parent.mkdir(mode=0o700, exist_ok=True)
    source, size = Digesting(content), 0
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        while piece := source.read(PIECE):
            size += file.write(piece)
            shown()
    return Entry(size=size, sha256=source.digest.hexdigest())


def _master_of(data: Path) -> bytes | None:
    with suppress(OSError):
        return (data / MASTER).read_bytes()
    return None


def _open_master(room: Path, manifest: Manifest, master: bytes | None) -> bytes:
    """The right master key beside the keys that it opens, or Damaged."""
    path = room / MASTER
    if not path.exists():
        if master is None:
            raise Damaged("the copy holds no master key, and without it no key opens: name its file with --master")
        path.touch(mode=0o600)
        path.write_bytes(master)
    used = path.read_bytes()
    if fingerprint(used) != manifest.master:
        raise Damaged("the master key is not the one of this copy: name the right file with --master")
    return used


def compared(room: Path, data: Path) -> list[Difference]:
    """What a copy lacks of each ledger that is there, and where the pasts differ; nothing for those that it holds
    whole."""
    found = (_difference(room, path) for path in sorted(data.glob("*.db")))
    return [one for one in found if one is not None]


def _difference(room: Path, path: Path) -> Difference | None:
    name, other = path.stem, room / path.name
    try:
        with database(path) as there, sound(path):
            end = end_of(there)
            if end is None:
                return None
            if not other.exists():
                return Difference(ledger=name, lacking=end.size, at=event_at(there, 0)[1]) if end.size else None
            with database(other) as copy:
                return _apart(name, there, copy)
    except Damaged:
        return Difference(ledger=name, unreadable=True)


def _apart(name: str, there: sqlite3.Connection, copy: sqlite3.Connection) -> Difference | None:
    mine, theirs = end_of(there), end_of(copy)
    assert mine is not None  # noqa: S101  a ledger, as it was asked before
    size = 0 if theirs is None else theirs.size
    common = min(size, mine.size)
    forked = common > 0 and event_at(there, common - 1)[0] != event_at(copy, common - 1)[0]
    if not forked and mine.size <= size:
        return None
    at = event_at(there, common)[1]
    return Difference(ledger=name, lacking=mine.size - common, position=common, at=at, forked=forked)


def _put(room: Path, data: Path, kept: Path | None) -> None:
    """In place by renaming alone. What was read only to be checked leaves no journal behind."""
    os.sync()  # many small files at once
    if kept is not None:
        data.rename(kept)
    room.rename(data)
    sync(data.parent)
