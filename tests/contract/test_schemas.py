"""The published schemas: made of the classes, true of every event, and never taken back."""

import copy
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scripts import generate
from shared.events import catalogue, codec
from shared.events.catalogue import EventType
from tests.contract import compatibility, strategies

KINDS = pytest.mark.parametrize("kind", catalogue.TYPES, ids=lambda kind: kind.name)
SCORED = "merit.selection.StageScored.v1"
Change = Callable[[dict[str, Any]], None]


def in_force(name: str) -> dict[str, Any]:
    """The schema of a type as it is checked in."""
    found: dict[str, Any] = json.loads((generate.ROOT / generate.SCHEMAS / f"{name}.json").read_bytes())
    return found


def test_what_is_checked_in_is_what_the_classes_say() -> None:
    assert generate.differing() == [], "run python -m scripts.generate"


def test_generating_writes_what_differs_and_takes_away_what_is_of_no_type(tmp_path: Path) -> None:
    generate.write(tmp_path)
    assert generate.differing(tmp_path) == []
    changed, extra = generate.SCHEMAS / f"{SCORED}.json", generate.SCHEMAS / "merit.intake.Gone.v1.json"
    (tmp_path / changed).write_text("{}")
    (tmp_path / extra).write_text("{}")
    assert generate.differing(tmp_path) == sorted([changed, extra])
    generate.write(tmp_path)
    assert generate.differing(tmp_path) == []


def test_an_edition_is_kept_once_and_words_make_no_new_one(tmp_path: Path) -> None:
    generate.publish(tmp_path)
    generate.publish(tmp_path)
    (first,) = generate.editions(SCORED, tmp_path)
    first.write_text(first.read_text("utf-8").replace("Nilai tahap", "Nilai"), "utf-8")
    generate.publish(tmp_path)
    assert generate.editions(SCORED, tmp_path) == [first]
    first.write_text(first.read_text("utf-8").replace('"verdict"', '"mark"'), "utf-8")
    generate.publish(tmp_path)
    assert [path.name for path in generate.editions(SCORED, tmp_path)] == ["1.json", "2.json"]


def test_the_command_checks_writes_and_publishes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    generate.main(["--check"])
    monkeypatch.setattr(generate, "differing", list)
    monkeypatch.setattr(generate, "write", lambda: done.append("write"))
    monkeypatch.setattr(generate, "publish", lambda: done.append("publish"))
    done: list[str] = []
    generate.main([])
    generate.main(["--publish"])
    assert done == ["write", "write", "publish"]
    monkeypatch.setattr(generate, "differing", lambda: [Path("a.json")])
    with pytest.raises(SystemExit, match=r"a\.json"):
        generate.main(["--check"])
    with pytest.raises(SystemExit, match=r"scripts\.generate"):
        generate.main(["--what"])


@KINDS
@given(data=st.data())
def test_every_event_fits_its_schema(kind: EventType, data: st.DataObject) -> None:
    validator = jsonschema_rs.validator_for(in_force(kind.name))
    assert validator.is_valid(codec.trusted(codec.encode(data.draw(strategies.of(kind.of)))[1]))


@KINDS
def test_a_schema_is_named_after_its_type_and_holds_no_null_and_no_name_of_python(kind: EventType) -> None:
    schema = in_force(kind.name)
    jsonschema_rs.meta.validate(schema)
    assert (schema["$id"], schema["title"]) == (f"urn:merit:schema:{kind.name}", kind.name)
    text = json.dumps(generate.said(schema))
    assert not re.search(r"\bnull\b", text)
    assert '_"' not in text


@KINDS
def test_the_schema_in_force_is_the_last_one_published(kind: EventType) -> None:
    published = generate.editions(kind.name)
    assert [path.stem for path in published] == [str(number + 1) for number in range(len(published))]
    assert generate.said(json.loads(published[-1].read_bytes())) == generate.said(in_force(kind.name))


@KINDS
def test_the_schema_in_force_may_follow_every_one_published(kind: EventType) -> None:
    for path in generate.editions(kind.name):
        assert compatibility.breaks(json.loads(path.read_bytes()), in_force(kind.name)) == {}, path


def test_no_published_type_is_ever_gone() -> None:
    published = {path.name for path in (generate.ROOT / generate.PUBLISHED).iterdir()}
    assert published == catalogue.BY_NAME.keys()


def optional_field(schema: dict[str, Any]) -> None:
    schema["properties"]["minutes"] = {"type": "string"}


def optional_field_of_a_part(schema: dict[str, Any]) -> None:
    schema["$defs"]["Sheet"]["properties"]["seat"] = {"type": "integer"}


def required_field(schema: dict[str, Any]) -> None:
    schema["properties"]["minutes"] = {"type": "string"}
    schema["required"].append("minutes")


def required_field_of_a_part(schema: dict[str, Any]) -> None:
    schema["$defs"]["SetAside"]["required"].append("reason")


def field_taken_away(schema: dict[str, Any]) -> None:
    del schema["properties"]["stage"]
    schema["required"].remove("stage")


def field_no_longer_required(schema: dict[str, Any]) -> None:
    schema["required"].remove("stage")


def other_type(schema: dict[str, Any]) -> None:
    schema["properties"]["verdict"] = {"type": "integer"}


def other_type_in_a_map(schema: dict[str, Any]) -> None:
    schema["properties"]["facts"]["additionalProperties"] = {"type": "integer"}


def closed_list_of_codes(schema: dict[str, Any]) -> None:
    schema["properties"]["verdict"] = {"enum": ["ms", "tms"]}


@pytest.mark.parametrize("change", [optional_field, optional_field_of_a_part])
def test_an_optional_field_may_be_added(change: Change) -> None:
    new = copy.deepcopy(in_force(SCORED))
    change(new)
    assert compatibility.breaks(in_force(SCORED), new) == {}


@pytest.mark.parametrize(
    ("change", "directions"),
    [
        (required_field, ["backward"]), (required_field_of_a_part, ["backward"]), (field_taken_away, ["forward"]),
        (field_no_longer_required, ["forward"]), (other_type, ["backward", "forward"]),
        (other_type_in_a_map, ["backward", "forward"]), (closed_list_of_codes, ["backward"]),
    ],
)  # fmt: skip
def test_any_other_change_is_refused_with_an_event_as_proof(change: Change, directions: list[str]) -> None:
    old, new = in_force(SCORED), copy.deepcopy(in_force(SCORED))
    change(new)
    found = compatibility.breaks(old, new)
    assert sorted(found) == directions
    for direction, proof in found.items():
        writer, reader = (old, new) if direction == "backward" else (new, old)
        assert jsonschema_rs.is_valid(writer, json.loads(proof))
        assert not jsonschema_rs.is_valid(reader, json.loads(proof))


def test_a_code_added_to_a_closed_list_is_refused() -> None:
    old, new = in_force(SCORED), copy.deepcopy(in_force(SCORED))
    old["properties"]["verdict"] = {"enum": ["ms", "tms"]}
    new["properties"]["verdict"] = {"enum": ["ms", "tms", "p"]}
    assert compatibility.breaks(old, new) == {"forward": '{"stage": "x", "verdict": "p"}'}


def test_a_break_without_a_small_example_is_shown_as_what_it_leaves() -> None:
    old, new = in_force(SCORED), copy.deepcopy(in_force(SCORED))
    new["properties"]["verdict"]["maxLength"] = 10
    assert compatibility.breaks(old, new)["backward"].startswith("whatever fits {")
