"""People's HTTP API: whoever asks learns of themselves alone; nobody learns who has an account, what somebody said or
sent, or why not (UU 27/2022; ASVS 5 4.1, 5.2, 6.3, 7.4, 8.2).
"""

import datetime as dt
import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from httpx2 import Response
from starlette.testclient import TestClient

from services.people.documents import documents
from services.people.http.pauses import Paused, Pauses
from shared.events import Refused
from shared.runtime.http.attempts import Attempts
from shared.runtime.identity import Verifier
from shared.runtime.problems import SENTENCES
from tests.services.people_served import API, ROUND, Caller, Town
from tests.services.people_world import PASSWORD, cite, pdf, people, picture

APPLICANT, OTHER, OFFICIAL = "0811-223-344", "satu@contoh.example", "dua@contoh.example"
NEW = "empat rusa di tepi danau"
ABSENT = "00" * 16
SAVING = {"seen": 0, "content": {"step": "one"}, "deadline": "2027-03-20T16:59:00Z"}
DRAFT = "/me/drafts/vacancy-pauh.2027-014"


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    stores = people(tmp_path)
    yield Town(stores)
    stores.folder.close()


@pytest.fixture
def client(town: Town) -> Iterator[TestClient]:
    with TestClient(town.app, raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def nobody(client: TestClient) -> Caller:
    return Caller(client)


@pytest.fixture
def me(town: Town, client: TestClient) -> Caller:
    return town.somebody(client, APPLICANT)


@pytest.fixture
def other(town: Town, client: TestClient) -> Caller:
    return town.somebody(client, OTHER)


@pytest.fixture
def verifier(town: Town, client: TestClient) -> Caller:
    return town.somebody(client, OFFICIAL, verifier="pauh.bkpsdm")


def said(answer: Response, status: int = 200) -> Any:
    """The body of an answer that came, and that nobody may keep."""
    assert answer.status_code == status, answer.text
    assert answer.headers["cache-control"] == "no-store"
    return answer.json() if answer.content else None


def refused(answer: Response, status: int, code: str) -> Any:
    """The problem of an answer; its sentence is there in English."""
    problem = said(answer, status)
    assert (answer.headers["content-type"], problem["code"]) == ("application/problem+json", code)
    assert problem["title"] == SENTENCES[code][1]
    return problem


def alike(*answers: Response) -> None:
    """404, the same in every byte but for the address that was asked for."""
    bodies = {json.dumps({**refused(one, 404, "object.unknown"), "instance": ""}) for one in answers}
    heads = {tuple(sorted((k, v) for k, v in one.headers.items() if k != "content-length")) for one in answers}
    assert (len(bodies), len(heads)) == (1, 1)


def claimed(who: Caller, round_: str = ROUND) -> Any:
    """The id of their application, of somebody who has said who they are."""
    identity = {"nik": nik_of(who), "born": "1999-05-17"}
    known = said(who("PUT /me/identity", {}))["known"]
    said(who("PUT /me/identity", {field: text for field, text in identity.items() if field not in known}))
    return said(who("POST /me/claims", {"round": round_}))


def nik_of(who: Caller) -> str:
    """Nobody's: no region's begins with 99."""
    return f"9999{int(who.person[:8], 16):012}"


# Accounts


def test_signing_up_says_the_same_of_a_contact_that_is_known(nobody: Caller) -> None:
    """ASVS 6.3.8."""
    first = nobody("POST /accounts", {"contact": APPLICANT, "password": PASSWORD})
    again = nobody("POST /accounts", {"contact": "+62 811 223 344", "password": NEW})
    assert said(first, 202) == said(again, 202) == {"next": "sign in"}
    assert dict(first.headers) == dict(again.headers)
    assert nobody("POST /sessions", {"contact": APPLICANT, "password": PASSWORD}).status_code == 200
    refused(nobody("POST /sessions", {"contact": APPLICANT, "password": NEW}), 401, "signin.wrong")


@pytest.mark.parametrize(
    ("contact", "password", "code"),
    [
        ("0811", PASSWORD, "contact.form"),
        ("@", PASSWORD, "contact.form"),
        (APPLICANT, "pendek", "password.short"),
        (APPLICANT, "x" * 129, "password.long"),
    ],
)
def test_what_cannot_be_an_account_is_refused_by_its_rule(
    nobody: Caller, contact: str, password: str, code: str
) -> None:
    refused(nobody("POST /accounts", {"contact": contact, "password": password}), 422, code)


def test_a_session_says_who_one_is_and_when_it_ends(town: Town, nobody: Caller, verifier: Caller) -> None:
    found = said(nobody("POST /sessions", {"contact": OFFICIAL, "password": PASSWORD}))
    assert found.pop("token") not in ("", verifier.token)
    assert found == {
        "person": verifier.person, "ends_at": "2027-03-01T14:00:00.000000Z",
        "roles": [{"role": "verifier", "unit": "pauh.bkpsdm"}],
    }  # fmt: skip


def test_wrong_is_wrong_alike(nobody: Caller, me: Caller) -> None:
    known = nobody("POST /sessions", {"contact": APPLICANT, "password": NEW})
    unknown = nobody("POST /sessions", {"contact": OTHER, "password": NEW})
    none = nobody("POST /sessions", {"contact": "nobody at all", "password": ""})
    assert known.content == unknown.content == none.content
    assert dict(known.headers) == dict(unknown.headers) == dict(none.headers)
    refused(known, 401, "signin.wrong")


@pytest.mark.parametrize("contact", [APPLICANT, OTHER, "nobody at all"])
def test_who_guesses_pauses_whether_the_contact_is_known_or_not(
    town: Town, nobody: Caller, me: Caller, contact: str
) -> None:
    for _ in range(5):
        refused(nobody("POST /sessions", {"contact": contact, "password": NEW}), 401, "signin.wrong")
    spelt = contact.replace("-", " ")  # another spelling is the same contact
    paused = nobody("POST /sessions", {"contact": spelt, "password": PASSWORD})
    refused(paused, 429, "signin.pause")
    assert paused.headers["retry-after"] == "30"
    town.ticks += 31_000_000_000
    expected = 200 if contact == APPLICANT else 401
    assert nobody("POST /sessions", {"contact": contact, "password": PASSWORD}).status_code == expected


def away(town: Town, n: int = 1) -> Caller:
    """Somebody who comes from another network."""
    return Caller(TestClient(town.app, client=(f"192.0.{n}.1", 50_000)))


def test_nobody_keeps_anybody_out_by_being_wrong_on_purpose(town: Town, nobody: Caller, me: Caller) -> None:
    """The pause is that of the network which guesses; whose contact it is signs in from elsewhere."""
    mine = {"contact": APPLICANT, "password": PASSWORD}
    for _ in range(5):
        refused(nobody("POST /sessions", {**mine, "password": NEW}), 401, "signin.wrong")
    refused(nobody("POST /sessions", mine), 429, "signin.pause")
    said(away(town)("POST /sessions", mine))
    refused(nobody("POST /sessions", mine), 429, "signin.pause")  # being right elsewhere lets nobody guess here


def test_many_networks_that_guess_at_one_contact_pause_all_the_same(town: Town, nobody: Caller, me: Caller) -> None:
    """Fifty wrong ones from anywhere; what waits meanwhile, and what was too busy, counts nowhere."""
    pauses = Pauses(attempts=Attempts(clock=lambda: town.ticks), master=town.stores.folder.master)

    def waits(network: int, code: str) -> int:
        """Seconds; else it was tried, and refused with this code."""
        try:
            with pauses.guess("contact", APPLICANT, "signin.wrong", bytes([network])):
                raise Refused(code)
        except Paused as paused:
            return paused.seconds
        except Refused:
            return 0

    for network in range(9):
        assert [waits(network, "signin.wrong") for _ in range(6)] == [0] * 5 + [30]
    assert [waits(9, "signin.wrong") for _ in range(4)] == [0] * 4
    assert [waits(99, "signin.busy") for _ in range(20)] == [0] * 20
    assert waits(9, "signin.wrong") == 0
    assert [waits(network, "signin.wrong") for network in (0, 9, 99)] == [30, 30, 30]
    town.ticks += 31_000_000_000
    with pauses.guess("contact", APPLICANT, "signin.wrong", bytes([99])):
        pass
    assert [waits(network, "signin.busy") for network in (9, 99)] == [0, 0]


def test_signing_out_ends_this_session_at_once(nobody: Caller, me: Caller) -> None:
    second = said(nobody("POST /sessions", {"contact": APPLICANT, "password": PASSWORD}))["token"]
    said(me("DELETE /sessions/current"), 204)
    refused(me("GET /me"), 401, "token.invalid")
    me.token = second
    assert said(me("GET /me"))["person"] == me.person


def test_another_password_ends_every_session(nobody: Caller, me: Caller) -> None:
    """ASVS 7.4.3."""
    second = said(nobody("POST /sessions", {"contact": APPLICANT, "password": PASSWORD}))["token"]
    refused(me("POST /me/password", {"old": NEW, "new": NEW}), 401, "signin.wrong")
    refused(me("POST /me/password", {"old": PASSWORD, "new": "pendek"}), 422, "password.short")
    found = said(me("POST /me/password", {"old": PASSWORD, "new": NEW}))
    assert found["person"] == me.person
    for token in (me.token, second):
        refused(Caller(me.client, token)("GET /me"), 401, "token.invalid")
    me.token = found["token"]
    said(me("GET /me"))
    refused(nobody("POST /sessions", {"contact": APPLICANT, "password": PASSWORD}), 401, "signin.wrong")


def test_the_old_password_is_no_oracle_either(me: Caller) -> None:
    for _ in range(5):
        refused(me("POST /me/password", {"old": NEW, "new": NEW}), 401, "signin.wrong")
    refused(me("POST /me/password", {"old": PASSWORD, "new": NEW}), 429, "signin.pause")


def test_a_program_acts_by_a_token_that_makes_no_other(town: Town, client: TestClient) -> None:
    me = town.somebody(client, OFFICIAL, integrator="pauh")
    made = said(me("POST /me/tokens", {"days": 90}))
    assert made["ends_at"] == "2027-05-30T02:00:00.000000Z"
    program = Caller(client, made["token"], unit="pauh")
    assert said(program("GET /me"))["person"] == me.person
    refused(program("POST /me/tokens", {"days": 90}), 403, "session.needed")
    refused(program("POST /me/password", {"old": PASSWORD, "new": NEW}), 403, "session.needed")
    refused(program("GET /me/export"), 403, "session.needed")
    refused(program("PUT /me/identity", {"born": "1999-05-17"}), 403, "session.needed")
    refused(program("DELETE /sessions/current"), 404, "object.unknown")
    said(program("DELETE /me/tokens"), 204)
    refused(program("GET /me"), 401, "token.invalid")
    said(me("GET /me"))


def test_a_program_belongs_to_an_office_and_lives_a_year_at_most(town: Town, me: Caller) -> None:
    refused(me("POST /me/tokens", {"days": 90}), 403, "role.missing")
    town.grant(me.person, "auditor", "pauh")
    for days in (0, 367, -1, 2**60, "90", True):
        refused(
            me("POST /me/tokens", {"days": days}), 422, "command.unreadable" if days == 2**60 else "request.invalid"
        )
    said(me("POST /me/tokens", {"days": 366}))


def test_anybody_checks_a_token_by_the_public_keys(town: Town, nobody: Caller, me: Caller) -> None:
    assert said(nobody("GET /keys")) == {"keys": []}
    claim = claimed(me)
    (key,) = said(nobody("GET /keys"))["keys"]
    reader = Verifier(bytes.fromhex(key["public"]))
    assert reader.claimed(claim["token"], me.person, ROUND, town.now) == claim["application"]
    town.stores.tokens.rotate(town.now)
    assert len(said(nobody("GET /keys"))["keys"]) == 2
    town.stores.tokens.withdraw(key["kid"], town.now)
    assert key["kid"] not in [one["kid"] for one in said(nobody("GET /keys"))["keys"]]


# One's own data


def test_whoever_asks_learns_who_they_are_here(me: Caller, verifier: Caller) -> None:
    assert said(me("GET /me")) == {
        "person": me.person, "roles": [], "units": [], "unit": "", "applications": [], "as_of": 3,
    }  # fmt: skip
    found = said(verifier("GET /me"))
    assert (found["units"], found["unit"]) == (["pauh.bkpsdm"], "pauh.bkpsdm")


def test_an_export_holds_all_that_lies_here_of_oneself(town: Town, me: Caller, other: Caller, verifier: Caller) -> None:
    """UU 27/2022 art. 7. What officials wrote is counted, and read by its id once a decision tells it."""
    said(me("PUT /me/identity", {"born": "1999-05-17", "name": " ZQ  KANARI "}))
    said(me("PUT /me/identity", {"born": "1998-05-17"}))
    own = said(me("POST /me/words", {"text": "Ijazah sudah dilegalisasi."}))
    claim = claimed(me)
    town.assigned.add((verifier.person, claim["id"]))
    about = said(verifier("POST /words", {"application": claim["id"], "text": "Ijazah lain."}))
    document, draft = said(me.send(pdf())), said(me(f"PUT {DRAFT}", SAVING))
    found = said(me("GET /me/export"))
    assert found["fields"] == {
        "born": "1998-05-17",
        "born.1": "1999-05-17",
        "name": "ZQ KANARI",
        "nik": nik_of(me),
        "phone": APPLICANT,
    }
    assert (found["words"], found["withheld"]) == ({own["id"]: "Ijazah sudah dilegalisasi."}, 1)
    assert found["applications"] == [claim["application"]]
    assert (found["documents"], found["drafts"][0]["version"]) == ([document], draft["version"])
    assert said(me(f"GET /me/words/{about['id']}"))["text"] == "Ijazah lain."
    rest = said(other("GET /me/export"))
    assert (rest["fields"], rest["documents"], rest["drafts"], rest["words"]) == ({"email": OTHER}, [], [], {})


def test_a_nik_leads_to_one_account_and_is_written_once(me: Caller, other: Caller) -> None:
    assert said(me("PUT /me/identity", {"nik": "0102 0304 0506 0708"})) == {"known": ["nik"]}
    assert said(me("PUT /me/identity", {"nik": "0102030405060708"})) == {"known": ["nik"]}
    refused(me("PUT /me/identity", {"nik": "0102030405060709"}), 409, "contact.taken")
    refused(me("PUT /me/identity", {"nik": "12"}), 422, "contact.form")
    for _ in range(5):
        refused(other("PUT /me/identity", {"nik": "0102030405060708"}), 409, "contact.taken")
    refused(other("PUT /me/identity", {"nik": "0102030405060708"}), 429, "signin.pause")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"born": "1999-02-30"}, "identity.born"),
        ({"born": "2027-03-02"}, "identity.born"),
        ({"born": "0001-01-01"}, "identity.born"),
        ({"born": "17-05-1999"}, "request.invalid"),
        ({"name": "\u200b"}, "identity.name"),
        ({"name": "\u202eX"}, "identity.name"),
        ({"name": "  "}, "identity.name"),
        ({"name": ""}, "request.invalid"),
        ({"name": "x" * 201}, "request.invalid"),
        ({"address": "x"}, "request.invalid"),
    ],
)
def test_who_one_is_follows_its_rules(me: Caller, body: Any, code: str) -> None:
    refused(me("PUT /me/identity", body), 422, code)
    assert set(said(me("GET /me/export"))["fields"]) == {"phone"}


