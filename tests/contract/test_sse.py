"""The stream: the feed's messages as they come; who was cut off goes on behind the last one that arrived."""

import http.client
import json
import logging
import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from shared.events import codec
from shared.ledger.store import utc
from shared.runtime.http import feed
from shared.runtime.http.site import Site
from shared.runtime.http.waiting import Bell
from tests.runtime import toy
from tests.runtime.served import PATIENCE, Door, app_of, asked, served, site_of, until
from tests.runtime.toy import World

STREAM, OPEN = "/api/toy/v1/stream", "/api/toy/v1/stream/public"


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
        one.one(one.open())
        yield one


@pytest.fixture
def port(world: World) -> Iterator[int]:
    site = site_of(world.pipeline)
    with served(site, app_of(site, readers=2)) as one:
        yield one


def blocks(answer: http.client.HTTPResponse) -> Iterator[dict[str, str]]:
    """The blocks of a stream as they come, by field; a comment's field is empty."""
    block: dict[str, str] = {}
    for line in answer:
        name, _, value = line.decode().rstrip("\n").partition(":")
        if line != b"\n":
            block[name] = value.removeprefix(" ")
        elif block:
            yield block
            block = {}


def take(count: int, answer: http.client.HTTPResponse) -> list[dict[str, str]]:
    """The next events, without what else comes."""
    found: list[dict[str, str]] = []
    for block in blocks(answer):
        if "data" in block:
            found.append(block)
        if len(found) == count:
            break
    return found


def events(world: World, after: int = 0) -> list[dict[str, str]]:
    """What a stream should say of the ledger."""
    return [
        {"id": str(one.position), "event": one.type, "data": codec.message(one, "toy").decode()}
        for one in toy.history(world.ledger)[after:]
    ]


def test_a_stream_says_what_is_there_and_then_what_comes(world: World, port: int) -> None:
    world.pipeline.run(world.note(f"n{n}\n\r\u2028") for n in range(feed.PAGE + 7))
    with asked(port, STREAM) as answer:
        assert answer.headers["content-type"].partition(";")[0] == "text/event-stream"
        assert answer.headers["cache-control"] == "no-store"
        assert next(blocks(answer)) == {"retry": "2000"}
        assert take(feed.PAGE + 8, answer) == events(world)
        for n in range(3):
            size = world.ledger.size()
            world.pipeline.run([world.join(n), world.note("late")])
            assert take(2, answer) == events(world, size)


def test_a_stream_hears_of_what_other_processes_write(world: World, port: int, tmp_path: Path) -> None:
    with toy.world(tmp_path / "data") as other, asked(port, f"{STREAM}?after=1") as answer:
        other.one(other.note("from beside"))
        assert take(1, answer) == events(world, 1)


def test_who_was_cut_off_goes_on_behind_the_last_that_arrived(world: World, port: int) -> None:
    """`Last-Event-ID: p` means that p is held; it weighs more than the address, which a browser asks again as it is."""
    world.pipeline.run(world.note(f"n{n}") for n in range(9))
    for last in (0, 4, 8):
        with asked(port, f"{STREAM}?after=2", **{"Last-Event-ID": str(last)}) as answer:
            assert take(9 - last, answer) == events(world, last + 1)
    with asked(port, f"{STREAM}?after=2") as answer:
        assert take(8, answer) == events(world, 2)


def test_a_reader_who_holds_more_than_the_ledger_is_told_to_stop(world: World, port: int) -> None:
    for path, headers in ((f"{STREAM}?after=2", {}), (STREAM, {"Last-Event-ID": "1"}), (f"{OPEN}?after=2", {})):
        with asked(port, path, **headers) as answer:
            assert (answer.status, json.loads(answer.read())["code"]) == (409, "feed.ahead")


@pytest.mark.parametrize("last", ["-1", "x", "", "1.0", "9007199254740991", "99999999999999999999"])
def test_what_is_no_position_is_refused(last: str, port: int) -> None:
    with asked(port, STREAM, **{"Last-Event-ID": last}) as answer:
        assert (answer.status, json.loads(answer.read())["code"]) == (422, "request.invalid")


def test_the_whole_stream_is_for_those_with_a_readers_role(port: int) -> None:
    for role, status in (("hr", 403), ("integrator", 200)):
        with asked(port, STREAM, role) as answer:
            assert answer.status == status


def test_the_public_stream_shows_public_streams_and_moves_on_over_the_rest(world: World, port: int) -> None:
    """An id without data is no event to a browser, and still where it goes on."""
    world.pipeline.run([world.join(0), world.note("for everybody"), world.join(1), world.join(2)])
    with asked(port, OPEN, "applicant") as answer:
        found = blocks(answer)
        assert next(found) == {"retry": "2000"}
        first, second, on = next(found), next(found), next(found)
        assert [first["id"], second["id"], on] == ["0", "2", {"id": "4"}]
        assert [json.loads(one["data"]).keys() for one in (first, second)] == [{*feed.OPEN_TO_ALL, "data"}] * 2
        assert json.loads(second["data"])["data"] == {"text": "for everybody"}
        world.one(world.join(3))
        assert next(found) == {"id": "5"}


def test_a_silent_stream_says_that_it_lives(world: World, port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed, "BEAT", 0.01)
    with asked(port, f"{STREAM}?after=1") as answer:
        found = blocks(answer)
        assert [next(found), next(found), next(found)] == [{"retry": "2000"}, {"": ""}, {"": ""}]
        world.one(world.note("and still it hears"))
        assert take(1, answer) == events(world, 1)


