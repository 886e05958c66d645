"""The demonstration's clock: forward by anybody's word, never back, over every restart; and nowhere but in a
demonstration."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Barrier, Thread
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient

from services.cli.platform import opened
from services.cli.serving import House
from shared.events import Damaged, instant
from shared.ledger.store import utc
from shared.runtime.demo import FILE, DemoClock
from shared.runtime.folder import Folder
from shared.runtime.http.routes import routes
from shared.runtime.pipeline import Pipeline
from tests.runtime import toy
from tests.runtime.toy import World

START: Final = dt.datetime(2027, 3, 1, 2, tzinfo=dt.UTC)
HOUR: Final = dt.timedelta(hours=1)
PATH: Final = "/api/demo/v1/clock"


def started(folder: Path) -> DemoClock:
    """As a process makes it."""
    return DemoClock(folder, clock=lambda: START)


@given(moves=st.lists(st.tuples(st.integers(-50, 50), st.booleans()), max_size=12))
def test_it_says_the_furthest_that_it_was_told_and_never_less(
    tmp_path_factory: pytest.TempPathFactory, moves: list[tuple[int, bool]]
) -> None:
    folder, furthest = tmp_path_factory.mktemp("clock"), START
    clock = started(folder)
    for hours, restart in moves:
        furthest = max(furthest, START + hours * HOUR)
        assert clock.forward(START + hours * HOUR) == furthest
        clock = started(folder) if restart else clock
        assert clock() == furthest


def test_it_runs_on_from_where_it_was_moved_to(tmp_path: Path) -> None:
    now = [START]
    clock = DemoClock(tmp_path, clock=lambda: now[0])
    clock.forward(START + HOUR)
    now[0] += dt.timedelta(microseconds=7)
    assert clock() == START + HOUR + dt.timedelta(microseconds=7)
    assert DemoClock(tmp_path, clock=lambda: now[0])() == clock()


def test_many_who_move_it_at_once_move_it_to_the_furthest(tmp_path: Path) -> None:
    clock, together = started(tmp_path), Barrier(8)

    def move(hours: int) -> None:
        together.wait()
        clock.forward(START + hours * HOUR)

    movers = [Thread(target=move, args=(n,)) for n in range(8)]
    for one in movers:
        one.start()
    for one in movers:
        one.join()
    assert clock() == started(tmp_path)() == START + 7 * HOUR
    assert [one.name for one in tmp_path.iterdir()] == [FILE]


def test_what_is_recorded_is_recorded_by_it(path: Path) -> None:
    """`recorded_at` follows it, and never falls behind what was recorded before a restart."""

    @contextmanager
    def process() -> Iterator[tuple[World, DemoClock]]:
        path.mkdir(exist_ok=True)
        clock = started(path)
        folder = Folder(path, create=True, clock=clock, demo=True)
        try:
            yield World(folder, Pipeline(toy.TOY, folder.ledger(toy.TOY))), clock
        finally:
            folder.close()

    with process() as (world, clock):
        world.one(world.note("before"))
        clock.forward(START + 100 * HOUR)
        world.one(world.note("moved"))
    with process() as (world, clock):
        world.one(world.note("restarted"))
        clock.forward(START)
        world.one(world.note("not back"))
        recorded = [one.recorded_at for one in toy.history(world.ledger)]
    assert recorded == [instant(START), *[instant(START + 100 * HOUR)] * 3]


def test_a_platform_that_is_no_demonstration_has_no_such_routes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("MERIT_DEMO", raising=False)
    with opened(tmp_path / "data", create=True):
        pass
    with opened(tmp_path / "data", serving=True) as platform:
        assert platform.clock is utc
        house = House(platform)
        assert [one.path for one in routes(house.app) if "demo" in one.path] == []
        assert "demo" not in str(house.app.openapi()["paths"].keys())
        with TestClient(house.served) as api:
            for method in ("GET", "POST"):
                answer = api.request(method, PATH, json={"to": "2099-01-01T00:00:00Z"})
                assert (answer.status_code, answer.json()["code"]) == (404, "object.unknown")
        assert dt.datetime.now(dt.UTC) - platform.clock() < HOUR
    assert not (tmp_path / "data" / FILE).exists()


def test_a_demonstration_has_them_and_stays_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its timetables hear of the move; its folder is taken by no platform that is none."""
    monkeypatch.setenv("MERIT_DEMO", "1")
    with opened(tmp_path / "data", create=True):
        pass
    with opened(tmp_path / "data", serving=True) as platform:
        house = House(platform)
        assert {(one.method, one.path) for one in routes(house.app) if "demo" in one.path} == {
            ("GET", PATH), ("POST", PATH),
        }  # fmt: skip
        before = [one._woken for one in house.timetables.values()]
        with TestClient(house.served) as api:
            said = api.post(PATH, json={"to": "2099-01-01T00:00:00Z"}).json()
            assert said["now"].startswith("2099-01-01T00:00:00.")
            assert api.post(PATH, json={"to": "2027-01-01T00:00:00Z"}).json()["now"] > said["now"]
            assert api.get(PATH).json()["now"] > said["now"]
            for wrong in ({}, {"to": None}, {"to": "2099-01-01"}, {"to": "2099-01-01T00:00:00+07:00"}, {"to": 1}):
                assert api.post(PATH, json=wrong).status_code == 422
        woken = [one._woken - then for one, then in zip(house.timetables.values(), before, strict=True)]
        assert len(woken) == len(house.pipelines)
        assert min(woken) >= 2
    with opened(tmp_path / "data", serving=True) as platform:
        assert platform.clock().year == 2099
    monkeypatch.delenv("MERIT_DEMO")
    with pytest.raises(Damaged, match="a demonstration's folder"), opened(tmp_path / "data", serving=True):
        pass
