"""The server itself: how it begins and ends, who is believed, and that slow senders hold nothing."""

import asyncio
import resource
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import pytest
from fastapi import FastAPI, Request
from starlette.responses import StreamingResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.runtime.http import replies
from shared.runtime.http import server as servers
from shared.runtime.http.connections import Guarded
from shared.runtime.http.readers import Readers
from shared.runtime.http.slow import Patience

ROOT = Path(__file__).resolve().parents[2]
STEPS: list[str] = []


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    STEPS.append("begun")
    yield
    STEPS.append("ended")


def application() -> FastAPI:
    made = FastAPI(lifespan=lifespan)
    replies.wire(made)

    @made.post("/length")
    async def length(request: Request) -> dict[str, int]:
        return {"length": len(await request.body())}

    @made.post("/unread")
    async def unread() -> dict[str, int]:
        return {}

    @made.get("/who")
    async def who(request: Request) -> dict[str, str]:
        assert request.client is not None
        return {"who": request.client.host}

    @made.get("/stream")
    async def stream() -> StreamingResponse:
        async def forever() -> AsyncIterator[str]:
            while True:
                yield "data: 1\n\n"
                await asyncio.sleep(0.01)

        return StreamingResponse(forever(), media_type="text/event-stream")

    return made


@contextmanager
def running(app: ASGIApp, *, readers: Readers | None = None, **more: object) -> Iterator[int]:
    """A server in a thread: its port."""
    STEPS.clear()
    ready, ports = threading.Event(), list[int]()

    def on_ready(port: int) -> None:
        ports.append(port)
        ready.set()

    release: Callable[[], None] = readers.release if readers else lambda: None
    made = servers.server(app, on_ready=on_ready, on_stopping=release, **more)  # type: ignore[arg-type]
    with servers.listening("127.0.0.1", 0) as bound:
        thread = threading.Thread(target=made.run, args=([bound],))
        thread.start()
        assert ready.wait(20)
        try:
            yield ports[0]
        finally:
            made.handle_exit(signal.SIGTERM, None)
            thread.join(20)
            assert not thread.is_alive()


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Heads must come at once."""
    monkeypatch.setattr(Guarded, "patience", 0.05)


def opened(port: int, text: str) -> socket.socket:
    made = socket.create_connection(("127.0.0.1", port), timeout=20)
    made.sendall(text.encode())
    return made


def all_of(one: socket.socket) -> str:
    """What comes until the server ends the connection."""
    with one:
        return b"".join(iter(lambda: one.recv(65_536), b"")).decode()


def asked(port: int, text: str) -> str:
    return all_of(opened(port, text))


POST = "POST /length HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n"
GET = "GET /{} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"


def test_it_answers_says_nothing_of_itself_and_ends_in_order() -> None:
    with running(application()) as port:
        said = asked(port, POST + "Connection: close\r\n\r\nhello")
        assert STEPS == ["begun"]
    assert said.startswith("HTTP/1.1 200")
    assert said.endswith('{"length":5}')
    assert "\r\ndate: " in said
    assert "server:" not in said
    assert STEPS == ["begun", "ended"]


def test_proxies_are_believed_only_by_address() -> None:
    request = GET.format("who") + "X-Forwarded-For: 203.0.113.9\r\n\r\n"
    with running(application()) as port:
        assert '"127.0.0.1"' in asked(port, request)
    with running(application(), proxies=("10.0.0.0/8",)) as port:
        assert '"127.0.0.1"' in asked(port, request)
    with running(application(), proxies=("127.0.0.0/8",)) as port:
        assert '"203.0.113.9"' in asked(port, request)


def test_streams_are_let_go_when_it_ends() -> None:
    """Whole, and without the ten seconds of grace being waited for: the reader sees the last chunk."""
    readers = Readers()
    with running(readers.around(application()), readers=readers) as port:
        one = opened(port, GET.format("stream") + "\r\n")
        first = one.recv(65_536).decode()
        assert readers.count() == 1
    rest = all_of(one)
    assert first.startswith("HTTP/1.1 200")
    assert "data: 1" in first + rest
    assert rest.endswith("0\r\n\r\n")
    assert readers.count() == 0


def test_a_stream_that_begins_too_late_ends_at_once() -> None:
    async def listens(scope: Scope, receive: Receive, send: Send) -> None:
        assert not (await receive())["more_body"]
        await send({"type": "http.response.start", "headers": [(b"Content-Type", b"text/event-stream")]})
        assert (await receive())["type"] == "http.disconnect"

    readers = Readers()
    readers.release()
    sent = through(readers.around(listens), sending(body(0, more=False)))
    assert sent[1:] == [{"type": "http.response.body", "body": b"", "more_body": False}]


def test_a_reader_who_goes_is_counted_no_longer() -> None:
    readers = Readers()
    with running(readers.around(application()), readers=readers) as port:
        one = opened(port, GET.format("stream") + "\r\n")
        one.recv(100)
        assert readers.count() == 1
        one.close()
        until = time.monotonic() + 20
        while readers.count():
            assert time.monotonic() < until
            time.sleep(0.005)


def test_a_body_that_stays_away_is_answered_408_and_the_connection_ends() -> None:
    with running(Patience(application(), seconds=0.05)) as port:
        said = asked(port, POST + "Accept-Language: en\r\n\r\nhel")
        assert said.startswith("HTTP/1.1 408")
        assert "connection: close" in said.lower()
        assert '"request.slow"' in said
        assert asked(port, POST + "Connection: close\r\n\r\nhello").endswith('{"length":5}')


@pytest.mark.usefixtures("hasty")
@pytest.mark.parametrize("text", ["", "GET /who HT", "GET /who HTTP/1.1\r\nHost: x\r\nX-Slow: "])
def test_a_head_that_stays_away_ends_the_connection(text: str) -> None:
    with running(application()) as port:
        assert asked(port, text) == ""


@pytest.mark.usefixtures("hasty")
def test_a_body_that_nobody_reads_must_end_soon_however_it_drips() -> None:
    with running(application()) as port, opened(port, "POST /unread HTTP/1.1\r\nContent-Length: 99999\r\n\r\n") as one:
        assert one.recv(65_536).startswith(b"HTTP/1.1 200")
        with pytest.raises(OSError):
            drip(one, servers.IDLE / 2)


def drip(one: socket.socket, seconds: float) -> None:
    """Byte by byte. OSError once the other side has ended."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        one.sendall(b"x")
        time.sleep(0.01)


