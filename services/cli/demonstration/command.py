"""`merit demo`: a platform of its own, a round played on it over HTTP, then served for whoever wants to look."""

from __future__ import annotations

from pathlib import Path

from services.cli import output
from services.cli.demonstration import half, process
from services.cli.demonstration.folders import folder_of, gently


def demo(data: Path | None, to: str, applicants: int, port: int, serve: bool, as_json: bool) -> int:
    """Founds, serves, plays, and goes on serving unless told not to. SIGTERM ends the server and throws the folder
    away, as Ctrl-C does."""
    try:
        with gently():
            return _played(data, to, applicants, port, serve, as_json)
    except SystemExit as told:
        return int(told.code or output.OK)


def _played(data: Path | None, to: str, applicants: int, port: int, serve: bool, as_json: bool) -> int:
    process.must_be_free(port)
    with folder_of(data) as folder:
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
