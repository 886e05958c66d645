"""Serah terima: what intake hands over, kept in selection's own tables as intake's events say it, until a vacancy's
files are selection's own (events.md 1.4).

From these rows the roster is made when a selection is opened; whether somebody is on it is asked of the same rows, as
they stood at the position that the handover cites.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any, Final, NamedTuple

import sqlalchemy as sa

from shared.events import Recorded, Refused, codec, instant, streams
from shared.events.intake import (
    ApplicationSubmitted,
    ApplicationWithdrawn,
    CheckObjectionDecided,
    CheckObjectionFiled,
    CheckResultAnnounced,
    DocumentsChecked,
    RoundOpened,
    Scheme,
    VacancyCancelled,
    VacancyPublished,
)
from shared.events.platform import ListDigest
from shared.ledger import Ledger, sql
from shared.ledger.merkle import list_digest
from shared.runtime.calls import Call
from shared.runtime.service import View

metadata = sa.MetaData()
rounds = sa.Table(
    "handover_rounds",
    metadata,
    sa.Column("round", sa.Text, primary_key=True),
    sa.Column("kind", sa.Text, nullable=False),
    sqlite_with_rowid=False,
)
vacancies = sa.Table(
    "handover_vacancies",
    metadata,
    sa.Column("vacancy", sa.Text, primary_key=True),
    sa.Column("round", sa.Text, nullable=False),
    sa.Column("unit", sa.Text, nullable=False),
    sa.Column("post", sa.Text, nullable=False),
    sa.Column("pack_digest", sa.Text, nullable=False),
    sa.Column("scheme", sa.Text, nullable=False),  # canonical JSON: its digest is what a handover cites
    sa.Column("seats", sa.Text, nullable=False),  # JSON {kind: n}
    sa.Column("announced", sa.BigInteger),  # position of the last announcement
    sa.Column("until", sa.Text),  # the end of its window
    sa.Column("cancelled", sa.Integer, nullable=False),
    sqlite_with_rowid=False,
)
applications = sa.Table(
    "handover_applications",
    metadata,
    sa.Column("application", sa.Text, primary_key=True),  # as its stream names it, the agency's code before it
    sa.Column("vacancy", sa.Text, nullable=False),
    sa.Column("applicant", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("facts", sa.Text, nullable=False),  # JSON: what a verifier has confirmed
    sa.Column("state", sa.Text, nullable=False),  # submitted, meets, fails, objecting; withdrawn (of who met), left
    sa.Column("since", sa.BigInteger, nullable=False),  # the position that made it so
    sa.Index("handover_applications_vacancy", "vacancy"),
    sqlite_with_rowid=False,
)
HANDED: Final = ("meets", "withdrawn")  # states of who was handed over, or left as soon
ROWS: Final = tuple(column.name for column in applications.columns)
FIND: Final = f"SELECT {', '.join(ROWS)} FROM handover_applications WHERE application = ?"  # noqa: S608  names alone
VACANCY: Final = tuple(column.name for column in vacancies.columns)


class Handed(NamedTuple):
    """One application, as intake's events leave it. In the order of the table's columns."""

    application: str
    vacancy: str
    applicant: str
    kind: str
    facts: Mapping[str, str]
    state: str
    since: int


def follow(tx: sa.Connection, batch: Sequence[Recorded]) -> None:
    """Intake's events into the three tables, one statement for each."""
    happened = [(one, codec.event_of(one)) for one in batch]
    named = [streams.ident(one.stream) for one, _ in happened if streams.category(one.stream) == "application"]
    rows = of(tx, named)
    touched: set[str] = set()
    for one, event in happened:
        if isinstance(event, RoundOpened):
            kept = (streams.ident(one.stream), event.kind)
            sql.fill(tx, "handover_rounds", ("round", "kind"), [kept], "ON CONFLICT DO NOTHING")
        elif streams.category(one.stream) == "vacancy":
            _of_vacancy(tx, one, event)
        elif streams.category(one.stream) == "application":
            id = streams.ident(one.stream)
            made = _of_application(rows.get(id), id, one.position, event)
            if made is not None:
                rows[id] = made
                touched.add(id)
    lines = [(*row[:4], codec.dumps(dict(row.facts)).decode(), *row[5:]) for row in map(rows.__getitem__, touched)]
    sql.fill(tx, "handover_applications", ROWS, sorted(lines), sql.replacing(ROWS))


HANDOVER: Final = View(name="handover", version=1, tables=(rounds, vacancies, applications), apply=follow)


def of(tx: sa.Connection, wanted: Sequence[str]) -> dict[str, Handed]:
    """The rows of these applications; those that intake does not know are left out."""
    found = sql.gather(tx, ROWS, "handover_applications", "application", sorted(set(wanted)))
    return {values[0]: _row(values) for values in found}


