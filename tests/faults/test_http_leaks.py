"""What people type is planted in every input that there is, and looked for where it must not be: events, logs, metrics,
errors, public feeds, the files of the folder and of a backup (architecture 9; UU 27/2022)."""

from __future__ import annotations

import base64
import http.client
import json
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import pytest

from services.cli.demonstration.half import PDF
from shared.ledger import Ledger
from tests.domain.notices import ROUND, VACANCY
from tests.e2e.command_line import merit
from tests.faults import lives, office
from tests.faults.office import Office, Person

MARK = "zqplanted"  # in every text that is planted; nothing of ours is called so
NIK, TELEPHONE, BORN = "3204119907880001", "0812-9988-7711", "1923-04-17"
NAME, EMAIL = f"{MARK} nama uji", f"{MARK}.surel@contoh.invalid"
PASSWORD = f"{MARK} kata sandi uji"
PLANTED = (
    MARK,
    NIK,
    "3204 1199 0788 0001",
    TELEPHONE,
    "081299887711",
    "6281299887711",
    "81299887711",
    BORN,
    "19230417",
)
ME = f"{office.PEOPLE}/me"
DRAFT = f"{ME}/drafts/vacancy-{VACANCY}"
PAPER = PDF + f"\n% {NAME} {NIK} {BORN}\n%%EOF\n".encode()


def spelt(text: str) -> Iterator[bytes]:
    """As it may stand in a file: plainly, in two bytes a sign, as digits, in base64 wherever it begins, in an
    address."""
    plain = text.encode()
    yield plain
    yield plain.upper()
    yield text.encode("utf-16-le")
    yield plain.hex().encode()
    yield quote(text).encode()
    yield quote(text, safe="").replace("%20", "+").encode()
    for shift in range(3):
        coded = base64.b64encode(bytes(shift) + plain).rstrip(b"=")
        yield coded[(shift + 2) // 3 * 4 : -2 if len(coded) > 14 else None]


NEEDLES = {needle: text for text in PLANTED for needle in spelt(text) if len(needle) >= 8}


def leaks(content: bytes) -> set[str]:
    """Which of the planted texts stand there."""
    return {text for needle, text in NEEDLES.items() if needle in content}


@dataclass
class Played:
    """What was sent, and everything that came back."""

    url: str
    errors: list[tuple[str, int, bytes]] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)

    def ask(
        self, method: str, path: str, body: Any = None, headers: Mapping[str, str] | None = None
    ) -> tuple[int, Any]:
        """One request. Of an error, all that it says is kept, but the address that was asked for: whoever reads it has
        typed it."""
        at = urlsplit(self.url)
        raw = body if isinstance(body, bytes) else json.dumps(body).encode() if body is not None else b""
        with closing(http.client.HTTPConnection(at.hostname or "", at.port, timeout=60)) as line:
            line.request(method, path, raw, {"Content-Type": "application/json", **(headers or {})})
            reply = line.getresponse()
            said, head = reply.read(), str(reply.headers)
        self.statuses.append(reply.status)
        if reply.status >= 400:
            kept = json.loads(said) if "json" in head else {"text": said.decode("latin-1")}
            kept.pop("instance", None)
            self.errors.append((f"{method} {path}", reply.status, json.dumps(kept).encode() + head.encode()))
        try:
            return reply.status, json.loads(said)
        except ValueError:
            return reply.status, said


def own(play: Played) -> dict[str, str]:
    """Somebody gives us what is personal where it belongs: the headers of their session."""
    for contact in (EMAIL, TELEPHONE):
        assert play.ask("POST", f"{office.PEOPLE}/accounts", {"contact": contact, "password": PASSWORD})[0] == 202
    status, said = play.ask("POST", f"{office.PEOPLE}/sessions", {"contact": EMAIL, "password": PASSWORD})
    assert status == 200
    mine = {"Authorization": f"Bearer {said['token']}"}
    identity = {"name": NAME, "nik": NIK, "born": BORN}
    assert play.ask("PUT", f"{ME}/identity", identity, mine)[0] == 200
    assert play.ask("POST", f"{ME}/words", {"text": f"Saya {NAME}, {TELEPHONE}"}, mine)[0] in (200, 201)
    draft = {"seen": 0, "content": {"step": NAME, "nik": NIK}, "deadline": "2027-03-20T17:00:00Z"}
    assert play.ask("PUT", DRAFT, draft, mine)[0] == 200
    named = {**mine, "Content-Type": "application/pdf", "Content-Disposition": f'attachment; filename="{NAME}.pdf"'}
    assert play.ask("POST", f"{ME}/documents", PAPER, named)[0] in (200, 201)
    return mine


