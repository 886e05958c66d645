"""People's own table of the roles that are held now, kept in step with the ledger."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import sqlalchemy as sa

from services.people import roles
from shared.events import Recorded, codec, streams
from shared.events.people import RoleGranted, RoleRevoked
from shared.runtime.identity import Principal
from shared.runtime.service import View

grants = sa.Table(
    "role_grants",
    sa.MetaData(),
    sa.Column("principal", sa.Text, primary_key=True),
    sa.Column("role", sa.Text, primary_key=True),
    sa.Column("scope", sa.Text, primary_key=True),
    sa.Column("agency", sa.Text, nullable=False),
    sa.Column("decree", sa.Text, nullable=False),
    sa.Column("from_day", sa.Text, nullable=False),
    sa.Column("until_day", sa.Text, nullable=False),
    sa.Column("position", sa.BigInteger, nullable=False),
    sqlite_with_rowid=False,
)


def keep(tx: sa.Connection, batch: Sequence[Recorded]) -> None:
    """A grant is one act of two persons, so rows come one by one."""
    for one in batch:
        event = codec.event_of(one)
        if isinstance(event, RoleGranted | RoleRevoked):
            whose = roles.principal_of(one.stream)
            gone = (grants.c.principal == whose, grants.c.role == event.role, grants.c.scope == event.scope)
            tx.execute(sa.delete(grants).where(*gone))
            if isinstance(event, RoleGranted):
                tx.execute(
                    sa.insert(grants).values(
                        principal=whose,
                        role=event.role,
                        scope=event.scope,
                        agency=streams.agency(one.stream),
                        decree=event.decree,
                        from_day=event.from_.isoformat(),
                        until_day=event.until.isoformat(),
                        position=one.position,
                    )
                )


GRANTS = View(name="role_grants", version=1, tables=(grants,), apply=keep)


def held(tx: sa.Connection, principal: str, day: dt.date) -> list[tuple[str, str]]:
    """Role and scope of every grant that holds on a day."""
    on = day.isoformat()
    chosen = sa.select(grants.c.role, grants.c.scope).where(
        grants.c.principal == principal, grants.c.from_day <= on, grants.c.until_day >= on
    )
    return [(row.role, row.scope) for row in tx.execute(chosen.order_by(grants.c.role, grants.c.scope))]


def principal(tx: sa.Connection, subject: str, *, unit: str, day: dt.date, authenticated_at: str) -> Principal:
    """Who acts in a unit on a day: with the roles whose scope is that unit or one above it, and those of everybody."""
    found = frozenset(role for role, scope in held(tx, subject, day) if roles.covers(scope, unit))
    return Principal(subject=subject, roles=found | roles.OF_EVERYBODY, unit=unit, authenticated_at=authenticated_at)
