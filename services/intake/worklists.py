"""What waits for an official: files to check, objections to answer, vacancies to finish, timers that were refused."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa

from services.intake import verifiers
from services.intake.routes import Said
from services.intake.views import applications, notices
from shared.events import streams
from shared.ledger import Ledger
from shared.runtime.http.rules import agency_of
from shared.runtime.identity import Principal
from shared.runtime.timers import outcomes

MOST: Final = 500


class ToCheck(Said):
    """A file that one may check: nobody has decided it, and no tie was declared."""

    application: str
    vacancy: str


class ToAnswer(Said):
    """An objection without an answer, filed at `position`."""

    application: str
    vacancy: str
    position: int


class Unfinished(Said):
    """A vacancy whose applications are closed: files that wait for a finding, objections that wait for an answer. Where
    neither does, the result waits to be announced."""

    vacancy: str
    state: str
    files: int
    objections: int
    object_until: str | None = None


class Trouble(Said):
    """An act of the timetable that was refused (`code`), or failed and is tried again."""

    stream: str
    kind: str
    at: str
    code: str
    tries: int
    again: str | None = None


class Worklist(Said):
    """What waits; a part is absent for whoever does not hold its role."""

    checks: list[ToCheck] | None = None
    objections: list[ToAnswer] | None = None
    vacancies: list[Unfinished] | None = None
    troubles: list[Trouble] | None = None
    as_of: int


def worklist(ledger: Ledger, principal: Principal) -> Worklist:
    """Of one's own agency, by the roles that one holds."""
    size, agency, roles = ledger.size(), agency_of(principal.unit), principal.roles
    with ledger.reader.begin() as tx:
        return Worklist(
            checks=_checks(tx, principal.subject, agency) if "verifier" in roles else None,
            objections=_objections(tx, agency) if "committee" in roles else None,
            vacancies=_unfinished(tx, agency) if "hr" in roles else None,
            troubles=_troubles(tx, agency) if "hr" in roles else None,
            as_of=size,
        )


def _checks(tx: sa.Connection, verifier: str, agency: str) -> list[ToCheck]:
    rows = verifiers.worklist(tx, verifier, most=MOST)
    return [
        ToCheck(application=row["application"], vacancy=row["vacancy"])
        for row in rows
        if agency_of(row["vacancy"]) == agency
    ]


def _objections(tx: sa.Connection, agency: str) -> list[ToAnswer]:
    chosen = (
        sa.select(applications.c.application, applications.c.vacancy, applications.c.position)
        .join(notices, notices.c.vacancy == applications.c.vacancy)
        .where(notices.c.agency == agency, applications.c.state == "objecting", notices.c.state != "cancelled")
        .order_by(applications.c.position)
        .limit(MOST)
    )
    return [ToAnswer(**row) for row in tx.execute(chosen).mappings()]


def _unfinished(tx: sa.Connection, agency: str) -> list[Unfinished]:
    """Closed ones until their result is announced, and announced ones while an objection or a file waits."""
    files, objections = (
        sa.func.count(sa.case((applications.c.state == state, 1))).label(name)
        for state, name in (("submitted", "files"), ("objecting", "objections"))
    )
    chosen = (
        sa.select(notices.c.vacancy, notices.c.state, notices.c.object_until, files, objections)
        .outerjoin(applications, applications.c.vacancy == notices.c.vacancy)
        .where(notices.c.agency == agency, notices.c.state.in_(("closed", "announced")))
        .group_by(notices.c.vacancy, notices.c.state, notices.c.object_until)
        .having(sa.or_(notices.c.state == "closed", files > 0, objections > 0))
        .order_by(notices.c.vacancy)
        .limit(MOST)
    )
    return [Unfinished(**row) for row in tx.execute(chosen).mappings()]


def _troubles(tx: sa.Connection, agency: str) -> list[Trouble]:
    part = outcomes.c.stream.contains(f"-{agency}.", autoescape=True)
    rows = tx.execute(sa.select(outcomes).where(part).order_by(outcomes.c.at).limit(MOST)).mappings()
    return [Trouble(**row) for row in rows if streams.agency(row["stream"]) == agency]
