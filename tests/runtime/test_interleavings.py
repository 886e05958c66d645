"""The platform's property: in what order streams are interleaved, in batches of what size, by one process or by two,
the same commands end in the same states, facts and rankings.

Within a stream the order is kept, and an opening comes before its scores. Positions, times and commitments differ.
"""

import shutil
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from hashlib import sha256
from itertools import cycle, repeat
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from services.projections.ranking import ranking_view
from services.projections.tables import candidacies, orders, selections
from services.selection.candidates import ScoreStage
from services.selection.imports import ImportResults
from services.selection.publishing import handover
from services.selection.selections import DecideTie
from services.selection.service import SELECTION
from shared.events import streams
from shared.events.platform import ImportedRow
from shared.rules import packs
from shared.runtime.calls import Answer, Call
from shared.runtime.subscription import Subscription
from tests.runtime import toy
from tests.runtime.toy import World

PACK = packs.load("cpns-2024")
FILE = sha256(b"a list").hexdigest()
VACANCIES = ("pauh.V1", "pauh.V2", "pauh.V3")
EACH = 4


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with keys for everybody, so that every copy of it gives the same aliases."""
    path = tmp_path_factory.mktemp("template") / "data"
    with toy.world(path, SELECTION) as world:
        world.ledger.keys.ensure(call.stream for call in commands(world))
    return path


def score(vacancy: str, n: int, stage: str, key: str, *, source: str = FILE, **parts: str) -> Call:
    marks = {part: Decimal(mark) for part, mark in parts.items()}
    facts = {"kind": "UMUM", "gpa": "3.50"} if stage == "skd" else None
    command = ScoreStage(stage=stage, parts=marks, source=ImportedRow(import_=source, row=n + 1), facts=facts)
    return Call(stream=f"candidate-{vacancy}+A{n}", command=command, by="operator:shell", key=key, received_at=toy.NOW)


@cache
def _marks(n: int) -> tuple[dict[str, str], dict[str, str]]:
    """Marks of the nth; the first two of a vacancy are equal in everything."""
    same = n // 2 * 2 if n % EACH < 2 else n
    return {"twk": f"{70 + same}", "tiu": f"{90 + same % 3}", "tkp": "170"}, {"skb": f"{60 + same}.5"}


def commands(world: World) -> list[Call]:
    """In an order that is right: the import, its openings, their scores, a tie that is decided; with repetitions and
    refusals."""
    whole = ImportResults(body="pauh", stages=tuple(PACK.stages), rows=12, vacancies=3)
    given = {"by": "operator:shell", "received_at": toy.NOW}
    calls = [Call(stream=f"import-pauh.{FILE}", command=whole, key="import", **given)]
    for at, vacancy in enumerate(VACANCIES):
        people = range(at * EACH, at * EACH + EACH)
        alias = world.folder.keys.aliases(vacancy)
        aliases = [alias(f"A{n}") for n in people]
        opening = handover(PACK, PACK.name, aliases, source=FILE, seats={"UMUM": 1})
        calls += [
            Call(stream=f"selection-{vacancy}", command=opening, key=f"{vacancy}:{key}", **given)
            for key in ("open", "twice")
        ]
        for n in people:
            skd, skb = _marks(n)
            calls += [
                score(vacancy, n, "skd", f"{n}:skd", **skd),
                score(vacancy, n, "skd", f"{n}:skd", **skd),  # the same key
                score(vacancy, n, "skd", f"{n}:again", **skd),  # the same marks
                score(vacancy, n, "skb", f"{n}:skb", **skb),
                score(vacancy, n, "skb", f"{n}:other", skb="1"),  # refused
            ]
        calls += [
            score(vacancy, people[0], "wawancara", f"{vacancy}:stage", skb="1"),  # refused
            score(
                vacancy, people[0], "skb", f"{vacancy}:absent", source="0" * 64, skb="1"
            ),  # refused: it is scored already
            score(vacancy, people[-1], "skb", f"{vacancy}:mark", skb="1000"),  # refused
        ]
        tie = DecideTie(as_of=10**9, order=tuple(aliases[:2]), how="official_list", minutes=FILE)
        calls += [
            Call(stream=f"selection-{vacancy}", command=tie, key=f"{vacancy}:{key}", **given)
            for key in ("tie", "again")
        ]
    absent = score(VACANCIES[0], 90, "skb", "evidence", source="0" * 64, skb="1")  # refused, and recorded
    return [*calls, absent, absent]


def lanes(calls: Sequence[Call]) -> list[list[Call]]:
    """The commands of each stream, in order, without the import and the openings."""
    found = defaultdict(list)
    for call in calls:
        found[call.stream].append(call)
    return list(found.values())


def interleaved(calls: Sequence[Call], chance: Random) -> list[Call]:
    """Another order of the same streams: openings wait for the import, scores for their opening."""
    waiting = lanes(calls)
    done: set[str] = set()
    made: list[Call] = []

    def may(lane: list[Call]) -> bool:
        kind, vacancy = streams.category(lane[0].stream), streams.ident(lane[0].stream)
        if kind == "candidate":
            return f"selection-{vacancy}" in done
        return kind == "import" or f"import-pauh.{FILE}" in done

    while waiting:
        lane = chance.choice([lane for lane in waiting if may(lane)])
        done.add(lane[0].stream)
        made += [lane.pop(0) for _ in range(chance.randint(1, len(lane)))]
        waiting = [lane for lane in waiting if lane]
    return made


@dataclass(frozen=True)
class End:
    """What a history comes to, wherever its events stand."""

    states: dict[str, tuple[Any, int]]
    facts: dict[str, Any]
    ranking: dict[str, list[tuple[Any, ...]]]


def end_of(world: World) -> End:
    """By folds from scratch; that the pipeline's own rows equal them is checked too."""
    found = toy.assert_whole(world.pipeline)
    facts = {
        id: replace(value, changed_at=0) if id.startswith("procedure:") else value
        for id, value in toy.facts_of(world.ledger, SELECTION).items()
    }
    view = Subscription(view=ranking_view(world.folder.keys.aliases), store=world.folder.store("projections"))
    view.create()
    for start in range(0, len(found), 7):
        view.take(found[start : start + 7])
    return End(toy.folded(SELECTION, world.ledger), facts, rows(view))