@pytest.mark.usefixtures("hasty")
def test_half_a_second_request_does_not_harm_the_first() -> None:
    with running(Readers().around(application())) as port:
        one = opened(port, "GET /stream HTTP/1.1\r\nHost: x\r\n\r\nGET /who HT")
        seen = 0
        while seen < 30:
            seen += one.recv(4096).count(b"data: 1")
        one.close()


@pytest.mark.parametrize(
    "long", [f"GET /{'x' * 40_000} HTTP/1.1\r\n\r\n", f"GET / HTTP/1.1\r\nX: {'x' * 40_000}\r\n\r\n"]
)
def test_a_head_has_an_end(long: str) -> None:
    with running(application()) as port:
        assert asked(port, long).startswith("HTTP/1.1 400")


ENDLESS = resource.RLIM_INFINITY


@pytest.mark.parametrize(
    ("wanted", "found", "granted", "soft"),
    [
        (4_000, (256, 100_000), 4_000, 6_000),
        (4_000, (256, 400), 300, 400),
        (4_000, (256, ENDLESS), 4_000, 6_000),
        (50, (9_000, 9_000), 50, 9_000),
        (4_000, (ENDLESS, ENDLESS), 4_000, ENDLESS),
    ],
)
def test_connections_are_as_many_as_files_allow(wanted: int, found: tuple[int, int], granted: int, soft: int) -> None:
    assert servers.shares(wanted, *found) == (granted, soft)


def test_a_port_that_is_taken_starts_nothing() -> None:
    STEPS.clear()
    with servers.listening("127.0.0.1", 0) as bound, pytest.raises(OSError, match="in use"):
        servers.serve(application(), "127.0.0.1", bound.getsockname()[1], on_ready=STEPS.append, on_stopping=print)  # type: ignore[arg-type]
    assert STEPS == []


def test_it_listens_on_ipv6_too() -> None:
    with servers.listening("::1", 0) as bound:
        assert bound.family == socket.AF_INET6


PROGRAM = """
from tests.runtime.test_http_server import application
from shared.runtime.http.readers import Readers
from shared.runtime.http.server import serve
readers = Readers()
say = lambda port: print(port, flush=True)
serve(readers.around(application()), "127.0.0.1", 0, on_ready=say, on_stopping=readers.release)
print("closed")
"""


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_and_the_caller_goes_on(sign: signal.Signals) -> None:
    """With a stream open; what the caller has to close is closed, and the process ends well."""
    command = [sys.executable, "-c", PROGRAM]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        try:
            assert process.stdout is not None
            one = opened(int(process.stdout.readline()), GET.format("stream") + "\r\n")
            assert one.recv(100)
            process.send_signal(sign)
            assert all_of(one).endswith("0\r\n\r\n")
            assert process.stdout.read() == "closed\n"
            assert process.wait(20) == 0
        finally:
            process.kill()


