"""A session: seats in a room, moved before roll call alone, closed or void once (events.md 2b)."""

import datetime as dt
from dataclasses import replace

import pytest

from services.selection import sessions
from services.selection.session_facts import NO_SESSION, Session, fold_session, session_key
from services.selection.sessions import CloseSession, Facts, RescheduleSession, ScheduleSession, VoidSession
from shared.events.platform import AttemptRefused, ListDigest
from shared.events.selection import (
    AttendanceRecorded,
    SessionClosed,
    SessionRescheduled,
    SessionScheduled,
    SessionVoided,
)
from tests.domain.specification import Specification

FROM, TO = dt.datetime(2027, 4, 2, 1, tzinfo=dt.UTC), dt.datetime(2027, 4, 2, 4, tzinfo=dt.UTC)
BEFORE, DURING = "2027-03-20T02:00:00.000000Z", "2027-04-02T02:00:00.000000Z"
TWO = ListDigest(rows=2, root="a" * 64)
SCHEDULE = ScheduleSession(
    stage="interview", site="Balai Kota", room="A", from_=FROM, to=TO, seats=2, aliases=("K3", "R2"),
    vacancies=("pauh.7",), seated=TWO, id="pauh.7-1", at=BEFORE,
)  # fmt: skip
SCHEDULED = SessionScheduled(
    stage="interview", site="Balai Kota", room="A", from_=FROM, to=TO, seats=2, seated=TWO, vacancies=("pauh.7",)
)
MOVE = RescheduleSession(
    stage="interview", site="Balai Kota", room="B", from_=FROM, to=TO, seats=2, aliases=("K3", "R2"),
    vacancies=("pauh.7",), seated=TWO, reason="power_cut", id="pauh.7-1", at=BEFORE,
)  # fmt: skip
MOVED = SessionRescheduled(
    stage="interview", site="Balai Kota", room="B", from_=FROM, to=TO, seats=2, seated=TWO, vacancies=("pauh.7",),
    reason="power_cut",
)  # fmt: skip
CLOSE = CloseSession(present=1, absent=1, devices="d" * 64, incidents=("late",), answers="e" * 64, at=DURING)
CLOSED = SessionClosed(present=1, absent=1, devices="d" * 64, incidents=("late",), answers="e" * 64)
VOID = VoidSession(reason="flood", words="Ruang tergenang", ok="pauh.P1")
VOIDED = SessionVoided(reason="flood", words="Ruang tergenang", ok="pauh.P1")

given = Specification(sessions, Facts(session=NO_SESSION)).given
ONE_CAME = Facts(session=Session(present=1))


def test_a_session_is_scheduled_once() -> None:
    given().when(SCHEDULE).then(SCHEDULED)
    given(SCHEDULED).when(SCHEDULE).then()
    given(SCHEDULED).when(replace(SCHEDULE, room="B")).refused("session.scheduled_otherwise")
    given().when(CLOSE).refused("session.unknown")


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (replace(SCHEDULE, seated=None), "session.not_prepared"),
        (replace(SCHEDULE, aliases=("K3",)), "session.not_prepared"),
        (replace(SCHEDULE, to=FROM), "session.times"),
        (replace(SCHEDULE, at=DURING), "session.times"),
        (replace(SCHEDULE, vacancies=()), "session.vacancies"),
        (replace(SCHEDULE, vacancies=("lahat.7",)), "session.vacancies"),
        (replace(SCHEDULE, aliases=("K3", "K3")), "session.twice"),
        (replace(SCHEDULE, seats=1), "session.room"),
        (replace(SCHEDULE, aliases=(), seated=ListDigest(rows=0, root="a")), "session.room"),
        (replace(SCHEDULE, strangers=1), "session.not_on_roster"),
    ],
)
def test_a_room_has_a_seat_for_each_who_is_on_a_roster(command: ScheduleSession, code: str) -> None:
    given().when(command).refused(code)


