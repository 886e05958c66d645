"""What a notice must hold before it may be published; the first fault refuses it, all of them show on its page.

It freezes what follows (Permenpan RB 6/2024 art. 22): kinds and weights of every test, every eliminating criterion,
seats as the ministry fixed them.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from services.intake.facts import PANEL_ROUNDS, Post, Round
from services.intake.schemes import faults as scheme_faults
from shared.events.intake import VacancyPublished
from shared.rules import packs
from shared.rules.shapes import Pack

PHASES = ("apply_from", "until", "check", "object", "select", "result")  # in this order; the first two always
SHORTEST = dt.timedelta(days=15)  # for people who apply here
_HEX = frozenset("0123456789abcdef")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing that is wrong: a refusal's code, and which part of the notice it is about."""

    code: str
    about: str


def faults(notice: VacancyPublished, own: str, at: dt.datetime, post: Post, round_: Round) -> Iterator[Fault]:
    """Everything wrong with a notice of the vacancy `own`, published at an instant; nothing if it may be."""
    if not round_.is_open or notice.round.partition(".")[0] != own.partition(".")[0]:
        yield Fault(code="round.not_open", about=notice.round)
    yield from _need_faults(notice, own, post)
    yield from _requirement_faults(notice)
    yield from _timeline_faults(notice.timeline, at, round_.kind)
    if len(notice.key) != 64 or not set(notice.key) <= _HEX:
        yield Fault(code="notice.key", about=notice.key)
    pack = _pack(notice.pack)
    if pack is None or pack.digest != notice.pack_digest:
        yield Fault(code="notice.pack", about=notice.pack)
        return
    if round_.kind not in pack.rounds:
        yield Fault(code="round.pack", about=pack.name)
    for formation in notice.formations:
        if formation.kind not in pack.kinds:
            yield Fault(code="notice.kind", about=formation.kind)
    for code, about in scheme_faults(notice.scheme, pack):
        yield Fault(code=code, about=about)
    yield from _competence_faults(notice, pack, post)


def _need_faults(notice: VacancyPublished, own: str, post: Post) -> Iterator[Fault]:
    """An analysis in force, needs of this post, seats that are fixed and free (RF-07)."""
    if notice.analysis < 1 or notice.analysis != post.analysis:
        yield Fault(code="notice.analysis", about=str(notice.analysis))
    for need in notice.needs:
        if need not in post.fixed:
            yield Fault(code="notice.need", about=need)
    kinds = Counter(formation.kind for formation in notice.formations)
    if not kinds or max(kinds.values()) > 1 or any(formation.seats < 1 for formation in notice.formations):
        yield Fault(code="vacancy.seats", about="formations")
    free = sum(post.free(need) for need in set(notice.needs))
    seats = sum(formation.seats for formation in notice.formations)
    if seats > free:
        yield Fault(code="notice.above_fixed", about=f"{seats} > {free}")


def _competence_faults(notice: VacancyPublished, pack: Pack, post: Post) -> Iterator[Fault]:
    """What a competence stage tests stands in the job analysis."""
    for stage in notice.scheme.stages:
        if stage.id in pack.stages and pack.stages[stage.id].from_analysis:
            for one in stage.criteria or ():
                if one.id not in post.competences:
                    yield Fault(code="notice.competence", about=one.id)


def _requirement_faults(notice: VacancyPublished) -> Iterator[Fault]:
    """Every requirement has an id of its own and words: a finding cites it (Gresik 2021)."""
    ids = Counter(one.id for one in notice.requirements)
    if not ids:
        yield Fault(code="notice.requirements", about="")
    for one in notice.requirements:
        if not one.id.strip() or not one.words.strip() or ids[one.id] > 1:
            yield Fault(code="notice.requirements", about=one.id)


def _timeline_faults(timeline: Mapping[str, dt.datetime], at: dt.datetime, kind: str) -> Iterator[Fault]:
    """Phases in order, none before the notice; where people apply here, fifteen days."""
    known = [phase for phase in PHASES if phase in timeline]
    if known[:2] != ["apply_from", "until"] or len(known) != len(timeline):
        yield Fault(code="timeline.phases", about=", ".join(sorted(timeline)))
        return
    for first, second in pairwise(known):
        if timeline[first] > timeline[second] or (second == "until" and timeline[first] == timeline[second]):
            yield Fault(code="timeline.order", about=second)
    if timeline["apply_from"] < at:
        yield Fault(code="timeline.past", about="apply_from")
    if kind in PANEL_ROUNDS and timeline["until"] - timeline["apply_from"] < SHORTEST:
        yield Fault(code="timeline.short", about="until")


@cache
def _pack(name: str) -> Pack | None:
    return packs.load(name) if name in packs.names() else None
