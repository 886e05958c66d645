"""What holds for every list: fast equals plain, arrival changes nothing, and no tie is broken unsaid."""

from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise, permutations
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.rules import columns, packs, thresholds
from shared.rules.decisions import compare
from shared.rules.errors import Contradiction
from shared.rules.marks import Marks
from shared.rules.orders import split
from shared.rules.ranking import Candidacy, rank
from shared.rules.scores import compared, evaluate
from shared.rules.shapes import Component
from tests.domain import panel_notices

CPNS = packs.load("cpns-2024")
MIXED = (
    Component(stage="skb", part="cat", method="cat", maximum=Decimal(500), weight=Decimal("61.3")),
    Component(stage="skb", part="practice", method="practice", maximum=Decimal(70), weight=Decimal("38.7")),
)


def mark(maximum: int, places: int = 6) -> st.SearchStrategy[Decimal]:
    """A mark with up to this many decimals."""
    return st.builds(
        lambda units, exponent: (Decimal(units) / 10**places).quantize(Decimal(1).scaleb(-exponent)),
        st.integers(0, maximum * 10**places),
        st.integers(0, places),
    )


def skd() -> st.SearchStrategy[dict[str, Decimal]]:
    return st.fixed_dictionaries({}, optional={"twk": mark(150), "tiu": mark(175), "tkp": mark(225)})


PRINTED = st.fixed_dictionaries({"skd": skd(), "skb": st.fixed_dictionaries({}, optional={"skb": mark(100)})})
COMPOSED = st.fixed_dictionaries(
    {"skd": skd(), "skb": st.fixed_dictionaries({}, optional={"cat": mark(500), "practice": mark(70)})}
)


@given(st.lists(PRINTED, max_size=5), st.lists(COMPOSED, max_size=5))
def test_whole_columns_of_integers_give_what_pencil_and_decimals_give(
    printed: list[Marks], composed: list[Marks]
) -> None:
    for rows, scheme in ((printed, ()), (composed, MIXED)):
        fast = columns.plan(CPNS, scheme).columns(rows).final
        assert [Decimal(value).scaleb(-6) for value in fast] == [evaluate(CPNS, row, scheme).final for row in rows]


def test_integers_and_decimals_agree_in_every_pack_on_a_grid() -> None:
    for name in ("cpns-2018", "cpns-2024", "kedinasan-2023"):
        pack = packs.load(name)
        for step in range(0, 1001, 7):
            rows: list[Marks] = [
                {
                    stage: {part: limit * step / 1000 for part, limit in pack.maxima(stage).items()}
                    for stage in pack.stages
                }
            ]
            (fast,) = columns.plan(pack).columns(rows).final
            assert Decimal(fast).scaleb(-6) == evaluate(pack, rows[0]).final


FOUR = panel_notices.FOUR
PANEL = st.fixed_dictionaries(
    {
        "written": st.fixed_dictionaries({}, optional={"written": mark(85, 0)}),
        "competence": st.fixed_dictionaries({}, optional={"nursing": mark(100, 3)}),
        "interview": st.fixed_dictionaries({}, optional=dict.fromkeys(FOUR, mark(100, 3))),
    }
)


@given(st.lists(PANEL, max_size=8))
def test_a_panels_columns_give_what_pencil_gives_and_nobody_under_a_minimum_stands_in_the_order(
    rows: list[Marks],
) -> None:
    """`pauh-merit-2026`: each weighted value that a tie compares, each final score, each minimum."""
    pack, scheme = panel_notices.PAUH, panel_notices.TERMS
    made = columns.plan(pack, scheme).columns(rows)
    totals = [evaluate(pack, row, scheme) for row in rows]
    assert [Decimal(value).scaleb(-6) for value in made.final] == [total.final for total in totals]
    for tie in pack.ties:
        if tie.kind == "step":
            values = [compared(pack, total, tie.step) for total in totals]
            assert [Decimal(value).scaleb(-6) for value in made.steps[tie.step]] == values
    candidacies = [Candidacy(key=f"a{n}", marks=row) for n, row in enumerate(rows)]
    ranking = rank(pack, candidacies, 3, scheme=scheme)
    assert {entry.key for entry in ranking.entries if entry.place is None} == {
        row.key for row in candidacies if thresholds.below(pack, row.marks, scheme)
    }
    found = {row.key: row for row in candidacies}
    placed = [entry for entry in ranking.entries if entry.place is not None]
    for upper, lower in pairwise(placed):
        if lower.decided_by is not None:
            compare(pack, found[upper.key], found[lower.key], lower.decided_by, scheme)  # the reason is true


