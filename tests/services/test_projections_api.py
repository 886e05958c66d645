"""What everybody may read of a selection, and when: rankings from their publication on, public events in words, open
data; how services and officers do, without a figure that tells of a few (events.md 5; portal.md 1.9)."""

import datetime as dt
import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from shared.events.feedback import (
    CoworkerFeedbackGiven,
    Measure,
    OfficerEvaluated,
    SupportPlanClosed,
    SupportPlanOpened,
    SupportPlanProgressed,
    SurveyResultPublished,
)
from shared.events.intake import NeedApproved, NeedProposed, NeedRecommended, VacancyCancelled
from shared.events.platform import ListDigest
from shared.events.selection import (
    AppointmentRevoked,
    CandidateAppointed,
    CandidateWithdrawn,
    RankingFixed,
    ResultObjectionFiled,
    SessionClosed,
    SessionRescheduled,
    SessionScheduled,
)
from shared.events.training import EnrolmentCancelled, OfficerDeparted, OfficerOnboarded, TrainingCompleted
from tests.domain.notices import PUBLISHED
from tests.services.projections_site import Asked, asked
from tests.services.projections_world import OTHER, ROOT, START, VACANCY, WORDS

AT = f"/vacancies/{VACANCY}"
OFFICER = "pauh.0ff1ce01"
UNIT = "pauh.pkm-03"
DAY = dt.date(2027, 7, 1)


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Asked]:
    with asked(tmp_path / "data") as made:
        yield made


def published(here: Asked) -> None:
    """Three candidates, two seats, a first version and one after a correction."""
    told = here.told
    told.tell("intake", f"vacancy-{VACANCY}", PUBLISHED, actor="hr")
    told.open()
    for n in (1, 2, 3):
        told.whole(n, 70 + n, 80, (80, 80, 80, 80))
    told.publish([(3, "81.353"), (2, "80.882"), (1, "80.412")])
    told.publish([(1, "82.000"), (3, "81.353"), (2, "80.882")], version=2)


def test_a_ranking_is_nobodys_before_it_is_published(here: Asked) -> None:
    """Not even that there is one; the secretary sees how it stands, an official of another agency does not."""
    here.told.open()
    here.told.whole(1, 70, 80, (80, 80, 80, 80))
    here.told.whole(2, 50, 80, (80, 80, 80, 80))
    for path in ("/ranking", "/ranking/versions/1", "/ranking/difference?from=1&to=2", "/open-data.csv"):
        here.projected(AT + path, status=404)
    here.projected(f"{AT}/standing", status=401)
    here.projected(f"{AT}/standing", "hr", status=403)
    here.projected(f"{AT}/standing", "elsewhere", status=404)
    here.projected(f"/vacancies/{OTHER}/standing", "secretary", status=404)
    found = here.projected(f"{AT}/standing", "secretary")
    assert [(one["alias"], one.get("place"), one.get("below")) for one in found["places"]] == [
        (here.told.alias(1), 1, None), (here.told.alias(2), None, "written"),
    ]  # fmt: skip
    assert (found["published"], found["is_behind"], found["as_of"]) == (0, True, {"selection": 33})


def test_each_version_stays_and_two_can_be_compared(here: Asked) -> None:
    published(here)
    last = here.projected(f"{AT}/ranking")
    assert (last["version"], last["versions"], last["complete"]) == (2, [1, 2], True)
    assert [one["place"] for one in last["places"]] == [1, 2, 3]
    first = here.projected(f"{AT}/ranking/versions/1")
    assert [one["alias"] for one in first["places"]] == [here.told.alias(n) for n in (3, 2, 1)]
    here.projected(f"{AT}/ranking/versions/3", status=404)
    found = here.projected(f"{AT}/ranking/difference?from=1&to=2")
    assert [(one["alias"], one["was"], one["now"], one["final_was"], one["final_now"]) for one in found["moved"]] == [
        (here.told.alias(1), 3, 1, "80.412", "82.000"),
        (here.told.alias(3), 1, 2, "81.353", "81.353"),
        (here.told.alias(2), 2, 3, "80.882", "80.882"),
    ]
    here.told.publish([(1, "82.000")], version=3)
    here.told.tell("selection", f"selection-{VACANCY}", RankingFixed(version=3, minutes="a" * 64))
    gone = here.projected(f"{AT}/ranking/difference?from=2&to=3")["moved"]
    assert [(one["alias"], one["was"], one.get("now")) for one in gone] == [
        (here.told.alias(3), 2, None), (here.told.alias(2), 3, None),
    ]  # fmt: skip
    assert "fixed_at" in here.projected(f"{AT}/ranking")


