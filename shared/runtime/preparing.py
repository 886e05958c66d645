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
    return prepared_all(service, ledger, [call])[0]


def prepared_all(service: Service, ledger: Ledger, many: Sequence[Call]) -> list[Call]:
    """The same of many calls, in their order: one question tells which were answered before."""
    blank = [replace(one, command=bare(one.command)) if _is_prepared(one) else one for one in many]
    digests = [one.digest() if _is_prepared(one) and type(one.command) in service.prepare else None for one in blank]
    asked = [digest for digest in digests if digest]
    answered = _answered(ledger, asked) if asked else set()
    return [
        replace(one, command=service.prepare[type(one.command)](ledger, one))
        if digest and digest not in answered
        else one
        for one, digest in zip(blank, digests, strict=True)
    ]


def _is_prepared(call: Call) -> bool:
    return bool(prepared_fields(cast(Any, type(call.command))))


def is_stale(call: Call, answer: Answer) -> bool:
    """Whether somebody wrote between the preparation and the decision; the same call may be prepared anew."""
    return _is_prepared(call) and (answer.refused or "").endswith(STALE)


def _answered(ledger: Ledger, digests: list[bytes]) -> set[bytes]:
    with ledger.reader.begin() as tx:
        return set(calls.known(tx, digests))
