"""Costly work, a few pieces at a time: whoever waits does so on the event loop, where waiting costs no thread, so a
crowd at the door keeps nobody else from being served."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeVar

import anyio.to_thread
from anyio import CapacityLimiter

from shared.events import Refused

Result = TypeVar("Result")
AT_ONCE: Final = 2
MOST: Final = 500  # waiting: some ten seconds of passwords


class Turns:
    """`at_once` calls run on threads of their own, `most` wait; beyond, Refused (`code`)."""

    def __init__(self, code: str, *, at_once: int = AT_ONCE, most: int = MOST) -> None:
        self._code = code
        self._room = at_once + most
        self._limiter = CapacityLimiter(at_once)

    async def run(self, work: Callable[[], Result]) -> Result:
        """What the work gives, once its turn has come."""
        if not self._room:
            raise Refused(self._code)
        self._room -= 1
        try:
            return await anyio.to_thread.run_sync(work, limiter=self._limiter)
        finally:
            self._room += 1
