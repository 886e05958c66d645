"""Rule packs: law as data, one digest each, unreadable unless canonical (RFC 8785)."""

import json
from hashlib import sha256
from typing import Any

import pytest

from shared.rules import packs
from shared.rules.errors import BadPack, UnknownKind, UnknownPack
from shared.rules.pinned import pinned
from shared.rules.shapes import Label


def said(name: str = "cpns-2024") -> Any:
    """A pack's JSON, to be changed."""
    return json.loads((packs.FOLDER / f"{name}.json").read_bytes())


def test_the_packs_are_named_by_their_files() -> None:
    assert {"cpns-2018", "cpns-2024", "jpt-2019", "kedinasan-2023", "pauh-merit-2026"} <= set(packs.names())
    assert [packs.load(name).name for name in packs.names()] == list(packs.names())


def test_an_unknown_pack_is_refused_with_the_known_names() -> None:
    with pytest.raises(UnknownPack, match=r"'cpns-2031'; known: .*cpns-2024"):
        packs.load("cpns-2031")


@pytest.mark.parametrize("name", packs.names())
def test_the_digest_is_that_of_the_files_bytes(name: str) -> None:
    data = (packs.FOLDER / f"{name}.json").read_bytes()
    assert packs.load(name).digest == sha256(data).hexdigest()
    assert packs.canonical(json.loads(data)) == data
    assert packs.load(name) is packs.load(name)


@pytest.mark.parametrize("name", packs.names())
def test_every_rule_names_its_article_and_every_name_has_both_languages(name: str) -> None:
    pack = packs.load(name)
    assert all(step.article for step in pack.formula)
    assert all(tie.article for tie in pack.ties)
    assert all(rule.article for rule in pack.cuts.values())
    assert all(floor.article for kinds in pack.floors.values() for floor in kinds.values())
    assert all(limits.article for agencies in pack.limits.values() for limits in agencies.values())
    assert all(rule.source for rules in pack.statuses.values() for rule in rules)
    assert all(one.article for one in pack.minimums.values())
    assert all(one.article for one in (pack.panel, pack.goals) if one is not None)
    used = {step.label for step in pack.formula} | {tie.label for tie in pack.ties}
    used |= {stage.label for stage in pack.stages.values()}
    used |= set(pack.kinds)
    used |= {part for stage in pack.stages.values() for part in stage.parts} | set(pack.methods)
    used |= {component.method for stage in pack.stages.values() for component in stage.components}
    used |= {name for stage in pack.stages.values() for name in (*stage.methods, *stage.criteria)}
    used |= {sight for stage in pack.stages.values() for sight in stage.methods.values()} | set(pack.aggregates)
    used |= set() if pack.panel is None else set(pack.panel.kinds)
    assert used <= pack.labels.keys()
    assert all(label.id and label.en for label in pack.labels.values())


@pytest.mark.parametrize("name", packs.names())
def test_every_rule_speaks_of_what_the_pack_has(name: str) -> None:
    pack = packs.load(name)
    before = set(pack.stages)
    for step in pack.formula:
        assert set(step.sources) <= before
        before.add(step.id)
    parts = {(stage, part) for stage in pack.stages for part in pack.maxima(stage)}
    assert {(tie.stage, tie.part) for tie in pack.ties if tie.kind == "part"} <= parts
    assert {tie.stage for tie in pack.ties if tie.kind == "total"} <= pack.stages.keys()
    assert {(stage, part) for stage, rule in pack.cuts.items() for part in rule.order[1:]} <= parts
    steps = {step.id for step in pack.formula} | {f"{stage}.{part}" for stage, part in parts}
    assert {tie.step for tie in pack.ties if tie.kind == "step"} <= steps
    assert {one.code for one in pack.minimums.values()} <= {rule.code for rule in pack.statuses[pack.listing]}
    assert pack.minimums.keys() <= {*pack.stages, "final"}
    assert pack.goals is None or pack.goals.criterion in pack.stages[pack.goals.stage].criteria
    assert all(kinds.keys() == set(pack.kinds) for kinds in pack.floors.values())
    assert pack.listing in pack.statuses


