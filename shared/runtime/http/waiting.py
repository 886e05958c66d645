"""Between the pipeline's thread and the event loop: one wake-up for a whole batch of answers, and one bell that rings
when a ledger has grown."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from contextlib import suppress
from functools import partial
from threading import Thread
from typing import Final

import sqlalchemy as sa

from shared.runtime.calls import Answer, Call, Ticket
from shared.runtime.pipeline import Pipeline

log = logging.getLogger("merit.http")

SILENCE: Final = 1.0  # seconds after which the bell looks by itself: other processes write too


class Waker:
    """Callers of one event loop. The pipeline's thread leaves settled tickets here; the first of a batch wakes the
    loop."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._settled: deque[tuple[Ticket, asyncio.Future[Answer]]] = deque()
        self._woken = False

    async def send(self, pipeline: Pipeline, call: Call) -> Answer:
        """The answer, once it is durable. Unknown if it cannot be told, whoever waits or has gone."""
        waiting: asyncio.Future[Answer] = self._loop.create_future()
        pipeline.post(call, lambda ticket: self._leave(ticket, waiting))
        return await waiting

    def _leave(self, ticket: Ticket, waiting: asyncio.Future[Answer]) -> None:
        """On the pipeline's thread."""
        self._settled.append((ticket, waiting))
        if not self._woken:
            self._woken = True
            with suppress(RuntimeError):  # the loop has ended, and with it everybody who waited
                self._loop.call_soon_threadsafe(self._tell)

    def _tell(self) -> None:
        """On the loop. The flag goes first: who settles from here on wakes it anew."""
        self._woken = False
        while self._settled:
            ticket, waiting = self._settled.popleft()
            if waiting.done():  # the caller has gone
                continue
            try:
                waiting.set_result(ticket.wait())
            except BaseException as error:  # noqa: BLE001  handed on to the caller
                waiting.set_exception(error)


class Bell:
    """Rings on the event loop when a pipeline's ledger has grown. One thread looks for all who wait."""

    def __init__(self, pipeline: Pipeline, loop: asyncio.AbstractEventLoop) -> None:
        self._pipeline = pipeline
        self._loop = loop
        self._size = -1  # of the ledger, as far as anybody here has heard
        self._rung = asyncio.Event()
        self._ending = False
        self._thread = Thread(target=self._listen, name=f"bell-{pipeline.service.name}", daemon=True)
        self._thread.start()

    @property
    def size(self) -> int:
        """How many events the ledger is known to hold; fewer than it holds, never more."""
        return self._size

    @property
    def ended(self) -> bool:
        """Whether it rings no more."""
        return self._ending

    async def beyond(self, size: int, timeout: float) -> bool:
        """Whether the ledger holds more than `size` events, at the latest after `timeout` seconds."""
        ends = self._loop.time() + timeout
        if self._size <= size:
            self._hear(await asyncio.to_thread(self._pipeline.ledger.size))
        while self._size <= size and not self._ending and (left := ends - self._loop.time()) > 0:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._rung.wait(), left)
        return self._size > size

    def stop(self) -> None:
        """Whoever waits is let go."""
        self._ending = True
        with self._pipeline.grown:
            self._pipeline.grown.notify_all()
        self._thread.join()
        self._ring()

    def _listen(self) -> None:
        seen = 0
        while not self._ending:
            with self._pipeline.grown:
                self._pipeline.grown.wait_for(partial(self._called, seen), SILENCE)
            size = seen = max(seen, self._pipeline.seen)
            if size <= self._size:  # nothing of ours
                size = self._looked()
            if size > self._size:
                with suppress(RuntimeError):  # the loop has ended
                    self._loop.call_soon_threadsafe(self._hear, size)

    def _called(self, seen: int) -> bool:
        return self._ending or self._pipeline.seen > seen

    def _looked(self) -> int:
        """The ledger's size. Whoever reads will meet what is wrong with it; the bell looks again."""
        try:
            return self._pipeline.ledger.size()
        except sa.exc.SQLAlchemyError:
            log.exception("the ledger's size cannot be read", extra={"service": self._pipeline.service.name})
            return -1

    def _hear(self, size: int) -> None:
        if size > self._size:
            self._size = size
            self._ring()

    def _ring(self) -> None:
        self._rung.set()
        self._rung = asyncio.Event()
