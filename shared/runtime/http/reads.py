"""What the reads of every service share: the router they hang on, answers with a known shape, and answers that have not
changed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, ConfigDict
from starlette.responses import JSONResponse, Response

from shared.ledger import Ledger
from shared.runtime.http import replies
from shared.runtime.http.acts import PROBLEMS
from shared.runtime.http.bodies import StrictRoute
from shared.runtime.http.minimum import RESPONSES, Applied, minimum
from shared.runtime.http.rules import PUBLIC
from shared.runtime.http.site import Site, allowed
from shared.runtime.identity import Principal

Everybody = Annotated[Principal | None, allowed(PUBLIC)]
Text = dict[str, tuple[str, str]]  # by code: Indonesian, English
UNCHANGED: Final[dict[int | str, dict[str, Any]]] = {304: {"description": "It has not changed."}}


class Said(BaseModel):
    """An answer's body: these fields and no other."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def ledger_of(site: Site, service: str) -> Ledger:
    """A service's, in this process."""
    return site.pipelines[service].ledger


def by_language(response: Response) -> None:
    """A dependency: Indonesian and English are two answers, and neither is kept unasked."""
    response.headers["Cache-Control"], response.headers["Vary"] = "no-cache", "Accept-Language"


def unkept(response: Response) -> None:
    """A dependency: no browser and no proxy may keep it."""
    response.headers["Cache-Control"] = "no-store"


def hung(
    service: str,
    tag: str,
    *routes: tuple[str, Callable[..., Any]],
    kept: Callable[[Response], None] = by_language,
    applied: Applied | None = None,
    **more: Any,
) -> APIRouter:
    """A router of a service's reads, by path. A handler's docstring is the route's description; each waits for
    `?min=`, until the view that `applied` tells of holds it."""
    made = APIRouter(
        prefix=f"/api/{service}/v1", route_class=StrictRoute, responses={**PROBLEMS, **RESPONSES}, tags=[tag],
        dependencies=[minimum(applied), Depends(kept)],
    )  # fmt: skip
    for path, handler in routes:
        made.add_api_route(path, handler, methods=["GET"], response_model_exclude_none=True, **more)
    return made


def tagged(request: Request, said: BaseModel | bytes, tag: str, media_type: str = "application/json") -> Response:
    """The answer under a weak ETag, or 304 for whoever has it already. Indonesian and English are two answers."""
    etag = f'W/"{tag}-{replies.lang_of(request)}"'
    headers = {"ETag": etag, "Cache-Control": "no-cache", "Vary": "Accept-Language"}
    known = {one.strip() for one in request.headers.get("if-none-match", "").split(",")}
    if etag in known or "*" in known:
        return Response(status_code=304, headers=headers)
    if isinstance(said, bytes):
        return Response(said, headers=headers, media_type=media_type)
    return JSONResponse(said.model_dump(mode="json", exclude_none=True), headers=headers, media_type=media_type)
