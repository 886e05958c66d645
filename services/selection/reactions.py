"""What events lead to in selection: the opening of a stage scores its candidates, one by one; an application that is
withdrawn after the handover leaves its selection."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from typing import Final

import sqlalchemy as sa

from services.selection import handover
from services.selection import marked_tables as tables
from services.selection.objections import WithdrawCandidate
from services.selection.sealing import OpenSheets
from shared.events import Recorded, codec, streams
from shared.events.intake import ApplicationWithdrawn
from shared.events.selection import ScoresOpened
from shared.runtime.reactions import Do, Reaction


def score_after_opening(tx: sa.Connection, one: Recorded) -> list[tuple[str, OpenSheets]]:
    """(stream, command) for everybody with a seal in the stage whose scores were opened; in no order: in the order of
    the ledger a leaf would tell whose it is."""
    event = codec.event_of(one)
    if not isinstance(event, ScoresOpened):
        return []
    vacancy = streams.ident(one.stream)
    sealed = sorted({application for application, _, _ in tables.seals_of(tx, vacancy, event.stage)})
    random.Random(one.leaf).shuffle(sealed)  # noqa: S311  the same order for whoever sends it again
    return [(f"candidate-{vacancy}+{application}", OpenSheets(stage=event.stage)) for application in sealed]


def _react(tx: sa.Connection, batch: Sequence[Recorded]) -> Iterable[Do]:
    return [Do(stream, command, one.position) for one in batch for stream, command in score_after_opening(tx, one)]


def withdraw_what_was_handed(tx: sa.Connection, batch: Sequence[Recorded]) -> list[Do]:
    """The withdrawal crossed the handover: it is the candidacy's, too. Who did not meet the requirements, and who left
    before the handover, stands on no roster. What was handed over is told by the view that follows the same events."""
    happened = {
        streams.ident(one.stream): (one, event)
        for one in batch
        if isinstance(event := codec.event_of(one), ApplicationWithdrawn)
    }
    rows = [row for row in handover.of(tx, list(happened)).values() if row.state == "withdrawn"]
    marked = tables.known(tx, {row.vacancy for row in rows})
    return [
        Do(
            f"candidate-{row.vacancy}+{row.application.partition('.')[2]}",
            WithdrawCandidate(reason=happened[row.application][1].reason),
            happened[row.application][0].position,
        )
        for row in sorted(rows, key=lambda row: row.since)
        if row.vacancy in marked
    ]


OPENING: Final = Reaction(name="opening", source="selection", react=_react)
CROSSING: Final = Reaction(name="crossing", source="intake", react=withdraw_what_was_handed)
