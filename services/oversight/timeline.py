"""Who did what when, about one vacancy, over every ledger: the order is that in which it was recorded.

Pseudonyms, codes and positions alone: words lie in the vault, and an auditor who needs them asks there, on the record.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from services.oversight.actors import Actors
from services.oversight.related import related
from shared.events import NotFound, Recorded, codec, streams
from shared.events.selection import ScoreSealed, ScoresOpened
from shared.ledger import Ledger

SHORT: Final = 200  # signs of a value that a line tells
ROLES: Final[Mapping[str, str]] = MappingProxyType(  # who usually does it (events.md 3), by the event's name
    {
        "VacancyListed": "import", "VacancyPublished": "hr", "VacancyAnnounced": "hr", "DeadlineExtended": "hr",
        "VacancyCancelled": "ppk", "ApplicationsClosed": "timetable", "VerifierAssigned": "verifier",
        "CheckResultAnnounced": "committee", "ApplicationSubmitted": "applicant", "ApplicationWithdrawn": "applicant",
        "DocumentsChecked": "verifier", "CheckObjectionFiled": "applicant", "CheckObjectionDecided": "committee",
        "PanelDrawAnnounced": "secretary", "PanelDrawn": "secretary", "PanelistSeated": "panelist",
        "CalibrationHeld": "secretary", "ConflictDeclared": "panelist", "PanelistRecused": "panelist",
        "PanelistReplaced": "committee", "SessionScheduled": "committee", "SessionRescheduled": "committee",
        "SessionClosed": "supervisor", "SessionVoided": "supervisor", "SelectionOpened": "secretary",
        "RosterAmended": "committee", "ScoresOpened": "timetable", "StageResultAnnounced": "committee",
        "StageAnnulled": "committee", "SelectionCancelled": "ppk", "TieDecided": "committee",
        "RankingPublished": "committee", "RankingFixed": "chair", "ObjectionWindowExtended": "committee",
        "AttendanceRecorded": "supervisor", "ScoreSealed": "panelist", "StageScored": "panel",
        "ScoreCorrected": "committee", "CandidateWithdrawn": "applicant", "CandidateDisqualified": "committee",
        "ResultObjectionFiled": "applicant", "ResultObjectionDecided": "committee", "AppointmentOffered": "ppk",
        "ExternalOpinionRecorded": "hr", "OfferAccepted": "candidate", "OfferDeclined": "candidate",
        "EmployeeNumberFixed": "hr", "CandidateAppointed": "ppk", "AppointmentRevoked": "ppk",
        "OfficerOnboarded": "unit_head", "ProbationConcluded": "ppk", "OfficerDeparted": "hr",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One act: where it stands, when, whose it was (`actor` a pseudonym, `role` what they held then by people's ledger
    or are in the vacancy; without people's ledger what the catalogue says), and what it says in short values: of an act
    of two persons also who proposed and who approved it."""

    ledger: str
    position: int
    recorded_at: str
    received_at: str | None
    act: str
    role: str
    actor: str | None
    stream: str
    causation: str | None
    what: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealing:
    """A panelist's seals in a stage: how many, the first and the last, and when the stage was opened (None: not yet).
    `late`: seals after that; there should be none."""

    stage: str
    panelist: str
    seals: int
    first: str
    last: str
    opened_at: str | None
    late: int


def timeline(ledgers: Mapping[str, Ledger], vacancy: str) -> list[Line]:
    """Every act about a vacancy in these ledgers, by name. NotFound where there is none."""
    people = ledgers.get("people")
    actors = Actors.of(people) if people is not None else None
    found: list[Line] = []
    for name, ledger in ledgers.items():
        if actors is not None:
            actors.approvals(ledger)
        found += [_line(name, one, actors) for one in related(ledger, vacancy)]
    if not found:
        raise NotFound(vacancy)
    return sorted(found, key=lambda line: (line.recorded_at, line.ledger, line.position))


def sealings(ledger: Ledger, vacancy: str) -> list[Sealing]:
    """When each panelist sealed, by stage; a sheet can be read by nobody before the opening, so times are all there
    is. NotFound for a vacancy without a selection."""
    seals: dict[tuple[str, str], list[str]] = {}
    opened: dict[str, str] = {}
    begun = False
    for one in related(ledger, vacancy):
        begun = True
        match codec.event_of(one):
            case ScoreSealed(stage=stage, panelist=panelist):
                seals.setdefault((stage, panelist), []).append(one.recorded_at)
            case ScoresOpened(stage=stage):
                opened.setdefault(stage, one.recorded_at)
    if not begun:
        raise NotFound(vacancy)
    return [
        Sealing(
            stage=stage, panelist=panelist, seals=len(times), first=times[0], last=times[-1],
            opened_at=opened.get(stage), late=sum(stage in opened and at > opened[stage] for at in times),
        )
        for (stage, panelist), times in sorted(seals.items())
    ]  # fmt: skip


def _line(ledger: str, one: Recorded, actors: Actors | None) -> Line:
    act, data = one.type.split(".")[-2], codec.trusted(one.data)
    what = _short(data)
    role = ROLES.get(act, streams.category(one.stream))
    if actors is not None:
        actors.meet(codec.event_of(one))
        role = actors.role(one, role)
        if data.get("ok") in actors.approved:
            proposer, approver = actors.approved[data["ok"]]
            what |= {"proposed_by": proposer, "approved_by": approver}
    return Line(
        ledger=ledger, position=one.position, recorded_at=one.recorded_at, received_at=one.received_at, act=act,
        role=role, actor=one.actor, stream=one.stream, causation=one.causation, what=what,
    )  # fmt: skip


def _short(data: Mapping[str, Any]) -> dict[str, Any]:
    """Codes, numbers and instants; a list as its length, a long list's digest as its rows; no words of anybody's."""
    made: dict[str, Any] = {}
    for key, value in data.items():
        if key in ("words", "nonce"):
            continue
        if isinstance(value, dict):
            if "rows" in value:
                made[key] = value["rows"]
        elif isinstance(value, list):
            made[key] = len(value)
        elif not isinstance(value, str) or len(value) <= SHORT:
            made[key] = value
    return made
