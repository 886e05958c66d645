"""An application: in time, sent once, checked once against what was published, objected to once (domain.md 1a, 3)."""

import datetime as dt
from collections import Counter
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given as every
from hypothesis import settings
from hypothesis import strategies as st

from services.intake import applications
from services.intake.applications import (
    CheckDocuments,
    DecideCheckObjection,
    Facts,
    FileCheckObjection,
    SubmitApplication,
    WithdrawApplication,
)
from services.intake.facts import Notice
from shared.events import Refused, instant
from shared.events.intake import (
    ApplicationSubmitted,
    ApplicationWithdrawn,
    CheckObjectionDecided,
    CheckObjectionFiled,
    DocumentsChecked,
    Finding,
    SubmittedDocument,
)
from shared.events.platform import AttemptRefused, Words
from tests.domain.notices import OK, OPENS, ROUND, UNTIL, VACANCY
from tests.domain.specification import Specification

ID = "5b0e6d6f1c4a4f6c8d3e2b1a09f8e7d6"
ME, VERIFIER, JUDGE = "applicant-1", "verifier-1", "judge-1"
NOTICE = Notice(
    apply_from=OPENS,
    until=UNTIL,
    position=398,
    round=ROUND,
    kinds=("general", "papua"),
    requirements=("r1", "r2"),
    proved=("r1",),
)
CLOSED = replace(NOTICE, is_closed=True, verifiers={VERIFIER: (), "verifier-2": (ID,)})
WINDOW = dt.datetime(2027, 4, 3, 17, tzinfo=dt.UTC)
ANNOUNCED = replace(CLOSED, announced=1, object_until=WINDOW)

FILE = SubmittedDocument(requirement="r1", file=Words(id="f1", mac="a" * 64), pages=2)
SEND = SubmitApplication(
    vacancy=VACANCY, round=ROUND, kind="general", documents=(FILE,), statements=("truth",), channel="web", by=ME,
    at="2027-03-10T02:00:00.000000Z",
)  # fmt: skip
SENT = ApplicationSubmitted(
    vacancy=VACANCY, applicant=ME, kind="general", documents=(FILE,), statements=("truth",), deadline=398,
    channel="web",
)  # fmt: skip
LEAVE, LEFT = WithdrawApplication(reason="other_work", by=ME), ApplicationWithdrawn(reason="other_work")

MET = (Finding(requirement="r1", result="met", reason=""), Finding(requirement="r2", result="met", reason="seen"))
EXPIRED = (Finding(requirement="r1", result="not_met", reason="expired"), MET[1])
CHECK = CheckDocuments(findings=EXPIRED, facts={"kind": "general", "gpa": "3.52"}, id=f"pauh.{ID}", by=VERIFIER)
FAILED = DocumentsChecked(findings=EXPIRED, meets=False, facts={"kind": "general", "gpa": "3.52"})
PASSED = replace(FAILED, findings=MET, meets=True)

NOTE = Words(id="w1", mac="b" * 64)
OBJECT = FileCheckObjection(announcement=1, requirement="r1", words=NOTE, by=ME, at="2027-04-01T00:00:00.000000Z")
OBJECTED = CheckObjectionFiled(announcement=1, requirement="r1", words=NOTE)
UPHOLD = DecideCheckObjection(
    upheld=True, reason="misread", words=NOTE, fault="verifier", findings=MET, by=JUDGE, ok=OK
)
UPHELD = CheckObjectionDecided(
    upheld=True, reason="misread", words=NOTE, fault="verifier", meets=True, findings=MET, ok=OK
)
REJECT = DecideCheckObjection(upheld=False, reason="right", words=NOTE, fault="applicant", by=JUDGE)
REJECTED = CheckObjectionDecided(upheld=False, reason="right", words=NOTE, fault="applicant", meets=False)

given = Specification(applications, Facts(notice=NOTICE)).given


def on(notice: Notice) -> Facts:
    return Facts(notice=notice)


def test_an_application_is_sent_and_cites_the_deadline_that_held() -> None:
    """reliability B21: a decision cites the position of the event that set its deadline."""
    given().when(SEND).then(SENT)
    given().when(SEND, on(replace(NOTICE, position=412))).then(replace(SENT, deadline=412))


