"""A service's results: one for a period, of at least 30 answers, graded by the index (SKM, Permenpan RB 14/2017)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from services.feedback.facts import Standing
from services.feedback.instruments import INSTRUMENT
from services.feedback.periods import period
from shared.events import Refused
from shared.events.feedback import ServiceEvent, SurveyResultPublished
from shared.rules import survey
from shared.rules.calendar import arrived


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishSurvey:
    """Mengumumkan hasil SKM, by the office or the timetable. Counted from the ledger: codes, respondents, the sum of
    the answers by element, up to position `as_of`; `waiting` ballots of the period still lie in the box."""

    PREPARED: ClassVar = ("codes", "respondents", "sums", "as_of", "waiting")

    period: str
    codes: int = 0
    respondents: int = 0
    sums: Mapping[str, int] | None = None
    as_of: int = 0
    waiting: int = 0
    at: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """How the service stands."""

    standing: Standing


Command = PublishSurvey
State = frozenset[str]  # the periods that are published
initial: State = frozenset()


def decide(command: Command, state: State, facts: Facts) -> list[ServiceEvent]:
    """One row, one rule; the first that fits decides."""
    asked = period(command.period)
    if asked is None:
        raise Refused("survey.period")
    if command.period in state:
        return []
    if arrived(command.at) < asked.collected:
        raise Refused("survey.period_open")
    if command.waiting:
        raise Refused("survey.box.stale")
    if not survey.enough(command.respondents):
        raise Refused("survey.too_few")
    found = survey.index(command.sums or {}, command.respondents, INSTRUMENT)
    return [
        SurveyResultPublished(
            period=command.period, codes=command.codes, respondents=command.respondents, means=found.means,
            value=found.value, grade=found.grade, as_of=command.as_of,
        )
    ]  # fmt: skip


def evolve(state: State, event: ServiceEvent) -> State:
    """What is true once it has happened."""
    return state | {event.period} if isinstance(event, SurveyResultPublished) else state
