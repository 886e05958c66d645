"""The periods of surveys and evaluations: quarters, as `2027-q1` names them."""

from __future__ import annotations

import datetime as dt
import re
from typing import Final, NamedTuple

from shared.rules.calendar import months_later, start_of

_NAME: Final = re.compile(r"([0-9]{4})-q([1-4])", re.ASCII)
DAY: Final = dt.timedelta(days=1)
VALID: Final = 14  # days that a visit's code is good for


class Period(NamedTuple):
    """A quarter: its first and its last day."""

    first: dt.date
    last: dt.date

    @property
    def collected(self) -> dt.datetime:
        """From when every ballot of it stands in the ledger: the second day after it."""
        return start_of(self.last + 2 * DAY)


def period(name: str) -> Period | None:
    """The quarter of that name; None for no name of one."""
    found = _NAME.fullmatch(name)
    if found is None or found[1] == "0000":
        return None
    first = dt.date(int(found[1]), 3 * int(found[2]) - 2, 1)
    return Period(first, months_later(first, 3) - DAY)


def name_of(day: dt.date) -> str:
    """`2027-q1` of 2 March 2027."""
    return f"{day.year:04}-q{(day.month + 2) // 3}"


def last_valid(visit: dt.date) -> dt.date:
    """The last day on which a code of that visit may be used: 14 days later, within the visit's own quarter."""
    own = period(name_of(visit))
    limit = visit + VALID * DAY
    return limit if own is None else min(limit, own.last)


def gathered_on(visit: dt.date) -> dt.date:
    """The day that a visit's ballot is kept under, and all others of its quarter: the quarter's last."""
    own = period(name_of(visit))
    return visit if own is None else own.last


def day_named(text: str) -> dt.date | None:
    """A day as a stream's name writes it, `2027-03-02`; None for anything else."""
    try:
        return dt.date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        return None
