"""All about some vacancies' candidacies in memory: what the read model, a replay and an audit are made of."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from shared.events.intake.schemes import Scheme

Aliases = Callable[[str], Callable[[str], str]]  # vacancy -> application -> alias

NOTHING: Mapping[str, Any] = MappingProxyType({})
BY_AGE: Final = "by_age"
ABSENT, WITHDRAWN, DISQUALIFIED, REMOVED = "TH", "APS", "DIS", "RM"
GRAVEST: Final = (DISQUALIFIED, WITHDRAWN, REMOVED, ABSENT)  # of several, this one is told


class Row(NamedTuple):
    """One candidacy: its marks as they stand, and where they put it. In the order of the read model's columns."""

    vacancy: str
    application: str
    alias: str
    kind: str = ""
    marks: Mapping[str, Mapping[str, str]] = NOTHING
    facts: Mapping[str, str] = NOTHING
    positions: Mapping[str, int] = NOTHING
    outside: str | None = None
    final: str | None = None
    place: int | None = None
    hired: int = 0
    decided_by: str | None = None
    tied: int = 0


class Selection(NamedTuple):
    """What the ranking of a vacancy is bound to, and what has been published of it. In the order of the read model's
    columns."""

    vacancy: str
    pack: str
    source: str
    roster: int
    seats: Mapping[str, int] | None
    opened: int
    inputs: int = 0
    changed: int = -1
    version: int = 0
    published: int | None = None
    root: str | None = None


class Terms(NamedTuple):
    """What the notice says of a selection that is scored here, and what was taken back since: stages (or parts,
    `stage.part`) that do not count, aliases that were taken off the roster."""

    vacancy: str
    scheme: Scheme | None = None
    annulled: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()

    def how(self, stage: str) -> str:
        """How the sheets of a stage are put together."""
        found = (one.aggregate for one in (self.scheme.stages if self.scheme else ()) if one.id == stage)
        return next(found, None) or "mean"


class Detail(NamedTuple):
    """What stands behind a candidacy's marks: sheets by stage and panelist; `left`: why it left the order, by stage
    (empty: the whole); `official`: the code of a list."""

    vacancy: str
    application: str
    sheets: Mapping[str, Mapping[str, Mapping[str, str]]] = NOTHING
    left: Mapping[str, str] = NOTHING
    official: str | None = None

    def outside(self) -> str | None:
        """The code that stands in the order's place."""
        return self.official or next((code for code in GRAVEST if code in self.left.values()), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """An order of aliases that was stated: by age, or by a decision."""

    vacancy: str
    position: int
    n: int
    ground: str
    aliases: tuple[str, ...]


@dataclass(slots=True)
class Picture:
    """All about some vacancies, in memory."""

    selections: dict[str, Selection]
    orders: dict[str, list[Order]]
    rows: dict[str, dict[str, Row]]
    terms: dict[str, Terms] = field(default_factory=dict)
    details: dict[str, dict[str, Detail]] = field(default_factory=dict)

    def terms_of(self, vacancy: str) -> Terms:
        """What was said, or nothing."""
        return self.terms.get(vacancy) or Terms(vacancy)

    def detail(self, vacancy: str, application: str) -> Detail:
        """What stands behind a candidacy, or nothing."""
        return self.details.get(vacancy, {}).get(application) or Detail(vacancy, application)