def test_a_claim_is_the_same_each_time_and_each_persons_own(town: Town, me: Caller, other: Caller) -> None:
    first, again = claimed(me), said(me("POST /me/claims", {"round": ROUND}))
    assert (first["id"], first["application"]) == (again["id"], again["application"])
    assert (first["id"], first["ends_at"]) == (f"pauh.{first['application']}", "2027-03-01T03:00:00.000000Z")
    assert claimed(other)["application"] != first["application"]
    assert said(me("GET /me"))["applications"] == [first["application"]]
    with pytest.raises(Refused):
        town.stores.tokens.verifier(town.now).claimed(first["token"], other.person, ROUND, town.now)
    for round_ in ("pauh", "PAUH.x", "pauh.a/b", "", "pauh." + "x" * 101):
        refused(me("POST /me/claims", {"round": round_}), 422, "request.invalid")


def test_ids_of_applications_are_asked_for_a_hundred_times(me: Caller) -> None:
    for number in range(100):
        claimed(me, f"pauh.{number}")
    refused(me("POST /me/claims", {"round": "pauh.100"}), 409, "claim.too_many")
    claimed(me, "pauh.7")


def test_nobody_applies_before_they_say_who_they_are(me: Caller, other: Caller) -> None:
    """One NIK, one account, one application in a round: two accounts of one person have one id between them."""
    for part in ({}, {"nik": "9999000000000007"}, {"born": "1999-05-17"}):
        said(other("PUT /me/identity", part))
        if len(said(other("PUT /me/identity", {}))["known"]) < 2:
            refused(other("POST /me/claims", {"round": ROUND}), 422, "claim.identity")
    said(other("POST /me/claims", {"round": ROUND}))
    said(me("PUT /me/identity", {"born": "1999-05-17"}))
    refused(me("PUT /me/identity", {"nik": "9999 0000 0000 0007"}), 409, "contact.taken")
    refused(me("POST /me/claims", {"round": ROUND}), 422, "claim.identity")
    assert said(me("GET /me"))["applications"] == []


