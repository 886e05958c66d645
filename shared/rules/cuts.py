"""Who goes on to the next stage: those above the thresholds, up to the line, and everybody who ties at the line."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from shared.rules.errors import UnknownKind
from shared.rules.marks import Parts, read
from shared.rules.scores import staged
from shared.rules.shapes import Component, Pack
from shared.rules.thresholds import floor, meets, stage_below, total_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """The result of a stage: keys that go on, that met the thresholds behind the line, and that did not meet them.

    Each in the order of the marks, equal ones by key (their order means nothing); `codes`: the official code of every
    key.
    """

    line: int
    through: tuple[str, ...]
    beyond: tuple[str, ...]
    below: tuple[str, ...]
    codes: Mapping[str, str]


def cut(
    pack: Pack,
    kind: str,
    marks: Mapping[str, Parts],
    seats: int,
    stage: str = "skd",
    scheme: tuple[Component, ...] = (),
) -> Cut:
    """The cut (tiga kali kebutuhan): `marks` of one need's candidates by key, `seats` its kebutuhan, `scheme` the
    notice's components of a composed stage.

    The line is factor * seats; equal at the line in all that the pack compares there (SKD: total, TKP, TIU, TWK): all
    go on. Never filled with those below.
    """
    if stage not in pack.cuts:
        raise UnknownKind(f"{pack.name} has no cut of {stage!r}; known: {', '.join(sorted(pack.cuts))}")
    keys = {key: _key(pack, stage, parts, scheme) for key, parts in marks.items()}
    order = sorted(sorted(keys), key=keys.__getitem__, reverse=True)
    able = [key for key in order if _reached(pack, kind, stage, marks[key], scheme)]
    line = pack.cuts[stage].factor * seats
    last = line
    while 0 < last < len(able) and keys[able[last]] == keys[able[last - 1]]:
        last += 1
    reached = set(able)
    through, beyond = tuple(able[:last]), tuple(able[last:])
    under = tuple(key for key in order if key not in reached)
    codes = _codes(pack, kind, stage)
    said = {key: code for keys, code in zip((through, beyond, under), codes, strict=True) for key in keys}
    return Cut(line=line, through=through, beyond=beyond, below=under, codes=said)


def _reached(pack: Pack, kind: str, stage: str, parts: Parts, scheme: tuple[Component, ...]) -> bool:
    """Above the minimum of the stage's weighted sum, where the pack has one; else above the floors of the kind of
    need."""
    if stage in pack.minimums:
        return not stage_below(pack, stage, parts, scheme)
    return meets(pack, kind, parts, stage).meets


def _codes(pack: Pack, kind: str, stage: str) -> tuple[str, str, str]:
    """Of the list: who goes on, who is behind the line, who is below."""
    if stage in pack.minimums:
        return pack.cuts[stage].through, pack.cuts[stage].beyond, pack.minimums[stage].code
    rule = floor(pack, kind, stage)
    return rule.through, rule.beyond, rule.below


def _key(pack: Pack, stage: str, parts: Parts, scheme: tuple[Component, ...]) -> tuple[Decimal, ...]:
    """What the line compares, the first difference decides; the higher goes first."""
    points = read(parts, pack.maxima(stage, scheme), stage)
    return tuple(_value(pack, stage, points, name, scheme) for name in pack.cuts[stage].order)


def _value(pack: Pack, stage: str, points: dict[str, Decimal], name: str, scheme: tuple[Component, ...]) -> Decimal:
    match name:
        case "total":
            return total_of(points)
        case "weighted":
            return staged(pack, stage, points, scheme)
    return points[name]
