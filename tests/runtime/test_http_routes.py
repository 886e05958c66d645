"""What an application says of its routes, and what is logged of whoever is not let in."""

import datetime as dt
import logging
from contextlib import nullcontext
from pathlib import Path

import pytest
from fastapi import APIRouter, Request
from starlette.testclient import TestClient

from shared.events import Refused
from shared.ledger.store import utc
from shared.runtime.demo import DemoClock
from shared.runtime.http import demo
from shared.runtime.http.app import application
from shared.runtime.http.routes import routes
from shared.runtime.http.rules import Objects, OutOfReach, Rule, may
from shared.runtime.http.site import Site, allowed, by_id
from shared.runtime.identity import Principal
from tests.runtime.served import Door

HR = Rule(roles=frozenset({"hr"}), of="agency")


def client(*routers: APIRouter) -> TestClient:
    site = Site(clock=utc, door=Door(), pipelines={})
    return TestClient(application(site, routers, lambda: nullcontext()))


def town() -> APIRouter:
    """A router within another: a route with a rule and one that was forgotten."""
    inner, outer = APIRouter(prefix="/inner"), APIRouter(prefix="/api/toy/v1")

    @inner.get("/{id}", dependencies=[allowed(HR, by_id)])
    def show(id: str) -> None:
        """One: whatever it is."""
        raise Refused("approval.own")

    @outer.post("/forgotten", summary="Told")
    def forgotten(request: Request) -> None:
        """Two."""

    outer.include_router(inner)
    return outer


def test_a_route_has_its_method_its_whole_path_and_its_rule() -> None:
    found = {(one.method, one.path): (one.rule, one.summary) for one in routes(client(town()).app)}  # type: ignore[arg-type]
    assert found == {
        ("GET", "/api/openapi.json"): (None, None),
        ("GET", "/api/toy/v1/inner/{id}"): (HR, None),
        ("POST", "/api/toy/v1/forgotten"): (None, "Told"),
    }


def test_the_document_says_what_the_routes_know() -> None:
    asked = client(town())
    paths = asked.get("/api/openapi.json").json()["paths"]
    assert asked.get("/api/openapi.json").json()["paths"] == paths
    show, forgotten = paths["/api/toy/v1/inner/{id}"]["get"], paths["/api/toy/v1/forgotten"]["post"]
    assert (show["summary"], show["x-roles"], show["security"]) == ("One", ["hr"], [{"bearer": []}])
    assert [one["name"] for one in show["parameters"]] == ["id", "Merit-Unit"]
    assert (forgotten["summary"], forgotten["x-roles"], forgotten["security"]) == ("Told", [], [{}, {"bearer": []}])
    assert show["responses"]["429"]["headers"]["Retry-After"]["required"]


@pytest.mark.parametrize(
    ("token", "unit", "id", "status", "code", "roles"),
    [
        (None, "", "pauh.1", 401, "signin.missing", "nobody"),
        ("Basic x", "", "pauh.1", 401, "token.invalid", "nobody"),
        ("Bearer verifier", "pauh", "pauh.1", 403, "role.missing", "verifier"),
        ("Bearer hr", "pauh", "kota.1", 404, "object.unknown", "hr"),
        ("Bearer hr", "pauh", "pauh.1", 403, "approval.own", "hr"),
    ],
)
def test_a_denial_is_logged_with_the_roles_that_were_not_enough(
    token: str | None, unit: str, id: str, status: int, code: str, roles: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "merit.http")
    headers = {"Merit-Unit": unit, **({"Authorization": token} if token else {})}
    answer = client(town()).get(f"/api/toy/v1/inner/{id}", headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert ("www-authenticate" in answer.headers) == (status == 401)
    (line,) = [one for one in caplog.records if one.message == "denied"]
    said = line.__dict__
    assert (said["code"], said["route"], said["actor_role"]) == (code, "/api/toy/v1/inner/{id}", roles)
    assert id not in str(said)


@pytest.mark.parametrize(
    ("of", "object_", "owner", "reached"),
    [
        ("any", "kota.1", None, True),
        ("agency", "pauh.1", None, True),
        ("agency", "pauh2.1", None, False),
        ("unit", "pauh.dinkes.igd+perawat+2027", None, True),
        ("unit", "pauh.dinkes2+perawat+2027", None, False),
        ("unit", "pauh+perawat+2027", None, False),
        ("own", "pauh.1", "5b0e", True),
        ("own", "pauh.1", "other", False),
        ("own", "pauh.1", None, False),
        ("own", None, None, True),
    ],
)
def test_how_far_a_rule_reaches(of: Objects, object_: str | None, owner: str | None, reached: bool) -> None:
    somebody = Principal(subject="5b0e", roles=frozenset({"hr"}), unit="pauh.dinkes", authenticated_at="")
    with nullcontext() if reached else pytest.raises(OutOfReach):
        may(somebody, Rule(roles=frozenset({"hr"}), of=of), object_, owner)


def test_whoever_acts_in_no_unit_reaches_nothing_of_an_agency() -> None:
    nobody = Principal(subject="5b0e", roles=frozenset({"hr"}), unit="", authenticated_at="")
    for of in ("agency", "unit"):
        with pytest.raises(OutOfReach):
            may(nobody, Rule(roles=frozenset({"hr"}), of=of), "pauh.1")


def test_a_problem_names_its_path_as_it_may_stand_in_an_address() -> None:
    answer = client(town()).get("/api/toy/v1/inner/a%20b%C3%A9%7B%25", headers={"Authorization": "Bearer verifier"})
    assert answer.json()["instance"] == "/api/toy/v1/inner/a%20b%C3%A9%7B%25"


def test_a_demonstrations_clock_takes_days_that_there_are_and_no_others(tmp_path: Path) -> None:
    start = dt.datetime(2027, 2, 1, tzinfo=dt.UTC)
    moved: list[str] = []
    clock = DemoClock(tmp_path, clock=lambda: start)
    api = client(demo.router(clock, lambda: moved.append("told")))
    for to in ("2027-02-31T00:00:00Z", "2101-01-01T00:00:00Z", "9999-12-31T23:59:59Z"):
        answer = api.post("/api/demo/v1/clock", json={"to": to})
        assert (answer.status_code, answer.json()["code"]) == (422, "command.unreadable")
    assert (clock(), moved) == (start, [])
    assert api.post("/api/demo/v1/clock", json={"to": "2027-02-28T00:00:00Z"}).json() == {
        "now": "2027-02-28T00:00:00.000000Z", "demo": True,
    }  # fmt: skip
    assert api.get("/api/demo/v1/clock").json()["now"] == "2027-02-28T00:00:00.000000Z"
    assert moved == ["told"]
