"""Lesson hours (JP) of an officer in a calendar year: 20 are a duty (PP 11/2017 art. 203(4) jo PP 17/2020)."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from shared.rules.errors import BadMark
from shared.rules.marks import EXACT

DUTY = Decimal(20)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """A training of so many lesson hours, finished on a day; `certificate` is the digest of its certificate."""

    hours: Decimal
    on: dt.date
    certificate: str


def hours(trainings: Iterable[Finished], year: int) -> Decimal:
    """Lesson hours that count in a year: in the one in which a training was finished, each certificate once, by its
    earliest day; `BadMark` for hours that are none.
    """
    given = tuple(trainings)
    for one in given:
        if not (one.hours.is_finite() and one.hours > 0):
            raise BadMark(f"{one.hours} lesson hours are none")
    once: dict[str, Finished] = {}
    for one in sorted(given, key=lambda training: (training.on, training.hours)):
        once.setdefault(one.certificate, one)
    total = Decimal(0)
    for one in once.values():
        total = EXACT.add(total, one.hours if one.on.year == year else Decimal(0))
    return total


def short(trainings: Iterable[Finished], year: int, duty: Decimal = DUTY) -> Decimal:
    """Lesson hours that are missing in a year, 0 if none."""
    return max(Decimal(0), EXACT.subtract(duty, hours(trainings, year)))
