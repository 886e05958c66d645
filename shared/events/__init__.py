"""The published language: what happened, in events that are never taken back."""

from shared.events.envelope import Draft, Recorded, instant
from shared.events.errors import Damaged, Forked, Gap, MeritError, NotFound, Refused, Unknown, Unreadable

__all__ = [
    "Damaged", "Draft", "Forked", "Gap", "MeritError", "NotFound", "Recorded", "Refused", "Unknown", "Unreadable",
    "instant",
]  # fmt: skip
