"""The first half of a round over HTTP: from the analysis to the announced results of the check.

Every person, contact and document is made up and says so. At the end the counts of the read models are compared with a
fold of the events, read over HTTP from 0; it fails where they differ.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from services.cli.demonstration.playing import Client, Reply
from shared.rules import packs

AGENCY: Final = "pauh"
ROUND: Final = f"{AGENCY}.2027-1"
VACANCIES: Final = tuple(f"{AGENCY}.2027-{n:03}" for n in range(1, 13))
EXTENDED: Final = VACANCIES[0]
LAST: Final = "compared"
STEPS: Final = ("offices", "needs", "open", "sent", "closed", "checked", "answered", LAST)
MANY: Final = 50  # applicants, of whom one at least comes to each of these
SHOWN: Final = ("late", "extended", "withdrawn", "upheld")
PASSWORD: Final = "enam kata yang mudah diingat saja"
OFFICES: Final = {
    "hr": "pauh.bkpsdm", "ppk": "pauh.setda", "unit_head": "pauh.dinkes", "committee": "pauh.panitia",
    "verifier-1": "pauh.verifikasi", "verifier-2": "pauh.verifikasi", "verifier-3": "pauh.verifikasi",
    "auditor": "pauh.inspektorat",
}  # fmt: skip
SCHEME: Final[dict[str, Any]] = {
    "stages": [
        {
            "id": "skd", "method": "cat", "sight": "cat", "weight": "40", "max": "550", "attendance": "required",
            "parts": {"tiu": "175", "tkp": "225", "twk": "150"},
        },
        {
            "id": "skb", "method": "composed", "sight": "open", "weight": "60", "max": "100", "attendance": "required",
            "parts": {"cat": "60", "practice": "40"},
        },
    ],
    "formula": "cpns-2024", "rounding": "half_up", "level": "regional",
}  # fmt: skip
PDF: Final = b"\n".join(
    (
        b"%PDF-1.4",
        b"1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj",
        b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj",
        b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>endobj",
        b"trailer<</Size 4/Root 1 0 R>>",
        b"%%EOF",
    )
)


@dataclass
class Applicant:
    """Somebody made up: the number tells what they will do."""

    number: int
    vacancy: str
    token: str = ""
    application: str = ""
    claim: str = ""
    position: int = -1

    @property
    def contact(self) -> str:
        """An address that leads nowhere."""
        return f"pelamar-{self.number:05}@contoh.invalid"

    @property
    def identity(self) -> dict[str, str]:
        """What the papers of nobody say: no region's NIK begins with 99."""
        return {"name": f"Pelamar Contoh {self.number}", "born": "2000-01-01", "nik": f"9999{self.number:012}"}

    @property
    def is_late(self) -> bool:
        """Whether they come after the first deadline: 24 where it was extended, 49 where it was not."""
        return self.number % 25 == 24

    @property
    def fails(self) -> bool:
        """Whether the document will be found wanting."""
        return self.number % 7 == 3

    @property
    def withdraws(self) -> bool:
        """Whether they change their mind."""
        return self.number % 50 == 11


@dataclass
class Round:
    """A platform, and what has been done on it."""

    client: Client
    started: dt.datetime
    say: Callable[[str], None]  # a step, for who watches
    tokens: dict[str, str] = field(default_factory=dict)
    people: dict[str, str] = field(default_factory=dict)
    took: list[tuple[str, float]] = field(default_factory=list)
    shown: Counter[str] = field(default_factory=Counter)  # what befell how many

    def to(self, instant: dt.datetime) -> None:
        """The demonstration's clock, forward; everybody signs in anew, for sessions end with the day."""
        self.client.ask("POST", "/api/demo/v1/clock", {"to": instant.strftime("%Y-%m-%dT%H:%M:%SZ")})

    def sign_in(self, contact: str) -> tuple[str, str]:
        """A token, and whose."""
        said = self.client.ask("POST", "/api/people/v1/sessions", {"contact": contact, "password": PASSWORD}).said
        return said["token"], said["person"]

    def officials(self) -> None:
        """All of them, signed in again."""
        for name in ("first", "second", *OFFICES):
            self.tokens[name], self.people[name] = self.sign_in(f"{name}@contoh.invalid")

    def by_two(self, service: str, path: str, body: Any, first: str, second: str) -> Reply:
        """Proposed by one, approved by the other, and done."""
        root = f"/api/{service}/v1"
        made = self.client.act(f"{root}{path}/propose", body, self.tokens[first]).said
        self.client.act(f"{root}/approval/{made['approval']}/approve", {"digest": made["digest"]}, self.tokens[second])
        path_ = f"{root}/approval/{made['approval']}"
        found = self.client.ask("GET", path_, token=self.tokens[second])
        while found.said["state"] == "approved":
            time.sleep(0.02)
            found = self.client.ask("GET", path_, token=self.tokens[second])
        if found.said["state"] != "done":
            raise AssertionError(f"{path}: {found.said}")
        return found


