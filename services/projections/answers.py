"""How each answer of projections is made of the read models."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Final

import sqlalchemy as sa

from services.projections import needs, performance, publications, queries, transparency
from services.projections.publications import Publication, whole
from services.projections.ranking import Row, load
from services.projections.sentences import said
from services.projections.shapes import (
    AsOf,
    Candidate,
    Count,
    Difference,
    Evaluation,
    Group,
    Line,
    Moved,
    Need,
    Needs,
    OfficerPerformance,
    Place,
    Plan,
    Ranking,
    Standing,
    Survey,
    Transparency,
    UnitPerformance,
    Validity,
)
from shared.events import NotFound, codec
from shared.rules import appraisal, floors
from shared.rules.pinned import pinned
from shared.rules.thresholds import below
from shared.runtime import subscription
from shared.runtime.places import components_of, reduced

FLOOR: Final = transparency.FLOOR
GRADES: Final = tuple(sorted(set(appraisal.CELLS.values())))
STATES: Final = ("closed", "open")  # of a support plan


def as_of(tx: sa.Connection, *views: tuple[str, Any]) -> AsOf:
    """How many events each of these views has applied, by service; of several of one service, the one behind."""
    made: AsOf = {}
    for service, view in views:
        size = subscription.load(tx, view, "main").size
        made[service] = min(size, made.get(service, size))
    return made


def version_of(tx: sa.Connection, vacancy: str, wanted: int | None = None) -> tuple[Publication, list[Publication]]:
    """A version, the last where none is wanted, and all of them. NotFound before there is one."""
    all_ = publications.versions(tx, vacancy)
    found = [one for one in all_ if wanted is None or one.version == wanted]
    if not found:
        raise NotFound(f"{vacancy} has no published ranking {wanted or ''}")
    return found[-1], all_


def ranking(tx: sa.Connection, vacancy: str, wanted: int | None, sizes: AsOf) -> Ranking:
    """As it was published."""
    one, all_ = version_of(tx, vacancy, wanted)
    places = whole(tx, one) if one.version == all_[-1].version else one.head
    return Ranking(
        vacancy=vacancy, version=one.version, versions=[each.version for each in all_], at=one.at,
        position=one.position, ground=one.ground, counted=one.counted, rows=one.rows, root=one.root,
        complete=len(places) == one.rows,
        places=[
            Place(place=row.place, alias=row.alias, kind=row.kind, stages=dict(row.stages), final=row.final)
            for row in places
        ],
        until=one.until, words=one.words, fixed_at=one.fixed_at, as_of=sizes,
    )  # fmt: skip


def standing(tx: sa.Connection, vacancy: str, sizes: AsOf) -> Standing:
    """The order as it stands now. NotFound for a vacancy without a selection."""
    picture = load(tx, [vacancy])
    if vacancy not in picture.selections:
        raise NotFound(vacancy)
    one, terms = picture.selections[vacancy], picture.terms_of(vacancy)
    pack = reduced(pinned(one.pack), terms.annulled)
    scheme = components_of(pack, terms.scheme)
    rows = sorted(picture.rows.get(vacancy, {}).values(), key=queries.in_order)
    behind = one.published is None or one.published < one.changed
    return Standing(
        vacancy=vacancy, published=one.version, is_behind=behind, roster=one.roster, inputs=one.inputs, as_of=sizes,
        places=[_candidate(row, below(pack, row.marks, scheme) if pack.minimums else None) for row in rows],
    )  # fmt: skip


def _candidate(row: Row, missed: str | None) -> Candidate:
    return Candidate(
        alias=row.alias, kind=row.kind, place=row.place, final=row.final, hired=bool(row.hired), outside=row.outside,
        below=missed, decided_by=row.decided_by, tied=bool(row.tied), stages=sorted(row.marks),
    )  # fmt: skip


def difference(tx: sa.Connection, vacancy: str, from_: int, to: int, sizes: AsOf) -> Difference:
    """Between two versions. NotFound where one of them is none."""
    before, _ = version_of(tx, vacancy, from_)
    after, _ = version_of(tx, vacancy, to)
    found = [
        Moved(alias=one.alias, kind=one.kind, was=one.was, now=one.is_, final_was=one.final_was, final_now=one.final_is)
        for one in publications.moved(before.head, after.head)
    ]
    return Difference(
        vacancy=vacancy, from_version=from_, to_version=to, ground=after.ground, words=after.words,
        complete=all(len(one.head) == one.rows for one in (before, after)), moved=found, as_of=sizes,
    )  # fmt: skip


def told(tx: sa.Connection, vacancy: str, lang: str, sizes: AsOf) -> Transparency:
    """Line by line, in the order of time. NotFound for a vacancy that no public event is about."""
    found = [(service, row) for service in transparency.LINES for row in transparency.lines(tx, service, vacancy)]
    if not found:
        raise NotFound(vacancy)
    lines = [
        Line(
            service=service, position=row["position"], at=row["at"], type=row["type"], stream=row["stream"],
            words=said(transparency.act_of(row["type"]), transparency.short(codec.trusted(row["data"])), lang),
        )
        for service, row in sorted(found, key=lambda pair: (pair[1]["at"], pair[0], pair[1]["position"]))
    ]  # fmt: skip
    counts = [
        Count(stage=stage or None, what=what, at_least=n) for stage, what, n in transparency.counts(tx, vacancy)
    ]  # fmt: skip
    return Transparency(vacancy=vacancy, lines=lines, counts=counts, as_of=sizes)


def unit(tx: sa.Connection, of: str, period: str, sizes: AsOf) -> UnitPerformance:
    """What may be told of a unit to anybody. A survey under the floor is left out whole."""
    officers = performance.of_unit(tx, of)
    everybody, by_grade = graded(performance.grades(tx, performance.posted(tx, of), period))
    hours = performance.hours_of(tx, officers, int(period[:4]))
    plans = Counter(plan["state"] for plan in performance.planned(tx, [of, *officers]))
    many = len(officers) >= FLOOR
    return UnitPerformance(
        unit=of, period=period, floor=FLOOR, as_of=sizes,
        surveys=[_survey(row) for row in performance.surveyed(tx, of, period) if row["respondents"] >= FLOOR],
        evaluated=everybody, grades=by_grade, plans=tens({state: plans[state] for state in STATES})[1],
        training_hours=round(sum(hours.values()) / len(officers)) if many else None,
    )  # fmt: skip


def graded(given: Sequence[str]) -> tuple[int | None, dict[str, int | None]]:
    """How many were evaluated, and how many got each grade, of grades in the order in which they were given.

    Every grade that there is has a key, whether anybody got it or not. The figures move on by ten evaluations at a
    time, so that no two readings differ by one officer.
    """
    told = Counter(given[: len(given) // FLOOR * FLOOR])
    return tens({grade: told[grade] for grade in GRADES})


def tens(groups: Mapping[str, int]) -> tuple[int | None, dict[str, int | None]]:
    """Their total and each group, in whole tens: no figure, no rest and no difference of two readings is of fewer than
    ten. Whoever asks names all groups that there are, empty ones too: a key must tell of nobody."""
    whole_tens = {name: n // FLOOR * FLOOR for name, n in groups.items()}
    return floors.total(whole_tens, FLOOR), floors.published(whole_tens, FLOOR)


def _survey(row: sa.RowMapping) -> Survey:
    return Survey(
        service=row["service"], period=row["period"], codes=row["codes"], respondents=row["respondents"],
        value=row["value"], grade=row["grade"], means=codec.trusted(row["means"]),
    )  # fmt: skip


def officer(tx: sa.Connection, of: str, sizes: AsOf) -> OfficerPerformance:
    """What an officer, their head and HR may see."""
    own = performance.own(of)
    rows = performance.evaluated(tx, own)
    years = sorted({int(row["period"][:4]) for row in rows if row["period"][:4].isdigit()} | _years(tx, own))
    totals = {str(year): performance.hours_of(tx, [own], year).get(own) for year in years}
    return OfficerPerformance(
        officer=of, unit=performance.unit_of(tx, own), as_of=sizes,
        evaluations=[
            Evaluation(period=row["period"], grade=row["grade"], results=row["results"], coworkers=row["coworkers"],
                       behaviours=codec.trusted(row["behaviours"]))
            for row in rows
        ],
        coworkers=[
            Group(period=period, group=group, givers=n, means={name: codec.decimal(of) for name, of in means.items()})
            for period, group, n, means in performance.coworkers(tx, own)
        ],
        training_hours={year: codec.decimal(total) for year, total in totals.items() if total is not None},
        plans=[_plan(row) for row in performance.planned(tx, [of, own])],
    )  # fmt: skip


def _years(tx: sa.Connection, own: str) -> set[int]:
    chosen = sa.select(performance.hours.c.year).where(performance.hours.c.officer == own)
    return set(tx.execute(chosen).scalars())


def _plan(row: Any) -> Plan:
    return Plan(
        cause=row["cause"], state=row["state"], outcome=row["outcome"], measures=codec.trusted(row["measures"]),
        review=row["review"],
    )  # fmt: skip


def planned(tx: sa.Connection, agency: str, year: int, sizes: AsOf) -> Needs:
    """For HR."""
    found = needs.planned(tx, agency, year)
    return Needs(
        agency=agency, year=year, floor=needs.FLOOR, as_of=sizes,
        needs=[Need(**{name: getattr(one, name) for name in Need.model_fields}) for one in found],
        validity=[
            Validity(stage=one.stage, post=one.post, grade=one.grade, n=one.n, mean=codec.decimal(one.mean))
            for one in needs.validity(tx, agency)
        ],
    )  # fmt: skip
