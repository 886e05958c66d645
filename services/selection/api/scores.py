"""Commands about rosters, marks, results and objections over HTTP: who may send which, and what is checked before it is
posted.

Never by HTTP: the opening of sheets, which is a reaction's, and the rows of an official list, which are an import's. A
candidacy of somebody else answers as what is not there. What stands in an event for ever is a code.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from fastapi import Request

from services.selection import handover
from services.selection.attendance import RecordAttendance
from services.selection.imports import ReceiveResults
from services.selection.marks import CorrectScore, RecordMarks
from services.selection.objections import (
    DecideResultObjection,
    DisqualifyCandidate,
    FileResultObjection,
    WithdrawCandidate,
)
from services.selection.opening import AmendRoster, HandOver, OpenScores
from services.selection.results import (
    AnnounceStage,
    AnnulStage,
    CancelSelection,
    ExtendObjectionWindow,
    FixRanking,
    RankCandidates,
)
from services.selection.sealing import SealScore
from services.selection.selections import DecideTie
from shared.events import NotFound, Refused, streams
from shared.events.platform import Words
from shared.ledger import Ledger
from shared.runtime.calls import Call
from shared.runtime.http.acts import Act
from shared.runtime.http.rules import OWN, Rule
from shared.runtime.identity import Principal

OwnWords = Callable[[str, Words], None]  # a person, and words that lie in their vault; NotFound if they do not
CODE: Final = re.compile("(?!.*[0-9]{4})[a-z][a-z0-9_]{0,39}")  # no sentence, no NIK, no telephone number
DIGEST: Final = re.compile("[0-9a-f]{64}")
ALIAS: Final = re.compile("[A-Z2-7]{12}")
SEAT: Final = re.compile("[A-Z]{0,2}-?[0-9]{1,3}")
ORDER: Final = re.compile(r"(?!.*[0-9]{6})[A-Za-z0-9][A-Za-z0-9 ./()-]{0,79}")  # a court's or an inspector's number


def of_agency(*roles: str) -> Rule:
    """For these roles, on what belongs to their agency."""
    return Rule(roles=frozenset(roles), of="agency")


SECRETARY, COMMITTEE, PPK = map(of_agency, ("secretary", "committee", "ppk"))
SUPERVISOR, PANELIST, OPERATOR = map(of_agency, ("supervisor", "panelist", "cat_operator"))

_DIGEST: Final = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
_RANDOM: Final = "2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b"
_WORDS: Final = {"id": "c81d4e2ef1a94b7d8e5f60718293a4b5", "mac": _DIGEST}
_POINTS: Final = {"experience": "78", "regional_challenges": "80", "analysis": "74", "problem_solving": "83"}
EXAMPLES: Final[Mapping[Any, Mapping[str, Any]]] = {
    HandOver: {},
    AmendRoster: {"added": ["K3VQX7M2ADPL"], "removed": [], "ground": "court"},
    OpenScores: {"stage": "interview"},
    AnnounceStage: {"stage": "written"},
    AnnulStage: {"stage": "written", "order": "345 K/TUN/2025", "words": "Soal bocor sebelum sesi pertama"},
    CancelSelection: {"reason": "need_withdrawn", "words": "Kebutuhan ditarik kembali"},
    DecideTie: {"as_of": 412, "order": ["K3VQX7M2ADPL", "R2HD5JYUQCAB"], "how": "lot", "minutes": _DIGEST},
    RankCandidates: {"ground": "opening", "words": "Hasil akhir sebelum masa sanggah"},
    FixRanking: {"version": 1, "minutes": _DIGEST},
    ExtendObjectionWindow: {
        "announcement": 1, "until": "2027-05-09T17:00:00Z", "words": "Gangguan jaringan 7 Mei 2027",
    },
    RecordAttendance: {
        "stage": "interview", "present": True, "session": "pauh.s1", "seat": "12", "identity": "card_and_face",
    },
    SealScore: {"stage": "interview", "points": _POINTS, "nonce": _RANDOM},
    RecordMarks: {"stage": "written", "parts": {"written": "63"}, "source": {"import": _DIGEST, "row": 7}},
    CorrectScore: {
        "stage": "written", "part": "written", "was": "63", "is": "64", "reason": "misread", "words": _WORDS,
        "ground": "objection",
    },
    WithdrawCandidate: {"reason": "other_work"},
    DisqualifyCandidate: {"reason": "impersonated", "evidence": _DIGEST, "words": _WORDS},
    FileResultObjection: {"announcement": 1, "ground": "other_score", "words": _WORDS},
    DecideResultObjection: {
        "announcement": 1, "upheld": True, "reason": "misread", "words": _WORDS, "fault": "operator",
        "remedy": "corrected",
    },
    ReceiveResults: {"body": "bkn", "stages": ["written"], "rows": 120, "vacancies": 3},
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Own:
    """What a candidate's command must be before it is posted: about oneself, as it was handed over, in own words."""

    ledger: Ledger
    words: OwnWords

    def leaving(self, _: Request, principal: Principal, call: Call) -> Call:
        """One's own candidacy, and a code for the reason."""
        self._check_own(principal, call)
        _check(_fit(CODE, call.command.reason))
        return call

    def objecting(self, _: Request, principal: Principal, call: Call) -> Call:
        """The same, in words that lie in the person's own vault."""
        self._check_own(principal, call)
        _check(_fit(CODE, call.command.ground, *_given(call.command.stage)))
        self.words(principal.subject, call.command.words)
        return call

    def _check_own(self, principal: Principal, call: Call) -> None:
        """NotFound for anybody else's."""
        vacancy, application = streams.parts(call.stream)
        id = f"{streams.agency(call.stream)}.{application}"
        with self.ledger.reader.begin() as tx:
            row = handover.of(tx, [id]).get(id)
        if row is None or (row.vacancy, row.applicant) != (vacancy, principal.subject):
            raise NotFound(call.stream)


