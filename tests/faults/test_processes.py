"""Several processes on one ledger, and what kills, stops or starves them (reliability F01, F02, F03, F10, F18, F19)."""

import os
import random
import shutil
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from shared.events import Unknown
from shared.ledger import sqlite
from tests.faults.conftest import Start
from tests.faults.driver import SHARED, fill
from tests.runtime import toy
from tests.runtime.test_subscription import rows
from tests.runtime.toy import World, assert_whole

Said = dict[str, Any]

KILLS = int(os.environ.get("MERIT_KILLS", "40")) // 5  # 20 in full; each life begins with a Python of its own


def assert_stored(world: World, said: list[Said]) -> dict[str, list[int]]:
    """O1 to O3, O5: every answer is in the ledger, once, where it says; nothing is missing, nothing is there twice."""
    found = toy.texts(assert_whole(world.pipeline))
    assert all(len(positions) == 1 for positions in found.values())
    for answer in said:
        if "key" in answer:
            assert found[answer["key"]] == [answer["position"]]
            assert answer["events"] == 1
    view = world.words()
    view.catch_up(world.ledger)
    assert rows(view) == sorted((at, text) for text, (at,) in found.items())
    return found


def test_three_processes_at_once_leave_no_gap_and_no_duplicate(world: World, path: Path, start: Start) -> None:
    """F18: every answer matches the ledger, and versions are contiguous."""
    processes = [start("crowd", path, f"pauh.R{n}", "300") for n in (1, 2, 3)]
    for process in processes:
        assert process.next() is not None
    for process in processes:
        process.go()
    said = [line for process in processes for line in process.rest()]
    assert [process.ended() for process in processes] == [(0, "")] * 3
    assert len(said) == 900
    assert not any(line["repeated"] for line in said)
    assert set(assert_stored(world, said)) == {f"pauh.R{n}.{k}" for n in (1, 2, 3) for k in range(300)}


def test_a_key_that_another_process_answered_is_answered_the_same(world: World, path: Path, start: Start) -> None:
    one = start("write", path, "one", "3")
    said = one.rest()
    assert one.ended() == (0, "")
    another = start("write", path, "another", "0", "one.0,one.1,one.2")
    assert [(line["position"], line["repeated"]) for line in another.rest()] == [(0, True), (1, True), (2, True)]
    assert len(assert_stored(world, said)) == 3


@pytest.mark.slow
def test_killed_again_and_again_under_load_nothing_answered_is_lost_and_nothing_is_done_twice(
    world: World, path: Path, start: Start
) -> None:
    """F01: what was answered is stored once; what was not is sent again under its key, and is there once."""
    chance = random.Random(20)
    said: list[Said] = []
    unknown: list[str] = []
    for n in range(KILLS):
        process = start("write", path, f"w{n}", "100000", ",".join(unknown))
        wanted, answered = chance.randint(1, 9), 0
        while answered < len(unknown) + wanted:
            line = process.next()
            assert line is not None
            said.append(line)
            answered += "key" in line
        process.kill()
        said += process.rest()
        assert process.ended()[0] == -signal.SIGKILL
        unknown = sorted(tried(said) - {line["key"] for line in said if "key" in line})
        assert len(unknown) <= 1
    last = start("write", path, "last", "1", ",".join(unknown))
    said += last.rest()
    assert last.ended() == (0, "")
    assert set(assert_stored(world, said)) == tried(said)


def tried(said: list[Said]) -> set[str]:
    return {line["tries"] for line in said if "tries" in line}


@pytest.mark.parametrize(("fault", "stored"), [("before_commit", 3), ("after_commit", 4)])
def test_killed_around_the_commit_the_key_tells_what_happened(
    world: World, path: Path, start: Start, fault: str, stored: int
) -> None:
    """F02: before it, nothing is stored and no position used. F03: behind it, the retry gets the first answer."""
    process = start(fault, path, "w", "3")
    said = process.rest()
    assert process.ended()[0] == -signal.SIGKILL
    assert [line["position"] for line in said if "key" in line] == [0, 1, 2]
    assert len(assert_stored(world, said)) == stored
    again = world.one(world.note("w.3", SHARED, key="w.3"))
    assert (again.position, again.repeated) == (3, fault == "after_commit")
    assert set(assert_stored(world, said)) == tried(said)


