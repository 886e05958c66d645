"""Workload analysis: the total first, then rounded once per post (Permenpan RB 1/2020; TEST 1)."""

from decimal import Decimal

import pytest

from shared.rules.errors import UnknownKind, UnknownPack
from shared.rules.workload import HOURS, Load, efficiency, gap, needed, total

MINUTES = HOURS * 60


def load(volume: str, per: str, minutes: str) -> Load:
    return Load(volume=Decimal(volume), per=per, minutes=Decimal(minutes))


OFFICE = (
    load("4800", "year", "20"),
    load("25", "day", "12"),
    load("1", "month", "600"),
    load("1", "week", "120"),
)


def share(of_one: str) -> Load:
    """A task that takes this part of one person's year."""
    return load("1", "year", str(Decimal(of_one) * MINUTES))


def test_1_four_tasks_make_a_need_of_2_456() -> None:
    """TEST 1: 96,000 + 75,000 + 7,200 + 6,000 minutes over 75,000."""
    assert [total([one]) for one in OFFICE] == [96_000, 75_000, 7_200, 6_000]
    assert total(OFFICE) / MINUTES == Decimal("2.456")
    assert needed(OFFICE) == 2
    assert needed(OFFICE, method="abk-2020-ceil") == 3


def test_1_the_gap_is_need_less_staff() -> None:
    assert gap(needed(OFFICE), 1) == 1
    assert gap(needed(OFFICE, method="abk-2020-ceil"), 1) == 2


def test_1_the_efficiency_of_two_is_class_a() -> None:
    """TEST 1: 184,200 / 150,000 = 1.228."""
    assert efficiency(OFFICE, 2) == "A"


def test_1_a_task_is_never_rounded_by_itself() -> None:
    """TEST 1, the trap: 0.4 + 0.4 + 0.4 is one person, though each task alone is none."""
    tasks = [share("0.4")] * 3
    assert [needed([one]) for one in tasks] == [0, 0, 0]
    assert needed(tasks) == 1


@pytest.mark.parametrize(
    ("part", "half_up", "ceil"), [("0", 0, 0), ("0.49", 0, 1), ("0.5", 1, 1), ("1", 1, 1), ("1.0001", 1, 2)]
)
def test_a_total_is_rounded_half_up_or_up(part: str, half_up: int, ceil: int) -> None:
    """The regulation's rounding was not seen: half-up unless the agency's rule says otherwise."""
    assert (needed([share(part)]), needed([share(part)], method="abk-2020-ceil")) == (half_up, ceil)


def test_a_unit_that_works_six_days_has_more_hours() -> None:
    """One of three programs offers 90,000 minutes: 184,200 / 90,000 = 2.047."""
    assert needed(OFFICE, hours=Decimal(1500), method="abk-2020-ceil") == 3
    assert efficiency(OFFICE, 2, hours=Decimal(1500)) == "A"
    assert efficiency(OFFICE, 3, hours=Decimal(1500)) == "D"


def test_a_surplus_in_one_unit_hides_no_deficit_in_another() -> None:
    """Each unit and post has its own gap: 3 too many here do not fill the 2 that are missing there."""
    gaps = {"north": gap(2, 5), "south": gap(4, 2)}
    assert gaps == {"north": -3, "south": 2}
    assert sum(one for one in gaps.values() if one > 0) == 2


@pytest.mark.parametrize(
    ("part", "grade"),
    [("1.0001", "A"), ("1", "B"), ("0.9", "B"), ("0.8999", "C"), ("0.7", "C"), ("0.6999", "D"), ("0.5", "D"),
     ("0.4999", "E"), ("0", "E")],
)  # fmt: skip
def test_efficiency_has_five_classes(part: str, grade: str) -> None:
    """A above 1.00, B 0.90 to 1.00, C to 0.89, D to 0.69, E below 0.50; nobody there, no class."""
    assert efficiency([share(part)], 1) == grade
    assert efficiency([share(part)], 0) is None


def test_an_unknown_period_or_method_is_never_guessed() -> None:
    with pytest.raises(UnknownKind, match="quarter"):
        total([load("1", "quarter", "60")])
    with pytest.raises(UnknownPack, match="abk-2030"):
        needed(OFFICE, method="abk-2030")
