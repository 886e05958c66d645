"""What comes in slowly, never ends or breaks off holds nothing up and leaves nothing behind (ASVS 5 5.2.1, 2.4.1)."""

import asyncio
import http.client
import logging
import socket
from collections.abc import Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from threading import Event

import pytest
from starlette.requests import Request
from starlette.testclient import TestClient
from starlette.types import Message

from services.people.http.documents import Room
from services.people.http.turns import Turns
from shared.events import Refused
from tests.runtime.served import PATIENCE, served, until
from tests.services.people_served import API, Town
from tests.services.people_world import pdf, people

MEGABYTE = 1 << 20


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    stores = people(tmp_path)
    yield Town(stores)
    stores.folder.close()


def upload(*chunks: bytes) -> Request:
    """A request whose body comes in these pieces."""
    coming = iter(chunks)

    async def receive() -> Message:
        chunk = next(coming, None)
        return {"type": "http.request", "body": chunk or b"", "more_body": chunk is not None}

    return Request({"type": "http", "method": "POST", "headers": []}, receive)


def test_uploads_share_a_room_and_give_it_back() -> None:
    async def come() -> None:
        room = Room(10)
        async with AsyncExitStack() as first:
            assert await first.enter_async_context(room.received(upload(b"12345", b"678"), "a")) == b"12345678"
            with pytest.raises(Refused, match=r"upload\.busy"):
                async with room.received(upload(b"12", b"3"), "b"):
                    pass
            async with room.received(upload(b"12"), "b") as content:
                assert content == b"12"
        async with room.received(upload(b"1234567890"), "b") as content:
            assert len(content) == 10

    asyncio.run(come())


def test_nobody_fills_the_room_alone() -> None:
    """Two uploads of one person are under way at once; the third is told to wait, and nobody else is."""

    async def come() -> None:
        room = Room()
        for _ in range(2):  # what has ended counts no longer
            async with AsyncExitStack() as held:
                for _ in range(2):
                    await held.enter_async_context(room.received(upload(b"1"), "a"))
                for _ in range(2):
                    with pytest.raises(Refused, match=r"upload\.busy"):
                        async with room.received(upload(b"1"), "a"):
                            pass
                async with room.received(upload(b"1"), "b") as content:
                    assert content == b"1"

    asyncio.run(come())


def test_whoever_waits_for_a_turn_waits_on_the_loop_and_a_crowd_is_told() -> None:
    async def come() -> None:
        turns, go, begun = Turns("signin.busy", at_once=1, most=1), Event(), Event()

        def work() -> bool:
            begun.set()
            return go.wait(PATIENCE)

        first = asyncio.create_task(turns.run(work))
        await asyncio.to_thread(begun.wait, PATIENCE)
        second = asyncio.create_task(turns.run(lambda: True))
        await asyncio.sleep(0)
        with pytest.raises(Refused, match=r"signin\.busy"):
            await turns.run(lambda: True)
        assert not second.done()
        go.set()
        assert (await first, await second) == (True, True)
        assert await turns.run(lambda: True)

    asyncio.run(come())


def test_an_endless_upload_is_answered_before_it_ends(town: Town) -> None:
    """By a real server: what is sent beyond 10 MB is never waited for, with or without a said length."""
    me = town.somebody(TestClient(town.app), "satu@contoh.example")
    with served(town.site, town.app) as port:
        said = f"POST {API}/me/documents HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {me.token}\r\n"
        long = f"{said}Content-Type: application/pdf\r\nContent-Length: {11 * MEGABYTE}\r\n\r\n"
        with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as line:
            line.sendall(long.encode())
            assert line.recv(12) == b"HTTP/1.1 413"
        chunked = f"{said}Content-Type: application/pdf\r\nTransfer-Encoding: chunked\r\n\r\n"
        with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as line:
            line.sendall(chunked.encode())
            for _ in range(10):
                line.sendall(b"100000\r\n" + bytes(MEGABYTE) + b"\r\n")
            line.sendall(b"1\r\nx\r\n")
            assert line.recv(12) == b"HTTP/1.1 413"


def test_an_upload_that_breaks_off_is_no_fault_and_leaves_nothing(town: Town, caplog: pytest.LogCaptureFixture) -> None:
    me = town.somebody(TestClient(town.app), "satu@contoh.example")
    headers = {"Authorization": f"Bearer {me.token}", "Content-Type": "application/pdf"}
    with served(town.site, town.app) as port:
        broken = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        broken.putrequest("POST", f"{API}/me/documents")
        for name, value in {**headers, "Content-Length": str(MEGABYTE)}.items():
            broken.putheader(name, value)
        broken.endheaders()
        broken.send(pdf())
        broken.close()
        whole = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        whole.request("POST", f"{API}/me/documents", pdf(2), headers)
        assert whole.getresponse().status == 200
        whole.close()
        until(lambda: len(town.stores.documents.of(me.person)) == 1)
    assert [one.pages for one in town.stores.documents.of(me.person)] == [2]
    assert not [one for one in caplog.records if one.levelno >= logging.ERROR]
