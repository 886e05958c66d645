"""Training's reads over HTTP: one's own hours and trainings, a class's roster, who is to arrive, how a cohort stands;
and the shifts that a unit's head names.

Every answer says `as_of`: how many events training's ledger held when it was read.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from decimal import Decimal
from typing import Annotated, Any, Final

import sqlalchemy as sa
from fastapi import APIRouter, Depends
from starlette.responses import Response

from services.training import reactions, shifts
from services.training.answers import (
    Arrival,
    Arrivals,
    Cohort,
    CourseStanding,
    Own,
    Roster,
    Seated,
    Shift,
    Shifts,
    Training,
    Unplaced,
)
from services.training.arrivals import arrivals as arriving
from services.training.views import attendance, courses, enrolments, inductions, officers, programmes
from shared.events import NotFound, Refused, streams
from shared.ledger import Ledger
from shared.rules import duties
from shared.rules.calendar import day_of
from shared.rules.hours import DUTY, Finished, hours, short
from shared.rules.rosters import Span
from shared.runtime.http.acts import PROBLEMS, Id
from shared.runtime.http.bodies import StrictRoute
from shared.runtime.http.minimum import RESPONSES, minimum
from shared.runtime.http.rules import OWN, Rule
from shared.runtime.http.site import Here, Site, allowed, by_id
from shared.runtime.identity import Principal

NAME: Final = "training"
MOST: Final = 500
ROSTER: Final = Rule(roles=frozenset({"trainer", "hr"}), of="agency")
COHORT: Final = Rule(roles=frozenset({"hr"}), of="agency")
HEAD: Final = Rule(roles=frozenset({"unit_head"}))
HEAD_OF: Final = Rule(roles=frozenset({"unit_head"}), of="agency")


def ledger_of(site: Site) -> Ledger:
    """Training's, in this process."""
    return site.pipelines[NAME].ledger


def router() -> APIRouter:
    """All of them as one."""
    made = APIRouter(
        prefix=f"/api/{NAME}/v1", route_class=StrictRoute, responses={**PROBLEMS, **RESPONSES},
        dependencies=[Depends(_unkept)],
    )  # fmt: skip
    _read(made, "officer", "/me/trainings", trainings)
    _read(made, "class", "/class/{id}/roster", roster)
    _read(made, "officer", "/arrivals", arrivals)
    _read(made, "programme", "/programme/{id}/cohort", cohort)
    made.add_api_route(
        "/officers/{id}/shifts", name_shifts, methods=["PUT"], tags=["officer"], status_code=204,
        response_class=Response,
    )  # fmt: skip
    return made


def trainings(here: Here, principal: Annotated[Principal, allowed(OWN)]) -> Own:
    """One's own lesson hours of this year, and every training, the newest first."""
    ledger, year = ledger_of(here), day_of(here.clock()).year
    size = ledger.size()
    chosen = (
        sa.select(enrolments, courses.c.begins)
        .outerjoin(courses, courses.c["class"] == enrolments.c["class"])
        .where(enrolments.c.person == principal.subject)
        .order_by(enrolments.c.begun.desc())
        .limit(MOST)
    )
    with ledger.reader.begin() as tx:
        rows = list(tx.execute(chosen).mappings())
    done = [
        Finished(hours=Decimal(row["hours"]), on=dt.date.fromisoformat(row["on_day"]), certificate=row["certificate"])
        for row in rows
        if row["state"] == "completed"
    ]
    return Own(
        year=year, hours=str(hours(done, year)), duty=str(DUTY), short=str(short(done, year)),
        trainings=[_training(row) for row in rows], as_of=size,
    )  # fmt: skip


def roster(here: Here, principal: Annotated[Principal, allowed(ROSTER, by_id)], id: Id) -> Roster:
    """Who sits in a class and who came; for whoever teaches in it, and for HR."""
    ledger = ledger_of(here)
    size = ledger.size()
    seated = sa.select(enrolments.c.person, enrolments.c.state).where(enrolments.c["class"] == id)
    with ledger.reader.begin() as tx:
        course = tx.execute(sa.select(courses).where(courses.c["class"] == id)).mappings().one_or_none()
        rows = list(tx.execute(seated.where(enrolments.c.state != "cancelled").order_by(enrolments.c.person)))
        came = list(tx.execute(sa.select(attendance).where(attendance.c["class"] == id)).mappings())
    lessons = [] if course is None else json.loads(course["sessions"])
    teaches = principal.subject in {lesson["trainer"] for lesson in lessons}
    if course is None or not (teaches or "hr" in principal.roles):
        raise NotFound(id)
    return Roster(
        lessons=lessons, seats=course["seats"], as_of=size,
        officers=[
            Seated(
                officer=person, state=state,
                present=sorted(one["session"] for one in came if one["officer"] == person and one["present"]),
                absent=sorted(one["session"] for one in came if one["officer"] == person and not one["present"]),
            )
            for person, state in rows
        ],
    )  # fmt: skip


