"""A vacancy's notice, lawful under `cpns-2024`, and the facts that it stands on: what the tests of intake vary."""

import datetime as dt
from decimal import Decimal

from services.intake.facts import Post, Round
from services.intake.vacancies import PublishVacancy
from shared.events.intake import Formation, Requirement, Scheme, SchemeStage, VacancyPublished
from shared.rules import packs

PACK = packs.load("cpns-2024")
VACANCY, ROUND, NEED = "pauh.2027-014", "pauh.2027-1", "pauh.pkm-03+perawat+2027"
OK = "pauh.7c1e"


def at(*moment: int) -> dt.datetime:
    """An instant."""
    return dt.datetime(*moment, tzinfo=dt.UTC)  # type: ignore[arg-type,misc]


NOW = "2027-02-20T02:00:00.000000Z"
OPENS, UNTIL = at(2027, 3, 1, 1), at(2027, 3, 20, 17)  # 00:00 of 21 March in Jakarta
GENERAL = Formation(kind="general", seats=2, educations=("Ners",))
LICENCE = Requirement(id="r1", words="STR yang masih berlaku", accepts=("str",), documents=("str",))
HEALTH = Requirement(id="r2", words="Sehat jasmani dan rohani", accepts=(), documents=())
SKD = SchemeStage(
    id="skd", method="cat", sight="cat", weight=Decimal(40), max=Decimal(550), attendance="required",
    parts={"tiu": Decimal(175), "tkp": Decimal(225), "twk": Decimal(150)},
)  # fmt: skip
SKB = SchemeStage(
    id="skb", method="composed", sight="open", weight=Decimal(60), max=Decimal(100), attendance="required",
    parts={"cat": Decimal(60), "practice": Decimal(40)},
)  # fmt: skip
SCHEME = Scheme(
    stages=(SKD, SKB), formula="cpns-2024", rounding="half_up", ties=tuple(step.id for step in PACK.ties),
    level="regional",
)  # fmt: skip
PUBLISH = PublishVacancy(
    round=ROUND, unit="pkm-03", post="perawat", analysis=2, needs=(NEED,), formations=(GENERAL,),
    requirements=(LICENCE, HEALTH), pack="cpns-2024", pack_digest=PACK.digest, scheme=SCHEME,
    timeline={"apply_from": OPENS, "until": UNTIL}, key="c" * 64, id=VACANCY, at=NOW, ok=OK,
)  # fmt: skip
PUBLISHED = VacancyPublished(
    round=ROUND, unit="pkm-03", post="perawat", analysis=2, needs=(NEED,), formations=(GENERAL,),
    requirements=(LICENCE, HEALTH), pack="cpns-2024", pack_digest=PACK.digest, scheme=SCHEME,
    timeline={"apply_from": OPENS, "until": UNTIL}, key="c" * 64, ok=OK,
)  # fmt: skip
POST = Post(analysis=2, competences=("pelayanan",), fixed={NEED: 3})
OPEN = Round(kind="cpns", is_open=True)
