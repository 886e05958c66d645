"""Whom the announced results of earlier stages have left behind, made once for each announcement: roll call asks it of
everybody, one by one."""

from __future__ import annotations

from collections import OrderedDict
from typing import Final

import sqlalchemy as sa

from services.selection import marked_tables as tables
from services.selection.results import unannounced
from services.selection.standings import Rules, behind
from shared.ledger import Ledger

MOST: Final = 256  # announcements remembered; a vacancy has a handful

Announced = tuple[tuple[str, int], ...]  # stage and version


class LeftBehind:
    """Remembers by vacancy and announcements; the order of a vacancy's stages never changes once it is handed over."""

    def __init__(self) -> None:
        self._found: OrderedDict[tuple[str, Announced], frozenset[str]] = OrderedDict()
        self._stages: dict[str, tuple[str, ...]] = {}

    def is_through(self, ledger: Ledger, vacancy: str, application: str, stage: str) -> bool:
        """Whether no announced result of a stage before this one has left somebody behind; also where nothing is known
        of the vacancy or the stage, which the rule then says."""
        if stage == next(iter(self._stages.get(vacancy, ())), None):
            return True  # nothing comes before the first
        with ledger.reader.begin() as tx:
            stages = self._order(tx, vacancy)
            earlier = stages[: stages.index(stage)] if stage in stages else ()
            course = tables.procedure_of(tx, vacancy).course if earlier else None
            if course is None:
                return True
            announced = tuple((one, course.announced[one].version) for one in earlier if one in course.announced)
            return not announced or application not in self._behind(tx, vacancy, announced)

    def is_told(self, ledger: Ledger, vacancy: str, stage: str) -> bool:
        """Whether every line before this stage has been drawn in an announcement: without one, nobody is left
        behind."""
        if stage == next(iter(self._stages.get(vacancy, ())), None):
            return True
        with ledger.reader.begin() as tx:
            stages = self._order(tx, vacancy)
            procedure = tables.procedure_of(tx, vacancy)
        earlier = stages[: stages.index(stage)] if stage in stages else ()
        return procedure.course is None or not unannounced(procedure.pack, procedure.course, earlier)

    def _order(self, tx: sa.Connection, vacancy: str) -> tuple[str, ...]:
        """In the notice's order; a fact's keys have none."""
        if vacancy not in self._stages:
            marked = tables.marked(tx, vacancy)
            if marked is None:
                return ()
            self._stages[vacancy] = tuple(one.id for one in marked.terms.stages)
        return self._stages[vacancy]

    def _behind(self, tx: sa.Connection, vacancy: str, announced: Announced) -> frozenset[str]:
        key = vacancy, announced
        if key not in self._found:
            marked = tables.marked(tx, vacancy)
            rows = tables.of_vacancy(tx, vacancy)
            stages = [stage for stage, _ in announced]
            self._found[key] = frozenset() if marked is None else behind(Rules.of(marked), rows, stages)
            while len(self._found) > MOST:
                self._found.popitem(last=False)
        return self._found[key]
