"""An officer's evaluation in a period: first the plan that head and officer agree, then the grade that follows from the
ratings (Permenpan RB 6/2022), then the officer's reply.

Drawn coworkers count from 3 answers of a group on; who was drawn stands in no event.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import ClassVar

from services.feedback.appraised import PACK_DIGEST
from services.feedback.facts import Standing
from services.feedback.periods import period
from shared.events import Refused, streams
from shared.events.feedback import (
    CoworkersAsked,
    EvaluationEvent,
    OfficerEvaluated,
    OfficerReplied,
    PerformancePlanAgreed,
    Target,
)
from shared.events.platform import ListDigest, Words
from shared.rules import appraisal, draws
from shared.rules.calendar import arrived, start_of, window_end

ANSWERING = 14  # days that coworkers have


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreePlan:
    """Menyepakati SKP, by the head; `consented`: the officer has sent the very same before."""

    PREPARED: ClassVar = ("consented", "officer_unit")

    targets: tuple[Target, ...]
    words: Words
    consented: bool = False
    officer_unit: str = ""
    by: str | None = None
    unit: str | None = None
    id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AskCoworkers:
    """Mengundi rekan, at the end of a period, by a public value. `eligible`: names that nobody can guess, by group, in
    no order; `list` commits to them. `drawn` and `nonce` say who they are, for the tables alone."""

    PREPARED: ClassVar = ("eligible", "list", "period", "drawn", "nonce")

    beacon: str
    eligible: Mapping[str, tuple[str, ...]] | None = None
    list: ListDigest | None = None
    period: str = ""
    drawn: Mapping[str, str] | None = None  # group by coworker
    nonce: str = ""
    at: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluateOfficer:
    """Menilai, by the head: results and each behaviour against expectation; the grade follows. `answers` of coworkers
    by group, `waiting` of them not yet in the ledger; `surveys` are the results of the officer's unit."""

    PREPARED: ClassVar = ("answers", "waiting", "surveys", "officer_unit")

    results: str
    behaviours: Mapping[str, str]
    words: Words
    survey: str | None = None
    answers: Mapping[str, int] | None = None
    waiting: int = 0
    surveys: tuple[str, ...] = ()
    officer_unit: str = ""
    by: str | None = None
    at: str | None = None
    unit: str | None = None
    id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyToEvaluation:
    """Menanggapi penilaian, by the officer: the evaluation at this version of the stream."""

    to: int
    words: Words
    by: str | None = None
    id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """How the officer stands."""

    standing: Standing


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """What there is of it; `at` is the version of the evaluation itself."""

    version: int = 0
    plan: PerformancePlanAgreed | None = None
    asked: CoworkersAsked | None = None
    evaluated: OfficerEvaluated | None = None
    at: int = -1
    reply: OfficerReplied | None = None


Command = AgreePlan | AskCoworkers | EvaluateOfficer | ReplyToEvaluation
State = Evaluation
initial = Evaluation()


def decide(command: Command, state: State, facts: Facts) -> list[EvaluationEvent]:
    """One row, one rule; the first that fits decides."""
    match command:
        case ReplyToEvaluation():
            return _replied(command, state)
        case AskCoworkers():
            return _asked(command, state)
        case _ if not streams.covers(command.unit or "-", command.officer_unit or "?"):
            raise Refused("evaluation.other_unit")
        case _ if command.by == (command.id or "").partition(".")[2]:
            raise Refused("evaluation.own")
        case AgreePlan():
            return _agreed(command, state)
    return _evaluated(command, state)


def _agreed(command: AgreePlan, state: State) -> list[EvaluationEvent]:
    """By both, once; late after day 30, and yet agreed."""
    made = PerformancePlanAgreed(targets=command.targets, words=command.words)
    ids = [target.id for target in made.targets]
    if made == state.plan:
        return []
    if state.plan is not None:
        raise Refused("evaluation.plan_agreed")
    if not ids or len(set(ids)) != len(ids):
        raise Refused("evaluation.targets")
    if not command.consented:
        raise Refused("evaluation.not_agreed")
    return [made]


