"""People's API over a temporary folder, and persons who call it. Nobody of these exists."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from itertools import count
from typing import Any

from fastapi import FastAPI
from httpx2 import Response
from starlette.testclient import TestClient

from services.people.api import routers
from services.people.door import Door
from services.people.roles import GrantRole
from services.people.service import PEOPLE
from shared.events import instant
from shared.runtime.approvals import Approve, proposed
from shared.runtime.calls import Call
from shared.runtime.grants import digest_of_call
from shared.runtime.http.app import application
from shared.runtime.http.arrivals import Arrivals
from shared.runtime.http.attempts import Attempts
from shared.runtime.http.site import Site
from shared.runtime.pipeline import Pipeline
from shared.runtime.timers import waiting
from tests.services.people_world import NOW, PASSWORD, People

API = "/api/people/v1"
ROUND = "pauh.2027-cpns"
ONE, OTHER = "a1" * 16, "b2" * 16
FIRST, LAST = dt.date(2027, 1, 1), dt.date(2027, 12, 31)


@dataclass
class Caller:
    """Somebody, or nobody, before the API."""

    client: TestClient
    token: str = ""
    person: str = ""
    contact: str = ""
    unit: str = ""
    keys: Iterator[int] = field(default_factory=count)

    def __call__(self, route: str, body: Any = None, **more: Any) -> Response:
        """`POST /me/words`, with its JSON body; `content` for raw bytes."""
        method, _, path = route.partition(" ")
        headers = {"Accept-Language": "en", "Idempotency-Key": str(next(self.keys)), **more.pop("headers", {})}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        if self.unit:
            headers["Merit-Unit"] = self.unit
        if body is not None:
            more["json"] = body
        return self.client.request(method, API + path, headers=headers, **more)

    def send(self, content: bytes, media: str = "application/pdf", **more: str) -> Response:
        """A document."""
        return self("POST /me/documents", content=content, headers={"Content-Type": media, **more})


@dataclass
class Town:
    """The API of one folder. `assigned` and `cited` are what intake would say."""

    stores: People
    now: dt.datetime = NOW
    assigned: set[tuple[str, str]] = field(default_factory=set)
    cited: dict[str, Collection[str]] = field(default_factory=dict)
    looked: list[tuple[str, str]] = field(default_factory=list)
    ticks: int = 0
    keys: Iterator[int] = field(default_factory=count)

    @cached_property
    def people(self) -> Pipeline:
        return Pipeline(PEOPLE, self.stores.folder.ledger(PEOPLE))

    @cached_property
    def app(self) -> FastAPI:
        stores, site = self.stores, self.site
        arrivals = Arrivals(lambda: stores.tokens.signer(self.now), lambda: stores.tokens.verifier(self.now))
        made = routers(
            stores, arrivals, Attempts(clock=lambda: self.ticks),
            may_read=lambda who, application: (who.subject, application) in self.assigned,
            documents_of=lambda application: self.cited.get(application, ()),
            record=lambda who, application: self.looked.append((who.subject, application)),
        )  # fmt: skip
        return application(site, made, self.running)

    @cached_property
    def site(self) -> Site:
        door = Door(self.stores.accounts, self.stores.tokens, self.people)
        return Site(clock=lambda: self.now, door=door, pipelines={"people": self.people})

    @contextmanager
    def running(self) -> Iterator[None]:
        self.people.start()
        yield
        self.people.stop()

    def somebody(self, client: TestClient, contact: str, **roles: str) -> Caller:
        """A person who is signed in, with these roles, each in its unit."""
        who = self.stores.accounts.sign_up(contact, PASSWORD, self.now)
        assert who
        for role, unit in roles.items():
            self.grant(who, role, unit)
        token = self.stores.accounts.sign_in(contact, PASSWORD, self.now)
        return Caller(client, token, who, contact, next(iter(roles.values()), ""))

    def grant(self, who: str, role: str, unit: str) -> None:
        """As two persons would: proposed by one, approved by another."""
        agency, number = unit.partition(".")[0], next(self.keys)
        command = GrantRole(role=role, scope=unit, decree="SK 1/2027", from_=FIRST, until=LAST)
        act = Call(stream=f"role-{agency}.{who}", command=command, by=ONE, key=f"{number}", received_at=self.at)
        self.stores.folder.keys.enrol({one: [one] for one in (ONE, OTHER)})
        for said, by, unit_ in ((proposed(act), ONE, "x"), (Approve(digest=digest_of_call(act)), OTHER, "y")):
            stream = f"approval-{agency}.P{number}"
            self._settle(Call(stream=stream, command=said, by=by, unit=unit_, key=f"{number}{by}", received_at=self.at))
        for row in waiting(self.people.ledger, self.at):
            self._settle(row.call(PEOPLE.commands, self.at))

    @property
    def at(self) -> str:
        """Now, as text."""
        return instant(self.now)

    def _settle(self, call: Call) -> None:
        (answer,) = self.people.run([call])
        assert (answer.refused, answer.failed) == (None, False)
