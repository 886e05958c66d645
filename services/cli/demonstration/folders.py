"""Where a demonstration lies, and how it ends: a folder of its own, thrown away where nobody named one."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from types import FrameType
from typing import NoReturn

from shared.runtime.holding import InTheWay


@contextmanager
def gently() -> Iterator[None]:
    """The first SIGTERM leaves the block as an exception does, so that whatever was begun in it is ended."""

    def end(sign: int, _: FrameType | None) -> NoReturn:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)  # the ending is not ended
        raise SystemExit(128 + sign)

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


@contextmanager
def folder_of(data: Path | None) -> Iterator[Path]:
    """A new one; without a name it is thrown away at the end. InTheWay for one that holds something."""
    if data is None:
        with TemporaryDirectory(prefix="merit-demo-") as temporary:
            yield Path(temporary) / "data"
    elif data.exists() and (not data.is_dir() or any(data.iterdir())):
        raise InTheWay(f"{data} is there already: a demonstration makes its own; name a new folder with --data")
    else:
        yield data.resolve()  # the server runs elsewhere
