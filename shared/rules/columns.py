"""A pack's formula on a whole list at once: marks as columns of whole millionths, exact, in plain integers.

The same numbers as `scores.evaluate` (a property test says so), a few hundred nanoseconds a candidacy. A column is a
list of integers, one per row; every value, rounded or not, is in millionths, so any step may use any other.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache, reduce
from operator import add

from shared.rules.errors import MissingStage
from shared.rules.marks import EXACT, PLACES, Mark, Marks, known, mark
from shared.rules.shapes import Component, FormulaStep, Pack

Column = list[int]

_ONE, _HUNDRED = Decimal(1), Decimal(100)
_REMEMBERED = 65_536  # marks per part; lists print a few hundred different ones


class _Reader(dict[Mark, int]):
    """The marks of one part in millionths; each different mark is read and checked once."""

    def __init__(self, where: str, maximum: Decimal) -> None:
        super().__init__()
        self.where = where
        self.maximum = maximum

    def __missing__(self, value: Mark) -> int:
        read = int(EXACT.scaleb(mark(value, self.maximum, self.where), PLACES))
        if len(self) < _REMEMBERED:
            self[value] = read
        return read


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of a list: every part, every stage's total, the final score, and those steps of the sum that the
    pack's ties and minimums ask for."""

    parts: dict[tuple[str, str], Column]
    totals: dict[str, Column]
    final: Column
    steps: dict[str, Column]


@dataclass(frozen=True, slots=True)
class Plan:
    """A pack with the scheme of one notice, ready to read lists."""

    pack: Pack
    scheme: tuple[Component, ...]
    readers: dict[str, dict[str, _Reader]]
    kept: frozenset[str]

    def columns(self, rows: Sequence[Marks]) -> Columns:
        """The columns of these rows, which must have marks of every stage; errors as in `scores.evaluate`."""
        parts: dict[tuple[str, str], Column] = {}
        totals: dict[str, Column] = {}
        for stage, readers in self.readers.items():
            if rows and not readers:
                raise MissingStage(f"no scheme says what {stage} is made of")
            marks = [row[stage] for row in rows]
            named = dict.fromkeys(set().union(*marks), "0")
            known(named, self.pack.maxima(stage, self.scheme), stage)
            for part, reader in readers.items():
                parts[stage, part] = [reader[row.get(part, "0")] for row in marks]
            totals[stage] = _added([parts[stage, part] for part in readers])
        values, weighted = dict(totals), dict[str, Column]()
        for rule in self.pack.formula:
            if rule.op == "compose":
                composed = self._weighted(rule.sources[0], parts)
                weighted |= {name: column for name, column in composed.items() if name in self.kept}
                values[rule.id] = _added(list(composed.values()))
            else:
                values[rule.id] = self._value(rule, values)
        steps = weighted | {name: values[name] for name in self.kept & values.keys()}
        return Columns(parts, totals, values[self.pack.formula[-1].id], steps)

    def _value(self, rule: FormulaStep, values: dict[str, Column]) -> Column:
        total = _added([values[source] for source in rule.sources])
        return _rounded(total, _ratio(rule.times, rule.over, rule.by, self.pack.places))

    def _weighted(self, stage: str, parts: dict[tuple[str, str], Column]) -> dict[str, Column]:
        """Each component by its weight, as `stage.part`."""
        made, places = {}, self.pack.places
        for component in self.pack.components(stage, self.scheme):
            scaled = _rounded(parts[stage, component.part], _ratio(_HUNDRED, component.maximum, _ONE, places))
            name = f"{stage}.{component.part}"
            made[name] = _rounded(scaled, _ratio(component.weight, _HUNDRED, _ONE, places))
        return made


@lru_cache(maxsize=256)
def _ratio(times: Decimal, over: Decimal, by: Decimal, places: int) -> tuple[int, int, int]:
    """times / over * by as whole numbers: numerator, denominator, and the unit of the last decimal in millionths."""
    unit: int = 10 ** (PLACES - places)
    ratio = Fraction(times) / Fraction(over) * Fraction(by) / unit
    return ratio.numerator, ratio.denominator, unit


def _rounded(column: Column, ratio: tuple[int, int, int]) -> Column:
    """column * ratio, half-up at the pack's decimals: floor(x + 1/2) in whole units of the last decimal."""
    numerator, denominator, unit = ratio
    up, down = 2 * numerator, 2 * denominator
    return [(value * up + denominator) // down * unit for value in column]


def _added(columns: Sequence[Column]) -> Column:
    return reduce(lambda one, other: list(map(add, one, other)), columns) if columns else []


@lru_cache(maxsize=64)
def plan(pack: Pack, scheme: tuple[Component, ...] = ()) -> Plan:
    """The plan of a pack and the components that a notice names."""
    readers = {
        stage: {part: _Reader(f"{stage}.{part}", limit) for part, limit in pack.maxima(stage, scheme).items()}
        for stage in pack.stages
    }
    asked = {tie.step for tie in pack.ties if tie.kind == "step"} | {pack.composed(one).id for one in pack.minimums}
    return Plan(pack, scheme, readers, frozenset(asked))
