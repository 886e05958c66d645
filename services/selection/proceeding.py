"""A selection as it stands: handed over as this, opened stage by stage, announced, ranked, fixed or cancelled."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from services.selection.course import Course
from services.selection.facts import Attendance, Procedure
from services.selection.panel_facts import Panel
from services.selection.place_facts import Places
from shared.events import Refused
from shared.events.selection import (
    ObjectionWindowExtended,
    RankingFixed,
    RankingPublished,
    RosterAmended,
    ScoresOpened,
    SelectionCancelled,
    SelectionEvent,
    SelectionOpened,
    StageAnnulled,
    StageResultAnnounced,
    TieDecided,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What other streams of this ledger say."""

    procedure: Procedure
    attendance: Attendance
    panel: Panel = field(default_factory=Panel)
    places: Places = field(default_factory=Places)


@dataclass(frozen=True, slots=True, kw_only=True)
class Open:
    """Handed over as this; what was last said of each stage and of the ranking."""

    opened: SelectionOpened
    ranking: RankingPublished | None = None
    ties: tuple[TieDecided, ...] = ()
    amended: RosterAmended | None = None
    scores: Mapping[str, ScoresOpened] = field(default_factory=dict)
    announced: Mapping[str, StageResultAnnounced] = field(default_factory=dict)
    annulled: Mapping[str, StageAnnulled] = field(default_factory=dict)
    extended: ObjectionWindowExtended | None = None
    fixed: RankingFixed | None = None
    cancelled: SelectionCancelled | None = None


State = Open | None


def evolve(state: State, event: SelectionEvent) -> State:
    """What is true once it has happened."""
    if isinstance(event, SelectionOpened):
        return Open(opened=event)
    if state is None:
        return None
    match event:
        case TieDecided():
            return replace(state, ties=(*state.ties, event))
        case RankingPublished():
            return replace(state, ranking=event)
        case RosterAmended():
            return replace(state, amended=event)
        case ScoresOpened(stage=stage):
            return replace(state, scores={**state.scores, stage: event})
        case StageResultAnnounced(stage=stage):
            return replace(state, announced={**state.announced, stage: event})
        case StageAnnulled(stage=stage):
            return replace(state, annulled={**state.annulled, stage: event})
        case ObjectionWindowExtended():
            return replace(state, extended=event)
        case RankingFixed():
            return replace(state, fixed=event)
        case SelectionCancelled():
            return replace(state, cancelled=event)
    return state


def course_of(facts: Facts) -> Course:
    """The course of a selection that is marked here; Refused for an official list."""
    course = facts.procedure.course
    if course is None:
        raise Refused("selection.listed")
    return course
