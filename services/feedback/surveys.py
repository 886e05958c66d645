"""A service's visitors of one day: codes are handed out by number, and no more answers count than codes.

No event leads from an answer to a visit: the codes themselves are in none, and the answers of a whole quarter stand in
the survey of its last day, so that no day with few visitors shows what they said.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import ClassVar

from services.feedback.instruments import NAME, is_answered
from services.feedback.periods import day_named, last_valid
from shared.events import Refused
from shared.events.feedback import FeedbackReceived, SurveyEvent, VisitCodesIssued
from shared.events.platform import Words
from shared.rules import survey
from shared.rules.calendar import arrived, day_of

MOST = 500  # codes of one batch
CHANNELS = ("web", "paper", "kiosk")


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueCodes:
    """Membagikan kode kunjungan, by a counter: for so many visits, one in `every`, by the digests of the codes, each
    SHA-256 with the visit's day. `fresh` of them were never handed out; `day` is the visits'."""

    PREPARED: ClassVar = ("day", "fresh")

    counter: str
    visits: int
    every: int
    codes: int
    until: dt.date
    digests: tuple[str, ...]
    beacon: str | None = None
    day: str = ""
    fresh: int = 0
    at: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiveBallot:
    """Mencatat penilaian, out of the box: nobody's. `others`: codes handed out on the other days of the quarter."""

    PREPARED: ClassVar = ("others",)

    instrument: str
    answers: Mapping[str, int]
    channel: str
    words: Words | None = None
    others: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Nothing of other streams."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """Codes handed out, answers received."""

    codes: int = 0
    answers: int = 0


Command = IssueCodes | ReceiveBallot
State = Survey
initial = Survey()


def decide(command: Command, state: State, facts: Facts) -> list[SurveyEvent]:
    """One row, one rule; the first that fits decides."""
    match command:
        case IssueCodes():
            return _issued(command)
        case ReceiveBallot(instrument=instrument, answers=answers) if instrument != NAME or not is_answered(answers):
            raise Refused("ballot.answers")
        case ReceiveBallot(channel=channel) if channel not in CHANNELS:
            raise Refused("ballot.channel")
    if not survey.may_count(state.answers, state.codes + (command.others or 0)):
        raise Refused("survey.no_code_left")
    return [
        FeedbackReceived(
            instrument=command.instrument, answers=command.answers, channel=command.channel, words=command.words
        )
    ]


def _issued(command: IssueCodes) -> list[SurveyEvent]:
    """On the day of the visits or later, for 14 days, never more than one in so many visits."""
    day, codes = day_named(command.day), command.codes
    if day is None or day_of(arrived(command.at)) < day:
        raise Refused("survey.day")
    if command.visits < 1 or command.every < 1 or not 1 <= codes <= MOST:
        raise Refused("survey.codes")
    if (
        codes > -(-command.visits // command.every)
        or codes != len(set(command.digests))
        or codes != len(command.digests)
    ):
        raise Refused("survey.codes")
    if not day <= command.until <= last_valid(day) or day_of(arrived(command.at)) > command.until:
        raise Refused("survey.until")
    if command.fresh == 0:
        return []
    if command.fresh != codes:
        raise Refused("survey.codes_known")
    return [
        VisitCodesIssued(
            counter=command.counter, visits=command.visits, every=command.every, codes=codes, until=command.until,
            beacon=command.beacon,
        )
    ]  # fmt: skip


def evolve(state: State, event: SurveyEvent) -> State:
    """What is true once it has happened."""
    match event:
        case VisitCodesIssued(codes=codes):
            return replace(state, codes=state.codes + codes)
        case FeedbackReceived():
            return replace(state, answers=state.answers + 1)
    return state
