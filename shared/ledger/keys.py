"""The keys of the commitments: one random key per person, one per stream that is about nobody, one per vacancy.

They live in a store of their own, wrapped by the master key, made in their own transaction before any lock. Losing it
loses no event, only the power to open one; destroying a person's key erases who it was (transparency 5).
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from copy import copy
from dataclasses import dataclass
from pathlib import Path
from threading import RLock
from typing import NamedTuple

import sqlalchemy as sa
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from shared.events import Damaged, Refused, Unreadable, catalogue, streams
from shared.ledger import commitments, sql
from shared.ledger.commitments import Mac

APPLICATION, CANDIDATE = catalogue.CATEGORIES["application"], catalogue.CATEGORIES["candidate"]
AT_ONCE = 5_000  # persons whose keys are read and opened together

metadata = sa.MetaData()
holders = sa.Table(
    "holders",
    metadata,
    sa.Column("holder", sa.Text, primary_key=True),  # a person's id, or the stream or vacancy the key belongs to
    sa.Column("wrapped", sa.LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)
ids = sa.Table(
    "ids",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),  # an id that a stream's name carries (an application's)
    sa.Column("holder", sa.Text, nullable=False),
    sqlite_with_rowid=False,
)


@dataclass(slots=True, eq=False)
class StreamKeys:
    """What an append needs of one stream. `alias` only where its category has one."""

    category: catalogue.Category
    tagger: Mac
    opener: Mac
    alias: str | None


class Wrapping:
    """AES-256-GCM under one of the master key's purposes: 12 bytes of nonce, then the sealed bytes."""

    def __init__(self, master: bytes, purpose: str) -> None:
        self._cipher = AESGCM(commitments.mac(master, b"merit/wrap/v1\n" + purpose.encode() + b"\x01"))

    def seal(self, content: bytes, about: str) -> bytes:
        """Sealed for one row: `about` is bound to it, so that rows cannot be swapped."""
        nonce = os.urandom(12)
        return nonce + self._cipher.encrypt(nonce, content, about.encode())

    def open(self, sealed: bytes, about: str) -> bytes:
        """What was sealed; Damaged under another key or about another row."""
        try:
            return self._cipher.decrypt(sealed[:12], sealed[12:], about.encode())
        except (InvalidTag, ValueError):  # the latter for a nonce that was cut off
            raise Damaged("a sealed row does not open: another master key, or a changed row") from None


def master_key(path: Path, *, make: bool = True) -> bytes:
    """The 32 bytes of the file, for its owner's eyes alone; made if it is not there, unless keys are wrapped by it.

    Damaged if it is gone, open to others or holds anything else.
    """
    if make and not path.exists():
        _make_master(path)
    try:
        with path.open("rb") as file:
            mode, key = os.fstat(file.fileno()).st_mode, file.read()
    except FileNotFoundError:
        raise Damaged(f"keys.db is here and {path.name} is not: put it back; without it no key opens") from None
    if mode & 0o077:
        raise Damaged(f"{path.name} can be read by others: chmod 600 {path}")
    if len(key) != 32:
        raise Damaged(f"{path.name} holds {len(key)} bytes; a master key has 32. Put the right file back")
    return key


def _make_master(path: Path) -> None:
    """Whole or not at all, and once: whoever links first, the others read that one."""
    number, unfinished = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(number, "wb") as file:
            file.write(os.urandom(32))
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            os.link(unfinished, path)
    finally:
        Path(unfinished).unlink()
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


