"""Whoever reads a stream of events: how many there are, and that all are let go when the server ends."""

from __future__ import annotations

import asyncio
from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

STREAM: Final = b"text/event-stream"


class Readers:
    """Of one process. On the event loop alone, but for `count`. A stream must listen for its reader's going, as
    StreamingResponse does."""

    def __init__(self) -> None:
        self._open: set[_Reader] = set()
        self._ending = False

    def count(self) -> int:
        """How many streams are open."""
        return len(self._open)

    def release(self) -> None:
        """Each stream ends as if its reader had gone; the reader sees a whole answer and comes again elsewhere."""
        self._ending = True
        for one in self._open:
            one.released.set()

    def enter(self, reader: _Reader) -> None:
        """One more; one that comes too late ends as soon as it has begun."""
        self._open.add(reader)
        if self._ending:
            reader.released.set()

    def around(self, app: ASGIApp) -> ASGIApp:
        """The app, its streams known here."""

        async def reading(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] != "http":
                await app(scope, receive, send)
                return
            reader = _Reader(self, receive, send)
            try:
                await app(scope, reader.receive, reader.send)
                await reader.end()
            finally:
                self._open.discard(reader)

        return reading


class _Reader:
    """One request; among the open ones as soon as its answer is a stream."""

    def __init__(self, readers: Readers, receive: Receive, send: Send) -> None:
        self._readers, self._receive, self._send = readers, receive, send
        self._whole = self._complete = False
        self.released = asyncio.Event()

    async def receive(self) -> Message:
        """The body's parts; behind them the end, of the reader or of the server."""
        if not self._whole:
            message = await self._receive()
            self._whole = not message.get("more_body", False)
            return message
        waits = [asyncio.ensure_future(one) for one in (self._receive(), self.released.wait())]
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
            return {"type": "http.disconnect"} if self.released.is_set() else await waits[0]  # type: ignore[return-value]
        finally:
            for one in waits:
                one.cancel()

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            kinds = [value for name, value in message.get("headers", ()) if name.lower() == b"content-type"]
            if any(one.startswith(STREAM) for one in kinds):
                self._readers.enter(self)
        else:
            self._complete = not message.get("more_body", False)
        await self._send(message)

    async def end(self) -> None:
        """A stream that was let go in the middle is ended properly."""
        if self.released.is_set() and not self._complete:
            await self._send({"type": "http.response.body", "body": b"", "more_body": False})
