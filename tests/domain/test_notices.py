"""A published vacancy: what a notice must hold (Permenpan RB 6/2024 art. 22), what freezes with it, how it closes."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from services.intake import schemes, vacancies
from services.intake.checking import AnnounceCheck, AssignVerifier
from services.intake.facts import Post, Roll, Round
from services.intake.notices import faults
from services.intake.vacancies import (
    AnnounceVacancy,
    CancelVacancy,
    CloseApplications,
    ExtendDeadline,
    Facts,
    ListVacancy,
)
from shared.events.intake import (
    ApplicationsClosed,
    CheckResultAnnounced,
    Criterion,
    DeadlineExtended,
    Outage,
    SchemeStage,
    Tie,
    VacancyAnnounced,
    VacancyCancelled,
    VacancyListed,
    VerifierAssigned,
)
from shared.events.platform import ImportedRow, ListDigest
from tests.domain.notices import (
    GENERAL,
    HEALTH,
    LICENCE,
    NEED,
    NOW,
    OK,
    OPEN,
    OPENS,
    PACK,
    POST,
    PUBLISH,
    PUBLISHED,
    SCHEME,
    SKB,
    SKD,
    UNTIL,
    VACANCY,
    at,
)  # fmt: skip
from tests.domain.specification import Specification

FACTS = Facts(post=POST, round=OPEN, roll=Roll())
given = Specification(vacancies, FACTS).given


def facts(**changed: Any) -> Facts:
    return replace(FACTS, **changed)


def with_scheme(**changed: Any) -> Any:
    return replace(PUBLISH, scheme=replace(SCHEME, **changed))


def with_stages(*stages: SchemeStage) -> Any:
    return with_scheme(stages=stages)


def test_a_lawful_notice_is_published_whole() -> None:
    given().when(PUBLISH).then(PUBLISHED)
    given().when(replace(PUBLISH, ok=None)).refused("act.needs_approval")


def test_22_what_is_published_is_frozen() -> None:
    """Permenpan RB 6/2024 art. 22; Gresik 2021, Langkat 2023: weights, requirements, seats, dates."""
    given(PUBLISHED).when(PUBLISH).then()
    given(PUBLISHED).when(replace(PUBLISH, at="2027-02-21T00:00:00.000000Z", ok=None)).then()
    for other in (
        with_stages(replace(SKD, weight=Decimal(30)), replace(SKB, weight=Decimal(70))),
        replace(PUBLISH, requirements=(LICENCE,)),
        replace(PUBLISH, formations=(replace(GENERAL, seats=3),)),
        replace(PUBLISH, timeline={"apply_from": OPENS, "until": at(2027, 3, 25)}),
    ):
        given(PUBLISHED).when(other).refused("vacancy.frozen")


@pytest.mark.parametrize(("skd", "skb"), [("40", "59.999"), ("40", "60.001"), ("0", "100"), ("-10", "110")])
def test_weights_are_the_packs_and_sum_to_exactly_100(skd: str, skb: str) -> None:
    """art. 22: kinds and weights stand in the notice; the sum is refused at the weights, with what it is."""
    wrong = replace(SKD, weight=Decimal(skd)), replace(SKB, weight=Decimal(skb))
    total = Decimal(skd) + Decimal(skb)
    given().when(with_stages(*wrong)).refused("scheme.weights" if total != 100 else "scheme.stage_weight")
    found = list(schemes.faults(replace(SCHEME, stages=wrong), PACK))
    assert [about for code, about in found if code == "scheme.weights"] == ([] if total == 100 else [f"{total:f}"])
    assert any(code == "scheme.stage_weight" for code, _ in found)


def test_a_stage_that_the_pack_does_not_know_is_refused() -> None:
    """TEST 25; Langkat 2023: SKTT was added midway."""
    later = replace(SKB, id="sktt", weight=Decimal(30))
    given().when(with_stages(SKD, replace(SKB, weight=Decimal(30)), later)).refused("scheme.stages")
    given().when(with_stages(SKB, SKD)).refused("scheme.stages")
    given().when(with_stages(SKD, SKB, replace(SKB, weight=Decimal(0)))).refused("scheme.stages")
    given().when(with_stages(replace(SKD, weight=Decimal(100)))).refused("scheme.stages")


@pytest.mark.parametrize(
    ("parts", "lawful"),
    [({"cat": 60, "practice": 40}, True), ({"cat": 100}, True), ({"cat": 50, "practice": 50}, False),
     ({"cat": 60, "interview": 40}, False), ({"cat": 50, "interview": 30}, False),
     ({"cat": 60, "practice": 20, "physical": 20}, False), ({"cat": 60, "seance": 40}, False)],
)  # fmt: skip
def test_6_a_regional_skb_is_cat_and_one_extra_and_never_an_interview(parts: dict[str, int], lawful: bool) -> None:
    """TEST 6 (Permenpan RB 27/2021, 6/2024 arts. 34, 37): CAT at least 60 %, the sum exactly 100."""
    own = replace(SKB, parts={name: Decimal(weight) for name, weight in parts.items()})
    if lawful:
        given().when(with_stages(SKD, own)).then(replace(PUBLISHED, scheme=replace(SCHEME, stages=(SKD, own))))
    else:
        given().when(with_stages(SKD, own)).refused("scheme.composition")


def test_a_central_agency_may_hold_a_small_interview() -> None:
    """6/2024 through the press: at most 10 %; no other level of government is known."""
    own = replace(SKB, parts={"cat": Decimal(90), "interview": Decimal(10)})
    central = replace(SCHEME, stages=(SKD, own), level="central")
    given().when(replace(PUBLISH, scheme=central)).then(replace(PUBLISHED, scheme=central))
    given().when(with_scheme(level="village")).refused("scheme.level")


def test_an_interview_comes_in_by_no_other_door() -> None:
    """domain.md 0: a panel with criteria inside a CPNS stage is an interview by another name."""
    criterion = Criterion(id="c", words="x", weight=Decimal(60), anchors=("1", "2", "3", "4", "5"))
    own = replace(SKB, parts=None, criteria=(criterion,), aggregate="mean")
    given().when(with_stages(SKD, own)).refused("scheme.parts_or_criteria")
    given().when(with_stages(SKD, replace(SKB, parts=None))).refused("scheme.parts_or_criteria")


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (with_stages(replace(SKD, sight="closed"), SKB), "scheme.sight"),
        (with_stages(replace(SKD, parts={"twk": Decimal(150)}), SKB), "scheme.parts"),
        (with_scheme(ties=("final",)), "scheme.ties"),
        (with_scheme(rounding="down"), "scheme.rounding"),
        (with_scheme(goals=()), "scheme.goals"),
        (with_scheme(goals=("a", "b", "c", "d")), "scheme.goals"),
        (replace(PUBLISH, pack="cpns-2031"), "notice.pack"),
        (replace(PUBLISH, pack_digest="0" * 64), "notice.pack"),
        (replace(PUBLISH, key="c" * 63), "notice.key"),
        (replace(PUBLISH, key="x" * 64), "notice.key"),
        (replace(PUBLISH, analysis=1), "notice.analysis"),
        (replace(PUBLISH, needs=(NEED, "pauh.pkm-04+perawat+2027")), "notice.need"),
        (replace(PUBLISH, formations=()), "vacancy.seats"),
        (replace(PUBLISH, formations=(replace(GENERAL, seats=0),)), "vacancy.seats"),
        (replace(PUBLISH, formations=(GENERAL, replace(GENERAL, seats=1))), "vacancy.seats"),
        (replace(PUBLISH, formations=(replace(GENERAL, kind="cousin"),)), "notice.kind"),
        (replace(PUBLISH, requirements=()), "notice.requirements"),
        (replace(PUBLISH, requirements=(LICENCE, replace(HEALTH, id="r1"))), "notice.requirements"),
        (replace(PUBLISH, requirements=(replace(LICENCE, id=" "),)), "notice.requirements"),
        (replace(PUBLISH, requirements=(replace(LICENCE, words=""),)), "notice.requirements"),
        (replace(PUBLISH, timeline={"until": UNTIL}), "timeline.phases"),
        (replace(PUBLISH, timeline={"apply_from": OPENS, "until": UNTIL, "tea": UNTIL}), "timeline.phases"),
        (replace(PUBLISH, timeline={"apply_from": OPENS, "until": OPENS}), "timeline.order"),
        (replace(PUBLISH, timeline={"apply_from": OPENS, "until": UNTIL, "check": OPENS}), "timeline.order"),
        (replace(PUBLISH, at="2027-03-01T01:00:00.000001Z"), "timeline.past"),
        (replace(PUBLISH, id="other.2027-014"), "round.not_open"),
    ],
)  # fmt: skip
def test_a_notice_that_lacks_something_is_refused_by_its_first_fault(command: Any, code: str) -> None:
    given().when(command).refused(code)


def test_the_page_shows_every_fault_at_once() -> None:
    """The refusal names the first, the form all of them: nobody mends a notice one click at a time."""
    later = replace(SKB, id="sktt", weight=Decimal(30))
    wrong = replace(
        PUBLISHED, analysis=1, requirements=(), timeline={"until": UNTIL}, key="", scheme=replace(
            SCHEME, stages=(SKD, later), ties=(),
        ),
    )  # fmt: skip
    now = dt.datetime.fromisoformat(NOW)
    found = [fault.code for fault in faults(wrong, VACANCY, now, POST, Round())]
    assert found == [
        "round.not_open", "notice.analysis", "notice.requirements", "timeline.phases", "notice.key", "round.pack",
        "scheme.stages", "scheme.stages", "scheme.stages", "scheme.weights", "scheme.ties",
    ]  # fmt: skip
    assert [fault.code for fault in faults(replace(wrong, pack="cpns-2031"), VACANCY, now, POST, OPEN)][-2:] == [
        "notice.key", "notice.pack",
    ]  # fmt: skip


def test_seats_are_those_that_are_fixed_and_free() -> None:
    """RF-07: no seat without an approved need; what another vacancy advertises is taken."""
    given().when(PUBLISH, facts(post=replace(POST, fixed={NEED: 2}))).then(PUBLISHED)
    given().when(PUBLISH, facts(post=replace(POST, fixed={NEED: 1}))).refused("notice.above_fixed")
    taken = replace(POST, taken={"pauh.2027-001": {NEED: 2}})
    given().when(PUBLISH, facts(post=taken)).refused("notice.above_fixed")
    given().when(replace(PUBLISH, needs=(NEED, NEED)), facts(post=taken)).refused("notice.above_fixed")
    given().when(PUBLISH, facts(post=Post())).refused("notice.analysis")


def test_32_the_pack_allows_the_rounds_kind() -> None:
    """TEST 32: a pack of another kind of round is refused; a round that is not open has no vacancy."""
    for kind in ("local", "jpt", "pppk", "school"):
        given().when(PUBLISH, facts(round=Round(kind=kind, is_open=True))).refused("round.pack")
    given().when(PUBLISH, facts(round=Round(kind="cpns"))).refused("round.not_open")


@pytest.mark.parametrize(("kind", "short"), [("local", True), ("jpt", True), ("cpns", False)])
def test_people_who_apply_here_have_fifteen_days(kind: str, short: bool) -> None:
    """domain.md 1a: 15 days or more, to the microsecond (RF-01)."""
    tick, whole = dt.timedelta(microseconds=1), dt.timedelta(days=15)
    for until, refused in ((OPENS + whole - tick, short), (OPENS + whole, False)):
        notice = replace(PUBLISHED, timeline={"apply_from": OPENS, "until": until})
        found = faults(notice, VACANCY, dt.datetime.fromisoformat(NOW), POST, Round(kind=kind, is_open=True))
        assert ("timeline.short" in {fault.code for fault in found}) == refused


SPREAD, SPREADED = (
    AnnounceVacancy(channel="radio", place="RRI", evidence="d" * 64),
    VacancyAnnounced(channel="radio", place="RRI", evidence="d" * 64),
)


def test_a_notice_is_spread_once_per_channel_place_and_proof() -> None:
    given(PUBLISHED).when(SPREAD).then(SPREADED)
    given(PUBLISHED, SPREADED).when(SPREAD).then()
    given(PUBLISHED, SPREADED).when(replace(SPREAD, place="RSUD")).then(replace(SPREADED, place="RSUD"))


LATER = at(2027, 3, 22, 17)
EXTEND = ExtendDeadline(until=LATER, cause="outage", words="Gangguan", at="2027-03-20T16:59:00.000000Z", ok=OK)
EXTENDED = DeadlineExtended(window="apply", until=LATER, cause="outage", words="Gangguan", ok=OK)


def test_a_deadline_moves_later_by_two_persons_and_never_back() -> None:
    """reliability B21: extend twice, shorten refused; between deadline and closing, too, for an outage of the last
    hour."""
    given(PUBLISHED).when(EXTEND).then(EXTENDED)
    given(PUBLISHED).when(replace(EXTEND, at="2027-03-20T17:05:00.000000Z")).then(EXTENDED)
    again = replace(EXTEND, until=at(2027, 3, 25))
    given(PUBLISHED, EXTENDED).when(again).then(replace(EXTENDED, until=at(2027, 3, 25)))
    given(PUBLISHED, EXTENDED).when(EXTEND).then()
    given(PUBLISHED, EXTENDED).when(replace(EXTEND, until=UNTIL)).refused("deadline.shorter")
    given(PUBLISHED).when(replace(EXTEND, ok=None)).refused("act.needs_approval")
    given(PUBLISHED).when(replace(EXTEND, at="2027-03-22T17:00:00.000000Z")).refused("deadline.past")
    given(PUBLISHED).when(replace(EXTEND, window="object")).refused("deadline.window")
    given(PUBLISHED).when(replace(EXTEND, cause=" ")).refused("deadline.cause")


def test_an_outage_has_lasted() -> None:
    outage = Outage(from_=at(2027, 3, 20, 10), to=at(2027, 3, 20, 16))
    given(PUBLISHED).when(replace(EXTEND, outage=outage)).then(replace(EXTENDED, outage=outage))
    turned = replace(outage, to=outage.from_)
    given(PUBLISHED).when(replace(EXTEND, outage=turned)).refused("deadline.cause")


CANCEL, CANCELLED = (
    CancelVacancy(reason="withdrawn", words="Ditarik kementerian", ok=OK),
    VacancyCancelled(reason="withdrawn", words="Ditarik kementerian", ok=OK),
)
ROLL = ListDigest(rows=3, root="e" * 64)
DUE = "2027-03-20T17:10:00.000000Z"
CLOSE = CloseApplications(roll=ROLL, as_of=40, submitted={"external": 3}, abandoned={}, at=DUE)
CLOSED = ApplicationsClosed(roll=ROLL, as_of=40, submitted={"external": 3}, abandoned={})
COUNTED = facts(roll=Roll(submitted=4, withdrawn=1, inputs=1, changed_at=39))


def test_34_a_cancellation_has_its_reason_and_two_persons() -> None:
    """TEST 34: in public words. That it is the PPK's act is authorisation's to know, not this stream's."""
    given(PUBLISHED).when(CANCEL).then(CANCELLED)
    given(PUBLISHED, CLOSED).when(CANCEL).then(CANCELLED)
    given(PUBLISHED).when(replace(CANCEL, ok=None)).refused("act.needs_approval")
    for silent in (replace(CANCEL, reason=" "), replace(CANCEL, words="")):
        given(PUBLISHED).when(silent).refused("vacancy.without_reason")


