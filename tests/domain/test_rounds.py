"""A round: one kind, decree and calendar for all its vacancies (domain.md 1a; TEST 32)."""

import datetime as dt
from dataclasses import replace

import pytest

from services.intake import rounds
from services.intake.facts import Round
from services.intake.rounds import KINDS, CloseRound, Facts, OpenRound
from shared.events.intake import RoundClosed, RoundOpened
from shared.events.platform import AttemptRefused
from tests.domain.specification import Specification

CALENDAR = {"apply_from": dt.date(2027, 3, 1), "apply_until": dt.date(2027, 3, 20)}
OPEN = OpenRound(kind="local", decree="Perbup 9/2027", calendar=CALENDAR, words="BLUD", ok="pauh.7c")
OPENED = RoundOpened(kind="local", decree="Perbup 9/2027", calendar=CALENDAR, words="BLUD", ok="pauh.7c")
DAY = dt.date(2027, 7, 30)
CLOSE, CLOSED = CloseRound(on=DAY), RoundClosed(on=DAY)

given = Specification(rounds, Facts(round=Round(kind="local", is_open=True))).given


@pytest.mark.parametrize("kind", KINDS)
def test_a_round_has_one_of_five_kinds(kind: str) -> None:
    given().when(replace(OPEN, kind=kind)).then(replace(OPENED, kind=kind))
    given().when(replace(OPEN, kind=kind.upper())).refused("round.kind")


def test_no_round_without_a_decree_that_names_its_ground() -> None:
    """UU 20/2023 art. 66(1) and Permendagri 79/2018: how both fit is open, so a local round says its ground."""
    given().when(replace(OPEN, decree=" ")).refused("round.without_decree")


def test_a_calendar_is_in_order() -> None:
    for wrong in (
        {**CALENDAR, "apply_from": dt.date(2027, 3, 21)},
        {**CALENDAR, "party": dt.date(2027, 3, 21)},
    ):
        given().when(replace(OPEN, calendar=wrong)).refused("round.calendar")
    given().when(replace(OPEN, calendar={})).then(replace(OPENED, calendar={}))


def test_opening_needs_two_persons() -> None:
    given().when(replace(OPEN, ok=None)).refused("act.needs_approval")


def test_a_round_opens_once() -> None:
    given(OPENED).when(OPEN).then()
    given(OPENED).when(replace(OPEN, ok=None)).then()
    given(OPENED).when(replace(OPEN, kind="cpns")).refused("round.opened_otherwise")
    given(OPENED, CLOSED).when(replace(OPEN, kind="cpns")).refused("round.opened_otherwise")


def test_32_a_round_closes_when_every_seat_is_decided() -> None:
    """TEST 32: `RoundClosed` with a seat undecided is refused; with a vacancy that takes applications, too."""
    given(OPENED).when(CLOSE).then(CLOSED)
    given(OPENED).when(replace(CLOSE, undecided=("pauh.2027-014+general+1",))).refused("round.seat_undecided")
    busy = Facts(round=Round(kind="local", is_open=True, vacancies=("pauh.2027-014",)))
    given(OPENED).when(CLOSE, busy).refused("round.vacancy_open")


def test_closing_again_changes_nothing() -> None:
    given(OPENED, CLOSED).when(replace(CLOSE, on=DAY + dt.timedelta(1))).then()
    given().when(CLOSE).refused("round.unknown")


def test_what_comes_out_of_order_is_passed_over() -> None:
    attempt = AttemptRefused(act="CloseRound", code="x", digest="0" * 64)
    given(CLOSED, OPENED, attempt).when(CLOSE).then(CLOSED)
