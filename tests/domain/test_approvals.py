"""Four eyes: who may let an act be done, of whom, until when (ASVS 5.0 2.3.5)."""

import datetime as dt
from dataclasses import dataclass, replace
from typing import Any

import pytest
from hypothesis import given as whatever
from hypothesis import strategies as st

from shared.events import Unreadable, instant, streams
from shared.events.platform import ActApproved, ActProposed, ActRefused, AttemptRefused
from shared.runtime import problems
from shared.runtime.approvals import (
    ApprovalFacts,
    Approvals,
    Approve,
    ExpireAct,
    Propose,
    RefuseAct,
    proposed,
)
from shared.runtime.calls import Call
from shared.runtime.grants import Grant, Grants, digest_of_call, fold_grants, grants_key, ok_for
from tests.domain.specification import Specification


@dataclass(frozen=True, slots=True, kw_only=True)
class Cancel:
    """An act that takes two."""

    reason: str
    ok: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Announce:
    """One that takes one."""

    channel: str


ID = "pauh.7c0de5a1"
STREAM = f"approval-{ID}"
NOON = "2027-03-15T12:00:00.000000Z"
UNTIL = dt.datetime(2027, 3, 18, 12, tzinfo=dt.UTC)
LAST, AFTER = instant(UNTIL - dt.timedelta(microseconds=1)), instant(UNTIL)
ACT = Call(stream="vacancy-pauh.V7", command=Cancel(reason="budget"), by="ani", key="k", received_at=NOON)
DIGEST = digest_of_call(ACT)

PROPOSE = replace(proposed(ACT), by="ani", at=NOON, unit="bkpsdm", id=ID)
APPROVE = Approve(digest=DIGEST, by="budi", at=NOON, unit="inspektorat")
REFUSE = RefuseAct(reason="weights", at=NOON)
EXPIRE = ExpireAct(at=AFTER, id=ID)
PROPOSED = ActProposed(act="Cancel", digest=DIGEST, proposer="ani", unit="bkpsdm", until=UNTIL)
APPROVED = ActApproved(unit="inspektorat", digest=DIGEST, proposer="ani", until=UNTIL)
REFUSED = ActRefused(reason="weights")
LAPSED = ActRefused(reason="expired")
GRANT = Grant(digest=DIGEST, proposer="ani", until=UNTIL)
UNUSED = Grants(waiting={ID: GRANT})

rules = Approvals({"Cancel": Cancel, "Announce": Announce}, {"vacancy"})
given = Specification(rules, ApprovalFacts(approvals=Grants())).given


def test_a_proposal_names_the_act_and_holds_for_72_hours() -> None:
    given().when(PROPOSE).then(PROPOSED)


def test_the_same_proposal_again_says_nothing_and_another_under_its_number_is_refused() -> None:
    given(PROPOSED).when(replace(PROPOSE, at=LAST)).then()
    given(PROPOSED).when(replace(PROPOSE, by="budi")).refused("approval.known_otherwise")
    given(PROPOSED).when(replace(PROPOSE, on="vacancy-pauh.V8")).refused("approval.known_otherwise")
    given(PROPOSED, APPROVED).when(PROPOSE).refused("approval.known_otherwise")
    given(PROPOSED, REFUSED).when(PROPOSE).refused("approval.known_otherwise")


def test_only_what_can_be_done_and_takes_two_is_proposed() -> None:
    given().when(replace(PROPOSE, act="Abolish")).refused("approval.act_unknown")
    given().when(replace(PROPOSE, on="import-pauh.V7")).refused("approval.act_unknown")
    given().when(replace(PROPOSE, act="Announce")).refused("approval.not_needed")
    given().when(replace(PROPOSE, unit=None)).refused("approval.unit_unknown")
    given().when(replace(PROPOSE, by=None)).refused("approval.unit_unknown")


def test_an_approval_stays_in_its_agency() -> None:
    given().when(replace(PROPOSE, on="vacancy-pinang.V7")).refused("approval.other_agency")
    given().when(replace(PROPOSE, id=None)).refused("approval.other_agency")


