"""Who gets in where: every route of the whole platform, for everybody, on what is theirs and on what is not.

What is expected follows from the route's rule alone. A route without a rule fails here by its name, and so does one
whose answer tells what is somebody else's from what is not there (ASVS 5 8.2, 8.3).
"""

import logging
import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from services.people.roles import GrantRole, RevokeRole
from services.people.service import PEOPLE
from shared.events import instant
from shared.runtime.approvals import Approve, proposed
from shared.runtime.calls import Call
from shared.runtime.grants import digest_of_call
from shared.runtime.http.routes import Listed, routes
from shared.runtime.http.rules import EVERYBODY, NotAllowed, OutOfReach, SignedOut, may
from shared.runtime.identity import Principal
from shared.runtime.timetable import tick
from tests.contract.composed import PRINCIPALS, UNIT, Answer, Composed, acting, apply, composed, publish
from tests.services.intake_site import NEED, ROUND, VACANCY

WITHOUT_RULE = {"GET /api/openapi.json"}  # the framework's own; what it tells everybody may read
DOOR = ("signin.missing", "token.invalid", "role.missing", "unit.not_yours")
NEVER_SAID = ("nilai", "status", "peran", "by", "at", "ok", "key", "roll")  # in a body; only the server may say these
HEX = "00" * 16
ABSENT = "pauh." + HEX
PARTS = {  # of a path, where its rule asks for no object: what is there or may be
    "id": VACANCY, "about": "vacancy-pauh.2027-014", "code": "object.unknown", "name": "VacancyPublished",
    "application": ABSENT, "n": 1, "unit": UNIT, "officer": ABSENT, "stream": f"application-{ABSENT}",
}  # fmt: skip
ELSEWHERE = {  # where a route names its object, if not as `{id}`: path, body
    "GET /api/people/v1/roles/holders": ("?role=verifier&unit={}", None),
    "POST /api/people/v1/words": ("", "application"),
    "GET /api/people/v1/applications/{application}/documents/{id}": ("", None),
}
OBJECTS = {  # by the reach of a rule: one's own, then those of others
    "any": ("",),
    "own": ("",),
    "agency": (f"pauh.{HEX}", f"kota-x.{HEX}"),
    "unit": (NEED, "pauh.pkm-04+perawat+2027", "kota-x.pkm-03+perawat+2027"),
}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Composed]:
    with composed(tmp_path_factory.mktemp("matrix") / "data") as made:
        publish(made)
        yield made


@pytest.fixture(scope="module")
def owner(world: Composed) -> tuple[str, dict[str, str]]:
    """A person's token, and what is theirs."""
    token = world.sign_in("0811-223-344")
    return token, apply(world, token)


@pytest.fixture(scope="module")
def other(world: Composed) -> tuple[str, dict[str, str]]:
    token = world.sign_in("0811-223-355")
    return token, apply(world, token)


def test_every_route_has_a_rule(world: Composed) -> None:
    without = {f"{one.method} {one.path}" for one in routes(world.app) if one.rule is None}
    assert without == WITHOUT_RULE


def test_every_route_lets_in_whom_its_rule_names_and_nobody_else(world: Composed) -> None:
    examples = bodies(world)
    principals: dict[str | None, Principal | None] = {
        token: one for token, one in PRINCIPALS.items() if "one-" in token
    } | {None: None}
    wrong: list[str] = []
    for route, object_, path, body in asked(world, examples):
        for token, principal in principals.items():
            answer = world.ask(route.method, path, token, body)
            wrong += differences(route, object_, path, token, principal, answer)
    assert not wrong, "\n".join(wrong)


def test_a_revoked_member_is_let_in_where_everybody_is(world: Composed) -> None:
    token = world.sign_in("0811-223-366")
    person = world.must("GET", "/api/people/v1/me", token)["person"]
    grant = GrantRole(role="hr", scope=UNIT, decree="SK 1/2027", from_=day(world), until=day(world, 12))
    call = Call(stream=f"role-pauh.{person}", command=grant, by="of-one", key="g", received_at=now(world))
    approval = "approval-pauh.P1"
    settle(world, Call(stream=approval, command=proposed(call), by="one", unit="x", key="p", received_at=now(world)))
    yes = Approve(digest=digest_of_call(call))
    settle(world, Call(stream=approval, command=yes, by="two", unit="y", key="a", received_at=now(world)))
    tick(world.house.pipelines[PEOPLE.name], now(world))
    member = world.ask("GET", f"/api/intake/v1/round/{ROUND}/board", token)
    assert member.status == 200, member.content
    revoke = RevokeRole(role="hr", scope=UNIT, reason="ended")
    settle(world, Call(stream=call.stream, command=revoke, by="one", key="r", received_at=now(world)))

    revoked, examples, wrong = acting(person, ""), bodies(world), list[str]()
    for route, object_, path, body in asked(world, examples):
        if route.path != "/api/people/v1/sessions/current":
            wrong += differences(route, object_, path, token, revoked, world.ask(route.method, path, token, body))
    assert not wrong, "\n".join(wrong)


