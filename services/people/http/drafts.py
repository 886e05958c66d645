"""Drafts over HTTP: an application while it is written, saved from several tabs and telephones, never over what its
writer has not seen.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Annotated, Any, Final

from fastapi import APIRouter, Path, Request
from pydantic import Field
from starlette.responses import Response

from services.people import drafts as stored
from services.people.drafts import Outdated
from services.people.http.routes import HEX, Me, Said, done, hung
from services.people.stores import Stores
from shared.events import NotFound, Refused, codec
from shared.events.codec.canonical import LARGEST
from shared.runtime.http import replies
from shared.runtime.http.bodies import INSTANT, Strict
from shared.runtime.http.site import Here

ABOUT: Final = r"^[a-z]{1,40}-[a-z0-9-]{1,60}\.[A-Za-z0-9._:-]{1,100}$"  # a stream's name
MOST: Final = 50  # of one person
FARTHEST: Final = dt.timedelta(days=400)  # of a deadline: what is kept has an end

About = Annotated[str, Path(pattern=ABOUT, examples=["vacancy-pauh.2027-014"])]
DocumentId = Annotated[str, Field(pattern=HEX, examples=["d0" * 16])]


class Saving(Strict):
    """What to save: `seen` is the version that was read last, 0 for none; `documents` are one's own that the draft
    holds, so that none of them is cleared away; it goes 30 days after the `deadline`."""

    seen: int = Field(ge=0, le=LARGEST, examples=[3])
    content: dict[str, Any] = Field(examples=[{"step": "documents", "answers": {"gpa": "3.51"}}])
    documents: list[DocumentId] = Field(default=[], max_length=100, examples=[["d0" * 16]])
    deadline: str = Field(pattern=INSTANT, examples=["2027-03-20T16:59:00Z"], json_schema_extra={"format": "date-time"})


class Saved(Said):
    """The version that is kept now: to be named as `seen` at the next save."""

    version: int = Field(examples=[4])


class Draft(Said):
    """A draft as it was saved last."""

    about: str = Field(examples=["vacancy-pauh.2027-014"])
    version: int = Field(examples=[4])
    content: dict[str, Any] = Field(examples=[{"step": "documents", "answers": {"gpa": "3.51"}}])
    saved_at: str = Field(examples=["2027-03-01T02:00:00.000000Z"])


class Drafts(Said):
    """One's own drafts."""

    drafts: list[Draft]


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftRoutes:
    """The handlers, over one process's stores."""

    stores: Stores

    def save(self, about: About, body: Saving, me: Me, here: Here, request: Request) -> Any:
        """Saves a draft; the same content again changes nothing. Refused with `draft.newer` (409) where it was saved
        elsewhere since: the problem holds the `newer` one, unless it is gone. Others: `draft.too_long` beyond 256 KB,
        `draft.too_many`, `draft.deadline` beyond 400 days, `draft.document_unknown`."""
        now, mine = here.clock(), self.stores.drafts
        deadline = _deadline(body.deadline, now)
        self._check(me.subject, about, body.documents)
        try:
            version = mine.save(
                me.subject, about, codec.dumps(body.content), seen=body.seen, now=now, deadline=deadline,
                documents=body.documents,
            )  # fmt: skip
        except Outdated as outdated:
            more = {} if outdated.newer is None else {"newer": _newer(outdated.newer)}
            return replies.refusal(request, outdated.code, **more)
        return Saved(version=version)

    def of(self, me: Me) -> Drafts:
        """One's own drafts, with what they hold."""
        return Drafts(drafts=listed(self.stores, me.subject))

    def read(self, about: About, me: Me) -> Draft:
        """One's own draft of something."""
        return _draft(about, self._must(me.subject, about))

    def remove(self, about: About, me: Me) -> Response:
        """One's own draft goes, for good."""
        self._must(me.subject, about)
        self.stores.drafts.sent(me.subject, about)
        return done()

    def _must(self, person: str, about: str) -> stored.Draft:
        found = self.stores.drafts.read(person, about)
        if found is None:
            raise NotFound("no draft of this")
        return found

    def _check(self, person: str, about: str, documents: list[str]) -> None:
        """Not too many, and with one's own documents alone: a draft keeps what it holds from being cleared away."""
        known = self.stores.drafts.of(person)
        if about not in known and len(known) >= MOST:
            raise Refused("draft.too_many")
        if documents and not set(documents) <= {one.file.id for one in self.stores.documents.of(person)}:
            raise Refused("draft.document_unknown")


def router(stores: Stores) -> APIRouter:
    """The routes of drafts."""
    to = DraftRoutes(stores=stores)
    return hung(
        "draft",
        ("GET /me/drafts", to.of, "One's own drafts"),
        ("PUT /me/drafts/{about}", to.save, "Save a draft"),
        ("GET /me/drafts/{about}", to.read, "One's own draft"),
        ("DELETE /me/drafts/{about}", to.remove, "Remove one's own draft"),
        save={"response_model": Saved},
        remove={"status_code": 204},
    )


def listed(stores: Stores, person: str) -> list[Draft]:
    """A person's drafts, by what they are about."""
    found = ((about, stores.drafts.read(person, about)) for about in stores.drafts.of(person))
    return [_draft(about, one) for about, one in found if one is not None]


def _draft(about: str, one: stored.Draft) -> Draft:
    return Draft(about=about, **_newer(one))


def _newer(one: stored.Draft) -> dict[str, Any]:
    return {"version": one.version, "content": codec.trusted(one.content), "saved_at": one.saved_at}


def _deadline(text: str, now: dt.datetime) -> dt.datetime:
    """Refused (`draft.deadline`) for an instant that is none, or too far away for personal data to wait for it."""
    try:
        deadline = dt.datetime.fromisoformat(text)
    except ValueError:
        raise Refused("draft.deadline") from None
    if deadline > now + FARTHEST:
        raise Refused("draft.deadline")
    return deadline
