"""Feedback over HTTP: who may do what, what is said to whom, and what no log line tells."""

import datetime as dt
import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from starlette.testclient import TestClient

from services.feedback import api
from services.feedback.collecting import collect
from services.feedback.complaints import AnswerComplaint
from services.feedback.evaluations import AgreePlan, EvaluateOfficer
from services.feedback.examples import EXAMPLES
from services.feedback.support import NameCause
from services.feedback.surveys import IssueCodes
from shared.events import instant
from shared.events.feedback import ComplaintFiled, FeedbackReceived, OfficerReplied
from shared.events.platform import Words
from shared.runtime.http.app import application
from shared.runtime.http.arrivals import Arrivals
from shared.runtime.http.bodies import shape_of
from shared.runtime.http.site import Site
from shared.runtime.identity import Principal, Signer, Verifier
from tests.services.feedback_world import NINE, OFFICERS, TARGET, UNIT, World, at, world
from tests.services.test_feedback_loop import SUMS

API = "/api/feedback/v1"
HELD: dict[str, tuple[str, set[str]]] = {
    "counter": (UNIT, {"counter"}),
    "counter-2": (UNIT, {"counter"}),
    "elsewhere": ("pauh.dinkes.pkm-04", {"counter", "unit_head"}),
    "hr": ("pauh.bkpsdm", {"hr"}),
    "head": (UNIT, {"unit_head"}),
    **{name: (UNIT, {"officer", "coworker"}) for name in ("ani", "budi", "cici", "dodi")},
}
SURVEY = f"survey/{TARGET}+2027-03-02"
ABOUT = f"pauh.{OFFICERS['ani']}+2027-q1"


class Door:
    """Everybody's token is their name."""

    def principal(self, token: str, unit: str | None, now: dt.datetime) -> Principal | None:
        held, roles = HELD.get(token, ("", set()))
        subject = OFFICERS.get(token, token)
        return Principal(
            subject=subject, roles=frozenset({"applicant", *roles}), unit=held, authenticated_at=instant(now)
        )


@dataclass
class Office:
    """The application, and what its people send."""

    world: World
    client: Any
    said: list[tuple[str | None, str]]
    keys: Iterator[int] = field(default_factory=count)

    def post(self, who: str | None, path: str, body: Any) -> Any:
        headers = {"Idempotency-Key": f"h{next(self.keys)}"}
        if who is not None:
            headers["Authorization"] = f"Bearer {who}"
        return self.client.post(f"{API}/{path}", json=body, headers=headers)

    def get(self, who: str | None, path: str) -> Any:
        headers = {} if who is None else {"Authorization": f"Bearer {who}"}
        return self.client.get(f"{API}/{path}", headers=headers)

    def must(self, who: str | None, path: str, body: Any) -> Any:
        answer = self.post(who, path, body)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def code(self, who: str | None, path: str, body: Any) -> tuple[int, str]:
        answer = self.post(who, path, body)
        return answer.status_code, answer.json().get("code", "")

    def hand_out(self, n: int) -> list[str]:
        made = self.must("counter", f"{SURVEY}/codes", {"n": n})
        issue = {
            "counter": "loket-1", "visits": n, "every": 1, "codes": n, "until": "2027-03-16",
            "digests": made["digests"],
        }  # fmt: skip
        self.must("counter", f"{SURVEY}/issue-codes", issue)
        return list(made["codes"])


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with world(tmp_path / "data") as made:
        signer = Signer(Ed25519PrivateKey.generate())
        said: list[tuple[str | None, str]] = []

        def words(person: str | None, text: str) -> Words:
            said.append((person, text))
            return Words(id=f"{len(said):032x}", mac="0" * 64)

        @contextmanager
        def running() -> Iterator[None]:
            made.pipeline.start()
            try:
                yield
            finally:
                made.pipeline.stop()

        arrivals = Arrivals(lambda: signer, lambda: Verifier(signer.public))
        router = api.router(made.pipeline, arrivals, words=words)
        here = Site(clock=lambda: made.now[0], door=Door(), pipelines={"feedback": made.pipeline})
        with TestClient(application(here, [router], running)) as client:
            yield Office(made, client, said)


def test_every_example_fits_its_command() -> None:
    for command, example in EXAMPLES.items():
        shape_of(command).model_validate(example)
    assert {act.command for act in api.acts()} == EXAMPLES.keys()


