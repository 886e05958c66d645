"""Public figures with a floor: whoever subtracts learns nothing of a small group."""

from collections import defaultdict
from collections.abc import Mapping
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.rules.errors import BadMark
from shared.rules.floors import advanced, may_publish, published, total

FLOOR = 3
COUNTS = st.lists(st.integers(0, 9), min_size=1, max_size=7)


def named(counts: list[int] | tuple[int, ...]) -> dict[str, int]:
    return {f"g{n}": count for n, count in enumerate(counts)}


def test_a_small_group_hides_its_neighbour() -> None:
    """Else the total less the others would be the small group."""
    groups = {"d": 40, "a": 12, "b": 2, "c": 30}
    assert published(groups, 5) == {"d": 40, "a": None, "b": None, "c": 30}
    assert total(groups, 5) == 84


def test_two_small_groups_that_are_few_together_hide_the_next() -> None:
    assert published(named([1, 2, 9, 9, 8, 8]), 5) == named([0] * 2) | named([9] * 4) | {
        "g0": None, "g1": None, "g2": None, "g3": None, "g4": 8, "g5": 8,
    }  # fmt: skip
    assert published(named([9, 9, 8, 8, 1, 2]), 5)["g0"] is None


def test_what_is_few_altogether_is_hidden_altogether() -> None:
    assert (published(named([4]), 5), total(named([4]), 5)) == ({"g0": None}, None)
    assert (published(named([5]), 5), total(named([5]), 5)) == ({"g0": 5}, 5)
    assert published(named([1, 1, 1]), 5) == {"g0": None, "g1": None, "g2": None}
    assert (published({}, 5), total({}, 5)) == ({}, None)


def test_a_floor_of_one_hides_only_nobody() -> None:
    assert published(named([1, 2, 3]), 1) == named([1, 2, 3])


@pytest.mark.parametrize(("groups", "floor"), [({"a": 1}, 0), ({"a": -1}, 5)])
def test_a_count_or_a_floor_that_is_none_is_refused(groups: dict[str, int], floor: int) -> None:
    for ask in (published, total):
        with pytest.raises(BadMark):
            ask(groups, floor)


@given(COUNTS, st.integers(1, 6))
def test_nothing_under_the_floor_is_shown_nor_left_by_subtraction(counts: list[int], floor: int) -> None:
    groups = named(counts)
    shown, everybody = published(groups, floor), total(groups, floor)
    hidden = [name for name, figure in shown.items() if figure is None]
    assert shown.keys() == groups.keys()
    assert all(figure is None or figure == groups[name] >= floor for name, figure in shown.items())
    assert (
        not hidden
        or everybody is None
        or (len(hidden) > 1 and sum(groups[name] for name in hidden) >= floor)
        or (len(groups) == 1)
    )


@pytest.mark.parametrize("groups", [1, 2, 3, 4, 5])
def test_whoever_knows_the_rule_too_learns_no_hidden_group(groups: int) -> None:
    """Every table of small counts: those that look the same leave each hidden group a range of the floor at least,
    from nobody on, unless nothing but "under the floor" is said at all.
    """
    alike: defaultdict[tuple[tuple[int | None, ...], int | None], list[tuple[int, ...]]] = defaultdict(list)
    for counts in product(range(8 if groups < 5 else 6), repeat=groups):
        table = named(counts)
        alike[tuple(published(table, FLOOR).values()), total(table, FLOOR)].append(counts)
    for (figures, everybody), tables in alike.items():
        if everybody is None:
            assert set(figures) == {None}
            assert {sum(one) for one in tables} == set(range(FLOOR))
            continue
        most = everybody - sum(figure for figure in figures if figure is not None)
        if most > (7 if groups < 5 else 5):
            continue  # tables that look the same lie outside of those tried
        for n, figure in enumerate(figures):
            found = {one[n] for one in tables}
            assert found == {figure} or (figure is None and {0, most} <= found and most >= FLOOR)


@given(st.integers(0, 40), st.integers(0, 40), st.integers(1, 9))
def test_a_figure_moves_by_the_floor_or_not_at_all(before: int, now: int, floor: int) -> None:
    assert may_publish(before, now, floor) == (now >= floor and (now - before >= floor or now == before))


def test_a_block_waits_until_nobody_new_stands_alone() -> None:
    before = named([10, 10, 10, 10])
    assert advanced(before, named([11, 15, 10, 13]), 3) == named([10, 10, 10, 13])
    assert advanced(before, named([13, 15, 10, 11]), 3) == named([13, 15, 10, 10])
    for wrong in (named([9, 10, 10, 10]), named([10, 10, 10])):
        with pytest.raises(BadMark):
            advanced(before, wrong, 3)


def ranges(first: Mapping[str, int], then: Mapping[str, int]) -> dict[tuple[int, str], set[int]]:
    """What two publications leave possible for whoever knows that counts never shrink: by publication and group."""
    names = sorted(first)
    shown = [(published(table, FLOOR), total(table, FLOOR)) for table in (first, then)]

    def fitting(n: int) -> list[tuple[int, ...]]:
        figures, everybody = shown[n]
        most = FLOOR - 1 if everybody is None else everybody
        each: list[range] = []
        for name in names:
            figure = figures[name]
            each.append(range(most + 1) if figure is None else range(figure, figure + 1))
        return [one for one in product(*each) if sum(one) == everybody or (everybody is None and sum(one) <= most)]

    before, after = fitting(0), fitting(1)
    left: dict[tuple[int, str], set[int]] = defaultdict(set)
    for early in before:
        for late in after:
            if all(one <= other for one, other in zip(early, late, strict=True)):
                for n, name in enumerate(names):
                    left[0, name].add(early[n])
                    left[1, name].add(late[n])
    return left


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=2, max_size=4))
def test_two_publications_together_tell_no_hidden_group(counts: list[tuple[int, int]]) -> None:
    """Whatever came in between: the second shows the counts that `advanced` lets through."""
    first = named([one for one, _ in counts])
    then = advanced(first, named([one + more for one, more in counts]), FLOOR)
    left = ranges(first, then)
    for n, table in enumerate((first, then)):
        for name, figure in published(table, FLOOR).items():
            wide = max(left[n, name]) - min(left[n, name]) + 1
            assert figure is not None or wide >= FLOOR, (first, then, name)
    for name in first:
        assert then[name] == first[name] or then[name] - first[name] >= FLOOR
