"""Files that are no CSV text in UTF-8, or not a whole one: told by content, refused with a cure."""

import gzip
import hashlib
import io
import os
import zipfile
from pathlib import Path

import pytest

from services.cli.lists import source, table
from tests.domain.test_lists_sample import Sheet, kemendik, ma, places, refused, results_of, written


def only(path: Path) -> str:
    """The code of the one finding, which is about the whole file."""
    ((code, row, column),) = places(refused(path))
    assert (row, column) == (None, None)
    return code


def test_no_such_file(tmp_path: Path) -> None:
    assert only(tmp_path / "nothing.csv") == "file.missing"


def test_a_folder(tmp_path: Path) -> None:
    assert only(tmp_path) == "file.directory"


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert only(tmp_path / "pipe") == "file.irregular"


def test_an_unreadable_file(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    assert only(tmp_path / "loop") == "file.unreadable"
    assert only(tmp_path / "with\0nul") == "file.unreadable"


@pytest.mark.skipif(not Path("/proc/self/mem").exists(), reason="needs a file that opens and fails to read")
def test_a_disk_that_fails(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("/proc/self/mem")
    assert only(tmp_path / "link") == "file.unreadable"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_of_somebody_else(tmp_path: Path) -> None:
    path = written(tmp_path, kemendik())
    path.chmod(0)
    assert only(path) == "file.unreadable"


@pytest.mark.parametrize(
    "content", [b"", b"\n\n \n", b"\xef\xbb\xbf", gzip.compress(b"", mtime=0), b",,,\n", b"\n" * 5000]
)
def test_an_empty_file(tmp_path: Path, content: bytes) -> None:
    assert only(written(tmp_path, content)) == "file.empty"


def test_a_header_and_nothing_else(tmp_path: Path) -> None:
    assert only(written(tmp_path, kemendik(0))) == "file.header_only"


@pytest.mark.parametrize(
    ("magic", "code"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "file.workbook"),
        (b"%PDF-1.7\n", "file.pdf"),
        (b"\xfd7zXZ\0", "file.packed"),
        (b"BZh91AY", "file.packed"),
        (b"<!DOCTYPE html><table>", "file.markup"),
        (b"\n  <TABLE><tr><td>", "file.markup"),
    ],
)
def test_another_kind_of_file_is_told_by_its_content(tmp_path: Path, magic: bytes, code: str) -> None:
    assert only(written(tmp_path, magic + b"rest of it")) == code
    assert only(written(tmp_path, gzip.compress(magic + b"rest of it"))) == code


def test_a_workbook_is_to_be_saved_as_csv(tmp_path: Path) -> None:
    book = io.BytesIO()
    with zipfile.ZipFile(book, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
    path = written(tmp_path, book.getvalue(), "list.csv")
    assert only(path) == "file.workbook"
    assert "CSV UTF-8" in str(refused(path))


def test_gzip_is_told_by_content_and_the_hash_is_of_the_file_on_disk(tmp_path: Path) -> None:
    packed = gzip.compress(kemendik().text().encode())
    path = written(tmp_path, packed, "no-hint-in-the-name")
    read = results_of(path)
    assert read.sha256 == hashlib.sha256(packed).hexdigest()
    assert read.rows == results_of(written(tmp_path, kemendik(), "plain.gz")).rows
    assert results_of(written(tmp_path, packed + b"\0" * 600)).rows == read.rows  # padding, as on tapes


def test_the_hash_of_a_plain_file(tmp_path: Path) -> None:
    path = written(tmp_path, kemendik())
    assert results_of(path).sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.mark.parametrize("cut", [3, 12, 60, -9, -1])
def test_a_gzip_file_cut_short(tmp_path: Path, cut: int) -> None:
    path = written(tmp_path, gzip.compress(kemendik(200).text().encode())[:cut])
    assert [finding.code for finding in refused(path).findings] == ["file.gzip"]


@pytest.mark.parametrize("place", [30, -8, -3])
def test_a_damaged_gzip_file(tmp_path: Path, place: int) -> None:
    packed = bytearray(gzip.compress(kemendik(200).text().encode()))
    packed[place] ^= 0xFF
    assert "file.gzip" in [finding.code for finding in refused(written(tmp_path, bytes(packed))).findings]


def test_gzip_in_gzip(tmp_path: Path) -> None:
    assert only(written(tmp_path, gzip.compress(gzip.compress(b"x")))) == "file.packed"


def test_a_bomb_is_given_up_at_the_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source, "LARGEST", 2**20)
    sheet = kemendik()
    sheet.more = ["," * (len(sheet.header) - 1)] * 2**17
    path = written(tmp_path, gzip.compress(sheet.text().encode()))
    assert path.stat().st_size < 2**15
    assert refused(path).findings[0].code == "file.large"


def test_a_bomb_of_one_line_is_not_taken_into_memory(tmp_path: Path) -> None:
    path = written(tmp_path, gzip.compress(b"a" * (source.LONGEST + 10)))
    assert only(path) == "file.line"


def test_a_list_of_too_many_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table, "MOST_ROWS", 3)
    assert len(results_of(written(tmp_path, kemendik(3))).rows) == 3
    assert places(refused(written(tmp_path, kemendik(5)))) == [("file.rows", 5, None)]


