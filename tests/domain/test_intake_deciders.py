"""What holds for every stream of intake, whatever was done before, in whichever order."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.intake import vacancies
from services.intake.facts import NO_NOTICE, Notice
from services.intake.service import INTAKE
from shared.events import Refused, instant, streams
from shared.events.intake import ApplicationEvent, NeedEvent, PostEvent, RoundEvent, VacancyEvent
from shared.events.platform import AttemptRefused, ListDigest
from tests.contract import strategies
from tests.domain import test_applications as person
from tests.domain import test_needs as need
from tests.domain import test_notices as vacancy
from tests.domain import test_posts as post
from tests.domain import test_rounds as round_
from tests.domain.notices import NEED, PUBLISH, ROUND, UNTIL, VACANCY

POST, ROUND_, NOTICE = "post-pauh.perawat", f"round-{ROUND}", f"vacancy-{VACANCY}"
FILES = tuple(f"application-pauh.{sign * 32}" for sign in "ab")
TICK = dt.timedelta(microseconds=1)
MOMENTS = tuple(
    instant(moment)
    for moment in (UNTIL - TICK, UNTIL, UNTIL + vacancies.TICKET, UNTIL + dt.timedelta(days=5))
)  # fmt: skip

FIXED = {
    POST: (post.ADOPT, replace(post.ADOPT, class_="9"), post.assign("2027-01-04", "2027-04-03")),
    f"need-{NEED}": (need.CEIL, need.PROPOSE, need.RECOMMEND, need.APPROVE, replace(need.APPROVE, seats=9)),
    ROUND_: (replace(round_.OPEN, kind="cpns"), round_.OPEN, round_.CLOSE, replace(round_.OPEN, ok=None)),
    NOTICE: (
        replace(PUBLISH, analysis=1), PUBLISH, replace(PUBLISH, ok=None), vacancy.SPREAD, vacancy.EXTEND,
        vacancy.CANCEL, vacancy.ASSIGN, replace(vacancy.ASSIGN, verifier=person.VERIFIER),
    ),
}  # fmt: skip
MINE = (person.SEND, replace(person.SEND, vacancy="pauh.2027-015"), person.LEAVE, person.CHECK, person.OBJECT,
        replace(person.CHECK, findings=person.MET), person.UPHOLD, person.REJECT)  # fmt: skip


@dataclass
class Ledger:
    """Intake's streams and facts in memory, kept in step as the pipeline does."""

    states: dict[str, Any] = field(default_factory=dict)
    facts: dict[str, Any] = field(default_factory=dict)
    homes: dict[tuple[str, str], str | None] = field(default_factory=dict)
    size: int = 0

    def row(self, fact: Any, stream: str, act: Any) -> str | None:
        key: str | None = fact.key(stream, act)
        if key is None and fact.home is not None:
            key = fact.home(self.states[stream])
        return key

    def decide(self, stream: str, command: Any) -> tuple[Sequence[Any], str | None]:
        decider = INTAKE.deciders[streams.category(stream)]
        state = self.states.setdefault(stream, decider.initial)
        wanted = {
            fact.name: self.facts.get(f"{fact.name}:{self.row(fact, stream, command)}", fact.initial)
            for fact in INTAKE.facts
            if fact.name in decider.Facts.__dataclass_fields__
        }
        try:
            return decider.decide(command, state, decider.Facts(**wanted)), None
        except Refused as refusal:
            return refusal.evidence, refusal.code

    def happen(self, stream: str, command: Any, events: Sequence[Any]) -> None:
        decider = INTAKE.deciders[streams.category(stream)]
        for event in events:
            loaded = {fact.name: self.row(fact, stream, command) for fact in INTAKE.facts}
            self.states[stream] = decider.evolve(self.states[stream], event)
            for fact in INTAKE.facts:
                key = self.row(fact, stream, event)
                assert key is None or key == loaded[fact.name]  # its command asked for the row that it changes
                if key is not None:
                    id = f"{fact.name}:{key}"
                    before = self.facts.get(id, fact.initial)
                    self.facts[id] = fact.fold(before, stream, event, self.size)
            self.size += 1


