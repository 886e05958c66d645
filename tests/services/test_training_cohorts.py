"""New officers through a real pipeline: taken over as appointed, placed as a group around their shifts, each once;
whom no class fits is not lost (domain.md 7a)."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from services.training.classes import HoldLesson
from services.training.enrolments import CancelEnrolment, CompleteTraining
from services.training.officers import ConcludeProbation, DepartOfficer
from services.training.programmes import OrderInduction
from services.training.reactions import INDUCTIONS
from services.training.service import TRAINING
from shared.events import codec
from shared.events.feedback import Measure, OfficerEvaluated, SupportPlanOpened
from shared.events.platform import Words
from shared.events.selection import AppointmentRevoked, CandidateAppointed, SelectionCancelled
from shared.events.training import OfficerEnrolled, OfficerOnboarded, ProbationConcluded
from shared.runtime.preparing import prepared
from shared.runtime.reactions import Reactor
from tests.domain.training_world import DIGEST, at
from tests.services.training_world import (
    MARCH,
    MENTOR,
    PROGRAMME,
    Agency,
    adopting,
    agency,
    alias,
    officer,
    onboarding,
    opened,
    person,
    spread,
)

COHORT = range(40)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[Agency]:
    with agency(tmp_path / "data") as made:
        yield made


def test_forty_new_officers_are_placed_at_once_and_each_once(world: Agency) -> None:
    """TEST 39: 40 health workers, rooms of 20 -> 2 classes, 40 enrolments; again -> 0."""
    world.appoints(*COHORT)
    world.schedule(1, 8)
    world.schedule(2, 9)
    assert {answer.refused for answer in world.onboard(*COHORT)} == {None}
    assert world.react() == 40
    assert spread(list(world.enrolled().values())) == [20, 20]
    assert world.react() == 0
    world.assert_whole()


def test_the_same_events_again_enrol_nobody_again(world: Agency) -> None:
    """TEST 39: again -> 0, also for a reaction that has lost its place."""
    world.appoints(*range(5))
    world.schedule(1, 8, seats=3)
    world.schedule(2, 9, seats=3)
    world.onboard(*range(5))
    assert world.react() == 5
    ledger, again = world.pipeline.ledger, list(world.pipeline.ledger.read())
    with ledger.reader.begin() as tx:
        wanted = INDUCTIONS.react(tx, [one for page in again for one in page])
    assert len({do.stream for do in wanted}) == 5
    lost = Reactor(
        type(INDUCTIONS)(name="induction", source="training", react=INDUCTIONS.react, version=2), world.pipeline
    )
    lost.create()
    before = ledger.size()
    lost.catch_up(ledger)
    assert ledger.size() == before


def test_who_worked_at_night_goes_to_the_other_class(world: Agency) -> None:
    """TEST 39: shift 21-07, class 08-12 -> the other class."""
    world.appoints(0, 1)
    world.schedule(1, 8)
    world.schedule(2, 10)
    world.works(0, at(7, 21), at(8, 7))
    world.works(1, at(9, 21), at(10, 7))
    world.onboard(0, 1)
    world.react()
    assert world.enrolled() == {person(0): f"{PROGRAMME}+2", person(1): f"{PROGRAMME}+1"}


def test_whom_no_class_fits_stays_on_the_list_until_one_does(world: Agency) -> None:
    world.appoints(0, 1)
    world.schedule(1, 8, seats=1)
    world.works(1, at(7, 21), at(8, 7))
    world.onboard(0, 1)
    assert world.react() == 1
    assert world.outcomes() == [(f"enrolment-{PROGRAMME}+0+{person(1)}", "class.none_fits")]
    world.schedule(2, 8)  # after the same night
    assert world.react() == 0
    world.schedule(3, 20, seats=1)
    assert world.react() == 1
    assert world.enrolled() == {person(0): f"{PROGRAMME}+1", person(1): f"{PROGRAMME}+3"}
    assert len(world.outcomes()) == 1
    world.assert_whole()


def test_a_reaction_that_died_half_way_goes_on_and_enrols_everybody_once(world: Agency) -> None:
    """What was recorded before it died is sent again under the same keys, and nobody else's command under theirs."""
    world.appoints(*range(5))
    world.onboard(*range(5))
    assert world.react() == 0
    size = world.pipeline.ledger.size()
    world.schedule(1, 8)
    (page,) = world.pipeline.ledger.read(size)
    with world.pipeline.ledger.reader.begin() as tx:
        wanted = list(INDUCTIONS.react(tx, page))
    reactor = Reactor(INDUCTIONS, world.pipeline)
    for n, do in enumerate(wanted[:2]):
        sent = reactor._call(do, n, page[0])
        world.run(prepared(TRAINING, world.pipeline.ledger, sent))
    assert world.react() == 3
    assert len(world.enrolled()) == 5
    world.assert_whole()


