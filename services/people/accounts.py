"""Accounts and sign-ins: tables, never events. Who signs in is told nothing by the answer but the answer.

A contact leads to its person by a keyed digest alone; a session's token is stored as its digest, a password as
argon2id. The address itself lies in the vault. Sessions are remembered: ended here, one is over at once; ended by
another process, within a minute.
"""

from __future__ import annotations

import datetime as dt
import os
import secrets
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

import sqlalchemy as sa

from services.people import contacts
from services.people.contacts import Kind
from services.people.passwords import Passwords
from services.people.remembered import BELIEVED, Remembered
from services.people.vault import Vault
from shared.events import NotFound, Refused, instant
from shared.ledger import Keys, sql

metadata = sa.MetaData()
accounts = sa.Table(
    "accounts",
    metadata,
    sa.Column("person", sa.Text, primary_key=True),
    sa.Column("password", sa.Text, nullable=False),  # argon2id, with its parameters
    sa.Column("made_at", sa.Text, nullable=False),
    sqlite_with_rowid=False,
)
known_by = sa.Table(
    "known_by",
    metadata,
    sa.Column("digest", sa.LargeBinary, primary_key=True),  # HMAC of kind and spelling
    sa.Column("person", sa.Text, nullable=False, index=True),
    sa.Column("kind", sa.Text, nullable=False),
    sqlite_with_rowid=False,
)
sessions = sa.Table(
    "sessions",
    metadata,
    sa.Column("digest", sa.LargeBinary, primary_key=True),  # SHA-256 of 256 random bits
    sa.Column("person", sa.Text, nullable=False, index=True),
    sa.Column("signed_in_at", sa.Text, nullable=False),
    sa.Column("used_at", sa.Text, nullable=False),
    sqlite_with_rowid=False,
)
IDLE: Final = dt.timedelta(minutes=60)
ABSOLUTE: Final = dt.timedelta(hours=12)
NOTED: Final = BELIEVED  # how often a use is written down
NOTE: Final = "UPDATE sessions SET used_at = ? WHERE digest IN ({})"  # one for all uses of a minute
FIND: Final = "SELECT person, signed_in_at, used_at FROM sessions WHERE digest = ?"  # on the way of every request


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """Who is signed in, and since when."""

    person: str
    signed_in_at: str


