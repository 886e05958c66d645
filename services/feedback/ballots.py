"""Ballots that cannot be led back to a visit: codes without a time, a box without an order.

A counter hands out codes and says their digests; the codes themselves are nowhere here. Whoever answers spends a code
and puts the answers into the box in one transaction: the code keeps no time and no answer, the answers no code, no
time, no address and no day of the visit, only its quarter. What lies in the box enters the ledger later (`collecting`).
A paper is keyed by two people, and counts where they agree; of the first keying only an HMAC under the code is kept.
"""

from __future__ import annotations

import datetime as dt
import hmac
import secrets
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any, Final

import sqlalchemy as sa

from services.feedback import tables
from services.feedback.evaluations import AskCoworkers
from services.feedback.instruments import NAME, is_answered
from services.feedback.periods import DAY, VALID, day_named, gathered_on
from services.feedback.surveys import IssueCodes, ReceiveBallot
from shared.events import Refused, codec, instant, streams
from shared.events.platform import Words
from shared.ledger import Ledger, sql
from shared.rules.calendar import day_of
from shared.runtime.service import Done

SIGNS: Final = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # none that is taken for another
LENGTH: Final = 12  # signs of a code: 59 bits
ONCE: Final = "ON CONFLICT DO NOTHING"
BOXED: Final = ("id", "stream", "command", "body")


def create(ledger: Ledger) -> None:
    """The tables that no event makes, if they are not there."""
    with ledger.writer.begin() as tx:
        tables.beside.create_all(tx)


def minted(n: int) -> tuple[str, ...]:
    """New codes, for a counter to print; they are kept nowhere."""
    return tuple("".join(secrets.choice(SIGNS) for _ in range(LENGTH)) for _ in range(n))


def digest_of(code: str, visit: dt.date) -> str:
    """What is kept of a code: SHA-256 with the day of the visit."""
    return sha256(f"merit/code/v1\n{visit.isoformat()}\n{code.strip().upper()}".encode()).hexdigest()


def known(tx: sa.Connection, digests: Sequence[str]) -> int:
    """How many of these were handed out before."""
    return len(sql.gather(tx, ("digest",), "codes", "digest", digests))


def check(ledger: Ledger, code: str, answers: Mapping[str, int], now: dt.datetime) -> None:
    """Before any words are kept: refused as `spend` would be."""
    _check(answers)
    with ledger.reader.begin() as tx:
        _live(tx, code, now)


def spend(
    ledger: Ledger, code: str, answers: Mapping[str, int], now: dt.datetime, *, words: Words | None = None
) -> None:
    """The code is spent and its ballot boxed, or neither. Refused (`ballot.answers`, `ballot.code`: unknown, used or
    too old, and nobody learns which)."""
    _check(answers)
    with ledger.writer.begin() as tx:
        _box(tx, _spent(tx, code, now), answers, "web", words)


def key_paper(ledger: Ledger, by: str, code: str, answers: Mapping[str, int], now: dt.datetime) -> bool:
    """One of a paper's two keyings: whether it was the second, and counts now. Refused (`paper.same_person`) for the
    same one twice; (`paper.differs`) where the two differ: that paper returns, to be keyed anew."""
    _check(answers)
    said = sealed(code, answers)
    with ledger.writer.begin() as tx:
        found = _live(tx, code, now)
        before = tx.execute(sa.select(tables.papers).where(tables.papers.c.digest == found.digest)).one_or_none()
        if before is None:
            sql.fill(tx, "papers", ("digest", "keyed_by", "answers"), [(found.digest, by, said)])
            return False
        if before.keyed_by == by:
            raise Refused("paper.same_person")
        tx.execute(sa.delete(tables.papers).where(tables.papers.c.digest == found.digest))
        if hmac.compare_digest(before.answers, said):
            _box(tx, _spent(tx, code, now), answers, "paper", None)
            return True
    raise Refused("paper.differs")


