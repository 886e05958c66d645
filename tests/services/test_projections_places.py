"""Places of a panel selection follow from its events: sheets put together, corrections, departures, annulled stages
(domain.md 2h, 3; events.md 3b)."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from services.projections import queries
from services.projections.ranking import Row
from shared.events.platform import ListDigest
from shared.events.selection import (
    AttendanceRecorded,
    CandidateDisqualified,
    CandidateWithdrawn,
    RosterAmended,
    SelectionCancelled,
    SessionClosed,
    Sheet,
    StageAnnulled,
    StageScored,
)
from shared.runtime.marking import fold, forget
from shared.runtime.picture import Picture
from tests.services.projections_world import (
    OTHER,
    PANEL,
    ROOT,
    VACANCY,
    WORDS,
    Telling,
    ident,
    interview,
    points,
    telling,
)


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Telling]:
    with telling(tmp_path / "data") as made:
        yield made


def rows(here: Telling, vacancy: str = VACANCY) -> dict[int, Row]:
    """The read model's rows, by the number of the application."""
    here.follow()
    numbers = {ident(n): n for n in range(1, 40)}
    with here.store.begin() as tx:
        ((_, found, _),) = queries.picture(tx, [vacancy])
    return {numbers[row.application]: row for row in found}


def places(here: Telling) -> list[int]:
    """Numbers in the order of their places; whoever has none is left out."""
    found = [(row.place, n) for n, row in rows(here).items() if row.place is not None]
    return [n for _, n in sorted(found)]


def test_26_sheets_make_marks_and_marks_the_final_score(here: Telling) -> None:
    """TEST 26 (domain.md 2h): one of five recused, four sheets: 29.647 + 19.625 + 8.125 + 7.300 + 6.540 + 5.443."""
    here.open()
    here.written(1, 63)
    here.sheets(1, "competence", [points(care=mark) for mark in (78, 81, 75, 80)])
    columns = ((80, 85, 78, 82), (74, 70, 76, 72), (83, 80, 79, 85), (77, 75, 80, 79))
    here.sheets(1, "interview", [interview(*four) for four in zip(*columns, strict=True)])
    row = rows(here)[1]
    assert (row.final, row.place, row.hired) == ("76.680", 1, 1)
    assert row.marks["interview"]["experience"] == "81.250"


def test_a_corrected_point_of_a_sheet_moves_its_owner(here: Telling) -> None:
    here.open(seats=1)
    here.whole(1, 70, 80, (80, 80, 80, 80))
    here.whole(2, 70, 80, (81, 80, 80, 80))
    assert places(here) == [2, 1]
    here.correct(1, "interview", "experience", was=80, is_=100, panelist="p3")
    assert places(here) == [1, 2]
    assert rows(here)[1].marks["interview"]["experience"] == "84.000"


def test_a_corrected_mark_and_a_corrected_fact(here: Telling) -> None:
    here.open()
    here.whole(1, 70, 80, (80, 80, 80, 80))
    here.candidate(1, StageScored(stage="written", parts={"written": Decimal(70)}, facts={"gpa": "3.10"}))
    here.correct(1, "written", "written", was=70, is_=75)
    here.correct(1, "written", "gpa", was=3, is_=4)
    here.correct(1, "interview", "experience", was=80, is_=90, panelist="nobody")
    row = rows(here)[1]
    assert (row.marks["written"], row.facts["gpa"], row.marks["interview"]["experience"]) == (
        {"written": "75"}, "4", "90",
    )  # fmt: skip


def test_who_leaves_takes_no_place_and_keeps_the_marks(here: Telling) -> None:
    here.open()
    for n in (1, 2, 3):
        here.whole(n, 70 + n, 80, (80, 80, 80, 80))
    here.candidate(3, CandidateWithdrawn(reason="other_work"))
    here.candidate(2, CandidateDisqualified(reason="forged", evidence="a" * 64, words=WORDS))
    here.candidate(2, CandidateWithdrawn(reason="other_work"))
    found = rows(here)
    assert places(here) == [1]
    assert (found[3].outside, found[2].outside, found[1].outside) == ("APS", "DIS", None)
    assert found[3].final is not None


def test_who_was_absent_is_outside_until_it_is_put_right(here: Telling) -> None:
    here.open()
    here.candidate(1, AttendanceRecorded(stage="written", present=True))
    here.candidate(1, AttendanceRecorded(stage="written", present=False))
    assert rows(here)[1].outside == "TH"
    here.candidate(1, AttendanceRecorded(stage="written", present=False))
    here.candidate(1, AttendanceRecorded(stage="written", present=True))
    assert rows(here)[1].outside is None
    here.whole(1, 70, 80, (80, 80, 80, 80))
    assert places(here) == [1]


def test_a_code_of_a_list_outlives_what_was_recorded_here(here: Telling) -> None:
    here.open()
    here.candidate(1, StageScored(stage="written", parts={"written": Decimal(70)}, outside="DIS"))
    here.candidate(1, CandidateWithdrawn(reason="other_work"))
    assert rows(here)[1].outside == "DIS"
    here.candidate(2, AttendanceRecorded(stage="written", present=False))
    here.candidate(2, StageScored(stage="written", parts={"written": Decimal(70)}, outside="APS"))
    assert rows(here)[2].outside == "APS"


