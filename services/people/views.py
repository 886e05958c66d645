"""People's own table of the roles that are held now, kept in step with the ledger."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import sqlalchemy as sa

from services.people import roles
from shared.events import Recorded, codec, streams
from shared.events.people import RoleGranted, RoleRevoked
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


def all_held(tx: sa.Connection, day: dt.date) -> dict[str, list[tuple[str, str]]]:
    """Role and scope of every grant that holds on a day, by principal."""
    on, found = day.isoformat(), dict[str, list[tuple[str, str]]]()
    chosen = sa.select(grants.c.principal, grants.c.role, grants.c.scope)
    for row in tx.execute(chosen.where(grants.c.from_day <= on, grants.c.until_day >= on)):
        found.setdefault(row.principal, []).append((row.role, row.scope))
    return found


def held(tx: sa.Connection, principal: str, day: dt.date) -> list[tuple[str, str]]:
    """Role and scope of every grant that holds on a day."""
    on = day.isoformat()
    chosen = sa.select(grants.c.role, grants.c.scope).where(
        grants.c.principal == principal, grants.c.from_day <= on, grants.c.until_day >= on
    )
    return [(row.role, row.scope) for row in tx.execute(chosen.order_by(grants.c.role, grants.c.scope))]


def administrators(tx: sa.Connection, agency: str, day: dt.date) -> dict[str, tuple[str, ...]]:
    """Who still holds that role on a day in units below an agency, and in which; one who begins later counts, too."""
    chosen = sa.select(grants.c.principal, grants.c.scope).where(
        grants.c.role == "administrator", grants.c.agency == agency, grants.c.until_day >= day.isoformat()
    )
    found: dict[str, tuple[str, ...]] = {}
    for row in tx.execute(chosen.order_by(grants.c.principal, grants.c.scope)):
        if roles.is_below(row.scope):
            found[row.principal] = (*found.get(row.principal, ()), row.scope)
    return found
