"""The work that is measured: scores of people whom the ledger has never seen, in selections that are open.

Each is one `ScoreStage` on a stream of its own, as an import sends it; few vacancies draw most of them, as in life.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from hashlib import sha256
from pathlib import Path

from services.selection.candidates import ScoreStage
from services.selection.imports import ImportResults
from services.selection.selections import OpenSelection
from services.selection.service import SELECTION
from shared.events.platform import ImportedRow, ListDigest
from shared.rules import packs
from shared.runtime.calls import Answer, Call
from shared.runtime.folder import Folder
from shared.runtime.pipeline import Pipeline
from shared.runtime.rebuild import FoldedFacts

PACK = "cpns-2024"
AGENCY = "bench"
SOURCE = sha256(b"a list that nobody printed").hexdigest()
AT = "2027-03-15T02:41:07.123456Z"
BY = "operator:bench"
VACANCIES = 500
ROSTER = 1_000_000  # more than are ever scored here
SEED = 27


@dataclass(frozen=True, slots=True, kw_only=True)
class Applicant:
    """Somebody with marks: ids as the platform mints them, 128 bits each."""

    number: int
    person: str
    application: str
    vacancy: str
    marks: dict[str, dict[str, Decimal]]
    gpa: str

    def call(self, stage: str = "skd") -> Call:
        """The command that scores a stage of this one."""
        command = ScoreStage(
            stage=stage,
            parts=self.marks[stage],
            source=ImportedRow(import_=SOURCE, row=self.number),
            facts={"kind": "general", "gpa": self.gpa} if stage == "skd" else None,
        )
        stream = f"candidate-{self.vacancy}+{self.application}"
        return Call(stream=stream, command=command, by=BY, key=f"{SOURCE}:{self.number}:{stage}", received_at=AT)


def vacancies() -> list[str]:
    """The ids of the vacancies."""
    return [f"{AGENCY}.{number}" for number in range(1, VACANCIES + 1)]


def applicants(count: int) -> list[Applicant]:
    """So many people, the same every time; the n-th vacancy draws in proportion to 1/n."""
    chance = random.Random(SEED)
    drawn = chance.choices(vacancies(), [1 / n for n in range(1, VACANCIES + 1)], k=count)
    return [
        Applicant(
            number=number,
            person=chance.randbytes(16).hex(),
            application=chance.randbytes(16).hex(),
            vacancy=vacancy,
            marks={
                "skd": {
                    "tiu": Decimal(5 * chance.randint(8, 35)),
                    "tkp": Decimal(chance.randint(90, 225)),
                    "twk": Decimal(5 * chance.randint(6, 30)),
                },
                "skb": {"skb": Decimal(chance.randint(2000, 9500)).scaleb(-2)},
            },
            gpa=f"{chance.randint(275, 400) / 100:.2f}",
        )
        for number, vacancy in enumerate(drawn, 1)
    ]


class Office:
    """A data folder in which every selection is open; nobody has been scored yet."""

    def __init__(self, path: Path) -> None:
        self.folder = Folder(path / "ours", create=True)
        self.pipeline = Pipeline(SELECTION, self.folder.ledger(SELECTION))
        self._answered(self.pipeline.run([self._on_record(), *map(self._opening, vacancies())]))
        self.before = self.pipeline.ledger.size()

    def enrol(self, people: Sequence[Applicant]) -> None:
        """Their keys, in one transaction, as an import makes them."""
        self.folder.keys.enrol({one.person: [one.application] for one in people})

    def folded(self) -> int:
        """How many scores the ledger holds, by folding every event of it anew."""
        facts = FoldedFacts(SELECTION)
        for page in self.pipeline.ledger.read():
            facts.fold(page)
        return sum(getattr(value, "inputs", 0) for value in facts.values.values())

    def stored(self) -> int:
        """How many events came after the openings."""
        return self.pipeline.ledger.size() - self.before

    def close(self) -> None:
        """All connections."""
        self.folder.close()

    def _on_record(self) -> Call:
        command = ImportResults(body=AGENCY, stages=("skd", "skb"), rows=ROSTER, vacancies=VACANCIES)
        return Call(stream=f"import-{AGENCY}.{SOURCE}", command=command, by=BY, key="import", received_at=AT)

    def _opening(self, vacancy: str) -> Call:
        command = OpenSelection(
            scheme="0" * 64,
            pack_digest=packs.load(PACK).digest,
            roster=ListDigest(rows=ROSTER, root="0" * 64),
            source=SOURCE,
        )
        return Call(stream=f"selection-{vacancy}", command=command, by=BY, key=f"open:{vacancy}", received_at=AT)

    def _answered(self, answers: Sequence[Answer]) -> None:
        if not all(answer.events == 1 for answer in answers):
            raise RuntimeError("the selections do not open")