@pytest.mark.parametrize("name", ["jpt-2019", "pauh-merit-2026"])
def test_weights_of_stages_and_of_fixed_criteria_make_up_100(name: str) -> None:
    """The scheme's table; Permenpan RB 15/2019: 20, 25, 35, 20."""
    stages = packs.load(name).stages.values()
    assert sum(stage.weight or 0 for stage in stages) == 100
    assert all(sum(stage.criteria.values()) == stage.weight for stage in stages if stage.criteria)
    assert all(stage.methods and (stage.criteria or stage.most) for stage in stages)


def test_cpns_2024_says_what_the_law_says() -> None:
    """domain.md 2a, 2b, 2d, 2e."""
    pack = packs.load("cpns-2024")
    assert (pack.version, pack.rounds, pack.places, pack.tie_at_seats) == (1, ("cpns",), 3, "open")
    assert {part: int(limit) for part, limit in pack.maxima("skd").items()} == {"twk": 150, "tiu": 175, "tkp": 225}
    assert [tie.id for tie in pack.ties] == ["final", "skd", "tkp", "tiu", "twk", "gpa", "older", "decided"]
    assert pack.cuts["skd"].factor == 3
    assert pack.cuts["skd"].order == ("total", "tkp", "tiu", "twk")
    assert pack.labels["older"] == Label("usia lebih tua", "older applicant")
    with pytest.raises(UnknownKind, match="no tie step 'name'; known: final, skd"):
        pack.tie("name")


@pytest.mark.parametrize(
    "data",
    [b"", b"{}", b'{"name": "x"}', b'{"a":1,"a":1}', b'"x"', b"[]", b'{"a":0.4}', b'{"a":null}', b'{"\xc3\xa4":1}'],
)
def test_what_is_not_a_canonical_pack_is_refused(data: bytes) -> None:
    with pytest.raises(BadPack):
        packs.read(data)


def test_one_space_more_is_another_file_and_refused() -> None:
    with pytest.raises(BadPack, match="not canonical"):
        packs.read((packs.FOLDER / "cpns-2024.json").read_bytes() + b"\n")


def test_canonical_bytes_are_sorted_and_hold_no_number_that_two_readers_read_differently() -> None:
    assert (
        packs.canonical({"b": ["é", True], "a": {"n": 2**53 - 1}})
        == '{"a":{"n":9007199254740991},"b":["é",true]}'.encode()
    )
    for bad in (0.4, None, 2**53, {"a": (1,)}, {1: "a"}, {"ä": "a"}):
        with pytest.raises(BadPack):
            packs.canonical(bad)


def test_rounding_ops_and_decimals_that_nobody_implements_are_refused() -> None:
    """A pack that asks for another rounding must not be ranked by ours in silence."""
    for path, value in [
        (("rounding", "mode"), "half_even"),
        (("rounding", "when"), "at_the_end"),
        (("formula", 0, "op"), "average"),
        (("formula", 0, "over"), "5.5e2"),
        (("formula", 0, "over"), "-550"),
        (("ties", 0, "kind"), "arrival"),
        (("tie_at_seats",), "lowest_id"),
        (("stages", 0, "parts"), ["twk"]),
    ]:
        changed = said()
        place = changed
        for step in path[:-1]:
            place = place[step]
        place[path[-1]] = value
        with pytest.raises(BadPack):
            packs.read(packs.canonical(changed))


def test_a_changed_constant_is_another_digest() -> None:
    changed = said()
    changed["formula"][1]["by"] = "0.41"
    assert packs.read(packs.canonical(changed)).digest != packs.load("cpns-2024").digest


def test_an_event_pins_a_pack_by_its_digest_and_never_gets_another() -> None:
    assert all(pinned(packs.load(name).digest) is packs.load(name) for name in packs.names())
    with pytest.raises(UnknownPack, match="no rule pack has the digest 0000"):
        pinned("0" * 64)
