"""Who may do what: one rule per route, deny by default (ASVS 8.2.1).

Roles decide here; duties (who may not do two things on one vacancy) are the deciders'. An object of another agency, or
of another person, answers as one that is not there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from shared.events import MeritError, NotFound, streams
from shared.runtime.identity import Principal

Objects = Literal["any", "agency", "unit", "own"]
EVERYBODY: Final = frozenset({"applicant"})  # the role of whoever has an account


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A route's rule: one of these `roles` (none: nobody need sign in), for `of`: any object, those of the principal's
    agency, of a unit at or below theirs, or the principal's own."""

    roles: frozenset[str] = frozenset()
    of: Objects = "any"


PUBLIC: Final = Rule()
SIGNED_IN: Final = Rule(roles=EVERYBODY)
OWN: Final = Rule(roles=EVERYBODY, of="own")


class SignedOut(MeritError):
    """Nobody is signed in, and somebody must be."""


class NotAllowed(MeritError):
    """Signed in, and without the role."""


class OutOfReach(NotFound):
    """Signed in, with the role, and not an object of theirs: answered as what is not there."""


def may(principal: Principal | None, rule: Rule, object_: str | None = None, owner: str | None = None) -> None:
    """Passes, or raises SignedOut, NotAllowed (no such role), OutOfReach (not an object of theirs).

    `object_` is the id of what it is about (`pauh.2027-014`, `pauh.dinkes`), `owner` the person whose it is.
    """
    if not rule.roles:
        return
    if principal is None:
        raise SignedOut
    if not rule.roles & principal.roles:
        raise NotAllowed
    if object_ is not None and not _reaches(principal, rule.of, object_, owner):
        raise OutOfReach(object_)


def _reaches(principal: Principal, of: Objects, object_: str, owner: str | None) -> bool:
    match of:
        case "own":
            return owner == principal.subject
        case "agency":
            return bool(principal.unit) and agency_of(principal.unit) == agency_of(object_)
        case "unit":
            unit, _, _ = object_.partition("+")  # a need's id is its unit, post and year
            return bool(principal.unit) and streams.covers(principal.unit, unit)
    return True


def agency_of(id: str) -> str:
    """The agency's code that leads an id or a unit."""
    return id.partition(".")[0]
