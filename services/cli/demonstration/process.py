"""A platform in a process of its own, founded and served as a person would: `merit init`, `merit serve`."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
MERIT = (sys.executable, "-m", "services.cli")


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
    subprocess.run(command, input=typed, text=True, check=True, cwd=ROOT, env=environment({}), stdout=subprocess.DEVNULL)


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
            command, cwd=ROOT, env=environment(env), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        assert self.process.stdout is not None  # noqa: S101
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"the server ended with {self.process.wait()}")
        self.url: str = json.loads(line)["url"]

    def end(self) -> int:
        """Gently; its exit code."""
        self.process.terminate()
        code = self.process.wait(30)
        if self.process.stdout is not None:
            self.process.stdout.close()
        return code

    def kill(self) -> None:
        """As a power cut."""
        self.process.kill()
        self.process.wait()
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
