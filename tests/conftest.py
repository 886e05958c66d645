"""What every test may ask for."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings

ROOT = Path(__file__).resolve().parents[1]

settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
settings.register_profile("local", deadline=None)
settings.load_profile("ci" if os.environ.get("CI") else "local")


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
