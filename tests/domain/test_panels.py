"""A panel: drawn so that nobody chooses, lawful as a whole, without whoever is tied (domain 2h, 2i, 4; TEST 17, 33)."""

from collections import Counter
from dataclasses import replace
from functools import reduce
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given as every
from hypothesis import settings
from hypothesis import strategies as st

from services.selection import panels
from services.selection.drawing import AnnounceDraw, DrawPanel
from services.selection.panel_facts import NO_PANEL, Expert, Panel, Pool, fold_panel, panel_key, pool_home, pool_key
from services.selection.panel_state import Bench
from services.selection.panels import DecreedSeat, Facts, HoldCalibration, SeatByDecree, TakeSeat
from services.selection.recusals import DeclareConflict, RecusePanelist, ReplacePanelist
from services.selection.rosters import roster_of_one
from shared.events import Refused, codec
from shared.events.intake import Tie
from shared.events.platform import AttemptRefused
from shared.events.selection import (
    CalibrationHeld,
    ConflictDeclared,
    Excluded,
    PanelDrawAnnounced,
    PanelDrawn,
    PanelistRecused,
    PanelistReplaced,
    PanelistSeated,
)
from shared.ledger.merkle import list_digest
from tests.domain.specification import Specification

KINDS = {"A": "academic", "I": "internal", "P": "practitioner"}
LABELS = [f"{letter}-0{n}" for letter in KINDS for n in range(1, 6)]
POOL = Pool(experts={label: Expert(expert=f"p{label}", kind=KINDS[label[0]]) for label in LABELS}, changed_at=40)
SEATS = {"internal": 2, "academic": 2, "practitioner": 1}
SECRET, BEACON, OK = "5e" * 32, "c0ffee", "pauh.P1"
ANNOUNCE = AnnounceDraw(
    pool_name="pauh.2027", excluded=(Excluded(label="I-05", reason="on_leave"),), seats=SEATS, reserves=1,
    commit=sha256(SECRET.encode()).hexdigest(), beacon="witness-1:412", id="pauh.7",
)  # fmt: skip
ANNOUNCED = PanelDrawAnnounced(
    pool=40, eligible=tuple(label for label in sorted(LABELS) if label != "I-05"), excluded=ANNOUNCE.excluded,
    seats=SEATS, reserves=1, commit=ANNOUNCE.commit, beacon="witness-1:412", pool_name="pauh.2027",
)  # fmt: skip


def order(kind: str) -> list[str]:
    """By hand, from the published text alone (domain 1b)."""
    seed = sha256((SECRET + BEACON).encode()).digest()
    of = [label for label in ANNOUNCED.eligible if KINDS[label[0]] == kind]
    return sorted(of, key=lambda label: sha256(b"merit/draw/v1\n" + seed + label.encode()).digest())


A, N, P = order("academic"), order("internal"), order("practitioner")
DRAW = DrawPanel(secret=SECRET, beacon=BEACON)
DRAWN = PanelDrawn(secret=SECRET, beacon=BEACON, drawn=(*A[:2], *N[:2], *P[:1]), reserves=(*A[2:3], *N[2:3], *P[1:2]))
TAKE = TakeSeat(label=A[0], pledge="a" * 64, by=f"p{A[0]}")
ANNA = f"p{A[0]}"
SEATED = PanelistSeated(panelist=ANNA, kind="academic", basis="lot", pledge="a" * 64, label=A[0])
PLAYED = (ANNOUNCED, DRAWN)

DECREE = SeatByDecree(
    seats=tuple(
        DecreedSeat(panelist=f"d{n}", kind=kind, pledge="b" * 64)
        for n, kind in enumerate(["internal", "internal", "academic", "academic", "practitioner"])
    ),
    by="committee-1",
    ok=OK,
)
DECREED = tuple(
    PanelistSeated(panelist=one.panelist, kind=one.kind, basis="decree", pledge="b" * 64, ok=OK) for one in DECREE.seats
)
ROSTER = "c" * 64
DECLARE = DeclareConflict(roster=ROSTER, tie_count=0, ties=(), by=ANNA)
DECLARED = ConflictDeclared(panelist=ANNA, roster=ROSTER, tie_count=0, ties=())
RECUSE = RecusePanelist(panelist=ANNA, all_=True, applications=(), cause="ill", by=ANNA)
RECUSED = PanelistRecused(panelist=ANNA, all_=True, applications=(), cause="ill")
REPLACE = ReplacePanelist(out=ANNA, in_=A[2], reason="ill", ok=OK)
REPLACED = PanelistReplaced(out=ANNA, in_=A[2], next_reserve=True, reason="ill", ok=OK)

