"""From marks to verdicts and places: what a stage's result says of everybody, and the order of those who have all of
it, by the pack and the notice's scheme. Pure: whoever has the same rows gets the same lists.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from services.selection.course import Marking, stages_of
from services.selection.marked_tables import DISQUALIFIED, WITHDRAWN, Marked, Row
from services.selection.publishing import Placed
from shared.events import codec
from shared.events.selection import RankedRow, StageScored
from shared.rules.cuts import cut
from shared.rules.marks import Candidacy, Parts
from shared.rules.pinned import pinned
from shared.rules.ranking import Ranking, rank
from shared.rules.scores import staged
from shared.rules.shapes import Component, Pack
from shared.rules.sheets import aggregate
from shared.rules.thresholds import stage_below
from shared.runtime.places import components_of

ABSENT: Final = "TH"
LEFT: Final = {WITHDRAWN: "APS", DISQUALIFIED: "DIS"}
THROUGH: Final = "P/L"  # where the pack has no line of a stage
ByAge = Callable[[Sequence[str]], Sequence[Sequence[str]]]  # applications that are equal; older first, where it tells


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What a stage's result says of somebody: a code of the pack's list, and the stage's sum where it has one."""

    application: str
    verdict: str
    score: str | None
    goes_on: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """The places of everybody who has one, orders by age, and ties that nothing separates, by alias."""

    placed: tuple[Placed, ...]
    by_age: tuple[tuple[str, ...], ...]
    open_ties: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Rules:
    """A selection's pack, the notice's components, and how each stage is marked."""

    pack: Pack
    scheme: tuple[Component, ...]
    stages: Mapping[str, Marking]
    seats: Mapping[str, int]

    @classmethod
    def of(cls, marked: Marked) -> Rules:
        """Of what was handed over."""
        pack = pinned(marked.pack)
        return cls(pack, components_of(pack, marked.terms), stages_of(marked.terms), marked.seats)

    def marks(self, row: Row) -> dict[str, dict[str, str]]:
        """Points by stage and part: sheets put together as the notice says."""
        return {stage: self._parts(stage, event) for stage, event in row.scored.items()}

    def _parts(self, stage: str, event: StageScored) -> dict[str, str]:
        found: Parts = event.parts or {}
        if event.sheets is not None:
            found = aggregate([sheet.points for sheet in event.sheets], self.stages[stage].aggregate)
        return {part: codec.decimal(value) if not isinstance(value, str) else value for part, value in found.items()}


def kind_of(row: Row) -> str:
    """The kind of need that somebody applied for, as a verifier confirmed it."""
    for event in row.scored.values():
        if event.facts and "kind" in event.facts:
            return event.facts["kind"]
    return ""


def unscored(rows: Iterable[Row], stage: str) -> int:
    """How many came, are still here, and have no mark of a stage."""
    return sum(row.is_present(stage) and stage not in row.scored for row in rows)


def stage_result(rules: Rules, rows: Sequence[Row], stage: str) -> list[Standing]:
    """Everybody of whom the stage knows, by application: over the floor and the line, or why not."""
    found: list[Standing] = []
    judged: dict[str, dict[str, Parts]] = {}
    sums: dict[str, str] = {}
    for row in rows:
        if stage in row.scored:
            parts = rules.marks(row)[stage]
            sums[row.application] = codec.decimal(staged(rules.pack, stage, parts, rules.scheme))
            if row.left is None:
                judged.setdefault(kind_of(row), {})[row.application] = parts
        if row.left is not None and (stage in row.came or stage in row.scored):
            found.append(_standing(row.application, LEFT[row.left], sums, goes_on=False))
        elif row.came.get(stage) == "":
            found.append(_standing(row.application, ABSENT, sums, goes_on=False))
    for kind, marks in judged.items():
        for application, (code, goes_on) in _judged(rules, kind, marks, stage).items():
            found.append(_standing(application, code, sums, goes_on=goes_on))
    return sorted(found, key=lambda one: one.application)


