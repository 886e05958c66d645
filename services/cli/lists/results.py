"""Official result lists: one row per candidate, with every mark exactly as printed.

Promise: all rows or none. What the list prints is kept to the last digit, also where it is odd: the list of 2024 has
19 grade averages such as 3.5972000000000004, a float that somebody exported. They are read as they stand, because the
official order was made with them: rounding 3.5972000000000004 to 3.5972 could tie two people whom the list has put
one after the other. Averages are facts and take part in ties alone; marks have a maximum and are checked against it.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Context, Decimal
from functools import reduce
from pathlib import Path

from services.cli.lists.cells import Cells, plain
from services.cli.lists.findings import Findings, shown, shown_code
from services.cli.lists.maps import Layout, choose, shipped
from services.cli.lists.public import is_kind
from services.cli.lists.source import opened
from services.cli.lists.table import Table

Stages = Mapping[str, Mapping[str, Decimal]]

_EXACT = Context(prec=60)  # sums of cells of at most 24 characters: never rounded, whatever the caller's context
_ENOUGH = 10  # rows that make zeros after the fifteenth digit no accident
_SPREADSHEET_DIGITS = 15
LONGEST_VACANCY = 200  # signs, unless told otherwise


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultRow:
    """One candidate's row. `row_id` and `born` are personal and go to the vault."""

    row: int  # 1 is the first row below the header; blank rows count
    row_id: str  # exam number
    vacancy: str  # the formation's own number as printed
    kind: str  # kind of need in the map's word, else the short code that is printed
    marks: Mapping[str, Mapping[str, Decimal]]  # stage -> part -> mark, every digit as printed
    facts: Mapping[str, Decimal]  # e.g. gpa, every digit as printed
    code: str | None  # official status; None if the list has none
    order: int | None  # place printed in the list
    born: str | None  # "1997" or "1997-05-01"
    printed_final: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultsFile:
    """A whole list. `sha256`: hexadecimal, of the bytes on disk, packed or not."""

    path: str
    sha256: str
    map: str
    agency: str
    rows: tuple[ResultRow, ...]


def read_results(
    path: Path,
    *,
    map: str | None,  # noqa: A002
    stages: Stages,
    known_code: Callable[[str], bool],
    agency: str | None = None,
    longest: int = LONGEST_VACANCY,
    progress: Callable[[int], None] | None = None,
) -> ResultsFile:
    """Read a list of results, or raise `WrongFile` with everything that is wrong.

    `map`: a shipped map's name, None to recognise the layout. `stages`: stage -> part -> maximum mark, and
    `known_code`: whether the rule pack knows a status; both from the pack. `progress` hears the rows read so far.
    `longest`: signs of the agency's code, a dot and the formation's number, together a vacancy's name.
    A stage of the pack that the map has not is a stage that had not been held when the list was printed.
    """
    findings = Findings()
    with opened(path, findings) as source:
        table = Table(source, findings)
        layout = choose(map, table.header, "results", findings)
        _refuse_other_parts(layout, stages, findings)
        agency = layout.agency if agency is None else agency
        most = longest - len(agency) - 1
        cells = Cells(table.header, layout.optional, findings)
        reader = _Reader(layout, cells, stages, known_code, findings, most)
        table.walk(reader.take, progress)
        reader.finish()
        findings.refuse()
        sha256, rows = source.sha256(), tuple(reader.rows)
    return ResultsFile(path=str(path), sha256=sha256, map=layout.name, agency=agency, rows=rows)


def _refuse_other_parts(layout: Layout, stages: Stages, findings: Findings) -> None:
    """Map and rule pack must mean the same parts in every stage that the list has."""
    for stage, parts in layout.marks.items():
        maxima = stages.get(stage, {})
        known = ", ".join(f"{name}: {' '.join(stages[name])}" for name in stages) or "-"
        for part, column in parts.items():
            if part not in maxima:
                findings.add("part.unknown", column=column, stage=stage, part=part, known=known)
        for part in maxima:
            if part not in parts:
                findings.add("part.missing", stage=stage, part=part)
    findings.refuse()


