"""A service's events for readers: all of their agency in one order, and to everybody those of public streams.

Positions are the ledger's. With one agency on the platform its readers find no gap; where there are more, theirs are
left out, as a person's are for the public: positions jump, and `Merit-After`, or an id without data, tells where to go
on.

`after` is how many events a reader holds, 0 from the start; what comes next begins at that position. A page is read at
a time, in the thread pool: a slow reader slows itself down and nobody else. Whatever breaks ends the answer behind a
whole event, so what a reader has noted stays true.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Header, Query, Request
from pydantic import BeforeValidator, Field, WithJsonSchema
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response, StreamingResponse

from shared.events import Damaged, Recorded, Refused, catalogue, codec, streams
from shared.events.codec.canonical import LARGEST
from shared.ledger import Ledger
from shared.runtime.http import replies
from shared.runtime.http.acts import PROBLEMS
from shared.runtime.http.bodies import StrictRoute
from shared.runtime.http.limits import network_of
from shared.runtime.http.rules import PUBLIC, Rule, agency_of
from shared.runtime.http.site import Here, allowed
from shared.runtime.http.waiting import Bell
from shared.runtime.identity import Principal
from shared.runtime.pipeline import Pipeline

READERS: Final = Rule(roles=frozenset({"auditor", "integrator", "operator"}), of="agency")
LINES: Final = "application/x-ndjson"
BATCH: Final = "application/cloudevents-batch+json"
STREAM: Final = "text/event-stream"
PAGE: Final = 500  # events that are read at once
MOST: Final = 10_000  # positions of one answer
MOST_OF_A_BATCH: Final = 1_000
LONGEST_WAIT: Final = 25  # seconds, below the half minute after which proxies give up
AT_ONCE: Final = 4  # pages that are being read for all readers: the other routes need threads and connections too
OF_A_NETWORK: Final = 20  # readers of a stream: a house has many, and none of them fills the room
BEAT: Final = 15.0  # seconds of silence after which a stream says that it lives
RETRY: Final = b"retry: 2000\n\n"  # milliseconds
KEPT: Final = "public, max-age=3600, immutable"  # a range of positions that is full never changes
SAID_OF_A_PAGE: Final = {
    "Merit-Size": {"description": "How many events there are.", "required": True, "schema": {"type": "integer"}},
    "Merit-After": {"description": "Where to go on.", "required": True, "schema": {"type": "integer"}},
    "Link": {"description": "The page behind (RFC 8288).", "required": True, "schema": {"type": "string"}},
}
OPEN_TO_ALL: Final = (
    "specversion", "id", "source", "type", "subject", "time", "datacontenttype", "position", "version", "leaf",
)  # fmt: skip


def _whole(value: Any) -> Any:
    """Digits alone: no sign, no fraction, no space."""
    if isinstance(value, str) and not re.fullmatch("[0-9]{1,16}", value):
        raise ValueError("not a whole number")
    return value


_Whole = BeforeValidator(_whole)  # behind the bounds, or the description would not say them
Held = Annotated[int, Field(ge=0, le=LARGEST), _Whole]
After = Annotated[Held, Query(description="How many events the reader holds.")]
Limit = Annotated[int, Field(ge=1, le=MOST), _Whole, Query(description="How many positions at most.")]
Wait = Annotated[
    int, Field(ge=0, le=LONGEST_WAIT), _Whole, Query(description="Seconds to wait where nothing is there yet.")
]
Position = Annotated[int, Field(ge=0, lt=LARGEST), _Whole]
Last = Annotated[
    Position | None,
    WithJsonSchema({"type": "integer", "minimum": 0, "exclusiveMaximum": LARGEST}),  # a header is never null
    Header(alias="Last-Event-ID", description="The position of the last event that arrived."),
]


def published(one: Recorded, service: str) -> bytes | None:
    """The event as everybody may read it: its leaf with the public words in clear, and no `~fields`; None for one of a
    person's streams. Damaged for a type whose hidden fields this version cannot know."""
    category = catalogue.CATEGORIES.get(streams.category(one.stream))
    if category is None or not category.public:
        return None
    if one.type not in catalogue.BY_NAME:
        raise Damaged(f"{service}: {one.type} at position {one.position} is not in the catalogue: use a newer Merit")
    said = codec.trusted(codec.message(one, service))
    shown = codec.leaf_data(one.type, said["data"], lambda words: words)
    return codec.dumps({name: said[name] for name in OPEN_TO_ALL} | {"data": shown})


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """For whom a feed is, where it lies, and what of an event it shows."""

    path: str
    rule: Rule
    message: Callable[[Recorded, str], bytes | None]
    public: bool


