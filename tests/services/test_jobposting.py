"""A notice as schema.org's JobPosting: what search engines ask for, while somebody can still apply."""

import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from services.intake import jobposting
from services.intake.examples import EXAMPLES
from services.intake.published import vacancy_of
from services.intake.vacancies import CancelVacancy
from tests.services.intake_site import API, DEADLINE, MARCH, VACANCY, World, opened, publish, site

PATH = f"/vacancy/{VACANCY}/jobposting"


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """A vacancy is published; it is March."""
    with site(tmp_path / "data") as made:
        opened(made)
        publish(made)
        made.now[0] = MARCH
        yield made


def test_a_posting_says_what_job_boards_ask_for(world: World) -> None:
    answer = world.get(PATH, Host="elsewhere.invalid")
    assert answer.headers["content-type"].startswith("application/ld+json")
    assert world.get(f"/vacancy/{VACANCY}").status_code == 200
    assert json.loads(answer.content) == {
        "url": f"{API}/vacancy/{VACANCY}",
        "@context": "https://schema.org",
        "@type": "JobPosting",
        "title": "perawat",
        "description": "general: 2 (Ners)\n- STR yang masih berlaku\n- Sehat jasmani dan rohani",
        "identifier": {"@type": "PropertyValue", "name": "pauh", "value": VACANCY},
        "datePosted": "2027-02-20",
        "validThrough": "2027-03-20T17:00:00.000000Z",
        "hiringOrganization": {"@type": "GovernmentOrganization", "name": "pauh"},
        "jobLocation": {
            "@type": "Place",
            "name": "pkm-03",
            "address": {"@type": "PostalAddress", "addressCountry": "ID"},
        },
        "employmentType": ["FULL_TIME"],
        "totalJobOpenings": 2,
        "directApply": False,
    }


@pytest.mark.parametrize(
    ("kind", "types", "here"),
    [("cpns", ["FULL_TIME"], False), ("pppk", ["FULL_TIME", "TEMPORARY"], False), ("school", ["FULL_TIME"], False),
     ("jpt", ["FULL_TIME"], True), ("local", ["FULL_TIME"], True)],
)  # fmt: skip
def test_one_applies_here_in_panel_rounds_alone(world: World, kind: str, types: list[str], here: bool) -> None:
    """domain.md 1a: for the others people register elsewhere; a PPPK is employed for a term."""
    found = vacancy_of(world.pipeline.ledger, VACANCY, MARCH)
    made = jobposting.posting(found, kind=kind)
    assert (made["employmentType"], made["directApply"]) == (types, here)


def test_what_is_over_is_gone_and_what_never_was_is_unknown(world: World) -> None:
    world.now[0] = DEADLINE - dt.timedelta(microseconds=1)
    assert world.get(PATH).status_code == 200
    world.now[0] = DEADLINE
    answer = world.get(PATH)
    assert (answer.status_code, answer.json()["code"]) == (410, "vacancy.closed")
    world.now[0] = MARCH
    world.by_two("ppk", "hr", f"/vacancy/{VACANCY}/cancel-vacancy", EXAMPLES[CancelVacancy])
    answer = world.get(PATH)
    assert (answer.status_code, answer.json()["code"]) == (410, "vacancy.cancelled")
    assert world.get("/vacancy/pauh.no/jobposting").status_code == 404
