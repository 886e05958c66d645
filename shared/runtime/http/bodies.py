"""What a request's body may be: JSON without duplicate keys, floats, null or depth, in the shape of a command.

The commands are frozen dataclasses; their pydantic twins are made here, so that a stranger's field, a float for a
decimal or a null is refused by name (ASVS 8.2.3). What only the server may say has no place in a body.

Nobody's body is read before they are known, where somebody must be; a large one is not parsed on the event loop.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import types
import typing
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from decimal import Decimal
from functools import cache
from typing import Annotated, Any, Final, NoReturn

from fastapi import Request
from fastapi.routing import APIRoute
from pydantic import BaseModel, ConfigDict, Field, create_model
from starlette.responses import Response
from starlette.types import Receive, Scope

from shared.events import Unreadable, codec
from shared.events.codec.canonical import LARGEST, check
from shared.runtime.calls import authored_fields
from shared.runtime.http.rules import PUBLIC, SignedOut
from shared.runtime.http.site import site_of

MOST_DIGITS: Final = 16  # of an integer; one below 2^53 has no more
MOST: Final = 1_000_000  # bytes of a body that is no document, where it holds a notice, an analysis, or long words
USUAL: Final = 65_536  # bytes of any other
VAST: Final = frozenset({
    "adopt-job-analysis", "adopt-rule-pack", "drafts", "propose-need", "publish-vacancy", "words",
})  # fmt: skip  # parts of the paths of the former
DECIMAL: Final = r"^-?(0|[1-9][0-9]{0,39})(\.[0-9]{1,40})?$"
INSTANT: Final = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?Z$"
DAY: Final = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"

_SPELLED: Final[dict[Any, Any]] = {
    Decimal: Annotated[str, Field(pattern=DECIMAL, examples=["40"])],
    dt.datetime: Annotated[str, Field(pattern=INSTANT, json_schema_extra={"format": "date-time"})],
    dt.date: Annotated[str, Field(pattern=DAY, json_schema_extra={"format": "date"})],
    int: Annotated[int, Field(ge=-LARGEST, le=LARGEST)],
}


class TooLarge(Exception):
    """A body beyond `most_of` its route."""


class Strict(BaseModel):
    """A body whose every field is known, and is of its type without any conversion."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class StrictRequest(Request):
    """A request whose JSON, of at most so many bytes, is read by `parse`, once."""

    def __init__(self, scope: Scope, receive: Receive, most: int = USUAL) -> None:
        super().__init__(scope, receive)
        self._most = most

    async def json(self) -> Any:
        """The body's value. Unreadable for what no event could hold."""
        if not hasattr(self, "_json"):
            raw = await self.body()
            self._json = parse(raw) if len(raw) <= USUAL else await asyncio.to_thread(parse, raw)
        return self._json

    async def body(self) -> bytes:
        """All of it. TooLarge beyond what was said, whatever its length was said to be."""
        if not hasattr(self, "_body"):
            taken = bytearray()
            async for chunk in self.stream():
                taken += chunk
                if len(taken) > self._most:
                    raise TooLarge
            self._body = bytes(taken)
        return self._body


class StrictRoute(APIRoute):
    """A route whose requests are strict. FastAPI reads a body before it asks the route's rule: who must be signed in is
    asked here before, and is answered as by the rule."""

    def get_route_handler(self) -> Any:
        """FastAPI's own, over a strict request."""
        handle, most = super().get_route_handler(), most_of(self.path)
        rules = [getattr(one.call, "rule", PUBLIC) for one in self.dependant.dependencies]
        guarded = self.body_field is not None and any(rule.roles for rule in rules)

        async def strictly(request: Request) -> Response:
            if guarded and site_of(request).asking(request) is None:
                raise SignedOut
            answer: Response = await handle(StrictRequest(request.scope, request.receive, most))
            return answer

        return strictly


def most_of(path: str) -> int:
    """How many bytes a body may have, by its route's path."""
    return USUAL if VAST.isdisjoint(path.split("/")) else MOST


def parse(raw: bytes) -> Any:
    """The value of JSON text. Unreadable for a key given twice, a float, NaN, null, U+0000, depth, a huge number."""
    try:
        text = raw.decode()
        value = json.loads(
            text, object_pairs_hook=_once, parse_float=_float, parse_int=_integer, parse_constant=_constant
        )
        check(value)
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"no JSON that can be read: {type(error).__name__}") from None
    return value


def command_of(kind: Any, value: Any) -> Any:
    """The command of a body that its shape has accepted. Unreadable for an instant or a day that is none."""
    return codec.read(kind, codec.dumps(value))


@cache
def shape_of(command: Any) -> type[Strict]:
    """The body of a command: its fields without those that only the server may say."""
    return _model(command, f"{command.__name__}", authored_fields(command))


@cache
def _model(kind: Any, name: str, named: tuple[str, ...] | None = None) -> type[Strict]:
    hints = typing.get_type_hints(kind)
    made: dict[str, Any] = {}
    for item in fields(kind):
        if named is None or item.name in named:
            default = ... if item.default is MISSING and item.default_factory is MISSING else None
            key = item.name.rstrip("_")
            made[item.name] = (_spelled(hints[item.name]), Field(default, alias=key if key != item.name else None))
    return create_model(name, __base__=Strict, __doc__=kind.__doc__, **made)


def _spelled(hint: Any) -> Any:
    """How a field's type is written in JSON; where a field may be absent, null is refused all the same."""
    origin, inner = typing.get_origin(hint), typing.get_args(hint)
    if origin in (typing.Union, types.UnionType):
        (one,) = (item for item in inner if item is not type(None))
        return _spelled(one)
    if origin is tuple:
        return Annotated[list[_spelled(inner[0])], Field(max_length=10_000)]  # type: ignore[misc]
    if origin is not None and issubclass(origin, Mapping):
        return dict[str, _spelled(inner[1])]  # type: ignore[misc]
    if is_dataclass(hint):
        inner_kind: Any = hint
        return _model(inner_kind, inner_kind.__name__)
    return _SPELLED.get(hint, hint)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise Unreadable("a key is given twice")
    return made


def _integer(text: str) -> int:
    if len(text.lstrip("-")) > MOST_DIGITS:
        raise Unreadable("an integer beyond 2^53")
    return int(text)


def _float(_: str) -> NoReturn:
    raise Unreadable('a number with a fraction or an exponent: decimals are strings ("40.5")')


def _constant(text: str) -> NoReturn:
    raise Unreadable(f"{text} is no JSON")
