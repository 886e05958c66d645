"""Roles over HTTP: granted by two administrators, revoked by one, and who holds what, in one's own agency."""

from __future__ import annotations

from typing import Annotated, Final

import sqlalchemy as sa
from fastapi import APIRouter, Query
from pydantic import Field

from services.people import roles
from services.people.http.routes import EXAMPLE, NAME, Said, hung
from services.people.http.standing import size_of
from services.people.roles import GrantRole, RevokeRole
from services.people.views import grants
from shared.events import instant, streams
from shared.runtime.http.acts import Act, Id
from shared.runtime.http.rules import Rule, agency_of, may
from shared.runtime.http.site import Here, allowed, by_id
from shared.runtime.identity import Principal

GRANTING: Final = Rule(roles=frozenset({"administrator"}), of="agency")
SEEING: Final = Rule(roles=frozenset({"administrator", "auditor"}), of="agency")
OFFICIALS: Final = Rule(roles=roles.ROLES - roles.OF_EVERYBODY, of="agency")
MOST: Final = 1_000  # rows of one answer

ACTS: Final = (
    Act(
        command=GrantRole,
        category="role",
        rule=GRANTING,
        example={
            "role": "verifier", "scope": "pauh.bkpsdm", "decree": "SK 800/12/2027", "from": "2027-03-01",
            "until": "2027-12-31",
        },
        session=True,
    ),
    Act(
        command=RevokeRole,
        category="role",
        rule=GRANTING,
        example={"role": "verifier", "scope": "pauh.bkpsdm", "reason": "moved"},
        session=True,
    ),
)  # fmt: skip

RoleName = Annotated[str, Query(max_length=40, examples=["verifier"])]
Unit = Annotated[str, Query(max_length=200, examples=["pauh.bkpsdm"])]
Overseer = Annotated[Principal, allowed(SEEING, by_id)]
Official = Annotated[Principal, allowed(OFFICIALS)]


class Grant(Said):
    """A role that somebody holds or will hold: `from` and `until` are days, both counted."""

    role: str = Field(examples=["verifier"])
    unit: str = Field(examples=["pauh.bkpsdm"])
    decree: str = Field(examples=["SK 800/12/2027"])
    from_: str = Field(alias="from", examples=["2027-03-01"])
    until: str = Field(examples=["2027-12-31"])


class Grants(Said):
    """What somebody holds in one agency; nothing revoked, and nothing that is over."""

    id: str = Field(examples=[f"pauh.{EXAMPLE}"])
    grants: list[Grant]
    as_of: int = Field(examples=[1042])


class Holder(Said):
    """Who holds a role, by pseudonym, and where."""

    person: str = Field(examples=[EXAMPLE])
    unit: str = Field(examples=["pauh.bkpsdm"])
    until: str = Field(examples=["2027-12-31"])


class Holders(Said):
    """Who holds a role today: in this unit, in one above it, or in one below it."""

    holders: list[Holder]
    as_of: int = Field(examples=[1042])


def held(id: Id, _: Overseer, here: Here) -> Grants:
    """What a person of this id (agency and pseudonym) holds in the agency, now or from a later day on."""
    size, agency, person = size_of(here), agency_of(id), id.partition(".")[2]
    today = roles.day_of(instant(here.clock())).isoformat()
    chosen = sa.select(grants).where(
        grants.c.principal == person, grants.c.agency == agency, grants.c.until_day >= today
    )
    with here.pipelines[NAME].ledger.reader.begin() as tx:
        rows = tx.execute(chosen.order_by(grants.c.role, grants.c.scope)).all()
    found = [
        Grant.model_validate({
            "role": row.role, "unit": row.scope, "decree": row.decree, "from": row.from_day, "until": row.until_day,
        })
        for row in rows
    ]  # fmt: skip
    return Grants(id=id, grants=found, as_of=size)


def holders(role: RoleName, unit: Unit, me: Official, here: Here) -> Holders:
    """Who holds a role in a unit of one's own agency today, by pseudonym: whom a colleague can name in an act. 404 for
    a unit of another agency. At most 1,000."""
    may(me, OFFICIALS, unit)
    size, today = size_of(here), roles.day_of(instant(here.clock())).isoformat()
    chosen = sa.select(grants.c.principal, grants.c.scope, grants.c.until_day).where(
        grants.c.role == role, grants.c.agency == agency_of(unit), grants.c.from_day <= today,
        grants.c.until_day >= today,
    )  # fmt: skip
    with here.pipelines[NAME].ledger.reader.begin() as tx:
        rows = tx.execute(chosen.order_by(grants.c.scope, grants.c.principal)).all()
    found = [
        Holder(person=row.principal, unit=row.scope, until=row.until_day)
        for row in rows
        if not streams.apart(row.scope, unit)
    ]
    return Holders(holders=found[:MOST], as_of=size)


def router() -> APIRouter:
    """The reads; the acts are `ACTS`."""
    return hung(
        "role",
        ("GET /role/{id}", held, "What a person holds in one's agency"),
        ("GET /roles/holders", holders, "Who holds a role in a unit"),
    )
