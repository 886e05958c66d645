"""What every route needs of the process that it runs in: clock, who asks, the services, and the waiting for both."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Annotated, Any, Final, Protocol

from fastapi import Depends, Request

from shared.events import Refused
from shared.ledger.store import Clock
from shared.runtime.http.rules import Rule, may
from shared.runtime.http.waiting import Bell, Waker
from shared.runtime.identity import Principal
from shared.runtime.pipeline import Pipeline

UNIT: Final = "merit-unit"  # the header that names the unit somebody acts in, where they have roles in several
BEARER: Final = "bearer "


class Door(Protocol):
    """Turns a credential into who it is."""

    def principal(self, token: str, unit: str | None, now: dt.datetime) -> Principal | None:
        """Whose it is, in the unit that they name; None for nobody's. Refused (`unit.not_yours`)."""


@dataclass(kw_only=True, eq=False)
class Site:
    """One process's own. `pipelines` by service."""

    clock: Clock
    door: Door
    pipelines: Mapping[str, Pipeline]
    _bells: dict[str, Bell] = field(default_factory=dict)
    _ended: bool = False

    @cached_property
    def waker(self) -> Waker:
        """Of the running loop."""
        return Waker(asyncio.get_running_loop())

    def bell(self, service: str) -> Bell:
        """Rings when that service's ledger has grown."""
        if service not in self._bells:
            self._bells[service] = Bell(self.pipelines[service], asyncio.get_running_loop())
            if self._ended:  # whoever comes now waits for nothing
                self._bells[service].stop()
        return self._bells[service]

    def stop(self) -> None:
        """Whoever waits for a bell is let go, and nobody waits from now on."""
        self._ended = True
        for bell in self._bells.values():
            bell.stop()

    def asking(self, request: Request) -> Principal | None:
        """Who asks; None for somebody without a credential. Refused (`token.invalid`) for a credential of nobody's."""
        said = request.headers.get("authorization")
        if said is None:
            return None
        if said[: len(BEARER)].lower() != BEARER:
            raise Refused("token.invalid")
        principal = self.door.principal(said[len(BEARER) :].strip(), request.headers.get(UNIT), self.clock())
        if principal is None:
            raise Refused("token.invalid")
        return principal


def site_of(request: Request) -> Site:
    """The site that this request came to."""
    site: Site = request.app.state.site
    return site


class Allowed:
    """A dependency: who asks, once the route's rule lets them. The matrix of all routes reads `rule`."""

    def __init__(self, rule: Rule, object_: Callable[[Request], str] | None = None) -> None:
        self.rule = rule
        self._object = object_

    async def __call__(self, request: Request) -> Principal | None:
        """None only where nobody need sign in."""
        principal = site_of(request).asking(request)
        request.state.roles = frozenset() if principal is None else principal.roles  # a denial is logged with them
        may(principal, self.rule, None if self._object is None else self._object(request))
        return principal


def allowed(rule: Rule, object_: Callable[[Request], str] | None = None) -> Any:
    """The rule of a route; with `object_`, for an object within its reach."""
    return Depends(Allowed(rule, object_))


def by_id(request: Request) -> str:
    """The object that the path names."""
    return str(request.path_params["id"])


Here = Annotated[Site, Depends(site_of)]
