"""What training's commands say of its tables and of their stream's name, made beside the lock."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

import sqlalchemy as sa

from services.training import arrivals, shifts
from services.training.enrolments import CancelEnrolment, CompleteTraining, EnrolOfficer, RecordOutsideTraining
from services.training.officers import ConcludeProbation, OnboardOfficer
from services.training.views import officers
from shared.events import streams
from shared.ledger import Ledger
from shared.runtime.calls import Call
from shared.runtime.service import Prepare

BESIDE: Final = (arrivals.openings, arrivals.arrivals, arrivals.evaluations, shifts.shifts)


def create(store: sa.Engine) -> None:
    """The tables that other ledgers and people fill, if they are not there: in training's own store."""
    with store.begin() as tx:
        for table in BESIDE:
            table.create(tx, checkfirst=True)


def with_officer(_: Ledger, call: Call) -> Any:
    """Whom an enrolment names."""
    return replace(call.command, officer=streams.parts(call.stream)[2])


def with_certificate(_: Ledger, call: Call) -> RecordOutsideTraining:
    """The digest that an outside certificate's stream names, behind its `x`."""
    command: RecordOutsideTraining = call.command
    return replace(command, certificate=streams.parts(call.stream)[1].removeprefix("x"))


def with_appointment(ledger: Ledger, call: Call) -> OnboardOfficer:
    """What selection said of the seat."""
    command: OnboardOfficer = call.command
    with ledger.reader.begin() as tx:
        found = arrivals.appointed(tx, command.seat)
    return replace(command, appointed=found, officer=streams.ident(call.stream).partition(".")[2])


def with_evaluations(ledger: Ledger, call: Call) -> ConcludeProbation:
    """The kind of probation, and the evaluations since the officer took over."""
    command: ConcludeProbation = call.command
    own = streams.ident(call.stream)
    with ledger.reader.begin() as tx:
        row = tx.execute(sa.select(officers).where(officers.c.officer == own)).mappings().one_or_none()
        if row is None:
            return command
        counted = arrivals.evaluated(tx, own, row["on_day"])
        return replace(command, kind=arrivals.kind(tx, row["seat"]), evaluations=counted)


PREPARE: Final[Mapping[Any, Prepare]] = {
    CancelEnrolment: with_officer,
    CompleteTraining: with_officer,
    ConcludeProbation: with_evaluations,
    EnrolOfficer: with_officer,
    OnboardOfficer: with_appointment,
    RecordOutsideTraining: with_certificate,
}