@pytest.mark.parametrize(
    ("at", "code"),
    [("2027-03-01T00:59:59.999999Z", "application.early"), ("2027-03-01T01:00:00.000000Z", None),
     ("2027-03-20T16:59:59.999999Z", None), ("2027-03-20T17:00:00.000000Z", "application.late")],
)  # fmt: skip
def test_20_the_window_is_half_open_and_the_arrival_decides(at: str, code: str | None) -> None:
    """reliability B20: judged by arrival, in the last microsecond before 00:00 in Jakarta, not at it; however long
    the queue was."""
    outcome = given().when(replace(SEND, at=at))
    outcome.then(SENT) if code is None else outcome.refused(code)


def test_an_extension_counts() -> None:
    """reliability B21: the deadline comes from the vacancy as it stands."""
    late = replace(SEND, at="2027-03-21T00:00:00.000000Z")
    given().when(late).refused("application.late")
    given().when(late, on(replace(NOTICE, until=UNTIL + dt.timedelta(days=2), position=405))).then(
        replace(SENT, deadline=405)
    )


@settings(max_examples=5)
@every(st.lists(st.integers(-3, 3), min_size=1000, max_size=1000), st.integers(0, 10**7))
def test_20_thousands_around_the_last_microsecond_are_each_judged_exactly(ticks: list[int], shift: int) -> None:
    """reliability B20: 5 x 1,000 arrivals within three microseconds of a deadline: before it in, at it and after
    out."""
    until = UNTIL + dt.timedelta(microseconds=shift)
    facts, found = on(replace(NOTICE, until=until)), Counter[bool]()
    for tick in ticks:
        at = instant(until + dt.timedelta(microseconds=tick))
        try:
            made: Any = applications.decide(replace(SEND, at=at), None, facts)
        except Refused as refusal:
            made = refusal.code
        assert made == ([SENT] if tick < 0 else "application.late")
        found[tick < 0] += 1
    assert found == Counter(tick < 0 for tick in ticks)


def test_without_a_notice_or_after_its_end_nothing_is_sent() -> None:
    """reliability B28: once the roll is closed, nothing more is on it."""
    given().when(SEND, on(Notice())).refused("vacancy.unknown")
    given().when(SEND, on(replace(NOTICE, is_cancelled=True))).refused("vacancy.cancelled")
    given().when(SEND, on(CLOSED)).refused("vacancy.closed")
    given().when(replace(SEND, at=None)).refused("application.late")


def test_an_application_is_for_a_kind_that_is_offered_with_what_is_asked_for() -> None:
    given().when(replace(SEND, kind="cumlaude")).refused("application.kind")
    given().when(replace(SEND, documents=())).refused("application.document_missing")
    given().when(replace(SEND, documents=(replace(FILE, pages=0),))).refused("application.document_missing")
    other = replace(FILE, requirement="r9")
    given().when(replace(SEND, documents=(FILE, other))).refused("application.requirement_unknown")


def test_32_one_application_per_person_and_round() -> None:
    """TEST 32: a second vacancy in the round meets the first, which its state names; so does a second try after
    withdrawing."""
    second = replace(SEND, vacancy="pauh.2027-015")
    given(SENT).when(second).refused("application.one_per_round")
    assert given(SENT).state.vacancy == VACANCY
    given(SENT, LEFT).when(second).refused("application.withdrawn")
    given(SENT, LEFT).when(SEND).refused("application.withdrawn")
    assert given(SENT, LEFT).state.vacancy == VACANCY


def test_an_id_of_another_round_is_none_of_this_one() -> None:
    """An id is made of person and round: with another round's, somebody could apply twice in this one."""
    given().when(replace(SEND, round="pauh.2026-9")).refused("application.other_round")


def test_an_application_is_never_altered() -> None:
    """domain.md 3: uploaded files cannot be replaced or added."""
    given(SENT).when(SEND).then()
    given(SENT).when(replace(SEND, at="2030-01-01T00:00:00.000000Z"), on(CLOSED)).then()
    for other in (
        replace(SEND, kind="papua"),
        replace(SEND, documents=(FILE, FILE)),
        replace(SEND, statements=()),
        replace(SEND, by="somebody"),
    ):
        given(SENT).when(other).refused("application.never_altered")


def test_withdrawal_ends_it() -> None:
    given(SENT).when(LEAVE).then(LEFT)
    given(SENT, FAILED).when(LEAVE, on(CLOSED)).then(LEFT)
    given(SENT, LEFT).when(replace(LEAVE, reason="again")).then()
    given(SENT).when(replace(LEAVE, by="somebody")).refused("application.not_yours")
    given(SENT, FAILED, OBJECTED).when(LEAVE, on(ANNOUNCED)).refused("application.objecting")
    for command in (CHECK, OBJECT, UPHOLD):
        given(SENT, LEFT).when(command, on(ANNOUNCED)).refused("application.withdrawn")


