"""The procedure of a selection that is marked here: handed over, opened by the clock, announced, ranked, fixed, ended
(domain.md 2h, 3, 3a)."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from services.selection import selections
from services.selection.course import Course, Window, fold_course
from services.selection.facts import NOBODY, NOT_OPEN, Procedure, fold_procedure
from services.selection.opening import AmendRoster, HandOver, OpenScores
from services.selection.opinions import RecordOpinion
from services.selection.proceeding import Facts
from services.selection.results import (
    AnnounceStage,
    AnnulStage,
    CancelSelection,
    ExtendObjectionWindow,
    FixRanking,
    RankCandidates,
)
from services.selection.selections import DecideTie, OpenSelection, PublishRanking
from shared.events.platform import ListDigest
from shared.events.selection import (
    AttendanceRecorded,
    CandidateWithdrawn,
    MissingSheets,
    ObjectionWindowExtended,
    RankedRow,
    RankingFixed,
    RankingPublished,
    ResultObjectionDecided,
    ResultObjectionFiled,
    RosterAmended,
    ScoreSealed,
    ScoresOpened,
    SelectionCancelled,
    SelectionOpened,
    StageAnnulled,
    StageResultAnnounced,
    StageScored,
    TieDecided,
)
from tests.domain.marked import COURSE, NOTE, OK, PACK, PROCEDURE, SCHEME, TERMS, attempt, selecting
from tests.domain.specification import Specification

given = Specification(selections, selecting()).given
L3, L2 = ListDigest(rows=3, root="c" * 64), ListDigest(rows=2, root="d" * 64)

HAND = HandOver(
    scheme=SCHEME, pack_digest=PACK.digest, roster=L3, source="intake:398", seats={"general": 1}, terms=TERMS,
    round="pauh.2027-1",
)  # fmt: skip
OPENED = SelectionOpened(
    scheme=SCHEME, pack_digest=PACK.digest, roster=L3, source="intake:398", seats={"general": 1}, terms=TERMS,
    round="pauh.2027-1",
)  # fmt: skip
SLOT = dt.datetime(2027, 5, 3, 3, tzinfo=dt.UTC)
SEALED = replace(COURSE, sealed={"interview": 15})
SEALS = ListDigest(rows=15, root="e" * 64)
AT = "2027-05-03T03:00:00.000000Z"
SCORES = OpenScores(stage="interview", seals=SEALS, candidates=3, slot=SLOT, as_of=10, at=AT)
UNSEALED = ScoresOpened(stage="interview", seals=SEALS, candidates=3, missing=())
LATE = (MissingSheets(panelist="p1", n=2, reason="unsealed"),)

MAY, WINDOW = "2027-05-04T09:00:00.000000Z", dt.datetime(2027, 5, 7, 17, tzinfo=dt.UTC)
TOLD = {"written": Window(version=1, until=WINDOW)}
ALL = replace(COURSE, opened=("competence", "interview"), announced=TOLD)
ANNOUNCE = AnnounceStage(stage="written", list=L3, next=L2, counts={"P/L": 2, "P": 1}, as_of=10, inputs=4, at=MAY)
ANNOUNCED = StageResultAnnounced(
    stage="written", version=1, as_of=10, list=L3, next=L2, counts={"P/L": 2, "P": 1}, until=WINDOW
)


def row(place: int, alias: str, *stages: str) -> RankedRow:
    values = dict(zip(("written", "competence", "interview"), map(Decimal, stages), strict=True))
    return RankedRow(place=place, alias=alias, kind="general", stages=values, final=sum(values.values(), Decimal()))


HEAD = (row(1, "X", "29.647", "19.625", "27.408"), row(2, "Y", "29.000", "19.000", "24.000"))
RANK = RankCandidates(ground="opening", list=L2, head=HEAD, as_of=10, inputs=4, at=MAY)
FIRST = RankingPublished(version=1, ground="opening", as_of=10, list=L2, head=HEAD, until=WINDOW)
RANKED = replace(ALL, ranking=Window(version=1, until=WINDOW))
OVER = "2027-05-07T17:00:00.000000Z"
FIX = FixRanking(version=1, minutes="f" * 64, at=OVER, ok=OK)
FIXED = RankingFixed(version=1, minutes="f" * 64, ok=OK)


def refused(history: Any, command: Any, code: str, facts: Facts | None = None) -> None:
    """Refused, and the attempt stays on record."""
    history.when(command, facts).refused(code, attempt(command, code))


# --- handover --------------------------------------------------------------------------------------------------


def test_a_selection_is_handed_over_once_under_the_notices_own_scheme() -> None:
    """The scheme is the notice's: its digest is what everybody has seen before applying."""
    given().when(HAND).then(OPENED)
    given(OPENED).when(HAND).then()
    given(OPENED).when(replace(HAND, roster=L2)).refused("selection.already_open")
    given().when(replace(HAND, scheme="0" * 64)).refused("selection.scheme")
    sktt = replace(TERMS, stages=(*TERMS.stages, replace(TERMS.stages[0], id="sktt")))
    given().when(replace(HAND, terms=sktt)).refused("selection.scheme")