class Accounts:
    """Sign-up, sign-in, sessions of one store."""

    def __init__(
        self, store: sa.Engine, reader: sa.Engine, master: bytes, keys: Keys, vault: Vault, passwords: Passwords
    ) -> None:
        self._store = store
        self._reader = reader
        self._master = master
        self._keys = keys
        self._vault = vault
        self._passwords = passwords
        self._known: Remembered[Session] = Remembered()
        self._uses: dict[bytes, str] = {}  # of sessions, not yet written down

    def create(self) -> None:
        """The tables, if they are not there."""
        self._vault.create()
        metadata.create_all(self._store)

    def sign_up(self, contact: str, password: str, now: dt.datetime) -> str | None:
        """A new person's id; None where the contact is known, after the same work: what the page says must be the same,
        the message to the contact tells which."""
        kind = contacts.kind_of(contact)
        digest = contacts.digest(self._master, kind, contact)
        hashed, person = self._passwords.hash(password), os.urandom(16).hex()
        self._keys.enrol({person: [person]})  # before any lock; of no use to anybody if the contact is known
        with self._store.begin() as tx:
            if self._person(tx, digest) is not None:
                return None
            self._vault.enrol(tx, {person: {kind: contact.strip()}})
            tx.execute(sa.insert(known_by).values(digest=digest, person=person, kind=kind))
            tx.execute(sa.insert(accounts).values(person=person, password=hashed, made_at=instant(now)))
        return person

    def identify(self, person: str, kind: Kind, text: str) -> None:
        """Another contact, or the NIK: it lies in the vault, and leads here. Refused (`contact.taken`) where it leads
        to somebody else, or this person has another of its kind."""
        digest = contacts.digest(self._master, kind, text)
        with self._store.begin() as tx:
            holder = self._person(tx, digest)
            if holder == person:
                return
            of_kind = sa.select(known_by.c.digest).where(known_by.c.person == person, known_by.c.kind == kind)
            if holder is not None or tx.execute(of_kind).first() is not None:
                raise Refused("contact.taken")
            self._vault.write(tx, person, kind, text.strip().encode())
            tx.execute(sa.insert(known_by).values(digest=digest, person=person, kind=kind))

    def sign_in(self, contact: str, password: str, now: dt.datetime) -> str:
        """A session's token; refused as `proved` is."""
        return self._begin(self.proved(contact, password), now)

    def proved(self, contact: str, password: str) -> str:
        """Who has this contact and this password. Refused (`signin.wrong`) alike, and after the same work, for whom
        nobody knows and for a wrong password (ASVS 6.3.8)."""
        person, hashed = self._found(contact)
        if not self._passwords.matches(hashed, password) or person is None:
            raise Refused("signin.wrong")
        return person

    def holder(self, contact: str) -> str | None:
        """Whom a contact leads to; for whoever has the folder, never an answer to the public."""
        digest = contacts.digest(self._master, contacts.kind_of(contact), contact)
        with self._reader.begin() as tx:
            return self._person(tx, digest)

    def session(self, token: str, now: dt.datetime) -> Session | None:
        """Whose token it is, while it lasts: an hour without use, twelve in all."""
        digest = sha256(token.encode()).digest()
        return self._known.get(digest, now) or self._looked_up(digest, now)

    def sign_out(self, token: str) -> None:
        """This session is over."""
        over = sha256(token.encode()).digest()
        with self._store.begin() as tx:
            tx.execute(sa.delete(sessions).where(sessions.c.digest == over))
        self._known.drop(lambda digest, _: digest == over)

    def change_password(self, person: str, old: str, new: str, now: dt.datetime) -> str:
        """Another password; every session ends, and a new one begins. Refused (`signin.wrong`) without the old one."""
        with self._store.begin() as tx:
            hashed = tx.execute(sa.select(accounts.c.password).where(accounts.c.person == person)).scalar()
        if not self._passwords.matches(hashed, old):
            raise Refused("signin.wrong")
        made = self._passwords.hash(new)
        with self._store.begin() as tx:
            tx.execute(sa.update(accounts).where(accounts.c.person == person).values(password=made))
            tx.execute(sa.delete(sessions).where(sessions.c.person == person))
        self._known.drop(lambda _, session: session.person == person)
        return self._begin(person, now)

    def close(self, person: str) -> None:
        """No account, no contact, no session of this person any more."""
        with self._store.begin() as tx:
            for table in (sessions, known_by, accounts):
                tx.execute(sa.delete(table).where(table.c.person == person))
        self._known.drop(lambda _, session: session.person == person)

    def collect(self, now: dt.datetime) -> int:
        """Ended sessions go; how many."""
        self.note_uses()
        idle, old = instant(now - IDLE), instant(now - ABSOLUTE)
        over = (sessions.c.used_at <= idle) | (sessions.c.signed_in_at <= old)
        with self._store.begin() as tx:
            return tx.execute(sa.delete(sessions).where(over)).rowcount

    def _looked_up(self, digest: bytes, now: dt.datetime) -> Session | None:
        """Read beside the writer; believed for a minute after a use, and no longer than it lasts."""
        mark = self._known.mark()
        found = sql.peek(self._reader, FIND, (digest,))
        if not found:
            return None
        person, signed_in_at, noted = found[0]
        used_at = max(noted, self._uses.get(digest, ""))
        if not _lasts(signed_in_at, used_at, now):
            return None
        used = dt.datetime.fromisoformat(used_at)
        if now - used >= NOTED:
            self._uses[digest], used = instant(now), now
        made = Session(person=person, signed_in_at=signed_in_at)
        ends = min(used + BELIEVED, dt.datetime.fromisoformat(signed_in_at) + ABSOLUTE)
        self._known.keep(digest, made, used, ends, mark)
        return made

    def note_uses(self) -> None:
        """Uses of sessions are written down, all in one transaction: no request waits for the disk because of it. A
        crash forgets those of the last moments, and an idle session ends so much earlier."""
        uses, self._uses = self._uses, {}
        if not uses:
            return
        try:
            with self._store.begin() as tx:
                for at, noted in _by_minute(list(uses.items())).items():
                    sql.among(tx, NOTE, noted, at)
        except sa.exc.OperationalError:  # a full disk ends nobody's session
            self._uses = uses | self._uses
            raise

    def _begin(self, person: str, now: dt.datetime) -> str:
        token, at = secrets.token_urlsafe(32), instant(now)
        with self._store.begin() as tx:
            if tx.execute(sa.select(accounts.c.person).where(accounts.c.person == person)).first() is None:
                raise NotFound("this account was closed")
            digest = sha256(token.encode()).digest()
            tx.execute(sa.insert(sessions).values(digest=digest, person=person, signed_in_at=at, used_at=at))
        return token

    def _found(self, contact: str) -> tuple[str | None, str | None]:
        try:
            digest = contacts.digest(self._master, contacts.kind_of(contact), contact)
        except Refused:
            digest = b""  # nobody's, and looked up all the same
        chosen = sa.select(accounts.c.person, accounts.c.password).join(
            known_by, known_by.c.person == accounts.c.person
        )
        with self._reader.begin() as tx:
            row = tx.execute(chosen.where(known_by.c.digest == digest)).first()
        return (None, None) if row is None else (row.person, row.password)

    def _person(self, tx: sa.Connection, digest: bytes) -> str | None:
        found: str | None = tx.execute(sa.select(known_by.c.person).where(known_by.c.digest == digest)).scalar()
        return found


def _by_minute(uses: list[tuple[bytes, str]]) -> dict[str, list[tuple[bytes]]]:
    """Sessions by the first of their uses in a minute: no session is noted later than it was used."""
    found: dict[str, list[tuple[bytes, str]]] = {}
    for one, at in uses:
        found.setdefault(at[:16], []).append((one, at))
    return {min(at for _, at in some): [(one,) for one, _ in some] for some in found.values()}


def _lasts(signed_in_at: str, used_at: str, now: dt.datetime) -> bool:
    began, used = dt.datetime.fromisoformat(signed_in_at), dt.datetime.fromisoformat(used_at)
    return now < began + ABSOLUTE and now < used + IDLE
