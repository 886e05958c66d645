"""Readers in other processes, killed again and again: every event once, in order, chained (reliability F25, F31, B22).

The writer goes on meanwhile; where a reader is killed is drawn.
"""

import json
import random
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

import pytest

from shared.events import codec
from shared.events.envelope import ORIGIN
from tests.faults.conftest import ROOT
from tests.faults.reader import OTHER, SHORTER
from tests.runtime import toy
from tests.runtime.served import PATIENCE, app_of, served, site_of, until
from tests.runtime.toy import World

EVENTS = 700
HOW = pytest.mark.parametrize("how", ["lines", "stream"])


@contextmanager
def reading(how: str, port: int, file: Path, size: int) -> Iterator[subprocess.Popen[str]]:
    """A reader at work; nothing is left of it."""
    command = [sys.executable, str(ROOT / "tests/faults/reader.py"), how, str(port), str(file), str(size)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def read(how: str, port: int, file: Path, size: int) -> int:
    """A reader to its end: its exit code; it complains of nothing."""
    with reading(how, port, file, size) as process:
        _, complaint = process.communicate(timeout=4 * PATIENCE)
    assert complaint == ""
    return process.returncode


def noted(file: Path) -> list[bytes]:
    """What a reader holds: the lines that are whole."""
    return file.read_bytes().rpartition(b"\n")[0].splitlines() if file.exists() else []


def messages(world: World) -> list[bytes]:
    return [codec.message(one, "toy") for one in toy.history(world.ledger)]


def assert_chained(lines: list[bytes]) -> None:
    before = ORIGIN.hex()
    for position, said in enumerate(map(json.loads, lines)):
        assert (said["position"], said["previousleaf"]) == (position, before)
        before = said["leaf"]


@HOW
def test_a_reader_that_is_killed_five_times_has_every_event_once_and_in_order(
    how: str, world: World, tmp_path: Path
) -> None:
    """From the first event on, beside a writer."""
    file, drawn, site = tmp_path / "noted", random.Random(7), site_of(world.pipeline)
    marks = sorted(drawn.sample(range(10, EVENTS - 100), 5))

    def write() -> None:
        for n in range(EVENTS):
            world.pipeline.send(world.join(n // 7) if n % 7 == 0 else world.note(f"n{n}"))

    with served(site, app_of(site)) as port:
        world.one(world.open())
        writer = Thread(target=write)
        writer.start()
        for mark in marks:
            with reading(how, port, file, EVENTS * 2) as process:
                until(lambda mark=mark: len(noted(file)) >= mark + drawn.randrange(9))  # type: ignore[misc]
                assert process.poll() is None
            assert process.returncode == -signal.SIGKILL
        writer.join()
        size = world.ledger.size()
        assert len(noted(file)) < size
        assert read(how, port, file, size) == 0
    assert noted(file) == messages(world)
    assert_chained(noted(file))


@HOW
def test_a_server_that_comes_back_is_read_on(how: str, world: World, tmp_path: Path) -> None:
    file = tmp_path / "noted"
    world.pipeline.run([world.open(), *(world.note(f"n{n}") for n in range(120))])
    for size in (50, 90, 121):
        site = site_of(world.pipeline)
        with served(site, app_of(site)) as port:
            assert read(how, port, file, size) == 0
    assert noted(file) == messages(world)


@HOW
def test_a_restored_ledger_stops_its_readers(how: str, world: World, tmp_path: Path) -> None:
    """While it is shorter than what they hold, and when it has grown past that by another way (reliability B22)."""
    file = tmp_path / "noted"
    world.pipeline.run([world.open(), world.note("before the backup"), world.note("after it")])
    site = site_of(world.pipeline)
    with served(site, app_of(site)) as port:
        assert read(how, port, file, 3) == 0
    held = noted(file)
    with toy.world(tmp_path / "restored") as restored:
        restored.pipeline.run([restored.open(), restored.note("before the backup")])
        again = site_of(restored.pipeline)
        with served(again, app_of(again)) as port:
            assert read(how, port, file, 4) == SHORTER
            restored.pipeline.run([restored.note("another one"), restored.note("and one more")])
            assert read(how, port, file, 4) == OTHER
    assert noted(file) == held


def test_readers_of_all_speeds_hold_the_same(world: World, tmp_path: Path) -> None:
    """Three at once, of both kinds, while somebody writes."""
    site, size = site_of(world.pipeline), 301
    world.pipeline.run([world.open()])
    with served(site, app_of(site)) as port:
        files = [tmp_path / name for name in ("one", "two", "three")]
        threads = [
            Thread(target=read, args=(how, port, file, size))
            for how, file in zip(("lines", "stream", "stream"), files, strict=True)
        ]
        for thread in threads:
            thread.start()
        for n in range(size - 1):
            world.pipeline.send(world.note(f"n{n}"))
        for thread in threads:
            thread.join()
    assert [noted(file) for file in files] == [messages(world)] * 3