def sealed(code: str, answers: Mapping[str, int]) -> str:
    """What is kept of a paper's first keying: an HMAC of the answers under the paper's code, which is kept nowhere."""
    said = codec.dumps({element: answers[element] for element in sorted(answers)})
    return hmac.new(code.strip().upper().encode(), b"merit/paper/v1\n" + said, "sha256").hexdigest()


def forget_papers(tx: sa.Connection, today: dt.date) -> None:
    """First keyings whose code is no longer good: nobody can key them a second time."""
    ended = sa.select(tables.codes.c.digest).where(tables.codes.c.until < today.isoformat())
    tx.execute(sa.delete(tables.papers).where(tables.papers.c.digest.in_(ended)))


def put(tx: sa.Connection, stream: str, command: Any) -> None:
    """Into the box, under a random id, in no order."""
    body = codec.body(command).decode()
    sql.fill(tx, "box", BOXED, [(secrets.token_hex(16), stream, type(command).__name__, body)])


def keep(tx: sa.Connection, done: Sequence[Done]) -> None:
    """In step with what happened: codes that were handed out, coworkers who were drawn, what left the box."""
    for call, events in done:
        match call.command:
            case IssueCodes(digests=digests, until=until) if events:
                rows = [(digest, call.stream, until.isoformat(), 0) for digest in sorted(digests)]
                sql.fill(tx, "codes", ("digest", "stream", "until", "spent"), rows, ONCE)
            case AskCoworkers() if events:
                _drawn(tx, call.stream, call.command, codec.event_of(events[0]))
            case _ if call.by in NOBODY:
                tx.execute(sa.delete(tables.box).where(tables.box.c.id == call.key))


NOBODY: Final = ("citizen", "coworker")  # the actors of what came out of the box


def _drawn(tx: sa.Connection, stream: str, command: AskCoworkers, event: Any) -> None:
    """Who is asked: known here alone."""
    rows = [
        (stream, coworker, group, instant(event.until), 0) for coworker, group in sorted((command.drawn or {}).items())
    ]
    sql.fill(tx, "asked", ("stream", "coworker", "grp", "until", "answered"), rows, ONCE)
    sql.fill(tx, "nonces", ("stream", "nonce"), [(stream, command.nonce)], ONCE)


def _check(answers: Mapping[str, int]) -> None:
    if not is_answered(answers):
        raise Refused("ballot.answers")


def _live(tx: sa.Connection, code: str, now: dt.datetime) -> Any:
    """The row of a code that may still be spent."""
    today = day_of(now)
    digests = [digest_of(code, today - n * DAY) for n in range(VALID + 1)]
    chosen = sa.select(tables.codes).where(
        tables.codes.c.digest.in_(digests), tables.codes.c.spent == 0, tables.codes.c.until >= today.isoformat()
    )
    found = tx.execute(chosen).first()
    if found is None:
        raise Refused("ballot.code")
    return found


def _spent(tx: sa.Connection, code: str, now: dt.datetime) -> str:
    """The survey of a code that is spent from here on."""
    found = _live(tx, code, now)
    tx.execute(sa.update(tables.codes).where(tables.codes.c.digest == found.digest).values(spent=1))
    return str(found.stream)


def gathered(survey: str) -> str:
    """The one survey of its quarter that a ballot of this day goes to: that of the quarter's last day."""
    *about, day = streams.parts(survey)
    return f"survey-{'+'.join(about)}+{gathered_on(day_named(day) or dt.date.min)}"


def _box(tx: sa.Connection, survey: str, answers: Mapping[str, int], channel: str, words: Words | None) -> None:
    """Under the quarter, not the day: where few came on a day, the day would say whose it is."""
    ordered = {element: answers[element] for element in sorted(answers)}
    put(tx, gathered(survey), ReceiveBallot(instrument=NAME, answers=ordered, channel=channel, words=words))
