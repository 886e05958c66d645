"""The vault: what is personal, sealed under a key of each person, which the master key wraps.

A row is bound to its person and field, one of an imported list to its place there too (`LISTED`). What an event cites
is named by an id and a keyed digest; a row is corrected beside its former reading, since an event may rest on that.
Destroying the key ends them all.
"""

from __future__ import annotations

import hmac
import os
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import sqlalchemy as sa

from shared.events import NotFound, Refused
from shared.events.platform import Words
from shared.ledger import Wrapping, commitments, sql

metadata = sa.MetaData()
vault = sa.Table(
    "vault",
    metadata,
    sa.Column("person", sa.Text, primary_key=True),
    sa.Column("field", sa.Text, primary_key=True),  # a name (`born`), or the id that an event cites
    sa.Column("sealed", sa.LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)
vault_keys = sa.Table(
    "vault_keys",
    metadata,
    sa.Column("person", sa.Text, primary_key=True),
    sa.Column("wrapped", sa.LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)
imported = sa.Table(
    "imported",
    metadata,
    sa.Column("import", sa.Text, primary_key=True),  # SHA-256 of the file
    sa.Column("row", sa.Integer, primary_key=True),
    sa.Column("person", sa.Text, nullable=False, unique=True),
    sa.Column("application", sa.Text, nullable=False, unique=True),
    sqlite_with_rowid=False,
)
LISTED = ("row_id", "born")  # what every row of a list has in the vault; `born` is empty where the list prints none
LABEL = b"merit/people/vault/v1\x01"
MOST_WORDS = 200  # of one person, and as many about them
MOST_FORMER = 20  # readings of one field
HEX = 32  # signs of the id of words, behind what leads it
_FIELD = re.compile(r"[a-z0-9_]{1,64}")  # a dot leads to former readings


class Sealed:
    """One person's key at work: sealing for one purpose, and K_vault for what events cite. With a `place` in a list
    the fields of that list are sealed for it, too."""

    def __init__(self, person: str, key: bytes, place: str = "") -> None:
        self.person = person
        self._place = place
        self._own = Wrapping(key, "person")
        self._digests = commitments.mac(key, LABEL)

    def seal(self, content: bytes, about: str) -> bytes:
        """Sealed for this person and this purpose."""
        return self._own.seal(content, f"{self.person}/{self._where(about)}")

    def open(self, sealed: bytes, about: str) -> bytes:
        """What was sealed; Damaged under another person's key or for another purpose."""
        return self._own.open(sealed, f"{self.person}/{self._where(about)}")

    def _where(self, about: str) -> str:
        return self._place + about if about in LISTED else about

    def reference(self, id: str, content: bytes) -> Words:
        """`V`: what an event says of these bytes (transparency 3.4)."""
        return Words(id=id, mac=commitments.vault_mac(self._digests, id, content))


class New(NamedTuple):
    """What is written of a person who was not here before."""

    key: tuple[str, bytes]
    rows: list[tuple[str, str, bytes]]


class Vault:
    """The rows of one store; that store forgets what is deleted (`secure_delete`)."""

    def __init__(self, store: sa.Engine, master: bytes, reader: sa.Engine | None = None) -> None:
        self._store = store
        self._reader = reader or store  # what only looks waits for nobody who writes
        self._wrapping = Wrapping(master, "vault")

    def create(self) -> None:
        """The tables, if they are not there."""
        metadata.create_all(self._store)

    def enrol(self, tx: sa.Connection, people: Mapping[str, Mapping[str, str]]) -> None:
        """New persons, with a key and first rows each, within a transaction of the caller's."""
        self.insert(tx, [self.prepared(person, fields) for person, fields in people.items()])

    def prepared(self, person: str, fields: Mapping[str, str], place: str = "") -> New:
        """A new person's key and first rows, sealed outside any transaction. With a `place` those of its list open
        there alone."""
        key = os.urandom(32)
        own = Sealed(person, key, place)
        rows = [(person, field, own.seal(text.encode(), field)) for field, text in fields.items()]
        return New((person, self._wrapping.seal(key, person)), rows)

    def insert(self, tx: sa.Connection, new: Sequence[New]) -> None:
        """Prepared persons, within a transaction of the caller's."""
        sql.fill(tx, "vault_keys", ("person", "wrapped"), [one.key for one in new])
        sql.fill(tx, "vault", ("person", "field", "sealed"), [row for one in new for row in one.rows])

    def opened(self, person: str, wrapped: bytes, sealed: bytes, about: str, place: str = "") -> bytes:
        """A row that the caller has read, with the person's key beside it. Damaged if either does not open."""
        return Sealed(person, self._wrapping.open(wrapped, person), place).open(sealed, about)

    def of(self, tx: sa.Connection, person: str) -> Sealed:
        """A person's key. NotFound for one who is not here, or no longer."""
        listed = vault_keys.outerjoin(imported, imported.c.person == vault_keys.c.person)
        chosen = sa.select(vault_keys.c.wrapped, imported.c["import"], imported.c.row, imported.c.application)
        row = tx.execute(chosen.select_from(listed).where(vault_keys.c.person == person)).first()
        if row is None:
            raise NotFound("nobody of this id: never here, or erased")
        wrapped, file, number, application = row
        return Sealed(person, self._wrapping.open(wrapped, person), place(file, number, application))

    def put(self, person: str, field: str, content: bytes) -> Words:
        """A new row. Refused (`vault.known`) if it reads otherwise already: `correct` changes it."""
        with self._store.begin() as tx:
            return self.write(tx, person, field, content)

    def write(self, tx: sa.Connection, person: str, field: str, content: bytes) -> Words:
        """The same within a transaction of the caller's. ValueError for what is no field's name."""
        if not _FIELD.fullmatch(field):
            raise ValueError(f"no field's name: {field!r}")
        own = self.of(tx, person)
        before = self._sealed(tx, person, field)
        if before is not None and own.open(before, field) != content:
            raise Refused("vault.known")
        if before is None:
            self._insert(tx, own, field, content)
        return own.reference(field, content)

    def add(self, person: str, content: bytes, lead: str = "") -> Words:
        """Words that an event will cite, under an id of their own, which begins with `lead`. Refused
        (`words.too_many`) where there are 200 already whose ids begin so."""
        kept = sa.select(sa.func.count()).where(
            vault.c.person == person,
            vault.c.field.startswith(lead, autoescape=True),
            sa.func.length(vault.c.field) == len(lead) + HEX,
        )
        with self._store.begin() as tx:
            if tx.execute(kept).scalar_one() >= MOST_WORDS:
                raise Refused("words.too_many")
            return self.write(tx, person, lead + os.urandom(HEX // 2).hex(), content)

    def get(self, person: str, field: str) -> bytes:
        """A row as it reads now. NotFound without it."""
        with self._reader.begin() as tx:
            own = self.of(tx, person)
            return own.open(self._must(tx, person, field), field)

    def correct(self, person: str, field: str, content: bytes) -> Words:
        """A row reads otherwise from now on; its former reading stays until the person is erased. Refused
        (`vault.too_often`) beyond 20 of these."""
        with self._store.begin() as tx:
            own = self.of(tx, person)
            before = own.open(self._must(tx, person, field), field)
            if before != content:
                readings = len(self._readings(tx, person, field))
                if readings > MOST_FORMER:
                    raise Refused("vault.too_often")
                self._insert(tx, own, f"{field}.{readings}", before)
                chosen = (vault.c.person == person, vault.c.field == field)
                tx.execute(sa.update(vault).where(*chosen).values(sealed=own.seal(content, field)))
        return own.reference(field, content)

    def cited(self, person: str, reference: Words) -> bytes:
        """The bytes that an event cites, as they read then. NotFound if no reading has that digest."""
        with self._reader.begin() as tx:
            own = self.of(tx, person)
            for field, sealed in self._readings(tx, person, reference.id).items():
                content = own.open(sealed, field)
                if hmac.compare_digest(own.reference(reference.id, content).mac, reference.mac):
                    return content
        raise NotFound("no row of this person has that digest")

    def fields(self, field: str, people: Iterable[str]) -> dict[str, str]:
        """One field of many persons, where they have it; ValueError for what is no field's name."""
        if not _FIELD.fullmatch(field):  # it stands in the statement itself
            raise ValueError(f"no field's name: {field!r}")
        found = {}
        with self._reader.begin() as tx:
            columns = (
                "vault.person",
                sql.hexed(tx, "wrapped"),
                sql.hexed(tx, "sealed"),
                '"import"',
                "imported.row",
                "application",
            )
            joined = f"vault_keys JOIN vault ON vault.person = vault_keys.person AND field = '{field}'"
            joined += " LEFT JOIN imported ON imported.person = vault_keys.person"
            rows = sql.gather(tx, columns, joined, "vault_keys.person", list(people))
        for person, wrapped, sealed, *where in rows:
            read = bytes.fromhex(wrapped), bytes.fromhex(sealed)
            found[person] = self.opened(person, *read, field, place(*where)).decode()
        return found

    def export(self, person: str) -> dict[str, bytes]:
        """All that lies here of a person, former readings too (`born.1`)."""
        chosen = sa.select(vault.c.field, vault.c.sealed).where(vault.c.person == person).order_by(vault.c.field)
        with self._reader.begin() as tx:
            own = self.of(tx, person)
            return {row.field: own.open(row.sealed, row.field) for row in tx.execute(chosen)}

    def destroy(self, person: str) -> None:
        """The key and every row, in the journal too: from here on nobody knows who this was."""
        with self._store.begin() as tx:
            tx.execute(sa.delete(vault_keys).where(vault_keys.c.person == person))
            tx.execute(sa.delete(vault).where(vault.c.person == person))
        empty_journal(self._store)

    def _insert(self, tx: sa.Connection, own: Sealed, field: str, content: bytes) -> None:
        tx.execute(sa.insert(vault).values(person=own.person, field=field, sealed=own.seal(content, field)))

    def _sealed(self, tx: sa.Connection, person: str, field: str) -> bytes | None:
        chosen = sa.select(vault.c.sealed).where(vault.c.person == person, vault.c.field == field)
        return tx.execute(chosen).scalar()

    def _must(self, tx: sa.Connection, person: str, field: str) -> bytes:
        sealed = self._sealed(tx, person, field)
        if sealed is None:
            raise NotFound("this person has no such row")
        return sealed

    def _readings(self, tx: sa.Connection, person: str, field: str) -> dict[str, bytes]:
        """A row as it reads now, and its former readings."""
        chosen = sa.select(vault.c.field, vault.c.sealed).where(vault.c.person == person)
        rows = tx.execute(
            chosen.where((vault.c.field == field) | vault.c.field.startswith(f"{field}.", autoescape=True))
        )
        return {row.field: row.sealed for row in rows}


def place(file: str | None, row: int | None, application: str | None) -> str:
    """What the rows of a list are sealed for, beside person and field; nothing for whoever stands in none."""
    return "" if file is None else f"{file}/{row}/{application}/"


def empty_journal(store: sa.Engine) -> None:
    """What was deleted leaves SQLite's journal, too; elsewhere the server's own housekeeping does it."""
    if store.dialect.name == "sqlite":
        raw = store.raw_connection()
        try:
            raw.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
        finally:
            raw.close()