def test_nothing_is_handed_over_before_it_is_ready() -> None:
    given().when(HandOver()).refused("selection.not_ready")
    given().when(replace(HAND, terms=None)).refused("selection.not_ready")
    given().when(replace(HAND, pack_digest="0" * 64)).refused("selection.pack_unknown")
    given().when(replace(HAND, seats={"general": -1})).refused("selection.seats")


AMEND = AmendRoster(added=("A",), removed=("B",), ground="forgotten", roster=L3, known=True, ok=OK)
AMENDED = RosterAmended(added=("A",), removed=("B",), ground="forgotten", roster=L3, ok=OK)


def test_a_roster_is_amended_in_sight_by_two_before_anything_opens() -> None:
    given(OPENED).when(AMEND).then(AMENDED)
    given(OPENED, AMENDED).when(AMEND).then()
    for change, code in (
        ({"ok": None}, "act.needs_approval"),
        ({"added": (), "removed": ()}, "roster.empty"),
        ({"removed": ("A",)}, "roster.change"),
        ({"ground": " "}, "roster.change"),
        ({"roster": None}, "roster.not_ready"),
    ):
        changed: Any = replace(AMEND, **change)
        given(OPENED).when(changed).refused(code)
    refused(given(OPENED), replace(AMEND, known=False), "roster.unknown")
    refused(given(OPENED), AMEND, "roster.too_late", selecting(ALL))


# --- opening ---------------------------------------------------------------------------------------------------


def test_scores_open_once_when_all_is_sealed_and_the_last_slot_is_over() -> None:
    """domain.md 3a: open scores: all sealed, or 24 hours later, missing sheets named."""
    given(OPENED).when(SCORES, selecting(SEALED)).then(UNSEALED)
    given(OPENED, UNSEALED).when(SCORES, selecting(SEALED)).then()
    early = replace(SCORES, at="2027-05-03T02:59:59.999999Z")
    given(OPENED).when(early, selecting(SEALED)).refused("scores.too_early")


def test_34_what_is_missing_is_waited_for_24_hours_and_named() -> None:
    """TEST 34: last slot + 24 h, 2 of 5 sheets missing: opened, 2 named."""
    some = replace(SCORES, missing=LATE)
    given(OPENED).when(some, selecting(SEALED)).refused("scores.too_early")
    given(OPENED).when(replace(some, at="2027-05-04T03:00:00.000000Z"), selecting(SEALED)).then(
        replace(UNSEALED, missing=LATE)
    )


def test_scores_open_from_every_seal_that_is_there() -> None:
    given(OPENED).when(SCORES, selecting(replace(SEALED, sealed={"interview": 16}))).refused("scores.stale")
    given(OPENED).when(replace(SCORES, as_of=9), selecting(SEALED)).refused("scores.stale")
    for nothing in ({"seals": None}, {"candidates": 0}, {"slot": None}):
        empty: Any = replace(SCORES, **nothing)
        given(OPENED).when(empty, selecting(SEALED)).refused("scores.nothing_sealed")
    for stage in ("sktt", "written"):
        refused(given(OPENED), replace(SCORES, stage=stage), "score.stage_unknown", selecting(SEALED))
    given(OPENED).when(SCORES, selecting(replace(SEALED, annulled=("interview",)))).refused("stage.annulled")


