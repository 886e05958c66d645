"""Attempts that are themselves evidence: what was tried stays on record, although it is refused."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from shared.events import Refused, codec
from shared.events.platform import AttemptRefused


def attempted(command: Any, code: str) -> Refused:
    """A refusal that is itself evidence: it stays on record, by the digest of what was tried."""
    digest = sha256(codec.body(command)).hexdigest()
    return Refused(code, AttemptRefused(act=type(command).__name__, code=code, digest=digest))
