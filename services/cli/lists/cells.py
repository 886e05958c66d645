"""Cells as values: text, exact decimals, whole numbers, each wrong one a finding.

Promise: a number is the exact decimal of what is printed, or nothing; it never passes through a float.
"""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import lru_cache

from services.cli.lists.findings import Findings, shown
from services.cli.lists.public import is_personal, is_personal_name

LONGEST_NUMBER = 24  # characters; 3.5972000000000004 has 18
LONGEST_ID = 100  # characters
DIGITS = 9  # of a whole number
LARGEST_FACT = Decimal(100)  # a mean grade of a school certificate; an IPK ends at 4
_LONGEST_JUDGED = 100  # characters; the patterns below would take their time on a page of digits

_NAME = re.compile(r"[A-Za-z0-9._:-]+")  # as a stream's name has them
_PLAIN = re.compile(r"[0-9]+(?:\.[0-9]+)?")
_EXPONENT = re.compile(r"[+-]?[0-9]*[.,]?[0-9]*[eE][+-]?[0-9]+")
# Spreadsheets and data frames write a long number as 1.37108E+15 or 1371080101990001.0. An exam number such as
# 12E3 is text that nobody rounded: a rounded one has a point, a comma or a sign.
_ROUNDED = re.compile(r"[0-9]+[.,][0-9]+[eE][+-]?[0-9]+|[0-9]+[eE][+-][0-9]+|[0-9]{5,}[.,]0+")
_WRONG = (
    ("number.comma", re.compile(r"[+-]?[0-9][0-9.]*,[0-9]+")),
    ("number.exponent", _EXPONENT),
    ("number.not_finite", re.compile(r"[+-]?(?:s?nan|inf|infinity)", re.IGNORECASE)),
    ("number.negative", re.compile(r"-[0-9]+(?:\.[0-9]+)?")),
)


@lru_cache(maxsize=8192)  # the same few hundred marks come again and again
def plain(cell: str) -> Decimal | None:
    """The exact decimal of a plain number, or None."""
    return Decimal(cell) if len(cell) <= LONGEST_NUMBER and _PLAIN.fullmatch(cell) else None


class Cells:
    """One row's cells by column name. A wrong or missing value is a finding, and None."""

    __slots__ = ("_cells", "_findings", "_optional", "_places", "row")

    def __init__(self, header: Sequence[str], optional: frozenset[str], findings: Findings) -> None:
        self._places: Mapping[str, int] = {name: place for place, name in enumerate(header)}
        self._optional = optional
        self._findings = findings
        self.row = 0
        self._cells: Sequence[str] = ()

    def turn_to(self, row: int, cells: Sequence[str]) -> None:
        """Go on to another row."""
        self.row, self._cells = row, cells

    def raw(self, column: str) -> str:
        """The trimmed text, empty if there is none; no finding."""
        place = self._places.get(column)
        return "" if place is None else self._cells[place]

    def text(self, column: str) -> str | None:
        """The trimmed text; None if the cell is empty, or the column absent, as an optional one may be."""
        cell = self.raw(column)
        if cell:
            return cell
        if column not in self._optional:
            self.wrong("cell.empty", column)
        return None

    def identifier(self, column: str) -> str | None:
        """A number that is text: leading zeros stay, and what a spreadsheet has rounded is refused."""
        cell = self.text(column)
        if cell is None:
            return None
        if _ROUNDED.fullmatch(cell):
            self.wrong("id.float", column, found=shown(cell, personal=True))
        elif len(cell) > LONGEST_ID:
            self.wrong("id.long", column, found=shown(cell, personal=True), limit=str(LONGEST_ID))
        else:
            return cell
        return None

    def name(self, column: str) -> str | None:
        """An identifier that becomes part of a name of ours, and so has its signs."""
        cell = self.identifier(column)
        if cell is None:
            return None
        if not _NAME.fullmatch(cell):
            self.wrong("id.signs", column, found=shown(cell, personal=True))
        elif is_personal_name(cell):
            self.wrong("text.personal", column, found=shown(cell, personal=True))
        else:
            return cell
        return None

    def words(self, column: str, limit: int) -> str | None:
        """Text that the public will read: of one line, at most `limit` characters, and nothing of a person."""
        cell = self.text(column)
        if cell is None:
            return None
        if len(cell) > limit:
            self.wrong("text.long", column, found=shown(cell, personal=True), limit=str(limit))
        elif any(sign in cell for sign in "\r\n\t"):
            self.wrong("cell.control", column)
        elif is_personal(cell):
            self.wrong("text.personal", column, found=f"{len(cell)} characters")
        else:
            return cell
        return None

    def fact(self, column: str) -> Decimal | None:
        """A verified number besides the marks, such as a grade average: a shifted identity number is none."""
        value = self.number(column, personal=True)
        if value is not None and value > LARGEST_FACT:
            self.wrong("fact.large", column, found=shown(self.raw(column), personal=True), most=f"{LARGEST_FACT:f}")
            return None
        return value

    def number(self, column: str, *, most: Decimal | None = None, personal: bool = False) -> Decimal | None:
        """The exact decimal of the cell, from 0 to `most`."""
        cell = self.text(column)
        if cell is None:
            return None
        value = plain(cell)
        if value is None:
            self.wrong(_what_is_wrong(cell), column, found=shown(cell, personal=personal), limit=str(LONGEST_NUMBER))
        elif most is not None and value > most:
            self.wrong("mark.above", column, found=shown(cell, personal=personal), most=f"{most:f}")
            return None
        return value

    def whole(self, column: str) -> int | None:
        """The whole number of the cell."""
        cell = self.text(column)
        if cell is None:
            return None
        if len(cell) <= DIGITS and cell.isascii() and cell.isdigit():
            return int(cell)
        self.wrong("whole.shape", column, found=shown(cell), limit=str(DIGITS))
        return None

    def wrong(self, code: str, column: str, **args: str) -> None:
        """Note a finding of this row."""
        self._findings.add(code, row=self.row, column=column, **args)


def _what_is_wrong(cell: str) -> str:
    if len(cell) > _LONGEST_JUDGED:
        return "number.shape"
    for code, pattern in _WRONG:
        if pattern.fullmatch(cell):
            return code
    return "number.long" if _PLAIN.fullmatch(cell) else "number.shape"
