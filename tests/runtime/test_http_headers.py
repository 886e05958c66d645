"""What every answer says, and what the log says of every request."""

import asyncio
import json
import logging
import re
from typing import Any

import pytest
from fastapi import APIRouter, FastAPI, Response
from starlette.testclient import TestClient
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.runtime.http import replies
from shared.runtime.http.access import GONE, Access
from shared.runtime.http.around import surrounded
from shared.runtime.http.headers import Head, Headers
from shared.runtime.http.limits import Limits, Pair, Rate
from shared.runtime.http.metrics import Metrics
from shared.runtime.http.readers import Readers
from tests.runtime.logged import Lines


def requests_of(lines: Lines) -> list[dict[str, Any]]:
    """The access log."""
    found = [json.loads(line) for line in lines.text().splitlines()]
    return [one for one in found if one.get("logger") == "merit.access"]


def of_the_server(lines: Lines) -> str:
    """All but what the test's own client logs."""
    return "".join(line for line in lines.text().splitlines() if '"logger": "httpx2"' not in line)


def application() -> FastAPI:
    """Two routers, one in the other."""
    inner, outer = APIRouter(prefix="/inner"), APIRouter(prefix="/api/toy/v1")

    @inner.get("/{id}")
    async def show(id: str) -> dict[str, str]:
        logging.getLogger("merit.toy").warning("seen")
        return {"id": "x"}

    @outer.get("/page")
    async def page() -> Response:
        return Response("<p>", headers={"Content-Security-Policy": "default-src 'self'", "Cache-Control": "max-age=9"})

    @outer.get("/broken/{id}")
    async def broken(id: str) -> None:
        raise ValueError(id)

    @outer.get("/busy")
    async def busy() -> Response:
        return Response(status_code=503)

    @outer.get("/stream")
    async def stream() -> Response:
        return Response("data:\n\n", media_type="text/event-stream")

    outer.include_router(inner)
    made = FastAPI()
    made.include_router(outer)
    replies.wire(made)
    return made


def whole(limits: Limits | None = None) -> TestClient:
    around = surrounded(application(), metrics=Metrics(), readers=Readers(), limits=limits or Limits())
    return TestClient(around, raise_server_exceptions=False)


