"""Rule packs for people: what a pack says, in the law's words."""

from __future__ import annotations

import sys

from services.cli import output
from shared.rules import packs
from shared.rules.shapes import FormulaStep, Pack


def listed(as_json: bool) -> int:
    """All packs, a line each."""
    every = [packs.load(name) for name in packs.names()]
    if as_json:
        output.as_json([{"name": p.name, "version": p.version, "digest": p.digest, "law": list(p.law)} for p in every])
        return output.OK
    for pack in every:
        output.say(f"{pack.name:<16} v{pack.version}  {pack.digest[:16]}…  {'; '.join(pack.law)}")
    return output.OK


def shown(name: str, as_json: bool, lang: str) -> int:
    """One pack: its rules by name, or its canonical bytes, whose SHA-256 is its digest."""
    pack = packs.load(name)
    if as_json:
        sys.stdout.buffer.write((packs.FOLDER / f"{name}.json").read_bytes())
        return output.OK
    for line in _lines(pack, lang):
        output.say(line)
    return output.OK


def _lines(pack: Pack, lang: str) -> list[str]:
    said = {"en": ("Stages", "Thresholds", "Cut", "Final score", "Order", "Status codes"), "id": ("Tahap", "Nilai ambang batas", "Batas", "Nilai akhir", "Urutan", "Kode status")}  # fmt: skip  # noqa: E501
    stages, floors, cuts, final, order, status = said[lang]
    made = [f"{pack.name} v{pack.version}  {pack.digest}", *(f"  {law}" for law in pack.law), "", stages]
    for stage in pack.stages:
        maxima = ", ".join(f"{part} 0–{limit}" for part, limit in pack.maxima(stage).items())
        made.append(f"  {_name(pack, stage, lang)} ({stage}): {maxima}")
    if pack.floors:
        made += ["", floors]
        for stage, kinds in pack.floors.items():
            for kind, floor in kinds.items():
                limits = [*(f"{part} >= {least}" for part, least in floor.parts.items())]
                if floor.total is not None:
                    limits.insert(0, f"total >= {floor.total}")
                made.append(f"  {stage}, {_name(pack, kind, lang)}: {', '.join(limits)}  ({floor.article})")
    if pack.cuts:
        made += ["", cuts]
        made += [
            f"  {stage}: {cut.factor} x, {' > '.join(cut.order)}  ({cut.article})" for stage, cut in pack.cuts.items()
        ]
    made += ["", final]
    made += [f"  {step.id} = {_computed(step)}  ({step.article})" for step in pack.formula]
    made.append("  " + ROUNDED[lang].format(places=pack.places))
    made += ["", order]
    made += [f"  {n}. {_name(pack, tie.label, lang)}  ({tie.article})" for n, tie in enumerate(pack.ties, 1)]
    made += ["", status]
    for rule in pack.statuses[pack.listing]:
        made.append(f"  {rule.code:<8} {rule.meaning.id if lang == 'id' else rule.meaning.en}")
    return made


ROUNDED = {
    "en": "each step rounded half-up to {places} decimals",
    "id": "tiap tahap dibulatkan ke atas mulai setengah, {places} desimal",
}


def _computed(step: FormulaStep) -> str:
    """A step as a sum that a person can follow."""
    match step.op:
        case "scale":
            return f"{' + '.join(step.sources)} / {step.over} * {step.times}"
        case "weigh":
            return f"{' + '.join(step.sources)} * {step.by}"
    return " + ".join(step.sources)


def _name(pack: Pack, key: str, lang: str) -> str:
    label = pack.labels.get(key)
    return key if label is None else (label.id if lang == "id" else label.en)
