"""What an application that was sent means here: its documents are cited for ever, its draft has done its duty.

Both follow from intake's events and from nothing else, so a crash in between loses neither.
"""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from services.people.documents import documents
from services.people.drafts import drafts
from shared.events import Recorded, codec
from shared.events.intake import ApplicationSubmitted
from shared.runtime.service import View


def follow(tx: sa.Connection, batch: Sequence[Recorded]) -> None:
    """Two statements for the whole batch."""
    found = [event for event in map(codec.event_of, batch) if isinstance(event, ApplicationSubmitted)]
    cited = [{"one": one.file.id} for event in found for one in event.documents]
    if cited:
        tx.execute(sa.update(documents).where(documents.c.id == sa.bindparam("one")).values(cited=True), cited)
    if found:
        gone = sa.delete(drafts).where(
            drafts.c.person == sa.bindparam("whose"), drafts.c.about == sa.bindparam("vacancy")
        )
        tx.execute(gone, [{"whose": one.applicant, "vacancy": f"vacancy-{one.vacancy}"} for one in found])


SENT = View(name="sent", version=1, tables=(), apply=follow)
