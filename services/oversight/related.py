"""Which events are about a vacancy: its own streams, and those that name it in their first event."""

from __future__ import annotations

from collections.abc import Iterator

from shared.events import Recorded, codec, streams
from shared.events.intake import ApplicationSubmitted
from shared.events.selection import SessionRescheduled, SessionScheduled
from shared.events.training import OfficerOnboarded
from shared.ledger import Ledger

OWN = frozenset({"vacancy", "selection", "panel", "candidate", "seat"})  # the first part of whose id is the vacancy
NAMED = frozenset({"application", "session", "officer"})  # whose events name it


def related(ledger: Ledger, vacancy: str, until: int | None = None) -> Iterator[Recorded]:
    """In the ledger's order, up to a size. One pass; what is about others is not decoded."""
    streams_of: set[str] = set()
    for page in ledger.read(0, until=until):
        for one in page:
            if one.stream in streams_of or _is_about(one, vacancy):
                streams_of.add(one.stream)
                yield one


def scored(ledger: Ledger, vacancy: str, until: int | None = None) -> Iterator[Recorded]:
    """The procedure and the candidacies alone."""
    for page in ledger.read(0, until=until):
        for one in page:
            if streams.category(one.stream) in ("selection", "candidate") and streams.ident(one.stream) == vacancy:
                yield one


def _is_about(one: Recorded, vacancy: str) -> bool:
    category = streams.category(one.stream)
    if category in OWN:
        return streams.ident(one.stream) == vacancy
    if category not in NAMED:
        return False
    match codec.event_of(one):
        case ApplicationSubmitted(vacancy=of):
            return of == vacancy
        case SessionScheduled(vacancies=several) | SessionRescheduled(vacancies=several):
            return vacancy in several
        case OfficerOnboarded(seat=seat):
            return seat.removeprefix("seat-").split("+")[0] == vacancy
    return False