def asked_of(eligible: Mapping[str, tuple[str, ...]], beacon: str) -> dict[str, tuple[str, ...]]:
    """Whom the draw names in each group; no group of which fewer than 3 are eligible."""
    seed = draws.seed_of(beacon)
    found = {group: draws.coworkers(ids, seed) for group, ids in sorted(eligible.items())}
    return {group: ids for group, ids in found.items() if ids}


def _asked(command: AskCoworkers, state: State) -> list[EvaluationEvent]:
    """Once, from the last day of the period on, before the evaluation."""
    ends = period(command.period)
    if state.asked is not None:
        return []
    if state.plan is None:
        raise Refused("evaluation.no_plan")
    if state.evaluated is not None:
        raise Refused("evaluation.done")
    if ends is None or arrived(command.at) < start_of(ends.last):
        raise Refused("coworkers.early")
    drawn = asked_of(command.eligible or {}, command.beacon)
    if not drawn or command.list is None:
        raise Refused("coworkers.too_few")
    groups = {group: len(ids) for group, ids in drawn.items()}
    until = window_end(arrived(command.at), ANSWERING)
    return [CoworkersAsked(groups=groups, eligible=command.list, beacon=command.beacon, until=until)]


def _evaluated(command: EvaluateOfficer, state: State) -> list[EvaluationEvent]:
    """After the plan, and after the coworkers where they were asked; graded by the nine cells alone."""
    before = state.evaluated
    if state.plan is None:
        raise Refused("evaluation.no_plan")
    if before is not None and before == _event(command, before.grade, before.coworkers):
        return []
    if before is not None:
        raise Refused("evaluation.done")
    if state.asked is not None and (arrived(command.at) < state.asked.until or command.waiting):
        raise Refused("evaluation.coworkers_pending")
    if command.survey is not None and command.survey not in command.surveys:
        raise Refused("evaluation.survey")
    rated = {command.results, *command.behaviours.values()}
    if command.behaviours.keys() != set(appraisal.BEHAVIOURS) or not rated <= appraisal.LEVELS.keys():
        raise Refused("evaluation.ratings")
    grade = appraisal.grade(command.results, appraisal.behaviour(command.behaviours))
    return [_event(command, grade, counted(command.answers or {}))]


def counted(answers: Mapping[str, int]) -> int:
    """Coworkers' answers that count: those of groups with 3 or more."""
    return sum(n for n in answers.values() if appraisal.peers_count(n))


def _event(command: EvaluateOfficer, grade: str, coworkers: int) -> OfficerEvaluated:
    return OfficerEvaluated(
        results=command.results, behaviours=command.behaviours, grade=grade, coworkers=coworkers, words=command.words,
        pack_digest=PACK_DIGEST, survey=command.survey,
    )  # fmt: skip


def _replied(command: ReplyToEvaluation, state: State) -> list[EvaluationEvent]:
    """By the officer alone, once."""
    made = OfficerReplied(to=command.to, words=command.words)
    if command.by != (command.id or "").partition(".")[2]:
        raise Refused("evaluation.not_yours")
    if made == state.reply:
        return []
    if state.evaluated is None or command.to != state.at:
        raise Refused("evaluation.none")
    if state.reply is not None:
        raise Refused("evaluation.replied")
    return [made]


def evolve(state: State, event: EvaluationEvent) -> State:
    """What is true once it has happened."""
    now = replace(state, version=state.version + 1)
    match event:
        case PerformancePlanAgreed():
            return replace(now, plan=event)
        case CoworkersAsked():
            return replace(now, asked=event)
        case OfficerEvaluated():
            return replace(now, evaluated=event, at=state.version)
        case OfficerReplied():
            return replace(now, reply=event)
    return now
