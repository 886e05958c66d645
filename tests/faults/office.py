"""A small agency on a real data folder: one vacancy that takes applications, officials, and as many who may apply as a
test asks for. Accounts are rows here, so nobody waits for a password. No one of them exists.

It is met in two ways: in this process, without sockets (`inside`), and as `merit serve` (`scripts.platform_process`).
"""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import os
import secrets
import shutil
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

import sqlalchemy as sa
from starlette.types import ASGIApp, Message

from services.cli import doctor
from services.cli.platform import Platform
from services.cli.serving import UNLIMITED, House
from services.people.accounts import accounts, sessions
from services.people.claims import applications, minting
from services.people.roles import GrantRole
from shared.events import codec, instant
from shared.events.intake import ApplicationSubmitted
from shared.ledger.store import Clock, utc
from shared.runtime.approvals import Approve, proposed
from shared.runtime.calls import Call
from shared.runtime.demo import FILE, DemoClock
from shared.runtime.folder import Folder
from shared.runtime.grants import digest_of_call
from shared.runtime.http.limits import Limits
from shared.runtime.identity import LONGEST
from shared.runtime.timetable import tick
from tests.domain import test_needs as need
from tests.domain import test_posts as post
from tests.domain import test_rounds as round_
from tests.domain.notices import HEALTH, LICENCE, NEED, PUBLISH, ROUND, VACANCY, at
from tests.services.intake_world import Agency
from tests.services.intake_world import Clock as Hand

AGENCY = "pauh"
FEBRUARY, MARCH = at(2027, 2, 20, 2), at(2027, 3, 10, 2)
SECOND = f"{AGENCY}.2027-015"  # another vacancy of the same round
UNITS = {"hr": "pauh.bkpsdm", "ppk": "pauh.setda", "auditor": "pauh.inspektorat"}
INTAKE, PEOPLE = "/api/intake/v1", "/api/people/v1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody with a session: for whoever applies, the id of their application, and people's word that it is."""

    id: str
    token: str
    application: str = ""
    claim: str = ""

    def headers(self, key: str = "", **more: str) -> dict[str, str]:
        """What a request of theirs carries."""
        made = {"Authorization": f"Bearer {self.token}", "Application-Claim": self.claim, "Idempotency-Key": key}
        return {name: value for name, value in made.items() if value} | {
            name.replace("_", "-"): value for name, value in more.items()
        }

    @property
    def submit(self) -> str:
        """Where they send their application."""
        return f"{INTAKE}/application/{AGENCY}.{self.application}/submit-application"


@dataclass(kw_only=True)
class Office:
    """The folder, and who is there."""

    path: Path
    officials: dict[str, Person] = field(default_factory=dict)
    people: list[Person] = field(default_factory=list)

    @contextmanager
    def opened(self, clock: Clock | None = None) -> Iterator[Platform]:
        """The platform, by the folder's own clock or by another."""
        by = clock or DemoClock(self.path)
        folder = Folder(self.path, create=False, clock=by, demo=True)
        try:
            yield Platform(folder, by)
        finally:
            folder.close()

    def assert_whole(self) -> Platform:
        """Nothing that `merit doctor` looks for is there: every leaf, every position, every read model."""
        with self.opened() as platform:
            assert_whole(platform)
        return platform

    def submitted(self) -> dict[str, list[tuple[int, bytes]]]:
        """Where each application lies, and what its content is."""
        with self.opened() as platform:
            return submitted(platform)


KEPT: list[Path] = []
"""Where an agency of each kind is made once, to be copied from then on; while there is no such place each is made."""


