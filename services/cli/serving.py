"""`merit serve`: all services of a data folder in one process, on one port."""

from __future__ import annotations

import os
import sys
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Final

from fastapi import APIRouter, FastAPI
from starlette.types import ASGIApp

from services.cli import output
from services.cli.platform import Platform, opened
from services.feedback import api as feedback_api
from services.intake import api as intake_api
from services.intake import files
from services.intake import queries as intake_queries
from services.oversight import api as oversight_api
from services.people import api as people_api
from services.people.http.words import applicant
from services.portal import reference
from services.projections import api as projections_api
from services.selection.api import panels, queries, scores, seats
from services.training import api as training_api
from shared.events import NotFound, codec, streams
from shared.events.intake import ApplicationSubmitted, SubmittedDocument
from shared.events.platform import Words
from shared.runtime import access
from shared.runtime.chores import Chore, Chores
from shared.runtime.demo import DemoClock
from shared.runtime.follower import Follower
from shared.runtime.holding import InTheWay
from shared.runtime.http import acts, app, approving, demo, feed, health, metrics, server
from shared.runtime.http.around import surrounded
from shared.runtime.http.arrivals import Arrivals
from shared.runtime.http.attempts import Attempts
from shared.runtime.http.limits import Limits, Pair
from shared.runtime.http.metrics import Metrics, Watched
from shared.runtime.http.readers import Readers
from shared.runtime.http.shortcut import Shortcut
from shared.runtime.http.site import Site
from shared.runtime.identity import Principal, Verifier
from shared.runtime.picture import Aliases
from shared.runtime.pipeline import Pipeline
from shared.runtime.settings import Settings
from shared.runtime.timetable import Timetable

VERSION: Final = "0.1.0"
HOUR: Final = 3600  # seconds
LINGER: Final = 0.008  # seconds; measured over HTTP (docs/decisions)
OF_APPLICATIONS: Final = frozenset({"application", "candidate"})  # whose last part is an application
DECIDING: Final[Mapping[str, frozenset[str]]] = {  # whose word counts as the second person's
    "intake": frozenset({"hr", "ppk", "committee", "legal", "unit_head"}),
    "people": frozenset({"administrator"}),
    "selection": frozenset({"committee", "ppk", "hr", "secretary"}),
}
UNLIMITED: Final = Limits(general=Pair(), sign_in=Pair(), upload=Pair(), follow=Pair(), probe=Pair())


