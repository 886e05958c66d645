"""A selection that is marked here, as PAUH-MERIT has it: the notice's scheme, five who judge, one who is judged."""

from dataclasses import replace
from decimal import Decimal
from hashlib import sha256
from typing import Any

from services.selection import candidates
from services.selection.course import Course, Marking, stages_of
from services.selection.facts import NOBODY, Procedure
from services.selection.panel_facts import Panel
from services.selection.proceeding import Facts as SelectionFacts
from services.selection.rosters import roster_of_one
from services.selection.sealing import SealScore, seal_of
from shared.events import codec
from shared.events.intake import Criterion, Scheme, SchemeStage
from shared.events.platform import AttemptRefused, Words
from shared.events.selection import AttendanceRecorded, ScoreSealed, Sheet
from shared.rules import packs

PACK = packs.load("pauh-merit-2026")
OK, NOTE = "pauh.7c", Words(id="w1", mac="b" * 64)
ALIAS, APPLICATION, VACANCY = "PCJQPR4FG2MP", "5b0e6d6f1c4a4f6c8d3e2b1a09f8e7d6", "pauh.2027-014"
ROSTER = "c" * 64
ANCHORS = ("none", "little", "some", "much", "all")
SEATS = {"internal": 2, "academic": 1, "practitioner": 2}
INTERVIEW = {"experience": "10", "regional_challenges": "10", "analysis": "8", "problem_solving": "7"}


def criteria(weights: dict[str, str]) -> tuple[Criterion, ...]:
    return tuple(Criterion(id=id, words=id, weight=Decimal(of), anchors=ANCHORS) for id, of in weights.items())


def stage(id: str, sight: str, weight: str, **more: Any) -> SchemeStage:
    return SchemeStage(
        id=id, method=id, sight=sight, weight=Decimal(weight), max=Decimal(100), attendance="required", **more
    )


TERMS = Scheme(
    stages=(
        stage("written", "cat", "40", parts={"written": Decimal(85)}),
        stage("competence", "blind", "25", criteria=criteria({"nursing": "25"}), aggregate="mean", panel=SEATS),
        stage("interview", "open", "35", criteria=criteria(INTERVIEW), aggregate="mean", panel=SEATS),
    ),
    formula="pauh-merit-2026",
    rounding="half_up",
    ties=("final", "written", "competence", "problem_solving", "analysis", "regional_challenges", "older", "decided"),
    level="regional",
)
SCHEME = sha256(codec.body(TERMS)).hexdigest()
STAGES: dict[str, Marking] = stages_of(TERMS)
COURSE = Course(stages=STAGES, roster=ROSTER)
PROCEDURE = Procedure(pack=PACK.digest, source="intake:398", roster=3, inputs=4, changed_at=9, course=COURSE)
JUDGES = {"p1": "internal", "p2": "internal", "p3": "academic", "p4": "practitioner", "p5": "practitioner"}
PANEL = Panel(
    kinds=JUDGES,
    declared={one: (ROSTER, roster_of_one(ALIAS)) for one in JUDGES},
    calibrated={"competence": tuple(JUDGES), "interview": tuple(JUDGES)},
)
FACTS = candidates.Facts(procedure=PROCEDURE, attendance=NOBODY, panel=PANEL)
POINTS = {id: Decimal(points) for id, points in zip(INTERVIEW, (78, 80, 74, 83), strict=True)}
SEAL = SealScore(stage="interview", points=POINTS, nonce="0" * 64, by="p1", alias=ALIAS, application=APPLICATION)
CAME = AttendanceRecorded(stage="interview", present=True)


def on(course: Course = COURSE, **more: Any) -> candidates.Facts:
    """The same people, further on."""
    return replace(FACTS, procedure=replace(PROCEDURE, course=course), **more)


def selecting(course: Course = COURSE, **more: Any) -> SelectionFacts:
    """What the selection's own stream is told."""
    return SelectionFacts(procedure=replace(PROCEDURE, course=course, **more), attendance=NOBODY, panel=PANEL)


def sheet(panelist: str, points: dict[str, Decimal] = POINTS) -> Sheet:
    """A sheet under the panelist's own nonce."""
    return Sheet(panelist=panelist, points=points, nonce=sha256(panelist.encode()).hexdigest())


def sealed(one: Sheet, stage: str = "interview") -> ScoreSealed:
    """Its seal."""
    made = seal_of(ALIAS, stage, one.panelist, one.points, one.nonce)
    return ScoreSealed(stage=stage, panelist=one.panelist, seal=made)


def attempt(command: Any, code: str) -> AttemptRefused:
    """What stays on record of what was tried."""
    return AttemptRefused(act=type(command).__name__, code=code, digest=sha256(codec.body(command)).hexdigest())