def test_what_was_never_sent_is_not_checked() -> None:
    for command in (LEAVE, CHECK, OBJECT, UPHOLD):
        given().when(command, on(ANNOUNCED)).refused("application.unknown")


def test_33_only_a_sworn_verifier_without_a_tie_checks() -> None:
    """TEST 33: before the own declaration nothing; with a tie to this person, not this file."""
    given(SENT).when(CHECK, on(CLOSED)).then(FAILED)
    given(SENT).when(CHECK, on(replace(CLOSED, is_closed=False))).refused("vacancy.still_open")
    given(SENT).when(replace(CHECK, by="verifier-9"), on(CLOSED)).refused("check.not_assigned")
    given(SENT).when(replace(CHECK, by=None), on(CLOSED)).refused("check.not_assigned")
    given(SENT).when(replace(CHECK, by="verifier-2"), on(CLOSED)).refused("check.tied")
    given(SENT).when(CHECK, on(replace(CLOSED, is_cancelled=True))).refused("vacancy.cancelled")


def test_33_nobody_checks_an_own_application() -> None:
    """UU 30/2014 art. 42-43: an interest of one's own bars from the act; declared as a tie or not."""
    sworn = on(replace(CLOSED, verifiers={ME: ()}))
    given(SENT).when(replace(CHECK, by=ME), sworn).refused("check.tied")
    given(SENT).when(replace(CHECK, by=ME), on(CLOSED)).refused("check.not_assigned")


def test_a_tms_cites_a_published_requirement() -> None:
    """Gresik 2021 (domain.md 8c T7): a requirement was changed midway."""
    invented = replace(CHECK, findings=(*EXPIRED, replace(EXPIRED[0], requirement="r3")))
    given(SENT).when(invented, on(CLOSED)).refused("check.requirement_unknown")
    for findings in ((), EXPIRED[:1], (*EXPIRED, EXPIRED[0])):
        given(SENT).when(replace(CHECK, findings=findings), on(CLOSED)).refused("check.incomplete")
    silent = (replace(EXPIRED[0], reason=" "), MET[1])
    given(SENT).when(replace(CHECK, findings=silent), on(CLOSED)).refused("check.without_reason")
    vague = (replace(EXPIRED[0], result="perhaps"), MET[1])
    given(SENT).when(replace(CHECK, findings=vague), on(CLOSED)).refused("check.result")


def test_who_meets_every_requirement_meets() -> None:
    """MS is not said by anybody: it is every finding met; unreadable is not met."""
    given(SENT).when(replace(CHECK, findings=MET), on(CLOSED)).then(PASSED)
    blurred = (replace(EXPIRED[0], result="unreadable", reason="blurred"), MET[1])
    given(SENT).when(replace(CHECK, findings=blurred), on(CLOSED)).then(replace(FAILED, findings=blurred))


def test_a_file_is_decided_once() -> None:
    given(SENT, FAILED).when(CHECK, on(CLOSED)).then()
    given(SENT, FAILED).when(replace(CHECK, findings=MET), on(CLOSED)).refused("check.already")


@pytest.mark.parametrize(
    ("at", "code"), [("2027-04-03T16:59:59.999999Z", None), ("2027-04-03T17:00:00.000000Z", "objection.late")]
)
def test_14_an_objection_comes_within_the_window(at: str, code: str | None) -> None:
    """TEST 14: a claim at 00:00 of the day after the third is refused (Permenpan RB 28/2021 art. 31)."""
    outcome = given(SENT, FAILED).when(replace(OBJECT, at=at), on(ANNOUNCED))
    outcome.then(OBJECTED) if code is None else outcome.refused(code)


def test_only_who_failed_objects_and_about_oneself() -> None:
    """domain.md 3: only after TMS, about oneself, never about a rival; against a requirement found wanting."""
    given(SENT, PASSED).when(OBJECT, on(ANNOUNCED)).refused("objection.not_failed")
    given(SENT).when(OBJECT, on(ANNOUNCED)).refused("objection.not_failed")
    given(SENT, FAILED).when(replace(OBJECT, by="rival"), on(ANNOUNCED)).refused("application.not_yours")
    given(SENT, FAILED).when(replace(OBJECT, requirement="r2"), on(ANNOUNCED)).refused("objection.requirement")
    given(SENT, FAILED).when(OBJECT, on(CLOSED)).refused("objection.announcement")
    given(SENT, FAILED).when(replace(OBJECT, announcement=2), on(ANNOUNCED)).refused("objection.announcement")


