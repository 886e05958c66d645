"""Runs an application: uvicorn with httptools and uvloop, until SIGTERM or SIGINT, then ten seconds of grace.

Proxies are believed only where their addresses are named. What listens is bound before anything starts, so that a port
that is taken harms nothing.
"""

from __future__ import annotations

import resource
import signal
import socket
from collections.abc import Callable, Sequence
from types import FrameType
from typing import Final

import uvicorn
from starlette.types import ASGIApp

from shared.runtime.http.connections import Guarded
from shared.runtime.tuning import tune

GRACE: Final = 10  # seconds for what is under way when the server ends
IDLE: Final = 15  # seconds that an idle connection is kept
CONNECTIONS: Final = 4_000
FILES: Final = 2_000  # open files besides connections
BACKLOG: Final = 2_048


class Server(uvicorn.Server):
    """One run. `on_ready(port)` once it answers; `on_stopping()` on the event loop before anybody is waited for."""

    def __init__(
        self, config: uvicorn.Config, on_ready: Callable[[int], None], on_stopping: Callable[[], None]
    ) -> None:
        super().__init__(config)
        self._on_ready = on_ready
        self._on_stopping = on_stopping

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """uvicorn's own."""
        await super().startup(sockets)
        self._on_ready(self.servers[0].sockets[0].getsockname()[1])

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """uvicorn's own: it waits for open streams, so they are let go first."""
        self._on_stopping()
        await super().shutdown(sockets)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:  # noqa: ARG002
        """The first signal ends gently, a second SIGINT at once. uvicorn would raise the signal again at the end, and
        what the caller has to close would stay open."""
        self.force_exit = self.should_exit and sig == signal.SIGINT
        self.should_exit = True


def serve(
    app: ASGIApp,
    host: str,
    port: int,
    *,
    on_ready: Callable[[int], None],
    on_stopping: Callable[[], None],
    proxies: Sequence[str] = (),
    connections: int = CONNECTIONS,
) -> None:
    """Serves until it is told to end. `proxies`: addresses or networks whose X-Forwarded-For is believed.

    OSError where the address cannot be had; SystemExit where the application did not start (it is logged).
    """
    tune()
    with listening(host, port) as bound:
        server(app, on_ready=on_ready, on_stopping=on_stopping, proxies=proxies, connections=connections).run([bound])


def server(
    app: ASGIApp,
    *,
    on_ready: Callable[[int], None],
    on_stopping: Callable[[], None],
    proxies: Sequence[str] = (),
    connections: int = CONNECTIONS,
) -> Server:
    """The server, not yet running."""
    config = uvicorn.Config(
        app,
        loop="uvloop",
        http=Guarded,
        ws="none",
        lifespan="on",
        interface="asgi3",
        log_config=None,
        access_log=False,
        server_header=False,
        date_header=True,
        proxy_headers=bool(proxies),
        forwarded_allow_ips=list(proxies),
        limit_concurrency=room(connections),
        timeout_keep_alive=IDLE,
        timeout_graceful_shutdown=GRACE,
    )
    return Server(config, on_ready, on_stopping)


def listening(host: str, port: int) -> socket.socket:
    """A socket that listens; port 0 is any. OSError if it cannot be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host, port), family=family, backlog=BACKLOG)


def room(connections: int) -> int:
    """How many connections there may be: the limit of open files is raised as far as they need."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    granted, soft = shares(connections, soft, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    return granted


def shares(connections: int, soft: int, hard: int) -> tuple[int, int]:
    """How many connections, and the limit of open files for them; a quarter of the files is kept for all else."""
    if soft == resource.RLIM_INFINITY:
        return connections, soft
    wanted = connections + FILES
    soft = max(soft, wanted if hard == resource.RLIM_INFINITY else min(hard, wanted))
    return min(connections, soft - soft // 4), soft
