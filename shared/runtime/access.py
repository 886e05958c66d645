"""Who read what of whose data: each look is an event in `access-{agency}.{...}` of the ledger that the data belong to,
and the person concerned may ask (events.md 2f; UU 27/2022 art. 7).

The same request again, under the same key, gets its first answer; another look is another event.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from shared.events import Refused, Unknown, codec, instant, streams
from shared.events.platform import AccessEvent, PersonalDataRead
from shared.ledger import Ledger
from shared.runtime.calls import Call
from shared.runtime.pipeline import Pipeline
from shared.runtime.service import Service

CATEGORY: Final = "access"
MINUTE: Final = len("2027-03-01T02:00")
MOST: Final = 30  # kinds of data of one look
_CODE: Final = re.compile("(?!.*[0-9]{4})[a-z][a-z0-9_]{0,39}")  # no sentence, no name, no number of a person


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordRead:
    """Catat akses: somebody in this role has looked at these kinds of data, on this ground; all are codes."""

    role: str
    what: tuple[str, ...]
    ground: str
    by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Nothing of other streams: a look is recorded whatever else is so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """One look: where it stands, when, by whom (a pseudonym) in which role, at what, and why."""

    position: int
    at: str
    reader: str
    role: str
    what: tuple[str, ...]
    ground: str


Command = RecordRead
COMMANDS: Mapping[str, Any] = {RecordRead.__name__: RecordRead}


class Accesses:
    """The decider; it keeps no state."""

    initial: Any = None
    Facts: Any = Facts

    def decide(self, command: Command, state: None, facts: Facts) -> list[AccessEvent]:  # noqa: ARG002  as every decider
        """Each look is an event; `[]` never."""
        if not command.what or len(command.what) > MOST:
            raise Refused("access.what")
        if command.by is None or not all(map(_CODE.fullmatch, (command.role, command.ground, *command.what))):
            raise Refused("access.code")
        return [
            PersonalDataRead(reader=command.by, role=command.role, what=command.what, ground=command.ground)
        ]  # fmt: skip

    def evolve(self, state: None, event: AccessEvent) -> None:
        """Nothing: what was read can be read again."""


def with_access(service: Service) -> Service:
    """The service with a record of who reads its data."""
    return replace(
        service,
        deciders={**service.deciders, CATEGORY: Accesses()},
        commands={**service.commands, **COMMANDS},
    )


def stream_of(stream: str) -> str:
    """Where looks at a stream's data are recorded: `access-pauh.application-9f` of `application-pauh.9f`."""
    agency = streams.agency(stream)
    rest = stream.partition("-")[2].removeprefix(f"{agency}.")
    return streams.checked(f"{CATEGORY}-{agency}.{streams.category(stream)}-{rest}")


def record(pipeline: Pipeline, stream: str, look: RecordRead, by: str, now: dt.datetime) -> None:
    """On record before anything of this stream is shown; who looks at the same within a minute looks once. Refused
    where a look cannot be recorded, Unknown where nobody knows whether it was: then nothing is shown."""
    arrived = instant(now)
    key = f"{stream}/{arrived[:MINUTE]}/{look.role}/{look.ground}/{'+'.join(look.what)}"
    (answer,) = pipeline.behind([Call(stream=stream_of(stream), command=look, by=by, key=key, received_at=arrived)])
    if answer.refused is not None:
        raise Refused(answer.refused)
    if answer.failed:
        raise Unknown("whether a look was recorded")


def who_read(ledger: Ledger, stream: str) -> tuple[Read, ...]:
    """Every look at a stream's data, the first first."""
    found = []
    for one in ledger.history(stream_of(stream)):
        event = codec.event_of(one)
        if isinstance(event, PersonalDataRead):
            found.append(
                Read(
                    position=one.position, at=one.recorded_at, reader=event.reader, role=event.role, what=event.what,
                    ground=event.ground,
                )
            )  # fmt: skip
    return tuple(found)
