"""What the pool of experts and a vacancy's panel say to other streams: who may be drawn, who may judge whom."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from shared.events import streams
from shared.events.selection import (
    CalibrationHeld,
    ConflictDeclared,
    ExpertAdmitted,
    ExpertReleased,
    PanelistRecused,
    PanelistReplaced,
    PanelistSeated,
)
from shared.rules.conflicts import EFFECTS

CAUSE: Final = "conflict"  # of whom a tie recuses; which one it is stays hidden
CONFLICTS: Final = frozenset({CAUSE, *EFFECTS})
JUDGED: Final = ("panel", "selection", "candidate", "seat")  # categories whose streams are about one vacancy


@dataclass(frozen=True, slots=True, kw_only=True)
class Expert:
    """Who is behind a label, of which kind of seat; `released` is the reason why they are drawn no more."""

    expert: str
    kind: str
    released: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pool:
    """A year's experts by label; `changed_at` is the position of the pool's last event: what a draw cites."""

    experts: Mapping[str, Expert] = field(default_factory=dict)
    changed_at: int = -1

    def kind(self, label: str) -> str:
        """The kind of seat that a label can take; empty for an unknown one."""
        found = self.experts.get(label)
        return "" if found is None else found.kind

    def is_free(self, label: str) -> bool:
        """Known here, and not released."""
        found = self.experts.get(label)
        return found is not None and found.released is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """A vacancy's panel: `kinds` of those who are seated and not out; `declared`, the digests of rosters that each has
    signed for; `tied`, the applications that each may not judge (no agency's code before them); `gone`, why somebody is
    out, `left`, of which kind they were; `heirs`, by whoever steps in, whose seat it was; `excused`, those of `tied`
    that no tie is the cause of; `calibrated`, who marked the practice candidate, by stage."""

    kinds: Mapping[str, str] = field(default_factory=dict)
    declared: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    tied: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    gone: Mapping[str, str] = field(default_factory=dict)
    left: Mapping[str, str] = field(default_factory=dict)
    heirs: Mapping[str, str] = field(default_factory=dict)
    excused: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    calibrated: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def is_seated(self, panelist: str) -> bool:
        """Has signed, and is not out."""
        return panelist in self.kinds

    def has_judged(self, person: str) -> bool:
        """Sits here, or did."""
        return person in self.kinds or person in self.gone

    def has_declared(self, panelist: str, roster: str) -> bool:
        """Has declared every tie for the roster of this digest."""
        return roster in self.declared.get(panelist, ())

    def may_score(self, panelist: str, application: str) -> bool:
        """Seated, and not recused for this application."""
        return self.is_seated(panelist) and application not in self.tied.get(panelist, ())

    def kind(self, panelist: str) -> str:
        """The kind of seat that somebody has here, or had."""
        return self.kinds.get(panelist) or self.left.get(panelist, "")

    def conflict(self, panelist: str, application: str) -> str | None:
        """The cause, where a tie closes what somebody has sealed of this application; whoever fell ill after sealing
        has judged."""
        cause = self.gone.get(panelist)
        if cause in CONFLICTS:
            return cause
        is_tied = application in self.tied.get(panelist, ()) and application not in self.excused.get(panelist, ())
        return CAUSE if is_tied else None

    def before(self, panelist: str) -> tuple[str, ...]:
        """Who had somebody's seat before, the last first."""
        found: list[str] = []
        while panelist in self.heirs and self.heirs[panelist] not in found:
            panelist = self.heirs[panelist]
            found.append(panelist)
        return tuple(found)


NO_POOL, NO_PANEL = Pool(), Panel()


def pool_key(stream: str, act: Any) -> str | None:
    """The pool: of its own stream, or the one that a draw names; other acts of a panel know it from their state."""
    if streams.category(stream) == "pool":
        return streams.ident(stream)
    return getattr(act, "pool_name", None) if streams.category(stream) == "panel" else None


def pool_home(state: Any) -> str | None:
    """The pool that a panel is drawn from."""
    return getattr(state, "pool_name", None)


def fold_pool(before: Pool, stream: str, event: Any, position: int) -> Pool:
    """In and out."""
    match event:
        case ExpertAdmitted(label=label, expert=expert, kind=kind):
            made = Expert(expert=expert, kind=kind)
        case ExpertReleased(label=label, reason=reason):
            made = replace(before.experts[label], released=reason)
        case _:
            return before
    return Pool(experts={**before.experts, label: made}, changed_at=position)


def panel_key(stream: str, act: Any) -> str | None:
    """The vacancy of a panel, a selection, a candidacy or a seat."""
    return streams.ident(stream) if streams.category(stream) in JUDGED else None


def fold_panel(before: Panel, stream: str, event: Any, position: int) -> Panel:
    """Seated, declared, tied, out."""
    if streams.category(stream) != "panel":
        return before
    match event:
        case PanelistSeated(panelist=panelist, kind=kind, label=label):
            heirs = dict(before.heirs)
            if label in heirs:
                heirs[panelist] = heirs.pop(label)
            return replace(before, kinds={**before.kinds, panelist: kind}, heirs=heirs)
        case ConflictDeclared(panelist=panelist, roster=roster, ties=ties):
            told = {tie.application for tie in ties if tie.kind in CONFLICTS}
            excused = {**before.excused}
            if panelist in excused:
                excused[panelist] = tuple(one for one in excused[panelist] if one not in told)
            return replace(before, declared=_with(before.declared, panelist, (roster,)), excused=excused)
        case PanelistRecused(panelist=panelist, all_=True, cause=cause):
            return _without(before, panelist, cause)
        case PanelistRecused(panelist=panelist, applications=applications, cause=cause):
            tied = replace(before, tied=_with(before.tied, panelist, applications))
            if cause in CONFLICTS:
                return tied
            return replace(tied, excused=_with(before.excused, panelist, applications))
        case PanelistReplaced(out=panelist, in_=heir, reason=cause):
            after = _without(before, panelist, cause) if before.is_seated(panelist) else before
            return after if after.heirs.get(heir) == panelist else replace(after, heirs={**after.heirs, heir: panelist})
        case CalibrationHeld(stage=stage, panelists=panelists):
            return replace(before, calibrated=_with(before.calibrated, stage, panelists))
    return before


def _without(before: Panel, panelist: str, cause: str) -> Panel:
    kinds = {one: kind for one, kind in before.kinds.items() if one != panelist}
    left = {**before.left, panelist: before.kinds.get(panelist, "")}
    return replace(before, kinds=kinds, left=left, gone={**before.gone, panelist: cause})


def _with(before: Mapping[str, tuple[str, ...]], name: str, more: tuple[str, ...]) -> Mapping[str, tuple[str, ...]]:
    """Each once, in the order of coming."""
    return {**before, name: tuple(dict.fromkeys((*before.get(name, ()), *more)))}
