"""A seat from its offer to its decree, and back (events.md 3b)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from shared.events.platform import AttemptRefused


@dataclass(frozen=True, slots=True, kw_only=True)
class Departure:
    """Penyimpangan: who stands before the chosen one, and the public words that say why."""

    over: tuple[str, ...]
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AppointmentOffered:
    """Penawaran, by the PPK: to the alias on this place of this version of the ranking, by rank, by optimisation, or as
    a replacement; to be answered before `until` (half-open)."""

    alias: str
    place: int
    version: int
    basis: str
    until: dt.datetime
    from_: str | None = None
    departure: Departure | None = None
    ok: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExternalOpinionRecorded:
    """Pertimbangan teknis: what an outside body says in its letter of the three, or of the chosen (`of`: their
    aliases); it may carry a last day."""

    about: str
    body: str
    letter: str
    verdict: str
    on: dt.date
    until: dt.date | None = None
    words: str | None = None
    of: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferAccepted:
    """DRH: the candidate accepts; `papers` are digests."""

    papers: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferDeclined:
    """Undur diri: the candidate declines, or let the time pass (`lapsed`)."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EmployeeNumberFixed:
    """Penetapan NIP: by this letter; the number itself lies in the vault. From here on nobody steps in."""

    letter: str
    on: dt.date


@dataclass(frozen=True, slots=True, kw_only=True)
class CandidateAppointed:
    """SK pengangkatan: the alias is appointed to a post of a unit by decree, from a day on."""

    alias: str
    decree: str
    unit: str
    post: str
    on: dt.date


@dataclass(frozen=True, slots=True, kw_only=True)
class AppointmentRevoked:
    """Pencabutan: the appointment holds no longer, by decree, and why in public words."""

    reason: str
    ground: str
    decree: str
    on: dt.date
    words: str
    ok: str | None = None


SeatEvent = (
    AppointmentOffered
    | ExternalOpinionRecorded
    | OfferAccepted
    | OfferDeclined
    | EmployeeNumberFixed
    | CandidateAppointed
    | AppointmentRevoked
    | AttemptRefused
)