def test_34_sealed_scores_open_although_the_selection_is_cancelled() -> None:
    """domain.md 3a: only the PPK cancels; sealed scores still open by the clock."""
    given(OPENED, CANCELLED).when(SCORES, selecting(SEALED)).then(UNSEALED)


# --- a stage's result ------------------------------------------------------------------------------------------


def test_a_stages_result_is_announced_with_three_days_to_object() -> None:
    """domain.md 3, TEST 14: the day after is the first."""
    given(OPENED).when(ANNOUNCE).then(ANNOUNCED)
    given(OPENED, ANNOUNCED).when(ANNOUNCE).then()


def test_a_next_version_waits_for_the_window_and_for_the_answers() -> None:
    other = replace(ANNOUNCE, next=L3, as_of=12, inputs=5)
    during = replace(COURSE, announced={"written": Window(version=1, until=WINDOW)})
    given(OPENED, ANNOUNCED).when(other, selecting(during, inputs=5)).refused("ranking.window_open")
    later = replace(other, at=OVER)
    until = dt.datetime(2027, 5, 11, 17, tzinfo=dt.UTC)  # it is the 8th in Jakarta
    given(OPENED, ANNOUNCED).when(later, selecting(during, inputs=5)).then(
        replace(ANNOUNCED, version=2, next=L3, as_of=12, until=until)
    )
    asked = selecting(replace(during, objections=1), inputs=5)
    given(OPENED, ANNOUNCED).when(later, asked).refused("ranking.objection_open")


def test_a_stage_is_announced_whole() -> None:
    for change, code in (
        ({"unscored": 1}, "stage.unscored"),
        ({"list": ListDigest(rows=0, root="0")}, "stage.unscored"),
        ({"inputs": 5}, "stage.stale"),
        ({"as_of": 9}, "stage.stale"),
        ({"list": None}, "stage.stale"),
        ({"next": None}, "stage.stale"),
        ({"stage": "interview"}, "stage.unopened"),
    ):
        changed: Any = replace(ANNOUNCE, **change)
        given(OPENED).when(changed).refused(code)
    refused(given(OPENED), replace(ANNOUNCE, stage="sktt"), "score.stage_unknown")
    given(OPENED).when(ANNOUNCE, selecting(replace(COURSE, annulled=("written",)))).refused("stage.annulled")


# --- ranking ---------------------------------------------------------------------------------------------------


def test_candidates_are_ranked_from_every_mark_with_three_days_to_object() -> None:
    given(OPENED).when(RANK, selecting(ALL)).then(FIRST)
    given(OPENED, FIRST).when(RANK, selecting(RANKED)).then()


def test_25_a_ranking_has_the_stages_of_the_notice_and_their_weights_and_nothing_else() -> None:
    """TEST 25, Langkat 2023: a stage or a weight that the notice never named is refused, and is itself evidence."""
    added = replace(HEAD[0], stages={**HEAD[0].stages, "sktt": Decimal(30)})
    left_out = replace(HEAD[0], stages={"written": HEAD[0].final})
    for wrong in (added, left_out):
        refused(given(OPENED), replace(RANK, head=(wrong,)), "ranking.stage_unknown", selecting(ALL))
    heavier = row(1, "X", "40.001", "19.000", "20.000")
    another = replace(HEAD[0], final=HEAD[0].final + Decimal("0.001"))
    for wrong in (heavier, another):
        refused(given(OPENED), replace(RANK, head=(wrong,)), "ranking.weight", selecting(ALL))