ALL: Final = Kind(path="", rule=READERS, message=codec.message, public=False)
OPEN: Final = Kind(path="/public", rule=PUBLIC, message=published, public=True)


class Feed:
    """One service's events, as one kind shows them."""

    def __init__(self, pipeline: Pipeline, kind: Kind) -> None:
        self.service = pipeline.service.name
        self.ledger = pipeline.ledger
        self.kind = kind
        self._turns = asyncio.Semaphore(AT_ONCE)

    async def size(self) -> int:
        """How many events there are."""
        return await run_in_threadpool(self.ledger.size)

    async def lines(self, after: int, end: int, agency: str | None) -> AsyncIterator[bytes]:
        """A message a line, in pages; of one `agency`, or of all."""
        while after < end:
            shown = await self._page(after, end, agency)
            after = min(after + PAGE, end)
            if shown:
                yield b"".join(message + b"\n" for _, message in shown)

    async def batch(self, after: int, end: int, agency: str | None) -> bytes:
        """The same as one JSON list."""
        shown = [one for start in range(after, end, PAGE) for one in await self._page(start, end, agency)]
        return b"[" + b",".join(message for _, message in shown) + b"]"

    async def told(self, bell: Bell, after: int, longest: float, agency: str | None) -> AsyncIterator[bytes]:
        """Server-sent events, from a position on until nobody listens, the server stops, or so many seconds are over:
        whoever comes back is asked anew who they are."""
        now = asyncio.get_running_loop().time
        ends = now() + longest
        yield RETRY
        while not bell.ended and (left := ends - now()) > 0:
            if not await bell.beyond(after, min(left, BEAT)):
                yield b":\n\n"
                continue
            end = min(bell.size, after + PAGE)
            shown = await self._page(after, end, agency)
            yield b"".join(
                b"id: %d\nevent: %b\ndata: %b\n\n" % (one.position, one.type.encode(), message)
                for one, message in shown
            ) + (b"" if shown and shown[-1][0].position == end - 1 else b"id: %d\n\n" % (end - 1))
            after = end

    async def _page(self, after: int, end: int, agency: str | None) -> list[tuple[Recorded, bytes]]:
        """What is shown of the next events, a page at most."""
        until = min(end, after + PAGE)
        async with self._turns:
            return await run_in_threadpool(lambda: list(self._shown(page(self.ledger, after, until), agency)))

    def _shown(self, found: list[Recorded], agency: str | None) -> Iterator[tuple[Recorded, bytes]]:
        for one in found:
            theirs = agency is None or streams.agency(one.stream) == agency
            message = self.kind.message(one, self.service) if theirs else None
            if message is not None:
                yield one, message


def page(ledger: Ledger, after: int, end: int) -> list[Recorded]:
    """The events from a position to a size. Damaged where one of them is missing."""
    found = ledger.page(after, end - after)
    if [one.position for one in found] != list(range(after, end)):
        raise Damaged(f"{ledger.service}: not every event from position {after} to {end - 1} is there (merit doctor)")
    return found


class Seats:
    """How many readers a stream has room for, and how many of them may come from one network."""

    def __init__(self, most: int, of_a_network: int) -> None:
        self._most = most
        self._of_a_network = of_a_network
        self._taken: list[bytes] = []  # the network of each reader

    async def seated(self, request: Request) -> AsyncIterator[None]:
        """A dependency: a seat for as long as the answer lasts. Refused (`feed.full`)."""
        network = network_of(request.scope)
        if len(self._taken) >= self._most or self._taken.count(network) >= self._of_a_network:
            raise Refused("feed.full")
        self._taken.append(network)
        try:
            yield
        finally:
            self._taken.remove(network)


