"""`merit serve`, again and again: `python -m tests.faults.lives DATA`. A line on stdin begins a life.

Each life is a process of its own, forked from this one, which has imported everything and holds nothing open: what a
restart costs is then the opening of the folder, not Python's start. It says its process id, then what `merit serve
--json` says.
"""

from __future__ import annotations

import asyncio
import gc
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Any

from services.cli.demonstration.process import ROOT, environment
from services.cli.platform import Platform


def main(data: Path) -> None:
    """Until stdin ends."""
    from services.cli import serving

    _warm()
    for _ in sys.stdin:
        born = os.fork()
        if not born:
            _say({"pid": os.getpid()})
            os._exit(serving.serve(data, None, 0, True))
        os.waitpid(born, 0)
        _say({"ended": born})


def _warm() -> None:
    """A server that lives once without sockets and is thrown away, on a folder of its own: what it has imported and
    worked out stays."""
    from tests.faults import office

    async def live(made: office.Office, platform: Platform) -> None:
        async with office.inside(platform) as site:
            (one,), hr, auditor = made.people, made.officials["hr"], made.officials["auditor"]
            replies = [
                await site.submit(one, "k"),
                await site.ask(
                    "POST", f"{office.INTAKE}/post/pauh.x/adopt-job-analysis", office.analysis(0), hr.headers("k")
                ),
                await site.ask("GET", f"{office.INTAKE}/events?after=0", None, auditor.headers()),
            ]
            assert [reply.status for reply in replies] == [200] * 3

    with TemporaryDirectory() as place:
        made = office.found(Path(place) / "data", people=1)
        with made.opened() as platform:
            asyncio.run(live(made, platform))
    gc.freeze()


def _say(what: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


class Lives:
    """What a test holds of it: begins a life, ends it as a power cut does."""

    def __init__(self, data: Path, env: Mapping[str, str], log: Path) -> None:
        unmeasured = {name: value for name, value in environment(env).items() if not name.startswith("COV")}
        self._log = log.open("ab")
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.lives", str(data)],
            cwd=ROOT, env=unmeasured, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._log, text=True,
        )  # fmt: skip
        self.pid = 0  # of the life that is being lived

    def begin(self) -> str:
        """The address of a server that answers."""
        assert self._process.stdin
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        self.pid = int(self._next()["pid"])
        return str(self._next()["url"])

    def kill(self) -> None:
        """As a power cut."""
        self.end(9)

    def end(self, signal: int = 15) -> None:
        """It is gone when this returns."""
        os.kill(self.pid, signal)
        assert self._next() == {"ended": self.pid}
        self.pid = 0

    def close(self) -> None:
        """Nothing is left of it."""
        if self.pid:
            os.kill(self.pid, 9)
        self._process.communicate(timeout=60)
        self._log.close()

    def _next(self) -> dict[str, Any]:
        assert self._process.stdout
        line = self._process.stdout.readline()
        assert line, "the server's parent ended"
        found: dict[str, Any] = json.loads(line)
        return found

    def __enter__(self) -> Lives:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()


@contextmanager
def served(data: Path, log: Path, **env: str) -> Iterator[Lives]:
    """Lives on one folder; the last ends with the block. What they log goes to the end of a file."""
    with Lives(data, env, log) as made:
        yield made


if __name__ == "__main__":
    main(Path(sys.argv[1]))
