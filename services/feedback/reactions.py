"""What feedback's own events call for: a poor result opens the unit's case, a poor evaluation the officer's plan, at
once."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

import sqlalchemy as sa

from services.feedback import staff, tables
from services.feedback.facts import SURVEY, plan_stream
from services.feedback.instruments import INSTRUMENT
from services.feedback.support import OpenSupportPlan
from services.feedback.views import day_in
from shared.events import Recorded, codec, streams
from shared.events.feedback import Measure, OfficerEvaluated, SurveyResultPublished
from shared.rules import appraisal, unit_cases
from shared.rules.survey import GOOD, half_up
from shared.runtime.reactions import Do, Reaction


def react(tx: sa.Connection, events: Sequence[Recorded]) -> list[Do]:
    """The plans to open, in the order of the events; none where one is open already."""
    made: list[Do] = []
    more: Counter[str] = Counter()
    for one in events:
        event = codec.event_of(one)
        match event:
            case SurveyResultPublished() if unit_cases.opens(event.grade, event.respondents):
                standing = "+".join(streams.parts(one.stream))
                command: OpenSupportPlan | None = _case(tx, one, event)
            case OfficerEvaluated():
                standing, command = streams.ident(one.stream), _plan(tx, one, event)
            case _:
                continue
        if command is not None and not _is_open(tx, standing, one.position) and not more[standing]:
            more[standing] += 1
            made.append(Do(plan_stream(standing, _plans(tx, standing) + 1), command, one.position))
    return made


CASES: Final = Reaction(name="cases", source="feedback", react=react)


def gaps(means: Any) -> tuple[str, ...]:
    """Elements whose own converted value, at two decimals, is under 76.61."""
    return tuple(name for name in sorted(means) if half_up(Fraction(Decimal(means[name])) * 25, 2) < GOOD)


def _case(tx: sa.Connection, one: Recorded, event: SurveyResultPublished) -> OpenSupportPlan:
    """A unit's: its gaps, measured again at 90 days; whoever works there is enrolled where competence is the measure
    and a programme teaches it."""
    day, unit = day_in(one), streams.ident(one.stream)
    found = gaps(event.means)
    trained = [gap for gap in found if unit_cases.trains(unit_cases.measure_for(gap, INSTRUMENT))]
    return OpenSupportPlan(
        cause=SURVEY, gaps=found, measures=_measures(tx, trained, unit_cases.enrolled_by(day)),
        officers=tuple(_person(row["officer"]) for row in staff.at(tx, unit, day.isoformat())),
        review=unit_cases.measured_again(day),
    )  # fmt: skip


def _plan(tx: sa.Connection, one: Recorded, event: OfficerEvaluated) -> OpenSupportPlan | None:
    """An officer's: by the grade, or by a behaviour below expectation twice in a row."""
    officer, named = streams.ident(one.stream), streams.parts(one.stream)[1]
    before = _behaviours_before(tx, officer, named)
    if not appraisal.opens_support(event.grade, event.behaviours, before):
        return None
    day, twice = day_in(one), appraisal.below_twice(event.behaviours, before)
    below = tuple(name for name in appraisal.BEHAVIOURS if event.behaviours.get(name) == "below")
    by_grade = event.grade in appraisal.SUPPORTED
    found = ((*below, *(("results",) if event.results == "below" else ())) or ("results",)) if by_grade else twice
    until = appraisal.support_until(day)
    row = tx.execute(sa.select(tables.officers).where(tables.officers.c.officer == officer)).one_or_none()
    return OpenSupportPlan(
        cause="grade" if by_grade else "behaviour", gaps=found, measures=_measures(tx, found, until),
        officers=(_person(officer),), mentor=None if row is None else row.mentor, review=until,
    )  # fmt: skip


def _measures(tx: sa.Connection, lacking: Sequence[str], until: dt.date) -> tuple[Measure, ...]:
    found = ((gap, staff.taught(tx, gap)) for gap in lacking)
    return tuple(
        Measure(id=f"train-{gap}", kind="competence", until=until, programme=programme)
        for gap, programme in found
        if programme is not None
    )


def _person(officer: str) -> str:
    """The person's id: `pauh.5b0e...` without its agency."""
    return officer.partition(".")[2]


def _behaviours_before(tx: sa.Connection, officer: str, named: str) -> dict[str, str] | None:
    table = tables.evaluations
    chosen = sa.select(table.c.behaviours).where(
        table.c.officer == officer, table.c.period < named, table.c.behaviours.is_not(None)
    )
    found = tx.execute(chosen.order_by(table.c.period.desc()).limit(1)).scalar()
    return None if found is None else dict(codec.loads(found))


def _is_open(tx: sa.Connection, standing: str, position: int) -> bool:
    """Whether a plan is open, or one was opened because of this very event or later."""
    table = tables.plans
    own = sa.select(table.c.stream).where(table.c.standing == standing)
    return tx.execute(own.where(sa.or_(table.c.outcome.is_(None), table.c.position > position))).first() is not None


def _plans(tx: sa.Connection, standing: str) -> int:
    chosen = sa.select(sa.func.count()).where(tables.plans.c.standing == standing)
    return int(tx.execute(chosen).scalar_one())
