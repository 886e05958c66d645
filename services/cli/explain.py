"""Why somebody stands where they stand: the sum as it was computed, the neighbours, the step that decided, the law, the
events."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.cli import output
from services.cli.platform import Platform
from services.cli.ranking import is_listed, read_model
from services.cli.vacancy_lookup import vacancy_named
from services.projections import queries
from services.projections.ranking import Order, Row, Selection, load_terms
from shared.events import NotFound
from shared.rules.decisions import compare
from shared.rules.marks import Candidacy
from shared.rules.pinned import pinned
from shared.rules.scores import evaluate
from shared.rules.shapes import Component, Pack
from shared.runtime.places import components_of, counting


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """All that `text` and `--json` say."""

    selection: Selection
    pack: Pack
    scheme: tuple[Component, ...]  # what the notice composes stages of
    row: Row
    of: int
    above: Row | None
    below: Row | None
    orders: Sequence[Order]
    whole: bool  # everybody's marks are in
    as_of: int


def explained(platform: Platform, said: str, place: int, kind: str | None, as_of: int | None) -> Explained:
    """The picture around one place; NotFound if nobody stands there."""
    with read_model(platform, as_of) as (tx, size):
        vacancy = vacancy_named(tx, said)
        selection, rows, orders = next(iter(queries.picture(tx, [vacancy])))
        terms = load_terms(tx, [vacancy]).get(vacancy)
    pack, is_ours = pinned(selection.pack), terms is not None and selection.published is not None
    whole = is_ours or queries.complete(selection, rows)  # who is absent here never has all marks
    scheme = components_of(pack, terms.scheme if terms else None)
    pack, rows = counting(pack, rows, terms.annulled if terms else ())
    placed = [row for row in rows if row.place is not None]
    kinds = sorted({row.kind for row in placed})
    if kind is None and len(kinds) > 1:
        raise NotFound(f"{vacancy} has several kinds of need: add --kind {' or --kind '.join(kinds)}")
    order = [row for row in placed if kind in (None, row.kind)]
    found = [n for n, row in enumerate(order) if row.place == place]
    if not found:
        raise NotFound(f"nobody stands at place {place} of {vacancy}; its order has {len(order)} places")
    n = found[0]
    return Explained(
        selection=selection,
        pack=pack,
        scheme=scheme,
        row=order[n],
        of=len(order),
        above=order[n - 1] if n else None,
        below=order[n + 1] if n + 1 < len(order) else None,
        orders=orders,
        whole=whole,
        as_of=size,
    )


def as_value(one: Explained, lang: str) -> dict[str, Any]:
    """The explanation for programs."""
    row, pack = one.row, one.pack
    return {
        "vacancy": one.selection.vacancy,
        "kind": row.kind,
        "kind_name": _label(pack, row.kind, lang),
        "seats": one.selection.seats,
        "seats_from": "list" if one.selection.seats is not None else None,
        "place": row.place,
        "of": one.of,
        "alias": row.alias,
        "hired": bool(row.hired) if one.whole else None,
        "final": row.final,
        "steps": _steps(one, lang),
        "above": _neighbour(one, one.above, row, lang, row.decided_by),
        "below": _neighbour(one, row, one.below, lang, one.below.decided_by if one.below else None),
        "rules": {"pack": pack.name, "version": pack.version, "digest": pack.digest, "law": list(pack.law)},
        "events": {
            "opened": f"selection:{one.selection.opened}",
            "scores": {stage: f"selection:{row.positions[stage]}" for stage in pack.stages if stage in row.positions},
            "stages": {stage: _label(pack, stage, lang) for stage in pack.stages},
            "published": None if one.selection.published is None else f"selection:{one.selection.published}",
            "version": one.selection.version,
            "orders": {f"selection:{order.position}": order.ground for order in one.orders},
        },
        "as_of": one.as_of,
    }


def _steps(one: Explained, lang: str) -> list[dict[str, str]]:
    pack, total = one.pack, evaluate(one.pack, one.row.marks, one.scheme)
    return [
        {
            "id": step.id,
            "label": _label(pack, step.label, lang),
            "expression": step.text,
            "value": str(step.value),
            "article": _cited(step.article, lang),
        }
        for step in total.steps
    ]


def _neighbour(
    one: Explained, upper: Row | None, lower: Row | None, lang: str, step: str | None
) -> dict[str, Any] | None:
    """The two rows' difference, from the lower one's view: the step that set it behind the upper one."""
    if upper is None or lower is None:
        return None
    value: dict[str, Any] = {
        "upper": {"place": upper.place, "alias": upper.alias, "final": upper.final},
        "lower": {"place": lower.place, "alias": lower.alias, "final": lower.final},
    }
    if step is None:
        return value | {"decided_by": None}
    pack, why = one.pack, compare(one.pack, _candidacy(upper), _candidacy(lower), step, one.scheme)
    return value | {
        "decided_by": why.step,
        "label": _label(pack, why.label, lang),
        "article": _cited(why.article, lang),
        "values": None if why.upper is None else [str(why.upper), str(why.lower)],
        "equal_before": [_label(pack, pack.tie(name).label, lang) for name in why.before],
    }


def _candidacy(row: Row) -> Candidacy:
    return Candidacy(key=row.alias, marks=row.marks, facts=row.facts, outside=row.outside)


def _label(pack: Pack, key: str, lang: str) -> str:
    found = pack.labels.get(key)
    return key if found is None else (found.id if lang == "id" else found.en)


def _cited(article: str, lang: str) -> str:
    """Articles as each language names them."""
    return article.replace(" art. ", " pasal ") if lang == "id" else article


WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "head": "Place {place} of {of}, vacancy {vacancy}, kind of need {kind_name}: alias {alias}",
        "inside": "Inside the {seats} seats (taken from the official list).",
        "outside": "Outside the {seats} seats (taken from the official list).",
        "inside_notice": "Inside the {seats} seats of the notice.",
        "outside_notice": "Outside the {seats} seats of the notice.",
        "unknown": "The list does not say how many seats there are.",
        "unfinished": "Not all marks of this vacancy were in yet: nobody was inside or outside the seats.",
        "sum": "The sum, rounded half-up to three decimals in steps",
        "above": "One place above",
        "below": "One place below",
        "first": "Nobody stands above.",
        "last": "Nobody stands below.",
        "equal": "equal on: {names}",
        "decided": "decided by {label}: {upper} > {lower}",
        "stated": "decided by {label}, as stated in the events",
        "open": "a tie that nothing has decided: both share the place",
        "rules": "Rules",
        "events": "Events",
        "opened": "selection opened",
        "score": "score of {stage}",
        "published": "ranking published, version {version}",
        "not_published": "No ranking is published yet.",
        "order": "order stated ({ground})",
        "as_of": "As of the first {as_of} events of selection.",
    },
    "id": {
        "head": "Peringkat {place} dari {of}, lowongan {vacancy}, jenis kebutuhan {kind_name}: nama samaran {alias}",
        "inside": "Masuk dalam {seats} formasi (diambil dari daftar resmi).",
        "outside": "Di luar {seats} formasi (diambil dari daftar resmi).",
        "inside_notice": "Masuk dalam {seats} formasi menurut pengumuman.",
        "outside_notice": "Di luar {seats} formasi menurut pengumuman.",
        "unknown": "Daftar tidak menyebut jumlah formasi.",
        "unfinished": "Belum semua nilai lowongan ini masuk: belum ada yang di dalam atau di luar formasi.",
        "sum": "Perhitungan, dibulatkan ke atas mulai setengah, tiga desimal, tahap demi tahap",
        "above": "Satu peringkat di atas",
        "below": "Satu peringkat di bawah",
        "first": "Tidak ada yang di atas.",
        "last": "Tidak ada yang di bawah.",
        "equal": "sama pada: {names}",
        "decided": "ditentukan oleh {label}: {upper} > {lower}",
        "stated": "ditentukan oleh {label}, sebagaimana dinyatakan dalam peristiwa",
        "open": "nilai sama yang belum diputuskan: keduanya berbagi peringkat",
        "rules": "Aturan",
        "events": "Peristiwa",
        "opened": "seleksi dibuka",
        "score": "nilai {stage}",
        "published": "peringkat diumumkan, versi {version}",
        "not_published": "Belum ada peringkat yang diumumkan.",
        "order": "urutan dinyatakan ({ground})",
        "as_of": "Menurut {as_of} peristiwa pertama pada seleksi.",
    },
}


def text(one: Explained, lang: str) -> str:
    """The explanation for people."""
    value, words = as_value(one, lang), WORDS[lang]
    seats = None if value["seats"] is None else value["seats"].get(value["kind"], 0)
    where = ("inside" if value["hired"] else "outside") + ("" if is_listed(one.selection) else "_notice")
    said = words["unknown"] if seats is None else words[where].format(seats=seats)
    said = said if one.whole else words["unfinished"]
    wide = max(len(step["label"]) for step in value["steps"])
    long = max(len(step["expression"]) for step in value["steps"])
    return "\n".join(
        [
            words["head"].format(**value),
            said,
            "",
            words["sum"] + ":",
            *(f"  {step['label']:<{wide}}  {step['expression']:<{long}} = {step['value']}" for step in value["steps"]),
            f"  ({'; '.join(dict.fromkeys(step['article'] for step in value['steps'] if step['article']))})",
            "",
            *_side(words, "above", "first", value["above"], "upper"),
            *_side(words, "below", "last", value["below"], "lower"),
            "",
            f"{words['rules']}: {value['rules']['pack']} v{value['rules']['version']}, {value['rules']['digest']}",
            *(f"  {law}" for law in value["rules"]["law"]),
            "",
            f"{words['events']}:",
            *_events(words, value["events"]),
            words["as_of"].format(as_of=output.number(value["as_of"], lang)),
        ]
    )


def _side(words: Mapping[str, str], name: str, nobody: str, found: dict[str, Any] | None, which: str) -> list[str]:
    if found is None:
        return [words[nobody]]
    other = found[which]
    made = [f"{words[name]}: {other['place']}. {other['alias']}  {other['final']}"]
    if found["decided_by"] is None:
        return [*made, f"  {words['open']}"]
    if found["equal_before"]:
        made.append("  " + words["equal"].format(names=", ".join(found["equal_before"])))
    if found["values"] is None:
        made.append("  " + words["stated"].format(label=found["label"]))
    else:
        upper, lower = found["values"]
        made.append("  " + words["decided"].format(label=found["label"], upper=upper, lower=lower))
    return [*made, f"  ({found['article']})"]


def _events(words: Mapping[str, str], events: dict[str, Any]) -> list[str]:
    made = [f"  {events['opened']}  {words['opened']}"]
    named = events["stages"]
    made += [f"  {position}  {words['score'].format(stage=named[it])}" for it, position in events["scores"].items()]
    made += [f"  {position}  {words['order'].format(ground=ground)}" for position, ground in events["orders"].items()]
    if events["published"] is None:
        return [*made, f"  {words['not_published']}"]
    return [*made, f"  {events['published']}  {words['published'].format(version=events['version'])}"]
