"""A folder with the toy service in it, for every test here."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.runtime import toy
from tests.runtime.logged import lines as lines
from tests.runtime.toy import World


@pytest.fixture(autouse=True, scope="module")
def known_types() -> Iterator[None]:
    """The toy's types stand in the catalogue while these tests run."""
    patch = pytest.MonkeyPatch()
    toy.register(patch.setitem)
    yield
    patch.undo()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def world(path: Path) -> Iterator[World]:
    """One process."""
    with toy.world(path) as one:
        yield one


@pytest.fixture
def other(path: Path, world: World) -> Iterator[World]:
    """Another process on the same folder."""
    with toy.world(path) as one:
        yield one
