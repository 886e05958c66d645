"""What a public event means, in Indonesian and English: one sentence for each type, filled with its numbers and codes.

No alias stands in a sentence, so that the same one can be read before a ranking and after it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

SENTENCES: Final[Mapping[str, tuple[str, str]]] = {
    "VacancyListed": ("Formasi tercantum dalam daftar resmi.", "Listed in an official list."),
    "VacancyPublished": ("Lowongan diumumkan.", "The vacancy was published."),
    "VacancyAnnounced": ("Pengumuman disebarkan melalui {channel}.", "The notice was put up by {channel}."),
    "DeadlineExtended": ("Batas waktu diperpanjang sampai {until}.", "The deadline was moved to {until}."),
    "VacancyCancelled": ("Lowongan dibatalkan.", "The vacancy was cancelled."),
    "ApplicationsClosed": ("Pendaftaran ditutup: {roll} lamaran.", "Applications closed: {roll} on the roll."),
    "VerifierAssigned": ("Seorang verifikator ditugaskan.", "A verifier was assigned."),
    "CheckResultAnnounced": (
        "Hasil administrasi versi {version}: {meets} memenuhi syarat, {fails} tidak.",
        "Result {version} of the document check: {meets} meet the requirements, {fails} do not.",
    ),
    "PanelDrawAnnounced": ("Undian panitia penilai diumumkan.", "The draw of the panel was announced."),
    "PanelDrawn": ("Panitia penilai diundi: {drawn} kursi.", "The panel was drawn: {drawn} seats."),
    "PanelistSeated": ("Seorang penilai ({kind}) bersumpah.", "A panelist ({kind}) took the oath."),
    "CalibrationHeld": ("Latihan menilai tahap {stage}.", "The panel practised for the stage {stage}."),
    "ConflictDeclared": ("Seorang penilai menyatakan {tie_count} hubungan.", "A panelist declared {tie_count} ties."),
    "PanelistRecused": ("Seorang penilai mundur ({cause}).", "A panelist was recused ({cause})."),
    "PanelistReplaced": ("Seorang penilai diganti ({reason}).", "A panelist was replaced ({reason})."),
    "SessionScheduled": ("Sesi tahap {stage} dijadwalkan.", "A session of the stage {stage} was scheduled."),
    "SessionRescheduled": ("Sesi tahap {stage} dijadwalkan ulang.", "A session of the stage {stage} was moved."),
    "SessionClosed": ("Sesi ditutup.", "A session was closed."),
    "SessionVoided": ("Sesi dibatalkan.", "A session was voided."),
    "SelectionOpened": (
        "Peserta diserahterimakan: {roster} orang.",
        "Handed over to selection: {roster} on the roster.",
    ),
    "RosterAmended": ("Daftar peserta diubah ({ground}).", "The roster was amended ({ground})."),
    "ScoresOpened": (
        "Nilai tahap {stage} dibuka untuk {candidates} peserta.",
        "Scores of the stage {stage} were opened for {candidates} candidates.",
    ),
    "StageResultAnnounced": ("Hasil tahap {stage} versi {version}.", "Result {version} of the stage {stage}."),
    "StageAnnulled": ("Tahap {stage} dibatalkan.", "The stage {stage} was annulled."),
    "SelectionCancelled": ("Seleksi dibatalkan.", "The selection was cancelled."),
    "TieDecided": ("Nilai sama diputuskan ({how}).", "A tie was decided ({how})."),
    "RankingPublished": (
        "Peringkat versi {version}: {list} peserta.",
        "Ranking {version} was published: {list} candidates.",
    ),
    "RankingFixed": ("Peringkat versi {version} ditetapkan.", "Ranking {version} was fixed."),
    "ObjectionWindowExtended": ("Masa sanggah sampai {until}.", "Objections are heard until {until}."),
    "AppointmentOffered": (
        "Penawaran kepada peringkat {place} ({basis}).",
        "Offered to place {place} ({basis}).",
    ),
    "ExternalOpinionRecorded": ("Pertimbangan {body}: {verdict}.", "Opinion of {body}: {verdict}."),
    "OfferAccepted": ("Penawaran diterima.", "The offer was accepted."),
    "OfferDeclined": ("Penawaran tidak diterima.", "The offer was declined or lapsed."),
    "EmployeeNumberFixed": ("NIP ditetapkan.", "The employee number was fixed."),
    "CandidateAppointed": ("Diangkat per {on}.", "Appointed from {on}."),
    "AppointmentRevoked": ("Pengangkatan dicabut per {on}.", "The appointment was revoked from {on}."),
    "AttemptRefused": ("Percobaan ditolak ({code}).", "An attempt was refused ({code})."),
}
UNKNOWN: Final = ("Peristiwa {type}.", "Event {type}.")


class _Values(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "-"


def said(act: str, values: Mapping[str, Any], lang: str) -> str:
    """The sentence of an event by its short name; what it does not say shows as a dash."""
    words = SENTENCES.get(act, UNKNOWN)[lang == "en"]
    return words.format_map(_Values({key: str(value) for key, value in values.items()} | {"type": act}))
