"""The performance loop through a real pipeline: a poor result opens the unit's case, a poor evaluation the officer's
plan; only a new and better measurement closes either."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from services.feedback import coworkers, tables
from services.feedback.collecting import collect
from services.feedback.evaluations import AskCoworkers, EvaluateOfficer
from services.feedback.prepared import plan_digest
from services.feedback.results import PublishSurvey
from services.feedback.support import ClosePlan, NameCause, ProgressPlan
from shared.events import Refused
from shared.events.feedback import (
    CoworkerFeedbackGiven,
    CoworkersAsked,
    OfficerEvaluated,
    SupportPlanClosed,
    SupportPlanOpened,
    SurveyResultPublished,
)
from shared.ledger import sql
from tests.domain.test_feedback_evaluations import AGREE, AS, WORDS
from tests.services.feedback_world import OFFICERS, TARGET, UNIT, World, at, world

SUMS = dict(zip([f"u{n}" for n in range(1, 10)], (132, 128, 92, 140, 126, 110, 126, 84, 126), strict=True))
CASE = f"support-{TARGET}:1"


@pytest.fixture
def here(tmp_path: Path) -> Iterator[World]:
    with world(tmp_path / "data") as made:
        yield made


def only(here: World, kind: Any) -> Any:
    """The last event of a kind, with its position."""
    return here.events(kind)[-1]


def spread(total: int) -> dict[str, int]:
    """A total over the nine elements."""
    return {f"u{n}": total // 9 + (n <= total % 9) for n in range(1, 10)}


def test_a_c_opens_the_case_at_once_and_only_a_better_result_closes_it(here: World) -> None:
    """TEST 36: 73.89 C on 2027-04-02; gaps U3, U6, U8; then n 52, 1,429 -> 76.34 C: open; 76.61 closes."""
    here.staffed("ani", "budi")
    here.taught("u6")
    assert [one.refused for one in here.measured(SUMS, 40, at(3, 2))] == [None]
    assert [one.refused for one in here.react()] == [None]
    recorded, opened = only(here, SupportPlanOpened)
    assert (recorded.stream, recorded.causation) == (CASE, f"feedback:{recorded.position - 1}")
    assert opened.gaps == ("u3", "u6", "u8")
    assert opened.officers == (OFFICERS["ani"], OFFICERS["budi"])
    assert [(one.kind, one.programme, one.until) for one in opened.measures] == [
        ("competence", "pauh.sapa", dt.date(2027, 4, 9))
    ]
    assert opened.review == dt.date(2027, 7, 1)
    assert here.react() == []  # again: nothing
    name = NameCause(gap="u3", cause="too_few", measure="m1", kind="staffing", until=dt.date(2027, 6, 1))
    here.must(CASE, name)
    assert here.act(CASE, replace(name, gap="u8", measure="m2", kind="competence")).refused == "support.kind"
    here.must(CASE, ProgressPlan(measure="m1", state="done"))
    here.completed("ani")
    close = ClosePlan(outcome="improved", evaluation=f"feedback:{recorded.position - 1}")
    assert here.act(CASE, close).refused == "support.not_measured_again"
    here.measured(spread(1429), 52, at(5, 4))
    result, event = only(here, SurveyResultPublished)
    assert (str(event.value), event.grade) == ("76.34", "C")
    assert here.react() == []  # one open plan
    cited = replace(close, evaluation=f"feedback:{result.position}")
    assert here.act(CASE, cited).refused == "support.not_measured_again"
    here.measured(spread(1440), 52, at(8, 3))
    result, event = only(here, SurveyResultPublished)
    assert event.grade == "B"
    here.must(CASE, replace(close, evaluation=f"feedback:{result.position}"))
    assert only(here, SupportPlanClosed)[1].trainings == ("training:3",)
    here.assert_whole()


def test_under_thirty_answers_nothing_is_published_and_nothing_opens(here: World) -> None:
    """TEST 18: 29 respondents."""
    few = dict(zip(SUMS, (105, 101, 100, 116, 102, 105, 106, 105, 115), strict=True))
    assert [one.refused for one in here.measured(few, 29, at(3, 2))] == ["survey.too_few"]
    assert here.react() == []
    assert here.act(f"service-{TARGET}", PublishSurvey(period="2027-q1")).refused == "survey.too_few"


def test_a_result_waits_for_what_lies_in_the_box(here: World) -> None:
    here.answer(here.hand_out(35))
    here.now[0] = at(4, 2)
    assert here.act(f"service-{TARGET}", PublishSurvey(period="2027-q1")).refused == "survey.box.stale"


# --- officers ---------------------------------------------------------------------------------------------------

ANI = f"pauh.{OFFICERS['ani']}"
PEERS = ("budi", "cici", "dodi", "edi")


def agreed(here: World, period: str) -> str:
    """Ani and her head have agreed on the plan of a period; nobody but her has consented."""
    stream = f"evaluation-{ANI}+{period}"
    plain = replace(AGREE, consented=False, officer_unit="", by=None, unit=None, id=None)
    assert here.act(stream, plain).refused == "evaluation.not_agreed"
    with here.ledger.writer.begin() as tx:
        sql.fill(tx, "consents", ("stream", "digest"), [(stream, plan_digest(plain))])
    here.must(stream, plain)
    return stream


def evaluate(results: str = "as", **behaviours: str) -> EvaluateOfficer:
    return EvaluateOfficer(results=results, behaviours={**AS, **behaviours}, words=WORDS)


def rated(answers: int = 2) -> dict[str, int]:
    return dict.fromkeys(AS, answers)


def test_a_poor_evaluation_opens_the_officers_plan_and_a_good_one_closes_it(here: World) -> None:
    """TEST 21: support by the grade; the plan closes on a new evaluation alone."""
    here.staffed("ani", *PEERS)
    here.taught("b1")
    here.now[0] = at(1, 31)
    first = agreed(here, "2027-q1")
    here.must(first, evaluate("below", b1="below"))
    assert [one.refused for one in here.react()] == [None]
    recorded, opened = only(here, SupportPlanOpened)
    assert (recorded.stream, opened.cause) == (f"support-{ANI}+1", "grade")
    assert (opened.gaps, opened.mentor) == (("b1", "results"), OFFICERS["budi"])
    assert opened.review == dt.date(2027, 7, 31)
    close = ClosePlan(outcome="improved", evaluation=f"feedback:{recorded.position - 1}")
    assert here.act(recorded.stream, close).refused == "support.not_measured_again"
    here.now[0] = at(4, 20)
    here.completed("ani")
    here.must(agreed(here, "2027-q2"), evaluate())
    assert here.react(recorded.position) == []
    here.must(recorded.stream, replace(close, evaluation=f"feedback:{only(here, OfficerEvaluated)[0].position}"))
    assert only(here, SupportPlanClosed)[1].trainings == ("training:6",)
    with here.ledger.reader.begin() as tx:
        assert tx.execute(sa.select(tables.evaluations.c.late)).scalars().all() == [1, 0]  # TEST 38: day 31
    here.assert_whole()


def test_a_behaviour_below_twice_in_a_row_opens_a_plan(here: World) -> None:
    here.staffed("ani")
    here.must(agreed(here, "2027-q1"), evaluate(b3="below"))
    assert here.react() == []
    here.now[0] = at(4, 20)
    here.must(agreed(here, "2027-q2"), evaluate(b3="below", b4="below"))
    assert [one.refused for one in here.react()] == [None]
    opened = only(here, SupportPlanOpened)[1]
    assert (opened.cause, opened.gaps) == ("behaviour", ("b3",))


def asked(here: World) -> tuple[str, list[str]]:
    """Ani's coworkers are drawn at the end of the quarter; who they are."""
    stream = agreed(here, "2027-q1")
    here.now[0] = at(3, 31)
    here.must(stream, AskCoworkers(beacon="witness-1:412"), by="hr", unit="pauh.bkpsdm")
    with here.ledger.reader.begin() as tx:
        chosen = sa.select(tables.asked.c.coworker).where(tables.asked.c.stream == stream)
        return stream, sorted(tx.execute(chosen).scalars())


