"""The API's own pages: every route, every event, every refusal; in both languages, whole as HTML, with nothing from any
other host, nothing that runs, and nothing of theirs that is not escaped."""

import json
from collections.abc import Iterator
from contextlib import nullcontext
from html.parser import HTMLParser
from typing import Any, Final

import pytest
from fastapi import APIRouter, Header
from pydantic import BaseModel, Field
from starlette.testclient import TestClient

from services.portal import reference
from services.portal.reference import POLICY, groups, service_of
from shared.events import catalogue, codec
from shared.ledger.store import utc
from shared.runtime.http.app import application
from shared.runtime.http.routes import routes
from shared.runtime.http.rules import PUBLIC, Rule
from shared.runtime.http.site import Site, allowed
from shared.runtime.problems import SENTENCES
from tests.contract.composed import Composed, composed
from tests.runtime.served import Door

VOID: Final = frozenset({"meta", "link", "br", "img", "input", "hr"})
RESOURCES: Final = frozenset({"src", "srcset", "data", "action", "formaction", "poster", "background", "ping", "cite"})
HOSTILE: Final = """<script>alert(1)</script>"><img src=x onerror='alert(1)'>{{ 7*7 }}&amp;</pre>"""


class Page(HTMLParser):
    """A page as a browser takes it: its elements, their attributes, its text. An element that is not closed, or closed
    where it is not open, fails."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.text = ""
        self.declared: list[str] = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_decl(self, decl: str) -> None:
        self.declared.append(decl)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open[-1:] != ["style"]:
            self.text += data

    def of(self, attribute: str) -> list[str]:
        return [value for name, value in self.attributes if name == attribute]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Composed]:
    with composed(tmp_path_factory.mktemp("reference") / "data") as made:
        yield made


def read(world: Composed, path: str, lang: str = "en") -> Page:
    answer = world.ask("GET", path, accept_language=lang)
    assert (answer.status, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    return Page(answer.content.decode())


PAGES: Final = ("/api", "/api/problems", "/api/problems/object.unknown")


@pytest.mark.parametrize("lang", ["id", "en"])
@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_whole_and_says_its_language(world: Composed, path: str, lang: str) -> None:
    page = read(world, path, lang)
    assert page.declared == ["doctype html"]
    assert page.tags[:2] == ["html", "head"]
    for tag in ("html", "head", "body", "main", "title", "h1"):
        assert page.tags.count(tag) == 1, tag
    assert page.of("lang") == [lang]
    ids = page.of("id")
    assert len(ids) == len(set(ids))
    assert [one for one in page.of("href") if one.startswith("#") and one[1:] not in ids] == []


@pytest.mark.parametrize("path", PAGES)
def test_nothing_comes_from_elsewhere_and_nothing_runs(world: Composed, path: str) -> None:
    answer = world.ask("GET", path)
    assert answer.headers["content-security-policy"] == POLICY
    assert "default-src 'none'" in POLICY
    assert "script-src" not in POLICY
    page = Page(answer.content.decode())
    assert {"script", "link", "iframe", "object", "embed", "img", "form", "base"} & set(page.tags) == set()
    assert [name for name, _ in page.attributes if name in RESOURCES or name.startswith("on")] == []
    assert all(one.startswith(("/api", "#")) for one in page.of("href"))
    assert [value for _, value in page.attributes if "://" in value or value.startswith("//")] == []
    assert "url(" not in answer.content.decode()
    assert "@import" not in answer.content.decode()


def test_every_link_leads_somewhere(world: Composed) -> None:
    for path in PAGES:
        for one in {link for link in read(world, path).of("href") if link.startswith("/")}:
            assert world.ask("GET", one).status == 200, one


def test_the_two_languages_say_other_words_of_the_same_routes(world: Composed) -> None:
    english, indonesian = read(world, "/api"), read(world, "/api", "id")
    assert "Commands are bodies" in english.text
    assert "Perintah adalah isi permintaan" in indonesian.text
    assert english.of("id") == indonesian.of("id")
    assert read(world, "/api", "de").of("lang") == ["id"]


def test_every_route_stands_there_with_its_method_its_roles_and_its_example(world: Composed) -> None:
    page, document = read(world, "/api"), world.app.openapi()
    said = [(one["method"], one["path"]) for group in groups(document).values() for one in group]
    known = {(one.method, one.path) for one in routes(world.app) if one.path in document["paths"]}
    assert set(said) == known
    assert len(said) == len(known) > 50
    for method, path in known:
        assert f"{method} {path}" in page.text
        operation = document["paths"][path][method.lower()]
        if operation["x-roles"]:
            assert f"Roles: {', '.join(operation['x-roles'])}" in page.text
        example = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("example")
        if example:
            assert json.dumps(example, indent=2, ensure_ascii=False) in page.text
    hidden = {one.path for one in routes(world.app)} - set(document["paths"])
    assert hidden == {
        "/api", "/api/problems", "/api/problems/{code}", "/api/events/{name}", "/api/openapi.json",
    }  # fmt: skip


def test_every_event_stands_there_and_leads_to_its_schema(world: Composed) -> None:
    page = read(world, "/api")
    for kind in catalogue.TYPES:
        assert kind.name in page.text
        assert f"/api/events/{kind.name}" in page.of("href")
        answer = world.ask("GET", f"/api/events/{kind.name}")
        assert (answer.status, answer.headers["content-type"]) == (200, "application/schema+json")
        assert answer.said == json.loads(json.dumps(codec.schema(kind.name)))


@pytest.mark.parametrize(("lang", "n"), [("id", 0), ("en", 1)])
def test_every_refusal_stands_there_with_its_sentence(world: Composed, lang: str, n: int) -> None:
    page = read(world, "/api/problems", lang)
    assert page.of("id") == sorted(SENTENCES)
    for code, sentences in SENTENCES.items():
        assert code in page.text
        assert " ".join(sentences[n].split()) in " ".join(page.text.split())


@pytest.mark.parametrize("code", sorted(SENTENCES))
def test_what_a_problems_type_leads_to_is_there(world: Composed, code: str) -> None:
    page = read(world, f"/api/problems/{code}")
    assert page.of("id") == [code]
    assert SENTENCES[code][1] in page.text


@pytest.mark.parametrize("name", ["x", "../problems", "%3Cscript%3E", "object.unknown%00", "VacancyPublished "])
def test_what_is_not_known_is_not_there(world: Composed, name: str) -> None:
    for path in (f"/api/problems/{name}", f"/api/events/{name}"):
        answer = world.ask("GET", path)
        assert (answer.status, answer.code) == (404, "object.unknown")
        assert b"<" not in answer.content


class Hostile(BaseModel):
    """Words of somebody who means harm."""

    words: str = Field(description=HOSTILE, examples=[HOSTILE])


def test_whatever_a_route_says_of_itself_is_shown_and_never_obeyed() -> None:
    made = APIRouter(prefix="/api/toy/v1")

    @made.post("/x", summary=HOSTILE, description=HOSTILE, dependencies=[allowed(Rule(roles=frozenset({HOSTILE})))])
    def take(body: Hostile, of: str = Header(alias="x-of", description=HOSTILE)) -> None:
        """Nothing."""

    @made.get("/nothing", dependencies=[allowed(PUBLIC)])
    def nothing() -> None:
        pass

    @made.post("/list", dependencies=[allowed(PUBLIC)])
    def many(body: list[int]) -> None:
        """A body without a name."""

    app = application(Site(clock=utc, door=Door(), pipelines={}), [made, reference.router()], lambda: nullcontext())
    answer = TestClient(app).get("/api", headers={"Accept-Language": "en"})
    page = Page(answer.text)
    assert {"script", "img"} & set(page.tags) == set()
    assert page.text.count("<script>alert(1)</script>") >= 4
    assert page.text.count("{{ 7*7 }}") >= 4
    assert "<script" not in answer.text


@pytest.mark.parametrize(
    ("path", "service"),
    [
        ("/api/intake/v1/vacancies", "intake"), ("/api/intake/v1", "intake"), ("/api/openapi.json", "platform"),
        ("/health/live", "platform"), ("/metrics", "platform"), ("/api/intake/v2/x", "platform"), ("/", "platform"),
    ],
)  # fmt: skip
def test_a_route_belongs_to_its_service(path: str, service: str) -> None:
    assert service_of(path) == service


def test_operations_come_by_service_in_the_order_of_their_paths() -> None:
    document: Any = {"paths": {"/b": {"post": {}, "get": {}}, "/a": {"delete": {}}, "/api/toy/v1/x": {"put": {}}}}
    made = groups(document)
    assert {name: [(one["method"], one["path"]) for one in those] for name, those in made.items()} == {
        "platform": [("DELETE", "/a"), ("GET", "/b"), ("POST", "/b")], "toy": [("PUT", "/api/toy/v1/x")],
    }  # fmt: skip
