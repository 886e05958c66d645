"""The pack `jpt-2019`: open selection of a head of department (JPT pratama), Permenpan RB 15/2019, PP 11/2017
arts. 113, 114, 127."""

from dataclasses import replace
from decimal import Decimal

import pytest

from services.intake import vacancies
from services.intake.facts import Roll, Round
from shared.rules import packs, panels, scores, status, thresholds
from shared.rules.decisions import compare
from shared.rules.errors import BadPack, MissingStage
from shared.rules.goals import cites, named
from shared.rules.marks import Marks
from shared.rules.ranking import Candidacy, Entry, Ranking, rank, three_best
from shared.runtime.places import components_of
from tests.domain.notices import PUBLISHED
from tests.domain.panel_notices import (
    ASSESSED,
    CITED,
    FIVE,
    GOALS,
    HEAD,
    HEARD,
    JPT,
    LOCAL,
    PAPER,
    RECORD,
    TESTED,
    VISION,
    WORDS,
    criterion,
    published,
    refused,
    wrong,
)
from tests.domain.specification import Specification

TERMS = components_of(JPT, HEAD)
PEOPLE = {
    "a": ("82", "78", "80", "90"),
    "b": ("88", "74", "84", "76"),
    "c": ("75", "85", "79", "84"),
    "d": ("70", "72", "86", "70"),
}


def marks(paper: str, assessed: str, talk: str, record: str) -> Marks:
    """The same points on every criterion of a stage."""
    return {
        "paper": dict.fromkeys(("argument", "sources"), paper),
        "competence": dict.fromkeys(("managerial", "technical"), assessed),
        "interview": dict.fromkeys(FIVE, talk),
        "track_record": {"record": record},
    }


ROWS = [Candidacy(key=key, marks=marks(*points)) for key, points in PEOPLE.items()]


def test_16_the_three_best_of_four_and_the_interview_decides_equals() -> None:
    """TEST 16: A 81.9, B and C 80.7, D 76.1; B before C by the interview; the three best are proposed."""
    ranking = rank(JPT, reversed(ROWS), 1, scheme=TERMS)
    assert [(entry.key, str(entry.final), entry.decided_by) for entry in ranking.entries] == [
        ("a", "81.900", None),
        ("b", "80.700", "final"),
        ("c", "80.700", "interview"),
        ("d", "76.100", "final"),
    ]
    assert three_best(ranking) == ("a", "b", "c")
    why = compare(JPT, ROWS[1], ROWS[2], "interview", TERMS)
    assert (str(why.upper), str(why.lower), why.before) == ("29.400", "27.650", ("final",))


def test_35_if_one_of_the_three_leaves_the_next_place_joins() -> None:
    """TEST 35: A declines, D joins; an offer goes to nobody else. PP 11/2017 art. 127."""
    ranking = rank(JPT, ROWS, 1, scheme=TERMS)
    assert three_best(ranking, left={"a"}) == ("b", "c", "d")
    assert three_best(ranking, left={"a", "d"}) == ("b", "c")
    assert three_best(rank(JPT, ROWS[:2], 1, scheme=TERMS)) == ("a", "b")
    assert three_best(Ranking(entries=(), open_ties=())) == ()


def test_16_who_shares_the_third_place_waits_until_the_tie_is_decided() -> None:
    twin = Candidacy(key="e", marks=ROWS[2].marks)
    tied = rank(JPT, [*ROWS, twin], 1, scheme=TERMS)
    assert tied.open_ties == (("c", "e"),)
    assert three_best(tied) == ("a", "b")
    decided = rank(JPT, [*ROWS, twin], 1, scheme=TERMS, decided=[["e", "c"]])
    assert three_best(decided) == ("a", "b", "e")
    outside = Entry("x", None, None, False, None, "TH")
    assert three_best(Ranking(entries=(*decided.entries[:1], outside), open_ties=())) == ("a",)


