"""The ranking as a read model: from scores, official codes and stated orders, by the pack that the selection is bound
to.

A batch is folded in memory; every vacancy that it touched is ranked once, and only rows that changed are written.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from services.projections.tables import candidacies, details, orders, selections, terms
from shared.events import Recorded, codec, streams
from shared.events.intake.schemes import Scheme
from shared.ledger import sql
from shared.runtime.marking import fold, reads_rows, scored
from shared.runtime.picture import BY_AGE, Aliases, Detail, Order, Picture, Row, Selection, Terms
from shared.runtime.places import ranked, seats_of, settle
from shared.runtime.service import View

__all__ = [
    "BY_AGE",
    "Aliases",
    "Order",
    "Picture",
    "Row",
    "Selection",
    "fold",
    "load",
    "load_procedures",
    "load_rows",
    "ranked",
    "ranking_view",
    "row_of",
    "save",
    "scored",
    "seats_of",
    "settle",
]

ROW = tuple(column.name for column in candidacies.columns)
SELECTION = tuple(column.name for column in selections.columns)
TERMS = tuple(column.name for column in terms.columns)
DETAIL = tuple(column.name for column in details.columns)


def ranking_view(aliases: Aliases) -> View:
    """The view, with the function that knows a vacancy's aliases; its key opens with the ranking."""

    def apply(tx: sa.Connection, batch: Sequence[Recorded]) -> None:
        mine = [one for one in batch if streams.category(one.stream) in ("selection", "candidate")]
        touched = {streams.ident(one.stream) for one in mine}
        scored_now = {
            streams.ident(one.stream)
            for one in mine
            if streams.category(one.stream) == "candidate" or reads_rows(codec.event_of(one))
        }
        before = Picture(
            *load_procedures(tx, touched), load_rows(tx, scored_now), load_terms(tx, touched),
            load_details(tx, scored_now),
        )  # fmt: skip
        after = Picture(
            dict(before.selections), dict(before.orders), _copied(before.rows), dict(before.terms),
            _copied(before.details),
        )  # fmt: skip
        unsettled = {streams.ident(one.stream) for one in mine if fold(after, one, aliases)}
        later = load_rows(tx, unsettled - scored_now)  # moved by a stated order alone
        before.rows |= later
        after.rows |= _copied(later)
        for vacancy in unsettled:
            settle(after, vacancy)
        save(tx, before, after)

    return View(
        name="ranking", version=1, tables=(selections, candidacies, orders, terms, details), apply=apply
    )  # fmt: skip


def load(tx: sa.Connection, vacancies: Iterable[str]) -> Picture:
    """All about these vacancies."""
    wanted = sorted(vacancies)
    return Picture(
        *load_procedures(tx, wanted), load_rows(tx, wanted), load_terms(tx, wanted), load_details(tx, wanted)
    )  # fmt: skip


def load_procedures(tx: sa.Connection, vacancies: Iterable[str]) -> tuple[dict[str, Selection], dict[str, list[Order]]]:
    """What these vacancies are bound to, and their stated orders."""
    wanted = sorted(vacancies)
    found: dict[str, Selection] = {}
    stated: dict[str, list[Order]] = {}
    for values in sql.gather(tx, SELECTION, "ranking_selections", "vacancy", wanted):
        seats = None if values[4] is None else codec.trusted(values[4])
        vacancy, pack, source, roster = values[:4]
        found[vacancy] = Selection(vacancy, pack, source, roster, seats, *values[5:])
    columns = ("vacancy", "position", "n", "ground", "aliases")
    for vacancy, position, n, ground, aliases in sorted(sql.gather(tx, columns, "ranking_orders", "vacancy", wanted)):
        made = Order(vacancy=vacancy, position=position, n=n, ground=ground, aliases=tuple(codec.trusted(aliases)))
        stated.setdefault(vacancy, []).append(made)
    return found, stated


