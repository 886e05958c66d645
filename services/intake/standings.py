"""What has become of one's own applications, in a state and a sentence; of a finding nothing before it is announced."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa

from services.intake import views
from services.intake.routes import Said, Text
from shared.ledger import Ledger

WORDS: Final[Text] = {
    "submitted": (
        "Lamaran Anda terkirim. Hasil pemeriksaan berkas diumumkan setelah pendaftaran ditutup.",
        "Your application is sent. The document check follows when applications are closed.",
    ),
    "checking": ("Berkas Anda sedang diperiksa.", "Your documents are being checked."),
    "meets": ("Memenuhi syarat (MS).", "You meet the requirements."),
    "fails": ("Tidak memenuhi syarat (TMS).", "You do not meet the requirements."),
    "objecting": ("Sanggahan Anda menunggu jawaban panitia.", "Your objection waits for the committee's answer."),
    "withdrawn": ("Lamaran ini sudah ditarik.", "This application was withdrawn."),
    "cancelled": ("Lowongan ini dibatalkan.", "This vacancy was cancelled."),
}


class Summary(Said):
    """One of one's own applications. `state`: submitted, checking, meets, fails, objecting, withdrawn, cancelled;
    `words` say it in a sentence."""

    application: str
    vacancy: str
    round: str
    unit: str
    post: str
    kind: str
    state: str
    words: str
    until: str
    object_until: str | None = None
    position: int


class Summaries(Said):
    """All that one has sent, the newest first."""

    applications: list[Summary]
    as_of: int


def own(ledger: Ledger, applicant: str, lang: str) -> Summaries:
    """All that a person has sent."""
    size = ledger.size()
    with ledger.reader.begin() as tx:
        rows = views.of_applicant(tx, applicant)
    return Summaries(applications=[_summary(one, lang) for one in rows], as_of=size)


def shown(stored: str, notice: str, announced: int, *, official: bool) -> str:
    """What an application is for whoever looks, where its vacancy's `notice` is in that state."""
    if stored == "withdrawn":
        return stored
    if notice == "cancelled":
        return "cancelled"
    if stored == "submitted" or (not announced and not official):
        return "submitted" if notice == "open" else "checking"
    return stored


def said(state: str, lang: str) -> str:
    """The sentence of a state."""
    indonesian, english = WORDS[state]
    return english if lang == "en" else indonesian


def _summary(one: sa.RowMapping, lang: str) -> Summary:
    state = shown(one["state"], one["notice"], one["announced"], official=False)
    named = ("application", "vacancy", "round", "unit", "post", "kind", "until", "object_until")
    position = one["position"]
    return Summary(**{name: one[name] for name in named}, state=state, words=said(state, lang), position=position)
