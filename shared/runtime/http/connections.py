"""A connection's manners: heads are small and arrive in time, and no request is left half sent.

uvicorn bounds neither with httptools; both would let a few slow or endless senders hold every connection.
"""

from __future__ import annotations

import asyncio
from typing import Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

PATIENCE: Final = 10.0  # seconds for a head, or for the rest of a body whose answer is out
LARGEST: Final = 32_768  # bytes of address and headers


class TooLong(Exception):
    """A head beyond `LARGEST`; uvicorn answers 400 and ends the connection."""


class Guarded(HttpToolsProtocol):
    """uvicorn's protocol, with a clock beside every head."""

    patience = PATIENCE
    largest = LARGEST
    _waiting: asyncio.TimerHandle | None = None
    _taken = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Whoever connects says something."""
        super().connection_made(transport)
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nobody is waited for."""
        self._calm()
        super().connection_lost(exc)

    def on_message_begin(self) -> None:
        """A head comes."""
        self._taken = 0
        self._wait()
        super().on_message_begin()

    def on_url(self, url: bytes) -> None:
        """Part of a head."""
        self._take(len(url))
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        """Part of a head, or behind a body."""
        self._take(len(name) + len(value))
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """The head is here; the body is the middleware's matter."""
        self._calm()
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """The body is here."""
        self._calm()
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """Answered; a body that nobody read must end soon all the same."""
        if self.cycle.more_body:
            self._wait()
        super().on_response_complete()

    def _take(self, size: int) -> None:
        self._taken += size
        if self._taken > self.largest:
            raise TooLong

    def _wait(self) -> None:
        self._calm()
        self._waiting = self.loop.call_later(self.patience, self._end)

    def _calm(self) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None

    def _end(self) -> None:
        """Not while an earlier request of the same connection is being answered."""
        if self.cycle is None or self.cycle.response_complete:
            self.transport.close()
        else:
            self._wait()
