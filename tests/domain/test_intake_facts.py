"""What intake's streams say to each other: post, round, notice and roll, row by row."""

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from services.intake import applications, vacancies
from services.intake.checking import AnnounceCheck
from services.intake.facts import (
    NO_NOTICE,
    NO_POST,
    NO_ROLL,
    NO_ROUND,
    Notice,
    Post,
    Roll,
    Round,
    fold_notice,
    fold_post,
    fold_roll,
    fold_round,
    post_home,
    post_key,
    round_home,
    round_key,
    vacancy_home,
    vacancy_key,
)
from services.intake.service import INTAKE
from shared.events import codec
from shared.events.intake import (
    JobAnalysisAdopted,
    NeedApproved,
    RoundClosed,
    RoundOpened,
    VacancyListed,
    VerifierAssigned,
)
from shared.events.platform import AttemptRefused, ImportedRow
from shared.runtime.grants import Grant, Grants
from tests.domain import test_applications as person
from tests.domain import test_notices as vacancy
from tests.domain.notices import GENERAL, LICENCE, NEED, OPENS, PUBLISH, PUBLISHED, ROUND, UNTIL, VACANCY
from tests.domain.test_rounds import OPENED

STREAM, FILE = f"vacancy-{VACANCY}", f"application-pauh.{person.ID}"
DAY = dt.date(2027, 1, 12)
ATTEMPT = AttemptRefused(act="x", code="x", digest="0")
LISTED = VacancyListed(unit="U", post="P", formations=(GENERAL,), source=ImportedRow(import_="a", row=1))
LIST = vacancies.ListVacancy(unit="U", post="P", formations=(GENERAL,), source=LISTED.source)
FIXED = NeedApproved(seats=3, decree="45", on=DAY)
ADOPTED = JobAnalysisAdopted(version=2, items={}, competences=("care",), class_="8")


@pytest.mark.parametrize(
    ("stream", "act", "post", "round_", "own"),
    [
        ("post-pauh.perawat", ADOPTED, "pauh.perawat", None, None),
        (f"need-{NEED}", FIXED, "pauh.perawat", None, None),
        ("need-pauh.pkm-03", FIXED, None, None, None),
        (f"round-{ROUND}", OPENED, None, ROUND, None),
        (STREAM, PUBLISH, "pauh.perawat", ROUND, VACANCY),
        (STREAM, PUBLISHED, "pauh.perawat", ROUND, VACANCY),
        (STREAM, vacancy.CANCELLED, None, None, VACANCY),
        (STREAM, LIST, None, None, None),
        (STREAM, LISTED, None, None, None),
        (STREAM, ATTEMPT, None, None, None),
        (FILE, person.SEND, None, None, VACANCY),
        (FILE, person.SENT, None, None, VACANCY),
        (FILE, person.LEFT, None, None, None),
        ("rulepack-cpns-2024", ATTEMPT, None, None, None),
    ],
)
def test_a_row_is_found_by_stream_and_act(
    stream: str, act: Any, post: str | None, round_: str | None, own: str | None
) -> None:
    assert (post_key(stream, act), round_key(stream, act), vacancy_key(stream, act)) == (post, round_, own)


def test_what_a_later_act_does_not_name_its_stream_remembers() -> None:
    """A cancellation names neither post nor round, a withdrawal no vacancy: their first events did."""
    after = vacancies.evolve(vacancies.evolve(None, PUBLISHED), vacancy.CANCELLED)
    assert (post_home(after), round_home(after), vacancy_home(after)) == ("pauh.perawat", ROUND, None)
    assert post_home(after) == post_key(STREAM, PUBLISHED)
    gone = applications.evolve(applications.evolve(None, person.SENT), person.LEFT)
    assert (post_home(gone), round_home(gone), vacancy_home(gone)) == (None, None, VACANCY)
    listed = vacancies.evolve(None, LISTED)
    assert (post_home(listed), round_home(listed), vacancy_home(None)) == (None, None, None)


def test_a_post_knows_its_analysis_and_its_seats() -> None:
    """RF-07: fixed, advertised, and given back by a cancellation."""
    post = fold_post(fold_post(NO_POST, "post-pauh.perawat", ADOPTED, 0), f"need-{NEED}", FIXED, 1)
    assert post == Post(analysis=2, competences=("care",), fixed={NEED: 3})
    taken = fold_post(post, STREAM, PUBLISHED, 2)
    assert (post.free(NEED), taken.free(NEED), taken.free("other")) == (3, 1, 0)
    assert fold_post(taken, STREAM, vacancy.CANCELLED, 3) == post
    assert fold_post(taken, STREAM, vacancy.CLOSED, 3) is taken


