"""What is measured, and that it names nobody."""

import logging
import time
from contextlib import nullcontext

import pytest
from fastapi import APIRouter
from prometheus_client.parser import text_string_to_metric_families
from starlette.testclient import TestClient

from shared.ledger.store import utc
from shared.runtime.follower import Follower
from shared.runtime.http import metrics
from shared.runtime.http.app import application
from shared.runtime.http.around import surrounded
from shared.runtime.http.limits import Limits
from shared.runtime.http.metrics import Metrics, Watched
from shared.runtime.http.readers import Readers
from shared.runtime.http.site import Site
from shared.runtime.timetable import Timetable
from tests.runtime.test_http_health import Closed, spoil
from tests.runtime.toy import World

Samples = dict[tuple[str, tuple[tuple[str, str], ...]], float]


def samples(text: str) -> Samples:
    """By name and labels."""
    families = text_string_to_metric_families(text)
    return {(one.name, tuple(sorted(one.labels.items()))): one.value for family in families for one in family.samples}


def client_of(world: World, made: Metrics, token: str | None = None) -> TestClient:
    """The toy's application with one route of its own, and all that stands around it."""
    mine = APIRouter(prefix="/api/toy/v1")

    @mine.get("/roster/{id}")
    async def show(id: str) -> dict[str, str]:
        return {}

    site = Site(clock=utc, door=Closed(), pipelines={"toy": world.pipeline})
    app = application(site, [mine, metrics.router(made, token=token)], nullcontext)
    return TestClient(surrounded(app, metrics=made, readers=Readers(), limits=Limits()))


def test_requests_are_counted_by_template_and_never_by_path(world: World) -> None:
    with client_of(world, Metrics()) as client:
        for id in ("secret-1", "secret-2"):
            client.get(f"/api/toy/v1/roster/{id}?q=secret")
        client.get("/secret-3")
        answer = client.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=")
    found = samples(answer.text)
    route = ("route", "/api/toy/v1/roster/{id}")
    assert found["merit_http_requests_total", (("method", "GET"), route, ("status", "200"))] == 2
    assert found["merit_http_requests_total", (("method", "GET"), ("route", "other"), ("status", "404"))] == 1
    assert found["merit_http_seconds_count", (("method", "GET"), route)] == 2
    assert found["merit_http_in_flight", ()] == 1
    assert "secret" not in answer.text


def test_latency_falls_into_buckets_from_5_ms_to_10_s() -> None:
    made = Metrics()
    for seconds in (0.004, 0.2, 9.0, 11.0):
        made.count("GET", "/x", 200, seconds)
    found = samples(made.text().decode())
    under = {
        dict(labels)["le"]: value for (name, labels), value in found.items() if name == "merit_http_seconds_bucket"
    }
    assert (under["0.005"], under["0.25"], under["10.0"], under["+Inf"]) == (1, 2, 3, 4)


def test_two_applications_count_apart() -> None:
    one, other = Metrics(), Metrics()
    one.count("GET", "/x", 200, 0.1)
    assert "/x" not in other.text().decode()


def test_ledgers_queues_and_timetables_are_read_when_asked(world: World) -> None:
    made = Metrics()
    timetable = Timetable(world.pipeline, clock=utc)
    watched = Watched(pipelines={"toy": world.pipeline}, timetables={"toy": timetable}, readers=lambda: 3)
    made.watch(watched)
    world.one(world.open())
    world.pipeline.post(world.note("waits, for no loop runs"))
    service = (("service", "toy"),)
    found = samples(made.text().decode())
    assert found["merit_ledger_events", service] == 1
    assert found["merit_ledger_readable", service] == 1
    assert found["merit_pipeline_waiting", service] == 1
    assert found["merit_timetable_failures", service] == 0
    assert found["merit_stream_readers", ()] == 3


def test_a_view_that_stopped_is_stale_and_lags(world: World, caplog: pytest.LogCaptureFixture) -> None:
    world.one(world.open())
    views = [world.words("good"), world.words("bad", name="poisoned", poison=lambda one: one.position == 2)]
    follower = Follower(world.pipeline, views, silence=0.01)
    made = Metrics()
    made.watch(Watched(pipelines={"toy": world.pipeline}, followers={"toy": follower}))
    caplog.set_level(logging.CRITICAL, "merit.follower")
    follower.start()
    world.one(world.note("a"))
    world.one(world.note("b"))
    until = time.monotonic() + 20
    while follower.state()[1].error is None or follower.state()[0].size < 3:
        assert time.monotonic() < until
        time.sleep(0.005)
    follower.stop()
    found = samples(made.text().decode())
    good, bad = (("service", "toy"), ("view", "words.v1")), (("service", "toy"), ("view", "poisoned.v1"))
    assert (found["merit_view_stale", good], found["merit_view_lag", good]) == (0, 0)
    assert found["merit_view_stale", bad] == 1
    assert found["merit_view_lag", bad] == 3 - follower.state()[1].size > 0


def test_a_ledger_that_cannot_be_read_shows_and_the_rest_is_told(world: World) -> None:
    made = Metrics()
    follower = Follower(world.pipeline, [world.words()])
    made.watch(Watched(pipelines={"toy": world.pipeline}, followers={"toy": follower}))
    spoil(world)
    found = samples(made.text().decode())
    service = (("service", "toy"),)
    assert found["merit_ledger_readable", service] == 0
    assert ("merit_ledger_events", service) not in found
    assert found["merit_pipeline_waiting", service] == 0
    assert found["merit_view_stale", (*service, ("view", "words.v1"))] == 0
    assert ("merit_view_lag", (*service, ("view", "words.v1"))) not in found
    assert found["merit_stream_readers", ()] == 0


def test_a_token_closes_the_page(world: World) -> None:
    with client_of(world, Metrics(), token="scrape") as client:
        refused = [
            client.get("/metrics"),
            client.get("/metrics", headers={b"Authorization": "Bearer other\u00e9".encode()}),
        ]
        given = client.get("/metrics", headers={"Authorization": "Bearer scrape"})
    assert [(one.status_code, one.json()["code"]) for one in refused] == [(401, "signin.missing")] * 2
    assert given.status_code == 200


def test_without_a_token_it_is_for_this_machine_alone(world: World) -> None:
    """Counts by route would tell how many have applied while a vacancy is open."""
    with client_of(world, Metrics()) as client:
        for address, status in (("127.0.0.1", 200), ("::1", 200), ("203.0.113.7", 404), ("pipe", 200)):
            beside = TestClient(client.app, client=(address, 40_000))
            assert beside.get("/metrics").status_code == status, address
