"""Official lists in, by the same commands as everything else: the file is checked whole, then one command per row.

The same file again changes nothing: every command's key is the file's digest and the row. Rows are shuffled before they
become commands, for in the order of a public list a leaf would tell whose it is.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import TypeVar

from services.cli.comparison import HIRED, differences
from services.cli.lists import ResultRow, ResultsFile, VacanciesFile, VacancyRow, read_results, read_vacancies
from services.cli.output import Progress
from services.cli.platform import ACTOR, Platform
from services.cli.ranking_publication import OPEN_TIE, publish
from services.intake.rulepacks import AdoptRulePack
from services.intake.vacancies import ListVacancy
from services.people.register import Person
from services.projections import queries
from services.selection.candidates import ScoreStage
from services.selection.imports import ImportResults
from services.selection.publishing import handover
from shared.events import Refused, Unknown, codec, streams
from shared.events.intake import Formation
from shared.events.platform import ImportedRow
from shared.ledger.commitments import digest_of_words
from shared.rules import packs
from shared.rules.errors import UnknownCode
from shared.rules.shapes import Pack
from shared.rules.status import classify
from shared.runtime.calls import Answer, Call
from shared.runtime.pipeline import MOST, Pipeline

T = TypeVar("T")
# The longest stream of a row is its candidacy's: the agency's code, a dot, the formation's number, an application.
LONGEST_VACANCY = streams.LONGEST - len("candidate-+") - 32


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedRow:
    """A row that a rule refused: for the error sheet."""

    row: int
    vacancy: str
    code: str


@dataclass(slots=True)
class Outcome:
    """What an import did: commands of the list `recorded` now, `known` from before, and `refused`.

    `waiting`: rankings that were not published, by the code that says why. Packs and rankings follow from the list
    and are not counted as recorded; what was refused of them is.
    """

    recorded: int = 0
    known: int = 0
    refused: list[RefusedRow] = field(default_factory=list)
    waiting: Counter[str] = field(default_factory=Counter)
    published: int = 0
    differs: list[RefusedRow] = field(default_factory=list)  # rows whose printed result is not the computed one

    def take(self, answer: Answer, row: int, vacancy: str) -> bool:
        """One more answer; whether it was not refused."""
        if answer.failed or answer.refused:
            self.refused.append(RefusedRow(row=row, vacancy=vacancy, code=answer.refused or "failed"))
            return False
        if answer.repeated or not answer.events:
            self.known += 1
        else:
            self.recorded += 1
        return True

    def wait(self, code: str, row: int, vacancy: str) -> None:
        """A ranking was not published. An open tie waits for people; everything else was refused."""
        self.waiting[code] += 1
        if code != OPEN_TIE:
            self.refused.append(RefusedRow(row=row, vacancy=vacancy, code=code))


def adopt_packs(platform: Platform) -> None:
    """The built-in packs, adopted by the system at the first start. Refused, or Unknown after a fault, if one was
    not."""
    calls = []
    today = platform.today()
    for name in packs.names():
        pack = packs.load(name)
        command = AdoptRulePack(
            version=pack.version,
            digest=pack.digest,
            law=pack.law,
            vectors=digest_of_words(packs.vectors(name).decode()),
            from_=today,
        )
        stream, key = f"rulepack-{name}", f"adopt:{name}:{pack.digest[:16]}:{today}"
        calls.append(Call(stream=stream, command=command, by="system", key=key, received_at=platform.now()))
    for answer in platform.intake.run(calls):
        if answer.refused:
            raise Refused(answer.refused)
        if answer.failed:
            raise Unknown("a rule pack could not be adopted, a fault of ours: nothing of the list was recorded")


def import_vacancies(
    platform: Platform, path: Path, progress: Progress, outcome: Outcome | None = None
) -> tuple[VacanciesFile, Outcome]:
    """A list of vacancies that were published elsewhere. WrongFile if its shape is wrong: then nothing is recorded.

    `outcome` is kept up to date, for whoever is interrupted.
    """
    outcome = Outcome() if outcome is None else outcome
    file = read_vacancies(path)
    adopt_packs(platform)
    rows = list(file.vacancies)
    random.SystemRandom().shuffle(rows)
    for part, answers in _sent(platform.intake, rows, lambda row: _listing(platform, file, row), progress, "vacancies"):
        for row, answer in zip(part, answers, strict=True):
            outcome.take(answer, row.row, row.vacancy)
    return file, outcome


def _listing(platform: Platform, file: VacanciesFile, row: VacancyRow) -> Call:
    agency = streams.slug(row.agency)
    command = ListVacancy(
        unit=row.unit,
        post=row.post,
        formations=(Formation(kind=row.kind, seats=row.seats, educations=row.educations),),
        source=ImportedRow(import_=file.sha256, row=row.row),
    )
    stream, key = f"vacancy-{agency}.{row.vacancy}", f"{file.sha256}:{row.row}"
    return Call(stream=stream, command=command, by=ACTOR, key=key, received_at=platform.now())


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """A list of results with what its rows are called here."""

    file: ResultsFile
    pack: Pack
    applications: Mapping[int, str]

    def vacancy(self, row: ResultRow) -> str:
        """The vacancy's id: the agency's code, a dot, the formation's own number."""
        return f"{self.file.agency}.{row.vacancy}"