@pytest.mark.parametrize(
    ("body", "on"),
    [
        ("{}", "vacancy-pauh.V7"), ('{"reason": "budget"}', "vacancy-pauh.V7"), ("", "vacancy-pauh.V7"),
        ('{"ok":"pauh.1","reason":"budget"}', "vacancy-pauh.V7"), ('{"more":1,"reason":"budget"}', "vacancy-pauh.V7"),
        ('{"reason":"budget"}', "vacancy-pauh.V 7"),
    ],
)  # fmt: skip
def test_a_body_that_is_not_canonical_or_says_more_than_its_author_may_is_unreadable(body: str, on: str) -> None:
    with pytest.raises(Unreadable):
        rules.decide(replace(PROPOSE, body=body, on=on), None, ApprovalFacts(approvals=Grants()))


def test_a_second_person_of_another_unit_approves() -> None:
    """ASVS 2.3.5: B is not A, and sits in another unit."""
    given(PROPOSED).when(APPROVE).then(APPROVED)
    given(PROPOSED).when(replace(APPROVE, by="ani")).refused("approval.own")
    given(PROPOSED).when(replace(APPROVE, unit="bkpsdm")).refused("approval.same_unit")
    given(PROPOSED).when(replace(APPROVE, unit=None)).refused("approval.unit_unknown")


@pytest.mark.parametrize(
    ("proposes", "approves", "passes"),
    [
        ("pauh.bkpsdm", "pauh.bkpsdm.arsip", False), ("pauh.bkpsdm.arsip", "pauh.bkpsdm", False),
        ("pauh", "pauh.setda", False), ("pauh.setda", "pauh", False), ("pauh.bkpsdm", "pauh.bkpsdm2", True),
        ("pauh.bkpsdm.arsip", "pauh.bkpsdm.umum", True),
    ],
)  # fmt: skip
def test_a_unit_and_one_below_it_are_no_two_units(proposes: str, approves: str, passes: bool) -> None:
    """ASVS 2.3.5: a colleague who holds something below the own unit would be a second person there."""
    outcome = given(replace(PROPOSED, unit=proposes)).when(replace(APPROVE, unit=approves))
    outcome.then(replace(APPROVED, unit=approves)) if passes else outcome.refused("approval.same_unit")


def test_whoever_approves_has_seen_the_act_that_will_be_done() -> None:
    """Changed after the proposal: the digest is another."""
    other = digest_of_call(replace(ACT, command=Cancel(reason="other")))
    given(PROPOSED).when(replace(APPROVE, digest=other)).refused("approval.other_digest")


def test_a_proposal_lapses_after_72_hours_half_open() -> None:
    given(PROPOSED).when(replace(APPROVE, at=LAST)).then(APPROVED)
    given(PROPOSED).when(replace(APPROVE, at=AFTER)).refused("approval.expired")
    given(PROPOSED).when(replace(REFUSE, at=LAST)).then(REFUSED)
    given(PROPOSED).when(replace(REFUSE, at=AFTER)).refused("approval.expired")


def test_what_is_decided_is_decided() -> None:
    for before in ((PROPOSED, APPROVED), (PROPOSED, REFUSED), (PROPOSED, LAPSED)):
        for command in (APPROVE, REFUSE):
            given(*before).when(command).refused("approval.decided")


def test_nothing_is_decided_about_a_proposal_that_nobody_made() -> None:
    for command in (APPROVE, REFUSE, EXPIRE):
        given().when(command).refused("approval.unknown")


def test_the_timetable_closes_what_nobody_decided_or_used() -> None:
    given(PROPOSED).when(EXPIRE).then(LAPSED)
    given(PROPOSED).when(replace(EXPIRE, at=LAST)).refused("approval.not_yet")
    given(PROPOSED, APPROVED).when(EXPIRE, ApprovalFacts(approvals=UNUSED)).then(LAPSED)
    given(PROPOSED, APPROVED).when(replace(EXPIRE, at=LAST)).refused("approval.not_yet")
    given(PROPOSED, APPROVED).when(EXPIRE).then()  # used
    given(PROPOSED, REFUSED).when(EXPIRE).then()


