"""One person's application in a round: in time or not at all, sent once and never altered, checked once, objected to
once, ended by its withdrawal.

Its stream's name is made of person and round, so a second one meets the first here, for whichever vacancy it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import ClassVar

from services.intake.facts import Notice
from shared.events import Refused
from shared.events.intake import (
    ApplicationEvent,
    ApplicationSubmitted,
    ApplicationWithdrawn,
    CheckObjectionDecided,
    CheckObjectionFiled,
    DocumentsChecked,
    Finding,
    SubmittedDocument,
)
from shared.events.platform import Words
from shared.rules.calendar import arrived

RESULTS = ("met", "not_met", "unreadable")
OWN_FAULT = "applicant"  # Permenpan RB 28/2021 art. 31: an objection is accepted only if the error is not the person's


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmitApplication:
    """Mengirim lamaran, by the applicant: a vacancy, a kind of need, documents that are in the vault already.

    `round` is the one that the signed claim on this id (header `Application-Claim`) was made for; the edge verifies and
    fills it.
    """

    PREPARED: ClassVar = ("round",)

    vacancy: str
    kind: str
    documents: tuple[SubmittedDocument, ...]
    statements: tuple[str, ...]
    channel: str
    round: str = ""
    by: str | None = None
    at: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawApplication:
    """Mengundurkan diri, by the applicant; there is no second application in this round."""

    reason: str
    by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckDocuments:
    """Memeriksa berkas, by an assigned verifier: a finding for every published requirement."""

    findings: tuple[Finding, ...]
    facts: Mapping[str, str]
    id: str | None = None
    by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FileCheckObjection:
    """Menyanggah hasil administrasi, by the applicant, about oneself, with no new file."""

    announcement: int
    requirement: str
    words: Words
    by: str | None = None
    at: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DecideCheckObjection:
    """Menjawab sanggah, by somebody of the committee who checks nothing in this vacancy; upheld by a second person,
    with the findings that hold from here on."""

    upheld: bool
    reason: str
    words: Words
    fault: str
    findings: tuple[Finding, ...] | None = None
    by: str | None = None
    ok: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the application's vacancy says."""

    notice: Notice


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """As sent; the findings that hold now, the objection and its decision."""

    submitted: ApplicationSubmitted
    checked: DocumentsChecked | None = None
    findings: tuple[Finding, ...] = ()
    objection: CheckObjectionFiled | None = None
    decided: CheckObjectionDecided | None = None

    @property
    def vacancy(self) -> str:
        """The one that it is for: what a second application is told."""
        return self.submitted.vacancy

    @property
    def is_objecting(self) -> bool:
        """An objection waits for its answer."""
        return self.objection is not None and self.decided is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawn:
    """Ended by the applicant, for this round."""

    submitted: ApplicationSubmitted

    @property
    def vacancy(self) -> str:
        """The one that it was for."""
        return self.submitted.vacancy


Command = SubmitApplication | WithdrawApplication | CheckDocuments | FileCheckObjection | DecideCheckObjection
State = Application | Withdrawn | None
initial: State = None


def decide(command: Command, state: State, facts: Facts) -> list[ApplicationEvent]:
    """One row, one rule; the first that fits decides."""
    match state, command:
        case None, SubmitApplication():
            return _submitted(command, facts.notice)
        case None, _:
            raise Refused("application.unknown")
        case Application(), _:
            return _sent_before(command, state, facts.notice)
        case Withdrawn(), WithdrawApplication():
            return []
    raise Refused("application.withdrawn")


def _sent_before(command: Command, state: Application, notice: Notice) -> list[ApplicationEvent]:
    """The rows of an application that was sent."""
    sent = state.submitted
    match command:
        case SubmitApplication() if sent == _event(command, sent.deadline):
            return []
        case SubmitApplication(vacancy=vacancy) if vacancy != sent.vacancy:
            raise Refused("application.one_per_round")
        case SubmitApplication():
            raise Refused("application.never_altered")
        case WithdrawApplication(by=by) | FileCheckObjection(by=by) if by != sent.applicant:
            raise Refused("application.not_yours")
        case WithdrawApplication() if state.is_objecting:
            raise Refused("application.objecting")
        case WithdrawApplication(reason=reason):
            return [ApplicationWithdrawn(reason=reason)]
        case _ if notice.is_cancelled:
            raise Refused("vacancy.cancelled")
        case CheckDocuments():
            return _checked(command, state, notice)
        case FileCheckObjection():
            return _objected(command, state, notice)
        case _:
            return _answered(command, state, notice)


def _submitted(command: SubmitApplication, notice: Notice) -> list[ApplicationEvent]:
    """In time by its arrival, half-open, by the deadline as it stands; for a kind that is offered, with what is asked
    for."""
    at = arrived(command.at)
    named = {document.requirement for document in command.documents}
    if notice.apply_from is None or notice.until is None:
        raise Refused("vacancy.unknown")
    if command.round != notice.round:
        raise Refused("application.other_round")
    if notice.is_cancelled:
        raise Refused("vacancy.cancelled")
    if at < notice.apply_from:
        raise Refused("application.early")
    if at >= notice.until:
        raise Refused("application.late")
    if notice.is_closed:
        raise Refused("vacancy.closed")
    if command.kind not in notice.kinds:
        raise Refused("application.kind")
    if not named <= set(notice.requirements):
        raise Refused("application.requirement_unknown")
    if not named >= set(notice.proved) or any(document.pages < 1 for document in command.documents):
        raise Refused("application.document_missing")
    return [_event(command, notice.position)]