def test_what_is_cancelled_is_over() -> None:
    given(PUBLISHED, CANCELLED).when(CANCEL).then()
    given(PUBLISHED, CANCELLED).when(PUBLISH).then()
    for command in (SPREAD, EXTEND, CLOSE, replace(CANCEL, reason="other")):
        given(PUBLISHED, CANCELLED).when(command).refused("vacancy.cancelled")


def test_28_the_roll_closes_once_when_no_ticket_is_alive() -> None:
    """reliability B28: the deadline plus ten minutes, the life of an arrival's ticket; extensions count."""
    given(PUBLISHED).when(CLOSE, COUNTED).then(CLOSED)
    given(PUBLISHED).when(replace(CLOSE, at="2027-03-20T17:09:59.999999Z"), COUNTED).refused("vacancy.not_due")
    given(PUBLISHED, EXTENDED).when(CLOSE, COUNTED).refused("vacancy.not_due")
    given(PUBLISHED, CLOSED).when(CLOSE, COUNTED).then()
    given(PUBLISHED, CLOSED).when(CloseApplications(at=DUE), COUNTED).then()


def test_a_roll_is_made_of_every_application_that_stands() -> None:
    """One more than is recorded would be a shadow, one less a person lost (transparency 3.4)."""
    for rows in (2, 4):
        given(PUBLISHED).when(replace(CLOSE, roll=replace(ROLL, rows=rows)), COUNTED).refused("roll.stale")
    given(PUBLISHED).when(replace(CLOSE, as_of=39), COUNTED).refused("roll.stale")
    given(PUBLISHED).when(CloseApplications(at=DUE), COUNTED).refused("roll.missing")
    bare = replace(CLOSE, submitted=None, abandoned=None)
    given(PUBLISHED).when(bare, COUNTED).then(replace(CLOSED, submitted={}))


