"""Events that may stand in any stream, and the shapes that many events share (events.md 1.8 and 2f)."""

from __future__ import annotations

import datetime as dt
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """`V`: words or a document in the vault, by its id, with the keyed digest of its bytes."""

    id: str
    mac: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ActProposed:
    """Usul: the first person of a two-person act names the command by the digest of its stream, name and body.

    `unit` is the proposer's; the proposal lapses at `until` (half-open).
    """

    act: str
    digest: str
    proposer: str
    unit: str
    until: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ActApproved:
    """Setuju: a second person of another `unit` wants exactly this act of the proposer's, once, before `until`."""

    unit: str
    digest: str
    proposer: str
    until: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ActRefused:
    """Tolak: the act is not to be done; `expired` where nobody did it in time."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonalDataRead:
    """Dibaca: an official has looked at what of somebody's data, in which role and on which ground."""

    reader: str
    role: str
    what: tuple[str, ...]
    ground: str


AccessEvent = PersonalDataRead | AttemptRefused
ApprovalEvent = ActProposed | ActApproved | ActRefused | AttemptRefused
