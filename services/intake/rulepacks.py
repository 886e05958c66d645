"""A rule pack's life: adopted in versions, each known by the digest of its canonical bytes; rules are data, pinned by
events."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from shared.events import Refused
from shared.events.intake import RulePackAdopted, RulePackEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class AdoptRulePack:
    """Menetapkan paket aturan: from a day on, these rules."""

    version: int
    digest: str
    law: tuple[str, ...]
    vectors: str
    from_: dt.date


@dataclass(frozen=True, slots=True)
class Facts:
    """Nothing of other streams is needed."""


@dataclass(frozen=True, slots=True)
class Adopted:
    """The version in force."""

    version: int
    digest: str


Command = AdoptRulePack
State = Adopted | None
initial: State = None


def decide(command: Command, state: State, facts: Facts) -> list[RulePackEvent]:
    """One row, one rule; the first that fits decides."""
    if state == Adopted(command.version, command.digest):
        return []
    if state is not None and command.version <= state.version:
        raise Refused("rulepack.version")
    if not command.law:
        raise Refused("rulepack.without_law")
    return [
        RulePackAdopted(
            version=command.version,
            digest=command.digest,
            law=command.law,
            vectors=command.vectors,
            from_=command.from_,
        )
    ]


def evolve(state: State, event: RulePackEvent) -> State:
    """What is true once it has happened."""
    if isinstance(event, RulePackAdopted):
        return Adopted(event.version, event.digest)
    return state
