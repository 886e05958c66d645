"""Who may sit in a panel (panitia seleksi), and how many sheets make a result: data of a pack, the usual rule here.

At most 45 % internal: Permenpan RB 13/2014, kept by 15/2019; so of 5 seats 2, of 7 seats 3, of 9 seats 4.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class PanelRules:
    """`sizes` in seats; `internal`: at most, in percent of them; `outside`: kinds of seat from outside the government,
    each needed; `sheets`: how many sheets a result needs.
    """

    sizes: tuple[int, ...]
    internal: int
    outside: tuple[str, ...]
    sheets: int
    article: str

    @property
    def kinds(self) -> tuple[str, ...]:
        """Every kind of seat: `internal` and those from outside."""
        return (INTERNAL, *self.outside)


INTERNAL = "internal"
USUAL = PanelRules(
    sizes=(5, 7, 9),
    internal=45,
    outside=("academic", "practitioner"),
    sheets=3,
    article="Permenpan RB 13/2014 and 15/2019, as the press reports them",
)


def unlawful(seats: Mapping[str, int], rules: PanelRules = USUAL) -> Iterator[tuple[str, str]]:
    """What is wrong with a panel of these seats by kind: `role` and the unknown kind, `panel` and the number of seats.

    An odd number that the rules name, at most so many internal, somebody of each outside kind.
    """
    for kind in sorted(seats.keys() - set(rules.kinds)):
        yield "role", kind
    size = sum(seats.values())
    if (
        size not in rules.sizes
        or min(seats.values()) < 0  # minus two of a kind could hide two too many of another
        or seats.get(INTERNAL, 0) * 100 > rules.internal * size
        or any(seats.get(kind, 0) < 1 for kind in rules.outside)
    ):
        yield "panel", str(size)


def is_result(kinds: Iterable[str], rules: PanelRules = USUAL) -> bool:
    """Whether the sheets of panelists of these kinds make a result: enough of them, one or more of each outside
    kind."""
    sheets = list(kinds)
    return len(sheets) >= rules.sheets and set(rules.outside) <= set(sheets)
