"""Support plans as people read them: what was said and what was done about it, what waits and since when."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from fractions import Fraction
from typing import Any

import sqlalchemy as sa

from services.feedback import staff, tables
from services.feedback.routes import Said
from shared.events import codec, streams
from shared.rules import survey
from shared.runtime.identity import Principal


class Done(Said):
    """A gap, what is done about it and how far that is; the element's converted value before and after, with n."""

    gap: str
    kind: str | None = None
    cause: str | None = None
    until: str | None = None
    state: str
    before: str
    before_n: int
    after: str | None = None
    after_n: int | None = None


class Case(Said):
    """A support plan that is open: its gaps, those without a cause, by when each needs one, and days late."""

    plan: str
    about: str
    gaps: list[str]
    unnamed: list[str]
    causes_by: str
    late: int
    review: str
    measures: list[dict[str, str]]
    trainings: int  # that its officers have completed since


def plans_about(tx: sa.Connection, standing: str) -> list[Any]:
    """The plans about a service or an officer, the newest first."""
    chosen = sa.select(tables.plans).where(tables.plans.c.standing == standing)
    return list(tx.execute(chosen.order_by(tables.plans.c.position.desc())))


def _measures(tx: sa.Connection, stream: str) -> list[Any]:
    return list(tx.execute(sa.select(tables.measures).where(tables.measures.c.stream == stream)))


def done_about(tx: sa.Connection, plan: Any, results: list[Any]) -> list[Done]:
    """Each gap with its measures, or with none yet; before: the last result until the plan, after: the newest since."""
    before = next((row for row in results if row.position < plan.position), None)
    after = next((row for row in results if row.position > plan.position), None)
    if before is None:
        return []
    named = [row for row in _measures(tx, plan.stream) if row.gap is not None]
    made = []
    for gap in codec.loads(plan.gaps):
        figures: dict[str, Any] = {"before": _converted(before, gap), "before_n": before.respondents}
        if after is not None:
            figures |= {"after": _converted(after, gap), "after_n": after.respondents}
        measures = [row for row in named if row.gap == gap]
        made += [
            Done(gap=gap, kind=row.kind, cause=row.cause, until=row.until, state=row.state, **figures)
            for row in measures
        ] or [Done(gap=gap, state="unnamed", **figures)]
    return made


def _converted(result: Any, gap: str) -> str:
    mean = Fraction(Decimal(codec.loads(result.means)[gap]))
    return str(survey.half_up(mean * 25, 2))


def reaches(tx: sa.Connection, principal: Principal, row: Any) -> bool:
    """Whether a plan is about somebody of the principal's unit or below it, or they are its mentor."""
    unit = row.unit or staff.unit_of(tx, row.standing)
    return principal.subject == row.mentor or (bool(unit) and streams.covers(principal.unit or "-", unit))


def case(tx: sa.Connection, row: Any, today: dt.date) -> Case:
    """A plan as its worklist shows it."""
    measures, gaps = _measures(tx, row.stream), codec.loads(row.gaps)
    named = {one.gap for one in measures}
    people = [f"{row.standing.partition('.')[0]}.{one}" for one in codec.loads(row.officers)]
    unnamed = [gap for gap in gaps if gap not in named]
    late = max(0, (today - dt.date.fromisoformat(row.causes_by)).days) if unnamed else 0
    return Case(
        plan=row.stream.partition("-")[2], about=row.standing, gaps=gaps, unnamed=unnamed, causes_by=row.causes_by,
        late=late, review=row.review,
        measures=[{"measure": m.measure, "kind": m.kind or "", "state": m.state} for m in measures],
        trainings=len(staff.completed(tx, people, row.day)),
    )  # fmt: skip
