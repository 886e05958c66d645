"""Projections over HTTP: rankings and their versions, transparency, open data, performance, needs.

Every answer says `as_of`: how many events of which service it is made of. A ranking is for everybody from its
publication on; before, the secretary, the committee and the auditor of the agency see how it stands.
"""

# ruff: noqa: ARG002  a handler names its principal for the rule that stands at its door

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Any, Final

import sqlalchemy as sa
from fastapi import APIRouter, Path, Query, Request
from starlette.responses import JSONResponse, Response

from services.projections import answers, needs, opendata, performance, shapes
from services.projections.publications import PUBLICATIONS
from services.projections.ranking import ranking_view
from services.projections.shapes import AsOf
from services.projections.transparency import TRANSPARENCY
from services.projections.views import views
from shared.events import NotFound, streams
from shared.runtime import subscription
from shared.runtime.http import replies
from shared.runtime.http.acts import Id
from shared.runtime.http.reads import Everybody, hung, unkept
from shared.runtime.http.rules import SIGNED_IN, Rule, agency_of
from shared.runtime.http.site import allowed, by_id
from shared.runtime.identity import Principal
from shared.runtime.picture import Aliases

NAME: Final = "projections"
LARGEST: Final = 2**53 - 1
PERIOD: Final = r"^[0-9]{4}(-[A-Za-z0-9]{1,10})?$"
PREPARING: Final = Rule(roles=frozenset({"secretary", "committee", "auditor"}), of="agency")
PLANNING: Final = Rule(roles=frozenset({"hr", "auditor"}))
CSV: Final = "text/csv"
Version = Annotated[int, Path(ge=1, le=LARGEST)]
Of = Annotated[int, Query(ge=1, le=LARGEST)]
Period = Annotated[str, Query(pattern=PERIOD, examples=["2027"], description="A year, or a part of one.")]
Year = Annotated[int, Query(ge=2000, le=2200, examples=[2027])]
Preparing = Annotated[Principal, allowed(PREPARING, by_id)]
Planning = Annotated[Principal, allowed(PLANNING)]
Signed = Annotated[Principal, allowed(SIGNED_IN)]
Holds = Callable[[str, str], bool]  # whether a person is an officer of this id


@dataclass(kw_only=True)
class Model:
    """The store of the read models, and who is behind an officer's id."""

    store: sa.Engine
    aliases: Aliases
    is_officer: Holds

    @cached_property
    def ranking(self) -> Any:
        """The view of the ranking, by whose checkpoint its answers are dated."""
        return ranking_view(self.aliases)

    def reading(self) -> AbstractContextManager[sa.Connection]:
        """One transaction for one answer."""
        return self.store.begin()

    def applied(self, service: str) -> int:
        """How many events of a service every view of it has applied."""
        found = views(self.aliases).get(service, ())
        with self.reading() as tx:
            return min((subscription.load(tx, one, "main").size for one in found), default=LARGEST)

    def sizes(self, tx: sa.Connection, *wanted: tuple[str, Any]) -> AsOf:
        """The vector of an answer."""
        return answers.as_of(tx, *wanted)


def router(store: sa.Engine, aliases: Aliases, is_officer: Holds) -> APIRouter:
    """The routes over the readers' engine of a store, whose views are created and followed elsewhere."""
    model, made = Model(store=store, aliases=aliases, is_officer=is_officer), APIRouter()
    applied = model.applied
    ranking, transparent = Rankings(model), Open(model)
    people = Performances(model)
    for one in (
        hung(NAME, "ranking", ("/vacancies/{id}/ranking", ranking.last),
             ("/vacancies/{id}/ranking/versions/{n}", ranking.version),
             ("/vacancies/{id}/ranking/difference", ranking.difference), applied=applied),
        hung(NAME, "ranking", ("/vacancies/{id}/standing", ranking.standing), kept=unkept, applied=applied),
        hung(NAME, "transparency", ("/vacancies/{id}/transparency", transparent.lines), applied=applied),
        hung(NAME, "open data", ("/vacancies/{id}/open-data.json", transparent.record), applied=applied),
        hung(NAME, "open data", ("/vacancies/{id}/open-data.csv", transparent.csv), applied=applied,
             response_class=Response,
             responses={200: {"description": "The last published ranking.",
                              "content": {CSV: {"schema": {"type": "string"}}}}}),
        hung(NAME, "performance", ("/units/{unit}/performance", people.unit), applied=applied),
        hung(NAME, "performance", ("/officers/{officer}/performance", people.officer), kept=unkept, applied=applied),
        hung(NAME, "needs", ("/needs", people.needs), kept=unkept, applied=applied),
    ):  # fmt: skip
        made.include_router(one)
    return made


