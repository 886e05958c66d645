"""What a request's body may be: every value that an event may hold, and nothing else; in the shape of its command, with
no field more and none that is null."""

import copy
import dataclasses
import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

import pytest
from fastapi import APIRouter, FastAPI
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from starlette.testclient import TestClient

from services.intake.examples import EXAMPLES
from services.people.http import roles
from shared.events import Unreadable, codec
from shared.events.codec.canonical import DEEPEST, LARGEST
from shared.runtime.calls import authored_fields, bare, filled_fields, prepared_fields
from shared.runtime.http import approving, replies
from shared.runtime.http.bodies import MOST, MOST_DIGITS, USUAL, Strict, StrictRoute, command_of, parse, shape_of
from tests.contract.strategies import PLAIN

BODIES: Final[Mapping[Any, Mapping[str, Any]]] = {
    **EXAMPLES,
    **{act.command: act.example for act in (*roles.ACTS, *approving.acts(frozenset({"hr"})))},
}
COMMAND: Final = pytest.mark.parametrize("command", BODIES, ids=lambda one: one.__name__)


# --- the text ---------------------------------------------------------------------------------------------------


@given(value=PLAIN, ascii_=st.booleans(), indent=st.sampled_from([None, 2]))
def test_whatever_an_event_may_hold_is_read_as_it_was_written(value: Any, ascii_: bool, indent: int | None) -> None:
    found = parse(json.dumps(value, ensure_ascii=ascii_, indent=indent).encode())
    assert (found, json.dumps(found)) == (value, json.dumps(value))


@given(value=PLAIN)
def test_canonical_bytes_are_read_as_they_are(value: Any) -> None:
    assert codec.dumps(parse(codec.dumps(value))) == codec.dumps(value)


@given(
    value=PLAIN,
    poison=st.sampled_from(["\0", "\ud800", None, 0.5, 1e300, float("nan"), float("inf"), 2**53, -(2**53), 10**16]),
    as_key=st.booleans(),
)
def test_whatever_no_event_may_hold_is_refused_wherever_it_stands(value: Any, poison: Any, as_key: bool) -> None:
    for within in ([value, poison], {"a": [{"b": poison}], "c": value}, poison):
        with pytest.raises(Unreadable):
            parse(json.dumps(within).encode())
    if as_key and isinstance(poison, str):
        with pytest.raises(Unreadable):
            parse(json.dumps({"a": {f"b{poison}": value}}).encode())


@given(raw=st.binary(max_size=40) | st.text('[]{}":,0123456789.eE+-truefalsn \\u', max_size=40).map(str.encode))
def test_any_bytes_are_a_value_or_unreadable(raw: bytes) -> None:
    try:
        found = parse(raw)
    except Unreadable:
        return
    assert codec.loads(codec.dumps(found)) == found


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "null", "NaN", "Infinity", "-Infinity", "1.0", "1e2", "-0.0", "01", "+1", "[1,]", "{a:1}", "{}{}",
        "'x'",
        '{"a":1,"a":1}', '{"x":{"a":1,"a":2}}', '[{"":1,"":1}]', '{"é":1}', '"\\u0000"', '"\\ud800"', '"\\x41"',
        '"\n"',
        f"{LARGEST + 1}", f"-{LARGEST + 1}", "9" * (MOST_DIGITS + 1), "9" * 5000, f"-{'9' * 5000}", "\ufeff{}",
        "1 // x",
    ],
)  # fmt: skip
def test_what_is_no_body_is_unreadable_and_not_repeated(text: str) -> None:
    with pytest.raises(Unreadable) as caught:
        parse(text.encode())
    assert caught.value.__cause__ is None
    assert len(str(caught.value)) < 100


@pytest.mark.parametrize("raw", [b"\xff", b'"\xed\xa0\x80"', '{"a":1}'.encode("utf-16"), b'{"a":"\xc3'])
def test_what_is_no_utf_8_is_unreadable(raw: bytes) -> None:
    with pytest.raises(Unreadable):
        parse(raw)


@pytest.mark.parametrize(("open_", "close"), [("[", "]"), ('{"a":', "}")])
def test_depth_has_an_end(open_: str, close: str) -> None:
    inner = "1" if close == "}" else ""
    for depth in (1, DEEPEST):
        assert parse((open_ * depth + inner + close * depth).encode()) is not None
    for depth in (DEEPEST + 2, 1_000, 100_000):
        for text in (open_ * depth + inner + close * depth, open_ * depth):
            with pytest.raises(Unreadable):
                parse(text.encode())


