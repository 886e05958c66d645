"""From the first visit to help: ballots that lead to nobody, a unit graded C, its case, its measures, and the second
measurement that alone can close it; new officers evaluated with their coworkers heard."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Final

import sqlalchemy as sa

from services.cli.demonstration.round.cast import NURSES, Applicant
from services.cli.demonstration.round.judging import Judging
from services.cli.demonstration.round.notices import POSTS
from services.cli.demonstration.round.seating import SERVICE, UNITS, attend, enrolments, lessons
from services.cli.demonstration.round.stage import AGENCY, Astray, happened
from services.feedback import ballots, coworkers, tables
from services.feedback.evaluations import AgreePlan, AskCoworkers, EvaluateOfficer
from services.feedback.periods import name_of, period
from services.feedback.prepared import keep_consent
from services.feedback.results import PublishSurvey
from services.feedback.support import ClosePlan, NameCause, ProgressPlan
from services.feedback.surveys import IssueCodes
from services.intake.needs import ProposeNeed
from services.training.classes import ScheduleClass
from services.training.officers import ConcludeProbation
from shared.events import Refused, codec
from shared.events.feedback import OfficerEvaluated, SupportPlanClosed, SupportPlanOpened, SurveyResultPublished, Target
from shared.events.intake import Task
from shared.rules.appraisal import BEHAVIOURS

UNIT: Final = UNITS[2]
COUNTER: Final = "loket-1"
DESK: Final = "rawat-jalan"
ELEMENTS: Final = tuple(f"u{n}" for n in range(1, 10))
POOR: Final = dict(zip(ELEMENTS, (132, 128, 92, 140, 126, 110, 126, 84, 126), strict=True))  # sums over 40 answers
BETTER: Final = dict(zip(ELEMENTS, (172, 166, 162, 182, 168, 168, 170, 166, 170), strict=True))  # over 52
CASE: Final = f"support-{UNIT}+{DESK}:1"
WATCHED: Final = 4  # new officers whose evaluation is played


def quarter(play: Judging) -> str:
    """The clock moves on to the tenth day of the next quarter."""
    stage = play.stage
    own = period(name_of(stage.today))
    assert own is not None  # noqa: S101
    stage.to(stage.on(own.last + dt.timedelta(days=10)))
    return name_of(stage.today)


def visit(play: Judging, sums: Mapping[str, int], many: int) -> None:
    """So many visitors are handed a code, and answer; the box is emptied in the night."""
    stage = play.stage
    ledger, day = stage.pipelines["feedback"].ledger, stage.today
    codes = ballots.minted(many)
    issued = IssueCodes(
        counter=COUNTER,
        visits=many,
        every=1,
        codes=many,
        until=day + dt.timedelta(days=14),
        digests=tuple(ballots.digest_of(one, day) for one in codes),
    )
    stage.act(f"survey-{UNIT}+{DESK}+{day.isoformat()}", issued, "counter")
    for n, code in enumerate(codes):
        answers = {name: total // many + (n < total % many) for name, total in sums.items()}
        ballots.spend(ledger, code, answers, stage.clock())
    if "spent" not in stage.told:
        stage.tell("spent", code=twice(play, codes[0]))


def twice(play: Judging, code: str) -> str:
    """What somebody is told who uses a code again."""
    try:
        ballots.spend(play.stage.pipelines["feedback"].ledger, code, dict.fromkeys(ELEMENTS, 4), play.stage.clock())
    except Refused as refusal:
        return refusal.code
    raise Astray("a code was spent twice")


def measured(play: Judging, named: str) -> SurveyResultPublished:
    """The result of the quarter, once it is over."""
    stage = play.stage
    own = period(named)
    assert own is not None  # noqa: S101
    stage.to(own.collected + dt.timedelta(hours=1))
    stream = f"service-{UNIT}+{DESK}"
    if not [event for event in happened(stage, stream, SurveyResultPublished) if event.period == named]:
        stage.act(stream, PublishSurvey(period=named), "unit_head")
    stage.settle()
    result: SurveyResultPublished = happened(stage, stream, SurveyResultPublished)[-1]
    return result


def care(play: Judging, nurses: list[Applicant]) -> None:
    """The whole loop."""
    stage = play.stage
    named = quarter(play)
    agree(play, nurses[:WATCHED], named)
    visit(play, POOR, 40)
    begins = teach(play, named)
    poor = measured(play, named)
    opened: SupportPlanOpened = happened(stage, CASE, SupportPlanOpened)[0]
    stage.tell("graded", respondents=poor.respondents, value=f"{poor.value:f}", grade=poor.grade)
    answer(play, opened, begins)
    evaluate(play, nurses[:WATCHED], named)
    again(play)


def teach(play: Judging, named: str) -> dt.date:
    """A class of the programme that teaches how to serve, ten days into the next quarter; its first day."""
    stage, own = play.stage, period(named)
    assert own is not None  # noqa: S101
    begins = own.last + dt.timedelta(days=10)
    first = lessons(stage, begins, stage.actors["trainer"].id)
    stage.act(f"class-{SERVICE}+1", ScheduleClass(sessions=first, seats=30), "hr")
    stage.settle()
    return begins


def answer(play: Judging, opened: SupportPlanOpened, begins: dt.date) -> None:
    """A cause and a measure for each gap: what needs people becomes a need, who needs skill is taught."""
    stage = play.stage
    until = stage.today + dt.timedelta(days=60)
    kinds = {"u3": "staffing", "u6": "competence", "u8": "facilities"}
    wrong = NameCause(gap="u8", cause="chairs", measure="m-u8", kind="competence", until=until)
    code = stage.refused(CASE, wrong, "unit_head")
    for gap in opened.gaps:
        named = NameCause(gap=gap, cause=f"cause_{gap}", measure=f"m-{gap}", kind=kinds[gap], until=until)
        stage.act(CASE, named, "unit_head")
    task = Task(words="Melayani", volume=Decimal(9210), per="year", minutes=Decimal(20))
    need = ProposeNeed(analysis=1, tasks=(task,), staff=2, seats=1, pack="abk-2020-ceil")
    stage.act(f"need-{AGENCY}.dinkes+{POSTS[NURSES]}+2028", need, "unit_head")
    here = enrolments(play, SERVICE)
    stage.to(stage.on(begins + dt.timedelta(days=3)))
    attend(play, here)
    early = stage.refused(CASE, ClosePlan(outcome="improved", evaluation="feedback:0"), "unit_head")
    for gap in opened.gaps:
        stage.act(CASE, ProgressPlan(measure=f"m-{gap}", state="done"), "unit_head")
    stage.tell("case", gaps=len(opened.gaps), measures=len(kinds), enrolled=len(here), wrong=code, early=early)


def again(play: Judging) -> None:
    """Asked anew in the next quarter, the unit is better, and that alone closes its case."""
    stage = play.stage
    named = name_of(stage.today)
    visit(play, BETTER, 52)
    better = measured(play, named)
    ledger = stage.pipelines["feedback"].ledger
    last = list(ledger.history(f"service-{UNIT}+{DESK}"))[-1]
    stage.act(CASE, ClosePlan(outcome="improved", evaluation=f"feedback:{last.position}"), "unit_head")
    closed = happened(stage, CASE, SupportPlanClosed)
    stage.tell(
        "again", respondents=better.respondents, value=f"{better.value:f}", grade=better.grade, closed=len(closed)
    )  # fmt: skip


def agree(play: Judging, officers: list[Applicant], named: str) -> None:
    """What is expected of each in this quarter, agreed by both."""
    stage = play.stage
    ledger = stage.pipelines["feedback"].ledger
    own = period(named)
    assert own is not None  # noqa: S101
    for one in officers:
        words = stage.platform.stores.vault.add(one.person, b"SKP (contoh)")
        target = Target(id="t1", measure="visits", target=Decimal(300), until=own.last)
        plan = AgreePlan(targets=(target,), words=words)
        stream = f"evaluation-{AGENCY}.{one.person}+{named}"
        with ledger.writer.begin() as tx:
            keep_consent(tx, stream, plan)
        stage.act(stream, plan, "unit_head")


def evaluate(play: Judging, officers: list[Applicant], named: str) -> None:
    """Coworkers are drawn, nobody learns who; the grade follows from results and behaviours; probation ends."""
    stage = play.stage
    ledger, heard = stage.pipelines["feedback"].ledger, 0
    for one in officers:
        stage.act(f"evaluation-{AGENCY}.{one.person}+{named}", AskCoworkers(beacon="0" * 64), "hr")
    with ledger.reader.begin() as tx:
        asked = list(
            tx.execute(sa.select(tables.asked.c.coworker, tables.asked.c.stream).order_by(tables.asked.c.stream))
        )
    for coworker, stream in asked:
        coworkers.give(ledger, coworker, stream.partition("-")[2], dict.fromkeys(BEHAVIOURS, 2), stage.clock())
        heard += 1
    stage.to(stage.on(stage.today + dt.timedelta(days=16)))
    for one in officers:
        words = stage.platform.stores.vault.add(one.person, b"Penilaian (contoh)")
        said = EvaluateOfficer(results="as", behaviours=dict.fromkeys(BEHAVIOURS, "as"), words=words)
        stage.act(f"evaluation-{AGENCY}.{one.person}+{named}", said, "unit_head")
    stage.settle()
    for one in officers:
        passed = ConcludeProbation(outcome="passed", decree="821/PROBASI/DEMO", on=stage.today)
        stage.act(f"officer-{AGENCY}.{one.person}", passed, "ppk")
    grades = {
        event.grade
        for page in ledger.read()
        for record in page
        if isinstance(event := codec.event_of(record), OfficerEvaluated)
    }
    stage.tell("evaluated", officers=len(officers), coworkers=heard, grade=", ".join(sorted(grades)))
