"""Who may do what is granted on the record: by decree, for a time, in a place, by two persons (UU 20/2023 art. 26;
ASVS 5 8.2.1, 8.3.1, 2.3.5)."""

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given as drawn
from hypothesis import strategies as st

from services.people import roles
from services.people.roles import Administrators, Facts, GrantRole, RevokeRole
from shared.events import Refused, streams
from shared.events.people import RoleGranted, RoleRevoked
from shared.events.platform import AttemptRefused
from tests.domain.specification import Specification

WHO, OTHER, ADMIN = "5b" * 16, "6c" * 16, "ad" * 16
ID = f"pauh.{WHO}"
AT = "2027-01-04T02:00:00.000000Z"
FIRST, LAST = dt.date(2027, 1, 4), dt.date(2027, 12, 31)

GRANT = GrantRole(
    role="secretary", scope="pauh.dinkes", decree="SK 1/2027", from_=FIRST, until=LAST, ok="0a" * 16, by=ADMIN, at=AT,
    id=ID,
)  # fmt: skip
GRANTED = RoleGranted(role="secretary", scope="pauh.dinkes", decree="SK 1/2027", from_=FIRST, until=LAST, ok="0a" * 16)
REVOKE = RevokeRole(role="secretary", scope="pauh.dinkes", reason="moved", by=ADMIN, at=AT, id=ID)
REVOKED = RoleRevoked(role="secretary", scope="pauh.dinkes", reason="moved")

NOBODY = Facts(administrators=roles.NOBODY)
THERE = Facts(administrators=Administrators(until={f"{ADMIN}:pauh.bkpsdm": LAST}))
FOUND = replace(GRANT, role="administrator", scope="pauh.bkpsdm", ok=None, by="system")
IN_A_UNIT = replace(FOUND, scope="pauh.dinkes")
FOUNDED = RoleGranted(role="administrator", scope="pauh.bkpsdm", decree="SK 1/2027", from_=FIRST, until=LAST)

given = Specification(roles, THERE).given


def held_by(*whom: str) -> Facts:
    """Administrators by `principal:scope`, each to the last day."""
    return Facts(administrators=Administrators(until=dict.fromkeys(whom, LAST)))


TWO = held_by(f"{ADMIN}:pauh.bkpsdm", f"{OTHER}:pauh.inspektorat")


def test_a_role_is_granted_by_decree_with_two_persons() -> None:
    """ASVS 2.3.5: the approval behind the act stands in the event."""
    given().when(GRANT).then(GRANTED)
    given().when(replace(GRANT, ok=None)).refused("act.needs_approval")


def test_the_first_two_administrators_are_granted_by_the_system_alone() -> None:
    """ASVS 2.3.5: a grant takes two, so two are founded; from then on nobody is alone."""
    given().when(FOUND, NOBODY).then(FOUNDED)
    given().when(IN_A_UNIT, THERE).then(replace(FOUNDED, scope="pauh.dinkes"))
    given().when(IN_A_UNIT, TWO).refused("role.founded")


def test_one_person_is_not_founded_twice() -> None:
    """Whoever held two units would be the only administrator all the same."""
    given(FOUNDED).when(IN_A_UNIT, held_by(f"{WHO}:pauh.bkpsdm")).refused("role.founded")


def test_the_founders_come_from_two_units() -> None:
    """Nobody approves what was proposed in the own unit: two of one unit could grant nothing."""
    given().when(FOUND, THERE).refused("approval.same_unit")
    given().when(IN_A_UNIT, held_by(f"{OTHER}:pauh.dinkes")).refused("approval.same_unit")


def test_neither_founder_comes_from_above_the_other() -> None:
    """A unit and one below it are no two: they would approve nothing of each other. The agency is above all."""
    for unit in ("pauh.dinkes.upt", "pauh.dinkes"):
        given().when(replace(FOUND, scope=unit), held_by(f"{OTHER}:pauh.dinkes")).refused("approval.same_unit")
    given().when(IN_A_UNIT, held_by(f"{OTHER}:pauh.dinkes.upt")).refused("approval.same_unit")
    given().when(replace(FOUND, scope="pauh.dinkes2"), held_by(f"{OTHER}:pauh.dinkes")).then(
        replace(FOUNDED, scope="pauh.dinkes2")
    )
    given().when(replace(FOUND, scope="pauh"), NOBODY).refused("approval.same_unit")