given = Specification(panels, Facts(pool=POOL)).given


def attempt(command: Any, code: str) -> AttemptRefused:
    return AttemptRefused(act=type(command).__name__, code=code, digest=sha256(codec.body(command)).hexdigest())


def released(label: str) -> Facts:
    out = replace(POOL.experts[label], released="moved")
    return Facts(pool=replace(POOL, experts={**POOL.experts, label: out}))


def declaring(*ties: tuple[str, str]) -> DeclareConflict:
    made = tuple(Tie(application=application, kind=kind) for application, kind in ties)
    return replace(DECLARE, ties=made, tie_count=len(made))


def declared(command: DeclareConflict) -> ConflictDeclared:
    return ConflictDeclared(panelist=ANNA, roster=ROSTER, tie_count=command.tie_count, ties=command.ties)


# --- the draw -----------------------------------------------------------------------------------------------------


def test_everybody_of_the_kinds_can_be_drawn_but_for_those_excluded_for_a_reason() -> None:
    given().when(ANNOUNCE).then(ANNOUNCED)
    given().when(ANNOUNCE, released("A-01")).then(
        replace(ANNOUNCED, eligible=tuple(label for label in ANNOUNCED.eligible if label != "A-01"))
    )


def test_a_draw_is_announced_once() -> None:
    """Who could announce again could wait for a draw that pleases."""
    given(ANNOUNCED).when(ANNOUNCE, Facts(pool=replace(POOL, changed_at=50))).then()
    given(ANNOUNCED).when(replace(ANNOUNCE, reserves=2)).refused("panel.announced")
    given(*DECREED).when(ANNOUNCE).refused("panel.seated")


@pytest.mark.parametrize(
    ("seats", "lawful"),
    [
        ({"internal": 3, "academic": 1, "practitioner": 1}, False),  # 60 %
        ({"internal": 2, "academic": 2, "practitioner": 2}, False),  # six
        ({"internal": 3, "academic": 2, "practitioner": 2}, True),  # 42.9 % of seven
        ({"internal": 4, "academic": 3, "practitioner": 2}, True),  # 44.4 % of nine
        ({"internal": 2, "academic": 3}, False),  # no practitioner
        ({"internal": 2, "academic": 2, "practitioner": 1, "user": 0}, False),  # users do not score
        ({}, False),
    ],
)
def test_17_a_panel_is_odd_five_to_nine_and_mostly_from_outside(seats: dict[str, int], lawful: bool) -> None:
    """TEST 17, Permenpan RB 15/2019: by lot and by decree."""
    drawn = given().when(replace(ANNOUNCE, seats=seats))
    people = Counter(seats).elements()
    named = tuple(DecreedSeat(panelist=f"x{n}", kind=kind, pledge="b" * 64) for n, kind in enumerate(people))
    by_decree = given().when(replace(DECREE, seats=named))
    if lawful and seats["internal"] < 4:
        drawn.then(replace(ANNOUNCED, seats=seats))
    if lawful:
        assert len(by_decree.of()) == sum(seats.values())
    else:
        drawn.refused("panel.unlawful")
        if seats and "user" not in seats:
            by_decree.refused("panel.unlawful")


def test_a_kind_without_a_seat_is_not_drawn_from() -> None:
    plan = replace(ANNOUNCE, seats={"internal": 0, "academic": 3, "practitioner": 2}, excluded=(), notice=None)
    (made,) = given().when(plan).of()
    assert {label[0] for label in made.eligible} == {"A", "P"}
    (drawn,) = given(made).when(DRAW).of()
    assert Counter(label[0] for label in (*drawn.drawn, *drawn.reserves)) == {"A": 4, "P": 3}


