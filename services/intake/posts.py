"""A post: one valid job analysis at a time, in versions that count up; who acts on it when it stands empty, term by
term."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from shared.events import Refused
from shared.events.intake import ActingOfficerAssigned, JobAnalysisAdopted, PostEvent
from shared.rules.calendar import months_later

ITEMS = frozenset("abcdefghijklmno")  # Peraturan BKN 9/2022 art. 3: a (identity) to o (class)
TERM = 3  # months of one acting term (BKN circular)
LATE = 6  # months after which the PPK is late, whoever acted meanwhile; our rule


@dataclass(frozen=True, slots=True, kw_only=True)
class AdoptJobAnalysis:
    """Menetapkan anjab: the fifteen items, the competences that a competence stage may test, the class."""

    items: Mapping[str, str]
    competences: tuple[str, ...]
    class_: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignActingOfficer:
    """Menunjuk Plt., by the PPK: first and last day in one unit."""

    unit: str
    from_: dt.date
    until: dt.date
    decree: str


@dataclass(frozen=True, slots=True)
class Facts:
    """Nothing of other streams is needed."""


@dataclass(frozen=True, slots=True)
class Acting:
    """Terms without a gap between them: the clock runs on the post, whoever acts."""

    since: dt.date
    last: ActingOfficerAssigned

    @property
    def late_from(self) -> dt.date:
        """The day from which the PPK is late (TEST 35)."""
        return months_later(self.since, LATE)


@dataclass(frozen=True, slots=True)
class Post:
    """The analysis in force, and who acts, by unit."""

    analysis: JobAnalysisAdopted | None = None
    acting: Mapping[str, Acting] = field(default_factory=dict)


Command = AdoptJobAnalysis | AssignActingOfficer
State = Post
initial: State = Post()


def decide(command: Command, state: State, facts: Facts) -> list[PostEvent]:
    """One row, one rule; the first that fits decides."""
    match state, command:
        case Post(JobAnalysisAdopted() as last), AdoptJobAnalysis() if last == _adopted(command, last.version):
            return []
        case _, AdoptJobAnalysis(items=items) if items.keys() != ITEMS or not all(map(str.strip, items.values())):
            raise Refused("post.items")
        case _, AdoptJobAnalysis(competences=named) if not named or len(set(named)) != len(named) or "" in named:
            raise Refused("post.competences")
        case Post(_, acting), AssignActingOfficer(unit=unit) if unit in acting and acting[unit].last == _term(command):
            return []
        case _, AssignActingOfficer(from_=first, until=last_day) if last_day < first:
            raise Refused("acting.days")
        case _, AssignActingOfficer(from_=first, until=last_day) if last_day >= months_later(first, TERM):
            raise Refused("acting.too_long")
        case Post(_, acting), AssignActingOfficer(unit=unit, from_=first) if _overlaps(acting.get(unit), first):
            raise Refused("acting.overlaps")
    if isinstance(command, AssignActingOfficer):
        return [_term(command)]
    return [_adopted(command, 1 if state.analysis is None else state.analysis.version + 1)]


def evolve(state: State, event: PostEvent) -> State:
    """What is true once it has happened."""
    match event:
        case JobAnalysisAdopted():
            return replace(state, analysis=event)
        case ActingOfficerAssigned(unit=unit, from_=first):
            before = state.acting.get(unit)
            runs_on = before is not None and first - before.last.until <= dt.timedelta(days=1)
            acting = Acting(before.since if before is not None and runs_on else first, event)
            return replace(state, acting={**state.acting, unit: acting})
    return state


def _overlaps(before: Acting | None, first: dt.date) -> bool:
    return before is not None and first <= before.last.until


def _adopted(command: AdoptJobAnalysis, version: int) -> JobAnalysisAdopted:
    return JobAnalysisAdopted(
        version=version, items=command.items, competences=command.competences, class_=command.class_
    )


def _term(command: AssignActingOfficer) -> ActingOfficerAssigned:
    return ActingOfficerAssigned(unit=command.unit, from_=command.from_, until=command.until, decree=command.decree)
