"""Sealed sheets, encrypted beside the ledger, in the transaction of their seals: no event can rebuild them, and nobody
reads one before the scores of its stage are open.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import sqlalchemy as sa

from services.selection.sealing import SealScore
from shared.events import Damaged, codec
from shared.events.selection import ScoreSealed, Sheet
from shared.ledger import Wrapping, sql
from shared.runtime.service import Done

metadata = sa.MetaData()
sealed_sheets = sa.Table(
    "sealed_sheets",
    metadata,
    sa.Column("stream", sa.Text, primary_key=True),
    sa.Column("stage", sa.Text, primary_key=True),
    sa.Column("panelist", sa.Text, primary_key=True),
    sa.Column("sealed", sa.LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)
COLUMNS: Final = ("stream", "stage", "panelist", "sealed")
PURPOSE: Final = "sheets"


class Sheets:
    """The table under the folder's master key. A row opens for its own candidacy, stage and panelist alone."""

    def __init__(self, master: bytes) -> None:
        self._wrapping = Wrapping(master, PURPOSE)

    def keep(self, tx: sa.Connection, done: Sequence[Done]) -> None:
        """What the commands of a batch brought, for those that were sealed now."""
        rows = [
            (one.stream, command.stage, event.panelist, self._wrapped(one.stream, command, event))
            for call, events in done
            if isinstance(command := call.command, SealScore)
            for one in events
            if isinstance(event := codec.event_of(one), ScoreSealed)
        ]
        if rows:
            sealed_sheets.create(tx, checkfirst=True)
            sql.fill(tx, "sealed_sheets", COLUMNS, rows)

    def of(self, tx: sa.Connection, stream: str, stage: str) -> tuple[Sheet, ...]:
        """The sheets of a candidacy on a stage, by panelist. Damaged where one does not open."""
        if not sa.inspect(tx).has_table("sealed_sheets"):
            return ()
        table = sealed_sheets
        chosen = sa.select(table).where(table.c.stream == stream, table.c.stage == stage).order_by(table.c.panelist)
        return tuple(self._opened(row) for row in tx.execute(chosen).mappings())

    def _wrapped(self, stream: str, command: SealScore, event: ScoreSealed) -> bytes:
        made = Sheet(panelist=event.panelist, points=command.points, nonce=command.nonce, words=command.words)
        return self._wrapping.seal(codec.body(made), _about(stream, command.stage, event.panelist))

    def _opened(self, row: sa.RowMapping) -> Sheet:
        about = _about(row["stream"], row["stage"], row["panelist"])
        made: Sheet = codec.read(Sheet, self._wrapping.open(bytes(row["sealed"]), about))
        return made


def nowhere(tx: sa.Connection, done: Sequence[Done]) -> None:
    """Where no key was given: a seal whose sheet would be lost is not recorded. Damaged."""
    if any(isinstance(call.command, SealScore) and events for call, events in done):
        raise Damaged("sealed sheets have nowhere to go: the service was composed without the folder's master key")


def _about(stream: str, stage: str, panelist: str) -> str:
    return f"{stream}\n{stage}\n{panelist}"
