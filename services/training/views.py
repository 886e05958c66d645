"""Training's own tables, kept in step with its ledger: programmes, inductions, classes, enrolments, officers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from services.training.facts import class_of, is_outside
from shared.events import Recorded, codec, instant, streams
from shared.events.training import (
    ClassHeld,
    ClassScheduled,
    EnrolmentCancelled,
    InductionOrdered,
    OfficerDeparted,
    OfficerEnrolled,
    OfficerOnboarded,
    ProbationConcluded,
    ProgrammeAdopted,
    ProgrammeRetired,
    TrainingCompleted,
)
from shared.ledger import sql
from shared.runtime.service import View

metadata = sa.MetaData()
programmes = sa.Table(
    "programmes",
    metadata,
    sa.Column("programme", sa.Text, primary_key=True),
    sa.Column("words", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("hours", sa.Text, nullable=False),
    sa.Column("rule", sa.Text, nullable=False),
    sa.Column("provider", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),  # adopted, retired
    sqlite_with_rowid=False,
)
inductions = sa.Table(
    "inductions",
    metadata,
    sa.Column("position", sa.BigInteger, primary_key=True),  # of the order
    sa.Column("post", sa.Text, primary_key=True),
    sa.Column("programme", sa.Text, nullable=False),
    sa.Column("agency", sa.Text, nullable=False),
    sa.Column("within", sa.Integer, nullable=False),
    sa.Column("from_day", sa.Text, nullable=False),
    sqlite_with_rowid=False,
)
courses = sa.Table(
    "courses",
    metadata,
    sa.Column("class", sa.Text, primary_key=True),  # `pauh.orientasi+1`
    sa.Column("programme", sa.Text, nullable=False),
    sa.Column("agency", sa.Text, nullable=False),
    sa.Column("seats", sa.Integer, nullable=False),
    sa.Column("begins", sa.Text, nullable=False),
    sa.Column("ends", sa.Text, nullable=False),
    sa.Column("sessions", sa.Text, nullable=False),  # JSON: id, from, to, hours, trainer of each
    sa.Index("courses_programme", "programme", "begins"),
    sqlite_with_rowid=False,
)
attendance = sa.Table(
    "attendance",
    metadata,
    sa.Column("class", sa.Text, primary_key=True),
    sa.Column("session", sa.Text, primary_key=True),
    sa.Column("officer", sa.Text, primary_key=True),
    sa.Column("present", sa.Boolean, nullable=False),
    sqlite_with_rowid=False,
)
enrolments = sa.Table(
    "enrolments",
    metadata,
    sa.Column("enrolment", sa.Text, primary_key=True),  # its stream
    sa.Column("officer", sa.Text, nullable=False),  # `pauh.` and the person's id
    sa.Column("person", sa.Text, nullable=False),
    sa.Column("programme", sa.Text, nullable=False),
    sa.Column("class", sa.Text, nullable=False),  # empty: an outside certificate
    sa.Column("ground", sa.Text, nullable=False),
    sa.Column("cause", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),  # enrolled, cancelled, completed
    sa.Column("hours", sa.Text),
    sa.Column("on_day", sa.Text),
    sa.Column("certificate", sa.Text),
    sa.Column("provider", sa.Text),
    sa.Column("because", sa.Text, nullable=False),  # of which event a reaction made it; empty: a person did
    sa.Column("begun", sa.BigInteger, nullable=False),  # position of its first event
    sa.Index("enrolments_because", "because"),
    sa.Index("enrolments_class", "class", "state"),
    sa.Index("enrolments_officer", "officer"),
    sa.Index("enrolments_person", "person"),
    sqlite_with_rowid=False,
)
officers = sa.Table(
    "officers",
    metadata,
    sa.Column("officer", sa.Text, primary_key=True),
    sa.Column("agency", sa.Text, nullable=False),
    sa.Column("seat", sa.Text, nullable=False),
    sa.Column("unit", sa.Text, nullable=False),
    sa.Column("post", sa.Text, nullable=False),
    sa.Column("on_day", sa.Text, nullable=False),
    sa.Column("mentor", sa.Text, nullable=False),
    sa.Column("probation_until", sa.Text),
    sa.Column("probation", sa.Text, nullable=False),  # none, running, extended, passed, ended
    sa.Column("state", sa.Text, nullable=False),  # serving, departed
    sa.Column("position", sa.BigInteger, nullable=False),  # of the onboarding
    sa.Index("officers_post", "agency", "post"),
    sqlite_with_rowid=False,
)
ENROLMENT_COLUMNS = tuple(column.name for column in enrolments.columns)
OFFICER_COLUMNS = tuple(column.name for column in officers.columns)
TABLES = (programmes, inductions, courses, attendance, enrolments, officers)


def officer_of(stream: str) -> str:
    """`pauh.` and the person's id, of an enrolment."""
    return f"{streams.agency(stream)}.{streams.parts(stream)[2]}"


