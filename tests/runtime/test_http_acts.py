"""Commands over HTTP: the routes that an act makes, what an answer says of what was recorded, a full queue, and the one
wake-up of everybody whose command was in a batch."""

import asyncio
import datetime as dt
import threading
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from shared.events import Unknown
from shared.runtime.calls import Answer
from shared.runtime.http.acts import PROBLEMS, Act
from shared.runtime.http.arrivals import TICKET
from shared.runtime.http.routes import routes
from shared.runtime.http.waiting import Waker
from shared.runtime.identity import LONGEST
from tests.runtime import toy
from tests.runtime.acting import HR, START, Acting, acting, sent
from tests.runtime.toy import World

ROSTER: Final = "roster/pauh.R1"
LATER: Final = "2027-03-15T02:05:00.000000Z"


@pytest.fixture
def here(path: Path) -> Iterator[Acting]:
    with acting(path) as made:
        yield made


# --- routes -----------------------------------------------------------------------------------------------------


def test_a_command_has_one_route_and_one_more_where_it_takes_two_persons(here: Acting) -> None:
    found = {one.path.removeprefix("/api/toy/v1/"): one for one in routes(here.long)}  # type: ignore[arg-type]
    proposals = {path for path in found if path.endswith("/propose")}
    assert proposals == {"roster/{id}/settle/propose"}
    assert found["roster/{id}/settle/propose"].rule == found["roster/{id}/settle"].rule == HR
    assert found["roster/{id}/settle/propose"].summary == "Propose to settle"


def test_names_are_the_commands_own() -> None:
    named = type("SubmitToyApplication", (toy.Note,), {})
    act = Act(command=named, category="roster", rule=HR, example={})
    assert (act.name, act.words) == ("submit-toy-application", "submit toy application")


def test_a_route_is_documented_with_its_example_and_its_headers(here: Acting) -> None:
    document = here.long.openapi()["paths"]["/api/toy/v1/roster/{id}/note"]["post"]  # type: ignore[attr-defined]
    assert document["requestBody"]["content"]["application/json"]["example"] == {"text": "a"}
    headers = {one["name"]: one["required"] for one in document["parameters"] if one["in"] == "header"}
    assert headers == {"Idempotency-Key": True, "Arrival-Ticket": False, "Note-Sign": False, "Merit-Unit": False}
    assert {str(one) for one in PROBLEMS} <= document["responses"].keys()


# --- answers ----------------------------------------------------------------------------------------------------


def test_an_answer_says_what_was_recorded_and_when_it_had_arrived(here: Acting) -> None:
    first = here.act(f"{ROSTER}/open", {"limit": 3})
    assert first.said == {
        "service": "toy", "stream": "roster-pauh.R1", "position": 0, "events": 1, "repeated": False,
        "received_at": START,
    }  # fmt: skip


def test_the_same_key_gives_the_first_answer_whenever_it_comes_again(here: Acting) -> None:
    """Without an arrival: the first one's counted, and is not this one's."""
    here.act(f"{ROSTER}/open", {"limit": 3})
    here.now[0] = LATER
    assert here.act(f"{ROSTER}/open", {"limit": 3}).said == {
        "service": "toy", "stream": "roster-pauh.R1", "position": 0, "events": 1, "repeated": True,
    }  # fmt: skip
    assert [one[5] for one in here.events()] == [START]


def test_what_was_done_already_makes_no_event_and_has_no_position(here: Acting) -> None:
    here.act(f"{ROSTER}/open", {"limit": 3})
    said = here.act(f"{ROSTER}/open", {"limit": 3}, key="other").said
    assert (said["events"], "position" in said, said["repeated"]) == (0, False, False)


def test_a_proposal_answers_with_what_is_to_be_approved(here: Acting) -> None:
    said = here.act(f"{ROSTER}/settle/propose", {"text": "x"}).said
    assert said.keys() == {"service", "approval", "digest", "position", "repeated"}
    assert here.get(f"approval/{said['approval']}").said["digest"] == said["digest"]


def test_a_refusal_says_more_where_its_act_knows_more(here: Acting) -> None:
    here.act(f"{ROSTER}/open", {"limit": 3})
    close, settle = here.act(f"{ROSTER}/close", {}), here.act(f"{ROSTER}/settle", {"text": "x"})
    assert (close.status, close.said["members"], close.said["of"]) == (409, 0, "roster-pauh.R1")
    assert (settle.status, settle.said.keys()) == (409, {"type", "title", "status", "code", "instance"})


def test_a_fault_of_ours_is_500_and_tells_nothing(here: Acting) -> None:
    answer = here.act(f"{ROSTER}/break", {})
    assert (answer.status, answer.code) == (500, "fault")
    assert b"words" not in answer.content


def test_a_stream_that_this_service_does_not_have_is_not_there(here: Acting) -> None:
    assert here.act("roster/pauh.R1+/open", {"limit": 3}).code == "command.unreadable"
    assert here.act("member/pauh.R1/join", {"points": 1}, "A0").code == "command.unreadable"


# --- the queue --------------------------------------------------------------------------------------------------


