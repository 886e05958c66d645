"""What goes wrong, as problems: one document for each code, in the reader's language, with its code's own status;
nothing of what was typed, and no more than there is to say."""

import logging
from collections.abc import Callable
from enum import StrEnum
from typing import Annotated, Any, Literal

import pytest
import sqlalchemy as sa
from fastapi import FastAPI, Header, HTTPException, Query, Request
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import ClientDisconnect
from starlette.testclient import TestClient

from shared.events import Damaged, MeritError, NotFound, Refused, Unknown, Unreadable
from shared.runtime.http import replies
from shared.runtime.http.bodies import USUAL, TooLarge
from shared.runtime.http.replies import TYPE, lang_of, status_of
from shared.runtime.http.rules import NotAllowed, OutOfReach, SignedOut
from shared.runtime.http.statuses import CONFLICT, NOT_FOUND, STATUS
from shared.runtime.problems import SENTENCES

PLANTED = "ZQ-PLANTED"


class State(StrEnum):
    OPEN = "open"
    SHUT = "shut"


class Body(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)
    count: int


def api(error: BaseException | None = None) -> Any:
    app = FastAPI()
    replies.wire(app)

    @app.get("/fails/{what}")
    def fails(what: str) -> None:
        if error is not None:
            raise error

    @app.post("/takes")
    def takes(
        body: Body, most: Annotated[int, Query(ge=1)] = 1, key: Annotated[str, Header(alias="Idempotency-Key")] = ""
    ) -> None:
        """With a key or without."""

    @app.post("/commands")
    def commands(body: Body, key: Annotated[str, Header(alias="Idempotency-Key")]) -> None:
        """With a key."""

    return TestClient(app, raise_server_exceptions=False)


# --- the status of a code ---------------------------------------------------------------------------------------


@given(code=st.sampled_from(sorted(SENTENCES)))
def test_the_longest_prefix_tells_the_status(code: str) -> None:
    fits = sorted((prefix for prefix in STATUS if code.startswith(prefix)), key=len)
    assert status_of(code) == (STATUS[fits[-1]] if fits else CONFLICT)


def test_a_code_of_its_own_row_beats_its_family() -> None:
    assert (status_of("document.locked"), status_of("document.cited"), status_of("document.too_large")) == (
        422,
        409,
        413,
    )
    assert (status_of("key.other_body"), status_of("key.missing"), status_of("never.heard_of")) == (422, 400, 409)


def test_every_row_is_for_a_code_that_is_said() -> None:
    """A row that no code has is a code that was renamed: its answers would be 409."""
    assert [prefix for prefix in STATUS if not any(code.startswith(prefix) for code in SENTENCES)] == []


# --- the document -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "lang"),
    [
        ("", "id"), ("en", "en"), ("en-GB,id;q=0.5", "en"), ("id,en", "id"), ("de,en;q=0.1", "en"), ("de", "id"),
        ("EN", "en"), ("*", "id"), ("de, ID-id", "id"), (",,", "id"), ("<script>", "id"),
    ],
)  # fmt: skip
def test_a_problem_is_in_the_readers_language(said: str, lang: str) -> None:
    answer = api(Refused("roster.full")).get("/fails/x", headers={"Accept-Language": said})
    assert answer.headers["content-language"] == lang
    request = Request({"type": "http", "headers": [(b"accept-language", said.encode())]})
    assert lang_of(request) == lang


@pytest.mark.parametrize("code", sorted(SENTENCES))
def test_every_refusal_is_its_own_document(code: str) -> None:
    for lang, n in (("id", 0), ("en", 1)):
        answer = api(Refused(code)).get("/fails/x", headers={"Accept-Language": lang})
        status = status_of(code)
        shown = "object.unknown" if status == NOT_FOUND else code
        assert answer.status_code == status
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.headers["cache-control"] == "no-store"
        assert answer.json() == {
            "type": TYPE + shown, "title": SENTENCES[shown][n], "status": status, "code": shown, "instance": "/fails/x",
        }  # fmt: skip
        assert ("retry-after" in answer.headers) == (status == 503)
        assert ("www-authenticate" in answer.headers) == (status == 401)


