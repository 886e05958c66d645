"""Reactions: what happened leads to commands, each once, whatever dies in between; refusals wait on a worklist."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa

from shared.events import Forked, Recorded, Refused, Unknown, codec, streams
from shared.ledger import Ledger
from shared.runtime import reactions, subscription
from shared.runtime.calls import Call
from shared.runtime.follower import Follower
from shared.runtime.pipeline import Pipeline
from shared.runtime.reactions import Do, Reaction, Reactor
from tests.runtime import toy
from tests.runtime.test_follower import until
from tests.runtime.test_preparing import Tally
from tests.runtime.toy import Break, Join, Joined, Noted, World, history


def joins(_: sa.Connection, events: Sequence[Recorded]) -> Iterable[Do]:
    """`join 3 4` lets two members in; `break` brings what its rule has a fault in."""
    for one in events:
        match codec.event_of(one):
            case Noted(text=text) if text.startswith("join "):
                for n in text.split()[1:]:
                    yield Do(f"member-{streams.ident(one.stream)}+A{n}", Join(points=int(n)), one.position)
            case Noted(text="break"):
                yield Do("roster-pauh.R1", Break(), one.position)


JOINS = Reaction(name="joins", source="toy", react=joins)


def reactor(world: World, reaction: Reaction = JOINS) -> Reactor:
    made = Reactor(reaction, world.pipeline)
    made.create()
    return made


def joined(world: World) -> list[tuple[str, int]]:
    return [
        (one.stream, event.points) for one in history(world.ledger) if isinstance(event := codec.event_of(one), Joined)
    ]


def test_what_happened_leads_to_commands_that_name_it(world: World) -> None:
    world.pipeline.run([world.open(), world.note("join 3 4")])
    made = reactor(world)
    assert made.catch_up(world.ledger).size == 2
    assert joined(world) == [("member-pauh.R1+A3", 3), ("member-pauh.R1+A4", 4)]
    last = history(world.ledger)[-1]
    cause = history(world.ledger)[1]
    assert (last.actor, last.causation, last.received_at) == ("reaction:joins", "toy:1", cause.recorded_at)
    assert made.catch_up(world.ledger).size == 4  # its own events, too, which lead to nothing
    assert made.catch_up(world.ledger).size == 4


def test_a_crash_before_the_checkpoint_repeats_nothing(world: World) -> None:
    """The commands are sent again under the keys of their events, and get their first answers."""
    world.pipeline.run([world.open(), world.note("join 3 4"), world.note("join 5")])
    reactor(world).catch_up(world.ledger)
    with world.ledger.writer.begin() as tx:
        tx.execute(sa.delete(subscription.checkpoints))
    before = world.ledger.size()
    assert reactor(world).catch_up(world.ledger).size == before
    assert world.ledger.size() == before
    assert len(joined(world)) == 3


def test_another_command_for_the_same_event_is_not_done_beside_the_first(world: World) -> None:
    """After a crash a page may be another one, and who is placed by the page otherwise: the first placing holds."""
    world.pipeline.run([world.open(), world.note("join 3")])
    reactor(world).catch_up(world.ledger)
    with world.ledger.writer.begin() as tx:
        tx.execute(sa.delete(subscription.checkpoints))

    def otherwise(_: sa.Connection, events: Sequence[Recorded]) -> Iterable[Do]:
        return [Do("member-pauh.R1+A9", Join(points=9), one.position) for one in events if one.position == 1]

    made = reactor(world, Reaction(name="joins", source="toy", react=otherwise))
    made.catch_up(world.ledger)
    assert joined(world) == [("member-pauh.R1+A3", 3)]
    with world.ledger.reader.begin() as tx:
        assert reactions.waiting(tx, "joins") == []


def test_a_refusal_waits_for_somebody_and_the_reaction_goes_on(world: World) -> None:
    world.pipeline.run([world.open(limit=1), world.note("join 1 2"), world.note("join 3")])
    assert reactor(world).catch_up(world.ledger).size == 3
    with world.ledger.reader.begin() as tx:
        rows = [(row["position"], row["n"], row["stream"], row["refused"]) for row in reactions.waiting(tx, "joins")]
    assert rows == [(1, 1, "member-pauh.R1+A2", "roster.full"), (2, 0, "member-pauh.R1+A3", "roster.full")]


def test_a_fault_stops_it_where_it_stands_and_loses_nothing(world: World) -> None:
    world.pipeline.run([world.open(), world.note("break"), world.note("join 1")])
    made = reactor(world)
    with pytest.raises(Unknown, match="joins"):
        made.catch_up(world.ledger)
    with made.store.begin() as tx:
        assert subscription.load(tx, made.view, "main").size == 0
    mended = Reaction(name="joins", source="toy", react=lambda tx, events: list(joins(tx, events))[1:])
    assert reactor(world, mended).catch_up(world.ledger).size == 4  # the other command was done, and is not repeated
    assert joined(world) == [("member-pauh.R1+A1", 1)]


def test_a_ledger_that_lost_its_end_is_another_one(world: World) -> None:
    world.pipeline.run([world.open(), world.note("join 1")])
    made = reactor(world)
    made.catch_up(world.ledger)
    with world.ledger.writer.begin() as tx:
        tx.execute(sa.update(subscription.checkpoints).values(size=99))
    with pytest.raises(Forked, match="99"):
        made.catch_up(world.ledger)


def test_it_is_followed_as_a_view_is(world: World) -> None:
    """Beside a running pipeline: its commands stand in the queue with everybody's."""
    follower = Follower(world.pipeline, [reactor(world)])
    world.pipeline.start()
    follower.start()
    try:
        world.pipeline.send(world.open())
        world.pipeline.send(world.note("join 7"))
        until(lambda: len(joined(world)) == 1)
    finally:
        follower.stop()
        world.pipeline.stop()
    assert [one.view for one in follower.state()] == ["reaction-joins.v1"]


