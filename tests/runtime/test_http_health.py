"""Whether a process lives and can serve."""

from contextlib import nullcontext

from fastapi import APIRouter
from fastapi.routing import APIRoute
from starlette.testclient import TestClient

from shared.ledger.store import utc
from shared.runtime.http import health, metrics
from shared.runtime.http.app import application
from shared.runtime.http.rules import PUBLIC
from shared.runtime.http.site import Site
from shared.runtime.identity import Principal
from tests.runtime.toy import World


class Closed:
    """A door that nobody may knock at."""

    def principal(self, token: str, unit: str | None, now: object) -> Principal | None:
        raise AssertionError("a probe asks nobody who it is")


def client_of(world: World, router: APIRouter) -> TestClient:
    site = Site(clock=utc, door=Closed(), pipelines={"toy": world.pipeline})
    return TestClient(application(site, [router], nullcontext))


def spoil(world: World) -> None:
    """The ledger's file is one no longer."""
    world.ledger.reader.dispose()
    world.ledger.writer.dispose()
    for left in world.folder.path.glob("toy.db-*"):
        left.unlink()
    (world.folder.path / "toy.db").write_bytes(b"no ledger" * 1000)


def test_a_process_lives_while_it_answers(world: World) -> None:
    with client_of(world, health.router({"toy": world.pipeline}, demo=False, version="0.1.0")) as client:
        spoil(world)
        assert client.get("/health/live", headers={"Authorization": "Bearer x"}).json() == {"state": "live"}


def test_it_is_ready_and_says_how_much_it_holds(world: World) -> None:
    world.one(world.open())
    with client_of(world, health.router({"toy": world.pipeline}, demo=True, version="0.1.0")) as client:
        said = client.get("/health/ready", headers={"Authorization": "Bearer x"})
    assert said.status_code == 200
    assert said.json() == {"state": "ready", "demo": True, "version": "0.1.0", "services": {"toy": 1}}


def test_it_is_not_ready_while_a_ledger_cannot_be_read(world: World) -> None:
    with client_of(world, health.router({"toy": world.pipeline}, demo=False, version="0.1.0")) as client:
        spoil(world)
        said = client.get("/health/ready", headers={"Accept-Language": "en"})
    assert said.status_code == 503
    assert said.headers["retry-after"] == "5"
    assert (said.json()["code"], said.json()["services"]) == ("ledger.unreadable", ["toy"])
    assert said.json()["title"].startswith("The ledger")


def test_every_route_has_its_rule() -> None:
    routes = health.router({}, demo=False, version="").routes + metrics.router(metrics.Metrics()).routes
    assert len(routes) == 3
    for route in routes:
        assert isinstance(route, APIRoute)
        assert [getattr(one.call, "rule", None) for one in route.dependant.dependencies] == [PUBLIC]
