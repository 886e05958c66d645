"""Rule packs for people: what a pack says, in the law's words."""

from __future__ import annotations

import sys

from services.cli import output
from shared.rules import packs
from shared.rules.shapes import FormulaStep, Pack, Stage


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
    words = WORDS[lang]
    made = [f"{pack.name} v{pack.version}  {pack.digest}", *(f"  {law}" for law in pack.law), "", words["stages"]]
    for stage in pack.stages.values():
        made += _stage(pack, stage, lang)
    for name, block in (("floors", _floors(pack, lang)), ("cuts", _cuts(pack)), ("panel", _panel(pack, lang))):
        made += ["", words[name], *block] if block else []
    made += ["", words["final"]]
    made += [f"  {step.id} = {_computed(pack, step)}  ({step.article})" for step in pack.formula]
    made.append("  " + ROUNDED[lang].format(places=pack.places))
    made += ["", words["order"]]
    made += [f"  {n}. {_name(pack, tie.label, lang)}  ({tie.article})" for n, tie in enumerate(pack.ties, 1)]
    made += ["", words["status"]]
    for rule in pack.statuses[pack.listing]:
        made.append(f"  {rule.code:<8} {rule.meaning.id if lang == 'id' else rule.meaning.en}")
    return made


def _stage(pack: Pack, stage: Stage, lang: str) -> list[str]:
    """A stage with its maxima; where it has a weight of 100, with its methods and criteria instead."""
    name = f"  {_name(pack, stage.label, lang)} ({stage.id})"
    if stage.weight is None:
        return [f"{name}: {', '.join(f'{part} 0–{limit}' for part, limit in pack.maxima(stage.id).items())}"]
    methods = ", ".join(
        _name(pack, one, lang) + ("" if sight == one else f" ({_name(pack, sight, lang)})")
        for one, sight in stage.methods.items()
    )
    criteria = ", ".join(f"{_name(pack, one, lang)} {weight}" for one, weight in stage.criteria.items())
    made = [f"{name}, {stage.weight} / 100: {methods}"]
    return [*made, f"    {criteria or WORDS[lang]['most'].format(most=stage.most)}"]


def _floors(pack: Pack, lang: str) -> list[str]:
    made = []
    for stage, kinds in pack.floors.items():
        for kind, floor in kinds.items():
            limits = [*(f"{part} >= {least}" for part, least in floor.parts.items())]
            if floor.total is not None:
                limits.insert(0, f"total >= {floor.total}")
            made.append(f"  {stage}, {_name(pack, kind, lang)}: {', '.join(limits)}  ({floor.article})")
    made += [f"  {name} >= {one.least}, {one.code}  ({one.article})" for name, one in pack.minimums.items()]
    return made


def _cuts(pack: Pack) -> list[str]:
    return [f"  {stage}: {cut.factor} x, {' > '.join(cut.order)}  ({cut.article})" for stage, cut in pack.cuts.items()]


def _panel(pack: Pack, lang: str) -> list[str]:
    """Who marks, how sheets are put together, and the words that goals may not hold."""
    made, words = [], WORDS[lang]
    if pack.panel is not None:
        sizes, outside = " / ".join(map(str, pack.panel.sizes)), (_name(pack, one, lang) for one in pack.panel.outside)
        made.append("  " + words["seats"].format(sizes=sizes, internal=pack.panel.internal, outside=", ".join(outside)))
        made[-1] += f"  ({pack.panel.article})"
        made.append("  " + words["sheets"].format(sheets=pack.panel.sheets))
    if pack.aggregates:
        made.append("  " + " / ".join(_name(pack, one, lang) for one in pack.aggregates))
    if pack.goals is not None:
        said = {"least": pack.goals.least, "most": pack.goals.most, "words": ", ".join(pack.goals.words)}
        criterion = _name(pack, pack.goals.criterion, lang)
        made.append(f"  {criterion}: {words['goals'].format(**said)}  ({pack.goals.article})")
    return made


WORDS = {
    "en": {
        "stages": "Stages",
        "floors": "Thresholds",
        "cuts": "Cut",
        "panel": "Panel",
        "final": "Final score",
        "order": "Order",
        "status": "Status codes",
        "most": "at most {most} criteria, as the notice says",
        "seats": "{sizes} seats, at most {internal} % internal, one or more each: {outside}",
        "sheets": "a result needs {sheets} sheets, one or more of each outside kind",
        "goals": "{least} to {most} goals of the region's plan are quoted, every anchor cites one; no word of: {words}",
    },
    "id": {
        "stages": "Tahap",
        "floors": "Nilai ambang batas",
        "cuts": "Batas",
        "panel": "Panel",
        "final": "Nilai akhir",
        "order": "Urutan",
        "status": "Kode status",
        "most": "paling banyak {most} kriteria, menurut pengumuman",
        "seats": "{sizes} orang, internal paling banyak {internal} %, masing-masing sedikitnya satu: {outside}",
        "sheets": "hasil memerlukan {sheets} lembar nilai, sedikitnya satu dari tiap unsur luar",
        "goals": "{least} sampai {most} sasaran RPJMD dikutip, tiap jangkar mengutip satu; tanpa kata: {words}",
    },
}

ROUNDED = {
    "en": "each step rounded half-up to {places} decimals",
    "id": "tiap tahap dibulatkan ke atas mulai setengah, {places} desimal",
}


def _computed(pack: Pack, step: FormulaStep) -> str:
    """A step as a sum that a person can follow."""
    match step.op:
        case "compose" if pack.stages[step.sources[0]].weight is not None:
            return "sum of (points / max * 100) * weight / 100"
        case "scale":
            return f"{' + '.join(step.sources)} / {step.over} * {step.times}"
        case "weigh":
            return f"{' + '.join(step.sources)} * {step.by}"
    return " + ".join(step.sources)


def _name(pack: Pack, key: str, lang: str) -> str:
    label = pack.labels.get(key)
    return key if label is None else (label.id if lang == "id" else label.en)
