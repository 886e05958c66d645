"""The feed: every event once, in order, in the bytes of its message; to everybody only what public leaves say."""

import http.client
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from cloudevents.core.bindings.kafka import KafkaMessage, from_kafka_event
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient
from hypothesis import given, settings
from hypothesis import strategies as st

from services.intake.service import INTAKE
from shared.events import Damaged, Recorded, catalogue, codec, instant
from shared.events.catalogue import EventType
from shared.events.envelope import ORIGIN
from shared.events.intake import ApplicationsClosed
from shared.events.platform import ListDigest
from shared.ledger.store import utc
from shared.runtime.folder import Folder
from shared.runtime.http import feed
from shared.runtime.http.rules import PUBLIC
from shared.runtime.pipeline import Pipeline
from tests.contract import strategies
from tests.runtime import toy
from tests.runtime.served import app_of, asked, served, site_of
from tests.runtime.toy import World

PLANTED = "PLANTED-7f3a"
AUDITOR = {"Authorization": "Bearer auditor"}
EVENTS, OPEN = "/api/toy/v1/events", "/api/toy/v1/events/public"
CLOSED = ApplicationsClosed(roll=ListDigest(rows=2, root="ab"), as_of=1, submitted={PLANTED: 2}, abandoned={})
PUBLIC_STREAMS = [one.name for one in catalogue.CATEGORIES.values() if one.public]
PERSONS_STREAMS = [one.name for one in catalogue.CATEGORIES.values() if not one.public]


@pytest.fixture(autouse=True, scope="module")
def known_types() -> Iterator[None]:
    """The toy's types stand in the catalogue while these tests run."""
    patch = pytest.MonkeyPatch()
    toy.register(patch.setitem)
    yield
    patch.undo()


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with toy.world(tmp_path / "data") as one:
        yield one


@pytest.fixture
def client(world: World) -> Iterator[TestClient]:
    """Somebody with the role of a reader."""
    with TestClient(app_of(site_of(world.pipeline)), headers=AUDITOR) as made:
        yield made


def write(world: World, notes: int, members: int = 0) -> list[Recorded]:
    """A roster, members and notes; all events."""
    joining = [world.join(n) for n in range(members)]
    world.pipeline.run([world.open(), *joining, *(world.note(f"n{n}") for n in range(notes))])
    return toy.history(world.ledger)


def messages(found: list[Recorded]) -> list[bytes]:
    return [codec.message(one, "toy") for one in found]


def test_every_event_is_a_line_in_order_in_the_bytes_of_its_message(world: World, client: TestClient) -> None:
    found = write(world, 2 * feed.PAGE + 3, members=9)
    answer = client.get(EVENTS, params={"limit": 10_000})
    assert answer.headers["content-type"] == "application/x-ndjson"
    assert answer.content == b"".join(one + b"\n" for one in messages(found))
    lines = [json.loads(line) for line in answer.content.splitlines()]
    assert [line["position"] for line in lines] == list(range(len(found)))
    before = [ORIGIN.hex(), *(line["leaf"] for line in lines)]
    assert [line["previousleaf"] for line in lines] == before[:-1]
    assert answer.headers["merit-size"] == answer.headers["merit-after"] == str(len(found))
    assert answer.headers["cache-control"] == "no-store"


def test_a_stranger_reads_every_line(world: World, client: TestClient) -> None:
    write(world, 3, members=2)
    for line in client.get(EVENTS).content.splitlines():
        read = from_kafka_event(
            KafkaMessage(headers={"content-type": b"application/cloudevents+json"}, key=None, value=line)
        )
        assert (read.get_specversion(), read.get_source()) == ("1.0", "/pauh/toy")
        assert read.get_id() == str(read.get_extension("position"))


def test_any_range_is_that_part_of_the_whole(world: World, client: TestClient) -> None:
    whole = messages(write(world, 20))
    for after in range(len(whole) + 1):
        for limit in (1, 2, len(whole), 10_000):
            answer = client.get(EVENTS, params={"after": after, "limit": limit})
            assert answer.content.splitlines() == whole[after : after + limit]
            assert answer.headers["merit-after"] == str(min(after + limit, len(whole)))


