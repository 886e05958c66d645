"""The same request many times over HTTP, and requests that are almost the same (architecture 4; reliability B1 to B6;
TEST 32)."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import pytest

from services.cli.platform import Platform
from tests.domain.notices import VACANCY
from tests.faults import office
from tests.faults.office import Inside, Office, assert_whole, submitted
from tests.services.intake_world import Clock

COPIES = 50
ANALYSIS = f"{office.INTAKE}/post/pauh.dokter/adopt-job-analysis"


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """Enough people for all of these tests, each of whom applies in one of them alone."""
    return office.found(tmp_path_factory.mktemp("copies") / "data", people=20)


@pytest.fixture
def platform(town: Office) -> Iterator[Platform]:
    """Whatever was sent: the ledger, its answers and its read models hold afterwards."""
    with town.opened(Clock(office.MARCH)) as made:
        yield made
        assert_whole(made)


def served(platform: Platform, play: Callable[[Inside], Awaitable[Any]]) -> Any:
    async def run() -> Any:
        async with office.inside(platform) as site:
            return await play(site)

    return asyncio.run(run())


def bare(said: dict[str, Any]) -> dict[str, Any]:
    """An answer without what tells that it is the first one."""
    return {name: value for name, value in said.items() if name not in ("repeated", "received_at")}


def test_fifty_copies_at_once_make_one_event_and_get_one_answer(platform: Platform, town: Office) -> None:
    one = town.people.pop()

    async def play(site: Inside) -> None:
        first = await site.many([site.submit(one, "same") for _ in range(COPIES)])
        later = await site.many([site.submit(one, "same") for _ in range(COPIES)])
        assert {reply.status for reply in first + later} == {200}
        assert len({str(bare(reply.said)) for reply in first + later}) == 1
        assert Counter(reply.said["repeated"] for reply in first) == {True: COPIES - 1, False: 1}
        assert all(reply.said["repeated"] for reply in later)
        ((position, said),) = submitted(platform)[one.application]
        assert (position, said) == (first[0].said["position"], office.content(office.application()))

    served(platform, play)


def test_fifty_copies_in_one_batch_make_one_event_too(platform: Platform, town: Office) -> None:
    """They meet each other in memory, before any of them is stored."""
    one, other = town.people.pop(), town.people.pop()

    async def play(site: Inside) -> None:
        batch = platform.intake.ledger.batch()
        await asyncio.to_thread(batch.__enter__)
        sent = [asyncio.create_task(site.submit(other, "first"))]
        await office.until(lambda: platform.intake._turn.locked() and not platform.intake.waiting)
        sent += [asyncio.create_task(site.submit(one, "same")) for _ in range(COPIES)]
        await office.until(lambda: platform.intake.waiting == COPIES)
        batch.__exit__(None, None, None)
        replies = await asyncio.gather(*sent)
        assert {reply.status for reply in replies} == {200}
        assert Counter(reply.said["repeated"] for reply in replies[1:]) == {True: COPIES - 1, False: 1}
        assert len(submitted(platform)[one.application]) == 1

    served(platform, play)


def test_fifty_different_applications_of_one_person_at_once_make_one_event(platform: Platform, town: Office) -> None:
    """TEST 32: whichever is first is theirs; each of the others is told so, under whatever key and for whichever
    vacancy of the round."""
    one = town.people.pop()
    bodies = [office.application(vacancy, channel=f"c{n}") for n in range(25) for vacancy in VACANCIES]

    async def play(site: Inside) -> None:
        replies = await site.many([site.submit(one, f"k{n}", body) for n, body in enumerate(bodies)])
        assert Counter(reply.status for reply in replies) == {200: 1, 409: COPIES - 1}
        ((position, said),) = submitted(platform)[one.application]
        mine = ""
        for reply, body in zip(replies, bodies, strict=True):
            if reply.status == 200:
                assert (position, said) == (reply.said["position"], office.content(body))
                mine += body["vacancy"]
        for reply, body in zip(replies, bodies, strict=True):
            if reply.status == 409 and body["vacancy"] == mine:
                assert reply.code == "application.never_altered"
            elif reply.status == 409:
                assert (reply.code, reply.said["vacancy"]) == ("application.one_per_round", mine)

    served(platform, play)


VACANCIES = (VACANCY, office.SECOND)


def test_a_second_application_in_the_round_meets_the_first(platform: Platform, town: Office) -> None:
    one = town.people.pop()

    async def play(site: Inside) -> None:
        assert (await site.submit(one, "first")).status == 200
        second = await site.submit(one, "second", office.application(office.SECOND))
        assert (second.status, second.code) == (409, "application.one_per_round")
        assert second.said["vacancy"] == VACANCY
        assert len(submitted(platform)[one.application]) == 1

    served(platform, play)


def test_the_same_key_with_another_body_is_refused_and_changes_nothing(platform: Platform, town: Office) -> None:
    one, other = town.people.pop(), town.people.pop()

    async def play(site: Inside) -> None:
        first = await site.submit(one, "key")
        again = await site.submit(one, "key", office.application(channel="post"))
        assert (again.status, again.code) == (422, "key.other_body")
        assert bare((await site.submit(one, "key")).said) == bare(first.said)
        # A key is its person's and its command's alone: another's is another, though it reads the same.
        assert (await site.submit(other, "key", office.application(channel="post"))).status == 200
        assert len(submitted(platform)[one.application]) == len(submitted(platform)[other.application]) == 1

    served(platform, play)


def test_two_bodies_under_one_key_at_once_one_is_done_and_the_others_are_refused(
    platform: Platform, town: Office
) -> None:
    hr = town.officials["hr"]

    async def play(site: Inside) -> None:
        headers = hr.headers("race")
        replies = await site.many([site.ask("POST", ANALYSIS, office.analysis(n % 2), headers) for n in range(COPIES)])
        assert Counter(reply.status for reply in replies) == {200: COPIES // 2, 422: COPIES // 2}
        assert {reply.code for reply in replies if reply.status == 422} == {"key.other_body"}
        assert len(platform.intake.ledger.history("post-pauh.dokter")) == 1

    served(platform, play)


def test_somebody_elses_application_is_one_that_is_not_there(platform: Platform, town: Office) -> None:
    """404 alike, in every byte but the path: with another's claim, for an id that nobody has; without one 422."""
    owner, thief = town.people.pop(), town.people.pop()
    nobody = f"{office.INTAKE}/application/{office.AGENCY}.{'0' * 32}/submit-application"

    async def play(site: Inside) -> None:
        body, bearer = office.application(), {"Authorization": f"Bearer {thief.token}", "Idempotency-Key": "k"}
        paths = (owner.submit, nobody)
        claims: list[dict[str, str]] = [{"Application-Claim": thief.claim}, {"Application-Claim": owner.claim}]
        replies = [
            (path, await site.ask("POST", path, body, {**bearer, **claim})) for path in paths for claim in claims
        ]
        told = {
            (reply.status, str({**reply.said, "instance": reply.said["instance"].replace(path, "")}))
            for path, reply in replies
        }
        assert len(told) == 1
        assert {reply.code for _, reply in replies} == {"object.unknown"}
        without = [await site.ask("POST", path, body, bearer) for path in paths]
        assert {(one.status, one.code) for one in without} == {(422, "claim.missing")}
        leave = owner.submit.replace("submit", "withdraw")
        assert (await site.submit(owner, "k")).status == 200
        stolen = await site.ask("POST", leave, {"reason": "other"}, bearer)
        assert (stolen.status, stolen.code) == (404, "object.unknown")
        assert owner.application in submitted(platform)
        assert thief.application not in submitted(platform)

    served(platform, play)


@pytest.mark.parametrize(
    ("wrong", "status", "code"),
    [({"kind": "cumlaude"}, 422, "application.kind"), ({"vacancy": "pauh.2027-999"}, 404, "object.unknown"),
     ({"channel": "lewat pos"}, 422, "application.code")],
)  # fmt: skip
def test_what_was_refused_is_corrected_and_sent_again_under_the_same_key(
    platform: Platform, town: Office, wrong: dict[str, str], status: int, code: str
) -> None:
    """A refusal binds nobody: the key is free until something is done under it."""
    one = town.people.pop()

    async def play(site: Inside) -> None:
        refused = await site.submit(one, "key", office.application(**wrong))
        assert (refused.status, refused.code) == (status, code)
        assert one.application not in submitted(platform)
        done = await site.submit(one, "key")
        assert (done.status, done.said["repeated"]) == (200, False)
        assert len(submitted(platform)[one.application]) == 1

    served(platform, play)
