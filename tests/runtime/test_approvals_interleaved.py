"""Four eyes whatever the order: nothing is done without two persons of two units (ASVS 5.0 2.3.5)."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.events import codec, streams
from shared.events.platform import ActApproved, ActProposed
from shared.runtime.approvals import RefuseAct
from shared.runtime.calls import Call
from shared.runtime.grants import digest_of_call
from shared.runtime.pipeline import Pipeline
from shared.runtime.timetable import tick
from tests.runtime import toy
from tests.runtime.pairs import ID, MONTH, PAIRED, UNITS, about, act, approve, propose
from tests.runtime.toy import Settle, Settled, World


@pytest.fixture
def world(path: Path) -> Iterator[World]:
    with toy.world(path, PAIRED) as one:
        yield one


AGENCIES = count()
PEOPLE, TEXTS, NUMBERS = st.sampled_from(sorted(UNITS)), st.sampled_from("xy"), st.sampled_from("12")
TIMES = st.sampled_from([toy.NOW, "2027-03-16T02:00:00.000000Z", "2027-03-18T02:00:00.000000Z"])
STEPS = st.tuples(
    st.sampled_from(["propose", "approve", "approve", "refuse", "run", "tick"]), PEOPLE, TEXTS, NUMBERS, TIMES
)


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with toy.world(tmp_path_factory.mktemp("many") / "data", PAIRED) as one:
        yield one


@settings(max_examples=60)
@given(st.lists(STEPS, min_size=3, max_size=14))
def test_no_interleaving_lets_an_act_be_done_without_two_persons_of_two_units(many: World, steps: Any) -> None:
    """Three persons in two units, two acts, two proposals, any order, any time."""
    agency = f"a{next(AGENCIES)}"
    for step, person, text, number, at in steps:
        id = f"{agency}.P{number}"
        call = act(many, text, f"{agency}.R1", by=person, received_at=at)
        match step:
            case "propose":
                propose(many, call, id, received_at=at)
            case "approve":
                approve(many, call, id, person, received_at=at)
            case "refuse":
                about(many, RefuseAct(reason="no"), person, id, received_at=at)
            case "run":
                many.one(replace(call, unit=UNITS[person]))
            case _:
                tick(many.pipeline, at)
    tick(many.pipeline, MONTH)
    assert_two_persons(many, agency)


def assert_two_persons(world: World, agency: str) -> None:
    """Every act that was done has a proposal and an approval of its own, by two, of two units, in time."""
    found = [one for one in toy.history(world.ledger) if streams.agency(one.stream) == agency]
    done = [one for one in found if isinstance(codec.event_of(one), Settled)]
    used = [codec.event_of(one).ok for one in done]
    assert len(set(used)) == len(used)
    for one in done:
        event = codec.event_of(one)
        (first, then), (usul, setuju) = pair_of(f"approval-{event.ok}", found)
        assert first.actor == one.actor == usul.proposer == setuju.proposer
        assert first.actor != then.actor
        assert UNITS[str(first.actor)] == usul.unit != setuju.unit == UNITS[str(then.actor)]
        asked = Call(stream=one.stream, command=Settle(text=event.text), by="", key="k", received_at=toy.NOW)
        assert usul.digest == setuju.digest == digest_of_call(asked)
        assert first.position < then.position < one.position
        assert max(map(instant_of, (first, then, one))) < usul.until


def instant_of(one: Any) -> dt.datetime:
    return dt.datetime.fromisoformat(one.received_at)


def pair_of(stream: str, found: list[Any]) -> tuple[list[Any], list[Any]]:
    made = [one for one in found if one.stream == stream]
    events = [codec.event_of(one) for one in made]
    assert [type(event) for event in events] == [ActProposed, ActApproved]
    return made, events


def test_the_property_sees_what_it_should(world: World) -> None:
    """The same check fails where the rule is taken away."""
    call = act(world)
    propose(world, call)
    approve(world, call)
    tick(world.pipeline, toy.NOW)
    assert_two_persons(world, "pauh")
    open_house = toy.Rules(
        toy.Roster(), toy.RosterFacts, lambda command, state, facts: [Settled(text="x", ok=ID)], toy.evolve_roster
    )
    Pipeline(replace(PAIRED, deciders={**PAIRED.deciders, "roster": open_house}), world.ledger).run([act(world)])
    with pytest.raises(AssertionError):
        assert_two_persons(world, "pauh")
