"""Roles through the pipeline, and the table that says who holds what on a day."""

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from services.people import views
from services.people.roles import GrantRole, RevokeRole
from services.people.service import PEOPLE
from shared.runtime import timers
from shared.runtime.approvals import Approve, proposed
from shared.runtime.calls import Answer, Call
from shared.runtime.folder import Folder
from shared.runtime.grants import digest_of_call
from shared.runtime.pipeline import Pipeline

FIRST, SECOND, THIRD = "a1" * 16, "b2" * 16, "d4" * 16
AT = "2027-01-04T02:00:00.000000Z"
DAY, LAST = dt.date(2027, 1, 4), dt.date(2027, 12, 31)
FOUND = GrantRole(role="administrator", scope="pauh.setda", decree="SK 1/2027", from_=DAY, until=LAST)
Act = Callable[..., Answer]


@pytest.fixture
def pipeline(tmp_path: Path) -> Iterator[Pipeline]:
    folder = Folder(tmp_path / "data", create=True)
    folder.keys.enrol({who: [who] for who in (FIRST, SECOND, THIRD)})
    yield Pipeline(PEOPLE, folder.ledger(PEOPLE))
    folder.close()


@pytest.fixture
def act(pipeline: Pipeline) -> Act:
    keys = count()

    def run(whose: str, command: Any, by: str = "system", agency: str = "pauh") -> Answer:
        call = Call(
            stream=f"role-{agency}.{whose}", command=command, by=by, key=str(next(keys)),
            received_at=AT,
        )  # fmt: skip
        (answer,) = pipeline.run([call])
        return answer

    return run


def test_two_administrators_of_two_units_are_founded_once_per_agency(act: Act) -> None:
    assert act(FIRST, FOUND).position == 0
    assert act(SECOND, FOUND).refused == "approval.same_unit"
    assert act(FIRST, replace(FOUND, scope="pauh.dinkes")).refused == "role.founded"
    other = GrantRole(role="administrator", scope="barito.setda", decree="SK 2/2027", from_=DAY, until=LAST)
    assert act(SECOND, other, agency="barito").position == 1
    assert act(SECOND, replace(FOUND, scope="pauh.inspektorat")).position == 2
    assert act(THIRD, replace(FOUND, scope="pauh.dinkes")).refused == "role.founded"


def test_an_unknown_person_holds_no_role(act: Act) -> None:
    assert act("c3" * 16, FOUND).refused == "person.unknown"


def test_a_body_cannot_say_who_asks_or_that_it_was_approved(act: Act) -> None:
    """No actor is read from a body (architecture 9)."""
    forged = GrantRole(
        role="hr", scope="pauh", decree="SK 3/2027", from_=DAY, until=LAST, ok="00" * 16, by="system", id="pauh.x"
    )
    assert act(FIRST, FOUND).refused is None
    assert act(FIRST, forged, by=FIRST).refused == "role.own"
    assert act(SECOND, forged, by=FIRST).refused == "act.needs_approval"


def test_the_table_says_who_holds_what_on_a_day(act: Act, pipeline: Pipeline) -> None:
    act(FIRST, FOUND)
    with pipeline.ledger.reader.begin() as tx:
        assert views.held(tx, FIRST, DAY) == [("administrator", "pauh.setda")]
        assert views.held(tx, FIRST, LAST) == [("administrator", "pauh.setda")]
        assert views.held(tx, FIRST, DAY - dt.timedelta(days=1)) == []
        assert views.held(tx, FIRST, LAST + dt.timedelta(days=1)) == []
        assert views.held(tx, SECOND, DAY) == []
        assert views.administrators(tx, "pauh", LAST) == {FIRST: ("pauh.setda",)}
        assert views.administrators(tx, "pauh", DAY - dt.timedelta(days=1)) == {FIRST: ("pauh.setda",)}
        assert views.administrators(tx, "pauh", LAST + dt.timedelta(days=1)) == {}
        assert views.administrators(tx, "barito", DAY) == {}


def test_two_persons_grant_and_a_revoked_role_is_gone_from_the_next_request_on(act: Act, pipeline: Pipeline) -> None:
    """ASVS 2.3.5, 8.3.2: proposed by one, approved by another of another unit, done once; revoked, it is gone."""
    act(FIRST, FOUND)
    second = GrantRole(role="administrator", scope="pauh.setda", decree="SK 2/2027", from_=DAY, until=LAST)
    act_of = Call(stream=f"role-pauh.{SECOND}", command=second, by=FIRST, key="k", received_at=AT, unit="bkpsdm")
    (refused,) = pipeline.run([act_of])
    assert refused.refused == "act.needs_approval"
    asked = Call(stream="approval-pauh.P1", command=proposed(act_of), by=FIRST, key="p", received_at=AT, unit="bkpsdm")
    agreed = Call(
        stream="approval-pauh.P1", command=Approve(digest=digest_of_call(act_of)), by="c3" * 16, key="a",
        received_at=AT, unit="inspektorat",
    )  # fmt: skip
    assert [answer.refused for answer in pipeline.run([asked, agreed])] == [None, None]
    for row in timers.waiting(pipeline.ledger, AT):
        pipeline.run([row.call(pipeline.service.commands, AT)])
    revoke = RevokeRole(role="administrator", scope="pauh.setda", reason="moved")
    assert act(FIRST, revoke, by=SECOND).refused is None
    with pipeline.ledger.reader.begin() as tx:
        assert views.held(tx, SECOND, DAY) == [("administrator", "pauh.setda")]
        assert views.held(tx, FIRST, DAY) == []
    assert act(SECOND, revoke, by=FIRST).refused == "role.last_administrator"