def found(path: Path, *, people: int = 0, papers: bool = False, now: dt.datetime = MARCH) -> Office:
    """An agency whose vacancies take applications. With `papers` a document is asked for. A demonstration's folder,
    whose clock stands at `now` when this returns."""
    made = _made(path, papers, now)
    if people:
        folder = Folder(path, create=False, clock=Hand(now), demo=True)
        try:
            made.people = _people(Platform(folder, Hand(now)), people, claims=True)
        finally:
            folder.close()
    ahead = now - utc()
    (path / FILE).write_text(json.dumps(ahead // dt.timedelta(microseconds=1)))
    return made


def _made(path: Path, papers: bool, now: dt.datetime) -> Office:
    """Without people: a copy, if there was one already."""
    if not KEPT:
        return Office(path=path, officials=_begun(path, papers, now))
    first = KEPT[0] / f"{papers}-{now.timestamp()}"
    if first not in _OFFICIALS:
        _OFFICIALS[first] = _begun(first, papers, now)
    shutil.copytree(first, path)
    return Office(path=path, officials=dict(_OFFICIALS[first]))


_OFFICIALS: dict[Path, dict[str, Person]] = {}


def _begun(path: Path, papers: bool, now: dt.datetime) -> dict[str, Person]:
    """A new folder with all that was published; its officials."""
    clock = Hand(FEBRUARY)
    folder = Folder(path, create=True, clock=clock, demo=True)
    try:
        platform = Platform(folder, clock)
        platform.create()
        _published(Agency(folder, platform.intake, clock), (LICENCE, HEALTH) if papers else (HEALTH,))
        clock.now = now
        officials = dict(zip(UNITS, _people(platform, len(UNITS)), strict=True))
        for name, one in officials.items():
            _grant(platform, one.id, name)
    finally:
        folder.close()
    return officials


def _published(agency: Agency, requirements: tuple[Any, ...]) -> None:
    agency.must("post-pauh.perawat", post.ADOPT)
    for step in (replace(need.CEIL, analysis=1), need.RECOMMEND, need.APPROVE):
        agency.must(f"need-{NEED}", step)
    agency.by_two(f"round-{ROUND}", replace(round_.OPEN, kind="cpns"))
    assert [answer.refused for answer in agency.tick()] == [None]
    one = replace(PUBLISH.formations[0], seats=1)
    for vacancy in (VACANCY, SECOND):
        notice = replace(PUBLISH, analysis=1, requirements=requirements, formations=(one,), id=vacancy)
        agency.by_two(f"vacancy-{vacancy}", notice)
        assert [answer.refused for answer in agency.tick()] == [None]


def _people(platform: Platform, many: int, *, claims: bool = False) -> list[Person]:
    """New persons with an account, a session, and a key that their events hang on."""
    stores, now = platform.stores, platform.clock()
    stores.create()
    mint, signer, at_ = minting(platform.folder.master), stores.tokens.signer(now), instant(now)
    made: list[Person] = []
    for _ in range(many):
        id, token = os.urandom(16).hex(), secrets.token_urlsafe(32)
        application = mint(id, ROUND) if claims else ""
        said = {"sub": id, "application": application, "round": ROUND}
        claim = signer.sign("claim", said, "intake", now, LONGEST["claim"]) if claims else ""
        made.append(Person(id=id, token=token, application=application, claim=claim))
    if not made:
        return made
    platform.folder.keys.enrol({one.id: [one.id, *filter(None, [one.application])] for one in made})
    with stores.store.begin() as tx:
        stores.vault.enrol(tx, {one.id: {} for one in made})
        tx.execute(sa.insert(accounts), [{"person": one.id, "password": "-", "made_at": at_} for one in made])
        rows = [
            {"digest": sha256(one.token.encode()).digest(), "person": one.id, "signed_in_at": at_, "used_at": at_}
            for one in made
        ]
        tx.execute(sa.insert(sessions), rows)
        if claims:
            tx.execute(sa.insert(applications), [{"application": one.application, "person": one.id} for one in made])
    return made


def _grant(platform: Platform, who: str, role: str) -> None:
    """Proposed by one, approved by another of another unit."""
    now, year = platform.now(), platform.today().year
    first, second = "a1" * 16, "b2" * 16
    platform.folder.keys.enrol({one: [one] for one in (first, second)})
    until = dt.date(year, 12, 31)
    command = GrantRole(role=role, scope=UNITS[role], decree="SK 1/2027", from_=platform.today(), until=until)
    act = Call(stream=f"role-{AGENCY}.{who}", command=command, by=first, key=role, received_at=now)
    for said, by in ((proposed(act), first), (Approve(digest=digest_of_call(act)), second)):
        stream = f"approval-{AGENCY}.G{role}"
        call = Call(stream=stream, command=said, by=by, unit=by[:2], key=f"{role}{by}", received_at=now)
        (answer,) = platform.people.run([call])
        assert (answer.refused, answer.failed) == (None, False)
    assert [one.refused for one in tick(platform.people, now)] == [None]


# --- what somebody sends, and what is stored --------------------------------------------------------------------


def application(vacancy: str = VACANCY, **changed: Any) -> dict[str, Any]:
    """The body of an application without papers."""
    body = {"vacancy": vacancy, "kind": "general", "documents": [], "statements": ["truth"], "channel": "web"}
    return {**body, **changed}


def analysis(n: int) -> dict[str, Any]:
    """The body of an analysis of a post, each another."""
    return {"items": {**post.ITEMS, "b": f"Tugas contoh {n}"}, "competences": ["pelayanan"], "class": "7"}


def content(said: Mapping[str, Any]) -> bytes:
    """The digest of what somebody said, as the ledger would hold it."""
    return sha256(codec.dumps(dict(said))).digest()


def submitted(platform: Platform) -> dict[str, list[tuple[int, bytes]]]:
    """Position and digest of the body of each application that is in the ledger, by its id."""
    made: dict[str, list[tuple[int, bytes]]] = {}
    for page in platform.intake.ledger.read():
        for one in page:
            event = codec.event_of(one)
            if isinstance(event, ApplicationSubmitted):
                said = {name: value for name, value in json.loads(one.data).items() if name in application()}
                made.setdefault(one.stream.partition(".")[2], []).append((one.position, content(said)))
    return made


def assert_whole(platform: Platform) -> None:
    """Nothing that `merit doctor` looks for is there; it compares each read model with one that is made anew."""
    diagnosis = doctor.diagnose(platform, lambda *_: None)
    assert diagnosis.findings == []
    for report, ledger in zip(diagnosis.reports, platform.ledgers(), strict=True):
        positions = [one.position for page in ledger.read() for one in page]
        assert positions == list(range(report.events))


# --- without sockets ----------------------------------------------------------------------------------------------


class Reply(NamedTuple):
    """A status, a document or raw bytes, headers in small letters."""

    status: int
    said: Any
    headers: Mapping[str, str]

    @property
    def code(self) -> str:
        """Of a problem; empty for what is none."""
        return str(self.said.get("code", "")) if isinstance(self.said, dict) else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Inside:
    """A whole server on this event loop."""

    house: House
    app: ASGIApp

    async def ask(self, method: str, path: str, body: Any = None, headers: Mapping[str, str] | None = None) -> Reply:
        """One request; what a handler raises beyond its answer is raised here."""
        raw = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        sent = {"content-type": "application/json", "accept-language": "en", "content-length": str(len(raw))}
        sent |= {name.lower(): value for name, value in (headers or {}).items()}
        where, _, query = path.partition("?")
        scope = {
            "type": "http", "asgi": {"version": "3.0", "spec_version": "2.4"}, "http_version": "1.1",
            "method": method, "scheme": "http", "path": where, "raw_path": where.encode(), "root_path": "",
            "query_string": query.encode(), "client": ("127.0.0.1", 1), "server": ("192.0.2.2", 80), "state": {},
            "headers": [(name.encode(), value.encode()) for name, value in sent.items()],
        }  # fmt: skip
        parts: list[Message] = [{"type": "http.request", "body": raw, "more_body": False}]
        came: list[Message] = []

        async def receive() -> Message:
            if parts:
                return parts.pop()
            return await asyncio.get_running_loop().create_future()  # type: ignore[no-any-return]

        async def send(message: Message) -> None:
            came.append(message)

        await self.app(scope, receive, send)
        return _reply(came)

    async def submit(self, one: Person, key: str, body: Any = None, **headers: str) -> Reply:
        """An application of theirs."""
        return await self.ask("POST", one.submit, body or application(), one.headers(key, **headers))

    async def many(self, sent: Sequence[Any]) -> list[Reply]:
        """All at once."""
        return list(await asyncio.gather(*sent))


def _reply(came: Sequence[Message]) -> Reply:
    head = {name.decode().lower(): value.decode() for name, value in came[0]["headers"]}
    said: Any = b"".join(one.get("body", b"") for one in came[1:])
    kind = head.get("content-type", "")
    if "json" in kind and "ndjson" not in kind:
        said = json.loads(said)
    return Reply(came[0]["status"], said, head)


@asynccontextmanager
async def inside(platform: Platform, *, most: int = 20_000, limits: Limits = UNLIMITED) -> AsyncIterator[Inside]:
    """The server, with everything that runs beside its requests."""
    house = House(platform, most=most, limits=limits)
    async with house.app.router.lifespan_context(house.app):
        yield Inside(house=house, app=house.served)


async def until(happened: Any, patience: float = 60.0) -> None:
    """Waits until it is so; an assertion where it never is."""
    ends = asyncio.get_running_loop().time() + patience
    while not happened():
        assert asyncio.get_running_loop().time() < ends, "it did not come about"
        await asyncio.sleep(0.005)
