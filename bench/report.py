"""A report: what was asked, what was measured, every raw value behind it; as Markdown or as plain values."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

HEADER = (
    "| target | measured | unit | floor | goal | median | min | max | held |\n|---|---|---|---|---|---|---|---|---|"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """What is asked for: `floor` must be held, `goal` is worth an A. Where `less`, smaller is better."""

    floor: float | None = None
    goal: float | None = None
    less: bool = False

    def verdict(self, value: float) -> str:
        """In one word; empty where nothing is asked."""

        def holds(bound: float) -> bool:
            return value <= bound if self.less else value >= bound

        if self.goal is not None and holds(self.goal):
            return "goal"
        if self.floor is None:
            return ""
        return ("met" if self.goal is None else "floor") if holds(self.floor) else "missed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of the report: raw values, run by run. A ratio's values are the quotients of the same runs."""

    target: str
    name: str
    unit: str
    values: tuple[float, ...]
    bound: Bound = Bound()

    @property
    def median(self) -> float:
        """Of the runs."""
        return statistics.median(self.values)

    def over(self, peer: Row, bound: Bound, *, turned: bool = False) -> Row:
        """Ours in multiples of the peer's, run by run; `turned` for times, so that more is faster."""
        pairs = zip(self.values, peer.values, strict=True)
        values = tuple(theirs / ours if turned else ours / theirs for ours, theirs in pairs)
        return Row(target=self.target, name=f"{self.name} / {peer.name}", unit="x", values=values, bound=bound)


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What one benchmark found."""

    bench: str
    rows: tuple[Row, ...]
    settings: tuple[str, ...]
    notes: tuple[str, ...] = ()


def surroundings(around: Mapping[str, Any]) -> str:
    """One line: machine, disk, versions."""
    quick = "A quick run: shows that it works, measures nothing.\n\n" if around["quick"] else ""
    return (
        f"{quick}{around['cores']} cores ({around['processor']}), {around['memory_gb']} GB, {around['filesystem']}, "
        f"{around['fsync_per_second']:,} confirmed writes of 8 kB a second; Python {around['python']}, SQLite "
        f"{around['sqlite']}, SQLAlchemy {around['sqlalchemy']}, msgspec {around['msgspec']}, eventsourcing "
        f"{around['eventsourcing']}; medians of {around['runs']} runs; load before {around['load_before']}.\n"
    )


def table(reports: Sequence[Report], *, judged: bool) -> str:
    """The table of all reports, then the raw values, run by run; a quick run is not judged."""
    lines = [
        HEADER,
        *(_line(row, judged=judged) for report in reports for row in report.rows),
        "",
        "Raw values, run by run:",
        "",
    ]
    for report in reports:
        lines += [f"- `{report.bench}` {row.name}: {_raw(row)}" for row in report.rows]
        lines += [f"- `{report.bench}` connections: {one}" for one in report.settings]
        lines += [f"- `{report.bench}` {note}" for note in report.notes]
    return "\n".join(lines)


def _line(row: Row, *, judged: bool) -> str:
    bound = row.bound
    sign = "≤ " if bound.less else "≥ "
    asked = ["" if one is None else sign + number(one) for one in (bound.floor, bound.goal)]
    found = [number(one) for one in (row.median, min(row.values), max(row.values))]
    held = bound.verdict(row.median) if judged else ""
    return f"| {' | '.join([row.target, row.name, row.unit, *asked, *found, held])} |"


def _raw(row: Row) -> str:
    return f"{', '.join(number(one) for one in row.values)} {row.unit}"


def number(value: float) -> str:
    """Three digits that matter, thousands apart."""
    size = abs(value)
    if size >= 1000:
        return f"{value:,.0f}"
    return f"{value:.0f}" if size >= 100 else f"{value:.1f}" if size >= 10 else f"{value:.2f}"


def plain(report: Report, *, judged: bool) -> dict[str, Any]:
    """For programs: what the table says."""
    rows = [
        {
            **asdict(row),
            "median": row.median,
            "min": min(row.values),
            "max": max(row.values),
            "verdict": row.bound.verdict(row.median) if judged else "",
        }
        for row in report.rows
    ]
    return {"bench": report.bench, "rows": rows, "settings": report.settings, "notes": report.notes}
