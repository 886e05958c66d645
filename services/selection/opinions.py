"""Pertimbangan teknis: what an outside body says of the three, then of the chosen, and whether it still holds.

In 2026 the three of a senior post go to BKN before they are announced, and BKN is asked again before the inauguration;
its letters may carry a last day.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Final

from services.selection.place_facts import Opinion, Places, opinion_of
from shared.events import Refused
from shared.events.selection import ExternalOpinionRecorded
from shared.rules.calendar import arrived, day_of

THREE, CHOSEN = "three", "chosen"
AGREED, NOT_AGREED = "agreed", "not_agreed"
VERDICTS: Final = (AGREED, NOT_AGREED)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordOpinion:
    """Mencatat pertimbangan teknis, by HR: about the `three` on the selection, about the `chosen` on the seat; `until`
    is the last day that the letter names. `left` are those out of the selection, from this ledger's own tables."""

    PREPARED: ClassVar = ("left",)

    about: str
    body: str
    letter: str
    verdict: str
    on: dt.date
    until: dt.date | None = None
    words: str | None = None
    left: tuple[str, ...] = ()
    at: str | None = None


def record_three(command: RecordOpinion, places: Places) -> list[ExternalOpinionRecorded]:
    """Of the three of a fixed ranking, whom the event names by alias; said again it changes nothing."""
    check_letter(command, THREE)
    if places.is_cancelled:
        raise Refused("seat.cancelled")
    if not places.is_jpt:
        raise Refused("opinion.not_asked")
    if places.fixed is None:
        raise Refused("seat.not_fixed")
    of = tuple(alias for kind in sorted(places.fixed.kinds) for alias in places.proposal(kind, command.left))
    if not of:
        raise Refused("opinion.of_nobody")
    return unless_known(made(command, of), places.three)


def check_letter(command: RecordOpinion, about: str) -> None:
    """Refused for another subject, a verdict that is none, a letter without number or body, of tomorrow, or that ends
    before it begins."""
    if command.about != about:
        raise Refused("opinion.about")
    if command.verdict not in VERDICTS:
        raise Refused("opinion.verdict")
    if not command.letter.strip() or not command.body.strip():
        raise Refused("opinion.without_letter")
    if command.on > today(command.at) or (command.until is not None and command.until < command.on):
        raise Refused("opinion.days")


def made(command: RecordOpinion, of: tuple[str, ...] | None) -> ExternalOpinionRecorded:
    """The event of it."""
    return ExternalOpinionRecorded(
        about=command.about,
        body=command.body,
        letter=command.letter,
        verdict=command.verdict,
        on=command.on,
        until=command.until,
        words=command.words,
        of=of,
    )


def unless_known(event: ExternalOpinionRecorded, last: Opinion | None) -> list[ExternalOpinionRecorded]:
    """Nothing where the last opinion is this very letter about the same."""
    return [] if last == opinion_of(event) else [event]


def check_holds(opinion: Opinion | None, aliases: Sequence[str], *days: dt.date) -> None:
    """Refused where there is no opinion of all of these, where it is against, or on one of these days out of date."""
    if opinion is None or not set(aliases) <= set(opinion.of):
        raise Refused("seat.opinion_missing")
    if opinion.verdict != AGREED:
        raise Refused("seat.opinion_against")
    if opinion.until is not None and max(days) > opinion.until:
        raise Refused("seat.opinion_expired")


def today(at: str | None) -> dt.date:
    """The agency's day of it."""
    return day_of(arrived(at))
