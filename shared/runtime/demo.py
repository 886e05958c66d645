"""The demonstration's clock: it runs on, and is moved forward when told to, never back (architecture 10).

How far it is ahead lies in the folder, so that a restart does not turn it back. A platform without `MERIT_DEMO=1` has
neither the clock nor its routes.
"""

from __future__ import annotations

import datetime as dt
import json
import os
from pathlib import Path
from threading import Lock
from typing import Final

from shared.ledger.store import Clock, utc

FILE: Final = "merit.clock"


class DemoClock:
    """Called, it says the instant."""

    def __init__(self, folder: Path, clock: Clock = utc) -> None:
        self._file = folder / FILE
        self._clock = clock
        self._lock = Lock()
        ahead = json.loads(self._file.read_text()) if self._file.exists() else 0
        self._ahead = dt.timedelta(microseconds=ahead)

    def __call__(self) -> dt.datetime:
        return self._clock() + self._ahead

    def forward(self, to: dt.datetime) -> dt.datetime:
        """Not before `to`, from now on and after every restart; what it then says."""
        with self._lock:
            self._ahead += max(dt.timedelta(0), to - self())
            beside = self._file.with_suffix(f".{os.getpid()}")
            beside.write_text(json.dumps(self._ahead // dt.timedelta(microseconds=1)))
            beside.replace(self._file)
        return self()
