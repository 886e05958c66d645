"""Marks (nilai) as they come in: `Decimal`, or the decimal string of an event or a row. Never a float."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Context, Decimal, DivisionByZero, InvalidOperation, Overflow

from shared.rules.errors import BadMark

Mark = Decimal | str
Parts = Mapping[str, Mark]
"""The marks of one stage, in points, by part; an absent part counts 0."""
Marks = Mapping[str, Parts]
"""The marks of one candidacy, by stage; an absent stage is not scored yet."""

PLACES = 6
"""A mark has at most this many decimals (no official list prints more than three), so that millionths are exact."""

EXACT = Context(prec=60, rounding=ROUND_HALF_UP, traps=[InvalidOperation, DivisionByZero, Overflow])
"""Our own arithmetic: 60 digits hold every sum and product of marks exactly, whatever the caller's context is."""

_TEXT = re.compile(r"[0-9]+(\.[0-9]+)?", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidacy:
    """One row to be ordered: `key` an alias, `marks` in points by stage and part, `facts` verified numbers such as
    `gpa` (IPK, or the mean grade of a school certificate), `outside` the official code of the list, if it has one.
    """

    key: str
    marks: Marks
    facts: Mapping[str, Mark] = field(default_factory=dict)
    outside: str | None = None


def number(value: Mark) -> Decimal:
    """The value as an exact, finite number; `BadMark` for anything but a `Decimal` or a plain decimal string."""
    if isinstance(value, str) and _TEXT.fullmatch(value):
        return Decimal(value)
    if isinstance(value, Decimal) and value.is_finite():
        return value
    raise BadMark(f"not a decimal number: {value!r}")


def mark(value: Mark, maximum: Decimal, where: str) -> Decimal:
    """A mark between 0 and the maximum, in points, with at most `PLACES` decimals; else `BadMark` says where."""
    points = number(value)
    if not 0 <= points <= maximum:
        raise BadMark(f"{where}: {points} is not between 0 and {maximum}")
    text = str(points)  # taking a decimal apart is slow; one so short cannot have more decimals
    if (len(text) > PLACES + 2 or "E" in text) and -int(points.as_tuple().exponent) > PLACES:
        raise BadMark(f"{where}: {points} has more than {PLACES} decimals")
    return points


def known(parts: Parts, maxima: Mapping[str, Decimal], stage: str) -> None:
    """Refuse a mark for a part that the stage does not have, such as an interview that the notice never named."""
    if not parts.keys() <= maxima.keys():
        extra = ", ".join(sorted(parts.keys() - maxima.keys()))
        raise BadMark(f"{stage} has no part {extra}; known: {', '.join(sorted(maxima))}")


def read(parts: Parts, maxima: Mapping[str, Decimal], stage: str) -> dict[str, Decimal]:
    """Every part of a stage, checked, in the order of `maxima`."""
    known(parts, maxima, stage)
    try:
        return {part: mark(parts.get(part, "0"), limit, part) for part, limit in maxima.items()}
    except BadMark as wrong:
        raise BadMark(f"{stage}.{wrong}") from None
