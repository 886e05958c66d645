"""The peer: the library `eventsourcing` on SQLite, used as its documentation shows, with its own idioms.

One aggregate per applicant with the payload that our event carries; marks are given as text, which spares it their
conversion. Its connections say themselves how they are set.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event
from eventsourcing.sqlite import SQLiteApplicationRecorder, SQLiteConnection

from bench.harness import durable
from bench.scores import AT, BY, SOURCE, Applicant

PATIENCE = 60  # seconds that a caller waits for a connection: theirs is 5


class Scored(Aggregate):
    """A candidacy with its score."""

    @event("StageScored")
    def __init__(
        self, stage: str, parts: dict[str, str], source: dict[str, str | int], facts: dict[str, str], by: str, at: str
    ) -> None:
        self.stage = stage
        self.parts = parts
        self.source = source
        self.facts = facts
        self.by = by
        self.at = at


def scored(one: Applicant) -> Scored:
    """What is saved for an applicant."""
    return Scored(
        stage="skd",
        parts={part: str(mark) for part, mark in one.marks["skd"].items()},
        source={"import": SOURCE, "row": one.number},
        facts={"kind": "general", "gpa": one.gpa},
        by=BY,
        at=AT,
    )


class Peer:
    """An application in a file of its own."""

    def __init__(self, path: Path) -> None:
        named = {"PERSISTENCE_MODULE": "eventsourcing.sqlite", "SQLITE_DBNAME": str(path / "theirs.db")}
        self.app: Application[UUID] = Application({**named, "SQLITE_LOCK_TIMEOUT": str(PATIENCE)})
        recorder = self.app.recorder
        if not isinstance(recorder, SQLiteApplicationRecorder):
            raise TypeError("the peer does not run on SQLite")
        self._pool = recorder.datastore.pool
        self._pool.pool_timeout = PATIENCE
        self._connections: list[SQLiteConnection] = list(self._pool._pool)
        self._create = self._pool._create_connection
        setattr(self._pool, "_create_connection", self._made)  # noqa: B010

    def save(self, people: Sequence[Applicant]) -> None:
        """All of them in one transaction."""
        self.app.save(*map(scored, people))

    def folded(self) -> int:
        """How many scores the store holds, every one mapped to its event and folded into its aggregate."""
        found: list[object] = []
        start = 1
        while page := self.app.recorder.select_notifications(start, 1000):
            events = map(self.app.mapper.to_domain_event, page)
            found += [one for one in (made.mutate(None) for made in events) if isinstance(one, Scored)]  # type: ignore[attr-defined]
            start = page[-1].id + 1
        return len(found)

    def stored(self) -> int:
        """How many events there are."""
        return self.app.recorder.max_notification_id() or 0

    def settings(self) -> tuple[str, ...]:
        """Read back from every connection that it made."""
        return tuple(sorted({durable(one._sqlite_conn) for one in self._connections}))

    def close(self) -> None:
        """All connections."""
        self.app.close()

    def _made(self) -> SQLiteConnection:
        one = self._create()
        self._connections.append(one)
        return one
