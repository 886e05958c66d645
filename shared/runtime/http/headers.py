"""What every answer says in its headers, unless its route says otherwise; the number that names the request; and
HEAD, which asks for these alone."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Final

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

DEFAULTS: Final = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),  # pages bring their own
    (b"cache-control", b"no-store"),
)


ENDLESS: Final = "stream"  # in the path of an answer that has no end: GET alone


class Head:
    """ASGI: HEAD is GET whose body is left out; its length is told all the same (RFC 9110 9.3.2)."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        if scope["type"] != "http" or scope["method"] != "HEAD" or ENDLESS in scope["path"].split("/"):
            await self._app(scope, receive, send)
            return

        async def bodiless(message: Message) -> None:
            await send({**message, "body": b""} if message["type"] == "http.response.body" else message)

        await self._app({**scope, "method": "GET"}, receive, bodiless)


def _random() -> str:
    return secrets.token_hex(8)


class Headers:
    """ASGI: `DEFAULTS` where an answer has none, and `Request-Id`, which every log line of the request carries too.

    No Strict-Transport-Security: that is the proxy's, which ends TLS.
    """

    def __init__(self, app: ASGIApp, *, number: Callable[[], str] = _random) -> None:
        self._app = app
        self._number = number

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        number = self._number()

        async def completed(message: Message) -> None:
            if message["type"] == "http.response.start":
                given = [*message.get("headers", ()), (b"request-id", number.encode())]
                names = {name.lower() for name, _ in given}
                message["headers"] = given + [one for one in DEFAULTS if one[0] not in names]
            await send(message)

        with structlog.contextvars.bound_contextvars(request_id=number):
            await self._app(scope, receive, completed)
