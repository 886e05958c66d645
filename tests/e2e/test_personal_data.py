"""Exam numbers and birth years: in the vault, in the operator's own ranking, and nowhere else."""

import re
from pathlib import Path

import pytest

from tests.domain.test_lists_sample import kemendik, written
from tests.e2e.command_line import SMALL, Said, done, events, listed, merit, ranking

ROW_ID, BORN = "ZQ-PLANTED", "1987"
LONELY_YEAR = re.compile(rb"(?<![0-9a-f])1987(?![0-9a-f])")  # a digest may hold these digits


def silent(text: str) -> None:
    assert ROW_ID not in text
    assert not LONELY_YEAR.search(text.encode())


def test_no_event_and_no_answer_holds_them(small: Path) -> None:
    silent(done("events", "--data", small).out)
    silent(done("ranking", "--all", "--data", small).out)
    for arguments in (("doctor",), ("rebuild",), ("explain", "7", "--place", "2")):
        for more in ((), ("--json",)):
            silent(done(*arguments, *more, "--data", small).out)


def test_the_operators_file_has_the_exam_number_and_no_birth(small: Path) -> None:
    """The one way back from alias to row, for whoever holds the folder and its master key."""
    rows = ranking(small)
    assert {row["row_id"] for row in rows} == {line.row_id for line in SMALL}
    assert not any("born" in name or value == BORN for row in rows for name, value in row.items())


def test_no_file_of_the_folder_holds_them_in_clear(small: Path) -> None:
    done("import", "results", listed(small.parent / "again.csv", SMALL), "--scheme", "cpns-2024", "--data", small)
    files = [path for path in small.rglob("*") if path.is_file()]
    assert {"vault.db", "keys.db", "selection.db", "intake.db", "projections.db"} <= {path.name for path in files}
    for path in files:
        content = path.read_bytes()
        assert ROW_ID.encode() not in content, path.name
        assert not LONELY_YEAR.search(content), path.name


def refused(small: Path, path: Path) -> Said:
    return merit("import", "results", path, "--scheme", "cpns-2024", "--data", small)


def test_no_error_and_no_error_sheet_holds_them(small: Path, tmp_path: Path) -> None:
    other = listed(tmp_path / "second.csv", SMALL[:4])
    said = refused(small, other)
    assert said.code == 4
    silent(said.out + said.err)
    (sheet,) = small.glob("refused-*.csv")
    silent(sheet.read_text())


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        ("twk", "ZQ-PLANTED-1"),
        ("birth_year", "1987/01"),
        ("decl_code", "ZQ-PLANTED-1"),
        ("formation_no", "ZQ-PLANTED 1"),
    ],
)
def test_no_finding_repeats_a_cell_that_may_be_a_persons(small: Path, tmp_path: Path, column: str, cell: str) -> None:
    said = refused(small, written(tmp_path, kemendik().without("skd").put(2, column, cell)))
    assert said.code == 3
    silent(said.out + said.err)


def test_the_order_of_events_does_not_tell_the_order_of_the_list(small: Path) -> None:
    """In the order of a public list a leaf would tell whose it is: rows are shuffled before they become commands."""
    scores = [one for one in events(small, "selection") if one["type"] == "merit.selection.StageScored.v1"]
    rows = [one["data"]["source"]["row"] for one in scores]
    assert len(rows) == 2 * len(set(rows)) == 22
    assert rows != sorted(rows)
    assert [row for n, row in enumerate(rows) if row not in rows[:n]] != sorted(set(rows))
