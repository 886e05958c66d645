"""Intake over HTTP: a vacancy from its need to the answer of an objection, as the people concerned send and read it."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest

from services.intake import applications, needs, posts, queries, rounds, vacancies
from services.intake.applications import (
    CheckDocuments,
    DecideCheckObjection,
    FileCheckObjection,
    SubmitApplication,
    WithdrawApplication,
)
from services.intake.checking import AnnounceCheck, AssignVerifier
from services.intake.examples import EXAMPLES
from services.intake.needs import ProposeNeed
from services.intake.posts import AdoptJobAnalysis, AssignActingOfficer
from services.intake.rounds import CloseRound
from services.intake.rulepacks import AdoptRulePack
from services.intake.vacancies import (
    AnnounceVacancy,
    CancelVacancy,
    CloseApplications,
    ExtendDeadline,
    ListVacancy,
    PublishVacancy,
)
from shared.events import instant
from shared.events.intake import Formation
from shared.events.platform import ImportedRow
from shared.ledger import verify
from shared.runtime.calls import Call, authored_fields
from shared.runtime.http import bodies
from shared.runtime.problems import SENTENCES
from tests.services.intake_site import (
    CLOSING,
    DEADLINE,
    FEBRUARY,
    MARCH,
    NEED,
    POST,
    ROUND,
    SUBJECTS,
    VACANCY,
    World,
    file,
    ident,
    opened,
    publish,
    site,
)

NOTICE = f"/vacancy/{VACANCY}"
MET = [{"requirement": one, "result": "met", "reason": "seen"} for one in ("r1", "r2")]
LATER = dt.datetime(2027, 3, 31, 2, tzinfo=dt.UTC)
UNTIL = "2027-04-03T17:00:00.000000Z"  # three days after 31 March, half-open (Permenpan RB 28/2021 art. 31)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with site(tmp_path / "data") as made:
        yield made


@pytest.fixture
def open_(world: World) -> World:
    """A vacancy is published; it is March, and applications are open."""
    opened(world)
    publish(world)
    world.now[0] = MARCH
    return world


def sworn(world: World) -> None:
    """Two persons have applied; the roll is closed and a verifier sworn."""
    for person in ("person-0", "person-1"):
        assert world.submit(person).status_code == 200
    world.now[0] = CLOSING
    assert [one.refused for one in world.tick()] == [None]
    body = {**EXAMPLES[AssignVerifier], "verifier": SUBJECTS["verifier"], "tie_count": 0, "ties": []}
    world.must("hr", f"{NOTICE}/assign-verifier", body)


def announced(world: World) -> None:
    """One has failed, one has not, and both are told."""
    sworn(world)
    world.must("verifier", f"{file('person-0')}/check-documents", EXAMPLES[CheckDocuments])
    world.must("verifier", f"{file('person-1')}/check-documents", {**EXAMPLES[CheckDocuments], "findings": MET})
    world.now[0] = LATER
    world.must("committee", f"{NOTICE}/announce-check", EXAMPLES[AnnounceCheck])


def problem(answer: Any, status: int, code: str) -> Any:
    """The problem of an answer."""
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
    return answer.json()


# --- the table of acts ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", list(EXAMPLES), ids=lambda one: one.__name__)
def test_every_example_is_a_body_of_its_command(command: Any) -> None:
    example = EXAMPLES[command]
    bodies.shape_of(command).model_validate(example)
    assert isinstance(bodies.command_of(command, example), command)
    assert {f"{name}_" if f"{name}_" in command.__slots__ else name for name in example} <= set(
        authored_fields(command)
    )


def test_every_command_that_people_send_has_one_route_and_no_other_has(world: World) -> None:
    """A vacancy of an official list is an import's, the closing of a roll the timetable's."""
    made = world.acts()
    known: set[Any] = {AdoptRulePack}
    known |= {kind for of in (applications, needs, posts, rounds, vacancies) for kind in get_args(of.Command)}
    assert {act.command for act in made} == EXAMPLES.keys() == known - {ListVacancy, CloseApplications}
    assert len(made) == len({act.command for act in made})
    assert all(act.rule.roles for act in made)


def test_every_read_says_who_may_and_hangs_where_intakes_routes_hang() -> None:
    for made in queries.routers():
        for route in made.routes:
            assert route.path.startswith("/api/intake/v1/")  # type: ignore[attr-defined]
            rules = [one.call.rule for one in route.dependant.dependencies if hasattr(one.call, "rule")]  # type: ignore[attr-defined]
            assert len(rules) == 1, route.path  # type: ignore[attr-defined]


# --- who may ----------------------------------------------------------------------------------------------------


def test_a_need_is_proposed_by_the_head_of_its_own_unit(world: World) -> None:
    world.must("hr", f"/post/{POST}/adopt-job-analysis", EXAMPLES[AdoptJobAnalysis])
    path = f"/need/{NEED}/propose-need"
    for who in ("other-head", "elsewhere"):
        problem(world.act(who, path, EXAMPLES[ProposeNeed]), 404, "object.unknown")
    problem(world.act("hr", path, EXAMPLES[ProposeNeed]), 403, "role.missing")
    problem(world.act(None, path, EXAMPLES[ProposeNeed]), 401, "signin.missing")
    world.must("unit-head", path, EXAMPLES[ProposeNeed])


def test_an_agencys_acts_are_its_officials_alone(open_: World) -> None:
    """Another agency's official meets what is not there; one of the agency without the role is told so."""
    for path, command, role in (
        (f"/post/{POST}/assign-acting-officer", AssignActingOfficer, "hr"),
        (f"{NOTICE}/announce-vacancy", AnnounceVacancy, "ppk"),
        (f"{NOTICE}/cancel-vacancy", CancelVacancy, "hr"),
        (f"{NOTICE}/announce-check", AnnounceCheck, "hr"),
        (f"{file('person-0')}/check-documents", CheckDocuments, "committee"),
        (f"/round/{ROUND}/close-round", CloseRound, "ppk"),
        ("/rulepack/pauh.local-2027/adopt-rule-pack", AdoptRulePack, "hr"),
    ):
        problem(open_.act("elsewhere", path, EXAMPLES[command]), 404, "object.unknown")
        problem(open_.act(role, path, EXAMPLES[command]), 403, "role.missing")