@pytest.mark.parametrize(
    ("x", "y", "step"),
    [
        (("80", "80", "80", "80"), ("80", "80", "80", "81"), "final"),
        (("80", "80", "84", "80"), ("80", "80", "80", "87"), "interview"),
        (("80", "84", "80", "80"), ("85", "80", "80", "80"), "competence"),
        (("84", "80", "80", "80"), ("80", "80", "80", "84"), "paper"),
    ],
)
def test_equals_are_told_apart_by_interview_competence_paper_and_record(
    x: tuple[str, ...], y: tuple[str, ...], step: str
) -> None:
    """Our order; a record that alone differs would differ in the final score too, so age and minutes follow."""
    first, second = rank(
        JPT, [Candidacy(key="y", marks=marks(*y)), Candidacy(key="x", marks=marks(*x))], 1, scheme=TERMS
    ).entries
    assert (first.key, second.decided_by) == ("y" if step == "final" else "x", step)
    assert [tie.id for tie in JPT.ties] == [
        "final", "interview", "competence", "paper", "track_record", "older", "decided",
    ]  # fmt: skip


def test_under_68_of_100_the_assessment_is_kms_and_ends_the_order() -> None:
    """KMS (kurang memenuhi syarat): 17 of 25; no other minimum, and no cut."""
    assert not thresholds.stage_below(JPT, "competence", {"managerial": "68", "technical": "68"}, TERMS)
    assert thresholds.stage_below(JPT, "competence", {"managerial": "67", "technical": "68"}, TERMS)
    assert not thresholds.stage_below(JPT, "interview", dict.fromkeys(FIVE, "1"), TERMS)
    assert thresholds.below(JPT, marks("1", "68", "1", "1"), TERMS) is None
    assert thresholds.below(JPT, marks("99", "67", "99", "99"), TERMS) == "competence"
    rows = [*ROWS, Candidacy(key="e", marks=marks("99", "67", "99", "99"))]
    ranking = rank(JPT, rows, 1, scheme=TERMS)
    assert three_best(ranking) == ("a", "b", "c")
    assert ranking.entries[-1] == Entry("e", Decimal("91.000"), None, False, None, "TMS-N")
    assert not status.classify(JPT, "TMS-N").in_order
    assert JPT.cuts == {}


def test_a_lawful_notice_is_published_in_a_jpt_round_and_in_no_other() -> None:
    """TEST 32: a pack in a round of another kind is refused; so is the local scheme in a round for a JPT."""
    facts = vacancies.Facts(post=TESTED, round=Round(kind="jpt", is_open=True), roll=Roll())
    notice = replace(PUBLISHED, pack=JPT.name, pack_digest=JPT.digest, scheme=HEAD)
    Specification(vacancies, facts).given().when(published(HEAD)).then(notice)
    for kind in ("cpns", "pppk", "school", "local"):
        assert refused(HEAD, kind) == ["round.pack"]
    assert refused(LOCAL, "jpt") == ["round.pack"]


def test_only_one_vector_of_weights_is_lawful() -> None:
    """Permenpan RB 15/2019: the maxima 20, 25, 35, 20 alone sum to 100, so nothing else does within the limits."""
    assert wrong(HEAD) == []
    light = replace(PAPER, weight=Decimal(15), criteria=(criterion("argument", "15"),))
    heavy = replace(RECORD, weight=Decimal(25), criteria=(criterion("record", "25"),))
    assert wrong(HEAD, light, heavy) == ["scheme.stage_weight", "scheme.stage_weight"]
    assert wrong(HEAD, replace(PAPER, sight="open")) == ["scheme.sight"]
    assert wrong(HEAD, replace(RECORD, method="interview")) == ["scheme.method"]
    assert wrong(HEAD, replace(ASSESSED, method="work_sample", sight="blind")) == []
    assert wrong(HEAD, replace(HEARD, criteria=(HEARD.criteria or ())[1:])) == [
        "scheme.criteria_weights", "scheme.criteria_fixed",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("panel", "found"),
    [
        ({"internal": 3, "academic": 1, "practitioner": 1}, ["scheme.panel"]),
        ({"internal": 2, "academic": 2, "practitioner": 2}, ["scheme.panel"]),
        ({"internal": 1, "academic": 1, "practitioner": 1}, ["scheme.panel"]),
        ({"internal": 3, "academic": 2, "practitioner": 2}, []),
        ({"internal": 2, "academic": 2, "practitioner": 1}, []),
        ({"internal": 4, "academic": 4, "practitioner": 1}, []),
        ({"internal": 5, "academic": 3, "practitioner": 1}, ["scheme.panel"]),
        ({"internal": 2, "academic": 2, "practitioner": 1, "user": 1}, ["scheme.role", "scheme.panel"]),
    ],
)
def test_17_a_committee_is_odd_at_least_five_and_at_most_45_percent_internal(
    panel: dict[str, int], found: list[str]
) -> None:
    """TEST 17: 5 with 3 internal, or 6 members: refused; 7 with 3: lawful. Users (nara sumber) may not score."""
    assert wrong(HEAD, replace(HEARD, panel=panel)) == found