ASSIGN = AssignVerifier(verifier="v1", list=ListDigest(rows=3, root="a" * 64), beacon="w:1", tie_count=0, ties=())
ASSIGNED = VerifierAssigned(verifier="v1", list=ListDigest(rows=3, root="a" * 64), beacon="w:1", tie_count=0, ties=())
TIE = Tie(application="5b" * 16, kind="teacher")


def test_a_verifier_is_sworn_once_for_the_closed_roll() -> None:
    given(PUBLISHED).when(ASSIGN).refused("vacancy.still_open")
    given(PUBLISHED, CLOSED).when(ASSIGN).then(ASSIGNED)
    given(PUBLISHED, CLOSED, ASSIGNED).when(ASSIGN).then()
    other = replace(ASSIGN, beacon="w:2")
    given(PUBLISHED, CLOSED, ASSIGNED).when(other).refused("verifier.assigned_otherwise")
    for rows in (0, 4):
        given(PUBLISHED, CLOSED).when(replace(ASSIGN, list=replace(ROLL, rows=rows))).refused("verifier.list")
    given(PUBLISHED, CLOSED).when(replace(ASSIGN, tie_count=1)).refused("verifier.list")
    given(PUBLISHED, CLOSED).when(replace(ASSIGN, list=None)).refused("verifier.list")