def test_a_ranking_waits_for_everything_that_is_open() -> None:
    for course, change, code in (
        (COURSE, {}, "stage.unopened"),
        (replace(ALL, annulled=("written",)), {}, "stage.annulled"),
        (replace(ALL, announced={}), {}, "stage.unannounced"),
        (replace(ALL, objections=1), {}, "ranking.objection_open"),
        (RANKED, {"head": HEAD[:1]}, "ranking.window_open"),
        (ALL, {"as_of": 9}, "ranking.stale"),
        (ALL, {"inputs": 3}, "ranking.stale"),
        (ALL, {"list": None}, "ranking.stale"),
        (ALL, {"unscored": 1}, "ranking.unscored"),
        (ALL, {"open_ties": 1}, "ranking.tie_left_open"),
        (ALL, {"by_age": (("X", "Y"), ("Y", "X"))}, "tie.order"),
        (ALL, {"list": replace(L2, rows=4)}, "ranking.rows"),
        (ALL, {"list": replace(L2, rows=1)}, "ranking.rows"),
        (ALL, {"head": HEAD[::-1]}, "ranking.head"),
    ):
        changed: Any = replace(RANK, **change)
        given(OPENED).when(changed, selecting(course)).refused(code)


def test_the_same_order_from_newer_marks_is_a_next_version() -> None:
    """domain.md 3: after an accepted objection the whole post is ranked again, and nothing is fixed that is older."""
    again = replace(RANK, as_of=12, inputs=5, at=OVER)
    newer = selecting(RANKED, inputs=5, changed_at=11)
    until = dt.datetime(2027, 5, 11, 17, tzinfo=dt.UTC)
    second = replace(FIRST, version=2, as_of=12, until=until)
    given(OPENED, FIRST).when(FIX, newer).refused("ranking.score_newer")
    given(OPENED, FIRST).when(again, newer).then(second)


def test_a_selection_that_is_marked_here_is_not_ranked_as_an_official_list() -> None:
    publish = PublishRanking(ground="import", as_of=10, inputs=4, list=L2, head=HEAD)
    given(OPENED).when(publish, selecting(ALL)).refused("ranking.of_a_panel")


def test_a_tie_is_decided_by_two_before_the_result_is_fixed() -> None:
    tie = DecideTie(as_of=10, order=("X", "Y"), how="lot", minutes="e" * 64)
    given(OPENED).when(tie).refused("act.needs_approval")
    given(OPENED).when(replace(tie, ok=OK)).then(
        TieDecided(as_of=10, order=("X", "Y"), how="lot", minutes="e" * 64, ok=OK)
    )
    given(OPENED, FIRST, FIXED).when(replace(tie, ok=OK)).refused("selection.fixed")


def test_the_last_version_is_fixed_by_two_when_the_window_is_over() -> None:
    given(OPENED, FIRST).when(FIX, selecting(RANKED)).then(FIXED)
    given(OPENED, FIRST, FIXED).when(FIX, selecting(RANKED)).then()
    for course, change, code in (
        (RANKED, {"at": "2027-05-07T16:59:59.999999Z"}, "ranking.window_open"),
        (replace(RANKED, objections=1), {}, "ranking.objection_open"),
        (RANKED, {"version": 2}, "ranking.version"),
        (RANKED, {"ok": None}, "act.needs_approval"),
    ):
        changed: Any = replace(FIX, **change)
        given(OPENED, FIRST).when(changed, selecting(course)).refused(code)
    given(OPENED).when(FIX).refused("ranking.version")
    given(OPENED, FIRST, FIXED).when(replace(FIX, minutes="0" * 64), selecting(RANKED)).refused("selection.fixed")
    given(OPENED, FIRST, FIXED).when(replace(RANK, head=HEAD[:1]), selecting(RANKED)).refused("selection.fixed")


def test_an_official_lists_ranking_is_fixed_too() -> None:
    listed = Facts(procedure=replace(PROCEDURE, course=None), attendance=NOBODY)
    given(OPENED, replace(FIRST, until=None)).when(FIX, listed).then(FIXED)