# Words


def test_somebody_elses_words_are_not_there(me: Caller, other: Caller) -> None:
    kept = said(me("POST /me/words", {"text": "Saya keberatan."}))
    assert said(me(f"GET /me/words/{kept['id']}")) == {"id": kept["id"], "text": "Saya keberatan."}
    alike(other(f"GET /me/words/{kept['id']}"), other(f"GET /me/words/{ABSENT}"))
    refused(me("GET /me/words/phone"), 422, "request.invalid")
    for text in ("", "x" * 20_001, 4):
        refused(me("POST /me/words", {"text": text}), 422, "request.invalid")


def test_an_official_writes_about_whom_they_are_assigned_to(town: Town, me: Caller, verifier: Caller) -> None:
    """Erased with the applicant: the words lie in the applicant's vault."""
    mine = claimed(me)
    text = {"text": "Akreditasi tidak tercantum."}
    town.assigned |= {(verifier.person, mine["id"]), (verifier.person, f"pauh.{ABSENT}")}
    kept = said(verifier("POST /words", {"application": mine["id"], **text}))
    assert town.stores.vault.get(me.person, kept["id"]).decode() == text["text"]
    refused(verifier(f"GET /me/words/{kept['id']}"), 404, "object.unknown")
    refused(me("POST /words", {"application": mine["id"], **text}), 403, "role.missing")
    foreign = f"barito.{mine['application']}"
    town.assigned.add((verifier.person, foreign))
    unassigned = claimed(me, "pauh.2028")["id"]
    alike(*(verifier("POST /words", {"application": id, **text}) for id in (foreign, f"pauh.{ABSENT}", unassigned)))
    refused(verifier("POST /words", {"application": "x", **text}), 422, "request.invalid")


