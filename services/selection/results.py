"""Results: a stage's marks announced, candidates ranked in versions that count up, the last one fixed; and what ends a
stage or a whole selection. Lists are made beside the lock and judged under it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import ClassVar, Final

from services.selection.attempts import attempted
from services.selection.candidacy import event_of
from services.selection.course import Course
from services.selection.kinds import is_kind
from services.selection.proceeding import Facts, Open, course_of
from shared.events import Refused
from shared.events.platform import ListDigest
from shared.events.selection import (
    ObjectionWindowExtended,
    RankedRow,
    RankingFixed,
    RankingPublished,
    SelectionCancelled,
    SelectionEvent,
    StageAnnulled,
    StageResultAnnounced,
)
from shared.rules import calendar
from shared.rules.calendar import arrived
from shared.rules.errors import Contradiction
from shared.rules.orders import split
from shared.rules.pinned import pinned

OBJECTION_DAYS: Final = 3  # Permenpan RB 28/2021 art. 31
HEAD: Final = 200  # rows that a publication carries itself


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnounceStage:
    """Mengumumkan hasil tahap, by the committee: everybody's mark, and who goes on (`next`), by the pack's floors and
    line; made of `inputs` among the first `as_of` events, `unscored` came and have no mark yet."""

    PREPARED: ClassVar = ("list", "next", "counts", "as_of", "inputs", "unscored")

    stage: str
    list: ListDigest | None = None
    next: ListDigest | None = None
    counts: Mapping[str, int] | None = None
    as_of: int = 0
    inputs: int = 0
    unscored: int = 0
    at: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RankCandidates:
    """Menetapkan peringkat, by the committee: the whole publication is made beside the lock from `inputs` among the
    first `as_of` events; `by_age` is people's answer about equals, `open_ties` those that nothing separates."""

    PREPARED: ClassVar = ("list", "head", "by_age", "as_of", "inputs", "open_ties", "unscored")

    ground: str
    words: str | None = None
    list: ListDigest | None = None
    head: tuple[RankedRow, ...] = ()
    by_age: tuple[tuple[str, ...], ...] = ()
    as_of: int = 0
    inputs: int = 0
    open_ties: int = 0
    unscored: int = 0
    at: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FixRanking:
    """Menetapkan hasil, by the chair and a second person: this version holds; `minutes` is the digest of the record."""

    version: int
    minutes: str
    at: str | None = None
    ok: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtendObjectionWindow:
    """Memperpanjang masa sanggah, by the committee and a second person: of the ranking, or of a stage; only later."""

    announcement: int
    until: dt.datetime
    words: str
    stage: str | None = None
    at: str | None = None
    ok: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnulStage:
    """Membatalkan tahap, by the committee and a second person, by an order (of a court, an inspector), in public
    words."""

    stage: str
    order: str
    words: str
    ok: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelSelection:
    """Membatalkan seleksi, by the PPK and a second person, in public words."""

    reason: str
    words: str
    ok: str | None = None


def announced(command: AnnounceStage, state: Open, facts: Facts) -> list[SelectionEvent]:
    """Every one who came is scored, nothing is open; a next version once the window of the last is over."""
    course, at, last = course_of(facts), arrived(command.at), state.announced.get(command.stage)
    if last is not None and (last.list, last.next, last.counts) == (command.list, command.next, command.counts):
        return []
    if command.stage not in course.stages:
        raise attempted(command, "score.stage_unknown")
    _check_stage(course, command.stage)
    if course.objections:
        raise Refused("ranking.objection_open")
    _check_window(course, command.stage, at)
    if command.list is None or command.next is None or not _is_current(command, facts):
        raise Refused("stage.stale")
    if command.unscored or not command.list.rows:
        raise Refused("stage.unscored")
    return [
        StageResultAnnounced(
            stage=command.stage,
            version=1 if last is None else last.version + 1,
            as_of=command.as_of,
            list=command.list,
            next=command.next,
            counts=command.counts or {},
            until=calendar.window_end(at, OBJECTION_DAYS),
        )
    ]


def ranked(command: RankCandidates, state: Open, facts: Facts) -> list[SelectionEvent]:
    """By every stage of the notice and nothing else, from all marks, without an open tie; never while the last
    version may still be objected to, or somebody waits for an answer."""
    course, at, last = course_of(facts), arrived(command.at), state.ranking
    if last is not None and _is_said(command, last) and last.as_of > facts.procedure.changed_at:
        return []
    if state.fixed is not None:
        raise Refused("selection.fixed")
    if course.objections:
        raise Refused("ranking.objection_open")
    for stage in course.stages:
        _check_stage(course, stage)
    if unannounced(facts.procedure.pack, course, course.stages):
        raise Refused("stage.unannounced")
    _check_window(course, None, at)
    if command.list is None or not _is_current(command, facts):
        raise Refused("ranking.stale")
    if command.unscored:
        raise Refused("ranking.unscored")
    if command.open_ties:
        raise Refused("ranking.tie_left_open")
    _check_list(command, command.list, course, facts)
    return [
        RankingPublished(
            version=1 if last is None else last.version + 1,
            ground=command.ground,
            as_of=command.as_of,
            list=command.list,
            head=command.head,
            by_age=command.by_age,
            until=calendar.window_end(at, OBJECTION_DAYS),
            words=command.words,
        )
    ]


