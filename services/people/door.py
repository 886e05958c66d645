"""Who is at the door: from a bearer token to the person, the unit and the roles of one request.

Somebody acts in a unit that is the scope of one of their grants, exactly: whoever could name a unit below it would be
two units, and approve alone. Roles are those whose scope covers that unit. A grant or a revocation of this process
counts from the next request on, one of another process within a minute.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from services.people import roles, views
from services.people.accounts import Accounts
from services.people.remembered import BELIEVED
from services.people.tokens import Tokens
from shared.events import Refused, streams
from shared.runtime.identity import MOST_SIGNS, Principal
from shared.runtime.pipeline import Pipeline

AUDIENCE: Final = "api"
NOWHERE: Final = ""  # the unit of whoever holds no role
NOBODYS: Final[Mapping[str, frozenset[str]]] = {NOWHERE: roles.OF_EVERYBODY}


class Standing(NamedTuple):
    """Everybody's roles by unit, as the ledger had them on a day: read when people had written `seen` events. Officials
    are few; whoever is not among them holds none."""

    held: Mapping[str, Mapping[str, frozenset[str]]]
    seen: int
    since: dt.datetime
    until: dt.datetime


class Bearing(NamedTuple):
    """Whose token it was, since when, and whether a program bears it."""

    person: str
    since: str
    program: bool


class Door:
    """Answers for one process; from any thread."""

    def __init__(self, accounts: Accounts, tokens: Tokens, people: Pipeline, audience: str = AUDIENCE) -> None:
        self._accounts = accounts
        self._tokens = tokens
        self._people = people
        self._audience = audience
        self._standing: Standing | None = None

    def principal(self, token: str, unit: str | None, now: dt.datetime) -> Principal | None:
        """Who acts, in the unit that the caller names, else in the first of theirs as text is sorted; None for a token
        that is nobody's, or no longer. Refused (`unit.not_yours`) for a unit that no grant names today."""
        bearing = self._bearing(token, now)
        if bearing is None:
            return None
        by_unit = self._roles(bearing.person, now)
        acting = unit or min(by_unit)
        held = by_unit.get(acting)
        if held is None:
            raise Refused("unit.not_yours")
        return Principal(
            subject=bearing.person, roles=held, unit=acting, authenticated_at=bearing.since, program=bearing.program
        )

    def units(self, person: str, now: dt.datetime) -> list[str]:
        """Where somebody may act now; only `NOWHERE` without a role."""
        return sorted(self._roles(person, now))

    def holds(self, person: str, unit: str, now: dt.datetime) -> bool:
        """Whether somebody may act in this unit now, with a role that a decree granted."""
        return unit != NOWHERE and unit in self._roles(person, now)

    def _bearing(self, token: str, now: dt.datetime) -> Bearing | None:
        """An API token has dots, a session's has none."""
        if not token.isascii() or len(token) > MOST_SIGNS:
            return None
        if "." not in token:
            session = self._accounts.session(token, now)
            return None if session is None else Bearing(session.person, session.signed_in_at, program=False)
        try:
            bearer = self._tokens.bearer(token, self._audience, now)
        except Refused:
            return None
        return Bearing(bearer.person, bearer.issued_at, program=True)

    def _roles(self, person: str, now: dt.datetime) -> Mapping[str, frozenset[str]]:
        standing = self._standing
        if standing is None or standing.seen != self._people.seen or not standing.since <= now < standing.until:
            standing = self._standing = self._read(now)
        return standing.held.get(person, NOBODYS)

    def _read(self, now: dt.datetime) -> Standing:
        seen = self._people.seen  # before the rows: what is written meanwhile makes this out of date, never too new
        day = now.astimezone(roles.JAKARTA).date()
        with self._people.ledger.reader.begin() as tx:
            found = views.all_held(tx, day)
        midnight = dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), roles.JAKARTA)
        held = {person: _by_unit(every) for person, every in found.items()}
        return Standing(held, seen, now, min(midnight, now + BELIEVED))


def _by_unit(held: Iterable[tuple[str, str]]) -> Mapping[str, frozenset[str]]:
    """Every scope that is held, with the roles that cover it, and those of everybody."""
    every = list(held)
    return {
        unit: roles.OF_EVERYBODY.union(role for role, scope in every if streams.covers(scope, unit))
        for _, unit in every
    } or NOBODYS
