"""An official list beside what its events make of it: a list that contradicts itself or the law is told row by row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from services.cli.lists import ResultRow
from services.cli.platform import Platform
from services.projections import queries
from services.projections.ranking import Row, Selection

HIRED = "P/L"  # the one code that says: inside the seats of this formation


def differences(
    platform: Platform, rows: Sequence[ResultRow], vacancies: Mapping[int, str], applications: Mapping[int, str]
) -> Iterator[tuple[ResultRow, str]]:
    """Each row whose printed final score, place or status is not the computed one, with the code that says which.

    Only vacancies whose marks are all in and whose ranking is published are compared. Places are compared among those
    who stand in the order, for some lists count others between them.
    """
    by_application = {applications[row.row]: row for row in rows}
    with platform.ranking.store.begin() as tx:
        for selection, made, _ in queries.picture(tx, sorted(set(vacancies.values()))):
            if selection.published is not None and queries.complete(selection, made):
                pairs = [(by_application[one.application], one) for one in made if one.application in by_application]
                yield from _of_vacancy(selection, pairs)


def _of_vacancy(selection: Selection, pairs: Sequence[tuple[ResultRow, Row]]) -> Iterator[tuple[ResultRow, str]]:
    for printed, made in pairs:
        if (
            printed.printed_final is not None
            and made.final is not None
            and printed.printed_final != Decimal(made.final)
        ):
            yield printed, "list.final_differs"
        if made.place is not None and selection.seats is not None and (printed.code == HIRED) != bool(made.hired):
            yield printed, "list.status_differs"
    for kind in {made.kind for _, made in pairs}:
        yield from _places([(printed, made) for printed, made in pairs if made.kind == kind])


def _places(pairs: Sequence[tuple[ResultRow, Row]]) -> Iterator[tuple[ResultRow, str]]:
    placed = [(printed, made) for printed, made in pairs if made.place is not None and printed.order is not None]
    orders = [printed.order for printed, _ in placed]
    for printed, made in placed:
        before = sum(order < printed.order for order in orders if order is not None and printed.order is not None)
        if (before + 1 != made.place and not made.tied) or orders.count(printed.order) > 1:
            yield printed, "list.place_differs"
