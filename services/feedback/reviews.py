"""What drawn coworkers say of an officer in a period. Who said it is in no event, and nobody's actor."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from shared.events import Refused
from shared.events.feedback import CoworkerFeedbackGiven, ReviewEvent
from shared.events.platform import Words
from shared.rules.appraisal import BEHAVIOURS, LEVELS

GROUPS = ("peers", "subordinates")  # rekan setara, bawahan


@dataclass(frozen=True, slots=True, kw_only=True)
class GiveReview:
    """Memberi umpan balik, out of the box: a group, and 1 to 3 for each of the seven behaviours."""

    group: str
    answers: Mapping[str, int]
    words: Words | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Nothing of other streams."""


Command = GiveReview
initial = None


def is_answered(answers: Mapping[str, int]) -> bool:
    """Whether each behaviour has an answer from 1 to 3, and nothing else has one."""
    return answers.keys() == set(BEHAVIOURS) and set(answers.values()) <= set(LEVELS.values())


def decide(command: Command, state: None, facts: Facts) -> list[ReviewEvent]:
    """One row, one rule; the first that fits decides."""
    if command.group not in GROUPS or not is_answered(command.answers):
        raise Refused("review.answers")
    return [CoworkerFeedbackGiven(group=command.group, answers=command.answers, words=command.words)]


def evolve(state: None, event: ReviewEvent) -> None:
    """Nothing is remembered: who has answered stands beside the ledger."""
