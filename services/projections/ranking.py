"""The ranking as a read model: from scores, official codes and stated orders, by the pack that the selection is bound
to.

A batch is folded in memory; every vacancy that it touched is ranked once, and only rows that changed are written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, NamedTuple

import sqlalchemy as sa

from services.projections.tables import candidacies, orders, selections
from shared.events import Recorded, codec, streams
from shared.events.selection import RankingPublished, SelectionOpened, StageScored, TieDecided
from shared.ledger import sql
from shared.rules.marks import Candidacy
from shared.rules.pinned import pinned
from shared.rules.ranking import Ranking, rank
from shared.rules.shapes import Pack
from shared.runtime.service import View

Aliases = Callable[[str], Callable[[str], str]]  # vacancy -> application -> alias

NOTHING: Mapping[str, Any] = MappingProxyType({})
ROW = tuple(column.name for column in candidacies.columns)
SELECTION = tuple(column.name for column in selections.columns)


class Row(NamedTuple):
    """One candidacy: its marks as they stand, and where they put it. In the order of the table's columns."""

    vacancy: str
    application: str
    alias: str
    kind: str = ""
    marks: Mapping[str, Mapping[str, str]] = NOTHING
    facts: Mapping[str, str] = NOTHING
    positions: Mapping[str, int] = NOTHING
    outside: str | None = None
    final: str | None = None
    place: int | None = None
    hired: int = 0
    decided_by: str | None = None
    tied: int = 0


class Selection(NamedTuple):
    """What the ranking of a vacancy is bound to, and what has been published of it. In the order of the table's
    columns."""

    vacancy: str
    pack: str
    source: str
    roster: int
    seats: Mapping[str, int] | None
    opened: int
    inputs: int = 0
    changed: int = -1
    version: int = 0
    published: int | None = None
    root: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """An order of aliases that was stated: by age, or by a decision."""

    vacancy: str
    position: int
    n: int
    ground: str
    aliases: tuple[str, ...]


BY_AGE = "by_age"


@dataclass(slots=True)
class Picture:
    """The rows of the vacancies that a batch touches, in memory."""

    selections: dict[str, Selection]
    orders: dict[str, list[Order]]
    rows: dict[str, dict[str, Row]]


def ranking_view(aliases: Aliases) -> View:
    """The view, with the function that knows a vacancy's aliases; its key opens with the ranking."""

    def apply(tx: sa.Connection, batch: Sequence[Recorded]) -> None:
        touched = {
            streams.ident(one.stream) for one in batch if streams.category(one.stream) in ("selection", "candidate")
        }
        scored_now = {streams.ident(one.stream) for one in batch if streams.category(one.stream) == "candidate"}
        before = Picture(*load_procedures(tx, touched), load_rows(tx, scored_now))
        after = Picture(dict(before.selections), dict(before.orders), _copied(before.rows))
        unsettled = {streams.ident(one.stream) for one in batch if fold(after, one, aliases)}
        later = load_rows(tx, unsettled - scored_now)  # moved by a stated order alone
        before.rows |= later
        after.rows |= _copied(later)
        for vacancy in unsettled:
            settle(after, vacancy)
        save(tx, before, after)

    return View(name="ranking", version=1, tables=(selections, candidacies, orders), apply=apply)


def fold(picture: Picture, one: Recorded, aliases: Aliases) -> bool:
    """One event into the picture; whether it can move somebody."""
    vacancy = streams.ident(one.stream)
    match codec.event_of(one):
        case SelectionOpened() as event:
            picture.selections[vacancy] = Selection(
                vacancy=vacancy,
                pack=event.pack_digest,
                source=event.source,
                roster=event.roster.rows,
                seats=event.seats,
                opened=one.position,
            )
            return False
        case StageScored() as event:
            rows = picture.rows.setdefault(vacancy, {})
            application = streams.parts(one.stream)[1]
            found = rows.get(application) or Row(
                vacancy=vacancy, application=application, alias=aliases(vacancy)(application)
            )
            rows[application] = scored(found, event, one.position)
            _count(picture, vacancy, one.position)
        case TieDecided() as event:
            _state(picture, vacancy, one.position, event.how, [event.order])
            _count(picture, vacancy, one.position)
        case RankingPublished() as event:
            stated = picture.orders.get(vacancy, [])
            _state(picture, vacancy, one.position, BY_AGE, event.by_age)
            before = picture.selections[vacancy]
            picture.selections[vacancy] = before._replace(
                version=event.version, published=one.position, root=event.list.root
            )
            return picture.orders[vacancy] != stated
        case _:
            return False
    return True