def test_17_the_pack_and_the_usual_rule_say_the_same() -> None:
    assert JPT.panel == panels.USUAL
    assert panels.USUAL.kinds == ("internal", "academic", "practitioner")


@pytest.mark.parametrize(
    ("anchor", "holds"),
    [
        ("(1) with a plan", True),
        ("with a plan (2)", True),
        ("(1) and (2)", True),
        ("with a plan", False),
        ("(3) with a plan", False),
        ("(1) and (3)", False),
        ("(0)", False),
        ("goal 1", False),
    ],
)
def test_an_anchor_cites_a_goal_that_is_quoted(anchor: str, holds: bool) -> None:
    assert cites(anchor, GOALS) is holds


def test_vision_is_marked_against_one_to_three_goals_that_every_anchor_cites() -> None:
    """Fit with the region's goals: the notice quotes the RPJMD, never whose programme it is."""
    for goals in (None, (), ("a", "b", "c", "d"), (" ",)):
        assert "scheme.goals" in wrong(replace(HEAD, goals=goals))
    assert wrong(replace(HEAD, goals=(*GOALS, "Jalan desa"))) == []
    assert wrong(replace(HEAD, goals=GOALS[:1])) == ["scheme.goal_cited"] * 3
    bare = replace(VISION, anchors=(*CITED[:4], WORDS[4]))
    assert wrong(HEAD, replace(HEARD, criteria=(bare, *(HEARD.criteria or ())[1:]))) == ["scheme.goal_cited"]
    assert wrong(HEAD, replace(HEARD, criteria=None)) == ["scheme.parts_or_criteria"]


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("Visi Bupati terpilih", "bupati"),
        ("visi WAKIL  BUPATI", "wakil bupati"),
        ("program Gubernurnya", "gubernur"),
        ("wali kota", "wali kota"),
        ("janji kampanye", "kampanye"),
        ("nomor\nurut 2", "nomor urut"),
        ("pasangan calon", "pasangan calon"),
        ("bu\u00adpati", "bupati"),
        ("ｂｕｐａｔｉ", "bupati"),
        ("kesehatan ibu dan anak", None),
        ("partisipasi warga, kementerian", None),
    ],
)
def test_no_office_holder_and_no_campaign_is_named(text: str, word: str | None) -> None:
    """Whole words, however they are written; a list cannot know names of people."""
    assert JPT.goals is not None
    assert named(JPT.goals, text) == word
    found = [] if word is None else ["scheme.named"]
    assert wrong(replace(HEAD, goals=(GOALS[0], text))) == found
    anchored = replace(VISION, anchors=(*CITED[:4], f"(1) {text}"))
    assert wrong(HEAD, replace(HEARD, criteria=(anchored, *(HEARD.criteria or ())[1:]))) == found


def test_the_sum_is_told_criterion_by_criterion() -> None:
    steps = {step.id: step for step in scores.evaluate(JPT, ROWS[0].marks, TERMS).steps}
    assert steps["interview_weighted.vision"].label == "vision"
    assert str(steps["interview_weighted.vision.weighted"].value) == "8.000"
    assert [str(steps[f"{stage}_weighted"].value) for stage in JPT.stages] == ["16.400", "19.500", "28.000", "18.000"]
    with pytest.raises(MissingStage, match="what paper is made of"):
        scores.evaluate(JPT, ROWS[0].marks)


def test_a_minimum_of_a_stage_that_is_not_there_is_no_pack() -> None:
    data = (packs.FOLDER / "jpt-2019.json").read_bytes()
    with pytest.raises(BadPack, match="'charm' is none of paper, competence, interview, track_record, final"):
        packs.read(data.replace(b'"minimums":{"competence"', b'"minimums":{"charm"'))
    for good, bad in ((b'"assessment":"open"', b'"assessment":"shut"'), (b'["mean",', b'["luck",')):
        with pytest.raises(BadPack):
            packs.read(data.replace(good, bad))
