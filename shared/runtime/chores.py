"""What a server does by itself now and then: one thread, one chore after the other; one that fails is told of and comes
round again, the others go on."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Event, Thread

log = logging.getLogger("merit.chores")


@dataclass(frozen=True, slots=True, kw_only=True)
class Chore:
    """Something to be done every so many seconds, and once at the end where `last`."""

    name: str
    every: float
    do: Callable[[], object]
    last: bool = False


class Chores:
    """The thread."""

    def __init__(self, chores: Sequence[Chore], *, clock: Callable[[], float] = time.monotonic) -> None:
        self._chores = tuple(chores)
        self._clock = clock
        self._ending = Event()
        self._thread: Thread | None = None

    def start(self) -> None:
        """Each comes round for the first time after its pause."""
        self._ending.clear()
        self._thread = Thread(target=self._loop, name="chores", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Behind the one under way; then those that are done at the end."""
        if self._thread is not None:
            self._ending.set()
            self._thread.join()
            self._thread = None
            for chore in self._chores:
                if chore.last:
                    _done(chore)

    def _loop(self) -> None:
        due = {chore: self._clock() + chore.every for chore in self._chores}
        while due and not self._ending.wait(max(0.0, min(due.values()) - self._clock())):
            for chore in self._chores:
                if due[chore] <= self._clock():
                    _done(chore)
                    due[chore] = self._clock() + chore.every


def _done(chore: Chore) -> None:
    try:
        chore.do()
    except Exception:
        log.exception("a chore failed", extra={"act": chore.name})