def test_what_is_not_there_and_what_is_not_ones_own_are_alike_in_every_byte() -> None:
    codes = [code for code in SENTENCES if status_of(code) == NOT_FOUND]
    errors = [NotFound(PLANTED), OutOfReach(PLANTED), HTTPException(404), *map(Refused, codes)]
    answers = [api(error).get("/fails/x") for error in errors]
    answers.append(api().get("/fails/x/nowhere"))
    said = {
        (one.status_code, tuple(one.headers.items()), one.content.replace(b"/nowhere", b"")) for one in answers[:-1]
    }
    assert len(said) == 1
    assert answers[-1].json() == {**answers[0].json(), "instance": "/fails/x/nowhere"}


@pytest.mark.parametrize(
    ("error", "status", "code", "level"),
    [
        (SignedOut(), 401, "signin.missing", logging.INFO), (NotAllowed(), 403, "role.missing", logging.INFO),
        (OutOfReach(PLANTED), 404, "object.unknown", logging.INFO), (NotFound(PLANTED), 404, "object.unknown", None),
        (Unreadable(PLANTED), 422, "command.unreadable", None), (TooLarge(), 413, "request.too_large", None),
        (Unknown(PLANTED), 503, "outcome.unknown", None), (Damaged(PLANTED), 503, "storage.damaged", logging.ERROR),
 (MeritError(PLANTED), 500, "fault", logging.ERROR),
        (ZeroDivisionError(PLANTED), 500, "fault", logging.ERROR), (KeyError(PLANTED), 500, "fault", logging.ERROR),
        (sa.exc.IntegrityError("INSERT", {"x": PLANTED}, Exception()), 500, "fault", logging.ERROR),
        (ClientDisconnect(), 400, "request.unreadable", None), (HTTPException(405), 405, "request.method", None),
        (HTTPException(413), 413, "request.too_large", None), (HTTPException(400), 400, "request.unreadable", None),
        (HTTPException(418), 418, "request.unreadable", None),
    ],
    ids=lambda one: type(one).__name__ if isinstance(one, BaseException) else None,
)  # fmt: skip
def test_every_error_is_a_problem_that_tells_nothing_of_it(
    error: Exception, status: int, code: str, level: int | None, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "merit.http")
    answer = api(error).get(f"/fails/{PLANTED}")
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert PLANTED not in answer.text.replace(f"/fails/{PLANTED}", "")
    assert [one.levelno for one in caplog.records if one.name == "merit.http"] == ([] if level is None else [level])


@pytest.mark.parametrize("cause", [TooLarge(), Unreadable(PLANTED)])
def test_what_went_wrong_while_a_body_was_read_is_told_by_its_cause(cause: Exception) -> None:
    def failing() -> HTTPException:
        try:
            raise HTTPException(400, "There was an error parsing the body") from cause
        except HTTPException as error:
            return error

    answer = api(failing()).get("/fails/x")
    expected = (413, "request.too_large") if isinstance(cause, TooLarge) else (422, "command.unreadable")
    assert (answer.status_code, answer.json()["code"]) == expected
    assert answer.json().get("most") == (USUAL if isinstance(cause, TooLarge) else None)


def test_a_route_keeps_the_headers_of_its_own_refusal() -> None:
    assert api().put("/takes").headers["allow"] == "POST"


