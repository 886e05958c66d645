"""How much anybody may ask: token buckets per account and per network, in this process, without a database.

A network is a prefix (IPv4 /24, IPv6 /48) and generous, for a whole town's telephones may share one address. An account
is a short digest of the credential, known or not: an invented one buys a bucket, and never more than its network has.
"""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import blake2b
from typing import Final, Literal

from fastapi import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from shared.runtime.http import replies

Kind = Literal["general", "sign_in", "upload", "follow", "probe"]

SECOND: Final = 1_000_000_000  # nanoseconds
MOST: Final = 50_000  # buckets of one rate
MAPPED: Final = bytes(10) + b"\xff\xff"  # IPv4 inside IPv6
SIGN_IN: Final = frozenset({"sign-in", "sign-up", "sessions", "accounts"})
FOLLOW: Final = frozenset({"events", "stream", "feed"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """`many` requests in `seconds`, `burst` of them at once; none is no limit. ValueError for what is no rate."""

    many: int = 0
    seconds: int = 1
    burst: int = 1

    def __post_init__(self) -> None:
        if self.many < 0 or self.seconds < 1 or self.burst < 1:
            raise ValueError(f"no rate: {self}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """The rates of a kind of request: of one account, and of one network."""

    account: Rate = Rate()
    network: Rate = Rate()


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The rates of each kind, and how many buckets are kept of each rate."""

    general: Pair = Pair(account=Rate(many=20, burst=60), network=Rate(many=500, burst=2_000))
    sign_in: Pair = Pair(network=Rate(many=60, seconds=60, burst=60))
    upload: Pair = Pair(account=Rate(many=2, burst=20), network=Rate(many=50, burst=200))
    follow: Pair = Pair(account=Rate(many=5, burst=50), network=Rate(many=200, burst=2_000))
    probe: Pair = Pair(network=Rate(many=50, burst=200))
    most: int = MOST


class Buckets:
    """One token bucket per key, in nanoseconds: kept is when each is full again. The longest untouched goes first."""

    def __init__(self, rate: Rate, most: int = MOST) -> None:
        self._step = -(-rate.seconds * SECOND // rate.many)
        self._depth = self._step * (rate.burst - 1)
        self._most = most
        self._full_at: dict[object, int] = {}

    def __len__(self) -> int:
        return len(self._full_at)

    def wait(self, key: object, now: int) -> int:
        """Nanoseconds until there is a token; 0 if there is one."""
        return max(0, self._full_at.get(key, now) - now - self._depth)

    def take(self, key: object, now: int) -> None:
        """One token away."""
        self._full_at[key] = max(self._full_at.pop(key, now), now) + self._step
        for _ in range(2):  # more than come in, and never many at once
            first = next(iter(self._full_at))
            if len(self._full_at) > self._most or self._full_at[first] <= now:
                del self._full_at[first]


class Limiter:
    """ASGI: answers 429 `request.too_many` with Retry-After where a bucket is empty. `clock` in nanoseconds."""

    def __init__(
        self,
        app: ASGIApp,
        limits: Limits,
        *,
        kind: Callable[[Scope], Kind] | None = None,
        clock: Callable[[], int] = time.monotonic_ns,
    ) -> None:
        self._app = app
        self._kind = kind or kind_of
        self._clock = clock
        pairs: dict[Kind, Pair] = {
            "general": limits.general, "sign_in": limits.sign_in, "upload": limits.upload,
            "follow": limits.follow, "probe": limits.probe,
        }  # fmt: skip
        self._accounts = {kind: Buckets(one.account, limits.most) for kind, one in pairs.items() if one.account.many}
        self._networks = {kind: Buckets(one.network, limits.most) for kind, one in pairs.items() if one.network.many}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        wait = self.asked(scope) if scope["type"] == "http" else 0
        if not wait:
            await self._app(scope, receive, send)
            return
        headers = {"Retry-After": str(-(-wait // SECOND))}
        await replies.problem(Request(scope), "request.too_many", 429, headers=headers)(scope, receive, send)

    def asked(self, scope: Scope) -> int:
        """Takes a token of each bucket that the request concerns, or of none: the nanoseconds until all have one."""
        now = self._clock()
        buckets = list(self._of(scope))
        wait = max((one.wait(key, now) for one, key in buckets), default=0)
        if not wait:
            for one, key in buckets:
                one.take(key, now)
        return wait

    def _of(self, scope: Scope) -> Iterator[tuple[Buckets, object]]:
        kind = self._kind(scope)
        if kind in self._networks:
            yield self._networks[kind], network_of(scope)
        account = account_of(scope)
        if account is not None and kind in self._accounts:
            yield self._accounts[kind], account


def kind_of(scope: Scope) -> Kind:
    """By the path: probes, feeds and tiles, signing in, documents; general is all else."""
    parts = scope["path"].strip("/").split("/")
    writes = scope["method"] not in ("GET", "HEAD", "OPTIONS")
    if parts[0] in ("health", "metrics"):
        return "probe"
    if parts[0] == "log" or (parts[0] == "api" and not writes and parts[-1] in FOLLOW):
        return "follow"
    if writes and parts[-1] in SIGN_IN:
        return "sign_in"
    if writes and "documents" in parts:
        return "upload"
    return "general"


def account_of(scope: Scope) -> bytes | None:
    """A short digest of the credential; None without one. However it is spelt, it is the one that the door reads: the
    scheme in any letters, spaces around the token."""
    for name, value in scope["headers"]:
        if name == b"authorization":
            scheme, _, token = value.decode("latin-1").partition(" ")
            return blake2b(f"{scheme.lower()} {token.strip()}".encode(), digest_size=12).digest()
    return None


def network_of(scope: Scope) -> bytes:
    """The prefix of the client's address; one and the same for whatever is no address."""
    host = (scope.get("client") or ("",))[0].partition("%")[0]
    try:
        if ":" not in host:
            return socket.inet_pton(socket.AF_INET, host)[:3]
        packed = socket.inet_pton(socket.AF_INET6, host)
    except OSError:
        return b""
    return packed[12:15] if packed.startswith(MAPPED) else packed[:6]
