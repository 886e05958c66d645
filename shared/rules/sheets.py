"""Score sheets (lembar nilai): whole points per criterion, put together into marks of a stage, exact and rounded
half-up to 3 decimals. PAUH-MERIT and, for a JPT, Permenpan RB 15/2019; nothing is dropped that the notice did not say.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from decimal import Decimal

from shared.rules.errors import BadMark, UnknownKind
from shared.rules.marks import EXACT
from shared.rules.panels import is_result
from shared.rules.shapes import Component

__all__ = ["AGGREGATES", "aggregate", "components", "is_result", "needs_note", "problems", "spread", "wide"]

Sheet = Mapping[str, Decimal]
"""The points of one panelist, by criterion."""

FULL = Decimal(100)  # points of a criterion
LOW, HIGH = 40, 90  # under the one and over the other a sheet needs a note
SPREAD = 20  # points between two sheets; more is flagged
_THREE = Decimal("0.001")


def problems(points: Sheet, criteria: Collection[str]) -> tuple[str, ...]:
    """Why a sheet is none, as codes of refusals: `sheet.criteria`, not exactly the stage's; `sheet.points`, one is not
    whole or not 0 to 100; () if it is one.
    """
    found = []
    if points.keys() != set(criteria):
        found.append("sheet.criteria")
    if not all(map(_is_point, points.values())):
        found.append("sheet.points")
    return tuple(found)


def _is_point(value: Decimal) -> bool:
    return value.is_finite() and not value.is_signed() and value <= FULL and value == value.to_integral_value()


def needs_note(points: Sheet) -> tuple[str, ...]:
    """The criteria marked under 40 or over 90: such a sheet needs a note (catatan)."""
    return tuple(criterion for criterion, value in points.items() if value < LOW or value > HIGH)


def aggregate(sheets: Sequence[Sheet], how: str) -> dict[str, Decimal]:
    """The mark of each criterion, in the order of the first sheet: `mean`; `trimmed`, less one highest and one lowest;
    `median`, for an even number the mean of the middle two.

    `BadMark` if there are too few sheets or they do not mark the same criteria; `UnknownKind` for another way.
    """
    if how not in AGGREGATES:
        raise UnknownKind(f"no aggregate {how!r}; known: {', '.join(AGGREGATES)}")
    if len(sheets) < FEWEST[how]:
        raise BadMark(f"{len(sheets)} sheets, {how} needs {FEWEST[how]}")
    if any(sheet.keys() != sheets[0].keys() for sheet in sheets):
        raise BadMark("the sheets do not mark the same criteria")
    return {criterion: _mark(sorted(sheet[criterion] for sheet in sheets), how) for criterion in sheets[0]}


def _mark(points: Sequence[Decimal], how: str) -> Decimal:
    kept = AGGREGATES[how](points)
    total = Decimal(0)
    for value in kept:
        total = EXACT.add(total, value)
    return EXACT.quantize(EXACT.divide(total, Decimal(len(kept))), _THREE)


AGGREGATES: Mapping[str, Callable[[Sequence[Decimal]], Sequence[Decimal]]] = {
    "mean": lambda points: points,
    "trimmed": lambda points: points[1:-1],
    "median": lambda points: points[(len(points) - 1) // 2 : len(points) // 2 + 1],
}
"""What each way keeps of the points, lowest first, before it takes the mean."""

FEWEST = {"mean": 1, "trimmed": 3, "median": 1}


def spread(sheets: Sequence[Sheet]) -> dict[str, Decimal]:
    """The highest less the lowest points of each criterion; of no sheets: nothing."""
    return {
        criterion: EXACT.subtract(max(points), min(points))
        for criterion in (sheets[0] if sheets else ())
        if (points := [sheet[criterion] for sheet in sheets])
    }


def wide(sheets: Sequence[Sheet]) -> tuple[str, ...]:
    """The criteria on which two sheets are more than 20 points apart: flagged, never dropped."""
    return tuple(criterion for criterion, apart in spread(sheets).items() if apart > SPREAD)


def components(
    stage: str, parts: Mapping[str, Decimal] | None, criteria: Mapping[str, Decimal] | None, weight: Decimal
) -> tuple[Component, ...]:
    """What a stage of a notice is composed of, weights of 100: the criteria that a panel marks, each with its weight
    and 100 points; else the one part of a CAT with its maximum in points and the stage's weight.

    `UnknownKind` if it has neither, or several parts: no rule says how the weight falls to them.
    """
    if criteria:
        return tuple(
            Component(stage=stage, part=criterion, method="panel", maximum=FULL, weight=share)
            for criterion, share in criteria.items()
        )
    if parts is None or len(parts) != 1:
        raise UnknownKind(f"{stage} has neither criteria nor one part: {', '.join(sorted(parts or ()))}")
    ((part, maximum),) = parts.items()
    return (Component(stage=stage, part=part, method="cat", maximum=maximum, weight=weight),)