def test_readers_beyond_the_seats_are_asked_to_come_again_and_those_who_left_have_left(world: World, port: int) -> None:
    """The two streams have seats of their own: the public never locks the auditors out."""
    with ExitStack() as listening:
        for _ in range(2):
            assert listening.enter_context(asked(port, STREAM)).status == 200
        with asked(port, STREAM) as answer:
            assert (answer.status, answer.headers["retry-after"]) == (503, "5")
            assert json.loads(answer.read())["code"] == "feed.full"
        with asked(port, OPEN) as answer:
            assert answer.status == 200
        with asked(port, STREAM, "hr") as answer:  # who may not sit does not hear whether there is room
            assert answer.status == 403

    def room() -> bool:
        with asked(port, STREAM) as answer:
            return answer.status == 200

    until(room)


def test_one_network_does_not_fill_the_room(world: World) -> None:
    """Whoever opens streams without end keeps their own network out, and nobody else's; who leaves makes room."""
    site = site_of(world.pipeline)
    with served(site, app_of(site, readers=feed.OF_A_NETWORK + 3)) as port:

        def status(host: str) -> int:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE, source_address=(host, 0))
            with closing(connection):
                connection.request("GET", OPEN)
                with connection.getresponse() as answer:
                    return answer.status

        with ExitStack() as listening:
            for _ in range(feed.OF_A_NETWORK):
                assert listening.enter_context(asked(port, OPEN)).status == 200
            assert [status("127.0.0.9"), status("127.0.1.1")] == [503, 200]
        until(lambda: status("127.0.0.9") == 200)


def test_a_stream_shows_an_agencys_events_to_its_readers_and_moves_on_over_the_rest(world: World, port: int) -> None:
    """An integrator of another agency hears that the ledger grew, and nothing of what happened."""
    rival = "kota-x.R1"
    world.pipeline.run([world.note("ours"), world.open(rival), world.note("theirs", rival), world.join(0)])
    with asked(port, STREAM, "integrator", **{"Merit-Unit": "kota-x.bkpsdm"}) as answer:
        found = blocks(answer)
        assert next(found) == {"retry": "2000"}
        told = [next(found) for _ in range(3)]
        assert told[:2] == events(world)[2:4]
        assert told[2] == {"id": "4"}
        world.one(world.note("ours again"))
        assert next(found) == {"id": "5"}
    with asked(port, STREAM, **{"Merit-Unit": "pauh"}) as answer:
        assert take(4, answer) == [one for n, one in enumerate(events(world)) if n not in (2, 3)]


def test_no_reader_holds_a_thread(world: World) -> None:
    site = site_of(world.pipeline)
    with served(site, app_of(site, of_a_network=60)) as port, ExitStack() as listening:
        heard = [listening.enter_context(asked(port, STREAM)) for _ in range(60)]
        for answer in heard:
            take(1, answer)
        world.one(world.note("to all of you"))
        for answer in heard:
            assert take(1, answer) == events(world, 1)
        assert threading.active_count() < 60


def test_a_reader_who_does_not_read_stops_nobody(world: World, port: int) -> None:
    world.pipeline.run(world.note("n" * 2_000) for _ in range(5_000))
    with socket.create_connection(("127.0.0.1", port)) as deaf:
        deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        deaf.sendall(f"GET {STREAM} HTTP/1.1\r\nHost: merit\r\nAuthorization: Bearer auditor\r\n\r\n".encode())
        assert deaf.recv(12) == b"HTTP/1.1 200"
        with asked(port, STREAM) as answer:
            assert [block["id"] for block in take(5_001, answer)] == [str(n) for n in range(5_001)]
            world.one(world.note("and now"))
            assert take(1, answer) == events(world, 5_001)


class Counting(Site):
    """A site that knows how often somebody began to listen."""

    asked = 0

    def bell(self, service: str) -> Bell:
        self.asked += 1
        return super().bell(service)


def test_a_server_that_ends_lets_its_readers_go(world: World, caplog: pytest.LogCaptureFixture) -> None:
    """Behind a whole event, with a proper end; uvicorn by itself would wait for them for ever."""
    site = Counting(clock=utc, door=Door(), pipelines={"toy": world.pipeline})
    with ExitStack() as listening:
        with served(site, app_of(site)) as port:
            heard = [listening.enter_context(asked(port, path)) for path in (STREAM, OPEN)]
            for answer in heard:
                take(1, answer)
            waiting = listening.enter_context(closing(http.client.HTTPConnection("127.0.0.1", port, timeout=30)))
            waiting.request("GET", "/api/toy/v1/events?after=1&wait=25", headers={"Authorization": "Bearer auditor"})
            until(lambda: site.asked == 3)
        assert [[block for block in blocks(answer) if "data" in block] for answer in heard] == [[], []]
        assert waiting.getresponse().read() == b""
    assert not [one for one in threading.enumerate() if one.name.startswith("bell")]
    assert not [one for one in caplog.records if one.levelno >= logging.WARNING]  # nobody had to be cut off


def test_a_stream_ends_in_time_and_the_reader_who_comes_back_is_asked_anew(world: World) -> None:
    """A role that was revoked does not go on reading."""
    world.pipeline.run(world.note(f"n{n}") for n in range(5))
    site, found = site_of(world.pipeline), list[dict[str, str]]()
    with served(site, app_of(site, longest=0.1)) as port:
        while len(found) < 6:
            last = {"Last-Event-ID": found[-1]["id"]} if found else {}
            with asked(port, STREAM, **last) as answer:
                found += [block for block in blocks(answer) if "data" in block]
        with asked(port, STREAM, "hr", **{"Last-Event-ID": "5"}) as answer:
            assert answer.status == 403
    assert found == events(world)
