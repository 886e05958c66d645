"""Who goes on to the next stage: those above the thresholds, up to the line, and everybody who ties at the line."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from shared.rules.errors import UnknownKind
from shared.rules.marks import Parts, read
from shared.rules.shapes import Pack
from shared.rules.thresholds import floor, meets, total_of


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


def cut(pack: Pack, kind: str, marks: Mapping[str, Parts], seats: int, stage: str = "skd") -> Cut:
    """The cut (tiga kali kebutuhan): `marks` of one need's candidates by key, `seats` its kebutuhan.

    The line is factor * seats; equal at the line in total, TKP, TIU and TWK: all go on. Never filled with those below.
    """
    if stage not in pack.cuts:
        raise UnknownKind(f"{pack.name} has no cut of {stage!r}; known: {', '.join(sorted(pack.cuts))}")
    keys = {key: _key(pack, stage, parts) for key, parts in marks.items()}
    order = sorted(sorted(keys), key=keys.__getitem__, reverse=True)
    able = [key for key in order if meets(pack, kind, marks[key], stage).meets]
    line = pack.cuts[stage].factor * seats
    last = line
    while 0 < last < len(able) and keys[able[last]] == keys[able[last - 1]]:
        last += 1
    rule, reached = floor(pack, kind, stage), set(able)
    through, beyond = tuple(able[:last]), tuple(able[last:])
    below = tuple(key for key in order if key not in reached)
    codes = dict.fromkeys(through, rule.through) | dict.fromkeys(beyond, rule.beyond) | dict.fromkeys(below, rule.below)
    return Cut(line=line, through=through, beyond=beyond, below=below, codes=codes)


def _key(pack: Pack, stage: str, parts: Parts) -> tuple[Decimal, ...]:
    """What the line compares, the first difference decides; the higher goes first."""
    points = read(parts, pack.maxima(stage), stage)
    return tuple(total_of(points) if name == "total" else points[name] for name in pack.cuts[stage].order)