def test_what_only_the_server_says_is_no_field_of_a_body(open_: World) -> None:
    for path, who, body in (
        (f"{file('person-0')}/submit-application", "person-0", {**EXAMPLES[SubmitApplication], "round": ROUND}),
        (f"{NOTICE}/publish-vacancy", "hr", {**EXAMPLES[PublishVacancy], "key": "c" * 64}),
        (f"{NOTICE}/announce-check", "committee", {"fails": 0}),
        (f"/round/{ROUND}/close-round", "hr", {**EXAMPLES[CloseRound], "undecided": []}),
    ):
        problem(open_.act(who, path, body), 422, "request.invalid")


def test_what_the_legal_office_adopts_is_listed(world: World) -> None:
    world.must("ppk", "/rulepack/pauh.local-2027/adopt-rule-pack", EXAMPLES[AdoptRulePack])
    (pack,) = world.said("/rulepacks")["rulepacks"]
    assert (pack["rulepack"], pack["version"], pack["is_here"]) == ("pauh.local-2027", 1, False)
    assert pack["from_day"] == "2027-01-01"


# --- the notice -------------------------------------------------------------------------------------------------


def test_every_fault_of_a_notice_is_named_with_its_part(world: World) -> None:
    """Weights that do not sum to 100 are refused at the weights, seats above the need at the seats; all at once."""
    opened(world)
    body: Any = {**EXAMPLES[PublishVacancy], "formations": [{"kind": "general", "seats": 3, "educations": ["Ners"]}]}
    scheme = body["scheme"]
    stages = [scheme["stages"][0], {**scheme["stages"][1], "weight": "50"}]
    faulty = {**body, "scheme": {**scheme, "stages": stages}}
    said = problem(world.act("hr", f"{NOTICE}/publish-vacancy", faulty), 422, "notice.above_fixed")
    assert said["faults"] == [
        {"code": code, "about": about, "id": SENTENCES[code][0], "en": SENTENCES[code][1]}
        for code, about in (
            ("notice.above_fixed", "3 > 2"), ("scheme.weights", "90"), ("scheme.stage_weight", "skb: 50"),
        )
    ]  # fmt: skip
    without = problem(world.act("hr", f"{NOTICE}/publish-vacancy", EXAMPLES[PublishVacancy]), 409, "act.needs_approval")
    assert "faults" not in without
    assert world.get(NOTICE).status_code == 404


