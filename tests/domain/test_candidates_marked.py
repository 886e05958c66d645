"""A candidacy that is marked here: seen before it is sealed, opened as it was sealed, corrected in sight (domain.md 2h,
2i, 3)."""

import datetime as dt
import hmac
import json
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given as every
from hypothesis import strategies as st

from services.selection import candidates
from services.selection.attendance import RecordAttendance
from services.selection.candidates import ScoreStage
from services.selection.course import Window
from services.selection.facts import Attendance, Procedure
from services.selection.marks import CorrectScore, RecordMarks
from services.selection.objections import (
    DecideResultObjection,
    DisqualifyCandidate,
    FileResultObjection,
    WithdrawCandidate,
)
from services.selection.panel_facts import Panel, fold_panel
from services.selection.results import CancelSelection
from services.selection.rosters import roster_of_one
from services.selection.sealing import OpenSheets
from services.selection.session_facts import Session
from shared.events.intake import Tie
from shared.events.platform import ImportedRow
from shared.events.selection import (
    AttendanceRecorded,
    CandidateDisqualified,
    CandidateWithdrawn,
    ConflictDeclared,
    PanelistRecused,
    ResultObjectionDecided,
    ResultObjectionFiled,
    ScoreCorrected,
    ScoreSealed,
    SetAside,
    StageScored,
)
from tests.domain.marked import (
    ALIAS,
    APPLICATION,
    CAME,
    COURSE,
    FACTS,
    JUDGES,
    NOTE,
    OK,
    PANEL,
    POINTS,
    PROCEDURE,
    ROSTER,
    SEAL,
    VACANCY,
    attempt,
    on,
    sealed,
    sheet,
)
from tests.domain.specification import Specification

given = Specification(candidates, FACTS).given
AT, UNTIL = "2027-05-05T02:00:00.000000Z", dt.datetime(2027, 5, 7, 17, tzinfo=dt.UTC)

ATTEND = RecordAttendance(stage="interview", present=True, alias=ALIAS, vacancy=VACANCY, admitted=True)
SHEETS = tuple(sheet(one) for one in JUDGES)
SEALS = tuple(sealed(one) for one in SHEETS)
OPENED = on(replace(COURSE, opened=("interview",)))
OPEN = OpenSheets(stage="interview", sheets=SHEETS, application=APPLICATION, alias=ALIAS, facts={"kind": "general"})
SCORED = StageScored(stage="interview", sheets=SHEETS, facts={"kind": "general"})


def refused(history: Any, command: Any, code: str, facts: Any = None) -> None:
    """Refused, and the attempt stays on record."""
    history.when(command, facts).refused(code, attempt(command, code))


# --- attendance ------------------------------------------------------------------------------------------------


def test_25_who_did_not_come_is_not_scored() -> None:
    """TEST 25, Langkat 2023: a score for somebody who never sat the test is refused, and is itself evidence."""
    refused(given(), SEAL, "score.absent")
    refused(given(AttendanceRecorded(stage="interview", present=False)), SEAL, "score.absent")
    refused(given(AttendanceRecorded(stage="competence", present=True)), SEAL, "score.absent")


def test_25_a_stage_that_the_notice_never_named_takes_no_mark() -> None:
    """TEST 25: a new component after the notice is refused, and is itself evidence."""
    for command in (SEAL, ATTEND, RECORD):
        added = replace(command, stage="sktt")
        refused(given(), added, "score.stage_unknown")


def test_attendance_is_recorded_once() -> None:
    given().when(ATTEND).then(CAME)
    given(CAME).when(ATTEND).then()
    given(CAME).when(replace(ATTEND, present=False)).refused("attendance.already")


def test_an_applicant_who_was_not_handed_over_does_not_come_in() -> None:
    """An applicant inserted after the close: refused, and is itself evidence."""
    for command in (
        ATTEND, LEAVE, OUT, OBJECT,
    ):  # fmt: skip
        stranger = replace(command, admitted=False)
        refused(given(), stranger, "score.not_on_roster", ANNOUNCED)


def test_a_roster_that_was_amended_decides() -> None:
    stranger = replace(ATTEND, admitted=False)
    given().when(stranger, on(replace(COURSE, added=(ALIAS,)))).then(CAME)
    refused(given(), ATTEND, "score.not_on_roster", on(replace(COURSE, removed=(ALIAS,))))


