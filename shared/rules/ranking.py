"""The order of a formation (peringkat): final score, then the tie steps of the pack; never by id, name or arrival.

A tie that no step separates stays open: its members share a place, and the next place skips. Publication waits for it.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

from shared.rules.columns import Column, Columns, plan
from shared.rules.errors import Contradiction
from shared.rules.marks import EXACT, PLACES, Candidacy
from shared.rules.orders import Orders
from shared.rules.shapes import Component, Pack
from shared.rules.status import classify
from shared.rules.thresholds import below
from shared.rules.ties import Order, Ties

__all__ = ["Candidacy", "Entry", "Ranking", "rank", "three_best"]

PROPOSED = 3


class Entry(NamedTuple):
    """One row of the order. `final`: with the pack's decimals, None while a stage is missing; `place`: from 1, None
    outside the order; `hired`: inside the seats; `decided_by`: id of the step that set this entry behind the one above,
    None for the first, for the others of an open tie, and outside the order; `outside`: the official code as given, or
    the pack's for who missed a minimum (`thresholds.below` says which).
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
    order yet, and whoever misses a minimum of the pack never is. The input's order changes nothing. Errors: `BadMark`,
    `UnknownCode`, `MissingStage` (no scheme says what a stage is made of), `Contradiction` (also for one key twice).
    """
    rows = list(candidacies)
    if len({row.key for row in rows}) < len(rows):
        raise Contradiction("one key stands for two candidacies")
    scored, unscored = _by_stages(pack, rows)
    columns = plan(pack, scheme).columns([row.marks for row in scored])
    finals = _decimals(pack, columns.final)
    inside, apart = _by_status(pack, scored)
    under = _under(pack, columns, inside) if pack.minimums else {}
    order = Order()
    if len(inside) > len(under):
        able = [row for row in inside if row not in under] if under else inside
        Ties(pack.ties, scored, columns, {"older": by_age, "decided": decided}).settle(able, order)
    others = [_apart(scored[row], finals[row], scored[row].outside) for row in apart]
    others += [_apart(scored[row], finals[row], code) for row, code in under.items()]
    others += [_apart(row, None, row.outside or _code(pack, below(pack, row.marks, scheme))) for row in unscored]
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


def _under(pack: Pack, columns: Columns, inside: Collection[int]) -> dict[int, str]:
    """The rows that miss a minimum of the pack, with the code of the first."""
    found: dict[int, str] = {}
    for name, minimum in pack.minimums.items():
        column, least = columns.steps[pack.composed(name).id], EXACT.scaleb(minimum.least, PLACES)
        found |= {row: minimum.code for row in inside if row not in found and column[row] < least}
    return found


def _code(pack: Pack, missed: str | None) -> str | None:
    return None if missed is None else pack.minimums[missed].code


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


def _apart(row: Candidacy, final: Decimal | None, outside: str | None) -> Entry:
    return Entry(row.key, final, None, False, None, outside)


def three_best(ranking: Ranking, left: Collection[str] = ()) -> tuple[str, ...]:
    """Who is proposed to the appointing official (PPK): the first three, PP 11/2017 art. 127; if one of them `left`,
    the next place joins. Those who share a place that reaches beyond the third wait until their tie is decided.
    """
    placed = [entry for entry in ranking.entries if entry.place is not None and entry.key not in left]
    proposed: list[str] = []
    for _, tied in groupby(placed, key=attrgetter("place")):
        together = [entry.key for entry in tied]
        if len(proposed) + len(together) > PROPOSED:
            break
        proposed += together
    return tuple(proposed)