# Documents


@pytest.mark.parametrize(
    ("content", "media", "kind"),
    [
        (pdf(2), "application/pdf", "pdf"),
        (picture("JPEG"), "image/jpeg; charset=binary", "jpeg"),
        (picture("PNG"), "application/octet-stream", "png"),
        (picture("HEIF"), "image/heif", "heic"),
        (picture("PNG"), "application/pdf", "png"),  # what it is called does not matter
    ],
    ids=["pdf", "jpeg", "png", "heic", "misnamed"],
)
def test_a_document_is_what_it_holds(me: Caller, content: bytes, media: str, kind: str) -> None:
    made = said(me.send(content, media))
    assert (made["type"], made["size"], made["pages"]) == (kind, len(content), 2 if kind == "pdf" else 1)
    assert said(me("GET /me/documents"))["documents"] == [made]
    answer = me(f"GET /me/documents/{made['id']}")
    assert answer.content == content
    assert {name: answer.headers[name] for name in ("x-content-type-options", "cache-control")} == {
        "x-content-type-options": "nosniff", "cache-control": "no-store",
    }  # fmt: skip
    assert answer.headers["content-disposition"] == f'attachment; filename="{made["id"]}.{kind}"'
    said(me(f"DELETE /me/documents/{made['id']}"), 204)
    alike(me(f"GET /me/documents/{made['id']}"), me(f"DELETE /me/documents/{made['id']}"))