def test_one_objection_for_one_announcement() -> None:
    given(SENT, FAILED, OBJECTED).when(OBJECT, on(ANNOUNCED)).then()
    other = replace(OBJECT, words=replace(NOTE, id="w2"))
    given(SENT, FAILED, OBJECTED).when(other, on(ANNOUNCED)).refused("objection.once")
    given(SENT, FAILED, OBJECTED, REJECTED).when(other, on(ANNOUNCED)).refused("objection.once")


def test_a_re_announcement_is_new_only_for_those_whose_result_it_changed() -> None:
    """domain.md 3: somebody who was rejected, or never objected, has had the one objection there is."""
    second = replace(ANNOUNCED, announced=2, object_until=WINDOW + dt.timedelta(days=7))
    again = replace(OBJECT, announcement=2)
    given(SENT, FAILED).when(again, on(second)).refused("objection.not_new")
    given(SENT, FAILED, OBJECTED, REJECTED).when(again, on(second)).refused("objection.not_new")
    still = (EXPIRED[0], replace(MET[1], result="not_met", reason="unsigned"))
    changed = replace(UPHELD, meets=False, findings=still)
    given(SENT, FAILED, OBJECTED, changed).when(replace(again, requirement="r2"), on(second)).then(
        replace(OBJECTED, announcement=2, requirement="r2")
    )


def test_an_upheld_objection_replaces_the_live_result() -> None:
    """Permenpan RB 28/2021 art. 31: accepted only if the error is not the applicant's, and approved by another."""
    given(SENT, FAILED, OBJECTED).when(UPHOLD, on(ANNOUNCED)).then(UPHELD)
    assert given(SENT, FAILED, OBJECTED, UPHELD).state.findings == MET
    given(SENT, FAILED, OBJECTED).when(replace(UPHOLD, fault="applicant"), on(ANNOUNCED)).refused("objection.own_fault")
    given(SENT, FAILED, OBJECTED).when(replace(UPHOLD, ok=None), on(ANNOUNCED)).refused("act.needs_approval")
    partly = replace(UPHOLD, findings=EXPIRED)
    given(SENT, FAILED, OBJECTED).when(partly, on(ANNOUNCED)).then(replace(UPHELD, meets=False, findings=EXPIRED))


def test_a_rejected_one_leaves_it_and_says_why() -> None:
    given(SENT, FAILED, OBJECTED).when(REJECT, on(ANNOUNCED)).then(REJECTED)
    assert given(SENT, FAILED, OBJECTED, REJECTED).state.findings == EXPIRED
    for wrong in (replace(REJECT, reason=" "), replace(REJECT, findings=MET), replace(UPHOLD, findings=None)):
        given(SENT, FAILED, OBJECTED).when(wrong, on(ANNOUNCED)).refused("objection.result")
    invented = replace(UPHOLD, findings=(replace(MET[0], requirement="r9"),))
    given(SENT, FAILED, OBJECTED).when(invented, on(ANNOUNCED)).refused("check.requirement_unknown")


def test_nobody_who_checks_here_decides_an_objection() -> None:
    """The events name no verifier of a single file, so every verifier of the vacancy is out."""
    for by in (VERIFIER, "verifier-2"):
        given(SENT, FAILED, OBJECTED).when(replace(UPHOLD, by=by), on(ANNOUNCED)).refused("objection.own_check")


def test_nobody_answers_an_own_objection() -> None:
    """UU 30/2014 art. 42-43, and whichever way they answer it."""
    for answer in (UPHOLD, REJECT):
        given(SENT, FAILED, OBJECTED).when(replace(answer, by=ME), on(ANNOUNCED)).refused("objection.own_check")


def test_an_answer_is_given_once() -> None:
    given(SENT, FAILED).when(UPHOLD, on(ANNOUNCED)).refused("objection.none")
    given(SENT, FAILED, OBJECTED, UPHELD).when(UPHOLD, on(ANNOUNCED)).then()
    given(SENT, FAILED, OBJECTED, UPHELD).when(replace(UPHOLD, ok=None), on(ANNOUNCED)).then()
    given(SENT, FAILED, OBJECTED, UPHELD).when(REJECT, on(ANNOUNCED)).refused("objection.none")


def test_events_out_of_order_are_passed_over() -> None:
    attempt = AttemptRefused(act="SubmitApplication", code="x", digest="0" * 64)
    for event in (LEFT, FAILED, OBJECTED, UPHELD, attempt):
        given(event).when(SEND).then(SENT)
    given(SENT, replace(SENT, vacancy="pauh.2027-015")).when(SEND).then()