def follow(tx: sa.Connection, batch: Sequence[Recorded]) -> None:
    """Enrolments of a stretch of the batch in one statement; what changes a row comes after them, in its order."""
    begun: list[tuple[Any, ...]] = []
    for one in batch:
        event = codec.event_of(one)
        if isinstance(event, OfficerEnrolled):
            begun.append(_enrolled(one, event))
            continue
        sql.fill(tx, "enrolments", ENROLMENT_COLUMNS, begun)
        begun = []
        _apply(tx, one, event)
    sql.fill(tx, "enrolments", ENROLMENT_COLUMNS, begun)


def _apply(tx: sa.Connection, one: Recorded, event: Any) -> None:
    match event:
        case ProgrammeAdopted() | ProgrammeRetired() | InductionOrdered():
            _of_programme(tx, one, event)
        case ClassScheduled() | ClassHeld():
            _of_class(tx, one, event)
        case EnrolmentCancelled() | TrainingCompleted():
            _of_enrolment(tx, one, event)
        case OfficerOnboarded() | ProbationConcluded() | OfficerDeparted():
            _of_officer(tx, one, event)


def _of_programme(tx: sa.Connection, one: Recorded, event: Any) -> None:
    own = streams.ident(one.stream)
    match event:
        case ProgrammeAdopted():
            row = (own, event.words, event.kind, str(event.hours), event.rule, event.provider, "adopted")
            sql.fill(tx, "programmes", tuple(column.name for column in programmes.columns), [row])
        case ProgrammeRetired():
            tx.execute(sa.update(programmes).where(programmes.c.programme == own).values(state="retired"))
        case InductionOrdered(posts=posts, within=within, from_=from_):
            rows = [(one.position, post, own, streams.agency(one.stream), within, from_.isoformat()) for post in posts]
            sql.fill(tx, "inductions", tuple(column.name for column in inductions.columns), rows)


def _of_class(tx: sa.Connection, one: Recorded, event: ClassScheduled | ClassHeld) -> None:
    name = class_of(one.stream)
    if isinstance(event, ClassHeld):
        roll = [(person, True) for person in event.present] + [(person, False) for person in event.absent]
        rows = [(name, event.session, person, present) for person, present in roll]
        sql.fill(tx, "attendance", tuple(column.name for column in attendance.columns), rows)
        return
    lessons = [
        {"id": lesson.id, "from": instant(lesson.from_), "to": instant(lesson.to), "hours": str(lesson.hours),
         "trainer": lesson.trainer}
        for lesson in event.sessions
    ]  # fmt: skip
    row = (
        name, streams.ident(one.stream), streams.agency(one.stream), event.seats, lessons[0]["from"],
        lessons[-1]["to"], codec.dumps(lessons).decode(),
    )  # fmt: skip
    sql.fill(tx, "courses", tuple(column.name for column in courses.columns), [row])


def _enrolled(one: Recorded, event: OfficerEnrolled) -> tuple[Any, ...]:
    return (
        one.stream, officer_of(one.stream), streams.parts(one.stream)[2], streams.ident(one.stream),
        class_of(one.stream), event.ground, event.cause, "enrolled", None, None, None, None, one.causation or "",
        one.position,
    )  # fmt: skip


def _of_enrolment(tx: sa.Connection, one: Recorded, event: EnrolmentCancelled | TrainingCompleted) -> None:
    if isinstance(event, EnrolmentCancelled):
        values: dict[str, Any] = {"state": "cancelled"}
    else:
        values = {
            "state": "completed", "hours": str(event.hours), "on_day": event.on.isoformat(),
            "certificate": event.certificate, "provider": event.provider,
        }  # fmt: skip
    if is_outside(one.stream):
        row = {
            "enrolment": one.stream, "officer": officer_of(one.stream), "person": streams.parts(one.stream)[2],
            "programme": streams.ident(one.stream), "class": "", "ground": "own", "cause": "", "because": "",
            "begun": one.position, **values,
        }  # fmt: skip
        tx.execute(sa.insert(enrolments).values(row))
        return
    tx.execute(sa.update(enrolments).where(enrolments.c.enrolment == one.stream).values(**values))


def _of_officer(tx: sa.Connection, one: Recorded, event: Any) -> None:
    own = streams.ident(one.stream)
    match event:
        case OfficerOnboarded(probation_until=until):
            tx.execute(sa.delete(officers).where(officers.c.officer == own))
            row = (
                own, streams.agency(one.stream), event.seat, event.unit, event.post, event.on.isoformat(),
                event.mentor, until and until.isoformat(), "running" if until else "none", "serving", one.position,
            )  # fmt: skip
            sql.fill(tx, "officers", OFFICER_COLUMNS, [row])
            return
        case ProbationConcluded(outcome=outcome, until=until):
            values = {"probation": outcome} | ({"probation_until": until.isoformat()} if until else {})
        case _:
            values = {"state": "departed"}
    tx.execute(sa.update(officers).where(officers.c.officer == own).values(**values))


OWN = View(name="training", version=1, tables=TABLES, apply=follow)
