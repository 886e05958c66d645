"""What stands around an event: where it is recorded, when, by whom, because of what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

ORIGIN = b""  # the leaf before the first


@dataclass(slots=True, kw_only=True, eq=False)
class Recorded:
    """One event as the ledger holds it. `data` are the stored bytes, as text; times are instants with six digits and
    `Z`."""

    shard: str
    position: int
    stream: str
    version: int
    type: str
    recorded_at: str
    received_at: str | None
    actor: str | None
    causation: str | None
    correlation: str | None
    data: str
    leaf: bytes
    previous_leaf: bytes
    _event: Any = field(default=None, repr=False)


@dataclass(slots=True, kw_only=True, eq=False)
class Draft:
    """An event on its way into a ledger: what the pipeline knows before the position is given. `data` is its canonical
    text."""

    stream: str
    version: int
    type: str
    data: str
    event: Any
    plain: Mapping[str, Any] | None = None  # what `data` says, where it need not be read again
    received_at: str | None = None
    actor: str | None = None
    causation: str | None = None
    correlation: str | None = None


def instant(moment: datetime) -> str:
    """`2027-03-15T02:41:07.123456Z`. ValueError for a naive moment."""
    if moment.tzinfo is None:
        raise ValueError("an instant needs its zone")
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
