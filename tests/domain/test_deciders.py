"""What holds for every decider: the same command again changes nothing, and a fold never refuses."""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import reduce
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.intake import rulepacks, vacancies
from services.intake.facts import NO_POST, NO_ROLL, NO_ROUND
from services.selection import candidates, imports, selections
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
from shared.events import Refused
from shared.events.intake import Formation, RulePackEvent, VacancyEvent
from shared.events.platform import AttemptRefused, ImportedRow, ListDigest
from shared.events.selection import CandidateEvent, ImportEvent, SelectionEvent
from shared.rules import packs
from shared.runtime.service import Decider

PACK = packs.load("cpns-2024").digest
LISTS = st.sampled_from(["a" * 64, "b" * 64])
ROWS = st.builds(ImportedRow, import_=LISTS, row=st.integers(1, 2))
DIGESTS = st.builds(ListDigest, rows=st.integers(1, 2), root=LISTS)
PEOPLE = st.sampled_from("XYZ")
ORDERS = st.lists(PEOPLE, max_size=3).map(tuple)
STAGES = st.sampled_from(["skd", "skb", "sktt"])

FORMATIONS = st.builds(
    Formation, kind=st.sampled_from(["general", "papua"]), seats=st.integers(-1, 2), educations=ORDERS
)
COMMANDS: dict[str, st.SearchStrategy[Any]] = {
    "vacancy": st.builds(
        vacancies.ListVacancy,
        unit=PEOPLE,
        post=PEOPLE,
        formations=st.lists(FORMATIONS, max_size=2).map(tuple),
        source=ROWS,
    ),
    "rulepack": st.builds(
        rulepacks.AdoptRulePack,
        version=st.integers(0, 3),
        digest=LISTS,
        law=ORDERS,
        vectors=LISTS,
        from_=st.just(dt.date(2024, 8, 1)),
    ),
    "import": st.builds(
        imports.ImportResults,
        body=PEOPLE,
        stages=st.lists(STAGES, max_size=2).map(tuple),
        rows=st.integers(0, 2),
        vacancies=st.integers(0, 1),
    ),
    "candidate": st.builds(
        candidates.ScoreStage,
        stage=STAGES,
        parts=st.dictionaries(st.sampled_from(["twk", "skb"]), st.sampled_from(list(map(Decimal, (0, 65, 151))))),
        source=ROWS,
        outside=st.sampled_from([None, "TH", "P/L", "?"]),
        facts=st.sampled_from([None, {"kind": "general"}]),
    ),
    "selection": st.one_of(
        st.builds(
            selections.OpenSelection,
            scheme=LISTS,
            pack_digest=st.just(PACK),
            roster=DIGESTS,
            source=LISTS,
            seats=st.sampled_from([None, {"general": 1}]),
        ),
        st.builds(selections.DecideTie, as_of=st.integers(0, 9), order=ORDERS, how=PEOPLE, minutes=LISTS),
        st.builds(
            selections.PublishRanking,
            ground=st.just("import"),
            as_of=st.integers(0, 9),
            inputs=st.integers(0, 2),
            list=DIGESTS,
            head=st.just(()),
            by_age=st.lists(ORDERS, max_size=1).map(tuple),
            open_ties=st.integers(0, 1),
        ),
    ),
}


@dataclass
class Stream:
    """A stream alone in its ledger, with the facts that its own events make."""

    decider: Decider
    name: str
    facts: Callable[[Procedure, Attendance], Any]
    state: Any
    procedure: Procedure
    attendance: Attendance
    size: int = 0

    def decide(self, command: Any) -> tuple[Sequence[Any], str | None]:
        """What happens, or the evidence and the code of a refusal."""
        key = attendance_key(self.name, command)
        attendance = self.attendance if key == "a" * 64 else NOBODY
        try:
            return self.decider.decide(command, self.state, self.facts(self.procedure, attendance)), None
        except Refused as refusal:
            return refusal.evidence, refusal.code

    def happen(self, events: Sequence[Any]) -> None:
        """State and facts move on."""
        self.state = reduce(self.decider.evolve, events, self.state)
        for event in events:
            if procedure_key(self.name, event) is not None:
                self.procedure = fold_procedure(self.procedure, self.name, event, self.size)
            self.size += 1


