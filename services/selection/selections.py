"""The selection of a vacancy, its procedure alone: opened once, ranked in versions that count up, ties decided on the
record.

It holds no candidate, so half a million of them do not lengthen it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from services.selection.facts import Attendance, Procedure
from services.selection.kinds import is_kind
from shared.events import Refused
from shared.events.platform import ListDigest
from shared.events.selection import RankedRow, RankingPublished, SelectionEvent, SelectionOpened, TieDecided
from shared.rules.errors import Contradiction, UnknownPack
from shared.rules.orders import split
from shared.rules.pinned import pinned


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenSelection:
    """Serah terima: the roster is handed over; `source` is the import's digest, or intake's position."""

    scheme: str
    pack_digest: str
    roster: ListDigest
    source: str
    seats: Mapping[str, int] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DecideTie:
    """Putusan nilai sama: an order for those whom the law leaves equal; `minutes` is the digest of what it rests on."""

    as_of: int
    order: tuple[str, ...]
    how: str
    minutes: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishRanking:
    """Menetapkan peringkat, computed beside the lock from `inputs` scores and ties among the first `as_of` events."""

    ground: str
    as_of: int
    inputs: int
    list: ListDigest
    head: tuple[RankedRow, ...]
    by_age: tuple[tuple[str, ...], ...] = ()
    open_ties: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What other streams of this ledger say."""

    procedure: Procedure
    attendance: Attendance


@dataclass(frozen=True, slots=True)
class Open:
    """Handed over as this; the last ranking, and the ties that were decided."""

    opened: SelectionOpened
    ranking: RankingPublished | None = None
    ties: tuple[TieDecided, ...] = ()


MOST_SEATS = 1_000_000  # of one kind in one vacancy
HEAD = 200  # rows that a publication carries itself
LARGEST = 2**53 - 1  # whole numbers of an event

Command = OpenSelection | DecideTie | PublishRanking
State = Open | None
initial: State = None


def decide(command: Command, state: State, facts: Facts) -> list[SelectionEvent]:
    """One row, one rule; the first that fits decides."""
    match state, command:
        case None, OpenSelection() if not facts.attendance.rows:
            raise Refused("selection.source_unknown")
        case None, OpenSelection(pack_digest=digest) if not _is_pack(digest):
            raise Refused("selection.pack_unknown")
        case None, OpenSelection(roster=roster, seats=seats) if roster.rows < 0 or not _are_seats(seats or {}):
            raise Refused("selection.seats")
        case None, OpenSelection():
            return [_opened(command)]
        case Open(opened), OpenSelection() if opened == _opened(command):
            return []
        case Open(), OpenSelection():
            raise Refused("selection.already_open")
        case None, _:
            raise Refused("selection.not_open")
        case Open(_, _, ties), DecideTie(order=order) if any(tie.order == order for tie in ties):
            return []
        case _, DecideTie(order=order) if len(set(order)) != len(order) or len(order) < 2:
            raise Refused("tie.order")
        case Open(_, _, ties), DecideTie(order=order) if not _agree(*(tie.order for tie in ties), order):
            raise Refused("tie.decided_otherwise")
        case _, DecideTie(as_of=as_of) | PublishRanking(as_of=as_of) if not 0 <= as_of <= LARGEST:
            raise Refused("ranking.as_of")
        case _, DecideTie(as_of=as_of) | PublishRanking(as_of=as_of) if as_of <= facts.procedure.changed_at:
            raise Refused("ranking.score_newer")
        case _, DecideTie(as_of=as_of, order=order, how=how, minutes=minutes):
            return [TieDecided(as_of=as_of, order=order, how=how, minutes=minutes)]
        case _, PublishRanking(inputs=inputs) if inputs != facts.procedure.inputs:
            raise Refused("ranking.stale")
        case _, PublishRanking(open_ties=open_ties) if open_ties:
            raise Refused("ranking.tie_left_open")
        case _, PublishRanking(by_age=by_age) if not _agree(*by_age):
            raise Refused("tie.order")
        case _, PublishRanking(list=of, head=head) if not 0 <= of.rows <= facts.procedure.roster or len(head) > of.rows:
            raise Refused("ranking.rows")
        case _, PublishRanking(head=head) if not _in_order(head):
            raise Refused("ranking.head")
        case Open(_, RankingPublished() as last), PublishRanking() if _same(last, command):
            return []
        case Open(_, last), PublishRanking():
            return [_ranking(command, 1 if last is None else last.version + 1)]
    raise Refused("selection.not_now")


def evolve(state: State, event: SelectionEvent) -> State:
    """What is true once it has happened."""
    match state, event:
        case _, SelectionOpened():
            return Open(event)
        case Open(opened, ranking, ties), TieDecided():
            return Open(opened, ranking, (*ties, event))
        case Open(opened, _, ties), RankingPublished():
            return Open(opened, event, ties)
    return state


def _agree(*stated: tuple[str, ...]) -> bool:
    """Whether all orders can hold at once; two that cannot would stop whoever ranks by them."""
    try:
        split(tuple({alias for one in stated for alias in one}), stated)
    except Contradiction:
        return False
    return True


def _is_pack(digest: str) -> bool:
    try:
        pinned(digest)
    except UnknownPack:
        return False
    return True


def _are_seats(seats: Mapping[str, int]) -> bool:
    return all(is_kind(kind) and type(of) is int and 0 <= of <= MOST_SEATS for kind, of in seats.items())


def _in_order(head: Sequence[RankedRow]) -> bool:
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


def _opened(command: OpenSelection) -> SelectionOpened:
    return SelectionOpened(
        scheme=command.scheme,
        pack_digest=command.pack_digest,
        roster=command.roster,
        source=command.source,
        seats=command.seats,
    )


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
