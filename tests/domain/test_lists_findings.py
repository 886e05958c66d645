"""What a reader is told: both languages, one shape, nobody's data."""

import json
import pickle
import string
from pathlib import Path

import pytest

from services.cli.lists import Finding, WrongFile, text
from services.cli.lists.findings import Findings, codes, found, shown, shown_code
from tests.domain.test_lists_sample import kemendik, refused, written

TABLE = json.loads((Path(__file__).parents[2] / "services/cli/lists/sentences.json").read_text(encoding="utf-8"))


def names(sentence: str) -> set[str]:
    """What a sentence is filled with."""
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


@pytest.mark.parametrize("code", codes())
def test_every_code_has_a_sentence_in_both_languages_with_the_same_blanks(code: str) -> None:
    for part in ("found", "expected", "cure"):
        english, indonesian = (TABLE[code][lang][part] for lang in ("en", "id"))
        assert english
        assert indonesian
        assert names(english) == names(indonesian)
    assert not names(TABLE[code]["en"]["cure"]) - {"near", "list", "map"}


def test_the_message_says_where_what_and_how(tmp_path: Path) -> None:
    wrong = refused(written(tmp_path, kemendik().put(3, "twk", "1e2")))
    assert str(wrong).splitlines() == [
        "The file is refused as a whole and nothing was recorded. Findings: 1.",
        (
            '- Row 3, column twk: found "1e2", a number in powers of ten; expected a number in digits, with a '
            "point before decimals. Format the column as a plain number and export it again from the original data."
        ),
    ]
    assert wrong.say("id").splitlines() == [
        "Berkas ditolak seluruhnya dan tidak ada yang dicatat. Temuan: 1.",
        (
            '- Baris 3, kolom twk: ditemukan "1e2", angka berpangkat sepuluh; seharusnya angka biasa, dengan titik '
            "sebelum desimal. Atur kolom sebagai angka biasa lalu ekspor ulang dari data asli."
        ),
    ]


def test_a_finding_of_the_whole_file() -> None:
    assert text(found("file.empty"), "en").startswith("The file: found an empty file; expected a header")
    assert text(found("file.empty"), "id").startswith("Berkas: ditemukan berkas kosong; seharusnya baris judul")


def test_shapes_are_told_in_both_languages() -> None:
    finding = found("id.float", row=2, column="row_id", found=shown("1.37108E+15", personal=True))
    assert "11 characters like 9.99999E+99" in text(finding, "en")
    assert "11 karakter seperti 9.99999E+99" in text(finding, "id")


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("71,5", '"71,5"'),
        ("SOMEBODY", "8 characters"),
        ("Some Body", "9 characters"),
        ("e", "1 character"),
        ("19970501", "8 characters like 99999999"),
        ("1371080101990001", "16 characters like 9999999999999999"),
        ("9" * 131072 + "x", "131073 characters"),
        ("\x1b[2J", "4 characters"),
        ("", "0 characters"),
    ],
)
def test_what_may_be_a_persons_is_not_repeated(cell: str, said: str) -> None:
    assert shown(cell) == said


def test_a_status_code_is_shown_and_a_name_in_its_place_is_not() -> None:
    assert [shown_code(cell) for cell in ("P/L-U3", "TMS-1", "pa/l")] == ['"P/L-U3"', '"TMS-1"', '"pa/l"']
    assert [shown_code(cell) for cell in ("SOMEBODY", "A. BODY")] == ["8 characters", "7 characters"]


def test_a_refusal_travels_between_processes() -> None:
    wrong = WrongFile([found("file.empty")], 3)
    again = pickle.loads(pickle.dumps(wrong))  # noqa: S301
    assert (again.findings, again.more, str(again)) == (wrong.findings, 3, str(wrong))


def test_nothing_found_is_no_refusal() -> None:
    findings = Findings()
    findings.refuse()
    assert not findings


def test_a_finding_is_a_value() -> None:
    finding: Finding = found("cell.empty", row=2, column="twk")
    assert finding == found("cell.empty", row=2, column="twk")
    assert (finding.found, finding.expected) == ("an empty cell", "a value")