class House:
    """A platform that is served: its pipelines, timetables and followers run together or not at all. `most` commands
    may wait in each queue, `token` opens the metrics."""

    def __init__(
        self, platform: Platform, *, most: int = 2_000, limits: Limits | None = None, token: str | None = None
    ) -> None:
        self.platform = platform
        self.readers = Readers()
        self.metrics = Metrics()
        self._limits = limits or Limits()
        self._token = token
        self.arrivals = Arrivals(
            lambda: platform.stores.tokens.signer(platform.clock()), self.verifier, most=most
        )  # fmt: skip

    @cached_property
    def pipelines(self) -> Mapping[str, Pipeline]:
        """Every write side, by service."""
        return self.platform.pipelines

    @cached_property
    def timetables(self) -> Mapping[str, Timetable]:
        """What issues what is due."""
        return {name: Timetable(one, clock=self.platform.clock) for name, one in self.pipelines.items()}

    @cached_property
    def followers(self) -> Mapping[str, Follower]:
        """What keeps the read models in step and reacts, by the ledger that is followed."""
        return {source: Follower(self.pipelines[source], found) for source, found in self.platform.links.items()}

    @cached_property
    def chores(self) -> Chores:
        """Uses of sessions written down; what has ended collected; the box of ballots emptied, once a day."""
        accounts = self.platform.stores.accounts
        return Chores(
            (
                Chore(name="uses", every=5, do=accounts.note_uses, last=True),
                Chore(name="collect", every=HOUR, do=self.collect),
                Chore(name="daily", every=HOUR, do=self.platform.daily),
            )
        )

    def collect(self) -> None:
        """Ended sessions and tokens, drafts long past their deadline, documents that nobody cites or drafts."""
        stores, now = self.platform.stores, self.platform.clock()
        stores.accounts.collect(now)
        stores.tokens.collect(now)
        stores.drafts.collect(now)
        self.platform.sent.catch_up(self.platform.intake.ledger)
        stores.documents.collect(stores.drafts.documents(), now)

    @cached_property
    def app(self) -> FastAPI:
        """Every route."""
        site = Site(clock=self.platform.clock, door=self.platform.door, pipelines=self.pipelines)
        self.metrics.watch(
            Watched(
                pipelines=self.pipelines, followers=self.followers, timetables=self.timetables,
                readers=self.readers.count,
            )
        )  # fmt: skip
        return app.application(site, self.routers(), self.running)

    @cached_property
    def served(self) -> ASGIApp:
        """The application with all that stands around it."""
        return surrounded(Shortcut(self.app), metrics=self.metrics, readers=self.readers, limits=self._limits)

    def routers(self) -> Sequence[APIRouter]:
        """By what they are about; the order is that of the documents."""
        clock = self.platform.clock
        return (
            *people_api.routers(
                self.platform.stores, self.arrivals, Attempts(), may_read=self.may_read,
                documents_of=self.documents_of, record=self.record,
            ),
            self._intake(),
            intake_queries.router(),
            self._selection(),
            queries.router(),
            training_api.router(self.arrivals),
            feedback_api.router(self.platform.feedback, self.arrivals, words=self.keep_words),
            projections_api.router(self.platform.read_models[1], self._aliases, self.is_officer),
            oversight_api.router(self._aliases, self.owns),
            *self._approvals(),
            *(feed.router(one, **self._seats()) for one in self.pipelines.values()),
            *([demo.router(clock, self.wake)] if isinstance(clock, DemoClock) else []),
            health.router(self.pipelines, demo=isinstance(clock, DemoClock), version=VERSION),
            metrics.router(self.metrics, token=self._token),
            reference.router(),
        )  # fmt: skip

    def _seats(self) -> Mapping[str, int]:
        """One network has all seats of the streams where nothing is limited."""
        return {"of_a_network": sys.maxsize} if self._limits is UNLIMITED else {}

    def _intake(self) -> APIRouter:
        return intake_api.router(
            self.platform.intake, self.arrivals, verifier=self.verifier, vouch=self.vouch,
            words=self.own_words,
        )  # fmt: skip

    def _selection(self) -> APIRouter:
        pipeline = self.platform.selection
        every = (*panels.acts(), *scores.acts(pipeline.ledger, self.own_words), *seats.acts())
        return acts.router(pipeline.service, every, self.arrivals)

    @property
    def _aliases(self) -> Aliases:
        return self.platform.folder.keys.aliases

    def _approvals(self) -> Iterator[APIRouter]:
        for name, roles in DECIDING.items():
            yield approving.router(self.pipelines[name], roles)
            deciding = approving.acts(roles, approving.standing(self.pipelines[name], self.holds))
            yield acts.router(self.pipelines[name].service, deciding, self.arrivals)

    def verifier(self) -> Verifier:
        """The keys that are believed now."""
        return self.platform.stores.tokens.verifier(self.platform.clock())

    def holds(self, person: str, unit: str) -> bool:
        """Whether somebody still holds a role in this unit."""
        return self.platform.door.holds(person, unit, self.platform.clock())

    def vouch(self, person: str, documents: Sequence[SubmittedDocument]) -> None:
        """NotFound unless each of these is this person's, with these bytes and so many pages."""
        ids = [one.file.id for one in documents]
        kept = self.platform.stores.documents.vouch(person, ids, self.platform.clock())
        if [(one.file, one.pages) for one in kept] != [(one.file, one.pages) for one in documents]:
            raise NotFound("another digest, or another number of pages")

    def own_words(self, person: str, words: Words) -> None:
        """NotFound unless these words lie in this person's vault."""
        self.platform.stores.vault.cited(person, words)

    def keep_words(self, person: str | None, text: str) -> Words:
        """Words in the vault of whoever says so; those of nobody lie under a key of their own, which is named as they
        are."""
        vault = self.platform.stores.vault
        if person is not None:
            return vault.add(person, text.encode())
        id = os.urandom(16).hex()
        with self.platform.stores.store.begin() as tx:
            vault.enrol(tx, {id: {id: text}})
            return vault.of(tx, id).reference(id, text.encode())

    def is_officer(self, person: str, officer: str) -> bool:
        """Whether an officer's id is this person's."""
        return officer.partition(".")[2] == person

    def owns(self, person: str, stream: str) -> bool:
        """Whether this person stands behind a stream: by themselves, or by an application that they have claimed."""
        parts = streams.parts(stream)
        named = [parts[0].partition(".")[2], *parts[1:]]
        if person in named:
            return True
        category = streams.category(stream)
        if category not in OF_APPLICATIONS:
            return False
        try:
            return applicant(self.platform.stores, f"{streams.agency(stream)}.{named[-1]}") == person
        except NotFound:
            return False

    def record(self, principal: Principal, application: str) -> None:
        """An official looks at a document of an application: on the applicant's record, before it is shown."""
        pipeline, now = self.platform.intake, self.platform.clock()
        look = files.looking(pipeline.ledger, application, principal, now)
        if look is not None:
            look = replace(look, what=("document",))
            access.record(pipeline, f"application-{application}", look, principal.subject, now)

    def may_read(self, principal: Principal, application: str) -> bool:
        """Whether somebody checks this application, or answers its objection."""
        try:
            files.file(self.platform.intake.ledger, application, principal, self.platform.clock(), "id")
        except NotFound:
            return False
        return True

    def documents_of(self, application: str) -> Collection[str]:
        """Of the event that sent it."""
        history = self.platform.intake.ledger.history(streams.checked(f"application-{application}"))
        events = [codec.event_of(one) for one in history]
        return [one.file.id for event in events if isinstance(event, ApplicationSubmitted) for one in event.documents]

    @contextmanager
    def running(self) -> Iterator[None]:
        """Everything that runs beside the requests; it ends in the other order."""
        self.platform.stores.passwords.warm()
        with ExitStack() as ending:
            running: tuple[Pipeline | Timetable | Follower | Chores, ...] = (
                *self.pipelines.values(), *self.timetables.values(), *self.followers.values(), self.chores,
            )  # fmt: skip
            for pipeline in self.pipelines.values():
                pipeline.linger = LINGER
            for one in running:
                one.start()
                ending.callback(one.stop)
            yield

    def wake(self) -> None:
        """The clock was moved."""
        for one in self.timetables.values():
            one.wake()


