"""A type is prepared once: how its values become plain, and how they are read back (stack.md, finding 6)."""

from __future__ import annotations

import datetime as dt
import types
import typing
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from decimal import Decimal
from functools import cache
from typing import Any

import msgspec

from shared.events.envelope import instant
from shared.events.errors import Unreadable

Plain = Callable[[Any], Any]
FURTHEST = 40  # powers of ten that are written out


@cache
def plain_of(kind: Any) -> Plain:
    """A function from a dataclass to plain values, reading attributes by name: no recursion over fields per event."""
    hints = typing.get_type_hints(kind)
    steps = tuple((item.name, item.name.rstrip("_"), _plain(hints[item.name])) for item in fields(kind))

    def plain(value: Any) -> dict[str, Any]:
        made = {}
        for attribute, key, convert in steps:
            item = getattr(value, attribute)
            if item is not None:
                made[key] = item if convert is None else convert(item)
        return made

    return plain


def _plain(hint: Any) -> Plain | None:
    """How a value of that type becomes plain; None where it is already."""
    origin, inner = typing.get_origin(hint), typing.get_args(hint)
    if origin in (typing.Union, types.UnionType):
        made = {_plain(item) for item in inner if item is not type(None)}
        return made.pop() if len(made) == 1 else None
    if origin is tuple:
        each = _plain(inner[0])
        return list if each is None else lambda value: [each(item) for item in value]
    if origin is not None and issubclass(origin, Mapping):
        one = _plain(inner[1])
        return dict if one is None else lambda value: {key: one(item) for key, item in value.items()}
    if hint is Decimal:
        return decimal
    if hint is dt.datetime:
        return instant
    if hint is dt.date:
        return dt.date.isoformat
    return plain_of(typing.cast(Any, hint)) if is_dataclass(hint) else None


def decimal(value: Decimal) -> str:
    """A decimal as text without an exponent; Unreadable for NaN, the infinities, and what would be a page of
    zeros."""
    if not value.is_finite():
        raise Unreadable(f"not a number: {value}")
    text = str(value)
    if "E" not in text:
        return text
    if abs(value.adjusted()) > FURTHEST:
        raise Unreadable(f"beyond 10 to the power of {FURTHEST}: {text[:80]}")
    return format(value, "f")


@cache
def reader_of(kind: Any) -> Callable[[bytes | str], Any]:
    renames = _renames(kind)
    if not renames:
        return msgspec.json.Decoder(kind).decode
    generic = msgspec.json.Decoder()

    def reader(data: bytes | str) -> Any:
        raw = generic.decode(data)
        for path, key in renames:
            _rename(raw, path, key)
        return msgspec.convert(raw, kind)

    return reader


@cache
def _renames(kind: Any) -> tuple[tuple[tuple[str, ...], str], ...]:
    """Where a dataclass's tree has fields that are named otherwise on the wire: path to the object, name there."""
    found: list[tuple[tuple[str, ...], str]] = []
    hints = typing.get_type_hints(kind)
    for item in fields(kind):
        key = item.name.rstrip("_")
        for inner in _dataclasses_in(hints[item.name]):
            found += [((key, *path), name) for path, name in _renames(inner)]
        if key != item.name:
            found.append(((), key))  # after what is inside, which is found by the name on the wire
    return tuple(found)


def _dataclasses_in(hint: Any) -> list[Any]:
    if is_dataclass(hint):
        return [hint]
    return [found for inner in typing.get_args(hint) for found in _dataclasses_in(inner)]


def _rename(raw: Any, path: tuple[str, ...], key: str) -> None:
    if isinstance(raw, list):
        for item in raw:
            _rename(item, path, key)
    elif isinstance(raw, dict):
        if path:
            _rename(raw.get(path[0]), path[1:], key)
        elif key in raw:
            raw[key + "_"] = raw.pop(key)
        else:
            raw.pop(key + "_", None)  # on the wire a stranger's field