def test_units_are_apart_where_neither_is_above_the_other() -> None:
    """The same for a founding and for an approval."""
    units = ("pauh", "pauh.a", "pauh.a.b", "pauh.a2", "pauh.b", "barito", "pauh2")
    together = {
        ("pauh", "pauh.a"),
        ("pauh", "pauh.a.b"),
        ("pauh", "pauh.a2"),
        ("pauh", "pauh.b"),
        ("pauh.a", "pauh.a.b"),
    }
    for one in units:
        for other in units:
            is_one = one == other or (one, other) in together or (other, one) in together
            assert streams.apart(one, other) is not is_one


def test_an_administrator_of_the_whole_agency_stands_in_nobodys_way() -> None:
    """They could approve with nobody: counted as one of two, or as the one who stays, they would lock it for ever."""
    whole = held_by(f"{OTHER}:pauh")
    given().when(FOUND, whole).then(FOUNDED)
    given().when(IN_A_UNIT, held_by(f"{OTHER}:pauh", f"{ADMIN}:pauh.bkpsdm")).then(
        replace(FOUNDED, scope="pauh.dinkes")
    )
    revoke = replace(REVOKE, role="administrator", scope="pauh.bkpsdm")
    given(FOUNDED).when(revoke, held_by(f"{WHO}:pauh.bkpsdm", f"{OTHER}:pauh")).refused("role.last_administrator")


@pytest.mark.parametrize("other", [replace(FOUND, role="hr"), replace(FOUND, by=ADMIN)])
def test_the_system_founds_administrators_and_nothing_else(other: GrantRole) -> None:
    given().when(other, NOBODY).refused("act.needs_approval")


def test_the_system_founds_in_its_agency_alone() -> None:
    given().when(replace(FOUND, scope="barito"), NOBODY).refused("role.scope")


def test_where_every_administrator_has_lapsed_the_system_founds_again() -> None:
    """Otherwise an agency is locked out for ever; that it happened is on the record, by `system`."""
    lapsed = Facts(administrators=Administrators(until={f"{ADMIN}:pauh": dt.date(2027, 1, 3)}))
    given().when(FOUND, lapsed).then(FOUNDED)
    today = Facts(administrators=Administrators(until={f"{ADMIN}:pauh.a": FIRST, f"{OTHER}:pauh.b": FIRST}))
    given().when(FOUND, today).refused("role.founded")


def test_where_one_administrator_is_left_the_system_founds_another() -> None:
    """Alone, nobody grants anything: what `merit init` mends, it mends on the record."""
    left = Facts(administrators=Administrators(until={f"{ADMIN}:pauh.a": LAST, f"{OTHER}:pauh.b": dt.date(2027, 1, 3)}))
    given().when(FOUND, left).then(FOUNDED)


def test_nobody_grants_or_revokes_an_own_role() -> None:
    """ASVS 8.3.1: an administrator raises nobody's rights but others', whoever approves it."""
    given().when(replace(GRANT, by=WHO)).refused("role.own")
    given(GRANTED).when(replace(REVOKE, by=WHO)).refused("role.own")


def test_a_role_is_one_of_those_that_a_decree_grants() -> None:
    """ASVS 8.2.1: deny by default. An applicant is whoever has an account."""
    assert len(roles.ROLES) == 22
    for role in ("king", "", "Secretary", "applicant"):
        given().when(replace(GRANT, role=role)).refused("role.unknown")
    for role in roles.ROLES - roles.OF_EVERYBODY:
        given().when(replace(GRANT, role=role)).then(replace(GRANTED, role=role))


@pytest.mark.parametrize("scope", ["", "pauh2", "pau", "barito", "barito.pauh", ".pauh", "Pauh"])
def test_no_agency_grants_a_role_in_another(scope: str) -> None:
    """ASVS 8.4.1: tenants are apart."""
    given().when(replace(GRANT, scope=scope)).refused("role.scope")


