"""Two-person acts over HTTP: what waits, what exactly would be done, the second person's yes or no, what became of
it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated, Any, Final

import sqlalchemy as sa
from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, ConfigDict

from shared.events import NotFound, Refused, codec, instant
from shared.events.platform import ActApproved, ActProposed, ActRefused
from shared.runtime import timers
from shared.runtime.approvals import EXPIRED, Approve, RefuseAct, proposals
from shared.runtime.calls import Call
from shared.runtime.grants import CATEGORY
from shared.runtime.http import bodies
from shared.runtime.http.acts import PROBLEMS, Act, Before, Id
from shared.runtime.http.rules import Rule, agency_of
from shared.runtime.http.site import allowed, by_id
from shared.runtime.identity import Principal
from shared.runtime.pipeline import Pipeline

REASONS: Final = frozenset({"not_as_decreed", "incomplete", "wrong", "not_needed", "withdrawn", "other"})
EXAMPLE: Final = {"digest": "4f" * 32}

Holds = Callable[[str, str], bool]  # whether a person holds a role in a unit now


class Approval(BaseModel):
    """A proposal. `state`: waiting, approved (the act follows at once), done, not_done (its rule refused it, `code`
    says why), refused or expired. `body` is what would be done, while it waits."""

    model_config = ConfigDict(extra="forbid")
    id: str
    act: str
    stream: str | None = None
    body: Any = None
    digest: str
    proposer: str
    unit: str
    until: str
    state: str
    code: str | None = None
    as_of: int


class Waiting(BaseModel):
    """The agency's proposals that wait for somebody, the oldest first."""

    model_config = ConfigDict(extra="forbid")
    approvals: list[Approval]
    as_of: int


def acts(roles: frozenset[str], before: Before | None = None) -> tuple[Act, ...]:
    """Yes and no: for officials of the agency, out of a session; that it is another person of another unit is the
    decider's, that whoever proposed it still may (`standing`) is for `before` a yes."""
    rule = Rule(roles=roles, of="agency")
    return (
        Act(command=Approve, category=CATEGORY, rule=rule, example=EXAMPLE, before=before, session=True),
        Act(
            command=RefuseAct, category=CATEGORY, rule=rule, example={"reason": "not_as_decreed"}, before=_reasoned,
            session=True,
        ),
    )  # fmt: skip


def standing(pipeline: Pipeline, holds: Holds) -> Before:
    """What is looked at before a yes: the act would be its proposer's, who must still hold a role in that unit.
    Refused (`approval.proposer_without_role`)."""

    def check(_: Request, __: Principal, call: Call) -> Call:
        events = [codec.event_of(one) for one in pipeline.ledger.history(call.stream)]
        if any(isinstance(event, ActApproved | ActRefused) for event in events):
            return call  # a yes that is sent again gets the first answer again
        if any(isinstance(event, ActProposed) and not holds(event.proposer, event.unit) for event in events):
            raise Refused("approval.proposer_without_role")
        return call

    return check


def _reasoned(_: Request, __: Principal, call: Call) -> Call:
    """An event holds a code, never a sentence."""
    if call.command.reason not in REASONS:
        raise Refused("approval.reason")
    return call


def router(pipeline: Pipeline, roles: frozenset[str]) -> APIRouter:
    """The reads."""
    service, ledger = pipeline.service.name, pipeline.ledger
    rule = Rule(roles=roles, of="agency")
    made = APIRouter(
        prefix=f"/api/{service}/v1", route_class=bodies.StrictRoute, responses=PROBLEMS, tags=["approval"],
    )  # fmt: skip

    asker = allowed(Rule(roles=roles))

    @made.get("/approvals", response_model_exclude_none=True)
    def waiting(limit: Annotated[int, Query(ge=1, le=500)] = 100, principal: Principal = asker) -> Waiting:
        """What waits for a second person in one's agency."""
        size = ledger.size()
        lapse = (timers.due.c.stream == f"{CATEGORY}-" + proposals.c.id, timers.due.c.kind == EXPIRED)
        chosen = (
            sa.select(proposals.c.id)
            .outerjoin(timers.due, sa.and_(*lapse))
            .where(proposals.c.id.startswith(f"{agency_of(principal.unit)}.", autoescape=True))
            .order_by(timers.due.c.at, proposals.c.id)
            .limit(limit)
        )
        with ledger.reader.begin() as tx:
            ids = list(tx.execute(chosen).scalars())
        return Waiting(approvals=[_approval(pipeline, id) for id in ids], as_of=size)

    @made.get("/approval/{id}", response_model_exclude_none=True, dependencies=[allowed(rule, by_id)])
    def approval(id: Id) -> Approval:
        """One proposal, with the act that it is about."""
        return _approval(pipeline, id)

    return made


def _approval(pipeline: Pipeline, id: str) -> Approval:
    ledger = pipeline.ledger
    stream = f"{CATEGORY}-{id}"
    events = [codec.event_of(one) for one in ledger.history(stream)]
    first = next((event for event in events if isinstance(event, ActProposed)), None)
    if first is None:
        raise NotFound(stream)
    with ledger.reader.begin() as tx:
        row = tx.execute(sa.select(proposals).where(proposals.c.id == id)).first()
        kind = sa.select(timers.outcomes.c.code).where(timers.outcomes.c.kind == f"approved:{id}")
        code = tx.execute(kind).scalar()
    made = Approval(
        id=id, act=first.act, digest=first.digest, proposer=first.proposer, unit=first.unit,
        until=instant(first.until), state=_state(events, row is not None, code), as_of=ledger.size(),
    )  # fmt: skip
    if row is not None:
        made = made.model_copy(update={"stream": row.stream, "body": codec.trusted(row.body)})
    return made if code is None else made.model_copy(update={"code": code})


def _state(events: Sequence[Any], waits: bool, code: str | None) -> str:
    """By its last word, and by what its act became."""
    last = events[-1]
    if isinstance(last, ActRefused):
        return "expired" if last.reason == "expired" else "refused"
    if not isinstance(last, ActApproved):
        return "waiting"
    if code not in (None, timers.FAILED.refused):
        return "not_done"
    return "approved" if waits else "done"
