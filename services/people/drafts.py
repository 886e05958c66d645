"""Drafts: encrypted rows that are overwritten at each save, never events; gone at sending, or 30 days after the
deadline.

Nobody writes over what they have not read: whoever saves names the version that they saw.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa

from services.people.vault import Sealed, Vault
from shared.events import Refused, codec, instant

drafts = sa.Table(
    "drafts",
    sa.MetaData(),
    sa.Column("person", sa.Text, primary_key=True),
    sa.Column("about", sa.Text, primary_key=True),  # what it is a draft of: a stream's name
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("sealed", sa.LargeBinary, nullable=False),
    sa.Column("documents", sa.Text, nullable=False),  # JSON: ids of the documents in it
    sa.Column("saved_at", sa.Text, nullable=False),
    sa.Column("deadline", sa.Text, nullable=False),
    sqlite_with_rowid=False,
)
KEPT: Final = dt.timedelta(days=30)
LONGEST: Final = 256 * 1024  # bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What was saved last, and as which version."""

    version: int
    content: bytes
    saved_at: str


class Outdated(Refused):
    """Somebody, in another tab or on another device, has saved since; `newer` is what they saved, None where the draft
    is gone."""

    def __init__(self, newer: Draft | None) -> None:
        super().__init__("draft.newer")
        self.newer = newer


class Drafts:
    """The drafts of one store."""

    def __init__(self, store: sa.Engine, reader: sa.Engine, vault: Vault) -> None:
        self._store = store
        self._reader = reader
        self._vault = vault

    def create(self) -> None:
        """The table, if it is not there."""
        drafts.create(self._store, checkfirst=True)

    def save(
        self,
        person: str,
        about: str,
        content: bytes,
        *,
        seen: int,
        now: dt.datetime,
        deadline: dt.datetime,
        documents: Iterable[str] = (),
    ) -> int:
        """The new version; `seen` is the one that was read, 0 for none. The same content again changes nothing.

        Outdated if another version was saved meanwhile, Refused (`draft.too_long`) beyond 256 KiB.
        """
        if len(content) > LONGEST:
            raise Refused("draft.too_long")
        with self._store.begin() as tx:
            own, before = self._vault.of(tx, person), self._load(tx, person, about)
            if before is not None and before.content == content:
                return before.version
            if seen != (0 if before is None else before.version):
                raise Outdated(before)
            tx.execute(sa.delete(drafts).where(*_row(person, about)))
            tx.execute(
                sa.insert(drafts).values(
                    person=person,
                    about=about,
                    version=seen + 1,
                    sealed=own.seal(content, f"draft/{about}/{seen + 1}"),
                    documents=codec.dumps(sorted(set(documents))).decode(),
                    saved_at=instant(now),
                    deadline=instant(deadline),
                )
            )
        return seen + 1

    def read(self, person: str, about: str) -> Draft | None:
        """The draft as it was saved last."""
        with self._reader.begin() as tx:
            return self._load(tx, person, about)

    def of(self, person: str) -> list[str]:
        """What somebody has drafts of."""
        with self._reader.begin() as tx:
            chosen = sa.select(drafts.c.about).where(drafts.c.person == person)
            return sorted(tx.execute(chosen).scalars())

    def sent(self, person: str, about: str) -> None:
        """It was sent: the draft is gone."""
        with self._store.begin() as tx:
            tx.execute(sa.delete(drafts).where(*_row(person, about)))

    def move(self, about: str, deadline: dt.datetime) -> None:
        """The deadline was moved, for everybody's draft of it."""
        with self._store.begin() as tx:
            tx.execute(sa.update(drafts).where(drafts.c.about == about).values(deadline=instant(deadline)))

    def documents(self) -> set[str]:
        """The documents that a draft holds: none of them is an orphan."""
        with self._reader.begin() as tx:
            return {id for listed in tx.execute(sa.select(drafts.c.documents)).scalars() for id in _ids(listed)}

    def collect(self, now: dt.datetime) -> int:
        """Drafts whose deadline is 30 days past go; how many."""
        with self._store.begin() as tx:
            return tx.execute(sa.delete(drafts).where(drafts.c.deadline <= instant(now - KEPT))).rowcount

    def destroy(self, person: str) -> None:
        """All drafts of a person."""
        with self._store.begin() as tx:
            tx.execute(sa.delete(drafts).where(drafts.c.person == person))

    def _load(self, tx: sa.Connection, person: str, about: str) -> Draft | None:
        row = tx.execute(sa.select(drafts).where(*_row(person, about))).first()
        if row is None:
            return None
        own: Sealed = self._vault.of(tx, person)
        content = own.open(row.sealed, f"draft/{about}/{row.version}")
        return Draft(version=row.version, content=content, saved_at=row.saved_at)


def _row(person: str, about: str) -> tuple[sa.ColumnElement[bool], sa.ColumnElement[bool]]:
    return drafts.c.person == person, drafts.c.about == about


def _ids(listed: str) -> list[str]:
    found: list[str] = codec.trusted(listed)
    return found
