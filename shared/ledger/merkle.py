"""The Merkle tree of RFC 6962 / 9162 over leaf hashes: roots and rows of a long list."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import Any

from shared.events import codec
from shared.events.platform import ListDigest

EMPTY = sha256(b"").digest()
HEAD = 200  # rows of a long list that an event carries itself


def node(left: bytes, right: bytes) -> bytes:
    """The hash of an inner node."""
    return sha256(b"\x01" + left + right).digest()


class Tree:
    """A compact range: the root of any number of leaves in the memory of their logarithm."""

    def __init__(self) -> None:
        self.size = 0
        self._peaks: list[bytes] = []  # roots of full subtrees, the largest first

    def add(self, leaf: bytes) -> None:
        """One more leaf hash."""
        self.size += 1
        below = self.size
        while below % 2 == 0:
            leaf = node(self._peaks.pop(), leaf)
            below //= 2
        self._peaks.append(leaf)

    def root(self) -> bytes:
        """The root of what was added; SHA-256 of nothing for an empty tree."""
        if not self._peaks:
            return EMPTY
        found = self._peaks[-1]
        for peak in reversed(self._peaks[:-1]):
            found = node(peak, found)
        return found


def root(leaves: Iterable[bytes]) -> bytes:
    """The root of leaf hashes, in order."""
    tree = Tree()
    for leaf in leaves:
        tree.add(leaf)
    return tree.root()


def list_digest(rows: Sequence[dict[str, Any]], *, head: int = HEAD) -> ListDigest:
    """`L` of rows in their canonical order: their number, their root, and the first ones in clear."""
    found = root(sha256(b"\x00" + codec.dumps(row)).digest() for row in rows)
    return ListDigest(rows=len(rows), root=found.hex(), head=tuple(rows[:head]) if head else None)
