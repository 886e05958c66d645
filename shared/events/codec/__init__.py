"""Events to bytes and back. Each type is prepared once; sorted output and typed decoding are msgspec's.

A field whose name ends with `_` loses it on the wire (`import_`, `from_`): those are words that Python keeps for
itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from inspect import cleandoc
from typing import Any

import msgspec

from shared.events import catalogue
from shared.events.codec.canonical import dumps, loads, trusted, written
from shared.events.codec.prepared import decimal, plain_of, reader_of
from shared.events.envelope import Draft, Recorded
from shared.events.errors import Unreadable

__all__ = [
    "body",
    "decimal",
    "decode",
    "draft",
    "dumps",
    "encode",
    "event_of",
    "fingerprint",
    "leaf_data",
    "loads",
    "message",
    "read",
    "schema",
    "split",
    "trusted",
]


def encode(event: Any) -> tuple[str, bytes]:
    """The type's name on the wire, and the canonical bytes of the event."""
    of: Any = type(event)
    return catalogue.BY_CLASS[of].name, written(plain_of(of)(event))


def body(command: Any) -> bytes:
    """The canonical bytes of a command's body: what its author sent, which is what its idempotency is about."""
    of: Any = type(command)
    return written(plain_of(of)(command))


def fingerprint(command: Any) -> bytes:
    """Bytes that tell one command from another, for keys of idempotency alone: faster than `body`, not canonical.

    Unreadable for what no body can hold.
    """
    return dumps(command)


def decode(name: str, data: bytes | str) -> Any:
    """The event of a type that was ever published; fields that it does not know are ignored. Unreadable if it cannot
    be."""
    return read(catalogue.named(name).of, data)


def read(kind: Any, data: bytes | str) -> Any:
    """A value of a dataclass from its bytes, typed strictly."""
    try:
        return reader_of(kind)(data)
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        raise Unreadable(f"{kind.__name__}: {error}") from None


def draft(stream: str, version: int, event: Any, **envelope: str | None) -> Draft:
    """An event ready to be appended at a version of its stream; `envelope` names actor, received_at, causation,
    correlation."""
    of: Any = type(event)
    plain = plain_of(of)(event)
    data = written(plain).decode()
    name = catalogue.BY_CLASS[of].name
    return Draft(stream=stream, version=version, type=name, data=data, event=event, plain=plain, **envelope)


def event_of(recorded: Recorded) -> Any:
    """The event of a record, decoded at most once."""
    if recorded._event is None:
        recorded._event = decode(recorded.type, recorded.data)
    return recorded._event


def split(
    name: str, data: Mapping[str, Any], *, public: bool, alias: str | None
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The shown half of a payload and the rest of its data (transparency 3.2), by the type's own declaration.

    A list that is split keeps length and order in both halves. A type without a shown half shows `{}`.
    """
    if public:
        hidden = catalogue.named(name).hidden
        return {}, {key: data[key] for key in hidden if key in data}
    tree = _tree(name)
    if tree is None:
        return {}, dict(data)
    if alias is None:
        raise Unreadable(f"{name} shows an alias, and its stream has none")
    shown: dict[str, Any] = {"alias": alias, "type": name}
    kept: dict[str, Any] = {}
    for key, value in data.items():
        if key in tree.whole:
            shown[key] = value
        elif key in tree.inside:
            names = tree.inside[key]
            shown[key] = [{field: item[field] for field in item if field in names} for item in value]
            kept[key] = [{field: item[field] for field in item if field not in names} for item in value]
        else:
            kept[key] = value
    return shown, kept


def leaf_data(name: str, data: Mapping[str, Any], digest: Callable[[str], str]) -> dict[str, Any]:
    """The data of a public leaf: without `~fields`, words as their digest, wherever in lists they lie."""
    kind = catalogue.named(name)
    made = {key: value for key, value in data.items() if key not in kind.hidden}
    for path in kind.words:
        made = _digested(made, path.split("."), digest)
    return made


def _digested(value: Any, path: Sequence[str], digest: Callable[[str], str]) -> Any:
    """A value with the words at this path as their digest; what is absent stays absent."""
    if isinstance(value, list):
        return [_digested(item, path, digest) for item in value]
    if path:
        key, *rest = path
        return {**value, key: _digested(value[key], rest, digest)} if key in value else value
    if isinstance(value, dict):
        return {key: digest(text) for key, text in value.items()}
    return digest(value)


def message(recorded: Recorded, service: str) -> bytes:
    """The event as one CloudEvents 1.0 message in structured JSON (architecture 5): what readers and Kafka get."""
    agency = recorded.stream.partition("-")[2].partition("+")[0].partition(".")[0]
    attributes: dict[str, Any] = {
        "specversion": "1.0",
        "id": str(recorded.position),
        "source": f"/{agency}/{service}",
        "type": recorded.type,
        "subject": recorded.stream,
        "time": recorded.recorded_at,
        "datacontenttype": "application/json",
        "data": msgspec.Raw(recorded.data.encode()),
        "position": recorded.position,
        "version": recorded.version,
        "leaf": recorded.leaf.hex(),
        "previousleaf": recorded.previous_leaf.hex(),
        "causationid": recorded.causation,
        "correlationid": recorded.correlation,
    }
    return dumps({key: value for key, value in attributes.items() if value is not None})


def schema(name: str) -> dict[str, Any]:
    """JSON Schema 2020-12 of a type's data, for `schemas/TYPE.json`."""
    kind = catalogue.named(name)
    (made,), parts = msgspec.json.schema_components([kind.of], ref_template="#/$defs/{name}")
    inner = {key: _renamed(value) for key, value in parts.items()}
    whole = inner.pop(kind.of.__name__) if kind.of.__name__ in inner else _renamed(made)
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": f"urn:merit:schema:{name}", "title": name}
    return {**head, **whole, "title": name, **({"$defs": inner} if inner else {})}


def _renamed(value: Any) -> Any:
    """Names as on the wire, and no null: what is unknown is absent."""
    if isinstance(value, list):
        return [_renamed(item) for item in value if item != {"type": "null"}]
    if not isinstance(value, dict):
        return value
    made = {key: _renamed(item) for key, item in value.items() if not (key == "default" and item is None)}
    if isinstance(made.get("description"), str):
        made["description"] = cleandoc(made["description"])
    if isinstance(made.get("anyOf"), list) and len(made["anyOf"]) == 1:
        made = {**made, **made["anyOf"][0]}
        del made["anyOf"]
    if "properties" in made:
        made["properties"] = {key.rstrip("_"): item for key, item in made["properties"].items()}
        made["required"] = [key.rstrip("_") for key in made.get("required", [])]
    return made


@dataclass(frozen=True, slots=True)
class _Tree:
    whole: frozenset[str]
    inside: Mapping[str, frozenset[str]]


@cache
def _tree(name: str) -> _Tree | None:
    """Where the shown half of a type lies; None for a type without one."""
    kind = catalogue.named(name)
    if not kind.shown and not kind.fact:
        return None
    inside: dict[str, set[str]] = {}
    for path in kind.shown:
        head, _, tail = path.partition(".")
        if tail:
            inside.setdefault(head, set()).add(tail)
    whole = {path for path in kind.shown if "." not in path}
    return _Tree(frozenset(whole), {key: frozenset(value) for key, value in inside.items()})
