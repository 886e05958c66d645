"""How much anybody may ask, and how often anybody may be wrong at the door."""

import asyncio
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient
from starlette.types import Receive, Scope, Send

from shared.runtime.http.attempts import Attempts
from shared.runtime.http.limits import SECOND, Buckets, Limiter, Limits, Pair, Rate, account_of, kind_of, network_of

RATES = st.builds(Rate, many=st.integers(1, 700), seconds=st.integers(1, 90), burst=st.integers(1, 50))
PAUSES = st.lists(
    st.none() | st.integers(0, 3 * SECOND) | st.sampled_from((0, 1, SECOND // 7)), min_size=1, max_size=120
)  # none: as long as was told


class Clock:
    """Nanoseconds that stand still until told."""

    def __init__(self) -> None:
        self.now = 7 * SECOND

    def __call__(self) -> int:
        return self.now

    def pass_by(self, seconds: int) -> None:
        self.now += seconds * SECOND


def scope(path: str = "/", method: str = "GET", host: str | None = "10.1.2.3", **headers: str) -> Scope:
    raw = [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]
    client = None if host is None else (host, 5000)
    return {"type": "http", "path": path, "method": method, "client": client, "headers": raw, "query_string": b""}


async def plain(scope: Scope, receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"served"})


@given(RATES, PAUSES)
def test_no_window_holds_more_than_the_burst_and_what_came_in_meanwhile(rate: Rate, pauses: list[int | None]) -> None:
    buckets, now, taken = Buckets(rate), 0, []
    for pause in pauses:
        now += buckets.wait("a", now) if pause is None else pause
        if not buckets.wait("a", now):
            buckets.take("a", now)
            taken.append(now)
    for first, begun in enumerate(taken):
        for last, ended in enumerate(taken[first:], 1):
            assert (last - rate.burst) * rate.seconds * SECOND <= rate.many * (ended - begun)


@given(RATES, PAUSES)
def test_who_waits_as_told_is_served_and_not_before(rate: Rate, pauses: list[int | None]) -> None:
    buckets, now = Buckets(rate), 0
    for pause in pauses:
        now += pause or 0
        wait = buckets.wait("a", now)
        assert wait <= -(-rate.seconds * SECOND // rate.many)
        if wait:
            assert buckets.wait("a", now + wait - 1) == 1
        now += wait
        assert buckets.wait("a", now) == 0
        buckets.take("a", now)


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, SECOND)), max_size=200))
def test_memory_is_bounded_and_full_buckets_go(asked: list[tuple[int, int]]) -> None:
    buckets, now = Buckets(Rate(many=2, burst=3), most=7), 0
    for key, pause in asked:
        now += pause
        if not buckets.wait(key, now):
            buckets.take(key, now)
        assert len(buckets) <= 7
    for n in range(8):
        buckets.take("late", now + n + 1000 * SECOND)
    assert len(buckets) == 1


def test_one_key_says_nothing_of_another() -> None:
    buckets = Buckets(Rate(many=1, burst=1))
    buckets.take("a", 0)
    assert (buckets.wait("a", 0), buckets.wait("b", 0)) == (SECOND, 0)


@pytest.mark.parametrize("wrong", [{"many": -1}, {"seconds": 0}, {"burst": 0}])
def test_what_is_no_rate_is_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="no rate"):
        Rate(**wrong)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("10.1.2.3", "10.1.2.250", True),
        ("10.1.2.3", "10.1.3.3", False),
        ("10.1.2.3", "::ffff:10.1.2.77", True),
        ("2001:db8:1::1", "2001:db8:1:ffff::2", True),
        ("2001:db8:1::1", "2001:db8:2::1", False),
        ("fe80::1%eth0", "fe80::2", True),
        ("testclient", None, True),
    ],
)
def test_a_network_is_a_prefix(one: str, other: str | None, same: bool) -> None:
    assert (network_of(scope(host=one)) == network_of(scope(host=other))) is same


def test_an_account_is_a_digest_of_the_credential_alone() -> None:
    found = account_of(scope(cookie="x", authorization="Bearer secret"))
    assert found is not None
    assert b"secret" not in found
    assert found == account_of(scope(host="10.9.9.9", authorization="Bearer secret"))
    assert found != account_of(scope(authorization="Bearer other"))
    assert account_of(scope(cookie="x")) is None
    for spelling in ("bearer secret", "BEARER  secret", "Bearer" + " " * 99 + "secret \t", "Bearer \tsecret\xa0"):
        assert found == account_of(scope(authorization=spelling))


@pytest.mark.parametrize(
    ("method", "path", "kind"),
    [
        ("GET", "/", "general"),
        ("GET", "/health/ready", "probe"),
        ("GET", "/metrics", "probe"),
        ("GET", "/log/intake/tile/0/000", "follow"),
        ("GET", "/api/intake/v1/events", "follow"),
        ("POST", "/api/intake/v1/events", "general"),
        ("POST", "/api/people/v1/sign-in", "sign_in"),
        ("GET", "/api/people/v1/accounts", "general"),
        ("PUT", "/api/people/v1/documents/3", "upload"),
        ("GET", "/api/people/v1/documents/3", "general"),
        ("POST", "/api/intake/v1/vacancy/pauh.1/publish", "general"),
    ],
)
def test_the_path_tells_the_kind(method: str, path: str, kind: str) -> None:
    assert kind_of(scope(path, method)) == kind


