"""The shortcut: every answer is the framework's own to the byte, and whatever is out of order is answered there.

Two worlds that began alike are asked alike, one by the shortcut, the other without it.
"""

import asyncio
import logging
import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import pytest

from shared.runtime.http.bodies import USUAL
from shared.runtime.http.shortcut import Shortcut, entries
from tests.runtime.acting import STALE, Acting, Reply, Sent, acting, sent

ROSTER: Final = "roster/pauh.R1"
OPEN: Final = sent(f"{ROSTER}/open", {"limit": 3})


@pytest.fixture
def one(path: Path) -> Iterator[Acting]:
    with acting(path) as made:
        yield made


@pytest.fixture
def other(path: Path) -> Iterator[Acting]:
    with acting(path.with_name("other")) as made:
        yield made


def alike(one: Acting, other: Acting, request: Sent) -> Reply:
    """The answer, which is the same on both ways."""
    short, long = one.send(request), other.send(request, short=False)
    assert short[:3] == long[:3], request
    return short


def test_every_outcome_is_answered_as_on_the_long_way(one: Acting, other: Acting) -> None:
    told: list[tuple[int, str, bool]] = []
    approval = "9" * 32
    for request in (
        OPEN,
        OPEN,
        sent(f"{ROSTER}/open", {"limit": 4}),
        sent(f"{ROSTER}/open", {"limit": 4}, key="again"),
        sent(f"{ROSTER}/close", {}),
        sent(f"{ROSTER}/settle", {"text": "x"}),
        sent(f"{ROSTER}/settle/propose", {"text": "x"}),
        sent(f"{ROSTER}/settle/propose", {"text": "x"}),
        sent("member/pauh.R1+A0/join", {"points": 1}, "A0"),
        sent("member/pauh.R1+A0/join", {"points": -1}, "A1"),
        sent(f"{ROSTER}/tally", {}),
        sent(f"{ROSTER}/tally", {}),
        sent(f"{ROSTER}/break", {}),
        sent(f"approval/pauh.{approval}/approve", {"digest": "4f" * 32}, "ppk"),
    ):
        answer = alike(one, other, request)
        told.append((answer.status, answer.code or ("again" if answer.said["repeated"] else "done"), answer.long))
    assert told == [
        (200, "done", False), (200, "again", False), (422, "key.other_body", False), (200, "done", False),
        (409, "roster.nobody", False), (409, "act.needs_approval", False), (200, "done", False), (200, "again", False),
        (200, "done", False), (404, "object.unknown", True), (200, "done", False), (200, "again", False),
        (500, "fault", False), (404, "object.unknown", False),
    ]  # fmt: skip
    assert one.events() == other.events()


def test_a_proposal_that_is_done_is_done_alike(one: Acting, other: Acting) -> None:
    alike(one, other, OPEN)
    made = alike(one, other, sent(f"{ROSTER}/settle/propose", {"text": "x"})).said
    path = f"approval/{made['approval']}"
    yes = {"digest": made["digest"]}
    codes = [alike(one, other, sent(f"{path}/approve", yes, who)).code for who in ("colleague", "ppk")]
    assert codes == ["approval.same_unit", ""]
    for world in (one, other):
        assert [answer.refused for answer in world.tick()] == [None]
    assert one.events() == other.events()
    assert "Settled" in one.events()[-1][3]


def test_a_preparation_that_was_overtaken_is_made_anew_on_both_ways(one: Acting, other: Acting) -> None:
    """Five times at most; then the refusal is the answer, and the same key may try again."""
    for stale, code in ((1, ""), (4, ""), (5, "roster.stale")):
        for world in (one, other):
            world.prepared[:] = [STALE] * stale
            world.asked.clear()
        answer = alike(one, other, sent(f"{ROSTER}/tally", {}, key=f"stale-{stale}"))
        assert (answer.code, answer.long) == (code, False)
        assert one.asked == other.asked == [f"stale-{stale}"] * min(stale + 1, 5)
    assert alike(one, other, sent(f"{ROSTER}/tally", {}, key="stale-5")).status == 200