def offices(play: Round) -> None:
    """Officials sign up; the two founders grant their roles."""
    for name in ("first", "second"):
        play.tokens[name], play.people[name] = play.sign_in(f"{name}@contoh.invalid")
    for name, unit in OFFICES.items():
        account = {"contact": f"{name}@contoh.invalid", "password": PASSWORD}
        play.client.ask("POST", "/api/people/v1/accounts", account, expect=(202,))
        _, play.people[name] = play.sign_in(account["contact"])
        grant = {
            "role": name.partition("-")[0], "scope": unit, "decree": "821/DEMO/2027",
            "from": play.started.date().isoformat(), "until": "2031-12-31",
        }  # fmt: skip
        play.by_two("people", f"/role/{AGENCY}.{play.people[name]}/grant-role", grant, "first", "second")
    play.officials()
    play.say(f"{len(OFFICES)} officials hold roles, each granted by two persons of two units")


def needs(play: Round) -> None:
    """Twelve posts are analysed; their needs proposed, recommended, fixed."""
    items = {letter: f"butir {letter} (contoh)" for letter in "abcdefghijklmno"}
    for n, _ in enumerate(VACANCIES):
        post, need = f"jabatan-{n:02}", f"{AGENCY}.dinkes+jabatan-{n:02}+2027"
        body = {"items": items, "competences": ["pelayanan"], "class": "7"}
        play.client.act(f"/api/intake/v1/post/{AGENCY}.{post}/adopt-job-analysis", body, play.tokens["hr"])
        tasks = [{"words": "Melayani", "volume": "4800", "per": "year", "minutes": "60"}]
        propose = {"analysis": 1, "tasks": tasks, "staff": 1, "seats": 2, "pack": "abk-2020-ceil"}
        root = f"/api/intake/v1/need/{need}"
        play.client.act(f"{root}/propose-need", propose, play.tokens["unit_head"])
        play.client.act(f"{root}/recommend-need", {"seats": 2, "letter": "BKN 1"}, play.tokens["hr"])
        approve = {"seats": 2, "decree": "45", "on": "2027-01-12"}
        play.client.act(f"{root}/approve-need", approve, play.tokens["hr"])
    play.say("12 posts analysed, 12 needs proposed, recommended, fixed")


def publish(play: Round, opens: dt.datetime, until: dt.datetime) -> None:
    """The round is opened and its notices published by two persons, then spread on three channels."""
    body = {"kind": "cpns", "decree": "12/2027", "calendar": {}, "words": "Putaran contoh"}
    play.by_two("intake", f"/round/{ROUND}/open-round", body, "hr", "ppk")
    pack = packs.load("cpns-2024")
    scheme = {**SCHEME, "ties": [step.id for step in pack.ties]}
    wrong = json.loads(json.dumps(scheme))
    wrong["stages"][0]["weight"] = "50"
    for n, vacancy in enumerate(VACANCIES):
        notice = {
            "round": ROUND, "unit": "dinkes", "post": f"jabatan-{n:02}", "analysis": 1,
            "needs": [f"{AGENCY}.dinkes+jabatan-{n:02}+2027"],
            "formations": [{"kind": "general", "seats": 2, "educations": ["D3"]}],
            "requirements": [
                {"id": "r1", "words": "STR yang masih berlaku", "accepts": ["str"], "documents": ["str"]},
                {"id": "r2", "words": "Sehat jasmani", "accepts": [], "documents": []},
            ],
            "pack": "cpns-2024", "pack_digest": pack.digest, "scheme": scheme,
            "timeline": {"apply_from": _text(opens), "until": _text(until)},
        }  # fmt: skip
        if n == 0:
            refused = play.client.act(
                f"/api/intake/v1/vacancy/{vacancy}/publish-vacancy", {**notice, "scheme": wrong}, play.tokens["hr"],
                expect=(422,),
            )  # fmt: skip
            play.say(f"weights that do not sum to 100: {refused.said['code']}")
        play.by_two("intake", f"/vacancy/{vacancy}/publish-vacancy", notice, "hr", "ppk")
        for channel, place in (("web", "situs resmi"), ("radio", "RRI"), ("board", "papan kantor")):
            spread = {"channel": channel, "place": place, "evidence": hashlib.sha256(place.encode()).hexdigest()}
            play.client.act(f"/api/intake/v1/vacancy/{vacancy}/announce-vacancy", spread, play.tokens["hr"])
    play.say("12 vacancies published by two persons, each announced on 3 channels")
    play.to(opens + dt.timedelta(minutes=1))