class _Reader:
    """Turns rows into `ResultRow`s and remembers what may occur once."""

    def __init__(
        self,
        layout: Layout,
        cells: Cells,
        stages: Stages,
        known_code: Callable[[str], bool],
        findings: Findings,
        most: int,
    ) -> None:
        self.rows: list[ResultRow] = []
        self._layout, self._cells, self._stages, self._findings = layout, cells, stages, findings
        self._known_code = known_code
        self._most = most  # signs of a formation's number
        self._good: set[str] = set()  # status codes that the pack knows
        self._seen: dict[str, tuple[int, int]] = {}  # row_id -> row, hash of the whole row
        self._fields = {field: columns[0] for field, columns in layout.fields.items()}

    def take(self, row: int, cells: list[str]) -> None:
        """Read one row; it is kept only while nothing is wrong, since a wrong file is refused as a whole."""
        self._cells.turn_to(row, cells)
        row_id = self._row_id(row, cells)
        marks = self._marks()
        facts = {fact: self._cells.fact(column) for fact, column in self._layout.facts.items()}
        self._check_sums()
        read = ResultRow(
            row=row - 1,
            row_id=row_id or "",
            vacancy=self._vacancy(),
            kind=self._kind(),
            marks=marks,
            facts={fact: value for fact, value in facts.items() if value is not None},
            code=self._code(),
            order=self._cells.whole(self._fields["order"]) if "order" in self._fields else None,
            born=self._born(),
            printed_final=self._final(),
        )
        if not self._findings:
            self.rows.append(read)

    def finish(self) -> None:
        """What only the whole column shows: a spreadsheet has put zeros for the digits beyond its fifteenth."""
        column = self._fields["row_id"]
        long = [row_id for row_id in self._seen if len(row_id) > _SPREADSHEET_DIGITS and row_id.isdigit()]
        if len(long) >= _ENOUGH and not any(row_id[_SPREADSHEET_DIGITS:].strip("0") for row_id in long):
            self._findings.add("id.rounded", column=column, n=str(len(long)))

    def _row_id(self, row: int, cells: list[str]) -> str | None:
        column = self._fields["row_id"]
        row_id = self._cells.identifier(column)
        if row_id is None:
            return None
        whole = hash(tuple(cells))
        first, same = self._seen.setdefault(row_id, (row, whole))
        if first != row:
            self._cells.wrong("row.twice" if same == whole else "id.twice", column, other=str(first))
        return row_id

    def _vacancy(self) -> str:
        columns = self._layout.fields["vacancy"]
        vacancy = "-".join(self._cells.name(column) or "" for column in columns)
        if len(vacancy) > self._most:
            self._cells.wrong("id.long", columns[-1], found=f"{len(vacancy)} characters", limit=str(self._most))
        return vacancy

    def _marks(self) -> dict[str, dict[str, Decimal]]:
        marks: dict[str, dict[str, Decimal]] = {}
        for stage, parts in self._layout.marks.items():
            maxima = self._stages[stage]
            read = {part: self._cells.number(column, most=maxima[part]) for part, column in parts.items()}
            marks[stage] = {part: mark for part, mark in read.items() if mark is not None}
        return marks

    def _check_sums(self) -> None:
        for column, parts in self._layout.sums.items():
            printed = self._cells.number(column)
            # Parts that are no numbers have their own finding already.
            marks = [plain(self._cells.raw(part)) for part in parts]
            if printed is None or None in marks:
                continue
            total = sum_of(mark for mark in marks if mark is not None)
            if total != printed:
                args = {"found": shown(f"{printed:f}"), "sum": f"{total:f}", "parts": " + ".join(parts)}
                self._cells.wrong("sum.contradicts", column, **args)

    def _kind(self) -> str:
        printed = self._cells.text(self._fields["kind"]) if "kind" in self._fields else None
        if printed is None:
            return self._layout.kind_unstated
        kind = self._layout.kinds.get(printed, printed)
        if not is_kind(kind):
            self._cells.wrong("kind.shape", self._fields["kind"], found=shown(printed, personal=True))
        return kind

    def _code(self) -> str | None:
        if "code" not in self._fields:
            return None
        column = self._fields["code"]
        code = self._cells.text(column)
        if code is not None and not self._knows(code):
            known = ", ".join(self._examples()) or "-"
            self._cells.wrong("code.unknown", column, found=shown_code(code), known=known)
        return code

    def _knows(self, code: str) -> bool:
        if code not in self._good and self._known_code(code):
            self._good.add(code)
        return code in self._good

    def _examples(self) -> list[str]:
        """The pack answers yes or no only, so the codes of all maps and of this list are tried on it."""
        for layout in shipped():
            for code in layout.codes:
                self._knows(code)
        return sorted(self._good)

    def _born(self) -> str | None:
        column = self._fields.get("born")
        born = None if column is None else self._cells.text(column)
        if column is not None and born is not None and not is_birth(born):
            self._cells.wrong("born.shape", column, found=shown(born, personal=True))
        return born

    def _final(self) -> Decimal | None:
        column = self._fields.get("printed_final")
        return None if column is None else self._cells.number(column)


def sum_of(marks: Iterable[Decimal]) -> Decimal:
    """The exact sum."""
    return reduce(_EXACT.add, marks, Decimal(0))


def is_birth(text: str) -> bool:
    """A year, or a date of the calendar with the year first, from 1900 on."""
    if re.fullmatch(r"(?:19|20)[0-9]{2}", text):
        return True
    if not re.fullmatch(r"(?:19|20)[0-9]{2}-[0-9]{2}-[0-9]{2}", text):
        return False
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
