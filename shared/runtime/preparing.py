"""What a command says of the ledger's own tables: rolls, lists, counts, computed outside the lock and judged under it.

Whoever posts a command calls `prepared` first. No request brings these fields, whatever its body says. A rule refuses
what was computed before somebody wrote, with a code that ends with `.stale`: it is prepared anew and tried again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, cast

from shared.ledger import Ledger
from shared.runtime import calls
from shared.runtime.calls import Answer, Call, bare, prepared_fields
from shared.runtime.service import Service

STALE = ".stale"  # how the code ends of a refusal that a new preparation may cure


def prepared(service: Service, ledger: Ledger, call: Call) -> Call:
    """The call with what its service computes for it, and with defaults where nobody computes anything. One that was
    answered before is left bare: it gets its first answer. Raises what the service's own function raises."""
    kind = cast(Any, type(call.command))
    if not prepared_fields(kind):
        return call
    blank = replace(call, command=bare(call.command))
    prepare = service.prepare.get(kind)
    if prepare is None or _is_answered(ledger, blank):
        return blank
    return replace(blank, command=prepare(ledger, blank))


def prepared_all(service: Service, ledger: Ledger, many: Sequence[Call]) -> list[Call]:
    """The same of many calls, in their order: one question tells which were answered before."""
    blank = [replace(one, command=bare(one.command)) if _is_prepared(one) else one for one in many]
    with ledger.reader.begin() as tx:
        answered = calls.known(tx, [one.digest() for one in blank if _is_prepared(one)])
    made = []
    for one in blank:
        prepare = service.prepare.get(type(one.command))
        if prepare is None or not _is_prepared(one) or one.digest() in answered:
            made.append(one)
        else:
            made.append(replace(one, command=prepare(ledger, one)))
    return made


def _is_prepared(call: Call) -> bool:
    return bool(prepared_fields(cast(Any, type(call.command))))


def is_stale(call: Call, answer: Answer) -> bool:
    """Whether somebody wrote between the preparation and the decision; the same call may be prepared anew."""
    return _is_prepared(call) and (answer.refused or "").endswith(STALE)


def _is_answered(ledger: Ledger, call: Call) -> bool:
    with ledger.reader.begin() as tx:
        return bool(calls.known(tx, [call.digest()]))
