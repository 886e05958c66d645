"""An application as its applicant reads it, and as those who check it or answer its objection do; nobody else.

An applicant learns a finding when the vacancy's result is announced, never before the others; the answer to an own
objection at once. Who found or answered is told to nobody here.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any, Final

import sqlalchemy as sa

from services.intake import applications as decider
from services.intake import views
from services.intake.applications import Application, State
from services.intake.published import events_of, notice_of
from services.intake.routes import Said
from services.intake.standings import said, shown
from services.intake.verifiers import ties, verifiers
from services.intake.views import applications
from shared.events import NotFound, Recorded, codec, instant
from shared.events.intake import (
    ApplicationSubmitted,
    ApplicationWithdrawn,
    CheckObjectionDecided,
    CheckObjectionFiled,
    DocumentsChecked,
    Finding,
    Requirement,
)
from shared.ledger import Ledger
from shared.runtime.access import RecordRead
from shared.runtime.http.rules import agency_of
from shared.runtime.identity import Principal

FILE: Final = ("application",)  # statements, findings, facts: what an application's page shows
GROUNDS: Final[Mapping[str, str]] = {"verifier": "document_check", "committee": "check_objection"}  # by role
WITHDRAWABLE: Final = ("submitted", "checking", "meets", "fails")


class Arrived(Said):
    """Where an event stands, when it was recorded, when it had arrived: arrival decides deadlines."""

    position: int
    at: str
    received_at: str | None = None


class Document(Said):
    """A document in the applicant's vault, for one published requirement; `mac` is its keyed digest."""

    requirement: str
    words: str | None = None
    file: str
    mac: str
    pages: int


class Found(Said):
    """A finding about one published requirement, quoted: met, not_met, unreadable; why, by a reason's code. `note`
    names words in the vault."""

    requirement: str
    words: str | None = None
    result: str
    reason: str
    note: str | None = None


class Objection(Arrived):
    """Against one requirement's finding, as announcement n told it; `note` names the applicant's words."""

    announcement: int
    requirement: str
    note: str


class Decision(Arrived):
    """The committee's answer; `meets` is the result from here on."""

    upheld: bool
    reason: str
    fault: str
    meets: bool
    note: str


class Next(Said):
    """What whoever asks may do now, before `until` where there is an end."""

    act: str
    until: str | None = None
    announcement: int | None = None


class File(Said):
    """An application: as sent, what was found, what was objected, what became of it, what can be done next."""

    application: str
    vacancy: str
    kind: str
    state: str
    words: str
    submitted: Arrived
    deadline: int
    channel: str
    statements: list[str]
    documents: list[Document]
    findings: list[Found] | None = None
    facts: dict[str, str] | None = None
    checked: Arrived | None = None
    objection: Objection | None = None
    decision: Decision | None = None
    withdrawn: Arrived | None = None
    next: list[Next]
    position: int
    as_of: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One look at an application: the table's rows, its own history, and as what somebody looks."""

    row: sa.RowMapping
    notice: sa.RowMapping
    records: Sequence[Recorded]
    requirements: Mapping[str, Requirement]
    state: State
    roles: frozenset[str]  # of officials; empty for the applicant
    now: str

    def last(self, of: Any) -> Recorded | None:
        """The last event of a type."""
        found = [one for one in self.records if isinstance(codec.event_of(one), of)]
        return found[-1] if found else None


def row(tx: sa.Connection, application: str) -> sa.RowMapping | None:
    """An application that was sent, as intake's table has it."""
    chosen = sa.select(applications).where(applications.c.application == application)
    return tx.execute(chosen).mappings().one_or_none()


def file(ledger: Ledger, application: str, principal: Principal, now: dt.datetime, lang: str) -> File:
    """NotFound for whoever is neither the applicant, nor a sworn verifier without a tie, nor of the agency's
    committee."""
    size, look = ledger.size(), _look(ledger, application, principal, now)
    sent = look.last(ApplicationSubmitted)
    if sent is None or look.state is None:  # the table says that it was sent
        raise NotFound(application)
    event, state = look.state.submitted, _shown(look)
    documents = [
        Document(
            requirement=one.requirement, words=_words(look, one.requirement), file=one.file.id, mac=one.file.mac,
            pages=one.pages,
        )
        for one in event.documents
    ]  # fmt: skip
    return File(
        application=application, vacancy=event.vacancy, kind=event.kind, state=state, words=said(state, lang),
        submitted=_moment(sent), deadline=event.deadline, channel=event.channel, statements=list(event.statements),
        documents=documents, next=_next(look, state), position=look.records[-1].position, as_of=size,
        **_outcome(look, state),
    )  # fmt: skip


def looking(ledger: Ledger, application: str, principal: Principal, now: dt.datetime) -> RecordRead | None:
    """What an official's look at an application is recorded as; None for the applicant's own. NotFound as above."""
    roles = _look(ledger, application, principal, now).roles
    if not roles:
        return None
    role = min(roles & GROUNDS.keys(), key=list(GROUNDS).index)
    return RecordRead(role=role, what=FILE, ground=GROUNDS[role])


