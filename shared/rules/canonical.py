"""The one spelling of a pack (RFC 8785), so that one pack has one digest: strings, integers, booleans, lists, objects
with ASCII keys."""

import json

from shared.rules.errors import BadPack


def canonical(value: object) -> bytes:
    """The RFC 8785 bytes of strings, integers, booleans, lists and objects with ASCII keys; `BadPack` for anything
    else.
    """
    _plain(value)
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()


def _plain(value: object) -> None:
    """Refuse what has more than one spelling or none: floats, nulls, keys outside ASCII."""
    match value:
        case str() | bool():
            return
        case int() if abs(value) < 2**53:  # beyond that RFC 8785 numbers are not exact
            return
        case list():
            for item in value:
                _plain(item)
        case dict() if all(isinstance(key, str) and key.isascii() for key in value):
            for item in value.values():
                _plain(item)
        case _:
            raise BadPack(f"neither string, integer, boolean, list nor object with ASCII keys: {value!r}")
