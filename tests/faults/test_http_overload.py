"""More than there is room for: rates, full queues, a crowd at the door. Who is turned away is told when to come again,
and everybody else is served (architecture 9 and 12; reliability E1, E4)."""

from __future__ import annotations

import asyncio
import http.client
import json
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from services.cli.platform import Platform
from shared.runtime.http.limits import Limits
from tests.faults import lives, office
from tests.faults.office import Office, assert_whole, submitted
from tests.services.intake_world import Clock

CROWD = 100
MEMORY = 19 * 1024  # KiB that one password takes while it is checked
CREDENTIALS = {"contact": "pelamar@contoh.invalid", "password": "tiga gajah biru"}


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Office:
    return office.found(tmp_path_factory.mktemp("overload") / "data", people=60)


@pytest.fixture
def platform(town: Office) -> Iterator[Platform]:
    with town.opened(Clock(office.MARCH)) as made:
        yield made
        assert_whole(made)


def test_who_asks_too_much_waits_and_nobody_else_does(platform: Platform, town: Office) -> None:
    """Per account; the network that both come from is generous, for a whole town may share it."""
    greedy, other = town.people[:2]

    async def play() -> None:
        async with office.inside(platform, limits=Limits()) as site:
            asked = [site.ask("GET", f"{office.PEOPLE}/me", None, greedy.headers()) for _ in range(200)]
            *replies, refused = await site.many([*asked, site.submit(greedy, "k")])
            assert (refused.status, refused.code) == (429, "request.too_many")
            found = Counter(reply.status for reply in replies)
            assert found.keys() == {200, 429}
            assert found[200] >= Limits().general.account.burst
            for reply in replies:
                if reply.status == 429:
                    assert (reply.code, int(reply.headers["retry-after"]) > 0) == ("request.too_many", True)
            assert (await site.ask("GET", f"{office.PEOPLE}/me", None, other.headers())).status == 200
            assert (await site.ask("GET", "/health/live")).status == 200
            assert (await site.submit(other, "k")).status == 200

    asyncio.run(play())
    assert other.application in submitted(platform)
    assert greedy.application not in submitted(platform)


def test_beyond_the_queue_503_and_whoever_comes_again_is_done_once(platform: Platform, town: Office) -> None:
    """The queue is bounded; nothing of what was turned away is in the ledger, until it is sent again."""
    people = town.people[2:]

    async def play() -> None:
        async with office.inside(platform, most=5) as site:
            batch = platform.intake.ledger.batch()
            await asyncio.to_thread(batch.__enter__)
            first = asyncio.create_task(site.submit(people[0], "k"))
            await office.until(lambda: platform.intake._turn.locked() and not platform.intake.waiting)
            others = [asyncio.create_task(site.submit(one, "k")) for one in people[1:]]
            await office.until(lambda: sum(one.done() for one in others) >= len(others) - 20)
            assert platform.intake.waiting >= 5
            batch.__exit__(None, None, None)
            replies = [await first, *await asyncio.gather(*others)]
            assert Counter(reply.status for reply in replies).keys() == {200, 503}
            turned = [one for one, reply in zip(people, replies, strict=True) if reply.status == 503]
            assert len(turned) >= len(people) - 25
            for reply in replies:
                if reply.status == 503:
                    assert (reply.code, int(reply.headers["retry-after"]) > 0) == ("queue.full", True)
            before = submitted(platform)
            assert not {one.application for one in turned} & before.keys()
            for one, reply in zip(people, replies, strict=True):
                ticket = {"Arrival_Ticket": reply.headers["arrival-ticket"]} if one in turned else {}
                done = await site.submit(one, "k", **ticket)
                assert (done.status, done.said["repeated"]) == (200, one not in turned)

    asyncio.run(play())
    assert all(len(submitted(platform)[one.application]) == 1 for one in people)


@pytest.mark.slow
def test_a_crowd_that_signs_in_costs_time_and_not_memory(tmp_path: Path) -> None:
    """argon2id takes 19 MiB each time, two at a time: a hundred at once would take two gigabytes. Meanwhile everybody
    else is served."""
    made = office.found(tmp_path / "data", people=1)
    (one,) = made.people
    with lives.served(made.path, tmp_path / "log") as server:
        url, statuses = server.begin(), list[int]()
        assert ask(url, "POST", f"{office.PEOPLE}/accounts", CREDENTIALS) == 202
        assert ask(url, "POST", f"{office.PEOPLE}/sessions", CREDENTIALS) == 200
        assert ask(url, "GET", f"{office.PEOPLE}/me", None, one.token) == 200
        before = most_memory(server.pid)

        def sign_in(n: int) -> None:
            nobody = {**CREDENTIALS, "contact": f"pelamar-{n}@contoh.invalid"}
            statuses.append(ask(url, "POST", f"{office.PEOPLE}/sessions", nobody if n else CREDENTIALS))

        crowd = [threading.Thread(target=sign_in, args=(n,)) for n in range(CROWD)]
        for thread in crowd:
            thread.start()
        served = 0
        while any(thread.is_alive() for thread in crowd):
            assert ask(url, "GET", "/health/ready") == 200
            assert ask(url, "GET", f"{office.PEOPLE}/me", None, one.token) == 200
            served += len(statuses) < CROWD  # while some of them still waited
        assert Counter(statuses) == {401: CROWD - 1, 200: 1}
        assert served > 3
        assert most_memory(server.pid) - before < MEMORY * CROWD // 8  # an allocator keeps some of what is free
        server.end()
    made.assert_whole()


def ask(url: str, method: str, path: str, body: object = None, token: str = "") -> int:
    """A request on a connection of its own: the status of the answer."""
    at = urlsplit(url)
    with closing(http.client.HTTPConnection(at.hostname or "", at.port, timeout=60)) as line:
        headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
        line.request(method, path, b"" if body is None else json.dumps(body).encode(), headers)
        reply = line.getresponse()
        reply.read()
        return reply.status


def most_memory(pid: int) -> int:
    """KiB that a process has had at most."""
    status = Path(f"/proc/{pid}/status").read_text()
    (line,) = (line for line in status.splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1])