EXTEND = ExtendObjectionWindow(
    announcement=1, until=WINDOW + dt.timedelta(days=1), words="Gangguan jaringan", at=MAY, ok=OK
)
EXTENDED = ObjectionWindowExtended(
    announcement=1, until=WINDOW + dt.timedelta(days=1), words="Gangguan jaringan", ok=OK
)


def test_a_window_is_extended_later_only_for_everybody() -> None:
    given(OPENED, FIRST).when(EXTEND, selecting(RANKED)).then(EXTENDED)
    given(OPENED, FIRST, EXTENDED).when(EXTEND, selecting(RANKED)).then()
    for change, code in (
        ({"until": WINDOW}, "window.shorter"),
        ({"at": "2027-05-09T00:00:00.000000Z"}, "window.shorter"),
        ({"announcement": 2}, "objection.announcement"),
        ({"stage": "competence"}, "objection.announcement"),
        ({"words": " "}, "selection.without_reason"),
        ({"ok": None}, "act.needs_approval"),
    ):
        changed: Any = replace(EXTEND, **change)
        given(OPENED, FIRST).when(changed, selecting(RANKED)).refused(code)
    given(OPENED, FIRST, FIXED).when(EXTEND, selecting(RANKED)).refused("selection.fixed")


# --- ends ------------------------------------------------------------------------------------------------------

ANNUL = AnnulStage(stage="written", order="345 K/TUN/2025", words="Putusan pengadilan", ok=OK)
ANNULLED = StageAnnulled(stage="written", order="345 K/TUN/2025", words="Putusan pengadilan", ok=OK)
CANCEL = CancelSelection(reason="need_withdrawn", words="Kebutuhan ditarik", ok=OK)
CANCELLED = SelectionCancelled(reason="need_withdrawn", words="Kebutuhan ditarik", ok=OK)


def test_a_stage_is_annulled_by_an_order() -> None:
    given(OPENED).when(ANNUL).then(ANNULLED)
    given(OPENED, ANNULLED).when(ANNUL).then()
    given(OPENED, ANNULLED).when(replace(ANNUL, order="other")).refused("stage.annulled")
    for change, code in (
        ({"order": ""}, "selection.without_reason"),
        ({"words": " "}, "selection.without_reason"),
        ({"ok": None}, "act.needs_approval"),
    ):
        changed: Any = replace(ANNUL, **change)
        given(OPENED).when(changed).refused(code)
    refused(given(OPENED), replace(ANNUL, stage="sktt"), "score.stage_unknown")
    given(OPENED, FIRST, FIXED).when(ANNUL).refused("selection.fixed")


def test_a_selection_is_cancelled_in_public_words_and_nothing_else_happens_in_it() -> None:
    given(OPENED).when(CANCEL).then(CANCELLED)
    given(OPENED, CANCELLED).when(CANCEL).then()
    given(OPENED, CANCELLED).when(replace(CANCEL, words="other")).refused("selection.cancelled")
    given(OPENED).when(replace(CANCEL, words="")).refused("selection.without_reason")
    given(OPENED).when(replace(CANCEL, reason="")).refused("selection.without_reason")
    given(OPENED).when(replace(CANCEL, ok=None)).refused("act.needs_approval")
    for command in (RANK, ANNOUNCE, FIX, AMEND, ANNUL):
        given(OPENED, CANCELLED).when(command, selecting(ALL)).refused("selection.cancelled")


@pytest.mark.parametrize("command", [AMEND, SCORES, ANNOUNCE, RANK, FIX, EXTEND, ANNUL, CANCEL])
def test_nothing_comes_before_the_handover(command: Any) -> None:
    given().when(command).refused("selection.not_open")


@pytest.mark.parametrize("command", [AMEND, SCORES, ANNOUNCE, RANK, EXTEND, ANNUL])
def test_an_official_list_was_scored_elsewhere(command: Any) -> None:
    listed = Facts(procedure=replace(PROCEDURE, course=None), attendance=NOBODY)
    given(OPENED).when(command, listed).refused("selection.listed")


# --- the fact --------------------------------------------------------------------------------------------------


