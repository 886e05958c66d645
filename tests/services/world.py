"""A small platform in a temporary folder, and what a list would do to it, step by step."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import count
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from services.cli.platform import Platform, opened
from services.people.register import Person
from services.projections import queries
from services.projections.ranking import Order, Row, Selection
from services.selection.candidates import ScoreStage
from services.selection.imports import ImportResults
from services.selection.publishing import Placed, handover, publication
from services.selection.selections import DecideTie, PublishRanking
from shared.events import Recorded
from shared.events.platform import ImportedRow
from shared.rules import packs
from shared.runtime.calls import Answer, Call

PACK = packs.load("cpns-2024")
FILE = "a" * 64
VACANCY = "pauh.7"
SKD = {"twk": "100", "tiu": "120", "tkp": "190"}


def decimals(parts: Mapping[str, str]) -> dict[str, Decimal]:
    """Marks as a command holds them."""
    return {part: Decimal(mark) for part, mark in parts.items()}


@dataclass
class World:
    """A platform, and the acts of a selection on it. Every act is a command of its own, in a batch of its own."""

    platform: Platform
    applications: dict[int, str] = field(default_factory=dict)
    _keys: Iterator[int] = field(default_factory=count)

    def act(self, stream: str, command: Any) -> Answer:
        """One command; never refused."""
        call = Call(
            stream=stream, command=command, by="tester", key=str(next(self._keys)), received_at=self.platform.now()
        )
        (answer,) = self.platform.selection.run([call])
        assert not answer.failed, answer
        assert answer.refused is None, answer.refused
        return answer

    def enrol(self, rows: int, born: Mapping[int, str] | None = None) -> None:
        """The list is on record, and its rows are persons."""
        people = [Person(row=n, row_id=f"T-{n:04}", born=(born or {}).get(n)) for n in range(1, rows + 1)]
        self.applications = self.platform.register.enrol(FILE, "pauh.2024", people)
        command = ImportResults(body="pauh", stages=("skd", "skb"), rows=rows, vacancies=1)
        self.act(f"import-pauh.{FILE}", command)

    def alias(self, row: int, vacancy: str = VACANCY) -> str:
        """What a row is called in public."""
        return self.platform.folder.keys.aliases(vacancy)(self.applications[row])

    def open(self, seats: Mapping[str, int] | None, vacancy: str = VACANCY) -> None:
        """The roster is handed over."""
        roster = [self.alias(row, vacancy) for row in self.applications]
        self.act(f"selection-{vacancy}", handover(PACK, "d" * 64, roster, source=FILE, seats=seats))

    def score(
        self,
        row: int,
        *,
        skd: Mapping[str, str] | None = None,
        skb: str | None = None,
        kind: str = "general",
        gpa: str | None = "3.50",
        outside: str | None = None,
        vacancy: str = VACANCY,
    ) -> None:
        """The stages that are given."""
        stream, source = f"candidate-{vacancy}+{self.applications[row]}", ImportedRow(import_=FILE, row=row)
        facts = {"kind": kind} if gpa is None else {"kind": kind, "gpa": gpa}
        if skd is not None:
            self.act(stream, ScoreStage(stage="skd", parts=decimals(skd), source=source, facts=facts))
        if skb is not None:
            self.act(stream, ScoreStage(stage="skb", parts=decimals({"skb": skb}), source=source, outside=outside))

    def decide(self, *rows: int, vacancy: str = VACANCY) -> None:
        """A tie, as the committee decided it."""
        order = tuple(self.alias(row, vacancy) for row in rows)
        size = self.platform.selection.ledger.size()
        self.act(f"selection-{vacancy}", DecideTie(as_of=size, order=order, how="lot", minutes="e" * 64))

    def publish(self, by_age: Sequence[Sequence[int]] = (), vacancy: str = VACANCY) -> PublishRanking:
        """The ranking as the read model has it; `by_age` names rows, older first."""
        selection, rows, _ = self.look(vacancy)
        command = publication(
            PACK,
            [
                Placed(place=row.place, alias=row.alias, kind=row.kind, marks=row.marks)
                for row in rows
                if row.place is not None
            ],
            ground="import",
            as_of=self.platform.selection.ledger.size(),
            inputs=selection.inputs,
            by_age=[tuple(self.alias(row, vacancy) for row in order) for order in by_age],
            open_ties=0,
        )
        self.act(f"selection-{vacancy}", command)
        return command

    def look(self, vacancy: str = VACANCY) -> tuple[Selection, list[Row], list[Order]]:
        """The read model of a vacancy, caught up."""
        self.platform.ranking.catch_up(self.platform.selection.ledger)
        with self.platform.ranking.store.begin() as tx:
            return next(iter(queries.picture(tx, [vacancy])))

    def order(self, vacancy: str = VACANCY) -> list[tuple[int, str, int | None, str | None, int]]:
        """(row, kind, place, decided by, shared) in the order of the read model."""
        rows = {application: row for row, application in self.applications.items()}
        return [(rows[one.application], one.kind, one.place, one.decided_by, one.tied) for one in self.look(vacancy)[1]]

    def events(self) -> list[Recorded]:
        """Selection's ledger, whole."""
        return [one for page in self.platform.selection.ledger.read() for one in page]


@contextmanager
def world(folder: Path) -> Iterator[World]:
    """An empty platform."""
    with opened(folder, create=True) as platform:
        yield World(platform)


def contents(tx: sa.Connection, tables: Iterable[sa.Table]) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of the tables, by key."""
    return {
        table.name: [tuple(row) for row in tx.execute(sa.select(table).order_by(*table.primary_key.columns))]
        for table in tables
    }
