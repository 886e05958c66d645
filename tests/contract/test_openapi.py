"""The OpenAPI document says what the whole platform answers: to what fits it, to what does not, and to hostile bytes.

Schemathesis makes the requests, from the document alone, the same ones each time; nothing is sent over a network.
"""

import datetime as dt
import json
import re
from collections.abc import Iterator, Mapping
from contextlib import nullcontext, suppress
from http import HTTPStatus
from pathlib import Path
from typing import Any

import httpx2
import jsonschema_rs
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis import APIOperation, Case, GenerationMode
from schemathesis.checks import load_all_checks, not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from services.people.roles import OF_EVERYBODY
from shared.runtime.http import minimum
from shared.runtime.http.acts import ANSWERED
from shared.runtime.http.documented import example_of, summary_of, without_null
from shared.runtime.http.routes import routes
from tests.contract.composed import PRINCIPALS, Composed, acting, apply, composed, publish
from tests.services.intake_site import NEED, POST, ROUND, VACANCY

EXAMPLES = 3  # of an operation, of each kind
TOO_LARGE = "413"  # what does not fit may be longer than any body, too
CHECKS = (
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    response_headers_conformance,
    negative_data_rejection,
)
GROUPS = {  # of operations: part of a path
    "people": r"/api/people/v1/(?!approval|events|stream|role)",
    "roles": r"/api/people/v1/(approval|events|stream|role)",
    "intake's vacancies": r"/api/intake/v1/vacancy/.*-",
    "intake's commands": r"/api/intake/v1/(?!vacancy).*/.*-|/api/intake/v1/approval",
    "intake's reads": r"/api/intake/v1/(?!approval)[^-]*$",
    "selection's panels": r"/api/selection/v1/(pool|panel|session|seat)/",
    "selection's candidates": r"/api/selection/v1/(selection|candidate|import)/",
    "selection's reads": r"/api/selection/v1/(?!pool|panel|session|seat|selection|candidate|import)",
    "training": r"/api/training/",
    "feedback": r"/api/feedback/",
    "read models": r"/api/(projections|oversight)/",
    "the rest": r"/health|/metrics",
    "the demonstration": r"/api/demo/",
}
PROBLEM = "application/problem+json"


@pytest.fixture
def world(tmp_path: Path) -> Iterator[Composed]:
    with composed(tmp_path / "data") as made:
        publish(made)
        token = made.sign_in("0811-223-344")
        made.ids = apply(made, token)
        made.door.known["person"] = acting(made.must("GET", "/api/people/v1/me", token)["person"], "")
        yield made


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Composed]:
    """Where nothing has happened, for tests that change nothing."""
    with composed(tmp_path_factory.mktemp("openapi") / "data") as made:
        yield made


@pytest.fixture(scope="module")
def document(place: Composed) -> dict[str, Any]:
    """As anybody gets it."""
    made: dict[str, Any] = place.must("GET", "/api/openapi.json", "one-applicant")
    return made


def test_the_groups_are_all_operations(document: Mapping[str, Any]) -> None:
    for path in document["paths"]:
        assert [name for name, pattern in GROUPS.items() if re.match(pattern, path)], path


@pytest.mark.parametrize("group", GROUPS)
def test_answers_are_as_documented(world: Composed, group: str) -> None:
    load_all_checks()
    document = world.must("GET", "/api/openapi.json", "one-applicant")
    wrong: list[str] = []
    schema = schemathesis.openapi.from_dict(document)
    schema.config.generation.with_security_parameters = False  # who asks is ours to say
    schema.config.checks.negative_data_rejection.expected_statuses.append(TOO_LARGE)
    for found in schema.get_all_operations():
        assert isinstance(found, Ok)
        operation = found.ok()
        if re.match(GROUPS[group], operation.path):
            for mode in GenerationMode:
                wrong += examined(world, operation, mode)
    assert not wrong, "\n\n".join(wrong)