class Keys:
    """The store: who holds which stream, and the keys; derived ones are cached, for all threads. `service` is the
    ledger's that asks."""

    def __init__(self, store: sa.Engine, master: bytes, *, cached: int = 50_000, service: str = "") -> None:
        self._store = store
        self._service = service
        self._wrapping = Wrapping(master, "keys")
        self._streams: dict[str, StreamKeys] = {}
        self._vacancies: dict[str, Mac] = {}
        self._cached = cached
        self._lock = RLock()  # over the cache; nobody waits for a ledger under it

    def within(self, service: str) -> Keys:
        """The same store as one service's ledger sees it: streams that every ledger may hold have their keys there. The
        vacancies' keys and the lock are shared."""
        made = copy(self)
        made._service, made._streams = service, {}
        return made

    def create(self) -> None:
        """The two tables, if they are not there."""
        metadata.create_all(self._store)

    def enrol(self, people: Mapping[str, Sequence[str]]) -> None:
        """Keys for new persons, and the ids that lead to them; one transaction, nothing changes for those already
        here."""
        with self._store.begin() as tx:
            self._insert(tx, people)
            named = [(id, person) for person, ids_ in people.items() for id in ids_]
            sql.fill(tx, "ids", ("id", "holder"), named, "ON CONFLICT DO NOTHING")

    def holders_of(self, wanted: Iterable[str]) -> dict[str, str]:
        """Who holds each of these ids; those that nobody holds are left out."""
        with self._store.begin() as tx:
            return dict(sql.gather(tx, ("id", "holder"), "ids", "id", sorted(wanted)))

    def unmade(self, wanted: Iterable[str]) -> list[str]:
        """Streams whose key would have to be made, or whose vacancy's: nothing in the store opens them."""
        with self._lock:
            asked = dict.fromkeys(wanted)
            self.ensure(asked, make=False)
            named = [_Named.of(stream) for stream in asked if stream not in self._streams]
            return [
                one.stream
                for one in named
                if one.holder is None or (one.vacancy is not None and one.vacancy not in self._vacancies)
            ]

    def ensure(self, wanted: Iterable[str], *, make: bool = True) -> None:
        """Keys of all these streams at hand; made where a stream is about nobody, unless that is not wanted.

        Refused (`person.unknown`) for a person's stream whose id nobody holds: people make it first. Damaged where a
        key does not open; who only looks has none there.
        """
        asked = dict.fromkeys(wanted)
        with self._lock:
            new = [stream for stream in asked if stream not in self._streams]
            if not new:
                return
            if len(self._streams) + len(new) > self._cached:
                self._streams = {stream: keys for stream, keys in self._streams.items() if stream in asked}
            named = [_Named.of(stream) for stream in new]
            vacancies = {one.vacancy for one in named if one.vacancy and one.vacancy not in self._vacancies}
            own = [one.stream for one in named if one.holder is None]
            secrets = self._secrets({*own, *vacancies}, make=make)
            self._vacancies |= {name: commitments.prepared(secrets[name]) for name in vacancies & secrets.keys()}
            by_id = self._by_id({one.holder for one in named if one.holder is not None}, skip=not make)
            for one in named:
                secret = secrets.get(one.stream) if one.holder is None else by_id.get(one.holder)
                if secret is not None and (one.vacancy is None or one.vacancy in self._vacancies):
                    self._streams[one.stream] = self._derive(one, secret)

    def of(self, stream: str) -> StreamKeys:
        """The keys of a stream that `ensure` was asked for; Refused if nobody holds its id."""
        found = self._streams.get(stream)
        if found is not None:
            return found
        with self._lock, suppress(LookupError, Unreadable):  # its room was needed, or it is nobody's or no ledger's
            self.ensure([stream], make=False)
            return self._streams[stream]
        raise Refused("person.unknown")

    @contextmanager
    def held(self, wanted: Iterable[str]) -> Iterator[None]:
        """The keys of these streams stay at hand meanwhile, with what `found` says of them: no other thread takes their
        room. Nobody waits for a ledger under it."""
        with self._lock:
            self.ensure(wanted, make=False)
            yield

    def unfounded(self, wanted: Iterable[str]) -> list[str]:
        """Those whose alias waits for their first event: it alone names the vacancy (`found`)."""
        held = {stream: self._streams.get(stream) for stream in wanted}
        return [stream for stream, one in held.items() if one and one.category.founded and one.alias is None]

    def found(self, vacancies: Mapping[str, str], *, make: bool = True) -> list[str]:
        """The alias of each stream, by the vacancy that its first event names. Those that keep none, for the vacancy
        has no key and none is made."""
        named = {stream: f"vacancy-key-{vacancy}" for stream, vacancy in vacancies.items()}
        with self._lock:
            new = {name for name in named.values() if name not in self._vacancies}
            made = self._secrets(new, make=make)
            self._vacancies |= {name: commitments.prepared(key) for name, key in made.items()}
            known = {stream: self._vacancies.get(name) for stream, name in named.items()}
            for stream, key in known.items():
                if key is not None and stream in self._streams:
                    self._streams[stream].alias = commitments.alias(key, _id(streams.parts(stream), 0))
        return [stream for stream, key in known.items() if key is None]

    def open_vacancies(self, vacancies: Iterable[str]) -> None:
        """Keys for many vacancies in one transaction, so that their aliases can be asked for one by one."""
        with self._lock:
            wanted = [name for name in (f"vacancy-key-{one}" for one in vacancies) if name not in self._vacancies]
            made = self._secrets(wanted, make=True)
            self._vacancies |= {name: commitments.prepared(key) for name, key in made.items()}

    def aliases(self, vacancy: str) -> Callable[[str], str]:
        """From an application's id to its alias in a vacancy."""
        self.open_vacancies((vacancy,))
        key = self._vacancies[f"vacancy-key-{vacancy}"]
        return lambda application: commitments.alias(key, application)

    def vacancy_digest(self, vacancy: str, *, make: bool = True) -> str:
        """The digest of a vacancy's key, as its notice carries it (transparency 3.4); empty where it has none and none
        is made."""
        name = f"vacancy-key-{vacancy}"
        found = self._secrets([name], make=make)
        return commitments.key_hash(found[name]) if found else ""

    def roll_keys(self, vacancy: str, applications: Sequence[str]) -> dict[str, str]:
        """What binds each candidacy in a vacancy to its person's two streams, by application as its stream names it
        (`pauh.5b0e...`): 64 hex signs. Those whose person nobody knows are left out. The cache stays as it is."""
        found = {}
        for start in range(0, len(applications), AT_ONCE):
            named = {one.partition(".")[2]: one for one in applications[start : start + AT_ONCE]}
            for id, secret in self._by_id(named, skip=False).items():
                own = commitments.tag_key(secret, APPLICATION.service, f"{APPLICATION.name}-{named[id]}")
                other = commitments.tag_key(secret, CANDIDATE.service, f"{CANDIDATE.name}-{vacancy}+{id}")
                found[named[id]] = commitments.roll_key(own, other)
        return found

    def _derive(self, one: _Named, secret: bytes) -> StreamKeys:
        kind, stream = one.category, one.stream
        alias = None
        if one.vacancy is not None:
            alias = commitments.alias(self._vacancies[one.vacancy], one.parts[1])
        service = kind.service or self._service
        if not service:
            raise Unreadable(f"every ledger may hold {kind.name} streams: ask for the keys of one")
        tagger = commitments.prepared(commitments.tag_key(secret, service, stream))
        return StreamKeys(kind, tagger, commitments.prepared(commitments.open_key(secret, service, stream)), alias)

    def _secrets(self, names: Iterable[str], *, make: bool) -> dict[str, bytes]:
        wanted = sorted(set(names))
        if not wanted:
            return {}
        with self._store.begin() as tx:
            found = self._load(tx, wanted, skip=not make)
            missing = [name for name in wanted if name not in found]
            if missing and make:
                self._insert(tx, missing)
                found |= self._load(tx, missing, skip=False)
        return found

    def _load(self, tx: sa.Connection, wanted: Sequence[str], *, skip: bool) -> dict[str, bytes]:
        rows = sql.gather(tx, ("holder", "holder", sql.hexed(tx, "wrapped")), "holders", "holder", wanted)
        return self._opened(rows, skip=skip)

    def _by_id(self, wanted: Iterable[str], *, skip: bool) -> dict[str, bytes]:
        names = sorted(wanted)
        if not names:
            return {}
        with self._store.begin() as tx:
            columns = ("ids.id", "holder", sql.hexed(tx, "wrapped"))
            rows = sql.gather(tx, columns, "ids JOIN holders USING (holder)", "ids.id", names)
        return self._opened(rows, skip=skip)

    def _opened(self, rows: Iterable[Sequence[str]], *, skip: bool) -> dict[str, bytes]:
        """The keys of rows `(name, holder, wrapped)`. `skip` leaves out what does not open: a check goes on."""
        found = {}
        for name, holder, wrapped in rows:
            try:
                found[name] = self._wrapping.open(bytes.fromhex(wrapped), holder)
            except Damaged:
                if not skip:
                    raise
        return found

    def _insert(self, tx: sa.Connection, names: Iterable[str]) -> None:
        rows = [(name, self._wrapping.seal(os.urandom(32), name)) for name in names]
        sql.fill(tx, "holders", ("holder", "wrapped"), rows, "ON CONFLICT DO NOTHING")


class _Named(NamedTuple):
    """A stream's name, taken apart once: who holds it (None: itself), and which vacancy's key makes its alias."""

    stream: str
    category: catalogue.Category
    parts: list[str]
    holder: str | None
    vacancy: str | None

    @classmethod
    def of(cls, stream: str) -> _Named:
        """KeyError for a category that nobody knows."""
        kind, parts = catalogue.CATEGORIES[streams.category(stream)], streams.parts(stream)
        holder = None if kind.holder is None else _id(parts, kind.holder)
        return cls(stream, kind, parts, holder, f"vacancy-key-{parts[0]}" if kind.vacancy else None)


def _id(parts: Sequence[str], place: int) -> str:
    """The id at a place of a stream's name: the agency's code leads the first, and is no part of it."""
    return parts[place] if place else parts[0].partition(".")[2]
