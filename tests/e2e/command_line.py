"""The command line in this process, and small lists made up for it; no row is anybody's."""

import contextlib
import io
import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from services.cli import app

HEADER = "row_id,formation_no,rank,birth_year,gpa,twk,tiu,tkp,skd,skb,final_score,decl_code,type_code"


@dataclass(frozen=True)
class Said:
    """What a command answered."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The answer for programs."""
        return json.loads(self.out)

    @property
    def lines(self) -> list[Any]:
        """One JSON document a line."""
        return [json.loads(line) for line in self.out.splitlines()]


def merit(*arguments: str | Path | int) -> Said:
    """`./merit ARGUMENTS`. There is never a traceback: what a person can mend is said in a sentence."""
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True) for _ in range(2))
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = app.run([str(one) for one in arguments])
    said = [stream.buffer.getvalue().decode() for stream in (out, err)]
    assert "Traceback" not in said[1]
    return Said(code, *said)


def done(*arguments: str | Path | int) -> Said:
    """A command that must go well, without a word on stderr."""
    said = merit(*arguments)
    assert (said.code, said.err) == (0, ""), said
    return said


@dataclass(frozen=True, kw_only=True)
class Line:
    """A row of a made-up final list; SKD is 370 unless TKP says otherwise."""

    row_id: str
    formation: str = "7"
    rank: int = 1
    born: str = "1997"
    gpa: str = "3.5"
    tkp: int = 180
    skb: str = "70.5"
    code: str = "TL"
    kind: str = "1"
    final: str = ""

    def text(self) -> str:
        """Its cells."""
        marks = f"90,100,{self.tkp},{190 + self.tkp},{self.skb},{self.final}"
        return f"{self.row_id},{self.formation},{self.rank},{self.born},{self.gpa},{marks},{self.code},{self.kind}"


def listed(path: Path, lines: Iterable[Line]) -> Path:
    """A list of results in the columns of the final lists of 2024."""
    path.write_text("\n".join([HEADER, *(line.text() for line in lines)]) + "\n")
    return path


SMALL: Sequence[Line] = (
    # A better score, a tie that years decide, and a tie of equal years that only the list's own order decides.
    Line(row_id="ZQ-PLANTED-01", rank=1, skb="90", code="P/L"),
    Line(row_id="ZQ-PLANTED-02", rank=2, born="1987", code="P/L"),
    Line(row_id="ZQ-PLANTED-03", rank=3, born="1988"),
    Line(row_id="ZQ-PLANTED-04", rank=4, born="1988"),
    Line(row_id="ZQ-PLANTED-05", rank=5, tkp=170),
    # Two kinds of need in one formation, and two who stand outside the order.
    Line(row_id="ZQ-PLANTED-06", formation="8", rank=1, kind="2", skb="60", code="P/L"),
    Line(row_id="ZQ-PLANTED-07", formation="8", rank=1, skb="80", code="P/L"),
    Line(row_id="ZQ-PLANTED-08", formation="8", rank=2, code="TL"),
    Line(row_id="ZQ-PLANTED-09", formation="8", rank=3, code="APS"),
    Line(row_id="ZQ-PLANTED-10", formation="8", rank=4, code="TH", skb="0"),
    # Nobody is hired here.
    Line(row_id="ZQ-PLANTED-11", formation="9", rank=1, code="P/L-U3"),
)


def imported(path: Path, data: Path, *more: str) -> Said:
    """A list of results into a folder."""
    return done("import", "results", path, "--scheme", "cpns-2024", "--data", data, *more)


def ranking(data: Path, *which: str | int) -> list[dict[str, Any]]:
    """Every row of a ranking."""
    rows: list[dict[str, Any]] = done("ranking", *(which or ("--all",)), "--json", "--data", data).json
    return rows


def events(data: Path, *which: str | int) -> list[dict[str, Any]]:
    """The events of a ledger, or of all."""
    return done("events", *which, "--data", data).lines


def asked(path: Path, statement: str, *values: Any) -> list[tuple[Any, ...]]:
    """What a database file answers; changes are kept. Merit is not asked."""
    with contextlib.closing(sqlite3.connect(path)) as db, db:
        return db.execute(statement, values).fetchall()


def executed(path: Path, script: str) -> None:
    """Several statements on a database file, past Merit."""
    with contextlib.closing(sqlite3.connect(path)) as db, db:
        db.executescript(script)
