"""The pack `pauh-merit-2026`: written test, competence, interview of local staff; it binds through a regent's
regulation (Permendagri 79/2018 arts. 3(5), 4)."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest

from services.intake import vacancies
from services.intake.facts import Roll, Round
from shared.rules import cuts, packs, scores, sheets, status, thresholds
from shared.rules.decisions import compare
from shared.rules.errors import MissingStage, UnknownKind
from shared.rules.marks import Marks, Parts
from shared.rules.ranking import Candidacy, rank
from shared.rules.shapes import Component
from shared.runtime.places import components_of
from tests.domain.notices import POST, PUBLISHED, SCHEME, SKB, SKD
from tests.domain.panel_notices import (
    FOUR,
    LOCAL,
    PAUH,
    SKILLS,
    TALK,
    TERMS,
    TESTED,
    WRITTEN,
    by_panel,
    criterion,
    published,
    refused,
    wrong,
)
from tests.domain.specification import Specification

HUNDRED = components_of(PAUH, replace(LOCAL, stages=(replace(WRITTEN, parts={"written": Decimal(100)}), SKILLS, TALK)))
"""The same scheme with a written test of 100 questions."""


def marks(written: str, competence: str, *talk: str) -> Marks:
    """Marks of all stages, the interview's in the order of the table."""
    return {
        "written": {"written": written},
        "competence": {"nursing": competence},
        "interview": dict(zip(FOUR, talk, strict=True)),
    }


def panel(*rows: str, how: str = "mean") -> dict[str, Decimal]:
    """The panel's marks on the four criteria, each row the points of one criterion, sheet by sheet."""
    points = [[Decimal(value) for value in row.split()] for row in rows]
    return sheets.aggregate([dict(zip(FOUR, sheet, strict=True)) for sheet in zip(*points, strict=True)], how)