def test_a_notice_that_only_its_author_can_mend_is_put_before_nobody(world: World) -> None:
    """A need may be fixed while a second person reads; weights will not mend themselves."""
    body: Any = EXAMPLES[PublishVacancy]
    path = f"{NOTICE}/publish-vacancy/propose"
    stages = [body["scheme"]["stages"][0], {**body["scheme"]["stages"][1], "weight": "50"}]
    faulty = {**body, "scheme": {**body["scheme"], "stages": stages}}
    problem(world.act("hr", path, faulty), 422, "scheme.weights")
    first = world.act("hr", path, body, key="one")
    assert first.status_code == 200
    world.now[0] = DEADLINE
    problem(world.act("hr", path, body), 422, "timeline.past")
    again = world.act("hr", path, body, key="one")
    assert (again.json()["approval"], again.json()["repeated"]) == (first.json()["approval"], True)


def test_a_published_vacancy_reads_as_it_was_frozen(open_: World) -> None:
    found = open_.said(NOTICE)
    assert (found["state"], found["seats"], found["agency"], found["until"]) == ("open", 2, "pauh", instant(DEADLINE))
    assert found["notice"]["requirements"] == EXAMPLES[PublishVacancy]["requirements"]
    assert found["notice"]["scheme"] == EXAMPLES[PublishVacancy]["scheme"]
    assert found["published"]["position"] == found["deadlines"][0]["position"] == found["position"]
    open_.must("hr", f"{NOTICE}/announce-vacancy", EXAMPLES[AnnounceVacancy])
    answers = open_.by_two("hr", "ppk", f"{NOTICE}/extend-deadline", EXAMPLES[ExtendDeadline])
    assert [one.refused for one in answers] == [None]
    later = open_.said(NOTICE)
    assert [one["until"] for one in later["deadlines"]] == [instant(DEADLINE), "2027-03-22T17:00:00.000000Z"]
    assert later["deadlines"][1]["outage"]["from"] == "2027-03-20T13:00:00.000000Z"
    assert (later["until"], later["channels"][0]["channel"]) == ("2027-03-22T17:00:00.000000Z", "noticeboard")
    shorter = {**EXAMPLES[ExtendDeadline], "until": "2027-03-21T17:00:00Z"}
    said = problem(open_.act("hr", f"{NOTICE}/extend-deadline", shorter), 409, "deadline.shorter")
    assert said["deadline"] == "2027-03-22T17:00:00.000000Z"


