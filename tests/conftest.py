"""What every test may ask for."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from coverage import Coverage
from hypothesis import settings

ROOT = Path(__file__).resolve().parents[1]

# A hundred examples of each property before a change is taken in, fewer, and each time others, at a desk.
settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
settings.register_profile("local", deadline=None, max_examples=30)
settings.load_profile("ci" if os.environ.get("CI") else "local")

UNMEASURED = ("e2e", "faults/test_http_kills.py", "faults/test_http_leaks.py", "faults/test_http_overload.py")
"""Tests of the platform as a whole. Measuring doubles what they cost, and a line that they alone reach is not proved by
them: the gate counts what the tests of its own part reach."""

MEASURING = pytest.StashKey[Coverage | None]()


def pytest_configure(config: pytest.Config) -> None:
    """Whoever measures this process, if anybody does."""
    config.stash[MEASURING] = Coverage.current()


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> None:
    """A test, its fixtures and its subprocesses are measured, or they are not."""
    measuring, here = item.config.stash[MEASURING], Path(__file__).parent
    if measuring is None:
        return
    wanted = not any(item.path.is_relative_to(here / name) for name in UNMEASURED)
    if wanted == (Coverage.current() is measuring):
        return
    if wanted:
        leave = os._exit
        measuring.start()
        os._exit = leave  # it is patched at every start, and once is enough
    else:
        measuring.stop()
        os.environ.pop("COVERAGE_PROCESS_CONFIG", None)  # by which subprocesses measure themselves; a start sets it


@pytest.fixture(scope="session")
def official() -> Callable[[str], Path]:
    """The path of an official list by its file name; without the lists the test is skipped, or fails if they must be.

    They lie in the folder that MERIT_SHARED_DATA names, `shared/data` beside the repository by default.
    """
    folder = Path(os.environ.get("MERIT_SHARED_DATA") or ROOT.parent / "shared" / "data")

    def find(name: str) -> Path:
        path = folder / name
        if not path.is_file():
            reason = f"the official list {path} is missing; MERIT_SHARED_DATA names the folder of the lists"
            if os.environ.get("MERIT_REQUIRE_DATA") == "1":
                pytest.fail(reason)
            pytest.skip(reason)
        return path

    return find