@pytest.mark.parametrize(
    "change", [{"opened": ("interview",)}, {"announced": {"interview": Window(version=1, until=UNTIL)}}]
)
def test_nobody_comes_after_the_scores_are_open(change: dict[str, Any]) -> None:
    refused(given(), ATTEND, "attendance.too_late", on(replace(COURSE, **change)))


def test_whoever_is_behind_the_line_of_an_earlier_stage_does_not_sit_the_next() -> None:
    refused(given(), replace(ATTEND, through=False), "attendance.behind_the_line")


def test_31_nobody_sits_the_next_stage_before_the_line_of_the_last_is_announced() -> None:
    """TEST 31: else the cut is skipped by never saying who is behind it."""
    given().when(replace(ATTEND, told=False)).refused("stage.unannounced")


def test_a_room_takes_those_it_was_scheduled_for_and_no_more_than_its_seats() -> None:
    seated = replace(ATTEND, session="pauh.s1", seat="12")
    room = Session(vacancies=(VACANCY,), stage="interview", seats=2, present=1, state="open")
    came = replace(CAME, session="pauh.s1", seat="12")
    given().when(seated, replace(FACTS, session=room)).then(came)
    for other, code in (
        (replace(room, vacancies=("pauh.2027-015",)), "attendance.session"),
        (replace(room, stage="written"), "attendance.session"),
        (replace(room, state="void"), "attendance.session_over"),
        (replace(room, present=2), "attendance.room_full"),
    ):
        given().when(seated, replace(FACTS, session=other)).refused(code)
    absent = replace(seated, present=False)
    given().when(absent, replace(FACTS, session=replace(room, present=2))).then(replace(came, present=False))


# --- seals -----------------------------------------------------------------------------------------------------


def test_a_seal_is_the_hmac_of_the_sheet_as_anybody_can_make_it() -> None:
    """transparency 3.4: HMAC(nonce, "merit/seal/v1\\n" || J({alias, panelist, points, stage}))."""
    points = {"analysis": "74", "experience": "78", "problem_solving": "83", "regional_challenges": "80"}
    said = {"alias": ALIAS, "panelist": "p1", "points": points, "stage": "interview"}
    message = b"merit/seal/v1\n" + json.dumps(said, sort_keys=True, separators=(",", ":")).encode()
    seal = hmac.new(bytes(32), message, "sha256").hexdigest()
    given(CAME).when(SEAL).then(ScoreSealed(stage="interview", panelist="p1", seal=seal))


def test_one_panelist_one_seal() -> None:
    (made,) = candidates.decide(SEAL, candidates.evolve(candidates.initial, CAME), FACTS)
    given(CAME, made).when(SEAL).then()
    given(CAME, made).when(replace(SEAL, nonce="1" * 64)).refused("score.sealed")
    given(CAME, made).when(replace(SEAL, points={**POINTS, "analysis": Decimal(90)})).refused("score.sealed")


def test_33_who_is_not_seated_or_has_not_declared_seals_nothing() -> None:
    """TEST 33: a sheet before the own declaration; kin is out for all; a tie is out for that candidate alone."""
    refused(given(CAME), replace(SEAL, by="p9"), "score.not_seated")
    refused(given(CAME), SEAL, "score.not_seated", replace(FACTS, panel=replace(PANEL, kinds={})))
    silent = replace(PANEL, declared={"p1": (ROSTER,)})
    refused(given(CAME), SEAL, "score.not_declared", replace(FACTS, panel=silent))
    tied = replace(PANEL, tied={"p1": (APPLICATION,)})
    refused(given(CAME), SEAL, "score.tied", replace(FACTS, panel=tied))
    refused(given(CAME), replace(SEAL, application=""), "score.tied")


def test_a_blind_stage_is_declared_for_the_roster_an_open_one_for_the_person() -> None:
    """domain.md 2i."""
    blind = replace(SEAL, stage="competence", points={"nursing": Decimal(70)})
    came = replace(CAME, stage="competence")
    by_person = replace(FACTS, panel=replace(PANEL, declared={"p1": (roster_of_one(ALIAS),)}))
    by_roster = replace(FACTS, panel=replace(PANEL, declared={"p1": (ROSTER,)}))
    refused(given(came), blind, "score.not_declared", by_person)
    assert candidates.decide(blind, candidates.evolve(candidates.initial, came), by_roster)
    assert candidates.decide(SEAL, candidates.evolve(candidates.initial, CAME), by_person)


