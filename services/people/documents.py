"""Documents: judged by their content, sealed under their person's key, cited by a keyed digest alone.

The row comes before the bytes, so that whatever a crash leaves behind is found: a document that no event cites and no
draft holds goes after seven days. What somebody called the file is never kept.
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa

from services.people import contents
from services.people.blobs import Blobs
from services.people.contents import Type
from services.people.vault import Vault
from shared.events import NotFound, Refused, instant
from shared.events.platform import Words

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A document that is here: `file` is what an event says of it."""

    file: Words
    type: Type
    pages: int
    size: int
    added_at: str


class Documents:
    """The documents of one store and one folder."""

    def __init__(self, store: sa.Engine, blobs: Blobs, vault: Vault) -> None:
        self._store = store
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
        with self._store.begin() as tx:
            return [_document(row) for row in tx.execute(chosen.order_by(documents.c.added_at, documents.c.id))]

    def read(self, person: str, id: str) -> bytes:
        """The bytes as they came. NotFound where this person has none of that id, whoever else may (ASVS 8.2.2)."""
        chosen = sa.select(documents.c.id).where(documents.c.id == id, documents.c.person == person)
        with self._store.begin() as tx:
            own = self._vault.of(tx, person)
            if tx.execute(chosen.where(documents.c.stored)).first() is None:
                raise NotFound("no document of this id")
        return own.open(self._blobs.get(id), f"document/{id}")

    def cite(self, person: str, ids: Collection[str]) -> list[Document]:
        """What an event is about to cite: it is no orphan from here on. NotFound if one is not this person's."""
        mine = (documents.c.person == person, documents.c.id.in_(ids), documents.c.stored)
        with self._store.begin() as tx:
            rows = {row.id: row for row in tx.execute(sa.select(documents).where(*mine))}
            if rows.keys() != set(ids):
                raise NotFound("no document of this id")
            tx.execute(sa.update(documents).where(*mine).values(cited=True))
        return [_document(rows[id]) for id in ids]

    def remove(self, person: str, id: str) -> None:
        """A person's own document goes. Refused (`document.cited`) once an event cites it."""
        mine = (documents.c.person == person, documents.c.id == id)
        with self._store.begin() as tx:
            cited = tx.execute(sa.select(documents.c.cited).where(*mine)).scalar()
            if cited is None:
                return
            if cited:
                raise Refused("document.cited")
            tx.execute(sa.delete(documents).where(*mine))
        self._blobs.drop(id)

    def collect(self, drafted: Collection[str], now: dt.datetime) -> int:
        """Orphans go after seven days: cited by no event, held by no draft; how many."""
        old = sa.select(documents.c.id).where(~documents.c.cited, documents.c.added_at <= instant(now - ORPHANED))
        return self._drop(old, kept=drafted)

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


def _document(row: sa.Row[tuple[object, ...]]) -> Document:
    return Document(
        file=Words(id=row.id, mac=row.mac), type=row.type, pages=row.pages, size=row.size, added_at=row.added_at
    )
