"""A command on its way in: what no envelope can hold is told to its sender alone."""

from typing import Any

import pytest

from shared.events import Unreadable
from shared.runtime.calls import Call
from tests.runtime import toy
from tests.runtime.toy import Note

GOOD: dict[str, Any] = {
    "stream": "roster-pauh.R1",
    "command": Note(text=""),
    "by": "x",
    "key": "k",
    "received_at": toy.NOW,
}


@pytest.mark.parametrize(
    "wrong",
    [
        {"received_at": "2026-11-24"},
        {"received_at": "2026-11-24T00:00:00Z"},
        {"received_at": "2026-13-24T00:00:00.000000Z"},
        {"received_at": "2026-11-24T00:00:00.000000+07:00"},
        {"correlation": "\ud800"},
        {"correlation": "a\0b"},
        {"causation": "x" * 201},
        {"by": "x" * 201},
        {"key": "x" * 401},
    ],
)
def test_what_no_envelope_can_hold_is_unreadable(wrong: dict[str, Any]) -> None:
    """One such command failed the whole batch."""
    with pytest.raises(Unreadable):
        Call(**(GOOD | wrong))


def test_what_an_envelope_can_hold_is_taken() -> None:
    assert Call(**GOOD, causation="selection:7", correlation="x" * 200).correlation == "x" * 200
