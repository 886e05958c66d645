"""What commands about marks say of selection's own tables, made beside the lock: rosters, seals, lists, places.

Each reads how many events there are before it reads the tables: what is written in between makes the list stale, never
short.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from typing import Any

import sqlalchemy as sa

from services.selection import handover
from services.selection import marked_tables as tables
from services.selection.attendance import RecordAttendance
from services.selection.facts import Procedure
from services.selection.left_behind import LeftBehind
from services.selection.marks import RecordMarks
from services.selection.objections import DisqualifyCandidate, FileResultObjection, WithdrawCandidate
from services.selection.opening import AmendRoster, HandOver, OpenScores
from services.selection.publishing import placed
from services.selection.results import AnnounceStage, RankCandidates
from services.selection.sealing import OpenSheets, SealScore
from services.selection.sheets import Sheets
from services.selection.standings import ByAge, Rules, behind, order, stage_result, unscored
from shared.events import Refused, streams
from shared.ledger import Ledger
from shared.ledger.merkle import list_digest
from shared.runtime.calls import Call
from shared.runtime.service import Prepare


def nobody(tied: Sequence[str]) -> Sequence[Sequence[str]]:
    """Where no birth dates are asked: age decides nothing."""
    return ()


def prepare(sheets: Sheets | None = None, by_age: ByAge = nobody) -> Mapping[Any, Prepare]:
    """`sheets` opens what was sealed; `by_age` is people's answer about applications that are equal."""

    def with_sheets(ledger: Ledger, call: Call) -> OpenSheets:
        return _with_sheets(ledger, call, sheets)

    def with_ranking(ledger: Ledger, call: Call) -> RankCandidates:
        return _with_ranking(ledger, call, by_age)

    left_behind = LeftBehind()

    def with_attendance(ledger: Ledger, call: Call) -> RecordAttendance:
        """Whether the roster has them, and whether an announced result of an earlier stage left them behind."""
        command: RecordAttendance = handover.admit(ledger, call)
        vacancy, application = streams.parts(call.stream)
        told = left_behind.is_told(ledger, vacancy, command.stage)
        return replace(command, through=left_behind.is_through(ledger, vacancy, application, command.stage), told=told)

    return {
        HandOver: with_handover,
        AmendRoster: with_roster,
        RecordAttendance: with_attendance,
        SealScore: with_application,
        OpenScores: with_seals,
        OpenSheets: with_sheets,
        RecordMarks: with_facts,
        AnnounceStage: with_stage,
        RankCandidates: with_ranking,
        WithdrawCandidate: with_handed,
        DisqualifyCandidate: with_handed,
        FileResultObjection: handover.admit,
    }


def with_handover(ledger: Ledger, call: Call) -> HandOver:
    """Everything as intake's events leave it; left bare where it is not ready, which the rule then says."""
    command: HandOver = call.command
    try:
        made = handover.handed_over(ledger, streams.ident(call.stream), call.received_at)
    except Refused:
        return command
    return replace(command, **{item.name: getattr(made, item.name) for item in fields(made)})


def with_roster(ledger: Ledger, call: Call) -> AmendRoster:
    """The roster after the change; whether intake knows all of these aliases, in this vacancy, in or out as said."""
    command: AmendRoster = call.command
    vacancy = streams.ident(call.stream)
    with ledger.reader.begin() as tx:
        marked, rows = tables.marked(tx, vacancy), handover.standing(tx, vacancy)
    if marked is None:
        return command
    alias = ledger.keys.aliases(vacancy)
    states = {alias(row.application.partition(".")[2]): row.state for row in rows}
    now = {name for name, state in states.items() if state == "meets"} - {*marked.removed} | {*marked.added}
    is_known = {*command.added} <= states.keys() - now and {*command.removed} <= now
    then = sorted(now - {*command.removed} | {*command.added})
    return replace(command, roster=list_digest([{"alias": name} for name in then], head=0), known=is_known)


def with_application(ledger: Ledger, call: Call) -> SealScore:
    """The application that the stream names: ties are declared by it."""
    command: SealScore = call.command
    return replace(command, application=streams.parts(call.stream)[1])


def with_handed(ledger: Ledger, call: Call) -> Any:
    """Whether somebody was handed over, also if the application was withdrawn since: that is what may cross."""
    row = handover.one_of(ledger, call.stream)
    is_handed = row is not None and row.state in handover.HANDED
    return replace(call.command, admitted=is_handed)


def with_facts(ledger: Ledger, call: Call) -> Any:
    """What a verifier has confirmed of somebody, and the kind of need."""
    return replace(call.command, facts=_facts(ledger, call.stream))