def test_numbers_have_an_end() -> None:
    for number in (0, LARGEST, -LARGEST):
        assert parse(f"{number}".encode()) == number
    assert parse(b"-0") == 0


# --- the shape --------------------------------------------------------------------------------------------------


@COMMAND
def test_the_example_of_a_command_is_its_body(command: Any) -> None:
    made = command_of(command, BODIES[command])
    assert isinstance(made, command)
    whole = json.loads(codec.body(bare(made)))
    canonical = {name: value for name, value in whole.items() if name not in prepared_fields(command)}
    for body in (BODIES[command], canonical):
        shape_of(command).model_validate(body)
        assert command_of(command, body) == made


@COMMAND
def test_no_value_of_a_body_may_be_null(command: Any) -> None:
    for at, change in places(BODIES[command]):
        refused(command, at, change(None))


@COMMAND
def test_no_field_may_stand_where_none_is_known(command: Any) -> None:
    """At every depth; where names are free, as facts are, what they name is of its type all the same."""
    for at, inner in objects(BODIES[command]):
        body = copy.deepcopy(dict(BODIES[command]))
        found(body, at)["zz"] = [[{}]]
        refused(command, (*at, "zz"), body)
        known = shape_of(command).model_json_schema()
        if names_of(known, at) is not None:
            found(body, at)["zz"] = next(iter(inner.values()), "x")
            refused(command, (*at, "zz"), body, "extra_forbidden")


@COMMAND
def test_what_only_the_server_may_say_is_no_field(command: Any) -> None:
    for name in (*filled_fields(command), *prepared_fields(command)):
        if name not in authored_fields(command):
            refused(command, (name,), {**BODIES[command], name: "x"}, "extra_forbidden")


@COMMAND
def test_a_field_may_stay_away_where_it_has_a_default_and_only_there(command: Any) -> None:
    items = {one.name.rstrip("_"): one for one in dataclasses.fields(command) if one.name in authored_fields(command)}
    for name, item in items.items():
        body = {key: value for key, value in BODIES[command].items() if key != name}
        if dataclasses.MISSING is item.default is item.default_factory:
            refused(command, (name,), body, "missing")
        else:
            shape_of(command).model_validate(body)
            command_of(command, body)


@COMMAND
def test_nothing_is_converted(command: Any) -> None:
    """A number is no text, a text no number, yes is not one."""
    for at, change in places(BODIES[command]):
        before = found(BODIES[command], at)
        if isinstance(before, str):
            refused(command, at, change(1))
            refused(command, at, change(True))
        elif isinstance(before, bool):
            refused(command, at, change(1))
            refused(command, at, change("true"))
        elif isinstance(before, int):
            refused(command, at, change(f"{before}"))
            refused(command, at, change(True))
            refused(command, at, change(LARGEST + 1))
        else:
            refused(command, at, change("x"))


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Odd:
    """A command with a name that Python keeps for itself, and one that may be absent."""

    class_: str
    until: str | None = None


def test_a_shape_is_made_once_and_says_what_its_command_says() -> None:
    shape = shape_of(Odd)
    assert shape is shape_of(Odd)
    assert shape.__doc__ == Odd.__doc__
    assert shape.model_validate({"class": "x"}).class_ == "x"  # type: ignore[attr-defined]
    for body in ({"class_": "x"}, {"class": "x", "until": None}, {"class": "x", "class_": "x"}):
        with pytest.raises(ValidationError):
            shape.model_validate(body)


def test_an_instant_is_utc() -> None:
    command = next(one for one in EXAMPLES if one.__name__ == "ExtendDeadline")
    for text in ("2027-03-22T17:00:00Z", "2027-03-22T17:00:00.5Z"):
        shape_of(command).model_validate({**EXAMPLES[command], "until": text})
    bad = "2027-03-22", "2027-03-22T17:00:00", "2027-03-22T17:00:00+07:00", "2027-03-22T17:00:00.1234567Z", "soon", ""
    for text in bad:
        refused(command, ("until",), {**EXAMPLES[command], "until": text}, "string_pattern_mismatch")
    with pytest.raises(Unreadable):  # the form of one, and no such day
        command_of(command, {**EXAMPLES[command], "until": "2027-02-31T17:00:00Z"})


