"""Bodies must arrive: within half a minute, and a second more for what came since, and never with ten seconds of
silence; else 408 and the connection ends.

A telephone that sends a document over a poor line keeps its pace and is waited for; one byte a minute holds nothing,
nor does whoever sent much at once and then falls silent: nobody is ever more than half a minute ahead.
"""

from __future__ import annotations

import asyncio
from typing import Final

from fastapi import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.runtime.http import replies

PATIENCE: Final = 30.0  # seconds
IDLE: Final = 10.0  # seconds without a byte
PACE: Final = 16_384  # bytes that earn one more second
GONE: Final[Message] = {"type": "http.disconnect"}


class Patience:
    """ASGI: for the app a late sender is one who went; what it then still answers is dropped."""

    def __init__(self, app: ASGIApp, *, seconds: float = PATIENCE, idle: float = IDLE, pace: int = PACE) -> None:
        self._app = app
        self._seconds = seconds
        self._idle = idle
        self._pace = pace

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        arriving = _Arriving(scope, receive, send, self._seconds, self._idle, self._pace)
        try:
            await self._app(scope, arriving.receive, arriving.send)
        except Exception:
            if not arriving.late:
                raise


class _Arriving:
    """One request's body on its way."""

    def __init__(self, scope: Scope, receive: Receive, send: Send, seconds: float, idle: float, pace: int) -> None:
        self._scope, self._receive, self._send = scope, receive, send
        self._seconds, self._idle, self._pace = seconds, idle, pace
        self._now = asyncio.get_running_loop().time
        self._ends = self._now() + seconds
        self._whole = self._answered = False
        self.late = False

    async def receive(self) -> Message:
        if self.late:
            return GONE
        if self._whole:
            return await self._receive()
        try:
            async with asyncio.timeout_at(min(self._ends, self._now() + self._idle)):
                message = await self._receive()
        except TimeoutError:
            await self._refuse()
            return GONE
        earned = len(message.get("body", b"")) / self._pace
        self._ends = min(self._ends + earned, self._now() + self._seconds)
        self._whole = not message.get("more_body", False)
        return message

    async def send(self, message: Message) -> None:
        if not self.late:
            self._answered = True
            await self._send(message)

    async def _refuse(self) -> None:
        self.late = True
        if not self._answered:
            response = replies.problem(Request(self._scope), "request.slow", 408, headers={"Connection": "close"})
            await response(self._scope, self._receive, self._send)
