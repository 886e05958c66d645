"""Tokens between services: one algorithm, a fixed set of keys, one audience and purpose, a minute (ASVS 5 9.1, 9.2)."""

import base64
import datetime as dt
import hmac
import json
from dataclasses import replace
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from shared.events import Refused
from shared.runtime.identity import LONGEST, Principal, Signer, Verifier, kid_of, service_token

NOW = dt.datetime(2027, 3, 1, 2, 0, tzinfo=dt.UTC)
KEY = Ed25519PrivateKey.from_private_bytes(b"1" * 32)
SIGNER = Signer(KEY)
VERIFIER = Verifier(SIGNER.public)
WHO = Principal(
    subject="5b" * 16, roles=frozenset({"hr", "applicant"}), unit="pauh", authenticated_at="2027-03-01T01:00:00.000000Z"
)
TOKEN = service_token(SIGNER, WHO, "intake", NOW)
SECOND = dt.timedelta(seconds=1)
IAT = int(NOW.timestamp())
SAID: dict[str, Any] = {
    "sub": WHO.subject, "roles": ["hr"], "unit": "pauh", "authenticated_at": "x", "aud": "intake", "iat": IAT,
    "exp": IAT + 60,
}  # fmt: skip
HEADER = {"alg": "EdDSA", "kid": SIGNER.kid, "typ": "merit-service+jwt"}


def refused(token: str, now: dt.datetime = NOW, audience: str = "intake") -> None:
    with pytest.raises(Refused) as caught:
        VERIFIER.principal(token, audience, now)
    assert caught.value.code == "token.invalid"


def encoded(part: dict[str, Any]) -> bytes:
    return base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=")


def signed(said: dict[str, Any], **header: Any) -> str:
    """With the right key, whatever it says."""
    message = encoded({**HEADER, **header}) + b"." + encoded(said)
    return (message + b"." + base64.urlsafe_b64encode(KEY.sign(message)).rstrip(b"=")).decode()


def test_a_token_says_who_acts_for_sixty_seconds() -> None:
    assert VERIFIER.principal(TOKEN, "intake", NOW) == WHO
    assert VERIFIER.principal(TOKEN, "intake", NOW + 59 * SECOND) == WHO
    assert VERIFIER.principal(signed(SAID), "intake", NOW).subject == WHO.subject


def test_a_token_says_whether_a_program_acts() -> None:
    """Deny by default: one that does not say so is a program's."""
    program = replace(WHO, program=True)
    assert VERIFIER.principal(service_token(SIGNER, program, "intake", NOW), "intake", NOW) == program
    assert VERIFIER.principal(signed(SAID), "intake", NOW).program
    assert not VERIFIER.principal(TOKEN, "intake", NOW).program


def test_an_expired_token_is_refused() -> None:
    """ASVS 9.2.1."""
    refused(TOKEN, NOW + 60 * SECOND)
    refused(TOKEN, NOW + dt.timedelta(days=1))


def test_a_token_of_the_future_is_refused() -> None:
    """ASVS 9.2.1: another machine's clock may be five seconds ahead, not more."""
    assert VERIFIER.principal(TOKEN, "intake", NOW - 5 * SECOND) == WHO
    refused(TOKEN, NOW - 6 * SECOND)


def test_a_token_for_another_service_is_refused() -> None:
    """ASVS 9.2.3, 9.2.4."""
    refused(TOKEN, audience="selection")
    refused(signed({**SAID, "aud": ["intake", "selection"]}))


def test_a_token_of_another_kind_is_refused() -> None:
    """ASVS 9.2.2: a claim is no sign-in."""
    claims = {"sub": WHO.subject, "roles": ["hr"], "unit": "pauh", "authenticated_at": "x"}
    refused(SIGNER.sign("api", claims, "intake", NOW, LONGEST["api"]))
    refused(signed(SAID, typ="JWT"))
    refused(signed(SAID, crit=["exp"]))


def test_a_longer_life_than_its_kind_has_is_neither_signed_nor_believed() -> None:
    for lifetime in (61 * SECOND, 0 * SECOND, -SECOND):
        with pytest.raises(ValueError, match="lives at most"):
            SIGNER.sign("service", {"sub": "x"}, "intake", NOW, lifetime)
    refused(signed({**SAID, "exp": IAT + 61}))