def is_place(column: sa.Column[Any]) -> bool:
    """Whether it tells where in the ledger something stands."""
    return isinstance(column.type, sa.BigInteger) or column.name == "positions"


def rows(view: Subscription) -> dict[str, list[tuple[Any, ...]]]:
    made = {}
    with view.store.begin() as tx:
        for table in (selections, candidacies, orders):
            shown = [column for column in table.columns if not is_place(column)]
            made[table.name] = [tuple(row) for row in tx.execute(sa.select(*shown).order_by(*shown[:3]))]
    return made


def played(template: Path, calls: Sequence[Call], sizes: Iterator[int], turns: Iterator[bool]) -> tuple[End, list[Any]]:
    """On a copy of the folder, in batches of these sizes, by the first process or by the second."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "data"
        shutil.copytree(template, path)
        with toy.world(path, SELECTION) as one, toy.world(path, SELECTION) as two:
            answers: list[tuple[Call, Answer]] = []
            start = 0
            while start < len(calls):
                part = calls[start : start + next(sizes)]
                answers += zip(part, (one if next(turns) else two).pipeline.run(part), strict=True)
                start += len(part)
            return end_of(one), sorted(
                (call.stream, call.key, answer.events, answer.refused or "", answer.repeated)
                for call, answer in answers
            )


@pytest.fixture(scope="module")
def calls(template: Path) -> list[Call]:
    with toy.world(template, SELECTION) as world:
        return commands(world)


@pytest.fixture(scope="module")
def plain(template: Path, calls: list[Call]) -> tuple[End, list[Any]]:
    """All in one batch, by one process."""
    return played(template, calls, repeat(500), repeat(True))


def test_the_commands_hold_what_they_should(plain: tuple[End, list[Any]]) -> None:
    end, answers = plain
    assert {refused for *_, refused, _ in answers} == {
        "", "score.already", "score.stage_unknown", "score.without_attendance",
    }  # fmt: skip
    assert len(end.ranking["ranking"]) == 12
    assert {row[-1] for row in end.ranking["ranking"]} == {0}, "every tie is decided"
    assert len(end.ranking["ranking_orders"]) == 3
    assert [value.inputs for id, value in sorted(end.facts.items()) if id.startswith("procedure:")] == [9, 9, 9]


@settings(max_examples=20, phases=[Phase.reuse, Phase.generate])
@given(
    seed=st.integers(0, 2**32),
    most=st.lists(st.integers(1, 12) | st.integers(1, 500), min_size=1, max_size=8),
    two=st.booleans(),
)
def test_any_interleaving_in_any_batches_by_one_process_or_two_ends_the_same(
    template: Path, calls: list[Call], plain: tuple[End, list[Any]], seed: int, most: list[int], two: bool
) -> None:
    schedule = interleaved(calls, Random(seed))
    assert sorted(map(id, schedule)) == sorted(map(id, calls))
    assert played(template, schedule, cycle(most), cycle([True, not two])) == plain


@pytest.mark.parametrize("two", [False, True])
def test_one_command_at_a_time_ends_the_same(
    template: Path, calls: list[Call], plain: tuple[End, list[Any]], two: bool
) -> None:
    assert played(template, calls, repeat(1), cycle([True, not two])) == plain
