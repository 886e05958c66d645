"""Coworkers who were drawn, and what they say: who answered is a row without a time, what they said lies in the box.
When the time to answer is over, the rows go as the answers do (`collecting`).

Eligible is who has shared the officer's unit for 30 days (peers), or works in a unit below it (subordinates), and has
fewer than five such tasks. Each stands in the draw under a name made with a secret nonce, or the officer could repeat
it.
"""

from __future__ import annotations

import datetime as dt
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from services.feedback import tables
from services.feedback.ballots import put
from services.feedback.reviews import GiveReview, is_answered
from shared.events import Refused, instant, streams
from shared.events.platform import Words
from shared.ledger import Ledger

SHARED = dt.timedelta(days=30)
TASKS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Pool:
    """Whom a draw may name, by group, under hidden names; who they are."""

    nonce: str
    groups: Mapping[str, tuple[str, ...]]
    persons: Mapping[str, str]


def pool(tx: sa.Connection, officer: str, today: dt.date) -> Pool:
    """Of an officer, as of a day."""
    nonce, rows = secrets.token_hex(32), list(tx.execute(sa.select(tables.officers)))
    own = next((row.unit for row in rows if row.officer == officer), None)
    busy = _busy(tx, today)
    since = (today - SHARED).isoformat()
    groups: dict[str, list[str]] = {"peers": [], "subordinates": []}
    persons: dict[str, str] = {}
    for row in rows:
        gone = row.gone is not None and row.gone <= today.isoformat()
        if own is None or row.officer == officer or gone or row.day > since or row.officer in busy:
            continue
        if streams.covers(own, row.unit):
            name = hidden(nonce, row.officer)
            groups["peers" if row.unit == own else "subordinates"].append(name)
            persons[name] = row.officer
    return Pool(nonce=nonce, groups={name: tuple(sorted(ids)) for name, ids in groups.items()}, persons=persons)


def hidden(nonce: str, person: str) -> str:
    """A person's name in one draw."""
    return hmac.new(bytes.fromhex(nonce), person.encode(), "sha256").hexdigest()


def _busy(tx: sa.Connection, today: dt.date) -> set[str]:
    """Who has as many tasks as anybody may have at a time."""
    chosen = (
        sa.select(tables.asked.c.coworker)
        .where(tables.asked.c.answered == 0, tables.asked.c.until > today.isoformat())
        .group_by(tables.asked.c.coworker)
        .having(sa.func.count() >= TASKS)
    )
    return set(tx.execute(chosen).scalars())


def check(ledger: Ledger, coworker: str, about: str, answers: Mapping[str, int], now: dt.datetime) -> None:
    """Before any words are kept: refused as `give` would be."""
    with ledger.reader.begin() as tx:
        _turn(tx, coworker, about, answers, now)


def give(
    ledger: Ledger, coworker: str, about: str, answers: Mapping[str, int], now: dt.datetime, *,
    words: Words | None = None,
) -> None:  # fmt: skip
    """One's answers about `pauh.<officer>+<period>`, once: ticked off and boxed, or neither. Refused
    (`review.not_asked`, `review.given`, `review.late`, `review.answers`)."""
    asked = tables.asked
    mine = sa.and_(asked.c.stream == f"evaluation-{about}", asked.c.coworker == coworker)
    with ledger.writer.begin() as tx:
        row = _turn(tx, coworker, about, answers, now)
        tx.execute(sa.update(asked).where(mine).values(answered=1))
        ordered = {name: answers[name] for name in sorted(answers)}
        put(tx, f"review-{about}", GiveReview(group=row.grp, answers=ordered, words=words))


def _turn(tx: sa.Connection, coworker: str, about: str, answers: Mapping[str, int], now: dt.datetime) -> Any:
    """The row of somebody who was drawn, has not answered, and still may."""
    asked = tables.asked
    if not is_answered(answers):
        raise Refused("review.answers")
    mine = sa.and_(asked.c.stream == f"evaluation-{about}", asked.c.coworker == coworker)
    row = tx.execute(sa.select(asked).where(mine)).one_or_none()
    if row is None:
        raise Refused("review.not_asked")
    if row.answered:
        raise Refused("review.given")
    if now >= dt.datetime.fromisoformat(row.until):
        raise Refused("review.late")
    return row


def tasks(tx: sa.Connection, coworker: str, now: dt.datetime) -> list[sa.RowMapping]:
    """Whom somebody is asked about, and until when."""
    asked = tables.asked
    chosen = sa.select(asked.c.stream, asked.c.grp, asked.c.until).where(
        asked.c.coworker == coworker, asked.c.answered == 0, asked.c.until > instant(now)
    )
    return list(tx.execute(chosen.order_by(asked.c.until, asked.c.stream)).mappings())