def test_a_session_that_has_ended_opens_nothing(world: Composed) -> None:
    token = world.sign_in("0811-223-377")
    world.must("DELETE", "/api/people/v1/sessions/current", token)
    examples, open_ = bodies(world), []
    for route, _, path, body in asked(world, examples):
        answer = world.ask(route.method, path, token, body)
        if route.rule and route.rule.roles and (answer.status, answer.code) != (401, "token.invalid"):
            open_.append(f"{route.method} {route.path}: {answer.status}")
    assert not open_


def test_what_is_somebody_elses_is_as_what_is_not_there(
    world: Composed, owner: tuple[str, dict[str, str]], other: tuple[str, dict[str, str]]
) -> None:
    (mine, things), (theirs, _) = owner, other
    people, intake = "/api/people/v1/me", "/api/intake/v1/application"
    objection = {"announcement": 1, "requirement": "r1", "words": {"id": things["words"], "mac": things["mac"]}}
    examples = bodies(world)
    claimed = {"application_claim": things["claim"]}
    sending = examples["POST", "/api/intake/v1/application/{id}/submit-application"]
    tried: list[tuple[str, str, str, Any, dict[str, Any]]] = [
        ("GET", f"{people}/documents/", things["document"], None, {}),
        ("DELETE", f"{people}/documents/", things["document"], None, {}),
        ("GET", f"{people}/words/", things["words"], None, {}),
        ("GET", f"{people}/drafts/", things["draft"], None, {}),
        ("DELETE", f"{people}/drafts/", things["draft"], None, {}),
        ("GET", f"{intake}/", things["application"], None, {}),
        ("POST", f"{intake}/", f"{things['application']}/withdraw-application", {"reason": "other_work"}, {}),
        ("POST", f"{intake}/", f"{things['application']}/file-check-objection", objection, {}),
        ("POST", f"{intake}/", f"{things['application']}/submit-application", sending, claimed),
    ]  # fmt: skip
    drafts = f"{people}/drafts/{things['draft']}"
    world.must("DELETE", drafts, theirs)  # this one has an own draft of the same, too
    for method, at, thing, body, headers in tried:
        unknown = re.sub("[0-9a-f]{32}", HEX, thing).replace("2027-015", "2027-999")
        found = world.ask(method, at + thing, theirs, body, **headers)
        absent = world.ask(method, at + unknown, theirs, body, **headers)
        assert absent.status == 404, (method, at, absent.content)
        assert shown(found, at + thing) == shown(absent, at + unknown), (method, at)
        for official in PRINCIPALS:
            if "one-" in official and "application" not in at:
                assert shown(world.ask(method, at + thing, official, body), at + thing) == shown(absent, at + unknown)
    for at in (f"{people}/documents/{things['document']}", f"{people}/words/{things['words']}", drafts):
        assert world.ask("GET", at, mine).status == 200
    assert world.must("GET", f"{intake}/{things['application']}", mine)["state"] == "submitted"


def test_what_one_has_claimed_or_cites_is_ones_own(
    world: Composed, owner: tuple[str, dict[str, str]], other: tuple[str, dict[str, str]]
) -> None:
    """Lists hold one's own alone; another's document and another's words are as ones that are not there."""
    (mine, things), (theirs, _) = owner, other
    for path, field in (("/documents", "documents"), ("/drafts", "drafts")):
        ids = [one.get("id", one.get("about")) for one in world.must("GET", f"/api/people/v1/me{path}", mine)[field]]
        assert things["document"] in ids or things["draft"] in ids
        assert things["document"] not in str(world.must("GET", f"/api/people/v1/me{path}", theirs))
    claims = world.must("GET", "/api/people/v1/me", theirs)["applications"]
    assert things["application"].partition(".")[2] not in claims
    assert things["application"] not in str(world.must("GET", "/api/intake/v1/applications", theirs))
    saving = {"seen": 0, "content": {}, "deadline": "2027-03-20T16:59:00Z"}
    said = [
        world.ask("PUT", "/api/people/v1/me/drafts/vacancy-pauh.2027-016", theirs, {**saving, "documents": [id]})
        for id in (things["document"], HEX)
    ]
    assert [one.code for one in said] == ["draft.document_unknown"] * 2
    assert shown(said[0], "") == shown(said[1], "")


def test_no_body_says_what_only_the_server_may(world: Composed) -> None:
    """Of every command and every other body; the field is refused by its place, whatever it holds (ASVS 8.2.3)."""
    taken: list[str] = []
    for (method, path), body in bodies(world).items():
        rule = next(one.rule for one in routes(world.app) if (one.method, one.path) == (method, path))
        who = next(token for token, one in PRINCIPALS.items() if rule and (not rule.roles or rule.roles & one.roles))
        for name in NEVER_SAID:
            for value in ("100", 1, True, ["x"]):
                answer = world.ask(method, filled(path, object_of(path)), who, {**body, name: value})
                rules = [one["rule"] for one in answer.said.get("errors", ())]
                if (answer.status, answer.code) != (422, "request.invalid") or "extra_forbidden" not in rules:
                    taken.append(f"{method} {path} takes {name}: {answer.status}")
    assert not taken, "\n".join(taken)