def applied(play: Played, mine: Mapping[str, str]) -> None:
    """They apply, under a key that names them, and say things in the wrong places first."""
    status, claim = play.ask("POST", f"{ME}/claims", {"round": ROUND}, mine)
    assert status == 200
    (paper,) = play.ask("GET", f"{ME}/documents", None, mine)[1]["documents"]
    path = f"{office.INTAKE}/application/{claim['id']}/submit-application"
    sent = {**mine, "Application-Claim": claim["token"], "Idempotency-Key": f"{MARK}-{NIK}-{EMAIL}"}
    file = {"requirement": "r1", "file": {"id": paper["id"], "mac": paper["mac"]}, "pages": paper["pages"]}
    body = office.application(documents=[file])
    wrong: list[dict[str, Any]] = [
        {"channel": NAME}, {"channel": NIK}, {"channel": TELEPHONE}, {"channel": BORN}, {"statements": [NAME]},
        {"statements": [NIK]}, {"kind": NAME}, {"kind": NIK}, {"vacancy": f"pauh.{MARK}"}, {"vacancy": NAME},
        {"documents": [{**file, "requirement": NAME}]}, {"documents": [{**file, "file": {"id": NAME, "mac": NIK}}]},
        {NAME: NIK}, {"by": NAME}, {"round": NAME},
    ]  # fmt: skip
    for one in wrong:
        assert play.ask("POST", path, {**body, **one}, sent)[0] >= 400, one
    assert play.ask("POST", path, body, sent)[0] == 200
    assert play.ask("POST", path, {**body, "channel": "post"}, sent)[0] == 422
    leave = path.replace("submit", "withdraw")
    for reason in (NAME, NIK, TELEPHONE, BORN, EMAIL):
        assert play.ask("POST", leave, {"reason": reason}, sent)[0] >= 400


def misplaced(play: Played, mine: Mapping[str, str], hr: Person) -> None:
    """The same in every place where nobody asks for it."""
    texts = [MARK, NAME, NIK, TELEPHONE, EMAIL, BORN]
    for text in texts:
        at = quote(text, safe="")
        for path in (
            f"{office.PEOPLE}/{at}", f"{ME}/drafts/{at}", f"{ME}/documents/{at}", f"{ME}/words/{at}", f"/{at}",
            f"{office.INTAKE}/vacancy/pauh.{at}", f"{office.INTAKE}/application/pauh.{at}", f"/api/intake/v1/post/{at}",
            f"{office.INTAKE}/events?after={at}", f"{office.INTAKE}/vacancies?limit={at}&q={at}", f"/health/ready?{at}",
            f"{office.INTAKE}/events/public?after=0&{at}={at}", f"/metrics?name={at}",
        ):  # fmt: skip
            play.ask("GET", path, None, mine)
        for name in (
            "User-Agent", "Referer", "Cookie", "Accept-Language", "Authorization", "Merit-Unit", "Application-Claim",
            "Arrival-Ticket", "Last-Event-ID", "Idempotency-Key", "X-Request-ID", "traceparent", "Content-Type",
            "Origin", "If-None-Match", "X-Forwarded-For", "Host", "Accept", text.replace(" ", "-").replace("@", "-"),
        ):  # fmt: skip
            play.ask("GET", ME, None, {**mine, name: text})
            adopt = f"{office.INTAKE}/post/pauh.x/adopt-job-analysis"
            play.ask("POST", adopt, {"items": {text: text}}, {**mine, "Idempotency-Key": "k", name: text})
            play.ask("POST", adopt, {"items": {text: text}}, {**hr.headers(f"k{at}"), name: text})
        for raw in (text.encode(), b'{"' + text.encode(), json.dumps(text).encode(), b"\xff" + text.encode()):
            for path in (f"{office.PEOPLE}/accounts", f"{office.PEOPLE}/sessions", f"{ME}/identity", f"{ME}/words"):
                play.ask("POST", path, raw, mine)
        for method in ("PUT", "DELETE", "PATCH", text.replace(" ", "").replace("@", "").replace(".", "")):
            play.ask(method, f"{ME}/{at}", {text: text}, mine)
        for contact in (text, f"{MARK}.lain@contoh.invalid", f"+62 {TELEPHONE[1:]}"):
            credentials = {"contact": contact, "password": f"{text} salah sekali"}
            assert play.ask("POST", f"{office.PEOPLE}/sessions", credentials)[0] in (401, 422, 429)
        play.ask("PUT", f"{ME}/identity", {"name": text, "born": text, "nik": text}, mine)
        play.ask("PUT", DRAFT, {"seen": 7, "content": {text: text}, "deadline": text}, mine)
    form = f'--x\r\nContent-Disposition: form-data; name="file"; filename="{NAME}"\r\n\r\n{NIK}\r\n--x--\r\n'
    play.ask("POST", f"{ME}/documents", form.encode(), {**mine, "Content-Type": "multipart/form-data; boundary=x"})
    play.ask("POST", f"{ME}/documents", NAME.encode(), {**mine, "Content-Type": "application/pdf"})


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> tuple[Office, Played, Path, dict[str, bytes]]:
    """All of it, against a real server that logs as much as it can; what it then shows to everybody."""
    place = tmp_path_factory.mktemp("leaks")
    made, log = office.found(place / "data", papers=True), place / "log"
    with lives.served(made.path, log, MERIT_LOG="debug") as server:
        play = Played(server.begin())
        mine = own(play)
        applied(play, mine)
        misplaced(play, mine, made.officials["hr"])
        assert_given_back(play, mine)
        feeds = [f"/api/{name}/v1/events/public?after=0&limit=1000" for name in ("intake", "people", "selection")]
        pages = ["/metrics", "/health/ready", f"{office.INTAKE}/vacancies", f"{office.INTAKE}/vacancies.atom", *feeds]
        shown = {path: str(play.ask("GET", path)[1]).encode() for path in pages}
        during = {str(path.relative_to(made.path)): path.read_bytes() for path in files(made.path)}
        server.end()
    return made, play, log, {**shown, **during}