@pytest.mark.parametrize("kind", ["kin", "household", "superior", "business"])
def test_33_some_ties_put_a_verifier_out_of_the_vacancy(kind: str) -> None:
    """domain.md 2i: the rivals would be checked by the same hand; a teacher is out for that person alone."""
    tied = replace(ASSIGN, tie_count=1, ties=(replace(TIE, kind=kind),))
    given(PUBLISHED, CLOSED).when(tied).refused("verifier.tied")
    given(PUBLISHED, CLOSED).when(replace(tied, ties=(TIE,))).then(replace(ASSIGNED, tie_count=1, ties=(TIE,)))


MEETS = ListDigest(rows=1, root="9" * 64)
ANNOUNCE = AnnounceCheck(meets=MEETS, fails=1, as_of=60, inputs=4, at="2026-05-04T09:00:00.000000Z")
FIRST = CheckResultAnnounced(version=1, meets=MEETS, fails=1, as_of=60, until=at(2026, 5, 7, 17))
CHECKED = facts(roll=Roll(submitted=4, withdrawn=2, closed=3, left=1, inputs=4, changed_at=59))


def test_14_a_result_opens_three_days_for_objections() -> None:
    """TEST 14: announced 4 May 16:00 in Jakarta, the window ends with 7 May."""
    given(PUBLISHED, CLOSED).when(ANNOUNCE, CHECKED).then(FIRST)
    given(PUBLISHED).when(ANNOUNCE, CHECKED).refused("vacancy.still_open")


