"""A vacancy's panel, from its draw to its oaths: odd, 5 to 9, internal at most 45 %, academics and practitioners;
nobody chooses who is drawn, nobody sits without having signed, and who is tied does not judge.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import ClassVar

from services.selection.attempts import attempted
from services.selection.drawing import AnnounceDraw, DrawPanel, announced, check_seats, drawn
from services.selection.panel_facts import Pool
from services.selection.panel_state import Bench
from services.selection.recusals import (
    DeclareConflict,
    RecusePanelist,
    ReplacePanelist,
    declared,
    recused,
    replaced,
)
from shared.events import Refused
from shared.events.selection import (
    CalibrationHeld,
    ConflictDeclared,
    PanelDrawAnnounced,
    PanelDrawn,
    PanelEvent,
    PanelistRecused,
    PanelistReplaced,
    PanelistSeated,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeSeat:
    """Pakta integritas, by the panelist: the seat of a drawn label that is one's own, or, called by decree, without
    one; `pledge` is the digest of what was signed. `duties` are other duties that one has in this vacancy."""

    PREPARED: ClassVar = ("duties",)

    pledge: str
    label: str | None = None
    duties: tuple[str, ...] = ()
    by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DecreedSeat:
    """A panelist whom a decree names, for a kind of seat, and the digest of what they signed."""

    panelist: str
    kind: str
    pledge: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatByDecree:
    """Menetapkan panitia, by the committee and a second person: the whole panel at once (JPT)."""

    PREPARED: ClassVar = ("notice", "duties")

    seats: tuple[DecreedSeat, ...]
    notice: tuple[Mapping[str, int], ...] | None = None
    duties: tuple[str, ...] = ()
    by: str | None = None
    ok: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldCalibration:
    """Latihan menilai, by the secretary: these panelists have marked the same practice candidate."""

    stage: str
    panelists: tuple[str, ...]
    practice: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """The pool that the panel is drawn from."""

    pool: Pool


Command = (
    AnnounceDraw
    | DrawPanel
    | TakeSeat
    | SeatByDecree
    | HoldCalibration
    | DeclareConflict
    | RecusePanelist
    | ReplacePanelist
)
State = Bench
initial: State = Bench()


def decide(command: Command, state: State, facts: Facts) -> list[PanelEvent]:
    """One row, one rule; the first that fits decides."""
    match command:
        case AnnounceDraw():
            return [*announced(command, state, facts.pool)]
        case DrawPanel():
            return [*drawn(command, state, facts.pool)]
        case TakeSeat():
            return _taken(command, state, facts.pool)
        case SeatByDecree():
            return _decreed(command, state)
        case HoldCalibration():
            return _calibrated(command, state)
        case DeclareConflict():
            return [*declared(command, state)]
        case RecusePanelist():
            return [*recused(command, state)]
    return [*replaced(command, state, facts.pool)]


def _taken(command: TakeSeat, state: Bench, pool: Pool) -> list[PanelEvent]:
    """By whom the draw has named, or the committee called; once, and with no other duty here."""
    by = command.by or ""
    name, before = command.label or by, state.seated.get(by)
    if before is not None and (before.label, before.pledge) == (command.label, command.pledge):
        return []
    if before is not None:
        raise Refused("panel.seated")
    if name not in state.called:
        raise Refused("panel.not_drawn")
    if name in state.replaced:
        raise Refused("panel.replaced")
    if command.label is not None:
        expert = pool.experts.get(command.label)
        if expert is None or expert.expert != by:
            raise attempted(command, "panel.not_your_label")
        if expert.released is not None:
            raise Refused("panel.expert_released")
    if command.duties:
        raise attempted(command, "panel.other_duty")
    return [
        PanelistSeated(
            panelist=by,
            kind=state.kind(name, pool),
            basis="decree" if command.label is None else "lot",
            pledge=command.pledge,
            label=command.label,
        )
    ]


def _decreed(command: SeatByDecree, state: Bench) -> list[PanelEvent]:
    """The whole panel, lawful as a whole (TEST 17); where a draw was made, nobody is named beside it."""
    made: list[PanelEvent] = [
        PanelistSeated(panelist=one.panelist, kind=one.kind, basis="decree", pledge=one.pledge, ok=command.ok)
        for one in command.seats
    ]
    named = [one.panelist for one in command.seats]
    if command.seats and all(_is_decreed(one, state) for one in command.seats):
        return []
    if state.drawn is not None:
        raise Refused("panel.drawn")
    if state.seated:
        raise Refused("panel.seated")
    if len(set(named)) != len(named):
        raise Refused("panel.person_twice")
    check_seats(Counter(one.kind for one in command.seats), command.notice)
    if command.duties or command.by in named:
        raise attempted(command, "panel.other_duty")
    if command.ok is None:
        raise Refused("act.needs_approval")
    return made


def _is_decreed(one: DecreedSeat, state: Bench) -> bool:
    before = state.seated.get(one.panelist)
    return before is not None and (before.kind, before.pledge) == (one.kind, one.pledge)


def _calibrated(command: HoldCalibration, state: Bench) -> list[PanelEvent]:
    made = CalibrationHeld(stage=command.stage, panelists=command.panelists, practice=command.practice)
    if made in state.calibrations:
        return []
    if not command.panelists or not all(map(state.is_seated, command.panelists)):
        raise Refused("panel.not_seated")
    return [made]


def evolve(state: State, event: PanelEvent) -> State:
    """What is true once it has happened."""
    match event:
        case PanelDrawAnnounced():
            return replace(state, announced=event)
        case PanelDrawn():
            return replace(state, drawn=event)
        case PanelistSeated(panelist=panelist):
            return replace(state, seated={**state.seated, panelist: event})
        case CalibrationHeld():
            return replace(state, calibrations=(*state.calibrations, event))
        case ConflictDeclared():
            return replace(state, declared=(*state.declared, event))
        case PanelistRecused(panelist=panelist, all_=True, cause=cause):
            return replace(state, gone={**state.gone, panelist: cause})
        case PanelistRecused(panelist=panelist, applications=more):
            return replace(state, tied={**state.tied, panelist: (*state.tied.get(panelist, ()), *more)})
        case PanelistReplaced(out=out, reason=reason):
            gone = {**state.gone, out: state.gone.get(out, reason)} if out in state.seated else state.gone
            return replace(state, replaced={**state.replaced, out: event}, gone=gone)
    return state