def load_rows(tx: sa.Connection, vacancies: Iterable[str]) -> dict[str, dict[str, Row]]:
    """The candidacies of these vacancies, by vacancy and application."""
    found: dict[str, dict[str, Row]] = {}
    for values in sql.gather(tx, ROW, "ranking", "vacancy", sorted(vacancies)):
        row = row_of(values)
        found.setdefault(row.vacancy, {})[row.application] = row
    return found


def load_terms(tx: sa.Connection, vacancies: Iterable[str]) -> dict[str, Terms]:
    """What the notices of these vacancies say of their selections; lists that were scored elsewhere have none."""
    found = {}
    for vacancy, scheme, annulled, removed in sql.gather(tx, TERMS, "ranking_terms", "vacancy", sorted(vacancies)):
        read = None if scheme is None else codec.read(Scheme, scheme)
        found[vacancy] = Terms(vacancy, read, tuple(codec.trusted(annulled)), tuple(codec.trusted(removed)))
    return found


def load_details(tx: sa.Connection, vacancies: Iterable[str]) -> dict[str, dict[str, Detail]]:
    """Sheets and departures of these vacancies, by vacancy and application."""
    found: dict[str, dict[str, Detail]] = {}
    for values in sql.gather(tx, DETAIL, "ranking_details", "vacancy", sorted(vacancies)):
        vacancy, application, sheets, left, official = values
        made = Detail(vacancy, application, codec.trusted(sheets), codec.trusted(left), official)
        found.setdefault(vacancy, {})[application] = made
    return found


def _copied(rows: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    return {vacancy: dict(mine) for vacancy, mine in rows.items()}


def row_of(values: Sequence[Any]) -> Row:
    """A row from the table's columns."""
    marks, facts, positions = (codec.trusted(text) for text in values[4:7])
    vacancy, application, alias, kind = values[:4]
    return Row(vacancy, application, alias, kind, marks, facts, positions, *values[7:])


def save(tx: sa.Connection, before: Picture, after: Picture) -> None:
    """What changed, in one statement per table."""
    changed = [one for vacancy, one in after.selections.items() if before.selections.get(vacancy) != one]
    rows = [(*one[:4], _text(one.seats), *one[5:]) for one in changed]
    sql.fill(tx, "ranking_selections", SELECTION, rows, sql.replacing(SELECTION, 1))
    moved = [
        row
        for vacancy, mine in after.rows.items()
        for key, row in mine.items()
        if before.rows.get(vacancy, {}).get(key) is not row
    ]
    lines = [
        (*row[:4], _text(dict(row.marks)), _text(dict(row.facts)), _text(dict(row.positions)), *row[7:])
        for row in moved
    ]
    sql.fill(tx, "ranking", ROW, lines, sql.replacing(ROW, 2))
    _save_more(tx, before, after)
    for vacancy, stated in after.orders.items():
        if stated != before.orders.get(vacancy, []):
            tx.execute(sa.delete(orders).where(orders.c.vacancy == vacancy))
            made = [(order.vacancy, order.position, order.n, order.ground, _text(order.aliases)) for order in stated]
            sql.fill(tx, "ranking_orders", ("vacancy", "position", "n", "ground", "aliases"), made)


def _save_more(tx: sa.Connection, before: Picture, after: Picture) -> None:
    """What only selections have that are scored here."""
    said = [
        (one.vacancy, None if one.scheme is None else codec.body(one.scheme).decode(), _text(list(one.annulled)),
         _text(list(one.removed)))
        for vacancy, one in after.terms.items()
        if before.terms.get(vacancy) != one
    ]  # fmt: skip
    sql.fill(tx, "ranking_terms", TERMS, said, sql.replacing(TERMS, 1))
    made = [
        (*one[:2], _text({stage: dict(of) for stage, of in one.sheets.items()}), _text(dict(one.left)), one.official)
        for vacancy, mine in after.details.items()
        for application, one in mine.items()
        if before.details.get(vacancy, {}).get(application) is not one
    ]
    sql.fill(tx, "ranking_details", DETAIL, made, sql.replacing(DETAIL, 2))


def _text(value: Any) -> str | None:
    return None if value is None else codec.dumps(value).decode()
