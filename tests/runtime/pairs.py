"""The toy with two-person acts: three persons in two units, and what they do about each other's proposals."""

from typing import Any

import sqlalchemy as sa

from shared.events import codec
from shared.runtime.approvals import Approve, proposed, with_approvals
from shared.runtime.calls import Answer, Call
from shared.runtime.grants import digest_of_call
from tests.runtime import toy
from tests.runtime.toy import Settle, Settled, World, assert_whole

PAIRED = with_approvals(toy.TOY)
UNITS = {"ani": "bkpsdm", "budi": "inspektorat", "cici": "bkpsdm"}
MONTH = "2027-04-15T02:00:00.000000Z"
ID = "pauh.P1"


def act(world: World, text: str = "x", roster: str = "pauh.R1", **more: Any) -> Call:
    return world.call(f"roster-{roster}", Settle(text=text), **{"by": "ani", **more})


def about(world: World, command: Any, by: str, id: str = ID, **more: Any) -> Answer:
    """An act of a person on an approval."""
    return world.one(world.call(f"approval-{id}", command, by=by, unit=UNITS[by], **more))


def propose(world: World, call: Call, id: str = ID, **more: Any) -> Answer:
    return about(world, proposed(call), call.by, id, **more)


def approve(world: World, call: Call, id: str = ID, by: str = "budi", **more: Any) -> Answer:
    return about(world, Approve(digest=digest_of_call(call)), by, id, **more)


def rows(world: World, table: sa.Table) -> list[Any]:
    with world.ledger.reader.begin() as tx:
        return [tuple(row) for row in tx.execute(sa.select(table).order_by(*table.primary_key.columns))]


def settled(world: World) -> list[Any]:
    return [one for one in assert_whole(world.pipeline) if isinstance(codec.event_of(one), Settled)]
