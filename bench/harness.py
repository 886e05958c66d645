"""What every benchmark shares: runs in alternating order, counts that must agree, durability read back, one report.

A number is void unless as many were sent as were stored and folded. Nothing is reported unless every connection that
wrote runs at `synchronous=FULL`: a commit that is not on disk would be another thing, under the same name.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import sqlite3
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter
from typing import Any

import sqlalchemy as sa

from bench import report as reports
from bench.machine import in_memory, machine, versions
from bench.report import Report
from shared.runtime.tuning import tune

FULL = 2
RUNS = 5


class Unfit(Exception):
    """Nothing can be reported; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What the command line asked for."""

    runs: int
    quick: bool
    folder: Path

    def size(self, whole: int, quick: int) -> int:
        """How many of something: a whole run, or one that only shows that it works."""
        return quick if self.quick else whole


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One timed run. `value` in the unit of its contestant; the three counts must be one."""

    value: float
    sent: int
    stored: int
    folded: int
    settings: tuple[str, ...] = ()  # of every connection that wrote
    more: Mapping[str, float] = field(default_factory=dict)


Contestant = Callable[[Path], Sample]


Bench = Callable[[Options], Report]


def alternate(options: Options, contestants: Mapping[str, Contestant]) -> dict[str, list[Sample]]:
    """Every contestant once a run, forwards and backwards in turn, each in a folder of its own on a quiet disk."""
    found: dict[str, list[Sample]] = {name: [] for name in contestants}
    for run in range(options.runs):
        for name in list(contestants)[:: 1 if run % 2 == 0 else -1]:
            with tempfile.TemporaryDirectory(dir=options.folder, prefix="merit-bench-") as folder:
                os.sync()
                found[name].append(checked(name, contestants[name](Path(folder))))
    return found


def checked(name: str, sample: Sample) -> Sample:
    """The sample, if its counts agree."""
    if not sample.sent == sample.stored == sample.folded:
        counts = f"{sample.sent} sent, {sample.stored} stored, {sample.folded} folded"
        raise Unfit(f"{name}: {counts}; a number over events that are missing is void")
    return sample


def values(samples: Sequence[Sample], name: str = "") -> tuple[float, ...]:
    """The raw values of some runs, or what else they measured under a name."""
    return tuple(sample.more[name] if name else sample.value for sample in samples)


def settings(found: Mapping[str, Sequence[Sample]]) -> tuple[str, ...]:
    """How the connections of all these runs were set, each way once."""
    return tuple(sorted({one for samples in found.values() for sample in samples for one in sample.settings}))


class Watch:
    """Every connection that SQLAlchemy hands out meanwhile is asked, once, how it is set. Unfit below FULL."""

    def __init__(self) -> None:
        self._seen: dict[int, tuple[sqlite3.Connection, str]] = {}  # held, so that no other gets its number

    def __enter__(self) -> Watch:
        sa.event.listen(sa.pool.Pool, "checkout", self._checkout)
        return self

    def __exit__(self, *_: object) -> None:
        sa.event.remove(sa.pool.Pool, "checkout", self._checkout)

    def _checkout(self, raw: Any, *_: Any) -> None:
        if id(raw) not in self._seen:
            self._seen[id(raw)] = raw, durable(raw)

    def settings(self) -> tuple[str, ...]:
        """What they said, each way once."""
        return tuple(sorted({said for _, said in self._seen.values()}))


def durable(raw: sqlite3.Connection) -> str:
    """How a connection is set, as it says itself. Unfit unless every commit waits for the disk."""
    synchronous = raw.execute("PRAGMA synchronous").fetchone()[0]
    journal = raw.execute("PRAGMA journal_mode").fetchone()[0]
    if synchronous != FULL:
        raise Unfit(f"SQLite runs at synchronous={synchronous}, not at FULL (2): nothing is reported")
    return f"synchronous=FULL journal_mode={journal}"


def seconds(act: Callable[[], object]) -> float:
    """How long it takes. What the benchmark itself holds in memory is not traversed meanwhile: no user holds it."""
    gc.unfreeze()
    gc.collect()
    gc.freeze()
    began = perf_counter()
    act()
    return perf_counter() - began


@contextmanager
def switching(seconds: float) -> Iterator[None]:
    """Threads that give way to each other this often."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(seconds)
    try:
        yield
    finally:
        sys.setswitchinterval(before)


def options_of(arguments: Sequence[str] | None, about: str) -> tuple[Options, bool]:
    """From the command line; and whether JSON is wanted."""
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("--runs", type=int, default=RUNS, help=f"how often everything is measured ({RUNS})")
    parser.add_argument("--quick", action="store_true", help="one small run: shows that it works, measures nothing")
    parser.add_argument("--json", action="store_true", help="one JSON document instead of text")
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()), help="on the disk to be measured")
    asked = parser.parse_args(arguments)
    runs = 1 if asked.quick else max(1, asked.runs)
    return Options(runs=runs, quick=asked.quick, folder=asked.folder), asked.json


def main(bench: Bench, about: str, arguments: Sequence[str] | None = None) -> int:
    """Measure and report; 1 with a sentence where nothing can be reported."""
    options, as_json = options_of(arguments, about)
    try:
        around = surroundings(options)
        report = bench(options)
    except Unfit as reason:
        print(f"bench: {reason}", file=sys.stderr)
        return 1
    show([report], around, as_json=as_json)
    return 0


def surroundings(options: Options) -> dict[str, Any]:
    """Machine and versions; Unfit on a file system that keeps nothing. From here on the interpreter is set as in our
    processes, for the peers too."""
    tune()
    found = {"quick": options.quick, "runs": options.runs, **machine(options.folder), **versions()}
    if in_memory(found["filesystem"]) and not options.quick:
        raise Unfit(f"{options.folder} lies in memory: a commit costs nothing there; name a disk with --folder")
    return found


def show(found: Sequence[Report], around: Mapping[str, Any], *, as_json: bool) -> None:
    """To stdout: a table with the raw values behind it, or one JSON document."""
    judged = not around["quick"]
    if as_json:
        made = [reports.plain(one, judged=judged) for one in found]
        print(json.dumps({"surroundings": around, "reports": made}, indent=2))
    else:
        print(reports.surroundings(around), reports.table(found, judged=judged), sep="\n")
