"""Feedback's own tables, kept in step with its ledger: sums of answers, results, evaluations, support plans,
complaints, and the days on which results are due.

Answers are summed by element and day; no row of one answer is kept here.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Final

import sqlalchemy as sa

from services.feedback import tables
from services.feedback.facts import standing_key
from services.feedback.periods import day_named, name_of, period
from services.feedback.results import PublishSurvey
from shared.events import Recorded, codec, instant, streams
from shared.events.feedback import (
    ComplaintAnswered,
    ComplaintClosed,
    ComplaintFiled,
    CoworkerFeedbackGiven,
    CoworkersAsked,
    FeedbackReceived,
    OfficerEvaluated,
    OfficerReplied,
    PerformancePlanAgreed,
    SupportPlanClosed,
    SupportPlanOpened,
    SupportPlanProgressed,
    SurveyResultPublished,
    VisitCodesIssued,
)
from shared.ledger import sql
from shared.rules.appraisal import days_late
from shared.rules.calendar import day_of
from shared.rules.unit_cases import causes_due
from shared.runtime.service import View
from shared.runtime.timers import Due, set_timers

RESULTS: Final = ("target", "period", "position", "day", "codes", "respondents", "means", "value", "grade")
TALLIES: Final = ("stream", "target", "period", "codes", "respondents", "sums")
EVALUATED: Final = ("officer", "period")
OPENED: Final = (
    "stream", "standing", "unit", "cause", "gaps", "officers", "mentor", "day", "causes_by", "review", "position",
)  # fmt: skip


def said(value: Any) -> str:
    """A value as these tables hold it."""
    return codec.dumps(value).decode()


def day_in(one: Recorded) -> dt.date:
    """The day on which it arrived; a ballot's is the day of its collection."""
    return day_of(dt.datetime.fromisoformat(one.received_at or one.recorded_at))


def follow_surveys(tx: sa.Connection, batch: Sequence[Recorded]) -> None:
    """Codes and answers, summed over the batch before they are written."""
    grown: dict[str, Counter[str]] = {}
    for one in batch:
        match codec.event_of(one):
            case VisitCodesIssued() as event:
                grown.setdefault(one.stream, Counter())["codes"] += event.codes
                _count(tx, one.stream, event)
            case FeedbackReceived(answers=answers):
                grown.setdefault(one.stream, Counter()).update({"respondents": 1, **answers})
            case SurveyResultPublished() as event:
                _published(tx, one, event)
    for stream, more in grown.items():
        _tally(tx, stream, more)


def _tally(tx: sa.Connection, stream: str, more: Mapping[str, int]) -> None:
    table = tables.tallies
    row = tx.execute(sa.select(table).where(table.c.stream == stream)).one_or_none()
    sums = Counter({} if row is None else codec.loads(row.sums))
    sums.update({name: n for name, n in more.items() if name not in ("codes", "respondents")})
    codes, respondents = (0, 0) if row is None else (row.codes, row.respondents)
    *about, day = streams.parts(stream)
    target, named = "+".join(about), name_of(day_named(day) or dt.date.min)
    made = (
        stream, target, named, codes + more.get("codes", 0), respondents + more.get("respondents", 0),
        said(dict(sorted(sums.items()))),
    )  # fmt: skip
    anew = "codes = excluded.codes, respondents = excluded.respondents, sums = excluded.sums"
    sql.fill(tx, "tallies", TALLIES, [made], f"ON CONFLICT (stream) DO UPDATE SET {anew}")
    ends = period(named)
    if row is None and ends is not None:
        command, at = PublishSurvey(period=named), instant(ends.collected)
        set_timers(tx, [Due(stream=f"service-{target}", kind=f"publish:{named}", at=at, command=command)])


def _count(tx: sa.Connection, stream: str, event: VisitCodesIssued) -> None:
    anew = "visits = counters.visits + excluded.visits, codes = counters.codes + excluded.codes"
    row = (stream, event.counter, event.every, event.visits, event.codes)
    columns = ("stream", "counter", "every", "visits", "codes")
    sql.fill(tx, "counters", columns, [row], f"ON CONFLICT (stream, counter, every) DO UPDATE SET {anew}")


def _published(tx: sa.Connection, one: Recorded, event: SurveyResultPublished) -> None:
    means = said({name: str(mean) for name, mean in sorted(event.means.items())})
    row = (
        "+".join(streams.parts(one.stream)), event.period, one.position, day_in(one).isoformat(), event.codes,
        event.respondents, means, str(event.value), event.grade,
    )  # fmt: skip
    sql.fill(tx, "results", RESULTS, [row])


