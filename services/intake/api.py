"""Intake's commands over HTTP: who may send which, and what is checked of an applicant's before it is posted.

Never by HTTP: a vacancy of an official list (an import's), and the closing of a roll (the timetable's). Whether an
application is one's own is told by people's signed claim before it is sent, by intake's own table afterwards; what is
somebody else's answers as what is not there.
What stands in an event for ever is a code; sentences about a person lie in the vault.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from fastapi import APIRouter, Request

from services.intake import details, files
from services.intake.applications import (
    CheckDocuments,
    DecideCheckObjection,
    FileCheckObjection,
    SubmitApplication,
    WithdrawApplication,
)
from services.intake.checking import AnnounceCheck, AssignVerifier
from services.intake.examples import EXAMPLES
from services.intake.needs import ApproveNeed, ProposeNeed, RecommendNeed
from services.intake.posts import AdoptJobAnalysis, AssignActingOfficer
from services.intake.rounds import CloseRound, OpenRound
from services.intake.routes import NAME
from services.intake.rulepacks import AdoptRulePack
from services.intake.vacancies import AnnounceVacancy, CancelVacancy, ExtendDeadline, PublishVacancy
from shared.events import NotFound, Refused, streams
from shared.events.intake import SubmittedDocument
from shared.events.platform import Words
from shared.ledger import Ledger
from shared.runtime import calls
from shared.runtime.approvals import proposed
from shared.runtime.calls import Call
from shared.runtime.http import acts as http
from shared.runtime.http.acts import Act
from shared.runtime.http.arrivals import Arrivals
from shared.runtime.http.rules import OWN, Rule, agency_of
from shared.runtime.http.site import site_of
from shared.runtime.identity import Principal, Verifier
from shared.runtime.pipeline import Pipeline

CLAIM: Final = "application-claim"  # the header: people's token that an application's id is one's own

Vouch = Callable[[str, Sequence[SubmittedDocument]], None]  # a person, and what their application cites
OwnWords = Callable[[str, Words], None]  # a person, and words that lie in a vault
MENDED_BY_NOBODY: Final = ("notice.kind", "notice.pack", "notice.requirements", "scheme.", "timeline.", "vacancy.seats")
CODE: Final = re.compile("(?!.*[0-9]{4})[a-z][a-z0-9_]{0,39}")  # no sentence, no NIK, no telephone number
FACTS: Final = frozenset({"kind", "education", "gpa", "experience", "certificate"})  # what a ranking may ask for
VALUE: Final = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,19}|[0-9]{1,3}(\.[0-9]{1,3})?")  # a code, or a short number
PSEUDONYM: Final = re.compile("[0-9a-f]{32}")
BEACON: Final = re.compile("[a-z0-9.-]{1,40}:[0-9]{1,12}|[0-9a-f]{64}")  # a witness and the size that it signed


def of_agency(*roles: str) -> Rule:
    """For these roles, on what belongs to their agency."""
    return Rule(roles=frozenset(roles), of="agency")


HR, PPK, COMMITTEE, VERIFIER, LEGAL = map(of_agency, ("hr", "ppk", "committee", "verifier", "legal"))
UNIT_HEAD: Final = Rule(roles=frozenset({"unit_head"}), of="unit")


@dataclass(frozen=True, slots=True, kw_only=True)
class Checks:
    """What a command must be before it is posted. `verifier` comes with each use, since keys rotate."""

    ledger: Ledger
    verifier: Callable[[], Verifier]
    vouch: Vouch
    words: OwnWords

    def sending(self, request: Request, principal: Principal, call: Call) -> Call:
        """With the round of the claim. NotFound for an id that no claim of this person's names, or none that holds
        now; Refused (`application.document_unknown`) for documents that are not theirs."""
        token = request.headers.get(CLAIM)
        if token is None:
            raise Refused("claim.missing")
        try:
            said = self.verifier().read(token, "claim", NAME, site_of(request).clock())
            claimed = (said["sub"], f"{agency_of(said['round'])}.{said['application']}")
        except (Refused, KeyError):
            raise NotFound(call.stream) from None
        if claimed != (principal.subject, streams.ident(call.stream)):
            raise NotFound(call.stream)
        _check_codes((call.command.channel, *call.command.statements))
        try:
            self.vouch(principal.subject, call.command.documents)
        except NotFound:
            raise Refused("application.document_unknown") from None
        return replace(call, command=replace(call.command, round=said["round"]))

    def own(self, _: Request, principal: Principal, call: Call) -> Call:
        """An application that this person has sent. NotFound for any other."""
        with self.ledger.reader.begin() as tx:
            row = files.row(tx, streams.ident(call.stream))
        if row is None or row["applicant"] != principal.subject:
            raise NotFound(call.stream)
        return call

    def leaving(self, request: Request, principal: Principal, call: Call) -> Call:
        """The same, for a reason that is a code."""
        _check_codes((call.command.reason,))
        return self.own(request, principal, call)

    def objecting(self, request: Request, principal: Principal, call: Call) -> Call:
        """The same, in words that lie in the person's own vault."""
        made = self.own(request, principal, call)
        self.words(principal.subject, call.command.words)
        return made

    def proposing(self, request: Request, _: Principal, call: Call) -> Call:
        """A notice that nothing else can mend is not put before a second person: Refused with its first such fault. All
        of them, whatever their cure, are told by the command itself, which needs an approval if there are none."""
        if request.url.path.endswith("/propose") and not self._is_proposed(call):
            for fault in details.faults_of(self.ledger, call):
                if fault.code.startswith(MENDED_BY_NOBODY):
                    raise Refused(fault.code)
        return call

    def _is_proposed(self, call: Call) -> bool:
        """The same key gets the first answer again, whatever has become of the notice."""
        with self.ledger.reader.begin() as tx:
            return bool(calls.known(tx, [replace(call, command=proposed(call)).digest()]))


