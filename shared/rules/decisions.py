"""Why one stands before the other ("Mengapa di tempat ini?"): the step that decided, with both values and its
article.
"""

from dataclasses import dataclass
from decimal import Decimal

from shared.rules.errors import Contradiction
from shared.rules.marks import Candidacy, number
from shared.rules.scores import compared, evaluate
from shared.rules.shapes import Component, Pack, TieStep
from shared.rules.thresholds import total_of

STATED = ("older", "decided")
"""Kinds of step that people state; every other is read from marks and facts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Why `upper` stands before `lower`: the step, its label key and article, both values (None where an order was
    stated), and the steps before it on which both are equal or could not be compared.
    """

    step: str
    label: str
    article: str
    upper: Decimal | None
    lower: Decimal | None
    before: tuple[str, ...]


def compare(pack: Pack, upper: Candidacy, lower: Candidacy, step: str, scheme: tuple[Component, ...] = ()) -> Decision:
    """Why two neighbours stand as they do; `step` is the lower entry's `decided_by` (the whole tie decides whether a
    step could be used, so two rows alone cannot say). `Contradiction` if the marks do not bear the reason out,
    `UnknownKind` for no step.
    """
    rule = pack.tie(step)
    before = pack.ties[: pack.ties.index(rule)]
    for tie in before:
        above, under = (_value(pack, tie, row, scheme) for row in (upper, lower))
        if above != under and tie.kind != "fact":  # a fact counts for nothing when a third one of the tie lacks it
            raise Contradiction(f"{upper.key} and {lower.key} differ before {step}: {tie.id} {above} and {under}")
    above, under = (_value(pack, rule, row, scheme) for row in (upper, lower))
    if rule.kind not in STATED and (above is None or under is None or above <= under):
        raise Contradiction(f"{step} does not set {upper.key} ({above}) before {lower.key} ({under})")
    return Decision(
        step=step,
        label=rule.label,
        article=rule.article,
        upper=above,
        lower=under,
        before=tuple(tie.id for tie in before),
    )


def _value(pack: Pack, step: TieStep, row: Candidacy, scheme: tuple[Component, ...]) -> Decimal | None:
    match step.kind:
        case "final":
            return evaluate(pack, row.marks, scheme).final
        case "total":
            return total_of({part: number(mark) for part, mark in row.marks[step.stage].items()})
        case "part":
            return number(row.marks[step.stage].get(step.part, "0"))
        case "step":
            return compared(pack, evaluate(pack, row.marks, scheme), step.step)
        case "fact":
            return number(row.facts[step.fact]) if step.fact in row.facts else None
    return None
