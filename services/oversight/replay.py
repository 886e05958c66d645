"""A ranking made again from events alone: as it was at any position, without one stage, or without one panelist.

It folds with the functions of the read model, so that what it tells can differ from the ranking only where the events
differ. Nothing is changed by asking.
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass
from typing import Final

from services.oversight.related import scored
from shared.events import NotFound, Refused, codec
from shared.events.selection import RankedRow, RankingPublished
from shared.ledger import Ledger
from shared.rules.pinned import pinned
from shared.runtime.marking import annul, fold, forget
from shared.runtime.picture import Aliases, Picture, Row
from shared.runtime.places import components_of, settle

ROSE: Final = "rose"
FELL: Final = "fell"
ENTERED: Final = "entered"
LEFT: Final = "left"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A line of an order: place and final score, None outside it."""

    alias: str
    kind: str
    place: int | None
    final: str | None
    hired: bool
    outside: str | None
    tied: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """Whose place would be another: it rose, fell, entered the order, or left it; `into_seats` True or False where
    that changes too."""

    alias: str
    kind: str
    how: str
    was: int | None
    is_: int | None
    final_was: str | None
    final_is: str | None
    into_seats: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """The first line of the last publication that a recount does not find: what was published, what the events say."""

    place: int
    kind: str
    published: str
    recounted: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """The order as the events make it (`before`), and without what was asked to be left out (`after`); the same ones
    where nothing was. `version`: the last publication at that position, `differs`: where a recount as of that
    publication finds another line."""

    vacancy: str
    as_of: int
    without_stage: str | None
    without_panelist: str | None
    version: int
    differs: Difference | None
    before: tuple[Standing, ...]
    after: tuple[Standing, ...]
    moves: tuple[Move, ...]


def replay(
    ledger: Ledger,
    vacancy: str,
    aliases: Aliases,
    *,
    as_of: int | None = None,
    without_stage: str | None = None,
    without_panelist: str | None = None,
) -> Replay:
    """From the first `as_of` events (all, where None). A stage, or a part of one (`skb.practice`), that is left out
    counts 0 for everybody, and its minimum and the final one fall: the rest makes the order.

    NotFound for a vacancy without a selection there; Refused (`replay.stage_unknown`, `replay.panelist_unknown`).
    """
    size = min(ledger.size() if as_of is None else as_of, ledger.size())
    picture, published, recounted = _told(ledger, vacancy, aliases, size)
    if vacancy not in picture.selections:
        raise NotFound(f"{vacancy} has no selection among the first {size} events")
    before = _order(picture, vacancy)
    if without_stage is not None:
        _check_stage(picture, vacancy, without_stage)
        annul(picture, vacancy, without_stage)
    if without_panelist is not None:
        if not any(
            without_panelist in said
            for one in picture.details.get(vacancy, {}).values()
            for said in one.sheets.values()
        ):
            raise Refused("replay.panelist_unknown")
        forget(picture, vacancy, without_panelist)
    after = _order(picture, vacancy)
    return Replay(
        vacancy=vacancy, as_of=size, without_stage=without_stage, without_panelist=without_panelist,
        version=published.version if published else 0,
        differs=_first_difference(published.head, recounted) if published else None,
        before=before, after=after, moves=moved(before, after),
    )  # fmt: skip


def _told(
    ledger: Ledger, vacancy: str, aliases: Aliases, size: int
) -> tuple[Picture, RankingPublished | None, tuple[Standing, ...]]:
    """The picture of all events, the last publication, and the order that its own events make."""
    picture = Picture({}, {}, {})
    published: RankingPublished | None = None
    recounted: tuple[Standing, ...] = ()
    for one in scored(ledger, vacancy, size):
        event = codec.event_of(one)
        fold(picture, one, aliases)
        if isinstance(event, RankingPublished):  # what was stated about ages belongs to it
            published = event
            recounted = _order(picture, vacancy)
    return picture, published, recounted


def _order(picture: Picture, vacancy: str) -> tuple[Standing, ...]:
    """As it stands, by kind and place, whoever is outside behind."""
    of = copy(picture)
    of.rows = {vacancy: dict(picture.rows.get(vacancy, {}))}
    settle(of, vacancy)
    made = sorted(of.rows[vacancy].values(), key=lambda row: (row.kind, row.place is None, row.place or 0, row.alias))
    return tuple(_standing(row) for row in made)


def _standing(row: Row) -> Standing:
    return Standing(
        alias=row.alias, kind=row.kind, place=row.place, final=row.final, hired=bool(row.hired), outside=row.outside,
        tied=bool(row.tied),
    )  # fmt: skip


def _check_stage(picture: Picture, vacancy: str, wanted: str) -> None:
    pack = pinned(picture.selections[vacancy].pack)
    stage, dot, part = wanted.partition(".")
    scheme = components_of(pack, picture.terms_of(vacancy).scheme)
    if stage not in pack.stages or (dot and part not in pack.maxima(stage, scheme)):
        raise Refused("replay.stage_unknown")


def moved(before: tuple[Standing, ...], after: tuple[Standing, ...]) -> tuple[Move, ...]:
    """Whoever's place, or being inside the seats, is another; in the order of the second."""
    was = {one.alias: one for one in before}
    found = (_move(was[one.alias], one) for one in after)
    return tuple(one for one in found if one is not None)


def _move(was: Standing, now: Standing) -> Move | None:
    if (was.place, was.hired) == (now.place, now.hired):
        return None
    if was.place is None or now.place is None:
        how = ENTERED if was.place is None else LEFT
    else:
        how = ROSE if now.place < was.place else FELL
    return Move(
        alias=now.alias, kind=now.kind, how=how, was=was.place, is_=now.place, final_was=was.final,
        final_is=now.final, into_seats=None if was.hired == now.hired else now.hired,
    )  # fmt: skip


def _first_difference(head: tuple[RankedRow, ...], recounted: tuple[Standing, ...]) -> Difference | None:
    found: Mapping[str, Standing] = {one.alias: one for one in recounted}
    for row in head:
        now = found.get(row.alias)
        said = f"{row.place} {codec.decimal(row.final)}"
        is_ = None if now is None or now.place is None else f"{now.place} {now.final}"
        if is_ != said:
            return Difference(place=row.place, kind=row.kind, published=said, recounted=is_)
    return None
