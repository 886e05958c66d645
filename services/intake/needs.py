"""A unit's need for a post in a year: proposed by its workload, recommended, fixed; each at most the one before."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from services.intake.facts import Post
from shared.events import Refused
from shared.events.intake import NeedApproved, NeedEvent, NeedProposed, NeedRecommended, Task
from shared.rules import workload
from shared.rules.workload import HOURS, METHODS, TIMES, Load

HOURS_KNOWN = (HOURS, Decimal(1500))  # five or six days a week


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposeNeed:
    """Mengusulkan kebutuhan (ABK), by the unit's head: tasks, staff on 31 December of the year before, seats."""

    analysis: int
    tasks: tuple[Task, ...]
    staff: int
    seats: int
    hours: Decimal = HOURS
    pack: str = "abk-2020"


@dataclass(frozen=True, slots=True, kw_only=True)
class RecommendNeed:
    """Pertimbangan teknis, by HR for BKN."""

    seats: int
    letter: str
    words: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ApproveNeed:
    """Penetapan, by HR for the ministry; 0 seats is a refusal."""

    seats: int
    decree: str
    on: dt.date


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What other streams of this ledger say."""

    post: Post


Command = ProposeNeed | RecommendNeed | ApproveNeed
State = NeedProposed | NeedRecommended | NeedApproved | None  # the last step is what it is now
initial: State = None


def decide(command: Command, state: State, facts: Facts) -> list[NeedEvent]:
    """One row, one rule; the first that fits decides."""
    made = _event(command)
    match state, made:
        case _ if state == made:
            return []
        case NeedApproved(), _:
            raise Refused("need.fixed_already")
        case NeedRecommended(), NeedProposed():
            raise Refused("need.recommended_already")
        case None | NeedProposed(), NeedProposed():
            _check_workload(made, facts)
            return [made]
        case None, _:
            raise Refused("need.not_proposed")
        case NeedProposed(), NeedApproved():
            raise Refused("need.not_recommended")
        case NeedProposed(seats=proposed), NeedRecommended(seats=seats) if not 0 <= seats <= proposed:
            raise Refused("need.above_proposed")
        case NeedRecommended(), NeedRecommended():
            raise Refused("need.recommended_already")
        case NeedRecommended(seats=recommended), NeedApproved(seats=seats) if not 0 <= seats <= recommended:
            raise Refused("need.above_recommended")
    return [made]


def evolve(state: State, event: NeedEvent) -> State:
    """What is true once it has happened."""
    if isinstance(event, NeedProposed | NeedRecommended | NeedApproved):
        return event
    return state


def _check_workload(made: NeedProposed, facts: Facts) -> None:
    """The seats are those that the tasks need and the unit lacks; fewer may be asked for, never more."""
    if made.analysis < 1 or made.analysis != facts.post.analysis:
        raise Refused("need.analysis")
    if made.pack not in METHODS or made.hours not in HOURS_KNOWN:
        raise Refused("need.method")
    if made.staff < 0 or not made.tasks or not all(map(_is_task, made.tasks)):
        raise Refused("need.tasks")
    loads = [Load(volume=task.volume, per=task.per, minutes=task.minutes) for task in made.tasks]
    lacking = workload.gap(workload.needed(loads, hours=made.hours, method=made.pack), made.staff)
    if not 1 <= made.seats <= lacking:
        raise Refused("need.above_gap")


def _is_task(task: Task) -> bool:
    numbers = task.volume, task.minutes
    return bool(task.words.strip()) and task.per in TIMES and all(one.is_finite() and one > 0 for one in numbers)


def _event(command: Command) -> NeedProposed | NeedRecommended | NeedApproved:
    if isinstance(command, RecommendNeed):
        return NeedRecommended(seats=command.seats, letter=command.letter, words=command.words)
    if isinstance(command, ApproveNeed):
        return NeedApproved(seats=command.seats, decree=command.decree, on=command.on)
    return NeedProposed(
        analysis=command.analysis,
        tasks=command.tasks,
        staff=command.staff,
        hours=command.hours,
        pack=command.pack,
        seats=command.seats,
    )
