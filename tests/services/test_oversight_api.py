"""Who did what when, what a ranking would be, who looked at whose data: for the agency's auditor, and who is concerned
for the last (architecture 9; domain.md 0.2, 8)."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from services.oversight.timeline import timeline
from shared.events import NotFound
from shared.events.intake import ApplicationSubmitted
from shared.events.platform import ListDigest, PersonalDataRead
from shared.events.selection import (
    ExternalOpinionRecorded,
    ScoreSealed,
    ScoresOpened,
    SessionRescheduled,
    SessionScheduled,
)
from shared.events.training import OfficerOnboarded, ProgrammeRetired
from shared.runtime.access import stream_of
from tests.domain.notices import PUBLISHED
from tests.services.projections_site import Asked, asked
from tests.services.projections_world import OTHER, ROOT, START, VACANCY, ident

AT = f"/vacancies/{VACANCY}"


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Asked]:
    with asked(tmp_path / "data") as made:
        yield made


def test_a_timeline_is_every_act_about_a_vacancy_in_every_ledger(here: Asked) -> None:
    told, end = here.told, START + dt.timedelta(hours=2)
    told.tell("intake", f"vacancy-{VACANCY}", PUBLISHED, actor="a1")
    told.tell("intake", f"vacancy-{OTHER}", PUBLISHED, actor="a1")
    told.open()
    told.tell("selection", f"selection-{OTHER}", ExternalOpinionRecorded(
        about="three", body="bkn", letter="1", verdict="ok", on=dt.date(2027, 5, 1),
    ))  # fmt: skip
    session = SessionScheduled(
        stage="written", site="a", room="1", from_=START, to=end, seats=20, seated=ListDigest(rows=1, root=ROOT),
        vacancies=(VACANCY,),
    )  # fmt: skip
    told.tell("selection", "session-pauh.s1", session)
    moved = SessionRescheduled(
        stage="written", site="a", room="2", from_=START, to=end, seats=20, seated=ListDigest(rows=1, root=ROOT),
        vacancies=(OTHER,), reason="outage",
    )  # fmt: skip
    told.tell("selection", "session-pauh.s2", moved)
    told.written(1, 63)
    onboarded = OfficerOnboarded(
        seat=f"seat-{VACANCY}+general+1", alias="A", unit="pkm-03", post="perawat", on=dt.date(2027, 7, 1),
        mentor="f" * 32,
    )  # fmt: skip
    told.folder.keys.enrol({"officer1": ["0ff1ce01"]})
    told.tell("training", "officer-pauh.0ff1ce01", onboarded, actor="head")
    told.tell("training", "programme-pauh.d1", ProgrammeRetired(reason="old"))
    found = here.overseen(f"{AT}/timeline")
    assert [(one["ledger"], one["act"], one["role"]) for one in found["lines"]] == [
        ("intake", "VacancyPublished", "hr"), ("selection", "SelectionOpened", "secretary"),
        ("selection", "SessionScheduled", "committee"), ("selection", "AttendanceRecorded", "supervisor"),
        ("selection", "StageScored", "panel"), ("training", "OfficerOnboarded", "unit_head"),
    ]  # fmt: skip
    lines = {one["act"]: one for one in found["lines"]}
    assert lines["SelectionOpened"]["what"]["roster"] == 3, "a list is told by its rows"
    assert lines["SessionScheduled"]["what"]["vacancies"] == 1
    assert lines["OfficerOnboarded"]["actor"] == "head"
    assert found["as_of"] == {"intake": 2, "selection": 6, "training": 2}


def test_an_application_is_about_the_vacancy_that_it_names(here: Asked) -> None:
    told = here.told
    told.tell("intake", f"vacancy-{VACANCY}", PUBLISHED)
    told.folder.keys.found({VACANCY: VACANCY})
    for n, vacancy in ((1, VACANCY), (2, OTHER)):
        sent = ApplicationSubmitted(
            vacancy=vacancy, applicant=f"p{n}", kind="general", documents=(), statements=(), deadline=0, channel="web"
        )
        told.tell("intake", f"application-pauh.{ident(n)}", sent, actor=f"p{n}")
    acts = [line.act for line in timeline({"intake": told.ledgers["intake"]}, VACANCY)]
    assert acts == ["VacancyPublished", "ApplicationSubmitted"]


def test_only_the_agencys_auditor_looks_back(here: Asked) -> None:
    here.told.open()
    for path in ("/timeline", "/seals", "/replay"):
        here.overseen(AT + path, None, status=401)
        here.overseen(AT + path, "secretary", status=403)
        here.overseen(AT + path, "elsewhere", status=404)
        here.overseen(f"/vacancies/{OTHER}{path}", status=404)
    with pytest.raises(NotFound):
        timeline(here.told.ledgers, OTHER)


def test_seals_are_told_by_their_times_alone(here: Asked) -> None:
    """A sealed sheet is read by nobody; a seal after the opening would show."""
    told = here.told
    told.open()
    for n in (1, 2):
        for who in ("p1", "p2"):
            told.candidate(n, ScoreSealed(stage="competence", panelist=who, seal="e" * 64), actor=who)
    opened = ScoresOpened(stage="competence", seals=ListDigest(rows=4, root=ROOT), candidates=2, missing=())
    told.tell("selection", f"selection-{VACANCY}", opened)
    told.candidate(3, ScoreSealed(stage="competence", panelist="p2", seal="e" * 64), actor="p2")
    told.candidate(3, ScoreSealed(stage="interview", panelist="p2", seal="e" * 64), actor="p2")
    found = here.overseen(f"{AT}/seals")["sealings"]
    assert [(one["stage"], one["panelist"], one["seals"], one["late"]) for one in found] == [
        ("competence", "p1", 2, 0), ("competence", "p2", 3, 1), ("interview", "p2", 1, 0),
    ]  # fmt: skip
    assert found[0]["first"] < found[0]["last"] < found[0]["opened_at"]
    assert "opened_at" not in found[2]


def test_a_replay_over_http(here: Asked) -> None:
    told = here.told
    told.open(seats=1)
    told.whole(1, 80, 80, (60, 60, 60, 60))
    told.whole(2, 60, 80, (95, 95, 95, 95))
    whole = here.overseen(f"{AT}/replay")
    assert (whole["moves"], whole["before"] == whole["after"]) == ([], True)
    found = here.overseen(f"{AT}/replay?without_stage=interview")
    assert [(one["alias"], one["how"], one["was"], one["is"], one["into_seats"]) for one in found["moves"]] == [
        (told.alias(1), "rose", 2, 1, True), (told.alias(2), "fell", 1, 2, False),
    ]  # fmt: skip
    assert here.overseen(f"{AT}/replay?without_panelist=p1")["moves"] == []
    assert len(here.overseen(f"{AT}/replay?as_of=17")["before"]) == 1
    assert here.overseen(f"{AT}/replay?without_stage=paper", status=422)["code"] == "replay.stage_unknown"
    assert here.overseen(f"{AT}/replay?without_panelist=p9", status=422)["code"] == "replay.panelist_unknown"


def test_who_read_what_is_for_the_person_and_the_auditor(here: Asked) -> None:
    mine = f"candidate-{VACANCY}+{ident(1)}"
    looked = PersonalDataRead(reader="anna", role="committee", what=("name",), ground="objection")
    here.told.candidate(1, ScoreSealed(stage="competence", panelist="p1", seal="e" * 64))
    here.told.tell("selection", stream_of(mine), looked)
    found = here.overseen(f"/access/{mine}", "person-1")
    assert found == here.overseen(f"/access/{mine}")
    assert [(one["reader"], one["what"], one["ground"]) for one in found["reads"]] == [("anna", ["name"], "objection")]
    here.overseen(f"/access/{mine}", None, status=401)
    for stranger in ("person-2", "secretary", "elsewhere"):
        here.overseen(f"/access/{mine}", stranger, status=404)
    here.overseen("/access/role-pauh.x", status=404)
    here.overseen("/access/nothing-pauh.x", status=404)
