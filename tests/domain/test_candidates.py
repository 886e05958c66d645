"""A candidacy: seen before it is scored, scored once per stage, by the parts and codes that the pack knows."""

from dataclasses import replace
from decimal import Decimal
from hashlib import sha256

import pytest

from services.selection import candidates
from services.selection.candidates import Facts, ScoreStage
from services.selection.facts import NOBODY, NOT_OPEN, Attendance, Procedure
from shared.events import Refused, codec
from shared.events.platform import AttemptRefused, ImportedRow
from shared.events.selection import StageScored
from shared.rules import packs
from tests.domain.specification import Specification

PACK = packs.load("cpns-2024")
LIST, OTHER_LIST = "a" * 64, "b" * 64
OPEN = Procedure(pack=PACK.digest, source=LIST, roster=3)
HELD = Attendance(stages=("skd", "skb"), rows=3)
FACTS = Facts(procedure=OPEN, attendance=HELD)
ROW = ImportedRow(import_=LIST, row=1)

SKD = ScoreStage(
    stage="skd",
    parts={"twk": Decimal(65), "tiu": Decimal(80), "tkp": Decimal(166)},
    source=ROW,
    facts={"kind": "general", "gpa": "3.50"},
)
SCORED = StageScored(stage="skd", parts=SKD.parts, source=ROW, facts=SKD.facts)
SKB = ScoreStage(stage="skb", parts={"skb": Decimal("70.5")}, source=ROW)

given = Specification(candidates, FACTS).given


def attempt(command: ScoreStage) -> AttemptRefused:
    """What stays on record of a score that was refused."""
    digest = sha256(codec.body(command)).hexdigest()
    return AttemptRefused(act="ScoreStage", code="score.without_attendance", digest=digest)


def test_who_was_there_is_scored() -> None:
    """events.md 3b: the official list is the attendance of its rows; each row is one score per stage."""
    given().when(SKD).then(SCORED)
    given(SCORED).when(SKB).then(StageScored(stage="skb", parts=SKB.parts, source=ROW))


def test_who_did_not_come_is_not_scored_and_the_attempt_is_on_record() -> None:
    """Langkat 2023: marks for teachers who never sat the test (domain.md 8c T5, TEST 25)."""
    given().when(SKD, replace(FACTS, attendance=NOBODY)).refused("score.without_attendance", attempt(SKD))
    only_skd = Attendance(stages=("skd",), rows=3)
    given(SCORED).when(SKB, replace(FACTS, attendance=only_skd)).refused("score.without_attendance", attempt(SKB))


def test_a_score_from_another_list_is_none_of_somebody_who_came() -> None:
    """Attendance counts for the list that the roster was handed over from, and for no other."""
    foreign = replace(SKD, source=ImportedRow(import_=OTHER_LIST, row=1))
    given().when(foreign).refused("score.without_attendance", attempt(foreign))


def test_the_record_of_an_attempt_tells_no_mark() -> None:
    """events.md 3e: who tried and what, by its digest alone."""
    with pytest.raises(Refused) as caught:
        candidates.decide(SKD, candidates.initial, replace(FACTS, attendance=NOBODY))
    (evidence,) = caught.value.evidence
    assert b"166" not in codec.body(evidence)


def test_a_stage_added_later_is_refused() -> None:
    """Langkat 2023: SKTT was added midway, at 30 % against CAT (Permenpan RB 6/2024 art. 22: the notice freezes the
    stages)."""
    later = ScoreStage(stage="sktt", parts={"sktt": Decimal(95)}, source=ROW)
    held = Attendance(stages=("skd", "skb", "sktt"), rows=3)
    given(SCORED).when(later, replace(FACTS, attendance=held)).refused("score.stage_unknown")


def test_before_the_roster_is_handed_over_nobody_is_scored() -> None:
    given().when(SKD, replace(FACTS, procedure=NOT_OPEN)).refused("selection.not_open")


def test_a_mark_above_its_maximum_is_refused() -> None:
    """Kepmenpan RB 321/2024: TWK at most 150, TIU 175, TKP 225; the maximum itself is a mark."""
    for part, most in (("twk", 150), ("tiu", 175), ("tkp", 225)):
        at, above = ({**SKD.parts, part: Decimal(most) + more} for more in (Decimal(0), Decimal("0.001")))
        given().when(replace(SKD, parts=above)).refused("score.mark")
        given().when(replace(SKD, parts=at)).then(replace(SCORED, parts=at))
    given(SCORED).when(replace(SKB, parts={"skb": Decimal("100.001")})).refused("score.mark")


