"""Conflicts of interest (benturan kepentingan): what a tie does, whose word suffices, and what may be opened before it.

Kin, household, superior or business: out for the vacancy, for the rivals would be marked too; any other: out for that
candidate.
"""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from shared.rules.calendar import months_later
from shared.rules.errors import UnknownKind

EFFECTS = {
    "kin": "vacancy", "household": "vacancy", "superior": "vacancy", "business": "vacancy",
    "teacher": "candidate", "coauthor": "candidate", "dispute": "candidate", "other": "candidate",
}  # fmt: skip
YEARS = {"superior": 2, "coauthor": 5}  # so long after it ended
WORDS = 2  # panelists whom an applicant's word alone recuses


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What an applicant's word does: who is out at once, about whom the committee decides."""

    recused: tuple[str, ...]
    to_decide: tuple[str, ...]


def effect(kind: str) -> str:
    """`vacancy` or `candidate`; `UnknownKind` names the known kinds of tie."""
    if kind not in EFFECTS:
        raise UnknownKind(f"no tie {kind!r}; known: {', '.join(EFFECTS)}")
    return EFFECTS[kind]


def holds(kind: str, ended: dt.date | None, on: dt.date) -> bool:
    """Whether a tie still counts on a day: a superior's two years, a co-author's five after it ended, others for
    ever."""
    effect(kind)
    return ended is None or kind not in YEARS or on < months_later(ended, 12 * YEARS[kind])


def closed(ties: Mapping[str, Iterable[str]], roster: Collection[str]) -> frozenset[str]:
    """Applications of a roster that somebody with these ties in the vacancy, kinds by application, may not judge: all
    of them, even if the tied one stands on another roster, or those tied."""
    effects = {application: {effect(kind) for kind in kinds} for application, kinds in ties.items()}
    if any("vacancy" in found for found in effects.values()):
        return frozenset(roster)
    return frozenset(application for application, found in effects.items() if found and application in roster)


def unsaid(matched: Collection[str], declared: Collection[str]) -> tuple[str, ...]:
    """Ties that the registers show and a declaration left blank: replaced before any file opens, oversight told."""
    return tuple(sorted(set(matched) - set(declared)))


def by_word(named: Sequence[str], proved: Collection[str] = ()) -> Heard:
    """Panelists whom one applicant named, in the order of naming: two are out by the word alone, the committee decides
    about a third; whoever is `proved` (declared too, or matched) is out anyway and is not counted.
    """
    once = tuple(dict.fromkeys(named))
    alone = [one for one in once if one not in proved]
    to_decide = tuple(alone[WORDS:])
    return Heard(recused=tuple(one for one in once if one not in to_decide), to_decide=to_decide)


def may_open(sight: str, *, declared: bool, present: bool) -> bool:
    """Whether a panelist may open a file or a sheet: blind after declaring for the roster; open after declaring about
    this person, who must have come. `UnknownKind` for another sight.
    """
    if sight not in ("blind", "open"):
        raise UnknownKind(f"no sight {sight!r}; known: blind, open")
    return declared and (sight == "blind" or present)
