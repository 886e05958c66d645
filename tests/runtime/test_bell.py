"""The bell: whoever waits on the event loop hears that a ledger has grown, whoever wrote."""

import asyncio
import itertools
import threading
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
import sqlalchemy as sa

from shared.ledger.store import utc
from shared.runtime.http import waiting
from shared.runtime.http.site import Site
from shared.runtime.http.waiting import Bell
from tests.runtime.served import Door
from tests.runtime.toy import World


def with_bell(world: World, act: Callable[[Bell], Awaitable[Any]]) -> Any:
    """What comes of an act on a running loop; the bell is stopped behind it."""

    async def run() -> Any:
        bell = Bell(world.pipeline, asyncio.get_running_loop())
        try:
            return await act(bell)
        finally:
            bell.stop()

    return asyncio.run(run())


def test_it_rings_for_this_process_and_for_others(world: World, other: World) -> None:
    async def act(bell: Bell) -> list[bool]:
        heard = [await bell.beyond(-1, 0), await bell.beyond(0, 0)]
        for size, one in enumerate((world, other, world)):
            one_more = asyncio.create_task(bell.beyond(size, 30))
            await asyncio.to_thread(one.one, one.open(f"pauh.R{size}"))
            heard.append(await one_more)
        return [*heard, await bell.beyond(3, 0.01), bell.size == 3]

    assert with_bell(world, act) == [True, False, True, True, True, False, True]


def test_everybody_hears_the_same_ring(world: World) -> None:
    async def act(bell: Bell) -> list[bool]:
        those = [asyncio.create_task(bell.beyond(n % 3, 30)) for n in range(60)]
        for n in range(3):
            await asyncio.to_thread(world.one, world.open(f"pauh.R{n}"))
        return await asyncio.gather(*those)

    assert with_bell(world, act) == [True] * 60


def test_no_ring_is_lost_between_looking_and_waiting(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The ledger grows behind the look of whoever is about to wait, and the bell rings while nobody waits yet."""
    size, rung = world.ledger.size, threading.Event()

    def looked() -> int:
        found = size()
        if threading.current_thread().name.startswith("asyncio") and not rung.is_set():
            rung.set()
            world.one(world.open())
        return found

    monkeypatch.setattr(waiting, "SILENCE", 3600.0)  # it does not look by itself

    async def act(bell: Bell) -> bool:
        monkeypatch.setattr(world.ledger, "size", looked)
        return await bell.beyond(0, 30)

    assert with_bell(world, act)


def test_it_lets_go_whoever_waits_and_whoever_comes_later(world: World) -> None:
    async def act(bell: Bell) -> list[bool]:
        those = [asyncio.create_task(bell.beyond(0, 3600)) for _ in range(3)]
        await asyncio.sleep(0.01)
        bell.stop()
        return [*await asyncio.gather(*those), await bell.beyond(0, 3600), not bell.ended]

    assert with_bell(world, act) == [False] * 5


def test_a_store_that_cannot_be_read_for_a_while_is_looked_at_again(
    world: World, other: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    size, failed, count = world.ledger.size, threading.Event(), itertools.count()

    def looked() -> int:
        if threading.current_thread().name == "bell-toy" and next(count) == 0:
            failed.set()
            raise sa.exc.OperationalError("SELECT", {}, ValueError("disk I/O error"))
        return size()

    monkeypatch.setattr(world.ledger, "size", looked)

    async def act(bell: Bell) -> bool:
        one_more = asyncio.create_task(bell.beyond(0, 30))
        await asyncio.to_thread(failed.wait, 30)
        await asyncio.to_thread(other.one, other.open())
        return await one_more

    assert with_bell(world, act)
    assert [one.getMessage() for one in caplog.records] == ["the ledger's size cannot be read"]


def test_a_site_that_has_stopped_keeps_nobody_waiting(world: World) -> None:
    """A request that was on its way when the server was told to end."""

    async def run() -> list[bool]:
        site = Site(clock=utc, door=Door(), pipelines={"toy": world.pipeline})
        site.stop()
        return [site.bell("toy").ended, await site.bell("toy").beyond(0, 3600)]

    assert asyncio.run(run()) == [True, False]