# --- a writer that holds the lock -------------------------------------------------------------------------------


def waiting(world: World, key: str) -> tuple[Thread, list[Any]]:
    """Somebody who writes at the same time, and what became of it."""
    told: list[Any] = []

    def write() -> None:
        try:
            told.append(world.one(world.note(key, SHARED, key=key)).position)
        except Unknown as error:
            told.append(error)

    thread = Thread(target=write)
    thread.start()
    return thread, told


def test_who_is_stopped_with_the_lock_makes_others_wait_and_there_is_no_fork(
    world: World, path: Path, start: Start
) -> None:
    """F19 on SQLite: nothing takes the lock from a process that is stopped; others wait, for PATIENCE at most. When it
    goes on its batch is whole, for it still has the lock, and theirs follow."""
    world.one(world.note("first", SHARED))
    holder = start("hold", path, "held")
    assert holder.next() == {"holds": "held"}
    os.kill(holder.pid, signal.SIGSTOP)
    thread, told = waiting(world, "waited")
    thread.join(0.3)
    assert (told, world.ledger.size()) == ([], 1)  # readers are not kept waiting
    holder.go()
    thread.join(0.1)
    assert told == []
    os.kill(holder.pid, signal.SIGCONT)
    assert holder.rest() == [{"committed": "held"}]
    thread.join()
    assert told == [2]
    assert toy.texts(assert_whole(world.pipeline)) == {"first": [0], "held": [1], "waited": [2]}


def test_who_waits_too_long_for_the_lock_has_an_unknown_outcome(
    path: Path, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "PATIENCE", 100)
    with toy.world(path) as world:
        holder = start("hold", path, "held")
        assert holder.next() == {"holds": "held"}
        os.kill(holder.pid, signal.SIGSTOP)
        thread, told = waiting(world, "waited")
        thread.join()
        assert isinstance(told[0], Unknown)
        holder.kill()
        assert holder.ended()[0] == -signal.SIGKILL
        assert world.one(world.note("waited", SHARED, key="waited")).position == 0
        assert toy.texts(assert_whole(world.pipeline)) == {"waited": [0]}  # the holder's batch went with it


# --- a full disk ------------------------------------------------------------------------------------------------


def test_when_files_may_not_grow_writing_fails_reading_goes_on_and_nothing_is_damaged(
    world: World, path: Path, start: Start
) -> None:
    """F10, by the limit of a file's size."""
    process = start("starve", path)
    said = process.rest()
    assert process.ended() == (0, "")
    assert [line.get("refused") for line in said].count(True) == 3
    (full,) = (line for line in said if "lost" in line)
    assert full["size"] == full["read"] > 0
    found = toy.texts(assert_whole(world.pipeline))
    assert found["after"] == [len(found) - 1]
    assert found[full["lost"]] == [len(found) - 2]
    assert len(found) == full["size"] + 2


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Path]:
    """A file system of four megabytes, where this process may mount one."""
    place = tmp_path / "small"
    place.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(place)]
    if not shutil.which("mount") or subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("a small file system cannot be mounted here; the limit of a file's size is tested instead")
    yield place
    subprocess.run(["umount", "--lazy", str(place)], check=True)


def test_on_a_full_disk_writing_fails_reading_goes_on_and_resumes_with_space(small: Path) -> None:
    """F10, on a file system that is really full."""
    with toy.world(small / "data") as world:
        world.pipeline.start()
        world.pipeline.send(world.note("before", SHARED))
        ballast = small / "ballast"
        ballast.write_bytes(bytes(2_000_000))
        lost = fill(world)
        size = world.ledger.size()
        assert size == len(toy.history(world.ledger))
        with pytest.raises(Unknown):
            world.pipeline.send(world.note("y" * 50_000, SHARED, key=lost))
        ballast.unlink()
        assert world.pipeline.send(world.note("y" * 50_000, SHARED, key=lost)).position == size
        world.pipeline.stop()
        assert len(assert_whole(world.pipeline)) == size + 1