def test_a_bomb_of_line_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table, "MOST_ROWS", 10)
    packed = gzip.compress(kemendik().text().encode() + b"\n" * 2**20)
    assert places(refused(written(tmp_path, packed))) == [("file.rows", 12, None)]


def test_a_header_of_too_many_columns(tmp_path: Path) -> None:
    assert only(written(tmp_path, "a," * 1000 + "\n1")) == "file.columns"


def test_a_byte_order_mark_is_accepted(tmp_path: Path) -> None:
    read = results_of(written(tmp_path, b"\xef\xbb\xbf" + kemendik().text().encode()))
    assert read.rows[0].row_id == "X0001"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_wide_encodings_are_named(tmp_path: Path, encoding: str) -> None:
    wrong = refused(written(tmp_path, kemendik().text().encode(encoding)))
    assert [finding.code for finding in wrong.findings] == ["file.encoding"]
    assert encoding[:6].upper() in wrong.findings[0].found


@pytest.mark.parametrize(
    ("letter", "encoding", "named"), [("é", "latin-1", "Latin-1"), ("’", "cp1252", "Windows-1252")]
)
def test_narrow_encodings_are_guessed_and_the_row_is_named(
    tmp_path: Path, letter: str, encoding: str, named: str
) -> None:
    sheet = kemendik().put(3, "last_edu", f"S-1 {letter}")
    finding = refused(written(tmp_path, sheet.text().encode(encoding))).findings[0]
    assert (finding.code, finding.row) == ("file.encoding", 3)
    assert named in finding.found


@pytest.mark.parametrize("content", [b"\0" * 100, b"row_id,\0\0\n", b"\0"])
def test_nul_bytes(tmp_path: Path, content: bytes) -> None:
    assert only(written(tmp_path, content)) == "file.nul"


def test_a_nul_byte_further_down(tmp_path: Path) -> None:
    assert places(refused(written(tmp_path, kemendik().put(4, "last_edu", "\0")))) == [("file.nul", 4, None)]


@pytest.mark.parametrize("separator", [";", "\t"])
def test_semicolons_and_tabs_are_accepted(tmp_path: Path, separator: str) -> None:
    sheet = kemendik()
    sheet.separator = separator
    assert results_of(written(tmp_path, sheet)).rows == results_of(written(tmp_path, kemendik(), "commas.csv")).rows


def test_a_change_of_separator_is_not(tmp_path: Path) -> None:
    sheet = kemendik()
    sheet.more = [";".join(sheet.rows[0])]
    finding = refused(written(tmp_path, sheet)).findings[0]
    assert (finding.code, finding.row, finding.found) == ("row.fields", 5, "1 fields")
    assert '","' in finding.expected


def test_line_ends_of_windows(tmp_path: Path) -> None:
    sheet = kemendik()
    sheet.end = "\r\n"
    assert len(results_of(written(tmp_path, sheet)).rows) == 3


def test_line_ends_of_old_macintoshes(tmp_path: Path) -> None:
    sheet = kemendik()
    sheet.end = "\r"
    assert only(written(tmp_path, sheet)) == "csv.broken"


def test_a_quotation_mark_never_closed(tmp_path: Path) -> None:
    assert places(refused(written(tmp_path, ma().put(3, "jabatan", '"a')))) == [("csv.quote", 3, None)]


def test_a_stray_quotation_mark(tmp_path: Path) -> None:
    assert places(refused(written(tmp_path, kemendik().put(3, "last_edu", '"S"-1')))) == [("csv.broken", 3, None)]


def test_rows_with_too_many_or_too_few_fields(tmp_path: Path) -> None:
    sheet = kemendik()
    sheet.rows[1].pop()
    sheet.rows[2].append("1")
    assert places(refused(written(tmp_path, sheet))) == [("row.fields", 3, None), ("row.fields", 4, None)]


def test_blank_rows_count_and_say_nothing(tmp_path: Path) -> None:
    sheet = kemendik()
    sheet.rows.insert(1, [""] * len(sheet.header))
    sheet.more = ["", "  ", ",,,"]
    assert [row.row for row in results_of(written(tmp_path, sheet)).rows] == [1, 3, 4]
    assert places(refused(written(tmp_path, sheet.put(5, "twk", "x"))))[0][1] == 5


def test_a_cell_with_line_breaks_is_in_one_row(tmp_path: Path) -> None:
    sheet: Sheet = kemendik().put(2, "last_edu", '"S-1\nX, Y"').put(3, "twk", "x")
    assert places(refused(written(tmp_path, sheet))) == [("number.shape", 3, "twk")]


def test_what_stops_the_reading_stands_first_and_the_rest_is_kept(tmp_path: Path) -> None:
    sheet = kemendik(150)
    for row in range(2, 152):
        sheet.put(row, "twk", "1e1")
    sheet.more = ["\0"]
    wrong = refused(written(tmp_path, sheet))
    assert (wrong.findings[0].code, wrong.findings[0].row) == ("file.nul", 152)
    assert (len(wrong.findings), wrong.more) == (100, 51)
