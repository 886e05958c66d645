"""The toy over HTTP, asked without a socket: acts of officials and of members, one that takes two persons, one that is
prepared; a clock that stands, so that two worlds that are asked alike answer alike."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, ClassVar, Final, NamedTuple

from anyio.from_thread import start_blocking_portal
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from fastapi import APIRouter, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.events import NotFound, Refused, instant, streams
from shared.ledger import Ledger
from shared.runtime.approvals import with_approvals
from shared.runtime.calls import Call
from shared.runtime.folder import Folder
from shared.runtime.http import acts, approving
from shared.runtime.http.acts import Act
from shared.runtime.http.app import application
from shared.runtime.http.arrivals import Arrivals
from shared.runtime.http.rules import OWN, PUBLIC, Rule
from shared.runtime.http.shortcut import Shortcut
from shared.runtime.http.site import Site
from shared.runtime.identity import Principal, Signer, Verifier
from shared.runtime.pipeline import Pipeline
from shared.runtime.timetable import tick
from tests.runtime import toy

START: Final = "2027-03-15T02:00:00.000000Z"
DECIDING: Final = frozenset({"hr", "ppk"})
PEOPLE: Final[Mapping[str, tuple[str, frozenset[str]]]] = {  # by token: unit, roles beside everybody's
    "hr": ("pauh.bkpsdm", frozenset({"hr"})),
    "colleague": ("pauh.bkpsdm", frozenset({"ppk"})),
    "ppk": ("pauh.setda", frozenset({"ppk"})),
    "elsewhere": ("kota-x.bkpsdm", DECIDING),
    **{f"A{n}": ("", frozenset[str]()) for n in range(3)},
}
HR: Final = Rule(roles=frozenset({"hr"}), of="agency")
STALE: Final = "0"  # what a preparation says that somebody has overtaken


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally(toy.Note):
    """A note of what was prepared."""

    PREPARED: ClassVar = ("text",)

    text: str = ""


class Door:
    """Everybody's token is their name."""

    def principal(self, token: str, unit: str | None, now: Any) -> Principal | None:
        """Refused for a unit that is none of theirs."""
        if token not in PEOPLE:
            return None
        held, roles = PEOPLE[token]
        if unit not in (None, held):
            raise Refused("unit.not_yours")
        return Principal(subject=token, roles=roles | {"applicant"}, unit=held, authenticated_at=instant(now))


def decide(command: Any, state: Any, facts: Any) -> list[Any]:
    """The toy's, and of what is prepared only what is not stale; what is broken is a fault once it is approved."""
    if isinstance(command, Tally) and command.text == STALE:
        raise Refused("roster.stale")
    if isinstance(command, toy.Settle) and (command.text, bool(command.ok)) == ("broken", True):
        raise ZeroDivisionError
    return toy.decide_roster(command, state, facts)


def own(_: Request, principal: Principal, call: Call) -> Call:
    """A member's own stream. NotFound for another's."""
    if streams.parts(call.stream)[1] != principal.subject:
        raise NotFound(call.stream)
    return call


def how_many(_: Site, call: Call) -> Mapping[str, Any]:
    """What a refusal says more."""
    return {"members": 0, "of": call.stream}


ACTS: Final = (
    Act(command=toy.Open, category="roster", rule=HR, example={"limit": 3}),
    Act(command=toy.Close, category="roster", rule=HR, example={}, details={"roster.nobody": how_many}),
    Act(command=toy.Note, category="roster", rule=HR, example={"text": "a"}, headers={"note-sign": "Whose."}),
    Act(command=toy.Settle, category="roster", rule=HR, example={"text": "b"}),
    Act(command=toy.Break, category="roster", rule=HR, example={}),
    Act(command=Tally, category="roster", rule=HR, example={}),
    Act(
        command=toy.Stray, category="roster", rule=PUBLIC, example={"to": "pauh.R2"}
    ),  # whose nobody is: a fault of ours
    Act(command=toy.Join, category="member", rule=OWN, example={"points": 1}, before=own),
)


class Reply(NamedTuple):
    """An answer, in all its bytes, and whether the long way gave it."""

    status: int
    headers: Sequence[tuple[bytes, bytes]]
    content: bytes
    long: bool

    @property
    def said(self) -> Any:
        """Its JSON."""
        return json.loads(self.content)

    @property
    def code(self) -> str:
        """Of a problem."""
        return str(self.said.get("code", ""))

    def header(self, name: str) -> str | None:
        """The first of that name."""
        return next((value.decode() for key, value in self.headers if key == name.encode()), None)


@dataclass(frozen=True, kw_only=True)
class Sent:
    """A request as it stands."""

    path: str
    body: bytes = b""
    method: str = "POST"
    headers: tuple[tuple[str, str], ...] = ()
    pieces: int = 1  # that the body comes in
    raw: str = ""  # the path as it was typed, if it is another

    def with_header(self, name: str, *values: str) -> Sent:
        """With these values of a header, none of before."""
        kept = tuple(one for one in self.headers if one[0] != name)
        return replace(self, headers=(*kept, *((name, value) for value in values)))


def sent(path: str, body: Any, who: str | None = "hr", key: str = "k", **more: str) -> Sent:
    """A command to the toy, in order."""
    headers = {"content-type": "application/json", "idempotency-key": key, "accept-language": "en", **more}
    if who is not None:
        headers["authorization"] = f"Bearer {who}"
    return Sent(path=f"/api/toy/v1/{path}", body=json.dumps(body).encode(), headers=tuple(headers.items()))


