"""Documents over HTTP: sent as they are, judged by their content, given back to their person alone, and to officials
whom intake has assigned.

Promise: a document's bytes lie in memory while they come in and are judged, then sealed; never on a disk in clear. That
is why forms are refused: their parser spills to temporary files.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any, Final

from fastapi import APIRouter, Path, Request
from pydantic import Field
from starlette.requests import ClientDisconnect
from starlette.responses import Response

from services.people import contents
from services.people.contents import Type
from services.people.documents import LARGEST, Document
from services.people.http.reading import DocumentsOf, MayRead, Record
from services.people.http.routes import APPLICATION, UNKEPT, HexId, Me, Said, done, hung
from services.people.http.turns import Turns
from services.people.http.words import applicant
from services.people.stores import Stores
from shared.events import NotFound, Refused
from shared.runtime.http.acts import PROBLEM
from shared.runtime.http.rules import Rule
from shared.runtime.http.site import Here, allowed
from shared.runtime.identity import Principal

log = logging.getLogger("merit.people")

MOST: Final = 200  # of one person
ROOM: Final = 256 * 1024 * 1024  # bytes of uploads under way at once
EACH: Final = 2  # uploads under way at once, of one person
GONE: Final = 499  # nobody waits for the answer any more
MEDIA: Final[dict[Type, str]] = {
    "pdf": "application/pdf", "jpeg": "image/jpeg", "png": "image/png", "heic": "image/heic",
}  # fmt: skip
TAKEN: Final = frozenset({*MEDIA.values(), "image/heif", "application/octet-stream"})
READERS: Final = Rule(roles=frozenset({"verifier", "committee"}), of="agency")

ApplicationId = Annotated[str, Path(pattern=APPLICATION, examples=["pauh." + "0c" * 16])]
Reader = Annotated[Principal, allowed(READERS, lambda request: str(request.path_params["application"]))]


class Listed(Said):
    """A document that is here: `id` and `mac` are what an event cites."""

    id: str = Field(examples=["d0" * 16])
    mac: str = Field(examples=["a9" * 32])
    type: str = Field(examples=["pdf"])
    pages: int = Field(examples=[2])
    size: int = Field(examples=[184320], description="Bytes.")
    added_at: str = Field(examples=["2027-03-01T02:00:00.000000Z"])


class Documents(Said):
    """One's own documents, the oldest first."""

    documents: list[Listed]


