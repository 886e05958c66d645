"""What the deciders accept never stops the ranking: one bad command would stop it for every vacancy."""

from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.selection.candidates import ScoreStage
from services.selection.facts import procedure_key
from services.selection.publishing import handover
from services.selection.selections import DecideTie, OpenSelection, PublishRanking
from services.selection.service import ATTENDANCE, PROCEDURE, SELECTION
from shared.events.platform import ImportedRow, ListDigest
from shared.events.selection import RankedRow
from shared.runtime.calls import Call
from shared.runtime.pipeline import Pipeline
from tests.services.world import FILE, PACK, VACANCY, World, world

CANDIDATES = 3
TEXTS = st.sampled_from(["general", "9", "abc", "-0", "3.5", "", "1E+3", "SITI AMINAH", "9" * 30])
MARKS = st.sampled_from(list(map(Decimal, ("0", "-0", "0E-3", "1E+1", "90", "100.001", "1E+99999999", "NaN", "65.5"))))
NUMBERS = st.sampled_from([-1, 0, 1, 2, 5, 2**53 - 1, 2**63])


def commands(aliases: list[str]) -> st.SearchStrategy[tuple[int | None, Any]]:
    """(row of a candidacy, or None for the selection; the command)"""
    digests = st.builds(ListDigest, rows=NUMBERS, root=st.just("c" * 64))
    orders = st.lists(st.sampled_from(aliases), max_size=3).map(tuple)
    kinds = st.sampled_from(["general", "9", "SITI AMINAH"])
    head = st.builds(
        RankedRow, place=NUMBERS, alias=st.sampled_from(aliases), kind=kinds, stages=st.just({}), final=MARKS
    )
    score = st.builds(
        ScoreStage,
        stage=st.sampled_from(["skd", "skb", "sktt"]),
        parts=st.dictionaries(st.sampled_from(["twk", "tiu", "skb"]), MARKS, max_size=2),
        source=st.builds(ImportedRow, import_=st.just(FILE), row=st.integers(0, CANDIDATES + 1)),
        outside=st.sampled_from([None, None, "TH", "?", ""]),
        facts=st.none() | st.dictionaries(st.sampled_from(["kind", "gpa", "height"]), TEXTS, max_size=2),
    )
    opening = st.builds(
        OpenSelection,
        scheme=st.just("d" * 64),
        pack_digest=st.sampled_from([PACK.digest, "deadbeef"]),
        roster=digests,
        source=st.sampled_from([FILE, "\ud800"]),
        seats=st.none() | st.dictionaries(kinds, NUMBERS, max_size=2),
    )
    tie = st.builds(DecideTie, as_of=st.integers(0, 60), order=orders, how=st.just("lot"), minutes=st.just("m"))
    ranking = st.builds(
        PublishRanking,
        ground=st.just("import"),
        as_of=st.integers(0, 60) | NUMBERS,
        inputs=st.integers(0, 6),
        list=digests,
        head=st.lists(head, max_size=2).map(tuple),
        by_age=st.lists(orders, max_size=2).map(tuple),
    )
    candidacy = st.tuples(st.integers(1, CANDIDATES + 1), score)
    procedure = st.tuples(st.none(), st.one_of(opening, tie, ranking))
    return st.one_of(candidacy, candidacy, procedure)


def sent(here: World, key: str, row: int | None, command: Any) -> Call:
    stream = f"selection-{VACANCY}" if row is None else f"candidate-{VACANCY}+{here.applications[row]}"
    return Call(stream=stream, command=command, by="x", key=key, received_at=here.platform.now())


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), opened=st.booleans())
def test_the_ranking_never_stops_at_what_was_accepted(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject, opened: bool
) -> None:
    with world(tmp_path_factory.mktemp("world")) as here:
        here.enrol(CANDIDATES + 1)
        aliases = [here.alias(row) for row in here.applications]
        if opened:
            here.act(f"selection-{VACANCY}", handover(PACK, "d" * 64, aliases[:CANDIDATES], source=FILE, seats=None))
        asked = data.draw(st.lists(commands(aliases), max_size=12))
        here.platform.selection.run([sent(here, f"{n}", *one) for n, one in enumerate(asked)])
        here.platform.ranking.catch_up(here.platform.selection.ledger)


def test_a_command_whose_facts_cannot_be_told_fails_alone(tmp_path: Path) -> None:
    """A lone surrogate, or a source that is none: the others of the batch are recorded."""
    with world(tmp_path) as here:
        here.enrol(2)
        aliases = [here.alias(row) for row in here.applications]
        good = handover(PACK, "d" * 64, aliases, source=FILE, seats=None)

        unreadable = handover(PACK, "d" * 64, aliases, source="\ud800", seats=None)
        odd: Any = type("Odd", (), {"__str__": lambda self: 1 / 0})()
        broken = ScoreStage(stage="skd", parts={}, source=odd)
        answers = here.platform.selection.run(
            [sent(here, "1", None, unreadable), sent(here, "2", 1, broken), sent(here, "3", None, good)]
        )
        assert answers[0].refused == "command.unreadable"
        assert answers[1].failed or answers[1].refused == "command.unreadable"
        assert answers[2].events == 1


def test_a_fault_in_the_key_of_a_fact_fails_its_command_alone(tmp_path: Path) -> None:
    def faulty(stream: str, act: Any) -> str | None:
        if getattr(act, "scheme", "") == "f" * 64:
            raise RuntimeError("a fault of ours")
        return procedure_key(stream, act)

    with world(tmp_path) as here:
        here.enrol(2)
        aliases = [here.alias(row) for row in here.applications]
        facts = (replace(PROCEDURE, key=faulty), ATTENDANCE)
        pipeline = Pipeline(replace(SELECTION, facts=facts), here.platform.selection.ledger)
        bad, good = (handover(PACK, scheme * 64, aliases, source=FILE, seats=None) for scheme in "fd")
        first, second = pipeline.run([sent(here, "1", None, bad), sent(here, "2", None, good)])
        assert (first.failed, second.events) == (True, 1)