def test_an_answer_says_how_it_may_be_used() -> None:
    said = whole().get("/api/toy/v1/inner/3").headers
    assert said["x-content-type-options"] == "nosniff"
    assert said["referrer-policy"] == "no-referrer"
    assert said["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'"
    assert said["cache-control"] == "no-store"
    assert "strict-transport-security" not in said


def test_what_a_route_says_itself_stands() -> None:
    said = whole().get("/api/toy/v1/page").headers
    assert said.get_list("content-security-policy") == ["default-src 'self'"]
    assert said.get_list("cache-control") == ["max-age=9"]
    assert said["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("path", ["/api/toy/v1/inner/3", "/api/toy/v1/page", "/nowhere", "/api/toy/v1/busy"])
def test_head_is_get_without_its_body(path: str) -> None:
    """RFC 9110 9.3.2: the same status and headers, the length among them."""
    client = whole()
    got, head = client.get(path), client.head(path)
    assert (head.status_code, head.content) == (got.status_code, b"")
    assert {**head.headers, "request-id": ""} == {**got.headers, "request-id": ""}
    assert int(head.headers["content-length"]) == len(got.content)


def test_head_of_a_stream_waits_for_nothing() -> None:
    """It has no end, and its body is all there is to it."""
    assert whole().head("/api/toy/v1/stream").status_code == 405
    assert whole().get("/api/toy/v1/stream").status_code == 200


@pytest.mark.parametrize("path", ["/nowhere", "/api/toy/v1/broken/3", "/api/toy/v1/busy"])
def test_problems_say_it_too(path: str) -> None:
    said = whole().get(path).headers
    assert said["x-content-type-options"] == "nosniff"
    assert re.fullmatch("[0-9a-f]{16}", said["request-id"])


def test_every_request_has_a_number_that_its_log_lines_carry(lines: Lines) -> None:
    client = whole()
    numbers = [client.get("/api/toy/v1/inner/3").headers["request-id"] for _ in range(3)]
    assert len(set(numbers)) == 3
    logged = [json.loads(line) for line in lines.text().splitlines()]
    assert [one["request_id"] for one in logged if one["event"] == "seen"] == numbers
    assert [one["request_id"] for one in requests_of(lines)] == numbers
    logging.getLogger("merit.toy").warning("outside")
    assert "request_id" not in json.loads(lines.text().splitlines()[-1])


def test_the_log_names_the_route_and_never_the_path(lines: Lines) -> None:
    client = whole()
    client.get("/api/toy/v1/inner/secret-1?q=secret-2", headers={"Authorization": "Bearer secret-3"})
    client.get("/secret-4")
    client.request("BREW", "/api/toy/v1/page")
    first, second, third = requests_of(lines)
    assert {key: first[key] for key in ("level", "event", "method", "route", "status")} == {
        "level": "debug", "event": "request", "method": "GET", "route": "/api/toy/v1/inner/{id}", "status": 200,
    }  # fmt: skip
    assert isinstance(first["milliseconds"], int)
    assert (second["route"], second["status"]) == ("other", 404)
    assert (third["method"], third["status"]) == ("other", 405)
    assert not {"secret", "testclient"} & set(re.split(r"[^a-z]", of_the_server(lines)))


def test_faults_are_errors_and_crowds_are_warnings(lines: Lines) -> None:
    client = whole(Limits(general=Pair(network=Rate(many=1, seconds=1000, burst=2))))
    client.get("/api/toy/v1/broken/secret")
    client.get("/api/toy/v1/busy")
    client.get("/api/toy/v1/page")
    assert [(one["level"], one["route"], one["status"]) for one in requests_of(lines)] == [
        ("error", "/api/toy/v1/broken/{id}", 500), ("warning", "/api/toy/v1/busy", 503), ("debug", "other", 429),
    ]  # fmt: skip
    assert "secret" not in of_the_server(lines)


def test_slowness_is_a_warning_unless_somebody_waits_for_events(lines: Lines) -> None:
    ticks = iter(range(100))
    app = Access(answering(200), Metrics(), clock=lambda: next(ticks))
    for path in ("/x", "/api/intake/v1/events"):
        asyncio.run(call(app, path))
    slow, waiting = requests_of(lines)
    assert (slow["level"], slow["milliseconds"]) == ("warning", 1000)
    assert waiting["level"] == "debug"


def test_who_goes_before_the_answer_is_logged_as_gone(lines: Lines) -> None:
    async def silent(scope: Scope, receive: Receive, send: Send) -> None:
        return

    async def fails(scope: Scope, receive: Receive, send: Send) -> None:
        raise ValueError

    metrics = Metrics()
    asyncio.run(call(Access(silent, metrics), "/x"))
    with pytest.raises(ValueError):
        asyncio.run(call(Access(fails, metrics), "/x"))
    assert [one["status"] for one in requests_of(lines)] == [GONE, 500]
    assert b"merit_http_in_flight 0.0" in metrics.text()


@pytest.mark.parametrize("make", [Head, Headers, lambda app: Access(app, Metrics())])
def test_other_protocols_pass(make: Any) -> None:
    seen: list[str] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append(scope["type"])

    asyncio.run(make(app)({"type": "lifespan"}, nothing, ignored))
    assert seen == ["lifespan"]


def answering(status: int) -> ASGIApp:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": status})
        await send({"type": "http.response.body"})

    return app


async def call(app: ASGIApp, path: str) -> None:
    await app({"type": "http", "path": path, "method": "GET", "headers": []}, nothing, ignored)


async def nothing() -> Message:
    return {"type": "http.disconnect"}


async def ignored(message: Message) -> None:
    return
