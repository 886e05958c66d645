"""The worked examples that each pack is adopted with: any second reading of the pack must give the same."""

import json

import pytest

from shared.rules import packs, scores, thresholds


@pytest.mark.parametrize("name", packs.names())
def test_a_pack_reproduces_the_examples_it_is_adopted_with(name: str) -> None:
    """TEST 2, 7, 8, 9 of the pages on the law, as data."""
    pack, said = packs.load(name), json.loads(packs.vectors(name))
    assert said["finals"] or said["thresholds"]
    for case in said["finals"]:
        assert str(scores.evaluate(pack, case["marks"]).final) == case["final"], case
    for case in said["thresholds"]:
        assert thresholds.meets(pack, case["kind"], case["parts"]).meets is case["meets"], case


@pytest.mark.parametrize("name", packs.names())
def test_the_examples_are_canonical_so_that_their_digest_pins_them(name: str) -> None:
    data = packs.vectors(name)
    assert packs.canonical(json.loads(data)) == data