def serve(data: Path, host: str | None, port: int | None, as_json: bool) -> int:
    """Until it is told to end."""
    settings = Settings()
    host, port = host or settings.host, settings.port if port is None else port
    with opened(data, serving=True) as platform:
        house = House(
            platform,
            most=settings.queue,
            limits=Limits() if settings.limits else UNLIMITED,
            token=settings.metrics or None,
        )

        answering = False

        def ready(at: int) -> None:
            nonlocal answering
            answering = True
            url = f"http://{host if ':' not in host else f'[{host}]'}:{at}"
            if as_json:
                output.as_line({"url": url, "data": str(data), "demo": settings.demo})
            else:
                output.say(f"Merit serves {data} on {url} (API: {url}/api). Ctrl-C ends it.")
                if settings.demo:
                    output.say("A demonstration: its clock can be moved by anybody.")

        def stopping() -> None:
            """Whoever waits for events is let go first."""
            house.app.state.site.stop()
            house.readers.release()

        proxies = [one.strip() for one in settings.proxies.split(",") if one.strip()]
        try:
            server.serve(house.served, host, port, on_ready=ready, on_stopping=stopping, proxies=proxies)
        except OSError as error:
            if answering:
                raise
            why = f"{error.strerror or error}".partition(" (")[0]  # it is bound before anything starts
            said = f"{host}:{port} cannot be had ({why}): end what listens there, or name another --port"
            raise InTheWay(said) from None
    return output.OK
