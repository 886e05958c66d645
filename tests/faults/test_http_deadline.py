"""The last second of a deadline over HTTP: thousands at once, a queue that is held back, arrival tickets (architecture
4; reliability B20, B23, B28)."""

from __future__ import annotations

import asyncio
import datetime as dt
import os
import random
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from threading import Lock
from typing import Any

import pytest

from services.cli.platform import Platform
from shared.events import codec, instant
from shared.events.intake import ApplicationsClosed
from tests.domain.notices import UNTIL, VACANCY
from tests.faults import office
from tests.faults.office import Inside, Person, Reply, assert_whole, submitted
from tests.services.intake_world import Clock

STORM = int(os.environ.get("MERIT_STORM", "1000"))  # 5000 in full
TICK = dt.timedelta(microseconds=1)
LIFE = dt.timedelta(minutes=10)  # of an arrival ticket; the roll closes when the last one has ended
TEXT = instant(UNTIL)


class Ticking:
    """A clock that goes on by up to three microseconds each time that somebody looks, and stands still on either side
    of a deadline. It is looked at from several threads."""

    def __init__(self, deadline: dt.datetime, looks: int) -> None:
        steps = random.Random(5)
        before = [TICK * steps.randint(0, 3) for _ in range(looks)]
        still = [dt.timedelta(0)] * (looks // 2)
        self._steps = iter([*before, *still, TICK, *still])
        self._now = deadline - TICK - sum(before, dt.timedelta(0))
        self._lock = Lock()

    def __call__(self) -> dt.datetime:
        with self._lock:
            self._now += next(self._steps, TICK)
            return self._now


def closed(platform: Platform) -> list[ApplicationsClosed]:
    events = (codec.event_of(one) for page in platform.intake.ledger.read() for one in page)
    return [event for event in events if isinstance(event, ApplicationsClosed)]


async def closing(site: Inside, clock: Clock) -> int:
    """The tickets' ten minutes pass; the timetable closes the rolls of both vacancies: how many are on the first."""
    clock.now = UNTIL + LIFE
    site.house.wake()
    await office.until(lambda: len(closed(site.house.platform)) == 2)
    rolls = [one.roll for one in closed(site.house.platform)]
    assert sum(one.rows for one in rolls) == sum(sum(one.submitted.values()) for one in closed(site.house.platform))
    return max(one.rows for one in rolls)


@pytest.mark.slow
def test_thousands_in_the_last_microseconds_are_each_judged_by_their_arrival(tmp_path: Path) -> None:
    """B20: half-open. Whoever arrived before is in, whoever arrived at it or later is told when that was, and the
    deadline."""
    made = office.found(tmp_path / "data", people=STORM, now=UNTIL - dt.timedelta(minutes=1))
    clock = Ticking(UNTIL, STORM)
    with made.opened(clock) as platform:
        replies = asyncio.run(storm(platform, made.people))
        found: Counter[tuple[int, str]] = Counter()
        stored = submitted(platform)
        for one, reply in zip(made.people, replies, strict=True):
            arrived = reply.said["received_at"]
            found[reply.status, arrived] += 1
            if arrived < TEXT:
                assert reply.status == 200
                assert [at for at, _ in stored.pop(one.application)] == [reply.said["position"]]
            else:
                assert (reply.status, reply.code) == (409, "application.late")
                assert reply.said["deadline"] == TEXT
        assert stored == {}
        # Both sides were tried in earnest: the last microsecond before, the deadline, and what lies around them.
        assert found[200, instant(UNTIL - TICK)] > STORM // 50
        assert found[409, TEXT] > STORM // 50
        assert min(sum(n for (status, _), n in found.items() if status == one) for one in (200, 409)) > STORM // 5
        assert_whole(platform)


async def storm(platform: Platform, people: list[Person]) -> list[Reply]:
    async with office.inside(platform) as site:
        return await site.many([site.submit(one, "first") for one in people])


# --- decided later than it arrived --------------------------------------------------------------------------------


@asynccontextmanager
async def held_back(site: Inside) -> AsyncIterator[None]:
    """Another writer has the ledger: nothing is decided meanwhile."""
    batch = site.house.platform.intake.ledger.batch()
    await asyncio.to_thread(batch.__enter__)
    try:
        yield
    finally:
        batch.__exit__(None, None, None)


def sent(*those: Any) -> list[asyncio.Task[Reply]]:
    return [asyncio.create_task(one) for one in those]


async def taken(site: Inside, one: Person) -> asyncio.Task[Reply]:
    """Their application is a batch that waits for the ledger; whatever comes next stands in the queue."""
    task = asyncio.create_task(site.submit(one, "k"))
    intake = site.house.platform.intake
    await office.until(lambda: intake._turn.locked() and not intake.waiting)
    return task


async def waiting(site: Inside, many: int) -> None:
    """Until so many stand in the queue."""
    await office.until(lambda: site.house.platform.intake.waiting == many)


def test_who_arrived_before_the_deadline_is_in_however_long_the_queue_was(tmp_path: Path) -> None:
    """B20: the arrival counts, not the turn. The draft of whoever came late is kept; that of others has done its
    duty."""
    made = office.found(tmp_path / "data", people=40, now=UNTIL - dt.timedelta(minutes=1))
    clock = Clock(UNTIL - dt.timedelta(seconds=1))
    with made.opened(clock) as platform:
        prompt, late = made.people[:30], made.people[30:]

        async def play() -> None:
            async with office.inside(platform) as site:
                for one in made.people:
                    saved = {"seen": 0, "content": {"step": "documents"}, "deadline": "2027-03-20T17:00:00Z"}
                    draft = await site.ask("PUT", DRAFT, saved, one.headers())
                    assert draft.status == 200
                async with held_back(site):
                    clock.now = UNTIL - TICK
                    early = [await taken(site, prompt[0])]
                    early += sent(*(site.submit(one, "k") for one in prompt[1:]))
                    await waiting(site, len(prompt) - 1)
                    clock.now = UNTIL
                    after = sent(*(site.submit(one, "k") for one in late))
                    await waiting(site, len(made.people) - 1)
                    clock.now = UNTIL + dt.timedelta(minutes=9)
                answers = await asyncio.gather(*early, *after)
                assert [one.status for one in answers] == [200] * 30 + [409] * 10
                assert {one.said["received_at"] for one in answers[:30]} == {instant(UNTIL - TICK)}
                assert {(one.code, one.said["received_at"]) for one in answers[30:]} == {("application.late", TEXT)}
                for one in prompt:
                    await sent_draft_goes(site, one)
                assert {(await site.ask("GET", DRAFT, None, one.headers())).status for one in late} == {200}
                assert closed(platform) == []
                clock.now = UNTIL + LIFE - TICK
                site.house.wake()
                again = await site.submit(late[0], "k")  # nothing has changed for them, and nothing is closed yet
                assert again.code == "application.late"
                assert closed(platform) == []
                assert await closing(site, clock) == len(prompt)
                assert (await site.submit(late[0], "k")).code == "application.late"

        asyncio.run(play())
        assert len(submitted(platform)) == len(prompt)
        assert_whole(platform)


async def sent_draft_goes(site: Inside, one: Person) -> None:
    """It has done its duty; whoever clears it away follows the ledger."""
    ends = asyncio.get_running_loop().time() + 60
    while (await site.ask("GET", DRAFT, None, one.headers())).status != 404:
        assert asyncio.get_running_loop().time() < ends


DRAFT = f"{office.PEOPLE}/me/drafts/vacancy-{VACANCY}"


def forged(ticket: str) -> str:
    """One sign of its signature is another; in the middle, where every sign counts whole."""
    at = len(ticket) - 40
    return ticket[:at] + ("B" if ticket[at] == "A" else "A") + ticket[at + 1 :]


def test_an_arrival_ticket_keeps_the_first_arrival_for_ten_minutes(tmp_path: Path) -> None:
    """B23: where the queue is full, 503 and a ticket; sent again with it after the deadline, the command counts as
    arrived then. One of another body, path, key or person is none, and neither is one that has ended."""
    made = office.found(tmp_path / "data", people=6, now=UNTIL - dt.timedelta(minutes=1))
    clock = Clock(UNTIL - TICK)
    with made.opened(clock) as platform:
        first, second, third, fourth, thief, tardy = made.people

        async def play() -> None:
            async with office.inside(platform, most=1) as site:
                async with held_back(site):
                    before = [await taken(site, first), *sent(site.submit(second, "k"))]
                    await waiting(site, 1)
                    full = [await site.submit(one, "k") for one in (third, fourth, tardy)]
                assert [one.status for one in await asyncio.gather(*before)] == [200, 200]
                for one in full:
                    assert (one.status, one.code, one.headers["retry-after"]) == (503, "queue.full", "2")
                    assert one.said["received_at"] == instant(UNTIL - TICK)
                ticket, other, ended = (one.headers["arrival-ticket"] for one in full)
                clock.now = UNTIL + dt.timedelta(minutes=9)
                refused = [
                    await site.submit(third, "k", office.application(channel="post"), Arrival_Ticket=ticket),
                    await site.submit(third, "other", Arrival_Ticket=ticket),
                    await site.submit(thief, "k", Arrival_Ticket=ticket),
                    await site.submit(third, "k", Arrival_Ticket=other),
                    await site.submit(third, "k", Arrival_Ticket=forged(ticket)),
                    await site.ask(
                        "POST", fourth.submit, office.application(),
                        {**third.headers("k"), "Arrival-Ticket": ticket},
                    ),
                ]  # fmt: skip
                assert [(one.status, one.code) for one in refused] == [(422, "ticket.invalid")] * 6
                assert (await site.submit(third, "k")).code == "application.late"  # without it
                kept = await site.submit(third, "k", Arrival_Ticket=ticket)
                assert (kept.status, kept.said["received_at"]) == (200, instant(UNTIL - TICK))
                clock.now = UNTIL + LIFE - dt.timedelta(seconds=2)
                assert (await site.submit(fourth, "k", Arrival_Ticket=other)).status == 200
                clock.now = UNTIL + LIFE - TICK
                assert (await site.submit(tardy, "k", Arrival_Ticket=ended)).code == "ticket.invalid"
                assert await closing(site, clock) == 4
                again = await site.submit(fourth, "k", Arrival_Ticket=other)
                assert again.code == "ticket.invalid"
                done = await site.submit(fourth, "k")
                assert (done.status, done.said["repeated"]) == (200, True)

        asyncio.run(play())
        assert sorted(submitted(platform)) == sorted(one.application for one in (first, second, third, fourth))
        assert_whole(platform)


def test_a_ticket_in_a_queue_that_is_still_full_keeps_the_first_arrival(tmp_path: Path) -> None:
    """However often it is sent back, the instant stays, and so does the end of the ticket."""
    made = office.found(tmp_path / "data", people=3, now=UNTIL - dt.timedelta(minutes=1))
    clock = Clock(UNTIL - TICK)
    with made.opened(clock) as platform:
        first, second, third = made.people

        async def play() -> None:
            async with office.inside(platform, most=1) as site:
                async with held_back(site):
                    before = [await taken(site, first), *sent(site.submit(second, "k"))]
                    await waiting(site, 1)
                    said = await site.submit(third, "k")
                    for minutes in (3, 6, 9):
                        clock.now = UNTIL + dt.timedelta(minutes=minutes)
                        said = await site.submit(third, "k", Arrival_Ticket=said.headers["arrival-ticket"])
                        assert (said.code, said.said["received_at"]) == ("queue.full", instant(UNTIL - TICK))
                await asyncio.gather(*before)
                ticket = said.headers["arrival-ticket"]
                clock.now = UNTIL + LIFE - dt.timedelta(seconds=2)
                done = await site.submit(third, "k", Arrival_Ticket=ticket)
                assert (done.status, done.said["received_at"]) == (200, instant(UNTIL - TICK))
                clock.now = UNTIL + LIFE - TICK  # its ten minutes began with the first arrival
                assert (await site.submit(third, "k", Arrival_Ticket=ticket)).code == "ticket.invalid"

        asyncio.run(play())
        assert_whole(platform)
