"""What servers and imports set in the interpreter."""

import gc
import sys

from shared.runtime.tuning import tune


def test_cycles_are_collected_seldom_and_threads_wait_little() -> None:
    threshold, interval = gc.get_threshold(), sys.getswitchinterval()
    try:
        gc.set_threshold(700, 10, 10)
        tune()
        assert gc.get_threshold() > (700, 10, 10)
        assert sys.getswitchinterval() < 0.005
    finally:
        gc.set_threshold(*threshold)
        sys.setswitchinterval(interval)
