"""Small lists made up for the tests, good as they stand; a test spoils one thing. Nobody's rows are among them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

import pytest

from services.cli.lists import ResultsFile, VacanciesFile, WrongFile, read_results, read_vacancies

STAGES: Mapping[str, Mapping[str, Decimal]] = {
    "skd": {"twk": Decimal(150), "tiu": Decimal(175), "tkp": Decimal(225)},
    "skb": {"skb": Decimal(100)},
}
SKD_ONLY = {"skd": STAGES["skd"]}
KNOWN = frozenset({"P/L", "P", "TL", "TH", "APS"})


@dataclass
class Sheet:
    """A list as cells, to be spoilt and written."""

    header: list[str]
    rows: list[list[str]]
    separator: str = ","
    end: str = "\n"
    more: list[str] = field(default_factory=list)  # raw lines below

    def put(self, row: int, column: str, cell: str) -> "Sheet":
        """Put text into a cell; `row` as a spreadsheet shows it, so the first data row is 2."""
        self.rows[row - 2][self.header.index(column)] = cell
        return self

    def without(self, *columns: str) -> "Sheet":
        """Take columns out."""
        places = [self.header.index(column) for column in columns]
        for line in (self.header, *self.rows):
            line[:] = [cell for place, cell in enumerate(line) if place not in places]
        return self

    def renamed(self, column: str, name: str) -> "Sheet":
        """Give a column another name."""
        self.header[self.header.index(column)] = name
        return self

    def text(self) -> str:
        """The file's text."""
        lines = [self.separator.join(line) for line in (self.header, *self.rows)]
        return self.end.join([*lines, *self.more]) + self.end


def named(columns: str) -> list[str]:
    """Column names."""
    return columns.split()


def kemendik(rows: int = 3) -> Sheet:
    """A final list with every column of the layout."""
    header = named(
        "row_id formation_no rank last_edu edu_group birth_year gpa twk tiu tkp skd skd40 skb skb60 final_score "
        "decl_code jp_code loc_code type_code edu_qual pdf_page"
    )
    made = []
    for n in range(1, rows + 1):
        marks = ["90", "100", "180", "370", "26.909", "70.5", "42.3", "69.209"]
        ends = ["P/L" if n == 1 else "TL", "J1", "L1", "1", '"{""S-1 X""}"', "1"]
        made.append([f"X{n:04}", "7", str(n), "S-1 X", "Y", "1997", "3.5", *marks, *ends])
    return Sheet(header, made)


def ma() -> Sheet:
    """A final list of the layout without status codes."""
    header = named(
        "row_id section_no order_in_section jabatan ipk twk tiu tkp nilai_skd nilai_skb nilai_akhir lokasi_skb"
    )
    rows = [[f"Y{n}", "2", str(n), "a", "3.10", "90", "100", "180", "370", "70.25", "69.059", "Z"] for n in (1, 2)]
    return Sheet(header, rows)


def kedinasan() -> Sheet:
    """A list of the first stage alone, of two schools with formations of the same number."""
    header = named("row_id agency formation_no official_order jenis_formasi twk tiu tkp total keterangan")
    rows = [
        ["Z1", "aa", "1", "1", "P1 -", "90", "100", "180", "370", "P/L"],
        ["Z2", "bb", "1", "1", "S1", "0", "0", "0", "0", "TH"],
    ]
    return Sheet(header, rows)


def vacancies() -> Sheet:
    """Two vacancies in three rows: the first is open to two study programmes, and its rows do not stand together."""
    header = named(
        "formasi_id ins_nm jp_nama formasi_nm jabatan_nm lokasi_nm jumlah_formasi disable gaji_min gaji_max "
        "jenjang_studi program_studi"
    )
    first = ["v-1", "Kab. X", "CPNS", "UMUM", "PENATA", "X | Y", "3", "1", "100", "200"]
    second = ["v-2", "Kab. X", "CPNS", "KATA BARU", "PENATA", "X | Z", "1", "0", "100", "100"]
    rows = [[*first, "S-1", "S-1 A"], [*second, "S-1", "S-1 A"], [*first, "D-IV", "D-IV B"]]
    return Sheet(header, rows)


def written(folder: Path, content: Sheet | str | bytes, name: str = "list.csv") -> Path:
    """The path of a file with this content."""
    text = content.text() if isinstance(content, Sheet) else content
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def results_of(
    path: Path, layout: str | None = None, stages: Mapping[str, Mapping[str, Decimal]] = STAGES
) -> ResultsFile:
    """Read as the command line does."""
    return read_results(path, map=layout, stages=stages, known_code=KNOWN.__contains__)


def refused(path: Path, layout: str | None = None) -> WrongFile:
    """The refusal of a list of results."""
    with pytest.raises(WrongFile) as caught:
        results_of(path, layout)
    return caught.value


def refused_vacancies(path: Path) -> WrongFile:
    """The refusal of a list of vacancies."""
    with pytest.raises(WrongFile) as caught:
        read_vacancies(path)
    return caught.value


def places(wrong: WrongFile) -> list[tuple[str, int | None, str | None]]:
    """Code, row and column of every finding."""
    return [(finding.code, finding.row, finding.column) for finding in wrong.findings]


def test_the_samples_are_good_lists(tmp_path: Path) -> None:
    assert len(results_of(written(tmp_path, kemendik())).rows) == 3
    assert len(results_of(written(tmp_path, ma())).rows) == 2
    assert len(results_of(written(tmp_path, kedinasan()), stages=SKD_ONLY).rows) == 2
    read: VacanciesFile = read_vacancies(written(tmp_path, vacancies()))
    assert (read.rows, len(read.vacancies)) == (3, 2)
