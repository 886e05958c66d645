"""Intake's own tables, kept in step with its ledger: listed vacancies, notices, applications, and what falls due."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa

from services.intake.vacancies import TICKET, CloseApplications
from shared.events import Recorded, codec, instant, streams
from shared.events.intake import (
    ApplicationsClosed,
    ApplicationSubmitted,
    ApplicationWithdrawn,
    CheckObjectionDecided,
    CheckObjectionFiled,
    CheckResultAnnounced,
    DeadlineExtended,
    DocumentsChecked,
    VacancyCancelled,
    VacancyListed,
    VacancyPublished,
)
from shared.ledger import sql
from shared.runtime.service import View
from shared.runtime.timers import Due, clear_timers, set_timers

vacancies = sa.Table(
    "vacancies",
    sa.MetaData(),
    sa.Column("vacancy", sa.Text, primary_key=True),
    sa.Column("agency", sa.Text, nullable=False),
    sa.Column("unit", sa.Text, nullable=False),
    sa.Column("post", sa.Text, nullable=False),
    sa.Column("seats", sa.Integer, nullable=False),
    sa.Column("formations", sa.Text, nullable=False),  # JSON: kind, seats, educations of each
    sa.Column("position", sa.BigInteger, nullable=False),
    sqlite_with_rowid=False,
)
COLUMNS = tuple(column.name for column in vacancies.columns)


def keep(tx: sa.Connection, batch: Sequence[Recorded]) -> None:
    """One statement for the whole batch."""
    rows = []
    for one in batch:
        event = codec.event_of(one)
        if isinstance(event, VacancyListed):
            seats = sum(formation.seats for formation in event.formations)
            kinds = codec.dumps(
                [{"kind": f.kind, "seats": f.seats, "educations": list(f.educations)} for f in event.formations]
            )
            named = streams.ident(one.stream)
            rows.append(
                (named, streams.agency(one.stream), event.unit, event.post, seats, kinds.decode(), one.position)
            )
    sql.fill(tx, "vacancies", COLUMNS, rows)


VACANCIES = View(name="vacancies", version=1, tables=(vacancies,), apply=keep)

CLOSE = "close"  # the timer's kind

notices = sa.Table(
    "notices",
    sa.MetaData(),
    sa.Column("vacancy", sa.Text, primary_key=True),
    sa.Column("agency", sa.Text, nullable=False),
    sa.Column("round", sa.Text, nullable=False),
    sa.Column("unit", sa.Text, nullable=False),
    sa.Column("post", sa.Text, nullable=False),
    sa.Column("seats", sa.Integer, nullable=False),
    sa.Column("pack_digest", sa.Text, nullable=False),
    sa.Column("apply_from", sa.Text, nullable=False),
    sa.Column("until", sa.Text, nullable=False),  # half-open, with every extension
    sa.Column("state", sa.Text, nullable=False),  # open, closed, announced, cancelled
    sa.Column("announced", sa.Integer, nullable=False),  # version of the last announcement; 0: none
    sa.Column("object_until", sa.Text),
    sa.Column("published", sa.BigInteger, nullable=False),  # the notice's position
    sa.Column("deadline", sa.BigInteger, nullable=False),  # position of the event that set the deadline
    sa.Column("key", sa.Text, nullable=False),  # digest of the vacancy's key
    sa.Index("notices_round", "round"),
    sqlite_with_rowid=False,
)
applications = sa.Table(
    "applications",
    sa.MetaData(),
    sa.Column("application", sa.Text, primary_key=True),
    sa.Column("vacancy", sa.Text, nullable=False),
    sa.Column("applicant", sa.Text, nullable=False),  # a pseudonym: the account that sent it
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),  # submitted, meets, fails, objecting, withdrawn
    sa.Column("position", sa.BigInteger, nullable=False),  # of its last event
    sa.Index("applications_vacancy", "vacancy", "state"),
    sa.Index("applications_applicant", "applicant"),
    sqlite_with_rowid=False,
)
NOTICE_COLUMNS = tuple(column.name for column in notices.columns)
APPLICATION_COLUMNS = tuple(column.name for column in applications.columns)  # the last two: state, position
AGAIN = "ON CONFLICT (application) DO UPDATE SET state = excluded.state, position = excluded.position"


def follow(tx: sa.Connection, batch: Sequence[Recorded]) -> None:
    """Applications of the batch and what became of them in two statements, notices event by event: those are rare."""
    sent = []
    became: dict[str, tuple[str, int]] = {}  # by application: its state after the batch, and the position of it
    for one in batch:
        event = codec.event_of(one)
        if isinstance(event, ApplicationSubmitted):
            own = streams.ident(one.stream)
            sent.append((own, event.vacancy, event.applicant, event.kind, "submitted", one.position))
    sql.fill(tx, "applications", APPLICATION_COLUMNS, sent)
    for one in batch:
        event = codec.event_of(one)
        if isinstance(event, VacancyPublished):
            sql.fill(tx, "notices", NOTICE_COLUMNS, [_notice(one, event)])
            _set_close(tx, one.stream, event.timeline["until"])
        elif (changed := _of_notice(one, event)) is not None:
            tx.execute(sa.update(notices).where(notices.c.vacancy == streams.ident(one.stream)).values(**changed))
            _follow_timer(tx, one, event)
        elif (state := _of_application(event)) is not None:
            became[streams.ident(one.stream)] = state, one.position
    rows = sql.gather(tx, APPLICATION_COLUMNS, "applications", "application", list(became))
    moved = [(*row[:-2], *became[row[0]]) for row in rows]
    sql.fill(tx, "applications", APPLICATION_COLUMNS, moved, AGAIN)


def _notice(one: Recorded, event: VacancyPublished) -> tuple[Any, ...]:
    seats = sum(formation.seats for formation in event.formations)
    opens, until = (instant(event.timeline[name]) for name in ("apply_from", "until"))
    return (
        streams.ident(one.stream), streams.agency(one.stream), event.round, event.unit, event.post, seats,
        event.pack_digest, opens, until, "open", 0, None, one.position, one.position, event.key,
    )  # fmt: skip


def _of_notice(one: Recorded, event: Any) -> dict[str, Any] | None:
    """What an event changes of a notice's row."""
    match event:
        case DeadlineExtended(until=until):
            return {"until": instant(until), "deadline": one.position}
        case VacancyCancelled():
            return {"state": "cancelled"}
        case ApplicationsClosed():
            return {"state": "closed"}
        case CheckResultAnnounced(version=version, until=until):
            return {"state": "announced", "announced": version, "object_until": instant(until)}
    return None