def enrolled(play: Round, one: Applicant) -> Applicant:
    """An account, who they are, and the application's id."""
    account = {"contact": one.contact, "password": PASSWORD}
    play.client.ask("POST", "/api/people/v1/accounts", account, expect=(202,))
    one.token, _ = play.sign_in(one.contact)
    play.client.ask("PUT", "/api/people/v1/me/identity", one.identity, token=one.token)
    claim = play.client.ask("POST", "/api/people/v1/me/claims", {"round": ROUND}, token=one.token).said
    one.application, one.claim = claim["id"], claim["token"]
    return one


def apply(play: Round, one: Applicant, expect: Sequence[int] = (200,), vacancy: str | None = None) -> Reply:
    """The document, then the application."""
    file = play.client.ask(
        "POST", "/api/people/v1/me/documents", PDF, token=one.token, expect=(200, 201), Content_Type="application/pdf"
    ).said
    body = {
        "vacancy": vacancy or one.vacancy, "kind": "general", "statements": ["true_and_complete"], "channel": "web",
        "documents": [
            {"requirement": "r1", "file": {"id": file["id"], "mac": file["mac"]}, "pages": file["pages"]}
        ],
    }  # fmt: skip
    path = f"/api/intake/v1/application/{one.application}/submit-application"
    reply = play.client.act(path, body, one.token, expect=expect, Application_Claim=one.claim)
    one.position = reply.said.get("position", one.position)
    return reply


def sending(play: Round, everybody: list[Applicant]) -> list[Applicant]:
    """Most apply in time; some try what is not allowed; some come late."""
    play.client.many(lambda one: enrolled(play, one), everybody)
    play.say(f"{len(everybody)} applicants have accounts and ids")
    late = [one for one in everybody if one.is_late]
    prompt = [one for one in everybody if one not in late]
    play.client.many(lambda one: apply(play, one), prompt)
    play.say(f"{len(prompt)} applications recorded, each answered with its position")
    again = [apply(play, one, (409,), VACANCIES[5]).said["code"] for one in prompt[:10] if one.vacancy != VACANCIES[5]]
    play.say(f"a second application in the round: {Counter(again)}")
    if len(prompt) > 1:
        thief, owner = prompt[0], prompt[1]
        stolen = Applicant(0, owner.vacancy, thief.token, owner.application, thief.claim)
        play.say(f"somebody else's id: {apply(play, stolen, (404,)).said['code']}")
    left = [one for one in prompt if one.withdraws]
    play.client.many(lambda one: withdraw(play, one), left)
    play.shown["withdrawn"] += len(left)
    play.say(f"{len(left)} applicants withdrew")
    return late


def withdraw(play: Round, one: Applicant) -> Reply:
    """Out of the round."""
    path = f"/api/intake/v1/application/{one.application}/withdraw-application"
    return play.client.act(path, {"reason": "other"}, one.token)


