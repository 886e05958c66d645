"""Who stands in an imported list: persons, their vault rows, the ids that other services know them by.

Vault first, event second: what an event points to is here before it is recorded. Exam numbers and birth dates leave
this module only by `row_ids` and as the order of ages.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

import sqlalchemy as sa

from shared.ledger import Keys, Wrapping, sql
from shared.ledger.commitments import mac

metadata = sa.MetaData()
imported = sa.Table(
    "imported",
    metadata,
    sa.Column("import", sa.Text, primary_key=True),  # SHA-256 of the file
    sa.Column("row", sa.Integer, primary_key=True),
    sa.Column("person", sa.Text, nullable=False, unique=True),
    sa.Column("application", sa.Text, nullable=False, unique=True),
    sqlite_with_rowid=False,
)
vault = sa.Table(
    "vault",
    metadata,
    sa.Column("person", sa.Text, primary_key=True),
    sa.Column("field", sa.Text, primary_key=True),
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A row of a list: `row_id` its exam number, `born` the birth date or year as printed, if it is."""

    row: int
    row_id: str
    born: str | None


class Register:
    """People's own store: `people.db`, apart from every ledger."""

    def __init__(self, store: sa.Engine, master: bytes, keys: Keys) -> None:
        self._store = store
        self._keys = keys
        self._wrapping = Wrapping(master, "vault")
        self._minting = mac(master, b"merit/people/applications/v1\x01")

    def create(self) -> None:
        """The tables, if they are not there."""
        metadata.create_all(self._store)

    def enrol(self, file: str, round_: str, people: Sequence[Person]) -> dict[int, str]:
        """The application's id of every row; made once, the same again for the same file. Commit keys are made with
        it."""
        known = self._known(file)
        new = [person for person in people if person.row not in known]
        if new:
            minted = {person.row: os.urandom(16).hex() for person in new}
            made = {row: self._application(person, round_) for row, person in minted.items()}
            self._keys.enrol({minted[row]: [made[row]] for row in made})
            self._write(file, new, minted, made)
            known |= made
        return known

    def row_ids(self, applications: Iterable[str]) -> dict[str, str]:
        """The exam number behind each application."""
        return self._field("row_id", applications)

    def by_age(self, tied: Sequence[str]) -> tuple[tuple[str, ...], ...]:
        """The orders of applications that age decides, older first; nothing where a date is missing or both are the
        same.

        A list that prints years alone decides between years alone (Permenpan RB 6/2024 art. 45(4): the oldest first).
        """
        born = self._field("born", tied)
        if len({len(day) for day in born.values()}) > 1:
            return ()
        known = sorted((day, application) for application, day in born.items())
        groups = [[application for _, application in group] for _, group in groupby(known, key=lambda pair: pair[0])]
        if all(len(group) == 1 for group in groups):
            return (tuple(group[0] for group in groups),) if len(groups) > 1 else ()
        return tuple(
            (older, younger) for at, group in enumerate(groups[:-1]) for older in group for younger in groups[at + 1]
        )

    def _application(self, person: str, round_: str) -> str:
        return mac(self._minting, f"{person}\n{round_}".encode())[:16].hex()

    def _known(self, file: str) -> dict[int, str]:
        chosen = sa.select(imported.c.row, imported.c.application).where(imported.c["import"] == file)
        with self._store.begin() as tx:
            return {one.row: one.application for one in tx.execute(chosen)}

    def _write(self, file: str, new: Sequence[Person], minted: Mapping[int, str], made: Mapping[int, str]) -> None:
        keys, fields, rows = [], [], []
        for one in new:
            person, key = minted[one.row], os.urandom(32)
            own = Wrapping(key, "person")
            keys.append((person, self._wrapping.seal(key, person)))
            fields.append((person, "row_id", own.seal(one.row_id.encode(), f"{person}/row_id")))
            if one.born is not None:
                fields.append((person, "born", own.seal(one.born.encode(), f"{person}/born")))
            rows.append((file, one.row, person, made[one.row]))
        with self._store.begin() as tx:
            sql.fill(tx, "vault_keys", ("person", "wrapped"), keys)
            sql.fill(tx, "vault", ("person", "field", "sealed"), fields)
            sql.fill(tx, "imported", ('"import"', "row", "person", "application"), rows)

    def _field(self, field: str, applications: Iterable[str]) -> dict[str, str]:
        columns = ("application", "imported.person", "hex(wrapped)", "hex(sealed)")
        joined = "imported JOIN vault_keys USING (person) JOIN vault ON vault.person = imported.person"
        source = f"{joined} AND field = '{field}'"
        found = {}
        with self._store.begin() as tx:
            rows = sql.gather(tx, columns, source, "application", list(applications))
        for application, person, wrapped, sealed in rows:
            own = Wrapping(self._wrapping.open(bytes.fromhex(wrapped), person), "person")
            found[application] = own.open(bytes.fromhex(sealed), f"{person}/{field}").decode()
        return found
