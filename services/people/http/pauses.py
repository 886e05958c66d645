"""Guesses: who is wrong several times in a row waits, longer each time (`Attempts`), whether or not it is known here
what they guess at.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final, Literal

from services.people import contacts
from shared.events import Refused
from shared.ledger.commitments import mac
from shared.runtime.http.attempts import Attempts

Kind = Literal["contact", "person", "nik"]
LABEL: Final = b"merit/people/pauses/v1\x01"


class Paused(Refused):
    """Too many wrong ones: try again after so many `seconds`."""

    def __init__(self, seconds: int) -> None:
        super().__init__("signin.pause")
        self.seconds = seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Pauses:
    """One process's. Keys are keyed digests: what was typed is kept nowhere."""

    attempts: Attempts
    master: bytes

    @contextmanager
    def guess(self, kind: Kind, text: str, wrong: str) -> Iterator[None]:
        """Around one attempt. Paused while it must wait; it counts if it is refused with the code `wrong`."""
        key = self._key(kind, text)
        seconds = self.attempts.begin(key)
        if seconds:
            raise Paused(seconds)
        try:
            yield
        except Refused as refused:
            if refused.code != wrong:
                self.attempts.undecided(key)
            raise
        self.attempts.succeeded(key)

    def _key(self, kind: Kind, text: str) -> str:
        """A contact's one spelling has one key, however it is typed."""
        spelt = text.encode()
        if kind == "contact":
            try:
                spelt = contacts.digest(self.master, contacts.kind_of(text), text)
            except Refused:
                spelt = text.strip().encode()
        return mac(mac(self.master, LABEL), f"{kind}\n".encode() + spelt).hex()
