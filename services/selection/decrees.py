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
from shared.events import Refused
from shared.events.selection import AppointmentRevoked, CandidateAppointed, EmployeeNumberFixed


@dataclass(frozen=True, slots=True, kw_only=True)
class FixEmployeeNumber:
    """Menetapkan NIP, by HR for BKN; the number itself goes to the vault. `left` are those out of the selection."""

    PREPARED: ClassVar = ("left",)

    letter: str
    on: dt.date
    left: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Appoint:
    """Mengangkat, by the PPK: decree, unit, post, and the day from which it holds."""

    PREPARED: ClassVar = ("left",)

    decree: str
    unit: str
    post: str
    on: dt.date
    left: tuple[str, ...] = ()
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
    if places.is_jpt:
        for opinion in (places.three, chosen):
            check_holds(opinion, (alias,), today(command.at), command.on)
    return decree(command, alias)


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