def test_a_citizen_answers_without_a_name(office: Office, caplog: pytest.LogCaptureFixture) -> None:
    """No log line, at no level, holds the code, the answers or the words."""
    caplog.set_level(logging.DEBUG)
    codes = office.hand_out(11)
    for code in codes[:10]:
        assert office.must(None, "ballots", {"code": code, "answers": NINE}) == {"kept": True}
    office.must("ani", "ballots", {"code": codes[10], "answers": NINE, "words": "Antrean lama sekali."})
    assert office.said == [(None, "Antrean lama sekali.")]
    assert office.code(None, "ballots", {"code": codes[0], "answers": NINE}) == (422, "ballot.code")
    again = {"code": codes[10], "answers": NINE, "words": "Sekali lagi."}
    assert office.code(None, "ballots", again) == (422, "ballot.code")
    assert len(office.said) == 1, "words under no good code are not kept"
    assert office.code(None, "ballots", {"code": codes[0], "answers": {**NINE, "u9": 9}})[0] == 422
    logged = caplog.text + json.dumps([record.__dict__ for record in caplog.records], default=repr)
    assert "/ballots" in logged
    assert not any(code in logged for code in codes)
    assert "Antrean" not in logged
    assert '"u9"' not in logged


def test_only_the_counter_of_the_unit_hands_out_codes(office: Office) -> None:
    assert office.post(None, f"{SURVEY}/codes", {"n": 1}).status_code == 401
    assert office.post("head", f"{SURVEY}/codes", {"n": 1}).status_code == 403
    assert office.post("elsewhere", f"{SURVEY}/codes", {"n": 1}).status_code == 404
    assert office.post("counter", f"survey/{TARGET}/codes", {"n": 1}).status_code == 404
    body = {**EXAMPLES[IssueCodes], "digests": ["secret-code"]}
    assert office.code("counter", f"{SURVEY}/issue-codes", body) == (422, "survey.codes")
    body = {**EXAMPLES[IssueCodes], "counter": "Loket Bu Ani"}
    assert office.code("counter", f"{SURVEY}/issue-codes", body) == (422, "feedback.code")
    body = {**EXAMPLES[IssueCodes], "beacon": "mine"}
    assert office.code("counter", f"{SURVEY}/issue-codes", body) == (422, "feedback.code")


def test_a_paper_is_keyed_by_two(office: Office) -> None:
    (code,) = office.hand_out(1)
    paper = {"code": code, "answers": NINE}
    assert office.must("counter", "papers", paper) == {"kept": False}
    assert office.code("counter", "papers", paper) == (403, "paper.same_person")
    assert office.must("counter-2", "papers", paper) == {"kept": True}


def test_what_citizens_said_and_what_was_done(office: Office) -> None:
    """Anda bilang, kami lakukan: gap, measure, before and after with n; nothing before 30 answers are published."""
    here = office.world
    assert office.get(None, f"service/{TARGET}").status_code == 404
    here.staffed("ani")
    here.measured(SUMS, 40, at(3, 2))
    here.react()
    case = f"support/{TARGET}:1"
    name = {**EXAMPLES[NameCause], "until": "2027-06-01"}
    assert office.code("elsewhere", f"{case}/name-cause", name) == (404, "object.unknown")
    (waiting,) = office.get("head", "support").json()["plans"]
    assert (waiting["unnamed"], waiting["causes_by"], waiting["late"]) == (["u3", "u6", "u8"], "2027-04-16", 0)
    office.must("head", f"{case}/name-cause", name)
    office.must("ani", f"{case}/progress-plan", {"measure": "m1", "state": "done"})
    here.now[0] = at(4, 18)
    assert office.get("head", "support").json()["plans"][0]["late"] == 2
    assert office.get("elsewhere", "support").json()["plans"] == []
    here.measured(dict.fromkeys(SUMS, 3 * 31), 31, at(5, 3))
    said = office.get(None, f"service/{TARGET}").json()
    assert [(one["period"], one["grade"], one["respondents"]) for one in said["results"]] == [
        ("2027-q2", "C", 31), ("2027-q1", "C", 40),
    ]  # fmt: skip
    assert said["done"][0] == {
        "gap": "u3", "kind": "staffing", "cause": "too_few_nurses", "until": "2027-06-01", "state": "done",
        "before": "57.50", "before_n": 40, "after": "75.00", "after_n": 31,
    }  # fmt: skip
    assert [one["state"] for one in said["done"]] == ["done", "unnamed", "unnamed"]
    assert office.code("hr", f"service/{TARGET}/publish-survey", {"period": "2027-q3"})[1] == "survey.period_open"
    assert office.post("hr", f"service/{UNIT}/publish-survey", {"period": "2027-q1"}).status_code == 404


def test_answers_of_the_running_period_are_shown_in_full_tens(office: Office) -> None:
    """Under ten nothing, not even that the service is asked about."""
    here = office.world
    here.answer(tuple(office.hand_out(14)))
    assert office.get(None, f"service/{TARGET}").status_code == 404
    here.now[0] = at(3, 3)
    collect(here.pipeline, here.now[0])
    said = office.get(None, f"service/{TARGET}").json()
    assert (said["so_far"], said["results"]) == (10, [])


