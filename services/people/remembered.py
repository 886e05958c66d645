"""What was looked up a moment ago, so that it need not be looked up again: believed for a time, dropped at once where
this process ends it.

Promise: nothing that was read before a `drop` is kept after it, whichever thread was slower. What another process ended
is believed for as long as the caller says, `BELIEVED` at most.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from threading import Lock
from typing import Final, Generic, TypeVar

Value = TypeVar("Value")
BELIEVED: Final = dt.timedelta(minutes=1)  # a service token's life, too: no answer of ours is older anywhere
MOST: Final = 50_000  # values kept


class Remembered(Generic[Value]):
    """Values by the digest of what leads to them. Reading takes no lock."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._lock = Lock()
        self._values: dict[bytes, tuple[Value, dt.datetime, dt.datetime]] = {}
        self._drops = 0

    def get(self, digest: bytes, now: dt.datetime) -> Value | None:
        """What is believed at an instant."""
        known = self._values.get(digest)
        return known[0] if known is not None and known[1] <= now < known[2] else None

    def mark(self) -> int:
        """To be taken before the value is read, and given back to `keep`."""
        return self._drops

    def keep(self, digest: bytes, value: Value, since: dt.datetime, until: dt.datetime, mark: int) -> None:
        """Believed from `since` to before `until`, unless something was dropped since the mark."""
        with self._lock:
            if mark != self._drops:
                return
            if len(self._values) >= self._most:
                self._values.clear()
            self._values[digest] = (value, since, until)

    def drop(self, ended: Callable[[bytes, Value], bool] = lambda _, __: True) -> None:
        """Whatever has ended is gone; to be called once it is over in the store."""
        with self._lock:
            self._drops += 1
            gone = [digest for digest, (value, *_) in self._values.items() if ended(digest, value)]
            for digest in gone:
                del self._values[digest]
