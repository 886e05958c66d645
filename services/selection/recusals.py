"""Ties of a panelist (benturan kepentingan), and who steps in: kin, household, superior and business are out for the
vacancy, any other tie for that candidate (domain 2i)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final

from services.selection.drawing import line
from services.selection.panel_facts import Pool
from services.selection.panel_state import Bench
from shared.events import Refused
from shared.events.intake import Tie
from shared.events.selection import ConflictDeclared, PanelistRecused, PanelistReplaced
from shared.rules.conflicts import EFFECTS, effect

SEEN: Final = "identity_seen"  # a kind of tie that is told, and closes nothing
CAUSE: Final = "conflict"  # of whom a declaration recuses; which tie it is stays hidden
RESERVE_OUT: Final = "reserve_out"  # why somebody else than the next reserve is called


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclareConflict:
    """Menyatakan benturan kepentingan, by the panelist, before a file or a sheet opens: `roster` is the digest of the
    list that it is about, `ties` are all of them, applications without the agency's code. `duties` are other duties
    that one has in this vacancy by now."""

    PREPARED: ClassVar = ("duties",)

    roster: str
    tie_count: int
    ties: tuple[Tie, ...]
    duties: tuple[str, ...] = ()
    by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecusePanelist:
    """Mundur, by the panelist, or by the committee and a second person: from the vacancy (`all`) or from these
    applications."""

    panelist: str
    all_: bool
    applications: tuple[str, ...]
    cause: str
    by: str | None = None
    ok: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplacePanelist:
    """Mengganti, by the committee and a second person: `out` is a panelist, or a label that nobody signs for; `in` the
    label of the next reserve of that kind, in a panel by decree a person. Whoever is called still signs to be seated.
    """

    out: str
    in_: str
    reason: str
    ok: str | None = None


def declared(command: DeclareConflict, state: Bench) -> list[ConflictDeclared | PanelistRecused]:
    """Ties only come in addition; what follows from them happens at once. Whoever applies or verifies here by now is
    out, whatever they declare."""
    by = command.by or ""
    made = ConflictDeclared(panelist=by, roster=command.roster, tie_count=command.tie_count, ties=command.ties)
    is_known = made in state.declared
    if command.duties and state.is_seated(by):
        out = PanelistRecused(panelist=by, all_=True, applications=(), cause=CAUSE)
        return [out] if is_known else [made, out]
    if is_known:
        return []
    if not state.is_seated(by):
        raise Refused("panel.not_seated")
    if made.tie_count != len(made.ties):
        raise Refused("panel.tie_count")
    kinds = {tie.kind for tie in made.ties} - {SEEN}
    if not kinds <= EFFECTS.keys():
        raise Refused("panel.tie_kind")
    if any(effect(kind) == "vacancy" for kind in kinds):
        return [made, PanelistRecused(panelist=by, all_=True, applications=(), cause=CAUSE)]
    known = state.tied.get(by, ())
    tied = dict.fromkeys(one.application for one in made.ties if one.kind != SEEN and one.application not in known)
    if not tied:
        return [made]
    return [made, PanelistRecused(panelist=by, all_=False, applications=tuple(tied), cause=CAUSE)]


def recused(command: RecusePanelist, state: Bench) -> list[PanelistRecused]:
    """The committee needs a second person, one's own word does not."""
    who = command.panelist
    if who in state.gone:
        return []
    if who not in state.seated:
        raise Refused("panel.not_seated")
    if not command.cause.strip():
        raise Refused("panel.without_reason")
    if command.all_ == bool(command.applications):
        raise Refused("panel.scope")
    known = state.tied.get(who, ())
    more = tuple(dict.fromkeys(one for one in command.applications if one not in known))
    if not command.all_ and not more:
        return []
    if who != command.by and command.ok is None:
        raise Refused("act.needs_approval")
    return [PanelistRecused(panelist=who, all_=command.all_, applications=more, cause=command.cause, ok=command.ok)]


def replaced(command: ReplacePanelist, state: Bench, pool: Pool) -> list[PanelistReplaced]:
    """Somebody of the same kind, so that the panel stays as odd and as mixed as it was (TEST 17)."""
    out, in_, before = command.out, command.in_, state.replaced.get(command.out)
    if before is not None and (before.in_, before.reason) == (in_, command.reason):
        return []
    if before is not None:
        raise Refused("panel.replaced")
    if out not in state.seated and out not in state.unsigned:
        raise Refused("panel.not_seated")
    if not command.reason.strip():
        raise Refused("panel.without_reason")
    if in_ == out or in_ in state.seated or in_ in state.called:
        raise Refused("panel.called_before")
    is_next = _is_next_reserve(command, state, pool)
    if command.ok is None:
        raise Refused("act.needs_approval")
    return [PanelistReplaced(out=out, in_=in_, next_reserve=is_next, reason=command.reason, ok=command.ok)]


def _is_next_reserve(command: ReplacePanelist, state: Bench, pool: Pool) -> bool:
    """Nobody chooses whom the draw has put in order; a panel by decree has no reserves."""
    plan, made = state.announced, state.drawn
    if plan is None or made is None:
        return False
    able = line(state, plan, made, state.kind(command.out, pool), pool)
    if command.in_ not in able:
        raise Refused("panel.not_reserve")
    if command.in_ != able[0] and command.reason != RESERVE_OUT:
        raise Refused("panel.not_next_reserve")
    return command.in_ == able[0] and command.in_ in made.reserves
