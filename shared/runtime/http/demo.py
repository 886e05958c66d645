"""The demonstration's clock over HTTP: read, and moved forward, by anybody; only a demonstration has these routes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Annotated, Final

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from shared.events import Unreadable, instant
from shared.runtime.demo import DemoClock
from shared.runtime.http.acts import PROBLEMS
from shared.runtime.http.bodies import INSTANT, Strict, StrictRoute
from shared.runtime.http.rules import PUBLIC
from shared.runtime.http.site import allowed

LAST: Final = dt.datetime(2100, 12, 31, tzinfo=dt.UTC)


class Move(Strict):
    """Whereto."""

    to: Annotated[str, Field(pattern=INSTANT, examples=["2027-04-01T17:00:00Z"])]


class Time(BaseModel):
    """What the clock says."""

    model_config = ConfigDict(extra="forbid")
    now: str
    demo: bool = True


def router(clock: DemoClock, moved: Callable[[], None]) -> APIRouter:
    """The clock's routes; `moved` tells the timetables."""
    made = APIRouter(prefix="/api/demo/v1", route_class=StrictRoute, responses=PROBLEMS, tags=["demo"])

    @made.get("/clock", dependencies=[allowed(PUBLIC)])
    def read() -> Time:
        """The demonstration's time."""
        return Time(now=instant(clock()))

    @made.post("/clock", dependencies=[allowed(PUBLIC)])
    def move(body: Move) -> Time:
        """Forward, never back, and not beyond the year 2100; Refused with `command.unreadable` for a day that is
        none."""
        now = clock.forward(_instant(body.to))
        moved()
        return Time(now=instant(now))

    return made


def _instant(text: str) -> dt.datetime:
    """Unreadable for one that is none, and for one from which terms could no longer be counted."""
    try:
        to = dt.datetime.fromisoformat(text)
    except ValueError:
        raise Unreadable("no such instant") from None
    if to > LAST:
        raise Unreadable("beyond the last instant of a demonstration")
    return to