def test_a_decimal_is_text_without_exponent_or_spare_zeros() -> None:
    command = next(one for one in EXAMPLES if one.__name__ == "ProposeNeed")
    for text in ("0", "40", "40.5", "-1", "0.25"):
        shape_of(command).model_validate({**EXAMPLES[command], "hours": text})
    for text in ("", ".5", "5.", "01", "+1", "1e3", "NaN", "Infinity", "1,5", " 1", "1" * 41, "0." + "1" * 41, "٣"):
        refused(command, ("hours",), {**EXAMPLES[command], "hours": text}, "string_pattern_mismatch")


# --- on a route -------------------------------------------------------------------------------------------------


class Note(Strict):
    """A body."""

    text: str


def client() -> Any:
    made, app = APIRouter(route_class=StrictRoute), FastAPI()

    @made.post("/")
    @made.post("/drafts")
    def take(body: Note) -> int:
        return len(body.text)

    app.include_router(made)
    replies.wire(app)
    return TestClient(app, headers={"Content-Type": "application/json"})


@pytest.mark.parametrize(("path", "most"), [("/", USUAL), ("/drafts", MOST)])
def test_a_body_beyond_its_routes_limit_is_too_large_whatever_its_length_was_said_to_be(path: str, most: int) -> None:
    whole = json.dumps({"text": "x" * (most - 12)}).encode()
    assert len(whole) == most
    api = client()

    def pieces(more: bytes = b"") -> Iterator[bytes]:
        for at in range(0, most, 99_999):
            yield whole[at : at + 99_999]
        yield more

    for content in (whole, pieces()):
        assert api.post(path, content=content).json() == most - 12
    for content in (whole + b" ", pieces(b" ")):
        answer = api.post(path, content=content)
        assert (answer.status_code, answer.json()["code"], answer.json()["most"]) == (413, "request.too_large", most)


def test_a_large_body_that_cannot_be_read_is_a_problem_too() -> None:
    answer = client().post("/drafts", content=b'{"text": 1.5}'.rjust(USUAL + 1))
    assert (answer.status_code, answer.json()["code"]) == (422, "command.unreadable")


def test_a_body_that_cannot_be_read_is_a_problem() -> None:
    for content in (b'{"text": 1.5}', b'{"text": null}', b'{"text":"a","text":"b"}', b"{"):
        answer = client().post("/", content=content)
        assert (answer.status_code, answer.json()["code"]) == (422, "command.unreadable")


# --- paths through a body ---------------------------------------------------------------------------------------

At = tuple[str | int, ...]


def found(body: Any, at: At) -> Any:
    for part in at:
        body = body[part]
    return body


def places(body: Any, at: At = ()) -> Iterator[tuple[At, Callable[[Any], Any]]]:
    """Every value within a body, with what the body is once it is another."""
    inner = found(body, at)
    keys: list[Any] = list(inner) if isinstance(inner, Mapping) else list(range(len(inner)))
    for key in keys:
        here = (*at, key)

        def change(value: Any, here: At = here) -> Any:
            made = copy.deepcopy(dict(body))
            found(made, here[:-1])[here[-1]] = value
            return made

        yield here, change
        if isinstance(inner[key], Mapping | list):
            yield from places(body, here)


def objects(body: Any) -> Iterator[tuple[At, Mapping[str, Any]]]:
    """Every object within a body, itself first."""
    yield (), body
    for at, _ in places(body):
        if isinstance(inner := found(body, at), Mapping):
            yield at, inner


def names_of(schema: Mapping[str, Any], at: At) -> Any:
    """The fields that an object there may have; None where their names are free."""
    here: Any = schema
    for part in at:
        here = here["items"] if isinstance(part, int) else here.get("properties", {}).get(part)
        if here is None:
            return None
        if "$ref" in here:
            here = schema["$defs"][here["$ref"].rpartition("/")[2]]
    return here.get("properties")


def refused(command: Any, at: At, body: Any, rule: str | None = None) -> None:
    """By its place, and by this rule."""
    with pytest.raises(ValidationError) as caught:
        shape_of(command).model_validate(body)
    errors = [(one["loc"][: len(at)], one["type"]) for one in caught.value.errors()]
    assert any(loc == at and rule in (None, kind) for loc, kind in errors), errors