LONG: Final[Mapping[str, tuple[Sent, int, str]]] = {  # what is out of order: status, code
    "no key": (OPEN.with_header("idempotency-key"), 400, "key.missing"),
    "an empty key": (OPEN.with_header("idempotency-key", ""), 422, "request.invalid"),
    "a key with a space": (OPEN.with_header("idempotency-key", "a b"), 422, "request.invalid"),
    "a key of 201 signs": (OPEN.with_header("idempotency-key", "k" * 201), 422, "request.invalid"),
    "no content type": (OPEN.with_header("content-type"), 415, "request.no_json"),
    "another content type": (OPEN.with_header("content-type", "text/plain"), 415, "request.no_json"),
    "a charset": (OPEN.with_header("content-type", "application/json; charset=utf-8"), 200, ""),
    "capitals in the content type": (OPEN.with_header("content-type", "Application/JSON"), 200, ""),
    "nobody": (OPEN.with_header("authorization"), 401, "signin.missing"),
    "nobody's broken JSON": (replace(OPEN, body=b"{").with_header("authorization"), 401, "signin.missing"),
    "nobody's, and too large": (sent(f"{ROSTER}/note", {"text": "x" * USUAL}, None), 401, "signin.missing"),
    "another scheme": (OPEN.with_header("authorization", "Basic hr"), 401, "token.invalid"),
    "nobody's token": (OPEN.with_header("authorization", "Bearer gone"), 401, "token.invalid"),
    "a unit of others": (OPEN.with_header("merit-unit", "pauh.setda"), 403, "unit.not_yours"),
    "without the role": (OPEN.with_header("authorization", "Bearer ppk"), 403, "role.missing"),
    "another agency's": (sent("roster/kota-x.R1/open", {"limit": 3}), 404, "object.unknown"),
    "somebody of another agency": (sent("roster/pauh.R1/note", {"text": "x"}, "elsewhere"), 404, "object.unknown"),
    "a field too many": (sent(f"{ROSTER}/open", {"limit": 3, "by": "hr"}), 422, "request.invalid"),
    "a field too few": (sent(f"{ROSTER}/open", {}), 422, "request.invalid"),
    "a text for a number": (sent(f"{ROSTER}/open", {"limit": "3"}), 422, "request.invalid"),
    "null": (sent(f"{ROSTER}/open", {"limit": 3, "until": None}), 422, "command.unreadable"),
    "a fraction": (sent(f"{ROSTER}/open", {"limit": 3.5}), 422, "command.unreadable"),
    "no JSON": (replace(OPEN, body=b"{"), 422, "command.unreadable"),
    "no body": (replace(OPEN, body=b""), 422, "request.invalid"),
    "a list": (replace(OPEN, body=b"[]"), 422, "request.invalid"),
    "an id of no form": (sent("roster/pauh.R 1/open", {"limit": 3}), 422, "request.invalid"),
    "an id of 201 signs": (sent(f"roster/pauh.{'a' * 196}/open", {"limit": 3}), 422, "request.invalid"),
    "an id that no stream has": (sent("roster/pauh.R1++A/open", {"limit": 3}), 422, "command.unreadable"),
    "another person's": (sent("member/pauh.R1+A1/join", {"points": 1}, "A0"), 404, "object.unknown"),
    "an invalid ticket": (OPEN.with_header("arrival-ticket", "x"), 422, "ticket.invalid"),
    "a slash at the end": (replace(OPEN, path=f"{OPEN.path}/"), 307, ""),
    "a slash within": (replace(OPEN, path=OPEN.path.replace("R1", "R1/x")), 404, "object.unknown"),
    "no such command": (sent(f"{ROSTER}/burn", {}), 404, "object.unknown"),
    "no such category": (sent("vacancy/pauh.R1/open", {"limit": 3}), 404, "object.unknown"),
    "no proposal of what needs none": (sent(f"{ROSTER}/open/propose", {"limit": 3}), 404, "object.unknown"),
    "a short path": (Sent(path="/api/toy"), 404, "object.unknown"),
    "GET": (replace(OPEN, method="GET"), 405, "request.method"),
    "HEAD": (replace(OPEN, method="HEAD", body=b""), 405, "request.method"),
    "PUT": (replace(OPEN, method="PUT"), 405, "request.method"),
}


