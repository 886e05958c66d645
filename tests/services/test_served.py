"""What hangs together only where all services are served: an official's look is on the record of whose file it is, what
nobody said is kept for nobody, followers feed what is read, chores empty the box."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from shared.runtime.demo import DemoClock
from tests.contract.composed import UNIT, Composed, apply, composed, publish
from tests.services.intake_site import VACANCY
from tests.services.people_world import PASSWORD

PERSON = "0811-223-388"


@pytest.fixture
def world(tmp_path: Path) -> Iterator[Composed]:
    with composed(tmp_path / "data") as made:
        publish(made)
        yield made


def until(holds: Callable[[], bool]) -> None:
    """Followers are quick, and not at once."""
    ends = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < ends, "it never came"
        time.sleep(0.02)


def test_an_officials_look_is_told_to_whose_file_it_is(world: Composed) -> None:
    """Recorded before anything is shown; the applicant reads who, in which role, at what; nobody else does."""
    token = world.sign_in(PERSON)
    things = apply(world, token)
    clock = world.house.platform.clock
    assert isinstance(clock, DemoClock)
    file, looks = f"/api/intake/v1/application/{things['application']}", access_of(things["application"])
    assert world.must("GET", file, token)["state"] == "submitted"
    assert world.must("GET", looks, token)["reads"] == []
    world.must("POST", "/api/demo/v1/clock", "one-applicant", {"to": "2027-03-21T02:00:00Z"})
    until(lambda: world.must("GET", f"/api/intake/v1/vacancy/{VACANCY}", "one-hr")["state"] == "closed")
    signing = {"contact": PERSON, "password": PASSWORD}  # three weeks have gone by
    token = world.must("POST", "/api/people/v1/sessions", "one-applicant", signing)["token"]
    world.must("GET", file, "of-committee")
    document = f"/api/people/v1/applications/{things['application']}/documents/{things['document']}"
    assert world.ask("GET", document, "of-committee").status == 200
    found = world.must("GET", looks, token)["reads"]
    assert [(one["role"], one["what"], one["ground"]) for one in found] == [
        ("committee", ["application"], "check_objection"), ("committee", ["document"], "check_objection"),
    ]  # fmt: skip
    assert {one["reader"] for one in found} == {"committee"}
    assert world.ask("GET", looks, world.sign_in("0811-223-399")).code == "object.unknown"
    assert world.ask("GET", looks, "of-hr").code == "object.unknown"


def test_what_nobody_says_is_kept_under_a_key_of_its_own(world: Composed) -> None:
    said = world.house.keep_words(None, "Menunggu empat jam.")
    vault = world.house.platform.stores.vault
    assert vault.cited(said.id, said) == b"Menunggu empat jam."
    complaint = {"unit": UNIT, "service": "poli-umum", "kind": "delay", "words": "Menunggu empat jam."}
    assert world.ask("POST", "/api/feedback/v1/complaints", None, complaint).status == 200


def test_what_is_published_is_read_where_everybody_looks(world: Composed) -> None:
    """Transparency's lines come from intake's ledger by its follower; what waits is said by role, to anybody."""
    path = f"/api/projections/v1/vacancies/{VACANCY}/transparency"
    until(lambda: world.ask("GET", path).status == 200)
    assert world.must("GET", path, "one-applicant")["as_of"]["intake"] > 0
    waiting = world.must("GET", f"/api/selection/v1/selection/{VACANCY}/waiting", "one-applicant")
    assert waiting == {"vacancy": VACANCY, "waiting": [], "as_of": 0}
    assert set(world.must("GET", "/health/ready", "one-applicant")["services"]) == {
        "people", "intake", "selection", "training", "feedback",
    }  # fmt: skip


def access_of(application: str) -> str:
    return f"/api/oversight/v1/access/application-{application}"
