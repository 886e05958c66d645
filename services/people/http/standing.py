"""What somebody may do today, as people's own table of grants says it."""

from __future__ import annotations

import datetime as dt

from pydantic import Field

from services.people import roles, views
from services.people.http.routes import NAME, Said
from shared.events import instant
from shared.runtime.http.site import Site


class Role(Said):
    """A role and the unit it is held in; it counts in every unit below, too."""

    role: str = Field(examples=["verifier"])
    unit: str = Field(examples=["pauh.dinkes"])


def roles_of(site: Site, person: str, now: dt.datetime) -> list[Role]:
    """The grants that hold on this day, Asia/Jakarta."""
    day = roles.day_of(instant(now))
    with site.pipelines[NAME].ledger.reader.begin() as tx:
        return [Role(role=role, unit=unit) for role, unit in views.held(tx, person, day)]


def size_of(site: Site) -> int:
    """How many events people's ledger holds: what an answer is as of."""
    return site.pipelines[NAME].ledger.size()
