"""The order of a formation (peringkat): final score, then the tie steps of the pack; never by id, name or arrival.

A tie that no step separates stays open: its members share a place, and the next place skips. Publication waits for it.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from shared.rules.columns import Column, plan
from shared.rules.errors import Contradiction
from shared.rules.marks import EXACT, PLACES, Candidacy
from shared.rules.orders import Orders
from shared.rules.shapes import Component, Pack
from shared.rules.status import classify
from shared.rules.ties import Order, Ties

__all__ = ["Candidacy", "Entry", "Ranking", "rank"]


class Entry(NamedTuple):
    """One row of the order. `final`: with the pack's decimals, None while a stage is missing; `place`: from 1, None
    outside the order; `hired`: inside the seats; `decided_by`: id of the step that set this entry behind the one above,
    None for the first, for the others of an open tie, and outside the order; `outside`: the official code as given.
    """

    key: str
    final: Decimal | None
    place: int | None
    hired: bool
    decided_by: str | None
    outside: str | None


@dataclass(frozen=True, slots=True)
class Ranking:
    """Entries in order, then those outside it by key. `open_ties`: aliases that nothing has separated, each by key."""

    entries: tuple[Entry, ...]
    open_ties: tuple[tuple[str, ...], ...]


def rank(
    pack: Pack,
    candidacies: Iterable[Candidacy],
    seats: int,
    *,
    by_age: Orders = (),
    decided: Orders = (),
    scheme: tuple[Component, ...] = (),
) -> Ranking:
    """The order of one formation of one kind of need: Permenpan RB 27/2021 art. 48; 6/2024 art. 45(4), by the pack.

    `seats`: its kebutuhan; `by_age`: aliases, older first, as `RankingPublished` keeps them; `decided`: as
    `TieDecided`; `scheme`: the notice's components of a composed stage. Whoever lacks a stage's marks is not in the
    order yet. The input's order changes nothing. Errors: `BadMark`, `UnknownCode`, `Contradiction` (also for one key
    twice).
    """
    rows = list(candidacies)
    if len({row.key for row in rows}) < len(rows):
        raise Contradiction("one key stands for two candidacies")
    scored, unscored = _by_stages(pack, rows)
    columns = plan(pack, scheme).columns([row.marks for row in scored])
    finals = _decimals(pack, columns.final)
    inside, apart = _by_status(pack, scored)
    order = Order()
    if inside:
        Ties(pack.ties, scored, columns, {"older": by_age, "decided": decided}).settle(inside, order)
    others = [_apart(scored[row], finals[row]) for row in apart] + [_apart(row, None) for row in unscored]
    keys = [scored[row].key for row in order.rows]
    return Ranking(
        entries=(*_placed(pack, scored, finals, order, seats), *sorted(others, key=lambda entry: entry.key)),
        open_ties=tuple(tuple(keys[start : start + width]) for start, width in order.open.items()),
    )


def _by_stages(pack: Pack, rows: list[Candidacy]) -> tuple[list[Candidacy], list[Candidacy]]:
    """Who has marks of every stage, and who has not; a stage without any part counts: its parts are 0."""
    scored, unscored = rows, []
    for stage in pack.stages:
        unscored += [row for row in scored if stage not in row.marks]
        scored = [row for row in scored if stage in row.marks]
    return scored, unscored


def _by_status(pack: Pack, rows: list[Candidacy]) -> tuple[list[int], list[int]]:
    """The rows in the order and those outside it, by their official code; without a code: in the order."""
    apart = [n for n, row in enumerate(rows) if row.outside and not classify(pack, row.outside).in_order]
    if not apart:
        return list(range(len(rows))), []
    out = set(apart)
    return [n for n in range(len(rows)) if n not in out], apart


def _decimals(pack: Pack, finals: Column) -> list[Decimal]:
    """Millionths as printed scores with the pack's decimals; equal scores share one value."""
    unit = 10 ** (PLACES - pack.places)
    printed = {final: EXACT.scaleb(Decimal(final // unit), -pack.places) for final in set(finals)}
    return [printed[final] for final in finals]


def _placed(
    pack: Pack, rows: Sequence[Candidacy], finals: Sequence[Decimal], order: Order, seats: int
) -> Iterator[Entry]:
    """Places from 1; a tie that the last seat would split is in or out as a whole, as the pack says."""
    through = pack.tie_at_seats == "through"
    place = last = 0  # the place of this row, and the last place of those who share it
    for nth, (row, reason) in enumerate(zip(order.rows, order.reasons, strict=True)):
        if nth >= last:
            place, last = nth + 1, nth + order.open.get(nth, 1)
        said = rows[row]
        yield Entry(said.key, finals[row], place, (place if through else last) <= seats, reason, said.outside)


def _apart(row: Candidacy, final: Decimal | None) -> Entry:
    return Entry(row.key, final, None, False, None, row.outside)