def close(play: Round, late: list[Applicant], until: dt.datetime, longer: dt.datetime) -> None:
    """One deadline is extended for everybody by two persons; the others hold to the second."""
    extend = {"until": _text(longer), "cause": "outage", "words": "Gangguan jaringan"}
    play.officials()
    play.by_two("intake", f"/vacancy/{EXTENDED}/extend-deadline", extend, "hr", "ppk")
    play.to(until)
    for one in late:
        one.token, _ = play.sign_in(one.contact)
        one.claim = play.client.ask("POST", "/api/people/v1/me/claims", {"round": ROUND}, token=one.token).said["token"]
    refused = [apply(play, one, (409,)).said for one in late if one.vacancy != EXTENDED]
    taken = [apply(play, one) for one in late if one.vacancy == EXTENDED]
    if any(said["code"] != "application.late" or "deadline" not in said for said in refused):
        raise AssertionError(refused)
    play.shown.update({"late": len(refused), "extended": len(taken)})
    play.say(f"after the deadline: {len(refused)} refused with it, {len(taken)} taken where it was extended")
    play.to(longer + dt.timedelta(minutes=11))
    play.officials()
    waited(lambda: all(board["state"] == "closed" for board in boards(play)))
    play.say("12 rolls closed by the timetable")


def check(play: Round, everybody: list[Applicant]) -> None:
    """Verifiers are sworn, every file is checked, the result announced."""
    names = [name for name in OFFICES if name.startswith("verifier")]
    files = [one for one in everybody if one.position >= 0 and not one.withdraws]
    for n, vacancy in enumerate(VACANCIES):
        if any(one.vacancy == vacancy for one in files):  # nobody is sworn to a list without a file
            body = {"verifier": play.people[names[n % 3]], "beacon": "0" * 64, "tie_count": 0, "ties": []}
            play.client.act(f"/api/intake/v1/vacancy/{vacancy}/assign-verifier", body, play.tokens["hr"])
    token = {vacancy: play.tokens[names[n % 3]] for n, vacancy in enumerate(VACANCIES)}

    def checked(one: Applicant) -> None:
        found = "not_met" if one.fails else "met"
        findings = [
            {"requirement": "r1", "result": found, "reason": "expired" if one.fails else ""},
            {"requirement": "r2", "result": "met", "reason": ""},
        ]
        body = {"findings": findings, "facts": {"education": "D3", "gpa": "3.10"}}
        play.client.act(f"/api/intake/v1/application/{one.application}/check-documents", body, token[one.vacancy])

    play.client.many(checked, files)
    play.say(f"{len(files)} files checked, each with a finding for every published requirement")
    announce(play)


def announce(play: Round) -> None:
    """The committee announces; who meets, how many do not."""
    for vacancy in VACANCIES:
        play.client.act(f"/api/intake/v1/vacancy/{vacancy}/announce-check", {}, play.tokens["committee"])


def object_(play: Round, everybody: list[Applicant]) -> None:
    """Two of those who failed object, if so many did; one is upheld by two persons, who check nothing there."""
    failed = [one for one in everybody if one.position >= 0 and one.fails and not one.withdraws][:2]
    for one in failed:
        one.token, _ = play.sign_in(one.contact)
        words = play.client.ask("POST", "/api/people/v1/me/words", {"text": "Contoh sanggahan"}, token=one.token).said
        body = {"announcement": 1, "requirement": "r1", "words": {"id": words["id"], "mac": words["mac"]}}
        play.client.act(f"/api/intake/v1/application/{one.application}/file-check-objection", body, one.token)
    for upheld, one in zip((True, False), failed, strict=False):
        answer = {"application": one.application, "text": "Contoh jawaban"}
        words = play.client.ask("POST", "/api/people/v1/words", answer, token=play.tokens["committee"]).said
        body = {
            "upheld": upheld, "reason": "verified" if upheld else "unfounded", "fault": "office" if upheld else "none",
            "words": {"id": words["id"], "mac": words["mac"]},
        }  # fmt: skip
        path = f"/application/{one.application}/decide-check-objection"
        if upheld:
            body["findings"] = [{"requirement": r, "result": "met", "reason": ""} for r in ("r1", "r2")]
            play.by_two("intake", path, body, "committee", "ppk")
        else:
            play.client.act(f"/api/intake/v1{path}", body, play.tokens["committee"])
    first = min(len(failed), 1)
    play.shown["upheld"] += first
    play.say(f"{len(failed)} objections filed, {first} upheld by two persons, {len(failed) - first} not")
    play.to(play.started + dt.timedelta(days=60))
    play.officials()
    announce(play)
    play.say("12 results announced again, after the window")


