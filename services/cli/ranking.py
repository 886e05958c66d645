"""The ranking as a table or a file: a row per person, those outside the order too, with an empty rank."""

from __future__ import annotations

import csv
import os
import re
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from services.cli.comparison import HIRED
from services.cli.platform import Platform
from services.cli.vacancy_lookup import vacancy_named
from services.projections import queries
from services.projections.ranking import Row, Selection
from shared.events import NotFound
from shared.rules.pinned import pinned
from shared.runtime.rebuild import beside
from shared.runtime.subscription import Subscription

FIRST = ("row_id", "vacancy", "rank", "final_score", "status")
LAST = ("alias", "kind", "seats", "seats_from", "decided_by", "gpa", "shared_place", "as_of")
NOT_HIRED = "TL"
_FORMULA = ("=", "+", "-", "@", "\t")
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")


@contextmanager
def read_model(platform: Platform, as_of: int | None) -> Iterator[tuple[sa.Connection, int]]:
    """The ranking as it stands, or as the first `as_of` events of selection made it; with the size that it stands
    at."""
    ledger = platform.selection.ledger
    if as_of is None:
        reached = platform.ranking.catch_up(ledger)
        with platform.ranking.store.begin() as tx:
            yield tx, reached.size
        return
    if not 0 <= as_of <= ledger.size():
        raise NotFound(f"--as-of {as_of}: selection's ledger holds {ledger.size():,} events, so 0 to {ledger.size()}")
    with beside(platform.ranking.store) as (engine, _):
        earlier = Subscription(view=platform.ranking.view, store=engine)
        earlier.create()
        earlier.catch_up(ledger, until=as_of)
        with engine.begin() as tx:
            yield tx, as_of


def lines(platform: Platform, said: str | None, as_of: int | None) -> Iterator[dict[str, Any]]:
    """One line per candidacy of one vacancy, or of all, in order."""
    with read_model(platform, as_of) as (tx, size):
        wanted = queries.vacancies(tx) if said is None else [vacancy_named(tx, said)]
        for selection, rows, _ in queries.picture(tx, wanted):
            listed = is_listed(selection)
            numbers = platform.register.row_ids([row.application for row in rows]) if listed else {}
            known = [(numbers.get(row.application, row.alias), row) for row in rows]
            whole = queries.complete(selection, rows)
            for row_id, row in sorted(known, key=lambda pair: (*queries.in_order(pair[1])[:3], pair[0])):
                yield line(selection, row, row_id, size, whole)


def line(selection: Selection, row: Row, row_id: str, as_of: int, whole: bool) -> dict[str, Any]:
    """A row under the names of its columns; `rank` is empty outside the order, `status` until the marks are whole.
    Without an exam number the alias names it; what a panel marked stands under its stage."""
    seats = None if selection.seats is None or not row.kind else selection.seats.get(row.kind, 0)
    marks: dict[str, str] = {}
    listed = is_listed(selection)
    for stage in pinned(selection.pack).stages:
        own = row.marks.get(stage, {})
        marks |= own if listed else {f"{stage}.{part}": mark for part, mark in own.items()}
    return {
        "row_id": row_id,
        "vacancy": selection.vacancy,
        "rank": "" if row.place is None else row.place,
        "final_score": row.final or "",
        "status": status(row, seats if whole else None),
        **marks,
        "alias": row.alias,
        "kind": row.kind,
        "seats": "" if seats is None else seats,
        "seats_from": "" if seats is None else "list" if listed else "notice",
        "decided_by": row.decided_by or "",
        "gpa": row.facts.get("gpa", ""),
        "shared_place": "yes" if row.tied else "",
        "as_of": as_of,
    }


def is_listed(selection: Selection) -> bool:
    """Whether an official list brought it, whose rows have exam numbers; else intake handed it over."""
    return not selection.source.startswith("intake:")


def status(row: Row, seats: int | None) -> str:
    """The official code of who stands outside the order; P/L or TL inside it, where seats and all marks are known."""
    if row.outside is not None:
        return row.outside
    if row.place is None or seats is None:
        return ""
    return HIRED if row.hired else NOT_HIRED


def columns(every: Iterable[Mapping[str, Any]]) -> list[str]:
    """All columns that occur: the first five by name, the marks, the rest."""
    marks = dict.fromkeys(name for one in every for name in one if name not in FIRST + LAST)
    return [*FIRST, *marks, *LAST]


def write_csv(path: Path, every: list[dict[str, Any]]) -> None:
    """The lines as CSV (RFC 4180, UTF-8), whole or not at all, for its owner's eyes alone."""
    number, unfinished = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(number, "w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, columns(every), restval="", lineterminator="\n")
            writer.writeheader()
            writer.writerows({name: _cell(value) for name, value in one.items()} for one in every)
        Path(unfinished).replace(path)
    except BaseException:
        Path(unfinished).unlink()
        raise


def _cell(value: Any) -> Any:
    """What a spreadsheet would take for a formula is marked as text; numbers stay numbers."""
    if isinstance(value, str) and value.startswith(_FORMULA) and not _NUMBER.fullmatch(value):
        return f"'{value}"
    return value
