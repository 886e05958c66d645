"""A person's roles in an agency: granted by two persons on a decree, one grant at a time per role and scope, revoked
by one.

The stream `role-{agency}.{principal}` says whose. Only the first two administrators are granted without a second
person, by `system`, each in a unit of their own, neither above the other's: one alone, or two of one unit, could never
grant anything. For the same reason an administrator of the whole agency, to whose unit every other belongs, counts as
none of two, and as nobody who stays.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from shared.events import Refused, streams
from shared.events.people import RoleEvent, RoleGranted, RoleRevoked

ROLES: Final = frozenset({
    "applicant", "verifier", "panelist", "cat_operator", "secretary", "committee", "ppk", "hr", "supervisor",
    "unit_head", "coworker", "officer", "mentor", "trainer", "counter", "legal", "data_officer", "auditor",
    "administrator", "key_officer", "operator", "integrator",
})  # fmt: skip
OF_EVERYBODY: Final = frozenset({"applicant"})  # whoever has an account; no decree grants it
SYSTEM: Final = "system"
FOUNDERS: Final = 2  # as many as an act needs
REASONS: Final = frozenset({"ended", "moved", "misconduct", "mistake", "other"})  # no free text in an event
JAKARTA: Final = dt.timezone(dt.timedelta(hours=7))  # without summer time since 1964


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantRole:
    """Memberi peran: `from_` and `until` are days, both counted; `scope` is the agency's code or begins with it and a
    dot."""

    role: str
    scope: str
    decree: str
    from_: dt.date
    until: dt.date
    ok: str | None = None
    by: str | None = None
    at: str | None = None
    id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RevokeRole:
    """Mencabut peran, at once. `reason` is one of `REASONS`."""

    role: str
    scope: str
    reason: str
    by: str | None = None
    at: str | None = None
    id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Administrators:
    """Who holds that role in an agency, by `principal:scope`, and until which day."""

    until: Mapping[str, dt.date] = field(default_factory=dict)

    def on(self, day: dt.date) -> frozenset[str]:
        """The principals that still hold it on a day in a unit below the agency; one who begins later counts, too."""
        return frozenset(who for who, _ in self._below(day))

    def units(self, day: dt.date) -> frozenset[str]:
        """The units below the agency in which somebody still holds it on a day."""
        return frozenset(unit for _, unit in self._below(day))

    def _below(self, day: dt.date) -> list[tuple[str, str]]:
        held = [who.partition(":") for who, last in self.until.items() if last >= day]
        return [(principal, unit) for principal, _, unit in held if is_below(unit)]


NOBODY: Final = Administrators()


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What other persons' streams say."""

    administrators: Administrators


Command = GrantRole | RevokeRole
State = Mapping[tuple[str, str], RoleGranted | RoleRevoked]  # the last act by role and scope
initial: State = {}


def decide(command: Command, state: State, facts: Facts) -> list[RoleEvent]:
    """Nobody gives or takes an own role; done already is done."""
    last, principal = state.get((command.role, command.scope)), (command.id or "").partition(".")[2]
    day = day_of(command.at or "")
    match command, last:
        case GrantRole(), RoleGranted() if last == _granted(command, last.ok):
            return []
        case RevokeRole(), RoleRevoked():
            return []
        case _ if command.by == principal:
            raise Refused("role.own")
        case GrantRole(), _:
            return _grant(command, last, day, facts.administrators)
        case RevokeRole(), RoleGranted(until=until) if until >= day:
            return _revoke(command, facts.administrators.on(day) - {principal})
    raise Refused("role.not_held")


def evolve(state: State, event: RoleEvent) -> State:
    """What is true once it has happened."""
    if isinstance(event, RoleGranted | RoleRevoked):
        return {**state, (event.role, event.scope): event}
    return state


def administrators_key(stream: str, act: Any) -> str | None:
    """The agency whose roles are granted."""
    return streams.agency(stream) if streams.category(stream) == "role" else None


def fold_administrators(before: Administrators, stream: str, event: Any, position: int) -> Administrators:
    """Once for every grant and revocation of that role."""
    match event:
        case RoleGranted(role="administrator", scope=scope, until=until):
            return Administrators(until={**before.until, f"{principal_of(stream)}:{scope}": until})
        case RoleRevoked(role="administrator", scope=scope):
            gone = f"{principal_of(stream)}:{scope}"
            return Administrators(until={who: last for who, last in before.until.items() if who != gone})
    return before


def principal_of(stream: str) -> str:
    """Whose roles these are: `5b0e` of `role-pauh.5b0e`."""
    return streams.ident(stream).partition(".")[2]


def is_below(scope: str) -> bool:
    """Whether a scope is a unit of an agency, and not all of it."""
    return "." in scope


def day_of(instant: str) -> dt.date:
    """The day of legal effect of an instant, Asia/Jakarta."""
    return dt.datetime.fromisoformat(instant).astimezone(JAKARTA).date()


def _grant(
    command: GrantRole, last: RoleGranted | RoleRevoked | None, day: dt.date, administrators: Administrators
) -> list[RoleEvent]:
    """One row, one rule; the first that fits decides."""
    agency, _, principal = (command.id or "").partition(".")
    there = administrators.on(day)
    match command:
        case GrantRole(role=role) if role not in ROLES - OF_EVERYBODY:
            raise Refused("role.unknown")
        case GrantRole(scope=scope) if not streams.covers(agency, scope):
            raise Refused("role.scope")
        case GrantRole(decree=decree) if not decree.strip():
            raise Refused("role.without_decree")
        case GrantRole(from_=from_, until=until) if until < max(from_, day):
            raise Refused("role.period")
        case GrantRole() if isinstance(last, RoleGranted) and last.until >= day:
            raise Refused("role.already")
        case GrantRole(ok=None, by=by, role=role) if (by, role) != (SYSTEM, "administrator"):
            raise Refused("act.needs_approval")
        case GrantRole(ok=None) if principal in there or len(there) >= FOUNDERS:
            raise Refused("role.founded")
        case GrantRole(ok=None, scope=scope) if not is_below(scope):
            raise Refused("approval.same_unit")
        case GrantRole(ok=None, scope=scope) if not all(
            streams.apart(scope, unit) for unit in administrators.units(day)
        ):
            raise Refused("approval.same_unit")
    return [_granted(command, command.ok)]


def _revoke(command: RevokeRole, others: frozenset[str]) -> list[RoleEvent]:
    """The last administrator stays: nobody could ever grant a role again. The last but one goes at once: misconduct
    cannot wait for a second person, and whoever is left alone grants nothing until `system` founds another."""
    if command.reason not in REASONS:
        raise Refused("role.reason")
    if command.role == "administrator" and not others:
        raise Refused("role.last_administrator")
    return [RoleRevoked(role=command.role, scope=command.scope, reason=command.reason)]


def _granted(command: GrantRole, ok: str | None) -> RoleGranted:
    return RoleGranted(
        role=command.role, scope=command.scope, decree=command.decree, from_=command.from_, until=command.until, ok=ok
    )
