"""The whole platform on one folder, every route and everything around them, and everybody who may call it. Nobody of
these exists."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote

from anyio.from_thread import BlockingPortal, start_blocking_portal
from fastapi import FastAPI
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.cli.platform import Platform
from services.cli.serving import UNLIMITED, House
from services.intake.applications import SubmitApplication
from services.intake.examples import EXAMPLES
from services.intake.needs import ApproveNeed, ProposeNeed, RecommendNeed
from services.intake.posts import AdoptJobAnalysis
from services.intake.rounds import OpenRound
from services.intake.vacancies import PublishVacancy
from services.people.door import Door
from services.people.roles import OF_EVERYBODY, ROLES
from shared.events import instant
from shared.runtime.demo import DemoClock
from shared.runtime.folder import Folder
from shared.runtime.identity import Principal
from shared.runtime.timetable import tick
from tests.services.intake_site import FEBRUARY, HELD, MARCH, NEED, POST, ROUND, VACANCY
from tests.services.people_world import PASSWORD, pdf

UNIT: Final = "pauh.pkm-03"
STREAM: Final = b"text/event-stream"


def acting(name: str, unit: str, *roles: str) -> Principal:
    """Somebody who holds these roles in this unit, beside what everybody holds."""
    return Principal(subject=name, roles=OF_EVERYBODY | {*roles}, unit=unit, authenticated_at=instant(FEBRUARY))


PRINCIPALS: Final[Mapping[str, Principal]] = {  # by token: one for each role, and the people of an agency
    **{f"one-{role}": acting(f"one-{role}", UNIT if role not in OF_EVERYBODY else "", role) for role in sorted(ROLES)},
    **{f"of-{name}": acting(name, unit, *roles) for name, (unit, roles) in HELD.items()},
}


@dataclass(frozen=True, slots=True)
class Table:
    """A door that knows `PRINCIPALS` by their tokens, and whoever else the real one knows."""

    real: Door
    known: dict[str, Principal] = field(default_factory=lambda: dict(PRINCIPALS))

    def principal(self, token: str, unit: str | None, now: dt.datetime) -> Principal | None:
        """Whose it is."""
        return self.known.get(token) or self.real.principal(token, unit, now)

    def holds(self, person: str, unit: str, now: dt.datetime) -> bool:
        """Whether they hold a role there."""
        return any((one.subject, one.unit) == (person, unit) for one in self.known.values()) or self.real.holds(
            person, unit, now
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back; of an endless answer the beginning."""

    status: int
    headers: Mapping[str, str]
    content: bytes

    @property
    def said(self) -> Any:
        """Its JSON."""
        return json.loads(self.content)

    @property
    def code(self) -> str | None:
        """Of a problem."""
        problem = self.headers.get("content-type") == "application/problem+json"
        return str(self.said["code"]) if problem else None


