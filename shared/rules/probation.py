"""Probation (masa percobaan): a year for CPNS, three months for local staff, none for PPPK; once more at most."""

import datetime as dt

from shared.rules.calendar import months_later
from shared.rules.errors import Contradiction, UnknownKind

MONTHS = {"cpns": 12, "local": 3, "pppk": 0}
EXTENSIONS = 1


def ends(kind: str, begins: dt.date, extensions: int = 0) -> dt.date | None:
    """The last day: the day before the same date, or the last of a month that lacks the date; None where there is no
    probation. An extension is the same time again, counted from the first day.

    `UnknownKind` for another kind, `Contradiction` for a second extension or one of no probation.
    """
    if kind not in MONTHS:
        raise UnknownKind(f"no probation of {kind!r}; known: {', '.join(MONTHS)}")
    if not 0 <= extensions <= (EXTENSIONS if MONTHS[kind] else 0):
        raise Contradiction(f"the probation of {kind} cannot be extended {extensions} times")
    if not MONTHS[kind]:
        return None
    same = months_later(begins, MONTHS[kind] * (1 + extensions))
    return same - dt.timedelta(days=1) if same.day == begins.day else same


def over(kind: str, begins: dt.date, day: dt.date, extensions: int = 0) -> bool:
    """Whether that day is after the probation."""
    last = ends(kind, begins, extensions)
    return last is None or day > last
