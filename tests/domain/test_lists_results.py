"""Result lists: what is read from a good one, and the named findings of wrong ones."""

from decimal import Decimal, localcontext
from pathlib import Path

import pytest

from services.cli.lists import WrongFile, read_results
from tests.domain.test_lists_sample import (
    KNOWN,
    STAGES,
    kedinasan,
    kemendik,
    ma,
    places,
    refused,
    results_of,
    written,
)


def test_a_row_is_read_as_printed(tmp_path: Path) -> None:
    sheet = (
        kemendik().put(3, "twk", " 085.0 ").put(3, "tiu", "105.0").put(3, "row_id", " 0012 ").put(3, "type_code", "9")
    )
    read = results_of(written(tmp_path, sheet))
    first, second, _ = read.rows
    assert (read.map, read.agency) == ("kemendik-2024", "kemendikbudristek")
    assert (first.row, first.row_id, first.vacancy, first.kind, first.code) == (1, "X0001", "7", "general", "P/L")
    assert (first.order, first.born, first.printed_final) == (1, "1997", Decimal("69.209"))
    assert first.marks == {
        "skd": {"twk": Decimal(90), "tiu": Decimal(100), "tkp": Decimal(180)},
        "skb": {"skb": Decimal("70.5")},
    }
    assert (second.row_id, second.kind, str(second.marks["skd"]["twk"])) == ("0012", "9", "85.0")


def test_a_list_without_status_codes_and_kinds(tmp_path: Path) -> None:
    read = results_of(written(tmp_path, ma()))
    assert (read.map, read.agency) == ("ma-2024", "mahkamah-agung")
    assert [(row.code, row.kind, row.born, row.vacancy) for row in read.rows] == [(None, "unstated", None, "2")] * 2
    assert str(read.rows[0].facts["gpa"]) == "3.10"


def test_a_formation_is_named_by_school_and_number(tmp_path: Path) -> None:
    read = results_of(written(tmp_path, kedinasan()), stages=STAGES)
    assert [(row.vacancy, row.kind, row.code) for row in read.rows] == [
        ("aa-1", "P1", "P/L"),
        ("bb-1", "S1", "TH"),
    ]
    assert list(read.rows[0].marks) == ["skd"]  # the pack's second stage had not been held yet


def test_another_agency_in_the_same_columns(tmp_path: Path) -> None:
    path = written(tmp_path, kemendik().renamed("twk", " TWK "))
    read = read_results(path, map="kemendik-2024", stages=STAGES, known_code=KNOWN.__contains__, agency="x")
    assert read.agency == "x"


def test_a_grade_average_is_kept_to_its_last_digit_whatever_the_context(tmp_path: Path) -> None:
    """The official order was made with float artefacts, so it is reproduced with them."""
    with localcontext() as context:
        context.prec = 3
        read = results_of(written(tmp_path, kemendik().put(2, "gpa", "3.5972000000000004")))
    assert str(read.rows[0].facts["gpa"]) == "3.5972000000000004"


def test_optional_columns_may_be_absent_or_empty(tmp_path: Path) -> None:
    sheet = kemendik().put(2, "rank", "").put(2, "final_score", "").put(2, "birth_year", "").put(2, "type_code", "")
    first = results_of(written(tmp_path, sheet)).rows[0]
    assert (first.order, first.printed_final, first.born, first.kind) == (None, None, None, "unstated")
    optional = ("rank", "final_score", "birth_year", "type_code", "gpa", "skd")
    bare = results_of(written(tmp_path, kemendik().without(*optional))).rows[0]
    assert (bare.order, bare.printed_final, bare.born, bare.kind, bare.facts) == (None, None, None, "unstated", {})


def test_progress_is_heard(tmp_path: Path) -> None:
    heard: list[int] = []
    path = written(tmp_path, kemendik(1500))
    read_results(path, map=None, stages=STAGES, known_code=KNOWN.__contains__, progress=heard.append)
    assert heard == [1000, 1500]


CELLS = [
    ("twk", "71,5", "number.comma", '"71,5"'),
    ("twk", "1.071,5", "number.comma", '"1.071,5"'),
    ("twk", "3.5e2", "number.exponent", '"3.5e2"'),
    ("twk", "9E+01", "number.exponent", '"9E+01"'),
    ("twk", "NaN", "number.not_finite", '"NaN"'),
    ("twk", "Infinity", "number.not_finite", '"Infinity"'),
    ("twk", "-inf", "number.not_finite", '"-inf"'),
    ("twk", "-5", "number.negative", '"-5"'),
    ("twk", "150.5", "mark.above", '"150.5"'),
    ("skb", "100.01", "mark.above", '"100.01"'),
    ("twk", "", "cell.empty", "an empty cell"),
    ("twk", "-", "number.shape", "1 character"),
    ("twk", ".5", "number.shape", '".5"'),
    ("twk", "٩٠", "number.shape", "2 characters"),
    ("twk", "1" * 25, "number.long", f"25 characters like {'9' * 25}"),
    ("twk", "1" * 3000, "number.shape", "3000 characters"),
    ("twk", "SOMEBODY", "number.shape", "8 characters"),
    ("twk", "9" * 16, "mark.above", f"16 characters like {'9' * 16}"),
    ("gpa", "3,59", "number.comma", "4 characters like 9,99"),
    ("final_score", "1e1", "number.exponent", '"1e1"'),
    ("rank", "1.0", "whole.shape", '"1.0"'),
    ("rank", "²", "whole.shape", "1 character"),
    ("rank", "1" * 3000, "whole.shape", "3000 characters"),
    ("birth_year", "01/05/1997", "born.shape", "10 characters"),
    ("birth_year", "97", "born.shape", "2 characters like 99"),
    ("birth_year", "1997-02-30", "born.shape", "10 characters like 9999-99-99"),
    ("row_id", "", "cell.empty", "an empty cell"),
    ("row_id", "1.37108E+15", "id.float", "11 characters like 9.99999E+99"),
    ("row_id", "1,37108E+15", "id.float", "11 characters like 9,99999E+99"),
    ("row_id", "1371080101990001.0", "id.float", "18 characters like 9999999999999999.9"),
    ("row_id", "3.5e2", "id.float", "5 characters like 9.9e9"),
    ("row_id", "A" * 101, "id.long", "101 characters"),
    ("formation_no", "", "cell.empty", "an empty cell"),
    ("decl_code", "", "cell.empty", "an empty cell"),
    ("decl_code", "P/X", "code.unknown", '"P/X"'),
    ("decl_code", "SOMEBODY", "code.unknown", "8 characters"),
]


