"""The citizens' satisfaction index (SKM, Permenpan RB 14/2017): exact until it is printed, graded as it is printed.

The printed intervals leave gaps (NRR 3.5321 is in none), so a grade follows the converted value at two decimals,
rounded half-up. Which element asks about facilities and which about complaints is data of the instrument: sources
differ.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from shared.rules.errors import BadMark, BadPack
from shared.rules.marks import number

NINE = tuple(f"u{n}" for n in range(1, 10))
LEAST = (("A", Decimal("88.31")), ("B", Decimal("76.61")), ("C", Decimal("65.00")))  # D is below all
GOOD = Decimal("76.61")
ENOUGH = 30  # answers under which a figure neither opens nor closes anything
RETURNED = Fraction(80, 100)


@dataclass(frozen=True, slots=True, kw_only=True)
class Instrument:
    """A questionnaire: its elements, which of them asks about facilities (sarana-prasarana) and which about complaints
    (penanganan pengaduan), and the weight of each as written; None: exactly 1/X. `BadPack` for one that cannot be.

    Nine elements are weighted 1/9, in practice also "0.111" or "0.11", which can flip a grade.
    """

    facilities: str | None
    complaints: str | None
    elements: tuple[str, ...] = NINE
    weight: str | None = None

    def __post_init__(self) -> None:
        named = [one for one in (self.facilities, self.complaints) if one is not None]
        if not self.elements or len(set(self.elements)) != len(self.elements):
            raise BadPack("an instrument has elements, each once")
        if len(set(named)) != len(named) or not set(named) <= set(self.elements):
            raise BadPack("facilities and complaints are two elements of the instrument")
        if self.weight is not None and len(self.elements) != len(NINE):
            raise BadPack(f"fewer than nine elements weigh 1/{len(self.elements)} each, nothing else")


@dataclass(frozen=True, slots=True, kw_only=True)
class Index:
    """Hasil SKM: NRR by element at four decimals, the index unrounded, as printed and graded, and every element whose
    own converted value is not good yet, with that value.
    """

    respondents: int
    means: Mapping[str, Decimal]
    exact: Fraction
    value: Decimal
    grade: str
    gaps: Mapping[str, Decimal]


def index(
    sums: Mapping[str, int], respondents: int, instrument: Instrument, answered: Mapping[str, int] | None = None
) -> Index:
    """SKM = sum(NRR * weight) * 25 from the sum of the answers (1 to 4) by element; `answered` by element where some
    said "do not know", else everybody answered everything. `BadMark` for sums that no answers can have.
    """
    counts = dict.fromkeys(instrument.elements, respondents) if answered is None else answered
    if not sums.keys() == counts.keys() == set(instrument.elements):
        raise BadMark(f"an index needs exactly {', '.join(instrument.elements)}")
    for element in instrument.elements:
        n = counts[element]
        if not 1 <= n <= respondents or not n <= sums[element] <= 4 * n:
            raise BadMark(f"{element}: {n} of {respondents} answers cannot sum to {sums[element]}")
    nrr = {element: Fraction(sums[element], counts[element]) for element in instrument.elements}
    each = Fraction(1, len(nrr)) if instrument.weight is None else Fraction(number(instrument.weight))
    exact = sum(nrr.values(), Fraction(0)) * each * 25
    own = {element: half_up(mean * 25, 2) for element, mean in nrr.items()}
    return Index(
        respondents=respondents,
        means={element: half_up(mean, 4) for element, mean in nrr.items()},
        exact=exact,
        value=half_up(exact, 2),
        grade=grade(half_up(exact, 2)),
        gaps={element: value for element, value in own.items() if value < GOOD},
    )


def grade(value: Decimal) -> str:
    """Mutu pelayanan of a converted value at two decimals: A from 88.31, B from 76.61, C from 65.00, D below."""
    return next((name for name, least in LEAST if value >= least), "D")


def half_up(value: Fraction, places: int) -> Decimal:
    """A value that is not negative, at so many decimals; the half goes up."""
    units = (2 * value * 10**places + 1) // 2
    return Decimal(units).scaleb(-places)


def enough(respondents: int) -> bool:
    """Whether so many answers may be graded: at least 30."""
    return respondents >= ENOUGH


def sample(population: int) -> int:
    """How many answers a population needs (Krejcie-Morgan): 3.841 * N * 0.25 / (0.0025 * (N - 1) + 3.841 * 0.25)."""
    if population < 1:
        return 0
    quarter = Fraction("3.841") / 4
    return int(half_up(quarter * population / (Fraction("0.0025") * (population - 1) + quarter), 0))


def returned(codes: int, visits: int, every: int) -> Decimal:
    """Codes handed out of those due, one in `every` visits, at two decimals."""
    return half_up(_share(codes, visits, every), 2)


def withheld(codes: int, visits: int, every: int) -> bool:
    """Whether a counter handed out too few codes on a day: under 0.80 of those due, unrounded."""
    return _share(codes, visits, every) < RETURNED


def may_count(answers: int, codes: int) -> bool:
    """Whether one more answer is possible: never more than codes."""
    return answers < codes


def differing(first: Mapping[str, Mapping[str, int]], second: Mapping[str, Mapping[str, int]]) -> tuple[str, ...]:
    """Papers that two people keyed differently, or that one of them did not key: these return, the others count."""
    return tuple(sorted(paper for paper in first.keys() | second.keys() if first.get(paper) != second.get(paper)))


def _share(codes: int, visits: int, every: int) -> Fraction:
    if visits < 1 or every < 1 or codes < 0:
        raise BadMark(f"{codes} codes for one in {every} of {visits} visits is no share")
    return Fraction(codes * every, visits)