def test_an_attempt_on_record_changes_nothing() -> None:
    attempt = AttemptRefused(act="Approve", code="approval.own", digest=DIGEST)
    given(PROPOSED, attempt).when(APPROVE).then(APPROVED)


# --- the approvals that wait for their act -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Cancelled:
    ok: str | None = None


def folded(*events: tuple[str, Any]) -> Grants:
    made = Grants()
    for position, (stream, event) in enumerate(events):
        made = fold_grants(made, stream, event, position)
    return made


def test_an_approval_is_used_once() -> None:
    """I12: replay of an old valid approval."""
    approved = (STREAM, APPROVED)
    assert folded((STREAM, PROPOSED)) == Grants()
    assert folded((STREAM, PROPOSED), approved) == UNUSED
    assert folded(approved, (ACT.stream, Cancelled(ok=ID))) == Grants()
    assert folded(approved, (STREAM, LAPSED)) == Grants()
    assert folded(approved, (ACT.stream, Cancelled()), (ACT.stream, Cancelled(ok="pauh.other"))) == UNUSED
    assert fold_grants(UNUSED, ACT.stream, Cancelled(), 0) is UNUSED


def test_it_covers_the_very_command_of_its_proposer_in_time() -> None:
    """I12: an approval names one command's hash, vacancy and content; resent elsewhere it is none."""
    assert ok_for(ACT, UNUSED) == ID
    assert ok_for(replace(ACT, command=Cancel(reason="budget", ok="forged")), UNUSED) == ID
    assert ok_for(replace(ACT, received_at=LAST), UNUSED) == ID
    for other in (
        replace(ACT, stream="vacancy-pauh.V8"),
        replace(ACT, command=Cancel(reason="other")),
        replace(ACT, command=Announce(channel="budget")),
        replace(ACT, by="budi"),
        replace(ACT, received_at=AFTER),
    ):
        assert ok_for(other, UNUSED) is None
    assert ok_for(ACT, Grants()) is None
    assert ok_for(ACT, None) is None


def test_of_two_the_older_is_used_first() -> None:
    both = Grants(waiting={"pauh.1": replace(GRANT, until=UNTIL - dt.timedelta(days=3)), "pauh.2": GRANT, ID: GRANT})
    assert ok_for(ACT, both) == "pauh.2"


def test_only_approvals_and_what_needs_one_look_the_agency_up() -> None:
    assert grants_key(STREAM, APPROVE) == grants_key(STREAM, APPROVED) == "pauh"
    assert grants_key(ACT.stream, ACT.command) == grants_key(ACT.stream, Cancelled(ok=ID)) == "pauh"
    assert grants_key(ACT.stream, Announce(channel="web")) is None
    assert grants_key(ACT.stream, AttemptRefused(act="Cancel", code="x", digest="0")) is None


@whatever(st.lists(st.sampled_from([PROPOSED, APPROVED, REFUSED, LAPSED]), max_size=5))
def test_a_fold_never_refuses(events: list[Any]) -> None:
    state = rules.initial
    for event in events:
        state = rules.evolve(state, event)
    assert folded(*((STREAM, event) for event in events)).waiting.keys() <= {ID}


def test_every_refusal_has_its_sentence() -> None:
    for code in (
        "act_unknown", "decided", "expired", "known_otherwise", "not_needed", "not_yet", "other_agency",
        "other_digest", "own", "same_unit", "unit_unknown", "unknown",
    ):  # fmt: skip
        assert problems.sentence(f"approval.{code}", "id") != problems.sentence(f"approval.{code}", "en")


def test_a_proposal_is_made_of_the_command_itself() -> None:
    assert proposed(ACT) == Propose(act="Cancel", on=ACT.stream, body='{"reason":"budget"}')
    assert streams.ident(STREAM) == ID