@pytest.mark.parametrize(("column", "cell", "code", "shown"), CELLS, ids=lambda value: str(value)[:24])
def test_a_wrong_cell_is_named_by_row_and_column(tmp_path: Path, column: str, cell: str, code: str, shown: str) -> None:
    sheet = kemendik().without("skd").put(3, column, cell)
    sheet.separator = ";"
    wrong = refused(written(tmp_path, sheet))
    assert places(wrong) == [(code, 3, column)]
    assert wrong.findings[0].found.startswith(shown)
    assert wrong.findings[0].expected
    assert wrong.findings[0].cure


@pytest.mark.parametrize("row_id", ["12E3", "0000123", "2024-0001", "A.B/7", "1371080101990001"])
def test_an_exam_number_is_text(tmp_path: Path, row_id: str) -> None:
    assert results_of(written(tmp_path, kemendik().put(2, "row_id", row_id))).rows[0].row_id == row_id


@pytest.mark.parametrize("born", ["1997", "1997-05-01", "2004-02-29"])
def test_a_birth_is_a_year_or_a_date(tmp_path: Path, born: str) -> None:
    assert results_of(written(tmp_path, kemendik().put(2, "birth_year", born))).rows[0].born == born


def test_marks_at_their_limits_are_fine(tmp_path: Path) -> None:
    sheet = kemendik().without("skd").put(2, "twk", "150").put(2, "tiu", "0").put(2, "tkp", "225.000")
    assert len(results_of(written(tmp_path, sheet)).rows) == 3


def test_decimal_commas_say_to_export_with_a_point(tmp_path: Path) -> None:
    sheet = kemendik().put(2, "skb", "70,5")
    sheet.separator = ";"
    assert "point" in refused(written(tmp_path, sheet)).findings[0].cure


def test_unknown_codes_name_the_known_ones(tmp_path: Path) -> None:
    finding = refused(written(tmp_path, kemendik().put(2, "decl_code", "TMS-1"))).findings[0]
    assert finding.found == '"TMS-1"'
    assert "APS, P, P/L, TH, TL" in finding.expected


def test_a_code_that_only_this_pack_has_is_named_once_it_was_seen(tmp_path: Path) -> None:
    path = written(tmp_path, kemendik().put(2, "decl_code", "Q-7").put(3, "decl_code", "Q-8"))
    with pytest.raises(WrongFile) as caught:
        read_results(path, map=None, stages=STAGES, known_code={"Q-7", "TL"}.__contains__)
    assert "(Q-7, TL)" in caught.value.findings[0].expected


def test_an_exam_number_that_comes_twice_names_both_rows(tmp_path: Path) -> None:
    wrong = refused(written(tmp_path, kemendik().put(4, "row_id", "X0001")))
    assert places(wrong) == [("id.twice", 4, "row_id")]
    assert "row 2" in wrong.findings[0].found
    assert "X0001" not in str(wrong)


def test_a_row_that_comes_twice_names_both_rows(tmp_path: Path) -> None:
    sheet = kemendik()
    sheet.rows.append(list(sheet.rows[0]))
    wrong = refused(written(tmp_path, sheet))
    assert places(wrong) == [("row.twice", 5, "row_id")]
    assert "row 2" in wrong.findings[0].found


def test_long_numbers_that_a_spreadsheet_has_cut_to_fifteen_digits(tmp_path: Path) -> None:
    sheet = kemendik(12)
    for row in range(2, 14):
        sheet.put(row, "row_id", f"{row:015}0")
    assert places(refused(written(tmp_path, sheet))) == [("id.rounded", None, "row_id")]
    assert len(results_of(written(tmp_path, sheet.put(5, "row_id", f"{5:015}7"))).rows) == 12


@pytest.mark.parametrize("printed", ["371", "370.1", "0"])
def test_a_printed_sum_that_contradicts_its_parts(tmp_path: Path, printed: str) -> None:
    wrong = refused(written(tmp_path, kemendik().put(2, "skd", printed)))
    assert places(wrong) == [("sum.contradicts", 2, "skd")]
    assert "370, the sum of twk + tiu + tkp" in wrong.findings[0].expected


def test_all_findings_are_told_up_to_a_hundred_and_the_rest_is_counted(tmp_path: Path) -> None:
    sheet = kemendik(130)
    for row in range(2, 132):
        sheet.put(row, "tkp", "180 ?")
    wrong = refused(written(tmp_path, sheet))
    assert (len(wrong.findings), wrong.more) == (100, 30)
    assert str(wrong).startswith("The file is refused as a whole and nothing was recorded. Findings: 130.")
    assert str(wrong).endswith("and 30 more.")
