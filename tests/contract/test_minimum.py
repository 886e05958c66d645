"""`?min=`: whoever has just acted reads what holds their own act, or is asked to come again."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from fastapi import APIRouter
from fastapi.testclient import TestClient

from shared.runtime.http.bodies import StrictRoute
from shared.runtime.http.minimum import RESPONSES, minimum
from shared.runtime.http.site import Here
from tests.runtime import toy
from tests.runtime.served import app_of, site_of
from tests.runtime.toy import World

READ, SEEN = "/api/toy/v1/count", "/api/toy/v1/seen"


@pytest.fixture(autouse=True, scope="module")
def known_types() -> Iterator[None]:
    """The toy's types stand in the catalogue while these tests run."""
    patch = pytest.MonkeyPatch()
    toy.register(patch.setitem)
    yield
    patch.undo()


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with toy.world(tmp_path / "data") as one:
        one.pipeline.run([one.open(), *(one.note(f"n{n}") for n in range(4))])
        yield one


@pytest.fixture
def applied() -> dict[str, int]:
    """How far a view has come."""
    return {"toy": 0}


def read(world: World, applied: dict[str, int], patience: float) -> Any:
    """A site with two reads, of the ledger and of a view; both answer how many events they hold."""
    made = APIRouter(route_class=StrictRoute)

    @made.get(READ, dependencies=[minimum(patience=patience)], responses=RESPONSES)
    def count(site: Here) -> int:
        return site.pipelines["toy"].ledger.size()

    @made.get(SEEN, dependencies=[minimum(applied.__getitem__, patience=patience)], responses=RESPONSES)
    def seen(site: Here) -> int:
        return applied["toy"]

    return TestClient(app_of(site_of(world.pipeline), made))


def test_what_is_held_is_read_at_once(world: World, applied: dict[str, int]) -> None:
    applied["toy"] = 5
    with read(world, applied, 0.0) as client:
        for path in (READ, SEEN):
            assert client.get(path).json() == client.get(f"{path}?min=toy:4").json() == 5


@pytest.mark.parametrize(("path", "size"), [(READ, 5), (SEEN, 3)])
def test_what_is_not_there_yet_is_202_with_how_far_it_is(
    path: str, size: int, world: World, applied: dict[str, int]
) -> None:
    """The ledger's end, or where the view stands."""
    applied["toy"] = 3
    with read(world, applied, 0.05) as client:
        answer = client.get(f"{path}?min=toy:{size}")
    assert (answer.status_code, answer.json()) == (202, {"service": "toy", "position": size, "size": size})
    assert (answer.headers["retry-after"], answer.headers["cache-control"]) == ("1", "no-store")


def test_a_read_waits_for_an_act(world: World, applied: dict[str, int]) -> None:
    with read(world, applied, 30.0) as client, ThreadPoolExecutor(2) as others:
        waiting = [others.submit(client.get, f"{path}?min=toy:5") for path in (READ, SEEN)]
        world.one(world.note("mine"))
        assert waiting[0].result().json() == 6
        applied["toy"] = 6
        assert waiting[1].result().json() == 6


@pytest.mark.parametrize("said", ["", "toy", "toy:", ":4", "toy:-1", "toy:4.0", "toy:4:5", "Toy:4", "toy:" + "9" * 17])
def test_what_is_no_position_is_refused(said: str, world: World, applied: dict[str, int]) -> None:
    with read(world, applied, 0.0) as client:
        answer = client.get(READ, params={"min": said})
    assert (answer.status_code, answer.json()["code"]) == (422, "request.invalid")


@pytest.mark.parametrize("said", ["people:0", "toy:9007199254740992"])
def test_a_service_that_is_not_here_is_refused(said: str, world: World, applied: dict[str, int]) -> None:
    with read(world, applied, 0.0) as client:
        answer = client.get(READ, params={"min": said}, headers={"Accept-Language": "en"})
    assert (answer.status_code, answer.json()["code"]) == (422, "minimum.unknown")
    assert answer.json()["title"] == "No such service or position to wait for."
