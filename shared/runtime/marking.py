"""Marks from events: scores and sheets as they stand, who is outside the order and why, what was taken back.

Pure functions over a picture in memory: the read model, an auditor's replay and the audit of a publication fold with
the same ones, so that a recount can only differ where the events differ.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from shared.events import Recorded, codec, streams
from shared.events.selection import (
    AttendanceRecorded,
    CandidateDisqualified,
    CandidateWithdrawn,
    RankingPublished,
    RosterAmended,
    ScoreCorrected,
    SelectionOpened,
    Sheet,
    StageAnnulled,
    StageScored,
    TieDecided,
)
from shared.rules import sheets
from shared.rules.errors import BadMark
from shared.runtime.picture import (
    ABSENT,
    BY_AGE,
    DISQUALIFIED,
    REMOVED,
    WITHDRAWN,
    Aliases,
    Detail,
    Order,
    Picture,
    Row,
    Selection,
    Terms,
)


def reads_rows(event: Any) -> bool:
    """Whether an event of the procedure changes rows before they are ranked."""
    return isinstance(event, StageAnnulled | RosterAmended)


def fold(picture: Picture, one: Recorded, aliases: Aliases) -> bool:
    """One event into the picture; whether it can move somebody."""
    if streams.category(one.stream) not in ("selection", "candidate"):
        return False
    vacancy, event = streams.ident(one.stream), codec.event_of(one)
    match event:
        case SelectionOpened():
            _open(picture, vacancy, event, one.position)
            return False
        case RankingPublished():
            return _publish(picture, vacancy, event, one.position)
        case TieDecided():
            _state(picture, vacancy, one.position, event.how, [event.order])
        case StageScored() | ScoreCorrected() | AttendanceRecorded() | CandidateWithdrawn() | CandidateDisqualified():
            if not _of_candidate(picture, one, event, aliases):
                return False
        case StageAnnulled():
            annul(picture, vacancy, event.stage)
        case RosterAmended():
            _amend(picture, vacancy, event)
        case _:
            return False
    before = picture.selections[vacancy]
    picture.selections[vacancy] = before._replace(inputs=before.inputs + 1, changed=one.position)
    return True


def _open(picture: Picture, vacancy: str, event: SelectionOpened, position: int) -> None:
    picture.selections[vacancy] = Selection(
        vacancy=vacancy, pack=event.pack_digest, source=event.source, roster=event.roster.rows, seats=event.seats,
        opened=position,
    )  # fmt: skip
    if event.terms is not None:
        picture.terms[vacancy] = Terms(vacancy, event.terms)


def _publish(picture: Picture, vacancy: str, event: RankingPublished, position: int) -> bool:
    stated = picture.orders.get(vacancy, [])
    _state(picture, vacancy, position, BY_AGE, event.by_age)
    picture.selections[vacancy] = picture.selections[vacancy]._replace(
        version=event.version, published=position, root=event.list.root
    )
    return picture.orders[vacancy] != stated


def _of_candidate(picture: Picture, one: Recorded, event: Any, aliases: Aliases) -> bool:
    """What is said of one candidacy; whether anything changed."""
    vacancy, application = streams.parts(one.stream)[:2]
    rows, terms = picture.rows.setdefault(vacancy, {}), picture.terms_of(vacancy)
    row, detail = rows.get(application), picture.detail(vacancy, application)
    if isinstance(event, AttendanceRecorded) and _is_nothing_new(event, detail, terms):
        return False
    before = detail
    if row is None:
        row = Row(vacancy=vacancy, application=application, alias=aliases(vacancy)(application))
        if row.alias in terms.removed:
            detail = detail._replace(left={REMOVED: REMOVED})
    row, made = _told(row, detail, event, one.position, terms)
    if made != before:
        picture.details.setdefault(vacancy, {})[application] = made
    rows[application] = row
    return True


def _is_nothing_new(event: AttendanceRecorded, detail: Detail, terms: Terms) -> bool:
    """Came, as everybody does until it is said otherwise; or missed what does not count."""
    if event.present:
        return event.stage not in detail.left
    return event.stage in detail.left or event.stage in terms.annulled


def _told(row: Row, detail: Detail, event: Any, position: int, terms: Terms) -> tuple[Row, Detail]:
    match event:
        case StageScored():
            row = scored(row, event, position)
            if detail.left:  # what a list says outlives what was recorded here
                detail = detail._replace(official=event.outside or detail.official)
                row = row._replace(outside=detail.outside())
            if event.sheets is not None:
                detail = detail._replace(sheets={**detail.sheets, event.stage: _points(event.sheets)})
                row = _aggregated(row, detail, event.stage, terms)
            return row, detail
        case ScoreCorrected():
            row, detail = _corrected(row, detail, event, terms)
            return row._replace(positions={**row.positions, event.stage: position}), detail
        case AttendanceRecorded(stage=stage, present=present):
            rest = {key: code for key, code in detail.left.items() if key != stage}
            left = rest if present else {**rest, stage: ABSENT}
        case CandidateWithdrawn():
            left = {**detail.left, "": detail.left.get("", WITHDRAWN)}
        case _:
            left = {**detail.left, "": DISQUALIFIED}
    detail = _begun(row, detail)._replace(left=left)
    return row._replace(outside=detail.outside()), detail


def _points(said: Iterable[Sheet]) -> dict[str, dict[str, str]]:
    return {sheet.panelist: {name: codec.decimal(of) for name, of in sheet.points.items()} for sheet in said}


def _begun(row: Row, detail: Detail) -> Detail:
    """Before somebody leaves: the code of a list, if a list has said one, stays."""
    return detail if detail.left or detail.official else detail._replace(official=row.outside)


def scored(row: Row, event: StageScored, position: int) -> Row:
    """The row with the marks of one stage."""
    facts = dict(event.facts or {})
    kind = facts.pop("kind", row.kind)
    parts = {part: codec.decimal(mark) for part, mark in (event.parts or {}).items()}
    return row._replace(
        kind=kind,
        marks={**row.marks, event.stage: parts},
        facts={**row.facts, **facts},
        positions={**row.positions, event.stage: position},
        outside=event.outside or row.outside,
    )


def _aggregated(row: Row, detail: Detail, stage: str, terms: Terms) -> Row:
    """With the marks that its sheets make; without the stage where they are too few."""
    rest = {name: parts for name, parts in row.marks.items() if name != stage}
    said = [{name: Decimal(of) for name, of in points.items()} for points in detail.sheets[stage].values()]
    try:
        made = sheets.aggregate(said, terms.how(stage))
    except BadMark:
        return row._replace(marks=rest)
    return row._replace(marks={**rest, stage: {name: codec.decimal(mark) for name, mark in made.items()}})


def _corrected(row: Row, detail: Detail, event: ScoreCorrected, terms: Terms) -> tuple[Row, Detail]:
    """One point of a sheet, one mark, or one fact is another now."""
    stage, part, is_ = event.stage, event.part, codec.decimal(event.is_)
    panelist, of_stage = event.panelist, detail.sheets.get(stage, {})
    if panelist is not None and panelist in of_stage:
        made = {**of_stage, panelist: {**of_stage[panelist], part: is_}}
        detail = detail._replace(sheets={**detail.sheets, stage: made})
        return _aggregated(row, detail, stage, terms), detail
    marks = row.marks.get(stage, {})
    if part in row.facts and part not in marks:
        return row._replace(facts={**row.facts, part: is_}), detail
    return row._replace(marks={**row.marks, stage: {**marks, part: is_}}), detail


def annul(picture: Picture, vacancy: str, stage: str) -> None:
    """A stage (or a part, `stage.part`) counts for nobody, and nobody is outside for having missed it."""
    terms = picture.terms_of(vacancy)
    picture.terms[vacancy] = terms._replace(annulled=tuple(dict.fromkeys((*terms.annulled, stage))))
    for application, detail in picture.details.get(vacancy, {}).items():
        if stage in detail.left:
            left = {key: code for key, code in detail.left.items() if key != stage}
            _leave(picture, application, detail._replace(left=left))


def forget(picture: Picture, vacancy: str, panelist: str) -> None:
    """Nobody has a sheet of this panelist's; what is left is put together anew."""
    for application, detail in list(picture.details.get(vacancy, {}).items()):
        for stage, sheets_ in detail.sheets.items():
            if panelist in sheets_:
                kept = {who: points for who, points in sheets_.items() if who != panelist}
                detail = detail._replace(sheets={**detail.sheets, stage: kept})
                row = picture.rows[vacancy][application]
                picture.rows[vacancy][application] = _aggregated(row, detail, stage, picture.terms_of(vacancy))
        picture.details[vacancy][application] = detail