@dataclass(frozen=True)
class Rankings:
    """A vacancy's order, published and in the making."""

    model: Model

    def last(self, principal: Everybody, id: Id) -> shapes.Ranking:
        """The last published version; before there is one: not there."""
        with self.model.reading() as tx:
            return answers.ranking(tx, id, None, self.model.sizes(tx, ("selection", PUBLICATIONS)))

    def version(self, principal: Everybody, id: Id, n: Version) -> shapes.Ranking:
        """A version as it was published, whatever came later."""
        with self.model.reading() as tx:
            return answers.ranking(tx, id, n, self.model.sizes(tx, ("selection", PUBLICATIONS)))

    def difference(
        self, principal: Everybody, id: Id, from_: Annotated[int, Query(alias="from", ge=1, le=LARGEST)], to: Of
    ) -> shapes.Difference:
        """Who stands elsewhere in the later of two versions, and why it was published."""
        with self.model.reading() as tx:
            return answers.difference(tx, id, from_, to, self.model.sizes(tx, ("selection", PUBLICATIONS)))

    def standing(self, principal: Preparing, id: Id) -> shapes.Standing:
        """The order as it stands now, by alias, for those who are to publish it and those who watch them."""
        with self.model.reading() as tx:
            return answers.standing(tx, id, self.model.sizes(tx, ("selection", self.model.ranking)))


@dataclass(frozen=True)
class Open:
    """What everybody may read and copy."""

    model: Model

    def _sizes(self, tx: sa.Connection) -> AsOf:
        return self.model.sizes(tx, *TRANSPARENCY.items())

    def lines(self, principal: Everybody, request: Request, id: Id) -> shapes.Transparency:
        """Every public event about a vacancy in words, and at least how many files have come how far."""
        with self.model.reading() as tx:
            return answers.told(tx, id, replies.lang_of(request), self._sizes(tx))

    def record(self, principal: Everybody, id: Id) -> JSONResponse:
        """The vacancy's releases and their record, as JSON."""
        with self.model.reading() as tx:
            return JSONResponse({**opendata.package(tx, id), "as_of": self._sizes(tx)})

    def csv(self, principal: Everybody, id: Id) -> Response:
        """The last published ranking: alias, kind, place, stages, final."""
        with self.model.reading() as tx:
            made = opendata.as_csv(tx, id)
        return Response(made, media_type=CSV, headers={"Content-Disposition": 'attachment; filename="ranking.csv"'})


@dataclass(frozen=True)
class Performances:
    """Units for everybody, officers for themselves, their heads and HR; needs for HR."""

    model: Model

    def _sizes(self, tx: sa.Connection) -> AsOf:
        return self.model.sizes(tx, ("feedback", performance.FEEDBACK), ("training", performance.TRAINING))

    def unit(
        self, principal: Everybody, unit: Annotated[str, Path(pattern=r"^[a-z0-9-]+(\.[a-z0-9-]+)*$")], period: Period
    ) -> shapes.UnitPerformance:
        """A unit's surveys, grades, lesson hours and plans in a period; no group under the floor, nor by
        subtraction."""
        with self.model.reading() as tx:
            return answers.unit(tx, unit, period, self._sizes(tx))

    def officer(
        self, principal: Signed, officer: Annotated[str, Path(pattern=r"^[a-z0-9-]+\.[A-Za-z0-9]{1,64}$")]
    ) -> shapes.OfficerPerformance:
        """An officer's own performance: for themselves, the head of their unit, and HR of the agency."""
        with self.model.reading() as tx:
            unit = performance.unit_of(tx, officer)
            if not (self.model.is_officer(principal.subject, officer) or _leads(principal, officer, unit)):
                raise NotFound(officer)
            return answers.officer(tx, officer, self._sizes(tx))

    def needs(self, principal: Planning, year: Year) -> shapes.Needs:
        """Needs of a year in one's agency: fixed, advertised, filled; and what the stages of selections foretold."""
        with self.model.reading() as tx:
            sizes = self.model.sizes(
                tx, ("intake", needs.INTAKE), ("selection", needs.SELECTION), ("training", performance.TRAINING),
                ("feedback", performance.FEEDBACK),
            )  # fmt: skip
            return answers.planned(tx, agency_of(principal.unit), year, sizes)


def _leads(principal: Principal, officer: str, unit: str | None) -> bool:
    if "hr" in principal.roles and agency_of(principal.unit) == agency_of(officer):
        return bool(principal.unit)
    return "unit_head" in principal.roles and unit is not None and streams.covers(principal.unit, unit)
