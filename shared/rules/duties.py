"""Duties: who holds what until when, in calendar days of the agency's zone, and how late it is.

Late means past due and open; it is said by role and unit, never by name. Silence decides nothing against a person: only
an offer lapses.
"""

import datetime as dt
from dataclasses import dataclass

from shared.rules.calendar import DEFAULT, day_of, window_end
from shared.rules.errors import UnknownKind

TICK = dt.timedelta(microseconds=1)
REMINDERS = (3, 1)  # days before, then daily


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """What one event opens and another closes: `since` names the instant from which `days` or `hours` run (negative
    days: before it), `holder` the role; `window`: the instant is the end of a window, which belongs to the next day.
    """

    name: str
    since: str
    holder: str
    days: int | None = None
    hours: int | None = None
    window: bool = False
    lapses: bool = False
    law: str | None = None


DUTIES = {
    duty.name: duty
    for duty in (
        Duty(name="announce_check", since="close", holder="committee", days=10, window=True),
        Duty(name="answer_objections", since="window_end", holder="committee", days=7, window=True,
             law="Permenpan RB 28/2021 art. 31"),
        Duty(name="declare_ties", since="first_slot", holder="panelist", days=-1),
        Duty(name="seal", since="slot", holder="panelist", hours=24),
        Duty(name="open_scores", since="last_slot", holder="clock", hours=24),
        Duty(name="rank", since="opening", holder="committee", days=3),
        Duty(name="fix", since="last_answer", holder="chair", days=3),
        Duty(name="offer", since="fixed_or_opinion", holder="ppk", days=14),
        Duty(name="answer_offer", since="offer", holder="candidate", days=7, lapses=True),
        Duty(name="take_over", since="decree", holder="unit_head", days=30),
        Duty(name="unit_case", since="case_opened", holder="unit_head", days=14),
        Duty(name="support_plan", since="plan_opened", holder="unit_head", days=14),
        Duty(name="answer_case", since="case_opened", holder="person_concerned", days=14),
        Duty(name="answer_tip", since="tip", holder="auditor", days=14),
        Duty(name="limit_data", since="request", holder="data_officer", hours=72, law="UU 27/2022 art. 41"),
        Duty(name="correct_data", since="request", holder="data_officer", hours=72, law="UU 27/2022 art. 30"),
    )
}  # fmt: skip


def duty(name: str) -> Duty:
    """A duty by its name; `UnknownKind` names the known ones."""
    if name not in DUTIES:
        raise UnknownKind(f"no duty {name!r}; known: {', '.join(DUTIES)}")
    return DUTIES[name]


def due(name: str, since: dt.datetime, zone: str = DEFAULT) -> dt.datetime:
    """The instant at which a duty is late, half-open: so many hours later, or the end of the last of so many calendar
    days, of which the first is the day after.
    """
    held = duty(name)
    if held.days is None:
        return since + dt.timedelta(hours=held.hours or 0)
    return window_end(since - TICK if held.window else since, held.days, zone)


def day_due(until: dt.datetime, zone: str = DEFAULT) -> dt.date:
    """The last day on which a duty is in time."""
    return day_of(until - TICK, zone)


def late(until: dt.datetime, now: dt.datetime, zone: str = DEFAULT) -> int:
    """Days past due, 0 while in time; the first day counts from its first moment."""
    return max(1, (day_of(now, zone) - day_due(until, zone)).days) if now >= until else 0


def reminds(until: dt.datetime, day: dt.date, zone: str = DEFAULT) -> bool:
    """Whether an open duty is called to mind on a day: 3 days and 1 day before it is due, then daily."""
    left = (day_due(until, zone) - day).days
    return left <= 0 or left in REMINDERS


def lapsed(name: str, until: dt.datetime, now: dt.datetime) -> bool:
    """Whether silence has ended it: an offer that nobody answered in time, nothing else."""
    return duty(name).lapses and now >= until
