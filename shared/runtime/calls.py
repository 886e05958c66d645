"""A command on its way in, and the answer on its way out."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from functools import cache, lru_cache
from hashlib import sha256
from threading import Lock
from typing import Any, NamedTuple, cast

import sqlalchemy as sa

from shared.events import Unreadable, catalogue, codec, streams
from shared.ledger import sql

metadata = sa.MetaData()
answers = sa.Table(
    "answers",
    metadata,
    sa.Column("digest", sa.LargeBinary, primary_key=True),  # 16 bytes of actor, command and key
    sa.Column("body", sa.LargeBinary, nullable=False),  # 16 bytes of stream and body
    sa.Column("position", sa.BigInteger),
    sa.Column("events", sa.Integer, nullable=False),
    sa.Column("refused", sa.Text),
    sqlite_with_rowid=False,
)
COLUMNS = ("digest", "body", "position", "events", "refused")
LONGEST_TEXT = 200  # signs of an actor, a causation, a correlation
LONGEST_KEY = 400  # signs; an import's key names a file and a vacancy
_INSTANT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z")
FILLED = ("by", "at", "alias", "ok", "unit", "vacancy", "id")  # a command may declare, only the pipeline may say it
BODYS = ("unit", "vacancy", "id")  # of these, a field without the default None is the body's own
PREPARED = "PREPARED"  # where a command's class names the fields, with defaults, that `preparing` alone computes


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A command for a stream. `key` is mandatory: people's, reactions', timers' and imports' commands all have one.

    `by` and `unit` (of the person) come from the session, never from the body; `received_at` is the instant at which
    the whole request had arrived.
    """

    stream: str
    command: Any
    by: str
    key: str
    received_at: str
    causation: str | None = None
    correlation: str | None = None
    unit: str | None = None

    def __post_init__(self) -> None:
        kind = catalogue.CATEGORIES.get(streams.category(streams.checked(self.stream)))
        if kind is None or len(streams.parts(self.stream)) <= (kind.holder or 0):
            raise Unreadable(f"no such stream: {self.stream!r}; its category is not known, or a part is missing")
        if not (self.key and (self.by + self.key).isprintable()):
            raise Unreadable("a command has a key, and actor and key are printable text")
        if len(self.by) > LONGEST_TEXT or len(self.key) > LONGEST_KEY:
            raise Unreadable(f"an actor has at most {LONGEST_TEXT} signs, a key at most {LONGEST_KEY}")
        if not all(is_text(text) for text in (self.causation, self.correlation) if text is not None):
            raise Unreadable(f"causation and correlation are text of at most {LONGEST_TEXT} signs")
        if not is_instant(self.received_at):
            raise Unreadable(f"not an instant with six digits and Z: {self.received_at[:40]!r}")

    def digest(self) -> bytes:
        """What its answer is recorded under."""
        return sha256(f"{self.by}\n{type(self.command).__name__}\n{self.key}".encode()).digest()[:16]

    def body(self) -> bytes:
        """What the same key must come with again: 16 bytes of stream and body."""
        return sha256(self.stream.encode() + b"\n" + codec.fingerprint(bare(self.command))).digest()[:16]


class Answer(NamedTuple):
    """What became of a command: `position` of its last event, how many `events`, or why it was `refused`.

    `failed` means a fault of ours: nothing of this command happened. `repeated`: this is the first answer, given again.
    """

    position: int | None = None
    events: int = 0
    refused: str | None = None
    failed: bool = False
    repeated: bool = False


class Ticket:
    """A caller's place in the queue: one wake-up, with the answer or with the error that left the outcome unknown."""

    __slots__ = ("_done", "_error", "_then", "answer", "call")

    def __init__(self, call: Call, then: Callable[[Ticket], None] | None = None) -> None:
        self.call = call
        self.answer = Answer()
        self._error: BaseException | None = None
        self._then = then
        self._done = Lock()
        self._done.acquire()

    def settle(self, answer: Answer) -> None:
        """The outcome is known, and durable."""
        self.answer = answer
        self._finish()

    def fail(self, error: BaseException) -> None:
        """The outcome is unknown."""
        self._error = error
        self._finish()

    def wait(self) -> Answer:
        """The answer, once it is durable; Unknown if that cannot be told."""
        with self._done:
            if self._error is not None:
                raise self._error
            return self.answer

    def _finish(self) -> None:
        self._done.release()
        if self._then is not None:
            self._then(self)


def is_text(text: str) -> bool:
    """Whether an event's envelope can hold it: no U+0000, no lone surrogate, not endless."""
    return len(text) <= LONGEST_TEXT and "\0" not in text and not any("\ud800" <= sign <= "\udfff" for sign in text)


@lru_cache(maxsize=1024)
def is_instant(text: str) -> bool:
    """Whether it is an instant as `envelope.instant` writes them: UTC, six digits, Z."""
    if not _INSTANT.fullmatch(text):
        return False
    try:
        dt.datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


@cache
def filled_fields(command: Any) -> tuple[str, ...]:
    """The fields of a command's class that its author has no say in."""
    return tuple(
        item.name
        for item in fields(command)
        if item.name in FILLED and (item.default is None or item.name not in BODYS)
    )


@cache
def prepared_fields(command: Any) -> tuple[str, ...]:
    """The fields of a command's class that are computed from the ledger's own tables, outside its lock."""
    return tuple(getattr(command, PREPARED, ()))


@cache
def authored_fields(command: Any) -> tuple[str, ...]:
    """The fields of a command's class that a request may bring: neither filled nor prepared, in their order."""
    ours = {*filled_fields(command), *prepared_fields(command)}
    return tuple(item.name for item in fields(command) if item.name not in ours)


@cache
def _blank(command: Any) -> dict[str, Any]:
    defaults = {item.name: item.default for item in fields(command)}
    return dict.fromkeys(filled_fields(command)) | {name: defaults[name] for name in prepared_fields(command)}


def bare(command: Any) -> Any:
    """The command as its author sent it: without what the pipeline fills, and what is prepared at its defaults.

    Its idempotency and an approval's digest are about this: the same request again gets the first answer, although its
    lists would be others by now.
    """
    blank = _blank(cast(Any, type(command)))
    return replace(command, **blank) if blank else command


def known(tx: sa.Connection, digests: list[bytes]) -> dict[bytes, tuple[bytes, Answer]]:
    """The first answers to these keys, with the body that each came with."""
    found: dict[bytes, tuple[bytes, Answer]] = {}
    marks = ",".join([sql.mark(tx)] * len(digests))
    statement = f"SELECT {', '.join(COLUMNS)} FROM answers WHERE digest IN ({marks})"  # noqa: S608  marks alone
    for digest, body, position, events, refused in tx.exec_driver_sql(statement, tuple(digests)):
        found[bytes(digest)] = bytes(body), Answer(position, events, refused, repeated=True)
    return found


def remember(tx: sa.Connection, made: dict[bytes, tuple[bytes, Answer]]) -> None:
    """The answers of this batch, in the transaction of their events."""
    rows = [(digest, body, one.position, one.events, one.refused) for digest, (body, one) in made.items()]
    sql.fill(tx, "answers", COLUMNS, rows)
