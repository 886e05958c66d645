"""Ledgers in a temporary folder, and a panel selection under `pauh-merit-2026` told to them event by event: what read
models and oversight are fed with."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from services.projections.views import views
from shared.events import codec
from shared.events.intake import Criterion, Scheme, SchemeStage
from shared.events.platform import ListDigest, Words
from shared.events.selection import (
    AttendanceRecorded,
    RankedRow,
    RankingPublished,
    ScoreCorrected,
    ScoreSealed,
    SelectionOpened,
    Sheet,
    StageScored,
)
from shared.ledger import Ledger
from shared.rules import packs
from shared.runtime.folder import Folder
from shared.runtime.service import Service
from shared.runtime.subscription import Subscription

PACK = packs.load("pauh-merit-2026")
VACANCY, OTHER = "pauh.2027-014", "pauh.2027-015"
WORDS = Words(id="7e" * 16, mac="ab" * 32)
ROOT = "cd" * 32
START = dt.datetime(2027, 3, 1, 2, tzinfo=dt.UTC)
PANEL = ("p1", "p2", "p3", "p4", "p5")
LEDGERS = ("intake", "selection", "training", "feedback")


def criterion(id: str, weight: int) -> Criterion:
    """With five anchors."""
    return Criterion(id=id, words=id, weight=Decimal(weight), anchors=("1", "2", "3", "4", "5"))


def stage(id: str, method: str, sight: str, weight: int, **more: Any) -> SchemeStage:
    """A stage of the notice."""
    return SchemeStage(
        id=id, method=method, sight=sight, weight=Decimal(weight), max=Decimal(100), attendance="required", **more
    )


INTERVIEW = (("experience", 10), ("regional_challenges", 10), ("analysis", 8), ("problem_solving", 7))
SCHEME = Scheme(
    stages=(
        stage("written", "cat", "cat", 40, parts={"written": Decimal(85)}),
        stage("competence", "work_sample", "blind", 25, criteria=(criterion("care", 25),), aggregate="mean"),
        stage("interview", "interview", "open", 35, criteria=tuple(criterion(*one) for one in INTERVIEW),
              aggregate="mean"),
    ),
    formula="pauh-merit-2026", rounding="half_up", ties=tuple(step.id for step in PACK.ties), level="regional",
)  # fmt: skip


def points(**of: int) -> dict[str, Decimal]:
    """Points of a sheet."""
    return {name: Decimal(mark) for name, mark in of.items()}


def interview(*four: int) -> dict[str, Decimal]:
    """Points of an interview's sheet, in the notice's order."""
    return {name: Decimal(mark) for (name, _), mark in zip(INTERVIEW, four, strict=True)}


def ident(n: int) -> str:
    """The id of the n-th application."""
    return sha256(b"application %d" % n).hexdigest()[:32]


@dataclass
class Clock:
    """A minute for each event."""

    now: dt.datetime = START

    def __call__(self) -> dt.datetime:
        self.now += dt.timedelta(minutes=1)
        return self.now


@dataclass
class Telling:
    """Events of four ledgers, and the read models that follow them."""

    folder: Folder
    ledgers: Mapping[str, Ledger]
    store: sa.Engine
    versions: dict[str, int] = field(default_factory=dict)

    def tell(self, service: str, stream: str, *events: Any, actor: str = "someone") -> int:
        """Recorded, as if its rule had said so; the last position."""
        with self.ledgers[service].batch() as batch:
            drafts = []
            for event in events:
                version = self.versions.get(stream, 0)
                drafts.append(codec.draft(stream, version, event, actor=actor))
                self.versions[stream] = version + 1
            return batch.append(drafts)[-1].position

    def subscriptions(self, store: sa.Engine | None = None) -> Iterator[tuple[str, Subscription]]:
        """Every view, by the ledger that feeds it."""
        for service, made in views(self.folder.keys.aliases).items():
            for view in made:
                one = Subscription(view=view, store=store or self.store)
                one.create()
                yield service, one

    def follow(self) -> None:
        """Every read model has caught up."""
        for service, one in self.subscriptions():
            one.catch_up(self.ledgers[service])

    def alias(self, n: int, vacancy: str = VACANCY) -> str:
        """What the n-th is called in public."""
        return self.folder.keys.aliases(vacancy)(ident(n))

    def candidate(self, n: int, *events: Any, vacancy: str = VACANCY, actor: str = "panel") -> int:
        """Events of a candidacy."""
        return self.tell("selection", f"candidate-{vacancy}+{ident(n)}", *events, actor=actor)

    def open(self, seats: int = 2, vacancy: str = VACANCY, roster: int = 3, scheme: Scheme = SCHEME) -> None:
        """Handed over with the notice's terms."""
        event = SelectionOpened(
            scheme="d" * 64, pack_digest=PACK.digest, roster=ListDigest(rows=roster, root=ROOT), source="intake:7",
            seats={"general": seats}, terms=scheme,
        )  # fmt: skip
        self.tell("selection", f"selection-{vacancy}", event, actor="secretary")

    def written(self, n: int, right: int, vacancy: str = VACANCY) -> None:
        """Came, and answered so many of 85."""
        came = AttendanceRecorded(stage="written", present=True)
        marks = StageScored(stage="written", parts={"written": Decimal(right)}, facts={"kind": "general"})
        self.candidate(n, came, marks, vacancy=vacancy)

    def sheets(
        self, n: int, stage: str, said: Sequence[Mapping[str, Decimal]], vacancy: str = VACANCY, seal: bool = True
    ) -> None:
        """Came, was sealed and opened, one sheet of each panelist."""
        self.candidate(n, AttendanceRecorded(stage=stage, present=True), vacancy=vacancy)
        for who, _ in zip(PANEL, said, strict=False):
            if seal:
                self.candidate(n, ScoreSealed(stage=stage, panelist=who, seal="e" * 64), vacancy=vacancy, actor=who)
        made = tuple(
            Sheet(panelist=who, points=of, nonce="f" * 64) for who, of in zip(PANEL, said, strict=False)
        )  # fmt: skip
        self.candidate(n, StageScored(stage=stage, sheets=made, facts={"kind": "general"}), vacancy=vacancy)

    def whole(self, n: int, right: int, care: int, four: Sequence[int], vacancy: str = VACANCY) -> None:
        """All three stages; the five panelists agree."""
        self.written(n, right, vacancy)
        self.sheets(n, "competence", [points(care=care)] * 5, vacancy)
        self.sheets(n, "interview", [interview(*four)] * 5, vacancy)

    def correct(self, n: int, stage: str, part: str, was: int, is_: int, panelist: str | None = None) -> None:
        """A mark was this and is that."""
        event = ScoreCorrected(
            stage=stage, part=part, was=Decimal(was), is_=Decimal(is_), panelist=panelist, reason="typo", words=WORDS,
            ground="objection",
        )  # fmt: skip
        self.candidate(n, event, actor="committee")

    def publish(
        self, places: Sequence[tuple[int, str]], version: int = 1, rows: int | None = None, vacancy: str = VACANCY
    ) -> int:
        """A ranking: who with which final score, in order."""
        head = tuple(
            RankedRow(place=place, alias=self.alias(n, vacancy), kind="general", stages={}, final=Decimal(final))
            for place, (n, final) in enumerate(places, 1)
        )
        size = self.ledgers["selection"].size()
        event = RankingPublished(
            version=version, ground="result", as_of=size, head=head,
            list=ListDigest(rows=len(head) if rows is None else rows, root=ROOT),
        )  # fmt: skip
        return self.tell("selection", f"selection-{vacancy}", event, actor="committee")


@contextmanager
def telling(path: Path) -> Iterator[Telling]:
    """Empty ledgers and no read model."""
    folder = Folder(path, create=True, clock=Clock())
    ledgers = {}
    for name in LEDGERS:
        ledgers[name] = folder.ledger(Service(name=name, deciders={}))
    try:
        made = Telling(folder, ledgers, folder.store("projections", derived=True))
        folder.keys.enrol({f"person{n}": [ident(n)] for n in range(1, 40)})
        yield made
    finally:
        folder.close()
