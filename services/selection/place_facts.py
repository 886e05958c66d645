"""Who stands where, and who holds which seat: what a vacancy's seats must know of its ranking and of each other.

One row for a vacancy, folded from its selection and its seats. It keeps the head of a ranking, no more: whoever stands
behind the 200th row is offered nothing from here.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from shared.events import streams
from shared.events.selection import (
    AppointmentOffered,
    AppointmentRevoked,
    CandidateAppointed,
    EmployeeNumberFixed,
    ExternalOpinionRecorded,
    OfferAccepted,
    OfferDeclined,
    RankedRow,
    RankingFixed,
    RankingPublished,
    SelectionCancelled,
    SelectionOpened,
)
from shared.rules.errors import UnknownPack
from shared.rules.pinned import pinned

JPT: Final = "jpt-"  # how the name begins of a pack for a senior post's open selection (Permenpan RB 15/2019)
PROPOSED: Final = 3  # places of it that go to the PPK
HEAD: Final = 200  # rows of a publication that are kept
OFFERED, ACCEPTED, NUMBERED, APPOINTED = "offered", "accepted", "numbered", "appointed"
DECLINED, ENDED = "declined", "ended"  # free again; never again
TAKEN: Final = (OFFERED, ACCEPTED, NUMBERED, APPOINTED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stand:
    """A place of one kind of need."""

    place: int
    alias: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranking:
    """The head of one version, kind by kind, in its order."""

    version: int
    kinds: Mapping[str, tuple[Stand, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """Who was last offered a seat, and what became of it."""

    alias: str
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinion:
    """What an outside body said, of whom, and until which day, included, it holds."""

    verdict: str
    letter: str
    on: dt.date
    until: dt.date | None = None
    of: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """A vacancy's seats by kind, the name of its pack, its last ranking and the one that holds, its holders by seat
    (`kind+n`), those who had an offer and are out of the order (`gone`), and the last opinion of the three."""

    seats: Mapping[str, int] = field(default_factory=dict)
    pack: str = ""
    published: Ranking | None = None
    fixed: Ranking | None = None
    held: Mapping[str, Holding] = field(default_factory=dict)
    gone: tuple[str, ...] = ()
    three: Opinion | None = None
    is_cancelled: bool = False

    @property
    def is_jpt(self) -> bool:
        """The PPK picks one of three, and an outside body is heard."""
        return self.pack.startswith(JPT)

    def order(self, kind: str) -> tuple[Stand, ...]:
        """The fixed places of a kind; nobody where nothing is fixed."""
        return self.fixed.kinds.get(kind, ()) if self.fixed is not None else ()

    def seat_of(self, alias: str) -> str | None:
        """The seat that somebody holds or is offered."""
        return next((seat for seat, one in self.held.items() if one.alias == alias and one.state in TAKEN), None)

    def free(self, kind: str, left: tuple[str, ...] = ()) -> tuple[Stand, ...]:
        """Who may still be offered a seat of this kind, the best first; `left` are out of the selection."""
        out = {*self.gone, *left, *(one.alias for one in self.held.values() if one.state in TAKEN)}
        return tuple(stand for stand in self.order(kind) if stand.alias not in out)

    def proposal(self, kind: str, left: tuple[str, ...] = ()) -> tuple[str, ...]:
        """The three of a senior post: if one leaves, the next place joins (PP 11/2017 art. 127)."""
        return tuple(stand.alias for stand in self.free(kind, left)[:PROPOSED])

    def has_seat(self, seat: str) -> bool:
        """Whether `kind+n` is one of the seats that were handed over, written plainly."""
        kind, _, n = seat.partition("+")
        return n.isdecimal() and n.isascii() and str(int(n)) == n and 1 <= int(n) <= self.seats.get(kind, 0)


NO_PLACES: Final = Places()
_AFTER: Final[Mapping[Any, str]] = {
    OfferAccepted: ACCEPTED,
    OfferDeclined: DECLINED,
    EmployeeNumberFixed: NUMBERED,
    CandidateAppointed: APPOINTED,
    AppointmentRevoked: ENDED,
}


def places_key(stream: str, act: Any) -> str | None:
    """The vacancy of a selection or of a seat."""
    return streams.ident(stream) if streams.category(stream) in ("selection", "seat") else None


def seat_of(stream: str) -> str:
    """`general+1` of `seat-pauh.2027-014+general+1`."""
    return "+".join(streams.parts(stream)[1:])


def fold_places(before: Places, stream: str, event: Any, position: int) -> Places:
    """Once for every event of the vacancy's selection and of its seats."""
    if streams.category(stream) == "seat":
        return _of_seat(before, seat_of(stream), event)
    match event:
        case SelectionOpened(seats=seats, pack_digest=digest):
            return replace(before, seats=seats or {}, pack=pack_name(digest))
        case RankingPublished(version=version, head=head):
            return replace(before, published=Ranking(version=version, kinds=_kinds(head)))
        case RankingFixed(version=version) if before.published is not None and before.published.version == version:
            return replace(before, published=None, fixed=before.published)
        case ExternalOpinionRecorded():
            return replace(before, three=opinion_of(event))
        case SelectionCancelled():
            return replace(before, is_cancelled=True)
    return before


def opinion_of(event: ExternalOpinionRecorded) -> Opinion:
    """What decisions need of it."""
    return Opinion(
        verdict=event.verdict, letter=event.letter, on=event.on, until=event.until, of=event.of or ()
    )  # fmt: skip


def _of_seat(before: Places, seat: str, event: Any) -> Places:
    now = before.held.get(seat)
    if isinstance(event, AppointmentOffered):
        gone = before.gone
        if now is not None and now.state in TAKEN:  # its holder is out of the selection
            gone = _with(gone, now.alias)
        held = {**before.held, seat: Holding(alias=event.alias, state=OFFERED)}
        return replace(before, held=held, gone=gone)
    if now is None:
        return before
    after = _AFTER.get(type(event))
    if after is None:
        return before
    if after == DECLINED and now.state == NUMBERED:  # nobody steps in any more
        after = ENDED
    gone = before.gone if after in TAKEN else _with(before.gone, now.alias)
    return replace(before, held={**before.held, seat: replace(now, state=after)}, gone=gone)


def pack_name(digest: str) -> str:
    """The pack's name: the notice's own word for its formula decides nothing. A selection opens under a known pack."""
    try:
        return pinned(digest).name
    except UnknownPack:
        return ""


def _with(gone: tuple[str, ...], alias: str) -> tuple[str, ...]:
    return gone if alias in gone else (*gone, alias)


def _kinds(head: tuple[RankedRow, ...]) -> Mapping[str, tuple[Stand, ...]]:
    found: dict[str, list[Stand]] = {}
    for row in head[:HEAD]:
        found.setdefault(row.kind, []).append(Stand(place=row.place, alias=row.alias))
    return {kind: tuple(stands) for kind, stands in found.items()}
