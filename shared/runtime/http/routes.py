"""Every route of an application, with the rule that stands at its door."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from starlette.types import Scope

from shared.runtime.http.rules import Rule

UNKNOWN: Final = "other"  # no route of ours, or refused before one was looked for
UNASKED: Final = frozenset({"HEAD", "OPTIONS"})  # the framework's own, beside a route's methods


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A route: `path` is its template, `rule` and `summary` None where nobody gave it one."""

    method: str
    path: str
    rule: Rule | None
    summary: str | None


def routes(app: FastAPI) -> Iterator[Listed]:
    """In the order of the routers, those of routers within routers too; one for each method."""
    for one in iter_route_contexts(app.routes):
        for method in sorted(set(one.methods or ()) - UNASKED):
            rule, summary = _rule(getattr(one, "dependant", None)), getattr(one, "summary", None)
            yield Listed(method=method, path=str(one.path), rule=rule, summary=summary)


def template_of(scope: Scope) -> str:
    """`/api/intake/v1/vacancy/{id}/publish`: the route that was found, with the prefixes of its routers."""
    found = scope.get("fastapi", {}).get("effective_route_context") or scope.get("route")
    return str(getattr(found, "path", UNKNOWN))


def _rule(dependant: Any) -> Rule | None:
    """Of the first dependency that has one: whoever is let in there has passed the door."""
    if dependant is None:
        return None
    found: Rule | None = getattr(dependant.call, "rule", None)
    return found or next(filter(None, map(_rule, dependant.dependencies)), None)
