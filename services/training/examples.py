"""A body for every command that people send to training, as its documentation shows it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from services.training.classes import HoldLesson, ScheduleClass
from services.training.enrolments import CancelEnrolment, CompleteTraining, EnrolOfficer, RecordOutsideTraining
from services.training.officers import ConcludeProbation, DepartOfficer, OnboardOfficer
from services.training.programmes import AdoptProgramme, OrderInduction, RetireProgramme

_DIGEST: Final = "03d66dd08835c1ca3f128cceacd1f31ac94163096b20f445ae84285bc0832d72"
_TRAINER: Final = "7a" * 16
_OFFICER: Final = "6c1f8dab" * 4

EXAMPLES: Final[Mapping[Any, Mapping[str, Any]]] = {
    AdoptProgramme: {
        "words": "Orientasi tenaga kesehatan baru",
        "kind": "orientation",
        "competences": ["pelayanan", "keselamatan_pasien"],
        "hours": "8",
        "rule": "attendance_and_test_60",
        "provider": "BKPSDM Pauh",
    },
    RetireProgramme: {"reason": "replaced"},
    OrderInduction: {"posts": ["perawat", "bidan"], "within": 30, "from": "2027-03-01"},
    ScheduleClass: {
        "seats": 20,
        "sessions": [
            {"id": "s1", "from": "2027-03-08T01:00:00Z", "to": "2027-03-08T05:00:00Z", "hours": "4",
             "trainer": _TRAINER},
            {"id": "s2", "from": "2027-03-09T01:00:00Z", "to": "2027-03-09T05:00:00Z", "hours": "4",
             "trainer": _TRAINER},
        ],
    },
    HoldLesson: {"session": "s1", "present": [_OFFICER], "absent": []},
    EnrolOfficer: {"ground": "plan", "cause": "yearly_plan"},
    CancelEnrolment: {"reason": "moved_post"},
    CompleteTraining: {"on": "2027-03-10", "certificate": _DIGEST, "result": "82.50"},
    RecordOutsideTraining: {"hours": "4.5", "on": "2027-02-12", "provider": "Kemenkes"},
    OnboardOfficer: {
        "seat": "pauh.2027-014+general+1",
        "candidate": "K3VQX7M2ADPL",
        "unit": "pauh.dinkes.pkm-03",
        "post": "perawat",
        "on": "2027-03-01",
        "mentor": "5d" * 16,
    },
    ConcludeProbation: {"outcome": "passed", "decree": "821/88/2027", "on": "2027-06-01"},
    DepartOfficer: {"reason": "resigned", "on": "2027-09-30"},
}  # fmt: skip
