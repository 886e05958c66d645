"""From the handover to the opening of the scores: the roster is handed over and amended in sight, and what was sealed
opens at once, for everybody, by the clock.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import ClassVar, Final

from services.selection.attempts import attempted
from services.selection.candidacy import event_of
from services.selection.kinds import is_kind
from services.selection.proceeding import Facts, Open, course_of
from shared.events import Refused, codec
from shared.events.intake import Scheme
from shared.events.platform import ListDigest
from shared.events.selection import MissingSheets, RosterAmended, ScoresOpened, SelectionEvent, SelectionOpened
from shared.rules.calendar import arrived
from shared.rules.errors import UnknownPack
from shared.rules.pinned import pinned

MOST_SEATS: Final = 1_000_000  # of one kind in one vacancy
PATIENCE: Final = dt.timedelta(hours=24)  # after the last slot, missing sheets or not


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenSelection:
    """Serah terima, by an import: the roster is handed over; `source` is the digest of its file."""

    scheme: str
    pack_digest: str
    roster: ListDigest
    source: str
    seats: Mapping[str, int] | None = None
    terms: Scheme | None = None
    round: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOver:
    """Serah terima, by the secretary: everything as intake's events leave it; `scheme` is the digest of `terms`, the
    notice's own, `source` the position of the announced check."""

    PREPARED: ClassVar = ("scheme", "pack_digest", "roster", "source", "seats", "terms", "round")

    scheme: str = ""
    pack_digest: str = ""
    roster: ListDigest | None = None
    source: str = ""
    seats: Mapping[str, int] | None = None
    terms: Scheme | None = None
    round: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AmendRoster:
    """Mengubah daftar peserta, by the committee and a second person, on a ground; the new roster's digest is made
    beside the lock, and which of the aliases fit (`known`: intake knows them, they are in or out as said)."""

    PREPARED: ClassVar = ("roster", "known")

    added: tuple[str, ...]
    removed: tuple[str, ...]
    ground: str
    roster: ListDigest | None = None
    known: bool = False
    ok: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenScores:
    """Membuka nilai, by the clock, or by the committee once all is sealed: the seals as a list, what is missing, and
    when the last slot ended (`slot`), or else the last candidate came."""

    PREPARED: ClassVar = ("seals", "candidates", "missing", "slot", "as_of")

    stage: str
    seals: ListDigest | None = None
    candidates: int = 0
    missing: tuple[MissingSheets, ...] = ()
    slot: dt.datetime | None = None
    as_of: int = 0
    at: str | None = None


def listed(command: OpenSelection, facts: Facts) -> list[SelectionEvent]:
    """From a list on record, under a pack that is known."""
    if not facts.attendance.rows:
        raise Refused("selection.source_unknown")
    _check(command.pack_digest, command.roster, command.seats)
    return [opened(command)]


def handed_over(command: HandOver) -> list[SelectionEvent]:
    """Under the notice's own scheme, whose digest it carries; refused before everything is ready."""
    if command.roster is None or command.terms is None:
        raise Refused("selection.not_ready")
    _check(command.pack_digest, command.roster, command.seats)
    if sha256(codec.body(command.terms)).hexdigest() != command.scheme:
        raise Refused("selection.scheme")
    return [opened(command)]


def opened(command: OpenSelection | HandOver) -> SelectionOpened:
    """The event of it."""
    made: SelectionOpened = event_of(SelectionOpened, command)
    return made


def _check(digest: str, roster: ListDigest, seats: Mapping[str, int] | None) -> None:
    if not is_pack(digest):
        raise Refused("selection.pack_unknown")
    if roster.rows < 0 or not are_seats(seats or {}):
        raise Refused("selection.seats")


def is_pack(digest: str) -> bool:
    """Whether a pack of ours has this digest."""
    try:
        pinned(digest)
    except UnknownPack:
        return False
    return True


def are_seats(seats: Mapping[str, int]) -> bool:
    """Kinds of need, each with a number of seats that can be."""
    return all(is_kind(kind) and type(of) is int and 0 <= of <= MOST_SEATS for kind, of in seats.items())


def amended(command: AmendRoster, state: Open, facts: Facts) -> list[SelectionEvent]:
    """Somebody who was forgotten comes in, somebody who should not be there goes out; before any score opens."""
    course = course_of(facts)
    if state.amended is not None and _is_said(command, state.amended):
        return []
    if course.opened or course.announced:
        raise attempted(command, "roster.too_late")
    if not command.added and not command.removed:
        raise Refused("roster.empty")
    if set(command.added) & set(command.removed) or not command.ground.strip():
        raise Refused("roster.change")
    if command.roster is None:
        raise Refused("roster.not_ready")
    if not command.known:
        raise attempted(command, "roster.unknown")
    if command.ok is None:
        raise Refused("act.needs_approval")
    made: RosterAmended = event_of(RosterAmended, command)
    return [made]


def _is_said(command: AmendRoster, last: RosterAmended) -> bool:
    said = (command.added, command.removed, command.ground)
    return said == (last.added, last.removed, last.ground)


def scores_opened(command: OpenScores, state: Open, facts: Facts) -> list[SelectionEvent]:
    """Once for each stage that a panel marks: all sealed and the last slot over, or 24 hours later with what is missing
    named. Also after a cancellation: nothing that was sealed stays unseen."""
    course, at = course_of(facts), arrived(command.at)
    if command.stage in state.scores:
        return []
    of = course.stages.get(command.stage)
    if of is None or not of.is_by_panel:
        raise attempted(command, "score.stage_unknown")
    if command.stage in course.annulled:
        raise Refused("stage.annulled")
    if command.seals is None or not command.candidates or command.slot is None:
        raise Refused("scores.nothing_sealed")
    if command.seals.rows != course.sealed.get(command.stage, 0) or command.as_of <= facts.procedure.changed_at:
        raise Refused("scores.stale")
    due = command.slot + PATIENCE if command.missing else command.slot
    if at < due:
        raise Refused("scores.too_early")
    seals = replace(command.seals, head=None)
    return [ScoresOpened(stage=command.stage, seals=seals, candidates=command.candidates, missing=command.missing)]
