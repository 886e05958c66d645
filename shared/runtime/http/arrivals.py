"""The bounded queue: where it is full, 503 with an arrival ticket instead of a long wait (architecture 4).

The ticket says, signed, when this very body had arrived for this very path; sent again with it within ten minutes, the
command counts as arrived then, however long the queue was.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from hashlib import sha256
from typing import Final

from fastapi import Request
from starlette.responses import Response

from shared.events import Refused
from shared.runtime.calls import Call
from shared.runtime.http import replies
from shared.runtime.identity import LONGEST, Signer, Verifier
from shared.runtime.pipeline import Pipeline

TICKET: Final = "arrival-ticket"  # the header
AUDIENCE: Final = "arrival"
PAUSE: Final = "2"  # seconds


class Arrivals:
    """Tickets of one process: `signer` and `verifier` come with each use, since keys rotate. `most` commands wait."""

    def __init__(self, signer: Callable[[], Signer], verifier: Callable[[], Verifier], *, most: int = 2_000) -> None:
        self._signer = signer
        self._verifier = verifier
        self._most = most

    def honoured(self, request: Request, raw: bytes, subject: str, now: str) -> str:
        """When this body had arrived: now, or as its ticket says. Refused (`ticket.invalid`) for a ticket of another
        body, path, person, or one that has ended."""
        token = request.headers.get(TICKET)
        if token is None:
            return now
        try:
            said = self._verifier().read(token, "arrival", AUDIENCE, dt.datetime.fromisoformat(now))
        except Refused:
            raise Refused("ticket.invalid") from None
        if (said["sub"], said.get("of")) != (subject, _of(request, raw)):
            raise Refused("ticket.invalid")
        return str(said["at"])

    async def refused(self, request: Request, pipeline: Pipeline, call: Call) -> Response | None:
        """503 with a ticket where the queue is full; None where there is room."""
        if pipeline.waiting < self._most:
            return None
        claims = {"sub": call.by, "of": _of(request, await request.body()), "at": call.received_at}
        now = dt.datetime.fromisoformat(call.received_at)
        ticket = self._signer().sign("arrival", claims, AUDIENCE, now, LONGEST["arrival"])
        headers = {"Retry-After": PAUSE, "Arrival-Ticket": ticket}
        return replies.problem(request, "queue.full", 503, headers=headers, received_at=call.received_at)


def _of(request: Request, raw: bytes) -> str:
    return sha256(f"{request.url.path}\n{request.headers.get('idempotency-key', '')}\n".encode() + raw).hexdigest()
