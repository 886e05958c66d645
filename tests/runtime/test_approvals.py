"""Two-person acts through the pipeline: proposed, approved, done once, whoever dies in between."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

import pytest
import sqlalchemy as sa

from shared.events import Refused, Unreadable, codec
from shared.ledger import commitments, verify
from shared.runtime import rebuild, timers
from shared.runtime.approvals import Approve, RefuseAct, proposals, proposed
from shared.runtime.calls import Answer, bare, filled_fields
from shared.runtime.grants import digest_of_call
from shared.runtime.timers import due, outcomes
from shared.runtime.timetable import tick
from tests.runtime import toy
from tests.runtime.pairs import ID, MONTH, PAIRED, about, act, approve, propose, rows, settled
from tests.runtime.toy import Close, Settle, Settled, World


@pytest.fixture
def world(path: Path) -> Iterator[World]:
    with toy.world(path, PAIRED) as one:
        yield one


def test_what_one_proposed_and_another_approved_is_done_once(world: World) -> None:
    call = act(world)
    assert world.one(call).refused == "act.needs_approval"
    assert propose(world, call).events == 1
    ((id, stream, name, body, unit),) = rows(world, proposals)
    assert (id, stream, name, body, unit) == (ID, "roster-pauh.R1", "Settle", '{"text":"x"}', "bkpsdm")
    assert world.one(call).refused == "act.needs_approval"
    assert tick(world.pipeline, toy.NOW) == []
    approved = approve(world, call)
    act_done, lapse = tick(world.pipeline, MONTH)  # both were due: what was used does not lapse
    assert (act_done.events, lapse) == (1, Answer())
    (done,) = settled(world)
    assert codec.event_of(done) == Settled(text="x", ok=ID, by="ani", unit="bkpsdm")
    assert (done.actor, done.received_at, done.causation) == ("ani", toy.NOW, f"toy:{approved.position}")
    assert (rows(world, proposals), rows(world, due), rows(world, timers.behalf), rows(world, outcomes)) == ([],) * 4
    assert tick(world.pipeline, MONTH) == []
    assert world.one(act(world)).refused == "act.needs_approval"
    assert approve(world, call).refused == "approval.decided"
    assert len(settled(world)) == 1


def test_the_same_keys_again_give_the_first_answers(world: World) -> None:
    call = act(world)
    first = propose(world, call, key="p"), approve(world, call, key="a")
    tick(world.pipeline, toy.NOW)
    again = propose(world, call, key="p"), approve(world, call, key="a")
    assert again == tuple(answer._replace(repeated=True) for answer in first)
    assert tick(world.pipeline, toy.NOW) == []
    assert world.one(replace(call, key=f"approval-{ID}")).repeated
    assert len(settled(world)) == 1


def test_a_process_that_dies_between_the_approval_and_the_act_does_it_at_its_next_start(path: Path) -> None:
    with toy.world(path, PAIRED) as world:
        call = act(world)
        propose(world, call)
        approve(world, call)
    with toy.world(path, PAIRED) as world:
        assert tick(world.pipeline, MONTH)[0].events == 1
    with toy.world(path, PAIRED) as world:
        assert tick(world.pipeline, MONTH) == []
        assert len(settled(world)) == 1


def test_a_process_that_dies_behind_the_act_does_not_do_it_again(
    world: World, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    call = act(world)
    propose(world, call)
    approve(world, call)

    def dies(*more: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(timers, "settle", dies)
        with pytest.raises(KeyboardInterrupt):
            tick(world.pipeline, MONTH)
    with toy.world(path, PAIRED) as other:
        assert tick(other.pipeline, MONTH) == []
    assert len(settled(world)) == 1


def test_an_approval_is_none_in_another_stream_for_another_body_or_another_person(world: World) -> None:
    """I12: replay in another vacancy, changed after approval."""
    call = act(world)
    propose(world, call)
    approve(world, call)
    for other in (act(world, roster="pauh.R2"), act(world, text="y"), act(world, by="budi"), act(world, roster="a.R1")):
        assert world.one(other).refused == "act.needs_approval"
    assert world.one(act(world, received_at=MONTH)).refused == "act.needs_approval"
    assert [answer.events for answer in tick(world.pipeline, toy.NOW)] == [1]


def test_the_body_cannot_bring_its_approval(world: World) -> None:
    honest = act(world)
    forged = replace(honest, command=Settle(text="x", ok=ID, by="budi", unit="inspektorat"))
    assert (forged.body(), digest_of_call(forged)) == (honest.body(), digest_of_call(honest))
    assert proposed(forged) == proposed(honest)
    assert world.one(forged).refused == "act.needs_approval"
    propose(world, honest)
    assert world.one(forged).refused == "act.needs_approval"
    approve(world, honest)
    assert world.one(replace(forged, unit="bkpsdm")).events == 1  # its own author may do it before the timetable does
    assert tick(world.pipeline, MONTH) == []
    ((done,), event) = settled(world), Settled(text="x", ok=ID, by="ani", unit="bkpsdm")
    assert codec.event_of(done) == event


def test_what_only_an_author_may_say_is_no_proposal(world: World) -> None:
    forged = replace(proposed(act(world)), body='{"ok":"pauh.P1","text":"x"}')
    assert about(world, forged, "ani").refused == "command.unreadable"
    assert world.one(world.call(f"approval-{ID}", proposed(act(world)), by="ani")).refused == "approval.unit_unknown"
    assert rows(world, proposals) == []


def test_what_is_refused_or_lapses_is_never_done(world: World) -> None:
    call = act(world)
    for id in ("pauh.P1", "pauh.P2", "pauh.P3"):
        propose(world, call, id)
    about(world, RefuseAct(reason="weights"), "budi", "pauh.P1")
    approve(world, call, "pauh.P3", received_at="2027-03-18T01:59:59.999999Z")
    assert approve(world, call, "pauh.P2", received_at="2027-03-18T02:00:00.000000Z").refused == "approval.expired"
    assert len(rows(world, proposals)) == 2
    tick(world.pipeline, MONTH)
    assert (rows(world, proposals), rows(world, due)) == ([], [])
    assert [codec.event_of(one).ok for one in settled(world)] == ["pauh.P3"]
    ended = {one.stream: codec.event_of(one).reason for one in toy.history(world.ledger) if "ActRefused" in one.type}
    assert ended == {"approval-pauh.P1": "weights", "approval-pauh.P2": "expired"}


def test_an_act_that_its_rule_refuses_shows_and_its_approval_lapses(world: World) -> None:
    world.pipeline.run([world.open(), world.join(1)])
    call = act(world)
    propose(world, call)
    approve(world, call)
    world.one(world.call(call.stream, Close()))
    assert [answer.refused for answer in tick(world.pipeline, toy.NOW)] == ["roster.closed"]
    assert rows(world, outcomes) == [(call.stream, f"approved:{ID}", toy.NOW, "roster.closed", 1, None)]
    assert [answer.events for answer in tick(world.pipeline, MONTH)] == [1]
    assert rows(world, proposals) == []
    assert toy.facts_of(world.ledger, PAIRED)["approvals:pauh"].waiting == {}
    assert settled(world) == []


def test_proposed_approved_and_done_in_one_batch(world: World) -> None:
    call = act(world)
    id = f"approval-{ID}"
    answers = world.pipeline.run(
        [
            world.call(id, proposed(call), by="ani", unit="bkpsdm"),
            world.call(id, Approve(digest=digest_of_call(call)), by="budi", unit="inspektorat"),
            call,
            act(world),
        ]
    )
    assert [answer.refused for answer in answers] == [None, None, None, "act.needs_approval"]
    assert (rows(world, proposals), rows(world, due), rows(world, timers.behalf)) == ([], [], [])


def test_an_approval_whose_body_is_lost_stands_for_its_author(world: World) -> None:
    call = act(world)
    propose(world, call)
    with world.ledger.writer.begin() as tx:
        tx.execute(sa.delete(proposals))
    approve(world, call)
    assert tick(world.pipeline, toy.NOW) == []
    assert world.one(call).events == 1


def test_the_own_tables_are_rebuilt_and_bodies_and_timers_stay(world: World) -> None:
    call = act(world)
    propose(world, call)
    propose(world, call, "pauh.P2")
    approve(world, call)
    before = rows(world, proposals), rows(world, due), rows(world, timers.behalf)
    assert rebuild.rebuild_own(PAIRED, world.ledger).was_same
    assert (rows(world, proposals), rows(world, due), rows(world, timers.behalf)) == before
    assert [answer.events for answer in tick(world.pipeline, toy.NOW)] == [1]


def test_a_field_that_must_be_given_is_the_bodys_own_but_nobody_gives_an_approval() -> None:
    @dataclass(frozen=True, slots=True, kw_only=True)
    class List:
        unit: str
        ok: str
        id: str | None = None

    assert filled_fields(List) == ("ok", "id")
    assert bare(List(unit="dinas", ok="forged", id="forged")) == List(unit="dinas", ok=cast(str, None))


def test_a_service_without_approvals_fills_none(path: Path) -> None:
    with toy.world(path) as world:
        assert world.one(replace(act(world), command=Settle(text="x", ok=ID))).refused == "act.needs_approval"


def test_any_ledger_holds_approvals_under_keys_of_its_own(world: World) -> None:
    propose(world, act(world))
    stream = f"approval-{ID}"
    assert verify.check(world.ledger).findings == []
    keys = world.folder.keys
    others = keys.within("selection")
    others.ensure([stream])
    n = commitments.u64(0)
    assert others.of(stream).tagger(n) != world.ledger.keys.of(stream).tagger(n)
    assert others.of(stream).opener(n) != world.ledger.keys.of(stream).opener(n)
    with pytest.raises(Unreadable, match="every ledger may hold approval"):
        keys.ensure([stream])
    with pytest.raises(Refused):
        keys.of(stream)
