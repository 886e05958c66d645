"""The embedded platform: all services of a data folder in one process."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path

from services.intake.service import INTAKE
from services.people.door import Door
from services.people.register import Register
from services.people.sent import SENT
from services.people.service import PEOPLE
from services.people.stores import Stores
from services.projections.ranking import ranking_view
from services.selection.service import SELECTION
from shared.events import NotFound, instant
from shared.ledger import Ledger
from shared.ledger.store import Clock, utc
from shared.runtime.demo import DemoClock
from shared.runtime.folder import MARK, Folder
from shared.runtime.holding import Use
from shared.runtime.logs import configure
from shared.runtime.pipeline import Pipeline
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
        """Intake's write side."""
        return Pipeline(INTAKE, self.folder.ledger(INTAKE))

    @cached_property
    def selection(self) -> Pipeline:
        """Selection's write side."""
        return Pipeline(SELECTION, self.folder.ledger(SELECTION))

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
        store = self.folder.store("projections", derived=True)
        made = Subscription(view=ranking_view(self.folder.keys.aliases), store=store)
        made.create()
        return made

    @cached_property
    def sent(self) -> Subscription:
        """What applications mean for people's documents and drafts."""
        self.stores.create()
        made = Subscription(view=SENT, store=self.stores.store)
        made.create()
        return made

    def ledgers(self) -> list[Ledger]:
        """Every ledger of the folder."""
        return [self.intake.ledger, self.selection.ledger, self.people.ledger]

    def create(self) -> None:
        """Every file of the folder, so that one that is missing later is missed."""
        _ = self.intake, self.selection, self.people, self.ranking
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
