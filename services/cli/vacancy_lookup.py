"""From what a person types to one vacancy."""

from __future__ import annotations

import sqlalchemy as sa

from services.projections import queries
from shared.events import NotFound


def vacancy_named(tx: sa.Connection, said: str) -> str:
    """The vacancy whose id is this, or ends with it behind the dot; NotFound says what is near, or which ones are
    meant."""
    found = queries.vacancies(tx, said)
    if len(found) == 1:
        return found[0]
    if found:
        raise NotFound(f"{said!r} may be {', '.join(found[:5])}: name one of them")
    every = queries.vacancies(tx)
    if not every:
        raise NotFound(
            "no selection in this data folder: import results first (merit import results FILE --scheme PACK)"
        )
    raise NotFound(f"no vacancy {said!r}; there are {len(every):,}, from {every[0]} to {every[-1]}")
