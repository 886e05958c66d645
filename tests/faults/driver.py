"""A process that writes, and is killed, stopped or starved: `python -m tests.faults.driver WHAT FOLDER ...`.

It prints one JSON line for each thing that it knows, at once, so that whoever kills it knows what was answered.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import sys
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from shared.events import Unknown, codec
from shared.runtime.pipeline import Pipeline
from tests.runtime import toy
from tests.runtime.toy import World

SHARED = "pauh.R0"  # a roster that everybody writes to


def say(**what: Any) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


def send(world: World, key: str, roster: str) -> None:
    """One note under that key; the answer is printed."""
    answer = world.pipeline.send(world.note(key, roster, key))
    say(key=key, position=answer.position, events=answer.events, repeated=answer.repeated)


def write(world: World, name: str, count: str, again: str = "") -> None:
    """Notes one after the other, half of them to the roster of all; first those whose outcome is unknown, again."""
    world.pipeline.start()
    for key in filter(None, again.split(",")):
        send(world, key, SHARED)
    for n in range(int(count)):
        say(tries=f"{name}.{n}")
        send(world, f"{name}.{n}", SHARED)
    world.pipeline.stop()


def crowd(world: World, name: str, count: str) -> None:
    """Notes in full batches, many waiting at once, once everybody is there."""
    say(ready=name)
    sys.stdin.readline()
    world.pipeline.start()
    calls = [world.note(f"{name}.{n}", SHARED if n % 2 else name, f"{name}.{n}") for n in range(int(count))]
    tickets = [(call.key, world.pipeline.post(call)) for call in calls]
    for key, ticket in tickets:
        answer = ticket.wait()
        say(key=key, position=answer.position, events=answer.events, repeated=answer.repeated)
    world.pipeline.stop()


def before_commit(world: World, name: str, nth: str) -> None:
    """Dies by its own hand when everything of the nth batch is written, and nothing is committed."""
    left = [int(nth)]

    def commit(connection: Any) -> None:
        left[0] -= 1
        if left[0] < 0:
            os.kill(os.getpid(), signal.SIGKILL)

    sa.event.listen(world.ledger.writer, "commit", commit)
    write(world, name, "1000")


def after_commit(world: World, name: str, nth: str) -> None:
    """Dies by its own hand when the nth batch is committed, before anybody is answered."""
    left, swap = [int(nth)], Pipeline._swap

    def swapped(*more: Any) -> None:
        left[0] -= 1
        if left[0] < 0:
            os.kill(os.getpid(), signal.SIGKILL)
        swap(*more)

    setattr(Pipeline, "_swap", swapped)  # noqa: B010
    write(world, name, "1000")


def hold(world: World, key: str) -> None:
    """Takes the lock, writes, and commits when it is told to."""
    world.ledger.keys.ensure([f"roster-{SHARED}"])
    with world.ledger.batch() as batch:
        stored = batch.load([f"roster-{SHARED}"])
        version = len(stored.get(f"roster-{SHARED}", ()))
        batch.append([codec.draft(f"roster-{SHARED}", version, toy.Noted(text=key))])
        say(holds=key)
        sys.stdin.readline()
    say(committed=key)


def starve(world: World) -> None:
    """Files may not grow beyond what they are: writing fails, reading goes on; then there is room again."""
    path = world.folder.path
    world.pipeline.start()
    send(world, "before", SHARED)
    largest = max(file.stat().st_size for file in path.iterdir())
    hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
    resource.setrlimit(resource.RLIMIT_FSIZE, (largest + 200_000, hard))
    lost = fill(world)
    say(lost=lost, size=world.ledger.size(), read=len(toy.history(world.ledger)))
    resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
    send(world, lost, SHARED)
    send(world, "after", SHARED)
    world.pipeline.stop()
    toy.assert_whole(world.pipeline)


def fill(world: World) -> str:
    """Writes until it fails, and thrice more; the first key whose outcome is unknown."""
    for n in range(10_000):
        try:
            world.pipeline.send(world.note(f"{n}" + "x" * 20_000, SHARED, f"full.{n}"))
        except Unknown:
            break
    for _ in range(3):
        try:
            world.pipeline.send(world.note(f"{n}" + "x" * 20_000, SHARED, f"full.{n}"))
        except Unknown:
            say(refused=True)
    return f"full.{n}.later"


def main(what: str, folder: str, *more: str) -> None:
    toy.register()
    does = {one.__name__: one for one in (write, crowd, before_commit, after_commit, hold, starve)}
    with toy.world(Path(folder)) as world:
        does[what](world, *more)


if __name__ == "__main__":
    main(*sys.argv[1:])
