"""What feedback's routes share: their prefix, answers with a known shape, the router of reads."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict
from starlette.responses import Response

from shared.ledger import Ledger
from shared.runtime.http.acts import PROBLEMS
from shared.runtime.http.bodies import StrictRoute
from shared.runtime.http.minimum import RESPONSES, minimum
from shared.runtime.http.rules import PUBLIC
from shared.runtime.http.site import Site, allowed
from shared.runtime.identity import Principal

NAME: Final = "feedback"
PREFIX: Final = f"/api/{NAME}/v1"
Everybody = Annotated[Principal | None, allowed(PUBLIC)]


class Said(BaseModel):
    """An answer's body: these fields and no other."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def ledger_of(site: Site) -> Ledger:
    """Feedback's, in this process."""
    return site.pipelines[NAME].ledger


def unkept(response: Response) -> None:
    """A dependency: no browser and no proxy may keep it."""
    response.headers["Cache-Control"] = "no-store"


def hung(tag: str, *routes: tuple[str, Callable[..., Any]]) -> APIRouter:
    """A router of reads, by path. A handler's docstring is the route's description; each waits for `?min=`."""
    made = APIRouter(
        prefix=PREFIX, route_class=StrictRoute, responses={**PROBLEMS, **RESPONSES}, tags=[tag],
        dependencies=[minimum(), Depends(unkept)],
    )  # fmt: skip
    for path, handler in routes:
        made.add_api_route(path, handler, methods=["GET"], response_model_exclude_none=True)
    return made
