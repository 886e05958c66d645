"""Thresholds (nilai ambang batas): "memenuhi" means at least, so a mark on the floor passes."""

from dataclasses import dataclass
from decimal import Decimal

from shared.rules.errors import UnknownKind
from shared.rules.marks import EXACT, Marks, Parts, read
from shared.rules.scores import evaluate, staged
from shared.rules.shapes import Component, Floor, Pack


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """A floor that was not reached: `part` or `total`, points needed and points got."""

    part: str
    needed: Decimal
    got: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Whether every floor was reached, and which were not."""

    meets: bool
    failed: tuple[Failed, ...]
    article: str


def floor(pack: Pack, kind: str, stage: str = "skd") -> Floor:
    """The floors of a stage for one kind of need (jenis kebutuhan); `UnknownKind` names the known ones."""
    floors = pack.floors.get(stage, {})
    if kind not in floors:
        raise UnknownKind(f"{pack.name} has no threshold of {stage} for {kind!r}; known: {', '.join(sorted(floors))}")
    return floors[kind]


def meets(pack: Pack, kind: str, parts: Parts, stage: str = "skd") -> Verdict:
    """Whether these marks, in points, reach the floors of a kind of need (Kepmenpan RB 321/2024; the pack)."""
    rule = floor(pack, kind, stage)
    marks = read(parts, pack.maxima(stage), stage)
    failed = [
        Failed(part=part, needed=needed, got=marks[part]) for part, needed in rule.parts.items() if marks[part] < needed
    ]
    total = total_of(marks)
    if rule.total is not None and total < rule.total:
        failed.append(Failed(part="total", needed=rule.total, got=total))
    return Verdict(meets=not failed, failed=tuple(failed), article=rule.article)


def below(pack: Pack, marks: Marks, scheme: tuple[Component, ...] = ()) -> str | None:
    """The first minimum that these marks miss: a stage, in the pack's order, else `final`; None if none is missed.

    A stage without marks is not judged yet, nor is the final score before all have some.
    """
    for stage in pack.stages:
        if stage in marks and stage_below(pack, stage, marks[stage], scheme):
            return stage
    if "final" not in pack.minimums or not pack.stages.keys() <= marks.keys():
        return None
    return "final" if evaluate(pack, marks, scheme).final < pack.minimums["final"].least else None


def stage_below(pack: Pack, stage: str, parts: Parts, scheme: tuple[Component, ...] = ()) -> bool:
    """Whether a stage alone is under its minimum, on its weighted and rounded sum; a stage without one never is."""
    return stage in pack.minimums and staged(pack, stage, parts, scheme) < pack.minimums[stage].least


def total_of(marks: dict[str, Decimal]) -> Decimal:
    """The exact sum of a stage's parts."""
    total = Decimal(0)
    for points in marks.values():
        total = EXACT.add(total, points)
    return total