@pytest.mark.parametrize(
    ("content", "media", "status", "code"),
    [
        (b"<html>zq</html>", "application/pdf", 422, "document.type"),
        (b"", "application/pdf", 422, "document.empty"),
        (pdf()[:200], "application/pdf", 422, "document.damaged"),
        (picture("PNG") + b"PK", "image/png", 422, "document.two_in_one"),
        (pdf(), "text/html", 415, "request.media_type"),
        (pdf(), "multipart/form-data; boundary=zq", 415, "request.media_type"),
        (b"%PDF-" + bytes(10 * 1024 * 1024), "application/pdf", 413, "document.too_large"),
    ],
)
def test_what_is_no_document_is_refused_with_its_cure(
    me: Caller, content: bytes, media: str, status: int, code: str
) -> None:
    refused(me.send(content, media), status, code)
    assert said(me("GET /me/documents")) == {"documents": []}


def test_a_document_without_a_said_length_ends_at_ten_megabytes(me: Caller) -> None:
    sent = 0

    def endless() -> Iterator[bytes]:
        nonlocal sent
        while sent < 30 * 1024 * 1024:
            sent += 1 << 20
            yield bytes(1 << 20)

    answer = me("POST /me/documents", content=endless(), headers={"Content-Type": "application/pdf"})
    refused(answer, 413, "document.too_large")


def test_no_document_lies_anywhere_in_clear(town: Town, me: Caller, tmp_path: Path) -> None:
    content = pdf(root={"Kanari": "(zq-kanari-9901020304050607)"})
    assert b"zq-kanari" in content
    said(me.send(content))
    assert not [name for name, raw in town.stores.files().items() if b"zq-kanari" in raw]
    assert not [path for path in tmp_path.rglob("*") if path.is_file() and b"zq-kanari" in path.read_bytes()]


def test_two_hundred_documents_are_enough(town: Town, me: Caller, other: Caller) -> None:
    made = said(me.send(pdf()))
    rows = [
        {"id": f"{n:032x}", "person": me.person, "type": "pdf", "pages": 1, "size": 1, "mac": "", "added_at": town.at,
         "stored": True, "cited": False}
        for n in range(199)
    ]  # fmt: skip
    with town.stores.store.begin() as tx:
        tx.execute(sa.insert(documents), rows)
    refused(me.send(pdf()), 422, "document.too_many")
    said(other.send(pdf()))
    said(me(f"DELETE /me/documents/{made['id']}"), 204)
    said(me.send(pdf()))


def test_somebody_elses_document_is_not_there(town: Town, me: Caller, other: Caller, verifier: Caller) -> None:
    made = said(me.send(pdf()))["id"]
    for caller in (other, verifier):
        alike(
            caller(f"GET /me/documents/{made}"), caller(f"GET /me/documents/{ABSENT}"),
            caller(f"DELETE /me/documents/{made}"), caller(f"DELETE /me/documents/{ABSENT}"),
        )  # fmt: skip
    assert me(f"GET /me/documents/{made}").status_code == 200
    cite(town.stores, me.person, [made], "pauh.2027-014")
    refused(me(f"DELETE /me/documents/{made}"), 409, "document.cited")
    refused(me("GET /me/documents/x"), 422, "request.invalid")


def test_an_official_reads_what_the_application_cites_and_the_log_tells(
    town: Town, me: Caller, other: Caller, verifier: Caller, caplog: pytest.LogCaptureFixture
) -> None:
    """Data minimisation: not every document of the person, the application's alone."""
    caplog.set_level(logging.INFO, "merit.people")
    claim = claimed(me)
    cited, kept = said(me.send(pdf()))["id"], said(me.send(pdf(2)))["id"]
    foreign = said(other.send(pdf(3)))["id"]
    unassigned = claimed(other)["id"]
    town.assigned |= {(verifier.person, claim["id"]), (verifier.person, f"barito.{claim['application']}")}
    town.cited |= {claim["id"]: [cited, foreign], unassigned: [foreign], f"barito.{claim['application']}": [cited]}
    answer = verifier(f"GET /applications/{claim['id']}/documents/{cited}")
    assert (answer.status_code, answer.content[:5]) == (200, b"%PDF-")
    alike(
        verifier(f"GET /applications/{claim['id']}/documents/{kept}"),
        verifier(f"GET /applications/{claim['id']}/documents/{foreign}"),
        verifier(f"GET /applications/{claim['id']}/documents/{ABSENT}"),
        verifier(f"GET /applications/{unassigned}/documents/{foreign}"),
        verifier(f"GET /applications/pauh.{ABSENT}/documents/{cited}"),
        verifier(f"GET /applications/barito.{claim['application']}/documents/{cited}"),
    )
    refused(me(f"GET /applications/{claim['id']}/documents/{cited}"), 403, "role.missing")
    (line,) = [one for one in caplog.records if one.name == "merit.people"]
    assert (line.__dict__["reader_id"], line.__dict__["application_id"]) == (verifier.person, claim["application"])
    assert me.person not in str(line.__dict__)


# Drafts


