"""How services and officers do: surveys as published, evaluations, coworkers' answers in groups, lesson hours, plans.

Two ledgers feed tables of their own. In public stand only whole tens of officers, from ten on; a coworkers' group shows
from three givers on, once the evaluation has ended their round.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

import sqlalchemy as sa

from shared.events import Recorded, codec, streams
from shared.events.feedback import (
    CoworkerFeedbackGiven,
    OfficerEvaluated,
    SupportPlanClosed,
    SupportPlanOpened,
    SupportPlanProgressed,
    SurveyResultPublished,
)
from shared.events.training import EnrolmentCancelled, OfficerDeparted, OfficerOnboarded, TrainingCompleted
from shared.ledger import sql
from shared.runtime.service import View

GIVERS: Final = 3  # of a group of coworkers
metadata = sa.MetaData()
surveys = sa.Table(
    "surveys",
    metadata,
    sa.Column("unit", sa.Text, primary_key=True),
    sa.Column("service", sa.Text, primary_key=True),
    sa.Column("period", sa.Text, primary_key=True),
    sa.Column("codes", sa.Integer, nullable=False),
    sa.Column("respondents", sa.Integer, nullable=False),
    sa.Column("value", sa.Text, nullable=False),
    sa.Column("grade", sa.Text, nullable=False),
    sa.Column("means", sa.Text, nullable=False),  # JSON {element: mean}
    sqlite_with_rowid=False,
)
evaluations = sa.Table(
    "evaluations",
    metadata,
    sa.Column("officer", sa.Text, primary_key=True),
    sa.Column("period", sa.Text, primary_key=True),
    sa.Column("grade", sa.Text, nullable=False),
    sa.Column("results", sa.Text, nullable=False),
    sa.Column("behaviours", sa.Text, nullable=False),  # JSON {behaviour: expectation met}
    sa.Column("coworkers", sa.Integer, nullable=False),
    sa.Column("position", sa.BigInteger, nullable=False),
    sqlite_with_rowid=False,
)
reviews = sa.Table(
    "coworker_reviews",
    metadata,
    sa.Column("officer", sa.Text, primary_key=True),
    sa.Column("period", sa.Text, primary_key=True),
    sa.Column("givers", sa.Text, primary_key=True),  # the group
    sa.Column("n", sa.Integer, nullable=False),
    sa.Column("sums", sa.Text, nullable=False),  # JSON {behaviour: sum of answers}
    sqlite_with_rowid=False,
)
plans = sa.Table(
    "support_plans",
    metadata,
    sa.Column("stream", sa.Text, primary_key=True),
    sa.Column("subject", sa.Text, nullable=False),  # a unit, or an officer's id
    sa.Column("cause", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),  # open, closed
    sa.Column("outcome", sa.Text),
    sa.Column("measures", sa.Text, nullable=False),  # JSON {measure: state}
    sa.Column("review", sa.Text, nullable=False),
    sqlite_with_rowid=False,
)
hours = sa.Table(
    "training_hours",
    metadata,
    sa.Column("stream", sa.Text, primary_key=True),  # an enrolment counts once
    sa.Column("officer", sa.Text, nullable=False),
    sa.Column("year", sa.Integer, nullable=False),
    sa.Column("hours", sa.Text, nullable=False),
    sa.Index("training_hours_officer", "officer", "year"),
    sqlite_with_rowid=False,
)
postings = sa.Table(
    "postings",
    metadata,
    sa.Column("officer", sa.Text, primary_key=True),
    sa.Column("seat", sa.Text, nullable=False),
    sa.Column("alias", sa.Text, nullable=False),
    sa.Column("unit", sa.Text, nullable=False),
    sa.Column("post", sa.Text, nullable=False),
    sa.Column("since", sa.Text, nullable=False),
    sa.Column("departed", sa.Text),
    sa.Index("postings_unit", "unit"),
    sqlite_with_rowid=False,
)


def own(part: str) -> str:
    """An officer's id without the agency that leads a stream's."""
    return part.partition(".")[2] or part


def unit_within(agency: str, unit: str) -> str:
    """A unit as streams name it, led by its agency."""
    return unit if streams.covers(agency, unit) else f"{agency}.{unit}"


def follow_feedback(tx: sa.Connection, batch: Sequence[Recorded]) -> None:
    """Event by event: they are paced by people."""
    for one in batch:
        parts, event = streams.parts(one.stream), codec.event_of(one)
        match event:
            case SurveyResultPublished():
                _survey(tx, parts, event)
            case OfficerEvaluated():
                _evaluate(tx, parts, event, one.position)
            case CoworkerFeedbackGiven():
                _review(tx, parts, event)
            case SupportPlanOpened() | SupportPlanProgressed() | SupportPlanClosed():
                _plan(tx, one.stream, event)


def _survey(tx: sa.Connection, parts: Sequence[str], event: SurveyResultPublished) -> None:
    means = codec.dumps({name: codec.decimal(mean) for name, mean in event.means.items()}).decode()
    row = (*parts[:2], event.period, event.codes, event.respondents, codec.decimal(event.value), event.grade, means)
    sql.fill(tx, "surveys", _names(surveys), [row], _anew(surveys))


def _evaluate(tx: sa.Connection, parts: Sequence[str], event: OfficerEvaluated, position: int) -> None:
    behaviours = codec.dumps(dict(event.behaviours)).decode()
    row = (own(parts[0]), parts[1], event.grade, event.results, behaviours, event.coworkers, position)
    sql.fill(tx, "evaluations", _names(evaluations), [row], _anew(evaluations))


def _review(tx: sa.Connection, parts: Sequence[str], event: CoworkerFeedbackGiven) -> None:
    key = (own(parts[0]), parts[1], event.group)
    mine = (reviews.c.officer == key[0]) & (reviews.c.period == key[1]) & (reviews.c.givers == key[2])
    before = tx.execute(sa.select(reviews.c.n, reviews.c.sums).where(mine)).one_or_none()
    n, sums = (0, {}) if before is None else (before.n, codec.trusted(before.sums))
    for name, answer in event.answers.items():
        sums[name] = sums.get(name, 0) + answer
    sql.fill(tx, "coworker_reviews", _names(reviews), [(*key, n + 1, codec.dumps(sums).decode())], _anew(reviews))


def _plan(
    tx: sa.Connection, stream: str, event: SupportPlanOpened | SupportPlanProgressed | SupportPlanClosed
) -> None:  # fmt: skip
    mine = plans.c.stream == stream
    match event:
        case SupportPlanOpened():
            measures = codec.dumps({one.id: "planned" for one in event.measures}).decode()
            row = (stream, streams.ident(stream), event.cause, "open", None, measures, event.review.isoformat())
            sql.fill(tx, "support_plans", _names(plans), [row], _anew(plans))
        case SupportPlanProgressed():
            before = tx.execute(sa.select(plans.c.measures).where(mine)).scalar_one()
            measures = codec.dumps({**codec.trusted(before), event.measure: event.state}).decode()
            tx.execute(sa.update(plans).where(mine).values(measures=measures))
        case SupportPlanClosed():
            tx.execute(sa.update(plans).where(mine).values(state="closed", outcome=event.outcome))


def follow_training(tx: sa.Connection, batch: Sequence[Recorded]) -> None:
    """Lesson hours by the day of completion; who holds which post."""
    for one in batch:
        parts = streams.parts(one.stream)
        match codec.event_of(one):
            case TrainingCompleted(hours=of, on=on):
                row = (one.stream, own(parts[-1]), on.year, codec.decimal(of))
                sql.fill(tx, "training_hours", _names(hours), [row], _anew(hours))
            case EnrolmentCancelled():
                tx.execute(sa.delete(hours).where(hours.c.stream == one.stream))
            case OfficerOnboarded() as event:
                unit = unit_within(streams.agency(one.stream), event.unit)
                values = (event.seat, event.alias, unit, event.post, event.on.isoformat(), None)
                sql.fill(tx, "postings", _names(postings), [(own(parts[0]), *values)], _anew(postings))
            case OfficerDeparted(on=on):
                mine = postings.c.officer == own(parts[0])
                tx.execute(sa.update(postings).where(mine).values(departed=on.isoformat()))


def _names(table: sa.Table) -> tuple[str, ...]:
    return tuple(column.name for column in table.columns)


def _anew(table: sa.Table) -> str:
    return sql.replacing(_names(table), len(table.primary_key.columns))


FEEDBACK: Final = View(
    name="performance_feedback", version=1, tables=(surveys, evaluations, reviews, plans), apply=follow_feedback
)
TRAINING: Final = View(name="performance_training", version=1, tables=(hours, postings), apply=follow_training)


def posted(tx: sa.Connection, unit: str) -> list[str]:
    """The officers whose last post was in a unit, those too who have left: a departure changes no public count."""
    return sorted(tx.execute(sa.select(postings.c.officer).where(postings.c.unit == unit)).scalars())


def of_unit(tx: sa.Connection, unit: str) -> list[str]:
    """The officers who hold a post in a unit now."""
    chosen = sa.select(postings.c.officer).where(postings.c.unit == unit, postings.c.departed.is_(None))
    return sorted(tx.execute(chosen).scalars())


def unit_of(tx: sa.Connection, officer: str) -> str | None:
    """Where an officer holds a post, or held the last one."""
    return tx.execute(sa.select(postings.c.unit).where(postings.c.officer == own(officer))).scalar_one_or_none()


def surveyed(tx: sa.Connection, unit: str, period: str) -> list[sa.RowMapping]:
    """A unit's published results whose period is, or begins with, this one."""
    mine = (surveys.c.unit == unit) & surveys.c.period.startswith(period, autoescape=True)
    return list(tx.execute(sa.select(surveys).where(mine).order_by(surveys.c.service, surveys.c.period)).mappings())


