"""The worked examples that each pack is adopted with: any second reading of the pack must give the same."""

import json
from decimal import Decimal
from typing import Any

import pytest

from shared.rules import cuts, packs, scores, sheets, thresholds
from shared.rules.ranking import Candidacy, rank
from shared.rules.shapes import Component


def scheme_of(case: dict[str, Any]) -> tuple[Component, ...]:
    """The components that an example's notice names; () where the pack's own hold."""
    return tuple(
        Component(
            stage=one["stage"],
            part=one["part"],
            method=one["method"],
            maximum=Decimal(one["max"]),
            weight=Decimal(one["weight"]),
        )
        for one in case.get("scheme", ())
    )


@pytest.mark.parametrize("name", packs.names())
def test_a_pack_reproduces_the_examples_it_is_adopted_with(name: str) -> None:
    """TEST 2, 7, 8, 9, 16, 26, 27 of the pages on the law, as data; pencil and whole columns give the same."""
    pack, said = packs.load(name), json.loads(packs.vectors(name))
    assert said["finals"] or said["thresholds"]
    for case in said["finals"]:
        assert str(scores.evaluate(pack, case["marks"], scheme_of(case)).final) == case["final"], case
        (entry,) = rank(pack, [Candidacy(key="a", marks=case["marks"])], 1, scheme=scheme_of(case)).entries
        assert str(entry.final) == case["final"], case
    for case in said["thresholds"]:
        assert thresholds.meets(pack, case["kind"], case["parts"]).meets is case["meets"], case


@pytest.mark.parametrize("name", packs.names())
def test_a_pack_reproduces_its_examples_of_sheets_minimums_and_cuts(name: str) -> None:
    """TEST 26, 29, 30, 31 of the pages on the law, as data."""
    pack, said = packs.load(name), json.loads(packs.vectors(name))
    for case in said.get("aggregates", ()):
        points = [{criterion: Decimal(value) for criterion, value in sheet.items()} for sheet in case["sheets"]]
        made = sheets.aggregate(points, case["how"])
        assert {criterion: str(value) for criterion, value in made.items()} == case["marks"], case
    for case in said.get("minimums", ()):
        judged = pack, case["stage"], case["parts"], scheme_of(case)
        assert str(scores.staged(*judged)) == case["value"], case
        assert thresholds.stage_below(*judged) is case["below"], case
    for case in said.get("cuts", ()):
        made_cut = cuts.cut(pack, case["kind"], case["marks"], case["seats"], case["stage"], scheme_of(case))
        assert sorted(made_cut.through) == case["through"], case


@pytest.mark.parametrize("name", packs.names())
def test_the_examples_are_canonical_so_that_their_digest_pins_them(name: str) -> None:
    data = packs.vectors(name)
    assert packs.canonical(json.loads(data)) == data
