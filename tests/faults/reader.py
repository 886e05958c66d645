"""A reader of a feed in a process of its own, with the standard library alone: `python reader.py HOW PORT FILE SIZE`.

It keeps every message as a line of FILE before it asks for the next, and begins behind what it kept: whoever kills it
loses nothing. It ends once it holds SIZE events; with 3 if the ledger is shorter than what it holds, with 4 if the
ledger tells another past.
"""

import http.client
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path

SHORTER, OTHER = 3, 4


class Kept:
    """What was noted: whole lines of a file, each the next of one chain."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_RDWR | os.O_CREAT)
        held = path.read_bytes()
        whole = held.rfind(b"\n") + 1  # a line that was cut off was never noted
        os.ftruncate(self._file, whole)
        os.lseek(self._file, whole, os.SEEK_SET)
        lines = held[:whole].splitlines()
        self.size = len(lines)
        self._leaf = json.loads(lines[-1])["leaf"] if lines else ""

    def note(self, message: bytes) -> None:
        """One more, durably."""
        said = json.loads(message)
        if said["position"] != self.size or said["previousleaf"] != self._leaf:
            sys.exit(OTHER)
        os.write(self._file, message + b"\n")
        os.fsync(self._file)
        self.size, self._leaf = self.size + 1, said["leaf"]


def lines(connection: http.client.HTTPConnection, held: int) -> Iterator[bytes]:
    """What a long poll answers."""
    for line in asked(connection, f"/api/toy/v1/events?after={held}&wait=5", {}):
        if line.endswith(b"\n"):
            yield line[:-1]


def stream(connection: http.client.HTTPConnection, held: int) -> Iterator[bytes]:
    """What a stream says, behind the last event that arrived."""
    data = b""
    for line in asked(connection, "/api/toy/v1/stream", {"Last-Event-ID": str(held - 1)} if held else {}):
        if line.startswith(b"data: "):
            data = line[6:-1]
        elif line == b"\n" and data:
            yield data
            data = b""


def asked(connection: http.client.HTTPConnection, path: str, headers: dict[str, str]) -> http.client.HTTPResponse:
    connection.request("GET", path, headers={"Authorization": "Bearer integrator", **headers})
    answer = connection.getresponse()
    if answer.status == 409:
        sys.exit(SHORTER)
    if answer.status != 200:
        raise ConnectionError(answer.status)
    return answer


def main(how: str, port: str, path: str, size: str) -> None:
    kept = Kept(Path(path))
    while kept.size < int(size):
        connection = http.client.HTTPConnection("127.0.0.1", int(port), timeout=30)
        for message in {"lines": lines, "stream": stream}[how](connection, kept.size):
            kept.note(message)
            if kept.size == int(size):
                break
        connection.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
