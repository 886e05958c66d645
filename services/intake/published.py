"""A vacancy as everybody may read it: the notice as it was frozen, and what became of it, from its own events.

How many have applied is told once the roll stands, never while it is open; the counts by group never.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any, Final

from pydantic import Field

from services.intake.routes import Said
from shared.events import NotFound, Recorded, codec, instant, streams
from shared.events.intake import (
    ApplicationsClosed,
    CheckResultAnnounced,
    DeadlineExtended,
    VacancyAnnounced,
    VacancyCancelled,
    VacancyListed,
    VacancyPublished,
)
from shared.ledger import Ledger

STATES: Final = ("listed", "upcoming", "open", "ended", "closed", "announced", "cancelled")
TELLING: Final = (  # what changes an applicant's view of it
    VacancyPublished, DeadlineExtended, VacancyCancelled, ApplicationsClosed, CheckResultAnnounced, VacancyListed,
)  # fmt: skip


class Moment(Said):
    """Where an event stands, and when it was recorded."""

    position: int
    at: str


class Deadline(Moment):
    """Applications are in time before `until`; `cause` and `words` where it was extended."""

    until: str
    cause: str | None = None
    words: str | None = None
    outage: dict[str, str] | None = None


class Channel(Moment):
    """Where the notice was also put up; `evidence` is the digest of the proof."""

    channel: str
    place: str
    evidence: str


class Roll(Moment):
    """Applications closed: how many stand on the roll, and its Merkle root."""

    rows: int
    root: str
    as_of: int


class Check(Moment):
    """A result of the document check: how many meet the requirements, how many do not, objections before `until`."""

    version: int
    meets: int
    fails: int
    root: str
    until: str
    is_open: bool
    words: str | None = None


class Cancelled(Moment):
    """By whom it may be: the appointing authority, in public words."""

    reason: str
    words: str


class Vacancy(Said):
    """A vacancy. `state`: listed (published elsewhere), upcoming, open, ended (the roll is about to close), closed
    (documents are checked), announced, cancelled. `notice` is what was published, word for word; `deadlines` the first
    one and every extension, the last one holds."""

    vacancy: str = Field(examples=["pauh.2027-014"])
    agency: str
    unit: str
    post: str
    seats: int
    state: str
    round: str | None = None
    apply_from: str | None = None
    until: str | None = None
    published: Moment | None = None
    notice: dict[str, Any]
    deadlines: list[Deadline]
    channels: list[Channel]
    roll: Roll | None = None
    checks: list[Check]
    cancelled: Cancelled | None = None
    changed_at: str
    position: int
    as_of: int


class Happened(Said):
    """One of a vacancy's events, without what is hidden."""

    position: int
    type: str
    at: str
    data: dict[str, Any]


class History(Said):
    """All of a vacancy's public events, in order."""

    vacancy: str
    events: list[Happened]
    as_of: int


def events_of(ledger: Ledger, vacancy: str) -> list[Recorded]:
    """A vacancy's stream. NotFound for one that was never listed nor published."""
    found = ledger.history(f"vacancy-{vacancy}")
    if not any(isinstance(codec.event_of(one), VacancyListed | VacancyPublished) for one in found):
        raise NotFound(vacancy)
    return found


def notice_of(records: Sequence[Recorded]) -> VacancyPublished | None:
    """What was published; None for a vacancy of an official list."""
    events = (codec.event_of(one) for one in records)
    return next((event for event in events if isinstance(event, VacancyPublished)), None)


def shown(one: Recorded) -> dict[str, Any]:
    """The data of a public event in clear, without its `~fields`."""
    return codec.leaf_data(one.type, codec.trusted(one.data), lambda words: words)


def history(ledger: Ledger, vacancy: str) -> History:
    """Everything that is public of a vacancy, in the order in which it happened."""
    size = ledger.size()
    made = [
        Happened(position=one.position, type=one.type, at=one.recorded_at, data=shown(one))
        for one in events_of(ledger, vacancy)
    ]
    return History(vacancy=vacancy, events=made, as_of=size)


def vacancy_of(ledger: Ledger, vacancy: str, now: dt.datetime) -> Vacancy:
    """The vacancy as it stands at an instant."""
    size, records = ledger.size(), events_of(ledger, vacancy)
    made: dict[str, Any] = {"deadlines": [], "channels": [], "checks": []}
    for one in records:
        _add(made, one, instant(now))
    stored = made.pop("state")
    return Vacancy(
        vacancy=vacancy, agency=streams.agency(records[0].stream), position=records[-1].position, as_of=size,
        state=state_of(stored, made.get("apply_from", ""), made.get("until", ""), instant(now)), **made,
    )  # fmt: skip


def state_of(stored: str, apply_from: str, until: str, now: str) -> str:
    """What a notice is at an instant; the window of an open one is half-open, as deadlines are."""
    if stored != "open":
        return stored
    if now < apply_from:
        return "upcoming"
    return "open" if now < until else "ended"


def _add(made: dict[str, Any], one: Recorded, now: str) -> None:
    """What one event says of the vacancy."""
    event = codec.event_of(one)
    at: dict[str, Any] = {"position": one.position, "at": one.recorded_at}
    if isinstance(event, TELLING):
        made["changed_at"] = one.recorded_at
    match event:
        case VacancyListed():
            made |= {"state": "listed", **_offer(one, event)}
        case VacancyPublished(timeline=timeline):
            opens, until = (instant(timeline[phase]) for phase in ("apply_from", "until"))
            made |= {"state": "open", "round": event.round, "apply_from": opens, "until": until, **_offer(one, event)}
            made["published"] = Moment(**at)
            made["deadlines"].append(Deadline(until=until, **at))
        case VacancyAnnounced(channel=channel, place=place, evidence=evidence):
            made["channels"].append(Channel(channel=channel, place=place, evidence=evidence, **at))
        case DeadlineExtended(until=later, cause=cause, words=words):
            made["until"] = instant(later)
            outage = shown(one).get("outage")
            made["deadlines"].append(Deadline(until=instant(later), cause=cause, words=words, outage=outage, **at))
        case ApplicationsClosed(roll=roll, as_of=size):
            made |= {"state": "closed", "roll": Roll(rows=roll.rows, root=roll.root, as_of=size, **at)}
        case CheckResultAnnounced():
            made["state"] = "announced"
            made["checks"].append(_check(event, at, now))
        case VacancyCancelled(reason=reason, words=words):
            made |= {"state": "cancelled", "cancelled": Cancelled(reason=reason, words=words, **at)}


def _offer(one: Recorded, event: VacancyListed | VacancyPublished) -> dict[str, Any]:
    seats = sum(formation.seats for formation in event.formations)
    return {"unit": event.unit, "post": event.post, "seats": seats, "notice": shown(one)}


def _check(event: CheckResultAnnounced, at: dict[str, Any], now: str) -> Check:
    until = instant(event.until)
    return Check(
        version=event.version, meets=event.meets.rows, fails=event.fails, root=event.meets.root, until=until,
        is_open=now < until, words=event.words, **at,
    )  # fmt: skip