def _of_application(event: Any) -> str | None:
    """What an application is after an event."""
    match event:
        case ApplicationWithdrawn():
            return "withdrawn"
        case DocumentsChecked(meets=meets) | CheckObjectionDecided(meets=meets):
            return "meets" if meets else "fails"
        case CheckObjectionFiled():
            return "objecting"
    return None


def _follow_timer(tx: sa.Connection, one: Recorded, event: Any) -> None:
    """An extension moves the closing; what is closed or cancelled needs none."""
    if isinstance(event, DeadlineExtended | ApplicationsClosed | VacancyCancelled):
        clear_timers(tx, one.stream, CLOSE)
    if isinstance(event, DeadlineExtended):
        _set_close(tx, one.stream, event.until)


def _set_close(tx: sa.Connection, stream: str, until: dt.datetime) -> None:
    """The roll closes when no ticket of an arrival in time is alive. Whoever issues it makes the roll first."""
    set_timers(tx, [Due(stream=stream, kind=CLOSE, at=instant(until + TICKET), command=CloseApplications())])


NOTICES = View(name="notices", version=2, tables=(notices, applications), apply=follow)


class Counts(NamedTuple):
    """A vacancy's applications by what they are now."""

    submitted: int = 0
    meets: int = 0
    fails: int = 0
    objecting: int = 0
    withdrawn: int = 0


def board(tx: sa.Connection, round_: str) -> list[tuple[sa.RowMapping, Counts]]:
    """The notices of a round in order, each with its applications counted."""
    chosen = sa.select(notices).where(notices.c.round == round_).order_by(notices.c.vacancy)
    rows = [row._mapping for row in tx.execute(chosen)]
    grouped = (
        sa.select(applications.c.vacancy, applications.c.state, sa.func.count())
        .where(applications.c.vacancy.in_([row["vacancy"] for row in rows]))
        .group_by(applications.c.vacancy, applications.c.state)
    )
    found: dict[str, dict[str, int]] = {}
    for vacancy, state, number in tx.execute(grouped):
        found.setdefault(vacancy, {})[state] = number
    return [(row, Counts(**found.get(row["vacancy"], {}))) for row in rows]


def notice(tx: sa.Connection, vacancy: str) -> sa.RowMapping | None:
    """The notice of a vacancy that was published here."""
    return tx.execute(sa.select(notices).where(notices.c.vacancy == vacancy)).mappings().one_or_none()


def standing(tx: sa.Connection, vacancy: str, state: str | None = None) -> list[str]:
    """Applications of a vacancy in one state; without a state, all that are not withdrawn: the rows of its roll."""
    return sorted(application for application, _ in _standing(tx, vacancy, state))


def kinds(tx: sa.Connection, vacancy: str) -> dict[str, str]:
    """The kind of need of every application that is not withdrawn: half a million of them in one row of JSON."""
    return dict(_standing(tx, vacancy, None))


def _standing(tx: sa.Connection, vacancy: str, state: str | None) -> list[list[str]]:
    wanted = "state <> 'withdrawn'" if state is None else "state = '{}'".format(state.replace("'", "''"))
    return sql.gather(tx, ("application", "kind"), "applications", f"{wanted} AND vacancy", [vacancy])


def of_applicant(tx: sa.Connection, applicant: str) -> list[sa.RowMapping]:
    """Everything that a person has sent, the newest first, each with its vacancy's notice."""
    chosen = (
        sa.select(applications, notices.c.round, notices.c.unit, notices.c.post, notices.c.until)
        .add_columns(notices.c.state.label("notice"), notices.c.announced, notices.c.object_until)
        .join(notices, notices.c.vacancy == applications.c.vacancy)
        .where(applications.c.applicant == applicant)
    )
    return list(tx.execute(chosen.order_by(applications.c.position.desc())).mappings())


def counted(store: sa.Engine) -> tuple[int, int, int]:
    """How many vacancies, seats and agencies the list holds."""
    chosen = sa.select(
        sa.func.count(),
        sa.func.coalesce(sa.func.sum(vacancies.c.seats), 0),
        sa.func.count(vacancies.c.agency.distinct()),
    )
    with store.begin() as tx:
        row = tx.execute(chosen).one()
    return int(row[0]), int(row[1]), int(row[2])