def follow_evaluations(tx: sa.Connection, batch: Sequence[Recorded]) -> None:
    """Event by event: they are paced by people."""
    for one in batch:
        match codec.event_of(one):
            case PerformancePlanAgreed(targets=targets):
                begins = period(streams.parts(one.stream)[1])
                late = None if begins is None else days_late(begins.first, day_in(one))
                plain = [{"id": t.id, "measure": t.measure, "target": str(t.target)} for t in targets]
                _evaluation(tx, one, targets=said(plain), late=late)
            case CoworkersAsked(groups=groups, until=until):
                _evaluation(tx, one, asked=said(dict(groups)), until=instant(until))
            case OfficerEvaluated() as event:
                _evaluation(
                    tx, one, results=event.results, behaviours=said(dict(event.behaviours)), grade=event.grade,
                    coworkers=event.coworkers, version=one.version, position=one.position,
                )  # fmt: skip
            case OfficerReplied():
                _evaluation(tx, one, replied=1)
            case CoworkerFeedbackGiven(group=group, answers=answers):
                _review(tx, one, group, answers)


def _evaluation(tx: sa.Connection, one: Recorded, **values: Any) -> None:
    officer, named, *_ = streams.parts(one.stream)
    row = (officer, named, 0)
    sql.fill(tx, "evaluations", (*EVALUATED, "replied"), [row], "ON CONFLICT DO NOTHING")
    table = tables.evaluations
    tx.execute(sa.update(table).where(table.c.officer == officer, table.c.period == named).values(**values))


def _review(tx: sa.Connection, one: Recorded, group: str, answers: Mapping[str, int]) -> None:
    table, (officer, named, *_) = tables.reviews, streams.parts(one.stream)
    own = sa.and_(table.c.officer == officer, table.c.period == named, table.c.grp == group)
    row = tx.execute(sa.select(table).where(own)).one_or_none()
    sums = Counter({} if row is None else codec.loads(row.sums))
    sums.update(answers)
    made = (officer, named, group, (0 if row is None else row.answers) + 1, said(dict(sorted(sums.items()))))
    anew = "ON CONFLICT (officer, period, grp) DO UPDATE SET answers = excluded.answers, sums = excluded.sums"
    sql.fill(tx, "reviews", ("officer", "period", "grp", "answers", "sums"), [made], anew)


def follow_plans(tx: sa.Connection, batch: Sequence[Recorded]) -> None:
    """Support plans with their measures, and complaints."""
    for one in batch:
        match codec.event_of(one):
            case SupportPlanOpened() as event:
                _opened(tx, one, event)
            case SupportPlanProgressed() as event:
                _progressed(tx, one.stream, event)
            case SupportPlanClosed(outcome=outcome, evaluation=evaluation):
                chosen = sa.update(tables.plans).where(tables.plans.c.stream == one.stream)
                tx.execute(chosen.values(outcome=outcome, evaluation=evaluation))
            case ComplaintFiled() as event:
                row = (streams.ident(one.stream), event.unit, event.service, event.kind, "filed")
                sql.fill(tx, "complaints", ("complaint", "unit", "service", "kind", "state"), [row])
            case ComplaintAnswered(measure=measure):
                _complaint(tx, one, state="answered", measure=measure)
            case ComplaintClosed():
                _complaint(tx, one, state="closed")


def _complaint(tx: sa.Connection, one: Recorded, **values: Any) -> None:
    table = tables.complaints
    tx.execute(sa.update(table).where(table.c.complaint == streams.ident(one.stream)).values(**values))


def _opened(tx: sa.Connection, one: Recorded, event: SupportPlanOpened) -> None:
    standing, day = standing_key(one.stream, event) or "", day_in(one)
    unit = streams.ident(one.stream) if "+" in standing else ""
    row = (
        one.stream, standing, unit, event.cause, said(list(event.gaps)), said(list(event.officers)), event.mentor,
        day.isoformat(), causes_due(day).isoformat(), event.review.isoformat(), one.position,
    )  # fmt: skip
    sql.fill(tx, "plans", OPENED, [row])
    rows = [(one.stream, m.id, None, m.kind, None, m.until.isoformat(), "agreed") for m in event.measures]
    sql.fill(tx, "measures", ("stream", "measure", "gap", "kind", "cause", "until", "state"), rows)


def _progressed(tx: sa.Connection, stream: str, event: SupportPlanProgressed) -> None:
    """A cause with its measure, or a measure's new state, which alone it then says."""
    if event.gap is not None:
        until = None if event.until is None else event.until.isoformat()
        row = (stream, event.measure, event.gap, event.kind, event.cause, until, event.state)
        sql.fill(tx, "measures", ("stream", "measure", "gap", "kind", "cause", "until", "state"), [row])
        return
    table = tables.measures
    own = sa.and_(table.c.stream == stream, table.c.measure == event.measure)
    tx.execute(sa.update(table).where(own).values(state=event.state))


SURVEYS = View(
    name="surveys", version=1, tables=(tables.tallies, tables.counters, tables.results), apply=follow_surveys
)
EVALUATIONS = View(name="evaluations", version=1, tables=(tables.evaluations, tables.reviews), apply=follow_evaluations)
PLANS = View(name="plans", version=1, tables=(tables.plans, tables.measures, tables.complaints), apply=follow_plans)
