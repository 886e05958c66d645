"""Bodies must arrive: within half a minute, and a second more for what came since; else 408 and the connection ends.

A telephone that sends a document over a poor line keeps its pace and is waited for; one byte a minute holds nothing.
"""

from __future__ import annotations

import asyncio
from typing import Final

from fastapi import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.runtime.http import replies

PATIENCE: Final = 30.0  # seconds
PACE: Final = 16_384  # bytes that earn one more second
GONE: Final[Message] = {"type": "http.disconnect"}


class Patience:
    """ASGI: for the app a late sender is one who went; what it then still answers is dropped."""

    def __init__(self, app: ASGIApp, *, seconds: float = PATIENCE, pace: int = PACE) -> None:
        self._app = app
        self._seconds = seconds
        self._pace = pace

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        arriving = _Arriving(scope, receive, send, self._seconds, self._pace)
        try:
            await self._app(scope, arriving.receive, arriving.send)
        except Exception:
            if not arriving.late:
                raise


class _Arriving:
    """One request's body on its way."""

    def __init__(self, scope: Scope, receive: Receive, send: Send, seconds: float, pace: int) -> None:
        self._scope, self._receive, self._send = scope, receive, send
        self._pace = pace
        self._ends = asyncio.get_running_loop().time() + seconds
        self._whole = self._answered = False
        self.late = False

    async def receive(self) -> Message:
        if self.late:
            return GONE
        if self._whole:
            return await self._receive()
        try:
            async with asyncio.timeout_at(self._ends):
                message = await self._receive()
        except TimeoutError:
            await self._refuse()
            return GONE
        self._ends += len(message.get("body", b"")) / self._pace
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
