"""Training's commands over HTTP: who may send which, and what is checked of a command before it is posted.

Never by HTTP: what a reaction could not place. What stands in an event for ever is a code, a pseudonym or a public
word; sentences about a person lie in the vault.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Final

from fastapi import APIRouter, Request

from services.training import queries
from services.training.classes import HoldLesson, ScheduleClass
from services.training.enrolments import CancelEnrolment, CompleteTraining, EnrolOfficer, RecordOutsideTraining
from services.training.examples import EXAMPLES
from services.training.facts import is_outside
from services.training.officers import ConcludeProbation, DepartOfficer, OnboardOfficer
from services.training.programmes import AdoptProgramme, OrderInduction, RetireProgramme
from services.training.service import TRAINING
from shared.events import NotFound, Refused, streams
from shared.runtime.calls import Call
from shared.runtime.http import acts as http
from shared.runtime.http.acts import Act
from shared.runtime.http.arrivals import Arrivals
from shared.runtime.http.rules import Rule
from shared.runtime.identity import Principal

CODE: Final = re.compile("(?!.*[0-9]{4})[a-z][a-z0-9_]{0,39}")  # no sentence, no NIK, no telephone number
PSEUDONYM: Final = re.compile("[0-9a-f]{32}")
NAMES: Final = {  # of a stream's parts behind the agency's code
    "programme": re.compile("[a-z0-9-]{1,40}"),
    "class": re.compile(r"[a-z0-9-]{1,40}\+[1-9][0-9]{0,3}"),
    "enrolment": re.compile(r"[a-z0-9-]{1,40}\+[1-9][0-9]{0,3}\+[0-9a-f]{32}"),
    "officer": PSEUDONYM,
}
CERTIFIED: Final = re.compile(r"outside\+x[0-9a-f]{64}\+[0-9a-f]{32}")
LONGEST_PROVIDER: Final = 100  # signs; an institution's name


def of_agency(*roles: str) -> Rule:
    """For these roles, on what belongs to their agency."""
    return Rule(roles=frozenset(roles), of="agency")


HR, PPK, TRAINER, UNIT_HEAD = map(of_agency, ("hr", "ppk", "trainer", "unit_head"))


def acts() -> tuple[Act, ...]:
    """Every command that people send to training."""
    return (
        _act("programme", AdoptProgramme, HR),
        _act("programme", RetireProgramme, HR),
        _act("programme", OrderInduction, HR),
        _act("class", ScheduleClass, HR),
        _act("class", HoldLesson, TRAINER),
        _act("enrolment", EnrolOfficer, HR),
        _act("enrolment", CancelEnrolment, HR),
        _act("enrolment", CompleteTraining, TRAINER),
        _act("enrolment", RecordOutsideTraining, HR),
        _act("officer", OnboardOfficer, UNIT_HEAD),
        _act("officer", ConcludeProbation, PPK),
        _act("officer", DepartOfficer, HR),
    )


def router(arrivals: Arrivals) -> APIRouter:
    """Their routes, and the reads'."""
    made = APIRouter()
    made.include_router(http.router(TRAINING, acts(), arrivals))
    made.include_router(queries.router())
    return made


def _checked(_: Request, principal: Principal, call: Call) -> Call:
    """A stream that is named as its kind is, codes for sentences, pseudonyms for persons, one's own units."""
    command = call.command
    _check_name(call)
    match command:
        case AdoptProgramme():
            _check_codes((command.kind, command.rule, *command.competences))
        case OrderInduction():
            _check_codes(command.posts)
        case RetireProgramme() | CancelEnrolment() | DepartOfficer():
            _check_codes((command.reason,))
        case EnrolOfficer():
            _check_codes((command.ground, command.cause))
        case ScheduleClass():
            _check_persons(lesson.trainer for lesson in command.sessions)
            _check_codes(lesson.id for lesson in command.sessions)
        case HoldLesson():
            _check_persons((*command.present, *command.absent))
        case RecordOutsideTraining() if len(command.provider) > LONGEST_PROVIDER:
            raise Refused("training.code")
        case OnboardOfficer():
            _check_persons((command.mentor,))
            if not streams.covers(principal.unit, command.unit):
                raise NotFound(call.stream)
    return call


def _check_name(call: Call) -> None:
    """NotFound for a stream that no event could be in."""
    outside = isinstance(call.command, RecordOutsideTraining)
    form = CERTIFIED if outside else NAMES[streams.category(call.stream)]
    _, _, name = call.stream.partition("-")[2].partition(".")
    if not form.fullmatch(name) or is_outside(call.stream) != outside:
        raise NotFound(call.stream)


def _check_codes(texts: Iterable[str]) -> None:
    """Refused (`training.code`) for a sentence."""
    if not all(CODE.fullmatch(text) for text in texts):
        raise Refused("training.code")


def _check_persons(ids: Iterable[str]) -> None:
    """Refused (`training.person`) for what is no pseudonym."""
    if not all(PSEUDONYM.fullmatch(id) for id in ids):
        raise Refused("training.person")


def _act(category: str, command: Any, rule: Rule) -> Act:
    return Act(command=command, category=category, rule=rule, example=EXAMPLES[command], before=_checked)