def test_coworkers_answer_once_and_nobody_learns_who_said_what(here: World) -> None:
    """TEST 38: under 3 answers they do not count."""
    here.staffed("ani", *PEERS)
    here.staffed("fani", unit="dinkes.pkm-03.pustu-1")
    stream, drawn = asked(here)
    about = stream.partition("-")[2]
    assert drawn == sorted(f"pauh.{OFFICERS[name]}" for name in PEERS)
    event = only(here, CoworkersAsked)[1]
    assert (dict(event.groups), event.eligible.rows, event.eligible.head) == ({"peers": 4}, 5, None)
    for coworker in drawn[:3]:
        coworkers.give(here.ledger, coworker, about, rated(), here.now[0])
    with pytest.raises(Refused, match=r"review\.given"):
        coworkers.give(here.ledger, drawn[0], about, rated(), here.now[0])
    with pytest.raises(Refused, match=r"review\.not_asked"):
        coworkers.give(here.ledger, f"pauh.{OFFICERS['fani']}", about, rated(), here.now[0])
    with pytest.raises(Refused, match=r"review\.answers"):
        coworkers.give(here.ledger, drawn[3], about, {"b1": 2}, here.now[0])
    assert collect(here.pipeline, here.now[0]) == []  # until nobody may answer any more
    assert here.act(stream, evaluate()).refused == "evaluation.coworkers_pending"
    here.now[0] = at(4, 15)
    with pytest.raises(Refused, match=r"review\.late"):
        coworkers.give(here.ledger, drawn[3], about, rated(), here.now[0])
    assert here.act(stream, evaluate()).refused == "evaluation.coworkers_pending"
    assert len(collect(here.pipeline, here.now[0])) == 3
    given = here.events(CoworkerFeedbackGiven)
    assert {(one.stream, one.actor, one.causation) for one, _ in given} == {(f"review-{about}", "coworker", None)}
    here.must(stream, evaluate())
    assert only(here, OfficerEvaluated)[1].coworkers == 3
    data = " ".join(one.data for one, _ in here.events())
    assert not any(coworker.partition(".")[2] in data for coworker in drawn)
    here.assert_whole()


