"""A whole round as its events tell it: nothing here knows the script, and every sum is made by hand.

Played once, with 600 applicants; what is asked of it is the law's: who was judged by whom, why somebody stands before
somebody, who was passed over and why, who is helped.
"""

import datetime as dt
from collections import Counter
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from hashlib import sha256
from itertools import pairwise

import pytest

from services.projections import queries
from services.training import shifts
from shared.events import Recorded, streams
from shared.events.feedback import (
    FeedbackReceived,
    SupportPlanClosed,
    SupportPlanOpened,
    SupportPlanProgressed,
    SurveyResultPublished,
)
from shared.events.intake import ApplicationSubmitted, DocumentsChecked, VacancyPublished
from shared.events.platform import AttemptRefused
from shared.events.selection import (
    AppointmentOffered,
    CandidateAppointed,
    ConflictDeclared,
    ExpertAdmitted,
    OfferAccepted,
    OfferDeclined,
    PanelDrawAnnounced,
    PanelDrawn,
    PanelistRecused,
    PanelistReplaced,
    PanelistSeated,
    RankingFixed,
    RankingPublished,
    ResultObjectionDecided,
    ScoreCorrected,
    ScoreSealed,
    StageScored,
)
from shared.events.training import ClassScheduled, OfficerEnrolled, OfficerOnboarded
from tests.e2e.round_world import HEAD, NURSES, Once, Story, reopened, story

pytestmark = pytest.mark.slow
JAKARTA = dt.timezone(dt.timedelta(hours=7))


@pytest.fixture(scope="session")
def told(once: Once) -> Story:
    """The round; read only."""
    return story(once)


def test_who_does_not_meet_the_requirements_is_told_a_published_one(told: Story) -> None:
    published = {
        streams.ident(one.stream): {need.id for need in notice.requirements}
        for one, notice in told.all(VacancyPublished)
    }
    sent = {one.stream: said.vacancy for one, said in told.all(ApplicationSubmitted)}
    checked = told.all(DocumentsChecked)
    assert checked
    for one, check in checked:
        found = {finding.requirement: finding.result for finding in check.findings}
        assert found.keys() == published[sent[one.stream]]
        assert check.meets == (set(found.values()) == {"met"})
    assert not all(check.meets for _, check in checked)


def placed(told: Story, vacancy: str, version: int = 1) -> dict[str, int]:
    """Places by alias, as a version was published."""
    published = {event.version: event for _, event in told.all(RankingPublished, f"selection-{vacancy}")}
    return {row.alias: row.place for row in published[version].head}


def criterion(told: Story, alias: str, name: str) -> Fraction:
    """The mean of what the panel gave in the interview, by the opened sheets."""
    (sheets,) = (
        event.sheets
        for one, event in told.all(StageScored, f"candidate-{NURSES}")
        if event.stage == "interview" and told.alias[one.stream] == alias
    )
    assert sheets
    return sum((Fraction(sheet.points[name]) for sheet in sheets), Fraction()) / len(sheets)


def test_of_two_with_the_same_score_the_better_at_solving_problems_stands_first(told: Story) -> None:
    """Written exam and work sample are the same, too: they come before it among the steps."""
    first_version = told.all(RankingPublished, f"selection-{NURSES}")[0][1]
    tied = [
        (above, below)
        for above, below in pairwise(first_version.head)
        if above.final == below.final
        and above.stages["written"] == below.stages["written"]
        and above.stages["competence"] == below.stages["competence"]
    ]
    assert tied
    with reopened(told.data) as platform, platform.ranking.store.begin() as tx:
        ((_, rows, _),) = queries.picture(tx, [NURSES])
    steps = {row.alias: row.decided_by for row in rows}
    for above, below in tied:
        assert below.place == above.place + 1
        assert criterion(told, above.alias, "problem_solving") > criterion(told, below.alias, "problem_solving")
        assert criterion(told, above.alias, "analysis") < criterion(told, below.alias, "analysis")
        assert "problem_solving" in (steps[above.alias], steps[below.alias])


