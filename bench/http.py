"""T2 over HTTP: applications that are durable before they are answered, against an empty route with the same session,
validation and claim; T1b: the same in an open loop, 500 a second.

The server runs in a process of its own and the load in another, on the same machine. The empty route is FastAPI's, like
ours; a second one is plain ASGI, which shows what FastAPI's layers take.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from bench.door import Ready, made
from bench.harness import Options, Unfit, main
from bench.report import Bound, Report, Row

CALLERS: Final = 64
RATE: Final = 500
OURS: Final = "/api/intake/v1/application/{id}/submit-application"
EMPTY: Final = "/bench/empty/{id}"
BARE: Final = "/bench/bare/{id}"


def measure(options: Options) -> Report:
    """Run by run, alternating."""
    count = options.size(3_000, 48)
    found: dict[str, list[dict[str, Any]]] = {"bare": [], "empty": [], "accept": [], "open": []}
    with TemporaryDirectory(dir=options.folder, prefix="merit-bench-") as folder:
        people = made(Path(folder) / "world", count)
        for run in range(options.runs):
            for name in ("bare", "empty", "accept")[:: 1 if run % 2 == 0 else -1]:
                found[name].append(_closed(Path(folder), people, name))
            found["open"].append(_open(Path(folder), people))
    rows = {
        name: Row(target="T2", name=label, unit="requests/s", values=tuple(one["rate"] for one in found[name]))
        for name, label in (
            ("bare", "plain ASGI, empty"),
            ("empty", "FastAPI, empty"),
            ("accept", "application accepted, 64 callers"),
        )
    }
    p99 = Row(
        target="T1b", name=f"application, p99 at {RATE}/s offered", unit="ms",
        values=tuple(one["p99"] for one in found["open"]), bound=Bound(floor=50, less=True),
    )  # fmt: skip
    return Report(
        bench="http",
        rows=(*rows.values(), rows["accept"].over(rows["empty"], Bound(floor=0.5, goal=0.75)), p99),
        settings=tuple(sorted({one for said in found.values() for run in said for one in run["settings"]})),
    )


def _closed(folder: Path, people: list[Ready], name: str) -> dict[str, Any]:
    path = {"bare": BARE, "empty": EMPTY, "accept": OURS}[name]
    with _served(folder) as port:
        said = _load(folder, port, [one.request(path) for one in people], "--callers", str(CALLERS))
        return _checked(said, len(people), port, name == "accept")


def _open(folder: Path, people: list[Ready]) -> dict[str, Any]:
    with _served(folder) as port:
        said = _load(folder, port, [one.request(OURS) for one in people], "--rate", str(RATE))
        return _checked(said, len(people), port, True)


def _checked(said: dict[str, Any], sent: int, port: int, stored: bool) -> dict[str, Any]:
    """Void unless every request was answered with 200, and, where something is stored, every one is in the ledger."""
    if said["statuses"] != {"200": sent}:
        raise Unfit(f"answers were {said['statuses']}")
    if stored and (size := _asked(port, "/health/ready")["services"]["intake"]) < sent:
        raise Unfit(f"{sent} accepted, the ledger holds {size} events")
    return {**said, "settings": _asked(port, "/bench/settings")}


@contextmanager
def _served(folder: Path) -> Iterator[int]:
    """A server on a copy of the world."""
    data = folder / "run"
    shutil.copytree(folder / "world", data)
    command = [sys.executable, "-m", "bench.http_server", str(data)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        line = process.stdout.readline() if process.stdout else ""
        if not line:
            raise Unfit("the server did not start")
        yield int(line)
    finally:
        process.terminate()
        process.wait(30)
        if process.stdout:
            process.stdout.close()
        shutil.rmtree(data)


def _load(folder: Path, port: int, requests: list[dict[str, Any]], *how: str) -> dict[str, Any]:
    file = folder / "requests"
    file.write_text("\n".join(map(json.dumps, requests)))
    command = [sys.executable, "-m", "bench.load", str(file), "--port", str(port), *how]
    said: dict[str, Any] = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    return said


def _asked(port: int, path: str) -> Any:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}") as answer:
        return json.load(answer)


if __name__ == "__main__":
    sys.exit(main(measure, "applications over HTTP"))
