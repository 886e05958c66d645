"""Commands about pools, panels and sessions over HTTP: who may send which, and what is checked before it is posted.

What stands in an event for ever is a code, a label, a pseudonym or a digest; nobody's name.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from fastapi import Request

from services.selection.drawing import AnnounceDraw, DrawPanel
from services.selection.panels import HoldCalibration, SeatByDecree, TakeSeat
from services.selection.pools import AdmitExpert, ReleaseExpert
from services.selection.recusals import DeclareConflict, RecusePanelist, ReplacePanelist
from services.selection.sessions import CloseSession, RescheduleSession, ScheduleSession, VoidSession
from shared.events import NotFound, Refused
from shared.runtime.calls import Call
from shared.runtime.http.acts import Act
from shared.runtime.http.rules import Rule
from shared.runtime.identity import Principal

CODE: Final = re.compile("(?!.*[0-9]{4})[a-z][a-z0-9_]{0,39}")  # no sentence, no NIK, no telephone number
LABEL: Final = re.compile("[A-Z][A-Z0-9]{0,3}-?[0-9]{1,3}")
PSEUDONYM: Final = re.compile("[0-9a-f]{32}")
DIGEST: Final = re.compile("[0-9a-f]{64}")
SECRET: Final = re.compile("[0-9a-f]{64}")  # 32 random bytes: a guessed secret would be no secret
BEACON: Final = re.compile("[a-z0-9.-]{1,40}:[0-9]{1,12}|[0-9a-f]{64}")  # a witness and the size that it signs
VALUE: Final = re.compile("[A-Za-z0-9+/=:._-]{1,200}")  # of a beacon: a cosignature
POOL: Final = re.compile(r"[a-z0-9-]{1,40}\.[a-z0-9-]{1,20}")
ALIAS: Final = re.compile("[A-Z2-7]{12}")
VACANCY: Final = re.compile(r"[a-z0-9-]{1,40}\.[A-Za-z0-9._:-]{1,80}")
PLACE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9 .,/()'-]{0,79}")  # a site, a room

_DIGEST: Final = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
_RANDOM: Final = "2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b"
_PEOPLE: Final = tuple(f"5b0e7c9a5b0e7c9a5b0e7c9a5b0e7c9{n}" for n in range(5))
_SLOT: Final[Mapping[str, Any]] = {
    "stage": "interview", "site": "Balai Kota", "room": "A", "from": "2027-04-02T01:00:00.000000Z",
    "to": "2027-04-02T04:00:00.000000Z", "seats": 20, "aliases": ["K3VQX7M2ADPL", "R2HD5JYUQCAB"],
    "vacancies": ["pauh.2027-014"],
}  # fmt: skip
EXAMPLES: Final[Mapping[Any, Mapping[str, Any]]] = {
    AdmitExpert: {
        "label": "A-07", "kind": "academic", "fields": ["nursing"], "expert": _PEOPLE[0], "institution": "unand",
    },
    ReleaseExpert: {"label": "A-07", "reason": "moved"},
    AnnounceDraw: {
        "pool_name": "pauh.2027", "excluded": [{"label": "I-03", "reason": "on_leave"}],
        "seats": {"internal": 2, "academic": 2, "practitioner": 1}, "reserves": 1,
        "commit": "3d91b58504a6cc3a159005ee7b16c7ae503ca6ac2a6a3c893837083c236b864a", "beacon": "witness-1:412",
    },
    DrawPanel: {"secret": _RANDOM, "beacon": _DIGEST},
    TakeSeat: {"label": "A-07", "pledge": _DIGEST},
    SeatByDecree: {
        "seats": [
            {"panelist": one, "kind": kind, "pledge": _DIGEST}
            for one, kind in zip(_PEOPLE, ("internal",) * 2 + ("academic",) * 2 + ("practitioner",), strict=True)
        ]
    },
    HoldCalibration: {"stage": "interview", "panelists": list(_PEOPLE), "practice": _DIGEST},
    DeclareConflict: {
        "roster": _DIGEST, "tie_count": 1,
        "ties": [{"application": "3f9a0c1d5e7b42689a0b1c2d3e4f5a6b", "kind": "teacher"}],
    },
    RecusePanelist: {"panelist": _PEOPLE[0], "all": True, "applications": [], "cause": "ill"},
    ReplacePanelist: {"out": _PEOPLE[0], "in": "A-11", "reason": "ill"},
    ScheduleSession: _SLOT,
    RescheduleSession: {**_SLOT, "room": "B", "reason": "power_cut"},
    CloseSession: {
        "present": 2, "absent": 0, "devices": _DIGEST, "incidents": ["power_cut"], "answers": _DIGEST,
    },
    VoidSession: {"reason": "flood", "words": "Ruang ujian tergenang; sesi diulang."},
}  # fmt: skip


def of_agency(*roles: str) -> Rule:
    """For these roles, on what belongs to their agency."""
    return Rule(roles=frozenset(roles), of="agency")


SECRETARY, COMMITTEE, PANELIST, SUPERVISOR = map(of_agency, ("secretary", "committee", "panelist", "supervisor"))
RECUSERS: Final = of_agency("committee", "panelist")
Fits = Callable[[Any], Iterable[bool]]


def acts() -> tuple[Act, ...]:
    """Every command that people send about pools, panels and sessions."""
    return (
        _act("pool", AdmitExpert, SECRETARY, _admission),
        _act("pool", ReleaseExpert, SECRETARY, lambda one: _fit(CODE, one.reason)),
        _act("panel", AnnounceDraw, SECRETARY, _plan),
        _act("panel", DrawPanel, SECRETARY, _draw),
        _act("panel", TakeSeat, PANELIST, _oath),
        _act("panel", SeatByDecree, COMMITTEE, _decree),
        _act("panel", HoldCalibration, SECRETARY, _calibration),
        _act("panel", DeclareConflict, PANELIST, _declaration),
        Act(command=RecusePanelist, category="panel", rule=RECUSERS, example=EXAMPLES[RecusePanelist], before=_recusal),
        _act("panel", ReplacePanelist, COMMITTEE, _replacement),
        _act("session", ScheduleSession, COMMITTEE, _schedule),
        _act("session", RescheduleSession, COMMITTEE, lambda one: (*_schedule(one), *_fit(CODE, one.reason))),
        _act("session", CloseSession, SUPERVISOR, _closing),
        _act("session", VoidSession, SUPERVISOR, lambda one: _fit(CODE, one.reason)),
    )


def _recusal(_: Request, principal: Principal, call: Call) -> Call:
    """A panelist recuses nobody else; NotFound for who tries."""
    command = call.command
    _check((*_fit(CODE, command.cause), *_fit(PSEUDONYM, command.panelist, *command.applications)))
    if "committee" not in principal.roles and command.panelist != principal.subject:
        raise NotFound(call.stream)
    return call


def _admission(one: AdmitExpert) -> Iterable[bool]:
    return *_fit(LABEL, one.label), *_fit(CODE, *one.fields, one.institution), *_fit(PSEUDONYM, one.expert)


def _plan(one: AnnounceDraw) -> Iterable[bool]:
    left_out = _fit(CODE, *(each.reason for each in one.excluded))
    return *left_out, *_fit(POOL, one.pool_name), *_fit(DIGEST, one.commit), *_fit(BEACON, one.beacon)


def _draw(one: DrawPanel) -> Iterable[bool]:
    return *_fit(SECRET, one.secret), *_fit(VALUE, one.beacon)


def _oath(one: TakeSeat) -> Iterable[bool]:
    return _fit(DIGEST, one.pledge)


def _decree(one: SeatByDecree) -> Iterable[bool]:
    return (
        *_fit(PSEUDONYM, *(seat.panelist for seat in one.seats)),
        *_fit(DIGEST, *(seat.pledge for seat in one.seats)),
    )


def _calibration(one: HoldCalibration) -> Iterable[bool]:
    return *_fit(CODE, one.stage), *_fit(DIGEST, one.practice)


def _declaration(one: DeclareConflict) -> Iterable[bool]:
    return *_fit(DIGEST, one.roster), *_fit(PSEUDONYM, *(tie.application for tie in one.ties))


def _replacement(one: ReplacePanelist) -> Iterable[bool]:
    called = PSEUDONYM.fullmatch(one.in_) or LABEL.fullmatch(one.in_)
    return bool(called), *_fit(CODE, one.reason)


def _schedule(one: ScheduleSession | RescheduleSession) -> Iterable[bool]:
    return (
        *_fit(CODE, one.stage),
        *_fit(PLACE, one.site, one.room),
        *_fit(ALIAS, *one.aliases),
        *_fit(VACANCY, *one.vacancies),
        one.beacon is None or BEACON.fullmatch(one.beacon) is not None,
    )


def _closing(one: CloseSession) -> Iterable[bool]:
    digests = (one.devices,) if one.answers is None else (one.devices, one.answers)
    return *_fit(CODE, *one.incidents), *_fit(DIGEST, *digests)


def _fit(form: re.Pattern[str], *texts: str) -> Iterable[bool]:
    return (form.fullmatch(text) is not None for text in texts)


def _check(fits: Iterable[bool]) -> None:
    """Refused (`panel.form`) for what is no code, label, pseudonym or digest."""
    if not all(fits):
        raise Refused("panel.form")


def _act(category: str, command: Any, rule: Rule, fits: Fits) -> Act:
    def before(_: Request, __: Principal, call: Call) -> Call:
        _check(fits(call.command))
        return call

    return Act(command=command, category=category, rule=rule, example=EXAMPLES[command], before=before)
