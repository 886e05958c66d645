"""The draw of a panel (undian): who can be drawn and a sealed secret first, then the secret and a value that nobody
knew; whoever has both draws again and gets the same labels."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import ClassVar

from services.selection.panel_facts import Pool
from services.selection.panel_state import Bench
from shared.events import Refused
from shared.events.selection import Excluded, PanelDrawAnnounced, PanelDrawn
from shared.rules import draws
from shared.rules.panels import unlawful


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnounceDraw:
    """Mengumumkan undian, by the secretary: from the pool of this name, all of these kinds but for those excluded, each
    for a reason. `commit` is SHA-256 of a secret of one's own, `beacon` says which value, not known yet, will be mixed
    with it. `notice` are the panels that the vacancy's notice promises; absent where no notice is known."""

    PREPARED: ClassVar = ("notice",)

    pool_name: str
    excluded: tuple[Excluded, ...]
    seats: Mapping[str, int]
    reserves: int
    commit: str
    beacon: str
    notice: tuple[Mapping[str, int], ...] | None = None
    id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawPanel:
    """Mengundi, by the secretary: the secret, and the beacon's value. Who is drawn follows from them."""

    secret: str
    beacon: str


def announced(command: AnnounceDraw, state: Bench, pool: Pool) -> list[PanelDrawAnnounced]:
    """Once; afterwards nobody may change who can be drawn."""
    before = state.announced
    if before is not None and _is_same(command, before):
        return []
    if before is not None:
        raise Refused("panel.announced")
    if state.seated:
        raise Refused("panel.seated")
    if not pool.experts or command.pool_name.partition(".")[0] != (command.id or "").partition(".")[0]:
        raise Refused("panel.pool_unknown")
    left_out = [one.label for one in command.excluded]
    if len(set(left_out)) != len(left_out) or not all(pool.is_free(label) for label in left_out):
        raise Refused("panel.excluded")
    if not all(one.reason.strip() for one in command.excluded):
        raise Refused("panel.without_reason")
    check_seats(command.seats, command.notice)
    if command.reserves < 1:
        raise Refused("panel.reserves")
    return [_announcement(command, pool, _eligible(command, pool, left_out))]


def check_seats(seats: Mapping[str, int], notice: tuple[Mapping[str, int], ...] | None) -> None:
    """Odd, 5 to 9, at most 45 % internal, somebody of each outside kind (Permenpan RB 15/2019), and what the notice
    promised."""
    if any(unlawful(seats)):
        raise Refused("panel.unlawful")
    if notice is not None and {kind: n for kind, n in seats.items() if n} not in [dict(one) for one in notice]:
        raise Refused("panel.not_in_notice")


def drawn(command: DrawPanel, state: Bench, pool: Pool) -> list[PanelDrawn]:
    """For each kind the first of the order, the next are its reserves."""
    plan, before = state.announced, state.drawn
    if before is not None and (before.secret, before.beacon) == (command.secret, command.beacon):
        return []
    if before is not None:
        raise Refused("panel.drawn")
    if plan is None:
        raise Refused("panel.not_announced")
    if state.seated:
        raise Refused("panel.seated")
    if sha256(command.secret.encode()).hexdigest() != plan.commit:
        raise Refused("panel.commit")
    first: list[str] = []
    next_: list[str] = []
    for kind, n in sorted(plan.seats.items()):
        order = ordered(plan, command.secret, command.beacon, kind, pool)
        first += order[:n]
        next_ += order[n : n + plan.reserves if n else 0]
    return [PanelDrawn(secret=command.secret, beacon=command.beacon, drawn=tuple(first), reserves=tuple(next_))]


def ordered(plan: PanelDrawAnnounced, secret: str, beacon: str, kind: str, pool: Pool) -> tuple[str, ...]:
    """Everybody of a kind who could be drawn, by the seed SHA-256(secret || beacon)."""
    labels = [label for label in plan.eligible if pool.kind(label) == kind]
    return draws.ordered(labels, draws.seed_of(secret + beacon))


def line(state: Bench, plan: PanelDrawAnnounced, made: PanelDrawn, kind: str, pool: Pool) -> tuple[str, ...]:
    """Who of a kind can still be called, the next one first: the drawn reserves, then the rest of the order; neither
    those who were called nor those who were released since."""
    return tuple(
        label
        for label in ordered(plan, made.secret, made.beacon, kind, pool)
        if label not in state.called and pool.is_free(label)
    )


def _eligible(command: AnnounceDraw, pool: Pool, left_out: list[str]) -> tuple[str, ...]:
    """All of these kinds, enough of each for its seats and its reserves."""
    found: list[str] = []
    for kind, n in command.seats.items():
        of = [label for label in pool.experts if n and pool.kind(label) == kind and pool.is_free(label)]
        able = [label for label in of if label not in left_out]
        if n and len(able) < n + command.reserves:
            raise Refused("panel.too_few_experts")
        found += able
    return tuple(sorted(found))


def _announcement(command: AnnounceDraw, pool: Pool, eligible: tuple[str, ...]) -> PanelDrawAnnounced:
    return PanelDrawAnnounced(
        pool=pool.changed_at,
        eligible=eligible,
        excluded=command.excluded,
        seats=command.seats,
        reserves=command.reserves,
        commit=command.commit,
        beacon=command.beacon,
        pool_name=command.pool_name,
    )


def _is_same(command: AnnounceDraw, before: PanelDrawAnnounced) -> bool:
    """Whatever the pool has become since."""
    return all(
        getattr(command, name) == getattr(before, name)
        for name in ("pool_name", "excluded", "seats", "reserves", "commit", "beacon")
    )
