"""Every event type by its name on the wire, with what of it is public and what publication may show (events.md 2, 3f).

Names are explicit and for ever: never a module's path, never renamed, never used again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from shared.events import intake, platform, selection
from shared.events.errors import Unreadable


@dataclass(frozen=True, slots=True, kw_only=True)
class EventType:
    """`shown`: fields (`sheets.points` for one inside a list) of the half that publication may open, beside alias and
    type. `hidden`: the `~fields` of a public type, in the commitment only. `words`: public texts, in the leaf as their
    digest."""

    name: str
    of: type[Any]
    shown: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Category:
    """A kind of stream. `public`: data stand in the leaf. `holder`: which part names the person's id, None for a key of
    its own. `vacancy`: the first part is the vacancy that gives the alias its key. `by_day`: its leaves show the day
    alone."""

    name: str
    service: str
    public: bool
    holder: int | None = None
    vacancy: bool = False
    by_day: bool = False


SCORED: Final = (
    "stage", "parts", "sheets.panelist", "sheets.points", "sheets.nonce", "verdict", "set_aside.panelist", "outside",
    "source",
)  # fmt: skip

TYPES: Final = (
    EventType(name="merit.platform.AttemptRefused.v1", of=platform.AttemptRefused),
    EventType(name="merit.intake.VacancyListed.v1", of=intake.VacancyListed),
    EventType(name="merit.intake.RulePackAdopted.v1", of=intake.RulePackAdopted),
    EventType(name="merit.selection.ResultsImported.v1", of=selection.ResultsImported),
    EventType(name="merit.selection.SelectionOpened.v1", of=selection.SelectionOpened),
    EventType(name="merit.selection.StageScored.v1", of=selection.StageScored, shown=SCORED),
    EventType(name="merit.selection.TieDecided.v1", of=selection.TieDecided),
    EventType(name="merit.selection.RankingPublished.v1", of=selection.RankingPublished),
)

CATEGORIES: Final = {
    category.name: category
    for category in (
        Category(name="vacancy", service="intake", public=True),
        Category(name="rulepack", service="intake", public=True),
        Category(name="import", service="selection", public=True),
        Category(name="selection", service="selection", public=True),
        Category(name="candidate", service="selection", public=False, holder=1, vacancy=True),
    )
}

BY_NAME: Final = {kind.name: kind for kind in TYPES}
BY_CLASS: Final = {kind.of: kind for kind in TYPES}


def named(name: str) -> EventType:
    """The type of that name; Unreadable if no published version has it."""
    try:
        return BY_NAME[name]
    except KeyError:
        raise Unreadable(f"event type {name!r} is not in the catalogue; a newer version of Merit may know it") from None
