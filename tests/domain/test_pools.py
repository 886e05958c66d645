"""The pool of experts: a person once, a label once, admitted by two persons, released for a reason (events.md 3b)."""

from dataclasses import replace

import pytest

from services.selection import pools
from services.selection.panel_facts import NO_POOL, Expert, Pool, fold_pool, pool_home, pool_key
from services.selection.panel_state import Bench
from services.selection.pools import AdmitExpert, Facts, ReleaseExpert
from shared.events.platform import AttemptRefused
from shared.events.selection import ExpertAdmitted, ExpertReleased
from tests.domain.specification import Specification

ADMIT = AdmitExpert(
    label="A-01", kind="academic", fields=("nursing",), expert="e1", institution="unand", by="secretary-1", ok="pauh.P1"
)
ADMITTED = ExpertAdmitted(
    label="A-01", kind="academic", fields=("nursing",), expert="e1", institution="unand", ok="pauh.P1"
)
RELEASE, RELEASED = ReleaseExpert(label="A-01", reason="moved"), ExpertReleased(label="A-01", reason="moved")

given = Specification(pools, Facts()).given


def test_an_expert_is_admitted_by_two_persons() -> None:
    given().when(replace(ADMIT, ok=None)).refused("act.needs_approval")
    given().when(ADMIT).then(ADMITTED)
    given(ADMITTED).when(replace(ADMIT, ok=None)).then()


def test_a_person_once_a_label_once() -> None:
    """Two labels would be two chances in the draw (domain 1b)."""
    given(ADMITTED).when(replace(ADMIT, label="A-02")).refused("pool.person_twice")
    given(ADMITTED).when(replace(ADMIT, expert="e2")).refused("pool.label_taken")
    given(ADMITTED, RELEASED).when(replace(ADMIT, label="A-02")).refused("pool.person_twice")


@pytest.mark.parametrize(
    ("command", "code"),
    [(replace(ADMIT, by="e1"), "pool.own"), (replace(ADMIT, kind="politician"), "pool.kind")],
)
def test_nobody_admits_themselves_and_no_other_kinds_sit(command: AdmitExpert, code: str) -> None:
    given().when(command).refused(code)


def test_who_is_released_is_released_once_for_a_reason() -> None:
    given().when(RELEASE).refused("pool.label_unknown")
    given(ADMITTED).when(replace(RELEASE, reason=" ")).refused("pool.without_reason")
    given(ADMITTED).when(RELEASE).then(RELEASED)
    given(ADMITTED, RELEASED).when(RELEASE).then()


def test_an_attempt_changes_nothing() -> None:
    attempt = AttemptRefused(act="AdmitExpert", code="x", digest="0" * 64)
    given(attempt).when(ADMIT).then(ADMITTED)


def test_what_a_pool_says_to_panels() -> None:
    """The kind of a released label stays known: what was drawn can be drawn again."""
    stream = "pool-pauh.2027"
    before = fold_pool(NO_POOL, stream, ADMITTED, 4)
    after = fold_pool(before, stream, RELEASED, 9)
    assert before == Pool(experts={"A-01": Expert(expert="e1", kind="academic")}, changed_at=4)
    assert (before.is_free("A-01"), after.is_free("A-01"), after.is_free("A-02")) == (True, False, False)
    assert (after.kind("A-01"), after.kind("A-02"), after.changed_at) == ("academic", "", 9)
    assert fold_pool(after, "panel-pauh.7", object(), 10) is after


def test_which_pool_an_act_is_about() -> None:
    assert pool_key("pool-pauh.2027", ADMIT) == "pauh.2027"
    assert pool_key("panel-pauh.7", ADMIT) is None
    assert pool_key("candidate-pauh.7+A1", ADMIT) is None
    assert pool_home(Bench()) is None
    assert pool_home({}) is None
