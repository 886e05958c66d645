"""Whether a scheme of scoring is one that its rule pack allows: stages, weights, parts, criteria, panel, ties."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from decimal import Decimal
from functools import cache

from shared.events.intake import Criterion, Scheme, SchemeStage
from shared.rules import composition
from shared.rules.errors import UnknownKind
from shared.rules.marks import EXACT
from shared.rules.shapes import Component, Pack

SIGHTS = ("blind", "open", "cat")
AGGREGATES = ("mean", "trimmed", "median")
ROLES = ("internal", "academic", "practitioner")
SIZES = (5, 7, 9)
MOST_INTERNAL = 45  # percent of the panel
ANCHORS = 5
GOALS = 3

Found = tuple[str, str]  # a refusal's code, and what it is about


def faults(scheme: Scheme, pack: Pack) -> Iterator[Found]:
    """Everything wrong with a scheme under a pack, first what is about the whole."""
    ids = [stage.id for stage in scheme.stages]
    for id in sorted(set(ids) ^ pack.stages.keys()):
        yield "scheme.stages", id
    if ids != [id for id in pack.stages if id in ids]:
        yield "scheme.stages", ", ".join(ids)
    if (total := _sum(stage.weight for stage in scheme.stages)) != 100:
        yield "scheme.weights", f"{total:f}"
    for stage in scheme.stages:
        if stage.id in pack.stages:
            yield from _stage_faults(stage, pack, scheme.level)
    if scheme.ties != tuple(step.id for step in pack.ties):
        yield "scheme.ties", ", ".join(scheme.ties)
    if scheme.rounding != "half_up":  # what every pack says
        yield "scheme.rounding", scheme.rounding
    if scheme.goals is not None and not 1 <= len(scheme.goals) <= GOALS:
        yield "scheme.goals", str(len(scheme.goals))


def _stage_faults(stage: SchemeStage, pack: Pack, level: str) -> Iterator[Found]:
    if stage.weight <= 0 or stage.weight != weights(pack)[stage.id]:
        yield "scheme.stage_weight", f"{stage.id}: {stage.weight:f}"
    if stage.sight not in SIGHTS:
        yield "scheme.sight", stage.sight
    own = pack.stages[stage.id]
    by_panel = not own.parts and not own.components
    if (stage.criteria is not None) != by_panel or (stage.parts is None) != by_panel:
        yield "scheme.parts_or_criteria", stage.id  # an interview is no way around what SKB may be made of
    elif stage.parts is not None:
        yield from _part_faults(stage, pack, level)
    else:
        yield from _criteria_faults(stage, stage.criteria or ())


def _part_faults(stage: SchemeStage, pack: Pack, level: str) -> Iterator[Found]:
    """Fixed parts are the pack's with their maxima; a composed stage (SKB) is lawful for this level of government."""
    parts = stage.parts or {}
    fixed = pack.stages[stage.id].parts
    if fixed:
        if parts != fixed:
            yield "scheme.parts", stage.id
        return
    components = tuple(
        Component(stage=stage.id, part=method, method=method, maximum=stage.max, weight=weight)
        for method, weight in parts.items()
    )
    try:
        found = composition.problems(pack, level, components, stage.id)
    except UnknownKind:
        yield "scheme.level", level
        return
    for problem in found:
        yield "scheme.composition", f"{problem.code} {problem.about}: {problem.is_now}, {problem.limit}"


def _criteria_faults(stage: SchemeStage, criteria: tuple[Criterion, ...]) -> Iterator[Found]:
    """What a panel marks: weights that make up the stage's, five anchors in words each, a lawful panel."""
    if (total := _sum(one.weight for one in criteria)) != stage.weight or any(one.weight <= 0 for one in criteria):
        yield "scheme.criteria_weights", f"{stage.id}: {total:f}"
    for id, times in Counter(one.id for one in criteria).items():
        if times > 1:
            yield "scheme.criteria", id
    for one in criteria:
        if len(one.anchors) != ANCHORS or not all(map(str.strip, (one.words, *one.anchors))):
            yield "scheme.anchors", one.id
    if stage.sight == "cat":
        yield "scheme.sight", stage.id
    if stage.aggregate not in AGGREGATES:
        yield "scheme.aggregate", f"{stage.id}: {stage.aggregate}"
    yield from _panel_faults(stage)


def _panel_faults(stage: SchemeStage) -> Iterator[Found]:
    """5, 7 or 9 seats, at most 45 % internal, somebody of each outside kind."""
    panel = stage.panel or {}
    for role in panel.keys() - set(ROLES):
        yield "scheme.role", role
    size, internal = sum(panel.values()), panel.get("internal", 0)
    outside = min(panel.get("academic", 0), panel.get("practitioner", 0))
    if size not in SIZES or internal * 100 > MOST_INTERNAL * size or outside < 1:
        yield "scheme.panel", stage.id


@cache
def weights(pack: Pack) -> dict[str, Decimal]:
    """What each stage of a pack weighs of 100, by its formula: the factors between the final sum and the stage."""
    steps = {step.id: step for step in pack.formula}
    made = {}
    for term in pack.formula[-1].sources:
        weight, source = Decimal(100), term
        while source in steps:
            weight, source = EXACT.multiply(weight, steps[source].by), steps[source].sources[0]
        made[source] = weight
    return made


def _sum(numbers: Iterable[Decimal]) -> Decimal:
    total = Decimal(0)
    for one in numbers:
        total = EXACT.add(total, one)
    return total
