"""What training's reads answer with, and the body of the shifts that a unit's head names."""

from __future__ import annotations

from typing import Final

from pydantic import BaseModel, ConfigDict, Field

from shared.runtime.http.bodies import INSTANT, Strict

MOST_SHIFTS: Final = 400  # of one officer


class Said(BaseModel):
    """An answer's body: these fields and no other."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Training(Said):
    """One enrolment or outside certificate; hours and day once it is completed."""

    enrolment: str
    programme: str
    ground: str
    state: str
    hours: str | None = None
    on: str | None = None
    provider: str | None = None
    begins: str | None = None


class Own(Said):
    """Lesson hours (JP) that count in this year, how many are missing of the duty, and every training."""

    year: int
    hours: str
    duty: str
    short: str
    trainings: list[Training]
    as_of: int


class Seated(Said):
    """Somebody in a class: their pseudonym, whether they are still enrolled or done, at which lessons they came."""

    officer: str
    state: str
    present: list[str]
    absent: list[str]


class Roster(Said):
    """A class with its lessons and who sits in it."""

    lessons: list[dict[str, str]]
    seats: int
    officers: list[Seated]
    as_of: int


class Arrival(Said):
    """Who was appointed to a seat of one's units and has not taken over: due 30 days after the decree was recorded."""

    seat: str
    candidate: str
    unit: str
    post: str
    on: str
    due: str
    days_late: int


class Arrivals(Said):
    """Those that one's units wait for, the oldest first."""

    arrivals: list[Arrival]
    as_of: int


class CourseStanding(Said):
    """A class of a cohort: how many sit in it, and how many have completed."""

    id: str
    begins: str
    seats: int
    enrolled: int
    completed: int


class Unplaced(Said):
    """Under the induction and in no class of it; `until` is the last day on which a class may begin."""

    officer: str
    until: str


class Cohort(Said):
    """How the induction of new officers stands: its classes, and who waits for one."""

    words: str
    posts: list[str]
    classes: list[CourseStanding]
    waiting: list[Unplaced]
    as_of: int


class Shift(Strict):
    """From one instant until another."""

    from_: str = Field(alias="from", pattern=INSTANT, examples=["2027-03-07T14:00:00Z"])
    to: str = Field(pattern=INSTANT, examples=["2027-03-08T00:00:00Z"])


NIGHT: Final = {"from": "2027-03-07T14:00:00Z", "to": "2027-03-08T00:00:00Z"}


class Shifts(Strict):
    """All shifts of an officer that classes are to avoid, in place of those before."""

    shifts: list[Shift] = Field(max_length=MOST_SHIFTS, examples=[[NIGHT]])