@pytest.mark.parametrize("mark", ["-1", "NaN", "70.0000001"])
def test_what_is_no_mark_is_refused(mark: str) -> None:
    given(SCORED).when(replace(SKB, parts={"skb": Decimal(mark)})).refused("score.mark")


def test_a_part_that_the_stage_does_not_have_is_refused() -> None:
    """An interview inside SKB is what a regional government may not hold (domain.md 0)."""
    given(SCORED).when(replace(SKB, parts={"interview": Decimal(90)})).refused("score.mark")


def test_an_absent_part_counts_nothing_and_is_no_fault() -> None:
    """events.md 3b: absent rows have marks too; an absent part counts 0."""
    empty = replace(SKD, parts={})
    given().when(empty).then(replace(SCORED, parts={}))


def test_the_same_again_changes_nothing() -> None:
    given(SCORED).when(SKD).then()
    given(SCORED).when(SKD, Facts(procedure=NOT_OPEN, attendance=NOBODY)).then()


@pytest.mark.parametrize(
    "other",
    [
        replace(SKD, parts={**SKD.parts, "twk": Decimal(66)}),
        replace(SKD, facts={"kind": "general", "gpa": "3.51"}),
        replace(SKD, outside="TH"),
        replace(SKD, source=ImportedRow(import_=LIST, row=2)),
    ],
    ids=["mark", "fact", "code", "row"],
)
def test_another_score_for_a_scored_stage_is_refused(other: ScoreStage) -> None:
    """Only a correction, with its reason and on the record, changes a score."""
    given(SCORED).when(other).refused("score.already")


@pytest.mark.parametrize("code", ["TH", "APS", "TMS-1", "P/L-U3", "P/L-E1"])
def test_an_official_code_sets_somebody_outside_the_order(code: str) -> None:
    """events.md 3b: TH, APS, TMS-1, P/L-U, P/L-E are `outside` of the last stage; the printed marks stay."""
    last = replace(SKB, outside=code)
    given(SCORED).when(last).then(StageScored(stage="skb", parts=SKB.parts, source=ROW, outside=code))


def test_a_code_of_the_order_is_not_outside_of_it() -> None:
    for code in ("P/L", "TL"):
        given(SCORED).when(replace(SKB, outside=code)).refused("score.outside_is_inside")


def test_a_code_that_nobody_has_classified_is_never_guessed() -> None:
    given(SCORED).when(replace(SKB, outside="P/X")).refused("score.code_unknown")


def test_an_attempt_changes_nothing_of_the_candidacy() -> None:
    given(attempt(SKD)).when(SKD).then(SCORED)
    given(SCORED, attempt(SKD)).when(SKD).then()


def off_roster(command: ScoreStage) -> AttemptRefused:
    """What stays on record of a score for somebody who was not handed over."""
    return replace(attempt(command), code="score.not_on_roster")


@pytest.mark.parametrize("row", [0, -1, 4, 999_999])
def test_a_score_for_a_row_that_the_list_does_not_have_is_refused_and_on_record(row: int) -> None:
    """Langkat 2023: marks of people who were never there."""
    foreign = replace(SKD, source=ImportedRow(import_=LIST, row=row))
    given().when(foreign).refused("score.not_on_roster", off_roster(foreign))


def test_no_more_candidacies_are_scored_than_were_handed_over() -> None:
    full = replace(FACTS, procedure=replace(OPEN, scored={"skd": 3, "skb": 2}))
    given().when(SKD, full).refused("score.not_on_roster", off_roster(SKD))
    given().when(SKB, full).then(StageScored(stage="skb", parts=SKB.parts, source=ROW))
    given(SCORED).when(SKD, full).then()


@pytest.mark.parametrize(
    "facts",
    [
        {"kind": "general", "gpa": "abc"},
        {"kind": "general", "gpa": "-3"},
        {"kind": "general", "gpa": "1E+3"},
        {"kind": "general", "gpa": "3" * 25},
        {"kind": "general", "height": "170"},
        {"kind": "SITI AMINAH 3201010101870001"},
        {"kind": "3201010101870001"},
        {"kind": "123456"},
        {"kind": ""},
    ],
)
def test_a_fact_that_nobody_can_rank_by_is_refused(facts: dict[str, str]) -> None:
    given().when(replace(SKD, facts=facts)).refused("score.fact")


def test_a_negative_zero_is_no_mark() -> None:
    """It is written `-0`, and reads back as no number."""
    given(SCORED).when(replace(SKB, parts={"skb": Decimal("-0")})).refused("score.mark")