def test_seats_are_taken_from_the_needs_in_the_order_of_the_notice() -> None:
    other = NEED.replace("pkm-03", "pkm-04")
    post = Post(fixed={NEED: 1, other: 5})
    taken = fold_post(post, STREAM, replace(PUBLISHED, needs=(NEED, other)), 0)
    assert taken.taken == {VACANCY: {NEED: 1, other: 1}}


def test_a_round_knows_which_vacancies_take_applications() -> None:
    opened = fold_round(NO_ROUND, f"round-{ROUND}", RoundOpened(kind="cpns", decree="d", calendar={}, words=""), 0)
    busy = fold_round(opened, STREAM, PUBLISHED, 1)
    assert (opened, busy.vacancies) == (Round(kind="cpns", is_open=True), (VACANCY,))
    for event in (vacancy.CLOSED, vacancy.CANCELLED):
        assert fold_round(busy, STREAM, event, 2) == opened
    assert not fold_round(opened, f"round-{ROUND}", RoundClosed(on=DAY), 3).is_open
    assert fold_round(busy, STREAM, ATTEMPT, 4) is busy


def test_a_notice_is_its_window_its_requirements_and_who_checks() -> None:
    notice = fold_notice(NO_NOTICE, STREAM, PUBLISHED, 398)
    assert notice == Notice(
        apply_from=OPENS,
        until=UNTIL,
        position=398,
        round=ROUND,
        kinds=("general",),
        requirements=("r1", "r2"),
        proved=(LICENCE.id,),
    )
    assert fold_notice(notice, STREAM, vacancy.EXTENDED, 405) == replace(notice, until=vacancy.LATER, position=405)
    closed = fold_notice(notice, STREAM, vacancy.CLOSED, 410)
    tied: VerifierAssigned = replace(vacancy.ASSIGNED, tie_count=1, ties=(vacancy.TIE,))
    sworn = fold_notice(closed, STREAM, tied, 411)
    assert sworn == replace(notice, is_closed=True, verifiers={"v1": (vacancy.TIE.application,)})
    announced = fold_notice(sworn, STREAM, vacancy.FIRST, 420)
    assert (announced.announced, announced.object_until) == (1, vacancy.FIRST.until)
    assert fold_notice(announced, STREAM, vacancy.CANCELLED, 430).is_cancelled
    assert fold_notice(notice, FILE, person.SENT, 399) is notice


def test_a_roll_counts_applications_and_what_is_decided_about_them() -> None:
    roll = NO_ROLL
    for position, event in enumerate((person.SENT, person.SENT, person.LEFT)):
        roll = fold_roll(roll, FILE, event, position)
    assert roll == Roll(submitted=2, withdrawn=1, inputs=1, changed_at=2)
    roll = fold_roll(roll, STREAM, replace(vacancy.CLOSED, roll=replace(vacancy.ROLL, rows=1)), 3)
    for position, event in enumerate((person.FAILED, person.OBJECTED, person.REJECTED), 4):
        roll = fold_roll(roll, FILE, event, position)
    assert roll == Roll(submitted=2, withdrawn=1, closed=1, inputs=3, changed_at=6)
    assert fold_roll(roll, FILE, person.LEFT, 7) == replace(roll, withdrawn=2, left=1, inputs=4, changed_at=7)
    assert fold_roll(roll, FILE, person.OBJECTED, 7).objections == 1
    assert fold_roll(roll, STREAM, vacancy.FIRST, 8) is roll


@pytest.mark.parametrize("fact", INTAKE.facts, ids=lambda fact: fact.name)
def test_a_fact_comes_back_from_its_row(fact: Any) -> None:
    full = {
        "post": Post(analysis=2, competences=("a",), fixed={NEED: 3}, taken={VACANCY: {NEED: 2}}),
        "round": Round(kind="cpns", is_open=True, vacancies=(VACANCY,)),
        "notice": replace(person.ANNOUNCED, kinds=("general",)),
        "roll": Roll(submitted=2, withdrawn=1, closed=1, left=1, inputs=4, objections=1, changed_at=7),
        "approvals": Grants(waiting={"pauh.7c": Grant(digest="d" * 64, proposer="ani", until=UNTIL)}),
    }
    for value in (fact.initial, full[fact.name]):
        assert codec.read(fact.of, codec.body(value)) == value


def test_the_commands_that_a_timer_or_a_proposal_may_name_are_of_intake() -> None:
    """What two persons do is proposed and approved in the same ledger."""
    assert INTAKE.commands["CloseApplications"] is vacancies.CloseApplications
    assert {"PublishVacancy", "Propose", "Approve"} <= INTAKE.commands.keys()
    assert AnnounceCheck.__name__ not in INTAKE.commands
