"""A post: one valid job analysis (Peraturan BKN 9/2022 art. 3), and the clock of acting officers (TEST 35)."""

import datetime as dt
from dataclasses import replace

import pytest

from services.intake import posts
from services.intake.posts import AdoptJobAnalysis, AssignActingOfficer, Facts
from shared.events.intake import ActingOfficerAssigned, JobAnalysisAdopted
from shared.events.platform import AttemptRefused
from tests.domain.specification import Specification

ITEMS = {sign: f"item {sign}" for sign in "abcdefghijklmno"}
ADOPT = AdoptJobAnalysis(items=ITEMS, competences=("service", "data"), class_="8")
ADOPTED = JobAnalysisAdopted(version=1, items=ITEMS, competences=("service", "data"), class_="8")


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def term(first: str, last: str, unit: str = "pkm-03", decree: str = "821/17") -> ActingOfficerAssigned:
    return ActingOfficerAssigned(unit=unit, from_=day(first), until=day(last), decree=decree)


def assign(first: str, last: str, unit: str = "pkm-03", decree: str = "821/17") -> AssignActingOfficer:
    return AssignActingOfficer(unit=unit, from_=day(first), until=day(last), decree=decree)


FIRST = term("2027-01-04", "2027-04-03")
given = Specification(posts, Facts()).given


def test_an_analysis_holds_fifteen_items() -> None:
    """Peraturan BKN 9/2022 art. 3: a to o, each said."""
    given().when(ADOPT).then(ADOPTED)
    for other in (
        {sign: text for sign, text in ITEMS.items() if sign != "o"},
        {**ITEMS, "p": "more"},
        {**ITEMS, "c": "  "},
    ):
        given().when(replace(ADOPT, items=other)).refused("post.items")


@pytest.mark.parametrize("named", [(), ("service", "service"), ("service", "")])
def test_competences_are_named_once(named: tuple[str, ...]) -> None:
    """A competence stage tests one to eight of them (domain.md 2h)."""
    given().when(replace(ADOPT, competences=named)).refused("post.competences")


def test_versions_count_up_and_the_same_again_changes_nothing() -> None:
    given(ADOPTED).when(ADOPT).then()
    given(ADOPTED).when(replace(ADOPT, class_="9")).then(replace(ADOPTED, version=2, class_="9"))


def test_an_acting_term_lasts_three_months_at_most() -> None:
    """BKN circular: three months, and three more by another decree."""
    given().when(assign("2027-01-04", "2027-04-03")).then(FIRST)
    given().when(assign("2027-01-04", "2027-04-04")).refused("acting.too_long")
    given().when(assign("2027-01-04", "2027-01-03")).refused("acting.days")
    given().when(assign("2027-01-04", "2027-01-04")).then(term("2027-01-04", "2027-01-04"))


def test_terms_of_a_unit_do_not_overlap() -> None:
    given(FIRST).when(assign("2027-01-04", "2027-04-03")).then()
    given(FIRST).when(assign("2027-04-03", "2027-06-30")).refused("acting.overlaps")
    given(FIRST).when(assign("2027-04-03", "2027-06-30", unit="pkm-04")).then(
        term("2027-04-03", "2027-06-30", unit="pkm-04")
    )


def test_35_the_clock_runs_on_the_post_whoever_acts() -> None:
    """TEST 35: acting 3 + 3 months, another, the first again: late since month 6; a gap starts it anew."""
    second, third = term("2027-04-04", "2027-07-03", decree="b"), term("2027-07-04", "2027-09-30", decree="c")
    state = given(FIRST, second, third).state
    assert state.acting["pkm-03"].since == day("2027-01-04")
    assert state.acting["pkm-03"].late_from == day("2027-07-04")
    apart = given(FIRST, term("2027-04-05", "2027-07-03")).state
    assert apart.acting["pkm-03"].late_from == day("2027-10-05")


def test_an_attempt_on_record_changes_nothing() -> None:
    attempt = AttemptRefused(act="AdoptJobAnalysis", code="x", digest="0" * 64)
    given(ADOPTED, attempt).when(ADOPT).then()