def one_of(ledger: Ledger, stream: str) -> Handed | None:
    """The application behind a candidacy's stream, on the way of every command about it; None where intake knows none
    of that id in that vacancy."""
    vacancy, application = streams.parts(stream)
    rows = sql.peek(ledger.reader, FIND, [f"{streams.agency(stream)}.{application}"])
    row = _row(rows[0]) if rows else None
    return row if row is not None and row.vacancy == vacancy else None


def standing(tx: sa.Connection, vacancy: str) -> list[Handed]:
    """Every application of a vacancy."""
    return sorted(_row(values) for values in sql.gather(tx, ROWS, "handover_applications", "vacancy", [vacancy]))


def round_kind(tx: sa.Connection, round_: str) -> str | None:
    """cpns, pppk, school, jpt or local; None for a round that intake never opened."""
    return tx.execute(sa.select(rounds.c.kind).where(rounds.c.round == round_)).scalar()


def notice(tx: sa.Connection, vacancy: str) -> sa.RowMapping | None:
    """What intake published of a vacancy."""
    return tx.execute(sa.select(vacancies).where(vacancies.c.vacancy == vacancy)).mappings().one_or_none()


@dataclass(frozen=True, slots=True, kw_only=True)
class Handover:
    """What a selection is opened with."""

    scheme: str
    pack_digest: str
    roster: ListDigest
    source: str
    seats: Mapping[str, int]
    terms: Scheme
    round: str


def handed_over(ledger: Ledger, vacancy: str, at: str) -> Handover:
    """The roster of a vacancy whose check is announced and can no longer be objected to. Refused
    (`selection.not_ready`) before that, or where an objection waits for its answer."""
    with ledger.reader.begin() as tx:
        said = notice(tx, vacancy)
        rows = standing(tx, vacancy)
    if said is None or said["announced"] is None or said["cancelled"] or at < said["until"]:
        raise Refused("selection.not_ready")
    if any(row.state in ("submitted", "objecting") for row in rows):
        raise Refused("selection.not_ready")
    alias = ledger.keys.aliases(vacancy)
    names = sorted(alias(row.application.partition(".")[2]) for row in rows if row.state == "meets")
    scheme: str = said["scheme"]
    return Handover(
        scheme=sha256(scheme.encode()).hexdigest(),
        pack_digest=said["pack_digest"],
        roster=list_digest([{"alias": name} for name in names]),
        source=f"intake:{said['announced']}",
        seats=codec.trusted(said["seats"]),
        terms=codec.read(Scheme, scheme),
        round=said["round"],
    )


def admitted(ledger: Ledger, stream: str) -> Handed | None:
    """The row behind a candidacy that was handed over: of this vacancy, and found to meet the requirements. None for
    anybody else, such as an applicant who came after the close."""
    row = one_of(ledger, stream)
    return row if row is not None and row.state == "meets" else None


def admit(ledger: Ledger, call: Call) -> Any:
    """A command of a candidacy with `admitted`, whether the roster has it."""
    return replace(call.command, admitted=admitted(ledger, call.stream) is not None)


def _of_vacancy(tx: sa.Connection, one: Recorded, event: Any) -> None:
    vacancy = streams.ident(one.stream)
    match event:
        case VacancyPublished():
            seats = {formation.kind: formation.seats for formation in event.formations}
            scheme = codec.body(event.scheme).decode()
            row = (
                vacancy, event.round, event.unit, event.post, event.pack_digest, scheme, codec.dumps(seats).decode(),
                None, None, 0,
            )  # fmt: skip
            sql.fill(tx, "handover_vacancies", VACANCY, [row], sql.replacing(VACANCY))
        case CheckResultAnnounced(until=until):
            changed = {"announced": one.position, "until": instant(until)}
            tx.execute(sa.update(vacancies).where(vacancies.c.vacancy == vacancy).values(changed))
        case VacancyCancelled():
            tx.execute(sa.update(vacancies).where(vacancies.c.vacancy == vacancy).values(cancelled=1))


def _of_application(row: Handed | None, id: str, position: int, event: Any) -> Handed | None:
    """The row after an event; None where it changes nothing."""
    match row, event:
        case _, ApplicationSubmitted(vacancy=vacancy, applicant=applicant, kind=kind):
            return Handed(id, vacancy, applicant, kind, {}, "submitted", position)
        case Handed(), ApplicationWithdrawn():
            return row._replace(state="withdrawn" if row.state == "meets" else "left", since=position)
        case Handed(), DocumentsChecked(meets=meets, facts=facts):
            return row._replace(facts=dict(facts), state="meets" if meets else "fails", since=position)
        case Handed(), CheckObjectionFiled():
            return row._replace(state="objecting", since=position)
        case Handed(), CheckObjectionDecided(meets=meets):
            return row._replace(state="meets" if meets else "fails", since=position)
    return None


def _row(values: Sequence[Any]) -> Handed:
    application, vacancy, applicant, kind, facts, state, since = values
    return Handed(application, vacancy, applicant, kind, codec.trusted(facts), state, since)