def with_seals(ledger: Ledger, call: Call) -> OpenScores:
    """The seals as a list, `{alias, panelist, seal}` by alias and panelist, and what is missing."""
    command: OpenScores = call.command
    vacancy, as_of = streams.ident(call.stream), ledger.size()
    with ledger.reader.begin() as tx:
        if tables.marked(tx, vacancy) is None:
            return command
        found = tables.seals_of(tx, vacancy, command.stage)
        missing = tables.missing_of(tx, vacancy, command.stage)
        slot = tables.slot_of(tx, vacancy, command.stage)
    alias = ledger.keys.aliases(vacancy)
    rows = sorted((alias(application), panelist, seal) for application, panelist, seal in found)
    lines = [{"alias": name, "panelist": panelist, "seal": seal} for name, panelist, seal in rows]
    return replace(
        command,
        seals=list_digest(lines, head=0),
        candidates=len({name for name, _, _ in rows}),
        missing=missing,
        slot=slot,
        as_of=as_of,
    )


def _with_sheets(ledger: Ledger, call: Call, sheets: Sheets | None) -> OpenSheets:
    """The sheets of a stage whose scores are open; before that nobody reads one."""
    command: OpenSheets = call.command
    vacancy, application = streams.parts(call.stream)
    with ledger.reader.begin() as tx:
        course = tables.procedure_of(tx, vacancy).course
        if sheets is None or course is None or command.stage not in course.opened:
            return command
        found = sheets.of(tx, call.stream, command.stage)
    return replace(command, sheets=found, application=application, facts=_facts(ledger, call.stream))


def with_stage(ledger: Ledger, call: Call) -> AnnounceStage:
    """Everybody's verdict, `{alias, score?, verdict}`, and who goes on, `{alias}`; both by alias."""
    command: AnnounceStage = call.command
    vacancy, as_of = streams.ident(call.stream), ledger.size()
    with ledger.reader.begin() as tx:
        marked, procedure, rows = _look(tx, vacancy)
    if marked is None or command.stage not in {one.id for one in marked.terms.stages}:
        return command
    alias = ledger.keys.aliases(vacancy)
    standings = {alias(one.application): one for one in stage_result(Rules.of(marked), rows, command.stage)}
    lines: list[dict[str, Any]] = [
        {"alias": name, "verdict": one.verdict} | ({} if one.score is None else {"score": one.score})
        for name, one in sorted(standings.items())
    ]
    on = [{"alias": name} for name, one in sorted(standings.items()) if one.goes_on]
    waiting = unscored(rows, command.stage) + _unseen(marked, command.stage, procedure.roster, len(rows))
    return replace(
        command,
        list=list_digest(lines),
        next=list_digest(on),
        counts=dict(sorted(Counter(one.verdict for one in standings.values()).items())),
        as_of=as_of,
        inputs=procedure.inputs,
        unscored=waiting,
    )


def _with_ranking(ledger: Ledger, call: Call, by_age: ByAge) -> RankCandidates:
    """The order of everybody who has every mark, from the tables as they stand."""
    command: RankCandidates = call.command
    vacancy, as_of = streams.ident(call.stream), ledger.size()
    with ledger.reader.begin() as tx:
        marked, procedure, rows = _look(tx, vacancy)
        ties = tables.ties_of(tx, vacancy)
    if marked is None or procedure.course is None:
        return command
    rules, stages = Rules.of(marked), [one.id for one in marked.terms.stages]
    made = order(rules, rows, ledger.keys.aliases(vacancy), ties, by_age)
    list_, head = placed(rules.pack, made.placed, rules.scheme)
    left_behind = behind(rules, rows, [stage for stage in stages if stage in procedure.course.announced])
    waiting = sum(_is_waiting(row, stages, left_behind) for row in rows)
    return replace(
        command,
        list=list_,
        head=head,
        by_age=made.by_age,
        open_ties=len(made.open_ties),
        as_of=as_of,
        inputs=procedure.inputs,
        unscored=waiting + _unseen(marked, stages[0], procedure.roster, len(rows)),
    )


def _look(tx: sa.Connection, vacancy: str) -> tuple[tables.Marked | None, Procedure, list[tables.Row]]:
    return tables.marked(tx, vacancy), tables.procedure_of(tx, vacancy), tables.of_vacancy(tx, vacancy)


def _is_waiting(row: tables.Row, stages: Sequence[str], left_behind: frozenset[str]) -> bool:
    """Still in, by every result so far, never absent, and without a mark of some stage: nobody is dropped silently."""
    if row.left is not None or row.application in left_behind or "" in row.came.values():
        return False
    return any(stage not in row.scored for stage in stages)


def _unseen(marked: tables.Marked, stage: str, roster: int, seen: int) -> int:
    """How many of the roster nobody has recorded, present or absent, at the first stage."""
    return max(0, roster - seen) if stage == marked.terms.stages[0].id else 0


def _facts(ledger: Ledger, stream: str) -> Mapping[str, str] | None:
    """From the handover; None for somebody whom intake does not know."""
    row = handover.one_of(ledger, stream)
    if row is None:
        return None
    return {**{name: value for name, value in row.facts.items() if name == "gpa"}, "kind": row.kind}
