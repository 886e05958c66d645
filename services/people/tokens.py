"""The keys that sign tokens, one in use at a time, and integrators' tokens, which can be taken back.

A private key lies here sealed under the master key. After a rotation the former key is still believed until the
longest token it may have signed has ended; withdrawn, it is believed no longer.
"""

from __future__ import annotations

import datetime as dt
import os
from hashlib import sha256
from typing import NamedTuple

import sqlalchemy as sa

from services.people.remembered import BELIEVED, Remembered
from shared.events import Refused, instant
from shared.ledger import Wrapping
from shared.runtime.identity import LONGEST, Signer, Verifier

metadata = sa.MetaData()
signing_keys = sa.Table(
    "signing_keys",
    metadata,
    sa.Column("kid", sa.Text, primary_key=True),
    sa.Column("public", sa.LargeBinary, nullable=False),
    sa.Column("sealed", sa.LargeBinary, nullable=False),
    sa.Column("number", sa.Integer, nullable=False, unique=True),  # the highest signs
    sa.Column("until", sa.Text),  # believed before this instant; None while it signs
    sqlite_with_rowid=False,
)
api_tokens = sa.Table(
    "api_tokens",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("person", sa.Text, nullable=False, index=True),
    sa.Column("ends_at", sa.Text, nullable=False),
    sqlite_with_rowid=False,
)


class Bearer(NamedTuple):
    """Whose API token it is, and the instant at which it was issued."""

    person: str
    issued_at: str


class Tokens:
    """The signing keys and the API tokens of one store. A token that was believed is remembered: taken back here, it
    is over at once; by another process, within a minute."""

    def __init__(self, store: sa.Engine, reader: sa.Engine, master: bytes) -> None:
        self._store = store
        self._reader = reader
        self._wrapping = Wrapping(master, "tokens")
        self._known: Remembered[Bearer] = Remembered()
        self._believed: Remembered[Verifier] = Remembered()
        self._signing: Remembered[Signer] = Remembered()

    def create(self) -> None:
        """The tables, if they are not there."""
        metadata.create_all(self._store)

    def signer(self, now: dt.datetime) -> Signer:
        """The key in use; made at first use, and remembered: it signs the tickets of a full queue, which waits for
        nobody who writes."""
        known = self._signing.get(b"", now)
        if known is not None:
            return known
        mark = self._signing.mark()
        chosen = sa.select(signing_keys.c.kid, signing_keys.c.sealed).where(signing_keys.c.until.is_(None))
        with self._reader.begin() as tx:
            row = tx.execute(chosen).first()
        made = self.rotate(now) if row is None else _signer(self._wrapping.open(row.sealed, row.kid))
        self._signing.keep(b"", made, now, now + BELIEVED, mark)
        return made

    def verifier(self, now: dt.datetime) -> Verifier:
        """All keys that are believed now; remembered, for every application brings a claim."""
        known = self._believed.get(b"", now)
        if known is not None:
            return known
        mark = self._believed.mark()
        believed = signing_keys.c.until.is_(None) | (signing_keys.c.until > instant(now))
        with self._reader.begin() as tx:
            made = Verifier(*tx.execute(sa.select(signing_keys.c.public).where(believed)).scalars())
        self._believed.keep(b"", made, now, now + BELIEVED, mark)
        return made

    def rotate(self, now: dt.datetime) -> Signer:
        """Another key signs from now on; tokens of the former one live out their time."""
        seed = os.urandom(32)
        made = _signer(seed)
        with self._store.begin() as tx:
            last = tx.execute(sa.select(sa.func.max(signing_keys.c.number))).scalar()
            ends = instant(now + max(LONGEST.values()))
            tx.execute(sa.update(signing_keys).where(signing_keys.c.until.is_(None)).values(until=ends))
            tx.execute(
                sa.insert(signing_keys).values(
                    kid=made.kid, public=made.public, sealed=self._wrapping.seal(seed, made.kid), number=(last or 0) + 1
                )
            )
        self._believed.drop()
        self._signing.drop()
        return made

    def withdraw(self, kid: str, now: dt.datetime) -> None:
        """A stolen key: nothing that it signed is believed from now on. If it is in use, another takes over."""
        in_use = self.signer(now).kid
        if in_use == kid:
            self.rotate(now)
        with self._store.begin() as tx:
            tx.execute(sa.update(signing_keys).where(signing_keys.c.kid == kid).values(until=instant(now)))
        self._known.drop()
        self._believed.drop()
        self._signing.drop()

    def issue(self, person: str, audience: str, now: dt.datetime, lifetime: dt.timedelta) -> str:
        """An API token for a service."""
        id = os.urandom(16).hex()
        token = self.signer(now).sign("api", {"sub": person, "jti": id}, audience, now, lifetime)
        with self._store.begin() as tx:
            tx.execute(sa.insert(api_tokens).values(id=id, person=person, ends_at=instant(now + lifetime)))
        return token

    def bearer(self, token: str, audience: str, now: dt.datetime) -> Bearer:
        """Whose API token it is. Refused (`token.invalid`) as any other, and once it is taken back."""
        digest = sha256(f"{audience}\n{token}".encode()).digest()
        return self._known.get(digest, now) or self._read(token, audience, now, digest)

    def _read(self, token: str, audience: str, now: dt.datetime, digest: bytes) -> Bearer:
        mark = self._known.mark()
        said = self.verifier(now).read(token, "api", audience, now)
        with self._reader.begin() as tx:
            chosen = sa.select(api_tokens.c.person).where(api_tokens.c.id == said.get("jti"))
            person: str | None = tx.execute(chosen).scalar()
        if person is None or person != said["sub"]:
            raise Refused("token.invalid")
        found = Bearer(person, instant(dt.datetime.fromtimestamp(said["iat"], dt.UTC)))
        ends = dt.datetime.fromtimestamp(said["exp"], dt.UTC)
        self._known.keep(digest, found, now, min(ends, now + BELIEVED), mark)
        return found

    def revoke(self, person: str) -> None:
        """All API tokens of a person are taken back, at once."""
        with self._store.begin() as tx:
            tx.execute(sa.delete(api_tokens).where(api_tokens.c.person == person))
        self._known.drop(lambda _, bearer: bearer.person == person)

    def collect(self, now: dt.datetime) -> int:
        """Ended tokens go; how many."""
        with self._store.begin() as tx:
            return tx.execute(sa.delete(api_tokens).where(api_tokens.c.ends_at <= instant(now))).rowcount


def _signer(seed: bytes) -> Signer:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    return Signer(Ed25519PrivateKey.from_private_bytes(seed))
