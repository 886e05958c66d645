"""The keys of the commitments: one random key per person, one per stream that is about nobody, one per vacancy.

They live in a store of their own, wrapped by the master key, made in their own transaction before any lock. Losing it
loses no event, only the power to open one; destroying a person's key erases who it was (transparency 5).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import sqlalchemy as sa
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from shared.events import Damaged, Refused, catalogue, streams
from shared.ledger import commitments, sql
from shared.ledger.commitments import Mac

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
        except InvalidTag:
            raise Damaged("a sealed row does not open: another master key, or a changed row") from None


def master_key(path: Path) -> bytes:
    """The 32 bytes of the file, made at first use, for its owner's eyes alone. Damaged if it holds anything else."""
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(os.urandom(32))
            file.flush()
            os.fsync(file.fileno())
    except FileExistsError:
        pass
    key = path.read_bytes()
    if len(key) != 32:
        raise Damaged(f"{path.name} holds {len(key)} bytes; a master key has 32. Put the right file back")
    return key


class Keys:
    """The store: who holds which stream, and the keys; derived ones are cached."""

    def __init__(self, store: sa.Engine, master: bytes, *, cached: int = 200_000) -> None:
        self._store = store
        self._wrapping = Wrapping(master, "keys")
        self._streams: dict[str, StreamKeys] = {}
        self._vacancies: dict[str, Mac] = {}
        self._cached = cached

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

    def ensure(self, wanted: Iterable[str], *, make: bool = True) -> None:
        """Keys of all these streams at hand; made where a stream is about nobody, unless that is not wanted.

        Refused (`person.unknown`) for a person's stream whose id nobody holds: people make it first.
        """
        asked = dict.fromkeys(wanted)
        new = [stream for stream in asked if stream not in self._streams]
        if not new:
            return
        if len(self._streams) + len(new) > self._cached:
            self._streams.clear()
            new = list(asked)
        named = [_Named.of(stream) for stream in new]
        vacancies = {one.vacancy for one in named if one.vacancy and one.vacancy not in self._vacancies}
        own = [one.stream for one in named if one.holder is None]
        secrets = self._secrets({*own, *vacancies}, make=make)
        self._vacancies |= {name: commitments.prepared(secrets[name]) for name in vacancies & secrets.keys()}
        by_id = self._by_id({one.holder for one in named if one.holder is not None})
        for one in named:
            secret = secrets.get(one.stream) if one.holder is None else by_id.get(one.holder)
            if secret is not None and (one.vacancy is None or one.vacancy in self._vacancies):
                self._streams[one.stream] = self._derive(one, secret)

    def of(self, stream: str) -> StreamKeys:
        """The keys of a stream that `ensure` was asked for; Refused if nobody holds its id."""
        try:
            return self._streams[stream]
        except KeyError:
            raise Refused("person.unknown") from None

    def open_vacancies(self, vacancies: Iterable[str]) -> None:
        """Keys for many vacancies in one transaction, so that their aliases can be asked for one by one."""
        wanted = [name for name in (f"vacancy-key-{one}" for one in vacancies) if name not in self._vacancies]
        self._vacancies |= {name: commitments.prepared(key) for name, key in self._secrets(wanted, make=True).items()}

    def aliases(self, vacancy: str) -> Callable[[str], str]:
        """From an application's id to its alias in a vacancy."""
        self.open_vacancies((vacancy,))
        key = self._vacancies[f"vacancy-key-{vacancy}"]
        return lambda application: commitments.alias(key, application)

    def _derive(self, one: _Named, secret: bytes) -> StreamKeys:
        kind, stream = one.category, one.stream
        alias = None
        if one.vacancy is not None:
            alias = commitments.alias(self._vacancies[one.vacancy], one.parts[1])
        tagger = commitments.prepared(commitments.tag_key(secret, kind.service, stream))
        return StreamKeys(kind, tagger, commitments.prepared(commitments.open_key(secret, kind.service, stream)), alias)

    def _secrets(self, names: Iterable[str], *, make: bool) -> dict[str, bytes]:
        wanted = sorted(set(names))
        if not wanted:
            return {}
        with self._store.begin() as tx:
            found = self._load(tx, wanted)
            missing = [name for name in wanted if name not in found]
            if missing and make:
                self._insert(tx, missing)
                found |= self._load(tx, missing)
        return found

    def _load(self, tx: sa.Connection, wanted: Sequence[str]) -> dict[str, bytes]:
        rows = sql.gather(tx, ("holder", sql.hexed(tx, "wrapped")), "holders", "holder", wanted)
        return {holder: self._wrapping.open(bytes.fromhex(wrapped), holder) for holder, wrapped in rows}

    def _by_id(self, wanted: Iterable[str]) -> dict[str, bytes]:
        names = sorted(wanted)
        if not names:
            return {}
        with self._store.begin() as tx:
            columns = ("ids.id", "holder", sql.hexed(tx, "wrapped"))
            rows = sql.gather(tx, columns, "ids JOIN holders USING (holder)", "ids.id", names)
        return {id: self._wrapping.open(bytes.fromhex(wrapped), holder) for id, holder, wrapped in rows}

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
        holder = None if kind.holder is None else parts[kind.holder]
        return cls(stream, kind, parts, holder, f"vacancy-key-{parts[0]}" if kind.vacancy else None)
