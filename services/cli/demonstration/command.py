"""`merit demo`: a platform of its own, a round played on it over HTTP, then served for whoever wants to look."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from types import FrameType
from typing import NoReturn

from services.cli import output
from services.cli.demonstration import half, process
from shared.runtime.holding import InTheWay


def demo(data: Path | None, to: str, applicants: int, port: int, serve: bool, as_json: bool) -> int:
    """Founds, serves, plays, and goes on serving unless told not to. SIGTERM ends the server and throws the folder
    away, as Ctrl-C does."""
    try:
        with _gently():
            return _played(data, to, applicants, port, serve, as_json)
    except SystemExit as told:
        return int(told.code or output.OK)


def _played(data: Path | None, to: str, applicants: int, port: int, serve: bool, as_json: bool) -> int:
    process.must_be_free(port)
    with _folder(data) as folder:
        process.founded(folder, half.PASSWORD)
        with process.started(folder, port) as server:
            if not as_json:
                output.say(f"A platform in {folder}, on {server.url}. Everybody on it is made up.")
            took = half.played(server.url, applicants, to, _quiet if as_json else _step)
            if as_json:
                output.as_line({"url": server.url, "data": str(folder), "applicants": applicants, "seconds": took})
            else:
                output.say(f"Played to `{to}` in {sum(took.values()):.0f} s.")
            if serve:
                if not as_json:
                    output.say(f"Look: {server.url}/api. Ctrl-C ends it.")
                server.process.wait()
    return output.OK


def _step(text: str) -> None:
    output.say(f"  {text}")


def _quiet(_: str) -> None:
    """Programs wait for the one document."""


@contextmanager
def _gently() -> Iterator[None]:
    """The first SIGTERM leaves the block as an exception does, so that whatever was begun in it is ended."""

    def end(sign: int, _: FrameType | None) -> NoReturn:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)  # the ending is not ended
        raise SystemExit(128 + sign)

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


@contextmanager
def _folder(data: Path | None) -> Iterator[Path]:
    """A new one; without a name it is thrown away at the end. InTheWay for one that holds something."""
    if data is None:
        with TemporaryDirectory(prefix="merit-demo-") as temporary:
            yield Path(temporary) / "data"
    elif data.exists() and (not data.is_dir() or any(data.iterdir())):
        raise InTheWay(f"{data} is there already: a demonstration makes its own; name a new folder with --data")
    else:
        yield data.resolve()  # the server runs elsewhere
