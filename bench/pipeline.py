"""T3: a bulk import through the pipeline, against bare inserts of the same rows, and against the peer's bulk saves.

All of it is counted: the keys of the persons, made in bulk beforehand as an import makes them; decisions; commitments;
events, answers and facts; a commit per batch of 500. The bare inserts write the very rows that the pipeline wrote.
"""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, cast

from bench.harness import Contestant, Options, Sample, Watch, alternate, durable, main, seconds, settings, values
from bench.peer import Peer
from bench.report import Bound, Report, Row
from bench.scores import Applicant, Office, applicants
from bench.stopwatch import PARTS, Stopwatch
from shared.ledger import sqlite
from shared.runtime.calls import Call
from shared.runtime.pipeline import MOST

Rows = list[tuple[Any, ...]]
EVENTS = "SELECT * FROM events WHERE position >= ? ORDER BY position"
ANSWERS = "SELECT * FROM answers WHERE position >= ? ORDER BY position"
FACTS = "SELECT id, value FROM facts WHERE id IN (SELECT value FROM json_each(?))"
UPSERT = "INSERT INTO facts VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET value = excluded.value"
SCHEMA = "SELECT sql FROM sqlite_master WHERE type IN ('table', 'index') AND sql IS NOT NULL ORDER BY type DESC"
FOLDED = "SELECT sum(json_extract(value, '$.inputs')) FROM facts WHERE id LIKE 'procedure:%'"


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What the pipeline wrote, to be written again without it: rows of the keys, then rows batch by batch."""

    ledger: list[str]
    keys: list[str]
    holders: Rows
    ids: Rows
    batches: list[tuple[Rows, Rows, Rows, int]]  # events, answers, facts, where the ledger then ends


def measure(options: Options) -> Report:
    """Ours, bare inserts and the peer, run by run; then where ours spends its time."""
    count = options.size(20_000, 1_000)
    people = applicants(count)
    written = _written(people, options)
    contestants: dict[str, Contestant] = {
        "pipeline": lambda path: _ours(path, people),
        "bare inserts": lambda path: _bare(path, written, count),
        "eventsourcing, 500 a transaction": lambda path: _theirs(path, people),
    }
    found = alternate(options, contestants)
    timed = alternate(options, {"timed": lambda path: _timed(path, people)})["timed"]
    ours, bare, theirs = (
        Row(target="T3", name=name, unit="events/s", values=values(samples)) for name, samples in found.items()
    )
    rows = (
        Row(target="T3", name=ours.name, unit=ours.unit, values=ours.values, bound=Bound(floor=12_000, goal=25_000)),
        bare,
        theirs,
        ours.over(bare, Bound(floor=0.2, goal=0.35)),
        ours.over(theirs, Bound(floor=0.6, goal=1)),
        *(Row(target="T3", name=f"pipeline: {part}", unit="us/event", values=values(timed, part)) for part in PARTS),
    )
    return Report(bench="pipeline", rows=rows, settings=settings(found))


def _ours(path: Path, people: list[Applicant]) -> Sample:
    office, calls = Office(path), [one.call() for one in people]
    with Watch() as watch:
        spent = seconds(lambda: _import(office, people, calls))
    made = Sample(
        value=len(people) / spent,
        sent=len(people),
        stored=office.stored(),
        folded=office.folded(),
        settings=watch.settings(),
    )
    office.close()
    return made


def _import(office: Office, people: list[Applicant], calls: list[Call]) -> None:
    office.enrol(people)
    office.pipeline.run(calls)


def _timed(path: Path, people: list[Applicant]) -> Sample:
    office, calls, watch = Office(path), [one.call() for one in people], Stopwatch()
    seconds(lambda: watch.run(office.pipeline.ledger.writer, lambda: _import(office, people, calls)))
    each = {part: spent / len(people) * 1e6 for part, spent in watch.spent.items()}
    made = Sample(value=sum(each.values()), sent=len(people), stored=office.stored(), folded=office.folded(), more=each)
    office.close()
    return made


def _theirs(path: Path, people: list[Applicant]) -> Sample:
    peer = Peer(path)

    def save() -> None:
        for start in range(0, len(people), MOST):
            peer.save(people[start : start + MOST])

    spent = seconds(save)
    made = Sample(
        value=len(people) / spent,
        sent=len(people),
        stored=peer.stored(),
        folded=peer.folded(),
        settings=peer.settings(),
    )
    peer.close()
    return made


def _written(people: list[Applicant], options: Options) -> Written:
    """Not measured: the rows, read from what the pipeline wrote."""
    with TemporaryDirectory(dir=options.folder, prefix="merit-bench-") as folder:
        office = Office(Path(folder))
        office.enrol(people)
        data = office.folder.path
        with _opened(data / "selection.db") as ledger, _opened(data / "keys.db") as keys:
            made = _rows(office, people, ledger, keys)
        office.close()
    return made


def _rows(office: Office, people: list[Applicant], ledger: sqlite3.Connection, keys: sqlite3.Connection) -> Written:
    batches = []
    for start in range(0, len(people), MOST):
        part, end = people[start : start + MOST], office.pipeline.ledger.size()
        office.pipeline.run([one.call() for one in part])
        named = ",".join(f'"procedure:{vacancy}"' for vacancy in {one.vacancy for one in part})
        facts = ledger.execute(FACTS, (f"[{named}]",)).fetchall()
        events, answers = (ledger.execute(chosen, (end,)).fetchall() for chosen in (EVENTS, ANSWERS))
        batches.append((events, answers, facts, end + len(events)))
    return Written(
        ledger=[sql for (sql,) in ledger.execute(SCHEMA)],
        keys=[sql for (sql,) in keys.execute(SCHEMA)],
        holders=keys.execute("SELECT * FROM holders").fetchall(),
        ids=keys.execute("SELECT * FROM ids").fetchall(),
        batches=batches,
    )


def _bare(path: Path, rows: Written, count: int) -> Sample:
    """The same tables without their guards, the same settings, the fastest statement of the driver: `executemany`."""
    with _opened(path / "ledger.db") as ledger, _opened(path / "keys.db", secure_delete=True) as keys:
        for connection, tables in ((ledger, rows.ledger), (keys, rows.keys)):
            for statement in tables:
                connection.execute(statement)
        ledger.execute("INSERT INTO head VALUES ('main', 0)")
        spent = seconds(lambda: _insert(rows, ledger, keys))
        return Sample(
            value=count / spent,
            sent=count,
            stored=ledger.execute("SELECT count(*) FROM events").fetchone()[0],
            folded=ledger.execute(FOLDED).fetchone()[0],
            settings=tuple(sorted({durable(ledger), durable(keys)})),
        )


def _insert(rows: Written, ledger: sqlite3.Connection, keys: sqlite3.Connection) -> None:
    keys.execute("BEGIN IMMEDIATE")
    keys.executemany("INSERT INTO holders VALUES (?, ?)", rows.holders)
    keys.executemany("INSERT INTO ids VALUES (?, ?)", rows.ids)
    keys.execute("COMMIT")
    for events, answers, facts, end in rows.batches:
        ledger.execute("BEGIN IMMEDIATE")
        ledger.executemany("INSERT INTO events VALUES (?,?,?,?,?,?,?,?,?,?,?,?)", events)
        ledger.executemany("INSERT INTO answers VALUES (?,?,?,?,?)", answers)
        ledger.executemany(UPSERT, facts)
        ledger.execute("UPDATE head SET position = ?", (end,))
        ledger.execute("COMMIT")


@contextmanager
def _opened(path: Path, *, secure_delete: bool = False) -> Iterator[sqlite3.Connection]:
    """A connection of the driver, set exactly as ours are."""
    writer, _ = sqlite.engines(path, secure_delete=secure_delete)
    raw = writer.raw_connection()
    try:
        yield cast(sqlite3.Connection, raw.driver_connection)
    finally:
        raw.close()
        writer.dispose()


if __name__ == "__main__":
    sys.exit(main(measure, "bulk import through the pipeline"))
