"""The ranking as a file: whole or not at all, for its owner alone, and nothing in it that a spreadsheet would run."""

import csv
import os
import stat
from pathlib import Path
from typing import Any

import pytest

from services.cli import ranking
from services.cli.ranking import write_csv

ROW: dict[str, Any] = dict.fromkeys((*ranking.FIRST, *ranking.LAST), "")


def read(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_a_planted_link_beside_the_file_is_not_followed(tmp_path: Path) -> None:
    """Somebody who may write into the folder of the list chooses where its rows go, or what they overwrite."""
    victim, wanted = tmp_path / "victim", tmp_path / "list.csv"
    victim.write_text("precious")
    (tmp_path / "list.csv.part").symlink_to(victim)
    write_csv(wanted, [ROW])
    assert victim.read_text() == "precious"
    assert not wanted.is_symlink()
    wanted.unlink()
    wanted.symlink_to(victim)
    write_csv(wanted, [ROW])
    assert victim.read_text() == "precious"
    assert not wanted.is_symlink()


def test_the_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        write_csv(tmp_path / "list.csv", [ROW])
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "list.csv").stat().st_mode) == 0o600
    assert [one.name for one in tmp_path.iterdir()] == ["list.csv"]


def test_a_file_that_could_not_be_finished_leaves_the_old_one_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    write_csv(path, [ROW | {"row_id": "old"}])
    with pytest.raises(UnicodeEncodeError):
        write_csv(path, [ROW, ROW | {"row_id": "\ud800"}])
    assert [one["row_id"] for one in read(path)] == ["old"]
    assert [one.name for one in tmp_path.iterdir()] == ["list.csv"]


@pytest.mark.parametrize(
    "cell", ["=1+1", "+62812", "-2+3", "@SUM(A1)", "\t=1", '=HYPERLINK("x","y")', "-", "-1-1", "-٣"]
)
def test_what_a_spreadsheet_would_run_is_marked_as_text(tmp_path: Path, cell: str) -> None:
    """CSV injection: exam numbers and codes come from other people's lists."""
    write_csv(tmp_path / "list.csv", [ROW | {"row_id": cell, "kind": cell}])
    (row,) = read(tmp_path / "list.csv")
    assert (row["row_id"], row["kind"]) == (f"'{cell}", f"'{cell}")


@pytest.mark.parametrize("cell", ["-12.50", "0", "88.125", "K-1", "P/L", "", "a=b", 7, -7])
def test_numbers_and_plain_words_stay_as_they_are(tmp_path: Path, cell: object) -> None:
    write_csv(tmp_path / "list.csv", [ROW | {"row_id": cell}])
    assert read(tmp_path / "list.csv")[0]["row_id"] == str(cell)