def unannounced(pack: str, course: Course, stages: Iterable[str]) -> tuple[str, ...]:
    """Those of these stages that draw a line (TEST 31), by the pack of this digest, and have not said who is behind
    it."""
    cuts = pinned(pack).cuts
    return tuple(one for one in stages if one in cuts and one not in course.announced and one not in course.annulled)


def _check_stage(course: Course, stage: str) -> None:
    """Opened, where a panel marks it, and not annulled."""
    if stage in course.annulled:
        raise Refused("stage.annulled")
    if course.stages[stage].is_by_panel and stage not in course.opened:
        raise Refused("stage.unopened")


def _check_window(course: Course, stage: str | None, at: dt.datetime) -> None:
    window = course.window(stage)
    if window is not None and at < window.until:
        raise Refused("ranking.window_open")


def _is_current(command: AnnounceStage | RankCandidates, facts: Facts) -> bool:
    """Made from everything that counts now."""
    return command.as_of > facts.procedure.changed_at and command.inputs == facts.procedure.inputs


def _check_list(command: RankCandidates, of: ListDigest, course: Course, facts: Facts) -> None:
    """A head of its list, no longer than the roster; only stages of the notice, each within its weight, that sum to the
    final score."""
    if not agree(*command.by_age):
        raise Refused("tie.order")
    if not 0 <= of.rows <= facts.procedure.roster or len(command.head) > of.rows:
        raise Refused("ranking.rows")
    if not in_order(command.head):
        raise Refused("ranking.head")
    for row in command.head:
        if row.stages.keys() != course.stages.keys():
            raise attempted(command, "ranking.stage_unknown")
        if any(value > course.stages[stage].weight for stage, value in row.stages.items()):
            raise attempted(command, "ranking.weight")
        if sum(row.stages.values(), Decimal()) != row.final:
            raise attempted(command, "ranking.weight")


def _is_said(command: RankCandidates, last: RankingPublished) -> bool:
    """The same order, from whatever marks."""
    return (last.list, last.head, last.by_age) == (command.list, command.head, command.by_age)


def agree(*stated: tuple[str, ...]) -> bool:
    """Whether all orders can hold at once; two that cannot would stop whoever ranks by them."""
    try:
        split(tuple({alias for one in stated for alias in one}), stated)
    except Contradiction:
        return False
    return True


def in_order(head: Sequence[RankedRow]) -> bool:
    """Kind by kind the places count from 1, the next skips after a shared one, nobody stands there twice, and it is a
    head."""
    places: dict[str, list[int]] = {}
    for row in head:
        above = places.setdefault(row.kind, [])
        if row.place not in (len(above) + 1, *above[-1:]) or not is_kind(row.kind):
            return False
        above.append(row.place)
    in_kinds = [row.kind for row in head]
    return len(head) <= HEAD and in_kinds == sorted(in_kinds) and len({row.alias for row in head}) == len(head)


def fixed(command: FixRanking, state: Open, facts: Facts) -> list[SelectionEvent]:
    """The last version, when nobody may object any more and no objection or newer mark is open."""
    last, at = state.ranking, arrived(command.at)
    if state.fixed is not None and (state.fixed.version, state.fixed.minutes) == (command.version, command.minutes):
        return []
    if state.fixed is not None:
        raise Refused("selection.fixed")
    if last is None or last.version != command.version:
        raise Refused("ranking.version")
    course = facts.procedure.course
    if course is not None and course.objections:
        raise Refused("ranking.objection_open")
    if course is not None:
        _check_window(course, None, at)
    if last.as_of <= facts.procedure.changed_at:
        raise Refused("ranking.score_newer")
    if command.ok is None:
        raise Refused("act.needs_approval")
    return [RankingFixed(version=command.version, minutes=command.minutes, ok=command.ok)]


def extended(command: ExtendObjectionWindow, state: Open, facts: Facts) -> list[SelectionEvent]:
    """Of the last announcement, later only, in public words; before the result is fixed."""
    course = course_of(facts)
    made: ObjectionWindowExtended = event_of(ObjectionWindowExtended, command)
    if state.extended is not None and replace(state.extended, ok=made.ok) == made:
        return []
    if state.fixed is not None:
        raise Refused("selection.fixed")
    window = course.window(command.stage)
    if window is None or window.version != command.announcement:
        raise Refused("objection.announcement")
    if command.until <= max(window.until, arrived(command.at)):
        raise Refused("window.shorter")
    if not command.words.strip():
        raise Refused("selection.without_reason")
    if command.ok is None:
        raise Refused("act.needs_approval")
    return [made]


def annulled(command: AnnulStage, state: Open, facts: Facts) -> list[SelectionEvent]:
    """Once, of a stage of the notice, before the result is fixed."""
    course = course_of(facts)
    made: StageAnnulled = event_of(StageAnnulled, command)
    before = state.annulled.get(command.stage)
    if before is not None and replace(before, ok=made.ok) == made:
        return []
    if before is not None:
        raise Refused("stage.annulled")
    if command.stage not in course.stages:
        raise attempted(command, "score.stage_unknown")
    if state.fixed is not None:
        raise Refused("selection.fixed")
    if not command.order.strip() or not command.words.strip():
        raise Refused("selection.without_reason")
    if command.ok is None:
        raise Refused("act.needs_approval")
    return [made]


def cancelled(command: CancelSelection) -> list[SelectionEvent]:
    """For a reason, in public words."""
    if not command.reason.strip() or not command.words.strip():
        raise Refused("selection.without_reason")
    if command.ok is None:
        raise Refused("act.needs_approval")
    return [SelectionCancelled(reason=command.reason, words=command.words, ok=command.ok)]