def test_a_draft_is_saved_over_what_its_writer_has_seen_alone(me: Caller) -> None:
    assert said(me(f"PUT {DRAFT}", SAVING)) == {"version": 1}
    assert said(me(f"PUT {DRAFT}", SAVING)) == {"version": 1}
    second = {**SAVING, "seen": 1, "content": {"step": "two", "answers": {"gpa": "3.51", "list": ["a", 1, True]}}}
    assert said(me(f"PUT {DRAFT}", second)) == {"version": 2}
    problem = refused(me(f"PUT {DRAFT}", {**SAVING, "seen": 1, "content": {"step": "three"}}), 409, "draft.newer")
    newer = {"version": 2, "content": second["content"], "saved_at": "2027-03-01T02:00:00.000000Z"}
    assert problem["newer"] == newer
    found = {"about": "vacancy-pauh.2027-014", **newer}
    assert said(me(f"GET {DRAFT}")) == found
    assert said(me("GET /me/drafts")) == {"drafts": [found]}
    said(me(f"DELETE {DRAFT}"), 204)
    assert "newer" not in refused(me(f"PUT {DRAFT}", {**second, "seen": 2}), 409, "draft.newer")
    alike(me(f"GET {DRAFT}"), me(f"DELETE {DRAFT}"), me("GET /me/drafts/vacancy-pauh.other"))


def test_somebody_elses_draft_is_not_there(me: Caller, other: Caller) -> None:
    said(me(f"PUT {DRAFT}", SAVING))
    alike(other(f"GET {DRAFT}"), other(f"DELETE {DRAFT}"), other("GET /me/drafts/vacancy-pauh.absent"))
    assert said(other("GET /me/drafts")) == {"drafts": []}
    assert said(other(f"PUT {DRAFT}", {**SAVING, "content": {"step": "mine"}})) == {"version": 1}
    assert said(me(f"GET {DRAFT}"))["content"] == {"step": "one"}


def test_a_draft_holds_ones_own_documents_alone(me: Caller, other: Caller) -> None:
    mine, theirs = said(me.send(pdf()))["id"], said(other.send(pdf()))["id"]
    said(me(f"PUT {DRAFT}", {**SAVING, "documents": [mine]}))
    for id in (theirs, ABSENT):
        refused(me(f"PUT {DRAFT}", {**SAVING, "documents": [mine, id]}), 422, "draft.document_unknown")


@pytest.mark.parametrize(
    ("more", "status", "code"),
    [
        ({"content": {"text": "x" * 300_000}}, 413, "draft.too_long"),
        ({"content": {"text": "x" * 1_100_000}}, 413, "request.too_large"),
        ({"content": []}, 422, "request.invalid"),
        ({"content": {"gpa": 3.51}}, 422, "command.unreadable"),
        ({"seen": -1}, 422, "request.invalid"),
        ({"deadline": "2027-13-01T00:00:00Z"}, 422, "draft.deadline"),
        ({"deadline": "2028-06-01T00:00:00Z"}, 422, "draft.deadline"),
        ({"deadline": "tomorrow"}, 422, "request.invalid"),
        ({"documents": ["x"]}, 422, "request.invalid"),
    ],
)
def test_what_is_no_draft_is_refused(me: Caller, more: Any, status: int, code: str) -> None:
    refused(me(f"PUT {DRAFT}", {**SAVING, **more}), status, code)
    assert said(me("GET /me/drafts")) == {"drafts": []}


def test_fifty_drafts_are_enough(me: Caller) -> None:
    for number in range(50):
        said(me(f"PUT /me/drafts/vacancy-pauh.{number}", SAVING))
    refused(me(f"PUT {DRAFT}", SAVING), 409, "draft.too_many")
    said(me("PUT /me/drafts/vacancy-pauh.7", {**SAVING, "seen": 1, "content": {}}))


# Roles

GRANT = {"role": "verifier", "scope": "pauh.dinkes", "decree": "SK 2/2027", "from": "2027-03-01", "until": "2027-12-31"}


def test_a_role_is_proposed_by_an_administrator_and_never_given_alone(
    town: Town, client: TestClient, me: Caller, verifier: Caller
) -> None:
    head = town.somebody(client, OTHER, administrator="pauh")
    refused(head(f"POST /role/pauh.{me.person}/grant-role", GRANT), 409, "act.needs_approval")
    made = head(f"POST /role/pauh.{me.person}/grant-role/propose", GRANT)
    assert made.status_code == 200
    assert made.json()["approval"].startswith("pauh.")
    refused(head(f"POST /role/barito.{me.person}/grant-role/propose", GRANT), 404, "object.unknown")
    refused(verifier(f"POST /role/pauh.{me.person}/grant-role/propose", GRANT), 403, "role.missing")
    refused(head(f"POST /role/pauh.{me.person}/grant-role", {**GRANT, "ok": "x"}), 422, "request.invalid")
    gone = {"role": "verifier", "scope": "pauh.bkpsdm", "reason": "moved"}
    assert head(f"POST /role/pauh.{verifier.person}/revoke-role", gone).status_code == 200
    refused(verifier("GET /me"), 403, "unit.not_yours")
    verifier.unit = ""
    assert said(verifier("GET /me"))["roles"] == []