def test_a_role_without_its_decree_is_refused() -> None:
    """UU 30/2014 art. 9: an act of office rests on authority that can be shown."""
    for decree in ("", " "):
        given().when(replace(GRANT, decree=decree)).refused("role.without_decree")


def test_a_period_is_not_over_and_not_reversed() -> None:
    given().when(replace(GRANT, from_=LAST, until=FIRST)).refused("role.period")
    given().when(replace(GRANT, from_=dt.date(2026, 1, 1), until=dt.date(2027, 1, 3))).refused("role.period")
    given().when(replace(GRANT, until=FIRST)).then(replace(GRANTED, until=FIRST))


def test_days_are_those_of_jakarta() -> None:
    """17:00 UTC is midnight there: the fourth has begun."""
    ends = replace(GRANT, from_=dt.date(2027, 1, 1), until=dt.date(2027, 1, 3))
    given().when(replace(ends, at="2027-01-03T16:59:59.999999Z")).then(
        replace(GRANTED, from_=dt.date(2027, 1, 1), until=dt.date(2027, 1, 3))
    )
    given().when(replace(ends, at="2027-01-03T17:00:00.000000Z")).refused("role.period")


def test_one_grant_at_a_time_per_role_and_scope() -> None:
    longer = replace(GRANT, until=dt.date(2028, 12, 31))
    given(GRANTED).when(longer).refused("role.already")
    given(GRANTED, REVOKED).when(longer).then(replace(GRANTED, until=dt.date(2028, 12, 31)))
    given(GRANTED).when(replace(GRANT, scope="pauh")).then(replace(GRANTED, scope="pauh"))
    given(GRANTED).when(replace(GRANT, role="committee")).then(replace(GRANTED, role="committee"))


def test_what_has_lapsed_is_granted_anew() -> None:
    later = replace(GRANT, from_=dt.date(2028, 1, 1), until=dt.date(2028, 12, 31), at="2027-12-31T17:00:00.000000Z")
    given(GRANTED).when(replace(later, at="2027-12-31T16:00:00.000000Z")).refused("role.already")
    given(GRANTED).when(later).then(replace(GRANTED, from_=dt.date(2028, 1, 1), until=dt.date(2028, 12, 31)))


def test_the_same_again_changes_nothing() -> None:
    """Without another approval, too: the first is used up."""
    given(GRANTED).when(GRANT).then()
    given(GRANTED).when(replace(GRANT, ok=None)).then()
    given(GRANTED, REVOKED).when(REVOKE).then()
    given(FOUNDED).when(FOUND, TWO).then()


def test_a_role_is_revoked_at_once_by_one_person_with_a_reason() -> None:
    """ASVS 8.3.2: what is taken away is taken away now."""
    given(GRANTED).when(REVOKE).then(REVOKED)
    for reason in roles.REASONS:
        given(GRANTED).when(replace(REVOKE, reason=reason)).then(replace(REVOKED, reason=reason))


@pytest.mark.parametrize("reason", ["", " ", "Moved", "what somebody wrote about somebody"])
def test_a_reason_is_a_code_and_never_words_about_a_person(reason: str) -> None:
    """UU 27/2022: what stands in an event stands there for ever."""
    given(GRANTED).when(replace(REVOKE, reason=reason)).refused("role.reason")


def test_only_a_role_that_is_held_is_revoked() -> None:
    given().when(REVOKE).refused("role.not_held")
    given(GRANTED).when(replace(REVOKE, scope="pauh")).refused("role.not_held")
    given(GRANTED).when(replace(REVOKE, at="2027-12-31T17:00:00.000000Z")).refused("role.not_held")


def test_the_last_administrator_stays() -> None:
    """Nobody could ever grant a role again."""
    revoke = replace(REVOKE, role="administrator", scope="pauh.a")
    granted = replace(GRANTED, role="administrator", scope="pauh.a")
    alone = Facts(administrators=Administrators(until={f"{WHO}:pauh.a": LAST, f"{OTHER}:pauh.b": dt.date(2027, 1, 3)}))
    given(granted).when(revoke, alone).refused("role.last_administrator")