def test_up_to_a_size(world: World) -> None:
    world.pipeline.run([world.open(), world.note("join 1"), world.note("join 2")])
    assert reactor(world).catch_up(world.ledger, until=2).size == 2
    assert joined(world) == [("member-pauh.R1+A1", 1)]


@pytest.mark.parametrize(("times", "left"), [(1, []), (99, ["roll.stale"])])
def test_what_was_prepared_too_early_is_prepared_anew(world: World, times: int, left: list[str]) -> None:
    """Somebody wrote in between; what never agrees is left for somebody to see to."""
    tries = iter(range(1000))

    def count(_: Ledger, call: Call) -> Tally:
        return replace(call.command, text=str(next(tries)))  # type: ignore[no-any-return]

    def decide(command: Any, state: toy.Roster, facts: toy.RosterFacts) -> list[Any]:
        if isinstance(command, Tally) and int(command.text) < times:
            raise Refused("roll.stale")
        return toy.decide_roster(command, state, facts)

    rules = toy.Rules(toy.Roster(), toy.RosterFacts, decide, toy.evolve_roster)
    service = replace(toy.TOY, deciders={**toy.TOY.deciders, "roster": rules}, prepare={Tally: count})
    pipeline = Pipeline(service, world.ledger)
    pipeline.run([world.note("count")])

    def counts(_: sa.Connection, events: Sequence[Recorded]) -> Iterable[Do]:
        wanted = [one.position for one in events if codec.event_of(one) == Noted(text="count")]
        return [Do("roster-pauh.R1", Tally(), position) for position in wanted]

    made = Reactor(Reaction(name="counts", source="toy", react=counts), pipeline)
    made.create()
    made.catch_up(world.ledger)
    with world.ledger.reader.begin() as tx:
        assert [row["refused"] for row in reactions.waiting(tx, "counts")] == left
    assert len(history(world.ledger)) == 2 - len(left)