def test_the_panel_is_the_one_that_the_notice_promised() -> None:
    """Gresik 2021: nothing changes midway."""
    given().when(replace(ANNOUNCE, notice=(SEATS,))).then(ANNOUNCED)
    for notice in ((), ({"internal": 1, "academic": 2, "practitioner": 2},)):
        given().when(replace(ANNOUNCE, notice=notice)).refused("panel.not_in_notice")
        given().when(replace(DECREE, notice=notice)).refused("panel.not_in_notice")


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (replace(ANNOUNCE, pool_name="lahat.2027"), "panel.pool_unknown"),
        (replace(ANNOUNCE, excluded=(Excluded(label="X-01", reason="on_leave"),)), "panel.excluded"),
        (replace(ANNOUNCE, excluded=ANNOUNCE.excluded * 2), "panel.excluded"),
        (replace(ANNOUNCE, excluded=(Excluded(label="I-05", reason=" "),)), "panel.without_reason"),
        (replace(ANNOUNCE, reserves=0), "panel.reserves"),
        (replace(ANNOUNCE, reserves=3), "panel.too_few_experts"),  # four internal left
    ],
)
def test_what_no_draw_is_announced_with(command: AnnounceDraw, code: str) -> None:
    given().when(command).refused(code)


def test_a_draw_needs_a_pool() -> None:
    given().when(ANNOUNCE, Facts(pool=Pool())).refused("panel.pool_unknown")


def test_a_draw_follows_from_the_secret_and_the_beacon_alone() -> None:
    """1b: whoever has both draws again; a release in between changes nothing."""
    given(ANNOUNCED).when(DRAW).then(DRAWN)
    given(ANNOUNCED).when(DRAW, released(A[0])).then(DRAWN)
    given(ANNOUNCED, DRAWN).when(DRAW).then()
    given(ANNOUNCED, DRAWN).when(replace(DRAW, beacon="tea")).refused("panel.drawn")
    given().when(DRAW).refused("panel.not_announced")
    given(ANNOUNCED).when(replace(DRAW, secret="00" * 32)).refused("panel.commit")
    given(ANNOUNCED, *DECREED).when(DRAW).refused("panel.seated")


# --- seats --------------------------------------------------------------------------------------------------------


def test_a_seat_is_taken_by_whom_the_lot_has_named() -> None:
    given(*PLAYED).when(TAKE).then(SEATED)
    given(*PLAYED, SEATED).when(TAKE).then()
    given(*PLAYED, SEATED).when(replace(TAKE, pledge="b" * 64)).refused("panel.seated")
    given(*PLAYED).when(replace(TAKE, label=A[2], by=f"p{A[2]}")).refused("panel.not_drawn")
    given().when(TAKE).refused("panel.not_drawn")
    given(*PLAYED).when(replace(TAKE, label=None)).refused("panel.not_drawn")


def test_a_seat_of_somebody_else_is_not_taken_and_the_attempt_is_kept() -> None:
    other = replace(TAKE, by="p-other")
    given(*PLAYED).when(other).refused("panel.not_your_label", attempt(other, "panel.not_your_label"))
    without = Facts(pool=Pool())
    given(*PLAYED).when(TAKE, without).refused("panel.not_your_label", attempt(TAKE, "panel.not_your_label"))
    given(*PLAYED).when(TAKE, released(A[0])).refused("panel.expert_released")


def test_nobody_has_two_duties_in_a_vacancy() -> None:
    """T9: whoever applies, checks or decides does not judge."""
    both = replace(TAKE, duties=("verifier",))
    given(*PLAYED).when(both).refused("panel.other_duty", attempt(both, "panel.other_duty"))
    for named in (replace(DECREE, duties=("ppk",)), replace(DECREE, by="d1")):
        given().when(named).refused("panel.other_duty", attempt(named, "panel.other_duty"))


def test_a_decree_names_the_whole_panel_by_two_persons() -> None:
    given().when(replace(DECREE, ok=None)).refused("act.needs_approval")
    given().when(DECREE).then(*DECREED)
    given(*DECREED).when(replace(DECREE, ok=None)).then()
    other = replace(DECREE, seats=(*DECREE.seats[:4], replace(DECREE.seats[4], panelist="d9")))
    given(*DECREED).when(other).refused("panel.seated")
    given(*PLAYED).when(DECREE).refused("panel.drawn")
    given(ANNOUNCED).when(DECREE).then(*DECREED)  # the beacon never came
    given().when(replace(DECREE, seats=(*DECREE.seats[:4], DECREE.seats[3]))).refused("panel.person_twice")


def test_those_who_sit_have_marked_the_same_practice_candidate() -> None:
    hold = HoldCalibration(stage="interview", panelists=(ANNA,), practice="e" * 64)
    held = CalibrationHeld(stage="interview", panelists=(ANNA,), practice="e" * 64)
    given(*PLAYED, SEATED).when(hold).then(held)
    given(*PLAYED, SEATED, held).when(hold).then()
    given(*PLAYED).when(hold).refused("panel.not_seated")
    given(*PLAYED, SEATED).when(replace(hold, panelists=())).refused("panel.not_seated")