def test_a_seat_that_is_free_again_goes_to_who_waits(world: Agency) -> None:
    world.appoints(0, 1)
    world.schedule(1, 8, seats=1)
    world.onboard(0, 1)
    assert world.react() == 1
    (first,) = world.enrolled()
    world.must(f"enrolment-{PROGRAMME}+1+{first}", CancelEnrolment(reason="ill"))
    assert world.react() == 1
    assert set(world.enrolled()) == {person(0), person(1)} - {first}


def test_a_class_that_begins_after_the_ordered_days_fits_nobody(world: Agency) -> None:
    world.appoints(0)
    world.must(f"programme-{PROGRAMME}", OrderInduction(posts=("bidan",), within=5, from_=MARCH))
    world.appoints(1, post="bidan")
    world.schedule(1, 8)
    world.onboard(0)
    world.onboard(1, post="bidan")
    world.react()
    assert world.enrolled() == {person(0): f"{PROGRAMME}+1"}
    assert [code for _, code in world.outcomes()] == ["class.none_fits"]


def test_an_order_that_comes_later_finds_those_who_wait(world: Agency) -> None:
    world.appoints(0, post="bidan")
    world.schedule(1, 8)
    world.onboard(0, post="bidan")
    assert world.react() == 0
    world.must(f"programme-{PROGRAMME}", OrderInduction(posts=("bidan",), within=30, from_=MARCH))
    assert world.react() == 1


def test_nobody_learns_two_things_at_one_time(world: Agency) -> None:
    other = "pauh.keselamatan"
    world.must(f"programme-{other}", adopting())
    world.must(f"programme-{other}", OrderInduction(posts=("perawat",), within=30, from_=MARCH))
    world.appoints(0)
    world.schedule(1, 8)
    world.onboard(0)
    world.react()
    world.schedule(2, 8, begins=10, programme=other)
    assert world.react() == 0
    world.schedule(3, 8, begins=12, programme=other)
    assert world.react() == 1


def test_who_was_taken_out_is_not_enrolled_again_by_itself(world: Agency) -> None:
    world.appoints(0)
    world.schedule(1, 8)
    world.onboard(0)
    world.react()
    world.must(f"enrolment-{PROGRAMME}+1+{person(0)}", CancelEnrolment(reason="ill"))
    world.schedule(2, 9)
    assert world.react() == 0
    world.assert_whole()


def test_only_whom_selection_appointed_takes_over(world: Agency) -> None:
    assert [one.refused for one in world.onboard(0)] == ["officer.not_appointed"]
    world.appoints(0, 1)
    made = world.call(officer(0), onboarding(1), by="head")
    assert [one.refused for one in world.run(made)] == [None]  # the alias is the unit's word; the seat goes once
    assert [one.refused for one in world.onboard(1)] == ["officer.seat_taken"]
    revoked = AppointmentRevoked(
        reason="forged_papers", ground="law", decree="821/9", on=MARCH, words="Dicabut", ok=None
    )
    world.says(world.selection, "seat-pauh.2027-014+general+7", _appointed(7), revoked)
    world.follow()
    assert [one.refused for one in world.onboard(7)] == ["officer.not_appointed"]


def test_probation_follows_from_the_selections_pack(world: Agency) -> None:
    """TEST 39: CPNS from 2027-03-01 until 2028-02-29."""
    world.appoints(0)
    world.onboard(0)
    (event,) = [one for one in _events(world) if isinstance(one, OfficerOnboarded)]
    assert event.probation_until == dt.date(2028, 2, 29)


