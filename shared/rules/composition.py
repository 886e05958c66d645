"""What a composed stage (SKB) may be made of: methods and weights by agency kind, fixed by the notice before anybody
applies.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from shared.rules.errors import UnknownKind
from shared.rules.marks import EXACT
from shared.rules.shapes import Component, Limits, Pack


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Why a scheme is unlawful: `code` is one of method, banned, nothing (weight or maximum), twice, extras, sum,
    too_little, too_much; `about` the method or part.
    """

    code: str
    about: str
    is_now: str
    limit: str
    article: str


def problems(pack: Pack, agency: str, components: tuple[Component, ...], stage: str = "skb") -> tuple[Problem, ...]:
    """What is unlawful in a stage of these components; () if nothing. `agency` is `central` or `regional`.

    Permenpan RB 27/2021 (through the press); 6/2024 arts. 34, 37(1): CAT is the main part; a regional government may
    add one extra test and never an interview (wawancara).
    """
    limits = pack.limits.get(stage, {})
    if agency not in limits:
        raise UnknownKind(f"{pack.name} has no {stage} limits for {agency!r}; known: {', '.join(sorted(limits))}")
    own = tuple(component for component in components if component.stage == stage)
    return (*_shape(pack, limits[agency], own), *_weights(limits[agency], own))


def _shape(pack: Pack, limits: Limits, own: tuple[Component, ...]) -> Iterator[Problem]:
    """Methods that the law does not know or bans, parts named twice, too many tests beside the CAT."""
    for component in own:
        if component.method not in pack.methods:
            yield _problem("method", component.method, component.part, ", ".join(pack.methods), limits)
        elif component.method in limits.banned:
            yield _problem("banned", component.method, component.part, "0", limits)
        if min(component.weight, component.maximum) <= 0:  # a negative weight could hide a sum over 100
            yield _problem("nothing", component.method, f"{min(component.weight, component.maximum):f}", "> 0", limits)
    for part, times in Counter(component.part for component in own).items():
        if times > 1:
            yield _problem("twice", part, str(times), "1", limits)
    extras = sum(component.method not in limits.at_least for component in own)
    if extras > limits.extras:
        yield _problem("extras", "", str(extras), str(limits.extras), limits)


def _weights(limits: Limits, own: tuple[Component, ...]) -> Iterator[Problem]:
    """Weights in percent: they sum to 100, and each method keeps its bounds."""
    weights: dict[str, Decimal] = {}
    for component in own:
        weights[component.method] = EXACT.add(weights.get(component.method, Decimal(0)), component.weight)
    total = Decimal(0)
    for weight in weights.values():
        total = EXACT.add(total, weight)
    if total != 100:
        yield _problem("sum", "", f"{total:f}", "100", limits)
    for method, least in limits.at_least.items():
        if weights.get(method, Decimal(0)) < least:
            yield _problem("too_little", method, f"{weights.get(method, Decimal(0)):f}", f"{least:f}", limits)
    for method, weight in weights.items():
        if weight > limits.at_most.get(method, Decimal(100)):
            yield _problem("too_much", method, f"{weight:f}", f"{limits.at_most[method]:f}", limits)


def _problem(code: str, about: str, is_now: str, limit: str, limits: Limits) -> Problem:
    return Problem(code=code, about=about, is_now=is_now, limit=limit, article=limits.article)
