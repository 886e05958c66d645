"""What a refusal says more: which fault at which part, which deadline, which vacancy, so that whoever reads it can act.

Read beside the lock, when the answer is given: it may already say what has changed since.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import fields
from typing import Any, Final

import sqlalchemy as sa

from services.intake import files, views
from services.intake.notices import Fault, faults
from services.intake.routes import ledger_of
from services.intake.service import NOTICE, POST, ROUND
from shared.events import codec, streams
from shared.events.intake import VacancyPublished
from shared.ledger import Ledger
from shared.runtime.calls import Call
from shared.runtime.http.acts import Details
from shared.runtime.http.site import Site
from shared.runtime.problems import sentence
from shared.runtime.sentences import INTAKE as SENTENCES
from shared.runtime.service import Fact
from shared.runtime.turn import facts_table

Said = Mapping[str, Any]
FAULTY: Final = ("notice.", "round.", "scheme.", "timeline.", "vacancy.seats")  # codes of a notice's faults
OURS: Final = "notice.key"  # made beside the lock, after the request; no author's fault


def fact(ledger: Ledger, of: Fact, key: str) -> Any:
    """A fact as it stands now."""
    with ledger.reader.begin() as tx:
        chosen = sa.select(facts_table.c.value).where(facts_table.c.id == f"{of.name}:{key}")
        found = tx.execute(chosen).scalar()
    return of.initial if found is None else codec.read(of.of, found)


def faults_of(ledger: Ledger, call: Call) -> list[Fault]:
    """Everything wrong with a notice as its author sent it; see `OURS`."""
    command, own = call.command, streams.ident(call.stream)
    notice = VacancyPublished(**{item.name: getattr(command, item.name) for item in fields(VacancyPublished)})
    post = fact(ledger, POST, f"{streams.agency(call.stream)}.{notice.post}")
    found = faults(notice, own, dt.datetime.fromisoformat(call.received_at), post, fact(ledger, ROUND, notice.round))
    return [one for one in found if one.code != OURS]


def _faults(site: Site, call: Call) -> Said:
    """Every fault of a notice, not the first alone: a code, the part that it is about, its sentences."""
    return {"faults": [_told(one) for one in faults_of(ledger_of(site), call)]}


def _told(fault: Fault) -> Said:
    said = {lang: sentence(fault.code, lang) for lang in ("id", "en")}
    return {"code": fault.code, "about": fault.about, **said}


def _notice(site: Site, vacancy: str) -> Said:
    with ledger_of(site).reader.begin() as tx:
        return dict(views.notice(tx, vacancy) or {})


def _application(site: Site, call: Call) -> Said:
    with ledger_of(site).reader.begin() as tx:
        return dict(files.row(tx, streams.ident(call.stream)) or {})


def _of_notice(column: str, name: str) -> Details:
    """One column of the notice that a vacancy's own command, or an application to it, is about."""

    def said(site: Site, call: Call) -> Said:
        vacancy = getattr(call.command, "vacancy", None) or (
            streams.ident(call.stream)
            if streams.category(call.stream) == "vacancy"
            else _application(site, call).get("vacancy", "")
        )
        value = _notice(site, vacancy).get(column)
        return {} if value is None else {name: value}

    return said


def _out_of_time(column: str, name: str) -> Details:
    """The same, and when the application had arrived: both instants that decide."""
    noticed = _of_notice(column, name)
    return lambda site, call: {**noticed(site, call), "received_at": call.received_at}


def _published(name: str, column: str) -> Details:
    """What the notice of an application's vacancy offers or asks for."""

    def said(site: Site, call: Call) -> Said:
        vacancy = getattr(call.command, "vacancy", None) or _application(site, call).get("vacancy", "")
        return {name: list(getattr(fact(ledger_of(site), NOTICE, vacancy), column))}

    return said


def _applied(site: Site, call: Call) -> Said:
    """The vacancy that this person has applied for in this round: their own, as the claim has proved."""
    found = _application(site, call)
    return {"vacancy": found["vacancy"]} if found else {}


def _open_vacancies(site: Site, call: Call) -> Said:
    return {"vacancies": list(fact(ledger_of(site), ROUND, streams.ident(call.stream)).vacancies)}


def _unfinished(site: Site, call: Call) -> Said:
    """How many files wait for a finding, and how many objections for an answer."""
    with ledger_of(site).reader.begin() as tx:
        files, objections = (
            len(views.standing(tx, streams.ident(call.stream), state)) for state in ("submitted", "objecting")
        )
    return {"files": files, "objections": objections}


PUBLISHING: Final[Mapping[str, Details]] = {code: _faults for code in SENTENCES if code.startswith(FAULTY)}
SUBMITTING: Final[Mapping[str, Details]] = {
    "application.document_missing": _published("requirements", "proved"),
    "application.early": _out_of_time("apply_from", "opens"),
    "application.kind": _published("kinds", "kinds"),
    "application.late": _out_of_time("until", "deadline"),
    "application.one_per_round": _applied,
    "application.requirement_unknown": _published("requirements", "requirements"),
    "vacancy.closed": _out_of_time("until", "deadline"),
}
ASSIGNING: Final[Mapping[str, Details]] = {"vacancy.still_open": _of_notice("until", "deadline")}
CHECKING: Final[Mapping[str, Details]] = {
    **ASSIGNING,
    "check.incomplete": _published("requirements", "requirements"),
    "check.requirement_unknown": _published("requirements", "requirements"),
}
OBJECTING: Final[Mapping[str, Details]] = {"objection.late": _of_notice("object_until", "until")}
EXTENDING: Final[Mapping[str, Details]] = {"deadline.shorter": _of_notice("until", "deadline")}
ANNOUNCING: Final[Mapping[str, Details]] = {
    "check.objection_open": _unfinished,
    "check.unfinished": _unfinished,
    "check.window_open": _of_notice("object_until", "until"),
    "vacancy.still_open": _of_notice("until", "deadline"),
}
CLOSING: Final[Mapping[str, Details]] = {"round.vacancy_open": _open_vacancies}