# --- ties ---------------------------------------------------------------------------------------------------------


def test_33_a_tie_of_blood_closes_the_vacancy() -> None:
    """TEST 33: kin of one of 120, then all 120 go to the reserve; the public cause does not say which tie."""
    kin = declaring(("a1", "kin"), ("a2", "teacher"))
    gone = PanelistRecused(panelist=ANNA, all_=True, applications=(), cause="conflict")
    given(*PLAYED, SEATED).when(kin).then(declared(kin), gone)
    given(*PLAYED, SEATED, declared(kin), gone).when(kin).then()
    given(*PLAYED, SEATED, declared(kin), gone).when(REPLACE).then(REPLACED)


@pytest.mark.parametrize("kind", ["kin", "household", "superior", "business"])
def test_17_kin_superior_or_partner_recuses_for_the_post(kind: str) -> None:
    """TEST 17."""
    events = given(*PLAYED, SEATED).when(declaring(("a1", kind))).of()
    assert [one.all_ for one in events if isinstance(one, PanelistRecused)] == [True]


def test_33_another_tie_closes_that_candidate() -> None:
    """TEST 33: a teacher judges the others."""
    tied = declaring(("a1", "teacher"), ("a1", "other"), ("a2", "identity_seen"))
    out = PanelistRecused(panelist=ANNA, all_=False, applications=("a1",), cause="conflict")
    given(*PLAYED, SEATED).when(tied).then(declared(tied), out)
    more = declaring(("a1", "teacher"), ("a2", "dispute"))
    given(*PLAYED, SEATED, declared(tied), out).when(more).then(declared(more), replace(out, applications=("a2",)))
    again = declaring(("a1", "dispute"))
    given(*PLAYED, SEATED, declared(tied), out).when(again).then(declared(again))


def test_a_declaration_is_of_a_panelist_whole_and_of_known_kinds() -> None:
    given(*PLAYED, SEATED).when(DECLARE).then(DECLARED)
    given(*PLAYED, SEATED, DECLARED).when(DECLARE).then()
    given(*PLAYED).when(DECLARE).refused("panel.not_seated")
    given(*PLAYED, SEATED, RECUSED).when(DECLARE).refused("panel.not_seated")
    given(*PLAYED, SEATED).when(replace(DECLARE, tie_count=1)).refused("panel.tie_count")
    given(*PLAYED, SEATED).when(declaring(("a1", "friend"))).refused("panel.tie_kind")


def test_whoever_applies_or_verifies_by_now_is_out_at_the_next_declaration() -> None:
    """Asked at the oath, and again before a file or a sheet opens: what was sealed in between is set aside."""
    out = replace(RECUSED, cause="conflict")
    for duty in ("applicant", "verifier"):
        now = replace(DECLARE, duties=(duty,))
        given(*PLAYED, SEATED).when(now).then(DECLARED, out)
        given(*PLAYED, SEATED, DECLARED).when(now).then(out)
        given(*PLAYED, SEATED, DECLARED, out).when(now).then()
        given(*PLAYED, SEATED, RECUSED).when(now).refused("panel.not_seated")


def test_a_panelist_leaves_by_their_own_word_and_by_the_committee_of_two() -> None:
    given(*PLAYED, SEATED).when(RECUSE).then(RECUSED)
    given(*PLAYED, SEATED, RECUSED).when(RECUSE).then()
    by_others = replace(RECUSE, by="committee-1")
    given(*PLAYED, SEATED).when(by_others).refused("act.needs_approval")
    given(*PLAYED, SEATED).when(replace(by_others, ok=OK)).then(replace(RECUSED, ok=OK))
    given(*PLAYED).when(RECUSE).refused("panel.not_seated")
    given(*PLAYED, SEATED).when(replace(RECUSE, cause=" ")).refused("panel.without_reason")
    given(*PLAYED, SEATED).when(replace(RECUSE, all_=False)).refused("panel.scope")
    given(*PLAYED, SEATED).when(replace(RECUSE, applications=("a1",))).refused("panel.scope")


def test_a_panelist_leaves_some_candidates_once() -> None:
    some = replace(RECUSE, all_=False, applications=("a1", "a2"))
    left = replace(RECUSED, all_=False, applications=("a1",))
    given(*PLAYED, SEATED, left).when(some).then(replace(left, applications=("a2",)))
    given(*PLAYED, SEATED, left).when(replace(some, applications=("a1",))).then()