def test_public_events_are_told_in_words_and_the_rest_in_whole_tens(here: Asked) -> None:
    told = here.told
    here.projected(f"{AT}/transparency", status=404)
    told.tell("intake", f"vacancy-{VACANCY}", PUBLISHED, actor="hr")
    told.open(roster=25)
    for n in range(1, 26):
        told.written(n, 60)
    told.sheets(1, "competence", [{"care": Decimal(80)}] * 5)
    told.candidate(1, ResultObjectionFiled(announcement=1, ground="score", words=WORDS))
    told.candidate(2, CandidateWithdrawn(reason="other_work"))
    found = here.projected(f"{AT}/transparency", lang="en")
    assert [one["words"] for one in found["lines"]] == [
        "The vacancy was published.", "Handed over to selection: 25 on the roster.",
    ]  # fmt: skip
    assert here.projected(f"{AT}/transparency")["lines"][0]["words"] == "Lowongan diumumkan."
    assert found["counts"] == [
        {"stage": "written", "what": "present", "at_least": 20},
        {"stage": "written", "what": "scored", "at_least": 20},
    ]
    assert found["as_of"] == {"intake": 1, "selection": told.ledgers["selection"].size()}


def test_a_session_is_told_in_each_of_its_vacancies(here: Asked) -> None:
    when = {"from_": START, "to": START + dt.timedelta(hours=2)}
    digest = ListDigest(rows=1, root=ROOT, head=({"alias": "AAAA"},))
    common: dict[str, Any] = {"stage": "written", "site": "a", "room": "1", "seats": 20, "seated": digest, **when}
    scheduled = SessionScheduled(vacancies=(VACANCY, OTHER), **common)
    here.told.tell("selection", "session-pauh.s1", scheduled)
    here.told.tell("selection", "session-pauh.s1", SessionRescheduled(vacancies=(OTHER,), reason="outage", **common))
    here.told.tell("selection", "session-pauh.s1", SessionClosed(present=1, absent=0, devices="a" * 64, incidents=()))
    acts = [one["type"].split(".")[2] for one in here.projected(f"/vacancies/{OTHER}/transparency")["lines"]]
    assert acts == ["SessionScheduled", "SessionRescheduled", "SessionClosed"]
    assert len(here.projected(f"{AT}/transparency")["lines"]) == 1
    assert "AAAA" not in json.dumps(here.projected(f"{AT}/open-data.json")), "no alias before a ranking"


def test_open_data_are_releases_and_their_record(here: Asked) -> None:
    here.projected(f"{AT}/open-data.json", status=404)
    published(here)
    (record,) = here.projected(f"{AT}/open-data.json")["records"]
    assert [one["tag"] for one in record["releases"]] == [["planning"], ["tenderUpdate"], ["award"], ["award"]]
    assert record["compiledRelease"]["ranking"]["version"] == 2
    assert record["compiledRelease"]["notice"]["unit"] == "pkm-03"
    lines = here.projected(f"{AT}/open-data.csv").splitlines()
    assert lines[0] == "alias,kind,place,final"
    assert lines[1] == f"{here.told.alias(1)},general,1,82.000"


def test_whoever_has_just_acted_waits_until_every_view_holds_it(here: Asked) -> None:
    """`?min=` is about the read models, not the ledger alone (architecture 7)."""
    published(here)
    size = here.told.ledgers["selection"].size()
    assert here.get(f"/api/projections/v1{AT}/ranking?min=selection:{size - 1}", status=202)["size"] == 0
    assert here.projected(f"{AT}/ranking?min=selection:{size - 1}")["as_of"] == {"selection": size}


def test_a_list_longer_than_its_head_is_whole_while_no_score_is_newer(here: Asked) -> None:
    """The event itself carries the first lines alone (events.md 1.8)."""
    here.told.open()
    for n in (1, 2):
        here.told.whole(n, 70 + n, 80, (80, 80, 80, 80))
    here.told.publish([(2, "81.882")], rows=2)
    found = here.projected(f"{AT}/ranking")
    assert (found["complete"], [one["final"] for one in found["places"]]) == (True, ["81.882", "81.412"])
    assert found["places"][1]["stages"] == {"written": "33.412", "competence": "20.000", "interview": "28.000"}
    assert here.projected(f"{AT}/open-data.csv").splitlines()[2] == (
        f"{here.told.alias(1)},general,2,20.000,28.000,33.412,81.412"
    )
    here.told.correct(1, "written", "written", was=71, is_=72)
    assert (here.projected(f"{AT}/ranking")["complete"], here.projected(f"{AT}/ranking")["rows"]) == (False, 2)


