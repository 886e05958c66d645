"""A notice's scheme of scoring in words: what is weighed how much, by whom, against which anchors, and who goes first
where two are equal. Names come from the rule pack that the notice pins; a code without one stays a code."""

from __future__ import annotations

from typing import Any

from services.intake.published import events_of, notice_of, shown
from services.intake.routes import Said
from shared.events import NotFound
from shared.ledger import Ledger
from shared.rules.errors import UnknownPack
from shared.rules.pinned import pinned
from shared.rules.shapes import Pack


class Part(Said):
    """A part of a stage: its maximum in points, or, in a stage that the notice composes of several (SKB), its
    percent of it."""

    id: str
    label: str
    points: str | None = None
    percent: str | None = None


class CriterionInWords(Said):
    """What a panel marks: `anchors` say what each mark means, the lowest first."""

    id: str
    words: str
    weight: str
    anchors: list[str]


class Stage(Said):
    """A stage: `weight` of 100, `max` in points, `sight` blind, open or cat. Either `parts` or `criteria`."""

    id: str
    label: str
    method: str
    sight: str
    weight: str
    max: str
    attendance: str
    parts: list[Part] | None = None
    criteria: list[CriterionInWords] | None = None
    floor: dict[str, str] | None = None
    cut: str | None = None
    aggregate: str | None = None
    panel: dict[str, int] | None = None
    questions: str | None = None


class Step(Said):
    """A step of the sum, or of the order of equals, by its article."""

    id: str
    label: str
    article: str | None = None


class SchemeInWords(Said):
    """The scheme as it was frozen before anybody applied. `ties` are asked in their order, the first difference
    decides."""

    vacancy: str
    pack: str
    pack_digest: str
    level: str
    rounding: str
    places: int | None = None
    stages: list[Stage]
    formula: list[Step]
    ties: list[Step]
    goals: list[str] | None = None
    as_of: int


def scheme(ledger: Ledger, vacancy: str, lang: str) -> SchemeInWords:
    """NotFound for a vacancy that an official list announces: its scheme is not ours."""
    size, records = ledger.size(), events_of(ledger, vacancy)
    notice = notice_of(records)
    if notice is None:
        raise NotFound(vacancy)
    data = next(shown(one) for one in records if one.type.endswith(".VacancyPublished.v1"))
    said, pack = data["scheme"], _pack(notice.pack_digest)
    ties = {} if pack is None else {step.id: step for step in pack.ties}
    steps = () if pack is None else pack.formula
    return SchemeInWords(
        vacancy=vacancy, pack=notice.pack, pack_digest=notice.pack_digest, level=said["level"],
        rounding=said["rounding"], places=None if pack is None else pack.places,
        stages=[_stage(one, pack, lang) for one in said["stages"]],
        formula=[Step(id=one.id, label=_label(pack, one.label, lang), article=one.article) for one in steps],
        ties=[
            Step(id=id, label=_label(pack, ties[id].label, lang), article=ties[id].article)
            if id in ties
            else Step(id=id, label=id)
            for id in said["ties"]
        ],
        goals=said.get("goals"), as_of=size,
    )  # fmt: skip


def _stage(said: dict[str, Any], pack: Pack | None, lang: str) -> Stage:
    known = None if pack is None else pack.stages.get(said["id"])
    unit = "points" if known is not None and (known.parts or known.weight is not None) else "percent"
    parts = [Part(id=id, label=_label(pack, id, lang), **{unit: value}) for id, value in said.get("parts", {}).items()]
    rest = {name: value for name, value in said.items() if name in Stage.model_fields and name != "parts"}
    label = said["id"] if known is None else known.label
    return Stage(**rest, label=_label(pack, label, lang), parts=parts or None)


def _label(pack: Pack | None, key: str, lang: str) -> str:
    found = None if pack is None else pack.labels.get(key)
    if found is None:
        return key
    return found.en if lang == "en" else found.id


def _pack(digest: str) -> Pack | None:
    """The pack, if this version of Merit has it."""
    try:
        return pinned(digest)
    except UnknownPack:
        return None
