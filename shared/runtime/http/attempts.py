"""Signing in, attempt by attempt: who is wrong five times in a row, or as often as a key has `free`, waits, longer each
time, up to a quarter of an hour.

An attempt counts as wrong from its beginning, so that many at once are no way around the pause.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from typing import Final

SECOND: Final = 1_000_000_000  # nanoseconds
FREE: Final = 5  # wrong ones before the first pause
FIRST: Final = 30  # seconds; doubled by every further wrong one
LONGEST: Final = 900  # seconds
FORGOTTEN: Final = 86_400  # seconds after the last attempt
MOST: Final = 100_000  # contacts


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    wrong: int = 0
    last: int = 0  # when the last attempt began
    before: int = 0  # and when the one before it

    def pause(self, free: int) -> int:
        """Seconds to wait after the last attempt."""
        return min(LONGEST, FIRST << min(self.wrong - free, 10)) if self.wrong >= free else 0


class Attempts:
    """Of one process, by key: a digest of the contact, never the contact. For any thread; `clock` in nanoseconds."""

    def __init__(self, *, most: int = MOST, clock: Callable[[], int] = time.monotonic_ns) -> None:
        self._most = most
        self._clock = clock
        self._lock = Lock()
        self._rows: dict[str, _Row] = {}  # the longest untouched first

    def __len__(self) -> int:
        return len(self._rows)

    def begin(self, key: str, free: int = FREE) -> int:
        """0: try, and say how it went unless it was wrong. Else the seconds to wait: answer `signin.pause` (429) with
        them as Retry-After, and try nothing."""
        with self._lock:
            now = self._clock()
            row = self._rows.get(key, _Row(last=now))
            if now - row.last > FORGOTTEN * SECOND:
                row = _Row(last=now)
            left = row.last + row.pause(free) * SECOND - now
            if left > 0:
                return -(-left // SECOND)
            self._rows.pop(key, None)
            self._rows[key] = _Row(wrong=row.wrong + 1, last=now, before=row.last)
            self._drop(now)
            return 0

    def succeeded(self, key: str) -> None:
        """It was right: nothing is held against them."""
        with self._lock:
            self._rows.pop(key, None)

    def undecided(self, key: str) -> None:
        """It was neither right nor wrong, for we were too busy to look: it does not count."""
        with self._lock:
            row = self._rows.get(key)
            if row is not None:
                self._rows[key] = _Row(wrong=row.wrong - 1, last=row.before)

    def _drop(self, now: int) -> None:
        for _ in range(2):
            first = next(iter(self._rows))
            if len(self._rows) > self._most or now - self._rows[first].last > FORGOTTEN * SECOND:
                del self._rows[first]
