"""A client of the platform's HTTP, as the scripts that play a round use it: many threads, one connection each."""

from __future__ import annotations

import http.client
import json
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import count
from typing import Any, NamedTuple, TypeVar
from urllib.parse import urlsplit

Item = TypeVar("Item")
Made = TypeVar("Made")
THREADS = 16


class Reply(NamedTuple):
    """A status and a document."""

    status: int
    said: Any
    headers: Mapping[str, str]


class Unexpected(Exception):
    """The platform answered otherwise than the script foresaw."""


@dataclass
class Client:
    """Speaks to one platform. Every command gets a key of its own unless it is given one."""

    url: str
    _local: threading.local = field(default_factory=threading.local)
    _keys: Iterable[int] = field(default_factory=count)

    def ask(
        self, method: str, path: str, body: Any = None, *, token: str | None = None, expect: Sequence[int] = (200,),
        **headers: str,
    ) -> Reply:  # fmt: skip
        """One request. Unexpected for another status than these."""
        raw = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        sent = {"Content-Type": "application/json", "Accept-Language": "en"}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        if token is not None:
            sent["Authorization"] = f"Bearer {token}"
        reply = self._send(method, path, raw, sent)
        if reply.status not in expect:
            raise Unexpected(f"{method} {path}: {reply.status} {reply.said}")
        return reply

    def act(self, path: str, body: Any, token: str, *, key: str | None = None, **more: Any) -> Reply:
        """A command."""
        return self.ask("POST", path, body, token=token, idempotency_key=key or self.key(), **more)

    def key(self) -> str:
        """A key that nobody has used."""
        return f"script-{next(iter(self._keys))}"

    def many(self, work: Callable[[Item], Made], items: Iterable[Item]) -> list[Made]:
        """All of them, several at a time, in their order."""
        with ThreadPoolExecutor(THREADS) as pool:
            return list(pool.map(work, items))

    def _send(self, method: str, path: str, raw: bytes, headers: Mapping[str, str]) -> Reply:
        try:
            return self._once(method, path, raw, headers)
        except (OSError, http.client.HTTPException):  # closed while it was idle: once more, under the same key
            del self._local.line
            return self._once(method, path, raw, headers)

    def _once(self, method: str, path: str, raw: bytes, headers: Mapping[str, str]) -> Reply:
        line = self._line()
        line.request(method, path, raw, dict(headers))
        got = line.getresponse()
        said, kind = got.read(), got.headers.get("Content-Type", "")
        is_document = "json" in kind and "x-ndjson" not in kind
        return Reply(got.status, json.loads(said) if is_document else said, dict(got.headers.items()))

    def _line(self) -> http.client.HTTPConnection:
        if not hasattr(self._local, "line"):
            at = urlsplit(self.url)
            self._local.line = http.client.HTTPConnection(at.hostname or "", at.port or 80, timeout=120)
        made: http.client.HTTPConnection = self._local.line
        return made