def boards(play: Round) -> list[dict[str, Any]]:
    """The round's counts, as the read model has them."""
    said = play.client.ask("GET", f"/api/intake/v1/round/{ROUND}/board", token=play.tokens["hr"]).said
    found: list[dict[str, Any]] = said["vacancies"]
    return found


def folded(play: Round) -> dict[str, Counter[str]]:
    """The same counts, from the events alone, read from 0."""
    vacancy, state, after = dict[str, str](), dict[str, str](), 0
    while True:
        path = f"/api/intake/v1/events?after={after}&limit=5000"
        lines = play.client.ask("GET", path, token=play.tokens["auditor"]).said.splitlines()
        for line in lines:
            event = json.loads(line)
            if event["position"] != after:
                raise AssertionError(f"position {event['position']} after {after} events")
            after += 1
            about, name = event["subject"], event["type"].split(".")[2]
            match name:
                case "ApplicationSubmitted":
                    vacancy[about], state[about] = event["data"]["vacancy"], "submitted"
                case "ApplicationWithdrawn":
                    state[about] = "withdrawn"
                case "DocumentsChecked" | "CheckObjectionDecided":
                    state[about] = "meets" if event["data"]["meets"] else "fails"
                case "CheckObjectionFiled":
                    state[about] = "objecting"
        if not lines:
            break
    made: dict[str, Counter[str]] = {one: Counter() for one in VACANCIES}
    for about, one in vacancy.items():
        made[one][state[about]] += 1
    return made


def compare(play: Round, applicants: int) -> None:
    """The read model and the fold, side by side."""
    counted, names = folded(play), ("submitted", "meets", "fails", "objecting", "withdrawn")
    play.say(f"{'vacancy':<16}" + "".join(f"{name:>11}" for name in names))
    for board in boards(play):
        model = {name: board[name] for name in names}
        play.say(f"{board['vacancy']:<16}" + "".join(f"{model[name]:>11}" for name in names))
        if any(model[name] != counted[board["vacancy"]][name] for name in names):
            raise AssertionError(f"{board['vacancy']}: read model {model}, events {counted[board['vacancy']]}")
    play.say("every count of the read model equals the fold of the feed from 0")
    complete(play, applicants)


def complete(play: Round, applicants: int) -> None:
    """With fifty applicants or more there was one of each."""
    missing = [one for one in SHOWN if not play.shown[one]]
    if applicants >= MANY and missing:
        raise AssertionError(f"nobody was {missing}")


def waited(done: Callable[[], bool]) -> None:
    """Until it is so."""
    for _ in range(600):
        if done():
            return
        time.sleep(0.05)
    raise AssertionError("it did not come about")


def _text(at: dt.datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def played(url: str, applicants: int, to: str, say: Callable[[str], None]) -> dict[str, float]:
    """As far as the step `to`, on a platform whose two administrators are founded already; seconds by step."""
    now = dt.datetime.now(dt.UTC).replace(microsecond=0)
    half = Round(Client(url), now, say)
    opens = now + dt.timedelta(days=2)
    until, longer = opens + dt.timedelta(days=16), opens + dt.timedelta(days=18)
    everybody = [Applicant(n, VACANCIES[n % len(VACANCIES)]) for n in range(applicants)]
    late: list[Applicant] = []
    took = {}
    steps: dict[str, Callable[[], object]] = {
        "offices": lambda: offices(half),
        "needs": lambda: needs(half),
        "open": lambda: publish(half, opens, until),
        "sent": lambda: late.extend(sending(half, everybody)),
        "closed": lambda: close(half, late, until, longer),
        "checked": lambda: check(half, everybody),
        "answered": lambda: object_(half, everybody),
        LAST: lambda: compare(half, applicants),
    }
    for name, step in steps.items():
        began = time.perf_counter()
        step()
        took[name] = round(time.perf_counter() - began, 2)
        if name == to:
            break
    return took
