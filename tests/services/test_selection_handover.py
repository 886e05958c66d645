"""Handover: the roster is who met the requirements when the windows were over; nobody else is ever on it."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest

from services.intake.applications import WithdrawApplication
from services.intake.checking import AnnounceCheck, AssignVerifier
from services.selection import handover
from services.selection.handover import HANDOVER
from services.selection.opening import HandOver
from services.selection.reactions import CROSSING
from services.selection.service import SELECTION
from shared.events import Refused, codec, instant, streams
from shared.ledger import Ledger
from shared.ledger.merkle import list_digest
from shared.runtime import rebuild
from shared.runtime.calls import Call
from shared.runtime.pipeline import Pipeline
from shared.runtime.preparing import prepared
from shared.runtime.reactions import Reactor, waiting
from shared.runtime.subscription import Subscription
from tests.domain import test_applications as person
from tests.domain.notices import SCHEME, VACANCY
from tests.services.intake_world import NOTICE, Agency, agency, alias, file, ident

ASSIGN = AssignVerifier(verifier=person.VERIFIER, beacon="w:1", tie_count=0, ties=())
LATER = dt.timedelta(days=5)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[Agency]:
    """Four applied: two meet the requirements, one does not, one withdrew; a fifth never came."""
    with agency(tmp_path / "data") as made:
        for n in range(4):
            assert made.one(made.submit(n)).refused is None
        made.must(file(3), WithdrawApplication(reason="other_work"), by="person-3")
        made.close()
        made.must(NOTICE, ASSIGN)
        for n, findings in enumerate((person.MET, person.MET, person.EXPIRED)):
            command = replace(person.CHECK, findings=findings, id=None, by=None)
            made.must(file(n), command, by=person.VERIFIER)
        yield made


@pytest.fixture
def selection(world: Agency) -> Ledger:
    return world.folder.ledger(SELECTION)


@pytest.fixture
def follows(world: Agency, selection: Ledger) -> Subscription:
    made = Subscription(view=HANDOVER, store=selection.writer)
    made.create()
    return made


def ready(world: Agency, selection: Ledger, follows: Subscription) -> handover.Handover:
    follows.catch_up(world.pipeline.ledger)
    return handover.handed_over(selection, VACANCY, instant(world.clock()))


def test_the_roster_is_who_met_the_requirements(world: Agency, selection: Ledger, follows: Subscription) -> None:
    world.must(NOTICE, AnnounceCheck())
    position = world.pipeline.ledger.size() - 1
    world.clock.now += LATER
    made = ready(world, selection, follows)
    assert made.roster == list_digest([{"alias": name} for name in sorted(alias(world, n) for n in range(2))])
    assert made.source == f"intake:{position}"
    assert (made.terms, made.seats, made.round) == (SCHEME, {"general": 2}, "pauh.2027-1")
    assert made.scheme == sha256(codec.body(SCHEME)).hexdigest()


def test_not_before_the_window_is_over(world: Agency, selection: Ledger, follows: Subscription) -> None:
    with pytest.raises(Refused, match=r"selection\.not_ready"):
        ready(world, selection, follows)
    world.must(NOTICE, AnnounceCheck())
    with pytest.raises(Refused, match=r"selection\.not_ready"):
        ready(world, selection, follows)


def test_not_while_an_objection_waits(world: Agency, selection: Ledger, follows: Subscription) -> None:
    world.must(NOTICE, AnnounceCheck())
    world.must(file(2), replace(person.OBJECT, by=None, at=None), by="person-2")
    world.clock.now += LATER
    with pytest.raises(Refused, match=r"selection\.not_ready"):
        ready(world, selection, follows)


def test_nobody_else_is_ever_on_it(world: Agency, selection: Ledger, follows: Subscription) -> None:
    """Who failed, who withdrew, who never applied, and who applied elsewhere (T8: pelamar siluman)."""
    world.must(NOTICE, AnnounceCheck())
    follows.catch_up(world.pipeline.ledger)
    streams_ = [f"candidate-{VACANCY}+{ident(n)}" for n in range(5)]
    found = [handover.admitted(selection, stream) for stream in streams_]
    assert [row.kind if row else None for row in found] == ["general", "general", None, None, None]
    assert found[0] is not None
    assert found[0].facts == {"gpa": "3.52", "kind": "general"}
    assert handover.admitted(selection, f"candidate-pauh.2027-999+{ident(0)}") is None


def test_the_rows_are_what_the_events_say(world: Agency, selection: Ledger, follows: Subscription) -> None:
    world.must(NOTICE, AnnounceCheck())
    follows.catch_up(world.pipeline.ledger, until=4)
    follows.catch_up(world.pipeline.ledger)
    assert rebuild.drifted(follows, world.pipeline.ledger) is None
    with selection.reader.begin() as tx:
        assert handover.round_kind(tx, "pauh.2027-1") == "cpns"
        assert handover.round_kind(tx, "pauh.2027-9") is None


def test_a_withdrawal_that_crosses_the_handover_is_the_candidacys_too(
    world: Agency, selection: Ledger, follows: Subscription
) -> None:
    """Of who was handed over, once; who withdrew before, or failed, stands in no selection."""
    target = Pipeline(SELECTION, selection)
    reactor = Reactor(CROSSING, target)
    reactor.create()
    world.must(NOTICE, AnnounceCheck())
    world.clock.now += LATER
    follows.catch_up(world.pipeline.ledger)
    reactor.catch_up(world.pipeline.ledger)
    call = Call(
        stream=f"selection-{VACANCY}", command=HandOver(), by="secretary", key="h", received_at=instant(world.clock())
    )
    (answer,) = target.run([prepared(SELECTION, selection, call)])
    assert (answer.refused, answer.failed) == (None, False)
    for n in (1, 2):
        world.must(file(n), WithdrawApplication(reason="other_work"), by=f"person-{n}")
    follows.catch_up(world.pipeline.ledger)
    reactor.catch_up(world.pipeline.ledger)
    reactor.catch_up(world.pipeline.ledger)
    left = [one for one in selection.page(0, 100) if one.type.endswith(".CandidateWithdrawn.v1")]
    assert [one.stream for one in left] == [f"candidate-{VACANCY}+{streams.ident(file(1)).partition('.')[2]}"]
    with selection.reader.begin() as tx:
        assert waiting(tx, CROSSING.name) == []
