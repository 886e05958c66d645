"""Who did what, as what: by the roles that were granted at the time, never by what was done; and the second person of
every act of two (domain.md 8)."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from services.oversight.actors import Actors
from services.oversight.timeline import Line, timeline
from shared.events.intake import ApplicationSubmitted
from shared.events.people import RoleGranted, RoleRevoked
from shared.events.platform import ActApproved, ActProposed, AttemptRefused
from shared.events.selection import AttendanceRecorded, PanelistSeated, RankingFixed, ScoreSealed
from shared.ledger import Ledger
from shared.runtime.service import Service
from tests.domain.notices import PUBLISHED
from tests.services.projections_world import START, VACANCY, Telling, ident, telling

SELECTING = f"selection-{VACANCY}"
FIRST, LAST = dt.date(2020, 1, 1), dt.date(2099, 12, 31)


@pytest.fixture
def told(tmp_path: Path) -> Iterator[Telling]:
    with telling(tmp_path / "data") as made:
        yield made


@pytest.fixture
def people(told: Telling) -> Ledger:
    """People's ledger, beside the others."""
    told.folder.keys.enrol({who: [who] for who in ("op", "both", "over", "later", "gone", "anna")})
    return told.folder.ledger(Service(name="people", deciders={}))


def grant(told: Telling, people: Ledger, who: str, role: str, from_: dt.date = FIRST, until: dt.date = LAST) -> None:
    told.ledgers = {**told.ledgers, "people": people}
    granted = RoleGranted(role=role, scope="pauh.bkpsdm", decree="821/1", from_=from_, until=until)
    told.tell("people", f"role-pauh.{who}", granted, actor="system")


def lines(told: Telling, people: Ledger) -> list[Line]:
    return timeline({**told.ledgers, "people": people}, VACANCY)


def came(told: Telling, actor: str, n: int = 1) -> None:
    told.candidate(n, AttendanceRecorded(stage="written", present=True), actor=actor)


def test_the_role_is_the_one_that_was_held_not_the_one_that_fits_the_act(told: Telling, people: Ledger) -> None:
    grant(told, people, "op", "cat_operator")
    grant(told, people, "both", "committee")
    grant(told, people, "both", "supervisor")
    for who in ("op", "both", "nobody"):
        came(told, who)
    assert [line.role for line in lines(told, people)] == ["cat_operator", "supervisor", "unknown"]


def test_a_role_counts_from_its_first_day_to_its_last_and_until_it_is_revoked(told: Telling, people: Ledger) -> None:
    grant(told, people, "over", "supervisor", until=dt.date(2021, 1, 1))
    grant(told, people, "later", "supervisor", from_=dt.date(2098, 1, 1))
    grant(told, people, "gone", "supervisor")
    for who in ("over", "later", "gone"):
        came(told, who)
    revoked = RoleRevoked(role="supervisor", scope="pauh.bkpsdm", reason="ended")
    told.tell("people", "role-pauh.gone", revoked, actor="system")
    came(told, "gone")
    assert [line.role for line in lines(told, people)] == ["unknown", "unknown", "supervisor", "unknown"]


def test_who_tried_is_told_not_who_was_tried_about(told: Telling, people: Ledger) -> None:
    """An attempt in a candidate's stream is whoever made it."""
    grant(told, people, "anna", "hr")
    seated = PanelistSeated(panelist="p1", kind="academic", basis="lot", pledge="f" * 64)
    told.tell("selection", f"panel-{VACANCY}", seated, actor="p1")
    told.candidate(1, AttemptRefused(act="SealScore", code="score.opened", digest="e" * 64), actor="anna")
    told.candidate(1, AttemptRefused(act="SealScore", code="score.opened", digest="e" * 64), actor="p1")
    told.candidate(1, ScoreSealed(stage="competence", panelist="p1", seal="e" * 64), actor="p1")
    found = [(line.act, line.role) for line in lines(told, people)]
    assert found == [
        ("PanelistSeated", "panelist"), ("AttemptRefused", "hr"), ("AttemptRefused", "panelist"),
        ("ScoreSealed", "panelist"),
    ]  # fmt: skip


def test_an_applicant_and_what_no_person_did_are_told_apart(told: Telling, people: Ledger) -> None:
    told.tell("intake", f"vacancy-{VACANCY}", PUBLISHED, actor="system")
    told.folder.keys.found({VACANCY: VACANCY})
    sent = ApplicationSubmitted(
        vacancy=VACANCY, applicant="p1", kind="general", documents=(), statements=(), deadline=0, channel="web"
    )
    told.tell("intake", f"application-pauh.{ident(1)}", sent, actor="p1")
    for who in ("system:timetable", "reaction:opening"):
        came(told, who)
    assert [line.role for line in lines(told, people)] == ["system", "applicant", "timetable", "reaction"]


def test_an_act_of_two_names_both(told: Telling, people: Ledger) -> None:
    grant(told, people, "anna", "committee")
    until = START + dt.timedelta(days=900)
    proposed = ActProposed(act="FixRanking", digest="d" * 64, proposer="anna", unit="pauh.a", until=until)
    approved = ActApproved(unit="pauh.b", digest="d" * 64, proposer="anna", until=until)
    told.tell("selection", "approval-pauh.7c", proposed, actor="anna")
    told.tell("selection", "approval-pauh.7c", approved, actor="budi")
    told.tell("selection", SELECTING, RankingFixed(version=1, minutes="f" * 64, ok="pauh.7c"), actor="anna")
    told.tell("selection", SELECTING, RankingFixed(version=2, minutes="f" * 64, ok="pauh.8d"), actor="anna")
    first, second = lines(told, people)
    assert (first.role, first.what["proposed_by"], first.what["approved_by"]) == ("committee", "anna", "budi")
    assert "approved_by" not in second.what, "no approval of that name is on record"


def test_an_event_that_nobody_signed_is_the_systems(told: Telling, people: Ledger) -> None:
    came(told, "x")
    (one,) = [one for page in told.ledgers["selection"].read() for one in page]
    assert Actors.of(people).role(replace(one, actor=None), "hr") == "system"
