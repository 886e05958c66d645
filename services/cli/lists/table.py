"""A file's header and rows: separator sniffed, cells trimmed, every row as wide as the header.

Promise: rows are counted as a spreadsheet counts them: a cell with line breaks is in one row, and a blank row counts.
"""

import csv
import re
from collections.abc import Callable, Iterator, Sequence
from itertools import chain, islice
from typing import NoReturn

from services.cli.lists.findings import Findings
from services.cli.lists.public import LONGEST_CELL, steers
from services.cli.lists.source import Damaged, Source

MOST_ROWS = 1_000_000  # a row takes about 1 KB of memory, and the largest agency's list has some 100,000
WIDEST = 500  # columns; the real lists have 12 to 21
LONGEST_ROW = 20_000  # characters, whatever its cells; the longest real row has 535

_SEPARATORS = {",": '","', ";": '";"', "\t": "TAB"}
_EVERY = 1000  # rows between two words about progress
_BLANK = 100  # blank lines before the header are passed over, but not a disk full of them
_PLAIN = re.compile(r"[a-z][a-z0-9_]{0,39}")
_QUOTED_NEVER_CLOSED = "unexpected end of data"


class Table:
    """`header`: the column names, trimmed and in small letters; `rows()` may be walked once."""

    def __init__(self, source: Source, findings: Findings) -> None:
        self._findings = findings
        self._row = 0  # the last one read
        self._signs = 0  # characters of the row being read
        self._records = self._parsed(source.lines())
        self.header = tuple(name.casefold() for name in next(self._records, ()))
        if not any(self.header):
            findings.stop("file.empty")
        if len(self.header) > WIDEST:
            findings.stop("file.columns", n=f"{len(self.header):,}", limit=f"{WIDEST:,}")

    def walk(self, take: Callable[[int, list[str]], None], progress: Callable[[int], None] | None) -> None:
        """Hand over every row of the header's width; `progress` hears the rows read so far, and at last all."""
        read = 0
        for row, cells in self.rows():
            take(row, cells)
            read += 1
            if progress is not None and read % _EVERY == 0:
                progress(read)
        if progress is not None:
            progress(read)

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """(row as a spreadsheet shows it, cells); rows of another width or with bad signs are findings, left out."""
        width, some = len(self.header), False
        for cells in self._records:
            some = True
            if len(cells) == width:
                if self._clean(cells):
                    yield self._row, cells
            else:
                self._findings.add(
                    "row.fields", row=self._row, n=str(len(cells)), width=str(width), separator=self.separator
                )
        if not some:
            self._findings.stop("file.header_only")

    def _clean(self, cells: Sequence[str]) -> bool:
        """Whether no cell, read or not, holds what none may hold."""
        before = len(self._findings)
        for place, cell in enumerate(cells):
            if len(cell) > LONGEST_CELL:
                self._wrong("cell.long", place, n=f"{len(cell):,}", limit=f"{LONGEST_CELL:,}")
            elif steers(cell):
                self._wrong("cell.control", place)
        return len(self._findings) == before

    def _wrong(self, code: str, place: int, **args: str) -> None:
        name = self.header[place]
        column = name if _PLAIN.fullmatch(name) else str(place + 1)
        self._findings.add(code, row=self._row, column=column, **args)

    def _counted(self, lines: Iterator[str]) -> Iterator[str]:
        """The same lines; Damaged once those of one row are longer than any row."""
        for line in lines:
            self._signs += len(line)
            if self._signs > LONGEST_ROW:
                raise Damaged("row.long", limit=f"{LONGEST_ROW:,}")
            yield line

    def _parsed(self, lines: Iterator[str]) -> Iterator[list[str]]:
        """Records that are not blank; spreadsheets leave blank ones behind, and they say nothing."""
        try:
            lines = self._counted(lines)
            begin = list(islice(self._begin(lines), _BLANK))
            separator = _separator(begin[-1] if begin else "")
            self.separator = _SEPARATORS[separator]
            for record in csv.reader(chain(begin, lines), delimiter=separator, strict=True, skipinitialspace=True):
                self._row, self._signs = self._row + 1, 0
                if self._row > MOST_ROWS + 1:  # blank ones count, or a bomb of line ends would take minutes
                    self._findings.stop("file.rows", row=self._row, limit=f"{MOST_ROWS:,}")
                cells = [cell.strip() for cell in record]
                if any(cells):
                    yield cells
        except Damaged as damage:
            self._stop(damage.code, **damage.args_of_code)
        except csv.Error as error:
            self._stop("csv.quote" if str(error) == _QUOTED_NEVER_CLOSED else "csv.broken")

    def _stop(self, code: str, **args: str) -> NoReturn:
        # Damage at the very beginning is the file's; later on the row helps to find it.
        self._findings.stop(code, row=self._row + 1 if self._row else None, **args)

    @staticmethod
    def _begin(lines: Iterator[str]) -> Iterator[str]:
        for line in lines:
            yield line
            if line.strip():
                return


def _separator(header: str) -> str:
    """The one that makes the most columns of the header."""
    return max(_SEPARATORS, key=lambda separator: _width(header, separator))


def _width(header: str, separator: str) -> int:
    try:
        return len(next(csv.reader([header], delimiter=separator, skipinitialspace=True), []))
    except csv.Error:
        return 0
