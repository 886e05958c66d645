"""Feedback's reads over HTTP: a service's results for everybody, with what was done about them; support plans and tasks
for whom they concern; an officer's own evaluation.

Public figures are those of published results alone, each of at least 30 answers; coworkers' means need 3 of a group.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Annotated, Any, Final

import sqlalchemy as sa
from fastapi import APIRouter

from services.feedback import cases, coworkers, tables
from services.feedback.instruments import FLOOR
from services.feedback.periods import name_of
from services.feedback.routes import Everybody, Said, hung, ledger_of
from shared.events import NotFound, codec, streams
from shared.rules import appraisal, floors, survey
from shared.rules.calendar import day_of
from shared.runtime.http.acts import Id
from shared.runtime.http.rules import OWN, SIGNED_IN, Rule
from shared.runtime.http.site import Here, allowed, by_id
from shared.runtime.identity import Principal

WATCHING: Final = Rule(roles=frozenset({"unit_head", "hr", "auditor"}), of="agency")
WORKING: Final = Rule(roles=frozenset({"unit_head", "hr", "mentor"}))


class Result(Said):
    """A published result: how many codes and answers, NRR by element, the index and its grade."""

    period: str
    published: str
    codes: int
    respondents: int
    means: dict[str, str]
    value: str
    grade: str


class Service(Said):
    """A service's results, the newest first, and `done`: Anda bilang, kami lakukan. A difference is no proof of a
    cause. `so_far` are the answers of the running period, in full tens; absent under ten."""

    service: str
    so_far: int | None = None
    results: list[Result]
    done: list[cases.Done]
    as_of: int


class Counter(Said):
    """A counter's day: codes handed out, one in `every` visits; `returned` of those due."""

    counter: str
    visits: int
    every: int
    codes: int
    returned: str
    withheld: bool


class Counters(Said):
    """Of one service and day."""

    counters: list[Counter]


class Complaint(Said):
    """`state`: filed, answered (with a measure), closed."""

    complaint: str
    service: str
    kind: str
    state: str
    measure: str | None = None


class Worklist(Said):
    """The open plans within reach, the most urgent first; complaints without an answer."""

    plans: list[cases.Case]
    complaints: list[dict[str, str]]
    as_of: int


class Own(Said):
    """An officer's own evaluation: plan, grade, what drawn coworkers answered where at least 3 of a group did."""

    period: str
    targets: list[dict[str, str]]
    late: int | None = None
    results: str | None = None
    behaviours: dict[str, str] | None = None
    grade: str | None = None
    coworkers: int | None = None
    peers: dict[str, dict[str, str]]
    version: int | None = None
    replied: bool
    as_of: int


class Task(Said):
    """Somebody about whom one was drawn to answer, until when."""

    about: str
    group: str
    until: str


class Tasks(Said):
    """One's own."""

    tasks: list[Task]


def router() -> APIRouter:
    """All reads."""
    made = APIRouter()
    for one in (
        hung("service", ("/service/{id}", service)),
        hung("survey", ("/survey/{id}/counters", counters)),
        hung("complaint", ("/complaint/{id}", complaint)),
        hung("support", ("/support", worklist)),
        hung("evaluation", ("/evaluation/{id}", evaluation)),
        hung("review", ("/reviews", tasks)),
    ):
        made.include_router(one)
    return made


def service(here: Here, principal: Everybody, id: Id) -> Service:
    """A unit's service, `pauh.dinkes.pkm-03+poli-umum`."""
    ledger = ledger_of(here)
    as_of = ledger.size()
    with ledger.reader.begin() as tx:
        chosen = sa.select(tables.results).where(tables.results.c.target == id)
        rows = list(tx.execute(chosen.order_by(tables.results.c.period.desc())))
        done = [made for plan in cases.plans_about(tx, id) for made in cases.done_about(tx, plan, rows)]
        so_far = _so_far(tx, id, name_of(day_of(here.clock())))
    if not rows and so_far is None:
        raise NotFound(id)
    return Service(service=id, so_far=so_far, results=[_result(row) for row in rows], done=done, as_of=as_of)