def by_lot(eligible: list[str], secret: str, beacon: str) -> list[str]:
    """The order of a kind, by hand: SHA-256 of the label, the seed and who is drawn."""
    seed = sha256((secret + beacon).encode()).digest()
    return sorted(eligible, key=lambda label: sha256(b"merit/draw/v1\n" + seed + label.encode()).digest())


@pytest.mark.parametrize("reason", ["ill", "conflict"])
def test_whoever_judges_no_longer_is_followed_by_the_next_reserve_of_the_draw(told: Story, reason: str) -> None:
    (replaced,) = [(one, event) for one, event in told.all(PanelistReplaced) if event.reason == reason]
    panel, change = replaced[0].stream, replaced[1]
    kinds = {event.label: event.kind for _, event in told.all(ExpertAdmitted)}
    _, plan = told.one(PanelDrawAnnounced, panel)
    at, drawn = told.one(PanelDrawn, panel)
    assert sha256(drawn.secret.encode()).hexdigest() == plan.commit
    orders = {
        kind: by_lot([label for label in plan.eligible if kinds[label] == kind], drawn.secret, drawn.beacon)
        for kind in plan.seats
    }
    firsts = [label for kind, n in sorted(plan.seats.items()) for label in orders[kind][:n]]
    assert list(drawn.drawn) == firsts
    (out,) = [event for _, event in told.all(PanelistSeated, panel) if event.panelist == change.out]
    assert out.label in firsts
    assert change.next_reserve
    assert change.in_ == orders[out.kind][plan.seats[out.kind]]  # the first behind the seats
    (stepped,) = [(one, event) for one, event in told.all(PanelistSeated, panel) if event.label == change.in_]
    assert at.position < replaced[0].position < stepped[0].position
    late = [one.position for one, event in told.all(ScoreSealed) if event.panelist == change.out and of(one, panel)]
    assert all(position < replaced[0].position for position in late)


def of(one: Recorded, panel: str) -> bool:
    """Whether a candidacy is judged by a panel."""
    return streams.ident(one.stream) == streams.ident(panel)


def test_a_panelist_with_a_sibling_among_the_applicants_is_out_for_the_vacancy_and_marks_nobody(told: Story) -> None:
    (declared,) = [(one, event) for one, event in told.all(ConflictDeclared) if event.ties]
    assert [tie.kind for tie in declared[1].ties] == ["kin"]
    recused = told.one(PanelistRecused, declared[0].stream)[1]
    assert (recused.panelist, recused.all_) == (declared[1].panelist, True)
    (change,) = [event for _, event in told.all(PanelistReplaced, declared[0].stream)]
    assert change.out == recused.panelist
    vacancy = streams.ident(declared[0].stream)
    sheets = [sheet for _, event in told.all(StageScored, f"candidate-{vacancy}") for sheet in event.sheets or ()]
    assert sheets
    assert recused.panelist not in {sheet.panelist for sheet in sheets}


def test_an_upheld_objection_moves_places_between_two_published_versions(told: Story) -> None:
    (upheld,) = [(one, event) for one, event in told.all(ResultObjectionDecided) if event.upheld]
    assert any(not event.upheld for _, event in told.all(ResultObjectionDecided))
    corrected = told.one(ScoreCorrected)
    assert corrected[0].stream == upheld[0].stream
    vacancy, alias = streams.ident(upheld[0].stream), told.alias[upheld[0].stream]
    first, second = placed(told, vacancy, 1), placed(told, vacancy, 2)
    assert second[alias] < first[alias]
    passed = {one for one in first if first[one] < first[alias] and second[one] > second[alias]}
    assert len(passed) == first[alias] - second[alias]
    assert all(second[one] == first[one] + 1 for one in passed)
    versions = told.all(RankingPublished, f"selection-{vacancy}")
    assert [event.ground for _, event in versions] == ["result", "objection"]
    answered = max(one.position for one, _ in told.all(ResultObjectionDecided))
    assert versions[1][0].position > answered  # everybody has an answer first
    assert told.one(RankingFixed, f"selection-{vacancy}")[1].version == 2