def test_the_next_link_leads_through_everything(world: World, client: TestClient) -> None:
    whole, at = messages(write(world, 20)), f"{EVENTS}?limit=6"
    found: list[bytes] = []
    while len(found) < len(whole):
        answer = client.get(at)
        found += answer.content.splitlines()
        at = answer.links["next"]["url"]
    assert found == whole
    assert client.get(at).content == b""


def test_a_batch_holds_the_same_bytes_and_at_most_a_thousand(world: World, client: TestClient) -> None:
    whole = messages(write(world, 1_100))
    answer = client.get(EVENTS, params={"limit": 10_000}, headers={"Accept": feed.BATCH})
    assert answer.headers["content-type"] == "application/cloudevents-batch+json"
    assert answer.content == b"[" + b",".join(whole[:1000]) + b"]"
    assert answer.headers["merit-after"] == "1000"
    rest = client.get(answer.links["next"]["url"], headers={"Accept": feed.BATCH})
    assert rest.content == b"[" + b",".join(whole[1000:]) + b"]"
    assert client.get(rest.links["next"]["url"], headers={"Accept": feed.BATCH}).content == b"[]"


@pytest.mark.parametrize("path", [EVENTS, OPEN])
def test_a_reader_who_holds_more_than_the_ledger_is_told_to_stop(path: str, world: World, client: TestClient) -> None:
    """The ledger was restored from an older copy: reading on would pass over what came since (reliability B22)."""
    size = len(write(world, 4))
    assert client.get(path, params={"after": size}).status_code == 200
    answer = client.get(path, params={"after": size + 1, "wait": 25}, headers={"Accept-Language": "en"})
    said = answer.json()
    assert (answer.status_code, said["code"], said["size"]) == (409, "feed.ahead", size)
    assert "Stop and compare" in said["title"]


@pytest.mark.parametrize("path", [EVENTS, OPEN])
@pytest.mark.parametrize(
    "query",
    [
        "after=-1", "after=1.0", "after=+1", "after=%201", "after=1e3", "after=x", "after=", "after=9007199254740992",
        "after=99999999999999999999", "after=%D9%A1", "limit=0", "limit=10001", "limit=-5", "wait=26", "wait=-1",
        "wait=0.5",
    ],
)  # fmt: skip
def test_what_is_no_count_is_refused(path: str, query: str, client: TestClient) -> None:
    answer = client.get(f"{path}?{query}")
    assert (answer.status_code, answer.json()["code"]) == (422, "request.invalid")
    assert answer.json()["errors"][0]["at"] == f"query/{query.partition('=')[0]}"


def test_the_whole_feed_is_for_those_with_a_readers_role(world: World, client: TestClient) -> None:
    write(world, 1)
    for role in ("auditor", "integrator", "operator"):
        assert client.get(EVENTS, headers={"Authorization": f"Bearer {role}"}).status_code == 200
    for role in ("applicant", "hr", "administrator"):
        assert client.get(EVENTS, headers={"Authorization": f"Bearer {role}"}).status_code == 403
    del client.headers["Authorization"]
    assert client.get(EVENTS).status_code == 401
    assert client.get(OPEN).status_code == 200


@pytest.mark.parametrize("accept", [feed.LINES, feed.BATCH])
def test_no_agency_reads_anothers_events(accept: str, world: World, client: TestClient) -> None:
    """ASVS 8.4.1: tenants are apart. Their positions are left out, and `Merit-After` leads on behind them."""
    rival = "kota-x.R1"
    world.pipeline.run([world.open(), world.open(rival), world.note("a"), world.join(0), world.note("b", rival)])
    whole = toy.history(world.ledger)

    def reads(unit: str, **query: int) -> Any:
        return client.get(EVENTS, params=query, headers={"Merit-Unit": unit, "Accept": accept})

    def shown(answer: Any) -> list[bytes]:
        return [one for one in messages(whole) if one in answer.content]

    for unit, positions in (("pauh", (0, 2, 3)), ("kota-x.bkpsdm", (1, 4)), ("kota", ()), ("pauh2", ())):
        answer = reads(unit)
        assert shown(answer) == messages([whole[position] for position in positions])
        assert (answer.headers["merit-after"], answer.headers["merit-size"]) == ("5", "5")
    nothing = reads("kota-x.bkpsdm", after=2, limit=2)
    assert (shown(nothing), nothing.headers["merit-after"]) == ([], "4")


