"""Lists in: whole or not at all, once, and what a rule refuses comes back as an error sheet."""

import csv
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from services.selection import candidates
from tests.domain.test_lists_sample import kemendik, vacancies, written
from tests.e2e.command_line import SMALL, Line, Said, asked, done, events, imported, listed, merit, ranking

WRONG = {
    "a decimal comma": (kemendik().without("skd").put(3, "twk", '"71,5"'), "Row 3, column twk", "point"),
    "a mark above its maximum": (kemendik().without("skd").put(2, "skb", "100.5"), "Row 2, column skb", "100"),
    "a sum that contradicts": (kemendik().put(4, "skd", "371"), "Row 4, column skd", "370"),
    "a code that nobody knows": (kemendik().put(2, "decl_code", "P/X"), "Row 2, column decl_code", "P/L"),
    "an exam number twice": (kemendik().put(4, "row_id", "X0001"), "Row 4, column row_id", "row 2"),
    "an empty cell": (kemendik().without("skd").put(2, "tkp", ""), "Row 2, column tkp", "Fill it in"),
    "a number that is no name": (kemendik().put(3, "formation_no", "7 A"), "Row 3, column formation_no", "spaces"),
    "a missing column": (kemendik().without("skd", "tkp"), "column tkp", "tkp"),
}


def refused(said: Said, data: Path) -> None:
    """Wrong as a whole: nothing of it is recorded, and nothing is there to be found."""
    assert (said.code, said.out) == (3, "")
    assert "refused as a whole and nothing was recorded" in said.err
    assert events(data) == []
    assert [path.name for path in data.glob("*.csv")] == []
    assert asked(data / "vault.db", "SELECT count(*) FROM imported") == [(0,)]


@pytest.mark.parametrize("what", WRONG)
def test_a_wrong_list_of_results_is_refused_by_row_column_and_cure(tmp_path: Path, what: str) -> None:
    sheet, where, cure = WRONG[what]
    data = tmp_path / "data"
    said = merit("import", "results", written(tmp_path, sheet), "--scheme", "cpns-2024", "--data", data)
    refused(said, data)
    assert where in said.err
    assert cure in said.err


def test_a_wrong_list_of_vacancies_is_refused_too(tmp_path: Path) -> None:
    data = tmp_path / "data"
    said = merit("import", "vacancies", written(tmp_path, vacancies().put(3, "jumlah_formasi", "-1")), "--data", data)
    refused(said, data)
    assert "Row 3, column jumlah_formasi" in said.err
    said = merit("import", "vacancies", written(tmp_path, vacancies().put(2, "formasi_id", "v 1/x")), "--data", data)
    refused(said, data)
    assert "Row 2, column formasi_id" in said.err


def test_files_that_are_no_lists_are_refused(tmp_path: Path) -> None:
    data = tmp_path / "data"
    for content, sentence in ((b"", "an empty file"), (b"%PDF-1.7 x", "PDF"), (b"a,b\n1,2\n", "kemendik-2024")):
        path = written(tmp_path, content)
        said = merit("import", "results", path, "--scheme", "cpns-2024", "--data", data)
        refused(said, data)
        assert sentence in said.err
    refused(merit("import", "results", tmp_path / "none.csv", "--scheme", "cpns-2024", "--data", data), data)