def test_whoever_is_passed_over_is_named_with_a_reason_that_everybody_can_read(told: Story) -> None:
    departures = [event for _, event in told.all(AppointmentOffered) if event.departure is not None]
    assert len(departures) == 1
    places = placed(told, HEAD)
    for offer in departures:
        assert offer.departure is not None
        assert places[offer.alias] == offer.place > 1
        assert set(offer.departure.over) == {alias for alias, place in places.items() if place < offer.place}
        assert len(offer.departure.words.split()) > 3
        assert offer.ok  # two persons


def test_who_declines_is_followed_by_the_next_in_rank(told: Story) -> None:
    declined, _ = told.one(OfferDeclined)
    offers = told.all(AppointmentOffered, declined.stream)
    assert [event.basis for _, event in offers] == ["rank", "replacement"]
    vacancy = streams.ident(declined.stream)
    taken = {event.alias for one, event in told.all(AppointmentOffered, f"seat-{vacancy}") if event.basis == "rank"}
    places = placed(told, vacancy, 2)
    behind = min(place for alias, place in places.items() if alias not in taken)
    assert places[offers[1][1].alias] == offers[1][1].place == behind
    assert told.one(OfferAccepted, declined.stream)[0].position > offers[1][0].position
    assert told.one(CandidateAppointed, declined.stream)[1].alias == offers[1][1].alias


def test_every_appointed_nurse_is_enrolled_once_and_no_night_shift_ends_on_the_morning_of_a_lesson(
    told: Story,
) -> None:
    appointed = {one.stream.partition("-")[2]: event for one, event in told.all(CandidateAppointed, f"seat-{NURSES}")}
    notice = next(event for one, event in told.all(VacancyPublished) if streams.ident(one.stream) == NURSES)
    assert len(appointed) == sum(formation.seats for formation in notice.formations) == 40
    onboarded = {event.seat: streams.ident(one.stream) for one, event in told.all(OfficerOnboarded)}
    nurses = {onboarded[seat] for seat in appointed}
    assert len(nurses) == len(appointed)
    enrolled = [one.stream for one, event in told.all(OfficerEnrolled) if event.ground == "induction"]
    agency = NURSES.partition(".")[0]
    assert Counter(f"{agency}.{streams.parts(stream)[-1]}" for stream in enrolled) == Counter(nurses)
    held = {streams.parts(one.stream)[-1]: event for one, event in induction_classes(told, enrolled)}
    with reopened(told.data) as platform, platform.training.ledger.reader.begin() as tx:
        nights = shifts.of(tx, nurses)
    assert all(nights.values())
    for stream in enrolled:
        *_, number, officer = streams.parts(stream)
        mornings = {lesson.from_.astimezone(JAKARTA).date() for lesson in held[number].sessions}
        ends = {span.to.astimezone(JAKARTA).date() for span in nights[f"{agency}.{officer}"]}
        assert not mornings & ends
    assert all(held[n].seats >= sum(streams.parts(one)[-2] == n for one in enrolled) for n in held)


def induction_classes(told: Story, enrolled: list[str]) -> list[tuple[Recorded, ClassScheduled]]:
    """The classes of the programme that these are enrolled in."""
    (programme,) = {streams.ident(stream) for stream in enrolled}
    return [(one, event) for one, event in told.all(ClassScheduled) if streams.ident(one.stream) == programme]


def index(answers: list[FeedbackReceived]) -> Decimal:
    """The mean of nine means, of a hundred, by hand (Permenpan RB 14/2017)."""
    total = sum(sum(one.answers.values()) for one in answers)
    exact = Fraction(total * 25, 9 * len(answers))
    return (Decimal(exact.numerator) / exact.denominator).quantize(Decimal("0.01"), ROUND_HALF_UP)


