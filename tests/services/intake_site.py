"""Intake over HTTP on a real folder: a door that knows a few people, a clock that is moved by hand, people's answers
from a dictionary. Bodies are the documented examples."""

import datetime as dt
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import count
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from starlette.testclient import TestClient

from services.intake import api, queries
from services.intake.applications import SubmitApplication
from services.intake.examples import EXAMPLES
from services.intake.needs import ApproveNeed, ProposeNeed, RecommendNeed
from services.intake.posts import AdoptJobAnalysis
from services.intake.rounds import OpenRound
from services.intake.service import INTAKE
from services.intake.vacancies import PublishVacancy
from shared.events import NotFound, instant
from shared.events.intake import SubmittedDocument
from shared.events.platform import Words
from shared.runtime.calls import Answer
from shared.runtime.folder import Folder
from shared.runtime.http import acts, approving
from shared.runtime.http.acts import Act
from shared.runtime.http.app import application
from shared.runtime.http.arrivals import Arrivals
from shared.runtime.http.site import Site
from shared.runtime.identity import LONGEST, Principal, Signer, Verifier
from shared.runtime.pipeline import Pipeline
from shared.runtime.timetable import tick

VACANCY, ROUND, NEED, POST = "pauh.2027-014", "pauh.2027-1", "pauh.pkm-03+perawat+2027", "pauh.perawat"
FEBRUARY, MARCH = dt.datetime(2027, 2, 20, 2, tzinfo=dt.UTC), dt.datetime(2027, 3, 10, 2, tzinfo=dt.UTC)
DEADLINE = dt.datetime(2027, 3, 20, 17, tzinfo=dt.UTC)
CLOSING = DEADLINE + dt.timedelta(minutes=10)
API = "/api/intake/v1"
DECIDING = frozenset({"hr", "ppk", "committee", "legal"})
HELD = {  # who holds what, in which unit; everybody may apply
    "hr": ("pauh.bkpsdm", {"hr"}),
    "ppk": ("pauh.setda", {"ppk", "legal"}),
    "unit-head": ("pauh.pkm-03", {"unit_head"}),
    "other-head": ("pauh.pkm-04", {"unit_head"}),
    "committee": ("pauh.panitia", {"committee"}),
    "verifier": ("pauh.bkpsdm", {"verifier"}),
    "bystander": ("pauh.bkpsdm", {"verifier"}),
    "elsewhere": ("kota-x.bkpsdm", {"hr", "ppk", "committee", "verifier", "legal", "unit_head"}),
}
PERSONS = ("person-0", "person-1", "person-2")


class Door:
    """Everybody's token is their name."""

    def principal(self, token: str, unit: str | None, now: dt.datetime) -> Principal | None:
        """Officials with their roles, persons without."""
        held, roles = HELD.get(token, ("", set()))
        if token not in HELD and token not in PERSONS:
            return None
        return Principal(
            subject=SUBJECTS.get(token, token),
            roles=frozenset({"applicant", *roles}),
            unit=held,
            authenticated_at=instant(now),
        )


SUBJECTS = {"verifier": "5b0e7c9a" * 4}  # whom an event names