def _amend(picture: Picture, vacancy: str, event: RosterAmended) -> None:
    terms = picture.terms_of(vacancy)
    removed = [alias for alias in terms.removed if alias not in event.added]
    picture.terms[vacancy] = terms._replace(removed=tuple(dict.fromkeys((*removed, *event.removed))))
    picture.selections[vacancy] = picture.selections[vacancy]._replace(roster=event.roster.rows)
    for row in list(picture.rows.get(vacancy, {}).values()):
        detail = picture.detail(vacancy, row.application)
        if row.alias in event.removed:
            left = {**detail.left, REMOVED: REMOVED}
        elif row.alias in event.added:
            left = {key: code for key, code in detail.left.items() if key != REMOVED}
        else:
            continue
        _leave(picture, row.application, _begun(row, detail)._replace(left=left))


def _leave(picture: Picture, application: str, detail: Detail) -> None:
    picture.details.setdefault(detail.vacancy, {})[application] = detail
    row = picture.rows[detail.vacancy][application]
    picture.rows[detail.vacancy][application] = row._replace(outside=detail.outside())


def _state(picture: Picture, vacancy: str, position: int, ground: str, stated: Iterable[tuple[str, ...]]) -> None:
    made = [
        Order(vacancy=vacancy, position=position, n=n, ground=ground, aliases=order) for n, order in enumerate(stated)
    ]
    kept = [order for order in picture.orders.get(vacancy, []) if ground != BY_AGE or order.ground != BY_AGE]
    picture.orders[vacancy] = [*kept, *made]
