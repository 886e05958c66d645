"""Letters and decrees about a seat: the number that is fixed, the appointment, its revocation.

Who left the selection is appointed to nothing; of a senior post, both opinions must hold on the day of the decree and
on that of the inauguration.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import ClassVar

from services.selection.opinions import check_holds, today
from services.selection.place_facts import Opinion, Places
from shared.events import Refused, streams
from shared.events.selection import AppointmentRevoked, CandidateAppointed, EmployeeNumberFixed


@dataclass(frozen=True, slots=True, kw_only=True)
class FixEmployeeNumber:
    """Menetapkan NIP, by HR for BKN; the number itself goes to the vault. `left` are those out of the selection;
    `own`: whether its author applied for this vacancy."""

    PREPARED: ClassVar = ("left", "own")

    letter: str
    on: dt.date
    left: tuple[str, ...] = ()
    own: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Appoint:
    """Mengangkat, by the PPK: decree, unit, post, and the day from which it holds; into the notice's unit or one below
    it, for the notice's post, not before the day of the offer (`offered_at`). `own`: whether its author applied."""

    PREPARED: ClassVar = ("left", "own", "notice_unit", "notice_post", "offered_at")

    decree: str
    unit: str
    post: str
    on: dt.date
    left: tuple[str, ...] = ()
    own: bool = False
    notice_unit: str | None = None
    notice_post: str | None = None
    offered_at: str | None = None
    at: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RevokeAppointment:
    """Mencabut pengangkatan, by the PPK and a second person, in public words."""

    reason: str
    ground: str
    decree: str
    on: dt.date
    words: str
    ok: str | None = None


def numbered(
    command: FixEmployeeNumber, alias: str, known: EmployeeNumberFixed | None, places: Places
) -> list[EmployeeNumberFixed]:
    """Once: it ends every replacement, so nobody gets it who is out of the selection."""
    fixed = EmployeeNumberFixed(letter=command.letter, on=command.on)
    if known == fixed:
        return []
    if known is not None:
        raise Refused("seat.number_fixed")
    check_stays(alias, command.left, places)
    if not command.letter.strip():
        raise Refused("seat.without_decree")
    return [fixed]


def appointed(command: Appoint, alias: str, chosen: Opinion | None, places: Places) -> CandidateAppointed:
    """Who accepted and is still in the selection."""
    check_stays(alias, command.left, places)
    if not (command.decree.strip() and command.unit.strip() and command.post.strip()):
        raise Refused("seat.without_decree")
    _check_vacancy(command)
    if places.is_jpt:
        for opinion in (places.three, chosen):
            check_holds(opinion, (alias,), today(command.at), command.on)
    return decree(command, alias)


def _check_vacancy(command: Appoint) -> None:
    """What was applied for is what one is appointed to. Where no notice was handed over, nothing is compared."""
    if command.notice_unit is not None and not streams.covers(command.notice_unit, command.unit):
        raise Refused("seat.other_unit")
    if command.notice_post not in (None, command.post):
        raise Refused("seat.other_post")
    if command.offered_at is not None and command.on < today(command.offered_at):
        raise Refused("seat.before_offer")


def check_stays(alias: str, left: tuple[str, ...], places: Places) -> None:
    """Refused where the selection is cancelled, or somebody is out of it."""
    if places.is_cancelled:
        raise Refused("seat.cancelled")
    if alias in left:
        raise Refused("seat.left")


def decree(command: Appoint, alias: str) -> CandidateAppointed:
    """The event of it."""
    return CandidateAppointed(alias=alias, decree=command.decree, unit=command.unit, post=command.post, on=command.on)


def revoked(command: RevokeAppointment) -> AppointmentRevoked:
    """By two persons, by decree, for a reason on a ground, in public words."""
    if not command.decree.strip():
        raise Refused("seat.without_decree")
    if not (command.words.strip() and command.reason.strip() and command.ground.strip()):
        raise Refused("seat.revocation_without_reason")
    if command.ok is None:
        raise Refused("act.needs_approval")
    return revocation(command, command.ok)


def revocation(command: RevokeAppointment, ok: str | None) -> AppointmentRevoked:
    """The event of it."""
    return AppointmentRevoked(
        reason=command.reason, ground=command.ground, decree=command.decree, on=command.on, words=command.words, ok=ok
    )