@st.composite
def acts(draw: st.DrawFn, ledger: Ledger) -> tuple[str, Any]:
    """Anything that somebody may try; lists are right or off by one."""
    stream = draw(st.sampled_from([*FIXED, *FILES, *FILES, NOTICE]))
    at = draw(st.sampled_from(MOMENTS))
    if stream in FILES:
        command: Any = draw(st.sampled_from(MINE))
        return stream, replace(command, at=at) if hasattr(command, "at") else command
    if stream == NOTICE and draw(st.booleans()):
        roll = ledger.facts.get(f"roll:{VACANCY}")
        rows = 0 if roll is None else roll.submitted - roll.withdrawn + draw(st.integers(0, 1))
        if draw(st.booleans()):
            made = ListDigest(rows=rows, root="e" * 64)
            return stream, vacancies.CloseApplications(roll=made, as_of=ledger.size, at=at)
        meets = ListDigest(rows=rows, root="9" * 64)
        inputs = 0 if roll is None else roll.inputs
        return stream, replace(vacancy.ANNOUNCE, meets=meets, fails=0, as_of=ledger.size, inputs=inputs, at=at)
    return stream, draw(st.sampled_from(FIXED[stream]))


@settings(max_examples=40)
@given(st.data())
def test_the_same_command_again_changes_nothing(data: st.DataObject) -> None:
    """What was done is done once; what was refused leaves the stream as it was, and is refused again."""
    ledger = Ledger()
    for _ in range(data.draw(st.integers(1, 25))):
        stream, command = data.draw(acts(ledger))
        events, refused = ledger.decide(stream, command)
        before = ledger.states[stream]
        ledger.happen(stream, command, events)
        if refused is None:
            assert ledger.decide(stream, command) == ([], None), command
        else:
            assert (events, ledger.states[stream]) == ((), before)
            assert ledger.decide(stream, command)[1] == refused


def test_an_agency_goes_from_an_analysis_to_an_announced_result() -> None:
    """events.md 4, the flow up to the announced check, over the facts that the streams themselves make."""
    ledger = Ledger()
    for stream, command in (
        (POST, post.ADOPT), (f"need-{NEED}", replace(need.CEIL, analysis=1)), (f"need-{NEED}", need.RECOMMEND),
        (f"need-{NEED}", need.APPROVE), (ROUND_, replace(round_.OPEN, kind="cpns")),
        (NOTICE, replace(PUBLISH, analysis=1)), (FILES[0], person.SEND), (FILES[1], person.SEND),
        (FILES[1], person.LEAVE),
        (NOTICE, replace(vacancy.CLOSE, roll=ListDigest(rows=1, root="e" * 64), as_of=9)),
        (NOTICE, replace(vacancy.ASSIGN, verifier=person.VERIFIER, list=ListDigest(rows=1, root="a" * 64))),
        (FILES[0], person.CHECK),
        (NOTICE, replace(vacancy.ANNOUNCE, meets=ListDigest(rows=0, root="9" * 64), fails=1, as_of=12, inputs=2)),
        (FILES[0], replace(person.OBJECT, at="2026-05-05T00:00:00.000000Z")), (FILES[0], person.UPHOLD),
        (ROUND_, round_.CLOSE),
    ):  # fmt: skip
        events, refused = ledger.decide(stream, command)
        assert (len(events), refused) == (1, None), command
        ledger.happen(stream, command, events)
    assert ledger.states[FILES[0]].findings == person.MET


UNIONS: dict[str, Any] = {
    "post": PostEvent, "need": NeedEvent, "round": RoundEvent, "vacancy": VacancyEvent, "application": ApplicationEvent,
}  # fmt: skip


@settings(max_examples=30)
@pytest.mark.parametrize("category", UNIONS)
@given(st.data())
def test_a_fold_never_refuses_whatever_a_stream_holds(category: str, data: st.DataObject) -> None:
    """Events are facts: any of the stream's union folds, in any order, into state and facts."""
    decider, name = INTAKE.deciders[category], f"{category}-pauh.x+y+2027"
    kinds = st.one_of([strategies.of(kind) for kind in get_args(UNIONS[category])])
    state, values = decider.initial, {fact.name: fact.initial for fact in INTAKE.facts}
    for position, event in enumerate(data.draw(st.lists(kinds, max_size=6))):
        state = decider.evolve(state, event)
        for fact in INTAKE.facts:
            values[fact.name] = fact.fold(values[fact.name], name, event, position)
    assert decider.evolve(state, AttemptRefused(act="x", code="x", digest="0")) == state


def test_before_a_notice_there_is_no_window() -> None:
    assert Notice() == NO_NOTICE
