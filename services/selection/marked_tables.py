"""The tables of what is marked here: terms, candidacies, seals, announcements, stated orders; and queries of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple, TypeVar

import sqlalchemy as sa

from services.selection.facts import NOT_OPEN, Procedure
from services.selection.panel_facts import NO_PANEL, Panel
from services.selection.panel_views import last_slot
from shared.events import codec
from shared.events.intake import Scheme
from shared.events.selection import MissingSheets, StageScored
from shared.ledger import sql
from shared.runtime.turn import facts_table

T = TypeVar("T")
metadata = sa.MetaData()
selections = sa.Table(
    "marked_selections",
    metadata,
    sa.Column("vacancy", sa.Text, primary_key=True),
    sa.Column("pack", sa.Text, nullable=False),  # its digest
    sa.Column("seats", sa.Text, nullable=False),  # JSON {kind: n}
    sa.Column("terms", sa.Text, nullable=False),  # JSON: the notice's scheme
    sa.Column("added", sa.Text, nullable=False),  # JSON [alias], after the handover
    sa.Column("removed", sa.Text, nullable=False),
    sqlite_with_rowid=False,
)
candidates = sa.Table(
    "marked_candidates",
    metadata,
    sa.Column("candidacy", sa.Text, primary_key=True),  # vacancy+application
    sa.Column("vacancy", sa.Text, nullable=False),
    sa.Column("application", sa.Text, nullable=False),  # without the agency's code
    sa.Column("came", sa.Text, nullable=False),  # JSON {stage: when it was recorded; empty: absent}
    sa.Column("scored", sa.Text, nullable=False),  # JSON {stage: StageScored, corrected}
    sa.Column("left", sa.Text),  # withdrawn, disqualified
    sa.Index("marked_candidates_vacancy", "vacancy"),
    sqlite_with_rowid=False,
)
seals = sa.Table(
    "marked_seals",
    metadata,
    sa.Column("vacancy", sa.Text, primary_key=True),
    sa.Column("stage", sa.Text, primary_key=True),
    sa.Column("application", sa.Text, primary_key=True),
    sa.Column("panelist", sa.Text, primary_key=True),
    sa.Column("seal", sa.Text, nullable=False),
    sqlite_with_rowid=False,
)
announcements = sa.Table(
    "marked_announcements",
    metadata,
    sa.Column("vacancy", sa.Text, primary_key=True),
    sa.Column("stage", sa.Text, primary_key=True),  # empty: the ranking
    sa.Column("version", sa.Integer, primary_key=True),
    sa.Column("until", sa.Text, nullable=False),
    sa.Column("position", sa.BigInteger, nullable=False),
    sqlite_with_rowid=False,
)
ties = sa.Table(
    "marked_ties",
    metadata,
    sa.Column("vacancy", sa.Text, primary_key=True),
    sa.Column("position", sa.BigInteger, primary_key=True),
    sa.Column("aliases", sa.Text, nullable=False),  # JSON, in their order
    sqlite_with_rowid=False,
)
CANDIDATE: Final = ("candidacy", "vacancy", "application", "came", "scored", "left")  # "left" is a word of SQL
QUOTED: Final = tuple(f'"{name}"' for name in CANDIDATE)
WITHDRAWN, DISQUALIFIED = "withdrawn", "disqualified"
ONCE: Final = "ON CONFLICT DO NOTHING"
UNSEALED: Final = "unsealed"  # why a sheet is missing


class Row(NamedTuple):
    """A candidacy: when each attendance was recorded (empty: absent), the marks as corrected, and how it ended."""

    vacancy: str
    application: str
    came: Mapping[str, str] = {}
    scored: Mapping[str, StageScored] = {}
    left: str | None = None

    def is_present(self, stage: str) -> bool:
        """Came, and is still in the selection."""
        return bool(self.came.get(stage)) and self.left is None


class Marked(NamedTuple):
    """What a selection that is marked here is bound to."""

    pack: str
    seats: Mapping[str, int]
    terms: Scheme
    added: tuple[str, ...]
    removed: tuple[str, ...]


def text(value: Any) -> str:
    """JSON, as a column holds it."""
    return codec.dumps(value).decode()


def known(tx: sa.Connection, vacancies: set[str]) -> set[str]:
    """Those of these vacancies that are marked here."""
    found = sql.gather(tx, ("vacancy",), "marked_selections", "vacancy", sorted(vacancies))
    return {vacancy for (vacancy,) in found}


def marked(tx: sa.Connection, vacancy: str) -> Marked | None:
    """What a selection is bound to; None for one that is not marked here."""
    row = tx.execute(sa.select(selections).where(selections.c.vacancy == vacancy)).mappings().one_or_none()
    if row is None:
        return None
    return Marked(
        pack=row["pack"],
        seats=codec.trusted(row["seats"]),
        terms=codec.read(Scheme, row["terms"]),
        added=tuple(codec.trusted(row["added"])),
        removed=tuple(codec.trusted(row["removed"])),
    )


def candidacies(tx: sa.Connection, names: Iterable[str]) -> dict[str, Row]:
    """The rows of these candidacies (`vacancy+application`); those without any event here are left out."""
    return {values[0]: _row(values) for values in _gathered(tx, "candidacy", sorted(names))}


def of_vacancy(tx: sa.Connection, vacancy: str) -> list[Row]:
    """Everybody about whom something is recorded, by application."""
    return sorted(map(_row, _gathered(tx, "vacancy", [vacancy])), key=lambda row: row.application)


def _gathered(tx: sa.Connection, where: str, values: Sequence[str]) -> list[list[Any]]:
    return sql.gather(tx, QUOTED, "marked_candidates", where, values)


def _row(values: Sequence[Any]) -> Row:
    _, vacancy, application, came, scored, left = values
    marks = {stage: codec.read(StageScored, codec.dumps(said)) for stage, said in codec.trusted(scored).items()}
    return Row(vacancy, application, codec.trusted(came), marks, left)


def scored_text(row: Row) -> str:
    """The marks of a row, as their column holds them."""
    return text({stage: codec.trusted(codec.body(event)) for stage, event in row.scored.items()})


def seals_of(tx: sa.Connection, vacancy: str, stage: str) -> list[tuple[str, str, str]]:
    """(application, panelist, seal) of a stage, in this order."""
    chosen = sa.select(seals.c.application, seals.c.panelist, seals.c.seal)
    chosen = chosen.where(seals.c.vacancy == vacancy, seals.c.stage == stage)
    return [(row[0], row[1], row[2]) for row in tx.execute(chosen.order_by(seals.c.application, seals.c.panelist))]


def missing_of(tx: sa.Connection, vacancy: str, stage: str) -> tuple[MissingSheets, ...]:
    """By panelist, how many who came have no sheet of theirs yet. Whoever is tied owes none; whoever stepped in owes
    those alone whom nobody had sealed in that seat before."""
    there = {(application, panelist) for application, panelist, _ in seals_of(tx, vacancy, stage)}
    present = [row.application for row in of_vacancy(tx, vacancy) if row.is_present(stage)]
    panel = panel_of(tx, vacancy)
    counted = {
        panelist: sum(
            panel.may_score(panelist, application)
            and not any((application, one) in there for one in (panelist, *panel.before(panelist)))
            for application in present
        )
        for panelist in sorted(panel.kinds)
    }
    return tuple(MissingSheets(panelist=who, n=n, reason=UNSEALED) for who, n in counted.items() if n)


def slot_of(tx: sa.Connection, vacancy: str, stage: str) -> dt.datetime | None:
    """When the last session of a stage ends; where none is scheduled, when the last attendance was recorded."""
    scheduled = last_slot(tx, vacancy, stage)
    if scheduled is not None:
        return scheduled
    came = [at for row in of_vacancy(tx, vacancy) if (at := row.came.get(stage))]
    return dt.datetime.fromisoformat(max(came)) if came else None


def ties_of(tx: sa.Connection, vacancy: str) -> list[tuple[str, ...]]:
    """The orders that a committee has stated, the first first."""
    chosen = sa.select(ties.c.aliases).where(ties.c.vacancy == vacancy).order_by(ties.c.position)
    return [tuple(codec.trusted(said)) for said in tx.execute(chosen).scalars()]


def announced(tx: sa.Connection, vacancy: str) -> list[sa.RowMapping]:
    """Every announcement of a vacancy, in order: stage (empty: the ranking), version, until when one may object."""
    chosen = sa.select(announcements).where(announcements.c.vacancy == vacancy)
    return list(tx.execute(chosen.order_by(announcements.c.position)).mappings())


def procedure_of(tx: sa.Connection, vacancy: str) -> Procedure:
    """What the ledger keeps of a vacancy's procedure."""
    return _fact(tx, f"procedure:{vacancy}", Procedure, NOT_OPEN)


def panel_of(tx: sa.Connection, vacancy: str) -> Panel:
    """What it keeps of its panel."""
    return _fact(tx, f"panel:{vacancy}", Panel, NO_PANEL)


def _fact(tx: sa.Connection, id: str, of: type[T], initial: T) -> T:
    found = tx.execute(sa.select(facts_table.c.value).where(facts_table.c.id == id)).scalar_one_or_none()
    if found is None:
        return initial
    made: T = codec.read(of, found)
    return made
