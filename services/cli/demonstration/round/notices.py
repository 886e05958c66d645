"""What the demonstration's notices say: two schemes, as the rule packs allow them."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Final

from services.cli.demonstration.round.cast import HEAD, JPT, LOCAL, NURSES, SEATS
from services.intake.vacancies import PublishVacancy
from shared.events.intake import Criterion, Formation, Requirement, Scheme, SchemeStage
from shared.rules import packs

QUESTIONS: Final = Decimal(85)
ANCHORS: Final = (
    "Belum menunjukkan", "Menunjukkan sebagian", "Menunjukkan cukup", "Menunjukkan dengan baik", "Menjadi teladan",
)  # fmt: skip
GOALS: Final = ("Menurunkan angka kematian ibu dan bayi", "Puskesmas 24 jam di setiap kecamatan")
PANEL: Final = {"academic": 2, "practitioner": 2, "internal": 1}
POSTS: Final = {
    HEAD: "kepala-dinas",
    NURSES: "perawat",
    **{one: f"tenaga-{n:02}" for n, one in enumerate(sorted(set(SEATS) - {HEAD, NURSES}), 1)},
}


def criterion(id: str, weight: str, anchors: tuple[str, ...] = ANCHORS) -> Criterion:
    """What a panelist marks, with five anchors."""
    return Criterion(id=id, words=f"Kriteria {id}", weight=Decimal(weight), anchors=anchors)


def judged(id: str, method: str, sight: str, weight: str, criteria: tuple[Criterion, ...]) -> SchemeStage:
    """A stage that a panel marks."""
    return SchemeStage(
        id=id, method=method, sight=sight, weight=Decimal(weight), max=Decimal(100), attendance="required",
        criteria=criteria, aggregate="mean", panel=PANEL,
    )  # fmt: skip


def local_scheme() -> Scheme:
    """`pauh-merit-2026`: a written exam, a work sample without names, an interview."""
    pack = packs.load("pauh-merit-2026")
    written = SchemeStage(
        id="written", method="cat", sight="cat", weight=Decimal(40), max=QUESTIONS, attendance="required",
        parts={"written": QUESTIONS},
    )  # fmt: skip
    competence = judged(
        "competence", "work_sample", "blind", "25", (criterion("care", "15"), criterion("records", "10"))
    )  # fmt: skip
    interview = judged(
        "interview", "interview", "open", "35",
        (
            criterion("experience", "10"), criterion("regional_challenges", "10"), criterion("analysis", "8"),
            criterion("problem_solving", "7"),
        ),
    )  # fmt: skip
    return Scheme(
        stages=(written, competence, interview), formula=pack.name, rounding="half_up",
        ties=tuple(step.id for step in pack.ties), level="regional",
    )  # fmt: skip


def head_scheme() -> Scheme:
    """`jpt-2019`: paper, competence assessment, interview with the region's goals, track record."""
    pack = packs.load("jpt-2019")
    cited = tuple(f"{anchor} ({n % len(GOALS) + 1})" for n, anchor in enumerate(ANCHORS))
    interview = (
        criterion("vision", "10", cited), criterion("experience", "7"), criterion("regional_challenges", "7"),
        criterion("analysis", "6"), criterion("problem_solving", "5"),
    )  # fmt: skip
    stages = {
        "paper": judged("paper", "paper", "blind", "20", (criterion("paper", "20"),)),
        "competence": judged(
            "competence", "assessment", "open", "25",
            (criterion("managerial", "10"), criterion("sociocultural", "5"), criterion("technical", "10")),
        ),
        "interview": judged("interview", "interview", "open", "35", interview),
        "track_record": judged("track_record", "track_record", "open", "20", (criterion("track_record", "20"),)),
    }  # fmt: skip
    return Scheme(
        stages=tuple(stages[id] for id in pack.stages), formula=pack.name, rounding="half_up",
        ties=tuple(step.id for step in pack.ties), level="regional", goals=GOALS,
    )  # fmt: skip


def notice(vacancy: str, opens: dt.datetime, until: dt.datetime, scheme: Scheme | None = None) -> PublishVacancy:
    """The notice of a vacancy; `scheme` another than its own."""
    own = scheme or (head_scheme() if vacancy == HEAD else local_scheme())
    pack = packs.load(own.formula)
    post = POSTS[vacancy]
    return PublishVacancy(
        round=JPT if vacancy == HEAD else LOCAL,
        unit="dinkes",
        post=post,
        analysis=1,
        needs=(f"pauh.dinkes+{post}+2027",),
        formations=(Formation(kind=pack.kinds[0], seats=SEATS[vacancy], educations=("D3", "S1")),),
        requirements=(
            Requirement(id="S1", words="Ijazah sesuai jabatan", accepts=("ijazah",), documents=()),
            Requirement(id="S2", words="Sehat jasmani dan rohani", accepts=(), documents=()),
            Requirement(id="S3", words="STR atau izin yang masih berlaku", accepts=("str",), documents=()),
        ),
        pack=pack.name,
        pack_digest=pack.digest,
        scheme=own,
        timeline={"apply_from": opens, "until": until},
    )  # fmt: skip
