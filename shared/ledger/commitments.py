"""Keys of a stream, tags, commitments in two halves, leaves: the bytes of transparency.md 3, and nothing else.

HMAC here is two hashlib calls over prepared pads; a key that is not 32 bytes is refused, since HMAC pads with zeros and
would take a key and the same key with a zero byte behind it for one.
"""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from typing import Any

from shared.events import Unreadable, catalogue, codec

_INNER = bytes(sign ^ 0x36 for sign in range(256))
_OUTER = bytes(sign ^ 0x5C for sign in range(256))
_INNER_REST, _OUTER_REST = b"\x36" * 32, b"\x5c" * 32

_BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"  # RFC 4648
_PAIRS = [one + other for one in _BASE32 for other in _BASE32]

Mac = Callable[[bytes], bytes]


def mac(key: bytes, message: bytes) -> bytes:
    """HMAC-SHA256 of a message under a key of 32 bytes; Unreadable for any other length."""
    if len(key) != 32:
        raise Unreadable(f"a key has 32 bytes, this one {len(key)}")
    inner = sha256(key.translate(_INNER) + _INNER_REST + message).digest()
    return sha256(key.translate(_OUTER) + _OUTER_REST + inner).digest()


def prepared(key: bytes) -> Mac:
    """HMAC under one key for many messages: both pads are hashed once."""
    if len(key) != 32:
        raise Unreadable(f"a key has 32 bytes, this one {len(key)}")
    inner, outer = sha256(key.translate(_INNER) + _INNER_REST), sha256(key.translate(_OUTER) + _OUTER_REST)

    def run(message: bytes) -> bytes:
        first, second = inner.copy(), outer.copy()
        first.update(message)
        second.update(first.digest())
        return second.digest()

    return run


def u64(number: int) -> bytes:
    """Eight bytes, big-endian."""
    return number.to_bytes(8, "big")


def tag_key(key: bytes, service: str, stream: str) -> bytes:
    """`K_tag` of a stream: what its person may hold, to see that no own event is missing."""
    return mac(key, b"merit/tag/v1\n" + service.encode() + b"\n" + stream.encode() + b"\x01")


def open_key(key: bytes, service: str, stream: str) -> bytes:
    """`K_open` of a stream: never given away; the halves of single events derive from it."""
    return mac(key, b"merit/open/v1\n" + service.encode() + b"\n" + stream.encode() + b"\x01")


def half_keys(opener: Mac, version: int) -> tuple[bytes, bytes]:
    """`k_shown` and `k_kept` of one event; `opener` is HMAC under K_open."""
    number = u64(version) + b"\x01"
    return opener(b"merit/shown/v1\n" + number), opener(b"merit/kept/v1\n" + number)


def commitment(mac_shown: bytes, mac_kept: bytes) -> bytes:
    """`c` from the two halves' digests."""
    return sha256(b"merit/commit/v1\n" + mac_shown + mac_kept).digest()


def opened(c: bytes, *, k_shown: bytes, shown: bytes, mac_kept: bytes) -> dict[str, Any]:
    """The shown half, if it opens `c`. Unreadable if it is another half, another event's, changed, or not canonical."""
    half = codec.loads(shown)
    if commitment(mac(k_shown, shown), mac_kept) != c:
        raise Unreadable("this half does not open the commitment")
    if not isinstance(half, dict) or "actor" in half or (half and "type" not in half):
        raise Unreadable("this is not a shown half")
    return half


def leaf_hash(entry: bytes) -> bytes:
    """RFC 6962 2.1: the hash of a leaf of the tree. Unreadable beyond 65,535 bytes, where a bundle's entry ends."""
    if len(entry) > 65535:
        raise Unreadable(f"a leaf of {len(entry)} bytes; a log entry ends at 65,535")
    return sha256(b"\x00" + entry).digest()


def alias(vacancy_key: Mac, application: str) -> str:
    """The public name of a candidacy: 12 base32 signs under the vacancy's key."""
    first = int.from_bytes(vacancy_key(b"merit/alias/v1\n" + application.encode())[:8], "big") >> 4
    return "".join(_PAIRS[first >> shift & 1023] for shift in (50, 40, 30, 20, 10, 0))


def label_order(vacancy_key: Mac, application: str) -> bytes:
    """What a panel's roster is sorted by: the place in it is the label on a blind stage."""
    return vacancy_key(b"merit/label/v1\n" + application.encode())


def key_hash(vacancy_key: bytes) -> str:
    """The digest of a vacancy's key that its notice carries."""
    return sha256(b"merit/key/v1\n" + vacancy_key).hexdigest()


def roll_key(application_tag: bytes, candidate_tag: bytes) -> str:
    """What binds a candidacy to its person's streams in the roll: one hash over its two K_tags."""
    return sha256(b"merit/roll/v1\n" + application_tag + candidate_tag).hexdigest()


def seal(nonce: bytes, sheet: dict[str, Any]) -> str:
    """The seal of a panelist's sheet: `alias, panelist, points, stage` under the nonce."""
    return mac(nonce, b"merit/seal/v1\n" + codec.dumps(sheet)).hex()


def vault_mac(vault_key: bytes, id: str, content: bytes) -> str:
    """The keyed digest that an event cites for words or a document in the vault."""
    return mac(mac(vault_key, b"merit/vault/v1\n" + id.encode() + b"\x01"), content).hex()


def digest_of_words(text: str) -> str:
    """Public words stand in a leaf as their digest."""
    return sha256(text.encode()).hexdigest()


def shown_at(recorded_at: str, category: catalogue.Category) -> str:
    """A person's leaf shows the minute, a ballot's the day; a public one the instant."""
    if category.public:
        return recorded_at
    return recorded_at[:10] if category.by_day else recorded_at[:16] + "Z"
