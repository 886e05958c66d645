"""One event of every type and version ever published, and one message: never edited, readable for ever."""

import json
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from cloudevents.core.bindings.kafka import KafkaMessage, from_kafka_event

from shared.events import Recorded, catalogue, codec
from shared.events.catalogue import EventType

HERE = Path(__file__).parent
MESSAGE = HERE / "golden" / "message.json"
GOLDEN = sorted(path for path in (HERE / "golden").glob("*.json") if path != MESSAGE)
SCHEMAS = HERE.parents[1] / "shared" / "events" / "schemas"
ANY_LEDGER = {"approval", "access"}  # in the ledger of what they are about
NOBODYS = {*ANY_LEDGER, "class", "survey", "review", "complaint", "support"}  # kept apart, with keys of their own


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.stem)
def test_every_event_ever_published_is_still_readable(path: Path) -> None:
    raw = path.read_bytes()
    event = codec.decode(path.stem, raw)
    assert codec.decode(*codec.encode(event)) == event
    assert codec.encode(event) == (path.stem, raw)
    assert codec.dumps(codec.loads(raw)) == raw


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.stem)
def test_every_event_ever_published_fits_its_schema(path: Path) -> None:
    jsonschema_rs.validate(json.loads((SCHEMAS / path.name).read_bytes()), json.loads(path.read_bytes()))


def test_every_type_has_a_golden_event() -> None:
    assert {path.stem for path in GOLDEN} == catalogue.BY_NAME.keys()


def test_no_two_types_share_a_name_or_a_class() -> None:
    assert len(catalogue.BY_NAME) == len(catalogue.BY_CLASS) == len(catalogue.TYPES)
    titles = [kind.name.split(".")[2] for kind in catalogue.TYPES]
    assert len(set(titles)) == len(titles)


@pytest.mark.parametrize("kind", catalogue.TYPES, ids=lambda kind: kind.name)
def test_a_name_says_its_service_its_class_and_its_version(kind: EventType) -> None:
    assert kind.name.split(".") == [
        "merit",
        kind.of.__module__.split(".")[2],
        kind.of.__name__,
        kind.name.split(".")[3],
    ]
    assert kind.name.split(".")[3].removeprefix("v").isdecimal()


@pytest.mark.parametrize("kind", catalogue.TYPES, ids=lambda kind: kind.name)
def test_what_is_shown_hidden_or_digested_is_a_field(kind: EventType) -> None:
    properties = codec.schema(kind.name)["properties"]
    assert {path.split(".")[0] for path in (*kind.shown, *kind.hidden, *kind.words)} <= properties.keys()


def test_every_category_belongs_to_a_service_and_a_persons_names_its_holder() -> None:
    services = {path.name for path in (HERE.parents[1] / "services").iterdir() if (path / "service.py").exists()}
    for name, category in catalogue.CATEGORIES.items():
        assert name == category.name
        assert category.service in services or name in ANY_LEDGER, name
        assert category.public or category.holder is not None or name in NOBODYS, name
    assert {kind.name.split(".")[1] for kind in catalogue.TYPES} <= services | {"platform"}


def recorded(**changed: Any) -> Recorded:
    """The record that the golden message was made of."""
    name = "merit.selection.StageScored.v1"
    wire = json.loads(MESSAGE.read_bytes())
    fields: dict[str, Any] = {
        "shard": "main", "position": 80412, "stream": wire["subject"], "version": 5, "type": name,
        "recorded_at": "2027-04-02T07:00:00.482113Z", "received_at": "2027-04-02T07:00:00.000000Z",
        "actor": "c0ffee00c0ffee00c0ffee00c0ffee00", "causation": "selection:80400",
        "correlation": "0123456789abcdef0123456789abcdef", "leaf": bytes.fromhex(wire["leaf"]),
        "data": (HERE / "golden" / f"{name}.json").read_text("utf-8"),
        "previous_leaf": bytes.fromhex(wire["previousleaf"]),
    }  # fmt: skip
    return Recorded(**fields | changed)


def test_the_message_is_the_golden_one() -> None:
    raw = codec.message(recorded(), "selection")
    assert raw == MESSAGE.read_bytes()
    assert codec.dumps(codec.loads(raw)) == raw


def test_a_stranger_reads_the_message() -> None:
    raw = MESSAGE.read_bytes()
    wire = json.loads(raw)
    headers = {"content-type": b"application/cloudevents+json"}
    read = from_kafka_event(KafkaMessage(headers=headers, key=None, value=raw))
    assert read.get_specversion() == wire["specversion"] == "1.0"
    assert read.get_id() == wire["id"] == "80412"
    assert read.get_source() == wire["source"] == "/pauh/selection"
    assert read.get_type() == wire["type"] == "merit.selection.StageScored.v1"
    assert read.get_subject() == wire["subject"] == "candidate-pauh.2027-014+5b0e6d6f1c4a4f6c8d3e2b1a09f8e7d6"
    time = read.get_time()
    assert time is not None
    assert time.isoformat() == wire["time"].replace("Z", "+00:00") == "2027-04-02T07:00:00.482113+00:00"
    assert read.get_datacontenttype() == "application/json"
    assert read.get_data() == wire["data"] == json.loads((HERE / "golden" / f"{wire['type']}.json").read_bytes())
    for name in ("position", "version", "leaf", "previousleaf", "causationid", "correlationid"):
        assert read.get_extension(name) == wire[name]
    assert "actor" not in wire
    assert "received" not in raw.decode()


def test_what_is_unknown_is_left_out_of_the_message() -> None:
    wire = json.loads(codec.message(recorded(causation=None, correlation=None, previous_leaf=b""), "selection"))
    assert wire.keys().isdisjoint({"causationid", "correlationid"})
    assert wire["previousleaf"] == ""


def test_the_event_of_a_record_is_decoded_once() -> None:
    one = recorded()
    assert codec.event_of(one) is codec.event_of(one)
    assert codec.encode(codec.event_of(one))[1].decode() == one.data


def test_a_draft_carries_its_event_and_its_envelope() -> None:
    event = codec.event_of(recorded())
    draft = codec.draft("candidate-pauh.V7+A1", 3, event, actor="c0ffee00")
    assert (draft.type, draft.data) == ("merit.selection.StageScored.v1", recorded().data)
    assert (draft.stream, draft.version, draft.actor, draft.causation) == ("candidate-pauh.V7+A1", 3, "c0ffee00", None)
    assert draft.event is event
