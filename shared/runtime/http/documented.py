"""The OpenAPI document: FastAPI's own, completed by what the routes themselves know.

Every operation has a summary in plain English, its rule's roles (`x-roles`, none: nobody need sign in), and an example
of its body.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from fastapi import FastAPI

from shared.runtime.http.routes import routes
from shared.runtime.http.site import UNIT

SCHEMA: Final = "application/json"
NULL: Final = {"type": "null"}
WHERE: Final = "The unit that one acts in, where one has roles in several."
BEARER: Final = {"bearer": {"type": "http", "scheme": "bearer", "description": "A session's token, or a program's."}}
PROBLEM: Final[dict[str, Any]] = {
    "title": "Problem",
    "description": "RFC 9457. `code` is stable and for programs, `title` is for people.",
    "type": "object",
    "required": ["type", "title", "status", "code", "instance"],
    "properties": {
        "type": {"type": "string", "format": "uri-reference"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string", "pattern": "^[a-z_]+(\\.[a-z_]+)?$"},
        "instance": {"type": "string", "format": "uri-reference"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["at", "rule"],
                "properties": {name: {"type": "string"} for name in ("at", "rule", "expected")},
            },
        },
    },
}

PROBLEM_SAID: Final[dict[str, Any]] = {
    "description": "A problem (RFC 9457).",
    "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
}
_PAUSE: Final = {"Retry-After": {"description": "Seconds.", "required": True, "schema": {"type": "integer"}}}
_HOW: Final = {"WWW-Authenticate": {"description": "Bearer.", "required": True, "schema": {"type": "string"}}}
HEADERS: Final[Mapping[str, Any]] = {"401": _HOW, "429": _PAUSE, "503": _PAUSE}


def documented(app: FastAPI) -> Callable[[], dict[str, Any]]:
    """What `app.openapi` is from here on; made once."""
    plain = app.openapi

    def document() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = without_null(_completed(app, plain()))
        return app.openapi_schema

    return document


def summary_of(text: str) -> str:
    """The first words of a description, up to the first stop: `A round` of `A round: kind, decree, calendar.`"""
    return re.split(r"[;:(]|[.,](?=\s|$)", " ".join(text.split()), maxsplit=1)[0].strip()


def without_null(value: Any, of_map: bool = False) -> Any:
    """The same schemas without null: bodies with null are refused, and answers leave out what is not there. The values
    of a map (`of_map`) alone may be null: their names are data, as of a figure that is hidden."""
    if isinstance(value, list):
        return [without_null(one) for one in value]
    if not isinstance(value, dict):
        return value
    made = {
        name: without_null(one, name == "additionalProperties")
        for name, one in value.items()
        if not (name == "default" and one is None)
    }
    if NULL in value.get("anyOf", ()) and not of_map:
        one, *more = (one for one in made.pop("anyOf") if one != NULL)
        made = {**made, "anyOf": [one, *more]} if more else {**one, **made}
    return made


def header(name: str, said: str) -> dict[str, Any]:
    """A header that a request may have: `Arrival-Ticket` of `arrival-ticket`."""
    return {"name": name.title(), "in": "header", "required": False, "description": said, "schema": {"type": "string"}}


def example_of(schemas: Mapping[str, Any], schema: Mapping[str, Any]) -> Any:
    """A body of the first examples of its fields; of those without one, where they may be absent, nothing."""
    if "$ref" in schema:
        schema = schemas[str(schema["$ref"]).rpartition("/")[2]]
    made = {name: one["examples"][0] for name, one in schema.get("properties", {}).items() if "examples" in one}
    return schema["examples"][0] if "examples" in schema else made


def _completed(app: FastAPI, made: dict[str, Any]) -> dict[str, Any]:
    components = made.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    schemas["Problem"] = PROBLEM
    components["securitySchemes"] = BEARER
    for route in routes(app):
        said = made["paths"].get(route.path, {}).get(route.method.lower())
        if said is None:
            continue
        if route.summary is None:
            said["summary"] = summary_of(said.get("description") or said["summary"])
        roles = sorted(route.rule.roles) if route.rule else []
        said["x-roles"], said["security"] = roles, [{"bearer": []}] if roles else [{}, {"bearer": []}]
        if roles:
            said.setdefault("parameters", []).append(header(UNIT, WHERE))
        _told_of_problems(said["responses"])
        body = said.get("requestBody", {}).get("content", {}).get(SCHEMA)
        if body is not None:
            body.setdefault("example", example_of(schemas, body["schema"]))
    return made


def _told_of_problems(responses: dict[str, Any]) -> None:
    """Whoever asks too often waits, on every route; who must wait, or sign in, is told how."""
    responses.setdefault("429", PROBLEM_SAID)
    for status, headers in HEADERS.items():
        if status in responses:
            responses[status] = {**responses[status], "headers": headers}