def acts(pipeline: Pipeline, *, verifier: Callable[[], Verifier], vouch: Vouch, words: OwnWords) -> tuple[Act, ...]:
    """Every command that people send to intake."""
    checks = Checks(ledger=pipeline.ledger, verifier=verifier, vouch=vouch, words=words)
    return (*_plans(), *_vacancies(checks), *_applications(checks))


def _plans() -> tuple[Act, ...]:
    return (
        _act("post", AdoptJobAnalysis, HR),
        _act("post", AssignActingOfficer, PPK),
        _act("need", ProposeNeed, UNIT_HEAD),
        _act("need", RecommendNeed, HR),
        _act("need", ApproveNeed, HR),
        _act("round", OpenRound, HR),
        _act("round", CloseRound, HR, details=details.CLOSING),
        _act("rulepack", AdoptRulePack, LEGAL),
    )


def _vacancies(checks: Checks) -> tuple[Act, ...]:
    return (
        _act("vacancy", PublishVacancy, HR, details=details.PUBLISHING, before=checks.proposing),
        _act("vacancy", AnnounceVacancy, HR),
        _act("vacancy", ExtendDeadline, HR, details=details.EXTENDING),
        _act("vacancy", CancelVacancy, PPK),
        _act("vacancy", AssignVerifier, HR, details=details.ASSIGNING, before=_sworn),
        _act("vacancy", AnnounceCheck, COMMITTEE, details=details.ANNOUNCING),
    )


def _applications(checks: Checks) -> tuple[Act, ...]:
    return (
        _act(
            "application",
            SubmitApplication,
            OWN,
            details=details.SUBMITTING,
            before=checks.sending,
            headers={CLAIM: "The token of `POST /api/people/v1/me/claims`: that this id is one's own."},
        ),
        _act("application", WithdrawApplication, OWN, before=checks.leaving),
        _act("application", CheckDocuments, VERIFIER, details=details.CHECKING, before=_found),
        _act("application", FileCheckObjection, OWN, details=details.OBJECTING, before=checks.objecting),
        _act("application", DecideCheckObjection, COMMITTEE, details=details.CHECKING, before=_answered),
    )


def router(
    pipeline: Pipeline,
    arrivals: Arrivals,
    *,
    verifier: Callable[[], Verifier],
    vouch: Vouch,
    words: OwnWords,
) -> APIRouter:
    """Their routes. `vouch` is people's word that documents are the applicant's own (NotFound if not), `words` the same
    of words that they cite."""
    return http.router(pipeline.service, acts(pipeline, verifier=verifier, vouch=vouch, words=words), arrivals)


def _found(_: Request, __: Principal, call: Call) -> Call:
    """Findings whose reasons are codes; facts that a ranking needs, as codes and numbers."""
    command = call.command
    _check_codes(one.reason for one in command.findings if one.reason)
    if not command.facts.keys() <= FACTS or not all(VALUE.fullmatch(text) for text in command.facts.values()):
        raise Refused("check.facts")
    return call


def _sworn(_: Request, __: Principal, call: Call) -> Call:
    """A verifier by pseudonym, ties by ids and codes: nobody's name."""
    command = call.command
    ids = (command.verifier, *(tie.application for tie in command.ties))
    if not all(PSEUDONYM.fullmatch(id) for id in ids) or not BEACON.fullmatch(command.beacon):
        raise Refused("verifier.form")
    _check_codes(tie.kind for tie in command.ties)
    return call


def _answered(_: Request, __: Principal, call: Call) -> Call:
    """An answer whose reason and fault are codes, and so are its findings'."""
    command = call.command
    _check_codes((command.reason, command.fault, *(one.reason for one in command.findings or () if one.reason)))
    return call


def _check_codes(texts: Iterable[str]) -> None:
    """Refused (`application.code`) for a sentence."""
    if not all(CODE.fullmatch(text) for text in texts):
        raise Refused("application.code")


def _act(category: str, command: Any, rule: Rule, **more: Any) -> Act:
    return Act(command=command, category=category, rule=rule, example=EXAMPLES[command], **more)