def scored(row: Row, event: StageScored, position: int) -> Row:
    """The row with the marks of one stage."""
    facts = dict(event.facts or {})
    kind = facts.pop("kind", row.kind)
    parts = {part: codec.decimal(mark) for part, mark in (event.parts or {}).items()}
    return row._replace(
        kind=kind,
        marks={**row.marks, event.stage: parts},
        facts={**row.facts, **facts},
        positions={**row.positions, event.stage: position},
        outside=event.outside or row.outside,
    )


def settle(picture: Picture, vacancy: str) -> None:
    """Places of one vacancy, kind by kind."""
    selection, rows = picture.selections[vacancy], picture.rows.get(vacancy, {})
    pack = pinned(selection.pack)
    for kind in {row.kind for row in rows.values()}:
        mine = {row.alias: row for row in rows.values() if row.kind == kind}
        made = ranked(pack, mine.values(), seats_of(selection, kind), picture.orders.get(vacancy, ()))
        open_aliases = {alias for tie in made.open_ties for alias in tie}
        for key, final, place, hired, decided_by, _ in made.entries:
            row = mine[key]
            score = None if final is None else codec.decimal(final)
            stands = (score, place, int(hired), decided_by, int(key in open_aliases))
            if stands != row[8:]:
                rows[row.application] = Row(*row[:8], *stands)


def ranked(pack: Pack, rows: Iterable[Row], seats: int, stated: Sequence[Order]) -> Ranking:
    """The order of one kind of need, by the pack and the stated orders."""
    rivals = [Candidacy(key=row.alias, marks=row.marks, facts=row.facts, outside=row.outside) for row in rows]
    known = {rival.key for rival in rivals}
    by_age = [order.aliases for order in stated if order.ground == BY_AGE and known.issuperset(order.aliases)]
    decided = [order.aliases for order in stated if order.ground != BY_AGE and known.issuperset(order.aliases)]
    return rank(pack, rivals, seats, by_age=by_age, decided=decided)


def seats_of(selection: Selection, kind: str) -> int:
    """Seats of a kind; 0 where nobody said them."""
    return (selection.seats or {}).get(kind, 0)


def _count(picture: Picture, vacancy: str, position: int) -> None:
    before = picture.selections[vacancy]
    picture.selections[vacancy] = before._replace(inputs=before.inputs + 1, changed=position)


def _state(picture: Picture, vacancy: str, position: int, ground: str, stated: Iterable[tuple[str, ...]]) -> None:
    made = [
        Order(vacancy=vacancy, position=position, n=n, ground=ground, aliases=order) for n, order in enumerate(stated)
    ]
    kept = [order for order in picture.orders.get(vacancy, []) if ground != BY_AGE or order.ground != BY_AGE]
    picture.orders[vacancy] = [*kept, *made]


def load(tx: sa.Connection, vacancies: Iterable[str]) -> Picture:
    """All about these vacancies."""
    wanted = sorted(vacancies)
    return Picture(*load_procedures(tx, wanted), load_rows(tx, wanted))


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


def _copied(rows: Mapping[str, Mapping[str, Row]]) -> dict[str, dict[str, Row]]:
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
    sql.fill(tx, "ranking_selections", SELECTION, rows, _upsert(SELECTION, 1))
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
    sql.fill(tx, "ranking", ROW, lines, _upsert(ROW, 2))
    for vacancy, stated in after.orders.items():
        if stated != before.orders.get(vacancy, []):
            tx.execute(sa.delete(orders).where(orders.c.vacancy == vacancy))
            made = [(order.vacancy, order.position, order.n, order.ground, _text(order.aliases)) for order in stated]
            sql.fill(tx, "ranking_orders", ("vacancy", "position", "n", "ground", "aliases"), made)


def _text(value: Any) -> str | None:
    return None if value is None else codec.dumps(value).decode()


def _upsert(columns: Sequence[str], keys: int) -> str:
    named = ", ".join(f"{name} = excluded.{name}" for name in columns[keys:])
    return f"ON CONFLICT ({', '.join(columns[:keys])}) DO UPDATE SET {named}"
