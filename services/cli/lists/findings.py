"""What is wrong with a file: where, what was found, what was expected, and what to do about it.

Promise: a finding never repeats what may be a person's. Cells are shown only if they look like a number or a
status code, and never those of a column that holds personal data; of all others the shape alone is shown.
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal, NoReturn

Lang = Literal["id", "en"]

# More than this helps nobody; the rest is counted.
ALIKE = 3  # findings of one kind in one column that are said in full
KEPT = 100
_LONGEST_SHOWN = 30  # characters
_MOST_DIGITS = 7  # a birth date has 8, a telephone number 10, a NIK 16
_TABLE = Path(__file__).with_name("sentences.json")
_NUMBER_LIKE = re.compile(r"[0-9.,+\-eE%]*[0-9][0-9.,+\-eE%]*|[+-]?(?:nan|inf|infinity)", re.IGNORECASE)
_CODE_LIKE = re.compile(r"[A-Za-z]{1,3}(?:/[A-Za-z]{1,2})?(?:-?[A-Za-z]?[0-9]{1,2})?")
_COUNT = re.compile(r"^([0-9]+) characters?(?: like (.*))?$", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing wrong. `found`, `expected` and `cure` are English; `text` says it in either language."""

    row: int | None  # as a spreadsheet shows it: the first row, the header, is 1; None: the whole file
    column: str | None
    found: str
    expected: str
    cure: str
    code: str
    args: tuple[tuple[str, str], ...] = ()  # what the sentence of `code` is filled with


class WrongFile(Exception):
    """The file is refused as a whole. `findings`: at most 100; `more`: how many beyond these."""

    def __init__(self, findings: Iterable[Finding], more: int = 0) -> None:
        self.findings = tuple(findings)
        self.more = more
        super().__init__(self.findings, more)

    def __str__(self) -> str:
        return self.say("en")

    def say(self, lang: Lang) -> str:
        """The refusal for a reader: one line that says so, one line per finding, one line for the rest."""
        frame = _sentences()["refused"][lang]
        lines = [frame["head"].format(n=len(self.findings) + self.more)]
        groups: dict[tuple[str, str | None], list[Finding]] = {}
        for finding in self.findings:
            groups.setdefault((finding.code, finding.column), []).append(finding)
        for alike in groups.values():
            lines += [f"- {text(finding, lang)}" for finding in alike[:ALIKE]]
            if len(alike) > ALIKE:
                lines.append(frame["alike"].format(n=len(alike) - ALIKE))
        if self.more:
            lines.append(frame["more"].format(n=self.more))
        return "\n".join(lines)


class Findings:
    """Collects what is wrong while a file is read."""

    def __init__(self) -> None:
        self._kept: list[Finding] = []
        self._more = 0

    def __len__(self) -> int:
        return len(self._kept) + self._more

    def add(self, code: str, *, row: int | None = None, column: str | None = None, **args: str) -> None:
        """Note one finding; `args` fill the sentence of `code`."""
        if len(self._kept) < KEPT:
            self._kept.append(found(code, row=row, column=column, **args))
        else:
            self._more += 1

    def stop(self, code: str, *, row: int | None = None, column: str | None = None, **args: str) -> NoReturn:
        """Refuse now, since what follows cannot be read; what stops the reading stands first."""
        last = found(code, row=row, column=column, **args)
        kept = self._kept[: KEPT - 1]
        raise WrongFile([last, *kept], self._more + len(self._kept) - len(kept))

    def refuse(self) -> None:
        """Raise `WrongFile` if anything was found."""
        if self._kept:
            raise WrongFile(self._kept, self._more)


def found(code: str, *, row: int | None = None, column: str | None = None, **args: str) -> Finding:
    """The finding that `code` stands for, with its English words filled in."""
    words = {key: sentence.format(**args) for key, sentence in _sentences()[code]["en"].items()}
    return Finding(row=row, column=column, code=code, args=tuple(sorted(args.items())), **words)


def text(finding: Finding, lang: Lang) -> str:
    """Where, what was found and expected, and the cure, in Indonesian (`id`) or English (`en`).

    Raises `KeyError` for a finding whose code is none of `codes()`.
    """
    args = {key: _translated(value, lang) for key, value in finding.args}
    words = {key: sentence.format(**args) for key, sentence in _sentences()[finding.code][lang].items()}
    return _sentences()["frame"][lang]["line"].format(where=_where(finding, lang), **words)


def shown(cell: str, *, personal: bool = False) -> str:
    """The cell in quotes if it looks like a number, else its shape, e.g. `20 characters`.

    A shifted row puts names and identity numbers into columns of marks, so what is no number, or a long one, is not
    repeated, whatever its column.
    """
    if len(cell) > _LONGEST_SHOWN or not _NUMBER_LIKE.fullmatch(cell):
        return f"{len(cell)} character{'s' * (len(cell) != 1)}"
    if personal or sum(map(str.isdigit, cell)) > _MOST_DIGITS:
        return f"{len(cell)} characters like {re.sub('[0-9]', '9', cell)}"
    return f'"{cell}"'


def shown_code(cell: str) -> str:
    """The status code in quotes if it looks like one, else its shape."""
    return f'"{cell}"' if _CODE_LIKE.fullmatch(cell) else shown(cell)


def _where(finding: Finding, lang: Lang) -> str:
    frame = _sentences()["frame"][lang]
    parts = []
    if finding.row is not None:
        parts.append(frame["row"].format(row=finding.row))
    if finding.column is not None:
        parts.append(frame["column"].format(column=finding.column))
    return ", ".join(parts) or frame["file"]


def _translated(arg: str, lang: Lang) -> str:
    """Shapes are the one argument made of words; cells stand in quotes and so never match."""
    match = _COUNT.match(arg) if lang == "id" else None
    if match is None:
        return arg
    return f"{match[1]} karakter" + (f" seperti {match[2]}" if match[2] else "")


@cache
def _sentences() -> Mapping[str, Mapping[str, Mapping[str, str]]]:
    table: dict[str, dict[str, dict[str, str]]] = json.loads(_TABLE.read_text(encoding="utf-8"))
    return table


def codes() -> tuple[str, ...]:
    """Every code that a finding may have."""
    return tuple(code for code in _sentences() if "." in code)
