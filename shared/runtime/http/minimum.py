"""Whoever has just acted sees their own act: `?min=<service>:<position>` waits until a read has come that far.

The position is the one that the command answered. After two seconds the answer is 202: ask again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Annotated, Any, Final

from fastapi import Depends, Query, Request
from starlette.responses import JSONResponse, Response

from shared.events import MeritError, Refused
from shared.events.codec.canonical import LARGEST
from shared.runtime.http.site import Here, Site

FORM: Final = r"^[a-z]{1,30}:[0-9]{1,16}$"
PATIENCE: Final = 2.0  # seconds
STEP: Final = 0.02  # seconds between two looks at a view
RESPONSES: Final[dict[int | str, dict[str, Any]]] = {
    202: {
        "description": "The read has not come to `min` yet.",
        "content": {
            "application/json": {
                "schema": {
                    "type": "object",
                    "required": ["service", "position", "size"],
                    "properties": {
                        "service": {"type": "string"},
                        "position": {"type": "integer"},
                        "size": {"type": "integer"},
                    },
                }
            }
        },
    }
}

Awaited = Annotated[
    str | None, Query(alias="min", pattern=FORM, examples=["intake:41"], description="`service:position` to wait for.")
]
Applied = Callable[[str], int]  # how many events of that service a view has applied


class NotYet(MeritError):
    """A read holds `size` events of a service, and not yet the one at `position`."""

    def __init__(self, service: str, position: int, size: int) -> None:
        super().__init__(f"{service}: {size} events, position {position} is awaited")
        self.said = {"service": service, "position": position, "size": size}


def minimum(applied: Applied | None = None, *, patience: float = PATIENCE) -> Any:
    """A dependency of a read: passes once the ledger, and the view that `applied` tells of, hold the position. NotYet
    after `patience` seconds; Refused (`minimum.unknown`) for a service that is not here."""

    async def waited(site: Here, awaited: Awaited = None) -> None:
        if awaited is not None:
            service, _, digits = awaited.partition(":")
            position = int(digits)
            if service not in site.pipelines or position > LARGEST:
                raise Refused("minimum.unknown")
            size = await _reached(site, service, position, applied, patience)
            if size <= position:
                raise NotYet(service, position, size)

    return Depends(waited)


async def _reached(site: Site, service: str, position: int, applied: Applied | None, patience: float) -> int:
    """How many events the read holds, once that is enough or the time is over."""
    now = asyncio.get_running_loop().time
    ends = now() + patience
    bell = site.bell(service)
    if not await bell.beyond(position, patience) or applied is None:
        return bell.size
    while (size := await asyncio.to_thread(applied, service)) <= position and now() < ends and not bell.ended:
        await asyncio.sleep(STEP)
    return size


def late(_: Request, error: NotYet) -> Response:
    """202, and how far the read has come."""
    return JSONResponse(error.said, 202, headers={"Retry-After": "1", "Cache-Control": "no-store"})
