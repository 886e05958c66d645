"""Who stands in an imported list: persons, their vault rows, the ids that other services know them by.

Vault and keys first, event second: what an event points to is here before it is recorded. A vault row is sealed for
its row of the list and its application, so that no cell can be moved to another. Exam numbers and birth dates leave
this module only by `row_ids` and as the order of ages.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import sqlalchemy as sa

from services.people import claims
from services.people.vault import LISTED, New, Vault, imported, place
from shared.events import Damaged
from shared.ledger import Keys, sql


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A row of a list: `row_id` its exam number, `born` the birth date or year as printed, if it is."""

    row: int
    row_id: str
    born: str | None


AT_ONCE = 5_000  # rows that a check holds in memory


class Sealed(NamedTuple):
    """A row with one field of its person as stored, in hex digits; empty where it is missing."""

    application: str
    person: str
    file: str
    row: int
    wrapped: str
    sealed: str

    def __str__(self) -> str:
        return f"row {self.row} of import {self.file[:12]}"


class Register:
    """Imported lists in people's own store, apart from every ledger."""

    def __init__(self, store: sa.Engine, master: bytes, keys: Keys) -> None:
        self._store = store
        self._keys = keys
        self._vault = Vault(store, master)
        self._mint = claims.minting(master)

    def create(self) -> None:
        """The tables, if they are not there."""
        self._vault.create()

    def enrol(self, file: str, round_: str, people: Sequence[Person]) -> dict[int, str]:
        """The application's id of every row; made once, the same again for the same file. Commit keys are made with
        it."""
        with self._store.begin() as tx:
            known = self._known(tx, file)
        new = [person for person in people if person.row not in known]
        if new:
            prepared = {one.row: self._prepared(file, one, round_) for one in new}
            with self._store.begin() as tx:
                there = self._known(tx, file)  # another process may have been first
                made = [rows for row, rows in prepared.items() if row not in there]
                self._write(tx, made)
                known = self._known(tx, file)
                # only with new rows: a key that was lost would else be another one, and prove none of its events
                self._keys.enrol({one.person: [one.application] for one in made})
        return {row: application for row, (_, application) in known.items()}

    def row_ids(self, applications: Iterable[str]) -> dict[str, str]:
        """The exam number behind each application. Damaged if a row is missing or was changed."""
        return self._field("row_id", applications)

    def by_age(self, tied: Sequence[str]) -> tuple[tuple[str, ...], ...]:
        """The orders of applications that age decides, older first; nothing where a date is missing or both are the
        same.

        Damaged if a row is missing or was changed. See `claims.by_age`.
        """
        return claims.by_age({application: day for application, day in self._field("born", tied).items() if day})

    def problems(self) -> list[str]:
        """What does not hold of the rows of all lists, a sentence each, without personal data."""
        with self._store.begin() as tx:
            every = list(
                tx.execute(sa.select(imported.c.application).order_by(imported.c["import"], imported.c.row)).scalars()
            )
        found: list[str] = []
        for start in range(0, len(every), AT_ONCE):
            part = every[start : start + AT_ONCE]
            found += self._unopened(part)
            found += self._unheld(part)
        return found

    def _unopened(self, applications: Sequence[str]) -> Iterator[str]:
        for field in LISTED:
            for one in self._sealed(field, applications):
                try:
                    self._open(one, field)
                except Damaged as damage:
                    yield str(damage)

    def _unheld(self, applications: Sequence[str]) -> Iterator[str]:
        held = self._keys.holders_of(applications)
        for one in self._sealed("row_id", applications):
            holder = held.get(one.application)
            if holder is None:
                yield f"keys.db: nobody holds the application of {one}: put keys.db back"
            elif holder != one.person:
                yield f"keys.db: the application of {one} leads to another person than in vault.db: put both back"

    def _known(self, tx: sa.Connection, file: str) -> dict[int, tuple[str, str]]:
        chosen = sa.select(imported.c.row, imported.c.person, imported.c.application).where(
            imported.c["import"] == file
        )
        return {row: (person, application) for row, person, application in tx.execute(chosen)}

    def _prepared(self, file: str, one: Person, round_: str) -> Rows:
        person = os.urandom(16).hex()
        application = self._mint(person, round_)
        fields = {"row_id": one.row_id, "born": one.born or ""}
        new = self._vault.prepared(person, fields, place(file, one.row, application))
        return Rows(person, application, new, (file, one.row, person, application))

    def _write(self, tx: sa.Connection, made: Sequence[Rows]) -> None:
        self._vault.insert(tx, [one.new for one in made])
        columns = ('"import"', "row", "person", "application")
        sql.fill(tx, "imported", columns, [one.imported for one in made], "ON CONFLICT DO NOTHING")

    def _field(self, field: str, applications: Iterable[str]) -> dict[str, str]:
        wanted = list(applications)
        found = {one.application: self._open(one, field) for one in self._sealed(field, wanted)}
        if lost := set(wanted) - found.keys():
            raise Damaged(f"vault.db: no list has the row of {len(lost)} applications: put vault.db back")
        return found

    def _sealed(self, field: str, applications: Sequence[str]) -> list[Sealed]:
        columns = ("application", "imported.person", '"import"', "row", "hex(wrapped)", "hex(sealed)")
        joined = "imported LEFT JOIN vault_keys USING (person) LEFT JOIN vault ON vault.person = imported.person"
        with self._store.begin() as tx:
            rows = sql.gather(tx, columns, f"{joined} AND field = '{field}'", "application", applications)
        order = {application: n for n, application in enumerate(applications)}
        return sorted((Sealed(*row) for row in rows), key=lambda one: order[one.application])

    def _open(self, one: Sealed, field: str) -> str:
        if not (one.wrapped and one.sealed):
            raise Damaged(f"vault.db: {field} of {one} is missing: put vault.db back")
        wrapped, sealed = bytes.fromhex(one.wrapped), bytes.fromhex(one.sealed)
        try:
            where = place(one.file, one.row, one.application)
            return self._vault.opened(one.person, wrapped, sealed, field, where).decode()
        except Damaged:
            raise Damaged(
                f"vault.db: {field} of {one} does not open: it was changed past Merit, or master.key is another"
            ) from None


class Rows(NamedTuple):
    """What is written of one person: key and fields, place in the list."""

    person: str
    application: str
    new: New
    imported: tuple[str, int, str, str]
