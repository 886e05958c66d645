"""Published vacancies: one vacancy spreads over a row per qualifying study programme, and is put together here.

Promise: all vacancies or none; the rows of one vacancy say the same in every column but level and programme.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from operator import itemgetter
from pathlib import Path

from services.cli.lists.cells import Cells
from services.cli.lists.findings import Findings, shown
from services.cli.lists.maps import Layout, choose
from services.cli.lists.source import opened
from services.cli.lists.table import Table

LIMITS = {  # characters of what the public will read; the longest real ones have 79, 33, 144, 339, 24 and 117
    "agency": 120,
    "recruitment": 40,
    "kind": 60,
    "post": 300,
    "unit": 600,
    "level": 60,
    "programme": 240,
    "disability": 10,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """What a formation of a vacancy offers."""

    kind: str
    seats: int
    educations: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class VacancyRow:
    """One vacancy. `row`: its first data row, 1 below the header. Salaries in whole rupiah a month."""

    row: int
    vacancy: str  # its id in the list
    agency: str  # name as printed
    post: str
    unit: str
    kind: str  # kind of need in the map's word, else as printed
    seats: int  # 1 or more
    educations: tuple[str, ...]  # level and programme, e.g. "S-1/Sarjana: S-1 TEKNIK MESIN", in the order of the list
    recruitment: str | None  # "CPNS", as printed
    open_to_disability: bool | None
    salary_from: int | None
    salary_to: int | None

    @property
    def opening(self) -> Opening:
        """The one formation that a row of this layout describes."""
        return Opening(kind=self.kind, seats=self.seats, educations=self.educations)


@dataclass(frozen=True, slots=True, kw_only=True)
class VacanciesFile:
    """A whole list. `sha256`: hexadecimal, of the bytes on disk, packed or not; `rows`: how many were read."""

    path: str
    sha256: str
    map: str
    rows: int
    vacancies: tuple[VacancyRow, ...]


def read_vacancies(path: Path, *, progress: Callable[[int], None] | None = None) -> VacanciesFile:
    """Read a list of vacancies, or raise `WrongFile` with everything that is wrong."""
    findings = Findings()
    with opened(path, findings) as source:
        table = Table(source, findings)
        layout = choose(None, table.header, "vacancies", findings)
        reader = _Reader(layout, table.header, findings)
        table.walk(reader.take, progress)
        vacancies = tuple(reader.vacancies())
        findings.refuse()
        sha256 = source.sha256()
    return VacanciesFile(path=str(path), sha256=sha256, map=layout.name, rows=reader.read, vacancies=vacancies)


class _Group:
    """The rows of one vacancy: the first one's cells, and every level and programme with its row."""

    __slots__ = ("cells", "educations", "row", "shared")

    def __init__(self, row: int, cells: list[str], shared: Sequence[str]) -> None:
        self.row, self.cells, self.shared = row, cells, shared
        self.educations: dict[str, int] = {}


class _Reader:
    """Puts rows together by vacancy; reads what they share once."""

    def __init__(self, layout: Layout, header: Sequence[str], findings: Findings) -> None:
        self.read = 0
        self._layout, self._header, self._findings = layout, header, findings
        self._cells = Cells(header, layout.optional, findings)
        self._column = {field: columns[0] for field, columns in layout.fields.items()}
        own = (self._column["level"], self._column["programme"])
        self._shared_names = [name for name in header if name not in own]
        self._shared = itemgetter(*(place for place, name in enumerate(header) if name not in own))
        self._groups: dict[str, _Group] = {}
        self._texts: dict[str, str] = {}  # one copy of each level and programme, not one per row

    def take(self, row: int, cells: list[str]) -> None:
        """Read one row."""
        self.read += 1
        self._cells.turn_to(row, cells)
        vacancy = self._cells.name(self._column["vacancy"])
        level, programme = (self._text(field) for field in ("level", "programme"))
        if vacancy is None:
            return
        shared = self._shared(cells)
        group = self._groups.get(vacancy)
        if group is None:
            group = self._groups[vacancy] = _Group(row, cells, shared)
        elif group.shared != shared:
            self._refuse_other(group, shared)
            return
        education = f"{level}: {programme}"
        first = group.educations.setdefault(self._texts.setdefault(education, education), row)
        if first != row:
            self._findings.add("row.twice", row=row, other=str(first))

    def vacancies(self) -> Iterator[VacancyRow]:
        """One `VacancyRow` per vacancy, in the order of the list."""
        for vacancy, group in self._groups.items():
            self._cells.turn_to(group.row, group.cells)
            kind = self._text("kind")
            yield VacancyRow(
                row=group.row - 1,
                vacancy=vacancy,
                agency=self._text("agency"),
                post=self._text("post"),
                unit=self._text("unit"),
                kind=self._layout.kinds.get(kind, kind),
                seats=self._seats(),
                educations=tuple(group.educations),
                recruitment=self._text("recruitment") or None,
                open_to_disability=self._flag("disability"),
                **self._salaries(),
            )

    def _refuse_other(self, group: _Group, shared: Sequence[str]) -> None:
        for name, here, there in zip(self._shared_names, shared, group.shared, strict=True):
            if here != there:
                self._cells.wrong("vacancy.disagrees", name, other=str(group.row))

    def _text(self, field: str) -> str:
        return self._cells.words(self._column[field], LIMITS[field]) or ""

    def _seats(self) -> int:
        seats = self._cells.whole(self._column["seats"])
        if seats == 0:
            self._cells.wrong("seats.none", self._column["seats"])
        return seats or 0

    def _flag(self, field: str) -> bool | None:
        cell = self._text(field)
        if cell not in ("", "0", "1"):
            self._cells.wrong("flag.shape", self._column[field], found=shown(cell))
        return cell == "1" if cell else None

    def _salaries(self) -> dict[str, int | None]:
        least, most = (self._cells.whole(self._column[field]) for field in ("salary_from", "salary_to"))
        if least is not None and most is not None and most < least:
            self._cells.wrong("salary.order", self._column["salary_to"], found=str(most), least=str(least))
        return {"salary_from": least, "salary_to": most}
