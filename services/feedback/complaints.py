"""A complaint (pengaduan): filed by anybody, answered by the unit, closed by who handles it, and not before."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Final

from shared.events import Refused, streams
from shared.events.feedback import ComplaintAnswered, ComplaintClosed, ComplaintEvent, ComplaintFiled
from shared.events.platform import Words

KINDS = ("delay", "fee", "conduct", "facilities", "discrimination", "other")
OUTCOMES = ("remedied", "explained", "unfounded", "referred")

_PLACE: Final = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)*", re.ASCII)
_SERVICE: Final = re.compile(r"[a-z][a-z0-9-]{0,39}", re.ASCII)
MOST_DIGITS: Final = 6  # of a unit and its service together: no NIK, no telephone number, however it is cut up


@dataclass(frozen=True, slots=True, kw_only=True)
class FileComplaint:
    """Mengadu, by anybody: which service of which unit, of what kind; the words lie in the vault."""

    unit: str
    service: str
    kind: str
    words: Words
    id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerComplaint:
    """Menjawab pengaduan, by the unit's head, with a measure."""

    words: Words
    measure: str
    unit: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseComplaint:
    """Menutup pengaduan, by who handles it."""

    outcome: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Nothing of other streams."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Complaint:
    """As filed; its answer, its end."""

    filed: ComplaintFiled
    answer: ComplaintAnswered | None = None
    closed: ComplaintClosed | None = None


Command = FileComplaint | AnswerComplaint | CloseComplaint
State = Complaint | None
initial: State = None


def decide(command: Command, state: State, facts: Facts) -> list[ComplaintEvent]:
    """One row, one rule; the first that fits decides."""
    match state, command:
        case None, FileComplaint():
            return _filed(command)
        case Complaint(filed=filed), FileComplaint() if filed == _event(command):
            return []
        case None, _:
            raise Refused("complaint.unknown")
        case Complaint(filed=filed), AnswerComplaint(unit=unit) if not streams.covers(unit or "-", filed.unit):
            raise Refused("complaint.other_unit")
        case Complaint(), AnswerComplaint():
            return _answered(command, state)
        case Complaint(), CloseComplaint(outcome=outcome):
            return _closed(outcome, state)
    raise Refused("complaint.known")


def _answered(command: AnswerComplaint, state: Complaint) -> list[ComplaintEvent]:
    made = ComplaintAnswered(words=command.words, measure=command.measure)
    if made == state.answer:
        return []
    if state.closed is not None:
        raise Refused("complaint.closed")
    return [made]


def _filed(command: FileComplaint) -> list[ComplaintEvent]:
    if command.kind not in KINDS:
        raise Refused("complaint.kind")
    if command.unit.partition(".")[0] != (command.id or "").partition(".")[0]:
        raise Refused("complaint.other_unit")
    check_place(command.unit, command.service)
    return [_event(command)]


def check_place(unit: str, service: str) -> None:
    """Refused (`feedback.code`) unless these are short codes with few digits: anybody at all writes them into an event,
    which stays for ever."""
    named = f"{unit} {service}"
    if not _PLACE.fullmatch(unit) or not _SERVICE.fullmatch(service) or re.search("[0-9]{4}", named):
        raise Refused("feedback.code")
    if sum(sign.isdigit() for sign in named) > MOST_DIGITS:
        raise Refused("feedback.code")


def _closed(outcome: str, state: Complaint) -> list[ComplaintEvent]:
    made = ComplaintClosed(outcome=outcome)
    if state.answer is None:
        raise Refused("complaint.not_answered")
    if made == state.closed:
        return []
    if state.closed is not None:
        raise Refused("complaint.closed")
    if outcome not in OUTCOMES:
        raise Refused("complaint.outcome")
    return [made]


def _event(command: FileComplaint) -> ComplaintFiled:
    return ComplaintFiled(unit=command.unit, service=command.service, kind=command.kind, words=command.words)


def evolve(state: State, event: ComplaintEvent) -> State:
    """What is true once it has happened."""
    match state, event:
        case None, ComplaintFiled():
            return Complaint(filed=event)
        case Complaint(), ComplaintAnswered():
            return replace(state, answer=event)
        case Complaint(), ComplaintClosed():
            return replace(state, closed=event)
    return state
