"""People's events: who holds which role, where, by which decree (events.md 3e). Who it is stands in no event."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from shared.events.platform import AttemptRefused


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleGranted:
    """Pemberian peran: from the first day to the last, both counted, in a scope that a dot leads on from the agency."""

    role: str
    scope: str
    decree: str
    from_: dt.date
    until: dt.date
    ok: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleRevoked:
    """Pencabutan peran: it holds no longer, from this event on."""

    role: str
    scope: str
    reason: str


RoleEvent = RoleGranted | RoleRevoked | AttemptRefused
