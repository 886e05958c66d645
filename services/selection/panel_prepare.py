"""What commands about panels and sessions say of selection's own tables, read beside the lock: the panel that a notice
promises, the other duties of whoever takes a seat, the list of whom a room seats."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from services.selection import handover
from services.selection.drawing import AnnounceDraw
from services.selection.panels import SeatByDecree, TakeSeat
from services.selection.recusals import DeclareConflict
from services.selection.sessions import RescheduleSession, ScheduleSession
from shared.events import codec, streams
from shared.events.intake import Scheme
from shared.ledger import Ledger
from shared.ledger.merkle import list_digest
from shared.runtime.calls import Call
from shared.runtime.service import Prepare

DutiesOf = Callable[[str, str], Sequence[str]]  # a person and a vacancy; codes of duties that no panelist may have


def nobody(person: str, vacancy: str) -> Sequence[str]:
    """Where no other service is asked."""
    return ()


def prepare(duties_of: DutiesOf = nobody) -> Mapping[Any, Prepare]:
    """`duties_of` tells what other services know: verifier, committee, ppk. Who applies is known here."""

    def with_duties(ledger: Ledger, call: Call) -> Any:
        """Asked at the oath, and again at every declaration."""
        command: TakeSeat | DeclareConflict = call.command
        return replace(command, duties=_duties(ledger, call, [call.by], duties_of))

    def with_both(ledger: Ledger, call: Call) -> SeatByDecree:
        command: SeatByDecree = call.command
        named = [one.panelist for one in command.seats]
        notice = _panels(ledger, streams.ident(call.stream))
        return replace(command, notice=notice, duties=_duties(ledger, call, named, duties_of))

    return {
        AnnounceDraw: with_notice,
        TakeSeat: with_duties,
        DeclareConflict: with_duties,
        SeatByDecree: with_both,
        ScheduleSession: with_seated,
        RescheduleSession: with_seated,
    }


def with_notice(ledger: Ledger, call: Call) -> AnnounceDraw:
    """The panels that the vacancy's notice promises, as far as intake's events have arrived."""
    command: AnnounceDraw = call.command
    return replace(command, notice=_panels(ledger, streams.ident(call.stream)))


def with_seated(ledger: Ledger, call: Call) -> Any:
    """The list as a digest, its rows by alias; how many of them are on no roster of these vacancies. Where intake
    handed nothing over (an official list), nobody can be told apart."""
    command: ScheduleSession | RescheduleSession = call.command
    seated = list_digest([{"alias": name} for name in sorted(command.aliases)])
    own = [one for one in command.vacancies if one.partition(".")[0] == streams.agency(call.stream)]
    with ledger.reader.begin() as tx:
        known = [one for one in own if handover.notice(tx, one) is not None]
        rows = {one: handover.standing(tx, one) for one in known}
    if not known or known != list(command.vacancies):
        return replace(command, seated=seated)
    names: set[str] = set()
    for vacancy, applications in rows.items():
        alias = ledger.keys.aliases(vacancy)
        names |= {alias(row.application.partition(".")[2]) for row in applications if row.state == "meets"}
    return replace(command, seated=seated, strangers=len(set(command.aliases) - names))


def _panels(ledger: Ledger, vacancy: str) -> tuple[Mapping[str, int], ...] | None:
    with ledger.reader.begin() as tx:
        said = handover.notice(tx, vacancy)
    if said is None:
        return None
    panels = [stage.panel for stage in codec.read(Scheme, said["scheme"]).stages if stage.panel]
    return tuple({kind: n for kind, n in one.items() if n} for one in panels)


def _duties(ledger: Ledger, call: Call, people: Sequence[str], duties_of: DutiesOf) -> tuple[str, ...]:
    """Of any of these people, each once."""
    vacancy, rows = streams.ident(call.stream), handover.applications
    with ledger.reader.begin() as tx:
        chosen = sa.select(rows.c.applicant).where(rows.c.vacancy == vacancy, rows.c.applicant.in_(people))
        applies = ["applicant"] if tx.execute(chosen).first() else []
    return tuple(sorted({*applies, *(duty for one in people for duty in duties_of(one, vacancy))}))
