"""Two settings of the interpreter for processes that handle many commands."""

from __future__ import annotations

import gc
import sys


def tune() -> None:
    """Collect cycles seldom: commands, events and rows make none, and looking for them among what is kept took an
    eighth of an import. Give up the interpreter early: a thread that waits for it should not wait for five
    milliseconds.
    """
    gc.set_threshold(100_000, 50, 1000)
    sys.setswitchinterval(0.0005)