def test_every_denial_is_logged_without_whose_it_is(world: Composed, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "merit.http")
    path = f"/api/intake/v1/round/{ROUND}/board"
    for who, at in ((None, path), ("one-applicant", path), ("of-elsewhere", path), ("of-nobody", path)):
        world.ask("GET", at, who)
    told = [(one.code, one.route, one.actor_role) for one in caplog.records if one.message == "denied"]  # type: ignore[attr-defined]
    template = "/api/intake/v1/round/{id}/board"
    roles = " ".join(sorted(PRINCIPALS["of-elsewhere"].roles))
    assert told == [
        ("signin.missing", template, "nobody"),
        ("role.missing", template, "applicant"),
        ("object.unknown", template, roles),
        ("token.invalid", template, "nobody"),
    ]


def asked(world: Composed, examples: Mapping[tuple[str, str], Any]) -> Iterator[tuple[Listed, str | None, str, Any]]:
    """Every route with a rule, on each object that its reach tells apart: the object, the path, the body. Where
    anybody may ask, the body says nothing: nothing need happen to show that the door is open."""
    for route in routes(world.app):
        if route.rule is None:
            continue
        name, everybody = f"{route.method} {route.path}", not route.rule.roles - EVERYBODY
        body: Any = {} if everybody else examples.get((route.method, route.path))
        for object_ in OBJECTS[route.rule.of]:
            query, within = ELSEWHERE.get(name, ("", None))
            path = filled(route.path, object_) + query.format(object_.replace("+", "%2B"))
            named = object_ and ("{id}" in path or name in ELSEWHERE or "{" in route.path)
            yield route, object_ if named else None, path, {**body, within: object_} if within else body


def filled(path: str, object_: str) -> str:
    """A template with an object, or with what stands for one."""
    parts = {**PARTS, "application": object_ or ABSENT, "id": object_ or PARTS["id"]}
    if "/applications/{application}" in path or "/me/" in path:
        parts["id"] = HEX
    return path.format(**parts)


def object_of(path: str) -> str:
    return NEED if "/need/" in path or "/survey/" in path else ABSENT


def bodies(world: Composed) -> dict[tuple[str, str], Any]:
    """The documented example of every route with a JSON body."""
    found: dict[tuple[str, str], Any] = {}
    for path, methods in world.app.openapi()["paths"].items():
        for method, said in methods.items():
            content = said.get("requestBody", {}).get("content", {})
            if "application/json" in content:
                found[method.upper(), path] = content["application/json"]["example"]
    return found


def differences(
    route: Listed, object_: str | None, path: str, token: str | None, principal: Principal | None, answer: Answer
) -> list[str]:
    """Where an answer is not what the rule says."""
    assert route.rule
    expected: tuple[int, str] | None = None
    try:
        may(principal, route.rule, object_)
    except SignedOut:
        expected = (401, "signin.missing")
    except NotAllowed:
        expected = (403, "role.missing")
    except OutOfReach:
        expected = (404, "object.unknown")
    name = f"{route.method} {path} as {token}: {answer.status} {answer.code}"
    if expected is None:
        return [f"{name}, not let in"] if answer.code in DOOR or answer.status >= 500 else []
    if (answer.status, answer.code) != expected:
        return [f"{name}, not {expected}"]
    if answer.status == 404 and shown(answer, path.partition("?")[0]) != absent():
        return [f"{name}, not alike: {shown(answer, path)}"]
    return []


def shown(answer: Answer, path: str) -> tuple[int, dict[str, str], bytes]:
    """All of an answer but for what the asker said themselves and the request's number."""
    headers = {name: value for name, value in answer.headers.items() if name not in ("request-id", "content-length")}
    return answer.status, headers, answer.content.replace(path.encode(), b"") if path else answer.content


def absent() -> tuple[int, dict[str, str], bytes]:
    """What is not there, of every route, to everybody."""
    return (
        404,
        {
            "cache-control": "no-store", "content-language": "en", "content-type": "application/problem+json",
            "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
            "referrer-policy": "no-referrer", "x-content-type-options": "nosniff",
        },
        (
            b'{"type":"/api/problems/object.unknown","title":"Not found.","status":404,"code":"object.unknown",'
            b'"instance":""}'
        ),
    )  # fmt: skip


def settle(world: Composed, call: Call) -> None:
    answer = world.house.pipelines[PEOPLE.name].send(call)
    assert (answer.refused, answer.failed) == (None, False)


def now(world: Composed) -> str:
    return instant(world.house.platform.clock())


def day(world: Composed, month: int | None = None) -> Any:
    today = world.house.platform.today()
    return today if month is None else today.replace(month=month)
