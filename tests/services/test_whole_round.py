"""A round over all services, in a small world: it is not over while anybody still waits for a seat of it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from services.cli.demonstration.round import play
from services.cli.demonstration.round.cast import HEAD, JPT, LOCAL, SEATS, VACANCIES
from services.cli.demonstration.round.stage import Stage
from services.cli.platform import opened
from services.intake.rounds import CloseRound
from services.selection.opening import HandOver
from services.selection.results import CancelSelection
from shared.events import codec
from shared.events.intake import RoundClosed
from shared.runtime.demo import DemoClock

FEW = 48


@pytest.fixture
def stage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    """Two rounds with twelve vacancies, whose rolls are closed and whose files are checked."""
    monkeypatch.setenv("MERIT_DEMO", "1")
    with opened(tmp_path / "data", create=True) as platform:
        assert isinstance(platform.clock, DemoClock)
        links = [(one, platform.pipelines[source]) for source, found in platform.links.items() for one in found]
        made = Stage(platform=platform, clock=platform.clock, links=links, say=lambda *_: None)
        play.to_the_check(made, FEW)
        yield made


def waits(stage: Stage, round_: str) -> set[tuple[str, str]]:
    """For which seats a round waits, as the answer is prepared."""
    call = stage.call(f"round-{round_}", CloseRound(on=stage.today), "hr")
    named = stage.platform.with_undecided(stage.platform.intake.ledger, call).undecided
    parts = [seat.split("+") for seat in named]
    return {(vacancy, n) for vacancy, _, n in parts}


def test_a_round_ends_only_once_each_of_its_seats_is_decided(stage: Stage) -> None:
    every = {one: {(one, str(n)) for n in range(1, SEATS[one] + 1)} for one in VACANCIES}
    close = CloseRound(on=stage.today)
    assert waits(stage, JPT) == every[HEAD]  # nobody's files were handed over yet
    assert stage.refused(f"round-{JPT}", close, "hr") == "round.seat_undecided"
    for vacancy in VACANCIES:
        stage.act(f"selection-{vacancy}", HandOver(), "secretary")
    stage.settle()
    assert waits(stage, JPT) == every[HEAD]
    assert waits(stage, LOCAL) == set().union(*(every[one] for one in VACANCIES if one != HEAD))
    for round_ in (JPT, LOCAL):
        assert stage.refused(f"round-{round_}", close, "hr") == "round.seat_undecided"
    cancelled = CancelSelection(reason="budget", words="Jabatan dihapus dari peta jabatan (contoh)")
    stage.by_two(f"selection-{HEAD}", cancelled, "ppk", "committee")
    stage.settle()
    assert waits(stage, JPT) == set()
    stage.act(f"round-{JPT}", close, "hr")
    last = [codec.event_of(one) for one in stage.platform.intake.ledger.history(f"round-{JPT}")][-1]
    assert last == RoundClosed(on=stage.today)
    assert stage.refused(f"round-{LOCAL}", close, "hr") == "round.seat_undecided"