def counters(here: Here, principal: Annotated[Principal, allowed(WATCHING, by_id)], id: Id) -> Counters:
    """What each counter handed out on a day, of what was due; under 0.80 is `withheld`, a thing to look into."""
    table = tables.counters
    with ledger_of(here).reader.begin() as tx:
        rows = list(tx.execute(sa.select(table).where(table.c.stream == f"survey-{id}").order_by(table.c.counter)))
    return Counters(
        counters=[
            Counter(
                counter=row.counter, visits=row.visits, every=row.every, codes=row.codes,
                returned=str(survey.returned(row.codes, row.visits, row.every)),
                withheld=survey.withheld(row.codes, row.visits, row.every),
            )
            for row in rows
        ]
    )  # fmt: skip


def complaint(here: Here, principal: Everybody, id: Id) -> Complaint:
    """How far a complaint is, for whoever knows its number."""
    table = tables.complaints
    with ledger_of(here).reader.begin() as tx:
        row = tx.execute(sa.select(table).where(table.c.complaint == id)).one_or_none()
    if row is None:
        raise NotFound(id)
    return Complaint(complaint=id, service=row.service, kind=row.kind, state=row.state, measure=row.measure)


def worklist(here: Here, principal: Annotated[Principal, allowed(WORKING)]) -> Worklist:
    """What waits for whoever asks, in their unit and below it."""
    ledger, today = ledger_of(here), day_of(here.clock())
    as_of = ledger.size()
    with ledger.reader.begin() as tx:
        chosen = sa.select(tables.plans).where(tables.plans.c.outcome.is_(None))
        plans = [cases.case(tx, row, today) for row in tx.execute(chosen) if cases.reaches(tx, principal, row)]
        filed = sa.select(tables.complaints).where(tables.complaints.c.state == "filed")
        complaints = [
            {"complaint": row.complaint, "service": row.service, "kind": row.kind}
            for row in tx.execute(filed.order_by(tables.complaints.c.complaint))
            if streams.covers(principal.unit or "-", row.unit)
        ]
    return Worklist(plans=sorted(plans, key=lambda one: (one.causes_by, one.plan)), complaints=complaints, as_of=as_of)


def evaluation(here: Here, principal: Annotated[Principal, allowed(OWN)], id: Id) -> Own:
    """One's own, `pauh.<person>+2027-q1`; anybody else's is not there."""
    ledger = ledger_of(here)
    officer, _, named = id.partition("+")
    as_of = ledger.size()
    with ledger.reader.begin() as tx:
        table, said = tables.evaluations, tables.reviews
        own = sa.select(table).where(table.c.officer == officer, table.c.period == named)
        row = tx.execute(own).one_or_none()
        reviews = list(tx.execute(sa.select(said).where(said.c.officer == officer, said.c.period == named)))
    if row is None or officer.partition(".")[2] != principal.subject:
        raise NotFound(id)
    shown = row.position is not None
    return Own(
        period=named, targets=codec.loads(row.targets or "[]"), late=row.late, results=row.results,
        behaviours=codec.loads(row.behaviours) if row.behaviours else None, grade=row.grade, coworkers=row.coworkers,
        peers={one.grp: _means(one) for one in reviews if shown and appraisal.peers_count(one.answers)},
        version=row.version, replied=bool(row.replied), as_of=as_of,
    )  # fmt: skip


def tasks(here: Here, principal: Annotated[Principal, allowed(SIGNED_IN)]) -> Tasks:
    """About whom one was drawn to answer."""
    agency = (principal.unit or "").partition(".")[0]
    with ledger_of(here).reader.begin() as tx:
        rows = coworkers.tasks(tx, f"{agency}.{principal.subject}", here.clock())
    return Tasks(tasks=[Task(about=r["stream"].partition("-")[2], group=r["grp"], until=r["until"]) for r in rows])


def _result(row: Any) -> Result:
    return Result(
        period=row.period, published=row.day, codes=row.codes, respondents=row.respondents,
        means=codec.loads(row.means), value=row.value, grade=row.grade,
    )  # fmt: skip


def _means(row: Any) -> dict[str, str]:
    return {name: str(survey.half_up(Fraction(total, row.answers), 2)) for name, total in codec.loads(row.sums).items()}


def _so_far(tx: sa.Connection, target: str, named: str) -> int | None:
    """Full tens alone: with the next figure, no difference is under ten."""
    table = tables.tallies
    chosen = sa.select(sa.func.coalesce(sa.func.sum(table.c.respondents), 0))
    found = tx.execute(chosen.where(table.c.target == target, table.c.period == named)).scalar_one()
    shown = floors.total({target: int(found)}, FLOOR)
    return None if shown is None else shown - shown % FLOOR
