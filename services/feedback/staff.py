"""Who works where, what they have completed and what is taught: tables fed by training's ledger."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from services.feedback import tables
from shared.events import Recorded, codec, streams
from shared.events.training import (
    OfficerDeparted,
    OfficerOnboarded,
    ProgrammeAdopted,
    ProgrammeRetired,
    TrainingCompleted,
)
from shared.ledger import sql
from shared.runtime.service import View


def follow(tx: sa.Connection, batch: Sequence[Recorded]) -> None:
    """Event by event: they are paced by people."""
    for one in batch:
        event = codec.event_of(one)
        match event:
            case OfficerOnboarded():
                _onboarded(tx, streams.ident(one.stream), event)
            case OfficerDeparted(on=on):
                own = tables.officers.c.officer == streams.ident(one.stream)
                tx.execute(sa.update(tables.officers).where(own).values(gone=on.isoformat()))
            case TrainingCompleted(on=on):
                officer = f"{streams.agency(one.stream)}.{streams.parts(one.stream)[-1]}"
                sql.fill(tx, "completions", ("position", "officer", "day"), [(one.position, officer, on.isoformat())])
            case ProgrammeAdopted(competences=taught):
                row = (streams.ident(one.stream), codec.dumps(list(taught)).decode(), 0)
                anew = "ON CONFLICT (programme) DO UPDATE SET competences = excluded.competences, retired = 0"
                sql.fill(tx, "programmes", ("programme", "competences", "retired"), [row], anew)
            case ProgrammeRetired():
                own = tables.programmes.c.programme == streams.ident(one.stream)
                tx.execute(sa.update(tables.programmes).where(own).values(retired=1))


def _onboarded(tx: sa.Connection, officer: str, event: OfficerOnboarded) -> None:
    """A unit names its agency first: `dinkes.pkm-03` of an event is `pauh.dinkes.pkm-03` here."""
    unit = full_unit(officer.partition(".")[0], event.unit)
    row = (officer, unit, event.post, event.on.isoformat(), event.mentor, None)
    anew = "unit = excluded.unit, post = excluded.post, day = excluded.day, mentor = excluded.mentor, gone = NULL"
    columns = ("officer", "unit", "post", "day", "mentor", "gone")
    sql.fill(tx, "officers", columns, [row], f"ON CONFLICT (officer) DO UPDATE SET {anew}")


def full_unit(agency: str, unit: str) -> str:
    """A unit's name that begins with its agency."""
    return unit if streams.covers(agency, unit) else f"{agency}.{unit}"


STAFF = View(
    name="staff", version=1, tables=(tables.officers, tables.completions, tables.programmes), apply=follow
)  # applied to training's ledger


def create(store: sa.Engine) -> None:
    """Its tables, if they are not there."""
    with store.begin() as tx:
        tables.trained.create_all(tx)


def unit_of(tx: sa.Connection, officer: str) -> str:
    """Where somebody works; empty if nobody knows."""
    found = tx.execute(sa.select(tables.officers.c.unit).where(tables.officers.c.officer == officer)).scalar()
    return str(found or "")


def at(tx: sa.Connection, unit: str, day: str) -> list[sa.RowMapping]:
    """Who works in a unit on a day, in order."""
    table = tables.officers
    there = sa.and_(table.c.unit == unit, sa.or_(table.c.gone.is_(None), table.c.gone > day))
    return list(tx.execute(sa.select(table).where(there).order_by(table.c.officer)).mappings())


def taught(tx: sa.Connection, competence: str) -> str | None:
    """The first programme that teaches it and is not retired."""
    table = tables.programmes
    chosen = sa.select(table).where(table.c.retired == 0).order_by(table.c.programme)
    found: list[Any] = list(tx.execute(chosen))
    return next((row.programme for row in found if competence in codec.loads(row.competences)), None)


def completed(tx: sa.Connection, officers: Sequence[str], since: str) -> tuple[str, ...]:
    """Trainings of these people from a day on, as `training:412`."""
    table = tables.completions
    chosen = sa.select(table.c.position).where(table.c.officer.in_(officers), table.c.day >= since)
    return tuple(f"training:{position}" for position in tx.execute(chosen.order_by(table.c.position)).scalars())
