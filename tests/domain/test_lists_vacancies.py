"""Lists of vacancies: rows of one vacancy are put together, and what disagrees is named."""

import gzip
from pathlib import Path

import pytest

from services.cli.lists import Opening, read_vacancies
from tests.domain.test_lists_sample import kemendik, places, refused_vacancies, vacancies, written


def test_rows_of_one_vacancy_become_one_with_its_programmes(tmp_path: Path) -> None:
    read = read_vacancies(written(tmp_path, gzip.compress(vacancies().text().encode())))
    first, second = read.vacancies
    assert (read.map, read.rows) == ("sscasn-2024", 3)
    assert (first.row, first.vacancy, first.agency, first.post, first.unit) == (1, "v-1", "Kab. X", "PENATA", "X | Y")
    assert first.opening == Opening(kind="general", seats=3, educations=("S-1: S-1 A", "D-IV: D-IV B"))
    assert (first.recruitment, first.open_to_disability, first.salary_from, first.salary_to) == ("CPNS", True, 100, 200)
    assert (second.row, second.kind, second.open_to_disability) == (2, "KATA BARU", False)


def test_optional_columns_may_be_absent_or_empty(tmp_path: Path) -> None:
    sheet = vacancies().without("jp_nama", "gaji_min", "gaji_max").put(3, "disable", "")
    second = read_vacancies(written(tmp_path, sheet)).vacancies[1]
    assert (second.recruitment, second.open_to_disability, second.salary_from, second.salary_to) == (None,) * 4


def test_stray_spaces_make_no_other_vacancy(tmp_path: Path) -> None:
    sheet = vacancies().put(4, "formasi_id", " v-1 ").put(4, "ins_nm", "Kab. X ")
    assert len(read_vacancies(written(tmp_path, sheet)).vacancies) == 2


def test_progress_is_heard(tmp_path: Path) -> None:
    heard: list[int] = []
    read_vacancies(written(tmp_path, vacancies()), progress=heard.append)
    assert heard == [3]


@pytest.mark.parametrize(
    ("column", "cell", "code"),
    [
        ("jumlah_formasi", "1.5", "whole.shape"),
        ("jumlah_formasi", "1,0", "whole.shape"),
        ("jumlah_formasi", "1e1", "whole.shape"),
        ("jumlah_formasi", "-1", "whole.shape"),
        ("jumlah_formasi", "", "cell.empty"),
        ("jumlah_formasi", "0", "seats.none"),
        ("disable", "ya", "flag.shape"),
        ("gaji_max", "99", "salary.order"),
        ("gaji_min", "1.000", "whole.shape"),
        ("ins_nm", "", "cell.empty"),
        ("formasi_nm", "", "cell.empty"),
        ("program_studi", "", "cell.empty"),
        ("formasi_id", "1.37108E+15", "id.float"),
        ("formasi_id", "", "cell.empty"),
    ],
)
def test_a_wrong_cell_is_named_by_row_and_column(tmp_path: Path, column: str, cell: str, code: str) -> None:
    sheet = vacancies().put(3, column, cell)
    sheet.separator = "\t"
    assert places(refused_vacancies(written(tmp_path, sheet))) == [(code, 3, column)]


def test_rows_of_one_vacancy_that_disagree_are_both_named(tmp_path: Path) -> None:
    wrong = refused_vacancies(written(tmp_path, vacancies().put(4, "jumlah_formasi", "4").put(4, "ins_nm", "Kab. Y")))
    assert places(wrong) == [("vacancy.disagrees", 4, "ins_nm"), ("vacancy.disagrees", 4, "jumlah_formasi")]
    assert "row 2" in wrong.findings[0].found


def test_columns_of_no_map_must_agree_too(tmp_path: Path) -> None:
    sheet = vacancies()
    sheet.header.append("catatan")
    for row, note in zip(sheet.rows, ("a", "b", "c"), strict=True):
        row.append(note)
    assert places(refused_vacancies(written(tmp_path, sheet))) == [("vacancy.disagrees", 4, "catatan")]


def test_a_row_that_comes_twice_names_both_rows(tmp_path: Path) -> None:
    sheet = vacancies()
    sheet.rows.append(list(sheet.rows[2]))
    wrong = refused_vacancies(written(tmp_path, sheet))
    assert places(wrong) == [("row.twice", 5, None)]
    assert "row 4" in wrong.findings[0].found


def test_a_missing_column_names_the_nearest(tmp_path: Path) -> None:
    wrong = refused_vacancies(written(tmp_path, vacancies().renamed("program_studi", "program_study")))
    assert places(wrong)[1:] == [("column.near", None, "program_studi")]


def test_results_belong_to_the_other_command(tmp_path: Path) -> None:
    assert places(refused_vacancies(written(tmp_path, kemendik()))) == [("map.other_list", None, None)]
