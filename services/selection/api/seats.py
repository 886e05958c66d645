"""Seats over HTTP: the PPK offers, appoints and revokes, HR records letters, the candidate alone answers.

Whose offer it is, is told by what was handed over, never by a body: to anybody else it is not there. Never by HTTP:
that an offer lapses (the timetable's).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from fastapi import Request

from services.selection.decrees import Appoint, FixEmployeeNumber, RevokeAppointment
from services.selection.offers import OfferAppointment
from services.selection.opinions import RecordOpinion
from services.selection.seats import AcceptOffer, DeclineOffer
from shared.events import Refused
from shared.runtime.calls import Call
from shared.runtime.http.acts import Act
from shared.runtime.http.rules import OWN, Rule
from shared.runtime.identity import Principal

PPK: Final = Rule(roles=frozenset({"ppk"}), of="agency")
HR: Final = Rule(roles=frozenset({"hr"}), of="agency")
CODE: Final = re.compile("(?!.*[0-9]{4})[a-z][a-z0-9_]{0,39}")  # no sentence, no NIK, no telephone number
NUMBER: Final = re.compile(
    r"(?!.*[0-9]{6})[A-Za-z0-9][A-Za-z0-9 ./()-]{0,79}"
)  # a letter's, a decree's; no NIP, no NIK
BODY: Final = re.compile(r"[A-Za-z][A-Za-z ./()-]{0,79}")  # an office, by its name
DIGEST: Final = re.compile("[0-9a-f]{64}")
_OPINION: Final = {"body": "BKN", "letter": "B/118/BKN/2027", "verdict": "agreed", "on": "2027-03-01"}
EXAMPLES: Final[Mapping[Any, Mapping[str, Any]]] = {
    OfferAppointment: {"to": "K3VQX7M2ADPL", "place": 1, "basis": "rank", "version": 2},
    AcceptOffer: {"papers": ["9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"]},
    DeclineOffer: {"reason": "other_work"},
    FixEmployeeNumber: {"letter": "AG-2027/114", "on": "2027-04-01"},
    Appoint: {"decree": "821/45/2027", "unit": "pauh.dinkes.pkm-03", "post": "perawat", "on": "2027-05-01"},
    RevokeAppointment: {
        "reason": "fraud", "ground": "court_verdict", "decree": "821/46/2027", "on": "2027-06-01",
        "words": "Terbukti menggunakan joki pada tes tertulis",
    },
}  # fmt: skip


def acts() -> tuple[Act, ...]:
    """Every command that people send about seats; an opinion of the three goes to the selection."""
    return (
        _act(OfferAppointment, PPK),
        _act(AcceptOffer, OWN, before=_with_papers),
        _act(DeclineOffer, OWN, before=_leaving),
        _act(FixEmployeeNumber, HR, before=_numbered),
        _act(Appoint, PPK, before=_appointing),
        _act(RevokeAppointment, PPK, before=_revoking),
        _opinion("seat", "chosen"),
        _opinion("selection", "three"),
    )


def _with_papers(_: Request, __: Principal, call: Call) -> Call:
    _check(DIGEST, call.command.papers)
    return call


def _leaving(_: Request, __: Principal, call: Call) -> Call:
    _check(CODE, (call.command.reason,))
    return call


def _revoking(_: Request, __: Principal, call: Call) -> Call:
    _check(CODE, (call.command.reason, call.command.ground))
    _check(NUMBER, (call.command.decree,))
    return call


def _numbered(_: Request, __: Principal, call: Call) -> Call:
    _check(NUMBER, (call.command.letter,))
    return call


def _appointing(_: Request, __: Principal, call: Call) -> Call:
    _check(NUMBER, (call.command.decree, call.command.unit, call.command.post))
    return call


def _heard(_: Request, __: Principal, call: Call) -> Call:
    _check(NUMBER, (call.command.letter,))
    _check(BODY, (call.command.body,))
    return call


def _check(form: re.Pattern[str], texts: Iterable[str]) -> None:
    """Refused (`seat.code`) for a sentence, or for digits that could be a person's number."""
    if not all(form.fullmatch(text) for text in texts):
        raise Refused("seat.code")


def _opinion(category: str, about: str) -> Act:
    example = {"about": about, **_OPINION}
    return Act(command=RecordOpinion, category=category, rule=HR, example=example, before=_heard)


def _act(command: Any, rule: Rule, **more: Any) -> Act:
    return Act(command=command, category="seat", rule=rule, example=EXAMPLES[command], **more)
