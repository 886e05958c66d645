"""Notices under the packs whose stages a panel marks, lawful as they stand: what the tests of both packs vary."""

from dataclasses import replace
from decimal import Decimal

from services.intake.facts import Post, Round
from services.intake.notices import faults
from services.intake.schemes import faults as scheme_faults
from services.intake.vacancies import PublishVacancy
from shared.events.intake import Criterion, Scheme, SchemeStage
from shared.rules import packs
from shared.runtime.places import components_of
from tests.domain.notices import NOW, POST, PUBLISH, PUBLISHED, VACANCY, at

TESTED = replace(POST, competences=("nursing", "managerial", "technical", "pelayanan"))
PAUH = packs.load("pauh-merit-2026")
JPT = packs.load("jpt-2019")
SEATED = {"internal": 2, "academic": 2, "practitioner": 1}
WORDS = ("tidak tampak", "disebut", "satu contoh", "dengan hasil", "terukur")
GOALS = ("Menurunkan angka kematian ibu", "Air bersih bagi setiap rumah")
CITED = ("(1) tidak disebut", "(1) disebut", "(2) dengan contoh", "(1) dan (2) dengan rencana", "(2) terukur")


def criterion(id: str, weight: str, anchors: tuple[str, ...] = WORDS) -> Criterion:
    """What a panel marks."""
    return Criterion(id=id, words=f"Kriteria {id}", weight=Decimal(weight), anchors=anchors)


def by_panel(id: str, method: str, sight: str, weight: int, *criteria: Criterion) -> SchemeStage:
    """A stage that a lawful panel marks."""
    return SchemeStage(
        id=id, method=method, sight=sight, weight=Decimal(weight), max=Decimal(100), attendance="required",
        criteria=criteria, aggregate="mean", panel=SEATED,
    )  # fmt: skip


WRITTEN = SchemeStage(
    id="written", method="cat", sight="cat", weight=Decimal(40), max=Decimal(85), attendance="required",
    parts={"written": Decimal(85)},
)  # fmt: skip
SKILLS = by_panel("competence", "work_sample", "blind", 25, criterion("nursing", "25"))
FOUR = ("experience", "regional_challenges", "analysis", "problem_solving")
TALK = by_panel("interview", "interview", "open", 35, *map(criterion, FOUR, ("10", "10", "8", "7")))
LOCAL = Scheme(
    stages=(WRITTEN, SKILLS, TALK), formula=PAUH.name, rounding="half_up", ties=tuple(step.id for step in PAUH.ties),
    level="regional",
)  # fmt: skip
TERMS = components_of(PAUH, LOCAL)

VISION = criterion("vision", "10", CITED)
FIVE = ("vision", "experience", "regional_challenges", "analysis", "problem_solving")
PAPER = by_panel("paper", "paper", "blind", 20, criterion("argument", "12"), criterion("sources", "8"))
ASSESSED = by_panel("competence", "assessment", "open", 25, criterion("managerial", "15"), criterion("technical", "10"))
HEARD = by_panel("interview", "interview", "open", 35, VISION, *map(criterion, FIVE[1:], ("7", "7", "6", "5")))
RECORD = by_panel("track_record", "track_record", "open", 20, criterion("record", "20"))
HEAD = Scheme(
    stages=(PAPER, ASSESSED, HEARD, RECORD), formula=JPT.name, rounding="half_up",
    ties=tuple(step.id for step in JPT.ties), level="regional", goals=GOALS,
)  # fmt: skip


def wrong(scheme: Scheme, *stages: SchemeStage) -> list[str]:
    """The codes of what is wrong with a scheme under its pack, some stages put in the place of its own."""
    own = {stage.id: stage for stage in stages}
    made = replace(scheme, stages=tuple(own.get(stage.id, stage) for stage in scheme.stages))
    return [code for code, _ in scheme_faults(made, packs.load(scheme.formula))]


def refused(scheme: Scheme, kind: str, post: Post = TESTED) -> list[str]:
    """The codes that refuse a notice of this scheme in a round of a kind, for a post."""
    pack = packs.load(scheme.formula)
    notice = replace(PUBLISHED, pack=pack.name, pack_digest=pack.digest, scheme=scheme)
    instant = at(2027, 2, 20, 2)
    return [fault.code for fault in faults(notice, VACANCY, instant, post, Round(kind=kind, is_open=True))]


def published(scheme: Scheme) -> PublishVacancy:
    """The command that publishes it."""
    pack = packs.load(scheme.formula)
    return replace(PUBLISH, pack=pack.name, pack_digest=pack.digest, scheme=scheme, at=NOW)