def import_results(
    platform: Platform,
    path: Path,
    pack: Pack,
    progress: Progress,
    *,
    layout: str | None = None,
    agency: str | None = None,
    outcome: Outcome | None = None,
) -> tuple[Results, Outcome]:
    """An official list of results, up to its rankings. WrongFile if its shape is wrong: then nothing is recorded.

    If the list itself is refused, or another list has opened one of its vacancies, nothing else of it is sent.
    `outcome` is kept up to date, for whoever is interrupted.
    """
    outcome = Outcome() if outcome is None else outcome
    stages = {stage: pack.maxima(stage) for stage in pack.stages}
    file = read_results(
        path,
        map=layout,
        stages=stages,
        known_code=lambda code: _known(pack, code),
        agency=agency,
        longest=LONGEST_VACANCY,
    )
    adopt_packs(platform)
    outcome.refused += _taken(platform, file)
    if outcome.refused:
        return Results(file=file, pack=pack, applications={}), outcome
    (answer,) = platform.selection.run([_on_record(platform, pack, file)])
    if not outcome.take(answer, 0, ""):
        return Results(file=file, pack=pack, applications={}), outcome
    people = [Person(row=row.row, row_id=row.row_id, born=row.born) for row in file.rows]
    applications = platform.register.enrol(file.sha256, f"{file.agency}.{file.sha256[:12]}", people)
    results = Results(file=file, pack=pack, applications=applications)
    _score(platform, results, progress, outcome, closed=_open(platform, results, progress, outcome))
    first = {results.vacancy(row): row.row for row in reversed(file.rows)}
    for vacancy, code in publish(platform, list_order(platform, results), file.sha256, progress).items():
        outcome.wait(code, first.get(vacancy, 0), vacancy)
    vacancies = {row.row: results.vacancy(row) for row in file.rows}
    outcome.differs += [
        RefusedRow(row=row.row, vacancy=results.vacancy(row), code=code)
        for row, code in differences(platform, file.rows, vacancies, applications)
    ]
    return results, outcome


def _taken(platform: Platform, file: ResultsFile) -> list[RefusedRow]:
    """Vacancies that another list has opened already: such a file is refused before anything of it is on record."""
    first = {f"{file.agency}.{row.vacancy}": row.row for row in reversed(file.rows)}
    platform.ranking.catch_up(platform.selection.ledger)
    with platform.ranking.store.begin() as tx:
        opened = queries.sources(tx, list(first))
    return [
        RefusedRow(row=first[vacancy], vacancy=vacancy, code="selection.already_open")
        for vacancy, source in opened.items()
        if source != file.sha256
    ]


def _known(pack: Pack, code: str) -> bool:
    try:
        classify(pack, code)
    except UnknownCode:
        return False
    return True


def _on_record(platform: Platform, pack: Pack, file: ResultsFile) -> Call:
    command = ImportResults(
        body=file.agency,
        stages=tuple(pack.stages),
        rows=len(file.rows),
        vacancies=len({row.vacancy for row in file.rows}),
    )
    stream = f"import-{file.agency}.{file.sha256}"
    return Call(stream=stream, command=command, by=ACTOR, key=f"{file.sha256}:import", received_at=platform.now())


