"""Pools, panels and sessions as tables, kept in step with selection's ledger; what waits for a secretary, a panelist.

A panel's row is a place: a drawn label until its expert signs, or a person whom a decree names.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any, Final

import sqlalchemy as sa

from shared.events import Recorded, codec, instant, streams
from shared.events.selection import (
    ConflictDeclared,
    ExpertAdmitted,
    ExpertReleased,
    PanelDrawAnnounced,
    PanelDrawn,
    PanelistRecused,
    PanelistReplaced,
    PanelistSeated,
    SessionClosed,
    SessionRescheduled,
    SessionScheduled,
    SessionVoided,
)
from shared.ledger import sql
from shared.runtime.service import View

metadata = sa.MetaData()
experts = sa.Table(
    "pool_experts",
    metadata,
    sa.Column("pool", sa.Text, primary_key=True),
    sa.Column("label", sa.Text, primary_key=True),
    sa.Column("expert", sa.Text, nullable=False),  # a pseudonym
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("fields", sa.Text, nullable=False),  # JSON
    sa.Column("released", sa.Text),  # why
    sa.Index("pool_experts_expert", "expert"),
    sqlite_with_rowid=False,
)
draws = sa.Table(
    "panel_draws",
    metadata,
    sa.Column("vacancy", sa.Text, primary_key=True),
    sa.Column("agency", sa.Text, nullable=False),
    sa.Column("pool", sa.Text, nullable=False),
    sa.Column("beacon", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),  # announced, drawn
    sa.Column("position", sa.BigInteger, nullable=False),  # of the announcement
    sqlite_with_rowid=False,
)
places = sa.Table(
    "panel_places",
    metadata,
    sa.Column("vacancy", sa.Text, primary_key=True),
    sa.Column("name", sa.Text, primary_key=True),  # the label, or by decree the person
    sa.Column("agency", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("label", sa.Text),
    sa.Column("panelist", sa.Text),  # once somebody has signed
    sa.Column("person", sa.Text, nullable=False),  # whose place it is to take
    sa.Column("state", sa.Text, nullable=False),  # drawn, reserve, called, seated, out, replaced
    sa.Column("cause", sa.Text),  # why out or replaced
    sa.Index("panel_places_person", "person"),
    sqlite_with_rowid=False,
)
declarations = sa.Table(
    "panel_declarations",
    metadata,
    sa.Column("vacancy", sa.Text, primary_key=True),
    sa.Column("panelist", sa.Text, primary_key=True),
    sa.Column("roster", sa.Text, primary_key=True),
    sqlite_with_rowid=False,
)
sessions = sa.Table(
    "sessions",
    metadata,
    sa.Column("session", sa.Text, primary_key=True),
    sa.Column("agency", sa.Text, nullable=False),
    sa.Column("stage", sa.Text, nullable=False),
    sa.Column("vacancies", sa.Text, nullable=False),  # JSON
    sa.Column("site", sa.Text, nullable=False),
    sa.Column("room", sa.Text, nullable=False),
    sa.Column("from", sa.Text, nullable=False),
    sa.Column("to", sa.Text, nullable=False),
    sa.Column("seats", sa.Integer, nullable=False),
    sa.Column("seated", sa.Integer, nullable=False),
    sa.Column("state", sa.Text, nullable=False),  # open, closed, void
    sqlite_with_rowid=False,
)
slots = sa.Table(
    "session_slots",
    metadata,
    sa.Column("vacancy", sa.Text, primary_key=True),
    sa.Column("stage", sa.Text, primary_key=True),
    sa.Column("session", sa.Text, primary_key=True),
    sa.Index("session_slots_session", "session"),
    sqlite_with_rowid=False,
)
EXPERT, PLACE, SESSION = (tuple(table.columns.keys()) for table in (experts, places, sessions))
QUOTED: Final = tuple(f'"{name}"' for name in SESSION)  # two are words of SQL
MOST: Final = 500
ONCE: Final = "ON CONFLICT DO NOTHING"


def follow_pools(tx: sa.Connection, batch: Sequence[Recorded]) -> None:
    """Admitted, released."""
    for one in batch:
        pool = streams.ident(one.stream)
        match codec.event_of(one):
            case ExpertAdmitted() as event:
                said = codec.dumps(list(event.fields)).decode()
                sql.fill(tx, "pool_experts", EXPERT, [(pool, event.label, event.expert, event.kind, said, None)])
            case ExpertReleased(label=label, reason=reason):
                is_it = sa.and_(experts.c.pool == pool, experts.c.label == label)
                tx.execute(sa.update(experts).where(is_it).values(released=reason))


def follow_panels(tx: sa.Connection, batch: Sequence[Recorded]) -> None:
    """Event by event: a panel has a hundred of them."""
    for one in batch:
        if streams.category(one.stream) == "panel":
            _of_panel(tx, one, streams.ident(one.stream), codec.event_of(one))


def _of_panel(tx: sa.Connection, one: Recorded, vacancy: str, event: Any) -> None:
    agency = streams.agency(one.stream)
    match event:
        case PanelDrawAnnounced(pool_name=pool, beacon=beacon):
            plan = (vacancy, agency, pool or "", beacon, "announced", one.position)
            sql.fill(tx, "panel_draws", tuple(draws.columns.keys()), [plan])
        case PanelDrawn(drawn=first, reserves=next_):
            tx.execute(sa.update(draws).where(draws.c.vacancy == vacancy).values(state="drawn"))
            _add(tx, vacancy, agency, {**dict.fromkeys(first, "drawn"), **dict.fromkeys(next_, "reserve")})
        case PanelistSeated(panelist=panelist, kind=kind, label=label):
            row = (vacancy, label or panelist, agency, kind, label, panelist, panelist, "seated", None)
            again = "ON CONFLICT (vacancy, name) DO UPDATE SET panelist = excluded.panelist, state = excluded.state"
            sql.fill(tx, "panel_places", PLACE, [row], again)
        case PanelistRecused(panelist=panelist, all_=True, cause=cause):
            is_it = sa.and_(places.c.vacancy == vacancy, places.c.panelist == panelist)
            tx.execute(sa.update(places).where(is_it).values(state="out", cause=cause))
        case PanelistReplaced():
            _replace(tx, vacancy, agency, event)
        case ConflictDeclared(panelist=panelist, roster=roster):
            columns = ("vacancy", "panelist", "roster")
            sql.fill(tx, "panel_declarations", columns, [(vacancy, panelist, roster)], ONCE)


def _add(tx: sa.Connection, vacancy: str, agency: str, labels: dict[str, str]) -> None:
    """Places of drawn labels, as the pool knows them, each in its state."""
    pool = sa.select(draws.c.pool).where(draws.c.vacancy == vacancy).scalar_subquery()
    chosen = sa.select(experts).where(experts.c.pool == pool, experts.c.label.in_(sorted(labels)))
    rows = [
        (vacancy, row.label, agency, row.kind, row.label, None, row.expert, labels[row.label], None)
        for row in tx.execute(chosen)
    ]
    sql.fill(tx, "panel_places", PLACE, rows, "ON CONFLICT (vacancy, name) DO UPDATE SET state = excluded.state")


def _replace(tx: sa.Connection, vacancy: str, agency: str, event: PanelistReplaced) -> None:
    is_out = sa.and_(places.c.vacancy == vacancy, sa.or_(places.c.panelist == event.out, places.c.name == event.out))
    kind, label = tx.execute(sa.select(places.c.kind, places.c.label).where(is_out)).one()
    tx.execute(sa.update(places).where(is_out).values(state="replaced", cause=event.reason))
    if label is not None:
        _add(tx, vacancy, agency, {event.in_: "called"})
    else:
        row = (vacancy, event.in_, agency, kind, None, None, event.in_, "called", None)
        sql.fill(tx, "panel_places", PLACE, [row])


def follow_sessions(tx: sa.Connection, batch: Sequence[Recorded]) -> None:
    """Scheduled, moved, closed."""
    for one in batch:
        session, event = streams.ident(one.stream), codec.event_of(one)
        match event:
            case SessionScheduled() | SessionRescheduled():
                tx.execute(sa.delete(sessions).where(sessions.c.session == session))
                tx.execute(sa.delete(slots).where(slots.c.session == session))
                sql.fill(tx, "sessions", QUOTED, [_session(one, event)])
                rows = [(vacancy, event.stage, session) for vacancy in dict.fromkeys(event.vacancies)]
                sql.fill(tx, "session_slots", ("vacancy", "stage", "session"), rows)
            case SessionClosed() | SessionVoided():
                state = "closed" if isinstance(event, SessionClosed) else "void"
                tx.execute(sa.update(sessions).where(sessions.c.session == session).values(state=state))


def _session(one: Recorded, event: SessionScheduled | SessionRescheduled) -> tuple[Any, ...]:
    return (
        streams.ident(one.stream), streams.agency(one.stream), event.stage,
        codec.dumps(list(event.vacancies)).decode(), event.site, event.room, instant(event.from_), instant(event.to),
        event.seats, event.seated.rows, "open",
    )  # fmt: skip


POOLS: Final = View(name="pools", version=1, tables=(experts,), apply=follow_pools)
PANELS: Final = View(name="panels", version=1, tables=(draws, places, declarations), apply=follow_panels)
SESSIONS: Final = View(name="sessions", version=1, tables=(sessions, slots), apply=follow_sessions)


def panel(tx: sa.Connection, vacancy: str) -> list[sa.RowMapping]:
    """The places of a panel by kind and name, reserves too."""
    chosen = sa.select(places).where(places.c.vacancy == vacancy).order_by(places.c.kind, places.c.name)
    return list(tx.execute(chosen).mappings())


def last_slot(tx: sa.Connection, vacancy: str, stage: str) -> dt.datetime | None:
    """When the last session of a stage ends that is not void; None where none is scheduled."""
    chosen = (
        sa.select(sa.func.max(sessions.c.to))
        .join(slots, slots.c.session == sessions.c.session)
        .where(slots.c.vacancy == vacancy, slots.c.stage == stage, sessions.c.state != "void")
    )
    found = tx.execute(chosen).scalar()
    return None if found is None else dt.datetime.fromisoformat(found)


def to_draw(tx: sa.Connection, agency: str) -> list[sa.RowMapping]:
    """Secretary: draws that wait for their beacon, the oldest first."""
    is_it = sa.and_(draws.c.agency == agency, draws.c.state == "announced")
    return list(tx.execute(sa.select(draws).where(is_it).order_by(draws.c.position).limit(MOST)).mappings())


def unsigned(tx: sa.Connection, agency: str) -> list[sa.RowMapping]:
    """Secretary: places whose expert has not signed."""
    return _waiting(tx, places.c.agency == agency, "drawn", "called")


def to_replace(tx: sa.Connection, agency: str) -> list[sa.RowMapping]:
    """Committee: panelists who are out, and in whose place nobody was called."""
    return _waiting(tx, places.c.agency == agency, "out")


def to_sign(tx: sa.Connection, person: str) -> list[sa.RowMapping]:
    """Panelist: places that wait for one's oath."""
    return _waiting(tx, places.c.person == person, "drawn", "called")


def seats_of(tx: sa.Connection, person: str) -> list[sa.RowMapping]:
    """Panelist: the panels that one sits in."""
    return _waiting(tx, places.c.person == person, "seated")


def has_declared(tx: sa.Connection, vacancy: str, panelist: str, roster: str) -> bool:
    """Whether a panelist has declared every tie for the roster of this digest."""
    key = {"vacancy": vacancy, "panelist": panelist, "roster": roster}
    chosen = sa.select(sa.literal(1)).where(*(declarations.c[name] == said for name, said in key.items()))
    return tx.execute(chosen).first() is not None


def _waiting(tx: sa.Connection, whose: sa.ColumnElement[bool], *states: str) -> list[sa.RowMapping]:
    chosen = sa.select(places).where(whose, places.c.state.in_(states))
    return list(tx.execute(chosen.order_by(places.c.vacancy, places.c.name).limit(MOST)).mappings())
