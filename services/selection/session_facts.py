"""What a session says to the candidacies that sit in it: for which stage and vacancies, how many seats, open or not."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import Any, Final

from shared.events import streams
from shared.events.selection import (
    AttendanceRecorded,
    SessionClosed,
    SessionRescheduled,
    SessionScheduled,
    SessionVoided,
)

OPEN: Final = "open"


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A room from one instant until another; `seats` in it, `seated` on its list; `present` and `absent`, whom roll
    call has recorded so far. `state` is open, closed or void, and empty for a session that nobody scheduled."""

    vacancies: tuple[str, ...] = ()
    stage: str = ""
    from_: dt.datetime | None = None
    to: dt.datetime | None = None
    seats: int = 0
    seated: int = 0
    present: int = 0
    absent: int = 0
    state: str = ""

    @property
    def is_open(self) -> bool:
        """Scheduled, neither closed nor void."""
        return self.state == OPEN

    @property
    def is_full(self) -> bool:
        """Nobody more fits into the room."""
        return self.present >= self.seats

    def is_for(self, vacancy: str, stage: str) -> bool:
        """Whether candidates of this vacancy sit this stage here."""
        return vacancy in self.vacancies and stage == self.stage


NO_SESSION = Session()


def session_key(stream: str, act: Any) -> str | None:
    """The session: of its own stream, or the one that an act of a candidacy names, in its own agency alone."""
    match streams.category(stream):
        case "session":
            return streams.ident(stream)
        case "candidate":
            named = getattr(act, "session", None)
            return named if named and named.partition(".")[0] == streams.agency(stream) else None
    return None


def fold_session(before: Session, stream: str, event: Any, position: int) -> Session:
    """Scheduled, moved, counted, closed."""
    match event:
        case SessionScheduled() | SessionRescheduled():
            return replace(
                before,
                vacancies=event.vacancies,
                stage=event.stage,
                from_=event.from_,
                to=event.to,
                seats=event.seats,
                seated=event.seated.rows,
                state=OPEN,
            )
        case AttendanceRecorded(present=True):
            return replace(before, present=before.present + 1)
        case AttendanceRecorded():
            return replace(before, absent=before.absent + 1)
        case SessionClosed():
            return replace(before, state="closed")
        case SessionVoided():
            return replace(before, state="void")
    return before
