"""Fit with the region's development goals (`vision`): the notice quotes goals of the RPJMD, every anchor cites one, and
neither names a person, an office holder or a campaign. Our rule; a list of words cannot know names of people.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

_CITED = re.compile(r"\(([0-9]{1,3})\)")


@dataclass(frozen=True, slots=True, kw_only=True)
class GoalRules:
    """`criterion` of `stage` is marked against goals: `least` to `most` texts; `words` may stand neither in a goal nor
    in an anchor.
    """

    stage: str
    criterion: str
    least: int
    most: int
    words: tuple[str, ...]
    article: str


def cites(anchor: str, goals: Sequence[str]) -> bool:
    """Whether an anchor cites a goal that is there, as "(1)", and none that is not."""
    cited = [int(number) for number in _CITED.findall(anchor)]
    return bool(cited) and all(1 <= number <= len(goals) for number in cited)


def named(rules: GoalRules, text: str) -> str | None:
    """The first of the pack's words that stands in a text, as a whole word, also with the suffix -nya; None if
    none."""
    plain = " ".join(_letters(text).split())
    for word in rules.words:
        if re.search(rf"(?<!\w){re.escape(word)}(?:nya)?(?!\w)", plain):
            return word
    return None


def _letters(text: str) -> str:
    """Small letters in one form, without signs that nobody sees: such a sign in the middle would hide a word."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(sign for sign in folded if unicodedata.category(sign) != "Cf")
