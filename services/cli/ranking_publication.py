"""Rankings published from the read model: ties that age decides are asked of people, the rest is stated or stays
open."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from services.cli.output import Progress
from services.cli.platform import ACTOR, Platform
from services.projections import queries
from services.projections.ranking import BY_AGE, Order, Row, Selection, ranked, seats_of
from services.selection.publishing import Placed, publication
from services.selection.selections import DecideTie
from shared.events import streams
from shared.rules.pinned import pinned
from shared.rules.shapes import Pack
from shared.runtime.calls import Call
from shared.runtime.pipeline import MOST

BY_LIST = "official_list"
OPEN_TIE = "ranking.tie_left_open"
STALE = frozenset({"ranking.score_newer", "ranking.stale"})  # another process wrote meanwhile
MOST_TRIES = 3


def publish(
    platform: Platform, printed: Mapping[str, Mapping[str, int]], file: str, progress: Progress
) -> dict[str, str]:
    """Every vacancy of this import whose ranking is behind its scores; answers why those wait that still are.

    A ranking waits with the code of its refusal, `OPEN_TIE` where people must decide first. It is made by the pack
    that its selection was opened with.
    """
    codes: dict[str, str] = {}
    overtaken = 0
    while True:  # once more after ties were decided, for a vacancy may have several, and after others wrote meanwhile
        waiting, as_of = _waiting(platform, file)
        decided, codes, calls = False, {}, list[Call]()
        for done, (selection, rows, stated) in enumerate(waiting, 1):
            calls.append(_call(platform, selection, rows, stated, printed.get(selection.vacancy, {}), as_of, file))
            if len(calls) == MOST or done == len(waiting):
                for call, answer in zip(calls, platform.selection.run(calls), strict=True):
                    decided |= isinstance(call.command, DecideTie) and answer.events > 0 and not answer.repeated
                    if answer.failed or answer.refused:
                        codes[streams.ident(call.stream)] = answer.refused or "failed"
                calls.clear()
                progress("rankings", done, len(waiting))
        overtaken += not STALE.isdisjoint(codes.values())
        if not decided and (STALE.isdisjoint(codes.values()) or overtaken >= MOST_TRIES):
            break
    still = {selection.vacancy for selection, _, _ in _waiting(platform, file)[0]}
    return {vacancy: code for vacancy, code in codes.items() if vacancy in still}


def _waiting(platform: Platform, file: str) -> tuple[list[tuple[Selection, list[Row], list[Order]]], int]:
    """The unpublished selections of an import, and how many events they are made from."""
    platform.ranking.catch_up(platform.selection.ledger)
    as_of = platform.selection.ledger.size()
    with platform.ranking.store.begin() as tx:
        return list(queries.unpublished(tx, file)), as_of


def _call(
    platform: Platform,
    selection: Selection,
    rows: list[Row],
    stated: list[Order],
    printed: Mapping[str, int],
    as_of: int,
    file: str,
) -> Call:
    pack = pinned(selection.pack)
    by_age = [*(one.aliases for one in stated if one.ground == BY_AGE), *_ages(platform, rows)]
    placed, open_ties = _places(pack, selection, rows, stated, by_age, as_of)
    stream, now = f"selection-{selection.vacancy}", platform.now()
    order = _printed_order(open_ties, printed)
    if order:
        tie = DecideTie(as_of=as_of, order=order, how=BY_LIST, minutes=file)
        key = f"{file}:tie:{selection.vacancy}:{order[0]}"
        return Call(stream=stream, command=tie, by=ACTOR, key=key, received_at=now)
    command = publication(
        pack,
        placed,
        ground="import",
        as_of=as_of,
        inputs=selection.inputs,
        by_age=by_age,
        open_ties=len(open_ties),
    )
    key = f"{file}:rank:{selection.vacancy}:{selection.inputs}"
    return Call(stream=stream, command=command, by=ACTOR, key=key, received_at=now)


def _places(
    pack: Pack,
    selection: Selection,
    rows: list[Row],
    stated: list[Order],
    by_age: Sequence[tuple[str, ...]],
    as_of: int,
) -> tuple[list[Placed], list[tuple[str, ...]]]:
    """The places as the read model has them; computed once more only where age may decide what it left open."""
    if not any(row.tied for row in rows):
        return [_placed(row, row.place) for row in rows if row.place is not None], []
    asked = [
        *stated,
        *(
            Order(vacancy=selection.vacancy, position=as_of, n=n, ground=BY_AGE, aliases=order)
            for n, order in enumerate(by_age)
        ),
    ]
    placed: list[Placed] = []
    open_ties: list[tuple[str, ...]] = []
    for kind in sorted({row.kind for row in rows}):
        mine = {row.alias: row for row in rows if row.kind == kind}
        made = ranked(pack, mine.values(), seats_of(selection, kind), asked)
        open_ties += made.open_ties
        placed += [_placed(mine[entry.key], entry.place) for entry in made.entries if entry.place is not None]
    return placed, open_ties


def _placed(row: Row, place: int) -> Placed:
    return Placed(place=place, alias=row.alias, kind=row.kind, marks=row.marks)


def _ages(platform: Platform, rows: Iterable[Row]) -> list[tuple[str, ...]]:
    """The orders that age decides among rows that share a place, by alias."""
    shared: dict[tuple[str, int | None], list[Row]] = {}
    for row in rows:
        if row.tied:
            shared.setdefault((row.kind, row.place), []).append(row)
    found: list[tuple[str, ...]] = []
    for tied in shared.values():
        alias = {row.application: row.alias for row in tied}
        found += [tuple(alias[one] for one in order) for order in platform.register.by_age(list(alias))]
    return found


def _printed_order(open_ties: Iterable[tuple[str, ...]], printed: Mapping[str, int]) -> tuple[str, ...]:
    """The list's own order of the first tie that it orders: an official decision whose dates it does not print."""
    for tie in open_ties:
        places = [printed.get(alias) for alias in tie]
        if None not in places and len(set(places)) == len(tie):
            return tuple(sorted(tie, key=lambda alias: printed[alias]))
    return ()