def test_all_mark_the_practice_candidate_first() -> None:
    """domain.md 2h: all score one practice candidate first."""
    given(CAME).when(SEAL, replace(FACTS, panel=replace(PANEL, calibrated={}))).refused("score.not_calibrated")


def test_nothing_is_sealed_after_the_opening() -> None:
    refused(given(CAME), SEAL, "score.opened", OPENED)


def test_a_sheet_has_whole_points_of_exactly_its_criteria() -> None:
    """domain.md 2h: whole points 0 to 100; a note under 40, over 90."""
    for points, code in (
        ({**POINTS, "vision": Decimal(1)}, "sheet.criteria"),
        ({"analysis": Decimal(50)}, "sheet.criteria"),
        ({**POINTS, "analysis": Decimal("70.5")}, "sheet.points"),
        ({**POINTS, "analysis": Decimal(101)}, "sheet.points"),
        ({**POINTS, "analysis": Decimal(39)}, "sheet.note"),
        ({**POINTS, "analysis": Decimal(91)}, "sheet.note"),
    ):
        given(CAME).when(replace(SEAL, points=points)).refused(code)
    given(CAME).when(replace(SEAL, nonce="F" * 64)).refused("sheet.nonce")
    noted = replace(SEAL, points={**POINTS, "analysis": Decimal(91)}, words=NOTE)
    assert candidates.decide(noted, candidates.evolve(candidates.initial, CAME), FACTS)


def test_a_stage_without_a_panel_is_not_sealed() -> None:
    came = replace(CAME, stage="written")
    given(came).when(replace(SEAL, stage="written")).refused("score.no_panel")


def test_an_annulled_stage_takes_nothing_more() -> None:
    for command in (SEAL, ATTEND):
        given(CAME).when(command, on(replace(COURSE, annulled=("interview",)))).refused("stage.annulled")


# --- opening ---------------------------------------------------------------------------------------------------


def test_sheets_open_as_they_were_sealed() -> None:
    given(CAME, *SEALS).when(OPEN, OPENED).then(SCORED)
    given(CAME, *SEALS, SCORED).when(OPEN, OPENED).then()
    given(CAME, *SEALS).when(OPEN).refused("score.not_opened")
    listed = replace(FACTS, procedure=replace(PROCEDURE, course=None))
    given(CAME, *SEALS).when(OPEN, listed).refused("score.not_opened")


def test_a_sheet_that_is_not_the_sealed_one_is_set_aside() -> None:
    """Whoever holds the table cannot change a mark: another sheet does not open the seal."""
    forged = (replace(SHEETS[0], points={**POINTS, "analysis": Decimal(75)}), *SHEETS[1:])
    kept = replace(SCORED, sheets=SHEETS[1:], set_aside=(SetAside(panelist="p1", reason="seal"),))
    given(CAME, *SEALS).when(replace(OPEN, sheets=forged), OPENED).then(kept)
    missing = replace(kept, set_aside=(SetAside(panelist="p1", reason="missing"),))
    given(CAME, *SEALS).when(replace(OPEN, sheets=SHEETS[1:]), OPENED).then(missing)
    given(CAME, *SEALS[1:]).when(OPEN, OPENED).then(kept)


def test_33_the_sheet_of_somebody_tied_or_gone_meanwhile_is_set_aside() -> None:
    """domain.md 2i: found after sealing, set aside."""
    kept = replace(SCORED, sheets=SHEETS[1:], set_aside=(SetAside(panelist="p1", reason="conflict"),))
    tied = replace(OPENED, panel=replace(PANEL, tied={"p1": (APPLICATION,)}))
    gone = replace(OPENED, panel=without("p1", "conflict"))
    for facts in (tied, gone):
        given(CAME, *SEALS).when(OPEN, facts).then(kept)
    kin = replace(kept, set_aside=(SetAside(panelist="p1", reason="kin"),))
    given(CAME, *SEALS).when(OPEN, replace(OPENED, panel=without("p1", "kin"))).then(kin)


def without(panelist: str, cause: str) -> Panel:
    """The panel once somebody is out."""
    event = PanelistRecused(panelist=panelist, all_=True, applications=(), cause=cause)
    return fold_panel(PANEL, f"panel-{VACANCY}", event, 9)


