"""Events that may stand in any stream, and the shapes that many events share (events.md 1.8 and 2f)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptRefused:
    """Ditolak: somebody tried what is not allowed, and the attempt is itself evidence."""

    act: str
    code: str
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ListDigest:
    """`L`: a long list as its number of rows and its Merkle root, with at most 200 rows as `head` (transparency
    3.4)."""

    rows: int
    root: str
    head: tuple[Mapping[str, str], ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedRow:
    """Where an imported fact stands: SHA-256 of the file, and its data row, counted from 1."""

    import_: str
    row: int
