"""Open data of a vacancy: its releases, one for each public event, and their record, after the Open Contracting
standard's way of publishing (release, record), with Merit's own data in it; the ranking as CSV.

The record follows from the releases alone; before a ranking is published no release carries an alias.
"""

from __future__ import annotations

from typing import Any, Final

import sqlalchemy as sa

from services.projections import publications, transparency
from services.projections.sentences import said
from shared.events import NotFound, codec

LICENCE: Final = "https://creativecommons.org/licenses/by/4.0/"
TAGS: Final = {  # by the stage of the process that an event belongs to
    "VacancyPublished": "planning", "VacancyListed": "planning", "DeadlineExtended": "tenderAmendment",
    "VacancyAnnounced": "tender", "ApplicationsClosed": "tenderUpdate", "VacancyCancelled": "tenderCancellation",
    "SelectionCancelled": "tenderCancellation", "RankingPublished": "award", "RankingFixed": "award",
    "AppointmentOffered": "awardUpdate", "CandidateAppointed": "contract", "AppointmentRevoked": "contractTermination",
}  # fmt: skip


def releases(tx: sa.Connection, vacancy: str) -> list[dict[str, Any]]:
    """One for each public event, in the order of time. NotFound for a vacancy that none is about."""
    found = [(service, row) for service in transparency.LINES for row in transparency.lines(tx, service, vacancy)]
    if not found:
        raise NotFound(vacancy)
    named = bool(publications.versions(tx, vacancy))
    ordered = sorted(found, key=lambda pair: (pair[1]["at"], pair[0], pair[1]["position"]))
    return [_release(vacancy, service, row, named) for service, row in ordered]


def _release(vacancy: str, service: str, row: sa.RowMapping, named: bool) -> dict[str, Any]:
    data, act = codec.trusted(row["data"]), transparency.act_of(row["type"])
    words = transparency.short(data)
    return {
        "ocid": f"merit-{vacancy}",
        "id": f"{service}:{row['position']}",
        "date": row["at"],
        "tag": [TAGS.get(act, "planningUpdate" if service == "intake" else "tenderUpdate")],
        "type": row["type"],
        "stream": row["stream"],
        "title": {"id": said(act, words, "id"), "en": said(act, words, "en")},
        "data": data if named else transparency.unnamed(data),
    }


def package(tx: sa.Connection, vacancy: str) -> dict[str, Any]:
    """The record: every release, and what they come to."""
    made = releases(tx, vacancy)
    versions = publications.versions(tx, vacancy)
    compiled: dict[str, Any] = {"ocid": f"merit-{vacancy}", "date": made[-1]["date"], "vacancy": vacancy}
    for one in made:
        if one["type"] == "merit.intake.VacancyPublished.v1":
            compiled["notice"] = one["data"]
    if versions:
        last = versions[-1]
        compiled["ranking"] = {
            "version": last.version, "rows": last.rows, "root": last.root, "fixed": last.fixed_at is not None,
            "head": [
                {"place": row.place, "alias": row.alias, "kind": row.kind, "final": row.final,
                 "stages": dict(row.stages)}
                for row in last.head
            ],
        }  # fmt: skip
    return {
        "version": "1.0", "license": LICENCE,
        "records": [{"ocid": f"merit-{vacancy}", "releases": made, "compiledRelease": compiled}],
    }  # fmt: skip


def as_csv(tx: sa.Connection, vacancy: str) -> str:
    """The last published ranking. NotFound before there is one."""
    versions = publications.versions(tx, vacancy)
    if not versions:
        raise NotFound(f"{vacancy} has no published ranking")
    return publications.csv_of(publications.whole(tx, versions[-1]))