def test_a_unit_graded_c_gets_a_case_and_only_a_new_measurement_closes_it(told: Story) -> None:
    (poor_at, poor), (better_at, better) = told.all(SurveyResultPublished)
    ballots = told.all(FeedbackReceived)
    before = [event for one, event in ballots if one.position < poor_at.position]
    after = [event for one, event in ballots if one.position > poor_at.position]
    assert (len(before), len(after)) == (poor.respondents, better.respondents)
    assert (index(before), index(after)) == (poor.value, better.value)
    assert (poor.value, poor.grade, better.grade) == (Decimal("73.89"), "C", "B")
    opened_at, opened = told.one(SupportPlanOpened)
    assert opened_at.position > poor_at.position
    assert opened_at.causation == f"feedback:{poor_at.position}"
    low = {name for name, mean in poor.means.items() if mean * 25 < Decimal("76.61")}
    assert set(opened.gaps) == low
    progress = [event for one, event in told.all(SupportPlanProgressed, opened_at.stream)]
    assert {event.gap for event in progress if event.gap} == low
    assert all(event.cause for event in progress if event.gap)
    assert {event.measure for event in progress if event.state == "done"} == {event.measure for event in progress}
    closed_at, closed = told.one(SupportPlanClosed, opened_at.stream)
    assert closed.evaluation == f"feedback:{better_at.position}"
    assert closed_at.position > better_at.position
    trained = [one for one, event in told.all(OfficerEnrolled) if event.ground == "support"]
    assert {one.stream.split("+")[0] for one in trained}  # who needs skill is taught
    assert len({streams.parts(one.stream)[-1] for one in trained}) == len(trained)


EVIDENCE = {
    "duties": ("code", "panel.other_duty", "SeatByDecree"),
    "unseen": ("code", "score.without_attendance", "RecordMarks"),
    "inserted": ("code", "score.not_on_roster", "RecordAttendance"),
    "extra": ("code", "score.stage_unknown", "RecordAttendance"),
    "undeclared": ("undeclared", "score.not_declared", "SealScore"),
    "stranger": ("stranger", "score.not_seated", "SealScore"),
    "behind": ("code", "score.opened", "SealScore"),
    "silence": ("reason", "seat.departure_without_reason", "OfferAppointment"),
}
STEPS = {"undeclared": "sealed", "stranger": "sealed"}
PLAIN = {
    ("weights", "before"): "scheme.weights",
    ("weights", "after"): "vacancy.frozen",
    ("applied", "second"): "application.one_per_round",
    ("pending", "code"): "ranking.objection_open",
    ("silence", "opinion"): "seat.opinion_missing",
    ("spent", "code"): "ballot.code",
    ("case", "wrong"): "support.kind",
    ("case", "early"): "support.not_measured_again",
}


@pytest.mark.parametrize("attempt", EVIDENCE)
def test_an_attempt_to_bend_the_round_is_refused_and_stays_on_record(told: Story, attempt: str) -> None:
    number, code, act = EVIDENCE[attempt]
    assert told.told[STEPS.get(attempt, attempt)][number] == code
    (one,) = [one for one, event in told.all(AttemptRefused) if (event.act, event.code) == (act, code)]
    assert one.actor


def test_nothing_else_is_on_record_as_an_attempt(told: Story) -> None:
    codes = Counter(event.code for _, event in told.all(AttemptRefused))
    assert codes == Counter(code for _, code, _ in EVIDENCE.values())


@pytest.mark.parametrize(("step", "number"), PLAIN)
def test_what_cannot_be_is_refused_without_a_trace(told: Story, step: str, number: str) -> None:
    assert told.told[step][number] == PLAIN[step, number]


def test_whoever_came_after_the_deadline_has_no_application(told: Story) -> None:
    assert told.told["closed"]["late"] > 0
    assert told.told["applied"]["applicants"] - told.told["closed"]["late"] == len(told.all(ApplicationSubmitted))
