"""A vacancy from an official list: listed once, as the ministry fixed it (Permenpan RB 6/2024 art. 22)."""

from dataclasses import replace

from services.intake import vacancies
from services.intake.facts import NO_POST, NO_ROLL, NO_ROUND
from services.intake.vacancies import Facts, ListVacancy
from shared.events.intake import Formation, VacancyListed
from shared.events.platform import AttemptRefused, ImportedRow
from tests.domain.specification import Specification

OFFERED = Formation(kind="general", seats=3, educations=("S-1: A", "D-IV: B"))
SOURCE = ImportedRow(import_="a" * 64, row=1)
LIST = ListVacancy(unit="Unit X", post="PENATA", formations=(OFFERED,), source=SOURCE)
LISTED = VacancyListed(unit="Unit X", post="PENATA", formations=(OFFERED,), source=SOURCE)

given = Specification(vacancies, Facts(post=NO_POST, round=NO_ROUND, roll=NO_ROLL)).given


def test_a_vacancy_is_listed_with_all_educations_that_qualify() -> None:
    given().when(LIST).then(LISTED)


def test_a_list_with_the_same_content_again_changes_nothing() -> None:
    """Whichever file says it: where it stood is evidence, not content."""
    given(LISTED).when(LIST).then()
    given(LISTED).when(replace(LIST, source=ImportedRow(import_="b" * 64, row=9))).then()


def test_other_contents_for_a_listed_vacancy_are_refused() -> None:
    """Gresik 2021: a requirement was changed midway (domain.md 8c T7); what is announced is frozen."""
    for other in (
        replace(LIST, unit="Unit Y"),
        replace(LIST, post="ANALIS"),
        replace(LIST, formations=(replace(OFFERED, seats=4),)),
        replace(LIST, formations=(replace(OFFERED, educations=("S-1: A",)),)),
        replace(LIST, formations=(replace(OFFERED, kind="cumlaude"),)),
    ):
        given(LISTED).when(other).refused("vacancy.listed_otherwise")


def test_seats_are_said_and_never_negative() -> None:
    given().when(replace(LIST, formations=())).refused("vacancy.seats")
    given().when(replace(LIST, formations=(OFFERED, replace(OFFERED, seats=-1)))).refused("vacancy.seats")
    empty = (replace(OFFERED, seats=0),)  # a formation that fills nobody is announced all the same
    given().when(replace(LIST, formations=empty)).then(replace(LISTED, formations=empty))


def test_an_attempt_on_record_changes_nothing() -> None:
    attempt = AttemptRefused(act="ListVacancy", code="x", digest="0" * 64)
    given(attempt).when(LIST).then(LISTED)
    given(LISTED, attempt).when(LIST).then()


def test_seats_that_no_column_can_hold_are_refused() -> None:
    """One such vacancy would fail the batch of all others."""
    given().when(replace(LIST, formations=(replace(OFFERED, seats=1_000_001),))).refused("vacancy.seats")
    given().when(replace(LIST, formations=(replace(OFFERED, seats=2**53),))).refused("vacancy.seats")