def router(
    pipeline: Pipeline, *, readers: int = 500, of_a_network: int = OF_A_NETWORK, longest: float = 3600.0
) -> APIRouter:
    """The routes of a service's events. At most so many `readers` of each stream in this process, so many of them of
    one network, none for longer than so many seconds at a time."""
    made = APIRouter(
        prefix=f"/api/{pipeline.service.name}/v1", route_class=StrictRoute, responses=PROBLEMS, tags=["events"]
    )
    for kind in (OPEN, ALL):
        feed = Feed(pipeline, kind)
        seat = Depends(Seats(readers, of_a_network).seated)
        _add(made, kind, "events", _events(feed, allowed(kind.rule)), LINES, BATCH)
        _add(made, kind, "stream", _stream(feed, longest, allowed(kind.rule), seat), STREAM)
    return made


def _add(made: APIRouter, kind: Kind, name: str, endpoint: Any, *types: str) -> None:
    texts = {kind_: {"schema": {"type": "string"}} for kind_ in types}
    headers = SAID_OF_A_PAGE if name == "events" else {"Merit-Size": SAID_OF_A_PAGE["Merit-Size"]}
    said: dict[int | str, dict[str, Any]] = {
        200: {"description": "CloudEvents 1.0, in order.", "content": texts, "headers": headers}
    }
    made.add_api_route(
        f"/{name}{kind.path}", endpoint, methods=["GET"], name=f"{name}{kind.path}", response_class=Response,
        responses=said,
    )  # fmt: skip


def _events(feed: Feed, asker: Any) -> Any:
    async def events(
        request: Request,
        site: Here,
        principal: Principal | None = asker,
        after: After = 0,
        limit: Limit = MOST_OF_A_BATCH,
        wait: Wait = 0,
    ) -> Response:
        size = await feed.size()
        if after == size and wait and await site.bell(feed.service).beyond(size, wait):
            size = await feed.size()
        if after > size:
            return _ahead(request, size)
        batch = BATCH in request.headers.get("accept", "")
        limit = min(limit, MOST_OF_A_BATCH) if batch else limit
        end = min(size, after + limit)
        headers = _headers(feed.kind, request, end, limit, size, full=end == after + limit)
        agency = _agency(feed.kind, principal)
        if batch:
            return Response(await feed.batch(after, end, agency), headers=headers, media_type=BATCH)
        return StreamingResponse(await _begun(feed.lines(after, end, agency)), headers=headers, media_type=LINES)

    events.__doc__ = (
        "Events of public streams, for everybody: positions jump, `Merit-After` says where to go on."
        if feed.kind.public
        else "Every event of one's agency, in the bytes that Kafka gets. Positions jump over those of other agencies, "
        "if there are any: `Merit-After` says where to go on. 409 `feed.ahead`: the ledger was restored; compare."
    )
    return events


def _stream(feed: Feed, longest: float, asker: Any, seat: Any) -> Any:
    async def stream(
        request: Request,
        site: Here,
        principal: Principal | None = asker,
        _: None = seat,  # behind the asker: who may not sit does not hear whether there is room
        after: After = 0,
        last: Last = None,
    ) -> Response:
        after = after if last is None else last + 1
        size = await feed.size()
        if after > size:
            return _ahead(request, size)
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no", "Merit-Size": str(size)}
        told = feed.told(site.bell(feed.service), after, longest, _agency(feed.kind, principal))
        return StreamingResponse(told, headers=headers, media_type=STREAM)

    stream.__doc__ = (
        "Events as they come, as server-sent events: an id is a position, `Last-Event-ID` goes on behind it."
    )
    return stream


def _agency(kind: Kind, principal: Principal | None) -> str | None:
    """Whose events are shown; None for those of all agencies."""
    return None if kind.public or principal is None else agency_of(principal.unit)


def _ahead(request: Request, size: int) -> Response:
    return replies.problem(request, "feed.ahead", replies.status_of("feed.ahead"), size=size)


def _headers(kind: Kind, request: Request, end: int, limit: int, size: int, *, full: bool) -> dict[str, str]:
    return {
        "Merit-Size": str(size),
        "Merit-After": str(end),
        "Link": f'<{request.url.path}?after={end}&limit={limit}>; rel="next"',
        "Cache-Control": KEPT if kind.public and full else "no-store",
        "Vary": "Accept",
    }


async def _begun(pages: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """The same pages, the first one read: what fails there is a problem, not half an answer."""
    first = await anext(pages, b"")

    async def all_() -> AsyncIterator[bytes]:
        yield first
        async for one in pages:
            yield one

    return all_()
