"""What intake's streams say to each other, row by row, under the lock of a decision."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from shared.events import streams
from shared.events.intake import (
    ApplicationsClosed,
    ApplicationSubmitted,
    ApplicationWithdrawn,
    CheckObjectionDecided,
    CheckObjectionFiled,
    CheckResultAnnounced,
    DeadlineExtended,
    DocumentsChecked,
    JobAnalysisAdopted,
    NeedApproved,
    RoundClosed,
    RoundOpened,
    VacancyCancelled,
    VacancyPublished,
    VerifierAssigned,
)
from shared.events.platform import AttemptRefused

PANEL_ROUNDS = ("jpt", "local")  # where people apply here; the others register elsewhere and come as lists


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """A post in an agency: the job analysis in force (version 0: none), seats fixed by need, seats that vacancies
    take."""

    analysis: int = 0
    competences: tuple[str, ...] = ()
    fixed: Mapping[str, int] = field(default_factory=dict)
    taken: Mapping[str, Mapping[str, int]] = field(default_factory=dict)  # by vacancy, then need

    def free(self, need: str) -> int:
        """Fixed seats of a need that no vacancy advertises."""
        return self.fixed.get(need, 0) - sum(seats.get(need, 0) for seats in self.taken.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """A round: its kind, whether it is open, and its vacancies that still take applications."""

    kind: str = ""
    is_open: bool = False
    vacancies: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A published notice as applications need it: the window, what is asked, who checks, what was announced.

    `position` is that of the event which set the deadline; a decision cites it.
    """

    apply_from: dt.datetime | None = None
    until: dt.datetime | None = None
    position: int = -1
    round: str = ""
    kinds: tuple[str, ...] = ()
    requirements: tuple[str, ...] = ()
    proved: tuple[str, ...] = ()  # requirements that ask for a document
    verifiers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # applications each is tied to
    announced: int = 0
    object_until: dt.datetime | None = None
    is_closed: bool = False
    is_cancelled: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Roll:
    """A vacancy's applications, counted: what its closing and its announcements must agree with.

    `inputs` counts checks, decisions and withdrawals, `changed_at` is the position of the last event of any: a list
    made before it is stale.
    """

    submitted: int = 0
    withdrawn: int = 0
    closed: int = 0  # rows of the roll
    left: int = 0  # withdrawn since
    inputs: int = 0
    objections: int = 0  # open
    changed_at: int = -1


NO_POST, NO_ROUND, NO_NOTICE, NO_ROLL = Post(), Round(), Notice(), Roll()


def post_key(stream: str, act: Any) -> str | None:
    """The post: of its own stream, of a need's name, of a notice."""
    match streams.category(stream):
        case "post":
            return streams.ident(stream)
        case "need":
            _, *post_and_year = streams.parts(stream)  # of a name without them, no post
            return f"{streams.agency(stream)}.{post_and_year[0]}" if post_and_year else None
    post = None if _is_listed(act) else getattr(act, "post", None)
    return f"{streams.agency(stream)}.{post}" if post else None


def round_key(stream: str, act: Any) -> str | None:
    """The round: of its own stream, or the one a notice belongs to."""
    match streams.category(stream):
        case "round":
            return streams.ident(stream)
        case "vacancy":
            return getattr(act, "round", None)
    return None


def vacancy_key(stream: str, act: Any) -> str | None:
    """The vacancy: of its own stream, or the one an application is for."""
    if streams.category(stream) == "vacancy":
        return None if _is_listed(act) or isinstance(act, AttemptRefused) else streams.ident(stream)
    if streams.category(stream) == "application":
        return getattr(act, "vacancy", None)
    return None


def _is_listed(act: Any) -> bool:
    """A row of an official list asks for nothing: ten thousand of them load no row."""
    return hasattr(act, "source")


def post_home(state: Any) -> str | None:
    """The post that a published vacancy takes seats of."""
    notice = getattr(state, "notice", None)
    return None if notice is None else f"{notice.round.partition('.')[0]}.{notice.post}"


