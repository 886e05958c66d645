"""Who somebody is for one request, and the signed tokens that say so: Ed25519 alone, from a fixed set of keys.

A token says what it is for (`typ`), for whom (`aud`), since and until when. Whatever is wrong with it, the answer is
the same, `token.invalid`; the caller's clock decides, never the machine's.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final, Literal

from shared.events import Refused

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

Kind = Literal["service", "api", "claim", "arrival"]
LONGEST: Final[Mapping[Kind, dt.timedelta]] = {
    "service": dt.timedelta(seconds=60),  # from the edge to another service, for one request
    "api": dt.timedelta(days=366),  # an integrator's
    "claim": dt.timedelta(hours=1),  # that an application's id is one's own
    "arrival": dt.timedelta(minutes=10),  # when a body had arrived that the queue had no room for
}
SKEW: Final = 5  # seconds that another machine's clock may be ahead
MOST_SIGNS: Final = 4096


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    """Who acts: `roles` hold in `unit` on the day of the act; `authenticated_at` is the instant of the sign-in, or that
    of its token where a `program` asks."""

    subject: str
    roles: frozenset[str]
    unit: str
    authenticated_at: str
    program: bool = False


def kid_of(public: bytes) -> str:
    """A key's name: 16 hex signs of the digest of its 32 public bytes."""
    return sha256(public).hexdigest()[:16]


class Signer:
    """Signs tokens with one key."""

    def __init__(self, key: Ed25519PrivateKey) -> None:
        self._key = key
        self.public = key.public_key().public_bytes_raw()
        self.kid = kid_of(self.public)

    def sign(
        self, kind: Kind, claims: Mapping[str, Any], audience: str, now: dt.datetime, lifetime: dt.timedelta
    ) -> str:
        """A token from now on. ValueError for a life that its kind does not have."""
        import jwt

        if not dt.timedelta(0) < lifetime <= LONGEST[kind]:
            raise ValueError(f"a token of kind {kind} lives at most {LONGEST[kind]}")
        issued = int(now.timestamp())
        body = {**claims, "aud": audience, "iat": issued, "exp": issued + int(lifetime.total_seconds())}
        return jwt.encode(body, self._key, algorithm="EdDSA", headers={"kid": self.kid, "typ": _typ(kind)})


class Verifier:
    """Reads tokens that one of these keys signed: `keys` are 32 public bytes each."""

    def __init__(self, *keys: bytes) -> None:
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

        self._keys = {kid_of(key): Ed25519PublicKey.from_public_bytes(key) for key in keys}

    def read(self, token: str, kind: Kind, audience: str, now: dt.datetime) -> dict[str, Any]:
        """What it says. Refused (`token.invalid`) for a token of another kind, audience, time, algorithm or key."""
        import jwt

        if len(token) > MOST_SIGNS:
            raise Refused("token.invalid")
        try:
            header = jwt.get_unverified_header(token)
            if header.get("typ") != _typ(kind) or "crit" in header:
                raise Refused("token.invalid")
            said = jwt.decode(
                token,
                self._keys[header["kid"]],
                algorithms=["EdDSA"],
                audience=audience,
                options={
                    "require": ["aud", "exp", "iat", "sub"], "strict_aud": True,
                    "verify_exp": False, "verify_iat": False, "verify_nbf": False,
                },
            )  # fmt: skip
        except (jwt.PyJWTError, KeyError, TypeError, ValueError):
            raise Refused("token.invalid") from None
        if not _in_time(said["iat"], said["exp"], kind, now):
            raise Refused("token.invalid")
        return said

    def principal(self, token: str, audience: str, now: dt.datetime) -> Principal:
        """Who the edge says is acting; the service asks the grants again."""
        said = self.read(token, "service", audience, now)
        return Principal(
            subject=said["sub"],
            roles=frozenset(said["roles"]),
            unit=said["unit"],
            authenticated_at=said["authenticated_at"],
            program=said.get("program", True),  # whoever does not say so is taken for one
        )

    def claimed(self, token: str, applicant: str, round_: str, now: dt.datetime) -> str:
        """The application's id that this applicant may use in this round, as people have signed it."""
        said = self.read(token, "claim", "intake", now)
        if (said["sub"], said["round"]) != (applicant, round_):
            raise Refused("token.invalid")
        application: str = said["application"]
        return application


def service_token(signer: Signer, principal: Principal, audience: str, now: dt.datetime) -> str:
    """What the edge sends with a request to another service: good for 60 seconds."""
    claims = {
        "sub": principal.subject, "roles": sorted(principal.roles), "unit": principal.unit,
        "authenticated_at": principal.authenticated_at, "program": principal.program,
    }  # fmt: skip
    return signer.sign("service", claims, audience, now, LONGEST["service"])


def _typ(kind: Kind) -> str:
    return f"merit-{kind}+jwt"


def _in_time(issued: Any, ends: Any, kind: Kind, now: dt.datetime) -> bool:
    """Issued before now, not yet ended, and not for longer than its kind may live."""
    if type(issued) is not int or type(ends) is not int:
        return False
    at = now.timestamp()
    return issued - SKEW <= at < ends and ends - issued <= LONGEST[kind].total_seconds()
