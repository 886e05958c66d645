"""Passwords: argon2id at 19 MiB, two passes, one lane (ASVS 11.4.2), at most two at a time, so that a crowd at the
door costs time and not memory."""

from __future__ import annotations

from functools import cached_property
from threading import BoundedSemaphore
from typing import TYPE_CHECKING, Final

from shared.events import Refused

if TYPE_CHECKING:
    from argon2 import PasswordHasher

MEMORY: Final = 19 * 1024  # KiB
SHORTEST: Final = 10
LONGEST: Final = 128
AT_ONCE: Final = 2
PATIENCE: Final = 20.0  # seconds that somebody waits for a turn


def judge(password: str) -> None:
    """Refused for a password that is too short or too long."""
    if len(password) < SHORTEST:
        raise Refused("password.short")
    if len(password) > LONGEST:
        raise Refused("password.long")


class Passwords:
    """Makes and checks hashes. One value for the whole process: it holds the two turns."""

    def __init__(self, *, patience: float = PATIENCE) -> None:
        self._turns = BoundedSemaphore(AT_ONCE)
        self._patience = patience

    def hash(self, password: str) -> str:
        """The hash with its parameters and salt; refused as `judge` does."""
        judge(password)
        return self._hashed(password)

    def matches(self, known: str | None, password: str) -> bool:
        """Whether this is the password; without a hash the answer is no, and takes as long."""
        from argon2.exceptions import InvalidHashError, VerifyMismatchError

        turn, spelt = self._turn(), password[: LONGEST + 1]
        try:
            self._hasher.verify(self._nobodys if known is None else known, spelt)
        except (VerifyMismatchError, InvalidHashError):
            return False
        finally:
            turn.release()
        return known is not None

    @cached_property
    def _hasher(self) -> PasswordHasher:
        from argon2 import PasswordHasher

        return PasswordHasher(time_cost=2, memory_cost=MEMORY, parallelism=1)

    @cached_property
    def _nobodys(self) -> str:
        """A hash that is no account's, with the same parameters."""
        return self._hasher.hash("nobody's")

    def warm(self) -> None:
        """The library and nobody's hash at hand, so that the first answer tells nothing either."""
        _ = self._nobodys

    def _hashed(self, password: str) -> str:
        turn = self._turn()
        try:
            return self._hasher.hash(password)
        finally:
            turn.release()

    def _turn(self) -> BoundedSemaphore:
        if not self._turns.acquire(timeout=self._patience):
            raise Refused("signin.busy")
        return self._turns
