"""A sealed stream opens as it was made, under its own key, or not at all."""

import io
import os

import pytest

from shared.events import Unreadable
from shared.runtime.sealing import CHUNK, MAGIC, PROOF, SALT, TAG, Opening, Sealing

KEY = bytes(range(32))
HEAD = len(MAGIC) + SALT + PROOF


def sealed(content: bytes, piece: int = 10_007) -> bytes:
    file = io.BytesIO()
    sealing = Sealing(file, KEY)
    for start in range(0, len(content), piece):
        assert sealing.write(content[start : start + piece]) == len(content[start : start + piece])
    sealing.close()
    return file.getvalue()


def opened(stored: bytes, key: bytes = KEY, piece: int = 30_011) -> bytes:
    file = io.BytesIO(stored)
    assert file.read(len(MAGIC)) == MAGIC
    opening = Opening(file, key)
    return b"".join(iter(lambda: opening.read(piece), b""))


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 3 * CHUNK + 5])
def test_what_was_sealed_opens_as_it_was(size: int) -> None:
    content = os.urandom(size)
    stored = sealed(content)
    assert opened(stored) == content
    assert len(stored) == HEAD + size + TAG * max(1, -(-size // CHUNK))


def test_the_same_content_is_sealed_differently_each_time() -> None:
    assert sealed(b"content")[len(MAGIC) :] != sealed(b"content")[len(MAGIC) :]


def test_another_key_is_told_before_anything_is_opened() -> None:
    with pytest.raises(Unreadable, match="under another key"):
        opened(sealed(b"content"), bytes(32))


def test_what_is_cut_off_does_not_open() -> None:
    """At a chunk's end, too: the last one says that it is the last."""
    stored = sealed(os.urandom(3 * CHUNK))
    ends = [HEAD + n * (CHUNK + TAG) for n in range(3)]
    for size in (*ends, *(end + 1 for end in ends), len(stored) - 1, len(MAGIC), HEAD - 1):
        with pytest.raises(Unreadable):
            opened(stored[:size])


def chunks(stored: bytes) -> list[bytes]:
    return [stored[start : start + CHUNK + TAG] for start in range(HEAD, len(stored), CHUNK + TAG)]


@pytest.mark.parametrize("order", [(1, 0, 2), (0, 0, 1, 2), (0, 2), (0, 1, 2, 2), (0, 1, 2, 0)])
def test_chunks_in_another_order_do_not_open(order: tuple[int, ...]) -> None:
    stored = sealed(os.urandom(3 * CHUNK))
    assert b"".join(chunks(stored)) == stored[HEAD:]
    with pytest.raises(Unreadable, match="cut off or changed, at its chunk"):
        opened(stored[:HEAD] + b"".join(chunks(stored)[n] for n in order))


def test_a_chunk_of_another_file_does_not_open() -> None:
    one, other = sealed(os.urandom(2 * CHUNK)), sealed(os.urandom(2 * CHUNK))
    with pytest.raises(Unreadable, match="chunk 1"):
        opened(one[: HEAD + CHUNK + TAG] + chunks(other)[1])


def test_any_changed_byte_is_found() -> None:
    stored = sealed(os.urandom(CHUNK + 9))
    for at in (len(MAGIC), HEAD - 1, HEAD, HEAD + CHUNK, HEAD + CHUNK + TAG, len(stored) - 1):
        with pytest.raises(Unreadable):
            opened(stored[:at] + bytes([stored[at] ^ 1]) + stored[at + 1 :])