def test_no_open_release_tells_an_alias_before_the_ranking(here: Asked) -> None:
    here.told.open()
    appointed = CandidateAppointed(alias=here.told.alias(1), decree="1", unit="pkm-03", post="perawat", on=DAY)
    here.told.tell("selection", f"seat-{VACANCY}+general+1", appointed)
    text = json.dumps(here.projected(f"{AT}/open-data.json"))
    assert here.told.alias(1) not in text
    here.told.publish([(1, "80.000")])
    assert here.told.alias(1) in json.dumps(here.projected(f"{AT}/open-data.json"))


GRADES = ("good", "needs_improvement", "poor", "very_good", "very_poor")


def officers(here: Asked, many: int, grade: str = "good", seat: bool = True) -> None:
    """So many onboarded in the unit, each evaluated once and trained for 20 hours."""
    for n in range(1, many + 1):
        id = f"0ff1ce{n:02}"
        here.told.folder.keys.enrol({f"officer{n}": [id]})
        onboarded = OfficerOnboarded(
            seat=f"seat-{VACANCY}+general+{n}" if seat else f"seat-{OTHER}+general+{n}", alias=here.told.alias(n),
            unit="pkm-03", post="perawat", on=DAY, mentor="f" * 32,
        )  # fmt: skip
        here.told.tell("training", f"officer-pauh.{id}", onboarded)
        evaluated = OfficerEvaluated(
            results="as_expected", behaviours={"b1": "as_expected"}, grade=grade, coworkers=3, words=WORDS,
            pack_digest="a" * 64,
        )  # fmt: skip
        here.told.tell("feedback", f"evaluation-pauh.{id}+2027", evaluated)
        done = TrainingCompleted(hours=Decimal(20), on=DAY, certificate=f"{n:064}")
        here.told.tell("training", f"enrolment-pauh.d1+1+{id}", done)


def test_a_unit_shows_nothing_of_fewer_than_ten(here: Asked) -> None:
    officers(here, 9)
    small = SurveyResultPublished(
        period="2027", codes=20, respondents=9, means={"u1": Decimal("3.2")}, value=Decimal("80.00"), grade="B", as_of=1
    )
    here.told.tell("feedback", f"service-{UNIT}+poli", small)
    found = here.projected(f"/units/{UNIT}/performance?period=2027")
    assert (found["surveys"], found["grades"]) == ([], dict.fromkeys(GRADES))
    assert found["plans"] == {"closed": None, "open": None}, "no key tells what anybody got"
    assert "evaluated" not in found
    assert "training_hours" not in found


def test_a_unit_of_ten_shows_grades_hours_and_surveys(here: Asked) -> None:
    officers(here, 12)
    result = SurveyResultPublished(
        period="2027-1", codes=40, respondents=30, means={"u1": Decimal("3.2")}, value=Decimal("80.00"), grade="B",
        as_of=1,
    )  # fmt: skip
    here.told.tell("feedback", f"service-{UNIT}+poli", result)
    here.told.tell("training", "enrolment-pauh.d1+1+0ff1ce01", EnrolmentCancelled(reason="mistake"))
    found = here.projected(f"/units/{UNIT}/performance?period=2027")
    assert (found["evaluated"], found["grades"], found["training_hours"]) == (10, dict.fromkeys(GRADES), 18)
    assert [(one["service"], one["value"], one["grade"]) for one in found["surveys"]] == [("poli", "80.00", "B")]
    assert found["as_of"] == {"feedback": 13, "training": 25}


