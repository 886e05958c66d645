"""What a command says of the ledger's own tables: computed beside the lock, never sent, once per answer."""

from dataclasses import dataclass, field, replace
from typing import Any, ClassVar

import pytest

from shared.ledger import Ledger
from shared.runtime import timetable
from shared.runtime.calls import Answer, Call
from shared.runtime.pipeline import Pipeline
from shared.runtime.preparing import is_stale, prepared
from shared.runtime.service import Service
from shared.runtime.timers import Due, outcomes, set_timers
from tests.runtime import toy
from tests.runtime.test_timers_loop import at, count, left
from tests.runtime.toy import World


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally(toy.Note):
    """A note of how many events there are; `of` is its author's."""

    PREPARED: ClassVar = ("text",)

    of: str = ""
    text: str = ""


@dataclass
class Counting:
    """A preparation, and how often it was asked."""

    asked: list[Call] = field(default_factory=list)

    def __call__(self, ledger: Ledger, call: Call) -> Tally:
        self.asked.append(call)
        return replace(call.command, text=f"{ledger.size()}")  # type: ignore[no-any-return]

    def service(self) -> Service:
        return replace(toy.TOY, commands={**toy.COMMANDS, "Tally": Tally}, prepare={Tally: self})


def tally(world: World, key: str = "once", **more: Any) -> Call:
    return world.call("roster-pauh.R1", Tally(**more), key)


def test_what_a_request_says_of_it_is_forgotten(world: World) -> None:
    counting = Counting()
    call = tally(world, of="x", text="forged")
    assert prepared(toy.TOY, world.ledger, call).command == Tally(of="x")
    assert prepared(counting.service(), world.ledger, call).command == Tally(of="x", text="0")
    assert [one.command for one in counting.asked] == [Tally(of="x")]


def test_a_command_without_such_fields_stays_as_it_is(world: World) -> None:
    call = world.note("x")
    assert prepared(Counting().service(), world.ledger, call) is call


def test_the_same_key_again_computes_nothing_and_gets_its_first_answer(world: World) -> None:
    counting = Counting()
    service, call = counting.service(), tally(world)
    first = world.one(prepared(service, world.ledger, call))
    assert world.one(prepared(service, world.ledger, call)) == first._replace(repeated=True)
    other = prepared(service, world.ledger, tally(world, of="y"))
    assert world.one(other).refused == "key.other_body"
    assert len(counting.asked) == 1
    assert list(toy.texts(toy.history(world.ledger))) == ["0"]


@pytest.mark.parametrize(
    ("command", "refused", "stale"),
    [(Tally(), "roll.stale", True), (Tally(), "roll.missing", False), (Tally(), None, False),
     (toy.Note(text=""), "roll.stale", False)],
)  # fmt: skip
def test_a_preparation_is_stale_where_its_rule_says_so(
    world: World, command: Any, refused: str | None, stale: bool
) -> None:
    assert is_stale(world.call("roster-pauh.R1", command), Answer(refused=refused)) is stale


def due(world: World, *commands: Any) -> None:
    with world.ledger.writer.begin() as tx:
        set_timers(
            tx,
            [
                Due(stream=f"roster-pauh.R{n}", kind="x", at=at(0), command=command)
                for n, command in enumerate(commands)
            ],
        )


def test_a_timers_command_is_prepared_when_it_is_due(world: World) -> None:
    world.pipeline.run([world.open(), world.note("before")])
    due(world, Tally())
    pipeline = Pipeline(Counting().service(), world.ledger)
    assert [answer.events for answer in timetable.tick(pipeline, at(0))] == [1]
    assert list(toy.texts(toy.history(world.ledger))) == ["before", "2"]
    assert left(world) == 0


def test_a_preparation_that_fails_fails_alone(world: World) -> None:
    """A fault of ours, or keys that do not open: the others are issued, this one pauses and shows."""

    def faulty(ledger: Ledger, call: Call) -> Tally:
        raise ZeroDivisionError

    service = replace(Counting().service(), prepare={Tally: faulty})
    due(world, Tally(), toy.Note(text="x"))
    answers = timetable.tick(Pipeline(service, world.ledger), at(0))
    assert [answer.failed for answer in answers] == [True, False]
    assert (left(world), count(world, outcomes)) == (1, 1)
    assert list(toy.texts(toy.history(world.ledger))) == ["x"]