def test_the_refusal_is_told_in_the_readers_language(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANG", "id_ID.UTF-8")
    path = written(tmp_path, kemendik().put(3, "skd", "371"))
    said = merit("import", "results", path, "--scheme", "cpns-2024", "--data", tmp_path / "data")
    assert "Berkas ditolak seluruhnya dan tidak ada yang dicatat" in said.err
    assert "Baris 3, kolom skd" in said.err


def test_a_scheme_a_layout_or_an_agency_that_is_none(tmp_path: Path, small_list: Path) -> None:
    data = tmp_path / "data"
    said = merit("import", "results", small_list, "--scheme", "cpns-1999", "--data", data)
    assert (said.code, said.out) == (6, "")
    assert (
        "no rule pack 'cpns-1999'; known: cpns-2018, cpns-2024, jpt-2019, kedinasan-2023, pauh-merit-2026" in said.err
    )
    assert not data.exists()
    for agency in ("kab.x", "Kab X", "a/b", ""):
        said = merit("import", "results", small_list, "--scheme", "cpns-2024", "--agency", agency, "--data", data)
        assert said.code == 2, agency
        assert "small letters, digits and hyphens" in said.err
    assert not data.exists()
    refused(merit("import", "results", small_list, "--scheme", "cpns-2024", "--map", "x", "--data", data), data)
    refused(merit("import", "results", small_list, "--scheme", "cpns-2018", "--data", data), data)


def sheet_of(data: Path) -> list[dict[str, str]]:
    (path,) = data.glob("refused-*.csv")
    with path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_the_same_list_again_changes_nothing(small: Path, small_list: Path) -> None:
    before, rows = events(small), ranking(small)
    said = imported(small_list, small)
    assert "0 commands recorded now, 26 known before, 0 refused" in said.out
    assert events(small) == before
    assert ranking(small) == rows
    assert list(small.glob("refused-*")) == []


def test_another_list_of_the_same_vacancies_is_refused_before_anything_of_it_is_recorded(
    small: Path, tmp_path: Path
) -> None:
    """A vacancy is handed over once: a second list of it belongs into a folder of its own."""
    before, rows = events(small), ranking(small)
    lines = [replace(line, row_id=f"N{line.row_id}", skb="99") for line in SMALL[:5]]
    path = listed(tmp_path / "second.csv", [Line(row_id="T-1", formation="10"), *lines])
    said = merit("import", "results", path, "--scheme", "cpns-2024", "--data", small)
    assert said.code == 4
    assert "1 refused or different, the first at row 3: This selection was opened from another list" in said.err
    (one,) = sheet_of(small)
    assert list(one) == ["row", "vacancy", "code", "kesalahan", "error"]
    assert (one["row"], one["vacancy"]) == ("3", "kemendikbudristek.7")
    assert one["kesalahan"].startswith("Seleksi ini sudah dibuka dari daftar lain")
    assert events(small) == before
    assert ranking(small) == rows


def test_a_list_that_contradicts_the_rules_or_itself_is_told_row_by_row(tmp_path: Path) -> None:
    """The printed final score, place and status are held against what the events make of the printed marks."""
    lines = [
        Line(row_id="T-1", formation="1", skb="90", final="99.999", rank=1, code="P/L"),
        Line(row_id="T-2", formation="1", skb="80", rank=3, code="TL"),
        Line(row_id="T-3", formation="1", skb="70", rank=2, code="P/L"),
    ]
    said = merit(
        "import", "results", listed(tmp_path / "l.csv", lines), "--scheme", "cpns-2024", "--data", tmp_path / "d"
    )
    assert said.code == 4
    assert "5 results differ from what the list prints" in said.out
    assert [(one["row"], one["code"]) for one in sheet_of(tmp_path / "d")] == [
        ("2", "list.final_differs"),
        ("3", "list.place_differs"),
        ("3", "list.status_differs"),
        ("4", "list.place_differs"),
        ("4", "list.status_differs"),
    ]


def test_vacancies_that_are_listed_otherwise_come_back_as_an_error_sheet(tmp_path: Path) -> None:
    data = tmp_path / "data"
    done("import", "vacancies", written(tmp_path, vacancies()), "--data", data)
    other = written(tmp_path, vacancies().put(3, "jumlah_formasi", "2"), "other.csv")
    said = merit("import", "vacancies", other, "--data", data)
    assert said.code == 4
    assert "0 commands recorded now, 1 known before, 1 refused" in said.out
    assert sheet_of(data) == [
        {
            "row": "3",
            "vacancy": "v-2",
            "code": "vacancy.listed_otherwise",
            "kesalahan": "Lowongan ini sudah tercatat dengan isi lain.",
            "error": "This vacancy is listed with other contents.",
        }
    ]
    assert [one[0] for one in asked(data / "intake.db", "SELECT seats FROM vacancies ORDER BY vacancy")] == [3, 1]


def order(data: Path, vacancy: str) -> list[tuple[str, int, str]]:
    return [(row["row_id"], row["rank"], row["decided_by"]) for row in ranking(data, vacancy)]


def test_a_list_that_prints_no_dates_decides_its_ties_by_its_own_order(tmp_path: Path) -> None:
    """However many a section has: each is a decision on the record."""
    skb: Sequence[str] = ("90", "90", "80", "80", "80", "70", "60", "60")
    header = "row_id,section_no,order_in_section,ipk,twk,tiu,tkp,nilai_skb\n"
    rows = [f"T-{n},1,{n},3.5,90,100,180,{mark}\n" for n, mark in enumerate(skb, 1)]
    path = tmp_path / "ties.csv"
    path.write_text(header + "".join(rows))
    data = tmp_path / "data"
    said = imported(path, data, "--map", "ma-2024").out
    assert "1 rankings published" in said
    assert "wait" not in said
    reasons = ["", "decided", "final", "decided", "decided", "final", "final", "decided"]
    assert order(data, "1") == [(f"T-{n}", n, reason) for n, reason in enumerate(reasons, 1)]
    ties = [one["data"]["how"] for one in events(data, "selection") if one["type"].endswith("TieDecided.v1")]
    assert ties == ["official_list"] * 3


def test_a_run_that_the_database_ended_goes_on_where_it_was(small_list: Path, tmp_path: Path) -> None:
    """A full disk, a lock, a trigger of somebody's: said in a sentence, and the same command again does the rest."""
    data = tmp_path / "data"
    imported(listed(tmp_path / "one.csv", [Line(row_id="T-1", formation="1")]), data)
    size = len(events(data, "selection"))
    asked(data / "selection.db", "CREATE TRIGGER fault BEFORE INSERT ON answers BEGIN SELECT RAISE(ABORT, 'x'); END")
    said = merit("import", "results", small_list, "--scheme", "cpns-2024", "--data", data)
    assert (said.code, said.out) == (5, "")
    assert "the database refused (SQLITE_CONSTRAINT_TRIGGER)" in said.err
    assert len(events(data, "selection")) == size
    asked(data / "selection.db", "DROP TRIGGER fault")
    assert "26 commands recorded now, 0 known before, 0 refused" in imported(small_list, data).out
    assert done("doctor", "--json", "--data", data).json["findings"] == []


def test_scores_that_came_after_a_publication_are_published_too(
    small_list: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A run that lost a row to a fault of ours is made good by the next: version 2, with the ages of version 1."""
    data, decide = tmp_path / "data", candidates.decide

    def faulty(command: candidates.ScoreStage, state: candidates.State, facts: candidates.Facts) -> list[Any]:
        if (command.source.row, command.stage) == (1, "skb"):
            raise RuntimeError("a fault of ours")
        return list(decide(command, state, facts))

    monkeypatch.setattr(candidates, "decide", faulty)
    said = merit("import", "results", small_list, "--scheme", "cpns-2024", "--data", data)
    assert said.code == 4
    assert [(one["row"], one["code"]) for one in sheet_of(data)] == [("2", "failed")]
    monkeypatch.undo()
    assert [row[1:] for row in order(data, "7")] == [
        (1, ""),
        (2, "older"),
        (3, "decided"),
        (4, "final"),
        ("", ""),
    ]
    assert "1 commands recorded now, 25 known before, 0 refused" in imported(small_list, data).out
    reasons = [(1, ""), (2, "final"), (3, "older"), (4, "decided"), (5, "final")]
    assert [row[1:] for row in order(data, "7")] == reasons
    value = done("explain", "7", "--place", "3", "--json", "--data", data).json
    assert (value["events"]["version"], value["above"]["decided_by"]) == (2, "older")
    published = [one for one in events(data, "selection") if one["type"].endswith("RankingPublished.v1")]
    assert [len(one["data"]["by_age"]) for one in published if one["subject"].endswith(".7")] == [2, 2]
    assert done("doctor", "--json", "--data", data).json["findings"] == []
