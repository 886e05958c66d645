"""Oversight over HTTP: the timeline of a vacancy, its ranking made again, the times of its seals, and who read whose
data; for auditors of the agency, the last also for the person whose data they are.

Nothing is changed by asking, and every answer says `as_of`: how many events each ledger held.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Annotated, Any, Final

from fastapi import APIRouter, Path, Query
from pydantic import Field

from services.oversight import replay as replays
from services.oversight import timeline as timelines
from shared.events import NotFound, catalogue, streams
from shared.ledger import Ledger
from shared.runtime.access import who_read
from shared.runtime.http.acts import Id
from shared.runtime.http.reads import Said, hung, unkept
from shared.runtime.http.rules import SIGNED_IN, Rule, agency_of
from shared.runtime.http.site import Here, Site, allowed, by_id
from shared.runtime.identity import Principal
from shared.runtime.picture import Aliases

NAME: Final = "oversight"
AUDITOR: Final = Rule(roles=frozenset({"auditor"}), of="agency")
LARGEST: Final = 2**53 - 1
FORM: Final = r"^[a-z]{1,30}-[A-Za-z0-9._:+-]{1,200}$"
PART: Final = r"^[A-Za-z0-9_-]{1,60}(\.[A-Za-z0-9_-]{1,60})?$"
Owns = Callable[[str, str], bool]  # whether a person stands behind a stream
Auditor = Annotated[Principal, allowed(AUDITOR, by_id)]
Stage = Annotated[str | None, Query(pattern=PART, description="A stage, or a part of one: `skb.practice`.")]
Panelist = Annotated[str | None, Query(pattern=r"^[A-Za-z0-9_:.-]{1,100}$", description="Whose sheets do not count.")]
Size = Annotated[int | None, Query(ge=0, le=LARGEST, description="Only selection's first so many events.")]
Stream = Annotated[str, Path(pattern=FORM, examples=["application-pauh.0c0c"], description="Whose data they are.")]


class Act(Said):
    """One act: where it stands, when it was recorded and had arrived, whose it was, what it says in short."""

    ledger: str
    position: int
    recorded_at: str
    received_at: str | None = None
    act: str
    role: str
    actor: str | None = None
    stream: str
    causation: str | None = None
    what: dict[str, Any]


class Timeline(Said):
    """Every act about a vacancy, in the order in which it was recorded."""

    vacancy: str
    lines: list[Act]
    as_of: dict[str, int]


class Seals(Said):
    """A panelist's seals in a stage; `late` are those after its opening."""

    stage: str
    panelist: str
    seals: int
    first: str
    last: str
    opened_at: str | None = None
    late: int


class Sealings(Said):
    """When the panelists of a vacancy sealed, by stage; a sealed sheet is read by nobody before the opening."""

    vacancy: str
    sealings: list[Seals]
    as_of: dict[str, int]


class Standing(Said):
    """A line of an order; without `place`: outside it."""

    alias: str
    kind: str
    place: int | None = None
    final: str | None = None
    hired: bool
    outside: str | None = None
    tied: bool


class Move(Said):
    """Who `rose`, `fell`, `entered` or `left`; `into_seats` where being inside the seats changes too."""

    alias: str
    kind: str
    how: str
    was: int | None = None
    is_: int | None = Field(None, serialization_alias="is")
    final_was: str | None = None
    final_is: str | None = None
    into_seats: bool | None = None


class Difference(Said):
    """The first published line that a recount does not find."""

    place: int
    kind: str
    published: str
    recounted: str | None = None


class Replay(Said):
    """The order that the events make, and the one without what was left out; `version`: the last publication."""

    vacancy: str
    without_stage: str | None = None
    without_panelist: str | None = None
    version: int
    differs: Difference | None = None
    before: list[Standing]
    after: list[Standing]
    moves: list[Move]
    as_of: dict[str, int]


class Look(Said):
    """One look at somebody's data: when, by whom (a pseudonym) in which role, at what, on which ground."""

    position: int
    at: str
    reader: str
    role: str
    what: list[str]
    ground: str


class Looks(Said):
    """Everybody who has looked at the data of a stream."""

    stream: str
    reads: list[Look]
    as_of: dict[str, int]


def router(aliases: Aliases, owns: Owns) -> APIRouter:
    """With the function that knows a vacancy's aliases, and the one that tells whether a person stands behind a
    stream."""
    made = APIRouter()
    made.include_router(
        hung(
            NAME, "oversight", ("/vacancies/{id}/timeline", timeline), ("/vacancies/{id}/seals", seals),
            ("/vacancies/{id}/replay", replaying(aliases)), ("/access/{stream}", reading(owns)), kept=unkept,
        )
    )  # fmt: skip
    return made


def ledgers_of(site: Site) -> Mapping[str, Ledger]:
    """Those that tell of a vacancy and of who held which role, as far as they are in this process."""
    names = ("people", "intake", "selection", "training")
    return {name: site.pipelines[name].ledger for name in names if name in site.pipelines}


def timeline(here: Here, principal: Auditor, id: Id) -> Timeline:
    """Who did what when, about one vacancy, in every ledger."""
    ledgers = ledgers_of(here)
    sizes = {name: ledger.size() for name, ledger in ledgers.items()}
    lines = [Act(**asdict(line)) for line in timelines.timeline(ledgers, id)]
    return Timeline(vacancy=id, lines=lines, as_of=sizes)


def seals(here: Here, principal: Auditor, id: Id) -> Sealings:
    """When each panelist sealed how many sheets, by stage, and when the stage was opened."""
    ledger = ledgers_of(here)["selection"]
    sizes = {"selection": ledger.size()}
    found = [Seals(**asdict(one)) for one in timelines.sealings(ledger, id)]
    return Sealings(vacancy=id, sealings=found, as_of=sizes)


def replaying(aliases: Aliases) -> Callable[..., Any]:
    """The handler of a replay."""

    def replay(
        here: Here,
        principal: Auditor,
        id: Id,
        as_of: Size = None,
        without_stage: Stage = None,
        without_panelist: Panelist = None,
    ) -> Replay:
        """The ranking made again from events alone: as of a position, without a stage, or without a panelist's
        sheets."""
        made = asdict(
            replays.replay(
                ledgers_of(here)["selection"], id, aliases, as_of=as_of, without_stage=without_stage,
                without_panelist=without_panelist,
            )
        )  # fmt: skip
        return Replay(**{**made, "as_of": {"selection": made["as_of"]}})

    return replay


def reading(owns: Owns) -> Callable[..., Any]:
    """The handler of who read what."""

    def access(here: Here, principal: Annotated[Principal, allowed(SIGNED_IN)], stream: Stream) -> Looks:
        """Who has looked at the data of a stream: for the person whose they are, and for the agency's auditors."""
        checked = streams.checked(stream)
        service = _service_of(checked)
        audits = "auditor" in principal.roles and agency_of(principal.unit) == streams.agency(checked)
        if service not in here.pipelines or not (audits or owns(principal.subject, checked)):
            raise NotFound(stream)
        ledger = here.pipelines[service].ledger
        size = ledger.size()
        found = [Look(**{**asdict(one), "what": list(one.what)}) for one in who_read(ledger, checked)]
        return Looks(stream=checked, reads=found, as_of={service: size})

    return access


def _service_of(stream: str) -> str:
    category = catalogue.CATEGORIES.get(streams.category(stream))
    return category.service if category is not None else ""
