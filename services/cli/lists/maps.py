"""The shipped layouts of official lists, and which of them a header follows.

Promise: a map is data (`maps/*.json`) and names columns alone; maxima and status codes come from the rule pack,
so a list of another agency or year in the same columns is read by the same map.
"""

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any, Literal

from services.cli.lists.findings import Findings

Contents = Literal["results", "vacancies"]

_NAME = re.compile(r"[a-z][a-z0-9_ .-]{0,39}")
# A required column is missed anyway, so the nearest name helps; an optional one may be absent by right,
# so only what is plainly a slip of it is held against the file.
_NEAR, _SLIP = 0.6, 0.8


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Which column holds what. A field of several columns is their cells joined by `-`."""

    name: str
    list: Contents
    agency: str  # whose list it is unless told otherwise
    fields: Mapping[str, tuple[str, ...]]
    marks: Mapping[str, Mapping[str, str]]  # stage -> part -> column
    facts: Mapping[str, str]  # fact -> column
    sums: Mapping[str, tuple[str, ...]]  # column that prints a sum -> columns it is the sum of
    kinds: Mapping[str, str]  # kind of need as printed -> our word
    kind_unstated: str  # our word where the list is silent
    codes: tuple[str, ...]  # status codes seen in this layout: named as examples, never as the rule
    optional: frozenset[str]  # columns that may be absent, or empty in a row
    unused: frozenset[str]  # columns of the layout that nobody reads

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column that is read, each once."""
        parts = [column for stage in self.marks.values() for column in stage.values()]
        fields = [column for several in self.fields.values() for column in several]
        return tuple(dict.fromkeys([*fields, *self.facts.values(), *parts, *self.sums]))

    @property
    def required(self) -> tuple[str, ...]:
        """The columns that a list must have."""
        return tuple(column for column in self.columns if column not in self.optional)


@cache
def shipped() -> tuple[Layout, ...]:
    """All maps, by name."""
    files = sorted((Path(__file__).parent / "maps").glob("*.json"))
    return tuple(_layout(json.loads(file.read_text(encoding="utf-8"))) for file in files)


def choose(name: str | None, header: Sequence[str], wanted: Contents, findings: Findings) -> Layout:
    """The map of that name, or the one whose columns the header has. Raises `WrongFile`."""
    _refuse_twins(header, findings)
    maps = [layout for layout in shipped() if layout.list == wanted]
    if name is None:
        layout = _recognised(maps, header, wanted, findings)
    else:
        named = [layout for layout in maps if layout.name == name]
        if not named:
            findings.stop("map.unknown", maps=", ".join(layout.name for layout in maps))
        layout = named[0]
    _name_missing(layout, header, findings)
    findings.refuse()
    return layout


def _recognised(maps: Iterable[Layout], header: Sequence[str], wanted: Contents, findings: Findings) -> Layout:
    present = set(header)
    fitting = [layout for layout in maps if present.issuperset(layout.required)]
    if not fitting:
        _refuse_unrecognised(maps, present, wanted, findings)
    # A richer layout has all the columns of a poorer one: the map that reads the most is meant.
    read = {layout.name: len(present.intersection(layout.columns)) for layout in fitting}
    best = [layout for layout in fitting if read[layout.name] == max(read.values())]
    if len(best) > 1:
        findings.stop("map.several", maps=", ".join(layout.name for layout in best))
    return best[0]


def _refuse_unrecognised(maps: Iterable[Layout], present: set[str], wanted: Contents, findings: Findings) -> None:
    for other in shipped():
        if other.list != wanted and present.issuperset(other.required):
            findings.stop("map.other_list", map=other.name, list=other.list, wanted=wanted)
    nearest = max(maps, key=lambda layout: len(present.intersection(layout.required)) / len(layout.required))
    if 2 * len(present.intersection(nearest.required)) >= len(nearest.required):
        _name_missing(nearest, tuple(present), findings)
    findings.stop("map.unrecognised", maps="; ".join(f"{m.name} ({', '.join(m.required)})" for m in maps))


def _name_missing(layout: Layout, header: Sequence[str], findings: Findings) -> None:
    """Columns that are not there, with the name that was probably meant."""
    known = {*layout.columns, *layout.unused}
    # Without a header the first row is somebody's data: nothing is named that does not look like a column.
    spare = [name for name in header if name not in known and _NAME.fullmatch(name)]
    for column in layout.columns:
        if column in header:
            continue
        optional = column in layout.optional
        near = get_close_matches(column, spare, n=1, cutoff=_SLIP if optional else _NEAR)
        if near:
            findings.add("column.near", column=column, near=near[0])
        elif not optional:
            findings.add("column.missing", column=column)


def _refuse_twins(header: Sequence[str], findings: Findings) -> None:
    known = {column for layout in shipped() for column in (*layout.columns, *layout.unused)}
    for name, times in Counter(filter(None, header)).items():
        if times > 1:
            places = ", ".join(str(place) for place, other in enumerate(header, 1) if other == name)
            findings.add("column.twice", row=1, column=name if name in known else None, places=places)
    findings.refuse()


def _layout(data: Mapping[str, Any]) -> Layout:
    return Layout(
        name=data["name"],
        list=data["list"],
        agency=data["agency"],
        fields={field: tuple(columns) for field, columns in data["fields"].items()},
        marks=data["marks"],
        facts=data["facts"],
        sums={column: tuple(parts) for column, parts in data["sums"].items()},
        kinds=data["kinds"],
        kind_unstated=data["kind_unstated"],
        codes=tuple(data["codes"]),
        optional=frozenset(data["optional"]),
        unused=frozenset(data["unused"]),
    )