def test_an_officer_reads_their_own_as_do_head_and_hr(here: Asked) -> None:
    officers(here, 1)
    told = here.told
    for n, answer in enumerate((3, 3, 2)):
        given = CoworkerFeedbackGiven(group="peers", answers={"b1": answer})
        told.tell("feedback", "review-pauh.0ff1ce01+2027", given)
        told.tell("feedback", "review-pauh.0ff1ce01+2028", given)
        if n < 2:
            told.tell(
                "feedback", "review-pauh.0ff1ce01+2027", CoworkerFeedbackGiven(group="reports", answers={"b1": 1})
            )
    plan, stream = Measure(id="m1", kind="competence", until=DAY), "support-pauh.0ff1ce01+1"
    told.tell("feedback", stream, SupportPlanOpened(
        cause="grade", gaps=("b1",), measures=(plan,), officers=("0ff1ce01",), review=DAY,
    ))  # fmt: skip
    told.tell("feedback", stream, SupportPlanProgressed(measure="m1", state="done"))
    told.tell("feedback", stream, SupportPlanClosed(outcome="reached", trainings=(), evaluation="feedback:1"))
    path = f"/officers/{OFFICER}/performance"
    here.projected(path, status=401)
    for stranger in ("person-2", "other-head", "elsewhere", "secretary"):
        here.projected(path, stranger, status=404)
    found = here.projected(path, "person-1")
    assert found == here.projected(path, "head") == here.projected(path, "hr")
    assert [(one["period"], one["grade"]) for one in found["evaluations"]] == [("2027", "good")]
    assert found["coworkers"] == [{"period": "2027", "group": "peers", "givers": 3, "means": {"b1": "2.67"}}], (
        "neither two givers nor a period that still runs"
    )
    assert (found["training_hours"], found["unit"]) == ({"2027": "20"}, UNIT)
    assert found["plans"] == [
        {"cause": "grade", "state": "closed", "outcome": "reached", "measures": {"m1": "done"},
         "review": "2027-07-01"},
    ]  # fmt: skip


def needed(here: Asked) -> None:
    """A need, fixed and advertised."""
    stream = "need-pauh.pkm-03+perawat+2027"
    proposed = NeedProposed(analysis=2, tasks=(), staff=4, hours=Decimal(1250), pack="abk-2020", seats=4)
    here.told.tell("intake", stream, proposed, NeedRecommended(seats=3, letter="1"))
    here.told.tell("intake", stream, NeedApproved(seats=2, decree="2", on=DAY))
    here.told.tell("intake", f"vacancy-{VACANCY}", PUBLISHED)


def test_a_need_is_followed_until_somebody_is_at_work(here: Asked) -> None:
    needed(here)
    seat = f"seat-{VACANCY}+general+1"
    appointed = CandidateAppointed(alias=here.told.alias(1), decree="1", unit="pkm-03", post="perawat", on=DAY)
    here.told.tell("selection", seat, appointed)
    here.told.tell("selection", f"seat-{VACANCY}+general+2", appointed)
    revoked = AppointmentRevoked(reason="papers", ground="law", decree="3", on=DAY, words="Batal")
    here.told.tell("selection", f"seat-{VACANCY}+general+2", revoked)
    officers(here, 1)
    here.told.tell("training", f"officer-{OFFICER}", OfficerDeparted(reason="own_wish", on=DAY))
    here.projected("/needs?year=2027", "head", status=403)
    assert here.projected("/needs?year=2027", "elsewhere")["needs"] == []
    found = here.projected("/needs?year=2027", "hr")
    assert found["needs"] == [
        {"need": "pauh.pkm-03+perawat+2027", "unit": UNIT, "post": "perawat", "year": 2027, "staff": 4, "proposed": 4,
         "recommended": 3, "approved": 2, "advertised": 2, "appointed": 1, "onboarded": 1, "departed": 1},
    ]  # fmt: skip
    here.told.tell("intake", f"vacancy-{VACANCY}", VacancyCancelled(reason="budget", words="Batal"))
    assert here.projected("/needs?year=2027", "hr")["needs"][0]["advertised"] == 0


@pytest.mark.parametrize(("many", "said"), [(9, 0), (10, 3)])
def test_what_a_stage_foretold_is_told_of_ten_officers_or_more(here: Asked, many: int, said: int) -> None:
    here.told.open(seats=12, roster=12)
    for n in range(1, many + 1):
        here.told.whole(n, 60 + n, 80, (80, 80, 80, 80))
    officers(here, many)
    found = here.projected("/needs?year=2027", "hr")["validity"]
    assert len(found) == said
    if found:
        assert [one["stage"] for one in found] == ["competence", "interview", "written"]
        assert (found[0]["mean"], found[0]["n"], found[0]["grade"]) == ("20.000", 10, "good")