@dataclass
class Acting:
    """The application, and who asks it."""

    folder: Folder
    pipeline: Pipeline
    site: Site
    short: ASGIApp
    long: ASGIApp
    call: Callable[..., Any]
    now: list[str]
    signer: Signer
    arrivals: Arrivals
    prepared: list[str] = field(default_factory=list)  # what the next preparations say, the last one first
    asked: list[str] = field(default_factory=list)  # which preparations were made
    went: list[Scope] = field(default_factory=list)  # what came the long way

    def send(self, one: Sent, *, short: bool = True) -> Reply:
        """By the shortcut, or by the framework's way alone."""
        came = len(self.went)
        status, headers, content = self.call(_asked, self.short if short else self.long, one)
        return Reply(status, headers, content, not short or len(self.went) > came)

    def act(self, path: str, body: Any, who: str | None = "hr", key: str = "k", **more: str) -> Reply:
        """A command in order."""
        return self.send(sent(path, body, who, key, **more))

    def get(self, path: str, who: str | None = "hr") -> Reply:
        """A read."""
        return self.send(replace(sent(path, None, who), method="GET", body=b""))

    def tick(self) -> list[Any]:
        """What is due by now is issued."""
        return tick(self.pipeline, self.now[0])

    def events(self) -> list[tuple[Any, ...]]:
        """What happened, without what keys of one's own make of it."""
        return [
            (one.position, one.stream, one.version, one.type, one.actor, one.received_at, _bare(one.data))
            for one in toy.history(self.pipeline.ledger)
        ]


def _bare(data: str) -> dict[str, Any]:
    """Without the alias, which follows from the folder's own key."""
    return {name: value for name, value in json.loads(data).items() if name != "alias"}


async def _asked(app: ASGIApp, one: Sent) -> tuple[int, Sequence[tuple[bytes, bytes]], bytes]:
    path, _, query = one.path.partition("?")
    scope: Scope = {
        "type": "http", "asgi": {"version": "3.0", "spec_version": "2.3"}, "http_version": "1.1", "scheme": "http",
        "method": one.method, "path": path, "raw_path": (one.raw or path).encode(), "root_path": "",
        "query_string": query.encode(), "client": ("192.0.2.1", 1), "server": ("merit", 80), "state": {},
        "headers": [(name.encode(), value.encode()) for name, value in one.headers],
    }  # fmt: skip
    size = -(-len(one.body) // one.pieces) or 1
    parts = [one.body[at : at + size] for at in range(0, len(one.body), size)] or [b""]
    waiting = [
        {"type": "http.request", "body": part, "more_body": n < len(parts)} for n, part in enumerate(parts, 1)
    ][::-1]  # fmt: skip
    came: list[Message] = []

    async def receive() -> Message:
        return waiting.pop() if waiting else {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        came.append(message)

    try:
        await app(scope, receive, send)
    except Exception:
        if not came:  # a fault of ours was answered before it came here
            raise
    return came[0]["status"], came[0]["headers"], b"".join(one.get("body", b"") for one in came[1:])


@contextmanager
def acting(path: Path, *more: APIRouter, most: int = 2_000) -> Iterator[Acting]:
    """A toy agency that is served. Its clock says `now` until somebody says otherwise."""
    now = [START]
    said: list[str] = []
    asked: list[str] = []

    def prepare(_: Ledger, call: Call) -> Tally:
        asked.append(call.key)
        return replace(call.command, text=said.pop() if said else "ready")  # type: ignore[no-any-return]

    rules = replace(toy.TOY.deciders["roster"], decide=decide)  # type: ignore[type-var]
    service = with_approvals(
        replace(
            toy.TOY, deciders={**toy.TOY.deciders, "roster": rules}, commands={**toy.COMMANDS, "Tally": Tally},
            prepare={Tally: prepare},
        )
    )  # fmt: skip
    folder = Folder(path, create=True, clock=lambda: dt.datetime.fromisoformat(now[0]))
    pipeline = Pipeline(service, folder.ledger(service))
    folder.keys.enrol({f"person{n}": [f"A{n}"] for n in range(3)})
    signer = Signer(Ed25519PrivateKey.generate())
    arrivals = Arrivals(lambda: signer, lambda: Verifier(signer.public), most=most)
    site = Site(clock=lambda: dt.datetime.fromisoformat(now[0]), door=Door(), pipelines={"toy": pipeline})

    @contextmanager
    def running() -> Iterator[None]:
        pipeline.start()
        try:
            yield
        finally:
            pipeline.stop()

    app = application(
        site,
        [
            acts.router(service, ACTS, arrivals),
            acts.router(service, approving.acts(DECIDING), arrivals),
            approving.router(pipeline, DECIDING),
            *more,
        ],
        running,
    )
    went: list[Scope] = []

    async def inner(scope: Scope, receive: Receive, send: Send) -> None:
        went.append(scope)
        await app(scope, receive, send)

    try:
        with (
            start_blocking_portal() as portal,
            portal.wrap_async_context_manager(app.router.lifespan_context(app)),
        ):
            yield Acting(
                folder, pipeline, site, Shortcut(app, inner), app, portal.call, now, signer, arrivals, said, asked, went
            )
    finally:
        folder.close()
