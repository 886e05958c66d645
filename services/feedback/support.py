"""A support plan of a unit's service or of an officer: opened by a measurement, each gap with a cause and a measure
that fits it, closed by a new and better measurement alone. Support, never a sanction."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import ClassVar

from services.feedback.facts import SURVEY, Standing
from services.feedback.instruments import INSTRUMENT
from shared.events import Refused, streams
from shared.events.feedback import Measure, SupportEvent, SupportPlanClosed, SupportPlanOpened, SupportPlanProgressed
from shared.events.platform import Words
from shared.rules import appraisal, unit_cases
from shared.rules.calendar import arrived, day_of

AGREED, STATES = "agreed", ("agreed", "done", "missed")
OUTCOMES = ("improved", "no_longer_needed")


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenSupportPlan:
    """Membuka rencana dukungan, by the reaction to a result or an evaluation."""

    cause: str
    gaps: tuple[str, ...]
    measures: tuple[Measure, ...]
    officers: tuple[str, ...]
    review: dt.date
    mentor: str | None = None
    id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NameCause:
    """Menyebut sebab dan tindakan of a gap, by the head, within 14 days."""

    PREPARED: ClassVar = ("about_unit",)

    gap: str
    cause: str
    measure: str
    kind: str
    until: dt.date
    words: Words | None = None
    about_unit: str = ""
    at: str | None = None
    unit: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgressPlan:
    """Kemajuan of a measure: agreed, done or missed, by the head, the mentor or an officer of the plan."""

    PREPARED: ClassVar = ("about_unit",)

    measure: str
    state: str
    words: Words | None = None
    about_unit: str = ""
    by: str | None = None
    unit: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosePlan:
    """Menutup rencana dukungan, by the head, on the new measurement that it cites (`feedback:412`); with the trainings
    that were completed meanwhile."""

    PREPARED: ClassVar = ("about_unit", "trainings")

    outcome: str
    evaluation: str
    about_unit: str = ""
    trainings: tuple[str, ...] = ()
    unit: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """How the service or the officer stands."""

    standing: Standing


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """As opened; its measures as they stand, by id; its end."""

    opened: SupportPlanOpened
    measures: Mapping[str, SupportPlanProgressed] = field(default_factory=dict)
    closed: SupportPlanClosed | None = None

    @property
    def is_of_unit(self) -> bool:
        """A survey opened it."""
        return self.opened.cause == SURVEY


Command = OpenSupportPlan | NameCause | ProgressPlan | ClosePlan
State = Plan | None
initial: State = None


def decide(command: Command, state: State, facts: Facts) -> list[SupportEvent]:
    """One row, one rule; the first that fits decides."""
    match state, command:
        case None, OpenSupportPlan():
            return _opened(command, facts.standing)
        case None, _:
            raise Refused("support.unknown")
        case Plan(opened=opened), OpenSupportPlan() if opened == _event(command):
            return []
        case Plan(), ProgressPlan(by=by) if by in _helpers(state.opened):
            return _progressed(command, state)
        case Plan(), NameCause() | ProgressPlan() | ClosePlan() if not _reaches(command):
            raise Refused("support.other_unit")
        case Plan(), NameCause():
            return _named(command, state)
        case Plan(), ProgressPlan():
            return _progressed(command, state)
        case Plan(), ClosePlan():
            return _closed(command, state, facts.standing)
    raise Refused("support.known")


def _reaches(command: NameCause | ProgressPlan | ClosePlan) -> bool:
    """Whether somebody acts in the unit that the plan is about, or above it."""
    return streams.covers(command.unit or "-", command.about_unit or "?")


def _opened(command: OpenSupportPlan, standing: Standing) -> list[SupportEvent]:
    """By what was measured last, one at a time."""
    if standing.plan:
        raise Refused("support.open")
    if not command.gaps or standing.position < 0:
        raise Refused("support.not_needed")
    if command.cause == SURVEY and not unit_cases.opens(standing.grade, standing.respondents):
        raise Refused("support.not_needed")
    if command.cause == "grade" and standing.grade not in appraisal.SUPPORTED:
        raise Refused("support.not_needed")
    if command.cause == "behaviour" and not set(command.gaps) <= set(standing.below):
        raise Refused("support.not_needed")
    return [_event(command)]


def _event(command: OpenSupportPlan) -> SupportPlanOpened:
    return SupportPlanOpened(
        cause=command.cause, gaps=command.gaps, measures=command.measures, officers=command.officers,
        review=command.review, mentor=command.mentor,
    )  # fmt: skip


def _helpers(opened: SupportPlanOpened) -> set[str]:
    return {*opened.officers, *filter(None, (opened.mentor,))}


def _named(command: NameCause, plan: Plan) -> list[SupportEvent]:
    """A measure that answers its gap: nobody is trained because a waiting room lacks chairs."""
    made = SupportPlanProgressed(
        measure=command.measure, state=AGREED, kind=command.kind, gap=command.gap, cause=command.cause,
        until=command.until, words=command.words,
    )  # fmt: skip
    if plan.measures.get(command.measure) == made:
        return []
    if plan.closed is not None:
        raise Refused("support.closed")
    if command.gap not in plan.opened.gaps:
        raise Refused("support.gap")
    if command.kind not in unit_cases.MEASURES:
        raise Refused("support.kind")
    if plan.is_of_unit and not unit_cases.may_answer(command.kind, command.gap, INSTRUMENT):
        raise Refused("support.kind")
    if command.measure in _known(plan):
        raise Refused("support.measure_known")
    if command.until < day_of(arrived(command.at)):
        raise Refused("support.until")
    return [made]


def _known(plan: Plan) -> set[str]:
    return {*plan.measures, *(measure.id for measure in plan.opened.measures)}


def _progressed(command: ProgressPlan, plan: Plan) -> list[SupportEvent]:
    """A measure moves on, and may be missed; its kind and day stay as they were agreed."""
    if command.measure not in _known(plan):
        raise Refused("support.measure_unknown")
    if command.state not in STATES:
        raise Refused("support.state")
    before = plan.measures.get(command.measure)
    if (AGREED if before is None else before.state) == command.state:
        return []
    if plan.closed is not None:
        raise Refused("support.closed")
    return [SupportPlanProgressed(measure=command.measure, state=command.state, words=command.words)]


def _closed(command: ClosePlan, plan: Plan, standing: Standing) -> list[SupportEvent]:
    """On the last measurement, made after the plan was opened, and good: for a service A or B by at least 30 answers,
    for an officer a grade and behaviours that open no plan."""
    before = plan.closed
    if before is not None and (before.outcome, before.evaluation) == (command.outcome, command.evaluation):
        return []
    if before is not None:
        raise Refused("support.closed")
    if command.outcome not in OUTCOMES:
        raise Refused("support.outcome")
    if standing.position <= standing.opened or command.evaluation != f"feedback:{standing.position}":
        raise Refused("support.not_measured_again")
    if not _is_better(plan, standing):
        raise Refused("support.not_measured_again")
    return [SupportPlanClosed(outcome=command.outcome, trainings=command.trainings, evaluation=command.evaluation)]


def _is_better(plan: Plan, standing: Standing) -> bool:
    if plan.is_of_unit:
        return unit_cases.closes(standing.grade, standing.respondents)
    return standing.grade not in appraisal.SUPPORTED and not set(plan.opened.gaps) & set(standing.below)


def evolve(state: State, event: SupportEvent) -> State:
    """What is true once it has happened."""
    match state, event:
        case _, SupportPlanOpened():
            return Plan(opened=event)
        case Plan(measures=measures), SupportPlanProgressed(measure=measure):
            return replace(state, measures={**measures, measure: event})
        case Plan(), SupportPlanClosed():
            return replace(state, closed=event)
    return state
