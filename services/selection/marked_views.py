"""Selection's tables of what is marked here, kept in step with its ledger; and when scores open by the clock.

Official lists hand over no terms, so half a million candidates leave no row here.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any, Final

import sqlalchemy as sa

from services.selection.candidacy import with_correction
from services.selection.marked_tables import (
    DISQUALIFIED,
    ONCE,
    QUOTED,
    WITHDRAWN,
    Row,
    announcements,
    candidacies,
    candidates,
    known,
    marked,
    missing_of,
    procedure_of,
    scored_text,
    seals,
    selections,
    slot_of,
    text,
    ties,
)
from services.selection.opening import PATIENCE, OpenScores
from services.selection.panel_views import last_slot
from shared.events import Recorded, catalogue, codec, instant, streams
from shared.events.intake import Scheme
from shared.events.selection import (
    AttendanceRecorded,
    CandidateDisqualified,
    CandidateWithdrawn,
    RankingPublished,
    RosterAmended,
    ScoreCorrected,
    ScoreSealed,
    ScoresOpened,
    SelectionOpened,
    SessionRescheduled,
    SessionScheduled,
    StageResultAnnounced,
    StageScored,
    TieDecided,
)
from shared.ledger import sql
from shared.runtime.service import View
from shared.runtime.timers import Due, clear_timers, set_timers

OF_CANDIDATES: Final = frozenset(
    catalogue.BY_CLASS[kind].name
    for kind in (
        AttendanceRecorded, ScoreSealed, StageScored, ScoreCorrected, CandidateWithdrawn, CandidateDisqualified
    )
)  # fmt: skip


def follow(tx: sa.Connection, batch: Sequence[Recorded]) -> None:
    """Procedures event by event, candidacies together; of official lists nothing."""
    touched: set[tuple[str, str]] = set()
    for one in batch:
        category = streams.category(one.stream)
        if category == "selection":
            _of_selection(tx, one, streams.ident(one.stream), codec.event_of(one))
        elif category == "session":
            touched |= _of_session(one)
    named = [one for one in batch if one.type in OF_CANDIDATES and streams.category(one.stream) == "candidate"]
    mine = known(tx, {streams.ident(one.stream) for one in named})
    touched |= _of_candidates(tx, [one for one in named if streams.ident(one.stream) in mine])
    for vacancy, stage in sorted(touched):
        _set_opening(tx, vacancy, stage, batch[-1].recorded_at)


VIEW: Final = View(name="marked", version=1, tables=(selections, candidates, seals, announcements, ties), apply=follow)


def _of_selection(tx: sa.Connection, one: Recorded, vacancy: str, event: Any) -> None:
    match event:
        case SelectionOpened(terms=Scheme() as terms):
            said = (vacancy, event.pack_digest, text(event.seats or {}), codec.body(terms).decode(), "[]", "[]")
            sql.fill(tx, "marked_selections", tuple(selections.columns.keys()), [said])
        case RosterAmended():
            _amend(tx, vacancy, event)
        case ScoresOpened(stage=stage):
            clear_timers(tx, one.stream, _kind(stage))
        case StageResultAnnounced(stage=stage, version=version, until=until):
            _announced(tx, (vacancy, stage, version, instant(until), one.position))
        case RankingPublished(version=version, until=until) if until is not None:
            _announced(tx, (vacancy, "", version, instant(until), one.position))
        case TieDecided(order=order) if known(tx, {vacancy}):
            sql.fill(tx, "marked_ties", ("vacancy", "position", "aliases"), [(vacancy, one.position, text(order))])


def _announced(tx: sa.Connection, row: tuple[Any, ...]) -> None:
    sql.fill(tx, "marked_announcements", tuple(announcements.columns.keys()), [row], ONCE)


def _amend(tx: sa.Connection, vacancy: str, event: RosterAmended) -> None:
    found = marked(tx, vacancy)
    if found is not None:
        added = [*(one for one in found.added if one not in event.removed), *event.added]
        removed = [*(one for one in found.removed if one not in event.added), *event.removed]
        changed = {"added": text(added), "removed": text(removed)}
        tx.execute(sa.update(selections).where(selections.c.vacancy == vacancy).values(changed))


def _of_session(one: Recorded) -> set[tuple[str, str]]:
    """The stages whose last slot may be another now."""
    match codec.event_of(one):
        case SessionScheduled(vacancies=vacancies, stage=stage) | SessionRescheduled(vacancies=vacancies, stage=stage):
            return {(vacancy, stage) for vacancy in vacancies}
    return set()


def _of_candidates(tx: sa.Connection, batch: Sequence[Recorded]) -> set[tuple[str, str]]:
    """Rows as the batch leaves them, in one statement; the stages that were sat or sealed."""
    rows = candidacies(tx, {one.stream.partition("-")[2] for one in batch})
    touched, sealed = set(), []
    for one in batch:
        vacancy, application = streams.parts(one.stream)
        name, event = f"{vacancy}+{application}", codec.event_of(one)
        row = rows.get(name) or Row(vacancy, application)
        rows[name] = after(row, event, one.recorded_at)
        if isinstance(event, ScoreSealed):
            sealed.append((vacancy, event.stage, application, event.panelist, event.seal))
        if isinstance(event, ScoreSealed | AttendanceRecorded):
            touched.add((vacancy, event.stage))
    sql.fill(tx, "marked_seals", tuple(seals.columns.keys()), sealed)
    lines = [
        (name, row.vacancy, row.application, text(dict(row.came)), scored_text(row), row.left)
        for name, row in rows.items()
    ]
    sql.fill(tx, "marked_candidates", QUOTED, lines, sql.replacing(QUOTED))
    return touched


def after(row: Row, event: Any, at: str) -> Row:
    """A candidacy's row after one of its events."""
    match event:
        case AttendanceRecorded(stage=stage, present=present):
            return row._replace(came={**row.came, stage: at if present else ""})
        case StageScored(stage=stage):
            return row._replace(scored={**row.scored, stage: event})
        case ScoreCorrected(stage=stage) if stage in row.scored:
            return row._replace(scored={**row.scored, stage: with_correction(row.scored[stage], event)})
        case CandidateWithdrawn():
            return row._replace(left=WITHDRAWN)
        case CandidateDisqualified():
            return row._replace(left=DISQUALIFIED)
    return row


def _set_opening(tx: sa.Connection, vacancy: str, stage: str, now: str) -> None:
    """The clock opens a stage's scores 24 hours after the last slot; at its end, or with the last seal behind it, where
    all is sealed. Without a session nobody can know here who is still to come: then it is a day, or the committee's."""
    course, stream = procedure_of(tx, vacancy).course, f"selection-{vacancy}"
    of = None if course is None else course.stages.get(stage)
    if course is None or of is None or not of.is_by_panel or stage in course.opened:
        return
    slot = slot_of(tx, vacancy, stage)
    if slot is None:
        return
    wanted = [slot + PATIENCE]
    if last_slot(tx, vacancy, stage) is not None and not missing_of(tx, vacancy, stage):
        wanted.append(max(slot, dt.datetime.fromisoformat(now)))
    clear_timers(tx, stream, _kind(stage))
    command = OpenScores(stage=stage)
    set_timers(tx, [Due(stream=stream, kind=_kind(stage), at=instant(at), command=command) for at in wanted])


def _kind(stage: str) -> str:
    """The timer's."""
    return f"open:{stage}"
