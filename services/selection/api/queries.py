"""Selection's reads over HTTP: what waits in a vacancy and how late it is, stage results, for everybody; one's own
offers; what a panelist, a secretary, a committee, a PPK has to do.

People stand here by alias or pseudonym, holders of duties by role. Every answer says `as_of`: how many events
selection's ledger held when it was read.
"""

from __future__ import annotations

from functools import partial
from typing import Annotated, Any, Final

from fastapi import APIRouter, Request

from services.selection import handover, panel_views, seat_queries
from services.selection import marked_tables as tables
from services.selection.duties import Duty
from shared.events import NotFound, codec, instant
from shared.events.selection import StageAnnulled, StageResultAnnounced
from shared.ledger import Ledger
from shared.runtime.http import replies
from shared.runtime.http.acts import Id
from shared.runtime.http.reads import Everybody, Said, hung, ledger_of, unkept
from shared.runtime.http.rules import OWN, Rule, agency_of
from shared.runtime.http.site import Here, allowed, by_id
from shared.runtime.identity import Principal

NAME: Final = "selection"
PANELIST: Final = Rule(roles=frozenset({"panelist"}), of="agency")
WORKING: Final = Rule(roles=frozenset({"panelist", "secretary", "committee", "ppk"}))
Judging = Annotated[Principal, allowed(PANELIST, by_id)]
Owner = Annotated[Principal, allowed(OWN)]
Official = Annotated[Principal, allowed(WORKING)]
ledger = partial(ledger_of, service=NAME)


class Waits(Said):
    """A duty that nobody has done yet: since when, until when (half-open), by whose role; `words` say so, with the days
    that it is late."""

    duty: str
    subject: str
    vacancy: str
    holder: str
    since: str
    due: str
    late: int
    words: str


class Waiting(Said):
    """A vacancy's open duties, the earliest due first."""

    vacancy: str
    waiting: list[Waits]
    as_of: int


class Stage(Said):
    """A stage's last announced result: its version, the digest of its list and of those who go on, how many of whom,
    until when one may object. `annulled`: it does not count."""

    stage: str
    version: int
    rows: int
    root: str
    go_on: int
    counts: dict[str, int]
    until: str
    annulled: bool
    position: int


class Stages(Said):
    """The stages of a vacancy whose results were announced, the first first."""

    vacancy: str
    stages: list[Stage]
    as_of: int


class Offer(Said):
    """A seat that one is or was offered: on which place of which ranking, and what became of it; while it is open,
    until when one may accept."""

    seat: str
    vacancy: str
    place: int
    version: int
    basis: str
    state: str
    until: str | None = None


class Offers(Said):
    """One's own."""

    offers: list[Offer]
    as_of: int


class Sheet(Said):
    """A candidate whom one is to mark: the candidacy that a mark is sent to, and the alias. `tied`: not by oneself."""

    candidacy: str
    alias: str
    present: bool
    sealed: bool
    tied: bool


class Sheets(Said):
    """A stage of a vacancy as a panelist sees it."""

    stage: str
    opened: bool
    candidates: list[Sheet]


class Panel(Said):
    """What a panelist is to do in a vacancy. `roster` is what a declaration is about; whoever has not `declared` marks
    nobody."""

    vacancy: str
    roster: str
    declared: bool
    stages: list[Sheets]
    as_of: int


class Place(Said):
    """A place of a panel: of which kind, drawn as which label, in which state."""

    vacancy: str
    kind: str
    label: str | None = None
    state: str
    cause: str | None = None


class Draw(Said):
    """A draw that waits for its beacon."""

    vacancy: str
    pool: str
    beacon: str


class Worklist(Said):
    """What waits for whoever asks, in the agency they act in: oaths of one's own and panels one sits in; draws, places
    whose expert has not signed, places to fill again; duties."""

    sign: list[Place]
    sits: list[Place]
    draws: list[Draw]
    unsigned: list[Place]
    replace: list[Place]
    duties: list[Waits]
    as_of: int


def router() -> APIRouter:
    """All of them as one."""
    made = APIRouter()
    for one in (
        hung(NAME, "selection", ("/selection/{id}/waiting", waiting), ("/selection/{id}/stages", stages)),
        hung(NAME, "seat", ("/me/offers", offers), kept=unkept),
        hung(NAME, "panel", ("/panel/{id}/sheets", sheets), kept=unkept),
        hung(NAME, "worklist", ("/worklist", worklist), kept=unkept),
    ):
        made.include_router(one)
    return made


def waiting(here: Here, principal: Everybody, request: Request, id: Id) -> Waiting:
    """What is due in a vacancy, whose role is to do it, and how many days late it is; never a name."""
    own, lang = ledger(here), replies.lang_of(request)
    size = own.size()
    found = seat_queries.of_vacancy(own, id, here.clock())
    return Waiting(vacancy=id, waiting=[_waits(one, lang) for one in found], as_of=size)


