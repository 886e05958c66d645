"""Commands over HTTP: `POST /api/<service>/v1/<category>/<id>/<command>`, the body is the command (architecture 4).

An act that needs a second person has a second route, `/propose`, with the same body: it becomes a proposal, and what a
second person approves is exactly that.
"""

from __future__ import annotations

import asyncio
import inspect
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Annotated, Any, Final

from fastapi import APIRouter, Header, Path, Request
from pydantic import BaseModel, ConfigDict
from starlette.responses import JSONResponse, Response

from shared.events import Refused, instant, streams
from shared.runtime import calls
from shared.runtime.approvals import proposed
from shared.runtime.calls import Answer, Call, filled_fields
from shared.runtime.grants import CATEGORY, digest_of
from shared.runtime.http import bodies, replies
from shared.runtime.http.arrivals import TICKET, Arrivals
from shared.runtime.http.documented import PROBLEM_SAID, header
from shared.runtime.http.rules import Rule
from shared.runtime.http.site import Site, allowed, site_of
from shared.runtime.identity import Principal
from shared.runtime.pipeline import Pipeline
from shared.runtime.preparing import is_stale, prepared
from shared.runtime.service import Service

KEY_FORM: Final = r"^[\x21-\x7e]{1,200}$"
NEEDED: Final = "act.needs_approval"
MENDED: Final = ("notice.", "post.", "round.not_open")  # by somebody else, before it is approved
TRIES: Final = 5  # to compute a list before somebody writes again
ID_FORM: Final = r"^[a-z0-9-]+\.[A-Za-z0-9._:+-]+$"

Key = Annotated[
    str,
    Header(
        alias="Idempotency-Key", pattern=KEY_FORM, description="The same key and body gives the first answer again."
    ),
]
LONGEST_ID: Final = 200
Id = Annotated[str, Path(pattern=ID_FORM, max_length=LONGEST_ID, examples=["pauh.2027-014"])]
Before = Callable[[Request, Principal, Call], Call]  # checks a command before it is posted; waits for no disk write
Details = Callable[[Site, Call], Mapping[str, Any]]  # what a refusal says more


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """A command's route. `before` checks or completes it beside the lock, `details` say more of a refusal, by its
    code, `headers` are those that it reads, with what they say. `session`: for somebody who is there, as every
    proposal is; a program's token is refused (`session.needed`)."""

    command: Any
    category: str
    rule: Rule
    example: Mapping[str, Any]
    before: Before | None = None
    details: Mapping[str, Details] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    session: bool = False

    @property
    def name(self) -> str:
        """`submit-application` of SubmitApplication."""
        return re.sub(r"(?<!^)(?=[A-Z])", "-", self.command.__name__).lower()

    @property
    def words(self) -> str:
        """`submit application` of SubmitApplication."""
        return self.name.replace("-", " ")


class Done(BaseModel):
    """A command was recorded, durably: the `position` of its last event, and how many `events` it made (0: it was done
    already). `repeated`: this is the first answer, given again."""

    model_config = ConfigDict(extra="forbid")
    service: str
    stream: str
    position: int | None = None
    events: int
    repeated: bool
    received_at: str | None = None


class Proposed(BaseModel):
    """A proposal waits for a second person of another unit: its `approval`, the `digest` they must name."""

    model_config = ConfigDict(extra="forbid")
    service: str
    approval: str
    digest: str
    position: int | None = None
    repeated: bool


PROBLEM: Final = PROBLEM_SAID
TICKETS: Final = {TICKET: "Of a 503 `queue.full`: the same body, sent again with it, counts as arrived then."}
ANSWERED: Final = (400, 401, 403, 404, 409, 413, 415, 422, 429, 500, 503, 507)
PROBLEMS: Final[dict[int | str, dict[str, Any]]] = dict.fromkeys(ANSWERED, PROBLEM)


def router(service: Service, acts: Sequence[Act], arrivals: Arrivals) -> APIRouter:
    """The routes of a service's commands."""
    made = APIRouter(prefix=f"/api/{service.name}/v1", route_class=bodies.StrictRoute, responses=PROBLEMS)
    for act in acts:
        path = f"/{act.category}/{{id}}/{act.name}"
        way = Way(service=service, act=act, shape=bodies.shape_of(act.command), arrivals=arrivals)
        options: dict[str, Any] = {
            "methods": ["POST"], "tags": [act.category], "description": inspect.getdoc(act.command),
            "openapi_extra": {
                "requestBody": {"content": {"application/json": {"example": act.example}}},
                "parameters": [header(name, said) for name, said in {**TICKETS, **act.headers}.items()],
            },
        }  # fmt: skip
        made.add_api_route(
            path,
            _endpoint(way),
            response_model=Done,
            name=act.name,
            summary=act.words.capitalize(),
            **options,
        )
        if "ok" in filled_fields(act.command):
            made.add_api_route(
                f"{path}/propose", _endpoint(replace(way, propose=True)), response_model=Proposed,
                name=f"propose-{act.name}", summary=f"Propose to {act.words}", **options,
            )  # fmt: skip
    return made


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """A command's handler and what it takes to come to it: the rule, the body's shape. `propose`: as a proposal."""

    service: Service
    act: Act
    shape: Any
    arrivals: Arrivals
    propose: bool = False

    @property
    def by_id(self) -> bool:
        """Agency and unit are told by the id alone; whose an object is, is the act's own matter (`before`)."""
        return self.act.rule.of in ("agency", "unit")

    async def handle(self, id: str, key: str, principal: Principal, request: Request) -> Response:
        """Of whom the rule lets in, with a body of that shape."""
        if (self.propose or self.act.session) and principal.program:
            raise Refused("session.needed")
        call = await _call(self.act, id, key, principal, request, self.arrivals)
        if not self.propose:
            return await _answered(self.service, self.act, call, request, self.arrivals)
        made = _proposal(call)
        code = await asyncio.to_thread(_hopeless, site_of(request).pipelines[self.service.name], call, made)
        if code is not None:
            return await _refusal(self.act, code, call, request)
        return await _answered(self.service, self.act, made, request, self.arrivals)


