"""Registration at a counter (loket): people without an address of their own are written down by a clerk, in bulk.

Their rows are sealed and their keys made as at any sign-up; nobody has a password until they ask for one.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from services.people import contacts
from services.people.accounts import known_by
from services.people.claims import minting
from services.people.vault import Vault
from shared.events import Refused
from shared.ledger import Keys, sql


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Who somebody is, as their papers say: `born` is a day, `nik` 16 digits."""

    name: str
    born: str
    nik: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolled:
    """A person, and the id of their application in the round."""

    person: str
    application: str


class Assisted:
    """Enrolments into one store of people."""

    def __init__(self, store: sa.Engine, master: bytes, keys: Keys, vault: Vault) -> None:
        self._store = store
        self._master = master
        self._keys = keys
        self._vault = vault
        self._mint = minting(master)

    def enrol(self, round_: str, people: Sequence[Identity]) -> list[Enrolled]:
        """All of them in one transaction, in their order. Refused (`contact.taken`) if a NIK is known already, or
        stands there twice."""
        made = []
        for _ in people:
            person = os.urandom(16).hex()
            made.append(Enrolled(person=person, application=self._mint(person, round_)))
        digests = [contacts.digest(self._master, "nik", one.nik) for one in people]
        rows = [
            self._vault.prepared(one.person, {"name": said.name, "born": said.born, "nik": said.nik})
            for one, said in zip(made, people, strict=True)
        ]
        self._keys.enrol({one.person: [one.person, one.application] for one in made})
        with self._store.begin() as tx:
            if len(set(digests)) < len(digests) or self._is_known(tx, digests):
                raise Refused("contact.taken")
            self._vault.insert(tx, rows)
            leads = [(digest, one.person, "nik") for digest, one in zip(digests, made, strict=True)]
            sql.fill(tx, "known_by", ("digest", "person", "kind"), leads)
            sql.fill(tx, "applications", ("application", "person"), [(one.application, one.person) for one in made])
        return made

    def _is_known(self, tx: sa.Connection, digests: Sequence[bytes]) -> bool:
        for start in range(0, len(digests), 500):
            part = digests[start : start + 500]
            if tx.execute(sa.select(known_by.c.person).where(known_by.c.digest.in_(part)).limit(1)).first():
                return True
        return False