def assert_given_back(play: Played, mine: Mapping[str, str]) -> None:
    """It did arrive: whoever gave it reads it, all of it."""
    status, said = play.ask("GET", f"{ME}/export", None, mine)
    assert status == 200
    assert {NIK, TELEPHONE, BORN, MARK} <= leaks(json.dumps(said, ensure_ascii=False).encode())
    (paper,) = play.ask("GET", f"{ME}/documents", None, mine)[1]["documents"]
    assert play.ask("GET", f"{ME}/documents/{paper['id']}", None, mine)[1] == PAPER


def files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


Everything = tuple[Office, Played, Path, dict[str, bytes]]


def test_what_is_looked_for_is_found_where_it_is() -> None:
    """The search itself can fail: it finds each text in each spelling, and nothing in what holds none."""
    for text in PLANTED:
        for written in (text, text.encode().hex(), quote(text, safe=""), base64.b64encode(text.encode() * 2).decode()):
            assert text in leaks(f"... {written} ...".encode()), (text, written)
    assert leaks(b"nothing of this is personal 2027-03-10 081") == set()


def test_no_event_holds_what_people_typed(played: Everything) -> None:
    """Every column of every row of every ledger, and what everybody may read of them."""
    made, _, _, shown = played
    with made.opened() as platform:
        for ledger in platform.ledgers():
            rows = rows_of(ledger)
            assert len(rows) == ledger.size()
            assert {row for row in rows if leaks(row)} == set()
        assert len(rows_of(platform.intake.ledger)) > 10
        office.assert_whole(platform)
    assert {name: leaks(content) for name, content in shown.items() if leaks(content)} == {}


def rows_of(ledger: Ledger) -> list[bytes]:
    with ledger.reader.begin() as tx:
        return [repr(tuple(row)).encode() for row in tx.exec_driver_sql("SELECT * FROM events")]


def test_no_log_line_holds_what_people_typed(played: Everything) -> None:
    _, play, log, _ = played
    lines = log.read_bytes().splitlines()
    assert len(lines) > len(play.statuses) * 0.9  # it did log: a line for each request
    assert all(json.loads(line)["level"] for line in lines)
    assert {line for line in lines if leaks(line)} == set()


def test_no_error_says_what_people_typed(played: Everything) -> None:
    """Nor its headers. The one exception is the address itself, to whoever asked for it (RFC 9457, `instance`)."""
    _, play, _, _ = played
    assert len(play.errors) > 400
    assert {400, 401, 403, 404, 405, 415, 422} <= {status for _, status, _ in play.errors}
    assert [status for status in play.statuses if status >= 500] == []
    assert {(what, status, body) for what, status, body in play.errors if leaks(body)} == set()


def test_no_file_of_the_folder_holds_what_people_typed(played: Everything, tmp_path: Path) -> None:
    """Neither while it is served, journals and all, nor afterwards, nor in a copy that leaves the house."""
    made, _, _, _ = played
    copy = tmp_path / "copy.merit"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MERIT_DEMO", "1")
        assert merit("backup", copy, "--data", made.path).code == 0
    there = [*files(made.path), copy]
    assert any("documents" in path.parts for path in there)
    assert {path.name: leaks(path.read_bytes()) for path in there if leaks(path.read_bytes())} == {}


def test_a_key_is_kept_as_its_digest_alone(played: Everything) -> None:
    """Sixteen bytes of whom, what and which: people put names and numbers into keys."""
    made, _, _, _ = played
    with made.opened() as platform, platform.intake.ledger.reader.begin() as tx:
        kept = [bytes(row[0]) for row in tx.exec_driver_sql("SELECT digest FROM answers")]
        rows = list(tx.exec_driver_sql("SELECT actor, stream FROM events WHERE type LIKE '%ApplicationSubmitted%'"))
    ((actor, _),) = rows
    said = f"{actor}\nSubmitApplication\n{MARK}-{NIK}-{EMAIL}"
    assert sha256(said.encode()).digest()[:16] in kept
    assert {len(one) for one in kept} == {16}