class Room:
    """Memory for what is coming in, of one event loop: bytes count as they arrive, so a slow sender holds little. One
    person has `each` uploads under way, so that nobody fills it alone."""

    def __init__(self, most: int = ROOM, each: int = EACH) -> None:
        self._left = most
        self._each = each
        self._under_way: Counter[str] = Counter()

    @asynccontextmanager
    async def received(self, request: Request, person: str) -> AsyncIterator[bytes]:
        """All of the body, held until the block ends. Refused (`document.too_large`) as soon as it is, and
        (`upload.busy`) where there is no room, or none for more of this person's."""
        if self._under_way[person] >= self._each:
            raise Refused("upload.busy")
        self._under_way[person] += 1
        try:
            async with self._held(request) as content:
                yield content
        finally:
            self._under_way[person] -= 1
            if not self._under_way[person]:
                del self._under_way[person]

    @asynccontextmanager
    async def _held(self, request: Request) -> AsyncIterator[bytes]:
        said = request.headers.get("content-length", "")
        if said.isdecimal() and int(said) > LARGEST:
            raise Refused("document.too_large")
        content = bytearray()
        try:
            async for chunk in request.stream():
                if len(content) + len(chunk) > LARGEST:
                    raise Refused("document.too_large")
                if len(chunk) > self._left:
                    raise Refused("upload.busy")
                self._left -= len(chunk)
                content += chunk
            yield bytes(content)
        finally:
            self._left += len(content)


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentRoutes:
    """The handlers, over one process's stores; what an application cites and who is assigned to it, intake says."""

    stores: Stores
    may_read: MayRead
    documents_of: DocumentsOf
    record: Record
    turns: Turns
    room: Room

    async def add(self, request: Request, me: Me, here: Here) -> Any:
        """Takes in a document: the body is the file itself, at most 10 MB, with its `Content-Type` (application/pdf,
        image/jpeg, image/png, image/heic or application/octet-stream). What it is, its content decides. A form
        (multipart) is refused with 415: its parser would put the file on a disk in clear. What the file was called is
        never asked. Refused with `document.*`, each with the cure, and `upload.busy`."""
        _check_media(request)
        try:
            async with self.room.received(request, me.subject) as content:
                add = partial(self._add, me.subject, content, here)
                return await self.turns.run(add)
        except ClientDisconnect:
            return Response(status_code=GONE)

    def of(self, me: Me) -> Documents:
        """One's own documents."""
        return Documents(documents=listed(self.stores, me.subject))

    def read(self, id: HexId, me: Me) -> Response:
        """One's own document, as it was sent."""
        return _file(id, self.stores.documents.read(me.subject, id))

    def remove(self, id: HexId, me: Me, here: Here) -> Response:
        """One's own document goes, for good. Refused with `document.cited` once it was sent with an application."""
        if id not in {one.file.id for one in self.stores.documents.of(me.subject)}:
            raise NotFound("no document of this id")
        self.stores.documents.remove(me.subject, id, here.clock())
        return done()

    def read_for(self, application: ApplicationId, id: HexId, me: Reader) -> Response:
        """A document that an application cites, for a verifier or a committee member who is assigned to it. 404 alike
        for whatever is not there and whatever is not theirs. Every read is recorded, and logged with who and
        which application."""
        if not self.may_read(me, application) or id not in self.documents_of(application):
            raise NotFound(application)
        self.record(me, application)
        content = self.stores.documents.read(applicant(self.stores, application), id)
        said = {"act": "read_document", "reader_id": me.subject, "application_id": application.partition(".")[2]}
        log.info("an official read a document", extra=said)
        return _file(id, content)

    def _add(self, person: str, content: bytes, here: Here) -> Listed:
        if len(self.stores.documents.of(person)) >= MOST:
            raise Refused("document.too_many")
        return _listed(self.stores.documents.add(person, [content], here.clock()))


def router(
    stores: Stores, may_read: MayRead, documents_of: DocumentsOf, record: Record, turns: Turns, room: Room
) -> APIRouter:
    """The routes of documents."""
    to = DocumentRoutes(
        stores=stores, may_read=may_read, documents_of=documents_of, record=record, turns=turns, room=room
    )
    sent = {media: {"schema": {"type": "string", "format": "binary"}} for media in sorted(TAKEN)}
    given = {200: {"description": "The file.", "content": {media: sent[media] for media in MEDIA.values()}}}
    return hung(
        "document",
        ("POST /me/documents", to.add, "Send a document"),
        ("GET /me/documents", to.of, "One's own documents"),
        ("GET /me/documents/{id}", to.read, "One's own document"),
        ("DELETE /me/documents/{id}", to.remove, "Remove one's own document"),
        ("GET /applications/{application}/documents/{id}", to.read_for, "A document of an application"),
        add={
            "response_model": Listed,
            "openapi_extra": {"requestBody": {"required": True, "content": sent}},
            "responses": {408: PROBLEM, 415: PROBLEM},
        },
        read={"responses": given},
        read_for={"responses": given},
        remove={"status_code": 204},
    )


def listed(stores: Stores, person: str) -> list[Listed]:
    """A person's documents, the oldest first."""
    return [_listed(one) for one in stores.documents.of(person)]


def _listed(one: Document) -> Listed:
    return Listed(
        id=one.file.id, mac=one.file.mac, type=one.type, pages=one.pages, size=one.size, added_at=one.added_at
    )  # fmt: skip


def _check_media(request: Request) -> None:
    """Said to be one of the types that are taken, or nothing at all."""
    said = request.headers.get("content-type", "application/octet-stream").partition(";")[0].strip().lower()
    if said not in TAKEN:
        raise Refused("request.media_type")


def _file(id: str, content: bytes) -> Response:
    """For saving, never for showing in our own origin."""
    kind = contents.type_of(content)
    headers = {
        **UNKEPT,
        "Content-Disposition": f'attachment; filename="{id}.{kind}"',
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "sandbox; default-src 'none'",
    }
    return Response(content, media_type=MEDIA[kind], headers=headers)
