"""From places to a publication: computed beside the lock, checked under it (architecture 4, heavy results)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from services.selection.opening import OpenSelection
from services.selection.selections import PublishRanking
from shared.events import codec
from shared.events.platform import ListDigest
from shared.events.selection import RankedRow
from shared.ledger.merkle import HEAD, list_digest
from shared.rules.scores import evaluate
from shared.rules.shapes import Component, Pack

Marks = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """One row in the order, with the marks that its score is the sum of."""

    place: int
    alias: str
    kind: str
    marks: Marks


def publication(
    pack: Pack,
    rows: Iterable[Placed],
    *,
    ground: str,
    as_of: int,
    inputs: int,
    by_age: Sequence[tuple[str, ...]],
    open_ties: int,
) -> PublishRanking:
    """The command that publishes these places. The list is committed by alias; the first places stand in the event
    itself."""
    list_, head = placed(pack, rows)
    return PublishRanking(
        ground=ground, as_of=as_of, inputs=inputs, list=list_, head=head, by_age=tuple(by_age), open_ties=open_ties
    )


def placed(
    pack: Pack, rows: Iterable[Placed], scheme: tuple[Component, ...] = ()
) -> tuple[ListDigest, tuple[RankedRow, ...]]:
    """The list of these places, by alias, and its head, by place; `scheme`: the notice's components."""
    made = [_row(pack, row, scheme) for row in sorted(rows, key=lambda row: (row.kind, row.place, row.alias))]
    lines = [
        {
            "alias": row.alias,
            "final": codec.decimal(row.final),
            "kind": row.kind,
            "place": row.place,
            "stages": {stage: codec.decimal(value) for stage, value in row.stages.items()},
        }
        for row in sorted(made, key=lambda row: row.alias)
    ]
    return list_digest(lines, head=0), tuple(made[:HEAD])


def handover(
    pack: Pack, scheme: str, aliases: Iterable[str], *, source: str, seats: Mapping[str, int] | None
) -> OpenSelection:
    """The command that opens a selection over a roster of aliases."""
    roster = list_digest([{"alias": alias} for alias in sorted(aliases)])
    return OpenSelection(scheme=scheme, pack_digest=pack.digest, roster=roster, source=source, seats=seats)


def _row(pack: Pack, row: Placed, scheme: tuple[Component, ...]) -> RankedRow:
    total = evaluate(pack, row.marks, scheme)
    values = {step.id: step.value for step in total.steps}
    stages = {
        stage: values[term] if term in values else sum((Decimal(mark) for mark in row.marks[term].values()), Decimal())
        for term, stage in _terms(pack)
    }
    return RankedRow(place=row.place, alias=row.alias, kind=row.kind, stages=stages, final=total.final)


@cache
def _terms(pack: Pack) -> tuple[tuple[str, str], ...]:
    """The terms of the final sum, each with the stage that it comes from."""
    rules = {step.id: step for step in pack.formula}
    found = []
    for term in pack.formula[-1].sources:
        stage = term
        while stage in rules:
            stage = rules[stage].sources[0]
        found.append((term, stage))
    return tuple(found)