def test_what_somebody_sealed_before_falling_ill_counts_as_it_was_sealed() -> None:
    """Else whoever replaces panelists could choose among sealed marks. They count as their kind, too: p3 is the one
    academic."""
    given(CAME, *SEALS).when(OPEN, replace(OPENED, panel=without("p3", "ill"))).then(SCORED)
    excused = PanelistRecused(panelist="p1", all_=False, applications=(APPLICATION,), cause="ill")
    panel = fold_panel(PANEL, f"panel-{VACANCY}", excused, 9)
    given(CAME, *SEALS).when(OPEN, replace(OPENED, panel=panel)).then(SCORED)
    refused(given(CAME), SEAL, "score.tied", replace(FACTS, panel=panel))
    tie = Tie(application=APPLICATION, kind="teacher")
    declared = ConflictDeclared(panelist="p1", roster=ROSTER, tie_count=1, ties=(tie,))
    kept = replace(SCORED, sheets=SHEETS[1:], set_aside=(SetAside(panelist="p1", reason="conflict"),))
    late = fold_panel(panel, f"panel-{VACANCY}", declared, 10)
    given(CAME, *SEALS).when(OPEN, replace(OPENED, panel=late)).then(kept)


def test_34_three_of_five_sheets_make_a_result_two_do_not() -> None:
    """TEST 34: 2 of 5 missing: scored; 3 missing: that result waits. One of each outside kind (domain.md 2h)."""
    three = (SHEETS[0], SHEETS[2], SHEETS[3])
    seals = tuple(map(sealed, three))
    given(CAME, *seals).when(replace(OPEN, sheets=three), OPENED).then(replace(SCORED, sheets=three))
    given(CAME, *seals[1:]).when(replace(OPEN, sheets=three[1:]), OPENED).refused("score.too_few_sheets")
    without = (SHEETS[0], SHEETS[1], SHEETS[3])
    given(CAME, *map(sealed, without)).when(replace(OPEN, sheets=without), OPENED).refused("score.too_few_sheets")
    given(CAME, *seals).when(replace(OPEN, sheets=()), OPENED).refused("score.too_few_sheets")


@every(st.lists(st.integers(40, 90), min_size=4, max_size=4), st.integers(0, 3), st.integers(1, 9))
def test_any_other_mark_than_the_sealed_one_is_set_aside(marks: list[int], which: int, more: int) -> None:
    points = {name: Decimal(mark) for name, mark in zip(POINTS, marks, strict=True)}
    true = sheet("p1", points)
    name = list(POINTS)[which]
    forged = replace(true, points={**points, name: points[name] + more})
    outcome = given(CAME, sealed(true), *SEALS[1:]).when(replace(OPEN, sheets=(forged, *SHEETS[1:])), OPENED)
    outcome.then(replace(SCORED, sheets=SHEETS[1:], set_aside=(SetAside(panelist="p1", reason="seal"),)))


# --- marks of a CAT --------------------------------------------------------------------------------------------

LIST = "e" * 64
RECORD = RecordMarks(
    stage="written", parts={"written": Decimal(63)}, source=ImportedRow(import_=LIST, row=2), facts={"kind": "general"}
)
WRITTEN = StageScored(stage="written", parts=RECORD.parts, source=RECORD.source, facts={"kind": "general"})
SAT = replace(CAME, stage="written")
HELD = replace(FACTS, attendance=Attendance(stages=("written",), rows=3))


def test_a_cat_row_scores_whoever_came_from_a_list_on_record() -> None:
    given(SAT).when(RECORD, HELD).then(WRITTEN)
    given(SAT, WRITTEN).when(RECORD, HELD).then()
    given(SAT, WRITTEN).when(replace(RECORD, parts={"written": Decimal(64)}), HELD).refused("score.already")
    refused(given(), RECORD, "score.without_attendance", HELD)
    refused(given(SAT), RECORD, "score.not_on_list")
    beyond = replace(RECORD, source=ImportedRow(import_=LIST, row=4))
    refused(given(SAT), beyond, "score.not_on_list", HELD)
    given(CAME).when(replace(RECORD, stage="interview"), HELD).refused("score.by_panel")


@pytest.mark.parametrize("parts", [{"written": Decimal(86)}, {"written": Decimal("-0")}, {"sktt": Decimal(1)}])
def test_a_cat_mark_lies_within_what_the_notice_says(parts: dict[str, Decimal]) -> None:
    given(SAT).when(replace(RECORD, parts=parts), HELD).refused("score.mark")


