"""One draw for what nobody may choose: files of a verifier, a sample, the order of calls, visits, coworkers.

The list is committed first; then a public value that nobody knew orders it, and everybody can order it again.
"""

from collections.abc import Iterable
from hashlib import sha256

from shared.rules.errors import Contradiction

LABEL = b"merit/draw/v1\n"
FEWEST, MOST = 3, 5  # coworkers of a group that are asked: fewer could be recognised, more are not needed


def seed_of(beacon: bytes | str) -> bytes:
    """The seed, 32 bytes: SHA-256 of the beacon; text is taken as UTF-8."""
    return sha256(beacon.encode() if isinstance(beacon, str) else beacon).digest()


def ordered(ids: Iterable[str], seed: bytes) -> tuple[str, ...]:
    """Every id once, by SHA-256("merit/draw/v1\\n" || seed || id), the lowest first; the order they come in is nothing.

    `Contradiction` if an id stands twice: it would have two chances; or if the seed is not 32 bytes.
    """
    given = tuple(ids)
    if len(seed) != 32:
        raise Contradiction(f"a seed has 32 bytes, this one {len(seed)}")
    if len(set(given)) != len(given):
        raise Contradiction("an id stands twice in the list that is drawn from")
    return tuple(sorted(given, key=lambda one: sha256(LABEL + seed + one.encode()).digest()))


def drawn(ids: Iterable[str], seed: bytes, n: int) -> tuple[str, ...]:
    """The first `n` of the order, all of them if there are fewer."""
    return ordered(ids, seed)[: max(n, 0)]


def one_in(ids: Iterable[str], seed: bytes, every: int) -> tuple[str, ...]:
    """One of every so many that have begun (visits): 200 and 5 are 40, 201 and 5 are 41, so that no counter with few
    visits is left out."""
    if every < 1:
        raise Contradiction(f"one in {every} is no share")
    given = tuple(ids)
    return drawn(given, seed, -(-len(given) // every))


def coworkers(eligible: Iterable[str], seed: bytes) -> tuple[str, ...]:
    """Rekan: 3 to 5 of those eligible in one group; nobody where there are fewer than 3."""
    found = drawn(eligible, seed, MOST)
    return found if len(found) >= FEWEST else ()
