"""Requests to a server from a process of their own: closed loop (so many callers) or open loop (so many a second).

Requests lie ready as bytes before the first is sent. In the open loop a time is taken from the instant at which the
request was meant to go, so that a server that stalls cannot hide it (coordinated omission). Prints one JSON document.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import time
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

BUSY = 256  # connections of the open loop at most


class Line(asyncio.Protocol):
    """One connection, one request at a time."""

    def __init__(self) -> None:
        self._got = bytearray()
        self._waiting: asyncio.Future[int] | None = None

    def connection_made(self, transport: Any) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._got += data
        end = self._got.find(b"\r\n\r\n")
        if end < 0 or self._waiting is None:
            return
        head = bytes(self._got[:end]).lower()
        at = head.find(b"content-length:")
        length = int(head[at + 15 :].split(b"\r\n", 1)[0]) if at >= 0 else 0
        if len(self._got) >= end + 4 + length:
            status = int(head[9:12])
            self._got.clear()
            waiting, self._waiting = self._waiting, None
            waiting.set_result(status)

    def connection_lost(self, _: Exception | None) -> None:
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(0)

    def send(self, request: bytes) -> asyncio.Future[int]:
        """The status; 0 where the connection was lost."""
        self._waiting = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        return self._waiting


async def connected(host: str, port: int) -> Line:
    """A connection."""
    _, line = await asyncio.get_running_loop().create_connection(Line, host, port)
    return line


async def closed(host: str, port: int, requests: Sequence[bytes], callers: int) -> dict[str, Any]:
    """Every caller sends its next request when it has the answer to its last."""
    todo, spent, statuses = iter(requests), list[float](), Counter[int]()
    lines = [await connected(host, port) for _ in range(callers)]

    async def call(line: Line, mine: Iterator[bytes]) -> None:
        for request in mine:
            began = time.perf_counter()
            statuses[await line.send(request)] += 1
            spent.append(time.perf_counter() - began)

    began = time.perf_counter()
    await asyncio.gather(*(call(line, todo) for line in lines))
    return said(spent, statuses, time.perf_counter() - began)


async def opened(host: str, port: int, requests: Sequence[bytes], rate: float) -> dict[str, Any]:
    """Requests go at their instants, whatever became of those before."""
    spent, statuses, tasks = list[float](), Counter[int](), set[asyncio.Task[None]]()
    free = deque([await connected(host, port) for _ in range(BUSY)])
    began = time.perf_counter()

    async def call(request: bytes, meant: float) -> None:
        while not free:
            await asyncio.sleep(0.001)
        line = free.popleft()
        statuses[await line.send(request)] += 1
        spent.append(time.perf_counter() - meant)
        free.append(line)

    for number, request in enumerate(requests):
        meant = began + number / rate
        if (pause := meant - time.perf_counter()) > 0:
            await asyncio.sleep(pause)
        task = asyncio.ensure_future(call(request, meant))
        tasks.add(task)
        task.add_done_callback(tasks.discard)
    await asyncio.gather(*tasks)
    return said(spent, statuses, time.perf_counter() - began)


def said(spent: list[float], statuses: Counter[int], seconds: float) -> dict[str, Any]:
    """Rate and percentiles, milliseconds."""
    spent.sort()

    def at(share: float) -> float:
        return 1000 * spent[min(len(spent) - 1, int(share * len(spent)))]

    return {
        "rate": len(spent) / seconds, "p50": at(0.5), "p99": at(0.99), "p999": at(0.999),
        "statuses": {str(status): count for status, count in sorted(statuses.items())},
    }  # fmt: skip


def raw(host: str, one: dict[str, Any]) -> bytes:
    """A request as bytes: `method`, `path`, `headers`, `body`."""
    body = one.get("body", "").encode()
    headers = {"Host": host, "Content-Length": str(len(body)), **one.get("headers", {})}
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    made: bytes = f"{one['method']} {one['path']} HTTP/1.1\r\n{head}\r\n".encode() + body
    return made


def main() -> None:
    """Requests are JSON lines of a file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--callers", type=int)
    parser.add_argument("--rate", type=float)
    options = parser.parse_args()
    requests = [raw(options.host, json.loads(line)) for line in options.file.read_text().splitlines()]
    import uvloop

    if options.rate:
        found = uvloop.run(opened(options.host, options.port, requests, options.rate))
    else:
        found = uvloop.run(closed(options.host, options.port, requests, options.callers or 64))
    sys.stdout.write(json.dumps(found) + "\n")


if __name__ == "__main__":
    main()
