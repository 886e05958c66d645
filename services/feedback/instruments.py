"""The questionnaire that citizens answer: nine elements (SKM, Permenpan RB 14/2017), of which U8 asks about facilities
(sarana dan prasarana) and U9 about complaints."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from shared.rules.survey import NINE, Instrument

NAME: Final = "skm9"
INSTRUMENT: Final = Instrument(facilities="u8", complaints="u9")
FLOOR: Final = 10  # ballots that enter the ledger together, at least


def is_answered(answers: Mapping[str, int]) -> bool:
    """Whether each of the nine elements has an answer from 1 to 4, and nothing else has one."""
    return answers.keys() == set(NINE) and all(1 <= answer <= 4 for answer in answers.values())