def test_a_result_is_announced_when_every_file_is_decided() -> None:
    """Meets, fails and those who left since make up the roll; a list from before the last check is stale."""
    given(PUBLISHED, CLOSED).when(replace(ANNOUNCE, fails=0), CHECKED).refused("check.unfinished")
    given(PUBLISHED, CLOSED).when(replace(ANNOUNCE, as_of=59), CHECKED).refused("check.stale")
    given(PUBLISHED, CLOSED).when(replace(ANNOUNCE, inputs=3), CHECKED).refused("check.stale")
    given(PUBLISHED, CLOSED).when(replace(ANNOUNCE, meets=None), CHECKED).refused("check.stale")
    waiting = facts(roll=replace(CHECKED.roll, objections=1))
    given(PUBLISHED, CLOSED).when(ANNOUNCE, waiting).refused("check.objection_open")


def test_the_next_version_comes_after_the_window() -> None:
    given(PUBLISHED, CLOSED, FIRST).when(ANNOUNCE, CHECKED).then()
    second = replace(ANNOUNCE, meets=replace(MEETS, rows=2), fails=0, at="2026-05-07T17:00:00.000000Z", words="Revisi")
    made = CheckResultAnnounced(
        version=2, meets=replace(MEETS, rows=2), fails=0, as_of=60, until=at(2026, 5, 11, 17), words="Revisi"
    )
    given(PUBLISHED, CLOSED, FIRST).when(second, CHECKED).then(made)
    early = replace(second, at="2026-05-07T16:59:59.999999Z")
    given(PUBLISHED, CLOSED, FIRST).when(early, CHECKED).refused("check.window_open")


def test_after_the_closing_nothing_is_spread_or_extended() -> None:
    for command in (SPREAD, EXTEND):
        given(PUBLISHED, CLOSED).when(command).refused("vacancy.closed")


def test_what_is_unknown_or_listed_elsewhere_has_no_life_here() -> None:
    listed = VacancyListed(unit="U", post="P", formations=(GENERAL,), source=ImportedRow(import_="a" * 64, row=1))
    for command in (SPREAD, EXTEND, CANCEL, CLOSE, ASSIGN, ANNOUNCE):
        given().when(command).refused("vacancy.unknown")
        given(listed).when(command).refused("vacancy.listed_elsewhere")
    given(listed).when(PUBLISH).refused("vacancy.listed_elsewhere")
    again = ListVacancy(unit="U", post="P", formations=(GENERAL,), source=ImportedRow(import_="a" * 64, row=1))
    given(PUBLISHED).when(again).refused("vacancy.listed_otherwise")


def test_events_out_of_order_are_passed_over() -> None:
    """A fold never refuses, whatever a ledger holds."""
    for event in (SPREADED, EXTENDED, CANCELLED, CLOSED, ASSIGNED, FIRST):
        given(event).when(PUBLISH).then(PUBLISHED)