def arrivals(here: Here, principal: Annotated[Principal, allowed(HEAD)]) -> Arrivals:
    """Who was appointed to one's units and has not taken over yet, with the days that are over."""
    ledger, now = ledger_of(here), here.clock()
    size = ledger.size()
    chosen = (
        sa.select(arriving)
        .outerjoin(officers, officers.c.seat == arriving.c.seat)
        .where(
            arriving.c.state == "appointed", officers.c.seat.is_(None),
            arriving.c.agency == principal.unit.partition(".")[0],
        )
        .order_by(arriving.c.position)
    )  # fmt: skip
    with ledger.reader.begin() as tx:
        rows = [row for row in tx.execute(chosen).mappings() if streams.covers(principal.unit, row["unit"])]
    return Arrivals(arrivals=[_arrival(row, now) for row in rows[:MOST]], as_of=size)


def cohort(here: Here, principal: Annotated[Principal, allowed(COHORT, by_id)], id: Id) -> Cohort:
    """A programme as an induction: classes with their seats, and who waits for one."""
    ledger = ledger_of(here)
    size = ledger.size()
    counted = (
        sa.select(courses.c["class"], courses.c.begins, courses.c.seats, enrolments.c.state, sa.func.count())
        .outerjoin(enrolments, enrolments.c["class"] == courses.c["class"])
        .where(courses.c.programme == id)
        .group_by(courses.c["class"], courses.c.begins, courses.c.seats, enrolments.c.state)
        .order_by(courses.c["class"])
    )
    posts = sa.select(inductions.c.post).where(inductions.c.programme == id).distinct()
    with ledger.reader.begin() as tx:
        words = tx.execute(sa.select(programmes.c.words).where(programmes.c.programme == id)).scalar()
        if words is None:
            raise NotFound(id)
        rows = list(tx.execute(counted))
        left = reactions.waiting(tx, id)[:MOST]
        named = sorted(tx.execute(posts).scalars())
    return Cohort(
        words=words, posts=named, classes=_standings(rows), as_of=size,
        waiting=[Unplaced(officer=one.id, until=str(one.window.last)) for one in left],
    )  # fmt: skip


def name_shifts(here: Here, principal: Annotated[Principal, allowed(HEAD_OF, by_id)], id: Id, body: Shifts) -> Response:
    """The shifts of an officer of one's units, all of them, in place of those before. No event tells of them."""
    ledger = ledger_of(here)
    with ledger.reader.begin() as tx:
        unit = tx.execute(sa.select(officers.c.unit).where(officers.c.officer == id)).scalar()
    if unit is None or not streams.covers(principal.unit, unit):
        raise NotFound(id)
    spans = [_span(one) for one in body.shifts]
    with ledger.writer.begin() as tx:
        shifts.replace(tx, id, spans)
    return Response(status_code=204)


def _span(shift: Shift) -> Span:
    begins, ends = (dt.datetime.fromisoformat(text) for text in (shift.from_, shift.to))
    if begins >= ends:
        raise Refused("shift.order")
    return Span(from_=begins, to=ends)


def _training(row: sa.RowMapping) -> Training:
    return Training(
        enrolment=row["enrolment"], programme=row["programme"], ground=row["ground"], state=row["state"],
        hours=row["hours"], on=row["on_day"], provider=row["provider"], begins=row["begins"],
    )  # fmt: skip


def _arrival(row: sa.RowMapping, now: dt.datetime) -> Arrival:
    until = duties.due("take_over", dt.datetime.fromisoformat(row["decreed_at"]))
    return Arrival(
        seat=row["seat"], candidate=row["alias"], unit=row["unit"], post=row["post"], on=row["on_day"],
        due=duties.day_due(until).isoformat(), days_late=duties.late(until, now),
    )  # fmt: skip


def _standings(rows: list[Any]) -> list[CourseStanding]:
    """One for each class, of rows by state."""
    found: dict[str, CourseStanding] = {}
    for name, begins, seats, state, number in rows:
        before = found.get(name) or CourseStanding(id=name, begins=begins, seats=seats, enrolled=0, completed=0)
        sits, done = number * (state in ("enrolled", "completed")), number * (state == "completed")
        found[name] = before.model_copy(
            update={"enrolled": before.enrolled + sits, "completed": before.completed + done}
        )
    return list(found.values())


def _unkept(response: Response) -> None:
    """A dependency: no browser and no proxy may keep it."""
    response.headers["Cache-Control"] = "no-store"


def _read(made: APIRouter, tag: str, path: str, handler: Callable[..., Any]) -> None:
    made.add_api_route(
        path, handler, methods=["GET"], tags=[tag], response_model_exclude_none=True, dependencies=[minimum()]
    )
