"""Days and windows of the procedure: calendar days in the agency's zone, half-open instants, no clock of its own.

Indonesia's three zones keep their offset all year (since 1988), so a zone is its name and its hours; no table of the
machine is read.
"""

import datetime as dt

from shared.rules.errors import UnknownKind

ZONES = {"Asia/Jakarta": 7, "Asia/Pontianak": 7, "Asia/Makassar": 8, "Asia/Jayapura": 9}
DEFAULT = "Asia/Jakarta"


def zone(name: str = DEFAULT) -> dt.timezone:
    """The zone of an agency; `UnknownKind` names the known ones."""
    if name not in ZONES:
        raise UnknownKind(f"no zone {name!r}; known: {', '.join(ZONES)}")
    return dt.timezone(dt.timedelta(hours=ZONES[name]), name)


def arrived(at: str | None) -> dt.datetime:
    """When a whole request had arrived, as the pipeline fills a command's `at`; without it so late that nothing is in
    time, and days may still be added."""
    return dt.datetime.fromisoformat(at or "9999-01-01T00:00:00Z")


def day_of(moment: dt.datetime, name: str = DEFAULT) -> dt.date:
    """The calendar day there."""
    return moment.astimezone(zone(name)).date()


def start_of(day: dt.date, name: str = DEFAULT) -> dt.datetime:
    """00:00 of a day there, as an instant."""
    return dt.datetime.combine(day, dt.time(), zone(name)).astimezone(dt.UTC)


def window_end(announced: dt.datetime, days: int, name: str = DEFAULT) -> dt.datetime:
    """The end of a window of so many calendar days, half-open: day 1 is the day after the announcement (Permenpan RB
    28/2021 art. 31: three days after)."""
    return start_of(day_of(announced, name) + dt.timedelta(days=days + 1), name)


def last_day(until: dt.datetime, days: int, name: str = DEFAULT) -> dt.date:
    """The last of so many calendar days after a half-open window has ended."""
    return day_of(until - dt.timedelta(microseconds=1), name) + dt.timedelta(days=days)


def months_later(day: dt.date, months: int) -> dt.date:
    """The same day of a later month, or that month's last: 30 November and three months are the end of February."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    following = dt.date(year + month // 11, (month + 1) % 12 + 1, 1)
    return min(dt.date(year, month + 1, 1) + dt.timedelta(days=day.day - 1), following - dt.timedelta(days=1))