def test_a_full_queue_says_when_to_come_again_and_a_ticket_keeps_the_arrival(path: Path) -> None:
    note = sent(f"{ROSTER}/note", {"text": "x"}, key="n")
    with acting(path, most=0) as full:
        refused = full.send(note)
        assert (refused.status, refused.code, refused.said["received_at"]) == (503, "queue.full", START)
        assert refused.header("retry-after") == "2"
        ticket = refused.header(TICKET)
        assert ticket
        assert full.events() == []
        full.now[0] = LATER
        full.arrivals._most = 1
        answer = full.send(note.with_header(TICKET, ticket))
        assert (answer.status, answer.said["received_at"]) == (200, START)
        assert [one[5] for one in full.events()] == [START]


@pytest.mark.parametrize("other", ["body", "path", "person", "key", "late"])
def test_a_ticket_is_good_for_its_request_alone_and_ten_minutes(path: Path, other: str) -> None:
    with acting(path, most=0) as full:
        ticket = full.send(sent(f"{ROSTER}/note", {"text": "x"}, key="n")).header(TICKET)
        full.arrivals._most = 1
        if other == "late":
            full.now[0] = (dt.datetime.fromisoformat(START) + LONGEST["arrival"]).isoformat()
        request = sent(
            f"roster/pauh.{'R2' if other == 'path' else 'R1'}/note", {"text": "y" if other == "body" else "x"},
            key="m" if other == "key" else "n",
        )  # fmt: skip
        if other == "person":
            request = sent("member/pauh.R1+A0/join", {"points": 1}, "A0", key="n")
        answer = full.send(request.with_header(TICKET, ticket or ""))
        assert (answer.status, answer.code) == (422, "ticket.invalid")
        assert full.events() == []


# --- the waker --------------------------------------------------------------------------------------------------


class Loop:
    """An event loop that counts how often it is woken from another thread."""

    def __init__(self) -> None:
        self.loop = asyncio.get_running_loop()
        self.woken = 0

    def create_future(self) -> asyncio.Future[Any]:
        return self.loop.create_future()

    def call_soon_threadsafe(self, call: Callable[[], None]) -> None:
        self.woken += 1
        self.loop.call_soon_threadsafe(call)


def running(world: World, act: Callable[[Loop, Waker], Awaitable[Any]]) -> Any:
    async def run() -> Any:
        loop = Loop()
        return await act(loop, Waker(loop))  # type: ignore[arg-type]

    world.pipeline.start()
    try:
        return asyncio.run(run())
    finally:
        world.pipeline.stop()


def test_a_batch_wakes_the_loop_once(world: World) -> None:
    """Two hundred callers whose commands are decided while the loop is busy: it is told once."""

    async def act(loop: Loop, waker: Waker) -> tuple[list[Answer], int]:
        tasks = [asyncio.create_task(waker.send(world.pipeline, world.note(f"{n}"))) for n in range(200)]
        await asyncio.sleep(0)  # every one is posted
        last = world.pipeline.post(world.note("last"))
        last.wait()  # the loop stands still until all of them are settled
        return [await one for one in tasks], loop.woken

    answers, woken = running(world, act)
    assert sorted(answer.position or 0 for answer in answers) == list(range(200))
    assert woken == 1


def test_whoever_settles_after_the_loop_was_told_wakes_it_anew(world: World) -> None:
    async def act(loop: Loop, waker: Waker) -> tuple[list[int], int]:
        found = [await waker.send(world.pipeline, world.note(f"{n}")) for n in range(5)]
        return [one.events for one in found], loop.woken

    assert running(world, act) == ([1] * 5, 5)


def test_who_has_gone_is_passed_over_and_the_command_is_done(world: World) -> None:
    async def act(_: Loop, waker: Waker) -> Answer:
        gone = asyncio.create_task(waker.send(world.pipeline, world.note("gone")))
        await asyncio.sleep(0)
        gone.cancel()
        with pytest.raises(asyncio.CancelledError):
            await gone
        return await waker.send(world.pipeline, world.note("stays"))

    assert running(world, act).events == 1
    assert set(toy.texts(toy.history(world.ledger))) == {"gone", "stays"}


def test_an_outcome_that_cannot_be_told_is_raised_to_its_caller(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any) -> Any:
        raise OSError("the disk is away")

    async def act(_: Loop, waker: Waker) -> Answer:
        with monkeypatch.context() as patch:
            patch.setattr(world.pipeline, "_decide", broken)
            with pytest.raises(Unknown):
                await waker.send(world.pipeline, world.note("x"))
        return await waker.send(world.pipeline, world.note("y"))

    assert running(world, act).events == 1
    assert set(toy.texts(toy.history(world.ledger))) == {"y"}


def test_a_loop_that_has_ended_harms_no_pipeline(world: World) -> None:
    """The command is done though nobody is there to hear of it; the next loop is told of its own."""
    hold = threading.Event()
    decide = world.pipeline._decide

    def slow(todo: Any) -> Any:
        assert hold.wait(30)
        return decide(todo)

    async def leave() -> None:
        waker = Waker(asyncio.get_running_loop())
        task = asyncio.create_task(waker.send(world.pipeline, world.note("left")))
        await asyncio.sleep(0)
        task.cancel()

    world.pipeline._decide = slow  # type: ignore[method-assign]
    world.pipeline.start()
    asyncio.run(leave())
    hold.set()
    world.pipeline.stop()
    assert set(toy.texts(toy.history(world.ledger))) == {"left"}
    assert running(world, lambda _, waker: waker.send(world.pipeline, world.note("next"))).events == 1
