"""Where documents lie: sealed bytes by id, in one folder. What is written is whole and durable, or not there."""

from __future__ import annotations

import os
import re
from pathlib import Path

from shared.events import NotFound

_ID = re.compile(r"[0-9a-f]{32}")


class Blobs:
    """Files of a folder, for their owner's eyes alone; an id is 32 hex signs, so none leads out of it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def create(self) -> None:
        """The folder, if it is not there."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def put(self, id: str, sealed: bytes) -> None:
        """All bytes, durable once this returns."""
        path = self._path(id)
        beside = path.with_suffix(".part")
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(sealed)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
        opened = os.open(self._folder, os.O_RDONLY)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)

    def get(self, id: str) -> bytes:
        """The bytes as they were put. NotFound without them."""
        try:
            return self._path(id).read_bytes()
        except FileNotFoundError:
            raise NotFound("no document of this id") from None

    def drop(self, id: str) -> None:
        """Gone, with what a broken write left of it."""
        path = self._path(id)
        path.unlink(missing_ok=True)
        path.with_suffix(".part").unlink(missing_ok=True)

    def _path(self, id: str) -> Path:
        if not _ID.fullmatch(id):
            raise NotFound("no document of this id")
        return self._folder / id