def test_an_annulled_stage_counts_for_nobody(here: Telling) -> None:
    """The court's remedy in Langkat (domain.md 0.2): the order of the rest; its minimum and the final one fall."""
    here.open(seats=1)
    here.whole(1, 80, 80, (60, 60, 60, 60))
    here.whole(2, 60, 80, (95, 95, 95, 95))
    here.written(3, 50)
    here.sheets(3, "competence", [points(care=70)] * 5)
    here.candidate(3, AttendanceRecorded(stage="interview", present=False))
    assert places(here) == [2, 1]
    here.tell("selection", f"selection-{VACANCY}", StageAnnulled(stage="interview", order="ptun", words="Batal"))
    assert places(here) == [1, 2]
    found = rows(here)
    assert (found[1].final, found[1].hired, found[3].outside) == ("57.647", 1, None)
    assert found[3].place is None, "23.529 is under the written test's own minimum"


def test_whoever_is_taken_off_the_roster_is_outside_until_they_are_put_back(here: Telling) -> None:
    here.open()
    for n in (1, 2):
        here.whole(n, 70 + n, 80, (80, 80, 80, 80))
    off = RosterAmended(
        added=(), removed=(here.alias(2),), ground="court", roster=ListDigest(rows=1, root=ROOT)
    )  # fmt: skip
    here.tell("selection", f"selection-{VACANCY}", off)
    assert (places(here), rows(here)[2].outside) == ([1], "RM")
    here.tell("selection", f"selection-{VACANCY}", replace(off, added=off.removed, removed=()))
    assert (places(here), rows(here)[2].outside) == ([2, 1], None)


def test_a_file_that_begins_after_its_removal_is_outside_from_the_start(here: Telling) -> None:
    here.open()
    off = RosterAmended(added=(), removed=(here.alias(1),), ground="court", roster=ListDigest(rows=2, root=ROOT))
    here.tell("selection", f"selection-{VACANCY}", off)
    here.whole(1, 70, 80, (80, 80, 80, 80))
    assert (places(here), rows(here)[1].outside) == ([], "RM")


def test_a_sheet_of_one_stage_alone_is_taken_back_there(here: Telling) -> None:
    """Whoever marked one stage is forgotten in it, and the other's sheets stay."""
    here.open()
    here.written(1, 70)
    sheet = Sheet(panelist="p9", points=points(care=60), nonce="f" * 64)
    here.candidate(1, StageScored(stage="competence", sheets=(sheet, replace(sheet, panelist="p8"))))
    here.sheets(1, "interview", [interview(80, 80, 80, 80)] * 3)
    picture = Picture({}, {}, {})
    for page in here.ledgers["selection"].read():
        for one in page:
            fold(picture, one, here.folder.keys.aliases)
    forget(picture, VACANCY, "p9")
    row = picture.rows[VACANCY][ident(1)]
    assert (row.marks["competence"], len(picture.details[VACANCY][ident(1)].sheets["interview"])) == (
        {"care": "60.000"}, 3,
    )  # fmt: skip


def test_events_of_other_streams_move_nobody(here: Telling) -> None:
    here.tell("selection", "session-pauh.s1", SessionClosed(present=1, absent=0, devices="a" * 64, incidents=()))
    here.tell("selection", f"selection-{VACANCY}", SelectionCancelled(reason="budget", words="Batal"))
    (page,) = here.ledgers["selection"].read()
    picture = Picture({}, {}, {})
    assert [fold(picture, one, here.folder.keys.aliases) for one in page] == [False, False]
    assert picture == Picture({}, {}, {})


def test_a_stage_of_too_few_sheets_is_no_result_yet(here: Telling) -> None:
    here.open()
    here.candidate(1, StageScored(stage="competence", sheets=()))
    assert rows(here)[1].marks == {}


def test_under_a_minimum_is_outside_the_order(here: Telling) -> None:
    """TEST 30: 50 of 85 are 23.530, under 24."""
    here.open()
    here.whole(1, 50, 90, (90, 90, 90, 90))
    here.whole(2, 51, 90, (90, 90, 90, 90))
    assert places(here) == [2]


def test_vacancies_are_apart_and_any_batch_makes_the_same_rows(here: Telling) -> None:
    """Events 5: any interleaving of streams gives the same view."""
    for vacancy in (VACANCY, OTHER):
        here.open(vacancy=vacancy)
    for n in (1, 2, 3):
        for vacancy in (VACANCY, OTHER):
            here.whole(n, 60 + n, 80, (80, 80, 80, 70 + n), vacancy)
            here.follow()
    here.candidate(4, AttendanceRecorded(stage="written", present=True))
    sheet = Sheet(panelist=PANEL[0], points=points(care=90), nonce="f" * 64)
    here.candidate(1, StageScored(stage="competence", sheets=(sheet,)), vacancy=OTHER)
    here.follow()
    assert places(here) == [3, 2, 1]
    assert {n: row.place for n, row in rows(here, OTHER).items()} == {1: 1, 2: 3, 3: 2}