def _open(platform: Platform, results: Results, progress: Progress, outcome: Outcome) -> set[str]:
    """The vacancies that could not be opened: another list has them, and none of their scores is sent."""
    closed: set[str] = set()
    by_vacancy: dict[str, list[ResultRow]] = {}
    for row in results.file.rows:
        by_vacancy.setdefault(results.vacancy(row), []).append(row)
    platform.folder.keys.open_vacancies(by_vacancy)
    openings = list(by_vacancy.items())
    random.SystemRandom().shuffle(openings)
    for part, answers in _sent(
        platform.selection, openings, lambda one: _opening(platform, results, *one), progress, "selections"
    ):
        for (vacancy, rows), answer in zip(part, answers, strict=True):
            if not outcome.take(answer, rows[0].row, vacancy):
                closed.add(vacancy)
    return closed


def _opening(platform: Platform, results: Results, vacancy: str, rows: Sequence[ResultRow]) -> Call:
    alias = platform.folder.keys.aliases(vacancy)
    scheme = digest_of_words(codec.dumps({"pack": results.pack.digest, "stages": list(results.pack.stages)}).decode())
    command = handover(
        results.pack,
        scheme,
        [alias(results.applications[row.row]) for row in rows],
        source=results.file.sha256,
        seats=seats_taken(rows),
    )
    key = f"{results.file.sha256}:open:{vacancy}"
    return Call(stream=f"selection-{vacancy}", command=command, by=ACTOR, key=key, received_at=platform.now())


def seats_taken(rows: Sequence[ResultRow]) -> dict[str, int] | None:
    """Seats by kind, taken from the list as the number of its hired; None where the list has no status codes."""
    if any(row.code is None for row in rows):
        return None
    return {
        kind: sum(row.kind == kind and row.code == HIRED for row in rows) for kind in sorted({row.kind for row in rows})
    }


def _score(
    platform: Platform, results: Results, progress: Progress, outcome: Outcome, *, closed: Collection[str]
) -> None:
    todo = [(row, stage) for row in results.file.rows if results.vacancy(row) not in closed for stage in row.marks]
    random.SystemRandom().shuffle(todo)
    for part, answers in _sent(
        platform.selection, todo, lambda one: _scoring(platform, results, *one), progress, "scores"
    ):
        for (row, _), answer in zip(part, answers, strict=True):
            outcome.take(answer, row.row, results.vacancy(row))


def _scoring(platform: Platform, results: Results, row: ResultRow, stage: str) -> Call:
    stages = list(row.marks)
    outside = row.code if row.code is not None and not classify(results.pack, row.code).in_order else None
    compared = sorted(step.fact for step in results.pack.ties if step.kind == "fact")
    facts = {"kind": row.kind, **{name: codec.decimal(row.facts[name]) for name in compared if name in row.facts}}
    command = ScoreStage(
        stage=stage,
        parts=row.marks[stage],
        source=ImportedRow(import_=results.file.sha256, row=row.row),
        outside=outside if stage == stages[-1] else None,
        facts=facts if stage == stages[0] else None,
    )
    stream = f"candidate-{results.vacancy(row)}+{results.applications[row.row]}"
    key = f"{results.file.sha256}:{row.row}:{stage}"
    return Call(stream=stream, command=command, by=ACTOR, key=key, received_at=platform.now())


def list_order(platform: Platform, results: Results) -> dict[str, dict[str, int]]:
    """By vacancy and alias, the place that the list itself prints: the last word on a tie whose dates it does not
    print."""
    found: dict[str, dict[str, int]] = {}
    ordered = sorted((row for row in results.file.rows if row.order is not None), key=lambda row: row.vacancy)
    for _, rows in groupby(ordered, key=lambda row: row.vacancy):
        mine = list(rows)
        vacancy = results.vacancy(mine[0])
        alias = platform.folder.keys.aliases(vacancy)
        found[vacancy] = {alias(results.applications[row.row]): row.order or 0 for row in mine}
    return found


def _sent(
    pipeline: Pipeline, rows: Sequence[T], call: Callable[[T], Call], progress: Progress, what: str
) -> Iterator[tuple[Sequence[T], list[Answer]]]:
    """Rows as commands, batch by batch, so that others get their turn in between and nothing is held twice."""
    for start in range(0, len(rows), MOST):
        part = rows[start : start + MOST]
        yield part, pipeline.run([call(row) for row in part])
        progress(what, start + len(part), len(rows))
