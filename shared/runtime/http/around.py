"""What stands around every route, outermost first: HEAD, headers, the log, limits, patience with bodies,
readers of streams."""

from __future__ import annotations

from starlette.types import ASGIApp

from shared.runtime.http.access import Access
from shared.runtime.http.headers import Head, Headers
from shared.runtime.http.limits import Limiter, Limits
from shared.runtime.http.metrics import Metrics
from shared.runtime.http.readers import Readers
from shared.runtime.http.slow import Patience


def surrounded(app: ASGIApp, *, metrics: Metrics, readers: Readers, limits: Limits) -> ASGIApp:
    """The application as the server runs it. `readers.release` is the server's `on_stopping`."""
    return Head(Headers(Access(Limiter(Patience(readers.around(app)), limits), metrics)))
