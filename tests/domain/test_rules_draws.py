"""What nobody may choose is drawn, and everybody can draw again (TEST 38)."""

from hashlib import sha256
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.rules.draws import coworkers, drawn, one_in, ordered, seed_of
from shared.rules.errors import Contradiction

SEED = sha256(b"\x00entry-0").digest()  # the root of a log with the one entry `entry-0`
NINE = [f"o{n}" for n in range(1, 10)]


def test_38_nine_are_ordered_by_their_digests() -> None:
    """TEST 38: SHA-256("merit/draw/v1" line feed, seed, id), the lowest first."""
    assert SEED.hex() == "40766b2033429026f53d54502679a839706b4741f8dcaf3a8bba5f41b5ffe075"
    assert ordered(NINE, SEED) == ("o2", "o9", "o3", "o6", "o8", "o4", "o1", "o5", "o7")


def test_38_five_coworkers_are_asked() -> None:
    """TEST 38: three to five of those eligible; with two nobody is asked."""
    assert coworkers(NINE, SEED) == drawn(NINE, SEED, 5) == ("o2", "o9", "o3", "o6", "o8")
    assert coworkers(NINE[:4], SEED) == ("o2", "o3", "o4", "o1")
    assert coworkers(NINE[:3], SEED) == ("o2", "o3", "o1")
    assert coworkers(NINE[:2], SEED) == ()


def test_a_seed_is_the_digest_of_the_beacon() -> None:
    assert seed_of("é") == seed_of("é".encode()) == sha256("é".encode()).digest()


def test_37_one_visit_in_five() -> None:
    """TEST 37: 200 visits and every fifth are 40 codes; a fifth that has begun counts."""
    visits = [str(n) for n in range(201)]
    assert [len(one_in(visits[:n], SEED, 5)) for n in (0, 1, 5, 6, 200, 201)] == [0, 1, 1, 2, 40, 41]
    assert one_in(visits, SEED, 1) == ordered(visits, SEED)


def test_what_is_no_draw_is_refused() -> None:
    with pytest.raises(Contradiction, match="twice"):
        ordered(["o1", "o1"], SEED)
    with pytest.raises(Contradiction, match="32 bytes"):
        ordered(NINE, b"short")
    with pytest.raises(Contradiction, match="one in 0"):
        one_in(NINE, SEED, 0)


@given(st.sets(st.text(max_size=8), max_size=20), st.binary(), st.integers(-1, 25), st.randoms())
def test_arrival_changes_nothing_and_nobody_is_drawn_twice(
    ids: set[str], beacon: bytes, n: int, random: Random
) -> None:
    shuffled = sorted(ids)
    random.shuffle(shuffled)
    seed = seed_of(beacon)
    assert ordered(shuffled, seed) == ordered(sorted(ids), seed)
    assert drawn(ids, seed, n) == ordered(ids, seed)[: max(0, n)]
    assert set(ordered(ids, seed)) == ids
