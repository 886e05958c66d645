"""Public figures with a floor: no table, no total and no two tables together tell of a group under the floor.

Groups stand in blocks of two (the last may have three) by their names alone, never by their numbers. A group under the
floor hides its whole block, and hidden groups always sum to the floor or more; so whoever subtracts, even knowing this
rule, learns of a hidden group no more than that it lies somewhere between 0 and that sum.
"""

from collections.abc import Mapping

from shared.rules.errors import BadMark


def published(groups: Mapping[str, int], floor: int) -> dict[str, int | None]:
    """The figures that may be shown beside their total; `BadMark` for a count or a floor that is none."""
    blocks = _blocks(groups, floor)
    hidden = {n for n, block in enumerate(blocks) if any(groups[name] < floor for name in block)}
    first = min(hidden, default=0)
    while hidden and len(hidden) < len(blocks) and _sum(groups, blocks, hidden) < floor:
        hidden.add(
            next((first + n) % len(blocks) for n in range(len(blocks)) if (first + n) % len(blocks) not in hidden)
        )
    unseen = {name for n in hidden for name in blocks[n]}
    return {name: None if name in unseen else count for name, count in groups.items()}


def total(groups: Mapping[str, int], floor: int) -> int | None:
    """Their total, or None under the floor."""
    _blocks(groups, floor)
    everybody = sum(groups.values())
    return everybody if everybody >= floor else None


def may_publish(before: int, now: int, floor: int) -> bool:
    """Whether a figure may replace an earlier one: unchanged, or grown by the floor at least, so that the difference
    tells of nobody; never under the floor."""
    return now >= floor and (now == before or now - before >= floor)


def advanced(before: Mapping[str, int], now: Mapping[str, int], floor: int) -> dict[str, int]:
    """The counts to publish next, after those of `before`: a block moves on when each of its groups stands still or has
    grown by the floor, else it stays as it was. Groups are the same ones; `BadMark` if not, or if one has shrunk.
    """
    if before.keys() != now.keys() or any(now[name] < before[name] for name in now):
        raise BadMark("the groups of two publications are the same, and none shrinks")
    made: dict[str, int] = {}
    for block in _blocks(now, floor):
        moves = all(now[name] == before[name] or now[name] - before[name] >= floor for name in block)
        made |= {name: now[name] if moves else before[name] for name in block}
    return made


def _blocks(groups: Mapping[str, int], floor: int) -> list[list[str]]:
    if floor < 1 or any(count < 0 for count in groups.values()):
        raise BadMark("a floor is at least 1, a count at least 0")
    names = sorted(groups)
    blocks = [names[n : n + 2] for n in range(0, len(names), 2)]
    if len(blocks) > 1 and len(blocks[-1]) == 1:
        blocks[-2:] = [blocks[-2] + blocks[-1]]
    return blocks


def _sum(groups: Mapping[str, int], blocks: list[list[str]], hidden: set[int]) -> int:
    return sum(groups[name] for n in hidden for name in blocks[n])
