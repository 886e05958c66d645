"""An agency on a real folder, under a clock that is moved by hand: two persons do what takes two, a timetable what is
due."""

import base64
import datetime as dt
import hmac
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from hashlib import sha256
from itertools import count
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from services.intake.service import INTAKE
from services.intake.verifiers import worklist
from services.intake.views import notice
from shared.events import codec, instant
from shared.events.intake import ApplicationsClosed, VacancyPublished
from shared.ledger import Wrapping, verify
from shared.runtime import rebuild
from shared.runtime.approvals import Approve, proposed
from shared.runtime.calls import Answer, Call
from shared.runtime.folder import Folder
from shared.runtime.grants import digest_of_call
from shared.runtime.pipeline import Pipeline
from shared.runtime.preparing import prepared
from shared.runtime.service import Service
from shared.runtime.timers import outcomes
from shared.runtime.timetable import tick
from tests.domain import test_applications as person
from tests.domain import test_needs as need
from tests.domain import test_posts as post
from tests.domain import test_rounds as round_
from tests.domain.notices import NEED, PUBLISH, ROUND, UNTIL, VACANCY, at

NOTICE, ROUND_ = f"vacancy-{VACANCY}", f"round-{ROUND}"
MARCH, CLOSING = at(2027, 3, 10, 2), UNTIL + dt.timedelta(minutes=10)
UNITS = {"hr": "bkpsdm", "head": "setda"}


@dataclass
class Clock:
    """Moved by hand."""

    now: dt.datetime

    def __call__(self) -> dt.datetime:
        return self.now


def ident(n: int) -> str:
    """The id of the n-th application."""
    return sha256(b"application %d" % n).hexdigest()[:32]


def file(n: int) -> str:
    """The stream of the n-th application."""
    return f"application-pauh.{ident(n)}"


@dataclass
class Agency:
    """Intake of one agency, and what its people do."""

    folder: Folder
    pipeline: Pipeline
    clock: Clock
    keys: Iterator[int] = field(default_factory=count)

    def call(self, stream: str, command: Any, by: str = "hr", key: str | None = None) -> Call:
        """A command that arrives now; what is prepared is prepared."""
        return prepared(self.pipeline.service, self.pipeline.ledger, self.raw(stream, command, by, key))

    def raw(self, stream: str, command: Any, by: str = "hr", key: str | None = None) -> Call:
        """A command as a request brings it."""
        made = key or f"k{next(self.keys)}"
        moment = instant(self.clock())
        return Call(stream=stream, command=command, by=by, unit=UNITS.get(by), key=made, received_at=moment)

    def one(self, call: Call) -> Answer:
        (answer,) = self.pipeline.run([call])
        return answer

    def act(self, stream: str, command: Any, by: str = "hr", key: str | None = None) -> Answer:
        return self.one(self.call(stream, command, by, key))

    def must(self, stream: str, command: Any, by: str = "hr") -> None:
        answer = self.act(stream, command, by)
        assert (answer.refused, answer.failed) == (None, False), command

    def by_two(self, stream: str, command: Any) -> None:
        """Proposed by one, approved by another of another unit; the act is due then."""
        call, id = self.raw(stream, command), f"approval-pauh.P{next(self.keys)}"
        self.must(id, proposed(call))
        self.must(id, Approve(digest=digest_of_call(call)), by="head")

    def tick(self) -> list[Answer]:
        """What is due by now is issued."""
        return tick(self.pipeline, instant(self.clock()))

    def submit(self, n: int) -> Call:
        return self.raw(file(n), person.SEND, by=f"person-{n}")

    def close(self) -> ApplicationsClosed:
        """The deadline and the life of a ticket pass; the timetable closes the roll."""
        self.clock.now = CLOSING
        assert [answer.refused for answer in self.tick()] == [None]
        return self.closed()

    def closed(self) -> ApplicationsClosed:
        (event,) = self.happened(ApplicationsClosed)
        return event  # type: ignore[no-any-return]

    def happened(self, kind: Any) -> list[Any]:
        events = (codec.event_of(one) for page in self.pipeline.ledger.read() for one in page)
        return [event for event in events if isinstance(event, kind)]

    def state(self) -> str:
        with self.pipeline.ledger.reader.begin() as tx:
            row = notice(tx, VACANCY)
        return "" if row is None else str(row["state"])

    def todo(self, verifier: str, most: int = 500) -> list[str]:
        with self.pipeline.ledger.reader.begin() as tx:
            return [row["application"] for row in worklist(tx, verifier, most=most)]

    def troubles(self) -> list[tuple[str, int]]:
        """Timers that were refused or are tried again: code and tries."""
        with self.pipeline.ledger.reader.begin() as tx:
            return [(row.code, row.tries) for row in tx.execute(sa.select(outcomes))]

    def assert_whole(self) -> None:
        """Leaves, facts and tables are what the events say."""
        ledger = self.pipeline.ledger
        assert verify.check(ledger).findings == []
        assert rebuild.own_drifted(self.pipeline.service, ledger) is None

    def secret(self, holder: str) -> bytes:
        """A key as it lies in the store."""
        with self.folder.keys._store.begin() as tx:
            chosen = sa.text("SELECT wrapped FROM holders WHERE holder = :holder")
            wrapped = tx.execute(chosen, {"holder": holder}).scalar_one()
        return Wrapping(self.folder.master, "keys").open(bytes(wrapped), holder)


