"""Whether this process lives, and whether it can serve: every ledger can be read.

A view that stopped leaves readiness green (architecture 7): its pages say so, and so do the metrics.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Final, Literal

import sqlalchemy as sa
from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, ConfigDict
from starlette.responses import Response

from shared.events import MeritError
from shared.runtime.http import replies
from shared.runtime.http.acts import PROBLEM
from shared.runtime.http.rules import PUBLIC
from shared.runtime.pipeline import Pipeline

log = logging.getLogger("merit.health")

PAUSE: Final = "5"  # seconds


class Live(BaseModel):
    """The event loop answers."""

    model_config = ConfigDict(extra="forbid")
    state: Literal["live"] = "live"


class Ready(BaseModel):
    """Every ledger can be read: how many events each service has. `demo`: a demonstration, with a clock of its own."""

    model_config = ConfigDict(extra="forbid")
    state: Literal["ready"] = "ready"
    demo: bool
    version: str
    services: dict[str, int]


async def anybody() -> None:
    """The rule of these routes: no credential is asked for, and none is looked at."""


anybody.rule = PUBLIC  # type: ignore[attr-defined]  # the matrix of all routes reads it


def router(pipelines: Mapping[str, Pipeline], *, demo: bool, version: str) -> APIRouter:
    """`/health/live` and `/health/ready`."""
    made = APIRouter(prefix="/health", tags=["health"], dependencies=[Depends(anybody)])

    @made.get("/live")
    async def live() -> Live:
        """Answers as long as the process does."""
        return Live()

    @made.get("/ready", response_model=Ready, responses={503: PROBLEM})
    def ready(request: Request) -> Ready | Response:
        """Whether every ledger can be read; 503 `ledger.unreadable` with the `services` whose ledger cannot."""
        sizes = {name: size_of(one) for name, one in pipelines.items()}
        gone = [name for name, size in sizes.items() if size is None]
        if gone:
            return replies.problem(
                request, "ledger.unreadable", 503, headers={"Retry-After": PAUSE}, services=gone, demo=demo
            )
        return Ready(demo=demo, version=version, services={name: size or 0 for name, size in sizes.items()})

    return made


def size_of(pipeline: Pipeline) -> int | None:
    """How many events a ledger has; None if it cannot be read."""
    try:
        return pipeline.ledger.size()
    except (MeritError, sa.exc.SQLAlchemyError, OSError):
        log.exception("a ledger cannot be read", extra={"service": pipeline.service.name})
        return None
