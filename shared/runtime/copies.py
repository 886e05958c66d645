"""What a backup copy is: a tar of files, a manifest at its end, perhaps sealed as a whole.

Made by `backup`, read by `restore`. The manifest stands last, for it names the digests of what was written before it;
the folder's master key vouches for it, so that nobody without that key can put another copy together.
"""

from __future__ import annotations

import hmac
import json
import re
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from shared.events import Damaged, NotFound, Unreadable
from shared.ledger import commitments
from shared.runtime.folder import DOCUMENTS, MARK

FORMAT = 2
MANIFEST = "manifest.json"
MASTER = "master.key"
CLOCK = "merit.clock"  # a demonstration's: how far it is ahead
ENTRY = re.compile(
    rf"{re.escape(MARK)}|{re.escape(MASTER)}|{re.escape(CLOCK)}|[a-z][a-z0-9_-]*\.db|{DOCUMENTS}/[0-9a-f]{{32}}"
)
KEY = 32  # bytes of a key
PIECE = 1 << 20  # bytes that are read at once

Progress = Callable[[str, int, int], None]  # what, done, of


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """Where a ledger ends: how many events, the leaf of the last in hex digits, and when that was recorded."""

    size: int
    leaf: str
    at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One file of a copy."""

    size: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What a copy holds: the instant of the cut, each ledger's end, each file's digest; `master` tells the right master
    key from another without saying anything of it."""

    at: str
    master: str
    ledgers: Mapping[str, End]
    files: Mapping[str, Entry]

    def dumps(self, master: bytes) -> bytes:
        """As it stands in the copy: one line of JSON, its digest, and what the master key says of it."""
        said = json.dumps({"format": FORMAT, **asdict(self)}, sort_keys=True).encode()
        return b"\n".join((said, sha256(said).hexdigest().encode(), _vouched(said, master), b""))

    @classmethod
    def loads(cls, stored: bytes) -> Manifest:
        """Whoever made it: see `proved`. Unreadable where the digest is another, or the format."""
        said, digest, *_ = (*stored.split(b"\n"), b"")
        if digest != sha256(said).hexdigest().encode():
            raise Unreadable("its manifest is damaged")
        found: dict[str, Any] = json.loads(said)
        if (format_ := found.pop("format")) != FORMAT:
            raise Unreadable(f"it has format {format_}, this Merit reads {FORMAT}: use the version that wrote it")
        ledgers = {name: End(**end) for name, end in found.pop("ledgers").items()}
        return cls(ledgers=ledgers, files={name: Entry(**one) for name, one in found.pop("files").items()}, **found)


def proved(stored: bytes, master: bytes) -> None:
    """Unreadable unless a manifest was made by whoever has the master key: a digest alone anybody can make again."""
    said, _, vouched, *_ = (*stored.split(b"\n"), b"", b"")
    if not hmac.compare_digest(vouched, _vouched(said, master)):
        raise Unreadable("its manifest was not made under this master key: somebody put this copy together otherwise")


def _vouched(said: bytes, master: bytes) -> bytes:
    return commitments.mac(commitments.mac(master, b"merit/backup/manifest/v1\n\x01"), said).hex().encode()


def fingerprint(master: bytes) -> str:
    """What a manifest says of the master key: 16 hex signs."""
    return commitments.mac(master, b"merit/backup/v1\n\x01").hex()[:16]


def key_of(path: Path) -> bytes:
    """The 32 bytes of a key's file. NotFound without it, Damaged where it is open to others or holds anything else."""
    try:
        found, mode = path.read_bytes(), path.stat().st_mode
    except FileNotFoundError:
        raise NotFound(f"{path} is not there: name the file of the key") from None
    if mode & 0o077:
        raise Damaged(f"{path} can be read by others: chmod 600 {path}")
    if len(found) != KEY:
        raise Damaged(f"{path} holds {len(found)} bytes; a key has {KEY}. Name the right file")
    return found


@contextmanager
def database(path: Path) -> Iterator[sqlite3.Connection]:
    """A database file that is there, without transactions of the driver's own."""
    if not (path.is_file() and path.stat().st_size):
        raise Damaged(f"{path} is gone or empty, and it held something: put it back from a backup")
    name = f"{path.absolute().as_uri()}?mode=rw"
    with closing(sqlite3.connect(name, uri=True, isolation_level=None, timeout=30)) as opened:
        yield opened


@contextmanager
def sound(path: Path) -> Iterator[None]:
    """What SQLite refuses of a file meanwhile is Damaged, by the file's name."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        raise Damaged(f"{path} is damaged ({error.sqlite_errorname}): keep it as evidence") from None


_AT = "SELECT leaf, recorded_at FROM events WHERE shard = 'main' AND position = ?"


def end_of(db: sqlite3.Connection) -> End | None:
    """Where the ledger in a file ends; None where there is none."""
    if db.execute("SELECT 1 FROM sqlite_master WHERE name = 'head'").fetchone() is None:
        return None
    ((size,),) = db.execute("SELECT position FROM head WHERE shard = 'main'").fetchall() or [(0,)]
    leaf, at = event_at(db, size - 1)
    return End(size=size, leaf=leaf, at=at)


def event_at(db: sqlite3.Connection, position: int) -> tuple[str, str]:
    """The leaf in hex digits and the recorded time of an event; both empty where there is none."""
    found = db.execute(_AT, (position,)).fetchone()
    return ("", "") if found is None else (bytes(found[0]).hex(), found[1])
