"""A pack's formula on one candidacy, step by step, as a clerk would do it with pencil and the printed decimals.

Every step is rounded half-up (to 3 decimals) before the next one uses it, as the official lists are (`domain.md` 2d);
rounding once at the end differs by 0.001 in one row of five. This is the plain reading; `columns` does the same for a
whole list.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, localcontext

from shared.rules.errors import MissingStage
from shared.rules.marks import EXACT, Marks, Parts, read
from shared.rules.shapes import Component, FormulaStep, Pack

_HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One line of the sum: `text` is the expression with its numbers, `value` its rounded result, `label` a key of
    the pack.
    """

    id: str
    label: str
    text: str
    value: Decimal
    article: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sum:
    """The final score (nilai akhir), with the pack's number of decimals, and how it arose."""

    final: Decimal
    steps: tuple[Step, ...]


def evaluate(pack: Pack, marks: Marks, scheme: tuple[Component, ...] = ()) -> Sum:
    """Integration (integrasi nilai), Permenpan RB 27/2021 art. 48; 6/2024 art. 45.

    `marks` in points; an absent part counts 0, an absent stage is refused (`MissingStage`); `scheme`: the components
    that the notice names for a composed stage, else the pack's own (the single printed SKB mark). `BadMark` for marks
    out of range; `MissingStage` also where neither says what a stage is made of.
    """
    stages = {}
    for stage in pack.stages:
        if stage not in marks:
            raise MissingStage(f"no marks of {stage}")
        stages[stage] = _read(pack, stage, marks[stage], scheme)
    with localcontext(EXACT):
        steps: dict[str, Step] = {}
        for rule in pack.formula:
            steps.update((step.id, step) for step in _steps(pack, rule, stages, steps, scheme))
    return Sum(final=steps[pack.formula[-1].id].value, steps=tuple(steps.values()))


def staged(pack: Pack, stage: str, parts: Parts, scheme: tuple[Component, ...] = ()) -> Decimal:
    """The weighted, rounded sum of one composed stage alone, before there are marks of the others. Errors as in
    `evaluate`."""
    marks = _read(pack, stage, parts, scheme)
    with localcontext(EXACT):
        *_, last = _composed(pack, pack.composed(stage), marks, pack.components(stage, scheme))
    return last.value


def compared(pack: Pack, total: Sum, name: str) -> Decimal:
    """The value that a tie step of kind `step` compares: of a step of the formula, or of `stage.part` by its weight."""
    values = {step.id: step.value for step in total.steps}
    stage, dot, part = name.partition(".")
    if not dot:
        return values[name]
    line = f"{pack.composed(stage).id}.{part}"
    return values.get(f"{line}.weighted", values[line])


def _read(pack: Pack, stage: str, parts: Parts, scheme: tuple[Component, ...]) -> dict[str, Decimal]:
    maxima = pack.maxima(stage, scheme)
    if not maxima:
        raise MissingStage(f"no scheme says what {stage} is made of")
    return read(parts, maxima, stage)


def _steps(
    pack: Pack,
    rule: FormulaStep,
    stages: Mapping[str, Mapping[str, Decimal]],
    done: Mapping[str, Step],
    scheme: tuple[Component, ...],
) -> Iterator[Step]:
    """The lines that one step of the formula prints: one, or for a composed stage one or two per component and their
    sum.
    """
    if rule.op == "compose":
        yield from _composed(pack, rule, stages[rule.sources[0]], pack.components(rule.sources[0], scheme))
        return
    terms = [stages[name] if name in stages else {name: done[name].value} for name in rule.sources]
    total = sum((value for term in terms for value in term.values()), Decimal(0))
    match rule.op:
        case "scale":
            text, value = f"{total:f} / {rule.over:f} * {rule.times:f}", total * rule.times / rule.over
        case "weigh":
            text, value = f"{total:f} * {rule.by:f}", total * rule.by
        case _:
            text, value = " + ".join(f"{value:f}" for term in terms for value in term.values()), total
    yield Step(id=rule.id, label=rule.label, text=text, value=_round(pack, value), article=rule.article)


def _composed(
    pack: Pack, rule: FormulaStep, marks: Mapping[str, Decimal], components: tuple[Component, ...]
) -> Iterator[Step]:
    """Each component on the scale of 100, then by its weight, then the sum; weight 100 needs no line of its own."""
    values = []
    for component in components:
        points, name = marks[component.part], f"{rule.id}.{component.part}"
        scaled = _round(pack, points * _HUNDRED / component.maximum)
        text = f"{points:f}" if component.maximum == _HUNDRED else f"{points:f} / {component.maximum:f} * 100"
        label = component.part if component.method == "panel" else component.method
        yield Step(id=name, label=label, text=text, value=scaled, article=rule.article)
        value = _round(pack, scaled * component.weight / _HUNDRED)
        if component.weight != _HUNDRED:
            text = f"{scaled:f} * {component.weight.scaleb(-2):f}"
            yield Step(id=f"{name}.weighted", label="weighted", text=text, value=value, article=rule.article)
        values.append(value)
    text = " + ".join(f"{value:f}" for value in values)
    yield Step(
        id=rule.id, label=rule.label, text=text, value=_round(pack, sum(values, Decimal(0))), article=rule.article
    )


def _round(pack: Pack, value: Decimal) -> Decimal:
    """Half-up at the pack's decimals, always with that many digits printed."""
    return value.quantize(Decimal(1).scaleb(-pack.places))
