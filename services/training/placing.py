"""Who of a group goes to which open class of a programme: around shifts, within days, where there are seats.

The arrangement is `shared/rules/rosters`'; here its times are told: a shift with the rest behind it, lessons of other
classes, the days before and after which a class is none for somebody.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import sqlalchemy as sa

from services.training import shifts
from services.training.views import courses
from shared.events import instant
from shared.ledger import sql
from shared.rules.calendar import start_of
from shared.rules.rosters import REST, Course, Span, Unplaced, assign

DAWN, DUSK = dt.datetime(1, 1, 2, tzinfo=dt.UTC), dt.datetime(9999, 12, 30, tzinfo=dt.UTC)
NONE = dt.timedelta(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """Days between which somebody's class begins and is held; None: without a bound."""

    first: dt.date | None = None
    last: dt.date | None = None


class Placed(NamedTuple):
    """Class by officer, and those for whom there is none."""

    at: Mapping[str, str]
    left: tuple[str, ...]


def place(tx: sa.Connection, programme: str, people: Mapping[str, Window], after: dt.datetime) -> Placed:
    """A class that begins after an instant for each of these officers, who are in none of the programme. The same
    tables give the same places."""
    if not people:
        return Placed({}, ())
    open_, taken = _open(tx, programme, after)
    busy = _busy(tx, people)
    times = {
        officer: [*_outside(window, open_), *busy[officer], *_rested(worked)]
        for (officer, window), worked in zip(people.items(), shifts.of(tx, people).values(), strict=True)
    }
    try:
        return Placed(assign(times, open_, taken, NONE), ())
    except Unplaced as unplaced:
        able = {officer: spans for officer, spans in times.items() if officer not in unplaced.people}
        return Placed(assign(able, open_, taken, NONE), unplaced.people)


def _open(tx: sa.Connection, programme: str, after: dt.datetime) -> tuple[dict[str, Course], dict[str, str]]:
    """The programme's classes that have not begun, and who sits in them."""
    chosen = sa.select(courses).where(courses.c.programme == programme, courses.c.begins > instant(after))
    found = {
        row["class"]: Course(lessons=_spans(row["sessions"]), seats=row["seats"])
        for row in tx.execute(chosen.order_by(courses.c["class"])).mappings()
    }
    sitting = sql.gather(tx, ("officer", "class"), "enrolments", "state <> 'cancelled' AND class", list(found))
    return found, dict(sitting)


def _busy(tx: sa.Connection, people: Mapping[str, Window]) -> dict[str, list[Span]]:
    """Lessons of every class that they are enrolled in."""
    found: dict[str, list[Span]] = {officer: [] for officer in people}
    rows = sql.gather(tx, ("officer", "class"), "enrolments", "state = 'enrolled' AND officer", list(people))
    names = sorted({name for _, name in rows})
    lessons = dict(sql.gather(tx, ("class", "sessions"), "courses", "class", names))
    for officer, name in rows:
        found[officer] += _spans(lessons[name])
    return found


def _outside(window: Window, open_: Mapping[str, Course]) -> Sequence[Span]:
    """What lies before the first day, and the beginnings of classes after the last."""
    made = [] if window.first is None else [Span(from_=DAWN, to=start_of(window.first))]
    if window.last is not None:
        end = start_of(window.last + dt.timedelta(days=1))
        late = (min(lesson.from_ for lesson in course.lessons) for course in open_.values())
        made += [Span(from_=begins, to=begins + dt.timedelta(microseconds=1)) for begins in late if begins >= end]
    return made


def _rested(worked: Sequence[Span]) -> list[Span]:
    return [Span(from_=shift.from_, to=min(shift.to, DUSK) + REST) for shift in worked]


def _spans(sessions: str) -> tuple[Span, ...]:
    return tuple(
        Span(from_=dt.datetime.fromisoformat(lesson["from"]), to=dt.datetime.fromisoformat(lesson["to"]))
        for lesson in json.loads(sessions)
    )
