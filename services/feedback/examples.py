"""A body for every command that people send to feedback, as its documentation shows it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from services.feedback.complaints import AnswerComplaint, CloseComplaint
from services.feedback.evaluations import AgreePlan, AskCoworkers, EvaluateOfficer, ReplyToEvaluation
from services.feedback.results import PublishSurvey
from services.feedback.support import ClosePlan, NameCause, ProgressPlan
from services.feedback.surveys import IssueCodes

_DIGEST: Final = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
_WORDS: Final = {"id": "c81d4e2ef1a94b7d8e5f60718293a4b5", "mac": _DIGEST}

EXAMPLES: Final[Mapping[Any, Mapping[str, Any]]] = {
    IssueCodes: {
        "counter": "loket-1", "visits": 1, "every": 1, "codes": 1, "until": "2027-03-16", "digests": [_DIGEST],
    },
    PublishSurvey: {"period": "2027-q1"},
    AgreePlan: {
        "targets": [
            {"id": "t1", "measure": "Kunjungan rumah ibu hamil", "target": "120", "until": "2027-03-31"},
        ],
        "words": _WORDS,
    },
    AskCoworkers: {"beacon": "witness-1:412"},
    EvaluateOfficer: {
        "results": "as",
        "behaviours": {"b1": "as", "b2": "as", "b3": "as", "b4": "above", "b5": "as", "b6": "as", "b7": "as"},
        "words": _WORDS,
    },
    ReplyToEvaluation: {"to": 1, "words": _WORDS},
    AnswerComplaint: {"words": _WORDS, "measure": "queue_numbers"},
    CloseComplaint: {"outcome": "remedied"},
    NameCause: {
        "gap": "u3", "cause": "too_few_nurses", "measure": "m1", "kind": "staffing", "until": "2027-06-30",
    },
    ProgressPlan: {"measure": "m1", "state": "done"},
    ClosePlan: {"outcome": "improved", "evaluation": "feedback:412"},
}  # fmt: skip
