"""A stream sealed under a key, chunk by chunk: what is cut off, changed or put in another order does not open.

`cryptography` seals what fits into memory (AESGCM, Fernet), or hands out plain bytes before the tag at the end has
proved them (Cipher); libsodium's secretstream and age do what is needed here, and each would be one more dependency.
So this is their frame, the STREAM construction (Hoang, Reyhanitabar, Rogaway, Vizár, CRYPTO 2015), over AES-256-GCM:
the nonce is the chunk's number and whether it is the last. Every file has a key of its own, from a random salt, so that
no nonce ever comes again under one key.
"""

from __future__ import annotations

import hmac
import os
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from shared.events import Unreadable
from shared.ledger import commitments

MAGIC = b"merit-sealed/1\n"
CHUNK = 1 << 16  # plain bytes of every chunk but the last
SALT, PROOF, TAG = 32, 8, 16
LABEL = b"merit/sealed/v1\n"


def _derived(key: bytes, salt: bytes) -> tuple[AESGCM, bytes]:
    """The file's own cipher, and what tells the right key from another before anything is opened."""
    return (
        AESGCM(commitments.mac(key, LABEL + salt + b"\x01")),
        commitments.mac(key, LABEL + salt + b"\x02")[:PROOF],
    )


def _nonce(number: int, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])


class Sealing:
    """Seals what is written into an open file. Nothing of it opens before `close`, which leaves the file open."""

    def __init__(self, file: BinaryIO, key: bytes) -> None:
        salt = os.urandom(SALT)
        self._cipher, proof = _derived(key, salt)
        self._file, self._waiting, self._number = file, bytearray(), 0
        file.write(MAGIC + salt + proof)

    def write(self, content: bytes) -> int:
        """Any number of bytes."""
        self._waiting += content
        while len(self._waiting) > CHUNK:  # a full one waits too: it may be the last
            self._seal(CHUNK, last=False)
        return len(content)

    def close(self) -> None:
        """The last chunk, which says that it is."""
        self._seal(len(self._waiting), last=True)

    def _seal(self, size: int, *, last: bool) -> None:
        chunk = bytes(self._waiting[:size])
        del self._waiting[:size]
        self._file.write(self._cipher.encrypt(_nonce(self._number, last), chunk, None))
        self._number += 1


class Opening:
    """Reads what was sealed, from a file that stands behind MAGIC. Unreadable under another key, and wherever the file
    is not as it was made."""

    def __init__(self, file: BinaryIO, key: bytes) -> None:
        salt, proof = file.read(SALT), file.read(PROOF)
        self._cipher, expected = _derived(key, salt)
        if not hmac.compare_digest(proof, expected):
            raise Unreadable("it was sealed under another key, or is damaged at its start")
        self._file, self._number = file, 0
        self._ahead, self._ready, self._ended = file.read(CHUNK + TAG), b"", False

    def read(self, size: int) -> bytes:
        """At most so many bytes, all of them proved; none at the end."""
        while not self._ready and not self._ended:
            self._ready = self._open()
        found, self._ready = self._ready[:size], self._ready[size:]
        return found

    def _open(self) -> bytes:
        sealed, self._ahead = self._ahead, self._file.read(CHUNK + TAG)
        self._ended = not self._ahead
        try:
            chunk = self._cipher.decrypt(_nonce(self._number, self._ended), sealed, None)
        except InvalidTag:
            raise Unreadable(f"it was cut off or changed, at its chunk {self._number}") from None
        self._number += 1
        return chunk
