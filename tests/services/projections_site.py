"""Read models and oversight over HTTP, on ledgers that a test has filled; everybody's token is their name."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from starlette.testclient import TestClient

from services.oversight import api as oversight
from services.projections import api as projections
from shared.events import instant
from shared.runtime.http.app import application
from shared.runtime.http.site import Site
from shared.runtime.identity import Principal
from shared.runtime.pipeline import Pipeline
from shared.runtime.service import Service
from tests.services.projections_world import START, Telling, ident, telling

HELD = {
    "secretary": ("pauh.bkpsdm", {"secretary"}),
    "auditor": ("pauh.inspektorat", {"auditor"}),
    "hr": ("pauh.bkpsdm", {"hr"}),
    "head": ("pauh.pkm-03", {"unit_head"}),
    "other-head": ("pauh.pkm-04", {"unit_head"}),
    "elsewhere": ("kota-x.bkpsdm", {"secretary", "auditor", "hr", "unit_head"}),
    "person-1": ("", set()),
    "person-2": ("", set()),
}


class Door:
    """Officials with their roles, persons without."""

    def principal(self, token: str, unit: str | None, now: dt.datetime) -> Principal | None:
        """Whose token it is."""
        if token not in HELD:
            return None
        held, roles = HELD[token]
        return Principal(
            subject=token, roles=frozenset({"applicant", *roles}), unit=held, authenticated_at=instant(now)
        )


def owns(person: str, stream: str) -> bool:
    """The n-th person stands behind the n-th application."""
    return stream.endswith(ident(int(person[-1]))) if person.startswith("person") else False


def is_officer(person: str, officer: str) -> bool:
    """The first person is the officer."""
    return (person, officer) == ("person-1", "pauh.0ff1ce01")


@dataclass
class Asked:
    """What was told, and who asks about it."""

    told: Telling
    client: TestClient

    def get(self, path: str, by: str | None = None, status: int = 200, lang: str = "id") -> Any:
        """The body of an answer with this status."""
        headers = {"Accept-Language": lang} | ({} if by is None else {"Authorization": f"Bearer {by}"})
        found = self.client.get(path, headers=headers)
        assert found.status_code == status, found.text
        return found.json() if "json" in found.headers["content-type"] else found.text

    def projected(self, path: str, by: str | None = None, status: int = 200, lang: str = "id") -> Any:
        """From projections, caught up."""
        self.told.follow()
        return self.get(f"/api/projections/v1{path}", by, status, lang)

    def overseen(self, path: str, by: str | None = "auditor", status: int = 200) -> Any:
        """From oversight."""
        return self.get(f"/api/oversight/v1{path}", by, status)


@contextmanager
def asked(path: Path) -> Iterator[Asked]:
    """Empty ledgers behind routes."""
    with telling(path) as told:
        pipelines = {
            name: Pipeline(Service(name=name, deciders={}), ledger) for name, ledger in told.ledgers.items()
        }  # fmt: skip
        site = Site(clock=lambda: START, door=Door(), pipelines=pipelines)
        aliases = told.folder.keys.aliases
        assert list(told.subscriptions()), "every table is there before anybody asks"
        routers = (projections.router(told.store, aliases, is_officer), oversight.router(aliases, owns))
        with TestClient(application(site, routers, nullcontext), raise_server_exceptions=True) as client:
            yield Asked(told, client)
