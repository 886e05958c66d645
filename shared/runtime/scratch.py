"""Room for what is soon thrown away: `tmp` in the data folder, for its owner's eyes alone, however a process ends."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from tempfile import mkdtemp

TMP = "tmp"


@contextmanager
def alone(folder: Path, *, wait: bool = True) -> Iterator[int]:
    """The folder's lock among processes, as an open file. BlockingIOError if another has it and nobody waits."""
    held = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(held, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield held
    finally:
        os.close(held)


@contextmanager
def scratch(data: Path) -> Iterator[Path]:
    """A new folder in the data folder's own room. It goes at the end; after a crash by the next `sweep`."""
    room = data / TMP
    room.mkdir(mode=0o700, exist_ok=True)
    with ExitStack() as held:
        with alone(room):  # so that nobody sweeps it away before it is held
            made = Path(mkdtemp(dir=room))
            held.enter_context(alone(made))
        try:
            yield made
        finally:
            shutil.rmtree(made)


def sweep(data: Path) -> None:
    """Takes away what killed processes left; what somebody still holds stays."""
    room = data / TMP
    if not room.is_dir():
        return
    with alone(room):
        for left in room.iterdir():
            with suppress(BlockingIOError, FileNotFoundError), alone(left, wait=False):
                shutil.rmtree(left)
