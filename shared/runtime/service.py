"""A service as one value: its streams' deciders, the facts they may ask for, the tables kept in step with its
ledger."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

import sqlalchemy as sa

from shared.events import Recorded
from shared.ledger import Ledger
from shared.runtime.calls import Call


class Decider(Protocol):
    """A stream's rules. The module itself is the decider."""

    initial: Any
    Facts: Any

    def decide(self, command: Any, state: Any, facts: Any) -> Sequence[Any]:
        """What happens, or Refused; `[]` means it was done already."""

    def evolve(self, state: Any, event: Any) -> Any:
        """What is true once it has happened; never refuses."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """What a decision may know of other streams of this ledger: one row per key, loaded, folded in memory, written once
    a batch.

    `key` follows from a stream and what is done there (a command or an event) alone, so nothing is queried between
    decisions. `fold` gets the value, the stream, the event and its position, and answers the same object where nothing
    changes. `home`, where a stream's first event alone tells its key: the same key from the stream's state.
    """

    name: str
    of: Any
    initial: Any
    key: Callable[[str, Any], str | None]
    fold: Callable[[Any, str, Any, int], Any]
    home: Callable[[Any], str | None] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """Tables that are derived from events, and the function that applies a batch to them. Another `version` is another
    view."""

    name: str
    version: int
    tables: tuple[sa.Table, ...]
    apply: Callable[[sa.Connection, Sequence[Recorded]], None]


class Done(NamedTuple):
    """A command, and the events that came of it."""

    call: Call
    events: Sequence[Recorded]


Prepare = Callable[[Ledger, Call], Any]  # the call's command, with its prepared fields


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """All that the runtime needs to run a service: `deciders` by category of stream.

    `commands` are those that a timer or a proposal may name, by name. `beside` keeps what no event can rebuild, in the
    transaction of the batch. `prepare` computes what commands of a class declare as `PREPARED` (`preparing`).
    """

    name: str
    deciders: Mapping[str, Decider]
    facts: tuple[Fact, ...] = ()
    views: tuple[View, ...] = ()
    commands: Mapping[str, Any] = field(default_factory=dict)
    beside: tuple[Callable[[sa.Connection, Sequence[Done]], None], ...] = ()
    prepare: Mapping[Any, Prepare] = field(default_factory=dict)
