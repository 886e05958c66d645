"""What follows by itself: new officers are enrolled in their induction, those whom a support plan names in its
programme.

A group that takes over within one page of events is placed as one: whoever can, makes room for whoever can go nowhere
else. For whom no class fits, an outcome is left, they stay on the cohort's list, and the next class that is scheduled
asks again. The same page again gives the same commands, the recorded ones first, so nobody is enrolled twice and
nobody's command is taken for another's.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

import sqlalchemy as sa

from services.training import placing
from services.training.enrolments import AwaitClass, EnrolOfficer
from services.training.facts import INDUCTION
from services.training.placing import Window
from services.training.views import enrolments, inductions, officers
from shared.events import Recorded, codec, streams
from shared.events.feedback import SupportPlanOpened
from shared.events.training import ClassScheduled, EnrolmentCancelled, InductionOrdered, OfficerOnboarded
from shared.ledger import sql
from shared.runtime.reactions import Do, Reaction

SUPPORT: Final = "support"
COMPETENCE: Final = "competence"  # the kind of measure that a programme answers


def induct(tx: sa.Connection, events: Sequence[Recorded]) -> list[Do]:
    """Of training's own events: officers who took over a post for which an induction is ordered; a class or an order
    that is new, or a seat that is free again, asks anew for those who wait."""
    come: dict[str, int] = {}
    asked: dict[str, int] = {}
    for one in events:
        match codec.event_of(one):
            case OfficerOnboarded():
                come[streams.ident(one.stream)] = one.position
            case ClassScheduled() | EnrolmentCancelled() | InductionOrdered():
                asked[streams.ident(one.stream)] = one.position
    if not come and not asked:
        return []
    made = _recorded(tx, "training", {*come.values(), *asked.values()})
    for programme in tx.execute(sa.select(inductions.c.programme).distinct().order_by("programme")).scalars():
        here = [officer for officer in waiting(tx, programme) if officer.id in come or programme in asked]
        placed = placing.place(tx, programme, {officer.id: officer.window for officer in here}, _latest(events))
        for officer in here:
            said = {"ground": INDUCTION, "cause": f"training:{officer.since}"}
            cause = come.get(officer.id, asked.get(programme, 0))
            if officer.id in placed.at:
                made.append(_enrol(placed.at[officer.id], officer.id, said, cause))
            elif officer.id in come:
                made.append(_await(programme, officer.id, said, cause))
    return _refused_last(made)


def support(tx: sa.Connection, events: Sequence[Recorded]) -> list[Do]:
    """Of feedback's events: the officers of a plan whose measure is a programme, in the next class of it."""
    plans = [(one, event) for one in events if isinstance(event := codec.event_of(one), SupportPlanOpened)]
    if not plans:
        return []
    made = _recorded(tx, "feedback", {one.position for one, _ in plans})
    for one, plan in plans:
        agency = streams.agency(one.stream)
        said = {"ground": SUPPORT, "cause": f"feedback:{one.position}"}
        for programme in _programmes(plan, agency):
            here = _enrolled(tx, programme, said["cause"])
            wanted = {f"{agency}.{officer}": Window() for officer in plan.officers}
            new = {officer: window for officer, window in wanted.items() if officer not in here}
            found = placing.place(tx, programme, new, _latest(events))
            made += [_enrol(name, officer, said, one.position) for officer, name in found.at.items()]
            made += [_await(programme, officer, said, one.position) for officer in found.left]
    return _refused_last(made)


INDUCTIONS: Final = Reaction(name="induction", source="training", react=induct)
SUPPORTS: Final = Reaction(name="support", source="feedback", react=support)


class Waiting(NamedTuple):
    """An officer under an induction who is in no class of it; `since` is the onboarding's position."""

    id: str
    since: int
    window: Window


def waiting(tx: sa.Connection, programme: str) -> list[Waiting]:
    """Who took over a post from the day of an induction's order on, and was never enrolled in its programme."""
    under = sa.and_(
        inductions.c.agency == officers.c.agency, inductions.c.post == officers.c.post,
        inductions.c.from_day <= officers.c.on_day,
    )  # fmt: skip
    been = sa.select(enrolments.c.officer).where(enrolments.c.programme == programme)
    chosen = (
        sa.select(officers.c.officer, officers.c.position, officers.c.on_day, sa.func.max(inductions.c.within))
        .join(inductions, under)
        .where(inductions.c.programme == programme, officers.c.state == "serving", officers.c.officer.not_in(been))
        .group_by(officers.c.officer, officers.c.position, officers.c.on_day)
        .order_by(officers.c.officer)
    )
    found = []
    for officer, since, on_day, within in tx.execute(chosen):
        first = dt.date.fromisoformat(on_day)
        window = Window(first=first, last=first + dt.timedelta(days=within))
        found.append(Waiting(id=officer, since=since, window=window))
    return found


def _programmes(plan: SupportPlanOpened, agency: str) -> list[str]:
    """Those that its measures name, in full."""
    named = [one.programme for one in plan.measures if one.kind == COMPETENCE and one.programme]
    return [name if "." in name else f"{agency}.{name}" for name in dict.fromkeys(named)]


def _enrolled(tx: sa.Connection, programme: str, because: str) -> set[str]:
    """Who sits in the programme now, or was enrolled because of this very event."""
    here = sa.or_(enrolments.c.state == "enrolled", enrolments.c.because == because)
    return set(tx.execute(sa.select(enrolments.c.officer).where(enrolments.c.programme == programme, here)).scalars())


def _recorded(tx: sa.Connection, source: str, causes: Iterable[int]) -> list[Do]:
    """What was recorded because of these events, in its order: the same commands under the same keys."""
    named = {f"{source}:{position}": position for position in causes}
    rows = sql.gather(tx, ("begun", "enrolment", "ground", "cause", "because"), "enrolments", "because", list(named))
    return [
        Do(enrolment, EnrolOfficer(ground=ground, cause=cause), named[because])
        for _, enrolment, ground, cause, because in sorted(rows)
    ]


def _enrol(name: str, officer: str, said: Mapping[str, str], cause: int) -> Do:
    return Do(f"enrolment-{name}+{officer.partition('.')[2]}", EnrolOfficer(**said), cause)


def _await(programme: str, officer: str, said: Mapping[str, str], cause: int) -> Do:
    return Do(f"enrolment-{programme}+0+{officer.partition('.')[2]}", AwaitClass(**said), cause)


def _refused_last(made: Sequence[Do]) -> list[Do]:
    """What is refused is not remembered, and must not shift the number of what is."""
    return sorted(made, key=lambda do: isinstance(do.command, AwaitClass))


def _latest(events: Sequence[Recorded]) -> dt.datetime:
    """When the last of them was recorded: no class that has begun by then."""
    return dt.datetime.fromisoformat(events[-1].recorded_at)
