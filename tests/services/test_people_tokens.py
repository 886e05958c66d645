"""Keys that sign tokens, in turn; integrators' tokens that can be taken back (ASVS 5 9.1.3, 13.3.4)."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from services.people.tokens import Tokens, signing_keys
from shared.events import Damaged, Refused
from shared.runtime.identity import LONGEST, Principal, service_token
from tests.services.people_world import NOW, People, people

WHO, DAY = "5b" * 16, dt.timedelta(days=1)
PRINCIPAL = Principal(
    subject=WHO, roles=frozenset({"integrator"}), unit="pauh", authenticated_at="2027-03-01T01:00:00.000000Z"
)


@pytest.fixture
def tokens(tmp_path: Path) -> Iterator[Tokens]:
    made: People = people(tmp_path)
    yield made.tokens
    made.folder.close()


def test_the_key_in_use_is_the_same_until_it_is_rotated(tokens: Tokens) -> None:
    first = tokens.signer(NOW)
    assert tokens.signer(NOW).kid == first.kid
    assert tokens.rotate(NOW).kid == tokens.signer(NOW).kid != first.kid


def test_after_a_rotation_the_former_key_is_believed_while_its_tokens_live(tokens: Tokens) -> None:
    old = tokens.signer(NOW)
    long = tokens.issue(WHO, "projections", NOW, 90 * DAY)
    new = tokens.rotate(NOW)
    assert tokens.verifier(NOW).principal(service_token(old, PRINCIPAL, "intake", NOW), "intake", NOW) == PRINCIPAL
    assert tokens.verifier(NOW).principal(service_token(new, PRINCIPAL, "intake", NOW), "intake", NOW) == PRINCIPAL
    assert tokens.bearer(long, "projections", NOW + 89 * DAY).person == WHO
    later = NOW + LONGEST["api"]
    with pytest.raises(Refused, match=r"token\.invalid"):
        tokens.verifier(later).principal(service_token(old, PRINCIPAL, "intake", later), "intake", later)


@pytest.mark.parametrize("in_use", [True, False])
def test_a_withdrawn_key_is_believed_no_longer(tokens: Tokens, in_use: bool) -> None:
    stolen = tokens.signer(NOW)
    if not in_use:
        tokens.rotate(NOW)
    tokens.withdraw(stolen.kid, NOW)
    with pytest.raises(Refused, match=r"token\.invalid"):
        tokens.verifier(NOW).principal(service_token(stolen, PRINCIPAL, "intake", NOW), "intake", NOW)
    token = service_token(tokens.signer(NOW), PRINCIPAL, "intake", NOW)
    assert tokens.verifier(NOW).principal(token, "intake", NOW) == PRINCIPAL


def test_an_api_token_is_for_one_service_for_a_time_until_it_is_taken_back(tokens: Tokens) -> None:
    token = tokens.issue(WHO, "projections", NOW, DAY)
    assert tokens.bearer(token, "projections", NOW) == (WHO, "2027-03-01T02:00:00.000000Z")
    for audience, now in (("intake", NOW), ("projections", NOW + DAY), ("projections", NOW - DAY)):
        with pytest.raises(Refused, match=r"token\.invalid"):
            tokens.bearer(token, audience, now)
    with pytest.raises(Refused, match=r"token\.invalid"):
        tokens.bearer(service_token(tokens.signer(NOW), PRINCIPAL, "projections", NOW), "projections", NOW)
    tokens.revoke(WHO)
    with pytest.raises(Refused, match=r"token\.invalid"):
        tokens.bearer(token, "projections", NOW)


def test_ended_tokens_go(tokens: Tokens) -> None:
    tokens.issue(WHO, "projections", NOW, DAY)
    assert [tokens.collect(NOW), tokens.collect(NOW + DAY), tokens.collect(NOW + DAY)] == [0, 1, 0]


def test_a_private_key_lies_sealed_under_the_master_key(tokens: Tokens, tmp_path: Path) -> None:
    """ASVS 13.3.1: no secret in clear in a database."""
    seed = tokens.signer(NOW)._key.private_bytes_raw()
    assert not any(seed in path.read_bytes() for path in (tmp_path / "data").iterdir())
    with pytest.raises(Damaged, match="does not open"):
        Tokens(tokens._store, tokens._reader, bytes(32)).signer(NOW)
    with tokens._store.begin() as tx:
        assert tx.execute(sa.select(signing_keys.c.number)).scalars().all() == [1]
