"""A body for every command that people send to intake, as its documentation shows it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from services.intake.applications import (
    CheckDocuments,
    DecideCheckObjection,
    FileCheckObjection,
    SubmitApplication,
    WithdrawApplication,
)
from services.intake.checking import AnnounceCheck, AssignVerifier
from services.intake.needs import ApproveNeed, ProposeNeed, RecommendNeed
from services.intake.posts import AdoptJobAnalysis, AssignActingOfficer
from services.intake.rounds import CloseRound, OpenRound
from services.intake.rulepacks import AdoptRulePack
from services.intake.vacancies import AnnounceVacancy, CancelVacancy, ExtendDeadline, PublishVacancy

_DIGEST: Final = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
_DOCUMENT: Final = {"id": "3f9a0c1d5e7b42689a0b1c2d3e4f5a6b", "mac": _DIGEST}
_WORDS: Final = {"id": "c81d4e2ef1a94b7d8e5f60718293a4b5", "mac": _DIGEST}
_ITEMS: Final = {
    "a": "Perawat Terampil, Puskesmas Pauh",
    "b": "Memberi asuhan keperawatan dasar",
    "c": "Ners atau D-III Keperawatan",
    "d": "Mengkaji, merencanakan, dan melaksanakan asuhan",
    "e": "Catatan asuhan keperawatan",
    "f": "Rekam medis, alat kesehatan",
    "g": "Tensimeter, stetoskop",
    "h": "Keselamatan pasien",
    "i": "Menghentikan tindakan yang tidak aman",
    "j": "Dokter, bidan, petugas gizi",
    "k": "Ruang rawat jalan",
    "l": "Paparan infeksi",
    "m": "STR yang masih berlaku",
    "n": "1.250 jam efektif setahun",
    "o": "Kelas jabatan 7",
}
_SCHEME: Final = {
    "stages": [
        {
            "id": "skd", "method": "cat", "sight": "cat", "weight": "40", "max": "550", "attendance": "required",
            "parts": {"tiu": "175", "tkp": "225", "twk": "150"},
        },
        {
            "id": "skb", "method": "composed", "sight": "open", "weight": "60", "max": "100",
            "attendance": "required", "parts": {"cat": "60", "practice": "40"},
        },
    ],
    "formula": "cpns-2024",
    "rounding": "half_up",
    "ties": ["final", "skd", "tkp", "tiu", "twk", "gpa", "older", "decided"],
    "level": "regional",
}  # fmt: skip
_PUBLISH: Final = {
    "round": "pauh.2027-1",
    "unit": "pkm-03",
    "post": "perawat",
    "analysis": 1,
    "needs": ["pauh.pkm-03+perawat+2027"],
    "formations": [{"kind": "general", "seats": 2, "educations": ["Ners"]}],
    "requirements": [
        {"id": "r1", "words": "STR yang masih berlaku", "accepts": ["str"], "documents": ["str"]},
        {"id": "r2", "words": "Sehat jasmani dan rohani", "accepts": [], "documents": []},
    ],
    "pack": "cpns-2024",
    "pack_digest": "6b6de2b674f0cf6cf25df30ff16d5a4afb3e3b8bdd405c9c1899af25a254e18f",
    "scheme": _SCHEME,
    "timeline": {"apply_from": "2027-03-01T01:00:00Z", "until": "2027-03-20T17:00:00Z"},
}
_MET: Final = {"requirement": "r2", "result": "met", "reason": "seen"}

EXAMPLES: Final[Mapping[Any, Mapping[str, Any]]] = {
    AdoptJobAnalysis: {"items": _ITEMS, "competences": ["pelayanan", "data"], "class": "7"},
    AssignActingOfficer: {"unit": "pkm-03", "from": "2027-01-04", "until": "2027-04-03", "decree": "821/17/2027"},
    ProposeNeed: {
        "analysis": 1,
        "tasks": [{"words": "Memeriksa pasien rawat jalan", "volume": "9600", "per": "year", "minutes": "20"}],
        "staff": 1,
        "seats": 2,
        "hours": "1250",
        "pack": "abk-2020-ceil",
    },
    RecommendNeed: {"seats": 2, "letter": "B/118/BKN/2027", "words": "Sesuai beban kerja"},
    ApproveNeed: {"seats": 2, "decree": "Kepmenpan RB 45/2027", "on": "2027-01-12"},
    OpenRound: {
        "kind": "cpns",
        "decree": "Kepmenpan RB 12/2027",
        "calendar": {"publish": "2027-02-22", "apply_from": "2027-03-01", "apply_until": "2027-03-20"},
        "words": "Pengadaan CPNS 2027",
    },
    CloseRound: {"on": "2027-07-30"},
    PublishVacancy: _PUBLISH,
    AnnounceVacancy: {"channel": "noticeboard", "place": "Kantor Camat Pauh", "evidence": _DIGEST},
    ExtendDeadline: {
        "until": "2027-03-22T17:00:00Z",
        "cause": "outage",
        "words": "Gangguan 20 Maret 2027 sejak pukul 20.00 WIB",
        "outage": {"from": "2027-03-20T13:00:00Z", "to": "2027-03-20T16:30:00Z"},
    },
    CancelVacancy: {"reason": "need_withdrawn", "words": "Kebutuhan ditarik kembali oleh kementerian"},
    AssignVerifier: {
        "verifier": "5b0e7c9a5b0e7c9a5b0e7c9a5b0e7c9a",
        "beacon": "witness-1:412",
        "tie_count": 1,
        "ties": [{"application": "7d1f3c5b7d1f3c5b7d1f3c5b7d1f3c5b", "kind": "teacher"}],
    },
    AnnounceCheck: {"words": "Hasil seleksi administrasi"},
    SubmitApplication: {
        "vacancy": "pauh.2027-014",
        "kind": "general",
        "documents": [{"requirement": "r1", "file": _DOCUMENT, "pages": 2}],
        "statements": ["true_and_complete"],
        "channel": "web",
    },
    WithdrawApplication: {"reason": "other_work"},
    CheckDocuments: {
        "findings": [{"requirement": "r1", "result": "not_met", "reason": "expired", "words": _WORDS}, _MET],
        "facts": {"kind": "general", "education": "ners", "gpa": "3.52"},
    },
    FileCheckObjection: {"announcement": 1, "requirement": "r1", "words": _WORDS},
    DecideCheckObjection: {
        "upheld": True,
        "reason": "misread",
        "words": _WORDS,
        "fault": "verifier",
        "findings": [{"requirement": "r1", "result": "met", "reason": "seen"}, _MET],
    },
    AdoptRulePack: {
        "version": 1,
        "digest": _DIGEST,
        "law": ["Permenpan RB 6/2024"],
        "vectors": _DIGEST,
        "from": "2027-01-01",
    },
}