def test_an_account_is_held_back_and_its_neighbours_are_not() -> None:
    clock = Clock()
    limits = Limits(general=Pair(account=Rate(many=1, seconds=10, burst=2), network=Rate(many=100, burst=100)))
    client = TestClient(Limiter(plain, limits, clock=clock))
    mine, other = {"Authorization": "Bearer a"}, {"Authorization": "Bearer b"}
    assert [client.get("/", headers=mine).status_code for _ in range(3)] == [200, 200, 429]
    refused = client.get("/", headers={**mine, "Accept-Language": "en"})
    assert refused.headers["retry-after"] == "10"
    assert refused.headers["content-type"] == "application/problem+json"
    assert refused.json()["code"] == "request.too_many"
    assert client.get("/", headers=other).text == client.get("/").text == "served"
    clock.pass_by(10)
    assert client.get("/", headers=mine).status_code == 200


def test_a_network_is_held_back_whatever_credentials_it_invents() -> None:
    limits = Limits(general=Pair(account=Rate(many=1, burst=5), network=Rate(many=1, burst=3)))
    limiter = Limiter(plain, limits, clock=Clock())
    waits = [limiter.asked(scope(authorization=f"Bearer {n}", host=f"10.1.2.{n}")) for n in range(4)]
    assert waits == [0, 0, 0, SECOND]
    assert limiter.asked(scope(host="10.1.3.1")) == 0


def test_what_is_refused_takes_no_token_of_the_network() -> None:
    limits = Limits(general=Pair(account=Rate(many=1, burst=1), network=Rate(many=1, burst=2)))
    limiter = Limiter(plain, limits, clock=Clock())
    assert [limiter.asked(scope(authorization="x")) for _ in range(5)] == [0, *[SECOND] * 4]
    assert limiter.asked(scope()) == 0


def test_kinds_have_buckets_of_their_own() -> None:
    limiter = Limiter(plain, Limits(general=Pair(network=Rate(many=1, burst=1))), clock=Clock())
    assert [limiter.asked(scope()) for _ in range(2)] == [0, SECOND]
    assert limiter.asked(scope("/health/live")) == limiter.asked(scope("/api/intake/v1/events")) == 0
    sign_in = [limiter.asked(scope("/api/people/v1/sign-in", "POST", authorization=str(n))) for n in range(61)]
    assert [n for n, wait in enumerate(sign_in) if wait] == [60]


def test_no_rate_is_no_limit_and_other_protocols_pass() -> None:
    limiter = Limiter(plain, Limits(general=Pair()), kind=lambda scope: "general", clock=Clock())
    assert not any(limiter.asked(scope(authorization="x")) for _ in range(5_000))
    passed: list[Any] = []

    async def keep(message: Any) -> None:
        passed.append(message)

    asyncio.run(limiter({"type": "lifespan"}, lambda: asyncio.sleep(0, {}), keep))
    assert len(passed) == 2


def test_the_fifth_wrong_one_in_a_row_begins_a_pause_that_grows() -> None:
    clock = Clock()
    attempts = Attempts(clock=clock)
    assert [attempts.begin("a") for _ in range(5)] == [0] * 5
    for pause in (30, 60, 120, 240, 480, 900, 900):
        assert attempts.begin("a") == pause
        assert attempts.begin("b") == 0
        attempts.succeeded("b")
        clock.pass_by(pause - 1)
        assert attempts.begin("a") == 1
        clock.pass_by(1)
        assert attempts.begin("a") == 0


def test_a_key_may_have_more_free_ones() -> None:
    attempts = Attempts(clock=Clock())
    assert [attempts.begin("a", 50) for _ in range(51)] == [0] * 50 + [30]


def test_being_right_ends_the_row_and_so_does_a_day() -> None:
    clock = Clock()
    attempts = Attempts(clock=clock)
    for _ in range(3):
        assert [attempts.begin("a") for _ in range(5)] == [0] * 5
        attempts.succeeded("a")
    attempts.succeeded("nobody")
    assert len(attempts) == 0
    assert [attempts.begin("a") for _ in range(6)] == [0] * 5 + [30]
    clock.pass_by(86_401)
    assert [attempts.begin("a") for _ in range(6)] == [0] * 5 + [30]


def test_what_was_not_looked_at_does_not_count() -> None:
    clock = Clock()
    attempts = Attempts(clock=clock)
    for _ in range(20):
        assert attempts.begin("a") == 0
        attempts.undecided("a")
    attempts.undecided("nobody")
    assert [attempts.begin("a") for _ in range(6)] == [0] * 5 + [30]
    clock.pass_by(30)
    assert attempts.begin("a") == 0
    attempts.undecided("a")
    assert attempts.begin("a") == 0
    assert attempts.begin("a") == 60


def test_attempts_are_bounded_and_old_ones_go() -> None:
    clock = Clock()
    attempts = Attempts(most=4, clock=clock)
    for n in range(10):
        attempts.begin(str(n))
    assert len(attempts) == 4
    clock.pass_by(86_401)
    for _ in range(4):
        attempts.begin("late")
    assert len(attempts) == 1