class Cut:
    """ASGI: the reader of an endless answer leaves when its first piece has come."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        enough, whole, endless = asyncio.Event(), False, False

        async def coming() -> Message:
            nonlocal whole
            if whole:
                await enough.wait()
                return {"type": "http.disconnect"}
            message = await receive()
            whole = not message.get("more_body", False)
            return message

        async def first(message: Message) -> None:
            nonlocal endless
            if message["type"] == "http.response.start":
                endless = any(value.startswith(STREAM) for _, value in message["headers"])
            if not enough.is_set():
                await send({**message, "more_body": False} if endless and "body" in message else message)
            if endless and "body" in message:
                enough.set()

        await self._app(scope, coming, first)


@dataclass
class Composed:
    """The application, and what people send to it."""

    house: House
    portal: BlockingPortal
    door: Table
    keys: Iterator[int] = field(default_factory=count)
    ids: dict[str, str] = field(default_factory=dict)  # what the scenes made, by name

    @property
    def app(self) -> FastAPI:
        """Every route."""
        return self.house.app

    def ask(
        self, method: str, path: str, who: str | None = None, body: Any = None, *, raw: bytes | None = None,
        media: str = "application/json", **headers: str,
    ) -> Answer:  # fmt: skip
        """One request, by whoever bears the token `who`; with the body as JSON, or `raw`."""
        said = {"idempotency-key": f"k{next(self.keys)}", "accept-language": "en", "content-type": media}
        said |= {name.replace("_", "-").lower(): value for name, value in headers.items()}
        if who is not None:
            said["authorization"] = f"Bearer {who}"
        content = raw if raw is not None else b"" if body is None else json.dumps(body).encode()
        return self.send(method, path, [(name.encode(), value.encode()) for name, value in said.items()], content)

    def send(self, method: str, path: str, headers: Sequence[tuple[bytes, bytes]], content: bytes) -> Answer:
        """A request as it stands; `path` with its query, as it is sent."""
        return self.portal.call(_asked, Cut(self.house.served), method, path, headers, content)

    def must(self, method: str, path: str, who: str, body: Any = None, **more: Any) -> Any:
        """What it answers; it is not refused."""
        answer = self.ask(method, path, who, body, **more)
        assert 200 <= answer.status < 300, answer.content
        return answer.said if answer.content else None

    def act(self, who: str, path: str, body: Any, **more: Any) -> Any:
        """A command to intake."""
        return self.must("POST", f"/api/intake/v1{path}", who, body, **more)

    def by_two(self, who: str, second: str, path: str, body: Any) -> None:
        """Proposed by one, approved by another; done."""
        made = self.act(who, f"{path}/propose", body)
        self.act(second, f"/approval/{made['approval']}/approve", {"digest": made["digest"]})
        tick(self.house.pipelines["intake"], instant(self.house.platform.clock()))

    def sign_in(self, contact: str) -> str:
        """The token of somebody real, who is new."""
        body = {"contact": contact, "password": PASSWORD}
        self.must("POST", "/api/people/v1/accounts", "one-applicant", body)
        return str(self.must("POST", "/api/people/v1/sessions", "one-applicant", body)["token"])


async def _asked(
    app: ASGIApp, method: str, path: str, headers: Sequence[tuple[bytes, bytes]], content: bytes
) -> Answer:
    path, _, query = path.partition("?")
    scope = {
        "type": "http", "asgi": {"version": "3.0", "spec_version": "2.3"}, "http_version": "1.1", "method": method,
        "scheme": "http", "path": unquote(path), "raw_path": path.encode(),
        "query_string": query.encode(), "root_path": "",
        "headers": [(name.lower(), value) for name, value in headers],
        "client": ("127.0.0.1", 50_000), "server": ("merit", 80),
    }  # fmt: skip
    came: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": content, "more_body": False}

    async def send(message: Message) -> None:
        came.append(message)

    try:
        await app(scope, receive, send)
    except Exception:
        if not came:  # a fault of ours was answered before it came here
            raise
    return Answer(
        status=came[0]["status"],
        headers={name.decode().lower(): value.decode() for name, value in came[0]["headers"]},
        content=b"".join(message.get("body", b"") for message in came[1:]),
    )


@contextmanager
def composed(path: Path) -> Iterator[Composed]:
    """A demonstration's platform in February 2027: it has every route that there is."""
    clock = DemoClock(path.parent, clock=lambda: FEBRUARY)
    folder = Folder(path, create=True, clock=clock, use="serving", demo=True)
    platform = Platform(folder, clock)
    platform.create()
    vars(platform)["door"] = door = Table(platform.door)
    house = House(platform, limits=UNLIMITED)
    try:
        with start_blocking_portal() as portal, house.running():
            yield Composed(house, portal, door)
            house.app.state.site.stop()
    finally:
        folder.close()


def publish(world: Composed) -> None:
    """An analysis, a need that is fixed, a round, a vacancy that takes applications."""
    world.act("of-hr", f"/post/{POST}/adopt-job-analysis", EXAMPLES[AdoptJobAnalysis])
    world.act("of-unit-head", f"/need/{NEED}/propose-need", EXAMPLES[ProposeNeed])
    world.act("of-hr", f"/need/{NEED}/recommend-need", EXAMPLES[RecommendNeed])
    world.act("of-hr", f"/need/{NEED}/approve-need", EXAMPLES[ApproveNeed])
    world.by_two("of-hr", "of-ppk", f"/round/{ROUND}/open-round", EXAMPLES[OpenRound])
    world.by_two("of-hr", "of-ppk", f"/vacancy/{VACANCY}/publish-vacancy", EXAMPLES[PublishVacancy])
    world.must("POST", "/api/demo/v1/clock", "one-applicant", {"to": MARCH.strftime("%Y-%m-%dT%H:%M:%SZ")})


def apply(world: Composed, who: str) -> dict[str, str]:
    """Somebody's document, words, draft and application: their ids, and the `claim` that it was sent with."""
    people = "/api/people/v1/me"
    file = world.must("POST", f"{people}/documents", who, raw=pdf(), media="application/pdf")
    words = world.must("POST", f"{people}/words", who, {"text": "Ijazah saya sudah dilegalisasi."})
    draft = {"seen": 0, "content": {"step": "one"}, "deadline": "2027-03-20T16:59:00Z"}
    world.must("PUT", f"{people}/drafts/vacancy-pauh.2027-015", who, draft)
    world.must("PUT", f"{people}/identity", who, {"nik": f"9999{next(world.keys):012}", "born": "2000-01-01"})
    claim = world.must("POST", f"{people}/claims", who, {"round": ROUND})
    document = {"requirement": "r1", "file": {"id": file["id"], "mac": file["mac"]}, "pages": file["pages"]}
    body = {**EXAMPLES[SubmitApplication], "documents": [document]}
    world.act(who, f"/application/{claim['id']}/submit-application", body, application_claim=claim["token"])
    return {
        "document": file["id"], "words": words["id"], "mac": words["mac"], "draft": "vacancy-pauh.2027-015",
        "application": claim["id"], "claim": claim["token"],
    }  # fmt: skip
