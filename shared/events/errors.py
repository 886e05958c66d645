"""What can go wrong, in one tree.

MeritError
+-- Refused        a command was not done; the code names the sentence that a clerk reads
+-- NotFound       nothing of that name here
+-- Unreadable     bytes that are not what they claim to be
+-- Damaged        a ledger that does not prove what it holds
|   +-- Gap        a position was jumped over: read the feed first
|   +-- Forked     another past than the one already applied: stop
+-- Unknown        no answer: whether it was done is told by the same key, never assumed
"""

from __future__ import annotations

from typing import Any


class MeritError(Exception):
    """Whatever Merit itself raises."""


class Refused(MeritError):
    """A command was not done. `code` is stable (`score.absent`); `evidence` are events that are recorded all the
    same."""

    def __init__(self, code: str, *evidence: Any) -> None:
        super().__init__(code)
        self.code = code
        self.evidence = evidence


class NotFound(MeritError):
    """Nothing of that name here; the message says where to look."""


class Unreadable(MeritError):
    """Bytes that are not what they claim to be: not canonical, of an unknown type, or with a value that no event
    holds."""


class Damaged(MeritError):
    """A ledger that does not prove what it holds; the message names the ledger and the position."""


class Gap(Damaged):
    """A position was jumped over."""


class Forked(Damaged):
    """Another past than the one already applied: a restored or rewritten ledger."""


class Unknown(MeritError):
    """The outcome is unknown: send the same command again under the same key."""
