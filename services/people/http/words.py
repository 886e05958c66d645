"""Words that an event will cite: an applicant's own, and an official's about them. Both lie in the applicant's vault,
under their key, and are erased with them; the event holds an id and a keyed digest alone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated, Final

import sqlalchemy as sa
from fastapi import APIRouter, Path
from pydantic import Field

from services.people.claims import applications
from services.people.http.reading import MayRead
from services.people.http.routes import APPLICATION, Me, Said, hung
from services.people.stores import Stores
from shared.events import NotFound
from shared.runtime.http.bodies import Strict
from shared.runtime.http.rules import Rule, may
from shared.runtime.http.site import allowed
from shared.runtime.identity import Principal

LONGEST: Final = 20_000  # signs
ABOUT: Final = "about_"  # leads the ids of what officials wrote
ID: Final = r"^(about_)?[0-9a-f]{32}$"
WRITERS: Final = Rule(roles=frozenset({"verifier", "committee"}), of="agency")
_OWN: Final = re.compile(r"[0-9a-f]{32}(\.[0-9]+)?")

Text = Annotated[str, Field(min_length=1, max_length=LONGEST)]
Writer = Annotated[Principal, allowed(WRITERS)]


class Own(Strict):
    """What somebody says in their own words."""

    text: Text = Field(examples=["Ijazah saya sudah dilegalisasi pada 3 Februari."])


class About(Strict):
    """What an official says about an applicant, by the application's id as intake names it."""

    application: str = Field(pattern=APPLICATION, examples=["pauh." + "0c" * 16])
    text: Text = Field(examples=["Ijazah tidak memuat akreditasi program studi."])


class Cited(Said):
    """What an event cites: the id and the keyed digest."""

    id: str = Field(examples=["7e" * 16])
    mac: str = Field(examples=["a9" * 32])


class Read(Said):
    """The words themselves."""

    id: str = Field(examples=["7e" * 16])
    text: str = Field(examples=["Ijazah saya sudah dilegalisasi pada 3 Februari."])


@dataclass(frozen=True, slots=True, kw_only=True)
class WordRoutes:
    """The handlers, over one process's stores; who is assigned to an application, intake says."""

    stores: Stores
    may_read: MayRead

    def add(self, body: Own, me: Me) -> Cited:
        """Keeps what one will cite, in an objection for instance. Refused with `words.too_many` beyond 200 texts."""
        made = self.stores.vault.add(me.subject, body.text.encode())
        return Cited(id=made.id, mac=made.mac)

    def add_about(self, body: About, me: Writer) -> Cited:
        """Keeps what an official will cite about an applicant, in that applicant's vault. 404 alike for an application
        of another agency, one that the official is not assigned to, and one that is not there. Refused with
        `words.too_many` beyond 200 texts about one applicant."""
        may(me, WRITERS, body.application)
        if not self.may_read(me, body.application):
            raise NotFound(body.application)
        person = applicant(self.stores, body.application)
        made = self.stores.vault.add(person, body.text.encode(), ABOUT)
        return Cited(id=made.id, mac=made.mac)

    def read(self, id: Annotated[str, Path(pattern=ID, examples=["7e" * 16])], me: Me) -> Read:
        """Words that lie in one's own vault: one's own, and those about oneself whose id a decision has told."""
        return Read(id=id, text=self.stores.vault.get(me.subject, id).decode())


def router(stores: Stores, may_read: MayRead) -> APIRouter:
    """The routes of words."""
    to = WordRoutes(stores=stores, may_read=may_read)
    return hung(
        "words",
        ("POST /me/words", to.add, "Keep one's own words for an event to cite"),
        ("GET /me/words/{id}", to.read, "Words in one's own vault"),
        ("POST /words", to.add_about, "Keep words about an applicant"),
    )


def applicant(stores: Stores, application: str) -> str:
    """Whose application it is, by its id with the agency. NotFound where nobody has claimed it."""
    hex_ = application.partition(".")[2]
    _ = stores.claims  # with its table
    with stores.reader.begin() as tx:
        chosen = sa.select(applications.c.person).where(applications.c.application == hex_)
        person: str | None = tx.execute(chosen).scalar()
    if person is None:
        raise NotFound(application)
    return person


def is_own(field: str) -> bool:
    """Whether a vault's field holds words that the person wrote."""
    return _OWN.fullmatch(field) is not None
