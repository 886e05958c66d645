"""Who works where and what they have learned, as training's ledger says it; applied by a subscription of its own."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from services.feedback import staff
from shared.events import Recorded
from shared.events.training import OfficerDeparted, OfficerEnrolled, OfficerOnboarded, ProgrammeRetired
from shared.runtime.subscription import Subscription
from tests.services.feedback_world import OFFICERS, UNIT, World, at, event_of, world

ANI = f"pauh.{OFFICERS['ani']}"


@pytest.fixture
def here(tmp_path: Path) -> Iterator[World]:
    with world(tmp_path / "data") as made:
        yield made


def test_an_officer_is_there_from_onboarding_to_departure(here: World) -> None:
    here.staffed("ani", "budi")
    here.train((f"officer-{ANI}", OfficerDeparted(reason="moved", on=dt.date(2027, 4, 1))))
    with here.ledger.reader.begin() as tx:
        assert [row["officer"] for row in staff.at(tx, UNIT, "2027-03-31")] == [ANI, f"pauh.{OFFICERS['budi']}"]
        assert [row["officer"] for row in staff.at(tx, UNIT, "2027-04-01")] == [f"pauh.{OFFICERS['budi']}"]
        assert (staff.unit_of(tx, ANI), staff.unit_of(tx, "pauh.nobody")) == (UNIT, "")
    assert staff.full_unit("pauh", "pauh.dinkes") == "pauh.dinkes"


def test_trainings_count_from_a_day_on_and_a_retired_programme_teaches_nothing(here: World) -> None:
    here.taught("u6", "b1")
    here.train((f"enrolment-pauh.sapa+1+{OFFICERS['ani']}", OfficerEnrolled(ground="support", cause="feedback:3")))
    here.completed("ani")
    here.now[0] = at(3, 9)
    here.completed("ani")
    with here.ledger.reader.begin() as tx:
        assert staff.completed(tx, [ANI], "2027-03-02") == ("training:2", "training:3")
        assert staff.completed(tx, [ANI], "2027-03-03") == ("training:3",)
        assert (staff.taught(tx, "b1"), staff.taught(tx, "b2")) == ("pauh.sapa", None)
    here.train(("programme-pauh.sapa", ProgrammeRetired(reason="replaced")))
    with here.ledger.reader.begin() as tx:
        assert staff.taught(tx, "b1") is None


def test_the_view_follows_another_ledger_beside_our_own(here: World) -> None:
    """Its rows and its place lie in feedback's file, and are none of what feedback's events make."""
    one = Subscription(view=staff.STAFF, store=here.ledger.writer)
    one.create()
    told = OfficerOnboarded(
        seat="s1", alias="AAAAAAAAAAAA", unit="dinkes.pkm-03", post="perawat", on=dt.date(2026, 1, 5), mentor="m"
    )
    events: list[Recorded] = [event_of(n, f"officer-pauh.{n}", told) for n in range(2)]
    events = [replace(one, leaf=bytes([n + 1]), previous_leaf=bytes([n]) if n else b"") for n, one in enumerate(events)]
    assert one.take(events).size == 2
    assert one.take(events).size == 2
    with here.ledger.reader.begin() as tx:
        assert len(staff.at(tx, UNIT, "2027-03-01")) == 2
    here.assert_whole()