def test_a_counter_that_withholds_codes_is_seen(office: Office) -> None:
    """TEST 37: 200 visits, k 1, 60 codes -> 0.30 flagged; k 5, 38 -> 0.95."""
    for counter, every, n in (("loket-1", 1, 60), ("loket-2", 5, 38)):
        made = office.must("counter", f"{SURVEY}/codes", {"n": n})
        issue = {"counter": counter, "visits": 200, "every": every, "codes": n, "until": "2027-03-16"}
        office.must("counter", f"{SURVEY}/issue-codes", {**issue, "digests": made["digests"]})
    said = office.get("hr", f"{SURVEY}/counters").json()["counters"]
    assert [(one["returned"], one["withheld"]) for one in said] == [("0.30", True), ("0.95", False)]
    assert office.get("counter", f"{SURVEY}/counters").status_code == 403


def test_an_evaluation_from_the_plan_to_the_reply(office: Office) -> None:
    here = office.world
    here.staffed("ani", "budi", "cici", "dodi")
    plan, evaluation = EXAMPLES[AgreePlan], f"evaluation/{ABOUT}"
    assert office.code("head", f"{evaluation}/agree-plan", plan) == (409, "evaluation.not_agreed")
    assert office.post("budi", f"{evaluation}/consent", plan).status_code == 404
    office.must("ani", f"{evaluation}/consent", plan)
    office.must("head", f"{evaluation}/agree-plan", plan)
    assert office.code("head", f"evaluation/pauh.{OFFICERS['ani']}/agree-plan", plan)[0] == 404
    here.now[0] = at(3, 31)
    assert office.code("hr", f"{evaluation}/ask-coworkers", {"beacon": "x"}) == (422, "feedback.code")
    office.must("hr", f"{evaluation}/ask-coworkers", {"beacon": "witness-1:412"})
    (task,) = office.get("budi", "reviews").json()["tasks"]
    assert task["about"] == ABOUT
    answers = {f"b{n}": 2 for n in range(1, 8)}
    for name in ("budi", "cici", "dodi"):
        office.must(name, f"review/{ABOUT}/give", {"answers": answers, "words": "Selalu menolong."})
    assert office.said == [(None, "Selalu menolong.")] * 3
    assert office.code("budi", f"review/{ABOUT}/give", {"answers": answers, "words": "Lagi."})[1] == "review.given"
    assert office.code("ani", f"review/{ABOUT}/give", {"answers": answers, "words": "Saya."})[1] == "object.unknown"
    assert len(office.said) == 3, "words of nobody's turn are not kept"
    assert office.get("budi", "reviews").json()["tasks"] == []
    assert office.code("ani", f"review/{ABOUT}/give", {"answers": answers}) == (404, "object.unknown")
    here.now[0] = at(4, 15)
    collect(here.pipeline, here.now[0])
    office.must("head", f"{evaluation}/evaluate-officer", EXAMPLES[EvaluateOfficer])
    own = office.get("ani", evaluation).json()
    assert (own["grade"], own["coworkers"], own["peers"]["peers"]["b1"], own["late"]) == ("good", 3, "2.00", 31)
    assert office.get("budi", evaluation).status_code == 404
    reply = {"to": own["version"], "words": {"id": "5" * 32, "mac": "6" * 64}}
    assert office.post("budi", f"{evaluation}/reply-to-evaluation", reply).status_code == 404
    office.must("ani", f"{evaluation}/reply-to-evaluation", reply)
    assert len(here.events(OfficerReplied)) == 1


def test_anybody_complains_and_the_unit_answers(office: Office) -> None:
    body = {"unit": UNIT, "service": "poli-umum", "kind": "delay", "words": "Menunggu empat jam."}
    first = office.must(None, "complaints", body)["complaint"]
    office.must("ani", "complaints", body)
    assert [one.actor for one, _ in office.world.events(ComplaintFiled)] == ["citizen", OFFICERS["ani"]]
    assert [person for person, _ in office.said] == [None, OFFICERS["ani"]]
    assert len(office.get("head", "support").json()["complaints"]) == 2
    assert office.get(None, f"complaint/{first}").json()["state"] == "filed"
    assert office.get(None, "complaint/pauh.0").status_code == 404
    answer = EXAMPLES[AnswerComplaint]
    assert office.code("elsewhere", f"complaint/{first}/answer-complaint", answer) == (404, "object.unknown")
    assert (
        office.code("hr", f"complaint/{first}/close-complaint", {"outcome": "remedied"})[1] == "complaint.not_answered"
    )
    assert office.code("head", f"complaint/{first}/answer-complaint", {**answer, "measure": "Maaf!"})[0] == 422
    office.must("head", f"complaint/{first}/answer-complaint", answer)
    office.must("hr", f"complaint/{first}/close-complaint", {"outcome": "remedied"})
    assert office.post(None, "complaints", {**body, "kind": "x"}).status_code == 422
    for service in ("nik-3201011505900001-budi", "nik-320-101-150-590-000-1"):
        assert office.code(None, "complaints", {**body, "service": service}) == (422, "feedback.code")
    assert office.code(None, "complaints", {**body, "unit": "pauh.08123456789"}) == (422, "feedback.code")
    assert (len(office.world.events(ComplaintFiled)), len(office.said)) == (2, 2)
    assert not office.world.events(FeedbackReceived)
