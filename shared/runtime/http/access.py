"""One measurement per request, and one log line: method, route, status, milliseconds. What went well is logged at level
debug, for a line takes longer than the request that it tells of; the metrics count every one.

The route is its template, never the path: ids of people's cases, queries, addresses and credentials stand nowhere.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.runtime.http.limits import kind_of
from shared.runtime.http.metrics import Metrics
from shared.runtime.http.routes import UNKNOWN, template_of

log = logging.getLogger("merit.access")

SLOW: Final = 1_000  # milliseconds, from which a request is a warning
GONE: Final = 499  # the reader went before there was an answer
METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class Access:
    """ASGI: counts, measures and logs. The time ends where the answer begins: a slow reader is not our slowness."""

    def __init__(
        self, app: ASGIApp, metrics: Metrics, *, slow: int = SLOW, clock: Callable[[], float] = time.perf_counter
    ) -> None:
        self._app = app
        self._metrics = metrics
        self._slow = slow
        self._clock = clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun, answered, status = self._clock(), None, GONE

        async def watched(message: Message) -> None:
            nonlocal answered, status
            if message["type"] == "http.response.start":
                answered, status = self._clock(), message["status"]
            await send(message)

        self._metrics.in_flight.inc()
        try:
            await self._app(scope, receive, watched)
        except Exception:
            status = 500
            raise
        finally:
            self._metrics.in_flight.dec()
            self._told(scope, status, (self._clock() if answered is None else answered) - begun)

    def _told(self, scope: Scope, status: int, seconds: float) -> None:
        method = scope["method"] if scope["method"] in METHODS else UNKNOWN
        route, milliseconds = template_of(scope), round(seconds * 1000)
        self._metrics.count(method, route, status, seconds)
        slow = milliseconds >= self._slow and kind_of(scope) != "follow"
        level = logging.WARNING if slow or status == 503 else logging.DEBUG
        if status >= 500 and status != 503:
            level = logging.ERROR
        said = {"method": method, "route": route, "status": status, "milliseconds": milliseconds}
        log.log(level, "request", extra=said)
