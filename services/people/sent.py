"""What an application that was sent means here: its documents are cited for ever, its draft has done its duty.

Both follow from intake's events and from nothing else, so a crash in between loses neither.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import sqlalchemy as sa

from shared.events import Recorded, codec
from shared.events.intake import ApplicationSubmitted
from shared.ledger import sql
from shared.runtime.service import View

CITED: Final = "UPDATE documents SET cited = TRUE WHERE id IN ({})"
GONE: Final = "DELETE FROM drafts WHERE (person, about) IN ({})"


def follow(tx: sa.Connection, batch: Sequence[Recorded]) -> None:
    """Two statements for the whole batch."""
    found = [event for event in map(codec.event_of, batch) if isinstance(event, ApplicationSubmitted)]
    sql.among(tx, CITED, [(one.file.id,) for event in found for one in event.documents])
    sql.among(tx, GONE, [(one.applicant, f"vacancy-{one.vacancy}") for one in found])


SENT = View(name="sent", version=1, tables=(), apply=follow)
