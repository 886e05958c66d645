"""Intake's reads over HTTP: vacancies, rounds, posts and needs for everybody; applications for whom they concern;
worklists and boards for officials.

Every answer says `as_of`: how many events intake's ledger held when it was read.
"""

from __future__ import annotations

from hashlib import sha256
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request
from starlette.responses import JSONResponse, Response

from services.intake import atom, described, files, jobposting, listing, plans, published, standings, worklists
from services.intake.listing import Asked
from services.intake.routes import NAME, Everybody, hung, ledger_of, tagged, unkept
from shared.events import NotFound, instant
from shared.runtime import access
from shared.runtime.http import replies
from shared.runtime.http.acts import PROBLEM, Id
from shared.runtime.http.rules import OWN, SIGNED_IN, Rule
from shared.runtime.http.site import Here, allowed, by_id
from shared.runtime.identity import Principal

OFFICIALS: Final = frozenset({"hr", "committee", "verifier", "ppk", "secretary", "legal", "auditor"})
WORKING: Final = Rule(roles=frozenset({"verifier", "committee", "hr"}))
BOARD: Final = Rule(roles=OFFICIALS, of="agency")
GONE: Final = 410
UNCHANGED: Final[dict[int | str, dict[str, Any]]] = {304: {"description": "It has not changed."}}
Official = Annotated[Principal, allowed(BOARD, by_id)]


def routers() -> tuple[APIRouter, ...]:
    """The routes, by what they are about."""
    return (
        hung("vacancy", ("/vacancies", vacancies), ("/vacancy/{id}/history", history)),
        hung("vacancy", ("/vacancy/{id}/scheme", scheme)),
        hung("vacancy", ("/vacancy/{id}", vacancy), response_model=published.Vacancy, responses=UNCHANGED),
        hung("vacancy", ("/vacancies.atom", feed), response_class=Response,
             responses=_of_type(atom.MEDIA_TYPE) | UNCHANGED),
        hung("vacancy", ("/vacancy/{id}/jobposting", posting), response_class=Response,
             responses=_of_type(jobposting.MEDIA_TYPE, "object") | {GONE: PROBLEM}),
        hung("round", ("/rounds", rounds), ("/round/{id}", round_)),
        hung("round", ("/round/{id}/board", board), kept=unkept),
        hung("post", ("/post/{id}", post)),
        hung("need", ("/need/{id}", need)),
        hung("rulepack", ("/rulepacks", rulepacks)),
        hung("application", ("/applications", applications), ("/application/{id}", application), kept=unkept),
        hung("worklist", ("/worklist", worklist), kept=unkept),
    )  # fmt: skip


def router() -> APIRouter:
    """All of them as one."""
    made = APIRouter()
    for one in routers():
        made.include_router(one)
    return made


def vacancies(here: Here, principal: Everybody, asked: Annotated[Asked, Query()]) -> listing.Page:
    """A page of vacancies by id; each filter that is given must fit."""
    return listing.page(ledger_of(here), asked, here.clock())


def vacancy(here: Here, principal: Everybody, request: Request, id: Id) -> Any:
    """A vacancy as it was published, and what became of it. The ETag is the position of its last event, with the state
    that the clock makes of it."""
    found = published.vacancy_of(ledger_of(here), id, here.clock())
    return tagged(request, found, _tag(found))


def history(here: Here, principal: Everybody, id: Id) -> published.History:
    """Every public event of a vacancy, without what is hidden."""
    return published.history(ledger_of(here), id)


def scheme(here: Here, principal: Everybody, request: Request, id: Id) -> described.SchemeInWords:
    """Stages, weights, criteria with their anchors, the order of equals; names in the reader's language."""
    return described.scheme(ledger_of(here), id, replies.lang_of(request))


def feed(here: Here, principal: Everybody, request: Request, asked: Annotated[Asked, Query()]) -> Response:
    """The newest notices as an Atom feed (RFC 4287); `round`, `agency`, `unit` and `limit` choose."""
    ledger, now = ledger_of(here), here.clock()
    found = [published.vacancy_of(ledger, id, now) for id in listing.newest(ledger, asked)]
    made = atom.feed(found, lang=replies.lang_of(request), own=_own(request), updated=instant(now))
    tag = sha256("+".join(map(_tag, found)).encode()).hexdigest()[:32]
    return tagged(request, made, tag, atom.MEDIA_TYPE)


def posting(here: Here, principal: Everybody, request: Request, id: Id) -> Response:
    """A notice as schema.org's JobPosting, while somebody can still apply; 410 afterwards."""
    ledger = ledger_of(here)
    found = published.vacancy_of(ledger, id, here.clock())
    if found.round is None:
        raise NotFound(id)
    if found.state not in jobposting.FIT:
        code = "vacancy.cancelled" if found.state == "cancelled" else "vacancy.closed"
        return replies.problem(request, code, GONE)
    kind = plans.round_(ledger, found.round).kind
    return JSONResponse(jobposting.posting(found, kind=kind), media_type=jobposting.MEDIA_TYPE)


def rounds(here: Here, principal: Everybody) -> plans.Rounds:
    """Every round, with its vacancies that still take applications."""
    return plans.rounds(ledger_of(here))


def round_(here: Here, principal: Everybody, id: Id) -> plans.OneRound:
    """A round: kind, decree, calendar."""
    return plans.round_(ledger_of(here), id)


def board(here: Here, principal: Official, id: Id) -> plans.Board:
    """How the agency's round stands, vacancy by vacancy; for its officials."""
    return plans.board(ledger_of(here), id)


def post(here: Here, principal: Everybody, id: Id) -> plans.Post:
    """A post: the job analysis in force, who acts on it and since when."""
    return plans.post(ledger_of(here), id)


def need(here: Here, principal: Everybody, id: Id) -> plans.Need:
    """A need: proposed by its workload, recommended, fixed."""
    return plans.need(ledger_of(here), id)


def rulepacks(here: Here, principal: Everybody) -> plans.RulePacks:
    """The rule packs that were adopted."""
    return plans.rulepacks(ledger_of(here))


def applications(
    here: Here, principal: Annotated[Principal, allowed(OWN)], request: Request
) -> standings.Summaries:  # fmt: skip
    """One's own applications, the newest first."""
    return standings.own(ledger_of(here), principal.subject, replies.lang_of(request))


def application(
    here: Here, principal: Annotated[Principal, allowed(SIGNED_IN)], request: Request, id: Id
) -> files.File:  # fmt: skip
    """An application: one's own, or one that is one's to check or whose objection is one's to answer; an official's
    look is recorded, and the applicant may ask who looked."""
    ledger, now = ledger_of(here), here.clock()
    look = files.looking(ledger, id, principal, now)
    if look is not None:
        access.record(here.pipelines[NAME], f"application-{id}", look, principal.subject, now)
    return files.file(ledger, id, principal, now, replies.lang_of(request))


def worklist(here: Here, principal: Annotated[Principal, allowed(WORKING)]) -> worklists.Worklist:
    """What waits for whoever asks, in the agency they act in."""
    return worklists.worklist(ledger_of(here), principal)


def _tag(found: published.Vacancy) -> str:
    return f"{found.position}-{found.state}"


def _own(request: Request) -> str:
    """Path and query, as they were asked for; never the Host, which anybody may write."""
    query = request.scope["query_string"].decode("latin-1")
    return str(request.scope["path"]) + (f"?{query}" if query else "")


def _of_type(media_type: str, type_: str = "string") -> dict[int | str, dict[str, Any]]:
    return {200: {"description": "As its own standard says.", "content": {media_type: {"schema": {"type": type_}}}}}
