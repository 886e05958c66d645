"""Writes what is made of the event classes: `shared/events/schemas/TYPE.json`.

    python -m scripts.generate             write what differs
    python -m scripts.generate --check     write nothing; fail with the names of what differs
    python -m scripts.generate --publish   write, and keep each new schema beside the earlier ones for ever

What was published stands in `tests/contract/published/TYPE/NUMBER.json` and is never edited: a later schema must read
what an earlier one allowed.
"""

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from shared.events import catalogue, codec

ROOT = Path(__file__).resolve().parents[1]
SCHEMAS = Path("shared/events/schemas")
PUBLISHED = Path("tests/contract/published")


def made() -> dict[Path, str]:
    """Every generated file by its place in the repository, with its text."""
    return {SCHEMAS / f"{kind.name}.json": _text(codec.schema(kind.name)) for kind in catalogue.TYPES}


def differing(root: Path = ROOT) -> list[Path]:
    """Generated files that are missing, differ from their text, or are of no type."""
    wanted = made()
    there = {path.relative_to(root): path.read_text("utf-8") for path in (root / SCHEMAS).glob("*")}
    return sorted(path for path in wanted.keys() | there.keys() if wanted.get(path) != there.get(path))


def write(root: Path = ROOT) -> None:
    """Makes what is there equal to what is made."""
    wanted = made()
    (root / SCHEMAS).mkdir(parents=True, exist_ok=True)
    for path in differing(root):
        if path in wanted:
            (root / path).write_text(wanted[path], "utf-8")
        else:
            (root / path).unlink()


def editions(name: str, root: Path = ROOT) -> list[Path]:
    """Every published schema of a type, the oldest first."""
    return sorted((root / PUBLISHED / name).glob("*.json"), key=lambda path: int(path.stem))


def publish(root: Path = ROOT) -> None:
    """Keeps each schema that says something else than the last one published of its type."""
    for kind in catalogue.TYPES:
        before = editions(kind.name, root)
        if before and said(json.loads(before[-1].read_bytes())) == said(codec.schema(kind.name)):
            continue
        path = root / PUBLISHED / kind.name / f"{len(before) + 1}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(_text(codec.schema(kind.name)), "utf-8")


def said(schema: Any) -> Any:
    """What a schema demands, without what it explains."""
    if isinstance(schema, list):
        return [said(item) for item in schema]
    if not isinstance(schema, Mapping):
        return schema
    explained = {key for key in ("title", "description") if isinstance(schema.get(key), str)}
    return {key: said(item) for key, item in schema.items() if key not in explained}


def _text(schema: dict[str, Any]) -> str:
    return json.dumps(schema, ensure_ascii=False, indent=2) + "\n"


def main(arguments: list[str]) -> None:
    """The command."""
    match arguments:
        case []:
            write()
        case ["--publish"]:
            write()
            publish()
        case ["--check"] if found := differing():
            sys.exit("not as the classes say, run `python -m scripts.generate`:\n" + "\n".join(map(str, found)))
        case ["--check"]:
            return
        case _:
            sys.exit(__doc__)


if __name__ == "__main__":
    main(sys.argv[1:])
