"""What a rule pack says, as frozen values. Points, weights and factors are `Decimal`; ids are ASCII words of the
pack.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from shared.rules.errors import UnknownKind
from shared.rules.goals import GoalRules
from shared.rules.panels import PanelRules


@dataclass(frozen=True, slots=True)
class Label:
    """One name in both languages: `id` Indonesian, as the law says it, and `en` English."""

    id: str
    en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Component:
    """A part of a composed stage (komponen SKB): its method, its maximum in points, its weight in percent of the
    stage; in a stage that has a weight of its own: of the whole 100.
    """

    stage: str
    part: str
    method: str
    maximum: Decimal
    weight: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """A stage (tahap): fixed parts with their maxima in points, or the components that hold unless the notice names
    others.

    `weight` of 100, where the notice composes the stage of a CAT part or of criteria: `criteria` that the pack fixes,
    with their weights, or at most `most`, competences of the job analysis where `from_analysis`; `methods` that it may
    use, each with its sight (blind, open, cat).
    """

    id: str
    label: str
    parts: Mapping[str, Decimal]
    components: tuple[Component, ...]
    weight: Decimal | None = None
    criteria: Mapping[str, Decimal] = field(default_factory=dict)
    most: int = 0
    from_analysis: bool = False
    methods: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class FormulaStep:
    """One rounded step. `scale`: source / over * times; `weigh`: source * by; `sum`: sources; `compose`: components
    of a stage.

    A source that is a stage means the exact sum of its parts, any other the rounded value of an earlier step.
    """

    id: str
    op: str
    sources: tuple[str, ...]
    over: Decimal
    times: Decimal
    by: Decimal
    label: str
    article: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TieStep:
    """One step of the order; kind `final`, `total` (of a stage), `part`, `fact`, `step`: the higher goes first;
    `older`, `decided`: stated.

    `step`: a weighted, rounded value of the sum: the id of a step of the formula, or `stage.part` of a composed stage.
    """

    id: str
    kind: str
    stage: str
    part: str
    fact: str
    step: str = ""
    label: str
    article: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Floor:
    """A threshold (nilai ambang batas) of one kind of need: parts and total to be reached (>=), and the codes of the
    list.
    """

    parts: Mapping[str, Decimal]
    total: Decimal | None
    through: str
    beyond: str
    below: str
    article: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Minimum:
    """What a composed stage, or `final`, must reach on its weighted and rounded sum (>=): whoever does not stands
    outside the order, by `code`.
    """

    least: Decimal
    code: str
    article: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CutRule:
    """The line of a stage: factor * seats by `order` (`total`, `weighted` or a part, higher first); all who tie at the
    line go on. `through` and `beyond` are codes of the list, where no floor of a kind of need says them.
    """

    factor: int
    order: tuple[str, ...]
    article: str
    through: str = ""
    beyond: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusRule:
    """An official code or, with `*` for digits, a family of codes; whether its bearer stands in the order."""

    code: str
    in_order: bool
    meaning: Label
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a composed stage may be made of, for one agency kind: weights in percent."""

    at_least: Mapping[str, Decimal]
    at_most: Mapping[str, Decimal]
    banned: tuple[str, ...]
    extras: int
    article: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Pack:
    """A rule pack (paket aturan), pinned by `digest`: SHA-256, in hex, of its canonical bytes.

    rounds: the kinds of round that may use it; kinds: kinds of need (jenis kebutuhan); places: decimals of every
    rounding (half-up, in steps); ties: the order, `final` first; tie_at_seats: `open` (nobody of a tie that the last
    seat would split is in) or `through` (all are); statuses: by list, `listing` is the list that the order makes;
    labels: names by key; minimums: by stage in the pack's order, then `final`; aggregates: how sheets may be put
    together, panel: who may write them, goals: what `vision` is marked against.
    """

    name: str
    digest: str
    version: int
    law: tuple[str, ...]
    rounds: tuple[str, ...]
    kinds: tuple[str, ...]
    stages: Mapping[str, Stage]
    places: int
    formula: tuple[FormulaStep, ...]
    ties: tuple[TieStep, ...]
    tie_at_seats: str
    floors: Mapping[str, Mapping[str, Floor]]
    cuts: Mapping[str, CutRule]
    listing: str
    statuses: Mapping[str, tuple[StatusRule, ...]]
    methods: tuple[str, ...]
    limits: Mapping[str, Mapping[str, Limits]]
    labels: Mapping[str, Label]
    minimums: Mapping[str, Minimum] = field(default_factory=dict)
    aggregates: tuple[str, ...] = ()
    panel: PanelRules | None = None
    goals: GoalRules | None = None

    def components(self, stage: str, scheme: tuple[Component, ...] = ()) -> tuple[Component, ...]:
        """What the stage is composed of: what the notice's scheme says of it, else what the pack says; () if of fixed
        parts.
        """
        return tuple(c for c in scheme if c.stage == stage) or self.stages[stage].components

    def maxima(self, stage: str, scheme: tuple[Component, ...] = ()) -> Mapping[str, Decimal]:
        """The maximum in points of every part of a stage."""
        return self.stages[stage].parts or {c.part: c.maximum for c in self.components(stage, scheme)}

    def composed(self, stage: str) -> FormulaStep:
        """The step that composes a stage, or for `final` the last one; `UnknownKind` names the composed stages."""
        steps = {step.sources[0]: step for step in self.formula if step.op == "compose"}
        if stage not in steps and stage != "final":
            raise UnknownKind(f"{self.name} composes no stage {stage!r}; known: {', '.join(sorted(steps))}")
        return steps.get(stage, self.formula[-1])

    def tie(self, name: str) -> TieStep:
        """The step of the order with this id; `UnknownKind` names the known ones."""
        for step in self.ties:
            if step.id == name:
                return step
        raise UnknownKind(f"{self.name} has no tie step {name!r}; known: {', '.join(step.id for step in self.ties)}")
