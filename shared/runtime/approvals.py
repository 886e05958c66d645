"""Two-person acts: one proposes a command, another of another unit approves it, then it is done, once (ASVS 2.3.5).
A unit and one below it are no two: whoever leads the upper one is heard in both.

The stream `approval-{agency}.{id}` holds the proposal, by the digest of the command, and what became of it within 72
hours. The body waits in a table beside, for no event holds it; the approval makes it a timer that is due at once, so
that the act follows whoever dies in between. The act is its proposer's command, and counts as arrived when the approval
did.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import sqlalchemy as sa

from shared.events import Refused, Unreadable, codec, instant, streams
from shared.events.platform import ActApproved, ActProposed, ActRefused, ApprovalEvent
from shared.ledger import sql
from shared.runtime import timers
from shared.runtime.calls import Call, bare, filled_fields
from shared.runtime.grants import CATEGORY, GRANTS, Grants, digest_of
from shared.runtime.service import Done, Service

metadata = sa.MetaData()
proposals = sa.Table(
    "proposals",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),  # of the approval
    sa.Column("stream", sa.Text, nullable=False),
    sa.Column("command", sa.Text, nullable=False),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("unit", sa.Text, nullable=False),  # the proposer's
    sqlite_with_rowid=False,
)
LASTS = dt.timedelta(hours=72)
TICKET = dt.timedelta(minutes=10)  # what arrived in time may come so much later: a ticket's life
EXPIRED = "expired"


@dataclass(frozen=True, slots=True, kw_only=True)
class Propose:
    """Usul: the command `act` for the stream `on`, with its canonical body; `proposed` makes one of a command."""

    act: str
    on: str
    body: str
    by: str | None = None
    at: str | None = None
    unit: str | None = None
    id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Approve:
    """Setuju: what has this digest, which the second person has seen."""

    digest: str
    by: str | None = None
    at: str | None = None
    unit: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RefuseAct:
    """Tolak, or withdraw what one proposed oneself."""

    reason: str
    at: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpireAct:
    """Kedaluwarsa: the 72 hours are over, says the timetable."""

    at: str | None = None
    id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalFacts:
    """Which approvals still wait for their act."""

    approvals: Grants


@dataclass(frozen=True, slots=True)
class Ended:
    """Refused, or lapsed."""


Command = Propose | Approve | RefuseAct | ExpireAct
State = ActProposed | ActApproved | Ended | None
COMMANDS: Mapping[str, Any] = {kind.__name__: kind for kind in (Propose, Approve, RefuseAct, ExpireAct)}


class Approvals:
    """The decider, for the commands and the categories of streams of one service."""

    initial: Any = None
    Facts: Any = ApprovalFacts

    def __init__(self, commands: Mapping[str, Any], categories: Collection[str]) -> None:
        self._commands = commands
        self._categories = frozenset(categories)

    def decide(self, command: Command, state: State, facts: ApprovalFacts) -> list[ApprovalEvent]:
        """One row, one rule; the first that fits decides."""
        match state, command:
            case None, Propose():
                return [self._proposal(command)]
            case ActProposed(digest=digest, proposer=by), Propose() if (digest, by) == (_digest(command), command.by):
                return []
            case _, Propose():
                raise Refused("approval.known_otherwise")
            case None, _:
                raise Refused("approval.unknown")
            case _, ExpireAct():
                return _expiry(command, state, facts)
            case ActProposed(until=until), _ if _instant(command.at) >= until:
                raise Refused("approval.expired")
            case ActProposed(), Approve():
                return [_approval(command, state)]
            case ActProposed(), RefuseAct(reason=reason):
                return [ActRefused(reason=reason)]
        raise Refused("approval.decided")

    def evolve(self, state: State, event: ApprovalEvent) -> State:
        """What is true once it has happened."""
        match event:
            case ActProposed() | ActApproved():
                return event
            case ActRefused():
                return Ended()
        return state

    def _proposal(self, command: Propose) -> ActProposed:
        """Of an act that can be done once it is approved; else nobody should be asked."""
        kind = self._commands.get(command.act)
        if kind is None or streams.category(command.on) not in self._categories:
            raise Refused("approval.act_unknown")
        if "ok" not in filled_fields(kind):
            raise Refused("approval.not_needed")
        if streams.agency(command.on) != (command.id or "").partition(".")[0]:
            raise Refused("approval.other_agency")
        if command.unit is None or command.by is None:
            raise Refused("approval.unit_unknown")
        body = codec.read(kind, command.body)
        act = Call(stream=command.on, command=body, by=command.by, key=CATEGORY, received_at=command.at or "")
        if proposed(act) != Propose(act=command.act, on=command.on, body=command.body):
            raise Unreadable("not the canonical body, or one with what only the pipeline may say")
        until = _instant(command.at) + LASTS
        return ActProposed(
            act=command.act, digest=_digest(command), proposer=command.by, unit=command.unit, until=until
        )  # fmt: skip


def _digest(command: Propose) -> str:
    return digest_of(command.on, command.act, command.body.encode())


def _approval(command: Approve, proposed: ActProposed) -> ActApproved:
    """Another person, of another unit, for the very act."""
    if command.digest != proposed.digest:
        raise Refused("approval.other_digest")
    if command.by == proposed.proposer:
        raise Refused("approval.own")
    if command.unit is None:
        raise Refused("approval.unit_unknown")
    if not streams.apart(command.unit, proposed.unit):
        raise Refused("approval.same_unit")
    return ActApproved(unit=command.unit, digest=proposed.digest, proposer=proposed.proposer, until=proposed.until)


def _expiry(command: ExpireAct, state: State, facts: ApprovalFacts) -> list[ApprovalEvent]:
    """A proposal that nobody decided, or an approval that nobody used; nothing for any other."""
    match state:
        case ActProposed(until=until) | ActApproved(until=until) if _instant(command.at) < until:
            raise Refused("approval.not_yet")
        case ActProposed():
            return [ActRefused(reason=EXPIRED)]
        case ActApproved() if command.id in facts.approvals.waiting:
            return [ActRefused(reason=EXPIRED)]
    return []


def _instant(at: str | None) -> dt.datetime:
    """What the pipeline has filled."""
    return dt.datetime.fromisoformat(at or "")


def proposed(call: Call) -> Propose:
    """The proposal of a command that its author would otherwise send."""
    body = codec.body(bare(call.command)).decode()
    return Propose(act=type(call.command).__name__, on=call.stream, body=body)


def with_approvals(service: Service) -> Service:
    """The service with two-person acts, for those of its commands that declare `ok`."""
    return replace(
        service,
        deciders={**service.deciders, CATEGORY: Approvals(service.commands, service.deciders)},
        facts=(*service.facts, GRANTS),
        commands={**service.commands, **COMMANDS},
        beside=(*service.beside, partial(keep, service.name)),
    )


def keep(service: str, tx: sa.Connection, done: Sequence[Done]) -> None:
    """Bodies and timers, in step with what happened; nothing of it can be rebuilt from events."""
    for call, events in done:
        for one in events:
            match codec.event_of(one), call.command:
                case ActProposed(until=until, unit=unit), Propose(act=act, on=on, body=body):
                    row = (streams.ident(one.stream), on, act, body, unit)
                    sql.fill(tx, "proposals", ("id", "stream", "command", "body", "unit"), [row])
                    lapse = instant(until + TICKET)
                    timers.set_timers(tx, [timers.Due(stream=one.stream, kind=EXPIRED, at=lapse, command=ExpireAct())])
                case ActApproved(proposer=proposer), _:
                    _release(tx, one.stream, call.received_at, proposer, f"{service}:{one.position}")
                case ActRefused(), _:
                    _close(tx, one.stream)
                case event, _ if ok := getattr(event, "ok", None):
                    _close(tx, f"{CATEGORY}-{ok}")


def _release(tx: sa.Connection, approval: str, at: str, proposer: str, cause: str) -> None:
    """The act is due at once, as its proposer's command whose key is the approval."""
    id = streams.ident(approval)
    for row in tx.execute(sa.select(proposals).where(proposals.c.id == id)).all():
        behalf = timers.Behalf(proposer, row.unit, approval, cause)
        timers.set_rows(tx, [timers.Row(row.stream, _kind(id), at, row.command, row.body, behalf)])


def _close(tx: sa.Connection, approval: str) -> None:
    """Done, refused or lapsed: the body goes, and nothing is due any more."""
    id = streams.ident(approval)
    for stream in tx.execute(sa.select(proposals.c.stream).where(proposals.c.id == id)).scalars().all():
        timers.clear_timers(tx, stream, _kind(id))
    tx.execute(sa.delete(proposals).where(proposals.c.id == id))
    timers.clear_timers(tx, approval, EXPIRED)


def _kind(id: str) -> str:
    return f"approved:{id}"
