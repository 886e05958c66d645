"""A command on its way in: what no envelope can hold is told to its sender alone."""

from dataclasses import dataclass
from typing import Any, ClassVar

import pytest

from shared.events import Unreadable
from shared.runtime.calls import Call, authored_fields, bare, filled_fields, prepared_fields
from shared.runtime.grants import digest_of_call
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Close:
    """Some of it is the author's, some the pipeline's, some is computed beside the lock."""

    PREPARED: ClassVar = ("rows", "root")

    words: str
    rows: int = 0
    root: str | None = None
    by: str | None = None
    ok: str | None = None


def test_whose_a_field_is_follows_from_its_class() -> None:
    assert (filled_fields(Close), prepared_fields(Close), authored_fields(Close)) == (
        ("by", "ok"), ("rows", "root"), ("words",),
    )  # fmt: skip
    assert (prepared_fields(Note), authored_fields(Note)) == ((), ("text",))


def test_what_was_filled_or_prepared_is_no_part_of_the_body() -> None:
    """A retry after the ledger grew is the same command; other words are another."""
    one, again, other = (
        Call(**(GOOD | {"command": command}))
        for command in (
            Close(words="x"), Close(words="x", rows=3, root="e", by="y", ok="z"), Close(words="y"),
        )
    )  # fmt: skip
    assert bare(again.command) == one.command
    assert (again.body(), again.digest()) == (one.body(), one.digest())
    assert digest_of_call(again) == digest_of_call(one)
    assert other.body() != one.body()