def _judged(rules: Rules, kind: str, marks: Mapping[str, Parts], stage: str) -> dict[str, tuple[str, bool]]:
    """By application, the code and whether one goes on: by the pack's line, else by its minimum alone."""
    pack = rules.pack
    if stage in pack.cuts:
        line = cut(pack, kind, marks, rules.seats.get(kind, 0), stage, rules.scheme)
        through = set(line.through)
        return {one: (code, one in through) for one, code in line.codes.items()}
    below = {one for one, parts in marks.items() if stage_below(pack, stage, parts, rules.scheme)}
    return {one: (pack.minimums[stage].code, False) if one in below else (THROUGH, True) for one in marks}


def _standing(application: str, code: str, sums: Mapping[str, str], *, goes_on: bool) -> Standing:
    return Standing(application=application, verdict=code, score=sums.get(application), goes_on=goes_on)


def behind(rules: Rules, rows: Sequence[Row], stages: Iterable[str]) -> frozenset[str]:
    """The applications that the results of these stages left behind."""
    return frozenset(one.application for stage in stages for one in stage_result(rules, rows, stage) if not one.goes_on)


def order(
    rules: Rules, rows: Sequence[Row], alias: Callable[[str], str], ties: Sequence[tuple[str, ...]], by_age: ByAge
) -> Order:
    """Kind by kind; age is asked only about those whom everything before it leaves equal."""
    placed: list[Placed] = []
    ages: list[tuple[str, ...]] = []
    left_open: list[tuple[str, ...]] = []
    names = {alias(row.application): row.application for row in rows}
    for kind in sorted({kind_of(row) for row in rows if row.scored}):
        mine = {alias(row.application): row for row in rows if row.scored and kind_of(row) == kind}
        made = _ranked(rules, mine, kind, ties, ())
        if made.open_ties:
            asked = [by_age([names[one] for one in tie]) for tie in made.open_ties]
            stated = [tuple(alias(one) for one in ages_) for found in asked for ages_ in found]
            made = _ranked(rules, mine, kind, ties, stated)
            ages += stated
        left_open += made.open_ties
        placed += [
            Placed(place=entry.place, alias=entry.key, kind=kind, marks=rules.marks(mine[entry.key]))
            for entry in made.entries
            if entry.place is not None
        ]
    return Order(placed=tuple(placed), by_age=tuple(ages), open_ties=tuple(left_open))


def _ranked(
    rules: Rules,
    rows: Mapping[str, Row],
    kind: str,
    ties: Sequence[tuple[str, ...]],
    by_age: Sequence[tuple[str, ...]],
) -> Ranking:
    rivals = [
        Candidacy(key=name, marks=rules.marks(row), facts=_facts(row), outside=_outside(row))
        for name, row in rows.items()
    ]
    decided = [tie for tie in ties if set(tie) <= rows.keys()]
    return rank(rules.pack, rivals, rules.seats.get(kind, 0), by_age=by_age, decided=decided, scheme=rules.scheme)


def _facts(row: Row) -> dict[str, str]:
    found = {name: value for event in row.scored.values() for name, value in (event.facts or {}).items()}
    return {name: value for name, value in found.items() if name != "kind"}


def _outside(row: Row) -> str | None:
    """Why somebody stands outside the order: left, or did not come to a stage."""
    if row.left is not None:
        return LEFT[row.left]
    return ABSENT if "" in row.came.values() else None


def moved(before: Sequence[RankedRow], after: Sequence[RankedRow]) -> dict[str, tuple[int | None, int | None]]:
    """Whose place is another in a next version, by alias: the place before and the place now; None: not in it."""
    was, now = ({row.alias: row.place for row in rows} for rows in (before, after))
    return {
        alias: (was.get(alias), now.get(alias))
        for alias in sorted(was.keys() | now.keys())
        if was.get(alias) != now.get(alias)
    }