def acts(ledger: Ledger, words: OwnWords) -> tuple[Act, ...]:
    """Every command that people send about rosters, marks and results. `words` is people's word that words are the
    person's own."""
    own = Own(ledger=ledger, words=words)
    return (*_procedure(), *_marks(), *_objections(own))


def _procedure() -> tuple[Act, ...]:
    return (
        _act("selection", HandOver, SECRETARY),
        _act("selection", AmendRoster, COMMITTEE, lambda one: (
            *_fit(CODE, one.ground), *_fit(ALIAS, *one.added, *one.removed)
        )),
        _act("selection", OpenScores, COMMITTEE, lambda one: _fit(CODE, one.stage)),
        _act("selection", AnnounceStage, COMMITTEE, lambda one: _fit(CODE, one.stage)),
        _act("selection", AnnulStage, COMMITTEE, lambda one: (*_fit(CODE, one.stage), *_fit(ORDER, one.order))),
        _act("selection", CancelSelection, PPK, lambda one: _fit(CODE, one.reason)),
        _act("selection", DecideTie, COMMITTEE, lambda one: (
            *_fit(CODE, one.how), *_fit(ALIAS, *one.order), *_fit(DIGEST, one.minutes)
        )),
        _act("selection", RankCandidates, COMMITTEE, lambda one: _fit(CODE, one.ground)),
        _act("selection", FixRanking, COMMITTEE, lambda one: _fit(DIGEST, one.minutes)),
        _act("selection", ExtendObjectionWindow, COMMITTEE, lambda one: _fit(CODE, *_given(one.stage))),
    )  # fmt: skip


def _marks() -> tuple[Act, ...]:
    return (
        _act("import", ReceiveResults, OPERATOR, lambda one: _fit(CODE, one.body, *one.stages)),
        _act("candidate", RecordAttendance, SUPERVISOR, lambda one: (
            *_fit(CODE, one.stage, *_given(one.identity)), *_fit(SEAT, *_given(one.seat))
        )),
        _act("candidate", SealScore, PANELIST, lambda one: _fit(CODE, one.stage, *one.points)),
        _act("candidate", RecordMarks, OPERATOR, lambda one: (
            *_fit(CODE, one.stage, *one.parts), *_fit(DIGEST, one.source.import_)
        )),
        _act("candidate", CorrectScore, COMMITTEE, lambda one: (
            *_fit(CODE, one.stage, one.part, one.reason, one.ground),
        )),
    )  # fmt: skip


def _objections(own: Own) -> tuple[Act, ...]:
    return (
        Act(
            command=WithdrawCandidate, category="candidate", rule=OWN, example=EXAMPLES[WithdrawCandidate],
            before=own.leaving,
        ),
        _act("candidate", DisqualifyCandidate, COMMITTEE, lambda one: (
            *_fit(CODE, one.reason), *_fit(DIGEST, one.evidence)
        )),
        Act(
            command=FileResultObjection, category="candidate", rule=OWN, example=EXAMPLES[FileResultObjection],
            before=own.objecting,
        ),
        _act("candidate", DecideResultObjection, COMMITTEE, lambda one: _fit(
            CODE, one.reason, one.fault, one.remedy, *_given(one.stage)
        )),
    )  # fmt: skip


def _given(*texts: str | None) -> tuple[str, ...]:
    """Those that were said."""
    return tuple(text for text in texts if text is not None)


def _fit(form: re.Pattern[str], *texts: str) -> Iterable[bool]:
    return (form.fullmatch(text) is not None for text in texts)


def _check(fits: Iterable[bool]) -> None:
    """Refused (`candidate.code`) for a sentence, or for what is no alias or digest."""
    if not all(fits):
        raise Refused("candidate.code")


def _nothing(_: Any) -> Iterable[bool]:
    return ()


def _act(category: str, command: Any, rule: Rule, fits: Callable[[Any], Iterable[bool]] = _nothing) -> Act:
    def before(_: Request, __: Principal, call: Call) -> Call:
        _check(fits(call.command))
        return call

    return Act(command=command, category=category, rule=rule, example=EXAMPLES[command], before=before)
