"""What people's routes share: the router they hang on, answers that nobody may keep, and whose session asks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, Any, Final

from fastapi import APIRouter, Path, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict
from starlette.responses import JSONResponse, Response

from services.people.http.pauses import Paused
from shared.events import Refused
from shared.runtime.http import replies
from shared.runtime.http.acts import PROBLEMS
from shared.runtime.http.bodies import StrictRoute
from shared.runtime.http.rules import OWN, SIGNED_IN
from shared.runtime.http.site import BEARER, allowed
from shared.runtime.identity import Principal

NAME: Final = "people"
UNKEPT: Final[Mapping[str, str]] = {"Cache-Control": "no-store"}
HEX: Final = r"^[0-9a-f]{32}$"
APPLICATION: Final = r"^[a-z0-9-]{1,60}\.[0-9a-f]{32}$"  # as intake's streams name it: agency and id
EXAMPLE: Final = "5b0e7c9a" * 4

Me = Annotated[Principal, allowed(OWN)]
Anybody = Annotated[Principal, allowed(SIGNED_IN)]
HexId = Annotated[str, Path(pattern=HEX, examples=[EXAMPLE])]


class Said(BaseModel):
    """An answer's body: these fields and no other."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Route(StrictRoute):
    """A strict route. It says how long whoever guessed too often must wait, and of a stranger's field only where it
    stood: its name was typed by somebody, too."""

    def get_route_handler(self) -> Any:
        """The strict one, with both."""
        handle = super().get_route_handler()

        async def patiently(request: Request) -> Response:
            try:
                answer: Response = await handle(request)
            except Paused as paused:
                headers = {"Retry-After": str(paused.seconds)}
                return replies.problem(request, paused.code, replies.status_of(paused.code), headers=headers)
            except RequestValidationError as error:
                raise RequestValidationError([_unnamed(one) for one in error.errors()]) from None
            return answer

        return patiently


def _unnamed(one: dict[str, Any]) -> dict[str, Any]:
    return {**one, "loc": one["loc"][:-1]} if one["type"] == "extra_forbidden" else one


class Unkept(JSONResponse):
    """An answer that no browser and no proxy may keep."""

    def __init__(self, content: Any = None, status_code: int = 200, **more: Any) -> None:
        more["headers"] = {**(more.get("headers") or {}), **UNKEPT}
        super().__init__(content, status_code, **more)


def hung(tag: str, *routes: tuple[str, Callable[..., Any], str], **more: Mapping[str, Any]) -> APIRouter:
    """A router of routes: `POST /accounts`, its handler, a summary. `more` by the handler's name: what FastAPI takes
    besides. A handler's docstring is the route's description."""
    made = APIRouter(
        prefix=f"/api/{NAME}/v1", route_class=Route, responses=PROBLEMS, tags=[tag],
        default_response_class=Unkept,
    )  # fmt: skip
    for route, handler, summary in routes:
        method, _, path = route.partition(" ")
        made.add_api_route(
            path, handler, methods=[method], summary=summary, response_model_exclude_none=True,
            **more.get(handler.__name__, {}),
        )  # fmt: skip
    return made


def done() -> Response:
    """204: it is so from now on, and there is nothing to say."""
    return Response(status_code=204, headers=dict(UNKEPT))


def credential(request: Request) -> str:
    """The bearer token that a signed-in request came with."""
    return request.headers.get("authorization", "")[len(BEARER) :].strip()


def session(request: Request) -> str:
    """A session's token. Refused (`session.needed`) for an API token: a program's token gets nobody another one."""
    token = credential(request)
    if "." in token:
        raise Refused("session.needed")
    return token
