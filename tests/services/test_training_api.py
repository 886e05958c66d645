"""Training over HTTP: who may send what, what is read by whom, shifts that no event tells of. Bodies are the documented
examples."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from starlette.testclient import TestClient

from services.training import api
from services.training.classes import HoldLesson, ScheduleClass
from services.training.enrolments import CancelEnrolment, CompleteTraining, EnrolOfficer, RecordOutsideTraining
from services.training.examples import EXAMPLES
from services.training.officers import ConcludeProbation, DepartOfficer, OnboardOfficer
from services.training.programmes import AdoptProgramme, OrderInduction, RetireProgramme
from shared.events import instant
from shared.runtime.http.app import application
from shared.runtime.http.arrivals import Arrivals
from shared.runtime.http.bodies import command_of
from shared.runtime.http.site import Site
from shared.runtime.identity import Principal, Signer, Verifier
from tests.domain.training_world import DIGEST, at
from tests.services.training_world import UNIT, Agency, agency, alias, person, seat

API = "/api/training/v1"
TRAINER, OTHER_TRAINER = "7a" * 16, "7b" * 16
HELD = {
    "hr": ("pauh.bkpsdm", {"hr"}),
    "ppk": ("pauh.setda", {"ppk"}),
    "head": (UNIT, {"unit_head"}),
    "other-head": ("pauh.dinkes.pkm-04", {"unit_head"}),
    TRAINER: ("pauh.bkpsdm", {"trainer"}),
    OTHER_TRAINER: ("pauh.bkpsdm", {"trainer"}),
    "elsewhere": ("kota-x.bkpsdm", {"hr", "ppk", "trainer", "unit_head"}),
}
PROGRAMME, CLASS = "pauh.perawatan", "pauh.perawatan+1"
ME = person(0)


class Door:
    """Everybody's token is their name."""

    def principal(self, token: str, unit: str | None, now: dt.datetime) -> Principal | None:
        """Officials with their roles, persons without."""
        held, roles = HELD.get(token, ("", set()))
        return Principal(
            subject=token, roles=frozenset({"applicant", *roles}), unit=held, authenticated_at=instant(now)
        )


class World:
    """The routes of one agency, and who calls them."""

    def __init__(self, town: Agency, client: TestClient) -> None:
        self.town, self.client, self.keys = town, client, count()

    def said(self, path: str, who: str) -> Any:
        """What a read answers; it is there."""
        answer = self.get(path, who)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def get(self, path: str, who: str) -> Any:
        return self.client.get(API + path, headers={"Authorization": f"Bearer {who}"})

    def act(self, who: str, path: str, body: Any) -> Any:
        headers = {"Authorization": f"Bearer {who}", "Idempotency-Key": f"h{next(self.keys)}"}
        return self.client.post(API + path, json=body, headers=headers)

    def must(self, who: str, path: str, body: Any) -> None:
        answer = self.act(who, path, body)
        assert answer.status_code == 200, answer.text

    def refused(self, who: str, path: str, body: Any) -> str:
        """Why not."""
        answer = self.act(who, path, body)
        assert answer.status_code >= 400, answer.text
        return str(answer.json()["code"])

    def shifts(self, who: str, officer: str, *spans: tuple[str, str]) -> int:
        body = {"shifts": [{"from": begins, "to": ends} for begins, ends in spans]}
        path = f"{API}/officers/pauh.{officer}/shifts"
        return int(self.client.put(path, json=body, headers={"Authorization": f"Bearer {who}"}).status_code)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with agency(tmp_path / "data", people=5) as town, served(town) as client:
        yield World(town, client)


@contextmanager
def served(town: Agency) -> Iterator[TestClient]:
    """The application of training alone."""
    signer = Signer(Ed25519PrivateKey.generate())

    @contextmanager
    def running() -> Iterator[None]:
        town.pipeline.start()
        try:
            yield
        finally:
            town.pipeline.stop()

    arrivals = Arrivals(lambda: signer, lambda: Verifier(signer.public))
    site = Site(clock=lambda: town.now[0], door=Door(), pipelines={"training": town.pipeline})
    with TestClient(application(site, [api.router(arrivals)], running)) as client:
        yield client


