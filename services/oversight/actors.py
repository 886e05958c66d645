"""Who acts as what: by the roles that people's ledger granted at the time, and by what one is in the vacancy itself
(panelist, verifier, applicant). Nothing is guessed from what was done."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any, Final

from shared.events import Recorded, codec, streams
from shared.events.intake import ApplicationSubmitted, VerifierAssigned
from shared.events.people import RoleGranted, RoleRevoked
from shared.events.platform import ActApproved
from shared.events.selection import PanelistSeated
from shared.ledger import Ledger

UNKNOWN: Final = "unknown"  # nobody who holds a role, or is known to the vacancy
WIB: Final = dt.timezone(dt.timedelta(hours=7))  # the day of legal effect
ALSO: Final = {"candidate": "applicant", "panel": "panelist", "chair": "committee"}  # what the catalogue calls them


@dataclass(slots=True)
class Actors:
    """What is known of those who act; `roles` by principal, each change with its instant, in order."""

    roles: dict[str, list[tuple[str, RoleGranted | RoleRevoked]]] = field(default_factory=lambda: defaultdict(list))
    duties: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    approved: dict[str, tuple[str, str]] = field(default_factory=dict)  # approval -> who proposed, who approved

    @classmethod
    def of(cls, people: Ledger) -> Actors:
        """With the roles of an agency's people."""
        made = cls()
        for page in people.read():
            for one in page:
                event = codec.event_of(one) if streams.category(one.stream) == "role" else None
                if isinstance(event, RoleGranted | RoleRevoked):
                    made.roles[streams.ident(one.stream).partition(".")[2]].append((one.recorded_at, event))
        return made

    def approvals(self, ledger: Ledger) -> None:
        """The two persons of each act of a ledger that took two."""
        for page in ledger.read():
            for one in page:
                event = codec.event_of(one) if streams.category(one.stream) == "approval" else None
                if isinstance(event, ActApproved):
                    self.approved[streams.ident(one.stream)] = event.proposer, one.actor or ""

    def meet(self, event: Any) -> None:
        """What an event of the vacancy makes somebody."""
        match event:
            case PanelistSeated(panelist=who):
                self.duties[who].add("panelist")
            case VerifierAssigned(verifier=who):
                self.duties[who].add("verifier")
            case ApplicationSubmitted(applicant=who):
                self.duties[who].add("applicant")

    def role(self, one: Recorded, usual: str) -> str:
        """As what somebody acted: the usual one of this act if they held it; else whatever they held; else unknown.
        What no person did is `system`, or as its actor says (`timetable`, `reaction`)."""
        if one.actor is None:
            return "system"
        kind, colon, name = one.actor.partition(":")
        if colon or kind == "system":
            return name if kind == "system" and name else kind
        held = self._held(one.actor, one.recorded_at) | self.duties.get(one.actor, set())
        usual = ALSO.get(usual, usual)
        return usual if usual in held else "+".join(sorted(held)) or UNKNOWN

    def _held(self, who: str, at: str) -> set[str]:
        """Roles at an instant, from the first day to the last."""
        day, held = dt.datetime.fromisoformat(at).astimezone(WIB).date(), dict[tuple[str, str], bool]()
        for since, event in self.roles.get(who, ()):
            if since <= at:
                is_on = isinstance(event, RoleGranted) and event.from_ <= day <= event.until
                held[event.role, event.scope] = is_on
        return {role for (role, _), is_on in held.items() if is_on}
