"""Rule packs: canonical JSON files (RFC 8785) beside this module, pinned by the SHA-256 of their bytes.

A pack is law as data: formula, roundings, order, thresholds, cuts, status codes, each with its article. Decimals are
strings; there are no floats and no nulls. A file whose bytes are not canonical is refused, so one pack has one
digest.
"""

import json
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar

from shared.rules.canonical import canonical
from shared.rules.errors import BadPack, UnknownPack
from shared.rules.goals import GoalRules
from shared.rules.panels import PanelRules
from shared.rules.shapes import (
    Component,
    CutRule,
    Floor,
    FormulaStep,
    Label,
    Limits,
    Minimum,
    Pack,
    Stage,
    StatusRule,
    TieStep,
)
from shared.rules.sheets import AGGREGATES, components

__all__ = ["FOLDER", "canonical", "load", "names", "read", "vectors"]

FOLDER = Path(__file__).parent / "packs"
OPS = ("scale", "weigh", "sum", "compose")
TIES = ("final", "total", "part", "fact", "step", "older", "decided")
SIGHTS = ("blind", "open", "cat")
_T = TypeVar("_T")
_NUMBER = re.compile(r"(0|[1-9][0-9]*)(\.[0-9]+)?")


def names() -> tuple[str, ...]:
    """The names of the packs that are here, in order."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.json")))


@cache
def load(name: str) -> Pack:
    """The pack of this name, read once; `UnknownPack` lists the known names, `BadPack` says what is wrong with the
    file.
    """
    if name not in names():
        raise UnknownPack(f"no rule pack {name!r}; known: {', '.join(names())}")
    return read((FOLDER / f"{name}.json").read_bytes())


def vectors(name: str) -> bytes:
    """The worked examples that anybody's reading of the pack must reproduce, as canonical JSON: finals by marks, and
    thresholds by kind and parts, each with the number of its test.
    """
    return (FOLDER.parent / "vectors" / f"{load(name).name}.json").read_bytes()


def read(data: bytes) -> Pack:
    """The pack that these canonical bytes say; `BadPack` if they are not canonical or say no pack."""
    try:
        said = json.loads(data)
    except ValueError as error:
        raise BadPack(f"no JSON: {error}") from error
    if canonical(said) != data:
        raise BadPack("the bytes are not canonical (RFC 8785)")
    try:
        return _pack(said, sha256(data).hexdigest())
    except (KeyError, TypeError, AttributeError) as error:
        raise BadPack(f"the pack does not say what a pack must say: {error!r}") from error


def _number(text: str) -> Decimal:
    """A decimal string, not negative and without exponent, so that every reader in any language agrees on it."""
    if not _NUMBER.fullmatch(text):
        raise BadPack(f"not a decimal string: {text!r}")
    return Decimal(text)


def _numbers(said: Mapping[str, str]) -> dict[str, Decimal]:
    return {key: _number(text) for key, text in said.items()}


def _one_of(word: str, known: tuple[str, ...]) -> str:
    if word not in known:
        raise BadPack(f"{word!r} is none of {', '.join(known)}")
    return word


def _label(said: Mapping[str, str]) -> Label:
    return Label(said["id"], said["en"])


def _each(said: Mapping[str, Any], build: Callable[[Any], _T]) -> dict[str, _T]:
    return {key: build(item) for key, item in said.items()}


def _component(stage: str, said: Mapping[str, str]) -> Component:
    return Component(
        stage=stage,
        part=said["part"],
        method=said["method"],
        maximum=_number(said["max"]),
        weight=_number(said["weight"]),
    )


def _stage(said: Mapping[str, Any]) -> Stage:
    made = tuple(_component(said["id"], item) for item in said.get("components", ()))
    criteria = {item["id"]: _number(item["weight"]) for item in said.get("criteria", ())}
    weight = _number(said["weight"]) if "weight" in said else None
    if weight is not None and criteria:
        made = components(said["id"], None, criteria, weight)
    return Stage(
        id=said["id"],
        label=said["label"],
        parts=_numbers(said.get("parts", {})),
        components=made,
        weight=weight,
        criteria=criteria,
        most=said.get("most", 0),
        from_analysis=said.get("from_analysis", False),
        methods={method: _one_of(sight, SIGHTS) for method, sight in said.get("methods", {}).items()},
    )


def _formula(said: Mapping[str, Any]) -> FormulaStep:
    return FormulaStep(
        id=said["id"],
        op=_one_of(said["op"], OPS),
        sources=tuple(said["from"]),
        over=_number(said.get("over", "1")),
        times=_number(said.get("times", "1")),
        by=_number(said.get("by", "1")),
        label=said["label"],
        article=said["article"],
    )


def _tie(said: Mapping[str, str]) -> TieStep:
    return TieStep(
        id=said["id"],
        kind=_one_of(said["kind"], TIES),
        stage=said.get("stage", ""),
        part=said.get("part", ""),
        fact=said.get("fact", ""),
        step=said.get("step", ""),
        label=said["label"],
        article=said["article"],
    )


def _floor(said: Mapping[str, Any]) -> Floor:
    return Floor(
        parts=_numbers(said["parts"]),
        total=_number(said["total"]) if "total" in said else None,
        through=said["codes"]["through"],
        beyond=said["codes"]["beyond"],
        below=said["codes"]["below"],
        article=said["article"],
    )


def _cut(said: Mapping[str, Any]) -> CutRule:
    codes = said.get("codes", {})
    return CutRule(
        factor=said["factor"],
        order=tuple(said["order"]),
        article=said["article"],
        through=codes.get("through", ""),
        beyond=codes.get("beyond", ""),
    )


def _minimums(said: Mapping[str, Any], stages: Mapping[str, Stage]) -> dict[str, Minimum]:
    """In the order in which they are asked: stage by stage, then `final`."""
    order = (*stages, "final")
    for name in said:
        _one_of(name, order)
    return {
        name: Minimum(least=_number(said[name]["least"]), code=said[name]["code"], article=said[name]["article"])
        for name in order
        if name in said
    }


def _panel(said: Mapping[str, Any]) -> PanelRules:
    return PanelRules(
        sizes=tuple(said["sizes"]),
        internal=said["internal"],
        outside=tuple(said["outside"]),
        sheets=said["sheets"],
        article=said["article"],
    )


def _goals(said: Mapping[str, Any]) -> GoalRules:
    return GoalRules(
        stage=said["stage"],
        criterion=said["criterion"],
        least=said["least"],
        most=said["most"],
        words=tuple(said["words"]),
        article=said["article"],
    )


def _status(said: Mapping[str, Any]) -> StatusRule:
    return StatusRule(
        code=said["code"], in_order=said["in_order"], meaning=_label(said["meaning"]), source=said["source"]
    )


def _limits(said: Mapping[str, Any]) -> Limits:
    return Limits(
        at_least=_numbers(said["at_least"]),
        at_most=_numbers(said["at_most"]),
        banned=tuple(said["banned"]),
        extras=said["extras"],
        article=said["article"],
    )


def _pack(said: Mapping[str, Any], digest: str) -> Pack:
    _one_of(said["rounding"]["mode"], ("half_up",))
    _one_of(said["rounding"]["when"], ("each_step",))
    stages = {item["id"]: _stage(item) for item in said["stages"]}
    return Pack(
        name=said["name"],
        digest=digest,
        version=said["version"],
        law=tuple(said["law"]),
        rounds=tuple(said["rounds"]),
        kinds=tuple(said["kinds"]),
        stages=stages,
        places=said["rounding"]["places"],
        formula=tuple(map(_formula, said["formula"])),
        ties=tuple(map(_tie, said["ties"])),
        tie_at_seats=_one_of(said["tie_at_seats"], ("open", "through")),
        floors=_each(said["thresholds"], lambda kinds: _each(kinds, _floor)),
        cuts=_each(said["cuts"], _cut),
        listing=said["listing"],
        statuses=_each(said["statuses"], lambda rules: tuple(map(_status, rules))),
        methods=tuple(said["methods"]),
        limits=_each(said["composition"], lambda agencies: _each(agencies, _limits)),
        labels=_each(said["labels"], _label),
        minimums=_minimums(said.get("minimums", {}), stages),
        aggregates=tuple(_one_of(way, tuple(AGGREGATES)) for way in said.get("aggregates", ())),
        panel=_panel(said["panel"]) if "panel" in said else None,
        goals=_goals(said["goals"]) if "goals" in said else None,
    )