def round_home(state: Any) -> str | None:
    """The round of a published vacancy."""
    notice = getattr(state, "notice", None)
    return None if notice is None else str(notice.round)


def vacancy_home(state: Any) -> str | None:
    """The vacancy of an application."""
    return getattr(state, "vacancy", None)


def fold_post(before: Post, stream: str, event: Any, position: int) -> Post:
    """Analysis adopted; seats fixed, advertised, given back."""
    about = stream.partition("-")[2]
    match event:
        case JobAnalysisAdopted(version=version, competences=competences):
            return replace(before, analysis=version, competences=competences)
        case NeedApproved(seats=seats):
            return replace(before, fixed={**before.fixed, about: seats})
        case VacancyPublished():
            return replace(before, taken={**before.taken, about: _taken(before, event)})
        case VacancyCancelled():
            return replace(before, taken={name: seats for name, seats in before.taken.items() if name != about})
    return before


def _taken(post: Post, notice: VacancyPublished) -> dict[str, int]:
    """A notice's seats by need, in the order in which it cites them."""
    left, made = sum(formation.seats for formation in notice.formations), dict[str, int]()
    for need in notice.needs:
        made[need] = max(0, min(left, post.free(need)))
        left -= made[need]
    return made


def fold_round(before: Round, stream: str, event: Any, position: int) -> Round:
    """Opened, closed; vacancies that begin and cease to take applications."""
    about = streams.ident(stream)
    match event:
        case RoundOpened(kind=kind):
            return replace(before, kind=kind, is_open=True)
        case RoundClosed():
            return replace(before, is_open=False)
        case VacancyPublished():
            return replace(before, vacancies=(*before.vacancies, about))
        case VacancyCancelled() | ApplicationsClosed():
            return replace(before, vacancies=tuple(name for name in before.vacancies if name != about))
    return before


def fold_notice(before: Notice, stream: str, event: Any, position: int) -> Notice:
    """Window, requirements, verifiers, announcements."""
    match event:
        case VacancyPublished(timeline=timeline, requirements=asked):
            return Notice(
                apply_from=timeline.get("apply_from"),
                until=timeline.get("until"),
                position=position,
                round=event.round,
                kinds=tuple(formation.kind for formation in event.formations),
                requirements=tuple(one.id for one in asked),
                proved=tuple(one.id for one in asked if one.documents),
            )
        case DeadlineExtended(until=until):
            return replace(before, until=until, position=position)
        case VerifierAssigned(verifier=verifier, ties=ties):
            tied = tuple(tie.application for tie in ties)
            return replace(before, verifiers={**before.verifiers, verifier: tied})
        case CheckResultAnnounced(version=version, until=until):
            return replace(before, announced=version, object_until=until)
        case ApplicationsClosed():
            return replace(before, is_closed=True)
        case VacancyCancelled():
            return replace(before, is_cancelled=True)
    return before


def fold_roll(before: Roll, stream: str, event: Any, position: int) -> Roll:
    """Applications in and out, checks, objections."""
    match event:
        case ApplicationSubmitted():
            return replace(before, submitted=before.submitted + 1, changed_at=position)
        case ApplicationWithdrawn():
            left = before.left + (before.closed > 0)
            moved = replace(before, withdrawn=before.withdrawn + 1, left=left, inputs=before.inputs + 1)
            return replace(moved, changed_at=position)
        case DocumentsChecked():
            return replace(before, inputs=before.inputs + 1, changed_at=position)
        case CheckObjectionFiled():
            return replace(before, objections=before.objections + 1, changed_at=position)
        case CheckObjectionDecided():
            open_ = before.objections - 1
            return replace(before, inputs=before.inputs + 1, objections=open_, changed_at=position)
        case ApplicationsClosed(roll=roll):
            return replace(before, closed=roll.rows)
    return before
