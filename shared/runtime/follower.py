"""The embedded follower: one thread that keeps views in step with a ledger, without a broker.

It is woken by the pipeline that grew the ledger, and looks by itself after a second of silence, for other processes
write too. An error that nobody foresaw stops that view alone: it keeps its rows, its place and the error, nothing is
skipped, the others go on (reliability B16, B32).
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from threading import Thread
from time import sleep

import sqlalchemy as sa

from shared.ledger import Ledger
from shared.runtime import subscription
from shared.runtime.pipeline import Pipeline
from shared.runtime.reactions import Reactor
from shared.runtime.subscription import Subscription

log = logging.getLogger("merit.follower")

Followed = Subscription | Reactor

SILENCE = 1.0  # seconds after which it looks by itself
BREATH = 0.1  # seconds between two looks: many batches are then applied as one


@dataclass(frozen=True, slots=True, kw_only=True)
class Following:
    """How far a view has come: `size` events applied; the `error` that stopped it there, if one did."""

    view: str
    size: int = 0
    error: Exception | None = None

    @property
    def stale(self) -> str | None:
        """What its pages say while it stands still."""
        return None if self.error is None else f"stale since position {self.size} ({type(self.error).__name__})"


class Follower:
    """Keeps subscriptions in step with the ledger of a pipeline. A view that stopped is tried again at the next
    `start`."""

    def __init__(self, pipeline: Pipeline, views: Sequence[Followed], *, silence: float = SILENCE) -> None:
        self._grown = pipeline.grown
        self._pipeline = pipeline
        self._views = tuple(views)
        self._silence = silence
        self._ending = False
        self._thread: Thread | None = None
        self._found = {one: Following(view=subscription.name_of(one.view)) for one in self._views}

    def start(self) -> None:
        """The thread; every view is followed from where it stands."""
        self._ending = False
        self._found = {one: Following(view=found.view, size=found.size) for one, found in self._found.items()}
        self._thread = Thread(target=self._loop, name=f"follower-{self._pipeline.service.name}", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Ends behind the batch that is being applied."""
        if self._thread is not None:
            with self._grown:
                self._ending = True
                self._grown.notify_all()
            self._thread.join()
            self._thread = None

    def state(self) -> list[Following]:
        """Every view, in the order in which they were named."""
        return [self._found[one] for one in self._views]

    def _loop(self) -> None:
        while not self._ending:
            seen = self._pipeline.seen
            for one in self._views:
                if self._found[one].error is None and not self._ending:
                    self._found[one] = _followed(one, self._pipeline.ledger, self._found[one])
            with self._grown:
                self._grown.wait_for(partial(self._called, seen), self._silence)
            sleep(BREATH)

    def _called(self, seen: int) -> bool:
        return self._ending or self._pipeline.seen != seen


def _followed(one: Followed, ledger: Ledger, before: Following) -> Following:
    """One view brought to the ledger's end, or stopped where it stands."""
    try:
        return Following(view=before.view, size=one.catch_up(ledger).size)
    except Exception as error:
        log.exception("a view stopped", extra={"view": before.view, "service": ledger.service})
        return Following(view=before.view, size=_size(one, before), error=error)


def _size(one: Followed, before: Following) -> int:
    """Where its rows stand, if its store still says so."""
    try:
        with one.store.begin() as tx:
            return subscription.load(tx, one.view, one.shard).size
    except sa.exc.SQLAlchemyError:
        return before.size