def test_a_notice_that_has_not_changed_is_not_sent_again(open_: World) -> None:
    first = open_.get(NOTICE)
    again = open_.get(NOTICE, **{"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert open_.submit("person-0").status_code == 200
    assert open_.get(NOTICE, **{"If-None-Match": first.headers["etag"]}).status_code == 304
    open_.must("hr", f"{NOTICE}/announce-vacancy", EXAMPLES[AnnounceVacancy])
    changed = open_.get(NOTICE, **{"If-None-Match": first.headers["etag"]})
    assert changed.status_code == 200
    open_.now[0] = DEADLINE
    ended = open_.get(NOTICE, **{"If-None-Match": changed.headers["etag"]})
    assert (ended.status_code, ended.json()["state"]) == (200, "ended")


def test_the_scheme_is_readable_in_both_languages(open_: World) -> None:
    indonesian = open_.get(f"{NOTICE}/scheme").json()
    english = open_.get(f"{NOTICE}/scheme", **{"Accept-Language": "en"}).json()
    assert [(one["id"], one["weight"]) for one in english["stages"]] == [("skd", "40"), ("skb", "60")]
    assert english["stages"][0]["parts"][0] == {
        "id": "tiu", "label": "TIU (general intelligence test)", "points": "175",
    }  # fmt: skip
    assert indonesian["stages"][0]["parts"][0]["label"] == "TIU (tes intelegensia umum)"
    assert english["stages"][1]["parts"][0]["percent"] == "60"
    assert [one["id"] for one in english["ties"]][:2] == ["final", "skd"]
    assert english["ties"][-1]["label"] == "tie decided by the committee"
    assert "art. 45" in english["formula"][-1]["article"]


def test_vacancies_come_by_page_and_by_filter(open_: World) -> None:
    """Published ones and those of official lists, in one order."""
    for number in (13, 15):
        listed(open_, f"pauh.2027-0{number}", "papua")
    listed(open_, "kota-x.v-1", "general")
    every = ["kota-x.v-1", "pauh.2027-013", VACANCY, "pauh.2027-015"]
    assert ids(open_, "limit=200") == every
    assert ids(open_, "state=open") == ids(open_, f"round={ROUND}") == ids(open_, "q=PERAWAT") == [VACANCY]
    assert ids(open_, "kind=general") == ["kota-x.v-1", VACANCY]
    assert ids(open_, "kind=gener%25") == ids(open_, "state=closed") == ids(open_, "unit=nowhere") == []
    assert ids(open_, "state=listed&agency=pauh") == ["pauh.2027-013", "pauh.2027-015"]
    found: list[str] = []
    after: str | None = ""
    while after is not None:
        page = open_.said(f"/vacancies?limit=1&after={after}")
        found += [one["vacancy"] for one in page["vacancies"]]
        after = page.get("next")
    assert found == every
    assert "next" not in open_.said("/vacancies?limit=4")
    (row,) = open_.said("/vacancies?state=open")["vacancies"]
    assert row["formations"] == EXAMPLES[PublishVacancy]["formations"]
    for state, moment in (("upcoming", FEBRUARY), ("ended", DEADLINE)):
        open_.now[0] = moment
        assert ids(open_, f"state={state}") == [VACANCY]
        assert ids(open_, "state=open") == []
    problem(open_.get("/vacancies?limit=201"), 422, "request.invalid")
    problem(open_.get("/vacancies?state=strange"), 422, "request.invalid")


def ids(world: World, asked: str) -> list[str]:
    return [one["vacancy"] for one in world.said(f"/vacancies?{asked}")["vacancies"]]


def listed(world: World, vacancy: str, kind: str) -> None:
    source = ImportedRow(import_="a" * 64, row=1)
    formations = (Formation(kind=kind, seats=1, educations=("S-1",)),)
    command = ListVacancy(unit="Unit X", post="PENATA", formations=formations, source=source)
    call = Call(
        stream=f"vacancy-{vacancy}", command=command, by="tester", key=vacancy, received_at=instant(world.now[0])
    )
    assert world.pipeline.send(call).refused is None


def test_a_vacancy_of_an_official_list_is_there_and_has_no_scheme_of_ours(world: World) -> None:
    listed(world, "kota-x.v-1", "general")
    found = world.said("/vacancy/kota-x.v-1")
    assert (found["state"], found["seats"], found["deadlines"]) == ("listed", 1, [])
    problem(world.get("/vacancy/kota-x.v-1/scheme"), 404, "object.unknown")
    problem(world.get("/vacancy/kota-x.v-1/jobposting"), 404, "object.unknown")


# --- applying ---------------------------------------------------------------------------------------------------


def test_an_application_is_sent_once(open_: World) -> None:
    first = open_.submit("person-0", key="one")
    again = open_.submit("person-0", key="one")
    assert (first.status_code, again.status_code) == (200, 200)
    assert (first.json()["events"], again.json()["repeated"]) == (1, True)
    assert first.json()["position"] == again.json()["position"]
    assert open_.vouched[0][1][0].file.id == EXAMPLES[SubmitApplication]["documents"][0]["file"]["id"]
    (mine,) = open_.said("/applications", "person-0")["applications"]
    assert (mine["application"], mine["state"]) == (f"pauh.{ident('person-0')}", "submitted")
    assert mine["words"].startswith("Lamaran Anda terkirim")
    assert open_.said("/applications", "person-1")["applications"] == []


def test_an_id_is_used_by_whom_people_claim_it_for_and_by_nobody_else(open_: World) -> None:
    """With somebody else's, another round's agency, or one that has ended: alike in every byte. Without the header it
    is named, for it is one's own to send."""
    path, body = f"{file('person-0')}/submit-application", EXAMPLES[SubmitApplication]
    short = open_.claim("person-0", lasts=dt.timedelta(seconds=1))
    claims = ["", "x.y.z", open_.claim("person-1"), open_.claim("person-0", "kota-x.2027-1")]
    problem(open_.act("person-0", path, body), 422, "claim.missing")
    answers = [open_.act("person-0", path, body, **{"Application-Claim": claim}) for claim in claims]
    answers.append(open_.act("person-1", path, body, **{"Application-Claim": open_.claim("person-0")}))
    open_.now[0] += dt.timedelta(seconds=2)
    answers.append(open_.act("person-0", path, body, **{"Application-Claim": short}))
    assert {(one.status_code, one.content) for one in answers} == {(404, answers[0].content)}
    assert open_.vouched == []


def test_documents_are_the_applicants_own(open_: World) -> None:
    body: Any = EXAMPLES[SubmitApplication]
    document = {**body["documents"][0], "file": {"id": "f" * 32, "mac": "0" * 64}}
    problem(open_.submit("person-0", {**body, "documents": [document]}), 422, "application.document_unknown")


def test_no_sentence_about_a_person_enters_an_event(open_: World) -> None:
    """What is recorded for ever is a code, whoever sends it."""
    body: Any = EXAMPLES[SubmitApplication]
    for wrong in ({"statements": ["I was born in Pauh"]}, {"channel": ""}):
        problem(open_.submit("person-0", {**body, **wrong}), 422, "application.code")
    assert open_.vouched == []
    assert open_.submit("person-0").status_code == 200
    findings = [{**MET[0], "result": "not_met", "reason": "looks forged"}, MET[1]]
    answer: Any = EXAMPLES[DecideCheckObjection]
    for who, act, sentence in (
        ("person-0", "withdraw-application", {"reason": "my mother is ill"}),
        ("verifier", "check-documents", {**EXAMPLES[CheckDocuments], "findings": findings}),
        ("committee", "decide-check-objection", {**answer, "fault": "the verifier, I think"}),
        ("committee", "decide-check-objection/propose", {**answer, "findings": findings}),
    ):
        problem(open_.act(who, f"{file('person-0')}/{act}", sentence), 422, "application.code")


def test_what_the_notice_asks_for_is_told_to_whom_it_lacks(open_: World) -> None:
    body: Any = EXAMPLES[SubmitApplication]
    other = [{**body["documents"][0], "requirement": "r9"}]
    for wrong, code, name, said in (
        ({"documents": []}, "application.document_missing", "requirements", ["r1"]),
        ({"documents": other}, "application.requirement_unknown", "requirements", ["r1", "r2"]),
        ({"kind": "papua"}, "application.kind", "kinds", ["general"]),
    ):
        assert problem(open_.submit("person-0", {**body, **wrong}), 422, code)[name] == said
    sworn(open_)
    path = f"{file('person-0')}/check-documents"
    half = {**EXAMPLES[CheckDocuments], "findings": MET[:1]}
    assert problem(open_.act("verifier", path, half), 422, "check.incomplete")["requirements"] == ["r1", "r2"]


def test_a_deadline_is_told_exactly(open_: World) -> None:
    """reliability B20: half-open; who comes late keeps the draft."""
    open_.now[0] = DEADLINE
    late = problem(open_.submit("person-0"), 409, "application.late")
    assert late["deadline"] == "2027-03-20T17:00:00.000000Z"
    assert "draft" not in late  # whether there is one, people's service knows
    assert late["title"].endswith(("tetap tersimpan.", "is kept."))
    open_.now[0] = FEBRUARY
    early = problem(open_.submit("person-0"), 409, "application.early")
    assert early["opens"] == "2027-03-01T01:00:00.000000Z"
    open_.now[0] = DEADLINE - dt.timedelta(microseconds=1)
    assert open_.submit("person-0").status_code == 200


def test_one_application_per_round_and_the_first_is_named(open_: World) -> None:
    assert open_.submit("person-0").status_code == 200
    said = problem(
        open_.submit("person-0", {**EXAMPLES[SubmitApplication], "vacancy": "pauh.2027-015"}),
        409, "application.one_per_round",
    )  # fmt: skip
    assert said["vacancy"] == VACANCY
    problem(open_.submit("person-1", claim=open_.claim("person-1", "pauh.2027-2")), 409, "application.other_round")


def test_an_application_is_its_persons_alone(open_: World) -> None:
    """Unknown and foreign alike, to read and to act on."""
    assert open_.submit("person-0").status_code == 200
    for path, body in (
        ("withdraw-application", EXAMPLES[WithdrawApplication]),
        ("file-check-objection", EXAMPLES[FileCheckObjection]),
    ):
        foreign = open_.act("person-1", f"{file('person-0')}/{path}", body)
        unknown = open_.act("person-1", f"{file('person-1')}/{path}", body)
        problem(foreign, 404, "object.unknown")
        assert alike(foreign) == alike(unknown)
    for who in ("person-1", "hr", "verifier", "elsewhere"):
        problem(open_.get(file("person-0"), who), 404, "object.unknown")
    problem(open_.get(file("person-0")), 401, "signin.missing")
    assert open_.said(file("person-0"), "person-0")["next"] == [{"act": "withdraw-application"}]
    open_.must("person-0", f"{file('person-0')}/withdraw-application", EXAMPLES[WithdrawApplication])
    gone = open_.said(file("person-0"), "person-0")
    assert (gone["state"], gone["next"]) == ("withdrawn", [])
    assert gone["withdrawn"]["position"] == gone["position"]


def alike(answer: Any) -> Any:
    return {name: value for name, value in answer.json().items() if name != "instance"}


def test_how_many_have_applied_is_told_when_the_roll_stands(open_: World) -> None:
    for person in ("person-0", "person-1"):
        assert open_.submit(person).status_code == 200
    assert "roll" not in open_.said(NOTICE)
    open_.now[0] = CLOSING
    assert [one.refused for one in open_.tick()] == [None]
    closed = open_.said(NOTICE)
    assert (closed["state"], closed["roll"]["rows"]) == ("closed", 2)
    last = open_.said(f"{NOTICE}/history")["events"][-1]
    assert last["type"] == "merit.intake.ApplicationsClosed.v1"
    assert last["data"].keys() == {"roll", "as_of"}  # the counts by group are hidden
    problem(open_.submit("person-2"), 409, "application.late")


# --- checking ---------------------------------------------------------------------------------------------------


def test_files_wait_for_sworn_verifiers_alone(open_: World) -> None:
    path = f"{file('person-0')}/check-documents"
    assert open_.submit("person-0").status_code == 200
    said = problem(open_.act("verifier", path, EXAMPLES[CheckDocuments]), 409, "vacancy.still_open")
    assert said["deadline"] == instant(DEADLINE)
    open_.now[0] = CLOSING
    open_.tick()
    tied = {
        **EXAMPLES[AssignVerifier],
        "verifier": SUBJECTS["verifier"],
        "ties": [{"application": ident("person-9"), "kind": "teacher"}],
    }
    open_.must("hr", f"{NOTICE}/assign-verifier", tied)
    found = open_.said("/worklist", "verifier")
    assert found["checks"] == [{"application": f"pauh.{ident('person-0')}", "vacancy": VACANCY}]
    assert found.keys() == {"checks", "as_of"}
    assert open_.said("/worklist", "bystander")["checks"] == []
    problem(open_.act("bystander", path, EXAMPLES[CheckDocuments]), 403, "check.not_assigned")
    problem(open_.get(file("person-0"), "bystander"), 404, "object.unknown")
    assert open_.said(file("person-0"), "verifier")["next"] == [{"act": "check-documents"}]
    assigned = open_.said(f"{NOTICE}/history")["events"][-1]
    assert assigned["data"]["tie_count"] == 1
    assert "ties" not in assigned["data"]
    problem(open_.get("/worklist", "person-0"), 403, "role.missing")


def test_a_verifier_with_a_tie_to_a_file_does_not_read_it(open_: World) -> None:
    for person in ("person-0", "person-1"):
        open_.submit(person)
    open_.now[0] = CLOSING
    open_.tick()
    ties = [{"application": ident("person-0"), "kind": "teacher"}]
    body = {**EXAMPLES[AssignVerifier], "verifier": SUBJECTS["verifier"], "ties": ties}
    open_.must("hr", f"{NOTICE}/assign-verifier", body)
    problem(open_.get(file("person-0"), "verifier"), 404, "object.unknown")
    assert open_.said(file("person-1"), "verifier")["state"] == "checking"


def test_a_finding_is_told_when_the_result_is_announced(open_: World) -> None:
    sworn(open_)
    open_.must("verifier", f"{file('person-0')}/check-documents", EXAMPLES[CheckDocuments])
    waiting = open_.said(file("person-0"), "person-0")
    assert waiting["state"] == "checking"
    assert waiting.keys().isdisjoint({"findings", "facts", "checked", "objection"})
    assert open_.said("/applications", "person-0")["applications"][0]["state"] == "checking"
    assert open_.said(file("person-0"), "committee")["state"] == "fails"
    said = problem(open_.act("committee", f"{NOTICE}/announce-check", EXAMPLES[AnnounceCheck]), 409, "check.unfinished")
    assert (said["files"], said["objections"]) == (1, 0)
    assert open_.said("/worklist", "hr")["vacancies"] == [
        {"vacancy": VACANCY, "state": "closed", "files": 1, "objections": 0}
    ]


def test_an_announced_failure_cites_its_requirement_and_may_be_objected_to(open_: World) -> None:
    announced(open_)
    failed = open_.said(file("person-0"), "person-0")
    assert (failed["state"], failed["words"]) == ("fails", "Tidak memenuhi syarat (TMS).")
    assert failed["findings"][0]["words"] == "STR yang masih berlaku"
    assert (failed["findings"][0]["result"], failed["findings"][0]["reason"]) == ("not_met", "expired")
    objecting = {"act": "file-check-objection", "until": UNTIL, "announcement": 1}
    assert failed["next"] == [{"act": "withdraw-application"}, objecting]
    passed = open_.said(file("person-1"), "person-1")
    assert (passed["state"], passed["next"]) == ("meets", [{"act": "withdraw-application"}])
    (check,) = open_.said(NOTICE)["checks"]
    assert (check["meets"], check["fails"], check["until"], check["is_open"]) == (1, 1, UNTIL, True)
    open_.now[0] = dt.datetime(2027, 4, 3, 17, tzinfo=dt.UTC)
    assert open_.said(file("person-0"), "person-0")["next"] == [{"act": "withdraw-application"}]
    late = open_.act("person-0", f"{file('person-0')}/file-check-objection", EXAMPLES[FileCheckObjection])
    assert problem(late, 409, "objection.late")["until"] == UNTIL


def test_an_objection_is_in_ones_own_words_and_is_answered_by_two(open_: World) -> None:
    announced(open_)
    path = f"{file('person-0')}/file-check-objection"
    foreign = {**EXAMPLES[FileCheckObjection], "words": {"id": "f" * 32, "mac": "0" * 64}}
    problem(open_.act("person-0", path, foreign), 404, "object.unknown")
    open_.must("person-0", path, EXAMPLES[FileCheckObjection])
    waiting = open_.said(file("person-0"), "person-0")
    assert (waiting["state"], waiting["next"], waiting["objection"]["announcement"]) == ("objecting", [], 1)
    (objection,) = open_.said("/worklist", "committee")["objections"]
    assert (objection["application"], objection["position"]) == (f"pauh.{ident('person-0')}", waiting["position"])
    assert open_.said("/worklist", "elsewhere")["objections"] == []
    assert open_.said(file("person-0"), "committee")["next"] == [{"act": "decide-check-objection"}]
    said = problem(open_.act("committee", f"{NOTICE}/announce-check", {"words": "2"}), 409, "check.window_open")
    assert said["until"] == UNTIL
    answers = open_.by_two(
        "committee", "hr", f"{file('person-0')}/decide-check-objection", EXAMPLES[DecideCheckObjection]
    )
    assert [one.refused for one in answers] == [None]
    decided = open_.said(file("person-0"), "person-0")
    assert (decided["state"], decided["decision"]["upheld"], decided["decision"]["meets"]) == ("meets", True, True)
    assert [one["result"] for one in decided["findings"]] == ["met", "met"]
    assert open_.said("/worklist", "committee")["objections"] == []
    assert verify.check(open_.pipeline.ledger).findings == []


# --- rounds, posts, needs ---------------------------------------------------------------------------------------


def test_a_round_counts_for_officials_and_is_public_without_counts(open_: World) -> None:
    assert open_.submit("person-0").status_code == 200
    (round_,) = open_.said("/rounds")["rounds"]
    assert (round_["round"], round_["kind"], round_["state"]) == (ROUND, "cpns", "open")
    assert round_["open_vacancies"] == [VACANCY]
    assert open_.said(f"/round/{ROUND}").items() >= round_.items()
    (row,) = open_.said(f"/round/{ROUND}/board", "hr")["vacancies"]
    assert (row["vacancy"], row["submitted"], row["withdrawn"]) == (VACANCY, 1, 0)
    problem(open_.get(f"/round/{ROUND}/board"), 401, "signin.missing")
    problem(open_.get(f"/round/{ROUND}/board", "person-0"), 403, "role.missing")
    problem(open_.get(f"/round/{ROUND}/board", "elsewhere"), 404, "object.unknown")
    problem(open_.get("/round/pauh.no/board", "hr"), 404, "object.unknown")
    problem(open_.get("/round/pauh.no"), 404, "object.unknown")
    said = problem(open_.act("hr", f"/round/{ROUND}/close-round", EXAMPLES[CloseRound]), 409, "round.vacancy_open")
    assert said["vacancies"] == [VACANCY]


def test_a_cancelled_vacancy_says_why_and_its_round_can_close(open_: World) -> None:
    assert open_.submit("person-0").status_code == 200
    answers = open_.by_two("ppk", "hr", f"{NOTICE}/cancel-vacancy", EXAMPLES[CancelVacancy])
    assert [one.refused for one in answers] == [None]
    found = open_.said(NOTICE)
    assert (found["state"], found["cancelled"]["reason"]) == ("cancelled", "need_withdrawn")
    mine = open_.said(file("person-0"), "person-0")
    assert (mine["state"], mine["next"]) == ("cancelled", [])
    open_.must("hr", f"/round/{ROUND}/close-round", EXAMPLES[CloseRound])
    closed = open_.said(f"/round/{ROUND}")
    assert (closed["state"], closed["closed_on"], closed["open_vacancies"]) == ("closed", "2027-07-30", [])


def test_a_post_and_its_need_are_public(open_: World) -> None:
    open_.must("ppk", f"/post/{POST}/assign-acting-officer", EXAMPLES[AssignActingOfficer])
    post = open_.said(f"/post/{POST}")
    assert (post["analysis"]["data"]["version"], post["analysis"]["data"]["class"]) == (1, "7")
    assert post["acting"] == [
        {"unit": "pkm-03", "since": "2027-01-04", "until": "2027-04-03", "decree": "821/17/2027",
         "late_from": "2027-07-04"}
    ]  # fmt: skip
    need = open_.said(f"/need/{NEED}")
    assert (need["state"], need["approved"]["data"]["seats"]) == ("approved", 2)
    problem(open_.get("/post/pauh.no"), 404, "object.unknown")
    problem(open_.get("/need/pauh.no+x+2027"), 404, "object.unknown")


def test_an_act_of_the_timetable_that_was_refused_waits_for_hr(open_: World) -> None:
    """Two persons want a deadline that is behind a later one by the time it is approved."""
    path, later = f"{NOTICE}/extend-deadline", {**EXAMPLES[ExtendDeadline], "until": "2027-04-30T17:00:00Z"}
    made = open_.must("hr", f"{path}/propose", EXAMPLES[ExtendDeadline])
    assert [one.refused for one in open_.by_two("hr", "ppk", path, later)] == [None]
    open_.must("ppk", f"/approval/{made['approval']}/approve", {"digest": made["digest"]})
    assert [one.refused for one in open_.tick()] == ["deadline.shorter"]
    (trouble,) = open_.said("/worklist", "hr")["troubles"]
    assert (trouble["stream"], trouble["code"]) == (f"vacancy-{VACANCY}", "deadline.shorter")
    assert open_.said("/worklist", "elsewhere")["troubles"] == []


def test_who_has_just_acted_sees_the_own_act(open_: World) -> None:
    position = open_.submit("person-0").json()["position"]
    found = open_.said(f"/applications?min=intake:{position}", "person-0")
    assert found["as_of"] == position + 1
    assert [one["position"] for one in found["applications"]] == [position]
    assert open_.said(f"/vacancies?min=intake:{position}&limit=1")["as_of"] == position + 1


def test_what_is_personal_is_kept_nowhere(open_: World) -> None:
    assert open_.submit("person-0").status_code == 200
    for path, who in ((file("person-0"), "person-0"), ("/applications", "person-0"), ("/worklist", "hr")):
        assert open_.get(path, who).headers["cache-control"] == "no-store"
    assert open_.get(f"{NOTICE}/scheme").headers["vary"] == "Accept-Language"
