"""A ledger checked against itself: positions, versions, clock, guards, and every leaf recomputed from the bytes as
stored."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from shared.events import Recorded, Refused, Unreadable, streams
from shared.ledger.merkle import Tree
from shared.ledger.store import Ledger, leaf_of

Progress = Callable[[int, int], None]
ENOUGH = 20  # findings after which a check only counts


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What does not hold, where: `position` is None where it is about the whole ledger."""

    ledger: str
    position: int | None
    code: str
    what: str


@dataclass(slots=True)
class Report:
    """What a check saw: `events` read, the `root` of their tree, and what does not hold."""

    ledger: str
    events: int = 0
    root: bytes = b""
    findings: list[Finding] = field(default_factory=list)
    more: int = 0  # findings beyond the first ones

    def find(self, position: int | None, code: str, what: str) -> None:
        """One more thing that does not hold."""
        if len(self.findings) < ENOUGH:
            self.findings.append(Finding(ledger=self.ledger, position=position, code=code, what=what))
        else:
            self.more += 1


def check(ledger: Ledger, progress: Progress = lambda done, total: None) -> Report:
    """The whole ledger, in order, in one pass."""
    report, tree = Report(ledger.service), Tree()
    with ledger.reader.begin() as tx:
        for name in ledger.dialect.missing_guards(tx):
            report.find(None, "guard.missing", f"trigger {name} is gone or was changed: rows could be altered unseen")
    size, versions, expected, last = ledger.size(), dict[str, int](), 0, ""
    for page in ledger.read(until=max(size, ledger.last() + 1)):
        _know(ledger, page)
        for one in page:
            if one.position != expected:
                report.find(
                    one.position,
                    "position.gap",
                    f"position {expected} is missing; the next stored one is {one.position}",
                )
            expected = one.position + 1
            last = _check_one(ledger, report, one, versions, last)
            tree.add(one.leaf)
        report.events += len(page)
        progress(report.events, size)
    if expected != size:
        report.find(None, "head.differs", f"the head says {size} events, the rows end at {expected}")
    report.root = tree.root()
    return report


def _know(ledger: Ledger, page: Sequence[Recorded]) -> None:
    wanted = dict.fromkeys(one.stream for one in page)
    try:
        ledger.keys.ensure(wanted, make=False)
    except LookupError:  # a stream's name that is none: the others' keys one by one
        for stream in wanted:
            with suppress(LookupError):
                ledger.keys.ensure([stream], make=False)


def _check_one(ledger: Ledger, report: Report, one: Recorded, versions: dict[str, int], last: str) -> str:
    version = versions.get(one.stream, 0)
    if one.version != version:
        report.find(
            one.position, "version.gap", f"{one.stream} should have version {version} here, it has {one.version}"
        )
    versions[one.stream] = one.version + 1
    if one.recorded_at < last:
        report.find(one.position, "clock.back", f"recorded at {one.recorded_at}, the event before at {last}")
    try:
        if leaf_of(one, ledger.keys.of(one.stream)) != one.leaf:
            report.find(
                one.position,
                "leaf.differs",
                f"the stored bytes of {one.type} do not make the stored leaf: changed since",
            )
    except Refused:
        report.find(one.position, "key.missing", f"no key opens {streams.category(one.stream)} events of this stream")
    except (Unreadable, ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        report.find(one.position, "event.unreadable", f"cannot be read: {type(error).__name__}")
    return max(one.recorded_at, last)
