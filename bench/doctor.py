"""How fast a ledger is checked: every leaf made anew from the stored bytes, against hashing the same bytes once.

Two scores per candidate, as in the official lists. The keys are at hand in their file and in no cache: each run opens
the folder anew, as `merit doctor` does.
"""

from __future__ import annotations

import sys
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.harness import Options, Sample, Unfit, Watch, alternate, main, seconds, settings, values
from bench.report import Bound, Report, Row
from bench.scores import Office, applicants
from services.selection.service import SELECTION
from shared.ledger import verify
from shared.runtime.folder import Folder


def measure(options: Options) -> Report:
    """One ledger, checked and hashed, run by run."""
    people = applicants(options.size(20_000, 500))
    with TemporaryDirectory(dir=options.folder, prefix="merit-bench-") as folder:
        office = Office(Path(folder))
        office.enrol(people)
        office.pipeline.run([one.call(stage) for stage in ("skd", "skb") for one in people])
        sent = office.before + 2 * len(people)
        payloads = [one.data.encode() for page in office.pipeline.ledger.read() for one in page]
        data = office.folder.path
        office.close()
        found = alternate(
            options,
            {"check of a ledger": lambda _: _check(data, sent), "hashlib alone": lambda _: _hash(payloads, sent)},
        )
    ours, theirs = (
        Row(target="doctor", name=name, unit="events/s", values=values(samples)) for name, samples in found.items()
    )
    rows = (
        Row(target="doctor", name=ours.name, unit=ours.unit, values=ours.values, bound=Bound(floor=40_000)),
        theirs,
        ours.over(theirs, Bound()),
    )
    return Report(bench="doctor", rows=rows, settings=settings(found), notes=(f"{sent:,} events",))


def _check(data: Path, sent: int) -> Sample:
    folder = Folder(data, create=False)
    ledger = folder.ledger(SELECTION)
    reports: list[verify.Report] = []
    with Watch() as watch:
        spent = seconds(lambda: reports.append(verify.check(ledger)))
    report = reports[0]
    if report.findings:
        raise Unfit(f"the check of a sound ledger finds {report.findings[0].code}")
    stored = ledger.size()
    folder.close()
    return Sample(value=sent / spent, sent=sent, stored=stored, folded=report.events, settings=watch.settings())


def _hash(payloads: list[bytes], sent: int) -> Sample:
    hashed: list[bytes] = []
    spent = seconds(lambda: hashed.extend(sha256(payload).digest() for payload in payloads))
    return Sample(value=sent / spent, sent=sent, stored=len(payloads), folded=len(hashed))


if __name__ == "__main__":
    sys.exit(main(measure, "a ledger checked against itself"))
