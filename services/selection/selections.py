"""The selection of a vacancy, its procedure alone: opened once, its scores opened at once, ranked in versions that
count up, ties decided on the record, one version fixed.

It holds no candidate, so half a million of them do not lengthen it.
"""

from __future__ import annotations

from dataclasses import dataclass

from services.selection import opening, results
from services.selection.opening import AmendRoster, HandOver, OpenScores, OpenSelection
from services.selection.opinions import RecordOpinion, record_three
from services.selection.proceeding import Facts, Open, State, evolve
from services.selection.results import (
    AnnounceStage,
    AnnulStage,
    CancelSelection,
    ExtendObjectionWindow,
    FixRanking,
    RankCandidates,
)
from shared.events import Refused
from shared.events.platform import ListDigest
from shared.events.selection import RankedRow, RankingPublished, SelectionEvent, TieDecided

__all__ = [
    "Command", "DecideTie", "Facts", "OpenSelection", "PublishRanking", "State", "decide", "evolve", "initial",
]  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class DecideTie:
    """Putusan nilai sama: an order for those whom the law leaves equal; `minutes` is the digest of what it rests on. By
    two persons, but for an official list, which prints it."""

    as_of: int
    order: tuple[str, ...]
    how: str
    minutes: str
    ok: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishRanking:
    """Menetapkan peringkat of an official list, computed beside the lock from `inputs` scores and ties among the first
    `as_of` events."""

    ground: str
    as_of: int
    inputs: int
    list: ListDigest
    head: tuple[RankedRow, ...]
    by_age: tuple[tuple[str, ...], ...] = ()
    open_ties: int = 0


LARGEST = 2**53 - 1  # whole numbers of an event

Command = (
    OpenSelection
    | HandOver
    | AmendRoster
    | OpenScores
    | AnnounceStage
    | DecideTie
    | PublishRanking
    | RankCandidates
    | FixRanking
    | ExtendObjectionWindow
    | AnnulStage
    | CancelSelection
    | RecordOpinion
)
initial: State = None


def decide(command: Command, state: State, facts: Facts) -> list[SelectionEvent]:
    """One row, one rule; the first that fits decides."""
    if state is None:
        return _begun(command, facts)
    over = state.cancelled
    match command:
        case OpenSelection() | HandOver() if state.opened == opening.opened(command):
            return []
        case OpenSelection() | HandOver():
            raise Refused("selection.already_open")
        case OpenScores():
            return opening.scores_opened(command, state, facts)
        case CancelSelection() if over is not None and (over.reason, over.words) == (command.reason, command.words):
            return []
        case _ if over is not None:
            raise Refused("selection.cancelled")
        case CancelSelection():
            return results.cancelled(command)
        case RecordOpinion():
            return [*record_three(command, facts.places)]
        case DecideTie():
            return _tie(command, state, facts)
        case PublishRanking():
            return _published(command, state, facts)
    return _on_course(command, state, facts)


def _begun(command: Command, facts: Facts) -> list[SelectionEvent]:
    """The handover comes first."""
    match command:
        case OpenSelection():
            return opening.listed(command, facts)
        case HandOver():
            return opening.handed_over(command)
    raise Refused("selection.not_open")


def _on_course(command: Command, state: Open, facts: Facts) -> list[SelectionEvent]:
    """What a committee does that marks here."""
    match command:
        case AmendRoster():
            return opening.amended(command, state, facts)
        case AnnounceStage():
            return results.announced(command, state, facts)
        case RankCandidates():
            return results.ranked(command, state, facts)
        case FixRanking():
            return results.fixed(command, state, facts)
        case ExtendObjectionWindow():
            return results.extended(command, state, facts)
        case AnnulStage():
            return results.annulled(command, state, facts)
    raise Refused("selection.not_now")


def _tie(command: DecideTie, state: Open, facts: Facts) -> list[SelectionEvent]:
    """An order that can hold beside the earlier ones, on the marks as they stand."""
    order = command.order
    if any(tie.order == order for tie in state.ties):
        return []
    if len(set(order)) != len(order) or len(order) < 2:
        raise Refused("tie.order")
    if not results.agree(*(tie.order for tie in state.ties), order):
        raise Refused("tie.decided_otherwise")
    if state.fixed is not None:
        raise Refused("selection.fixed")
    _check_as_of(command.as_of, facts)
    if facts.procedure.course is not None and command.ok is None:
        raise Refused("act.needs_approval")
    return [TieDecided(as_of=command.as_of, order=order, how=command.how, minutes=command.minutes, ok=command.ok)]


def _check_as_of(as_of: int, facts: Facts) -> None:
    """A number of events, with every mark among them."""
    if not 0 <= as_of <= LARGEST:
        raise Refused("ranking.as_of")
    if as_of <= facts.procedure.changed_at:
        raise Refused("ranking.score_newer")


def _published(command: PublishRanking, state: Open, facts: Facts) -> list[SelectionEvent]:
    """An official list's order; one that is marked here is ranked by `RankCandidates`."""
    of, last = command.list, state.ranking
    if facts.procedure.course is not None:
        raise Refused("ranking.of_a_panel")
    _check_as_of(command.as_of, facts)
    if command.inputs != facts.procedure.inputs:
        raise Refused("ranking.stale")
    if command.open_ties:
        raise Refused("ranking.tie_left_open")
    if not results.agree(*command.by_age):
        raise Refused("tie.order")
    if not 0 <= of.rows <= facts.procedure.roster or len(command.head) > of.rows:
        raise Refused("ranking.rows")
    if not results.in_order(command.head):
        raise Refused("ranking.head")
    if last is not None and _same(last, command):
        return []
    return [_ranking(command, 1 if last is None else last.version + 1)]


def _ranking(command: PublishRanking, version: int) -> RankingPublished:
    return RankingPublished(
        version=version,
        ground=command.ground,
        as_of=command.as_of,
        list=command.list,
        head=command.head,
        by_age=command.by_age,
    )


def _same(last: RankingPublished, command: PublishRanking) -> bool:
    """The same order from the same scores: publishing it again would say nothing."""
    return (last.list, last.head, last.by_age) == (command.list, command.head, command.by_age)
