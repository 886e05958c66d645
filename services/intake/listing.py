"""Vacancies by page: those that were published here and those of official lists, in the order of their ids."""

from __future__ import annotations

import datetime as dt
import heapq
from collections.abc import Sequence
from typing import Annotated, Any, Final, Literal

import sqlalchemy as sa
from pydantic import BaseModel, Field

from services.intake.published import state_of
from services.intake.routes import Said
from services.intake.views import notices
from services.intake.views import vacancies as listed
from shared.events import codec, instant
from shared.ledger import Ledger
from shared.ledger.store import events

MOST: Final = 200
Filter = Annotated[str | None, Field(max_length=200)]


class Asked(BaseModel):
    """Which vacancies: each filter that is given must fit. `kind` is a kind of need (`general`), `q` a part of id, unit
    or post; `after` is the last id of the page before."""

    round: Filter = None
    agency: Filter = None
    unit: Filter = None
    state: Literal["listed", "upcoming", "open", "ended", "closed", "announced", "cancelled"] | None = None
    kind: Filter = None
    q: Filter = None
    after: Filter = None
    limit: Annotated[int, Field(ge=1, le=MOST)] = 50


class Offered(Said):
    """Seats of one kind of need, and the educations that qualify."""

    kind: str
    seats: int
    educations: list[str]


class Row(Said):
    """A vacancy of a page; see the vacancy itself for `state`."""

    vacancy: str
    agency: str
    unit: str
    post: str
    seats: int
    formations: list[Offered]
    state: str
    round: str | None = None
    apply_from: str | None = None
    until: str | None = None
    position: int


class Page(Said):
    """Vacancies by id. `next` goes into `after` for the page behind, where there is one."""

    vacancies: list[Row]
    next: str | None = None
    as_of: int


def page(ledger: Ledger, asked: Asked, moment: dt.datetime) -> Page:
    """One page of what was asked for, at an instant."""
    size, now = ledger.size(), instant(moment)
    with ledger.reader.begin() as tx:
        here = [_here(row, now) for row in tx.execute(_published(ledger, asked, now)).mappings()]
        elsewhere = [_elsewhere(row) for row in tx.execute(_listed(asked)).mappings()]
    found = list(heapq.merge(here, elsewhere, key=lambda row: row.vacancy))
    rows = found[: asked.limit]
    return Page(vacancies=rows, next=rows[-1].vacancy if len(found) > asked.limit else None, as_of=size)


def newest(ledger: Ledger, asked: Asked) -> Sequence[str]:
    """Ids of the notices that were published last."""
    where = [column == value for column, value in _equals(notices, asked) if value is not None]
    if asked.round is not None:
        where.append(notices.c.round == asked.round)
    chosen = sa.select(notices.c.vacancy).where(*where).order_by(notices.c.published.desc()).limit(asked.limit)
    with ledger.reader.begin() as tx:
        return list(tx.execute(chosen).scalars())


def _published(ledger: Ledger, asked: Asked, now: str) -> sa.Select[Any]:
    """Notices, with the event that each was published by: its formations stand there alone."""
    own = (events.c.shard == ledger.shard, events.c.position == notices.c.published)
    chosen = sa.select(notices, events.c.data).join(events, sa.and_(*own)).where(*_where(notices, asked))
    if asked.round is not None:
        chosen = chosen.where(notices.c.round == asked.round)
    if asked.kind is not None:
        chosen = chosen.where(_offers(events.c.data, asked.kind))
    if asked.state is not None:
        chosen = chosen.where(*_in_state(asked.state, now))
    return chosen.order_by(notices.c.vacancy).limit(asked.limit + 1)


def _listed(asked: Asked) -> sa.Select[Any]:
    """Rows of official lists: they belong to no round of ours."""
    chosen = sa.select(listed).where(*_where(listed, asked))
    if asked.round is not None or asked.state not in (None, "listed"):
        chosen = chosen.where(sa.false())
    if asked.kind is not None:
        chosen = chosen.where(_offers(listed.c.formations, asked.kind))
    return chosen.order_by(listed.c.vacancy).limit(asked.limit + 1)


def _equals(table: sa.Table, asked: Asked) -> list[tuple[sa.Column[Any], str | None]]:
    return [(table.c.agency, asked.agency), (table.c.unit, asked.unit)]


def _where(table: sa.Table, asked: Asked) -> list[sa.ColumnElement[bool]]:
    found: list[sa.ColumnElement[bool]] = [
        column == value for column, value in _equals(table, asked) if value is not None
    ]
    if asked.after is not None:
        found.append(table.c.vacancy > asked.after)
    if asked.q is not None:
        part = asked.q.lower()
        columns = (table.c.vacancy, table.c.unit, table.c.post)
        found.append(sa.or_(*(sa.func.lower(column).contains(part, autoescape=True) for column in columns)))
    return found


def _in_state(state: str, now: str) -> list[sa.ColumnElement[bool]]:
    stored, opens, until = notices.c.state, notices.c.apply_from, notices.c.until
    return {
        "upcoming": [stored == "open", opens > now],
        "open": [stored == "open", opens <= now, until > now],
        "ended": [stored == "open", opens <= now, until <= now],
    }.get(state, [stored == state])


def _offers(column: sa.ColumnElement[str], kind: str) -> sa.ColumnElement[bool]:
    """In canonical JSON a quote inside a text is escaped, so these bytes are a field and no text; nothing else of a
    notice has a `kind`."""
    return column.contains(codec.dumps({"kind": kind}).decode()[1:-1], autoescape=True)


def _here(row: sa.RowMapping, now: str) -> Row:
    return Row(
        vacancy=row["vacancy"], agency=row["agency"], unit=row["unit"], post=row["post"], seats=row["seats"],
        formations=codec.trusted(row["data"])["formations"], round=row["round"], apply_from=row["apply_from"],
        until=row["until"], position=row["published"],
        state=state_of(row["state"], row["apply_from"], row["until"], now),
    )  # fmt: skip


def _elsewhere(row: sa.RowMapping) -> Row:
    return Row(
        vacancy=row["vacancy"], agency=row["agency"], unit=row["unit"], post=row["post"], seats=row["seats"],
        formations=codec.trusted(row["formations"]), state="listed", position=row["position"],
    )  # fmt: skip
