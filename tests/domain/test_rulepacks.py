"""A rule pack's life: rules are versioned data, never constants in code (domain.md, how to read this)."""

import datetime as dt
from dataclasses import replace

from services.intake import rulepacks
from services.intake.rulepacks import AdoptRulePack, Facts
from shared.events.intake import RulePackAdopted
from shared.events.platform import AttemptRefused
from tests.domain.specification import Specification

DAY = dt.date(2024, 8, 1)
ADOPT = AdoptRulePack(version=1, digest="a" * 64, law=("Permenpan RB 6/2024",), vectors="b" * 64, from_=DAY)
ADOPTED = RulePackAdopted(version=1, digest="a" * 64, law=("Permenpan RB 6/2024",), vectors="b" * 64, from_=DAY)

given = Specification(rulepacks, Facts()).given


def test_a_pack_is_adopted_by_its_digest_and_its_law() -> None:
    given().when(ADOPT).then(ADOPTED)


def test_a_pack_without_its_law_is_refused() -> None:
    given().when(replace(ADOPT, law=())).refused("rulepack.without_law")


def test_the_same_pack_again_changes_nothing() -> None:
    """Whatever the day: the built-in packs are offered at every start."""
    given(ADOPTED).when(ADOPT).then()
    given(ADOPTED).when(replace(ADOPT, from_=dt.date(2025, 1, 1))).then()


def test_versions_only_go_up() -> None:
    """Rules change every intake year; an older version never comes back, and no version says two things."""
    second = replace(ADOPTED, version=2, digest="c" * 64)
    given(ADOPTED).when(replace(ADOPT, version=2, digest="c" * 64)).then(second)
    given(ADOPTED, second).when(ADOPT).refused("rulepack.version")
    given(ADOPTED).when(replace(ADOPT, digest="c" * 64)).refused("rulepack.version")
    given(ADOPTED).when(replace(ADOPT, version=0, digest="c" * 64)).refused("rulepack.version")
    given(ADOPTED).when(replace(ADOPT, version=7)).then(replace(ADOPTED, version=7))


def test_an_attempt_on_record_changes_nothing() -> None:
    attempt = AttemptRefused(act="AdoptRulePack", code="x", digest="0" * 64)
    given(attempt).when(ADOPT).then(ADOPTED)
    given(ADOPTED, attempt).when(ADOPT).then()
