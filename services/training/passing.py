"""The rule by which a programme is passed, as its adoption names it: how much of it one attends, and a test behind it.

`attendance`: every lesson hour. `attendance_80`: so many in a hundred of them. `attendance_and_test`: and a result of
the post-test. `attendance_80_and_test_70`: of at least so much.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

WHOLE = 100
_RULE = re.compile(r"attendance(?:_([0-9]{1,3}))?(_and_test(?:_([0-9]{1,3}))?)?", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Passing:
    """`share` in a hundred of the lesson hours; the least result of the test, None where there is none."""

    share: int = WHOLE
    test: Decimal | None = None

    def hours(self, of: Decimal) -> Decimal:
        """Lesson hours that must be attended, of a programme's."""
        return of * self.share / WHOLE


def passing(rule: str) -> Passing | None:
    """What a rule says; None for one that says nothing."""
    found = _RULE.fullmatch(rule)
    if found is None or not 1 <= int(found[1] or WHOLE) <= WHOLE or int(found[3] or 0) > WHOLE:
        return None
    return Passing(share=int(found[1] or WHOLE), test=None if found[2] is None else Decimal(found[3] or 0))
