"""Guesses: who is wrong several times in a row waits, longer each time (`Attempts`), whether or not it is known here
what they guess at.

Whoever asks from a network waits there: nobody who is wrong on purpose keeps out whose contact it is, elsewhere. Only
where many networks guess at one contact, it waits everywhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final, Literal

from services.people import contacts
from shared.events import Refused
from shared.ledger.commitments import mac
from shared.runtime.http.attempts import FREE, Attempts

Kind = Literal["contact", "person", "nik"]
LABEL: Final = b"merit/people/pauses/v1\x01"
FROM_ANYWHERE: Final = 50  # wrong ones at one contact, from all networks together, before a pause


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
    def guess(self, kind: Kind, text: str, wrong: str, network: bytes | None = None) -> Iterator[None]:
        """Around one attempt, from a `network` where nobody is signed in. Paused while it must wait; it counts if it is
        refused with the code `wrong`."""
        key = self._key(kind, text)
        free = {key: FREE} if network is None else {f"{key}/{network.hex()}": FREE, key: FROM_ANYWHERE}
        self._begin(free)
        try:
            yield
        except Refused as refused:
            if refused.code != wrong:
                self._undecided(free)
            raise
        for one in free:
            self.attempts.succeeded(one)

    def _begin(self, free: Mapping[str, int]) -> None:
        """Paused by any of the keys; then it counts at none."""
        begun: list[str] = []
        for key, most in free.items():
            seconds = self.attempts.begin(key, most)
            if seconds:
                self._undecided(begun)
                raise Paused(seconds)
            begun.append(key)

    def _undecided(self, keys: Iterable[str]) -> None:
        for key in keys:
            self.attempts.undecided(key)

    def _key(self, kind: Kind, text: str) -> str:
        """A contact's one spelling has one key, however it is typed."""
        spelt = text.encode()
        if kind == "contact":
            try:
                spelt = contacts.digest(self.master, contacts.kind_of(text), text)
            except Refused:
                spelt = text.strip().encode()
        return mac(mac(self.master, LABEL), f"{kind}\n".encode() + spelt).hex()
