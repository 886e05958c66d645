"""The order of a formation: domain.md 2e, TEST 8 to 10; Permenpan RB 27/2021 art. 48, 6/2024 art. 45(4)."""

from dataclasses import replace
from decimal import Decimal

import pytest

from shared.rules import packs
from shared.rules.errors import BadMark, Contradiction, UnknownCode
from shared.rules.ranking import Candidacy, Ranking, rank
from shared.rules.shapes import Component

CPNS = packs.load("cpns-2024")
OLD = packs.load("cpns-2018")
SCHOOL = packs.load("kedinasan-2023")
CAT = (Component(stage="skb", part="cat", method="cat", maximum=Decimal(500), weight=Decimal(100)),)


def row(
    key: str, twk: str, tiu: str, tkp: str, skb: str = "70", gpa: str | None = None, outside: str | None = None
) -> Candidacy:
    """A candidacy with the single printed SKB mark."""
    skd = {"twk": twk, "tiu": tiu, "tkp": tkp}
    facts = {} if gpa is None else {"gpa": Decimal(gpa)}
    return Candidacy(key=key, marks={"skd": skd, "skb": {"skb": skb}}, facts=facts, outside=outside)


def equal(key: str, gpa: str | None = "3.50") -> Candidacy:
    """One of those who are equal in every mark."""
    return row(key, "100", "120", "190", gpa=gpa)


def places(ranking: Ranking) -> list[tuple[str, int | None, str | None]]:
    return [(entry.key, entry.place, entry.decided_by) for entry in ranking.entries]


def test_8_the_order_of_the_example_of_2018() -> None:
    """TEST 8: Bedu 71.600, Cita 67.400, Adul 66.000."""
    rows = [
        Candidacy(key=key, marks={"skd": {"skd": skd}, "skb": {"skb": skb}})
        for key, skd, skb in (("adul", "300", "350"), ("bedu", "295", "400"), ("cita", "280", "375"))
    ]
    ranking = rank(OLD, rows, 1)
    assert [(entry.key, str(entry.final), entry.hired) for entry in ranking.entries] == [
        ("bedu", "71.600", True),
        ("cita", "67.400", False),
        ("adul", "66.000", False),
    ]


def test_9_equal_final_scores_are_decided_by_the_total_of_skd() -> None:
    """TEST 9: X SKD 440 and CAT 380/500, Y SKD 407 and CAT 400/500, both 77.600: X."""
    x = Candidacy(key="x", marks={"skd": {"twk": "100", "tiu": "140", "tkp": "200"}, "skb": {"cat": "380"}})
    y = Candidacy(key="y", marks={"skd": {"twk": "100", "tiu": "107", "tkp": "200"}, "skb": {"cat": "400"}})
    ranking = rank(CPNS, [y, x], 1, scheme=CAT)
    assert [(e.key, str(e.final), e.place, e.hired, e.decided_by) for e in ranking.entries] == [
        ("x", "77.600", 1, True, None),
        ("y", "77.600", 2, False, "skd"),
    ]
    assert ranking.open_ties == ()


