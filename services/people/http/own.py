"""One's own data over HTTP: what lies here of oneself (UU 27/2022 art. 7), who one says to be, and the ids that let one
apply.

Promise: nobody reads or changes these of anybody else; there is no id of a person in any of these paths.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import APIRouter, Depends
from pydantic import Field

from services.people.claims import minting
from services.people.http import documents, drafts, words
from services.people.http.documents import Listed
from services.people.http.drafts import Draft
from services.people.http.pauses import Pauses
from services.people.http.routes import EXAMPLE, Me, Said, hung, session
from services.people.http.standing import Role, roles_of, size_of
from services.people.roles import day_of
from services.people.stores import Stores
from shared.events import Refused, instant
from shared.runtime.http.bodies import DAY, Strict
from shared.runtime.http.rules import agency_of
from shared.runtime.http.site import Here
from shared.runtime.identity import LONGEST

ROUND: Final = r"^[a-z0-9-]{1,60}\.[A-Za-z0-9._:-]{1,100}$"
MOST_CLAIMS: Final = 100  # of one person
NEEDED: Final = ("nik", "born")  # before somebody applies: a NIK is one account's
EARLIEST: Final = dt.date(1900, 1, 1)
KEPT: Final = ("name", "born", "nik")  # what PUT /me/identity writes
_FORMER: Final = re.compile(r"[a-z_]+(\.[0-9]+)?")  # a field, or a former reading of it

Session = Annotated[str, Depends(session)]


class Standing(Said):
    """Who is asking: their pseudonym, the roles that hold today, the units they may act in, the applications whose id
    they have asked for."""

    person: str = Field(examples=[EXAMPLE])
    roles: list[Role]
    units: list[str] = Field(examples=[["pauh.dinkes"]])
    unit: str = Field(examples=["pauh.dinkes"], description="In which this request acted; empty without a role.")
    applications: list[str] = Field(examples=[["0c" * 16]])
    as_of: int = Field(examples=[1042])


class Export(Said):
    """All that lies here of a person. `fields` are the vault's, a former reading as `born.1`; `words` those that they
    wrote, by id. `withheld` counts what officials wrote about them: each is read by its id (`GET /me/words/{id}`) once
    the decision that cites it is announced."""

    person: str = Field(examples=[EXAMPLE])
    fields: dict[str, str] = Field(examples=[{"born": "1999-05-17", "phone": "0811-223-344"}])
    words: dict[str, str] = Field(examples=[{"7e" * 16: "Ijazah saya sudah dilegalisasi."}])
    withheld: int = Field(examples=[0])
    documents: list[Listed]
    drafts: list[Draft]
    applications: list[str] = Field(examples=[["0c" * 16]])
    roles: list[Role]
    as_of: int = Field(examples=[1042])


class Identity(Strict):
    """Who somebody is, as their papers say; what is absent stays as it is."""

    name: str | None = Field(None, min_length=1, max_length=200, examples=["NAMA SESUAI KTP"])
    born: str | None = Field(None, pattern=DAY, examples=["1999-05-17"], json_schema_extra={"format": "date"})
    nik: str | None = Field(None, min_length=1, max_length=40, examples=["0000 0000 0000 0000"])


class Known(Said):
    """Which of these are known now; never what they say."""

    known: list[str] = Field(examples=[["name", "born", "nik"]])


class Round(Strict):
    """The round somebody wants to apply in, by its id."""

    round: str = Field(pattern=ROUND, examples=["pauh.2027-cpns"])


class ClaimSaid(Said):
    """The id of one's application in a round, the same each time: `id` is what intake's routes take. `token` proves for
    an hour that it is one's own."""

    application: str = Field(examples=["0c" * 16])
    id: str = Field(examples=["pauh." + "0c" * 16])
    token: str = Field(examples=["eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiI1YjBlIn0.c2lnbmVk"])
    ends_at: str = Field(examples=["2027-03-01T03:00:00.000000Z"])


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnRoutes:
    """The handlers, over one process's stores."""

    stores: Stores
    pauses: Pauses

    def standing(self, me: Me, here: Here) -> Standing:
        """Who one is here: a pseudonym, roles, units, applications. Nothing personal."""
        size, held = size_of(here), roles_of(here, me.subject, here.clock())
        claimed = self.stores.claims.of(me.subject)
        units = sorted({one.unit for one in held})
        return Standing(person=me.subject, roles=held, units=units, unit=me.unit, applications=claimed, as_of=size)

    def export(self, me: Me, _: Session, here: Here) -> Export:
        """All that lies here of oneself, readable: the right of access. Out of a session alone (`session.needed`)."""
        size, person = size_of(here), me.subject
        rows = self.stores.vault.export(person)
        named = {field: text.decode() for field, text in rows.items() if _FORMER.fullmatch(field)}
        said = {field: text.decode() for field, text in rows.items() if words.is_own(field)}
        return Export(
            person=person, fields=named, words=said, withheld=len(rows) - len(named) - len(said),
            documents=documents.listed(self.stores, person), drafts=drafts.listed(self.stores, person),
            applications=self.stores.claims.of(person), roles=roles_of(here, person, here.clock()), as_of=size,
        )  # fmt: skip

    def identify(self, body: Identity, me: Me, _: Session, here: Here) -> Known:
        """Writes who one is. What reads otherwise already is corrected beside its former reading; a NIK is written
        once. Refused with `contact.form`, `contact.taken` (this NIK leads to another account, or another NIK to this
        one), `identity.name`, `identity.born`, `session.needed`."""
        given: dict[str, str] = {}
        if body.name is not None:
            given["name"] = name_of(body.name)
        if body.born is not None:
            given["born"] = born_on(body.born, day_of(instant(here.clock())))
        if body.nik is not None:
            with self.pauses.guess("nik", me.subject, "contact.taken"):  # it may be a guess at who is known here
                self.stores.accounts.identify(me.subject, "nik", body.nik)
        for field, text in given.items():
            self._write(me.subject, field, text)
        known = self.stores.vault.export(me.subject)
        return Known(known=[field for field in KEPT if field in known])

    def claim(self, body: Round, me: Me, here: Here) -> ClaimSaid:
        """The id of one's application in a round, and the token to send it with. The same id each time, so that one
        person has one application in a round: who has not said who they are is refused with `claim.identity`, for a NIK
        leads to one account. Refused with `claim.too_many` beyond 100 rounds."""
        if not all(self.stores.vault.fields(field, [me.subject]) for field in NEEDED):
            raise Refused("claim.identity")
        now, mine = here.clock(), self.stores.claims.of(me.subject)
        if len(mine) >= MOST_CLAIMS and minting(self.stores.folder.master)(me.subject, body.round) not in mine:
            raise Refused("claim.too_many")
        made = self.stores.claims.claim(me.subject, body.round, self.stores.tokens.signer(now), now)
        ends = now.replace(microsecond=0) + LONGEST["claim"]
        id = f"{agency_of(body.round)}.{made.application}"
        return ClaimSaid(application=made.application, id=id, token=made.token, ends_at=instant(ends))

    def _write(self, person: str, field: str, text: str) -> None:
        try:
            self.stores.vault.put(person, field, text.encode())
        except Refused as known:
            if known.code != "vault.known":
                raise
            self.stores.vault.correct(person, field, text.encode())


def router(stores: Stores, pauses: Pauses) -> APIRouter:
    """The routes of one's own data."""
    to = OwnRoutes(stores=stores, pauses=pauses)
    return hung(
        "me",
        ("GET /me", to.standing, "Who one is here"),
        ("GET /me/export", to.export, "All that lies here of oneself"),
        ("PUT /me/identity", to.identify, "Say who one is"),
        ("POST /me/claims", to.claim, "The id of one's application in a round"),
    )


def name_of(text: str) -> str:
    """A name in its one spelling. Refused (`identity.name`) for signs that nobody can see."""
    spelt = " ".join(unicodedata.normalize("NFC", text).split())
    if not spelt or not spelt.isprintable():
        raise Refused("identity.name")
    return spelt


def born_on(text: str, today: dt.date) -> str:
    """A day of birth. Refused (`identity.born`) for a day that is none, or that nobody alive was born on."""
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        raise Refused("identity.born") from None
    if not EARLIEST <= day <= today:
        raise Refused("identity.born")
    return text