def test_a_second_interrupt_ends_it_at_once() -> None:
    made = servers.server(application(), on_ready=lambda port: None, on_stopping=lambda: None)
    made.handle_exit(signal.SIGINT, None)
    assert (made.should_exit, made.force_exit) == (True, False)
    made.handle_exit(signal.SIGTERM, None)
    assert not made.force_exit
    made.handle_exit(signal.SIGINT, None)
    assert made.force_exit


# --- the same without a socket ----------------------------------------------------------------------------------


def request_of(path: str = "/") -> Scope:
    return {"type": "http", "path": path, "method": "POST", "headers": [], "query_string": b"", "server": ("x", 80)}


def sending(*messages: Message) -> Receive:
    """The messages, then silence."""
    left = list(messages)

    async def receive() -> Message:
        if left:
            return left.pop(0)
        await asyncio.Event().wait()
        raise AssertionError

    return receive


def body(size: int, *, more: bool = True) -> Message:
    return {"type": "http.request", "body": b"x" * size, "more_body": more}


def through(app: ASGIApp, receive: Receive) -> list[Message]:
    """What is sent."""
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    async def run() -> None:
        await app(request_of(), receive, send)

    asyncio.run(run())
    return sent


async def greedy(scope: Scope, receive: Receive, send: Send) -> None:
    """Reads all there is, falls when the reader has gone."""
    while (message := await receive())["type"] != "http.disconnect":
        if not message["more_body"]:
            await send({"type": "http.response.start", "status": 200, "headers": []})
            return
    assert (await receive())["type"] == "http.disconnect"
    await send({"type": "http.response.start", "status": 500, "headers": []})
    raise ValueError("the reader has gone")


def test_what_keeps_its_pace_is_waited_for() -> None:
    """A hundred parts that each take longer than a hundredth of the patience, at the pace that earns it."""

    async def steady() -> Message:
        await asyncio.sleep(0.002)
        parts.pop()
        return body(1000, more=bool(parts))

    parts = list(range(100))
    assert through(Patience(greedy, seconds=0.1, pace=1000), steady)[0]["status"] == 200
    parts = list(range(100))
    assert through(Patience(greedy, seconds=0.1, pace=10**9), steady)[0]["status"] == 408


@pytest.mark.parametrize(("seconds", "idle", "status"), [(30, 30, 200), (30, 0.05, 408), (0.05, 30, 408)])
def test_much_at_once_earns_no_long_silence(seconds: float, idle: float, status: int) -> None:
    """What came before is no reason to wait longer than the patience, or than for anybody who says nothing."""

    async def pauses() -> Message:
        if not came:
            came.append(1)
            return body(1_000_000)
        await asyncio.sleep(0.5)
        return body(1, more=False)

    came: list[int] = []
    assert through(Patience(greedy, seconds=seconds, idle=idle, pace=1000), pauses)[0]["status"] == status


def test_what_the_app_says_to_a_late_sender_is_dropped() -> None:
    sent = through(Patience(greedy, seconds=0.02), sending(body(1)))
    assert [one.get("status") for one in sent] == [408, None]


def test_faults_of_the_app_stay_faults() -> None:
    with pytest.raises(ValueError):
        through(Patience(greedy), sending({"type": "http.disconnect"}, {"type": "http.disconnect"}))


def test_an_answer_that_has_begun_is_not_begun_again() -> None:
    async def early(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 202, "headers": []})
        assert (await receive())["type"] == "http.disconnect"

    assert [one.get("status") for one in through(Patience(early, seconds=0.02), sending())] == [202]


def test_behind_a_whole_body_nobody_is_hurried() -> None:
    async def waits(scope: Scope, receive: Receive, send: Send) -> None:
        assert (await receive())["body"] == b"x"
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(receive(), 0.1)

    assert through(Patience(waits, seconds=0.02), sending(body(1, more=False))) == []


def test_a_reader_hears_the_end_of_whichever_comes_first() -> None:
    async def listens(scope: Scope, receive: Receive, send: Send) -> None:
        assert (await receive())["more_body"]
        assert not (await receive())["more_body"]
        assert (await receive())["type"] == "http.disconnect"

    gone: Message = {"type": "http.disconnect"}
    assert through(Readers().around(listens), sending(body(1), body(1, more=False), gone)) == []


@pytest.mark.parametrize("make", [Patience, lambda app: Readers().around(app)])
def test_other_protocols_pass(make: Callable[[ASGIApp], ASGIApp]) -> None:
    seen: list[str] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append(scope["type"])

    async def ignored(message: Message) -> None:
        return

    async def run() -> None:
        await make(app)({"type": "lifespan"}, sending(), ignored)

    asyncio.run(run())
    assert seen == ["lifespan"]
