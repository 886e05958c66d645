"""What is measured of a process, for Prometheus: requests by route template, queues, ledgers, views, timetables.

Nothing here names a person, an object or an address: labels are services, views, methods, statuses, templates.
"""

from __future__ import annotations

import hmac
import ipaddress
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from fastapi import APIRouter, Depends, Request
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from starlette.responses import Response

from shared.events import NotFound
from shared.runtime.follower import Follower
from shared.runtime.http.health import size_of
from shared.runtime.http.rules import PUBLIC, SignedOut
from shared.runtime.pipeline import Pipeline
from shared.runtime.timetable import Timetable

BUCKETS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)  # seconds


@dataclass(frozen=True, kw_only=True, eq=False)
class Watched(Collector):
    """What is read when somebody asks, by service. `readers`: how many streams are open."""

    pipelines: Mapping[str, Pipeline]
    followers: Mapping[str, Follower] = field(default_factory=dict)
    timetables: Mapping[str, Timetable] = field(default_factory=dict)
    readers: Callable[[], int] = lambda: 0

    def collect(self) -> Iterator[Metric]:
        """All of it, now."""
        sizes = {name: size_of(one) for name, one in self.pipelines.items()}
        known = {name: size for name, size in sizes.items() if size is not None}
        waiting = {name: one.waiting for name, one in self.pipelines.items()}
        failures = {name: one.state().failures for name, one in self.timetables.items()}
        yield _by_service("merit_ledger_readable", "1: it can be read.", {one: int(one in known) for one in sizes})
        yield _by_service("merit_ledger_events", "Events of a ledger.", known)
        yield _by_service("merit_pipeline_waiting", "Commands in the queue.", waiting)
        yield _by_service("merit_timetable_failures", "Rounds that failed in a row.", failures)
        yield from self._views(known)
        yield GaugeMetricFamily("merit_stream_readers", "Open streams of events.", self.readers())

    def _views(self, sizes: Mapping[str, int]) -> Iterator[Metric]:
        lag = GaugeMetricFamily("merit_view_lag", "Events that a view has yet to apply.", labels=("service", "view"))
        stale = GaugeMetricFamily("merit_view_stale", "1: an error stopped it.", labels=("service", "view"))
        for name, follower in self.followers.items():
            for one in follower.state():
                stale.add_metric((name, one.view), int(one.error is not None))
                if name in sizes:
                    lag.add_metric((name, one.view), max(0, sizes[name] - one.size))
        yield from (lag, stale)


class Metrics:
    """Of one application, in a registry of its own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.in_flight = Gauge("merit_http_in_flight", "Requests under way.", registry=self.registry)
        self._requests = Counter(
            "merit_http_requests", "Requests.", ("method", "route", "status"), registry=self.registry
        )
        self._seconds = Histogram(
            "merit_http_seconds",
            "Until the answer began.",
            ("method", "route"),
            buckets=BUCKETS,
            registry=self.registry,
        )

    def watch(self, watched: Watched) -> None:
        """Shown from here on."""
        self.registry.register(watched)

    def count(self, method: str, route: str, status: int, seconds: float) -> None:
        """One request."""
        self._requests.labels(method, route, status).inc()
        self._seconds.labels(method, route).observe(seconds)

    def text(self) -> bytes:
        """In Prometheus' text format."""
        return generate_latest(self.registry)


def router(metrics: Metrics, *, token: str | None = None) -> APIRouter:
    """`/metrics`: for whoever bears the `token`; without one, for this machine alone. Counts by route tell how
    many have applied before a roll stands."""
    made = APIRouter(tags=["health"])

    @made.get("/metrics", response_class=Response, dependencies=[_scraper(token)])
    def show() -> Response:
        """Prometheus' text format."""
        return Response(metrics.text(), headers={"Content-Type": CONTENT_TYPE_LATEST})

    return made


def _scraper(token: str | None) -> Any:
    """The route's rule. The token is no person's, so the site's own door does not know it."""

    async def asker(request: Request) -> None:
        said = request.headers.get("authorization", "")
        if token is None:
            if not is_here(request):
                raise NotFound("/metrics")
        elif not hmac.compare_digest(said.encode(), f"Bearer {token}".encode()):
            raise SignedOut

    asker.rule = PUBLIC  # type: ignore[attr-defined]  # the matrix of all routes reads it
    return Depends(asker)


def is_here(request: Request) -> bool:
    """Whether the request comes from this machine itself."""
    try:
        return request.client is None or ipaddress.ip_address(request.client.host).is_loopback
    except ValueError:  # no address: a client within this process
        return True


def _by_service(name: str, said: str, values: Mapping[str, int]) -> Metric:
    made = GaugeMetricFamily(name, said, labels=("service",))
    for service, value in values.items():
        made.add_metric((service,), value)
    return made