def test_a_reader_may_wait_for_what_comes(world: World, client: TestClient, tmp_path: Path) -> None:
    """Of this process, and of another one."""
    size = len(write(world, 1))
    with ThreadPoolExecutor(1) as other, toy.world(tmp_path / "data") as beside:
        for one in (world, beside):
            waiting = other.submit(client.get, EVENTS, params={"after": size, "wait": 25})
            one.one(one.note("late"))
            answer = waiting.result()
            assert [json.loads(line)["position"] for line in answer.content.splitlines()] == [size]
            size += 1
    empty = client.get(EVENTS, params={"after": size, "wait": 1})
    assert (empty.status_code, empty.content, empty.headers["merit-after"]) == (200, b"", str(size))


def test_everybody_reads_public_streams_and_goes_on_behind_what_is_left_out(world: World, client: TestClient) -> None:
    found = write(world, 3, members=5)
    shown = [one for one in found if one.stream.startswith("roster-")]
    del client.headers["Authorization"]
    answer = client.get(OPEN)
    lines = [json.loads(line) for line in answer.content.splitlines()]
    assert [line["position"] for line in lines] == [one.position for one in shown] != list(range(len(found)))
    assert [line["leaf"] for line in lines] == [one.leaf.hex() for one in shown]
    nothing = client.get(OPEN, params={"after": 1, "limit": 5})
    assert (nothing.content, nothing.headers["merit-after"]) == (b"", "6")
    assert client.get(nothing.links["next"]["url"]).content.splitlines() == answer.content.splitlines()[1:]


def test_a_public_range_that_is_full_may_be_kept_and_one_that_grows_may_not(world: World, client: TestClient) -> None:
    size = len(write(world, 3))
    kept = client.get(OPEN, params={"limit": size}).headers
    grows = client.get(OPEN, params={"limit": size + 1}).headers
    assert (kept["cache-control"], grows["cache-control"]) == ("public, max-age=3600, immutable", "no-store")
    assert client.get(EVENTS, params={"limit": size}).headers["cache-control"] == "no-store"


def planted(kind: EventType, event: Any, category: str) -> Recorded:
    """A record with something planted wherever the public may not look."""
    data = codec.loads(codec.encode(event)[1]) | {key: [PLANTED] for key in kind.hidden}
    return Recorded(
        shard="main", position=7, stream=f"{category}-pauh.V1", version=0, type=kind.name,
        recorded_at="2027-03-15T02:41:07.123456Z", received_at=PLANTED, actor=PLANTED, causation=PLANTED,
        correlation=PLANTED, data=codec.dumps(data).decode(), leaf=b"\1" * 32, previous_leaf=b"\2" * 32,
    )  # fmt: skip


@pytest.mark.parametrize("kind", catalogue.TYPES, ids=lambda kind: kind.of.__name__)
@settings(max_examples=30)
@given(data=st.data())
def test_the_public_never_reads_what_its_leaf_does_not_say(kind: EventType, data: st.DataObject) -> None:
    """Neither `~fields`, nor who acted, why, or when it had arrived; public words are in clear."""
    event = data.draw(strategies.of(kind.of))
    one = planted(kind, event, data.draw(st.sampled_from(PUBLIC_STREAMS)))
    line = feed.published(one, "intake")
    assert line is not None
    assert PLANTED not in line.decode()
    said = json.loads(line)
    assert said.keys() == {
        "specversion", "id", "source", "type", "subject", "time", "datacontenttype", "data", "position", "version",
        "leaf",
    }  # fmt: skip
    assert said["data"] == {key: value for key, value in json.loads(one.data).items() if key not in kind.hidden}
    assert codec.leaf_data(kind.name, said["data"], str.upper) == codec.leaf_data(
        kind.name, json.loads(one.data), str.upper
    )
    assert codec.dumps(codec.loads(line)) == line
    for category in (*PERSONS_STREAMS, "unheard"):
        assert feed.published(planted(kind, event, category), "intake") is None


def test_a_type_that_this_version_does_not_know_is_never_shown_to_the_public() -> None:
    """It may hide what an older version cannot know."""
    one = planted(catalogue.named("merit.intake.ApplicationsClosed.v1"), CLOSED, "vacancy")
    one.type = "merit.intake.NotYetKnown.v1"
    with pytest.raises(Damaged, match="NotYetKnown"):
        feed.published(one, "intake")


