"""A platform in a process of its own, founded and served as a person would: `merit init`, `merit serve`."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import Final

from services.cli import output
from shared.events import MeritError
from shared.runtime.holding import InTheWay
from shared.runtime.http.server import listening
from shared.runtime.settings import Settings

ROOT = Path(__file__).resolve().parents[3]
MERIT = (sys.executable, "-m", "services.cli")
SPEAKER: Final = "merit: "  # how a sentence of the command line begins
LAST: Final = 50  # lines of a server's log
PATIENCE: Final = 30  # seconds


def environment(more: Mapping[str, str]) -> dict[str, str]:
    """A demonstration's, without limits: a script is one address."""
    return {**os.environ, "MERIT_DEMO": "1", "MERIT_LIMITS": "0", "PYTHONUNBUFFERED": "1", **more}


def founded(data: Path, password: str) -> None:
    """Two administrators of two units: `first@contoh.invalid`, `second@contoh.invalid`."""
    command = (
        *MERIT, "init", "pauh", "--first", "first@contoh.invalid", "--first-unit", "pauh.bkpsdm", "--second",
        "second@contoh.invalid", "--second-unit", "pauh.inspektorat", "--decree", "821/DEMO/2027", "--data", str(data),
    )  # fmt: skip
    typed = f"{password}\n{password}\n"
    done = subprocess.run(
        command, input=typed, text=True, check=False, cwd=ROOT, env=environment({}), capture_output=True
    )  # fmt: skip
    if done.returncode:
        raise failed(done.returncode, done.stderr)


def must_be_free(port: int) -> None:
    """Before anything is founded. InTheWay for a port that cannot be had."""
    try:
        listening(Settings().host, port).close()
    except OSError as error:
        why = f"{error.strerror or error}".partition(" (")[0]
        raise InTheWay(f"port {port} cannot be had ({why}): name another with --port, 0 is any") from None


def failed(code: int, said: str) -> MeritError:
    """What another `merit` said at its end, as it would be said here."""
    sentences = [line.removeprefix(SPEAKER) for line in said.splitlines() if line.startswith(SPEAKER)]
    kind = InTheWay if code == output.IN_THE_WAY else MeritError
    return kind("".join(sentences[-1:]) or f"`merit` ended with {code}")


@contextmanager
def served(data: Path, password: str, **more: str) -> Iterator[str]:
    """The address of a platform that is founded here and ends with the block."""
    founded(data, password)
    with started(data, 0, **more) as process:
        yield process.url


class Process:
    """A server that answers."""

    def __init__(self, data: Path, env: Mapping[str, str], port: int = 0) -> None:
        command = (*MERIT, "serve", "--port", str(port), "--data", str(data), "--json")
        self.process = subprocess.Popen(
            command, cwd=ROOT, env=environment(env), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        self._said: deque[str] = deque(maxlen=LAST)
        self._listener = Thread(target=self._listen, name="server's log", daemon=True)
        self._listener.start()
        try:
            self.url = self._ready()
        except BaseException:
            self.kill()
            raise

    def _ready(self) -> str:
        """The address, once it answers."""
        assert self.process.stdout is not None  # noqa: S101
        line = self.process.stdout.readline()
        if not line:
            code = self.process.wait()
            self._listener.join()
            raise failed(code, "".join(self._said))
        return str(json.loads(line)["url"])

    def _listen(self) -> None:
        """Its last lines, so that it never waits for a reader."""
        assert self.process.stderr is not None  # noqa: S101
        with self.process.stderr as lines:
            self._said.extend(lines)

    def end(self) -> int:
        """Gently; its exit code."""
        self.process.terminate()
        try:
            code = self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.kill()
            raise
        self._close()
        return code

    def kill(self) -> None:
        """As a power cut."""
        self.process.kill()
        self.process.wait()
        self._close()

    def _close(self) -> None:
        self._listener.join()
        if self.process.stdout is not None:
            self.process.stdout.close()


@contextmanager
def started(data: Path, port: int = 0, **more: str) -> Iterator[Process]:
    """A server on a folder that is founded."""
    made = Process(data, more, port)
    try:
        yield made
    finally:
        if made.process.poll() is None:
            made.end()
        else:
            made.kill()
