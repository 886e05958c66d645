"""The API's own pages: every route, every event, every refusal, made from what the platform serves, with nothing from
any other host and without JavaScript."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

from fastapi import APIRouter, Request
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse, Response

from shared.events import NotFound, catalogue, codec
from shared.runtime.http.replies import lang_of, status_of
from shared.runtime.http.rules import PUBLIC
from shared.runtime.http.site import allowed
from shared.runtime.problems import SENTENCES, sentence

TEMPLATES: Final = Path(__file__).with_name("templates")
POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'"
METHODS: Final = ("get", "post", "put", "delete")


@cache
def environment() -> Environment:
    """Templates that escape everything, and fail at what is not there."""
    made = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
    made.filters["pretty"] = lambda value: json.dumps(value, indent=2, ensure_ascii=False)
    return made


def router() -> APIRouter:
    """`/api`, `/api/problems`, `/api/problems/{code}`, `/api/events/{name}`."""
    made = APIRouter(prefix="/api", tags=["reference"], dependencies=[allowed(PUBLIC)])

    @made.get("", include_in_schema=False)
    def reference(request: Request) -> Response:
        """Every route and every event."""
        return page(request, "reference.html", groups=groups(request.app.openapi()), events=catalogue.TYPES)

    @made.get("/problems", include_in_schema=False)
    def problems(request: Request) -> Response:
        """Every refusal with its sentence."""
        return page(request, "problems.html", codes=[described(code, lang_of(request)) for code in sorted(SENTENCES)])

    @made.get("/problems/{code}", include_in_schema=False)
    def problem(request: Request, code: str) -> Response:
        """What `type` of a problem document leads to."""
        if code not in SENTENCES:
            raise NotFound(code)
        return page(request, "problems.html", codes=[described(code, lang_of(request))])

    @made.get("/events/{name}", include_in_schema=False)
    def event(name: str) -> Response:
        """The JSON Schema of an event's data."""
        if name not in catalogue.BY_NAME:
            raise NotFound(name)
        return Response(json.dumps(codec.schema(name), indent=2), media_type="application/schema+json")

    return made


def page(request: Request, template: str, **values: Any) -> HTMLResponse:
    """A page under a policy that lets nothing in from elsewhere."""
    made = environment().get_template(template).render(lang=lang_of(request), **values)
    return HTMLResponse(made, headers={"Content-Security-Policy": POLICY, "Cache-Control": "no-cache"})


def described(code: str, lang: str) -> dict[str, Any]:
    """A refusal: its code, its status, its sentence."""
    return {"code": code, "status": status_of(code), "sentence": sentence(code, lang)}


def groups(document: Mapping[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """The document's operations by service, in the order of their paths."""
    made: dict[str, list[dict[str, Any]]] = {}
    for path, methods in sorted(document["paths"].items()):
        for method in METHODS:
            if method in methods:
                said = methods[method]
                body = said.get("requestBody", {}).get("content", {}).get("application/json", {})
                made.setdefault(service_of(path), []).append({
                    "method": method.upper(), "path": path, "about": said.get("description") or said.get("summary"),
                    "roles": said.get("x-roles"), "example": body.get("example"),
                    "schema": _shape(document, body.get("schema")),
                    "parameters": [one for one in said.get("parameters", ()) if one["in"] != "path"],
                })  # fmt: skip
    return made


def service_of(path: str) -> str:
    """`intake` of `/api/intake/v1/vacancies`; `platform` for what is no service's."""
    parts = path.strip("/").split("/")
    return parts[1] if parts[0] == "api" and parts[2:3] == ["v1"] else "platform"


def _shape(document: Mapping[str, Any], schema: Mapping[str, Any] | None) -> Any:
    if schema is None or "$ref" not in schema:
        return schema
    return document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