def test_the_last_but_one_goes_at_once() -> None:
    """Misconduct cannot wait: whoever could stay until a third was found would revoke everybody's roles meanwhile."""
    revoke = replace(REVOKE, role="administrator", scope="pauh.a", reason="misconduct")
    granted = replace(GRANTED, role="administrator", scope="pauh.a")
    given(granted).when(revoke, held_by(f"{WHO}:pauh.a", f"{OTHER}:pauh.b")).then(
        RoleRevoked(role="administrator", scope="pauh.a", reason="misconduct")
    )


def test_an_attempt_on_record_changes_nothing() -> None:
    attempt = AttemptRefused(act="GrantRole", code="x", digest="0" * 64)
    given(attempt).when(GRANT).then(GRANTED)
    given(GRANTED, attempt).when(GRANT).then()


def test_administrators_are_counted_by_agency_and_scope() -> None:
    stream, fold = f"role-{ID}", roles.fold_administrators
    assert roles.administrators_key(stream, GRANT) == "pauh"
    assert roles.administrators_key("vacancy-pauh.7", GRANT) is None
    assert fold(roles.NOBODY, stream, GRANTED, 0) is roles.NOBODY
    assert fold(roles.NOBODY, stream, REVOKED, 0) is roles.NOBODY
    both = fold(fold(roles.NOBODY, stream, FOUNDED, 0), stream, replace(FOUNDED, scope="pauh.dinkes"), 1)
    assert both.on(LAST) == {WHO}
    assert both.on(LAST + dt.timedelta(days=1)) == frozenset()
    assert both.units(LAST) == {"pauh.bkpsdm", "pauh.dinkes"}
    assert both.units(LAST + dt.timedelta(days=1)) == frozenset()
    left = fold(both, stream, replace(REVOKED, role="administrator", scope="pauh.bkpsdm"), 2)
    assert left == Administrators(until={f"{WHO}:pauh.dinkes": LAST})


def test_a_scope_covers_itself_and_what_is_below() -> None:
    assert streams.covers("pauh", "pauh")
    assert streams.covers("pauh", "pauh.dinkes")
    assert not streams.covers("pauh.dinkes", "pauh")
    assert not streams.covers("pauh", "pauh2")


DAYS = st.dates(dt.date(2026, 12, 30), dt.date(2027, 1, 8))
ACTS = st.builds(
    lambda grant, day, **more: replace(GRANT if grant else REVOKE, at=f"{day}T05:00:00.000000Z", **more),
    st.booleans(), DAYS, role=st.sampled_from(["hr", "administrator"]),
    scope=st.sampled_from(["pauh", "pauh.a", "pauh.b"]), by=st.sampled_from([WHO, ADMIN, "system"]),
)  # fmt: skip


@drawn(st.lists(ACTS, max_size=12), DAYS, DAYS, st.sampled_from([None, "0a" * 16]))
def test_whatever_is_tried_no_role_is_held_without_two_persons_or_a_founding(
    acts: list[GrantRole | RevokeRole], first: dt.date, last: dt.date, ok: str | None
) -> None:
    """ASVS 2.3.5, 8.3.1: and the same command again changes nothing, for whatever has happened since."""
    state: roles.State = roles.initial
    administrators = roles.NOBODY
    for act in sorted(acts, key=lambda act: act.at or ""):
        command = replace(act, from_=first, until=last, ok=ok) if isinstance(act, GrantRole) else act
        try:
            events = roles.decide(command, state, Facts(administrators=administrators))
        except Refused:
            continue
        for event in events:
            assert command.by != WHO
            if isinstance(event, RoleGranted):
                day = roles.day_of(command.at or "")
                alone = event.role == "administrator" and WHO not in administrators.on(day)
                assert event.ok or (alone and len(administrators.on(day)) < roles.FOUNDERS)
            state = roles.evolve(state, event)
            administrators = roles.fold_administrators(administrators, f"role-{ID}", event, 0)
        assert roles.decide(command, state, Facts(administrators=administrators)) == []
