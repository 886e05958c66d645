"""The command pipeline: one loop makes what people did durable, in order, many at a time (architecture 4).

Lock, read, decide, append, commit; only then are the new states swapped in and the callers answered. One fsync serves a
batch, any number of processes may write the same ledger, and an outcome that is unknown is resolved by the idempotency
key.
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable, Iterable, Sequence
from queue import Empty, SimpleQueue
from threading import Condition, Lock, Thread
from time import sleep
from typing import Any

from shared.events import MeritError, NotFound, Unknown, streams
from shared.events.envelope import ORIGIN
from shared.ledger import Batch, Ledger
from shared.runtime.calls import Answer, Call, Ticket
from shared.runtime.service import Service
from shared.runtime.turn import State, Turn

log = logging.getLogger("merit.pipeline")

MOST = 500  # commands of one batch
CACHED = 50_000  # states kept
CROWD = 64  # commands that wait, from which it does not linger
FAR = 20_000  # events behind which everything cached is dropped rather than looked up


class Pipeline:
    """One service's write side in one shard. Without `start` it decides on the caller's thread (`run`)."""

    def __init__(self, service: Service, ledger: Ledger, *, most: int = MOST, cached: int = CACHED) -> None:
        self.service = service
        self.ledger = ledger
        self.grown = Condition()  # readers in this process wait for it
        self.linger = 0.0  # seconds that a busy loop waits for more: beside an event loop, few batches are cheaper
        self._most = most
        self._cached = cached
        self._states: dict[str, State] = {}
        self._seen = 0  # the ledger's size after this process last wrote, and the leaf that it then ended with
        self._leaf = ORIGIN
        self._turn = Lock()
        self._gate = Lock()  # so that nothing is queued behind the end
        self._ended = False
        self._queue: SimpleQueue[Ticket | None] = SimpleQueue()
        self._thread: Thread | None = None

    def start(self) -> None:
        """The loop, in a thread of its own."""
        self._ended = False
        self._thread = Thread(target=self._loop, name=f"pipeline-{self.service.name}", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """No further batch; those waiting are answered first."""
        if self._thread is not None:
            with self._gate:
                self._ended = True
                self._queue.put(None)
            self._thread.join()
            self._thread = None

    def post(self, call: Call, then: Callable[[Ticket], None] | None = None) -> Ticket:
        """Into the queue; `then` is called from the loop once the outcome is known. Unknown after `stop`."""
        ticket = Ticket(self._mine(call), then)
        with self._gate:
            if self._ended:
                raise Unknown("nothing more is taken in: send it again under the same key")
            self._queue.put(ticket)
        return ticket

    def send(self, call: Call) -> Answer:
        """Into the queue, and wait. Unknown if the outcome cannot be told."""
        return self.post(call).wait()

    def run(self, todo: Iterable[Call]) -> list[Answer]:
        """Many commands in full batches on this thread; other callers get their turn in between."""
        answers: list[Answer] = []
        waiting = [self._mine(call) for call in todo]
        for start in range(0, len(waiting), self._most):
            answers += self._batch(waiting[start : start + self._most])
        return answers

    def tried(self, call: Call) -> Answer:
        """What would become of a command now. Nothing is kept of it."""
        answer = Answer(failed=True)
        self.ledger.ensure((self._mine(call).stream,))
        with self._turn, contextlib.suppress(_Undone), self.ledger.batch() as batch:
            self._drop_stale(batch)
            (answer,) = Turn.begin(self.service, self.ledger.keys, batch, [call], self._states).run()
            raise _Undone
        return answer

    def behind(self, todo: Sequence[Call]) -> list[Answer]:
        """Behind all that waits in the queue, where the loop runs: what arrived before comes before."""
        if self._thread is None:
            return self.run(todo)
        return [ticket.wait() for ticket in [self.post(call) for call in todo]]

    @property
    def seen(self) -> int:
        """The size of the ledger after this process last wrote."""
        return self._seen

    @property
    def waiting(self) -> int:
        """How many commands stand in the queue."""
        return self._queue.qsize()

    def _mine(self, call: Call) -> Call:
        if streams.category(call.stream) not in self.service.deciders:
            raise NotFound(f"{self.service.name} has no such stream: {call.stream}")
        return call

    def _loop(self) -> None:
        tickets: list[Ticket] = []
        while (first := self._queue.get()) is not None:
            if self.linger and len(tickets) > 1 and self._queue.qsize() < CROWD:  # of the last batch: more will come
                sleep(self.linger)
            tickets, last = [first], False
            with contextlib.suppress(Empty):
                while len(tickets) < self._most:
                    ticket = self._queue.get_nowait()
                    if ticket is None:
                        last = True
                        break
                    tickets.append(ticket)
            self._serve(tickets)
            if last:
                return

    def _serve(self, tickets: Sequence[Ticket]) -> None:
        try:
            answers = self._batch([ticket.call for ticket in tickets])
        except Exception as error:  # noqa: BLE001  one of the two places: the callers must hear of it
            for ticket in tickets:
                _told(ticket.fail, error)
            return
        for ticket, answer in zip(tickets, answers, strict=True):
            _told(ticket.settle, answer)

    def _batch(self, todo: Sequence[Call]) -> list[Answer]:
        with self._turn:
            try:
                return self._decide(todo)
            except Exception as error:
                self._forget()
                if isinstance(error, MeritError):
                    raise
                said = f"not known whether it was recorded ({type(error).__name__}): send it again under the same key"
                raise Unknown(said) from error
            except BaseException:
                self._forget()
                raise

    def _decide(self, todo: Sequence[Call]) -> list[Answer]:
        self.ledger.ensure(call.stream for call in todo)
        with self.ledger.batch() as batch:
            self._drop_stale(batch)
            turn = Turn.begin(self.service, self.ledger.keys, batch, todo, self._states)
            answers = turn.run()
            turn.finish()
        self._swap(turn.states, batch)
        return answers

    def _drop_stale(self, batch: Batch) -> None:
        """Another process wrote since this one last did: what it touched is read anew, all of it in another ledger."""
        if not self._states or (batch.size, batch.leaf) == (self._seen, self._leaf):
            return
        behind = batch.size - self._seen
        if not 0 < behind <= FAR or batch.leaf_before(self._seen) != self._leaf:
            self._states.clear()
            return
        for stream in batch.streams_since(self._seen):
            self._states.pop(stream, None)

    def _swap(self, states: dict[str, State], batch: Batch) -> None:
        if len(self._states) + len(states) > self._cached:
            self._states.clear()
        self._states |= states
        self._leaf = batch.leaf
        if batch.size != self._seen:
            self._seen = batch.size
            with self.grown:
                self.grown.notify_all()

    def _forget(self) -> None:
        """After any error: nothing cached is believed, no connection is used again."""
        self._states.clear()
        self.ledger.writer.dispose()


class _Undone(Exception):
    """A batch that was only tried."""


def _told(tell: Callable[[Any], None], outcome: Any) -> None:
    """A caller's own callback may fail; the others are told all the same."""
    try:
        tell(outcome)
    except Exception:
        log.exception("a callback failed")
