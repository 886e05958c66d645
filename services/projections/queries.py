"""Questions to the ranking: vacancies, rows, what waits for publication."""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa

from services.projections.ranking import Order, Picture, Row, Selection, load, load_procedures
from services.projections.tables import candidacies, selections
from shared.rules.pinned import pinned

PAGE = 500


def vacancies(tx: sa.Connection, ending: str = "") -> list[str]:
    """Vacancies in order; those whose id is, or ends with a dot and, `ending`."""
    chosen = sa.select(selections.c.vacancy).order_by(selections.c.vacancy)
    found = list(tx.execute(chosen).scalars())
    return [one for one in found if not ending or one == ending or one.endswith("." + ending)]


def picture(tx: sa.Connection, wanted: list[str]) -> Iterator[tuple[Selection, list[Row], list[Order]]]:
    """Selection, rows in order of their places, stated orders; a page of vacancies at a time."""
    for start in range(0, len(wanted), PAGE):
        part: Picture = load(tx, wanted[start : start + PAGE])
        for vacancy in wanted[start : start + PAGE]:
            if vacancy not in part.selections:
                continue
            rows = sorted(part.rows.get(vacancy, {}).values(), key=in_order)
            yield part.selections[vacancy], rows, part.orders.get(vacancy, [])


def sources(tx: sa.Connection, wanted: list[str]) -> dict[str, str]:
    """Which list, or which event of intake, each of these vacancies was opened from; unopened ones are left out."""
    found, _ = load_procedures(tx, wanted)
    return {vacancy: selection.source for vacancy, selection in found.items()}


def complete(selection: Selection, rows: list[Row]) -> bool:
    """Whether everybody on the roster has every stage: before that, nobody is inside or outside the seats. Where a
    panel judges, whoever is left behind at a line has no later mark: there the publication says so."""
    if selection.source.startswith("intake:"):
        return selection.published is not None and selection.published > selection.changed
    stages = pinned(selection.pack).stages.keys()
    return len(rows) == selection.roster and all(row.marks.keys() >= stages for row in rows)


def in_order(row: Row) -> tuple[str, bool, int, str]:
    """By kind, then place, those outside behind, by alias."""
    return row.kind, row.place is None, row.place or 0, row.alias


def unpublished(tx: sa.Connection, source: str) -> Iterator[tuple[Selection, list[Row], list[Order]]]:
    """Selections of an import whose last score or decided tie is newer than their last ranking."""
    behind = selections.c.published.is_(None) | (selections.c.published < selections.c.changed)
    chosen = sa.select(selections.c.vacancy).where(selections.c.source == source, behind)
    return picture(tx, sorted(tx.execute(chosen).scalars()))


def counted(tx: sa.Connection, source: str) -> dict[str, int]:
    """Of one import: vacancies, candidacies, those in the order, those inside the seats, rankings published, and
    waiting."""
    mine = sa.select(selections.c.vacancy).where(selections.c.source == source)
    rows = candidacies.c
    total, placed, hired = tx.execute(
        sa.select(sa.func.count(), sa.func.count(rows.place), sa.func.coalesce(sa.func.sum(rows.hired), 0)).where(
            rows.vacancy.in_(mine)
        )
    ).one()
    number, published = tx.execute(
        sa.select(sa.func.count(), sa.func.count(selections.c.published)).where(selections.c.source == source)
    ).one()
    found = {"vacancies": number, "candidacies": total, "in_order": placed, "hired": hired, "published": published}
    return {name: int(value) for name, value in found.items()} | {"open": int(number - published)}