def test_a_program_neither_gives_nor_takes_a_role(town: Town, client: TestClient, me: Caller) -> None:
    """ASVS 2.3.5: whoever decides is there; a token that lies in a file for a year is not."""
    head = town.somebody(client, OTHER, administrator="pauh", integrator="pauh")
    program = Caller(client, said(head("POST /me/tokens", {"days": 366}))["token"], unit="pauh")
    gone = {"role": "integrator", "scope": "pauh", "reason": "moved"}
    for act, body in (("grant-role", GRANT), ("grant-role/propose", GRANT), ("revoke-role", gone)):
        refused(program(f"POST /role/pauh.{me.person}/{act}", body), 403, "session.needed")
    assert head(f"POST /role/pauh.{me.person}/grant-role/propose", GRANT).status_code == 200


def test_who_holds_what_is_seen_by_those_who_look_after_it(
    town: Town, client: TestClient, me: Caller, verifier: Caller
) -> None:
    auditor = town.somebody(client, OTHER, auditor="pauh.inspektorat")
    found = said(auditor(f"GET /role/pauh.{verifier.person}"))
    assert (found["id"], found["as_of"]) == (f"pauh.{verifier.person}", 6)
    assert found["grants"] == [
        {"role": "verifier", "unit": "pauh.bkpsdm", "decree": "SK 1/2027", "from": "2027-01-01", "until": "2027-12-31"}
    ]
    assert said(auditor(f"GET /role/pauh.{me.person}"))["grants"] == []
    refused(auditor(f"GET /role/barito.{me.person}"), 404, "object.unknown")
    refused(verifier(f"GET /role/pauh.{me.person}"), 403, "role.missing")


def test_officials_find_colleagues_by_role_and_unit_in_their_agency(town: Town, me: Caller, verifier: Caller) -> None:
    seen = {"person": verifier.person, "unit": "pauh.bkpsdm", "until": "2027-12-31"}
    for unit in ("pauh", "pauh.bkpsdm", "pauh.bkpsdm.seksi"):
        assert said(verifier(f"GET /roles/holders?role=verifier&unit={unit}"))["holders"] == [seen]
    for query in ("role=verifier&unit=pauh.dinkes", "role=hr&unit=pauh"):
        assert said(verifier(f"GET /roles/holders?{query}"))["holders"] == []
    town.grant(me.person, "verifier", "barito")
    assert said(verifier("GET /roles/holders?role=verifier&unit=pauh"))["holders"] == [seen]
    refused(verifier("GET /roles/holders?role=verifier&unit=barito"), 404, "object.unknown")
    refused(verifier("GET /roles/holders?role=verifier"), 422, "request.invalid")
    assert verifier.client.get(f"{API}/roles/holders?role=verifier&unit=pauh").status_code == 401


# All routes


def test_every_route_has_its_rule_a_summary_and_examples(town: Town) -> None:
    document = town.app.openapi()
    routes = [
        (method, path, said) for path, found in document["paths"].items() for method, said in found.items()
    ]  # fmt: skip
    assert len(routes) == 28
    for method, path, said_ in routes:
        assert said_["summary"], path
        assert len(said_["description"]) > 15, path
        body = said_.get("requestBody", {}).get("content", {}).get("application/json")
        if body:
            name = body["schema"].get("$ref", "").rpartition("/")[2]
            shape = document["components"]["schemas"].get(name, {"properties": {}})
            assert "example" in body or all("examples" in one for one in shape["properties"].values()), (method, path)


def test_nobody_is_let_in_without_a_sign(nobody: Caller, town: Town) -> None:
    public = {"/accounts", "/sessions", "/keys"}
    asked = 0
    for path, found in town.app.openapi()["paths"].items():
        for method in found:
            plain = path.removeprefix(API)
            if plain not in public:
                filled = plain.replace("{id}", ABSENT).replace("{application}", f"pauh.{ABSENT}")
                filled = filled.replace("{about}", "vacancy-pauh.1")
                refused(nobody(f"{method.upper()} {filled}"), 401, "signin.missing")
                asked += 1
    assert asked == 25


STRANGE = [
    b"", b"{", b"[]", b"null", b'"x"', b"1", b"{}", b"\xff\xfe", b"[" * 5_000, b'{"text": null}',
    b'{"text": "\\u0000"}', b'{"text": "\\ud800"}', b'{"text": "a", "text": "b"}', b'{"text": 1e5}',
    b'{"text": 123456789012345678901234567890}', b'{"text": NaN}', b'{"text": "a\x00b"}',
    b'{"contact": "\\u0000", "password": "\\u0000"}', b'{"contact": "\\ud800", "password": "\\ud800"}',
    b'{"contact": "0811223344", "password": "\xed\xa0\x80"}', b'{"round": "pauh.\\u0000"}',
    b'{"seen": 0, "content": {"\xc3\xa9": 1}, "deadline": "2027-03-20T16:59:00Z"}',
    b'{"seen": 0, "content": {"a": "\\u0000"}, "deadline": "2027-03-20T16:59:00Z"}',
    b'{"name": "\\u0000"}', b'{"name": "\\ud83d"}', b'{"nik": "\\u0661\\u0662"}', b'{"born": "\\u0661999-01-01"}',
    b'{"days": 1.0}', b'{"old": "\\ud800", "new": "x"}', b'{"application": "pauh.x\\u0000", "text": "x"}',
]  # fmt: skip
WRITES = (
    "POST /accounts", "POST /sessions", "POST /me/password", "POST /me/tokens", "PUT /me/identity", "POST /me/claims",
    "POST /me/words", "POST /words", "PUT /me/drafts/vacancy-pauh.1", f"POST /role/pauh.{ABSENT}/grant-role",
)  # fmt: skip