def test_a_reader_remembers_no_more_marks_than_it_may(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(columns, "_REMEMBERED", 1)
    reader = columns._Reader("skd.twk", Decimal(150))
    assert [reader["65"], reader["70.5"], reader["65"], reader["70.5"]] == [
        65_000_000,
        70_500_000,
        65_000_000,
        70_500_000,
    ]
    assert dict(reader) == {"65": 65_000_000}


POINTS = st.sampled_from(["100", "105", "110"])
CANDIDACIES = st.lists(
    st.builds(
        lambda twk, tiu, tkp, skb, gpa, outside: Candidacy(
            key="",
            marks={"skd": {"twk": twk, "tiu": tiu, "tkp": tkp}, "skb": {"skb": skb}},
            facts={} if gpa is None else {"gpa": gpa},
            outside=outside,
        ),
        POINTS,
        POINTS,
        POINTS,
        st.sampled_from(["70", "70.001", "73"]),
        st.sampled_from([None, "3.1", Decimal("3.10"), "3.2"]),
        st.sampled_from([None, None, None, "TL", "TH"]),
    ),
    max_size=12,
).map(lambda rows: [named(row, f"a{n:02}") for n, row in enumerate(rows)])


def named(row: Candidacy, key: str) -> Candidacy:
    return Candidacy(key=key, marks=row.marks, facts=row.facts, outside=row.outside)


def steps(row: Candidacy) -> tuple[Decimal, ...]:
    """What the law compares, without the fact that may be missing."""
    twk, tiu, tkp = (Decimal(row.marks["skd"][part]) for part in ("twk", "tiu", "tkp"))
    return (evaluate(CPNS, row.marks).final, twk + tiu + tkp, tkp, tiu, twk)


@given(CANDIDACIES, st.randoms(use_true_random=False), st.integers(0, 12))
def test_the_order_follows_the_law_and_nothing_else(rows: list[Candidacy], random: Random, seats: int) -> None:
    ranking = rank(CPNS, rows, seats)
    assert rank(CPNS, random.sample(rows, len(rows)), seats) == ranking
    found = {row.key: row for row in rows}
    placed = [entry for entry in ranking.entries if entry.place is not None]
    assert {entry.key for entry in placed} == {row.key for row in rows if row.outside != "TH"}
    for nth, (above, below) in enumerate(pairwise(placed)):
        assert steps(found[above.key]) >= steps(found[below.key])
        if above.place == below.place:
            assert below.decided_by is None
            assert steps(found[above.key]) == steps(found[below.key])
        else:
            assert below.place == nth + 2
            assert below.decided_by is not None
            compare(CPNS, found[above.key], found[below.key], below.decided_by)  # the reason is true
    for entry in placed:
        sharing = [other for other in placed if other.place == entry.place]
        assert entry.place is not None
        assert entry.hired is (entry.place + len(sharing) - 1 <= seats)
        assert (len(sharing) > 1) == any(entry.key in tie for tie in ranking.open_ties)


@given(CANDIDACIES)
def test_when_every_tie_is_decided_none_is_open_and_the_hired_are_the_first(rows: list[Candidacy]) -> None:
    ranking = rank(CPNS, rows, 3, decided=rank(CPNS, rows, 3).open_ties)
    assert ranking.open_ties == ()
    placed = [entry for entry in ranking.entries if entry.place is not None]
    assert [entry.place for entry in placed] == list(range(1, len(placed) + 1))
    assert [entry.hired for entry in placed] == [n < 3 for n in range(len(placed))]


TIED = "abcde"


@given(st.lists(st.lists(st.sampled_from([*TIED, "gone"]), max_size=4, unique=True), max_size=4))
def test_a_line_is_drawn_only_where_all_above_stand_before_all_below(orders: list[list[str]]) -> None:
    """Against every permutation: what all orderings that respect the statements have in common, and no more."""

    def respects(line: Sequence[str]) -> bool:
        at = {key: n for n, key in enumerate(line)}
        return all(at[a] < at[b] for order in orders for a, b in pairwise(k for k in order if k in at))

    lawful = [line for line in permutations(TIED) if respects(line)]
    if not lawful:
        with pytest.raises(Contradiction):
            split(TIED, orders)
        return
    groups = split(TIED, orders)
    assert sorted(key for group in groups for key in group) == list(TIED)
    lines = {n for n in range(1, len(TIED)) if len({frozenset(line[:n]) for line in lawful}) == 1}
    ends = {sum(map(len, groups[: n + 1])) for n in range(len(groups) - 1)}
    assert ends == lines
    for line in lawful:
        assert all(
            set(line[: sum(map(len, groups[:n]))]) == {k for g in groups[:n] for k in g} for n in range(len(groups))
        )
