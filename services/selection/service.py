"""Selection as one value; composed with the folder's master key and people's answer about ages where it is served."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from services.selection import candidates, imports, panel_parts, seat_parts, selections, sheets
from services.selection.facts import (
    NOBODY,
    NOT_OPEN,
    Attendance,
    Procedure,
    attendance_key,
    fold_attendance,
    fold_procedure,
    procedure_key,
)
from services.selection.imports import ReceiveResults
from services.selection.marked_views import VIEW
from services.selection.marks import CorrectScore
from services.selection.objections import DecideResultObjection, DisqualifyCandidate
from services.selection.opening import AmendRoster, OpenScores
from services.selection.own_prepare import with_own
from services.selection.results import AnnulStage, CancelSelection, ExtendObjectionWindow, FixRanking
from services.selection.score_prepare import nobody, prepare
from services.selection.selections import DecideTie
from services.selection.sheets import Sheets
from services.selection.standings import ByAge
from shared.runtime.approvals import with_approvals
from shared.runtime.service import Fact, Prepare, Service

PROCEDURE = Fact(name="procedure", of=Procedure, initial=NOT_OPEN, key=procedure_key, fold=fold_procedure)
ATTENDANCE = Fact(name="attendance", of=Attendance, initial=NOBODY, key=attendance_key, fold=fold_attendance)

TIMED: Final[tuple[Any, ...]] = (OpenScores,)
BY_TWO: Final[tuple[Any, ...]] = (
    AmendRoster, AnnulStage, CancelSelection, CorrectScore, DecideResultObjection, DecideTie, DisqualifyCandidate,
    ExtendObjectionWindow, FixRanking, ReceiveResults,
)  # fmt: skip
COMMANDS: Final = (
    *TIMED, *BY_TWO, *panel_parts.TIMED, *panel_parts.BY_TWO, *seat_parts.TIMED, *seat_parts.BY_TWO,
)  # fmt: skip
_BARE: Final[Mapping[Any, Prepare]] = {**panel_parts.PREPARE, **seat_parts.PREPARE}
PREPARE: Final[Mapping[Any, Prepare]] = with_own({**_BARE, **prepare()})

_PLAIN: Final = Service(
    name="selection",
    deciders={
        "import": imports,
        "selection": selections,
        "candidate": candidates,
        **panel_parts.DECIDERS,
        **seat_parts.DECIDERS,
    },
    facts=(PROCEDURE, ATTENDANCE, *panel_parts.FACTS, *seat_parts.FACTS),
    views=(*panel_parts.VIEWS, *seat_parts.VIEWS, VIEW),
    commands={kind.__name__: kind for kind in COMMANDS},
    prepare=PREPARE,
)
SELECTION: Final = with_approvals(replace(_PLAIN, beside=(sheets.nowhere,)))  # seals nothing: it has no key


def composed(master: bytes, *, by_age: ByAge = nobody, more: Mapping[Any, Prepare] | None = None) -> Service:
    """The service as it is served: sheets under the folder's master key, ages from people (`more`: preparations that
    need other services)."""
    kept = Sheets(master)
    made = with_own({**_BARE, **prepare(kept, by_age), **(more or {})})
    return with_approvals(replace(_PLAIN, beside=(kept.keep,), prepare=made))
