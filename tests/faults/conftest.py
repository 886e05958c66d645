"""Real processes on one data folder."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.faults import office
from tests.runtime import toy
from tests.runtime.toy import World

ROOT = Path(__file__).resolve().parents[2]


class Process:
    """A driver at work; what it said is read line by line."""

    def __init__(self, *arguments: str | Path) -> None:
        command = [sys.executable, "-m", "tests.faults.driver", *map(str, arguments)]
        unmeasured = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE")}
        self.process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=unmeasured,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    @property
    def pid(self) -> int:
        return self.process.pid

    def next(self) -> dict[str, Any] | None:
        """The next thing that it says; None when it has ended. A line that was cut off was never said."""
        assert self.process.stdout
        line = self.process.stdout.readline()
        return json.loads(line) if line.endswith("\n") else None

    def rest(self) -> list[dict[str, Any]]:
        """All that it says from now on, to its end."""
        return list(iter(self.next, None))

    def go(self) -> None:
        """Lets it do what it waits with."""
        assert self.process.stdin
        self.process.stdin.write("\n")
        self.process.stdin.flush()

    def kill(self) -> None:
        self.process.kill()

    def ended(self) -> tuple[int, str]:
        """Its exit code and what it complained of; nothing is left of it."""
        _, complaint = self.process.communicate(timeout=60)
        return self.process.returncode, complaint


Start = Callable[..., Process]


@pytest.fixture(autouse=True, scope="module")
def known_types() -> Iterator[None]:
    """The toy's types stand in the catalogue while these tests run."""
    patch = pytest.MonkeyPatch()
    toy.register(patch.setitem)
    yield
    patch.undo()


@pytest.fixture(autouse=True, scope="session")
def offices(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Each kind of agency is founded once here, and copied."""
    office.KEPT.append(tmp_path_factory.mktemp("offices"))
    yield
    office.KEPT.clear()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def world(path: Path) -> Iterator[World]:
    """This process."""
    with toy.world(path) as one:
        yield one


@pytest.fixture
def start() -> Iterator[Start]:
    """Starts drivers; those that live at the end are killed."""
    started: list[Process] = []

    def starting(*arguments: str | Path) -> Process:
        started.append(Process(*arguments))
        return started[-1]

    yield starting
    for one in started:
        one.kill()
        one.process.communicate()
