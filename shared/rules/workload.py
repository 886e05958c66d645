"""Workload of a post (ABK, Permenpan RB 1/2020): how many people its tasks need, how many are missing, how busy those
there are.

The total comes first and is rounded once per post, never per task; a surplus in one unit never hides a deficit in
another, so a gap is one unit's and one post's.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from shared.rules.errors import UnknownKind, UnknownPack
from shared.rules.marks import EXACT

TIMES = {"year": 1, "month": 12, "week": 50, "day": 250}  # a year's volume; five days in each of fifty weeks
CLASSES = (("B", Decimal("0.90")), ("C", Decimal("0.70")), ("D", Decimal("0.50")))  # A is above 1.00, E below all


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """How a total becomes seats. The regulation's rounding was not seen: half-up unless the agency's rule says ceil."""

    name: str
    rounding: str
    law: str


METHODS = {
    method.name: method
    for method in (
        Method(name="abk-2020", rounding="half_up", law="Permenpan RB 1/2020"),
        Method(name="abk-2020-ceil", rounding="ceil", law="Permenpan RB 1/2020"),
    )
}
HOURS = Decimal(1250)  # WKE of a year: 75,000 minutes; 1,500 where a unit works six days a week


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """One task's volume, in units per `per`, each of so many minutes."""

    volume: Decimal
    per: str
    minutes: Decimal


def total(loads: Iterable[Load]) -> Decimal:
    """Minutes in a year; `UnknownKind` for a period that is none."""
    made = Decimal(0)
    for load in loads:
        if load.per not in TIMES:
            raise UnknownKind(f"no period {load.per!r}; known: {', '.join(TIMES)}")
        made = EXACT.add(made, EXACT.multiply(EXACT.multiply(load.volume, load.minutes), Decimal(TIMES[load.per])))
    return made


def needed(loads: Iterable[Load], *, hours: Decimal = HOURS, method: str = "abk-2020") -> int:
    """People that the post needs in a unit: the total over the effective time, rounded once."""
    if method not in METHODS:
        raise UnknownPack(f"no method of workload {method!r}; known: {', '.join(METHODS)}")
    minutes, each = total(loads), EXACT.multiply(hours, Decimal(60))
    whole, rest = EXACT.divmod(minutes, each)
    up = rest > 0 if METHODS[method].rounding == "ceil" else EXACT.add(rest, rest) >= each
    return int(whole) + up


def gap(need: int, staff: int) -> int:
    """Missing people of one post in one unit; negative where there are too many."""
    return need - staff


def efficiency(loads: Iterable[Load], staff: int, *, hours: Decimal = HOURS) -> str | None:
    """Efektivitas jabatan as its class: A above 1.00, B from 0.90, C from 0.70, D from 0.50, E below; None without
    staff."""
    if staff < 1:
        return None
    minutes, there = total(loads), EXACT.multiply(EXACT.multiply(hours, Decimal(60)), Decimal(staff))
    if minutes > there:
        return "A"
    return next((name for name, least in CLASSES if minutes >= EXACT.multiply(there, least)), "E")
