"""A small site of one service, and a real server of it on a free port, in a thread of this process."""

from __future__ import annotations

import datetime as dt
import http.client
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread
from typing import Any

from fastapi import APIRouter, FastAPI

from shared.ledger.store import utc
from shared.runtime.http import feed, server
from shared.runtime.http.app import application
from shared.runtime.http.site import Site
from shared.runtime.identity import Principal
from shared.runtime.pipeline import Pipeline

PATIENCE = 30.0  # seconds after which what should happen has not


class Door:
    """A token is the name of the role that its holder has, in `pauh` unless they name another unit."""

    def principal(self, token: str, unit: str | None, now: dt.datetime) -> Principal | None:
        return Principal(subject="5b0e", roles=frozenset({token}), unit=unit or "pauh", authenticated_at="")


def site_of(pipeline: Pipeline) -> Site:
    return Site(clock=utc, door=Door(), pipelines={pipeline.service.name: pipeline})


def app_of(site: Site, *routers: APIRouter, **more: Any) -> FastAPI:
    """An application of these routers, or of the feed alone, over a pipeline that runs."""
    (pipeline,) = site.pipelines.values()

    @contextmanager
    def running() -> Iterator[None]:
        pipeline.start()
        yield
        pipeline.stop()

    return application(site, routers or [feed.router(pipeline, **more)], running)


@contextmanager
def served(site: Site, app: FastAPI) -> Iterator[int]:
    """A server until the end of the block: its port. It ends by itself once it is told to, whoever still listens."""
    ready = Event()
    with server.listening("127.0.0.1", 0) as bound:
        running = server.server(app, on_ready=lambda port: ready.set(), on_stopping=site.stop)
        thread = Thread(target=running.run, args=([bound],), name="server")
        thread.start()
        assert ready.wait(PATIENCE)
        try:
            yield int(bound.getsockname()[1])
        finally:
            running.should_exit = True
            thread.join(PATIENCE)
            assert not thread.is_alive()


def until(happened: Callable[[], Any]) -> None:
    """Waits until it is so."""
    ends = time.monotonic() + PATIENCE
    while not happened():
        assert time.monotonic() < ends
        time.sleep(0.005)


@contextmanager
def asked(port: int, path: str, role: str = "auditor", **headers: str) -> Iterator[http.client.HTTPResponse]:
    """An answer whose head has come; the connection is cut at the end of the block."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        connection.request("GET", path, headers={"Authorization": f"Bearer {role}", **headers})
        with connection.getresponse() as answer:
            yield answer
    finally:
        connection.close()