# --- reserves -----------------------------------------------------------------------------------------------------


def test_33_a_match_left_blank_is_replaced_before_a_file_opens() -> None:
    """TEST 33: sibling by family card, blank: recused by the committee, the next reserve called, who signs too."""
    out = replace(RECUSED, cause="match_unsaid", ok=OK)
    given(*PLAYED, SEATED, out).when(REPLACE).then(REPLACED)
    step_in = replace(TAKE, label=A[2], by=f"p{A[2]}")
    seated = replace(SEATED, panelist=f"p{A[2]}", label=A[2])
    given(*PLAYED, SEATED, out, REPLACED).when(step_in).then(seated)
    panel = folded(*PLAYED, SEATED, out, REPLACED, replace(SEATED, panelist=f"p{A[2]}", label=A[2]))
    assert (panel.kinds, panel.gone) == ({f"p{A[2]}": "academic"}, {ANNA: "match_unsaid"})


def test_the_next_reserve_of_the_same_kind_and_nobody_else() -> None:
    """TEST 17: a reserve steps in, so that the panel stays odd and as mixed as it was."""
    given(*PLAYED, SEATED).when(replace(REPLACE, ok=None)).refused("act.needs_approval")
    given(*PLAYED, SEATED).when(REPLACE).then(REPLACED)
    given(*PLAYED, SEATED, REPLACED).when(replace(REPLACE, ok=None)).then()
    given(*PLAYED, SEATED, REPLACED).when(replace(REPLACE, in_=A[3])).refused("panel.replaced")
    given(*PLAYED, SEATED).when(replace(REPLACE, in_=P[1])).refused("panel.not_reserve")
    given(*PLAYED, SEATED).when(replace(REPLACE, in_=A[3])).refused("panel.not_next_reserve")
    given(*PLAYED, SEATED).when(replace(REPLACE, in_=A[1])).refused("panel.called_before")
    given(*PLAYED, SEATED).when(replace(REPLACE, reason=" ")).refused("panel.without_reason")
    given(*PLAYED).when(REPLACE).refused("panel.not_seated")


def test_a_reserve_that_is_out_is_passed_over_in_the_order_of_the_draw() -> None:
    after = replace(REPLACED, in_=A[3], next_reserve=False)
    given(*PLAYED, SEATED).when(replace(REPLACE, in_=A[3]), released(A[2])).then(after)
    given(*PLAYED, SEATED).when(replace(REPLACE, in_=A[3], reason="reserve_out")).then(
        replace(after, reason="reserve_out")
    )


def test_a_label_that_nobody_signs_for_is_replaced_and_cannot_sign_afterwards() -> None:
    silent = replace(REPLACE, out=A[0], reason="no_answer")
    called = replace(REPLACED, out=A[0], reason="no_answer")
    given(*PLAYED).when(silent).then(called)
    given(*PLAYED, called).when(TAKE).refused("panel.replaced")
    given(*PLAYED, SEATED).when(silent).refused("panel.not_seated")  # it has a person now
    given(*PLAYED, called).when(replace(REPLACE, out=A[2], in_=A[3], reason="no_answer")).then(
        PanelistReplaced(out=A[2], in_=A[3], next_reserve=False, reason="no_answer", ok=OK)
    )


def test_in_a_panel_by_decree_a_person_of_the_same_kind_steps_in() -> None:
    step = ReplacePanelist(out="d2", in_="d7", reason="ill", ok=OK)
    called = PanelistReplaced(out="d2", in_="d7", next_reserve=False, reason="ill", ok=OK)
    given(*DECREED).when(step).then(called)
    given(*DECREED).when(replace(step, in_="d3")).refused("panel.called_before")
    given(*DECREED, called).when(TakeSeat(pledge="f" * 64, by="d7")).then(
        PanelistSeated(panelist="d7", kind="academic", basis="decree", pledge="f" * 64)
    )
    given(*DECREED, called).when(TakeSeat(pledge="f" * 64, by="d2")).refused("panel.seated")
    nobody = replace(called, out="d7", in_="d8")
    (seat,) = given(*DECREED, called, nobody).when(TakeSeat(pledge="f" * 64, by="d8")).of()
    assert seat.kind == "academic"


def test_an_attempt_changes_nothing() -> None:
    given(*PLAYED, attempt(TAKE, "panel.other_duty")).when(TAKE).then(SEATED)


