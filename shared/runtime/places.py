"""Places from marks: the order that a pack makes of a vacancy's candidacies, by the notice's terms and the stated
orders."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import cache
from typing import Final

from shared.events import codec
from shared.events.intake.schemes import Scheme, SchemeStage
from shared.rules import sheets
from shared.rules.marks import Candidacy
from shared.rules.pinned import pinned
from shared.rules.ranking import Entry, Ranking, rank
from shared.rules.scores import evaluate
from shared.rules.shapes import Component, Pack
from shared.runtime.picture import BY_AGE, REMOVED, Order, Picture, Row, Selection, Terms

FINAL: Final = "final"


def settle(picture: Picture, vacancy: str) -> None:
    """Places of one vacancy, kind by kind."""
    selection, rows = picture.selections[vacancy], picture.rows.get(vacancy, {})
    pack, terms = pinned(selection.pack), picture.terms_of(vacancy)
    for kind in {row.kind for row in rows.values()}:
        mine = {row.alias: row for row in rows.values() if row.kind == kind}
        made = ranked(pack, mine.values(), seats_of(selection, kind), picture.orders.get(vacancy, ()), terms)
        open_aliases = {alias for tie in made.open_ties for alias in tie}
        for key, final, place, hired, decided_by, _ in made.entries:
            row = mine[key]
            score = None if final is None else codec.decimal(final)
            stands = (score, place, int(hired), decided_by, int(key in open_aliases))
            if stands != row[8:]:
                rows[row.application] = Row(*row[:8], *stands)


def ranked(
    pack: Pack, rows: Iterable[Row], seats: int, stated: Sequence[Order], terms: Terms | None = None
) -> Ranking:  # fmt: skip
    """The order of one kind of need, by the pack, the notice's terms and the stated orders."""
    scheme = components_of(pack, terms.scheme if terms else None)
    annulled = terms.annulled if terms else ()
    pack, rows = counting(pack, list(rows), annulled)
    gone, rivals = [], []
    for row in rows:
        if row.outside == REMOVED:
            gone.append(Entry(row.alias, None, None, False, None, REMOVED))
        else:
            rivals.append(Candidacy(key=row.alias, marks=row.marks, facts=row.facts, outside=row.outside))
    known = {rival.key for rival in rivals}
    by_age = [order.aliases for order in stated if order.ground == BY_AGE and known.issuperset(order.aliases)]
    decided = [order.aliases for order in stated if order.ground != BY_AGE and known.issuperset(order.aliases)]
    made = rank(pack, rivals, seats, by_age=by_age, decided=decided, scheme=scheme)
    return replace(made, entries=(*made.entries, *gone)) if gone else made


def seats_of(selection: Selection, kind: str) -> int:
    """Seats of a kind; 0 where nobody said them."""
    return (selection.seats or {}).get(kind, 0)


def components_of(pack: Pack, scheme: Scheme | None) -> tuple[Component, ...]:
    """What a notice composes stages of, in its order; a stage of fixed parts has none, nor has an official list that
    was scored elsewhere. KeyError for a stage that the pack does not have: no lawful notice has it."""
    return tuple(one for stage in (scheme.stages if scheme else ()) for one in _of_stage(stage, pack))


def _of_stage(stage: SchemeStage, pack: Pack) -> tuple[Component, ...]:
    own = pack.stages[stage.id]
    if own.parts:
        return ()
    if own.weight is None and stage.criteria is None:  # SKB: parts are percents of the stage
        return tuple(
            Component(stage=stage.id, part=method, method=method, maximum=stage.max, weight=percent)
            for method, percent in (stage.parts or {}).items()
        )
    criteria = None if stage.criteria is None else {one.id: one.weight for one in stage.criteria}
    return sheets.components(stage.id, stage.parts, criteria, stage.weight)


@cache
def reduced(pack: Pack, annulled: tuple[str, ...]) -> Pack:
    """The pack without the minimums that what does not count makes unreachable: its own, and that of the final
    score."""
    stages = {one.partition(".")[0] for one in annulled}
    return replace(pack, minimums={one: of for one, of in pack.minimums.items() if one not in {*stages, FINAL}})


def counting(pack: Pack, rows: Sequence[Row], annulled: tuple[str, ...]) -> tuple[Pack, list[Row]]:
    """The pack and the rows without what does not count."""
    if not annulled:
        return pack, list(rows)
    return reduced(pack, annulled), [row._replace(marks=_without(row.marks, annulled)) for row in rows]


def _without(marks: Mapping[str, Mapping[str, str]], annulled: Iterable[str]) -> dict[str, Mapping[str, str]]:
    """An annulled stage counts 0 for everybody, so that the rest makes the order; a part likewise."""
    made = dict(marks)
    for one in annulled:
        stage, _, part = one.partition(".")
        made[stage] = {name: mark for name, mark in made.get(stage, {}).items() if part and name != part}
    return made


def stage_sums(pack: Pack, marks: Mapping[str, Mapping[str, str]], terms: Terms) -> dict[str, Decimal]:
    """What each stage adds to the final score, by stage; of somebody who has marks of every stage that counts."""
    counted = _without(marks, terms.annulled)
    total = evaluate(reduced(pack, terms.annulled), counted, components_of(pack, terms.scheme))
    values = {step.id: step.value for step in total.steps}
    return {
        stage: values[term] if term in values else sum((Decimal(mark) for mark in counted[term].values()), Decimal())
        for term, stage in _summands(pack)
    }


@cache
def _summands(pack: Pack) -> tuple[tuple[str, str], ...]:
    """The terms of the final sum, each with the stage that it comes from."""
    rules, found = {step.id: step for step in pack.formula}, []
    for term in pack.formula[-1].sources:
        stage = term
        while stage in rules:
            stage = rules[stage].sources[0]
        found.append((term, stage))
    return tuple(found)
