"""An officer's grade (predikat kinerja): nine cells of results and behaviour (Permenpan RB 6/2022), and the number of
PP 30/2019 art. 41.

Bad behaviour caps everything at poor, good behaviour lifts bad results only to needs improvement. A grade opens
support, never a sanction.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from decimal import Decimal

from shared.rules.calendar import months_later
from shared.rules.errors import BadMark, UnknownKind
from shared.rules.marks import EXACT

LEVELS = {"below": 1, "as": 2, "above": 3}  # di bawah, sesuai, di atas ekspektasi
BEHAVIOURS = tuple(f"b{n}" for n in range(1, 8))  # BerAKHLAK, in the order of the word
NAMES = {
    "very_good": "Sangat Baik", "good": "Baik", "needs_improvement": "Butuh Perbaikan", "poor": "Kurang",
    "very_poor": "Sangat Kurang", "fair": "Cukup",
}  # fmt: skip
CELLS = {
    ("above", "below"): "poor", ("above", "as"): "good", ("above", "above"): "very_good",
    ("as", "below"): "poor", ("as", "as"): "good", ("as", "above"): "good",
    ("below", "below"): "very_poor", ("below", "as"): "needs_improvement", ("below", "above"): "needs_improvement",
}  # fmt: skip
"""(hasil kerja, perilaku kerja) -> predikat; poor is "Kurang/misconduct"."""

LEAST = (("good", Decimal(90)), ("fair", Decimal(70)), ("poor", Decimal(50)))  # very_poor is below all
MOST = Decimal(120)
SUPPORTED = frozenset({"needs_improvement", "poor", "very_poor"})
COUNTED = 3  # answers of coworkers under which they are neither shown nor counted
AGREED = 30  # the day of a period by which its expectation is agreed
MONTHS = 6  # of a support plan, unless it says otherwise


def grade(results: str, behaviour: str) -> str:
    """The cell (Permenpan RB 6/2022); `UnknownKind` for a rating that is none."""
    if (results, behaviour) not in CELLS:
        raise UnknownKind(f"no rating {results!r} by {behaviour!r}; known: {', '.join(LEVELS)}")
    return CELLS[results, behaviour]


def behaviour(levels: Mapping[str, str]) -> str:
    """The rating of all seven behaviours of one evaluation, `b1` to `b7`; `UnknownKind` for others."""
    if levels.keys() != set(BEHAVIOURS) or not set(levels.values()) <= LEVELS.keys():
        raise UnknownKind(f"each of {', '.join(BEHAVIOURS)} is rated {', '.join(LEVELS)}")
    return level(Decimal(LEVELS[levels[one]]) for one in BEHAVIOURS)


def level(points: Iterable[Decimal]) -> str:
    """The rating of a mean of points 1 to 3: under 1.5 below, up to 2.5 as expected, else above. Not law: one public
    program's cuts; `BadMark` for points out of range or none.
    """
    given = tuple(points)
    if not given or not all(1 <= one <= 3 for one in given):
        raise BadMark("a behaviour's points are 1 to 3")
    twice, n = Decimal(0), len(given)
    for one in given:
        twice = EXACT.add(twice, EXACT.add(one, one))
    return "below" if twice < 3 * n else "as" if twice <= 5 * n else "above"


def shares(answers: int) -> tuple[int, int]:
    """Percent of results (SKP) and of behaviour: 60 and 40 where coworkers count, else 70 and 30 (PP 30/2019 art.
    41)."""
    return (60, 40) if peers_count(answers) else (70, 30)


def peers_count(answers: int) -> bool:
    """Whether coworkers' answers are shown and counted: at least 3 of a group."""
    return answers >= COUNTED


def score(results: Decimal, behaved: Decimal, answers: int = 0) -> Decimal:
    """Nilai kinerja, 0 to 120, exact (PP 30/2019 art. 41); `BadMark` for a value out of range."""
    for value in (results, behaved):
        if not (value.is_finite() and 0 <= value <= MOST):
            raise BadMark(f"{value} is not between 0 and {MOST}")
    first, second = shares(answers)
    made = EXACT.add(EXACT.multiply(results, Decimal(first)), EXACT.multiply(behaved, Decimal(second)))
    return made.scaleb(-2, EXACT)


def numeric_grade(value: Decimal, *, new_idea: bool) -> str:
    """Predikat of a number (PP 30/2019 art. 41): very good from 110 and with a new idea (ide baru atau cara baru), good
    from 90, fair (cukup) from 70, poor from 50.
    """
    if not (value.is_finite() and 0 <= value <= MOST):
        raise BadMark(f"{value} is not between 0 and {MOST}")
    if value >= 110 and new_idea:
        return "very_good"
    return next((name for name, least in LEAST if value >= least), "very_poor")


def below_twice(now: Mapping[str, str], before: Mapping[str, str] | None) -> tuple[str, ...]:
    """Behaviours that are below expectation in two evaluations in a row, the same ones."""
    earlier = before or {}
    return tuple(one for one in BEHAVIOURS if now.get(one) == earlier.get(one) == "below")


def opens_support(predikat: str, now: Mapping[str, str], before: Mapping[str, str] | None = None) -> bool:
    """Whether an evaluation opens a support plan: by its grade, or by a behaviour below twice in a row."""
    return predikat in SUPPORTED or bool(below_twice(now, before))


def support_until(opened: dt.date, months: int = MONTHS) -> dt.date:
    """The day of the re-evaluation."""
    return months_later(opened, months)


def days_late(begins: dt.date, agreed: dt.date) -> int:
    """Days after day 30 on which a period's expectation was agreed; its first day is day 1."""
    return max(0, (agreed - begins).days + 1 - AGREED)
