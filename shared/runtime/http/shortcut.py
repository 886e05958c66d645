"""Commands past the framework's layers: same rule, same shape, same handler, where nothing is out of order.

Whatever is (no session, a field too many, a ledger that does not answer) goes the long way, with its body and its
arrival untouched, and is answered there: there is one place that refuses. Nobody's body is read before the rule lets
them in. Sent twice on the way, a command is one, by its key.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.runtime.http import replies
from shared.runtime.http.acts import ID_FORM, KEY_FORM, LONGEST_ID, Way
from shared.runtime.http.bodies import StrictRequest, TooLarge, most_of
from shared.runtime.http.rules import may
from shared.runtime.http.site import site_of
from shared.runtime.identity import Principal

ID, KEY = re.compile(ID_FORM), re.compile(KEY_FORM)
JSON: Final = "application/json"
ENTRY: Final = 5  # the place of the id in `/api/<service>/v1/<category>/<id>/<command>`


class Path(NamedTuple):
    """What the log and the metrics call the route."""

    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A way in, and its route's template."""

    way: Way
    route: Path


class Shortcut:
    """ASGI, before an application whose commands it knows."""

    def __init__(self, app: FastAPI, inner: ASGIApp | None = None) -> None:
        self._app = app
        self._inner = inner or app
        self._entries = entries(app)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        entry, id = self._found(scope) if scope["type"] == "http" and scope["method"] == "POST" else (None, "")
        if entry is None:
            await self._inner(scope, receive, send)
            return
        found = {"app": self._app, "path_params": {"id": id}, "route": entry.route}
        request = StrictRequest({**scope, **found}, receive, most_of(entry.route.path))
        replay = receive
        response: Response | None = None
        try:
            principal = _let_in(entry.way, id, request)
            if principal is not None:
                replay = _again(await request.body())
                response = await _answered(entry.way, id, principal, request)
        except ClientDisconnect:  # nobody is there to be answered
            return
        except TooLarge:  # its beginning is gone: there is no long way for it
            response = replies.too_large(request)
        except Exception:  # noqa: BLE001, S110  the long way says what was wrong
            pass
        if response is None:
            scope["arrived"] = request.scope.get("arrived")
            await self._inner(scope, replay, send)
            return
        scope["route"] = entry.route
        await response(scope, receive, send)

    def _found(self, scope: Scope) -> tuple[Entry | None, str]:
        parts = scope["path"].split("/")
        if len(parts) < ENTRY + 2:
            return None, ""
        id = parts[ENTRY]
        parts[ENTRY] = "{id}"
        return self._entries.get("/".join(parts)), id


def entries(app: FastAPI) -> Mapping[str, Entry]:
    """By template."""
    found = {}
    for one in iter_route_contexts(app.routes):
        way = getattr(getattr(one, "endpoint", None), "way", None)
        if way is not None:
            found[str(one.path)] = Entry(way=way, route=Path(str(one.path)))
    return found


def _let_in(way: Way, id: str, request: StrictRequest) -> Principal | None:
    """Who asks, by all but the body; None for what the long way should look at."""
    headers = request.headers
    key = headers.get("idempotency-key", "")
    if headers.get("content-type") != JSON or not KEY.fullmatch(key):
        return None
    if len(id) > LONGEST_ID or not ID.fullmatch(id):
        return None
    principal = site_of(request).asking(request)
    may(principal, way.act.rule, id if way.by_id else None)
    return principal


async def _answered(way: Way, id: str, principal: Principal, request: StrictRequest) -> Response:
    request.state.roles = principal.roles  # a denial is logged with them
    way.shape.model_validate(await request.json())
    return await way.handle(id, request.headers["idempotency-key"], principal, request)


def _again(body: bytes) -> Receive:
    """The body as if it came for the first time."""
    sent = False

    async def receive() -> Message:
        nonlocal sent
        if sent:
            return {"type": "http.disconnect"}
        sent = True
        return {"type": "http.request", "body": body, "more_body": False}

    return receive