def examined(world: Composed, operation: APIOperation[Any, Any, Any, Any], mode: GenerationMode) -> list[str]:
    """What is not as documented, in requests that fit the document or, negative, do not; by whom the rule names, whom
    it does not, a real person, and nobody."""
    roles = operation.definition.raw.get("x-roles", ())
    named = [token for token, one in PRINCIPALS.items() if one.roles & set(roles) - OF_EVERYBODY]
    wrong: list[str] = []

    @settings(
        max_examples=1 if operation.path.endswith("/propose") else EXAMPLES,  # it takes the act's own body
        derandomize=True, database=None, deadline=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(
        case=operation.as_strategy(generation_mode=mode),
        who=st.sampled_from(["person", *named[:3], "person", *named[:3], "one-applicant", ""]),
        real=st.sampled_from([True, True, False]),
    )
    def examine(case: Case[Any], who: str, real: bool) -> None:
        response = answered(world, case, who, real=real and mode is GenerationMode.POSITIVE)
        if response is None:
            return
        try:
            case.validate_response(response, checks=list(CHECKS))
        except FailureGroup as group:
            wrong.extend(f"{operation.label} as {who}: {one}" for one in group.exceptions)
        if mode is GenerationMode.POSITIVE and b'"request.invalid"' in response.content:
            wrong.append(f"{operation.label} refuses what fits: {response.text}\n{case.as_curl_command()}")

    with suppress(Unsatisfiable) if mode is GenerationMode.NEGATIVE else nullcontext():  # bytes, or nothing: all fit
        examine()
    return wrong


def answered(world: Composed, case: Case[Any], who: str, *, real: bool) -> httpx2.Response | None:
    """The answer, to be judged by the document; None for a request that no client can send. `real`: about something
    that is there."""
    if real:
        case.path_parameters.update(there(world, case.path))
        case.headers.pop("Arrival-Ticket", None)  # an invented one is refused before all else is looked at
        if case.path.endswith("/submit-application"):
            case.headers["Application-Claim"] = world.ids["claim"]
    if re.fullmatch(minimum.FORM, str(case.query.get("min", ""))):
        case.query["min"] = "intake:0"  # what is far away is waited for, and answered 202 before all else is looked at
    if re.fullmatch("[0-9]+", str(case.query.get("wait", ""))):
        case.query["wait"] = 0
    said = case.as_transport_kwargs(base_url="http://testserver")
    headers = {name: value for name, value in said["headers"].items() if name != "Authorization"}
    if who:
        headers["Authorization"] = f"Bearer {who}"
    body = {"json": said["json"]} if "json" in said else {"content": said.get("data") or b""}
    try:
        request = httpx2.Request(said["method"], said["url"], params=said["params"], headers=headers, **body)
    except (UnicodeError, ValueError, TypeError):
        return None
    answer = world.send(request.method, request.url.raw_path.decode(), request.headers.raw, request.content)
    headers_ = list(answer.headers.items())
    response = httpx2.Response(answer.status, headers=headers_, content=answer.content, request=request)
    response.elapsed = dt.timedelta(0)
    return response


def there(world: Composed, path: str) -> dict[str, str]:
    """Ids of what the scene has made, for the parts of a path."""
    ids = {"round": ROUND, "application": world.ids["application"], "need": NEED, "post": POST, "posts": POST}
    of = path.split("/")[4] if path.count("/") > 3 else ""
    if "/me/" in path:
        found = {"id": world.ids["words" if "words" in path else "document"], "about": world.ids["draft"]}
    else:
        document = "/documents/" in path
        found = {
            "id": world.ids["document"] if document else ids.get(of, VACANCY),
            "application": world.ids["application"],
        }
    return {name: value for name, value in found.items() if f"{{{name}}}" in path}


def operations(document: Mapping[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        for method, said in methods.items():
            yield method.upper(), path, said


def bodies(document: Mapping[str, Any]) -> Iterator[tuple[str, str, Any, Any]]:
    """Method, path, schema and example of every JSON body."""
    for method, path, said in operations(document):
        content = said.get("requestBody", {}).get("content", {}).get("application/json")
        if content:
            yield method, path, content["schema"], content["example"]


def test_every_operation_is_described(place: Composed, document: Mapping[str, Any]) -> None:
    rules = {(one.method, one.path): one.rule for one in routes(place.app)}
    ids: list[str] = []
    for method, path, said in operations(document):
        name = f"{method} {path}"
        assert re.fullmatch(r"[A-Z][a-zA-Z' ,.-]*[a-zA-Z]", said["summary"]), (name, said["summary"])
        assert not re.search(r"[a-z][-_/][A-Z]|[-_ ]$", said["summary"]), (name, said["summary"])
        assert said["description"] or "/health" in path, name
        rule = rules[method, path]
        assert rule is not None, name
        assert said["x-roles"] == sorted(rule.roles), name
        assert said["security"] == ([{"bearer": []}] if rule.roles else [{}, {"bearer": []}]), name
        answered = {str(code) for code in ANSWERED} if path.startswith("/api/") else {"429"}
        assert answered <= said["responses"].keys(), name
        for code, response in said["responses"].items():
            if int(code) >= HTTPStatus.BAD_REQUEST:
                assert response["content"] == {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}}, name
        ids.append(said["operationId"])
        headers = {one["name"] for one in said.get("parameters", ()) if one["in"] == "header"}
        assert ("Merit-Unit" in headers) == bool(rule.roles), name
        assert ("Arrival-Ticket" in headers) == ("Idempotency-Key" in headers), name
        assert ("Application-Claim" in headers) == path.endswith("/submit-application"), name
    assert len(set(ids)) == len(ids)
    assert "HTTPValidationError" not in document["components"]["schemas"]


def test_every_example_of_a_body_fits_its_schema_and_is_read(place: Composed, document: Mapping[str, Any]) -> None:
    for method, path, schema, example in bodies(document):
        assert example or not document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]["properties"], path
        validator = jsonschema_rs.validator_for({**schema, "components": document["components"]})
        assert not list(validator.iter_errors(example)), path
        answer = place.ask(method, known(path), permitted(document, method, path), example)
        assert answer.code not in ("request.invalid", "request.unreadable", "command.unreadable"), (
            path,
            answer.content,
        )


def permitted(document: Mapping[str, Any], method: str, path: str) -> str:
    """Somebody whom the rule of an operation lets in."""
    roles = set(document["paths"][path][method.lower()]["x-roles"])
    return next(token for token, one in PRINCIPALS.items() if not roles or roles & one.roles)


def known(path: str) -> str:
    nobody = "00" * 16
    named = {
        "need": NEED, "survey": NEED, "candidate": f"{VACANCY}+{nobody}", "seat": f"{VACANCY}+general+1",
        "enrolment": f"pauh.orientation+1+{nobody}", "class": "pauh.orientation+1", "service": "pauh.pkm-03+poli",
        "evaluation": f"pauh.{nobody}+2027", "review": f"pauh.{nobody}+2027",
    }  # fmt: skip
    of = path.split("/")[4] if path.count("/") > 3 else ""
    return path.format(id=named.get(of, f"pauh.{nobody}"), about="vacancy-pauh.2027-014")


DEEP = b"[" * 100_000
WHOLE = {  # bodies that are no object of anybody's
    "nothing": b"", "a list": b"[]", "a text": b'"x"', "null": b"null", "a number": b"1", "no UTF-8": b'{"a":"\xff"}',
    "a byte order mark": b"\xef\xbb\xbf{}", "UTF-16": '{"a":1}'.encode("utf-16"), "depth": DEEP, "deep objects":
    b'{"a":' * 100_000, "no end": b'{"a":', "two": b"{}{}", "2 MB": b'{"a":"' + b"x" * 2_000_000 + b'"}',
    "NaN alone": b"NaN", "raw surrogate": b'{"a":"\xed\xa0\x80"}', "a key twice": b'{"a":1,"a":2}', "NUL": b"\0",
    "many digits": b"1" * 5_000,
}  # fmt: skip
WITHIN = {  # values in the place of one that is well
    "NaN": b"NaN", "Infinity": b"-Infinity", "NUL escaped": rb'"\u0000"', "NUL": b'"\x00"', "surrogate": rb'"\ud800"',
    "raw surrogate": b'"\xed\xa0\x80"', "a huge integer": b"9" * 4_000, "beyond 2^53": b"9007199254740993",
    "too large a float": b"1e999", "a fraction": b"0.1", "minus zero": b"-0", "null": b"null", "depth": DEEP,
    "a key twice": b'{"a":1,"a":1}', "no UTF-8": b'"\xff"', "a control sign": b'"\x01"', "a surrogate as key":
    rb'{"\udfff":1}', "NUL as key": rb'{"\u0000":1}', "no such escape": rb'"\x41"', "a comment": b"1 /* */",
}  # fmt: skip
HARMLESS = frozenset({"minus zero"})  # JSON, and an integer: where an integer is asked for, it is one


def hostile(example: Mapping[str, Any]) -> Iterator[tuple[str, bytes]]:
    """Bodies by name: hostile ones, then the example with something hostile in the place of its fields, one after the
    other, of what stands within its free objects, and beside them."""
    yield from WHOLE.items()
    for n, (name, value) in enumerate(WITHIN.items()):
        for field in (list(example or ["more"])[n % (len(example) or 1)], "more"):
            made = json.dumps({**example, field: "@"}).encode()
            yield f"{name} as {field}", made.replace(b'"@"', value)
        if "content" in example:  # a draft's, whose fields are anybody's
            made = json.dumps({**example, "content": {"a": ["@"]}}).encode()
            yield f"{name} in content", made.replace(b'"@"', value)


def test_hostile_bodies_are_refused_as_problems(place: Composed, document: Mapping[str, Any]) -> None:
    """On every route with a JSON body: no fault of ours, always a problem, nothing of the body in it."""
    wrong: list[str] = []
    for method, path, _, example in bodies(document):
        who = permitted(document, method, path)
        for name, raw in hostile(example):
            answer = place.ask(method, known(path), who, raw=raw)
            refused = HTTPStatus.BAD_REQUEST <= answer.status < HTTPStatus.INTERNAL_SERVER_ERROR
            if (
                not (refused and answer.headers.get("content-type") == PROBLEM)
                and name.split(" as ")[0] not in HARMLESS
            ):
                wrong.append(f"{method} {path}, {name}: {answer.status} {answer.content[:200]!r}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("media", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "x", ""])
def test_a_body_of_another_type_is_refused(place: Composed, document: Mapping[str, Any], media: str) -> None:
    for method, path, _, example in bodies(document):
        answer = place.ask(method, known(path), permitted(document, method, path), example, media=media)
        assert (answer.status, answer.headers["content-type"]) == (415, PROBLEM), (path, answer.content)
        assert answer.code == "request.no_json", path


def test_words_of_a_document() -> None:
    assert summary_of("A round: kind, decree,\n    calendar.") == "A round"
    assert summary_of("A notice as schema.org's JobPosting, while it lasts; then gone.") == (
        "A notice as schema.org's JobPosting"
    )
    schemas = {"Move": {"properties": {"to": {"examples": ["x", "y"]}, "why": {}}}}
    assert example_of(schemas, {"$ref": "#/components/schemas/Move"}) == {"to": "x"}
    assert example_of(schemas, {"type": "string", "examples": ["x"]}) == "x"
    null, text = {"type": "null"}, {"type": "string"}
    assert without_null([{"anyOf": [text, null], "default": None, "title": "A"}]) == [{"type": "string", "title": "A"}]
    assert without_null({"anyOf": [text, null, {"const": 1}]}) == {"anyOf": [text, {"const": 1}]}
    hidden = {"type": "object", "additionalProperties": {"anyOf": [text, null]}}
    assert without_null({"anyOf": [hidden, null]}) == hidden
