"""Accounts over HTTP: sign-up, sign-in, passwords, programs' tokens, and the keys by which others check what is signed.

Promise: whether somebody has an account here is told by no answer and by no route's time.
"""

from __future__ import annotations

import base64
import datetime as dt
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Final

import sqlalchemy as sa
from fastapi import APIRouter, Depends, Request
from pydantic import Field
from starlette.responses import Response

from services.people.accounts import ABSOLUTE
from services.people.door import AUDIENCE
from services.people.http.pauses import Pauses
from services.people.http.routes import EXAMPLE, Anybody, Said, credential, done, hung, session
from services.people.http.standing import Role, roles_of
from services.people.http.turns import Turns
from services.people.stores import Stores
from services.people.tokens import signing_keys
from shared.events import NotFound, instant
from shared.runtime.http.bodies import Strict
from shared.runtime.http.limits import network_of
from shared.runtime.http.rules import PUBLIC, Rule
from shared.runtime.http.site import Here, allowed
from shared.runtime.identity import Principal, kid_of

PROGRAMS: Final = Rule(roles=frozenset({"integrator", "auditor", "operator", "hr"}), of="own")
MOST_DAYS: Final = 366
WRONG: Final = "signin.wrong"

Contact = Annotated[str, Field(max_length=254, description="An e-mail address or a telephone number.")]
Password = Annotated[str, Field(max_length=1_000, description="10 to 128 characters; no other rule.")]
Session = Annotated[str, Depends(session)]
Nobody = Annotated[Principal | None, allowed(PUBLIC)]
Programmer = Annotated[Principal, allowed(PROGRAMS)]


class Credentials(Strict):
    """What somebody is found by, and what they alone know."""

    contact: Contact = Field(examples=["0811-223-344"])
    password: Password = Field(examples=["tiga gajah biru"])


class Next(Said):
    """What to do now; the same for everybody."""

    next: str = Field(examples=["sign in"])


class SignedIn(Said):
    """A session: `token` for `Authorization: Bearer`, over at `ends_at` at the latest, or after an hour without use.
    Whoever holds roles in several units names one in the header `Merit-Unit`."""

    token: str = Field(examples=["qkX0sL5d7mH2wYcR9tB4vN8uE1aZ6fJ3oPiGxTyKlMs"])
    person: str = Field(examples=[EXAMPLE])
    ends_at: str = Field(examples=["2027-03-01T14:00:00.000000Z"])
    roles: list[Role]


class NewPassword(Strict):
    """Both passwords, the one that holds and the one that shall."""

    old: Password = Field(examples=["tiga gajah biru"])
    new: Password = Field(examples=["empat rusa di tepi danau"])


class Days(Strict):
    """How long a program's token lives."""

    days: int = Field(ge=1, le=MOST_DAYS, examples=[90])


class ProgramToken(Said):
    """A token for a program that acts as this person, in any of their roles; shown this once."""

    token: str = Field(examples=["eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiI1YjBlIn0.c2lnbmVk"])
    ends_at: str = Field(examples=["2027-05-30T02:00:00.000000Z"])


class PublicKey(Said):
    """An Ed25519 key that is believed now: `public` as 64 hex signs, and as a JSON Web Key (RFC 8037)."""

    kid: str = Field(examples=["4f3a2b1c4f3a2b1c"])
    public: str = Field(examples=["4f" * 32])
    kty: str = Field(examples=["OKP"])
    crv: str = Field(examples=["Ed25519"])
    alg: str = Field(examples=["EdDSA"])
    x: str = Field(examples=["T09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT08"])