def test_25_an_import_scores_nobody_in_a_selection_that_is_marked_here() -> None:
    """TEST 25: marks from a list that the selection was not opened from."""
    command = ScoreStage(stage="written", parts={}, source=RECORD.source)
    refused(given(SAT), command, "score.without_attendance", HELD)


# --- corrections -----------------------------------------------------------------------------------------------

CORRECT = CorrectScore(
    stage="interview", part="analysis", panelist="p1", was=Decimal(74), is_=Decimal(84), reason="misread", words=NOTE,
    ground="inspection", ok=OK,
)  # fmt: skip
CORRECTED = ScoreCorrected(
    stage="interview", part="analysis", panelist="p1", was=Decimal(74), is_=Decimal(84), reason="misread", words=NOTE,
    ground="inspection", ok=OK,
)  # fmt: skip


def test_a_correction_says_what_the_mark_was_and_is() -> None:
    given(SCORED).when(CORRECT).then(CORRECTED)
    given(SCORED, CORRECTED).when(CORRECT).then()
    given(SCORED, CORRECTED).when(replace(CORRECT, reason="other")).refused("correction.was")
    back = replace(CORRECT, was=Decimal(84), is_=Decimal(74))
    given(SCORED, CORRECTED).when(back).then(replace(CORRECTED, was=Decimal(84), is_=Decimal(74)))
    given(SCORED).when(replace(CORRECT, was=Decimal(73))).refused("correction.was")
    given(SCORED).when(replace(CORRECT, panelist="p9")).refused("correction.was")
    given(SCORED).when(replace(CORRECT, panelist=None)).refused("correction.was")
    given().when(CORRECT).refused("score.unscored")
    given(SCORED).when(replace(CORRECT, ok=None)).refused("act.needs_approval")
    given(SCORED).when(CORRECT, on(replace(COURSE, fixed=1))).refused("selection.fixed")


def test_a_correction_makes_a_mark_that_could_have_been_given() -> None:
    for mark in ("74", "84.5", "101"):
        given(SCORED).when(replace(CORRECT, is_=Decimal(mark))).refused("correction.mark")
    cat = replace(CORRECT, stage="written", part="written", panelist=None, was=Decimal(63))
    fixed = replace(CORRECTED, stage="written", part="written", panelist=None, was=Decimal(63), is_=Decimal(64))
    given(WRITTEN).when(replace(cat, is_=Decimal(64))).then(fixed)
    given(WRITTEN, fixed).when(replace(cat, was=Decimal(64), is_=Decimal(65))).then(
        replace(fixed, was=Decimal(64), is_=Decimal(65))
    )
    for wrong in ("86", "-1", "-0"):
        given(WRITTEN).when(replace(cat, is_=Decimal(wrong))).refused("correction.mark")


def test_a_correction_on_an_objections_ground_needs_one_that_was_upheld() -> None:
    """Upheld to this stage or to the ranking, with a correction as its remedy."""
    won = replace(CORRECT, ground="objection")
    given(SCORED).when(won).refused("correction.ground")
    given(SCORED, OBJECTED, REJECTED).when(won).refused("correction.ground")
    given(SCORED, OBJECTED, UPHELD).when(won).then(replace(CORRECTED, ground="objection"))
    given(SCORED, OBJECTED, replace(UPHELD, remedy="told")).when(won).refused("correction.ground")
    elsewhere = replace(OBJECTED, stage="written"), replace(UPHELD, stage="written")
    given(SCORED, *elsewhere).when(won).refused("correction.ground")


def test_an_upheld_objection_makes_one_correction() -> None:
    won, done = replace(CORRECT, ground="objection"), replace(CORRECTED, ground="objection")
    other, was = replace(won, panelist="p2"), given(SCORED, OBJECTED, UPHELD, done)
    was.when(won).then()
    was.when(other).refused("correction.ground")
    was.when(replace(other, ground="court")).then(replace(CORRECTED, panelist="p2", ground="court"))
    about = replace(OBJECTED, stage="interview"), replace(UPHELD, stage="interview")
    two = given(SCORED, OBJECTED, UPHELD, *about, done)
    two.when(other).then(replace(done, panelist="p2"))
    written = replace(won, stage="written", part="written", panelist=None, was=Decimal(63), is_=Decimal(64))
    fixed = replace(done, stage="written", part="written", panelist=None, was=Decimal(63), is_=Decimal(64))
    given(SCORED, WRITTEN, OBJECTED, UPHELD, *about, done).when(written).then(fixed)  # the ranking's is left
    given(SCORED, WRITTEN, OBJECTED, UPHELD, *about, done, fixed).when(other).refused("correction.ground")


