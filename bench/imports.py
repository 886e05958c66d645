"""The two official lists, each in a fresh process on an empty folder: seconds as a user waits, memory at its peak.

Counted from the start of the interpreter to its end. The child says what it sent, what its ledger stores, and what
comes out when every event is folded anew.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import Any
from unittest.mock import patch

from bench.harness import Contestant, Options, Sample, Unfit, Watch, alternate, main, settings, values
from bench.report import Bound, Report, Row
from services.cli.importing import import_results, import_vacancies
from services.cli.platform import opened
from shared.events import codec
from shared.ledger import Ledger
from shared.rules import packs
from shared.runtime.calls import Answer, Call
from shared.runtime.pipeline import Pipeline

ROOT = Path(__file__).resolve().parents[1]
DATA = Path(os.environ.get("MERIT_SHARED_DATA") or ROOT.parent / "shared/data")
PACK = "cpns-2024"


@dataclass(frozen=True, slots=True, kw_only=True)
class List:
    """An official list, and what is asked of its import."""

    kind: str
    file: str
    quick: str
    rows: str
    seconds: float


LISTS = (
    List(
        kind="vacancies",
        file="formasi2024_sscasn.csv.gz",
        quick="formasi2024_sample500.csv",
        rows="46,101 rows of vacancies",
        seconds=10,
    ),
    List(
        kind="results",
        file="cpns2024_kemendik_final.csv",
        quick="cpns2024_ma_final.csv",
        rows="7,340 results with rankings",
        seconds=4,
    ),
)
MEGABYTES = 250


def measure(options: Options) -> Report:
    """Both lists, run by run. Unfit where they are not at hand."""
    chosen = {one: DATA / (one.quick if options.quick else one.file) for one in LISTS}
    missing = [path.name for path in chosen.values() if not path.is_file()]
    if missing:
        raise Unfit(f"{', '.join(missing)} not found: name the folder of the official lists in MERIT_SHARED_DATA")
    names = {one.kind: path.name if options.quick else one.rows for one, path in chosen.items()}
    contestants: dict[str, Contestant] = {
        names[one.kind]: partial(_import, one.kind, path) for one, path in chosen.items()
    }
    found = alternate(options, contestants)
    rows = []
    for one in LISTS:
        name = names[one.kind]
        samples = found[name]
        rows += [
            Row(
                target="imports",
                name=name,
                unit="s",
                values=values(samples),
                bound=Bound(floor=one.seconds, less=True),
            ),
            Row(
                target="imports",
                name=f"{name}: peak",
                unit="MB",
                values=values(samples, "megabytes"),
                bound=Bound(floor=MEGABYTES, less=True),
            ),
            Row(target="imports", name=f"{name}: events", unit="events/s", values=values(samples, "rate")),
        ]
    return Report(bench="imports", rows=tuple(rows), settings=settings(found))


def _import(kind: str, path: Path, folder: Path) -> Sample:
    command = [sys.executable, "-m", "bench.imports", "--child", kind, str(path), str(folder / "ours")]
    began = perf_counter()
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    spent = perf_counter() - began
    if ended.returncode:
        raise Unfit(f"the import of {path.name} ended with {ended.returncode}: {ended.stderr.strip()[-500:]}")
    said = json.loads(ended.stdout)
    spent -= said["checking"]
    return Sample(
        value=spent,
        sent=said["sent"],
        stored=said["stored"],
        folded=said["folded"],
        settings=tuple(said["settings"]),
        more={"megabytes": said["megabytes"], "rate": said["stored"] / spent},
    )


def child(kind: str, path: Path, folder: Path) -> dict[str, Any]:
    """In the fresh process: the import, then what it did. Seconds of the checks are told apart."""
    answered = Answered()
    with Watch() as watch, opened(folder, create=True) as platform, answered.counting():
        if kind == "vacancies":
            import_vacancies(platform, path, lambda *_: None)
        else:
            import_results(platform, path, packs.load(PACK), lambda *_: None)
        megabytes, began = _peak(), perf_counter()
        ledgers = [platform.intake.ledger] if kind == "vacancies" else platform.ledgers()
        return {
            "sent": answered.events,
            "stored": sum(ledger.size() for ledger in ledgers),
            "folded": sum(_decoded(ledger) for ledger in ledgers),
            "megabytes": megabytes,
            "settings": watch.settings(),
            "checking": perf_counter() - began,
        }


class Answered:
    """Events of which the pipelines have told their callers that they are durable."""

    def __init__(self) -> None:
        self.events = 0

    @contextmanager
    def counting(self) -> Iterator[None]:
        """From now on."""
        inner = Pipeline.run

        def run(pipeline: Pipeline, todo: Iterable[Call]) -> list[Answer]:
            answers = inner(pipeline, todo)
            self.events += sum(answer.events for answer in answers if not answer.repeated)
            return answers

        with patch.object(Pipeline, "run", run):
            yield


def _decoded(ledger: Ledger) -> int:
    return sum(codec.event_of(one) is not None for page in ledger.read() for one in page)


def _peak() -> float:
    """This process's own high-water mark: what a parent is told also counts the parent it was forked from."""
    for line in Path("/proc/self/status").read_text("utf-8").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    raise Unfit("this system does not tell a process's peak of memory")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--child"]:
        print(json.dumps(child(sys.argv[2], Path(sys.argv[3]), Path(sys.argv[4]))))
        sys.exit(0)
    sys.exit(main(measure, "the two official lists, imported"))
