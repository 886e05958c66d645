"""Orders that people state where the marks are equal: by age (`by_age`, the birth dates stay secret) or by
`TieDecided`.

An order names two or more aliases, first goes first. It may name a part of a tie only; then only what follows from it
is split.
"""

from collections.abc import Iterable, Sequence
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise

from shared.rules.errors import Contradiction

Orders = Sequence[Sequence[str]]


def split(tied: Sequence[str], orders: Orders) -> list[list[str]]:
    """A tie as consecutive groups: everybody of a group stands before everybody of the next by what is stated,
    directly or through a third. What the orders leave open stays one group; aliases outside the tie are passed over,
    since an order may outlive a correction of marks. `Contradiction` if two orders cannot both hold.
    """
    above = _above(tied, orders)
    below = dict.fromkeys(above, 0)
    for uppers in above.values():
        for key in uppers:
            below[key] += 1
    line = sorted(above, key=lambda key: len(above[key]))
    groups: list[list[str]] = [[]]
    across = 0  # stated pairs that have one foot in the groups so far and the other behind them
    for done, key in enumerate(line):
        if done and across == done * (len(line) - done):  # all such pairs are stated: a clean line
            groups.append([])
        groups[-1].append(key)
        across += below[key] - len(above[key])
    return groups


def _above(tied: Sequence[str], orders: Orders) -> dict[str, set[str]]:
    """For everybody of a tie: who stands before, directly or through a third."""
    above: dict[str, set[str]] = {key: set() for key in tied}
    for order in orders:
        for upper, lower in pairwise(key for key in order if key in above):
            above[lower].add(upper)
    for key in _downward(above):
        above[key] |= {further for upper in above[key] for further in above[upper]}
    return above


def _downward(above: dict[str, set[str]]) -> Iterable[str]:
    try:
        return tuple(TopologicalSorter(above).static_order())
    except CycleError as error:
        raise Contradiction(f"stated orders contradict each other: {' before '.join(error.args[1])}") from error
