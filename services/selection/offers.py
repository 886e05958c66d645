"""Whom an appointing authority may offer a seat, and what an offer says: the next in rank, or a departure that names
everybody it passes over.

Buying posts (Pemalang, Probolinggo) worked through choices that nobody had to explain; here the ranking is public, and
so is the reason.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final

from services.selection.attempts import attempted
from services.selection.opinions import check_holds, today
from services.selection.place_facts import Places, Stand
from shared.events import Refused
from shared.events.selection import AppointmentOffered, Departure
from shared.rules.calendar import arrived
from shared.rules.duties import due

RANK, REPLACEMENT = "rank", "replacement"
LAPSED: Final = "lapsed"


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferAppointment:
    """Menawarkan formasi, by the PPK: `to` an alias on its place of the fixed ranking; with `words` it is a departure
    (penyimpangan), which needs a second person. `basis`: rank; replacement where the one before is gone.

    `seat` is the stream's own (`general+1`), `left` are those who are out of the selection by now; `own`:
    whether an author applied for this vacancy.
    """

    PREPARED: ClassVar = ("seat", "left", "own")

    to: str
    place: int
    basis: str
    version: int | None = None
    words: str | None = None
    seat: str = ""
    left: tuple[str, ...] = ()
    own: bool = False
    at: str | None = None
    ok: str | None = None


def check_place(command: OfferAppointment, places: Places) -> tuple[Stand, int]:
    """Where the alias stands in the fixed order of this seat's kind, and in which version; it is free for it."""
    kind = command.seat.partition("+")[0]
    if places.is_cancelled:
        raise Refused("seat.cancelled")
    if not places.has_seat(command.seat):
        raise Refused("seat.unknown")
    if places.fixed is None:
        raise Refused("seat.not_fixed")
    if command.version not in (None, places.fixed.version):
        raise Refused("seat.version")
    stand = next((one for one in places.order(kind) if one.alias == command.to), None)
    if stand is None:
        raise Refused("seat.not_ranked")
    if stand.place != command.place:
        raise Refused("seat.place")
    if places.seat_of(command.to) is not None:
        raise Refused("seat.one_each")
    if command.to in places.gone:
        raise Refused("seat.declined_before")
    if command.to in command.left:
        raise Refused("seat.left")
    return stand, places.fixed.version


def offered(command: OfferAppointment, stand: Stand, version: int, places: Places) -> AppointmentOffered:
    """The offer, to be answered in seven days; of a senior post to one of three, whom an outside body has seen."""
    kind = command.seat.partition("+")[0]
    if places.is_jpt:
        three = places.proposal(kind, command.left)
        if stand.alias not in three:
            raise Refused("seat.not_proposed")
        check_holds(places.three, three, today(command.at))
    over = tuple(one.alias for one in places.free(kind, command.left) if one.place < stand.place)
    return AppointmentOffered(
        alias=stand.alias,
        place=stand.place,
        version=version,
        basis=command.basis,
        until=due("answer_offer", arrived(command.at)),
        departure=_departure(command, over),
        ok=command.ok,
    )


def _departure(command: OfferAppointment, over: tuple[str, ...]) -> Departure | None:
    """Whoever stands before the chosen one and is free; the attempt to pass them over in silence is itself evidence."""
    words = (command.words or "").strip()
    if over and not words:
        raise attempted(command, "seat.departure_without_reason")
    if not over and command.words is not None:
        raise Refused("seat.no_departure")
    if not over:
        return None
    if command.ok is None:
        raise Refused("act.needs_approval")
    return Departure(over=over, words=command.words or "")
