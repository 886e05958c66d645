"""The databases that a ledger can lie in, and what the suite writes into it.

A place is opened anew by whoever uses it, in another process, too: `spawned` runs a function of this module there.
"""

import dataclasses
import multiprocessing
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Any, Protocol

import sqlalchemy as sa

from shared.events import Draft, Recorded, codec, streams
from shared.events.intake import RulePackAdopted
from shared.events.selection import StageScored
from shared.ledger import Keys, Ledger, sqlite
from shared.ledger.store import Clock, utc

MASTER = bytes(range(32))
VACANCY = "pauh.2027-014"


class Opened(Ledger):
    """A ledger that the suite opened, with the tables of its keys."""

    def create(self) -> None:
        """The ledger's tables and the keys'."""
        super().create()
        self.keys.create()

    def all(self) -> list[Recorded]:
        """Every event."""
        return [one for page in self.read() for one in page]


class Place(Protocol):
    """Where a ledger lies. It travels to other processes."""

    def opened(
        self, *, clock: Clock = utc, master: bytes = MASTER, cached: int = 1000
    ) -> AbstractContextManager[Opened]:
        """The ledger, with connections of its own."""
        ...

    def tamper(self, *statements: str) -> None:
        """What somebody does who may do everything: past the guards, which look untouched afterwards."""
        ...


@dataclass(frozen=True, slots=True)
class SqliteFiles:
    """Two files in one folder."""

    folder: Path

    @contextmanager
    def opened(self, *, clock: Clock = utc, master: bytes = MASTER, cached: int = 1000) -> Iterator[Opened]:
        """The ledger, with connections of its own."""
        engines = (
            *sqlite.engines(self.folder / "selection.db"),
            *sqlite.engines(self.folder / "keys.db", secure_delete=True),
        )
        writer, reader, store, _ = engines
        try:
            keys = Keys(store, master, cached=cached)
            yield Opened("selection", writer, reader, keys, dialect=sqlite, clock=clock)
        finally:
            for engine in engines:
                engine.dispose()

    def tamper(self, *statements: str) -> None:
        """Past the triggers, which stand again afterwards."""
        with closing(self.plain()) as plain, plain:
            guards = plain.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
            for statement in (
                *(f"DROP TRIGGER {name}" for name, _ in guards),
                *statements,
                *(text for _, text in guards),
            ):
                plain.execute(statement)

    def plain(self) -> sqlite3.Connection:
        """A connection that knows nothing of ours, to the ledger and the keys."""
        made = sqlite3.connect(self.folder / "selection.db")
        made.execute("ATTACH ? AS kept", (str(self.folder / "keys.db"),))
        return made


@contextmanager
def _sqlite(folder: Path) -> Iterator[Place]:
    yield SqliteFiles(folder)


ADAPTERS: Mapping[str, Callable[[Path], AbstractContextManager[Place]]] = {"sqlite": _sqlite}


def application(n: int) -> str:
    """The id of the n-th application."""
    return sha256(b"application %d" % n).hexdigest()[:32]


def candidate(n: int, vacancy: str = VACANCY) -> str:
    """The stream of the n-th candidacy."""
    return f"candidate-{vacancy}+{application(n)}"


def pack(n: int) -> str:
    """A public stream."""
    return f"rulepack-pauh.pack-{n}"


ADOPTED = RulePackAdopted(
    version=1,
    digest="9f" * 32,
    law=("PermenPANRB 6/2024",),
    vectors="5c" * 32,
    from_=datetime(2024, 8, 20, tzinfo=UTC).date(),
)
SCORED = StageScored(stage="interview", verdict="hadir: „nilai” naik 5 µ – é \U0001f600", facts={"kind": "umum"})


def enrol(keys: Keys, *numbers: int) -> None:
    """Persons with one application each."""
    keys.enrol({f"person-{n}": [application(n)] for n in numbers})


def draft(stream: str, version: int = 0, **envelope: str | None) -> Draft:
    """An event that fits the stream."""
    return codec.draft(stream, version, SCORED if streams.category(stream) == "candidate" else ADOPTED, **envelope)


def append(ledger: Ledger, *drafts: Draft) -> list[Recorded]:
    """A batch of its own."""
    with ledger.batch() as batch:
        return batch.append(drafts)


def grow(ledger: Ledger, stream: str, most: int) -> list[int]:
    """Appends to one stream, each at the version that the batch read under the lock; the positions."""
    positions = []
    for _ in range(most):
        with ledger.batch() as batch:
            version = len(batch.load([stream]).get(stream, []))
            positions += [one.position for one in batch.append([draft(stream, version)])]
    return positions


def changed(one: Recorded, **fields: Any) -> Recorded:
    """The same record with other fields."""
    return Recorded(
        **{
            name.name: fields.get(name.name, getattr(one, name.name))
            for name in dataclasses.fields(one)
            if name.init and name.name != "_event"
        }
    )


def write_in_turns(place: Place, barrier: Barrier, own: str, common: str, most: int) -> None:
    """A process that appends to a stream of its own and to one that it shares with others."""
    with place.opened() as ledger:
        barrier.wait(30)
        for _ in range(most):
            grow(ledger, common, 1)
            grow(ledger, own, 2)


def first_key(place: Place, barrier: Barrier, stream: str) -> None:
    """A process that wants the key of a stream that nobody has made yet, and says its first tag."""
    with place.opened() as ledger:
        barrier.wait(30)
        ledger.keys.ensure([stream])
        append(ledger, draft(stream, barrier.wait(30)))


def spawned(work: Callable[..., None], place: Place, arguments: list[tuple[Any, ...]]) -> None:
    """The work in one process per row of arguments, started together; all must end well."""
    context = multiprocessing.get_context("spawn")
    barrier = context.Barrier(len(arguments))
    started = [context.Process(target=work, args=(place, barrier, *one)) for one in arguments]
    for process in started:
        process.start()
    for process in started:
        process.join(60)
    assert [process.exitcode for process in started] == [0] * len(arguments)


def scalar(engine: sa.Engine, statement: str) -> Any:
    """The one value of a statement on a connection of the engine."""
    with engine.begin() as tx:
        return tx.exec_driver_sql(statement).scalar_one()
