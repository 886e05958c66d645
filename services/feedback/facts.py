"""What feedback's streams say to each other: how a service or an officer was last measured, and whether a support plan
about them is open."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final

from shared.events import streams
from shared.events.feedback import OfficerEvaluated, SupportPlanClosed, SupportPlanOpened, SurveyResultPublished

SURVEY: Final = "survey"  # the cause of a plan that a survey opened


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A service, or an officer: the last measurement (`position` -1: none), and the plan that is open.

    `grade` is the survey's (A to D) with its `respondents`, or the officer's; `below` are behaviours below expectation.
    """

    position: int = -1
    grade: str = ""
    respondents: int = 0
    below: tuple[str, ...] = ()
    plan: str = ""  # the stream of the open one
    opened: int = -1  # its position


NO_STANDING: Final = Standing()


def plan_stream(standing: str, n: int) -> str:
    """The n-th plan about an officer or a unit's service: `support-pauh.pkm-03+poli-umum:2`, of an officer
    `support-pauh.5b0e...+2`."""
    about, _, service = standing.partition("+")
    return f"support-{about}+{service}:{n}" if service else f"support-{about}+{n}"


def standing_key(stream: str, act: Any) -> str | None:
    """What a result, an evaluation or a plan is about: a unit's service, or an officer."""
    about, parts = streams.ident(stream), streams.parts(stream)
    match streams.category(stream):
        case "service":
            return "+".join(parts)
        case "evaluation":
            return about
        case "support":
            service = parts[1].rpartition(":")[0] if len(parts) > 1 else ""
            return f"{about}+{service}" if service else about
    return None


def fold_standing(before: Standing, stream: str, event: Any, position: int) -> Standing:
    """Measured; a plan opened, closed."""
    match event:
        case SurveyResultPublished(grade=grade, respondents=respondents):
            return replace(before, position=position, grade=grade, respondents=respondents)
        case OfficerEvaluated(grade=grade, behaviours=behaviours):
            below = tuple(sorted(name for name, level in behaviours.items() if level == "below"))
            return replace(before, position=position, grade=grade, below=below)
        case SupportPlanOpened():
            return replace(before, plan=stream, opened=position)
        case SupportPlanClosed():
            return replace(before, plan="", opened=-1)
    return before
