"""Documents: judged by their content, sealed under their person's key, cited by a keyed digest alone.

The row comes before the bytes, so that whatever a crash leaves behind is found: a document that no event cites and no
draft holds goes after seven days. What somebody called the file is never kept.

That an event cites a document follows from the events (`sent`); until it does, whoever vouched for it keeps it from
being removed.
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import sqlalchemy as sa

from services.people import contents
from services.people.blobs import Blobs
from services.people.contents import Type
from services.people.vault import Vault
from shared.events import NotFound, Refused, instant
from shared.events.platform import Words
from shared.ledger import sql

documents = sa.Table(
    "documents",
    sa.MetaData(),
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("person", sa.Text, nullable=False, index=True),
    sa.Column("type", sa.Text, nullable=False),
    sa.Column("pages", sa.Integer, nullable=False),
    sa.Column("size", sa.Integer, nullable=False),
    sa.Column("mac", sa.Text, nullable=False),
    sa.Column("added_at", sa.Text, nullable=False),
    sa.Column("stored", sa.Boolean, nullable=False),
    sa.Column("cited", sa.Boolean, nullable=False),
    sqlite_with_rowid=False,
)
LARGEST: Final = 10 * 1024 * 1024  # bytes
ORPHANED: Final = dt.timedelta(days=7)
UNDER_WAY: Final = dt.timedelta(minutes=10)  # from a word for it to the event that cites it; a ticket lives no longer


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A document that is here: `file` is what an event says of it."""

    file: Words
    type: Type
    pages: int
    size: int
    added_at: str


class Row(NamedTuple):
    """A row, as it is read on the way of every application."""

    id: str
    person: str
    type: Type
    pages: int
    size: int
    mac: str
    added_at: str
    stored: bool


FIND: Final = f"SELECT {', '.join(Row._fields)} FROM documents WHERE id IN ({{}})"  # noqa: S608  marks alone


class Documents:
    """The documents of one store and one folder."""

    def __init__(self, store: sa.Engine, reader: sa.Engine, blobs: Blobs, vault: Vault) -> None:
        self._store = store
        self._reader = reader
        self._vouched: dict[tuple[str, str], dt.datetime] = {}  # person, id: until when an event may be on its way
        self._blobs = blobs
        self._vault = vault

    def create(self) -> None:
        """The table and the folder, if they are not there."""
        documents.create(self._store, checkfirst=True)
        self._blobs.create()

    def add(self, person: str, chunks: Iterable[bytes], now: dt.datetime) -> Document:
        """A document as it comes in. Refused (`document.*`, with a sentence that names the cure) for what is too large,
        damaged, locked, active, or none of the four types."""
        content = received(chunks)
        judged, id = contents.judge(content), os.urandom(16).hex()
        with self._store.begin() as tx:
            own = self._vault.of(tx, person)
            made = Document(
                file=own.reference(id, content),
                type=judged.type,
                pages=judged.pages,
                size=len(content),
                added_at=instant(now),
            )
            tx.execute(
                sa.insert(documents).values(
                    id=id, person=person, type=made.type, pages=made.pages, size=made.size, mac=made.file.mac,
                    added_at=made.added_at, stored=False, cited=False,
                )
            )  # fmt: skip
        self._blobs.put(id, own.seal(content, f"document/{id}"))
        with self._store.begin() as tx:
            tx.execute(sa.update(documents).where(documents.c.id == id).values(stored=True))
        return made

    def of(self, person: str) -> list[Document]:
        """A person's documents, the oldest first."""
        chosen = sa.select(documents).where(documents.c.person == person, documents.c.stored)
        with self._reader.begin() as tx:
            return [_document(row) for row in tx.execute(chosen.order_by(documents.c.added_at, documents.c.id))]

    def read(self, person: str, id: str) -> bytes:
        """The bytes as they came. NotFound where this person has none of that id, whoever else may (ASVS 8.2.2)."""
        chosen = sa.select(documents.c.id).where(documents.c.id == id, documents.c.person == person)
        with self._reader.begin() as tx:
            own = self._vault.of(tx, person)
            if tx.execute(chosen.where(documents.c.stored)).first() is None:
                raise NotFound("no document of this id")
        return own.open(self._blobs.get(id), f"document/{id}")

    def vouch(self, person: str, ids: Sequence[str], now: dt.datetime) -> list[Document]:
        """What an event is about to cite: none of it is removed meanwhile. NotFound if one is not this person's."""
        self._vouched |= dict.fromkeys(
            [(person, id) for id in ids], now + UNDER_WAY
        )  # before the look: none goes since
        found = sql.peek(self._reader, FIND.format(", ".join("?" * len(ids))), ids) if ids else []
        rows = {row.id: row for row in (Row(*one) for one in found) if row.person == person and row.stored}
        foreign = set(ids) - rows.keys()
        for id in foreign:  # these alone: an event that cites the others may be on its way since before
            self._vouched.pop((person, id), None)
        if foreign:
            raise NotFound("no document of this id")
        return [_document(rows[id]) for id in ids]

    def remove(self, person: str, id: str, now: dt.datetime) -> None:
        """A person's own document goes. Refused (`document.cited`) once an event cites it, or may be about to."""
        mine = (documents.c.person == person, documents.c.id == id)
        with self._store.begin() as tx:
            cited = tx.execute(sa.select(documents.c.cited).where(*mine)).scalar()
            if cited is None:
                return
            if cited or now < self._vouched.get((person, id), now):
                raise Refused("document.cited")
            tx.execute(sa.delete(documents).where(*mine))
        self._blobs.drop(id)

    def collect(self, drafted: Collection[str], now: dt.datetime) -> int:
        """Orphans go after seven days: cited by no event, held by no draft, and no event is about to cite them; how
        many. To be called when `sent` has followed intake's ledger to its end."""
        self._vouched = {one: until for one, until in self._vouched.items() if until > now}
        old = sa.select(documents.c.id).where(~documents.c.cited, documents.c.added_at <= instant(now - ORPHANED))
        return self._drop(old, kept={*drafted, *(id for _, id in self._vouched)})

    def destroy(self, person: str) -> None:
        """All documents of a person."""
        self._drop(sa.select(documents.c.id).where(documents.c.person == person))

    def _drop(self, chosen: sa.Select[str], kept: Collection[str] = ()) -> int:
        """The bytes first: what a crash leaves is a row that the next run finds."""
        with self._store.begin() as tx:
            ids = [id for id in tx.execute(chosen).scalars() if id not in kept]
            for id in ids:
                self._blobs.drop(id)
                tx.execute(sa.delete(documents).where(documents.c.id == id))
        return len(ids)


def received(chunks: Iterable[bytes]) -> bytes:
    """All that comes, up to 10 MB; beyond, nothing more is taken in. Refused (`document.too_large`)."""
    content = bytearray()
    for chunk in chunks:
        if len(content) + len(chunk) > LARGEST:
            raise Refused("document.too_large")
        content += chunk
    return bytes(content)


def _document(row: Any) -> Document:
    return Document(
        file=Words(id=row.id, mac=row.mac), type=row.type, pages=row.pages, size=row.size, added_at=row.added_at
    )
