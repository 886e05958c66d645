"""The tie steps of a pack over one list, from the final score down to what people state; never id, name or arrival."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import accumulate, chain, pairwise

from shared.rules.columns import Column, Columns
from shared.rules.marks import Candidacy, number
from shared.rules.orders import Orders, split
from shared.rules.shapes import TieStep

Parted = tuple[Sequence[int], list[int]]
"""Rows in order, and where each group of equals begins; the last number is the end."""


@dataclass(frozen=True, slots=True)
class Order:
    """Rows in order, why each stands behind the one above (None: it does not), and the open ties: first index to width.

    Flat on purpose: a list per group would keep the garbage collector busy for longer than the sorting takes.
    """

    rows: list[int] = field(default_factory=list)
    reasons: list[str | None] = field(default_factory=list)
    open: dict[int, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Ties:
    """The steps of a pack over the columns of one list; a candidacy is its row number."""

    steps: tuple[TieStep, ...]
    rows: Sequence[Candidacy]
    columns: Columns
    stated: Mapping[str, Orders]

    def settle(self, tied: Sequence[int], order: Order, at: int = 0, reason: str | None = None) -> None:
        """Append rows that are equal on every step before `at`; `reason` set them behind those already there."""
        for nth in range(at, len(self.steps)):
            parted, bounds = self._parted(tied, self.steps[nth])
            if len(bounds) > 2:
                for start, end in pairwise(bounds):
                    if end - start == 1:
                        order.rows.append(parted[start])
                        order.reasons.append(reason)
                    else:
                        self.settle(parted[start:end], order, nth + 1, reason)
                    reason = self.steps[nth].id
                return
        if len(tied) > 1:
            order.open[len(order.rows)] = len(tied)
        order.rows.extend(sorted(tied, key=lambda row: self.rows[row].key))  # says nothing, but is the same every time
        order.reasons.extend([reason, *[None] * (len(tied) - 1)])

    def _parted(self, tied: Sequence[int], step: TieStep) -> Parted:
        match step.kind:
            case "final":
                return _by_value(tied, self.columns.final)
            case "total":
                return _by_value(tied, self.columns.totals[step.stage])
            case "part":
                return _by_value(tied, self.columns.parts[step.stage, step.part])
            case "step":
                return _by_value(tied, self.columns.steps[step.step])
            case "fact":
                return self._by_fact(tied, step.fact)
        return self._by_order(tied, self.stated[step.kind])

    def _by_fact(self, tied: Sequence[int], fact: str) -> Parted:
        """A fact that one of the tied lacks separates none of them: whom the law does not compare on it cannot win by
        it, and comparing only the others could go in a circle with the step after (A over B by grade, B over C over A
        by age).
        """
        said = {row: self.rows[row].facts.get(fact) for row in tied}
        values = {row: number(value) for row, value in said.items() if value is not None}
        return _by_value(tied, values) if len(values) == len(tied) else (tied, [0, len(tied)])

    def _by_order(self, tied: Sequence[int], orders: Orders) -> Parted:
        rows = {self.rows[row].key: row for row in tied}
        groups = split(tuple(rows), orders)
        return [rows[key] for key in chain(*groups)], [0, *accumulate(map(len, groups))]


def _by_value(tied: Sequence[int], column: Column | Mapping[int, Decimal]) -> Parted:
    """The higher value first, equal values together."""
    ordered = sorted(tied, key=column.__getitem__, reverse=True)
    values = [column[row] for row in ordered]
    changes = [n for n in range(1, len(values)) if values[n] != values[n - 1]]
    return ordered, [0, *changes, len(ordered)]