def test_an_unsigned_token_is_refused() -> None:
    """ASVS 9.1.2: alg=none, however it is spelt."""
    for alg in ("none", "None", "NONE", ""):
        head = encoded({**HEADER, "alg": alg})
        refused((head + b"." + encoded(SAID) + b".").decode())
        refused((head + b"." + encoded(SAID) + b"." + TOKEN.split(".")[2].encode()).decode())


@pytest.mark.parametrize("form", ["raw", "pem", "der"])
def test_a_public_key_is_no_secret_of_hmac(form: str) -> None:
    """ASVS 9.1.2: HS/EdDSA confusion."""
    public = KEY.public_key()
    secret = {
        "raw": SIGNER.public,
        "pem": public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo),
        "der": public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo),
    }[form]
    message = encoded({**HEADER, "alg": "HS256"}) + b"." + encoded(SAID)
    mac = base64.urlsafe_b64encode(hmac.digest(secret, message, "sha256")).rstrip(b"=")
    refused((message + b"." + mac).decode())


def test_another_algorithm_is_refused() -> None:
    """ASVS 9.1.2: RS256 with our key's name."""
    refused(jwt.encode(SAID, generate_private_key(65537, 2048), "RS256", {"kid": SIGNER.kid, "typ": HEADER["typ"]}))
    refused(signed(SAID, alg="RS256"))


def test_only_keys_of_the_set_are_believed_wherever_a_token_points() -> None:
    """ASVS 9.1.3: no `jku`, `x5u`, `jwk` is looked at."""
    stranger = Signer(Ed25519PrivateKey.from_private_bytes(b"2" * 32))
    refused(service_token(stranger, WHO, "intake", NOW))
    jwk = {"kty": "OKP", "crv": "Ed25519", "x": base64.urlsafe_b64encode(stranger.public).decode().rstrip("=")}
    claims = {**SAID}
    forged = jwt.encode(
        claims,
        stranger._key,
        "EdDSA",
        {"kid": SIGNER.kid, "typ": HEADER["typ"], "jwk": jwk, "jku": "https://x.example"},
    )
    refused(forged)
    refused(signed(SAID, kid=kid_of(stranger.public)))
    refused(signed(SAID, kid=["a"]))
    both = Verifier(SIGNER.public, stranger.public)
    assert both.principal(service_token(stranger, WHO, "intake", NOW), "intake", NOW) == WHO


@pytest.mark.parametrize("missing", ["sub", "aud", "iat", "exp"])
def test_a_token_says_everything(missing: str) -> None:
    refused(signed({key: value for key, value in SAID.items() if key != missing}))


@pytest.mark.parametrize(
    "change", [{"iat": "now"}, {"exp": "never"}, {"exp": float(IAT + 1)}, {"iat": True}, {"sub": 5}, {"iat": IAT - 60}]
)
def test_times_and_names_have_their_form(change: dict[str, Any]) -> None:
    refused(signed({**SAID, **change}))


def test_a_changed_or_endless_token_is_refused() -> None:
    head, body, seal = TOKEN.split(".")
    other = encoded({**SAID, "roles": ["administrator"]}).decode()
    for token in (
        f"{head}.{other}.{seal}",
        f"{head}.{body}",
        "",
        "a.b.c",
        TOKEN + "a" * 5000,
        f"{head}.{body}.{seal}.x",
    ):
        refused(token)


@given(
    st.text(max_size=200) | st.binary(max_size=60).map(lambda raw: TOKEN[: len(raw)] + raw.hex() + TOKEN[len(raw) :])
)
def test_whatever_comes_is_refused_in_one_way(token: str) -> None:
    if token != TOKEN:
        refused(token)


def test_a_claim_is_one_persons_in_one_round() -> None:
    said = {"sub": "5b" * 16, "application": "0a" * 16, "round": "pauh.2027"}
    token = SIGNER.sign("claim", said, "intake", NOW, LONGEST["claim"])
    assert VERIFIER.claimed(token, "5b" * 16, "pauh.2027", NOW) == "0a" * 16
    for applicant, round_, now in (
        ("6c" * 16, "pauh.2027", NOW),
        ("5b" * 16, "pauh.2028", NOW),
        ("5b" * 16, "pauh.2027", NOW + LONGEST["claim"]),
    ):
        with pytest.raises(Refused, match=r"token\.invalid"):
            VERIFIER.claimed(token, applicant, round_, now)
    with pytest.raises(Refused, match=r"token\.invalid"):
        VERIFIER.claimed(TOKEN, WHO.subject, "pauh.2027", NOW)