@dataclass
class World:
    """The application, and what its people do."""

    folder: Folder
    pipeline: Pipeline
    client: Any
    signer: Signer
    now: list[dt.datetime]
    vouched: list[tuple[str, Sequence[SubmittedDocument]]]
    people: dict[str, Any]
    keys: Iterator[int] = field(default_factory=count)

    def acts(self) -> tuple[Act, ...]:
        """Every act of intake's."""
        return api.acts(self.pipeline, **self.people)

    def get(self, path: str, who: str | None = None, **headers: str) -> Any:
        """A read."""
        return self.client.get(API + path, headers=_headers(who, headers))

    def said(self, path: str, who: str | None = None) -> Any:
        """What a read answers; it is there."""
        answer = self.get(path, who)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def act(self, who: str | None, path: str, body: Any, key: str | None = None, **headers: str) -> Any:
        """A command."""
        made = {"Idempotency-Key": key or f"k{next(self.keys)}", **_headers(who, headers)}
        return self.client.post(API + path, json=body, headers=made)

    def must(self, who: str, path: str, body: Any, **headers: str) -> Any:
        """A command that is not refused."""
        answer = self.act(who, path, body, **headers)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def by_two(self, who: str, second: str, path: str, body: Any) -> list[Answer]:
        """Proposed by one, approved by another; the timetable does it."""
        made = self.must(who, f"{path}/propose", body)
        self.must(second, f"/approval/{made['approval']}/approve", {"digest": made["digest"]})
        return self.tick()

    def tick(self) -> list[Answer]:
        """What is due by now is issued."""
        return tick(self.pipeline, instant(self.now[0]))

    def claim(self, person: str, round_: str = ROUND, lasts: dt.timedelta = LONGEST["claim"]) -> str:
        """People's word on whose id it is."""
        said = {"sub": person, "application": ident(person), "round": round_}
        return self.signer.sign("claim", said, "intake", self.now[0], lasts)

    def submit(self, person: str, body: Any = None, claim: str | None = None, **more: Any) -> Any:
        """An application, under a claim of one's own."""
        made = {"Application-Claim": self.claim(person) if claim is None else claim}
        return self.act(
            person, f"{file(person)}/submit-application", body or EXAMPLES[SubmitApplication], **more, **made
        )


def ident(person: str) -> str:
    """The id of a person's application."""
    return sha256(person.encode()).hexdigest()[:32]


def file(person: str) -> str:
    """The path of a person's application."""
    return f"/application/pauh.{ident(person)}"


@contextmanager
def site(path: Path) -> Iterator[World]:
    """An agency's platform in February 2027: nothing has happened yet."""
    now = [FEBRUARY]
    vouched: list[tuple[str, Sequence[SubmittedDocument]]] = []
    folder = Folder(path, create=True, clock=lambda: now[0])
    pipeline = Pipeline(INTAKE, folder.ledger(INTAKE))
    folder.keys.enrol({person: [ident(person)] for person in PERSONS})
    signer = Signer(Ed25519PrivateKey.generate())

    def vouch(person: str, documents: Sequence[SubmittedDocument]) -> None:
        if any(one.file.id.startswith("f" * 8) for one in documents):
            raise NotFound("no document of this id")
        vouched.append((person, documents))

    def words(person: str, of: Words) -> None:
        if of.id.startswith("f" * 8):
            raise NotFound("no words of this id")

    def verifier() -> Verifier:
        return Verifier(signer.public)

    @contextmanager
    def running() -> Iterator[None]:
        pipeline.start()
        try:
            yield
        finally:
            pipeline.stop()

    arrivals = Arrivals(lambda: signer, verifier)
    people: dict[str, Any] = {
        "verifier": verifier,
        "vouch": vouch,
        "words": words,
    }
    routers = [
        api.router(pipeline, arrivals, **people),
        acts.router(INTAKE, approving.acts(DECIDING), arrivals),
        queries.router(),
    ]
    app = application(Site(clock=lambda: now[0], door=Door(), pipelines={"intake": pipeline}), routers, running)
    try:
        with TestClient(app) as client:
            yield World(folder, pipeline, client, signer, now, vouched, people)
    finally:
        folder.close()


def opened(world: World) -> None:
    """An analysis, a need that is fixed, a round."""
    world.must("hr", f"/post/{POST}/adopt-job-analysis", EXAMPLES[AdoptJobAnalysis])
    world.must("unit-head", f"/need/{NEED}/propose-need", EXAMPLES[ProposeNeed])
    world.must("hr", f"/need/{NEED}/recommend-need", EXAMPLES[RecommendNeed])
    world.must("hr", f"/need/{NEED}/approve-need", EXAMPLES[ApproveNeed])
    assert [one.refused for one in world.by_two("hr", "ppk", f"/round/{ROUND}/open-round", EXAMPLES[OpenRound])] == [
        None
    ]


def publish(world: World, **changed: Any) -> None:
    """A vacancy, by two persons."""
    body = {**EXAMPLES[PublishVacancy], **changed}
    answers = world.by_two("hr", "ppk", f"/vacancy/{VACANCY}/publish-vacancy", body)
    assert [one.refused for one in answers] == [None]


def _headers(who: str | None, more: dict[str, str]) -> dict[str, str]:
    return {**({} if who is None else {"Authorization": f"Bearer {who}"}), **more}
