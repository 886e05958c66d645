"""What people answer about applications: whose id it is, signed, and which of those given is the elder.

An id is an HMAC of person and round, so the same person's second application in a round meets the first. The claim
keeps anybody else from using it; whoever checks one needs our public keys alone.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import groupby
from typing import NamedTuple

import sqlalchemy as sa

from services.people.vault import Vault
from shared.ledger import Keys, sql
from shared.ledger.commitments import mac
from shared.runtime.identity import LONGEST, Signer

applications = sa.Table(
    "applications",
    sa.MetaData(),
    sa.Column("application", sa.Text, primary_key=True),
    sa.Column("person", sa.Text, nullable=False, index=True),
    sqlite_with_rowid=False,
)
Minting = Callable[[str, str], str]


class Claim(NamedTuple):
    """An application's id, and the token that lets its person use it."""

    application: str
    token: str


def minting(master: bytes) -> Minting:
    """From a person's id and a round to the application's id: 32 hex signs."""
    key = mac(master, b"merit/people/applications/v1\x01")
    return lambda person, round_: mac(key, f"{person}\n{round_}".encode())[:16].hex()


class Claims:
    """Ids of applications for people with accounts; the signer comes with each question, since keys rotate."""

    def __init__(self, store: sa.Engine, reader: sa.Engine, master: bytes, keys: Keys, vault: Vault) -> None:
        self._store = store
        self._reader = reader
        self._keys = keys
        self._vault = vault
        self._mint = minting(master)

    def create(self) -> None:
        """The table, if it is not there."""
        applications.create(self._store, checkfirst=True)

    def claim(self, person: str, round_: str, signer: Signer, now: dt.datetime) -> Claim:
        """The same id each time. It leads to its person from here on, before any command names it. NotFound for nobody
        of this id."""
        application = self._mint(person, round_)
        with self._store.begin() as tx:
            self._vault.of(tx, person)
            rows = [(application, person)]
            sql.fill(tx, "applications", ("application", "person"), rows, "ON CONFLICT DO NOTHING")
        self._keys.enrol({person: [application]})
        said = {"sub": person, "application": application, "round": round_}
        return Claim(application, signer.sign("claim", said, "intake", now, LONGEST["claim"]))

    def of(self, person: str) -> list[str]:
        """The applications that a person has claimed."""
        chosen = sa.select(applications.c.application).where(applications.c.person == person)
        with self._reader.begin() as tx:
            return sorted(tx.execute(chosen).scalars())

    def by_age(self, tied: Sequence[str]) -> tuple[tuple[str, ...], ...]:
        """The orders of these applications that age decides; see `by_age`."""
        return by_age(behind(self._store, self._vault, "applications", "born", tied))


def behind(store: sa.Engine, vault: Vault, table: str, field: str, asked: Iterable[str]) -> dict[str, str]:
    """One field of the person behind each application."""
    with store.begin() as tx:
        rows = sql.gather(tx, ("application", "person"), table, "application", list(asked))
    found = vault.fields(field, [person for _, person in rows])
    return {application: found[person] for application, person in rows if person in found}


def by_age(known: Mapping[str, str]) -> tuple[tuple[str, ...], ...]:
    """The orders of applications that age decides, older first; nothing where both are the same.

    Whoever has no date here is in no order. A list that prints years alone decides between years alone (Permenpan RB
    6/2024 art. 45(4): the oldest first).
    """
    if len({len(day) for day in known.values()}) > 1:
        return ()
    ordered = sorted((day, application) for application, day in known.items())
    groups = [[application for _, application in group] for _, group in groupby(ordered, key=lambda pair: pair[0])]
    if all(len(group) == 1 for group in groups):
        return (tuple(group[0] for group in groups),) if len(groups) > 1 else ()
    return tuple(
        (older, younger) for at, group in enumerate(groups[:-1]) for older in group for younger in groups[at + 1]
    )