@pytest.mark.parametrize("name", LONG)
def test_what_is_out_of_order_is_answered_on_the_long_way(one: Acting, other: Acting, name: str) -> None:
    request, status, code = LONG[name]
    for pieces in (1, 3):
        answer = alike(one, other, replace(request, pieces=pieces))
        assert answer.long
        assert answer.status == status
        assert ("" if status in (200, 307) else answer.code) == code
    assert one.events() == other.events()


SHORT: Final[Mapping[str, tuple[Sent, int]]] = {  # what looks odd and is in order
    "a percent sign for a letter": (replace(OPEN, raw=OPEN.path.replace("R1", "%521")), 200),
    "a query": (replace(OPEN, path=f"{OPEN.path}?x=1"), 200),
    "two keys": (OPEN.with_header("idempotency-key", "first", "second"), 200),
    "spaces in the body": (replace(OPEN, body=b' {"limit" : 3}\n'), 200),
    "an id of 200 signs": (sent(f"roster/pauh.{'a' * 195}/open", {"limit": 3}), 200),
    "the own unit": (OPEN.with_header("merit-unit", "pauh.bkpsdm"), 200),
    "in small letters": (OPEN.with_header("authorization", "bearer hr"), 200),
    "Indonesian": (sent(f"{ROSTER}/close", {}).with_header("accept-language", "id"), 409),
    "no language": (sent(f"{ROSTER}/close", {}).with_header("accept-language"), 409),
    "as large as is usual": (replace(OPEN, body=OPEN.body.ljust(USUAL)), 200),
    "a byte too many": (replace(OPEN, body=OPEN.body.ljust(USUAL + 1)), 413),
}


@pytest.mark.parametrize("name", SHORT)
def test_what_is_in_order_is_answered_at_once(one: Acting, other: Acting, name: str) -> None:
    request, status = SHORT[name]
    answer = alike(one, other, replace(request, pieces=4))
    assert (answer.status, answer.long) == (status, False)
    assert one.events() == other.events()