def test_a_session_moves_for_a_reason_before_roll_call() -> None:
    given(SCHEDULED).when(replace(MOVE, reason=" ")).refused("session.without_reason")
    given(SCHEDULED).when(MOVE).then(MOVED)
    given(SCHEDULED, MOVED).when(MOVE).then()
    given(SCHEDULED).when(MOVE, ONE_CAME).refused("session.begun")
    given(SCHEDULED).when(MOVE, Facts(session=Session(absent=1))).refused("session.begun")
    given(SCHEDULED).when(replace(MOVE, seats=1)).refused("session.room")


def test_a_session_closes_once_and_counts_everybody() -> None:
    given(SCHEDULED).when(replace(CLOSE, at=BEFORE)).refused("session.not_yet")
    for command in (replace(CLOSE, absent=0), replace(CLOSE, present=3, absent=-1)):
        given(SCHEDULED).when(command).refused("session.count")
    given(SCHEDULED).when(replace(CLOSE, present=0, absent=2), ONE_CAME).refused("session.count")
    given(SCHEDULED).when(replace(CLOSE, present=2, absent=0), Facts(session=Session(absent=1))).refused(
        "session.count"
    )
    given(SCHEDULED, MOVED).when(CLOSE, ONE_CAME).then(CLOSED)
    given(SCHEDULED, CLOSED).when(CLOSE).then()
    given(SCHEDULED, CLOSED).when(replace(CLOSE, present=2, absent=0)).refused("session.closed")
    given(SCHEDULED, CLOSED).when(VOID).refused("session.closed")


def test_a_session_is_void_by_two_persons_in_public_words() -> None:
    given(SCHEDULED).when(replace(VOID, ok=None)).refused("act.needs_approval")
    for command in (replace(VOID, reason=""), replace(VOID, words="")):
        given(SCHEDULED).when(command).refused("session.without_reason")
    given(SCHEDULED).when(VOID).then(VOIDED)
    given(SCHEDULED, VOIDED).when(VOID).then()
    given(SCHEDULED, VOIDED).when(CLOSE).refused("session.void")


def test_an_attempt_changes_nothing() -> None:
    given(AttemptRefused(act="x", code="x", digest="0" * 64)).when(SCHEDULE).then(SCHEDULED)


def test_what_a_session_says_to_candidacies() -> None:
    stream, file = "session-pauh.7-1", "candidate-pauh.7+A1"
    came = AttendanceRecorded(stage="interview", present=True, session="pauh.7-1")
    open_ = fold_session(NO_SESSION, stream, SCHEDULED, 0)
    assert open_ == Session(
        vacancies=("pauh.7",), stage="interview", from_=FROM, to=TO, seats=2, seated=2, state="open"
    )
    one = fold_session(open_, file, came, 1)
    two = fold_session(one, file, came, 2)
    assert [(now.present, now.is_full) for now in (open_, one, two)] == [(0, False), (1, False), (2, True)]
    assert fold_session(one, file, replace(came, present=False), 2).absent == 1
    assert (open_.is_for("pauh.7", "interview"), open_.is_for("pauh.8", "interview")) == (True, False)
    assert [fold_session(open_, stream, end, 3).state for end in (CLOSED, VOIDED)] == ["closed", "void"]
    assert (open_.is_open, NO_SESSION.is_open) == (True, False)
    assert fold_session(open_, stream, object(), 3) is open_


def test_which_session_an_act_is_about() -> None:
    """Nobody counts in a room of another agency."""
    came = AttendanceRecorded(stage="interview", present=True, session="pauh.7-1")
    assert session_key("session-pauh.7-1", SCHEDULE) == "pauh.7-1"
    assert session_key("candidate-pauh.7+A1", came) == "pauh.7-1"
    assert session_key("candidate-lahat.7+A1", came) is None
    assert session_key("candidate-pauh.7+A1", replace(came, session=None)) is None
    assert session_key("selection-pauh.7", came) is None