def test_a_selection_whose_pack_nobody_knows_leaves_the_probation_untold(world: Agency) -> None:
    cancelled = SelectionCancelled(reason="need_withdrawn", words="Ditarik")
    world.says(world.selection, "selection-pauh.2027-015", replace(opened(), pack_digest="0" * 64), cancelled)
    world.says(world.selection, "seat-pauh.2027-015+general+1", _appointed(0))
    world.follow()
    made = replace(onboarding(0), seat="pauh.2027-015+general+1")
    assert world.act(officer(0), made, by="head").refused == "probation.kind_unknown"


def test_a_first_year_from_its_first_day_to_its_end(world: Agency) -> None:
    """`ProbationConcluded` needs an induction and one evaluation, whatever the office says."""
    conclude = ConcludeProbation(outcome="passed", decree="821/88/2028", on=dt.date(2028, 3, 1))
    world.appoints(0)
    world.onboard(0)
    assert world.act(officer(0), conclude, by="ppk").refused == "probation.no_induction"
    _learn(world)
    assert world.act(officer(0), conclude, by="ppk").refused == "probation.no_evaluation"
    _evaluate(world)
    assert world.react() == 0
    world.must(officer(0), conclude, by="ppk")
    assert world.act(officer(1), conclude, by="ppk").refused == "officer.unknown"
    world.must(officer(0), DepartOfficer(reason="retired", on=dt.date(2060, 1, 1)))
    world.assert_whole()


def test_an_extension_is_the_same_time_again(world: Agency) -> None:
    world.appoints(0)
    world.onboard(0)
    _learn(world)
    _evaluate(world)
    world.must(officer(0), ConcludeProbation(outcome="extended", decree="821/1", on=dt.date(2028, 2, 1)), by="ppk")
    (event,) = [one for one in _events(world) if isinstance(one, ProbationConcluded)]
    assert (event.until, event.trainings) == (dt.date(2029, 2, 28), (f"enrolment-{PROGRAMME}+1+{person(0)}",))
    world.assert_whole()


def test_officers_of_a_support_plan_are_enrolled_in_its_programme(world: Agency) -> None:
    world.schedule(1, 8, seats=1)
    plan = SupportPlanOpened(
        cause="survey", gaps=("u6", "u8"), officers=(person(0), person(1)), review=dt.date(2027, 6, 1), mentor=MENTOR,
        measures=(
            Measure(id="m1", kind="competence", until=dt.date(2027, 4, 1), programme="orientasi"),
            Measure(id="m2", kind="facilities", until=dt.date(2027, 4, 1)),
        ),
    )  # fmt: skip
    world.says(world.feedback, "support-pauh.dinkes.pkm-03+1", plan)
    assert world.react() == 1
    (event,) = [one for one in _events(world) if isinstance(one, OfficerEnrolled)]
    assert (event.ground, event.cause) == ("support", "feedback:0")
    assert [code for _, code in world.outcomes("support")] == ["class.none_fits"]
    assert world.react() == 0


def _learn(world: Agency) -> None:
    """The only new officer comes to the induction and completes it."""
    world.schedule(1, 8)
    world.react()
    world.now[0] = at(8, 13)
    trainer = person(9001)
    world.must(f"class-{PROGRAMME}+1", HoldLesson(session="s1", present=(person(0),), absent=()), by=trainer)
    done = CompleteTraining(on=dt.date(2027, 3, 8), certificate=DIGEST)
    world.must(f"enrolment-{PROGRAMME}+1+{person(0)}", done, by=trainer)


def _evaluate(world: Agency) -> None:
    """Feedback says that the officer was evaluated."""
    world.says(world.feedback, f"evaluation-pauh.{person(0)}+2027-q2", _evaluated())
    world.follow()


def _events(world: Agency) -> list[object]:
    return [codec.event_of(one) for page in world.pipeline.ledger.read() for one in page]


def _appointed(n: int) -> object:
    return CandidateAppointed(alias=alias(n), decree="821/9", unit="pauh.dinkes.pkm-03", post="perawat", on=MARCH)


def _evaluated() -> OfficerEvaluated:
    behaviours = {f"b{n}": "as" for n in range(1, 8)}
    words = Words(id="w1", mac="0" * 64)
    return OfficerEvaluated(
        results="as", behaviours=behaviours, grade="good", coworkers=4, words=words, pack_digest="0" * 64
    )