# --- what it says to others -----------------------------------------------------------------------------------------


def folded(*events: Any) -> Panel:
    return reduce(lambda panel, event: fold_panel(panel, "panel-pauh.7", event, 0), events, NO_PANEL)


def test_who_may_score_whom() -> None:
    """The contract that candidacies are decided by."""
    held = CalibrationHeld(stage="interview", panelists=(ANNA,), practice="e" * 64)
    tied = PanelistRecused(panelist=ANNA, all_=False, applications=("a1",), cause="conflict")
    panel = folded(*PLAYED, SEATED, held, DECLARED, tied)
    assert panel == Panel(
        kinds={ANNA: "academic"}, declared={ANNA: (ROSTER,)}, tied={ANNA: ("a1",)}, calibrated={"interview": (ANNA,)}
    )
    assert (panel.may_score(ANNA, "a1"), panel.may_score(ANNA, "a2"), panel.may_score("x", "a2")) == (
        False,
        True,
        False,
    )
    assert (panel.has_declared(ANNA, ROSTER), panel.has_declared(ANNA, "d" * 64)) == (True, False)
    assert panel.has_declared("x", ROSTER) is False
    ill = fold_panel(panel, "panel-pauh.7", REPLACED, 9)
    assert (ill.is_seated(ANNA), ill.gone) == (False, {ANNA: "ill"})
    assert fold_panel(ill, "panel-pauh.7", REPLACED, 9) is ill
    assert fold_panel(panel, "candidate-pauh.7+A1", SEATED, 9) is panel
    assert [panel_key(f"{of}-pauh.7+A1", TAKE) for of in ("panel", "selection", "candidate", "seat")] == ["pauh.7"] * 4
    assert panel_key("session-pauh.7", TAKE) is None


def test_the_pool_of_a_panel_is_known_from_its_announcement_on() -> None:
    assert pool_key("panel-pauh.7", ANNOUNCE) == pool_key("panel-pauh.7", ANNOUNCED) == "pauh.2027"
    assert pool_key("panel-pauh.7", DRAW) is None
    assert pool_home(panels.evolve(Bench(), ANNOUNCED)) == "pauh.2027"


def test_the_roster_of_one_is_the_list_of_one() -> None:
    """transparency 3.4: `L` of one row."""
    assert roster_of_one("K3VQX7M2ADPL") == list_digest([{"alias": "K3VQX7M2ADPL"}]).root


PEOPLE = st.sampled_from([f"p{label}" for label in (*A[:3], *N[:3], *P[:2])])
NAMES = st.sampled_from([*A[:4], *N[:3], *P[:3]])
TIES = st.lists(
    st.builds(Tie, application=st.sampled_from("ab"), kind=st.sampled_from(["kin", "teacher", "identity_seen"])),
    max_size=2,
).map(tuple)
COMMANDS = st.one_of(
    st.builds(TakeSeat, label=NAMES, pledge=st.just("a" * 64)).map(lambda one: replace(one, by=f"p{one.label}")),
    st.builds(lambda by, ties: DeclareConflict(roster=ROSTER, tie_count=len(ties), ties=ties, by=by), PEOPLE, TIES),
    st.builds(RecusePanelist, panelist=PEOPLE, all_=st.just(True), applications=st.just(()), cause=st.just("ill"),
              by=PEOPLE, ok=st.just(OK)),
    st.builds(ReplacePanelist, out=st.one_of(PEOPLE, NAMES), in_=NAMES, reason=st.just("ill"), ok=st.just(OK)),
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@every(st.lists(COMMANDS, max_size=25))
def test_whatever_happens_the_panel_keeps_its_kinds_and_nothing_happens_twice(commands: list[Any]) -> None:
    """TEST 17: never more of a kind than the notice says; what streams hear is what the panel is."""
    state: Bench = panels.initial
    for event in PLAYED:
        state = panels.evolve(state, event)
    panel = folded(*PLAYED)
    for command in commands:
        try:
            events = panels.decide(command, state, Facts(pool=POOL))
        except Refused:
            continue
        state = reduce(panels.evolve, events, state)
        panel = reduce(lambda now, event: fold_panel(now, "panel-pauh.7", event, 0), events, panel)
        assert panels.decide(command, state, Facts(pool=POOL)) == []
        counts = Counter(panel.kinds.values())
        assert all(counts[kind] <= n for kind, n in SEATS.items())
        assert set(panel.kinds) == {one for one in state.seated if state.is_seated(one)}