@pytest.mark.parametrize("route", WRITES)
def test_no_body_is_a_fault_of_ours(town: Town, client: TestClient, route: str) -> None:
    me = town.somebody(client, OFFICIAL, verifier="pauh", auditor="pauh", administrator="pauh")
    for raw in STRANGE:
        answer = me(route, content=raw, headers={"Content-Type": "application/json"})
        harmless = raw == b"{}" and route == "PUT /me/identity"
        assert answer.status_code in ((200,) if harmless else (401, 422, 429)), (raw, answer.text)


@pytest.mark.parametrize(
    "path",
    [
        "/me/documents/%00", "/me/documents/..%2f..%2fmaster.key", "/me/documents/%ff", "/me/words/%00",
        "/me/drafts/%00", "/me/drafts/..", "/applications/%00/documents/%00", "/role/%00", "/role/pauh.%00", "/role/..",
        "/roles/holders?role=%00&unit=pauh.%00", "/roles/holders?role=verifier&unit=%ed%a0%80",
    ],
)  # fmt: skip
def test_no_address_is_a_fault_of_ours(town: Town, client: TestClient, path: str) -> None:
    me = town.somebody(client, OFFICIAL, verifier="pauh", auditor="pauh")
    assert me(f"GET {path}").status_code in (200, 404, 405, 422)


@pytest.mark.parametrize("said_", ["Bearer", "Bearer \xe9", "Basic eA==", "Bearer a.b.c", "Bearer " + "x" * 5_000])
def test_what_is_no_credential_is_nobodys(nobody: Caller, said_: str) -> None:
    headers = {"Authorization": said_.encode("latin-1")}
    refused(nobody("GET /me", headers=headers), 401, "token.invalid")


CANARIES = ("zq-kanari", "9901020304050607", "628990011223", "08990011223")


def test_nothing_personal_stands_in_a_log_an_error_or_an_event(
    town: Town, client: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    """Planted in every input: a name, a NIK, a telephone."""
    caplog.set_level(logging.DEBUG)
    name, nik, phone = CANARIES[0], CANARIES[1], "+" + CANARIES[2]
    me = town.somebody(client, phone, verifier="pauh", auditor="pauh", administrator="pauh", integrator="pauh")
    text = f"{name} {nik} {phone}"
    errors: list[Response] = []

    def call(route: str, body: Any = None, **more: Any) -> None:
        answer = me(route, body, **more)
        if answer.status_code >= 400:
            errors.append(answer)

    for route in ("POST /accounts", "POST /sessions"):
        for body in ({"contact": phone, "password": text}, {"contact": text, "password": text}, {"contact": [text]}):
            call(route, body)
    for _ in range(6):
        call("POST /me/password", {"old": text, "new": text})
    call("PUT /me/identity", {"nik": nik, "name": text, "born": "1999-05-17"})
    for body in ({"nik": nik[1:]}, {"name": text + "\u200b"}, {"born": text}, {"born": "1999-05-17", text: text}):
        call("PUT /me/identity", body)
    call("POST /me/claims", {"round": text})
    call("POST /me/words", {"text": text})
    call("POST /me/words", {"text": text, name: text})
    call("POST /words", {"application": text, "text": text})
    call("POST /words", {"application": f"pauh.{ABSENT}", "text": text})
    call(f"PUT {DRAFT}", {**SAVING, "content": {"text": text}})
    call(f"PUT {DRAFT}", {**SAVING, "content": {name: text}, "deadline": text})
    call(f"PUT {DRAFT}", content=f'{{"{name}": "{text}", "{name}": 1}}'.encode())
    for content in (pdf(root={"Zq": f"({text})"}), f"%PDF-1.4 {text}".encode(), text.encode()):
        me.send(content, **{"Content-Disposition": f'attachment; filename="{text}.pdf"'})
        call("POST /me/documents", content=content, headers={"Content-Type": f"multipart/form-data; {name}"})
    call(f"POST /role/pauh.{ABSENT}/grant-role", {"role": text, "scope": text, "decree": 1})
    for path in (f"/me/words/{name}", f"/roles/holders?role={name}&unit={name}", "/me/tokens"):
        call(f"GET {path}")
    assert len(errors) >= 25
    theirs = ("httpx", "httpcore", "asyncio")  # the client in this process
    logged = [
        f"{one.getMessage()} {one.__dict__} {one.exc_text}" for one in caplog.records if not one.name.startswith(theirs)
    ]
    events = "".join(one.data for batch in town.people.ledger.read() for one in batch)
    for canary in CANARIES:
        addressed = [one for one in errors if canary in one.text.replace(one.json()["instance"], "")]
        assert not addressed, (canary, addressed[0].text)
        assert canary not in "\n".join(logged)
        assert canary not in events
    assert town.stores.vault.get(me.person, "nik").decode() == nik  # it did come in


def test_a_day_later_a_session_is_over(town: Town, me: Caller) -> None:
    town.now += dt.timedelta(hours=12)
    refused(me("GET /me"), 401, "token.invalid")