def test_the_grounds_of_a_correction_are_a_list() -> None:
    for ground in ("misread", "court", "inspection"):
        given(SCORED).when(replace(CORRECT, ground=ground)).then(replace(CORRECTED, ground=ground))
    given(SCORED).when(replace(CORRECT, ground="anything")).refused("correction.ground_unknown")


@pytest.mark.parametrize("panel", [PANEL, replace(PANEL, kinds={}, gone={"p1": "ill"})])
def test_no_panelist_corrects_a_mark_alone_or_as_the_second_of_two(panel: Panel) -> None:
    for hands in (("p1", "second"), ("committee", "p1")):
        refused(given(SCORED), replace(CORRECT, hands=hands), "correction.panelist", replace(FACTS, panel=panel))
    given(SCORED).when(replace(CORRECT, hands=("committee", "second"))).then(CORRECTED)


def test_a_correction_without_a_ground_of_the_folds_list_changes_the_mark_alone() -> None:
    """An objection's correction that no upheld objection stands for, as an older ledger may hold it."""
    state = candidates.evolve(candidates.evolve(candidates.initial, SCORED), replace(CORRECTED, ground="objection"))
    assert state.remedied == frozenset()


def test_a_correction_of_what_was_never_scored_is_passed_over_by_the_fold() -> None:
    assert candidates.evolve(candidates.initial, CORRECTED).scored == {}


# --- objections ------------------------------------------------------------------------------------------------

ANNOUNCED = on(replace(COURSE, ranking=Window(version=1, until=UNTIL)))
OBJECT = FileResultObjection(announcement=1, ground="other_score", words=NOTE, admitted=True, alias=ALIAS, at=AT)
OBJECTED = ResultObjectionFiled(announcement=1, ground="other_score", words=NOTE)
UPHOLD = DecideResultObjection(
    announcement=1, upheld=True, reason="misread", words=NOTE, fault="panel", remedy="corrected", by="judge", ok=OK
)
UPHELD = ResultObjectionDecided(
    announcement=1, upheld=True, reason="misread", words=NOTE, fault="panel", remedy="corrected", ok=OK
)
REJECT = replace(UPHOLD, upheld=False, reason="right", fault="none", remedy="none", ok=None)
REJECTED = replace(UPHELD, upheld=False, reason="right", fault="none", remedy="none", ok=None)


def test_14_an_objection_is_filed_within_the_window() -> None:
    """TEST 14: announced 2026-05-04 16:00 WIB, open until the end of the 7th; half-open."""
    given().when(OBJECT, ANNOUNCED).then(OBJECTED)
    given(OBJECTED).when(OBJECT, ANNOUNCED).then()
    given().when(replace(OBJECT, at="2027-05-07T16:59:59.999999Z"), ANNOUNCED).then(OBJECTED)
    given().when(replace(OBJECT, at="2027-05-07T17:00:00.000000Z"), ANNOUNCED).refused("objection.late")
    given().when(replace(OBJECT, at=None), ANNOUNCED).refused("objection.late")
    given().when(OBJECT).refused("objection.announcement")
    given().when(replace(OBJECT, announcement=2), ANNOUNCED).refused("objection.announcement")
    given().when(OBJECT, on(replace(ANNOUNCED.procedure.course or COURSE, fixed=1))).refused("selection.fixed")


def test_an_objection_is_about_the_ranking_or_about_a_stage() -> None:
    about = replace(OBJECT, stage="written")
    given().when(about, ANNOUNCED).refused("objection.announcement")
    announced = on(replace(COURSE, announced={"written": Window(version=1, until=UNTIL)}))
    given().when(about, announced).then(replace(OBJECTED, stage="written"))


def test_one_objection_for_each_announcement_that_is_new() -> None:
    """domain.md 3: once per announced decision; a re-announcement is new only for those whose result it changed."""
    other = replace(OBJECT, ground="other")
    given(OBJECTED).when(other, ANNOUNCED).refused("objection.once")
    second = on(replace(COURSE, ranking=Window(version=2, until=UNTIL)))
    again = replace(OBJECT, announcement=2)
    given(OBJECTED, REJECTED).when(again, second).refused("objection.not_new")
    given(OBJECTED, UPHELD).when(again, second).then(replace(OBJECTED, announcement=2))