class PublicKeys(Said):
    """The keys that people's tokens are checked with."""

    keys: list[PublicKey]


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountRoutes:
    """The handlers, over one process's stores."""

    stores: Stores
    pauses: Pauses
    turns: Turns

    async def sign_up(self, body: Credentials, here: Here, _: Nobody) -> Next:
        """Makes an account. The answer is the same where the contact has one already, after the same work: whoever
        knows the password signs in, nobody else learns anything. Refused with `contact.form`, `password.short`,
        `password.long`."""
        await self.turns.run(partial(self.stores.accounts.sign_up, body.contact, body.password, here.clock()))
        return Next(next="sign in")

    async def sign_in(self, body: Credentials, here: Here, _: Nobody, request: Request) -> SignedIn:
        """Begins a session. A wrong password, a contact that nobody has and one that is none are refused alike
        (`signin.wrong`, 401); after several failures from one network the contact pauses there, after many from
        anywhere it pauses everywhere (429)."""
        now, accounts = here.clock(), self.stores.accounts
        with self.pauses.guess("contact", body.contact, WRONG, network_of(request.scope)):
            token = await self.turns.run(partial(accounts.sign_in, body.contact, body.password, now))
        return await self.turns.run(lambda: self._signed_in(here, token, now))

    def sign_out(self, _: Anybody, request: Request) -> Response:
        """Ends this session, at once. 404 for a program's token, which is taken back instead."""
        token = credential(request)
        if "." in token:
            raise NotFound("no session")
        self.stores.accounts.sign_out(token)
        return done()

    async def change_password(self, body: NewPassword, me: Anybody, _: Session, here: Here) -> SignedIn:
        """Another password. Every session ends and a new one begins; programs' tokens stay until they are taken back.
        Refused with `signin.wrong` without the old one, `password.short`, `password.long`, `session.needed`."""
        now, accounts, person = here.clock(), self.stores.accounts, me.subject
        with self.pauses.guess("person", person, WRONG):
            token = await self.turns.run(partial(accounts.change_password, person, body.old, body.new, now))
        return await self.turns.run(lambda: self._signed_in(here, token, now))

    def issue(self, body: Days, me: Programmer, _: Session, here: Here) -> ProgramToken:
        """A token for a program (integrator, auditor, operator, hr), out of a session alone (`session.needed`)."""
        now, life = here.clock(), dt.timedelta(days=body.days)
        token = self.stores.tokens.issue(me.subject, AUDIENCE, now, life)
        return ProgramToken(token=token, ends_at=instant(now.replace(microsecond=0) + life))

    def revoke(self, me: Anybody) -> Response:
        """Takes back every program's token of one's own, at once; whoever holds no such role any more may, too."""
        self.stores.tokens.revoke(me.subject)
        return done()

    def keys(self, here: Here, _: Nobody) -> PublicKeys:
        """The public keys that are believed now, so that others can check a token without asking."""
        return PublicKeys(keys=[_published(key) for key in _believed(self.stores, here.clock())])

    def _signed_in(self, here: Here, token: str, now: dt.datetime) -> SignedIn:
        found = self.stores.accounts.session(token, now)
        if found is None:
            raise NotFound("signed out meanwhile")
        held = roles_of(here, found.person, now)
        return SignedIn(token=token, person=found.person, ends_at=instant(now + ABSOLUTE), roles=held)


def router(stores: Stores, pauses: Pauses, turns: Turns) -> APIRouter:
    """The routes of accounts."""
    to = AccountRoutes(stores=stores, pauses=pauses, turns=turns)
    return hung(
        "account",
        ("POST /accounts", to.sign_up, "Make an account"),
        ("POST /sessions", to.sign_in, "Sign in"),
        ("DELETE /sessions/current", to.sign_out, "Sign out"),
        ("POST /me/password", to.change_password, "Change the password"),
        ("POST /me/tokens", to.issue, "Issue a program's token"),
        ("DELETE /me/tokens", to.revoke, "Take back all programs' tokens"),
        ("GET /keys", to.keys, "Public signing keys"),
        sign_up={"status_code": 202},
        sign_out={"status_code": 204},
        revoke={"status_code": 204},
    )


def _believed(stores: Stores, now: dt.datetime) -> list[bytes]:
    """The oldest first; none before the first token was signed."""
    _ = stores.tokens  # with its table
    lasting = signing_keys.c.until.is_(None) | (signing_keys.c.until > instant(now))
    chosen = sa.select(signing_keys.c.public).where(lasting).order_by(signing_keys.c.number)
    with stores.reader.begin() as tx:
        return list(tx.execute(chosen).scalars())


def _published(public: bytes) -> PublicKey:
    x = base64.urlsafe_b64encode(public).rstrip(b"=").decode()
    return PublicKey(kid=kid_of(public), public=public.hex(), kty="OKP", crv="Ed25519", alg="EdDSA", x=x)
