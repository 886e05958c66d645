"""The embedded platform: all services of a data folder in one process."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import cached_property
from pathlib import Path

import sqlalchemy as sa

from services.feedback import ballots, collecting, staff
from services.feedback.reactions import CASES
from services.feedback.service import FEEDBACK
from services.intake.rounds import CloseRound
from services.intake.service import INTAKE
from services.intake.verifiers import verifiers
from services.people.door import Door
from services.people.register import Register
from services.people.sent import SENT
from services.people.service import PEOPLE
from services.people.stores import Stores
from services.projections.views import views
from services.selection import panel_prepare, seat_queries
from services.selection.handover import HANDOVER
from services.selection.reactions import CROSSING, OPENING
from services.selection.service import composed
from services.training import arrivals, preparing
from services.training.reactions import INDUCTIONS, SUPPORTS
from services.training.service import TRAINING
from shared.events import NotFound, instant, streams
from shared.ledger import Ledger
from shared.ledger.store import Clock, utc
from shared.runtime.calls import Call
from shared.runtime.demo import DemoClock
from shared.runtime.folder import MARK, Folder
from shared.runtime.holding import Use
from shared.runtime.logs import configure
from shared.runtime.pipeline import Pipeline
from shared.runtime.reactions import Reaction, Reactor
from shared.runtime.service import View
from shared.runtime.settings import Settings
from shared.runtime.subscription import Subscription
from shared.runtime.tuning import tune

ACTOR = "operator:shell"  # an import at the shell acts as this, without a second person


class Platform:
    """What a command needs of a data folder, opened when it is asked for."""

    def __init__(self, folder: Folder, clock: Clock = utc) -> None:
        self.folder = folder
        self.clock = clock

    @cached_property
    def intake(self) -> Pipeline:
        """Intake's write side; a round is over when selection has decided its seats."""
        prepare = {**INTAKE.prepare, CloseRound: self.with_undecided}
        return Pipeline(replace(INTAKE, prepare=prepare), self.folder.ledger(INTAKE))

    @cached_property
    def selection(self) -> Pipeline:
        """Selection's write side; what other services know is asked of them."""
        more = panel_prepare.prepare(self.duties_of)
        service = composed(self.folder.master, by_age=self.stores.claims.by_age, more=more)
        return Pipeline(service, self.folder.ledger(service))

    @cached_property
    def training(self) -> Pipeline:
        """Training's write side, with what it knows of other ledgers."""
        ledger = self.folder.ledger(TRAINING)
        preparing.create(ledger.writer)
        return Pipeline(TRAINING, ledger)

    @cached_property
    def feedback(self) -> Pipeline:
        """Feedback's write side, with the box of ballots beside it."""
        ledger = self.folder.ledger(FEEDBACK)
        ballots.create(ledger)
        staff.create(ledger.writer)
        return Pipeline(FEEDBACK, ledger)

    @cached_property
    def people(self) -> Pipeline:
        """People's write side: who holds which role."""
        return Pipeline(PEOPLE, self.folder.ledger(PEOPLE))

    @cached_property
    def stores(self) -> Stores:
        """What people keeps beside its ledger: vault, accounts, tokens, drafts, documents, claims."""
        return Stores(self.folder)

    @property
    def register(self) -> Register:
        """Who stands in imported lists."""
        return self.stores.register

    @cached_property
    def door(self) -> Door:
        """Who is behind a token."""
        return Door(self.stores.accounts, self.stores.tokens, self.people)

    @cached_property
    def ranking(self) -> Subscription:
        """The ranking, in projections' store."""
        return next(one for one in self.projections["selection"] if one.view.name == "ranking")

    @cached_property
    def read_models(self) -> tuple[sa.Engine, sa.Engine]:
        """Projections' store: the writer's engine and the readers'."""
        return self.folder.stores("projections", derived=True)

    @cached_property
    def projections(self) -> Mapping[str, Sequence[Subscription]]:
        """Every read model of projections, by the ledger that feeds it."""
        store, _ = self.read_models
        made = {
            source: tuple(Subscription(view=view, store=store) for view in found)
            for source, found in views(self.folder.keys.aliases).items()
        }
        for one in (one for found in made.values() for one in found):
            one.create()
        return made

    @cached_property
    def sent(self) -> Subscription:
        """What applications mean for people's documents and drafts."""
        self.stores.create()
        made = Subscription(view=SENT, store=self.stores.store)
        made.create()
        return made

    @cached_property
    def handover(self) -> Subscription:
        """What intake hands over, in selection's own store."""
        return self._at(self.selection, HANDOVER)

    @cached_property
    def pipelines(self) -> Mapping[str, Pipeline]:
        """Every write side, by service."""
        found = (self.people, self.intake, self.selection, self.training, self.feedback)
        return {one.service.name: one for one in found}

    def duties_of(self, person: str, vacancy: str) -> list[str]:
        """What somebody does in a vacancy beside judging: who checks its files sits on no panel of it."""
        mine = sa.and_(verifiers.c.verifier == person, verifiers.c.vacancy == vacancy)
        with self.intake.ledger.reader.begin() as tx:
            return ["verifier"] if tx.execute(sa.select(verifiers.c.vacancy).where(mine)).first() else []

    def with_undecided(self, _: Ledger, call: Call) -> CloseRound:
        """The seats of a round that nobody has decided yet."""
        command: CloseRound = call.command
        found = seat_queries.undecided(self.selection.ledger, streams.ident(call.stream))
        return replace(command, undecided=found)

    @cached_property
    def links(self) -> Mapping[str, Sequence[Subscription | Reactor]]:
        """What follows each ledger, in the order in which it is told: rows first, then what reacts to them."""
        return {
            "intake": (
                self.sent,
                self.handover,
                *self.projections["intake"],
                self._reacting(CROSSING, self.selection),
            ),
            "selection": (
                self._reacting(OPENING, self.selection),
                *self.projections["selection"],
                self._at(self.training, arrivals.ARRIVALS),
            ),
            "training": (
                self._at(self.feedback, staff.STAFF),
                *self.projections["training"],
                self._reacting(INDUCTIONS, self.training),
            ),
            "feedback": (
                self._at(self.training, arrivals.EVALUATIONS),
                *self.projections["feedback"],
                self._reacting(CASES, self.feedback),
                self._reacting(SUPPORTS, self.training),
            ),
        }

    def _at(self, home: Pipeline, view: View) -> Subscription:
        """A view of another service's ledger, in this one's store."""
        made = Subscription(view=view, store=home.ledger.writer)
        made.create()
        return made

    def _reacting(self, reaction: Reaction, target: Pipeline) -> Reactor:
        made = Reactor(reaction, target)
        made.create()
        return made

    @property
    def views(self) -> Mapping[str, Sequence[Subscription]]:
        """The read models among them, by the ledger that they are made of. What applications mean for documents and
        drafts is none: it only takes away."""
        return {
            source: [one for one in found if isinstance(one, Subscription) and one is not self.sent]
            for source, found in self.links.items()
        }

    def daily(self) -> None:
        """What is done once a day: the box of ballots is emptied."""
        collecting.collect(self.feedback, self.clock())

    def ledgers(self) -> list[Ledger]:
        """Every ledger of the folder."""
        return [one.ledger for one in self.pipelines.values()]

    def create(self) -> None:
        """Every file of the folder, so that one that is missing later is missed."""
        _ = self.pipelines, self.links
        self.stores.create()

    def now(self) -> str:
        """This instant, as a command is stamped with it."""
        return instant(self.clock())

    def today(self) -> dt.date:
        """The day of legal effect: Asia/Jakarta has kept UTC+7, without summer time, since 1964."""
        return self.clock().astimezone(dt.timezone(dt.timedelta(hours=7))).date()


@contextmanager
def opened(data: Path, *, create: bool = False, writing: bool = False, serving: bool = False) -> Iterator[Platform]:
    """A platform on a data folder; closed at the end. NotFound if there is none and none is to be made.

    `serving` has it alone, `writing` (and whoever creates) beside other commands and never beside a server: else
    InTheWay. Both take a demonstration's folder under MERIT_DEMO alone, and no other there. Whatever is written
    meanwhile is for its owner alone.
    """
    if not create and not (data / MARK).exists():
        raise NotFound(
            f"{data} is no data folder of Merit (no {MARK}): name another with --data, or import a list into it"
        )
    settings = Settings()
    configure("cli", settings.log, console=settings.log_format == "console")
    tune()
    before = os.umask(0o077)
    try:
        use: Use | None = "serving" if serving else "writing" if writing or create else None
        clock = DemoClock(data) if settings.demo else utc
        folder = Folder(data, create=create, clock=clock, use=use, demo=None if use is None else settings.demo)
        try:
            platform = Platform(folder, clock)
            if create:
                platform.create()
            yield platform
        finally:
            folder.close()
    finally:
        os.umask(before)