def stages(here: Here, principal: Everybody, id: Id) -> Stages:
    """What was announced of each stage last, as digests and counts; marks are in the ranking, by alias."""
    own, last, annulled = ledger(here), dict[str, Stage](), set[str]()
    size = own.size()
    for one in own.history(f"selection-{id}"):
        match codec.event_of(one):
            case StageResultAnnounced() as event:
                last[event.stage] = _stage(event, one.position)
            case StageAnnulled(stage=stage):
                annulled.add(stage)
    found = [one.model_copy(update={"annulled": one.stage in annulled}) for one in last.values()]
    return Stages(vacancy=id, stages=found, as_of=size)


def offers(here: Here, principal: Owner) -> Offers:
    """Seats that one is offered or holds, in every vacancy that one applied for."""
    own = ledger(here)
    size = own.size()
    names = Offer.model_fields
    rows = seat_queries.own_offers(own, principal.subject)
    found = [Offer(**{name: row[name] for name in names if name in row and row[name] is not None}) for row in rows]
    return Offers(offers=found, as_of=size)


def sheets(here: Here, principal: Judging, id: Id) -> Panel:
    """Whom a panelist is to mark, stage by stage, and whose sheet of one's own is sealed; 404 for who does not sit in
    the panel."""
    own = ledger(here)
    size, me = own.size(), principal.subject
    with own.reader.begin() as tx:
        panel, marked = tables.panel_of(tx, id), tables.marked(tx, id)
        course = tables.procedure_of(tx, id).course
        if marked is None or course is None or not panel.is_seated(me):
            raise NotFound(id)
        rows = {row.application: row for row in tables.of_vacancy(tx, id)}
        named = [name for name, marking in course.stages.items() if marking.criteria]
        sealed = {
            name: {application for application, by, _ in tables.seals_of(tx, id, name) if by == me} for name in named
        }
    found = [
        Sheets(
            stage=name, opened=name in course.opened,
            candidates=[
                Sheet(
                    candidacy=f"{id}+{application}", alias=alias, sealed=application in sealed[name],
                    present=application in rows and rows[application].is_present(name),
                    tied=application in panel.tied.get(me, ()),
                )
                for alias, application in _rostered(own, id, marked)
            ],
        )
        for name in named
    ]  # fmt: skip
    declared = course.roster in panel.declared.get(me, ())
    return Panel(vacancy=id, roster=course.roster, declared=declared, stages=found, as_of=size)


def worklist(here: Here, principal: Official, request: Request) -> Worklist:
    """What waits for one's roles."""
    own, lang = ledger(here), replies.lang_of(request)
    size, agency, roles = own.size(), agency_of(principal.unit), principal.roles
    secretary, committee = "secretary" in roles, "committee" in roles
    with own.reader.begin() as tx:
        made: dict[str, Any] = {
            "sign": _places(panel_views.to_sign(tx, principal.subject)),
            "sits": _places(panel_views.seats_of(tx, principal.subject)),
            "draws": [_draw(row) for row in panel_views.to_draw(tx, agency)] if secretary else [],
            "unsigned": _places(panel_views.unsigned(tx, agency)) if secretary else [],
            "replace": _places(panel_views.to_replace(tx, agency)) if committee else [],
        }
    held = [one for one in seat_queries.waiting(own, here.clock(), agency=agency) if one.holder in roles]
    return Worklist(**made, duties=[_waits(one, lang) for one in held], as_of=size)


def _rostered(own: Ledger, vacancy: str, marked: tables.Marked) -> list[tuple[str, str]]:
    """(alias, application) of everybody on the roster, as it was amended; without the agency's code, by alias."""
    alias = own.keys.aliases(vacancy)
    with own.reader.begin() as tx:
        rows = handover.standing(tx, vacancy)
    named = [(alias(short := row.application.partition(".")[2]), short, row.state) for row in rows]
    return sorted(
        (name, short)
        for name, short, state in named
        if name in marked.added or (state in handover.HANDED and name not in marked.removed)
    )


def _waits(one: Duty, lang: str) -> Waits:
    return Waits(**one._asdict(), words=one.said(lang))


def _stage(event: StageResultAnnounced, position: int) -> Stage:
    return Stage(
        stage=event.stage, version=event.version, rows=event.list.rows, root=event.list.root, go_on=event.next.rows,
        counts=dict(event.counts), until=instant(event.until), annulled=False, position=position,
    )  # fmt: skip


def _places(rows: list[Any]) -> list[Place]:
    names = Place.model_fields
    return [Place(**{name: row[name] for name in names if row[name] is not None}) for row in rows]


def _draw(row: Any) -> Draw:
    return Draw(vacancy=row["vacancy"], pool=row["pool"], beacon=row["beacon"])