@contextmanager
def agency(path: Path, people: int = 6, service: Service = INTAKE) -> Iterator[Agency]:
    """A vacancy that two persons published, as the timetable did it for them; people who may apply. It is March."""
    clock = Clock(at(2027, 2, 20, 2))
    folder = Folder(path, create=True, clock=clock)
    try:
        folder.keys.enrol({f"holder-{n}": [ident(n)] for n in range(people)})
        made = Agency(folder, Pipeline(service, folder.ledger(service)), clock)
        made.must("post-pauh.perawat", post.ADOPT)
        for step in (replace(need.CEIL, analysis=1), need.RECOMMEND, need.APPROVE):
            made.must(f"need-{NEED}", step)
        made.by_two(ROUND_, replace(round_.OPEN, kind="cpns"))
        assert [answer.refused for answer in made.tick()] == [None]
        made.by_two(NOTICE, replace(PUBLISH, analysis=1))
        assert [answer.refused for answer in made.tick()] == [None]
        clock.now = MARCH
        yield made
    finally:
        folder.close()


# --- by hand, from the published text alone ---------------------------------------------------------------------


def mac(key: bytes, text: str) -> bytes:
    return hmac.new(key, text.encode(), "sha256").digest()


def alias(world: Agency, n: int) -> str:
    """12 signs of base32 under the vacancy's key."""
    made = mac(world.secret(f"vacancy-key-{VACANCY}"), f"merit/alias/v1\n{ident(n)}")
    return base64.b32encode(made).decode()[:12]


def roll_row(world: Agency, n: int) -> dict[str, str]:
    """`{alias, key}`: one hash over the tag keys of both of a person's streams."""
    own = world.secret(f"holder-{n}")
    tags = (
        mac(own, f"merit/tag/v1\n{service}\n{stream}\x01")
        for service, stream in (("intake", file(n)), ("selection", f"candidate-{VACANCY}+{ident(n)}"))
    )
    return {"alias": alias(world, n), "key": sha256(b"merit/roll/v1\n" + b"".join(tags)).hexdigest()}


def root(rows: Sequence[dict[str, str]]) -> str:
    """RFC 6962 2.1, recursively, over rows by alias."""
    ordered = sorted(rows, key=lambda row: row["alias"])
    leaves = [json.dumps(row, sort_keys=True, separators=(",", ":")).encode() for row in ordered]
    return _subtree(leaves).hex()


def _subtree(leaves: Sequence[bytes]) -> bytes:
    if len(leaves) < 2:
        return sha256(b"\x00" + leaves[0]).digest() if leaves else sha256(b"").digest()
    left = 1 << (len(leaves) - 1).bit_length() - 1
    return sha256(b"\x01" + _subtree(leaves[:left]) + _subtree(leaves[left:])).digest()


def published(world: Agency) -> VacancyPublished:
    (event,) = world.happened(VacancyPublished)
    return event  # type: ignore[no-any-return]
