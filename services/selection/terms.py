"""What a notice's scheme says to the rules: the components that its composed stages are summed from."""

from __future__ import annotations

from shared.events.intake import Scheme, SchemeStage
from shared.rules import packs, sheets
from shared.rules.shapes import Component, Pack


def components_of(scheme: Scheme, pack: Pack | None = None) -> tuple[Component, ...]:
    """The components of every composed stage, in the notice's order; a stage of fixed parts has none.

    `pack` is the one that the notice pins, else the one that the scheme's formula names. `UnknownPack` if there is no
    such pack, `UnknownKind` for a stage that no lawful notice has.
    """
    rules = packs.load(scheme.formula) if pack is None else pack
    return tuple(one for stage in scheme.stages for one in _of_stage(stage, rules))


def _of_stage(stage: SchemeStage, pack: Pack) -> tuple[Component, ...]:
    own = pack.stages[stage.id]
    if own.parts:
        return ()
    if own.weight is None and stage.criteria is None:  # SKB: parts are percents of the stage
        return tuple(
            Component(stage=stage.id, part=method, method=method, maximum=stage.max, weight=percent)
            for method, percent in (stage.parts or {}).items()
        )
    criteria = None if stage.criteria is None else {one.id: one.weight for one in stage.criteria}
    return sheets.components(stage.id, stage.parts, criteria, stage.weight)
