"""Rankings as they were published, version by version, so that any two can be compared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa

from services.projections.queries import in_order
from services.projections.ranking import load
from shared.events import Recorded, codec, instant, streams
from shared.events.selection import RankingFixed, RankingPublished
from shared.ledger import sql
from shared.rules.pinned import pinned
from shared.runtime.places import stage_sums
from shared.runtime.service import View

publications = sa.Table(
    "publications",
    sa.MetaData(),
    sa.Column("vacancy", sa.Text, primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True),
    sa.Column("position", sa.BigInteger, nullable=False),
    sa.Column("at", sa.Text, nullable=False),
    sa.Column("ground", sa.Text, nullable=False),
    sa.Column("counted", sa.BigInteger, nullable=False),  # `as_of`: computed from so many events
    sa.Column("rows", sa.Integer, nullable=False),  # of the list, whose first stand in `head`
    sa.Column("root", sa.Text, nullable=False),
    sa.Column("head", sa.Text, nullable=False),  # JSON: place, alias, kind, stages, final
    sa.Column("until", sa.Text),  # objections before this instant
    sa.Column("words", sa.Text),
    sa.Column("fixed_at", sa.Text),
    sqlite_with_rowid=False,
)
COLUMNS: Final = tuple(column.name for column in publications.columns)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A published line; `stages` what each adds to `final`, as decimal strings."""

    place: int
    alias: str
    kind: str
    stages: Mapping[str, str]
    final: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """A version of a ranking: its head of at most 200 lines, of so many `rows` whose Merkle root is `root`."""

    vacancy: str
    version: int
    position: int
    at: str
    ground: str
    counted: int
    rows: int
    root: str
    head: tuple[Place, ...]
    until: str | None
    words: str | None
    fixed_at: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """Who stands elsewhere in a later version; None: not in that one's head."""

    alias: str
    kind: str
    was: int | None
    is_: int | None
    final_was: str | None
    final_is: str | None


def keep(tx: sa.Connection, batch: Sequence[Recorded]) -> None:
    """Each publication a row; fixing one dates it."""
    for one in batch:
        match codec.event_of(one) if streams.category(one.stream) == "selection" else None:
            case RankingPublished() as event:
                sql.fill(tx, "publications", COLUMNS, [_row(one, event)])
            case RankingFixed(version=version):
                mine = (publications.c.vacancy == streams.ident(one.stream)) & (publications.c.version == version)
                tx.execute(sa.update(publications).where(mine).values(fixed_at=one.recorded_at))


PUBLICATIONS: Final = View(name="publications", version=1, tables=(publications,), apply=keep)


def _row(one: Recorded, event: RankingPublished) -> tuple[Any, ...]:
    head = [
        {"place": row.place, "alias": row.alias, "kind": row.kind, "final": codec.decimal(row.final),
         "stages": {stage: codec.decimal(value) for stage, value in row.stages.items()}}
        for row in event.head
    ]  # fmt: skip
    return (
        streams.ident(one.stream), event.version, one.position, one.recorded_at, event.ground, event.as_of,
        event.list.rows, event.list.root, codec.dumps(head).decode(),
        None if event.until is None else instant(event.until), event.words, None,
    )  # fmt: skip


def versions(tx: sa.Connection, vacancy: str) -> list[Publication]:
    """All of them, the first first."""
    chosen = sa.select(publications).where(publications.c.vacancy == vacancy).order_by(publications.c.version)
    return [_of(dict(row)) for row in tx.execute(chosen).mappings()]


def _of(row: dict[str, Any]) -> Publication:
    head = tuple(Place(**one) for one in codec.trusted(row.pop("head")))
    return Publication(**row, head=head)


def whole(tx: sa.Connection, last: Publication) -> tuple[Place, ...]:
    """Every line of a vacancy's last publication: its head, or, while no score is newer, what the read model holds of a
    longer one; else the head alone."""
    if len(last.head) == last.rows:
        return last.head
    picture = load(tx, [last.vacancy])
    one, terms = picture.selections[last.vacancy], picture.terms_of(last.vacancy)
    placed = [row for row in picture.rows.get(last.vacancy, {}).values() if row.place is not None]
    if one.changed > last.position or len(placed) != last.rows:
        return last.head
    pack = pinned(one.pack)
    return tuple(
        Place(
            place=row.place or 0, alias=row.alias, kind=row.kind, final=row.final or "",
            stages={stage: codec.decimal(of) for stage, of in stage_sums(pack, row.marks, terms).items()},
        )
        for row in sorted(placed, key=in_order)
    )  # fmt: skip


def moved(before: Sequence[Place], after: Sequence[Place]) -> list[Moved]:
    """Everybody whose place or final score is another, in the order of the later list, who left it behind."""
    was, now = ({one.alias: one for one in list_} for list_ in (before, after))
    found = [_moved(was.get(one.alias), one) for one in after]
    found += [_moved(one, None) for one in before if one.alias not in now]
    return [one for one in found if (one.was, one.final_was) != (one.is_, one.final_is)]


def _moved(was: Place | None, now: Place | None) -> Moved:
    (one, *_) = (one for one in (now, was) if one is not None)
    return Moved(
        alias=one.alias,
        kind=one.kind,
        was=None if was is None else was.place,
        is_=None if now is None else now.place,
        final_was=None if was is None else was.final,
        final_is=None if now is None else now.final,
    )


def csv_of(head: Sequence[Place]) -> str:
    """The published lines as CSV: alias, kind, place, a column for each stage, final; nothing in it is text of a
    person's."""
    stages = sorted({stage for one in head for stage in one.stages})
    lines = [",".join(("alias", "kind", "place", *stages, "final"))]
    for one in head:
        cells = [one.alias, one.kind, str(one.place), *(one.stages.get(stage, "") for stage in stages), one.final]
        lines.append(",".join(cells))
    return "".join(f"{line}\r\n" for line in lines)
