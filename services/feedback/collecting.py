"""Out of the box, once a day: ballots of a service ten or more at a time, in an order that nobody chose, dated by the
day, without an actor, a cause or a connection (architecture 8). Fewer than ten wait; when their period has ended, they
go with all others of that day. Coworkers' answers go once nobody may answer any more.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from secrets import SystemRandom
from typing import Any

import sqlalchemy as sa

from services.feedback import tables
from services.feedback.instruments import FLOOR
from services.feedback.periods import day_named, name_of, period
from services.feedback.reviews import GiveReview
from services.feedback.surveys import ReceiveBallot
from shared.events import codec, instant, streams
from shared.ledger import sql
from shared.rules.calendar import day_of, start_of
from shared.runtime.calls import Answer, Call
from shared.runtime.pipeline import Pipeline

COMMANDS = {"ReceiveBallot": (ReceiveBallot, "citizen"), "GiveReview": (GiveReview, "coworker")}


def target_of(survey: str) -> str:
    """`pauh.pkm-03+poli-umum` of `survey-pauh.pkm-03+poli-umum+2027-03-02`."""
    return "+".join(streams.parts(survey)[:2])


def day_of_visit(survey: str) -> dt.date:
    """The day of the visits; the longest ago for a name without one."""
    return day_named(streams.parts(survey)[-1]) or dt.date.min


def has_ended(survey: str, today: dt.date) -> bool:
    """Whether the quarter of the visits is over: no code of it is good any more."""
    own = period(name_of(day_of_visit(survey)))
    return own is None or today > own.last


def collect(pipeline: Pipeline, now: dt.datetime, *, again: bool = False) -> list[Answer]:
    """What is ripe enters the ledger; nothing a second time on one day, unless `again`. A crash in between loses
    nothing: what has not left the box goes tomorrow."""
    today = day_of(now)
    with pipeline.ledger.writer.begin() as tx:
        if not _is_due(tx, today) and not again:
            return []
        rows = _ripe(tx, today, now)
    SystemRandom().shuffle(rows)
    answers = pipeline.behind([_call(row, today) for row in rows])
    known = [row.id for row, answer in zip(rows, answers, strict=True) if answer.repeated]
    with pipeline.ledger.writer.begin() as tx:
        sql.among(tx, "DELETE FROM box WHERE id IN ({})", [(id,) for id in known])
        tx.execute(sa.delete(tables.collected))
        tx.execute(sa.insert(tables.collected).values(id=1, day=today.isoformat()))
    _empty_journal(pipeline.ledger.writer)
    return answers


def _empty_journal(store: sa.Engine) -> None:
    """SQLite's journal still holds codes and ballots transaction by transaction: it ends here."""
    if store.dialect.name == "sqlite":
        raw = store.raw_connection()
        try:
            raw.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
        finally:
            raw.close()


def _is_due(tx: sa.Connection, today: dt.date) -> bool:
    last = tx.execute(sa.select(tables.collected.c.day)).scalar_one_or_none()
    return last is None or last < today.isoformat()


def _ripe(tx: sa.Connection, today: dt.date, now: dt.datetime) -> list[Any]:
    rows = list(tx.execute(sa.select(tables.box)))
    ballots = [row for row in rows if streams.category(row.stream) == "survey"]
    lying = Counter(target_of(row.stream) for row in ballots)
    ready = [row for row in ballots if lying[target_of(row.stream)] >= FLOOR or has_ended(row.stream, today)]
    asked = tables.asked
    open_ = set(tx.execute(sa.select(asked.c.stream).where(asked.c.until > instant(now))).scalars())
    reviews = [row for row in rows if streams.category(row.stream) == "review"]
    return ready + [row for row in reviews if row.stream.replace("review-", "evaluation-", 1) not in open_]


def _call(row: Any, today: dt.date) -> Call:
    command, actor = COMMANDS[row.command]
    made = codec.read(command, row.body)
    return Call(stream=row.stream, command=made, by=actor, key=row.id, received_at=instant(start_of(today)))


def waiting(tx: sa.Connection, target: str, named: str) -> int:
    """How many ballots of a service and a period still lie in the box."""
    rows = tx.execute(sa.select(tables.box.c.stream)).scalars()
    found = [row for row in rows if streams.category(row) == "survey" and target_of(row) == target]
    return sum(name_of(day_of_visit(row)) == named for row in found)