def grades(tx: sa.Connection, officers: Sequence[str], period: str) -> list[str]:
    """The grades that these officers got in a period, in the order in which they got them."""
    found = sql.gather(tx, ("position", "period", "grade"), "evaluations", "officer", list(officers))
    return [str(grade) for _, of, grade in sorted(found) if str(of).startswith(period)]


def hours_of(tx: sa.Connection, officers: Sequence[str], year: int) -> dict[str, Decimal]:
    """Lesson hours (JP) of a year, by officer; whoever has none is left out."""
    made: dict[str, Decimal] = {}
    for officer, of, value in sql.gather(tx, ("officer", "year", "hours"), "training_hours", "officer", list(officers)):
        if of == year:
            made[officer] = made.get(officer, Decimal()) + Decimal(value)
    return made


def planned(tx: sa.Connection, subjects: Sequence[str]) -> list[Mapping[str, Any]]:
    """Support plans of units or officers, as they stand."""
    columns = ("subject", "cause", "state", "outcome", "measures", "review")
    found = sql.gather(tx, columns, "support_plans", "subject", list(subjects))
    return [dict(zip(columns, row, strict=True)) for row in sorted(found, key=str)]


def evaluated(tx: sa.Connection, officer: str) -> list[sa.RowMapping]:
    """An officer's evaluations, the first period first."""
    mine = evaluations.c.officer == own(officer)
    return list(tx.execute(sa.select(evaluations).where(mine).order_by(evaluations.c.period)).mappings())


def coworkers(tx: sa.Connection, officer: str) -> list[tuple[str, str, int, dict[str, Decimal]]]:
    """`(period, group, givers, mean by behaviour)`, of groups of three or more, in periods that were evaluated: before,
    each further answer could be told from the difference."""
    ended = {row["period"] for row in evaluated(tx, officer)}
    chosen = sa.select(reviews).where(reviews.c.officer == own(officer), reviews.c.n >= GIVERS)
    made = []
    for row in tx.execute(chosen.order_by(reviews.c.period, reviews.c.givers)).mappings():
        if row["period"] in ended:
            sums = codec.trusted(row["sums"])
            means = {name: (Decimal(of) / row["n"]).quantize(Decimal("0.01")) for name, of in sums.items()}
            made.append((row["period"], row["givers"], row["n"], means))
    return made
