"""Who may do what: a rule's roles, and its reach; whoever has neither is told as little as there is to tell."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.runtime.http.rules import OWN, PUBLIC, SIGNED_IN, NotAllowed, OutOfReach, Rule, SignedOut, agency_of, may
from shared.runtime.identity import Principal

ROLES = frozenset({"applicant", "hr", "ppk", "verifier"})
UNITS = st.sampled_from(["", "pauh", "pauh.dinkes", "pauh.dinkes.pkm-03", "pauh.dinkes2", "pauhan.dinkes", "kota-x"])


def principal(unit: str = "pauh.dinkes", *roles: str) -> Principal:
    return Principal(subject="5b0e", roles=frozenset(roles or ("hr",)), unit=unit, authenticated_at="")


@given(held=st.frozensets(st.sampled_from(sorted(ROLES))), asked=st.frozensets(st.sampled_from(sorted(ROLES))))
def test_one_of_the_roles_is_enough_and_none_is_not(held: frozenset[str], asked: frozenset[str]) -> None:
    somebody = Principal(subject="5b0e", roles=held, unit="pauh", authenticated_at="")
    if not asked or held & asked:
        may(somebody, Rule(roles=asked))
    else:
        with pytest.raises(NotAllowed):
            may(somebody, Rule(roles=asked))


def test_where_nobody_need_sign_in_anybody_may_and_elsewhere_nobody_may() -> None:
    may(None, PUBLIC, "pauh.1")
    for rule in (SIGNED_IN, OWN, Rule(roles=ROLES, of="agency")):
        with pytest.raises(SignedOut):
            may(None, rule, "pauh.1", "5b0e")


def test_the_role_is_asked_before_the_object() -> None:
    """So that whoever lacks it learns nothing of objects."""
    for object_ in ("pauh.1", "kota-x.1"):
        with pytest.raises(NotAllowed):
            may(principal("pauh", "verifier"), Rule(roles=frozenset({"hr"}), of="agency"), object_)


@given(unit=UNITS, other=UNITS)
def test_an_agency_reaches_its_own(unit: str, other: str) -> None:
    rule, object_ = Rule(roles=ROLES, of="agency"), f"{other}.1"
    if unit and unit.split(".")[0] == other.split(".")[0]:
        may(principal(unit), rule, object_)
    else:
        with pytest.raises(OutOfReach):
            may(principal(unit), rule, object_)


@pytest.mark.parametrize("need", ["", "+perawat+2027"])
@given(unit=UNITS, other=UNITS)
def test_a_unit_reaches_itself_and_what_is_below_it(need: str, unit: str, other: str) -> None:
    """By whole parts of its name: `pauh.dinkes` is no part of `pauh.dinkes2`."""
    rule, ours, theirs = Rule(roles=ROLES, of="unit"), unit.split("."), other.split(".")
    if unit and theirs[: len(ours)] == ours:
        may(principal(unit), rule, other + need)
    else:
        with pytest.raises(OutOfReach):
            may(principal(unit), rule, other + need)


def test_ones_own_is_ones_own() -> None:
    somebody = principal("", "applicant")
    may(somebody, OWN, "pauh.1", "5b0e")
    for owner in ("6c1f", "", None):
        with pytest.raises(OutOfReach):
            may(somebody, OWN, "pauh.1", owner)


def test_where_any_object_will_do_any_does() -> None:
    for object_ in (None, "pauh.1", "kota-x.1"):
        may(principal(), Rule(roles=frozenset({"hr"})), object_)


def test_a_route_without_an_object_is_for_the_role_alone() -> None:
    for rule in (OWN, Rule(roles=ROLES, of="agency"), Rule(roles=ROLES, of="unit")):
        may(principal("", "applicant"), rule)


def test_an_agency_leads_an_id() -> None:
    assert [agency_of(one) for one in ("pauh.2027-014", "pauh.dinkes.pkm", "pauh", "")] == ["pauh", "pauh", "pauh", ""]