def _shown(look: Look) -> str:
    stored, notice = look.row["state"], look.notice
    return shown(stored, notice["state"], notice["announced"], official=bool(look.roles))


def _look(ledger: Ledger, application: str, principal: Principal, now: dt.datetime) -> Look:
    with ledger.reader.begin() as tx:
        found = row(tx, application)
        if found is None:
            raise NotFound(application)
        notice = views.notice(tx, found["vacancy"])
        is_own, is_open = found["applicant"] == principal.subject, notice is not None and notice["state"] == "open"
        roles = frozenset() if is_own or is_open else _roles(tx, principal, found)
    if notice is None or (not roles and found["applicant"] != principal.subject):
        raise NotFound(application)
    records = ledger.history(f"application-{application}")
    asked = notice_of(events_of(ledger, found["vacancy"]))
    return Look(
        row=found, notice=notice, records=records, roles=roles, now=instant(now),
        requirements={} if asked is None else {one.id: one for one in asked.requirements},
        state=reduce(decider.evolve, map(codec.event_of, records), decider.initial),
    )  # fmt: skip


def _roles(tx: sa.Connection, principal: Principal, found: sa.RowMapping) -> frozenset[str]:
    """As what an official of the agency may read it."""
    if not principal.unit or agency_of(principal.unit) != agency_of(found["application"]):
        return frozenset()
    roles = principal.roles & {"committee"}
    sworn = sa.select(verifiers.c.position).where(
        verifiers.c.verifier == principal.subject, verifiers.c.vacancy == found["vacancy"]
    )
    tied = sa.select(ties.c.verifier).where(
        ties.c.verifier == principal.subject, ties.c.application == found["application"]
    )
    is_sworn = tx.execute(sworn).first() is not None and tx.execute(tied).first() is None
    return roles | (principal.roles & {"verifier"} if is_sworn else frozenset())


def _outcome(look: Look, state: str) -> dict[str, Any]:
    """Findings, objection, answer, withdrawal, as far as they may be told."""
    made: dict[str, Any] = {}
    withdrawn = look.last(ApplicationWithdrawn)
    if withdrawn is not None:
        made["withdrawn"] = _moment(withdrawn)
    if not look.roles and not look.notice["announced"]:
        return made
    checked = look.last(DocumentsChecked)
    if checked is not None:
        made |= {"checked": _moment(checked), "facts": dict(codec.event_of(checked).facts)}
        made["findings"] = [_found(look, one) for one in _findings(look)]
    filed, decided = look.last(CheckObjectionFiled), look.last(CheckObjectionDecided)
    if filed is not None:
        event = codec.event_of(filed)
        made["objection"] = Objection(
            announcement=event.announcement, requirement=event.requirement, note=event.words.id,
            **_moment(filed).model_dump(),
        )  # fmt: skip
    if decided is not None:
        event = codec.event_of(decided)
        made["decision"] = Decision(
            upheld=event.upheld, reason=event.reason, fault=event.fault, meets=event.meets, note=event.words.id,
            **_moment(decided).model_dump(),
        )  # fmt: skip
    return made


def _findings(look: Look) -> Sequence[Finding]:
    """Those that hold now; of what was withdrawn, those that the check found."""
    if isinstance(look.state, Application):
        return look.state.findings
    checked = look.last(DocumentsChecked)
    return () if checked is None else codec.event_of(checked).findings


def _found(look: Look, one: Finding) -> Found:
    return Found(
        requirement=one.requirement, words=_words(look, one.requirement), result=one.result, reason=one.reason,
        note=None if one.words is None else one.words.id,
    )  # fmt: skip


def _next(look: Look, state: str) -> list[Next]:
    """What the rules would let pass from whoever looks."""
    if state in ("withdrawn", "cancelled") or not isinstance(look.state, Application):
        return []
    if look.roles:
        is_closed = look.notice["state"] in ("closed", "announced")
        checks = "verifier" in look.roles and look.state.checked is None and is_closed
        answers = "committee" in look.roles and look.state.is_objecting
        return [Next(act=act) for act, may in (("check-documents", checks), ("decide-check-objection", answers)) if may]
    made = [Next(act="withdraw-application")] if state in WITHDRAWABLE else []
    if _may_object(look, look.state):
        announced, until = look.notice["announced"], look.notice["object_until"]
        made.append(Next(act="file-check-objection", until=until, announcement=announced))
    return made


def _may_object(look: Look, state: Application) -> bool:
    """In the window, who failed, once for each announcement that changed the own result."""
    announced, until = look.notice["announced"], look.notice["object_until"]
    if not announced or look.now >= until or all(one.result == "met" for one in state.findings):
        return False
    if state.objection is not None and state.objection.announcement == announced:
        return False
    return announced == 1 or (state.decided is not None and state.decided.upheld)


def _words(look: Look, requirement: str) -> str | None:
    asked = look.requirements.get(requirement)
    return None if asked is None else asked.words


def _moment(one: Recorded) -> Arrived:
    return Arrived(position=one.position, at=one.recorded_at, received_at=one.received_at)
