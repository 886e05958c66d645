"""Ids of applications: one per person and round, claimed by their own person alone; the order of ages (Permenpan RB
6/2024 art. 45(4))."""

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.people import claims
from services.people.register import Person, Register
from shared.events import NotFound, Refused
from tests.services.people_world import NOW, People, people

ROUND = "pauh.2027"


@pytest.fixture
def world(tmp_path: Path) -> Iterator[People]:
    made = people(tmp_path)
    yield made
    made.folder.close()


def test_a_person_has_one_application_per_round(world: People) -> None:
    """PP 11/2017 art. 23: a second application meets the first, for it has the same name."""
    who, signer = world.person(), world.tokens.signer(NOW)
    first, again = (world.claims.claim(who, ROUND, signer, NOW) for _ in range(2))
    other = world.claims.claim(who, "pauh.2028", signer, NOW)
    assert first.application == again.application != other.application
    assert world.claims.of(who) == sorted([first.application, other.application])
    assert len(first.application) == 32


def test_whoever_checks_a_claim_needs_public_keys_alone_and_only_its_person_may_use_it(world: People) -> None:
    """So that nobody blocks another's application."""
    who, signer = world.person(), world.tokens.signer(NOW)
    claim, verifier = world.claims.claim(who, ROUND, signer, NOW), world.tokens.verifier(NOW)
    assert verifier.claimed(claim.token, who, ROUND, NOW) == claim.application
    with pytest.raises(Refused, match=r"token\.invalid"):
        verifier.claimed(claim.token, "6c" * 16, ROUND, NOW)


def test_the_id_leads_to_its_person_before_any_command_names_it(world: People) -> None:
    application = world.claims.claim(world.person(), ROUND, world.tokens.signer(NOW), NOW).application
    world.folder.keys.ensure([f"candidate-pauh.7+{application}"])
    world.folder.keys.of(f"candidate-pauh.7+{application}")


def test_nobody_claims_for_a_person_that_is_not_here(world: People) -> None:
    with pytest.raises(NotFound):
        world.claims.claim("7d" * 16, ROUND, world.tokens.signer(NOW), NOW)


def test_imported_rows_and_accounts_get_their_ids_by_one_function(world: People) -> None:
    master = world.folder.master
    register = Register(world.store, master, world.folder.keys)
    register.create()
    register.enrol("a" * 64, ROUND, [Person(row=1, row_id="ZQ-1", born=None)])
    who = world.person()
    made = world.claims.claim(who, ROUND, world.tokens.signer(NOW), NOW).application
    assert made == claims.minting(master)(who, ROUND) != claims.minting(bytes(32))(who, ROUND)


def test_ages_tell_an_order_and_no_date(world: People) -> None:
    signer = world.tokens.signer(NOW)
    born = {"5b" * 16: "1995-03-02", "6c" * 16: "1990-01-01", "7d" * 16: "1995-03-02"}
    ids = [world.claims.claim(world.person(who, born=day), ROUND, signer, NOW).application for who, day in born.items()]
    younger, older, twin = ids
    unknown = world.claims.claim(world.person("8e" * 16), ROUND, signer, NOW).application
    assert world.claims.by_age([younger, older, unknown]) == ((older, younger),)
    assert set(world.claims.by_age(ids)) == {(older, younger), (older, twin)}


@given(st.dictionaries(st.text("abcdef", min_size=1, max_size=3), st.dates().map(str), max_size=6))
def test_an_order_of_ages_never_puts_the_younger_first(born: dict[str, str]) -> None:
    orders = claims.by_age(born)
    for order in orders:
        assert all(born[older] < born[younger] for older, younger in pairwise(order))
    if len(set(born.values())) > 1:
        assert {one for order in orders for one in order} == born.keys()
