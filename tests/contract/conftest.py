"""What the contract suites share: the published vectors, and the ledgers that they judge."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.contract import adapters
from tests.contract.adapters import Place

ROOT = Path(__file__).resolve().parents[2]


def published(name: str) -> dict[str, Any]:
    """A file of vectors by its name; without the file the test is skipped, or fails if it must be there.

    They lie in the folder that MERIT_SHARED_DESIGN names, `shared/design` beside the repository by default.
    """
    path = Path(os.environ.get("MERIT_SHARED_DESIGN") or ROOT.parent / "shared" / "design") / "tlog" / name
    if not path.is_file():
        reason = f"the vectors {path} are missing; MERIT_SHARED_DESIGN names the folder of the design"
        if os.environ.get("MERIT_REQUIRE_DATA") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    found: dict[str, Any] = json.loads(path.read_bytes())
    return found


@pytest.fixture(scope="session")
def vectors() -> dict[str, Any]:
    """Keys, tags, commitments, leaves."""
    return published("commitment_vectors.json")


@pytest.fixture(scope="session")
def trees() -> dict[str, Any]:
    """Roots of RFC 6962."""
    return published("test_vectors.json")


@pytest.fixture(params=["sqlite"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    """Where an empty ledger may lie, on each database: another one adds its name here and its factory to `adapters`."""
    with adapters.ADAPTERS[request.param](tmp_path) as made:
        yield made


@pytest.fixture
def ledger(place: Place) -> Iterator[adapters.Opened]:
    """A ledger with its keys, empty and made."""
    with place.opened() as opened:
        opened.create()
        yield opened
