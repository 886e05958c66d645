"""Every event type by its name on the wire, with what of it is public and what publication may show (events.md 2, 3f).

Names are explicit and for ever: never a module's path, never renamed, never used again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from shared.events import intake, people, platform, selection
from shared.events.errors import Unreadable


@dataclass(frozen=True, slots=True, kw_only=True)
class EventType:
    """`shown`: fields (`sheets.points` for one inside a list) of the half that publication may open, beside alias and
    type. `hidden`: the `~fields` of a public type, in the commitment only. `words`: public texts (`requirements.words`
    for one inside a list), in the leaf as their digest; of a list or map of texts, each by itself."""

    name: str
    of: type[Any]
    shown: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Category:
    """A kind of stream. `service`: whose ledger holds it, empty where any may. `public`: data stand in the leaf.
    `holder`: which part names the person's id, None for a key of its own. `vacancy`: the first part is the vacancy that
    gives the alias its key. `by_day`: its leaves show the day alone."""

    name: str
    service: str
    public: bool
    holder: int | None = None
    vacancy: bool = False
    founded: bool = False
    by_day: bool = False


SCORED: Final = (
    "stage", "parts", "sheets.panelist", "sheets.points", "sheets.nonce", "verdict", "set_aside.panelist", "outside",
    "source",
)  # fmt: skip

PUBLISHED_WORDS: Final = (
    "requirements.words", "scheme.stages.criteria.words", "scheme.stages.criteria.anchors", "scheme.goals",
)  # fmt: skip

INTAKE: Final = (
    EventType(name="merit.intake.JobAnalysisAdopted.v1", of=intake.JobAnalysisAdopted, words=("items",)),
    EventType(name="merit.intake.NeedProposed.v1", of=intake.NeedProposed, words=("tasks.words",)),
    EventType(name="merit.intake.NeedRecommended.v1", of=intake.NeedRecommended, words=("words",)),
    EventType(name="merit.intake.NeedApproved.v1", of=intake.NeedApproved),
    EventType(name="merit.intake.ActingOfficerAssigned.v1", of=intake.ActingOfficerAssigned),
    EventType(name="merit.intake.RoundOpened.v1", of=intake.RoundOpened, words=("words",)),
    EventType(name="merit.intake.RoundClosed.v1", of=intake.RoundClosed),
    EventType(name="merit.intake.VacancyListed.v1", of=intake.VacancyListed),
    EventType(name="merit.intake.VacancyPublished.v1", of=intake.VacancyPublished, words=PUBLISHED_WORDS),
    EventType(name="merit.intake.VacancyAnnounced.v1", of=intake.VacancyAnnounced),
    EventType(name="merit.intake.DeadlineExtended.v1", of=intake.DeadlineExtended, words=("words",)),
    EventType(name="merit.intake.VacancyCancelled.v1", of=intake.VacancyCancelled, words=("words",)),
    EventType(
        name="merit.intake.ApplicationsClosed.v1", of=intake.ApplicationsClosed, hidden=("submitted", "abandoned")
    ),
    EventType(name="merit.intake.VerifierAssigned.v1", of=intake.VerifierAssigned, hidden=("ties",)),
    EventType(name="merit.intake.CheckResultAnnounced.v1", of=intake.CheckResultAnnounced, words=("words",)),
    EventType(name="merit.intake.ApplicationSubmitted.v1", of=intake.ApplicationSubmitted),
    EventType(name="merit.intake.ApplicationWithdrawn.v1", of=intake.ApplicationWithdrawn),
    EventType(name="merit.intake.DocumentsChecked.v1", of=intake.DocumentsChecked, shown=("meets", "facts")),
    EventType(name="merit.intake.CheckObjectionFiled.v1", of=intake.CheckObjectionFiled),
    EventType(name="merit.intake.CheckObjectionDecided.v1", of=intake.CheckObjectionDecided),
    EventType(name="merit.intake.RulePackAdopted.v1", of=intake.RulePackAdopted),
)

TYPES: Final = (
    EventType(name="merit.platform.AttemptRefused.v1", of=platform.AttemptRefused),
    EventType(name="merit.platform.ActProposed.v1", of=platform.ActProposed),
    EventType(name="merit.platform.ActApproved.v1", of=platform.ActApproved),
    EventType(name="merit.platform.ActRefused.v1", of=platform.ActRefused),
    *INTAKE,
    EventType(name="merit.selection.ResultsImported.v1", of=selection.ResultsImported),
    EventType(name="merit.selection.SelectionOpened.v1", of=selection.SelectionOpened),
    EventType(name="merit.selection.StageScored.v1", of=selection.StageScored, shown=SCORED),
    EventType(name="merit.selection.TieDecided.v1", of=selection.TieDecided),
    EventType(name="merit.selection.RankingPublished.v1", of=selection.RankingPublished),
    EventType(name="merit.people.RoleGranted.v1", of=people.RoleGranted),
    EventType(name="merit.people.RoleRevoked.v1", of=people.RoleRevoked),
)

CATEGORIES: Final = {
    category.name: category
    for category in (
        Category(name="post", service="intake", public=True),
        Category(name="need", service="intake", public=True),
        Category(name="round", service="intake", public=True),
        Category(name="vacancy", service="intake", public=True),
        Category(name="application", service="intake", public=False, holder=0, founded=True),
        Category(name="rulepack", service="intake", public=True),
        Category(name="import", service="selection", public=True),
        Category(name="selection", service="selection", public=True),
        Category(name="approval", service="", public=False),
        Category(name="candidate", service="selection", public=False, holder=1, vacancy=True),
        Category(name="role", service="people", public=False, holder=0),
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