def _checked(command: CheckDocuments, state: Application, notice: Notice) -> list[ApplicationEvent]:
    """By a sworn verifier without a tie to it, nor their own, once; who fails is told which published requirement
    (Gresik 2021)."""
    by, own = command.by or "", (command.id or "").partition(".")[2]
    made = DocumentsChecked(findings=command.findings, meets=_meets(command.findings), facts=command.facts)
    if made == state.checked:
        return []
    if not notice.is_closed:
        raise Refused("vacancy.still_open")
    if by not in notice.verifiers:
        raise Refused("check.not_assigned")
    if by == state.submitted.applicant or own in notice.verifiers[by]:
        raise Refused("check.tied")
    if state.checked is not None:
        raise Refused("check.already")
    _check_findings(command.findings, notice)
    return [made]


def _check_findings(findings: tuple[Finding, ...], notice: Notice) -> None:
    """One for each published requirement and for nothing else; what is not met says why."""
    named = [finding.requirement for finding in findings]
    if not set(named) <= set(notice.requirements):
        raise Refused("check.requirement_unknown")
    if sorted(named) != sorted(notice.requirements):
        raise Refused("check.incomplete")
    for finding in findings:
        if finding.result not in RESULTS:
            raise Refused("check.result")
        if finding.result != "met" and not finding.reason.strip():
            raise Refused("check.without_reason")


def _objected(command: FileCheckObjection, state: Application, notice: Notice) -> list[ApplicationEvent]:
    """Within the window, once for each announcement that changed one's own result, only by who failed."""
    made = CheckObjectionFiled(announcement=command.announcement, requirement=command.requirement, words=command.words)
    failed = [finding.requirement for finding in state.findings if finding.result != "met"]
    before = state.objection
    if made == before:
        return []
    if notice.object_until is None or made.announcement != notice.announced:
        raise Refused("objection.announcement")
    if not failed:
        raise Refused("objection.not_failed")
    if before is not None and before.announcement == made.announcement:
        raise Refused("objection.once")
    if made.announcement > 1 and (state.decided is None or not state.decided.upheld):
        raise Refused("objection.not_new")
    if arrived(command.at) >= notice.object_until:
        raise Refused("objection.late")
    if made.requirement not in failed:
        raise Refused("objection.requirement")
    return [made]


def _answered(command: DecideCheckObjection, state: Application, notice: Notice) -> list[ApplicationEvent]:
    """By nobody who checks in this vacancy, nor about oneself; the live result is replaced where it is upheld."""
    made = _decision(command)
    if state.decided is not None and made == replace(state.decided, ok=command.ok):
        return []
    if not state.is_objecting:
        raise Refused("objection.none")
    if command.by == state.submitted.applicant or (command.by or "") in notice.verifiers:
        raise Refused("objection.own_check")
    if made.upheld and made.fault == OWN_FAULT:
        raise Refused("objection.own_fault")
    if made.upheld != (made.findings is not None) or not made.reason.strip():
        raise Refused("objection.result")
    if made.findings is not None:
        _check_findings(made.findings, notice)
    if made.upheld and made.ok is None:
        raise Refused("act.needs_approval")
    return [made]


def evolve(state: State, event: ApplicationEvent) -> State:
    """What is true once it has happened."""
    match state, event:
        case None, ApplicationSubmitted():
            return Application(submitted=event)
        case Application(submitted=sent), ApplicationWithdrawn():
            return Withdrawn(submitted=sent)
        case Application(), DocumentsChecked(findings=findings):
            return replace(state, checked=event, findings=findings)
        case Application(), CheckObjectionFiled():
            return replace(state, objection=event, decided=None)
        case Application(), CheckObjectionDecided(findings=findings):
            return replace(state, decided=event, findings=state.findings if findings is None else findings)
    return state


def _meets(findings: tuple[Finding, ...]) -> bool:
    return all(finding.result == "met" for finding in findings)


def _event(command: SubmitApplication, deadline: int) -> ApplicationSubmitted:
    return ApplicationSubmitted(
        vacancy=command.vacancy,
        applicant=command.by or "",
        kind=command.kind,
        documents=command.documents,
        statements=command.statements,
        deadline=deadline,
        channel=command.channel,
    )


def _decision(command: DecideCheckObjection) -> CheckObjectionDecided:
    return CheckObjectionDecided(
        upheld=command.upheld,
        reason=command.reason,
        words=command.words,
        fault=command.fault,
        meets=command.upheld and command.findings is not None and _meets(command.findings),
        findings=command.findings,
        ok=command.ok,
    )
