"""Whether a new schema of an event may follow an old one: proved over all events, not over examples.

An added field would seem to break, since old data might hold that name. So what a producer writes is closed, and what a
consumer reads is open.
"""

import json
from collections.abc import Iterator
from typing import Any

import jsonschema_rs

NO = jsonschema_rs.canonical.Satisfiability.NO
SAMPLES = {"string": "x", "integer": 1, "boolean": True, "null": None, "number": 1.5}

Schema = dict[str, Any]


def shape(schema: Any, *, closed: bool) -> Any:
    """The schema with objects that hold their own fields alone, or any others beside them."""
    if isinstance(schema, list):
        return [shape(item, closed=closed) for item in schema]
    if not isinstance(schema, dict):
        return schema
    made = {key: shape(item, closed=closed) for key, item in schema.items() if key != "$id"}
    if isinstance(made.get("properties"), dict) and "type" in made:
        made.pop("additionalProperties", None)
        if closed:
            made["additionalProperties"] = False
    return made


def broken(producer: Schema, consumer: Schema) -> str | None:
    """An event that the producer may write and the consumer cannot read; None if there is none."""
    writes, reads = shape(producer, closed=True), shape(consumer, closed=False)
    left = jsonschema_rs.canonicalize(writes).subtract(jsonschema_rs.canonicalize(reads))
    if left.satisfiability() is NO:
        return None
    writer, reader = (jsonschema_rs.validator_for(one) for one in (writes, reads))
    for event in examples(writes, writes.get("$defs", {})):
        if writer.is_valid(event) and not reader.is_valid(event):
            return json.dumps(event)
    return f"whatever fits {left.to_json_schema()}"


def examples(schema: Schema, parts: Schema) -> Iterator[Any]:
    """Small values of a schema: the shortest first, then each field in each of its forms."""
    if "$ref" in schema:
        yield from examples(parts[schema["$ref"].rpartition("/")[2]], parts)
    elif "enum" in schema:
        yield from schema["enum"]
    elif schema.get("type") == "object":
        fields = schema.get("properties", {})
        least = {name: next(examples(fields[name], parts)) for name in schema.get("required", ())}
        yield least
        yield from ({**least, name: value} for name in fields for value in examples(fields[name], parts))
        if isinstance(schema.get("additionalProperties"), dict):
            yield from ({"x": value} for value in examples(schema["additionalProperties"], parts))
    elif schema.get("type") == "array":
        yield []
        yield from ([value] for value in examples(schema.get("items", {"type": "string"}), parts))
    else:
        yield SAMPLES[schema.get("type", "string")]


def breaks(old: Schema, new: Schema) -> dict[str, str]:
    """What forbids that the new schema follows the old one under the same name: by direction, an event as proof.

    `backward`: new code cannot read what was written. `forward`: old code cannot read what will be written.
    """
    found = {"backward": broken(old, new), "forward": broken(new, old)}
    return {direction: event for direction, event in found.items() if event is not None}