def folded(*events: Any, before: Procedure = NOT_OPEN) -> Procedure:
    for position, event in enumerate(events):
        before = fold_procedure(before, "selection-pauh.7", event, position)
    return before


def course(*events: Any) -> Course:
    made = folded(OPENED, *events).course
    assert made is not None
    return made


def test_a_course_follows_the_notices_scheme() -> None:
    made = course()
    assert made == COURSE
    assert [made.stages[stage].is_by_panel for stage in ("written", "competence", "interview")] == [False, True, True]
    assert made.stages["written"].parts == {"written": Decimal(85)}
    assert folded(replace(OPENED, terms=None)).course is None


CAME = AttendanceRecorded(stage="interview", present=True)
OBJECTED = ResultObjectionFiled(announcement=1, ground="x", words=NOTE)
ANSWERED = ResultObjectionDecided(
    announcement=1, upheld=True, reason="x", words=NOTE, fault="panel", remedy="corrected"
)


def test_a_course_counts_what_came_was_sealed_opened_announced() -> None:
    made = course(CAME, replace(CAME, present=False), UNSEALED, ANNOUNCED, FIRST, OBJECTED, OBJECTED, ANSWERED)
    assert (made.present, made.opened, made.objections) == ({"interview": 1}, ("interview",), 1)
    assert (made.window("written"), made.window(None)) == (Window(version=1, until=WINDOW),) * 2
    assert made.window("interview") is None
    after = course(FIRST, FIXED, ANNULLED, CANCELLED)
    assert (after.fixed, after.annulled, after.is_cancelled) == (1, ("written",), True)
    longer = course(ANNOUNCED, FIRST, EXTENDED, replace(EXTENDED, stage="written"))
    assert longer.window(None) == longer.window("written") == Window(version=1, until=EXTENDED.until)


def test_a_roster_that_was_amended_twice_has_whom_it_says() -> None:
    made = course(AMENDED, replace(AMENDED, added=("B",), removed=("A",), roster=L2))
    assert (made.added, made.removed, made.roster) == (("B",), ("A",), L2.root)
    assert (made.has("B", admitted=False), made.has("A", admitted=True), made.has("C", admitted=True)) == (
        True, False, True,
    )  # fmt: skip
    assert folded(OPENED, AMENDED, replace(AMENDED, roster=L2)).roster == 2


def test_what_moves_a_list_makes_earlier_ones_stale() -> None:
    scored = StageScored(stage="interview")
    moved = folded(OPENED, CAME, scored, OBJECTED, ANSWERED, replace(ANSWERED, upheld=False))
    assert (moved.inputs, moved.changed_at, moved.scored) == (3, 4, {"interview": 1})
    left = CandidateWithdrawn(reason="x")
    assert folded(OPENED, left).inputs == 1
    assert folded(OPENED, FIRST, left).inputs == 0


def test_what_says_nothing_to_a_course_changes_no_row() -> None:
    before = folded(OPENED)
    attempted = attempt(RANK, "x")
    assert fold_procedure(before, "selection-pauh.7", attempted, 9) is before
    assert fold_course(COURSE, replace(FIRST, until=None)) is COURSE


def test_an_import_may_hand_over_terms() -> None:
    command = OpenSelection(scheme=SCHEME, pack_digest=PACK.digest, roster=L3, source="intake:398")
    given().when(command).refused("selection.source_unknown")


def test_an_opinion_of_the_three_belongs_to_the_selection() -> None:
    """domain.md 4a; its own rules are told in the suite of opinions."""
    opinion = RecordOpinion(
        about="three",
        body="BKN",
        letter="B/1",
        verdict="agreed",
        on=dt.date(2027, 5, 3),
        at="2027-05-04T00:00:00.000000Z",
    )
    given(OPENED).when(opinion).refused("opinion.not_asked")


def test_a_seal_is_counted() -> None:
    sealed = ScoreSealed(stage="interview", panelist="p1", seal="s")
    assert course(sealed, sealed).sealed == {"interview": 2}
    assert folded(OPENED, sealed).inputs == 0
