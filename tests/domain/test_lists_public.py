"""What a shifted row brings into columns that everybody will read: never recorded, never repeated."""

import gzip
import tracemalloc
from pathlib import Path

import pytest

from services.cli.lists import WrongFile, read_results, read_vacancies
from services.cli.lists.public import is_kind, is_personal, is_personal_name, steers
from services.selection import kinds
from tests.domain.test_lists_sample import KNOWN, STAGES, kemendik, ma, refused, vacancies, written

WORDS = ("general", "P1", "S1", "9", "a/b-c", "12345")
NO_WORDS = ("", "SITI AMINAH 3201010101870001", "3201010101870001", "123456", "x" * 13, "P1 -", "\x1b[31m", "a\n")


def codes(wrong: WrongFile) -> list[tuple[str, int | None, str | None]]:
    return [(one.code, one.row, one.column) for one in wrong.findings]


def wrong_vacancies(path: Path) -> WrongFile:
    with pytest.raises(WrongFile) as caught:
        read_vacancies(path)
    return caught.value


def test_a_kind_is_a_short_code_here_as_in_the_decider() -> None:
    for of in (is_kind, kinds.is_kind):
        assert all(map(of, WORDS))
        assert not any(map(of, NO_WORDS))


@pytest.mark.parametrize("cell", ["SITI AMINAH 3201010101870001", "3201010101870001", "BUDI SANTOSO"])
def test_a_person_in_the_column_of_kinds_is_a_finding_that_shows_the_shape_alone(tmp_path: Path, cell: str) -> None:
    wrong = refused(written(tmp_path, kemendik().put(3, "type_code", cell)))
    assert codes(wrong) == [("kind.shape", 3, "type_code")]
    for lang in ("id", "en"):
        said = wrong.say(lang)
        assert cell not in said
        assert "AMINAH" not in said
        assert "3201" not in said


def test_an_identity_number_in_other_columns_is_a_finding(tmp_path: Path) -> None:
    nik = "3201010101870001"
    assert codes(refused(written(tmp_path, kemendik().put(2, "formation_no", nik)))) == [
        ("text.personal", 2, "formation_no")
    ]
    assert codes(refused(written(tmp_path, kemendik().put(2, "gpa", nik)))) == [("fact.large", 2, "gpa")]
    for column in ("ins_nm", "formasi_nm", "jabatan_nm", "lokasi_nm", "program_studi"):
        for cell in (f"SITI {nik}", "siti@example.org", "HP 0812-3456-7890", "+62 812 3456 7890", "(021) 5551234"):
            wrong = wrong_vacancies(written(tmp_path, vacancies().put(3, column, cell)))
            assert codes(wrong) == [("text.personal", 3, column)], cell
            assert cell not in str(wrong)


@pytest.mark.parametrize(
    "text",
    ["PERATURAN 12/2024", "03608625-5347-4ac2-849d-2a5d722b2732", "UNIT 081", "8a0184a3914601560191461a245a008a"],
)
def test_numbers_of_offices_are_nobodys(text: str) -> None:
    assert not is_personal_name(text)
    assert text.startswith("0360") or not is_personal(text)


def test_public_words_end_somewhere_and_stand_on_one_line(tmp_path: Path) -> None:
    wrong = wrong_vacancies(written(tmp_path, vacancies().put(3, "jabatan_nm", "x" * 301)))
    assert codes(wrong) == [("text.long", 3, "jabatan_nm")]
    wrong = wrong_vacancies(written(tmp_path, vacancies().put(3, "jabatan_nm", '"a\nb"')))
    assert codes(wrong) == [("cell.control", 3, "jabatan_nm")]


@pytest.mark.parametrize("sign", ["\x1b[31mX\x1b[2J", "a\x07", "a\x9bb", "a\u202eb", "a\x7fb"])
def test_signs_that_steer_a_terminal_are_a_finding_in_any_cell(tmp_path: Path, sign: str) -> None:
    for column in ("row_id", "type_code", "last_edu"):
        sheet = kemendik().put(3, column, f"x{sign}x")
        assert codes(refused(written(tmp_path, sheet))) == [("cell.control", 3, column)]
    assert not steers("UNIT\xa0PUSAT")


def test_a_column_of_no_plain_name_is_told_by_its_number(tmp_path: Path) -> None:
    sheet = kemendik().renamed("last_edu", "siti aminah").put(2, "siti aminah", "a\x07")
    assert codes(refused(written(tmp_path, sheet))) == [("cell.control", 2, "4")]


def test_a_cell_and_a_row_end_somewhere(tmp_path: Path) -> None:
    assert codes(refused(written(tmp_path, kemendik().put(3, "last_edu", "x" * 4001)))) == [
        ("cell.long", 3, "last_edu")
    ]
    assert codes(refused(written(tmp_path, kemendik().put(3, "last_edu", "x" * 20_001)))) == [("row.long", 3, None)]
    lines = '"' + "x\n" * 20_000 + '"'
    assert codes(refused(written(tmp_path, kemendik().put(3, "last_edu", lines)))) == [("row.long", 3, None)]


def test_a_small_file_of_huge_cells_is_refused_in_little_memory(tmp_path: Path) -> None:
    header = ",".join(kemendik().header)
    row = ",".join(kemendik(1).rows[0]).replace("S-1 X", "\U0001f600" + "A" * 130_000, 1)
    path = written(tmp_path, gzip.compress("\n".join([header, *[row] * 500]).encode()), "bomb.csv.gz")
    tracemalloc.start()
    try:
        assert codes(refused(path)) == [("row.long", 2, None)]
        assert tracemalloc.get_traced_memory()[1] < 20 * 2**20
    finally:
        tracemalloc.stop()


def test_a_name_that_no_stream_can_hold_is_found_in_the_file(tmp_path: Path) -> None:
    path = written(tmp_path, ma().put(2, "section_no", "9" * 40 + "A" * 50))
    read = read_results(path, map="ma-2024", stages=STAGES, known_code=KNOWN.__contains__, longest=105)
    assert len(read.rows) == 2
    with pytest.raises(WrongFile) as caught:
        read_results(path, map="ma-2024", stages=STAGES, known_code=KNOWN.__contains__, longest=104)
    assert codes(caught.value) == [("id.long", 2, "section_no")]
