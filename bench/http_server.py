"""The platform as it is served, with two empty routes beside: one FastAPI's, one plain ASGI."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from bench.harness import Watch
from services.cli.platform import opened
from services.cli.serving import UNLIMITED, House
from services.intake.api import CLAIM
from services.intake.applications import SubmitApplication
from services.intake.routes import NAME
from shared.runtime.http import acts, bodies, server
from shared.runtime.http.rules import OWN
from shared.runtime.http.site import allowed, site_of
from shared.runtime.identity import Principal

SHAPE: Any = bodies.shape_of(SubmitApplication)


def said(id: str) -> dict[str, Any]:
    """What an accepted application answers."""
    return {
        "service": "intake", "repeated": False, "position": 1, "stream": f"application-{id}", "events": 1,
        "received_at": "2027-01-01T00:00:00.000000Z",
    }  # fmt: skip


def router(house: House, watch: Watch) -> APIRouter:
    """The same session, validation and claim as the route of applications; nothing is recorded."""
    made = APIRouter(route_class=bodies.StrictRoute)

    async def empty(
        id: acts.Id, key: acts.Key, body: SHAPE, principal: Annotated[Principal, allowed(OWN)], request: Request
    ) -> JSONResponse:
        _ = key, body, principal
        bodies.command_of(SubmitApplication, await request.json())
        house.verifier().read(request.headers[CLAIM], "claim", NAME, site_of(request).clock())
        return JSONResponse(said(id))

    async def settings() -> list[str]:
        return list(watch.settings())

    empty.__annotations__["body"] = SHAPE
    made.add_api_route("/bench/settings", settings, methods=["GET"])
    made.add_api_route("/bench/empty/{id}", empty, methods=["POST"])
    return made


def beside(app: ASGIApp, house: House) -> ASGIApp:
    """Plain ASGI before everything else: session, body, claim."""
    site = house.app.state.site

    async def answered(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith("/bench/bare/"):
            await app(scope, receive, send)
            return
        request = bodies.StrictRequest(scope, receive)
        principal = site.asking(request)
        value = await request.json()
        SHAPE.model_validate(value)
        bodies.command_of(SubmitApplication, value)
        house.verifier().read(request.headers[CLAIM], "claim", NAME, site.clock())
        await JSONResponse(said(principal.subject))(scope, receive, send)

    return answered


def main() -> None:
    """Serves the folder that is named, and prints its port."""
    with Watch() as watch, opened(Path(sys.argv[1]), serving=True) as platform:
        house = House(platform, limits=UNLIMITED)
        house.app.include_router(router(house, watch))
        server.serve(
            beside(house.served, house), "127.0.0.1", 0, on_ready=lambda port: print(port, flush=True),
            on_stopping=house.readers.release,
        )  # fmt: skip


if __name__ == "__main__":
    main()