def test_hidden_fields_of_a_real_ledger_stay_inside(tmp_path: Path) -> None:
    """Counts of a small group would name its members."""
    folder = Folder(tmp_path / "data", create=True)
    pipeline = Pipeline(INTAKE, folder.ledger(INTAKE))
    draft = codec.draft("vacancy-pauh.V1", 0, CLOSED, actor=PLANTED, received_at=instant(utc()))
    with pipeline.ledger.batch() as batch:
        batch.append([draft])
    with TestClient(app_of(site_of(pipeline)), headers=AUDITOR) as client:
        shown = client.get("/api/intake/v1/events/public").text
        assert json.loads(shown)["data"] == {"as_of": 1, "roll": {"root": "ab", "rows": 2}}
        assert PLANTED not in shown
        inside = client.get("/api/intake/v1/events").text
        assert json.loads(inside)["data"]["submitted"] == {PLANTED: 2}
    folder.close()


def lose(world: World, position: int) -> None:
    """Somebody with the database in hand takes an event away."""
    with world.ledger.writer.begin() as tx:
        tx.exec_driver_sql("DROP TRIGGER events_never_go")
        tx.exec_driver_sql("DELETE FROM events WHERE position = ?", (position,))


def test_a_missing_event_is_never_passed_over(world: World, client: TestClient) -> None:
    """Reliability B2: a gap in a ledger stops its readers."""
    write(world, 8)
    lose(world, 5)
    answer = client.get(EVENTS)
    assert (answer.status_code, answer.json()["code"]) == (503, "storage.damaged")
    assert len(client.get(EVENTS, params={"limit": 5}).content.splitlines()) == 5


def test_an_answer_that_breaks_ends_behind_a_whole_event_and_says_that_it_broke(world: World) -> None:
    write(world, 3 * feed.PAGE)
    lose(world, 2 * feed.PAGE + 7)
    site = site_of(world.pipeline)
    with served(site, app_of(site)) as port, asked(port, f"{EVENTS}?limit=10000") as answer:
        assert answer.status == 200
        with pytest.raises(http.client.IncompleteRead) as broken:
            answer.read()
    lines = broken.value.partial.splitlines()
    assert [json.loads(line)["position"] for line in lines] == list(range(2 * feed.PAGE))


def test_every_route_has_a_rule(world: World) -> None:
    rules = {
        route.path: [one.call.rule for one in route.dependant.dependencies if one.call and hasattr(one.call, "rule")]
        for route in feed.router(world.pipeline).routes
        if isinstance(route, APIRoute)
    }  # fmt: skip
    assert rules == {
        "/api/toy/v1/events": [feed.READERS], "/api/toy/v1/events/public": [PUBLIC],
        "/api/toy/v1/stream": [feed.READERS], "/api/toy/v1/stream/public": [PUBLIC],
    }  # fmt: skip


def test_a_page_is_all_that_is_read_at_once(world: World, client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    write(world, 3 * feed.PAGE)
    asked_for, page = [], world.ledger.page

    def counted(after: int, most: int) -> list[Recorded]:
        asked_for.append(most)
        return page(after, most)

    monkeypatch.setattr(world.ledger, "page", counted)
    client.get(EVENTS, params={"limit": 10_000})
    assert asked_for == [feed.PAGE, feed.PAGE, feed.PAGE, 1]


def test_the_description_names_every_bound(world: World, client: TestClient) -> None:
    paths = client.get("/api/openapi.json").json()["paths"]
    said = {
        one["name"]: {key: value for key, value in one["schema"].items() if key not in {"title", "description"}}
        for path in (EVENTS, "/api/toy/v1/stream")
        for one in paths[path]["get"]["parameters"]
    }
    assert said == {
        "after": {"type": "integer", "minimum": 0, "maximum": 2**53 - 1, "default": 0},
        "limit": {"type": "integer", "minimum": 1, "maximum": 10_000, "default": 1000},
        "wait": {"type": "integer", "minimum": 0, "maximum": 25, "default": 0},
        "Last-Event-ID": {"type": "integer", "minimum": 0, "exclusiveMaximum": 2**53 - 1},
        "Merit-Unit": {"type": "string"},
    }
