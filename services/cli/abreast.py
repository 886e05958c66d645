"""Two look at a folder at once, each in a process of its own: a check of everything takes half the time.

The processes begin before anything is opened, so none has another's connections.
"""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from services.cli import doctor, output
from services.cli.doctor import Diagnosis, Half
from services.cli.platform import opened

EYES: Final = 2


class Eyes:
    """Two processes that wait to look."""

    def __init__(self, pool: ProcessPoolExecutor) -> None:
        self._pool = pool

    def diagnose(self, data: Path) -> Diagnosis:
        """The whole folder. What one of the two could not open is raised."""
        return doctor.together([one.result() for one in [self._pool.submit(_look, data, n) for n in doctor.HALVES]])


@contextmanager
def eyes() -> Iterator[Eyes]:
    """To be entered before a folder is opened. They begin now, and end with the block."""
    with ProcessPoolExecutor(EYES, mp_context=multiprocessing.get_context("fork")) as pool:
        for waiting in [pool.submit(os.getpid) for _ in range(EYES)]:
            waiting.result()
        yield Eyes(pool)


def _look(data: Path, number: int) -> Half:
    with opened(data) as platform:
        return doctor.half(platform, number, output.progress() if number == 0 else _unseen)


def _unseen(what: str, done: int, total: int) -> None:
    """Two lines of progress would write over each other; the longer half shows its own."""