def mutated(chance: random.Random) -> Sent:
    """A request that is in order but for what chance has changed of it."""
    bodies: Mapping[str, Any] = {
        "open": {"limit": chance.randrange(4)}, "close": {},
        "note": {"text": chance.choice(["x", "ü", "\0", "\ud800"])},
        "settle": {"text": "x"}, "settle/propose": {"text": chance.choice("xy")}, "tally": {}, "break": {},
        "join": {"points": chance.choice([1, -1, 2, "1", True])},
    }  # fmt: skip
    act = chance.choice(list(bodies))
    id = chance.choice([*["pauh.R1", "pauh.R2"] * 5, "kota-x.R1", "pauh", "pauh.R 1", "pauh.A+B", ""])
    who = chance.choice([*["hr"] * 10, "ppk", "elsewhere", "A0", None, "gone"])
    path = f"roster/{id}/{act}"
    if act == "join":
        who = chance.choice(["A0", "A1", "A2", "hr", None])
        path = f"member/{id}+{who or 'A0' if chance.random() < 0.7 else 'A2'}/join"
    body = bodies[act] if chance.random() < 0.8 else {**bodies[act], chance.choice(["by", "at", "ok", "x"]): "x"}
    made = sent(path, body, who, chance.choice("abcdefghij") + str(chance.randrange(3)))
    changes: list[Callable[[Sent], Sent]] = [
        lambda it: it.with_header("idempotency-key", *chance.choice([(), ("",), ("x y",), ("a", "b"), ("k" * 300,)])),
        lambda it: it.with_header("content-type", *chance.choice([(), ("text/plain",), ("application/json;q",)])),
        lambda it: it.with_header("accept-language", chance.choice(["id", "en", "de, en;q=0.5", "", "*"])),
        lambda it: it.with_header("merit-unit", chance.choice(["pauh.bkpsdm", "pauh.setda", "x", ""])),
        lambda it: it.with_header("arrival-ticket", chance.choice(["", "x", "a.b.c"])),
        lambda it: it.with_header("authorization", chance.choice(["hr", "Bearer", "Bearer  hr ", "Basic hr", ""])),
        lambda it: replace(it, path=it.path[:-1] + chance.choice(["", "/", "//", it.path[-1] + "/propose", "É"])),
        lambda it: replace(it, method=chance.choice(["GET", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH"])),
        lambda it: replace(it, body=it.body[: chance.randrange(len(it.body) + 1)]),
        lambda it: replace(it, body=it.body.replace(b'"', chance.choice([b"'", b"", b'""', b"\xff", b'"\\u0000'])),),
        lambda it: replace(it, body=chance.choice([b"", b"null", b"[]", b"1", b'"x"', b"{}" * 2, b"[" * 99])),
    ]  # fmt: skip
    for _ in range(chance.choice([0, 0, 1, 1, 2])):
        made = chance.choice(changes)(made)
    return replace(made, pieces=chance.randrange(1, 4))


@pytest.mark.parametrize("seed", range(3))
def test_no_request_tells_the_two_ways_apart(one: Acting, other: Acting, seed: int) -> None:
    chance, statuses, short = random.Random(seed), set[int](), 0
    for _ in range(600):
        answer = alike(one, other, mutated(chance))
        statuses.add(answer.status)
        short += not answer.long
    assert one.events() == other.events()
    assert len(one.events()) > 10
    assert statuses >= {200, 400, 401, 403, 404, 405, 409, 422}
    assert 50 < short < 550


def test_what_goes_the_long_way_takes_its_body_and_its_arrival_along(one: Acting) -> None:
    """It had arrived when its last byte had, however long the first try took."""
    one.act(f"{ROSTER}/open", {"limit": 3})
    send = one.site.waker.send
    later = "2027-03-15T02:00:07.000000Z"

    async def lost(*more: Any) -> Any:
        one.now[0] = later
        del one.site.waker.send
        raise OSError("the disk is away")

    one.site.waker.send = lost  # type: ignore[assignment]
    answer = one.send(replace(sent(f"{ROSTER}/note", {"text": "x"}, key="n"), pieces=5))
    assert (answer.status, answer.long, one.site.waker.send) == (200, True, send)
    assert answer.said["received_at"] == "2027-03-15T02:00:00.000000Z"
    assert (one.events()[-1][5], one.now[0]) == ("2027-03-15T02:00:00.000000Z", later)
    assert one.events()[-1][6] == {"text": "x"}


def test_a_command_that_was_done_before_its_answer_was_lost_is_one(one: Acting) -> None:
    one.act("roster/pauh.R2/open", {"limit": 3}, key="before")
    send = one.site.waker.send

    async def lost(*more: Any) -> Any:
        del one.site.waker.send
        await send(*more)
        raise OSError("the answer is away")

    one.site.waker.send = lost  # type: ignore[assignment]
    answer = one.send(OPEN)
    assert (answer.long, answer.said["repeated"], answer.said["position"]) == (True, True, 1)
    assert len(one.events()) == 2


def test_a_denial_by_a_rule_is_logged_alike_on_both_ways(
    one: Acting, other: Acting, caplog: pytest.LogCaptureFixture
) -> None:
    """With the route's template and the roles that were not enough."""
    caplog.set_level(logging.INFO, "merit.http")
    for world in (one, other):
        world.act(f"{ROSTER}/open", {"limit": 3})
    made = alike(one, other, sent(f"{ROSTER}/settle/propose", {"text": "x"})).said
    alike(one, other, sent(f"approval/{made['approval']}/approve", {"digest": made["digest"]}, "colleague"))
    said = [(line.code, line.route, line.actor_role) for line in caplog.records if line.message == "denied"]  # type: ignore[attr-defined]
    assert said == [("approval.same_unit", "/api/toy/v1/approval/{id}/approve", "applicant ppk")] * 2


def test_whoever_leaves_before_the_body_is_whole_gets_no_answer_and_no_second_way(one: Acting) -> None:
    async def leave() -> None:
        async def receive() -> dict[str, Any]:
            return {"type": "http.disconnect"}

        async def send(_: Any) -> None:
            raise AssertionError("nobody is there")

        headers = [(name.encode(), value.encode()) for name, value in OPEN.headers]
        scope = {"type": "http", "method": "POST", "path": OPEN.path, "headers": headers, "query_string": b""}
        await one.short(scope, receive, send)

    one.call(leave)
    assert one.went == []


def test_a_command_of_nobodys_is_no_shortcuts_matter(one: Acting, other: Acting) -> None:
    answer = alike(one, other, sent(f"{ROSTER}/stray", {"to": "pauh.R2"}, None))
    assert (answer.long, answer.code) == (True, "fault")
    assert one.events() == other.events() == []


def test_the_long_way_reads_the_body_as_if_it_came_for_the_first_time(one: Acting) -> None:
    read: list[Any] = []

    async def inner(scope: Any, receive: Any, send: Any) -> None:
        read.extend([await receive(), await receive()])
        await send({"type": "http.response.start", "status": 204, "headers": []})

    one.short._inner = inner  # type: ignore[attr-defined]
    strange = sent(f"{ROSTER}/open", {"limit": 3, "by": "hr"})
    assert one.send(replace(strange, pieces=5)).status == 204
    assert read == [{"type": "http.request", "body": strange.body, "more_body": False}, {"type": "http.disconnect"}]


@pytest.mark.parametrize("short", [True, False])
@pytest.mark.parametrize("header", [("authorization",), ("authorization", "Bearer gone")])
def test_no_byte_is_read_of_whoever_is_not_known(one: Acting, short: bool, header: tuple[str, ...]) -> None:
    answers: list[int] = []

    async def ask() -> None:
        async def receive() -> Any:
            raise AssertionError("their body is nobody's matter")

        async def send(message: Any) -> None:
            answers.append(message.get("status", 0))

        asked = OPEN.with_header(*header)
        headers = [(name.encode(), value.encode()) for name, value in asked.headers]
        scope = {"type": "http", "method": "POST", "path": asked.path, "headers": headers, "query_string": b""}
        await (one.short if short else one.long)(scope, receive, send)

    one.call(ask)
    assert answers[0] == 401


def test_other_protocols_pass(one: Acting) -> None:
    passed: list[Any] = []

    async def inner(scope: Any, receive: Any, send: Any) -> None:
        passed.append(scope)

    scope = {"type": "websocket", "path": OPEN.path}
    asyncio.run(Shortcut(one.long, inner)(scope, None, None))  # type: ignore[arg-type]
    assert passed == [scope]


def test_it_knows_every_command_and_its_proposal_and_nothing_else(one: Acting) -> None:
    found = {path.removeprefix("/api/toy/v1/") for path in entries(one.long)}  # type: ignore[arg-type]
    roster = {
        f"roster/{{id}}/{name}"
        for name in ("open", "close", "note", "settle", "settle/propose", "break", "tally", "stray")
    }
    assert found == roster | {"member/{id}/join", "approval/{id}/approve", "approval/{id}/refuse-act"}
