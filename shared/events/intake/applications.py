"""One person's application in a round: sent once, checked against the notice, objected to, withdrawn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from shared.events.platform import AttemptRefused, Words


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmittedDocument:
    """A document for one requirement: in the vault, with the keyed digest of its bytes."""

    requirement: str
    file: Words
    pages: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationSubmitted:
    """Lamaran: sent before the deadline, which the event at position `deadline` set."""

    vacancy: str
    applicant: str
    kind: str
    documents: tuple[SubmittedDocument, ...]
    statements: tuple[str, ...]
    deadline: int
    channel: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationWithdrawn:
    """Undur diri: the application is over, and with it the person's part in the round."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What a verifier found about one published requirement: met, not_met or unreadable, by a reason's code."""

    requirement: str
    result: str
    reason: str
    words: Words | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentsChecked:
    """MS/TMS: every requirement with its finding; `facts` are what ranking needs and a verifier has confirmed."""

    findings: tuple[Finding, ...]
    meets: bool
    facts: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckObjectionFiled:
    """Sanggah administrasi: against one requirement's finding, as an announcement published it."""

    announcement: int
    requirement: str
    words: Words


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckObjectionDecided:
    """Jawab sanggah: upheld only if the fault is not the applicant's; `meets` is the live result from here on."""

    upheld: bool
    reason: str
    words: Words
    fault: str
    meets: bool
    findings: tuple[Finding, ...] | None = None
    ok: str | None = None


ApplicationEvent = (
    ApplicationSubmitted
    | ApplicationWithdrawn
    | DocumentsChecked
    | CheckObjectionFiled
    | CheckObjectionDecided
    | AttemptRefused
)