def test_whoever_of_a_group_answers_alone_is_not_heard_and_not_kept(here: World) -> None:
    """TEST 38: what fewer than 3 of a group said enters no ledger; who was asked and who answered is forgotten."""
    here.staffed("ani", *PEERS)
    stream, drawn = asked(here)
    for coworker in drawn[:2]:
        coworkers.give(here.ledger, coworker, stream.partition("-")[2], rated(), here.now[0])
    here.now[0] = at(4, 15)
    assert collect(here.pipeline, here.now[0]) == []
    with here.ledger.reader.begin() as tx:
        for table in (tables.box, tables.asked, tables.nonces):
            assert tx.execute(sa.select(sa.func.count()).select_from(table)).scalar_one() == 0, table.name
    assert here.events(CoworkerFeedbackGiven) == []
    here.must(stream, evaluate())
    assert only(here, OfficerEvaluated)[1].coworkers == 0
    here.assert_whole()


def test_a_collection_of_coworkers_that_was_cut_off_goes_on(here: World) -> None:
    """Three answers of four are in the ledger when the machine stops: the fourth is no group of one."""
    here.staffed("ani", *PEERS)
    stream, drawn = asked(here)
    for coworker in drawn:
        coworkers.give(here.ledger, coworker, stream.partition("-")[2], rated(), here.now[0])
    with here.ledger.writer.begin() as tx:
        late = tx.execute(sa.select(tables.box)).first()
        assert late is not None
        tx.execute(sa.delete(tables.box).where(tables.box.c.id == late.id))
    here.now[0] = at(4, 15)
    assert len(collect(here.pipeline, here.now[0])) == 3
    with here.ledger.writer.begin() as tx:
        tx.execute(sa.insert(tables.box).values(**late._mapping))
    here.now[0] = at(4, 16)
    assert len(collect(here.pipeline, here.now[0])) == 1
    assert len(here.events(CoworkerFeedbackGiven)) == 4


def test_two_eligible_are_not_asked(here: World) -> None:
    """TEST 38."""
    here.staffed("ani", "budi", "cici")
    stream = agreed(here, "2027-q1")
    here.now[0] = at(3, 31)
    ask = AskCoworkers(beacon="witness-1:412")
    assert here.act(stream, ask, by="hr", unit="pauh.bkpsdm").refused == "coworkers.too_few"
    here.must(stream, evaluate())
    assert only(here, OfficerEvaluated)[1].coworkers == 0


def test_nobody_has_more_than_five_tasks_and_newcomers_none(here: World) -> None:
    here.staffed("ani", *PEERS)
    with here.ledger.writer.begin() as tx:
        rows = [(f"s{n}", f"pauh.{OFFICERS['budi']}", "peers", "2027-06-01", 0) for n in range(5)]
        sql.fill(tx, "asked", ("stream", "coworker", "grp", "until", "answered"), rows)
        tx.execute(sa.update(tables.officers).where(tables.officers.c.officer.endswith(OFFICERS["cici"])).values(
            day="2027-03-20"
        ))  # fmt: skip
    with here.ledger.reader.begin() as tx:
        found = coworkers.pool(tx, ANI, dt.date(2027, 3, 31))
    assert sorted(found.persons.values()) == [f"pauh.{OFFICERS[name]}" for name in ("dodi", "edi")]
    assert {len(name) for name in found.groups["peers"]} == {64}


def test_an_evaluation_cites_a_survey_of_the_officers_own_unit(here: World) -> None:
    here.staffed("ani")
    here.measured(SUMS, 40, at(3, 2))
    stream = agreed(here, "2027-q2")
    position = only(here, SurveyResultPublished)[0].position
    assert here.act(stream, replace(evaluate(), survey="feedback:0")).refused == "evaluation.survey"
    here.must(stream, replace(evaluate(), survey=f"feedback:{position}"))
    assert here.act(f"evaluation-{ANI}+2027-q3", evaluate(), unit=f"{UNIT}.x").refused == "evaluation.other_unit"