def _endpoint(way: Way) -> Any:
    """A handler with the command's own shape in its signature, which FastAPI reads. `way` is for the shortcut."""

    async def handle(id: str, key: str, body: Any, principal: Principal, request: Request) -> Response:  # noqa: ARG001
        return await way.handle(id, key, principal, request)

    def parameter(name: str, of: Any, default: Any = inspect.Parameter.empty) -> inspect.Parameter:
        return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, annotation=of, default=default)

    made: Any = handle
    made.way = way
    made.__signature__ = inspect.Signature(
        [
            parameter("id", Id),
            parameter("key", Key),
            parameter("body", way.shape),
            parameter("principal", Principal, allowed(way.act.rule, _id if way.by_id else None)),
            parameter("request", Request),
        ]
    )
    return made


def _id(request: Request) -> str:
    return str(request.path_params["id"])


async def _call(act: Act, id: str, key: str, principal: Principal, request: Request, arrivals: Arrivals) -> Call:
    """The command as it arrived: when its last byte had come, or when its ticket says so."""
    site = site_of(request)
    stream = streams.checked(f"{act.category}-{id}")
    raw = await request.body()
    now = request.scope.get("arrived")
    if now is None:
        now = request.scope["arrived"] = instant(site.clock())
    call = Call(
        stream=stream,
        command=bodies.command_of(act.command, await request.json()),
        by=principal.subject,
        unit=principal.unit or None,
        key=key,
        received_at=arrivals.honoured(request, raw, principal.subject, now),
    )
    if act.before is not None:
        call = act.before(request, principal, call)
    return call


def _proposal(call: Call) -> Call:
    """The same act as a proposal; its number follows from who proposes what under which key."""
    number = sha256(f"{call.by}\n{call.stream}\n{call.key}".encode()).hexdigest()[:32]
    return replace(call, stream=f"{CATEGORY}-{streams.agency(call.stream)}.{number}", command=proposed(call))


async def _decided(site: Site, pipeline: Pipeline, call: Call) -> Answer:
    """The answer; what was computed beside the lock is computed anew while others write in between."""
    if type(call.command) not in pipeline.service.prepare:
        return await site.waker.send(pipeline, call)
    tries = 0
    while True:
        made = await asyncio.to_thread(prepared, pipeline.service, pipeline.ledger, call)
        answer = await site.waker.send(pipeline, made)
        tries += 1
        if tries == TRIES or not is_stale(made, answer):
            return answer


async def _answered(service: Service, act: Act, call: Call, request: Request, arrivals: Arrivals) -> Response:
    site = site_of(request)
    pipeline = site.pipelines[service.name]
    busy = await arrivals.refused(request, pipeline, call)
    if busy is not None:
        return busy
    answer = await _decided(site, pipeline, call)
    if answer.failed:
        return replies.problem(request, "fault", 500)
    if answer.refused is not None:
        return await _refusal(act, answer.refused, call, request)
    return JSONResponse(_said(service, call, answer))


async def _refusal(act: Act, code: str, call: Call, request: Request) -> Response:
    details = act.details.get(code)
    more = {} if details is None else await asyncio.to_thread(details, site_of(request), call)
    return replies.refusal(request, code, **more)


def _hopeless(pipeline: Pipeline, call: Call, proposal: Call) -> str | None:
    """Why an act is not put before a second person: its rule would refuse it for another reason than that one is
    missing. None for a proposal that was made before under this key, and for what others may mend within its 72 hours.
    """
    with pipeline.ledger.reader.begin() as tx:
        if calls.known(tx, [proposal.digest()]):
            return None
    answer = pipeline.tried(prepared(pipeline.service, pipeline.ledger, call))
    code = answer.refused
    return None if code is None or code == NEEDED or code.startswith(MENDED) else code


def _said(service: Service, call: Call, answer: Answer) -> dict[str, Any]:
    made: dict[str, Any] = {"service": service.name, "repeated": answer.repeated}
    if answer.position is not None:
        made["position"] = answer.position
    if streams.category(call.stream) == CATEGORY and hasattr(call.command, "act"):
        digest = digest_of(call.command.on, call.command.act, call.command.body.encode())
        return {**made, "approval": streams.ident(call.stream), "digest": digest}
    arrived = {} if answer.repeated else {"received_at": call.received_at}
    return {**made, "stream": call.stream, "events": answer.events, **arrived}
