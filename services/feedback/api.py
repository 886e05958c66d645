"""Feedback's commands over HTTP: who may send which, and what is checked before it is posted.

Never by HTTP: what comes out of the box, and the plan that a reaction opens. What stands in an event for ever is a
code; sentences about a person lie in the vault.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any, Final

from fastapi import APIRouter, Request

from services.feedback import ballots, open_routes, queries, staff
from services.feedback.complaints import AnswerComplaint, CloseComplaint
from services.feedback.evaluations import AgreePlan, AskCoworkers, EvaluateOfficer, ReplyToEvaluation
from services.feedback.examples import EXAMPLES
from services.feedback.results import PublishSurvey
from services.feedback.support import ClosePlan, NameCause, ProgressPlan
from services.feedback.surveys import IssueCodes
from shared.events import NotFound, Refused, streams
from shared.events.platform import Words
from shared.runtime.calls import Call
from shared.runtime.http import acts as http
from shared.runtime.http.acts import Act
from shared.runtime.http.arrivals import Arrivals
from shared.runtime.http.rules import Rule
from shared.runtime.identity import Principal
from shared.runtime.pipeline import Pipeline

CODE: Final = re.compile("(?!.*[0-9]{4})[a-z][a-z0-9_]{0,39}")  # no sentence, no NIK, no telephone number
NAME: Final = re.compile("(?!.*[0-9]{4})[a-z0-9][a-z0-9_.-]{0,39}")  # of a counter, a measure, a target
DIGEST: Final = re.compile("[0-9a-f]{64}")
BEACON: Final = re.compile("[a-z0-9.-]{1,40}:[0-9]{1,12}|[0-9a-f]{64}")
SERVICE: Final = re.compile("[a-z][a-z0-9-]{0,39}")

KeepWords = Callable[[str | None, str], Words]  # whose (None: nobody's), and what they say

HR: Final = Rule(roles=frozenset({"hr"}), of="agency")
HEAD: Final = Rule(roles=frozenset({"unit_head"}), of="agency")  # of the unit, says the rule of each act
COUNTER: Final = Rule(roles=frozenset({"counter"}), of="unit")
OFFICER: Final = Rule(roles=frozenset({"officer"}), of="agency")
HELPERS: Final = Rule(roles=frozenset({"unit_head", "mentor", "officer"}), of="agency")


def acts() -> tuple[Act, ...]:
    """Every command that people send to feedback."""
    return (
        _act("survey", IssueCodes, COUNTER, before=_issued),
        _act("service", PublishSurvey, HR, before=_service),
        _act("evaluation", AgreePlan, HEAD, before=_period),
        _act("evaluation", AskCoworkers, HR, before=_asked),
        _act("evaluation", EvaluateOfficer, HEAD, before=_period),
        _act("evaluation", ReplyToEvaluation, OFFICER, before=_own),
        _act("complaint", AnswerComplaint, HEAD, before=_answered),
        _act("complaint", CloseComplaint, HR),
        _act("support", NameCause, HEAD, before=_named),
        _act("support", ProgressPlan, HELPERS, before=_progressed),
        _act("support", ClosePlan, HEAD),
    )


def router(pipeline: Pipeline, arrivals: Arrivals, *, words: KeepWords) -> APIRouter:
    """Commands, the routes of those who stay nameless, reads. `words` keeps in the
    vault what they say."""
    ballots.create(pipeline.ledger)
    staff.create(pipeline.ledger.writer)
    made = APIRouter()
    made.include_router(open_routes.router(pipeline, words))
    made.include_router(queries.router())
    made.include_router(http.router(pipeline.service, acts(), arrivals))
    return made


def _issued(_: Request, __: Principal, call: Call) -> Call:
    """Digests, a counter's name, a service's name."""
    command = call.command
    _check(SERVICE, streams.parts(call.stream)[1:2])
    _check(NAME, (command.counter,))
    if not all(DIGEST.fullmatch(digest) for digest in command.digests):
        raise Refused("survey.codes")
    if command.beacon is not None:
        _check(BEACON, (command.beacon,))
    return call


def _service(_: Request, __: Principal, call: Call) -> Call:
    """A unit and a service."""
    if len(streams.parts(call.stream)) != 2:
        raise NotFound(call.stream)
    return call


def _period(_: Request, __: Principal, call: Call) -> Call:
    """An officer and a period; targets by codes."""
    if not open_routes.is_of_period(call.stream):
        raise NotFound(call.stream)
    _check(NAME, (target.id for target in getattr(call.command, "targets", ())))
    return call


def _asked(request: Request, principal: Principal, call: Call) -> Call:
    _check(BEACON, (call.command.beacon,))
    return _period(request, principal, call)


def _own(_: Request, principal: Principal, call: Call) -> Call:
    """One's own; anybody else's is not there."""
    if streams.ident(call.stream).partition(".")[2] != principal.subject or not open_routes.is_of_period(call.stream):
        raise NotFound(call.stream)
    return call


def _answered(_: Request, __: Principal, call: Call) -> Call:
    _check(CODE, (call.command.measure,))
    return call


def _named(_: Request, __: Principal, call: Call) -> Call:
    _check(CODE, (call.command.cause,))
    _check(NAME, (call.command.measure,))
    return call


def _progressed(_: Request, __: Principal, call: Call) -> Call:
    _check(NAME, (call.command.measure,))
    return call


def _check(form: re.Pattern[str], texts: Iterable[str]) -> None:
    """Refused (`feedback.code`) for a sentence."""
    if not all(form.fullmatch(text) for text in texts):
        raise Refused("feedback.code")


def _act(category: str, command: Any, rule: Rule, **more: Any) -> Act:
    return Act(command=command, category=category, rule=rule, example=EXAMPLES[command], **more)
