"""Whether a scheme of scoring is one that its rule pack allows: stages, weights, parts, criteria, panel, ties."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from decimal import Decimal
from functools import cache

from shared.events.intake import Criterion, Scheme, SchemeStage
from shared.rules import composition
from shared.rules.errors import UnknownKind
from shared.rules.goals import GoalRules, cites, named
from shared.rules.marks import EXACT
from shared.rules.packs import SIGHTS
from shared.rules.panels import USUAL, unlawful
from shared.rules.shapes import Component, Pack, Stage
from shared.rules.sheets import AGGREGATES

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
    if pack.goals is not None:
        yield from _goal_faults(scheme, pack.goals)
    elif scheme.goals is not None and not 1 <= len(scheme.goals) <= GOALS:
        yield "scheme.goals", str(len(scheme.goals))


def _stage_faults(stage: SchemeStage, pack: Pack, level: str) -> Iterator[Found]:
    if stage.weight <= 0 or stage.weight != weights(pack)[stage.id]:
        yield "scheme.stage_weight", f"{stage.id}: {stage.weight:f}"
    own = pack.stages[stage.id]
    if own.methods and stage.method not in own.methods:
        yield "scheme.method", f"{stage.id}: {stage.method}"
    elif stage.sight not in SIGHTS or stage.sight != own.methods.get(stage.method, stage.sight):
        yield "scheme.sight", stage.sight
    by_panel = not own.parts and not own.components if own.weight is None else stage.sight != "cat"
    if (stage.criteria is not None) != by_panel or (stage.parts is None) != by_panel:
        yield "scheme.parts_or_criteria", stage.id  # an interview is no way around what SKB may be made of
    elif stage.parts is not None:
        yield from _part_faults(stage, pack, level)
    else:
        yield from _criteria_faults(stage, stage.criteria or (), pack)


def _part_faults(stage: SchemeStage, pack: Pack, level: str) -> Iterator[Found]:
    """Fixed parts are the pack's with their maxima; a composed stage (SKB) is lawful for this level of government."""
    parts, own = stage.parts or {}, pack.stages[stage.id]
    if own.weight is not None:
        if parts.keys() != {stage.id} or parts[stage.id] <= 0:  # one part, its maximum the number of points
            yield "scheme.parts", stage.id
        return
    if own.parts:
        if parts != own.parts:
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


def _criteria_faults(stage: SchemeStage, criteria: tuple[Criterion, ...], pack: Pack) -> Iterator[Found]:
    """What a panel marks: weights that make up the stage's, five anchors in words each, a lawful panel."""
    if (total := _sum(one.weight for one in criteria)) != stage.weight or any(one.weight <= 0 for one in criteria):
        yield "scheme.criteria_weights", f"{stage.id}: {total:f}"
    for id, times in Counter(one.id for one in criteria).items():
        if times > 1:
            yield "scheme.criteria", id
    yield from _limit_faults(stage, criteria, pack.stages[stage.id])
    for one in criteria:
        if len(one.anchors) != ANCHORS or not all(map(str.strip, (one.words, *one.anchors))):
            yield "scheme.anchors", one.id
    if stage.sight == "cat":
        yield "scheme.sight", stage.id
    if stage.aggregate not in (pack.aggregates or AGGREGATES):
        yield "scheme.aggregate", f"{stage.id}: {stage.aggregate}"
    for code, about in unlawful(stage.panel or {}, pack.panel or USUAL):
        yield ("scheme.role", about) if code == "role" else ("scheme.panel", stage.id)


def _limit_faults(stage: SchemeStage, criteria: tuple[Criterion, ...], own: Stage) -> Iterator[Found]:
    """The criteria that the pack fixes, each with its weight; else no more than it allows."""
    if own.criteria and {one.id: one.weight for one in criteria} != own.criteria:
        yield "scheme.criteria_fixed", stage.id
    if own.most and len(criteria) > own.most:
        yield "scheme.criteria_many", f"{stage.id}: {len(criteria)}"


def _goal_faults(scheme: Scheme, rules: GoalRules) -> Iterator[Found]:
    """Goals of the region's plan are quoted, every anchor of the criterion cites one; no person, office holder or
    campaign is named."""
    goals = scheme.goals or ()
    if not rules.least <= len(goals) <= rules.most or not all(map(str.strip, goals)):
        yield "scheme.goals", str(len(goals))
    stages = (stage for stage in scheme.stages if stage.id == rules.stage)
    criteria = [one for stage in stages for one in stage.criteria or () if one.id == rules.criterion]
    for one in criteria:
        for nth, anchor in enumerate(one.anchors, 1):
            if not cites(anchor, goals):
                yield "scheme.goal_cited", f"{one.id}: {nth}"
    for text in (*goals, *(text for one in criteria for text in (one.words, *one.anchors))):
        if word := named(rules, text):
            yield "scheme.named", word


@cache
def weights(pack: Pack) -> dict[str, Decimal]:
    """What each stage of a pack weighs of 100: as the pack says, else by its formula, the factors between the final sum
    and the stage."""
    said = {id: stage.weight for id, stage in pack.stages.items() if stage.weight is not None}
    if said:
        return said
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