def scheduled(world: World) -> None:
    """The example's programme and class."""
    world.must("hr", f"/programme/{PROGRAMME}/adopt-programme", EXAMPLES[AdoptProgramme])
    world.must("hr", f"/programme/{PROGRAMME}/order-induction", EXAMPLES[OrderInduction])
    world.must("hr", f"/class/{CLASS}/schedule-class", EXAMPLES[ScheduleClass])


def enrolment(n: int = 0) -> str:
    return f"/enrolment/{CLASS}+{person(n)}"


def onboarding(n: int = 0) -> dict[str, Any]:
    return {**EXAMPLES[OnboardOfficer], "seat": seat(n), "candidate": alias(n), "unit": UNIT}


def test_every_command_has_an_example_that_is_one() -> None:
    assert {act.command for act in api.acts()} == EXAMPLES.keys()
    for kind, body in EXAMPLES.items():
        assert isinstance(command_of(kind, body), kind)


def test_a_training_from_its_programme_to_ones_own_hours(world: World) -> None:
    """TEST 23: hours of the year in which a training was finished, and what is missing of 20."""
    scheduled(world)
    world.must("hr", f"{enrolment()}/enrol-officer", EXAMPLES[EnrolOfficer])
    for session, now in (("s1", at(8, 13)), ("s2", at(9, 13))):
        world.town.now[0] = now
        roll = {**EXAMPLES[HoldLesson], "session": session, "present": [ME]}
        world.must(TRAINER, f"/class/{CLASS}/hold-lesson", roll)
    world.town.now[0] = at(10, 13)
    world.must(TRAINER, f"{enrolment()}/complete-training", EXAMPLES[CompleteTraining])
    outside = f"/enrolment/pauh.outside+x{'b' * 64}+{ME}/record-outside-training"
    world.must("hr", outside, EXAMPLES[RecordOutsideTraining])
    counted = EXAMPLES[CompleteTraining]["certificate"]
    again = f"/enrolment/pauh.outside+x{counted}+{ME}/record-outside-training"
    assert world.refused("hr", again, EXAMPLES[RecordOutsideTraining]) == "certificate.counted"
    own = world.said("/me/trainings", ME)
    assert (own["year"], own["hours"], own["short"]) == (2027, "12.5", "7.5")
    assert [one["state"] for one in own["trainings"]] == ["completed", "completed"]
    assert world.said("/me/trainings", person(1))["trainings"] == []
    roster = world.said(f"/class/{CLASS}/roster", TRAINER)
    assert roster["officers"] == [{"officer": ME, "state": "completed", "present": ["s1", "s2"], "absent": []}]
    assert world.said(f"/class/{CLASS}/roster", "hr") == roster
    for who in (OTHER_TRAINER, "elsewhere"):
        assert world.get(f"/class/{CLASS}/roster", who).status_code == 404
    assert world.get("/class/pauh.perawatan+9/roster", "hr").status_code == 404


def test_a_unit_sees_who_is_to_arrive_and_how_late_they_are(world: World) -> None:
    """TEST 34 (take over, 30 days): an appointment recorded on 1 March is late by 2 days on 2 April."""
    world.town.appoints(0, 1)
    world.town.now[0] = at(2, 9, month=4)
    first, second = world.said("/arrivals", "head")["arrivals"]
    assert (first["seat"], first["candidate"], first["due"], first["days_late"]) == (seat(0), alias(0), "2027-03-31", 2)
    world.must("head", f"/officer/pauh.{ME}/onboard-officer", onboarding())
    assert world.said("/arrivals", "head")["arrivals"] == [second]
    assert world.said("/arrivals", "other-head")["arrivals"] == []
    body = onboarding(1)
    assert world.refused("other-head", f"/officer/pauh.{person(1)}/onboard-officer", body) == "object.unknown"


