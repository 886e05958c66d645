"""Classes of a cohort: everybody once, nobody during a shift or right after one, the same every time."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from shared.rules.errors import Contradiction, RulesError

REST = dt.timedelta(hours=8)  # between a shift and a class: who worked 21 to 07 does not learn at 08


class Unplaced(RulesError):
    """Nobody can seat these people: `people`, by id, in order."""

    def __init__(self, people: tuple[str, ...]) -> None:
        super().__init__(f"no class for {', '.join(people)}")
        self.people = people


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A shift or a lesson, from one instant until another, half-open."""

    from_: dt.datetime
    to: dt.datetime

    def __post_init__(self) -> None:
        if self.from_ >= self.to:
            raise Contradiction("a span ends after it begins")


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """A class: its lessons and its seats."""

    lessons: tuple[Span, ...]
    seats: int


def classes(people: int, room: int) -> int:
    """How many classes so many people need in rooms of so many seats."""
    if room < 1:
        raise Contradiction("a room has a seat")
    return -(-people // room)


def free(shifts: Sequence[Span], lessons: Sequence[Span], rest: dt.timedelta = REST) -> bool:
    """Whether somebody with these shifts can come to all of these lessons, rested."""
    return not any(shift.from_ < lesson.to and lesson.from_ < shift.to + rest for shift in shifts for lesson in lessons)


def assign(
    people: Mapping[str, Sequence[Span]],
    courses: Mapping[str, Course],
    placed: Mapping[str, str] | None = None,
    rest: dt.timedelta = REST,
) -> dict[str, str]:
    """Who of these people, by their shifts, newly goes to which class; whoever is `placed` stays there and takes a
    seat, so a second run gives nothing. Whoever can, makes room for whoever can go nowhere else.

    `Unplaced` names those for whom no arrangement has a seat.
    """
    already = placed or {}
    seats = {name: course.seats - sum(at == name for at in already.values()) for name, course in courses.items()}
    able = {
        person: [name for name in sorted(courses) if free(people[person], courses[name].lessons, rest)]
        for person in sorted(people.keys() - already.keys())
    }
    room = _Room(able=able, seats=seats)
    left = tuple(person for person in able if not room.seat(person, set()))
    if left:
        raise Unplaced(left)
    return {person: room.at[person] for person in able}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Room:
    """Augmenting paths: a seat that is taken is asked to move on; no class is asked twice for one newcomer."""

    able: Mapping[str, Sequence[str]]
    seats: Mapping[str, int]
    at: dict[str, str] = field(default_factory=dict)

    def seat(self, person: str, asked: set[str]) -> bool:
        fullness = {name: sum(at == name for at in self.at.values()) for name in self.able[person]}
        for name in sorted(fullness, key=lambda one: (fullness[one] >= self.seats[one], fullness[one], one)):
            if name not in asked:
                asked.add(name)
                if fullness[name] < self.seats[name] or self._moved(name, asked):
                    self.at[person] = name
                    return True
        return False

    def _moved(self, name: str, asked: set[str]) -> bool:
        return any(self.seat(other, asked) for other in [one for one, at in self.at.items() if at == name])
