"""What the specifications of training share: a programme, a class of two lessons, persons. Nobody of these exists."""

import datetime as dt
from decimal import Decimal

from services.training.facts import Booked, Course, Programme, Timetable
from shared.events.training import ClassScheduled, Lesson, ProgrammeAdopted

TRAINER, OTHER = "7a" * 16, "7b" * 16
ME, YOU = "01" * 16, "02" * 16
DIGEST = "03" * 32


def at(day: int, hour: int, month: int = 3) -> dt.datetime:
    """An hour of a day in March 2027, in Jakarta."""
    return dt.datetime(2027, month, day, hour, tzinfo=dt.timezone(dt.timedelta(hours=7))).astimezone(dt.UTC)


def lesson(id: str, day: int, begins: int = 8, ends: int = 12, trainer: str = TRAINER) -> Lesson:
    """Four lesson hours of a morning."""
    return Lesson(id=id, from_=at(day, begins), to=at(day, ends), hours=Decimal(4), trainer=trainer)


LESSONS = (lesson("s1", 8), lesson("s2", 9))
PROGRAMME = Programme(hours=Decimal(8), rule="attendance_80_and_test_70")
ADOPTED = ProgrammeAdopted(
    words="Orientasi",
    kind="orientation",
    competences=("pelayanan",),
    hours=Decimal(8),
    rule=PROGRAMME.rule,
    provider="BKPSDM",
)
SCHEDULED = ClassScheduled(sessions=LESSONS, seats=2)
COURSE = Course(seats=2, lessons=LESSONS)
NOTHING = Timetable()


def elsewhere(*lessons: Lesson) -> Timetable:
    """One other class."""
    return Timetable(classes=(Booked(name="pauh.lain+1", lessons=lessons),))