def test_shifts_are_named_by_the_units_head_and_kept_by_the_reaction(world: World) -> None:
    """TEST 39: shift 21-07, class 08-12 -> none here, so the officer waits."""
    scheduled(world)
    world.town.appoints(0, 1)
    for n in (0, 1):
        world.must("head", f"/officer/pauh.{person(n)}/onboard-officer", onboarding(n))
    night = (instant(at(7, 21)), instant(at(8, 7)))
    assert world.shifts("head", ME, night, night) == 204
    assert world.shifts("head", ME, night) == 204
    assert world.shifts("other-head", ME, night) == 404
    assert world.shifts("head", person(3), night) == 404
    assert world.shifts("head", ME, night[::-1]) == 422
    size = world.town.pipeline.ledger.size()
    assert world.town.react() == 1
    cohort = world.said(f"/programme/{PROGRAMME}/cohort", "hr")
    assert cohort["classes"] == [
        {"id": CLASS, "begins": "2027-03-08T01:00:00.000000Z", "seats": 20, "enrolled": 1, "completed": 0}
    ]
    assert cohort["waiting"] == [{"officer": f"pauh.{ME}", "until": "2027-03-31"}]
    assert (cohort["posts"], cohort["as_of"]) == (["bidan", "perawat"], size + 1)
    assert world.get("/programme/pauh.nothing/cohort", "hr").status_code == 404
    world.must("hr", f"{enrolment(1)}/cancel-enrolment", EXAMPLES[CancelEnrolment])
    (course,) = world.said(f"/programme/{PROGRAMME}/cohort", "hr")["classes"]
    assert course["enrolled"] == 0


def test_probation_and_departure_are_the_offices(world: World) -> None:
    world.town.appoints(0)
    world.must("head", f"/officer/pauh.{ME}/onboard-officer", onboarding())
    path = f"/officer/pauh.{ME}"
    assert world.refused("ppk", f"{path}/conclude-probation", EXAMPLES[ConcludeProbation]) == "probation.no_induction"
    assert world.refused("hr", f"{path}/conclude-probation", EXAMPLES[ConcludeProbation]) == "role.missing"
    world.must("hr", f"{path}/depart-officer", EXAMPLES[DepartOfficer])


def test_a_programme_is_retired_with_a_code(world: World) -> None:
    scheduled(world)
    sentence = {"reason": "Tidak cocok lagi."}
    assert world.refused("hr", f"/programme/{PROGRAMME}/retire-programme", sentence) == "training.code"
    world.must("hr", f"/programme/{PROGRAMME}/retire-programme", EXAMPLES[RetireProgramme])


@pytest.mark.parametrize(
    "path",
    [
        "/programme/pauh.a+b/retire-programme",
        "/class/pauh.a/hold-lesson",
        "/class/pauh.a+0/hold-lesson",
        f"/enrolment/pauh.a+0+{ME}/enrol-officer",
        f"/enrolment/pauh.outside+1+{ME}/enrol-officer",
        f"/enrolment/pauh.a+1+{ME}/record-outside-training",
        "/officer/pauh.somebody/depart-officer",
    ],
)
def test_a_stream_that_no_event_could_be_in_is_not_there(world: World, path: str) -> None:
    name = path.rpartition("/")[2]
    (act,) = (one for one in api.acts() if one.name == name)
    who = next(token for token, (unit, roles) in HELD.items() if roles & act.rule.roles and unit.startswith("pauh"))
    assert world.refused(who, path, act.example) == "object.unknown"


def test_persons_are_pseudonyms_and_texts_are_codes(world: World) -> None:
    scheduled(world)
    lessons = [{**one, "trainer": "Guru"} for one in EXAMPLES[ScheduleClass]["sessions"]]
    assert world.refused("hr", "/class/pauh.perawatan+2/schedule-class", {"seats": 2, "sessions": lessons}) == (
        "training.person"
    )
    long = {**EXAMPLES[RecordOutsideTraining], "provider": "x" * 101}
    path = f"/enrolment/pauh.outside+x{DIGEST}+{ME}/record-outside-training"
    assert world.refused("hr", path, long) == "training.code"
