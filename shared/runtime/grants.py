"""Approvals that wait for their act: what lets a command be done that needs a second person.

A command that declares `ok` gets the id of an approval of exactly its stream, name and body, by its own author, in time
and unused, or None; its rule refuses without one (`act.needs_approval`). The event that carries `ok` uses it up.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from functools import cache
from hashlib import sha256
from typing import Any, cast

from shared.events import catalogue, codec, streams
from shared.events.platform import ActApproved, ActRefused
from shared.runtime.calls import Call, bare
from shared.runtime.service import Fact

CATEGORY = "approval"
NAME = "approvals"


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """An approval of what has this digest, for its proposer alone, before an instant."""

    digest: str
    proposer: str
    until: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Grants:
    """An agency's approvals that are not used yet, by id: a few, for an approved act is done at once."""

    waiting: Mapping[str, Grant] = field(default_factory=dict)


def digest_of(stream: str, act: str, body: bytes) -> str:
    """What a proposal names: SHA-256 over the stream, the command's name and its canonical body."""
    return sha256(f"merit/act/v1\n{stream}\n{act}\n".encode() + body).hexdigest()


def digest_of_call(call: Call) -> str:
    """The same of a command on its way in, without what the pipeline fills."""
    return digest_of(call.stream, type(call.command).__name__, codec.body(bare(call.command)))


def ok_for(call: Call, granted: Grants | None) -> str | None:
    """The id of an approval that covers this command, the oldest; None without one."""
    if granted is None or not granted.waiting:
        return None
    digest, arrived = digest_of_call(call), dt.datetime.fromisoformat(call.received_at)
    for id, grant in granted.waiting.items():
        if (grant.digest, grant.proposer) == (digest, call.by) and arrived < grant.until:
            return id
    return None


def grants_key(stream: str, act: Any) -> str | None:
    """The agency, for approvals and for what needs or used one: no approval leaves its agency."""
    if streams.category(stream) == CATEGORY or _needs(cast(Any, type(act))) or getattr(act, "ok", None) is not None:
        return streams.agency(stream)
    return None


def fold_grants(before: Grants, stream: str, event: Any, position: int) -> Grants:  # noqa: ARG001  as every fold
    """In with an approval; out once it is used, or refused after all."""
    match event:
        case ActApproved(digest=digest, proposer=proposer, until=until):
            grant = Grant(digest=digest, proposer=proposer, until=until)
            return Grants(waiting={**before.waiting, streams.ident(stream): grant})
        case ActRefused():
            gone = streams.ident(stream)
        case _:
            gone = getattr(event, "ok", None) or ""
    if gone not in before.waiting:
        return before
    return Grants(waiting={id: grant for id, grant in before.waiting.items() if id != gone})


@cache
def _needs(kind: Any) -> bool:
    """A command that declares `ok`; an event has its own way to say so."""
    return kind not in catalogue.BY_CLASS and any(item.name == "ok" for item in fields(kind))


GRANTS = Fact(name=NAME, of=Grants, initial=Grants(), key=grants_key, fold=fold_grants)