@pytest.mark.parametrize(
    ("upper", "lower", "step"),
    [
        (row("u", "100", "120", "190", "70.1", "2.75"), row("l", "150", "120", "140", "70", "4.00"), "final"),
        (row("u", "100", "120", "195", "70"), row("l", "150", "175", "35", "76.667", "4.00"), "skd"),
        (row("u", "100", "120", "190", gpa="2.75"), row("l", "105", "120", "185", gpa="4.00"), "tkp"),
        (row("u", "95", "125", "190", gpa="2.75"), row("l", "120", "110", "180", gpa="4.00"), "tkp"),
        (row("u", "95", "125", "190", gpa="2.75"), row("l", "100", "120", "190", gpa="4.00"), "tiu"),
        (equal("u", "3.51"), equal("l", "3.50"), "gpa"),
        (equal("u", "3.5000000000000004"), equal("l", "3.5"), "gpa"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_the_first_step_that_differs_decides_and_no_later_one(upper: Candidacy, lower: Candidacy, step: str) -> None:
    """Art. 45(4): total SKD, then TKP, then TIU, then TWK, then IPK."""
    for rows in ([upper, lower], [lower, upper]):
        assert places(rank(CPNS, rows, 1)) == [("u", 1, None), ("l", 2, step)]


def test_twk_decides_where_the_total_is_another_matter() -> None:
    """TWK can decide only when total, TKP and TIU are equal, which the three parts of the law never allow; a pack
    may."""
    by_parts = replace(CPNS, ties=tuple(tie for tie in CPNS.ties if tie.id in ("tkp", "tiu", "twk")))
    rows = [row("l", "95", "120", "190"), row("u", "100", "120", "190")]
    assert places(rank(by_parts, rows, 1)) == [("u", 1, None), ("l", 2, "twk")]


def test_10_equal_in_everything_the_older_goes_first() -> None:
    """TEST 10: born 1995-03-02 before 1995-03-03; the dates stay secret, `by_age` says who is older."""
    rows = [equal("y"), equal("x")]
    ranking = rank(CPNS, rows, 1, by_age=[["x", "y"]])
    assert places(ranking) == [("x", 1, None), ("y", 2, "older")]
    assert [entry.hired for entry in ranking.entries] == [True, False]
    assert ranking.open_ties == ()


def test_the_better_gpa_goes_before_the_older() -> None:
    """Art. 45(4): IPK is step 3, age step 4."""
    ranking = rank(CPNS, [equal("older", "3.50"), equal("better", "3.51")], 1, by_age=[["older", "better"]])
    assert places(ranking) == [("better", 1, None), ("older", 2, "gpa")]


def test_10_born_on_the_same_day_nobody_is_first_by_id_or_arrival() -> None:
    """TEST 10: the law is silent, so the tie stays open: one place for both, and the next place skips."""
    rows = [equal("b"), row("last", "100", "120", "180"), equal("a"), row("top", "100", "120", "200")]
    for given in (rows, rows[::-1]):
        ranking = rank(CPNS, given, 2)
        assert places(ranking) == [("top", 1, None), ("a", 2, "final"), ("b", 2, None), ("last", 4, "final")]
        assert ranking.open_ties == (("a", "b"),)
        assert [entry.hired for entry in ranking.entries] == [True, False, False, False]
    assert [entry.hired for entry in rank(CPNS, rows, 3).entries] == [True, True, True, False]


def test_10_the_committee_decides_what_age_leaves_open() -> None:
    """TieDecided: c is older than both, a and b were born on one day."""
    rows = [equal("a"), equal("b"), equal("c")]
    by_age = [["c", "a"], ["c", "b"]]
    assert places(rank(CPNS, rows, 1, by_age=by_age)) == [("c", 1, None), ("a", 2, "older"), ("b", 2, None)]
    ranking = rank(CPNS, rows, 1, by_age=by_age, decided=[["b", "a"]])
    assert places(ranking) == [("c", 1, None), ("b", 2, "older"), ("a", 3, "decided")]
    assert ranking.open_ties == ()


def test_10_an_order_that_places_only_some_leaves_the_rest_open() -> None:
    """Nobody may be set behind b, or before, by an order that does not speak of b."""
    rows = [equal("a"), equal("b"), equal("c")]
    assert rank(CPNS, rows, 1, by_age=[["a", "c"]]).open_ties == (("a", "b", "c"),)
    assert places(rank(CPNS, rows, 1, by_age=[["a", "c"], ["c", "b"]]))[2] == ("b", 3, "older")


def test_an_order_never_overrules_a_mark_and_outlives_a_correction() -> None:
    rows = [row("a", "100", "120", "190"), row("b", "100", "120", "191")]
    assert places(rank(CPNS, rows, 1, by_age=[["a", "b", "gone"]], decided=[["a", "b"]]))[0][0] == "b"


def test_orders_that_contradict_each_other_are_refused() -> None:
    with pytest.raises(Contradiction, match="stated orders contradict"):
        rank(CPNS, [equal("a"), equal("b")], 1, decided=[["a", "b"], ["b", "a"]])


def test_a_missing_gpa_separates_nobody_of_the_tie() -> None:
    """Comparing only those who have one could go in a circle: a over b by grade, b over c and c over a by age."""
    rows = [equal("a", "3.90"), equal("b", "3.10"), equal("c", None)]
    ranking = rank(CPNS, rows, 1, by_age=[["b", "c", "a"]])
    assert places(ranking) == [("b", 1, None), ("c", 2, "older"), ("a", 3, "older")]
    assert rank(CPNS, rows, 1).open_ties == (("a", "b", "c"),)
    assert places(rank(CPNS, rows[:2], 1)) == [("a", 1, None), ("b", 2, "gpa")]


def test_who_stands_outside_takes_no_place_and_keeps_the_score() -> None:
    """events.md 3b: absent, withdrawn, failed, placed elsewhere are outside; their printed marks stay."""
    rows = [
        row("gone", "120", "150", "200", "90", outside="APS"),
        row("moved", "120", "150", "200", "90", outside="P/L-U3"),
        row("in", "100", "120", "190", outside="P/L"),
        row("next", "100", "120", "180", outside="TL"),
        row("plain", "100", "120", "170", outside=""),
    ]
    ranking = rank(CPNS, rows, 1)
    assert [(e.key, e.place, e.hired, e.outside) for e in ranking.entries] == [
        ("in", 1, True, "P/L"),
        ("next", 2, False, "TL"),
        ("plain", 3, False, ""),
        ("gone", None, False, "APS"),
        ("moved", None, False, "P/L-U3"),
    ]
    assert str(ranking.entries[3].final) == "88.182"
    with pytest.raises(UnknownCode):
        rank(CPNS, [row("x", "100", "120", "190", outside="??")], 1)


def test_who_lacks_a_stage_is_not_in_the_order_yet() -> None:
    rows = [Candidacy(key="half", marks={"skd": {"tkp": "225"}}), equal("a"), Candidacy(key="new", marks={})]
    ranking = rank(CPNS, rows, 3)
    assert [(e.key, e.place, e.final is None) for e in ranking.entries] == [
        ("a", 1, False),
        ("half", None, True),
        ("new", None, True),
    ]


def test_an_empty_formation_has_an_empty_order() -> None:
    assert rank(CPNS, [], 3) == Ranking((), ())
    assert rank(CPNS, [row("x", "0", "0", "0", outside="TH")], 3).entries[0].place is None
    assert not rank(CPNS, [equal("a")], 0).entries[0].hired


def test_one_key_for_two_and_marks_of_no_part_are_refused() -> None:
    with pytest.raises(Contradiction, match="two candidacies"):
        rank(CPNS, [equal("a"), equal("a")], 1)
    for skb in ({"interview": "90"}, {"skb": "100.5"}, {"skb": "80.0000001"}, {"skb": "eighty"}):
        with pytest.raises(BadMark):
            rank(CPNS, [equal("b"), Candidacy(key="a", marks={"skd": {}, "skb": skb})], 1)


def test_service_schools_let_all_who_tie_at_the_last_seat_through() -> None:
    """`kedinasan-2023`: total, TKP, TIU, TWK; people tied on all four are never split."""
    rows = [row("a", "100", "120", "190"), row("b", "100", "120", "190"), row("c", "105", "120", "185")]
    bare = [Candidacy(key=r.key, marks={"skd": r.marks["skd"]}) for r in rows]
    ranking = rank(SCHOOL, bare, 1)
    assert [(e.key, str(e.final), e.place, e.hired) for e in ranking.entries] == [
        ("a", "410.000", 1, True),
        ("b", "410.000", 1, True),
        ("c", "410.000", 3, False),
    ]