# --- what does not fit ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "query", "errors"),
    [
        ({"count": PLANTED}, "", [("body/count", "int_type")]), ({}, "", [("body/count", "missing")]),
        ({"count": 1, "nik": "x"}, "", [("body/nik", "extra_forbidden")]),
        ({"count": 1, PLANTED: 1}, "", [("body", "extra_forbidden")]),
        ({"count": 1, "a" * 41: 1}, "", [("body", "extra_forbidden")]),
        ({"count": 1}, "?most=0", [("query/most", "greater_than_equal")]),
        ([], "", [("body", "model_attributes_type")]),
        (PLANTED, "?most=x", [("query/most", "int_parsing"), ("body", "model_attributes_type")]),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_named_by_its_place_and_never_repeated(
    body: Any, query: str, errors: list[tuple[str, str]]
) -> None:
    answer = api().post(f"/takes{query}", json=body)
    assert (answer.status_code, answer.json()["code"]) == (422, "request.invalid")
    assert [(one["at"], one["rule"]) for one in answer.json()["errors"]] == errors
    assert PLANTED not in answer.text


class Bounded(BaseModel):
    model_config = ConfigDict(strict=True)
    kind: Literal["a", "b"] = "a"
    state: State = Field(State.OPEN, strict=False)
    count: int = Field(1, ge=1, le=9)
    more: int = Field(1, gt=0, lt=9)
    name: str = Field("xx", min_length=2, max_length=3, pattern="^[x-z]+$")
    many: list[int] = Field([1], min_length=1, max_length=2)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"kind": PLANTED}, "'a' or 'b'"), ({"state": PLANTED}, "'open' or 'shut'"), ({"count": 0}, "1"),
        ({"count": 10}, "9"), ({"more": 0}, "0"), ({"more": 9}, "9"), ({"name": "x"}, "2"), ({"name": PLANTED}, "3"),
        ({"name": "ZQ"}, "^[x-z]+$"), ({"many": []}, "1"), ({"many": [1, 2, 3]}, "2"), ({"count": PLANTED}, None),
    ],
)  # fmt: skip
def test_a_bound_is_told_with_the_rule_that_has_it(body: Any, expected: str | None) -> None:
    """Whoever mends a request need not look it up; what they sent is not said to anybody."""
    app = FastAPI()
    replies.wire(app)

    @app.post("/takes")
    def takes(body: Bounded) -> None:
        """Within its bounds."""

    answer = TestClient(app).post("/takes", json=body)
    (said,) = answer.json()["errors"]
    assert said.get("expected") == expected
    assert PLANTED not in answer.text


@pytest.mark.parametrize(
    ("kind", "status", "code"),
    [
        ("application/x-www-form-urlencoded", 415, "request.no_json"), ("text/plain", 415, "request.no_json"),
        ("application/json", 200, None), ("application/json; charset=utf-8", 200, None),
        ("application/merge-patch+json", 200, None),
    ],
)  # fmt: skip
def test_a_body_that_is_not_called_json_is_told_so(kind: str, status: int, code: str | None) -> None:
    """`curl -d` calls it a form."""
    answer = api().post("/takes", content=b'{"count": 1}', headers={"Content-Type": kind})
    assert answer.status_code == status
    assert (answer.json() or {}).get("code") == code


def test_no_body_at_all_is_missing_whatever_it_is_called() -> None:
    answer = api().post("/takes", headers={"Content-Type": "text/plain"})
    assert (answer.status_code, answer.json()["code"]) == (422, "request.invalid")


def test_twenty_faults_are_enough() -> None:
    answer = api().post("/takes", json={"count": 1, **{f"x{chr(97 + n)}": n for n in range(26)}})
    assert len(answer.json()["errors"]) == 20


def test_a_command_without_a_key_is_told_so_before_anything_else() -> None:
    for body in ({"count": 1}, {"count": "x"}, {}):
        answer = api().post("/commands", json=body)
        assert (answer.status_code, answer.json()["code"]) == (400, "key.missing")


# --- no room ----------------------------------------------------------------------------------------------------


def within(inner: BaseException, times: int) -> BaseException:
    error = inner
    for _ in range(times):
        try:
            raise RuntimeError("above") from error
        except RuntimeError as caught:
            error = caught
    return error


@pytest.mark.parametrize("times", [0, 1, 5])
@pytest.mark.parametrize(
    ("make", "full"), [(lambda: OSError(28, "x"), True), (lambda: OSError(5, "x"), False), (ValueError, False)]
)
def test_a_full_disk_is_found_at_the_root(make: Callable[[], BaseException], full: bool, times: int) -> None:
    assert replies.is_full(within(make(), times)) is full
    assert replies.is_full(None) is False
