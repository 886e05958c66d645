"""Who uses a data folder: one server alone, or commands that write beside each other. Who only looks asks nobody.

The lock is the kernel's, on a file in the folder: it ends with the process that holds it, however that ends.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from shared.events.errors import MeritError

LOCK = "merit.lock"

Use = Literal["writing", "serving"]


class InTheWay(MeritError):
    """Another process, or another file, is where this should be. Nothing was done; the message says what to do."""


@contextmanager
def held(path: Path, use: Use) -> Iterator[None]:
    """The folder for one server (`serving`, alone) or for one command that writes (`writing`, beside others).

    InTheWay while another process stands against it; nobody waits.
    """
    opened = os.open(path / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        if not _taken(opened, fcntl.LOCK_EX if use == "serving" else fcntl.LOCK_SH):
            if use == "serving" and _taken(opened, fcntl.LOCK_SH):
                raise InTheWay(f"{path} is being written by another command: start again when it has ended")
            raise InTheWay(
                f"{path} is served by another process: stop that server, then start again;"
                " commands that only look go on meanwhile"
            )
        yield
    finally:
        os.close(opened)


def _taken(file: int, lock: int) -> bool:
    try:
        fcntl.flock(file, lock | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
