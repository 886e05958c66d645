"""Out of the box, once a day: ballots of a service and a quarter ten or more at a time, in an order that nobody chose,
dated by the day, without an actor, a cause or a connection (architecture 8). Fewer than ten wait; where there are fewer
when the quarter has ended, they never enter, and count as unanswered.

Coworkers' answers go once nobody may answer any more, of groups of three or more; those of a smaller group are dropped,
and who was asked and who answered is forgotten.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from secrets import SystemRandom
from typing import Any

import sqlalchemy as sa

from services.feedback import tables
from services.feedback.ballots import forget_papers
from services.feedback.instruments import FLOOR
from services.feedback.periods import day_named, name_of, period
from services.feedback.reviews import GiveReview
from services.feedback.surveys import ReceiveBallot
from shared.events import codec, instant, streams
from shared.ledger import sql
from shared.rules.appraisal import peers_count
from shared.rules.calendar import day_of, start_of
from shared.runtime.calls import Answer, Call
from shared.runtime.pipeline import Pipeline

COMMANDS = {"ReceiveBallot": (ReceiveBallot, "citizen"), "GiveReview": (GiveReview, "coworker")}


def target_of(survey: str) -> str:
    """`pauh.pkm-03+poli-umum` of `survey-pauh.pkm-03+poli-umum+2027-03-31`."""
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
    nothing: what has not left the box is looked at tomorrow, as what has come anew."""
    today = day_of(now)
    with pipeline.ledger.writer.begin() as tx:
        if not _is_due(tx, today) and not again:
            return []
        found = _found(tx, today, now)
        others = {stream: _others(tx, stream) for stream in {row.stream for row in found.ripe}}
    rows = list(found.ripe)
    SystemRandom().shuffle(rows)
    answers = pipeline.behind([_call(row, today, others[row.stream]) for row in rows])
    known = [row.id for row, answer in zip(rows, answers, strict=True) if answer.repeated]
    with pipeline.ledger.writer.begin() as tx:
        sql.among(tx, "DELETE FROM box WHERE id IN ({})", [(id,) for id in (*known, *found.few)])
        _forget(tx, found.over)
        forget_papers(tx, today)
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What lies in the box and goes (`ripe`), what never may (`few`, their ids); evaluations whose coworkers are `over`
    the time to answer."""

    ripe: Sequence[Any]
    few: Sequence[str]
    over: Sequence[str]


def _found(tx: sa.Connection, today: dt.date, now: dt.datetime) -> Found:
    rows = list(tx.execute(sa.select(tables.box)))
    asked = tables.asked
    open_ = set(tx.execute(sa.select(asked.c.stream).where(asked.c.until > instant(now))).scalars())
    over = sorted(set(tx.execute(sa.select(asked.c.stream)).scalars()) - open_)
    lying = Counter(_heap(row) for row in rows)
    lying.update({heap: _entered(tx, *heap) for heap in lying if heap[1]})
    ripe, few = [], []
    for row in rows:
        is_ballot, many = streams.category(row.stream) == "survey", lying[_heap(row)]
        ended = has_ended(row.stream, today) if is_ballot else _evaluation(row.stream) not in open_
        if many >= FLOOR if is_ballot else ended and peers_count(many):
            ripe.append(row)
        elif ended:
            few.append(row.id)
    return Found(ripe=ripe, few=few, over=over)


def _heap(row: Any) -> tuple[str, str]:
    """What is counted together: a service's ballots of a quarter, a group's answers about an officer."""
    is_ballot = streams.category(row.stream) == "survey"
    return row.stream, "" if is_ballot else str(codec.loads(row.body)["group"])


def _entered(tx: sa.Connection, review: str, group: str) -> int:
    """Answers of a group that a collection which was cut off has brought into the ledger."""
    table, (officer, named, *_) = tables.reviews, streams.parts(review)
    chosen = sa.select(table.c.answers).where(table.c.officer == officer, table.c.period == named, table.c.grp == group)
    return int(tx.execute(chosen).scalar_one_or_none() or 0)


def _evaluation(review: str) -> str:
    return review.replace("review-", "evaluation-", 1)


def _others(tx: sa.Connection, survey: str) -> int | None:
    """How many codes were handed out on the other days of a survey's quarter; of no survey, nothing."""
    if streams.category(survey) != "survey":
        return None
    table, named = tables.tallies, name_of(day_of_visit(survey))
    chosen = sa.select(sa.func.coalesce(sa.func.sum(table.c.codes), 0)).where(
        table.c.target == target_of(survey), table.c.period == named, table.c.stream != survey
    )
    return int(tx.execute(chosen).scalar_one())


def _forget(tx: sa.Connection, over: Sequence[str]) -> None:
    """Who was asked and who answered, and the nonce that hid them."""
    for name in ("asked", "nonces"):
        sql.among(tx, f"DELETE FROM {name} WHERE stream IN ({{}})", [(one,) for one in over])  # noqa: S608


def _call(row: Any, today: dt.date, others: int | None) -> Call:
    command, actor = COMMANDS[row.command]
    made: Any = codec.read(command, row.body)
    if others is not None:
        made = replace(made, others=others)
    return Call(stream=row.stream, command=made, by=actor, key=row.id, received_at=instant(start_of(today)))


def waiting(tx: sa.Connection, target: str, named: str) -> int:
    """How many ballots of a service and a period still lie in the box."""
    rows = tx.execute(sa.select(tables.box.c.stream)).scalars()
    found = [row for row in rows if streams.category(row) == "survey" and target_of(row) == target]
    return sum(name_of(day_of_visit(row)) == named for row in found)