def of_sum(total: int, n: int = 7) -> str:
    """The points of n sheets that sum to this."""
    return " ".join(str((total + nth) // n) for nth in range(n))


def interview(*sums: int) -> Parts:
    """The interview of seven sheets, by the sums of its criteria."""
    return panel(*map(of_sum, sums))


def lines(given: Marks, scheme: tuple[Component, ...] = TERMS) -> dict[str, str]:
    return {step.id: str(step.value) for step in scores.evaluate(PAUH, given, scheme).steps}


def test_26_a_sum_as_it_is_printed() -> None:
    """TEST 26: one of five recused, four sheets count: 63 of 85, then 76.680 part by part."""
    skills = sheets.aggregate([{"nursing": Decimal(n)} for n in (78, 81, 75, 80)], "mean")
    talk = panel("80 85 78 82", "74 70 76 72", "83 80 79 85", "77 75 80 79")
    given: Marks = {"written": {"written": "63"}, "competence": skills, "interview": talk}
    made = lines(given)
    assert made["written_weighted"] == "29.647"
    assert made["competence_weighted"] == "19.625"
    weighted = [made[f"interview_weighted.{one}.weighted"] for one in FOUR]
    assert weighted == ["8.125", "7.300", "6.540", "5.443"]
    assert made["final"] == "76.680"
    steps = scores.evaluate(PAUH, given, TERMS).steps
    assert [step.label for step in steps if step.id.count(".") == 1] == ["cat", "nursing", *FOUR]


def test_27_rounding_step_by_step_decides_the_winner() -> None:
    """TEST 27: seven sheets, P 78.117 before Q 78.116; rounding once would put Q first."""
    sums = {"p": (520, 548, 531, 529), "q": (523, 547, 533, 524)}
    rows = [
        Candidacy(
            key=key,
            marks={"written": {"written": "80"}, "competence": {"nursing": "78"}, "interview": interview(*of)},
        )
        for key, of in sums.items()
    ]
    made = lines(rows[0].marks, HUNDRED)
    assert [made[f"interview_weighted.{one}.weighted"] for one in FOUR] == ["7.429", "7.829", "6.069", "5.290"]
    found = [(entry.key, str(entry.final)) for entry in rank(PAUH, rows, 1, scheme=HUNDRED).entries]
    assert found == [("p", "78.117"), ("q", "78.116")]
    once = {
        key: Fraction("51.5") + sum(Fraction(n * weight, 700) for n, weight in zip(of, (10, 10, 8, 7), strict=True))
        for key, of in sums.items()
    }
    assert {key: f"{float(value):.3f}" for key, value in once.items()} == {"p": "78.116", "q": "78.117"}


BASE = ("83", "78", "60", "73", "80", "80")


@pytest.mark.parametrize(
    ("x", "y", "step", "values"),
    [
        (BASE, ("81", "78", "68", "73", "80", "80"), "written", ("33.200", "32.400")),
        (BASE, ("83", "77.2", "62", "73", "80", "80"), "competence", ("19.500", "19.300")),
        (BASE, ("83", "78", "61.4", "73", "80", "78"), "problem_solving", ("5.600", "5.460")),
        (BASE, ("83", "78", "61.6", "73", "78", "80"), "analysis", ("6.400", "6.240")),
        (("83", "78", "59", "74", "80", "80"), BASE, "regional_challenges", ("7.400", "7.300")),
    ],
)
def test_28_equal_finals_are_told_apart_by_weighted_values_in_order(
    x: tuple[str, ...], y: tuple[str, ...], step: str, values: tuple[str, str]
) -> None:
    """TEST 28, steps 1 to 5: both 78.000, X first, and the explanation shows the values that were compared."""
    rows = [Candidacy(key="y", marks=marks(*y)), Candidacy(key="x", marks=marks(*x))]
    first, second = rank(PAUH, rows, 1, scheme=HUNDRED).entries
    assert (first.key, str(first.final), str(second.final)) == ("x", "78.000", "78.000")
    assert second.decided_by == step
    why = compare(PAUH, rows[1], rows[0], step, HUNDRED)
    assert (str(why.upper), str(why.lower)) == values
    assert why.before == tuple(tie.id for tie in PAUH.ties[: PAUH.ties.index(PAUH.tie(step))])


def test_28_then_the_older_and_nobody_by_chance() -> None:
    """TEST 28, steps 6 and 7: born 1995-03-02 before 1995-03-03; born on the same day the tie stays open."""
    rows = [Candidacy(key=key, marks=marks(*BASE)) for key in ("y", "x")]
    older = rank(PAUH, rows, 1, scheme=HUNDRED, by_age=[["x", "y"]])
    assert [(entry.key, entry.decided_by) for entry in older.entries] == [("x", None), ("y", "older")]
    left = rank(PAUH, rows, 1, scheme=HUNDRED)
    assert left.open_ties == (("x", "y"),)
    assert not any(entry.hired for entry in left.entries)
    decided = rank(PAUH, rows, 1, scheme=HUNDRED, decided=[["y", "x"]])
    assert [(entry.key, entry.decided_by) for entry in decided.entries] == [("y", None), ("x", "decided")]


@pytest.mark.parametrize(
    ("how", "x", "y"),
    [("mean", "78.790", "75.640"), ("median", "77.250", "78.300"), ("trimmed", "77.250", "78.184")],
)
def test_29_the_notices_aggregate_decides_what_one_wild_sheet_may_do(how: str, x: str, y: str) -> None:
    """TEST 29: X 74 75 76 74 98 and Y 78 79 77 78 40 on all four, both 32.000 + 19.000."""
    for points, final in (("74 75 76 74 98", x), ("78 79 77 78 40", y)):
        given = {**marks("80", "76", *"0000"), "interview": panel(*[points] * 4, how=how)}
        assert lines(given, HUNDRED)["final"] == final


@pytest.mark.parametrize(
    ("stage", "parts", "value", "fails"),
    [
        ("written", {"written": "51"}, "24.000", False),
        ("written", {"written": "50"}, "23.530", True),
        ("competence", {"nursing": "60"}, "15.000", False),
        ("competence", {"nursing": "59.99"}, "14.998", True),
        ("interview", interview(420, 420, 420, 420), "21.000", False),
        ("interview", interview(421, 421, 421, 416), "20.999", True),
    ],
)
def test_30_a_minimum_is_reached_by_the_rounded_sum(stage: str, parts: Parts, value: str, fails: bool) -> None:
    """TEST 30: 20.999 fails although it is 21 unrounded; 50 of 85 is 58.824, so 23.530, and fails."""
    assert str(scores.staged(PAUH, stage, parts, TERMS)) == value
    assert thresholds.stage_below(PAUH, stage, parts, TERMS) is fails


@pytest.mark.parametrize(
    ("given", "missed"),
    [
        (marks("50", "50", "50", "50", "50", "50"), "written"),
        (marks("51", "59", "50", "50", "50", "50"), "competence"),
        (marks("51", "60", "59", "60", "60", "60"), "interview"),
        (marks("51", "66", "60", "60", "60", "60"), "final"),
        (marks("51", "79.99", "60", "60", "60", "60"), "final"),  # 64.998
        (marks("51", "80", "60", "60", "60", "60"), None),  # 24.000 + 20.000 + 21.000
        (marks("85", "60", "60", "60", "60", "60"), None),
        ({"written": {"written": "51"}}, None),
        ({"written": {"written": "50"}}, "written"),
        ({}, None),
    ],
)
def test_30_who_misses_a_minimum_stands_outside_the_order(given: Marks, missed: str | None) -> None:
    """TEST 30: outside with the pack's code, whatever the final score; the first minimum that is missed is told."""
    assert thresholds.below(PAUH, given, TERMS) == missed
    rows = [Candidacy(key="a", marks=given), Candidacy(key="b", marks=marks("85", "60", "60", "60", "60", "60"))]
    found = {entry.key: entry for entry in rank(PAUH, rows, 2, scheme=TERMS).entries}
    assert found["a"].outside == (None if missed is None else "TMS-N")
    assert (found["a"].place is None) == (missed is not None or len(given) < 3)
    assert found["a"].hired is (found["a"].place is not None)
    assert found["b"].place == 1  # 76.000


def test_30_an_official_code_is_kept_and_every_code_of_ours_is_classified() -> None:
    low, high = marks("10", "10", "10", "10", "10", "10"), marks("80", "80", "80", "80", "80", "80")
    rows = [
        Candidacy(key="absent", marks=low, outside="TH"),
        Candidacy(key="left", marks={"written": {"written": "10"}}, outside="APS"),
        Candidacy(key="out", marks=high, outside="DIS"),
        Candidacy(key="under", marks=low),
    ]
    ranking = rank(PAUH, rows, 1, scheme=TERMS)
    assert [(entry.key, entry.outside) for entry in ranking.entries] == [
        ("absent", "TH"),
        ("left", "APS"),
        ("out", "DIS"),
        ("under", "TMS-N"),
    ]
    for code, in_order in (("P/L", True), ("TL", True), ("TH", False), ("APS", False), ("DIS", False)):
        assert status.classify(PAUH, code).in_order is in_order
    for minimum in PAUH.minimums.values():
        assert not status.classify(PAUH, minimum.code).in_order


RIGHT = dict(zip("abcdefghi", ("75", "72", "69", "68", "66", "64", "64", "63", "50"), strict=True))


@pytest.mark.parametrize(("seats", "through"), [(1, "abc"), (2, "abcdefg"), (3, "abcdefgh"), (9, "abcdefgh"), (0, "")])
def test_31_three_times_the_seats_all_who_tie_and_nobody_below_the_minimum(seats: int, through: str) -> None:
    """TEST 31: 2 seats, 64 = 64 at line 6: seven go on; 3 seats: eight, never the 50."""
    given: Mapping[str, Parts] = {key: {"written": value} for key, value in RIGHT.items()}
    made = cuts.cut(PAUH, "general", given, seats, "written", TERMS)
    assert "".join(made.through) == through
    assert made.below == ("i",)
    assert made.codes["i"] == "TMS-N"
    assert {made.codes[key] for key in made.beyond} <= {"P"}
    assert {made.codes[key] for key in made.through} <= {"P/L"}
    assert all(status.classify(PAUH, code, "written") for code in made.codes.values())
    with pytest.raises(UnknownKind):
        cuts.cut(PAUH, "general", {}, 1, "interview", TERMS)


def test_a_lawful_notice_is_published_in_a_local_round_and_in_no_other() -> None:
    """TEST 32: the pack in a round of another kind is refused; CPNS, PPPK and JPT have their own schemes."""
    facts = vacancies.Facts(post=TESTED, round=Round(kind="local", is_open=True), roll=Roll())
    given = Specification(vacancies, facts).given
    notice = replace(PUBLISHED, pack=PAUH.name, pack_digest=PAUH.digest, scheme=LOCAL)
    given().when(published(LOCAL)).then(notice)
    assert refused(LOCAL, "local") == []
    for kind in ("cpns", "pppk", "school", "jpt"):
        assert refused(LOCAL, kind) == ["round.pack"]


def test_a_competence_that_is_tested_stands_in_the_job_analysis() -> None:
    """One to eight competences of the anjab; what it does not name is not tested."""
    assert POST.competences == ("pelayanan",)
    assert refused(LOCAL, "local", POST) == ["notice.competence"]
    stated = replace(SKILLS, criteria=(criterion("pelayanan", "25"),))
    assert refused(replace(LOCAL, stages=(WRITTEN, stated, TALK)), "local", POST) == []
    bare = replace(LOCAL, stages=(WRITTEN, replace(SKILLS, criteria=None), TALK))
    assert refused(bare, "local", POST) == ["scheme.parts_or_criteria"]


ESSAY = by_panel("written", "essay", "blind", 40, criterion("essay", "40"))


def test_a_stage_is_what_the_pack_says_it_is() -> None:
    """The scheme's table: method and sight, weights, the interview's four criteria, at most eight competences."""
    many = tuple(criterion(f"c{n}", "3.125") for n in range(8))
    for lawful in (
        ESSAY,
        replace(SKILLS, criteria=many),
        replace(SKILLS, method="practical", sight="open"),
        replace(TALK, aggregate="trimmed"),
        replace(TALK, criteria=tuple(reversed(TALK.criteria or ()))),
    ):
        assert wrong(LOCAL, lawful) == []
    nine = (*many[:7], criterion("c7", "1.125"), criterion("c8", "2"))
    other = (criterion("charm", "10"), *(TALK.criteria or ())[1:])
    moved = (
        replace((TALK.criteria or ())[0], weight=Decimal(9)),
        replace((TALK.criteria or ())[1], weight=Decimal(11)),
    )
    for unlawful, code in (
        (replace(WRITTEN, weight=Decimal(41)), ["scheme.weights", "scheme.stage_weight"]),
        (replace(WRITTEN, sight="blind"), ["scheme.sight", "scheme.parts_or_criteria"]),
        (replace(WRITTEN, method="essay"), ["scheme.sight"]),
        (replace(WRITTEN, parts={"one": Decimal(40), "two": Decimal(45)}), ["scheme.parts"]),
        (replace(WRITTEN, parts={"written": Decimal(0)}), ["scheme.parts"]),
        (replace(ESSAY, sight="open"), ["scheme.sight"]),
        (replace(SKILLS, method="astrology"), ["scheme.method"]),
        (replace(SKILLS, sight="open"), ["scheme.sight"]),
        (replace(SKILLS, criteria=nine), ["scheme.criteria_many"]),
        (replace(TALK, criteria=other), ["scheme.criteria_fixed"]),
        (replace(TALK, criteria=(*moved, *(TALK.criteria or ())[2:])), ["scheme.criteria_fixed"]),
        (replace(TALK, aggregate="best"), ["scheme.aggregate"]),
        (replace(TALK, panel={"internal": 3, "academic": 1, "practitioner": 1}), ["scheme.panel"]),
        (replace(TALK, panel={"internal": -2, "academic": 6, "practitioner": 1}), ["scheme.panel"]),
    ):
        assert wrong(LOCAL, unlawful) == code


def test_components_come_from_the_notice_and_weigh_100() -> None:
    assert [(one.stage, one.part, one.method) for one in TERMS] == [
        ("written", "written", "cat"),
        ("competence", "nursing", "panel"),
        *(("interview", one, "panel") for one in FOUR),
    ]
    assert sum(one.weight for one in TERMS) == 100
    assert components_of(PAUH, LOCAL) == TERMS
    assert [one.method for one in components_of(PAUH, replace(LOCAL, stages=(ESSAY,)))] == ["panel"]


def test_components_of_an_skb_are_its_methods_in_percent_of_the_stage() -> None:
    """Permenpan RB 27/2021: CAT 60, practice 40; the SKD's parts are fixed and no components."""
    found = components_of(packs.load("cpns-2024"), SCHEME)
    assert [(one.stage, one.part, str(one.maximum), str(one.weight)) for one in found] == [
        ("skb", "cat", "100", "60"),
        ("skb", "practice", "100", "40"),
    ]
    assert components_of(packs.load("cpns-2024"), replace(SCHEME, stages=(SKD, replace(SKB, parts=None)))) == ()


def test_no_stage_is_guessed_that_only_a_notice_can_say() -> None:
    """How many questions a written test has stands in the notice alone."""
    whole = Candidacy(key="a", marks=marks("50", "60", "60", "60", "60", "60"))
    with pytest.raises(MissingStage, match="no scheme says what written is made of"):
        scores.evaluate(PAUH, whole.marks)
    with pytest.raises(MissingStage, match="no scheme says what written is made of"):
        rank(PAUH, [whole], 1)
    assert rank(PAUH, [], 1).entries == ()
    with pytest.raises(UnknownKind, match="composes no stage 'paper'; known: competence, interview, written"):
        PAUH.composed("paper")
    assert [step.id for step in map(PAUH.composed, ("written", "final"))] == ["written_weighted", "final"]
