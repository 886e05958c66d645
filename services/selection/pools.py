"""A year's pool of experts (daftar ahli): a person once, a label once; who is released is drawn no more and never
admitted again under another label."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from shared.events import Refused
from shared.events.selection import ExpertAdmitted, ExpertReleased, PoolEvent
from shared.rules.panels import USUAL


@dataclass(frozen=True, slots=True, kw_only=True)
class AdmitExpert:
    """Mendaftarkan ahli, by the secretary and a second person: `expert` is the person's pseudonym; who it is and where
    from stay hidden behind `label`."""

    label: str
    kind: str
    fields: tuple[str, ...]
    expert: str
    institution: str
    by: str | None = None
    ok: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseExpert:
    """Mengeluarkan ahli, by the secretary: no later draw has this label."""

    label: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Nothing: the pool knows itself."""


@dataclass(frozen=True, slots=True)
class Experts:
    """Who was admitted, by label, and why some are out."""

    admitted: Mapping[str, ExpertAdmitted] = field(default_factory=dict)
    released: Mapping[str, str] = field(default_factory=dict)


Command = AdmitExpert | ReleaseExpert
State = Experts
initial: State = Experts()


def decide(command: Command, state: State, facts: Facts) -> list[PoolEvent]:
    """One row, one rule; the first that fits decides."""
    match command:
        case AdmitExpert(label=label) if label in state.admitted and _is_same(command, state.admitted[label]):
            return []
        case AdmitExpert(label=label) if label in state.admitted:
            raise Refused("pool.label_taken")
        case AdmitExpert(expert=expert) if any(one.expert == expert for one in state.admitted.values()):
            raise Refused("pool.person_twice")
        case AdmitExpert(expert=expert, by=by) if expert == by:
            raise Refused("pool.own")
        case AdmitExpert(kind=kind) if kind not in USUAL.kinds:
            raise Refused("pool.kind")
        case AdmitExpert(ok=None):
            raise Refused("act.needs_approval")
        case AdmitExpert():
            return [_admitted(command)]
        case ReleaseExpert(label=label) if label not in state.admitted:
            raise Refused("pool.label_unknown")
        case ReleaseExpert(label=label) if label in state.released:
            return []
        case ReleaseExpert(reason=reason) if not reason.strip():
            raise Refused("pool.without_reason")
    return [ExpertReleased(label=command.label, reason=command.reason)]


def evolve(state: State, event: PoolEvent) -> State:
    """What is true once it has happened."""
    match event:
        case ExpertAdmitted(label=label):
            return replace(state, admitted={**state.admitted, label: event})
        case ExpertReleased(label=label, reason=reason):
            return replace(state, released={**state.released, label: reason})
    return state


def _admitted(command: AdmitExpert) -> ExpertAdmitted:
    return ExpertAdmitted(
        label=command.label,
        kind=command.kind,
        fields=command.fields,
        expert=command.expert,
        institution=command.institution,
        ok=command.ok,
    )


def _is_same(command: AdmitExpert, before: ExpertAdmitted) -> bool:
    return replace(_admitted(command), ok=before.ok) == before
