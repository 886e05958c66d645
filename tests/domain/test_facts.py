"""What selection's streams say to each other: procedure and attendance, row by row."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from services.selection.candidates import ScoreStage
from services.selection.facts import (
    NOBODY,
    NOT_OPEN,
    Attendance,
    Procedure,
    attendance_key,
    fold_attendance,
    fold_procedure,
    procedure_key,
)
from services.selection.imports import ImportResults
from services.selection.selections import OpenSelection, PublishRanking
from shared.events.platform import AttemptRefused, ImportedRow, ListDigest
from shared.events.selection import RankingPublished, ResultsImported, SelectionOpened, StageScored, TieDecided

LIST = "a" * 64
L = ListDigest(rows=3, root="c" * 64)
SELECTION, CANDIDATE, IMPORT = "selection-pauh.7", "candidate-pauh.7+A1", f"import-pauh.{LIST}"

OPENED = SelectionOpened(scheme="d", pack_digest="p", roster=L, source=LIST)
SCORED = StageScored(stage="skd", parts={"twk": Decimal(1)}, source=ImportedRow(import_=LIST, row=1))
TIE = TieDecided(as_of=3, order=("X", "Y"), how="lot", minutes="m")
RANKED = RankingPublished(version=1, ground="import", as_of=9, list=L, head=())
ATTEMPT = AttemptRefused(act="ScoreStage", code="x", digest="0")
IMPORTED = ResultsImported(body="pauh", stages=("skd", "skb"), rows=3, vacancies=1)
SCORE = ScoreStage(stage="skd", parts={}, source=ImportedRow(import_=LIST, row=1))
OPEN = OpenSelection(scheme="d", pack_digest="p", roster=L, source=LIST)
PUBLISH = PublishRanking(ground="import", as_of=9, inputs=1, list=L, head=())


@pytest.mark.parametrize(
    ("stream", "vacancy"),
    [(SELECTION, "pauh.7"), (CANDIDATE, "pauh.7"), (IMPORT, None), ("rulepack-cpns-2024", None)],
)
def test_a_procedure_is_the_vacancys(stream: str, vacancy: str | None) -> None:
    assert procedure_key(stream, SCORED) == vacancy


def test_a_procedure_opens_and_counts_what_its_ranking_is_made_from() -> None:
    opened = fold_procedure(NOT_OPEN, SELECTION, OPENED, 4)
    assert opened == Procedure(pack="p", source=LIST, roster=3)
    assert (NOT_OPEN.is_open, opened.is_open) == (False, True)
    scored = fold_procedure(opened, CANDIDATE, SCORED, 5)
    assert scored == replace(opened, inputs=1, changed_at=5, scored={"skd": 1})
    assert fold_procedure(scored, SELECTION, TIE, 8) == replace(scored, inputs=2, changed_at=8)
    assert fold_procedure(scored, "candidate-pauh.7+A2", SCORED, 6).scored == {"skd": 2}


@pytest.mark.parametrize("event", [RANKED, ATTEMPT, IMPORTED])
def test_what_moves_nobody_changes_no_procedure(event: Any) -> None:
    """The same object comes back: the runtime writes no row."""
    before = Procedure(pack="p", source=LIST, roster=3, inputs=2, changed_at=7)
    assert fold_procedure(before, SELECTION, event, 9) is before


@pytest.mark.parametrize(
    ("stream", "act", "key"),
    [
        (IMPORT, IMPORTED, LIST),
        (IMPORT, ImportResults(body="pauh", stages=("skd",), rows=1, vacancies=1), LIST),
        (CANDIDATE, SCORE, LIST),
        (CANDIDATE, SCORED, LIST),
        (SELECTION, OPEN, LIST),
        (SELECTION, OPENED, LIST),
        (SELECTION, PUBLISH, None),
        (SELECTION, TIE, None),
        (CANDIDATE, ATTEMPT, None),
        (CANDIDATE, replace(SCORED, source=None), None),
    ],
)
def test_attendance_is_the_imports_that_is_cited(stream: str, act: Any, key: str | None) -> None:
    assert attendance_key(stream, act) == key


def test_an_import_is_the_attendance_of_its_stages() -> None:
    assert fold_attendance(NOBODY, IMPORT, IMPORTED, 0) == Attendance(stages=("skd", "skb"), rows=3)


@pytest.mark.parametrize("event", [SCORED, OPENED, ATTEMPT])
def test_citing_an_import_is_no_attendance(event: Any) -> None:
    """Otherwise the score itself would be the proof that somebody came (Langkat 2023)."""
    assert fold_attendance(NOBODY, CANDIDATE, event, 3) is NOBODY
