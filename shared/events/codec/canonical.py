"""`J(x)`: the RFC 8785 bytes of what an event may hold (transparency.md 3).

ASCII keys, strings without U+0000 or a lone surrogate, integers below 2^53, booleans, lists, objects. The only other
module that knows JSON is the codec beside it.
"""

from __future__ import annotations

import re
from typing import Any, Final

import msgspec

from shared.events.errors import Unreadable

LARGEST: Final = 2**53 - 1
DEEPEST: Final = 32

_LONG = re.compile(rb"[:,\[]-?[0-9]{16}")
_STRANGE = re.compile(rb"[:,\[]-?[0-9]+(?:[.eE]|(?<=[0-9]{16}))")  # inside a string, too: then the walk tells
_encoder = msgspec.json.Encoder(order="sorted")
_decoder = msgspec.json.Decoder()


def dumps(value: Any) -> bytes:
    """The canonical bytes of a value that `check` accepts; values from our own types need no check."""
    try:
        return _encoder.encode(value)
    except (msgspec.EncodeError, UnicodeEncodeError, TypeError) as error:
        raise Unreadable(str(error)) from None


def written(value: Any) -> bytes:
    """The canonical bytes of a value made from one of our types; Unreadable for what no event may hold.

    The walk is only for bytes that give a reason: a sign beyond ASCII, U+0000, a long number.
    """
    data = dumps(value)
    if not data.isascii() or b"\\u0000" in data or _LONG.search(data):
        check(value)
    return data


def trusted(data: bytes | str) -> Any:
    """The value of bytes that we wrote ourselves: read fast, nothing checked."""
    return _decoder.decode(data)


def check(value: Any, depth: int = 0) -> None:
    """Unreadable if the value is none that an event may hold."""
    if depth > DEEPEST:
        raise Unreadable(f"nested deeper than {DEEPEST}")
    match value:
        case bool():
            return
        case str():
            _check_text(value)
        case int():
            if not -LARGEST <= value <= LARGEST:
                raise Unreadable(f"integer beyond 2^53: {value}")
        case dict():
            for key, item in value.items():
                if not (isinstance(key, str) and key.isascii()):
                    raise Unreadable(f"key is not ASCII: {key!r}")
                _check_text(key)
                check(item, depth + 1)
        case list():
            for item in value:
                check(item, depth + 1)
        case _:
            raise Unreadable(f"no event holds a {type(value).__name__}; decimals are strings, absent means unknown")


def _check_text(text: str) -> None:
    if "\x00" in text:
        raise Unreadable("text holds U+0000")
    if not text.isascii() and any("\ud800" <= sign <= "\udfff" for sign in text):
        raise Unreadable("text holds a lone surrogate")


def loads(data: bytes | str) -> Any:
    """The value of canonical bytes; Unreadable for anything else, be it only a space."""
    raw = data if isinstance(data, bytes) else data.encode("utf-8", "surrogatepass")
    try:
        value = _decoder.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Unreadable(str(error)) from None
    if _doubtful(value, raw):
        check(value)
    if dumps(value) != raw:
        raise Unreadable("not the canonical bytes: order of keys, white space, escapes, numbers or a key given twice")
    return value


def _doubtful(value: Any, raw: bytes) -> bool:
    """Whether bytes that are canonical otherwise may hold what no event holds: then every value is looked at."""
    return (
        type(value) is not dict
        or not raw.isascii()
        or b"\\u0000" in raw
        or b"null" in raw
        or _STRANGE.search(raw) is not None
        or raw.count(b"[") + raw.count(b"{") > DEEPEST
    )