def test_an_objection_is_answered_by_nobody_who_has_scored() -> None:
    given(OBJECTED).when(UPHOLD).then(UPHELD)
    given(OBJECTED, UPHELD).when(UPHOLD).then()
    given(OBJECTED, UPHELD).when(REJECT).refused("objection.none")
    given(OBJECTED).when(REJECT).then(REJECTED)
    given().when(UPHOLD).refused("objection.none")
    given(OBJECTED).when(replace(UPHOLD, by="p1")).refused("objection.scorer")
    given(OBJECTED).when(replace(UPHOLD, hands=("judge", "p1"))).refused("objection.scorer")
    given(OBJECTED).when(replace(UPHOLD, hands=("judge", "second"))).then(UPHELD)
    gone = replace(FACTS, panel=replace(PANEL, gone={"p6": "ill"}))
    given(OBJECTED).when(replace(UPHOLD, by="p6"), gone).refused("objection.scorer")


def test_an_objection_is_upheld_by_two_and_never_for_an_own_fault() -> None:
    """Permenpan RB 28/2021 art. 31."""
    given(OBJECTED).when(replace(UPHOLD, ok=None)).refused("act.needs_approval")
    given(OBJECTED).when(replace(UPHOLD, fault="applicant")).refused("objection.own_fault")
    given(OBJECTED).when(replace(UPHOLD, remedy=" ")).refused("objection.remedy")
    given(OBJECTED).when(replace(UPHOLD, reason="")).refused("objection.remedy")


# --- leaving ---------------------------------------------------------------------------------------------------

LEAVE, LEFT = (
    WithdrawCandidate(reason="other_work", admitted=True, alias=ALIAS),
    CandidateWithdrawn(reason="other_work"),
)
OUT = DisqualifyCandidate(reason="joki", evidence="d" * 64, words=NOTE, admitted=True, alias=ALIAS, ok=OK)
REMOVED = CandidateDisqualified(reason="joki", evidence="d" * 64, words=NOTE, ok=OK)


def test_nobody_acts_on_the_own_candidacy() -> None:
    """Refused whatever else would hold, and is itself evidence."""
    for command in (ATTEND, RECORD, CORRECT, UPHOLD, OUT):
        refused(given(CAME, SCORED, OBJECTED), replace(command, own=True), "candidate.own")


def test_a_candidate_leaves_once() -> None:
    given().when(LEAVE).then(LEFT)
    given(LEFT).when(LEAVE).then()
    given(REMOVED).when(LEAVE).refused("candidate.left")
    given(LEFT).when(OUT).refused("candidate.left")


def test_a_candidate_is_disqualified_by_two_on_evidence_even_after_the_result_is_fixed() -> None:
    """T1: found out after the appointment."""
    given().when(OUT, on(replace(COURSE, fixed=2))).then(REMOVED)
    given(REMOVED).when(OUT).then()
    given().when(replace(OUT, ok=None)).refused("act.needs_approval")
    given().when(replace(OUT, reason=" ")).refused("candidate.without_reason")


def test_who_has_left_is_not_seen_and_not_sealed_any_more() -> None:
    given(LEFT).when(ATTEND).refused("candidate.left")
    given(CAME, LEFT).when(SEAL).refused("candidate.left")


@pytest.mark.parametrize("command", [ATTEND, SEAL, RECORD, CORRECT, LEAVE, OUT, OBJECT, UPHOLD])
def test_nothing_happens_before_the_handover_after_a_cancellation_or_in_an_official_list(command: Any) -> None:
    given().when(command, replace(FACTS, procedure=Procedure())).refused("selection.not_open")
    given().when(command, replace(FACTS, procedure=replace(PROCEDURE, course=None))).refused("selection.listed")
    given().when(command, on(replace(COURSE, is_cancelled=True))).refused("selection.cancelled")


def test_an_empty_panel_judges_nobody() -> None:
    refused(given(CAME), SEAL, "score.not_seated", replace(FACTS, panel=Panel()))


def test_an_attempt_on_record_changes_no_candidacy() -> None:
    given(attempt(SEAL, "score.absent"), CAME, *SEALS).when(OPEN, OPENED).then(SCORED)


def test_a_command_of_another_stream_is_refused() -> None:
    given().when(CancelSelection(reason="x", words="x")).refused("selection.not_now")
