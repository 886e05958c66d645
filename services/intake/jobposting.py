"""A notice as schema.org's JobPosting, for search engines and job boards; only while somebody can still apply."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from services.intake.facts import PANEL_ROUNDS
from services.intake.published import Vacancy
from services.intake.routes import PREFIX
from shared.rules import calendar

MEDIA_TYPE: Final = "application/ld+json"
FIT: Final = ("upcoming", "open")  # states of a vacancy that is still worth a reader's way
FULL: Final = "FULL_TIME"
FOR_A_TERM: Final = "TEMPORARY"  # PPPK: a contract (UU 20/2023 art. 34)


def posting(vacancy: Vacancy, *, kind: str) -> dict[str, Any]:
    """The posting of a vacancy that was published here, in a round of this `kind`; `url` is a path on the host that the
    reader asked. Text is plain: whoever puts it on a page escapes it."""
    notice, opened = vacancy.notice, vacancy.published
    return {
        "@context": "https://schema.org",
        "@type": "JobPosting",
        "title": vacancy.post,
        "description": _description(notice),
        "identifier": {"@type": "PropertyValue", "name": vacancy.agency, "value": vacancy.vacancy},
        "datePosted": "" if opened is None else _day(opened.at),
        "validThrough": vacancy.until,
        "hiringOrganization": {"@type": "GovernmentOrganization", "name": vacancy.agency},
        "jobLocation": {
            "@type": "Place",
            "name": vacancy.unit,
            "address": {"@type": "PostalAddress", "addressCountry": "ID"},
        },
        "employmentType": [FULL, FOR_A_TERM] if kind == "pppk" else [FULL],
        "totalJobOpenings": vacancy.seats,
        "directApply": kind in PANEL_ROUNDS,
        "url": f"{PREFIX}/vacancy/{vacancy.vacancy}",
    }


def _description(notice: dict[str, Any]) -> str:
    """Seats and educations by kind of need, then every requirement, a line each."""
    formations = [f"{one['kind']}: {one['seats']} ({', '.join(one['educations'])})" for one in notice["formations"]]
    return "\n".join([*formations, *(f"- {one['words']}" for one in notice["requirements"])])


def _day(moment: str) -> str:
    return calendar.day_of(dt.datetime.fromisoformat(moment)).isoformat()