def stream(category: str) -> Stream:
    """An empty one of each category."""
    listed = Attendance(stages=("skd", "skb"), rows=2)
    opened = Procedure(pack=PACK, source="a" * 64, roster=2)
    name = {"candidate": "candidate-pauh.7+A1", "import": f"import-pauh.{'a' * 64}"}.get(category, f"{category}-pauh.7")
    decider, facts = DECIDERS[category]
    return Stream(
        decider=decider,
        name=name,
        facts=facts,
        state=decider.initial,
        procedure=opened if category == "candidate" else NOT_OPEN,
        attendance=listed,
    )


DECIDERS: dict[str, tuple[Decider, Callable[[Procedure, Attendance], Any]]] = {
    "vacancy": (vacancies, lambda p, a: vacancies.Facts(post=NO_POST, round=NO_ROUND, roll=NO_ROLL)),
    "rulepack": (rulepacks, lambda procedure, attendance: rulepacks.Facts()),
    "import": (imports, lambda procedure, attendance: imports.Facts()),
    "candidate": (candidates, lambda p, a: candidates.Facts(procedure=p, attendance=a)),
    "selection": (selections, lambda p, a: selections.Facts(procedure=p, attendance=a)),
}


@pytest.mark.parametrize("category", DECIDERS)
@given(st.data())
def test_the_same_command_again_changes_nothing(category: str, data: st.DataObject) -> None:
    """Whatever came before; and what was refused leaves the stream as it was, evidence or not."""
    one = stream(category)
    for command in data.draw(st.lists(COMMANDS[category], max_size=8)):
        before = one.state
        events, refused = one.decide(command)
        one.happen(events)
        if refused is None:
            assert one.decide(command) == ([], None)
        else:
            assert all(isinstance(event, AttemptRefused) for event in events)
            assert one.state == before
            assert one.decide(command)[1] == refused


UNIONS: dict[str, Any] = {
    "vacancy": VacancyEvent,
    "rulepack": RulePackEvent,
    "import": ImportEvent,
    "candidate": CandidateEvent,
    "selection": SelectionEvent,
}


@pytest.mark.parametrize("category", DECIDERS)
@settings(max_examples=50)
@given(st.data())
def test_a_fold_never_refuses_whatever_a_stream_holds(category: str, data: st.DataObject) -> None:
    """Events are facts: a rule that came later cannot undo them, so any of the stream's union folds, in any order."""
    decider, _ = DECIDERS[category]
    kinds = st.one_of([st.from_type(kind) for kind in get_args(UNIONS[category])])
    state, procedure, attendance = decider.initial, NOT_OPEN, NOBODY
    for position, event in enumerate(data.draw(st.lists(kinds, max_size=6))):
        state = decider.evolve(state, event)
        procedure = fold_procedure(procedure, "selection-pauh.7", event, position)
        attendance = fold_attendance(attendance, "import-pauh.a", event, position)
        assert procedure.inputs <= position + 1
    assert decider.evolve(state, AttemptRefused(act="x", code="x", digest="0")) == state


def test_the_folded_state_is_the_same_however_often_it_is_read() -> None:
    """A state is never changed in place: two readers of one state cannot disturb each other."""
    one = stream("candidate")
    command = candidates.ScoreStage(stage="skd", parts={}, source=ImportedRow(import_="a" * 64, row=1))
    events, _ = one.decide(command)
    before = one.state
    one.happen(events)
    assert before == candidates.initial
    assert one.decide(replace(command, outside="TH"))[1] == "score.already"
