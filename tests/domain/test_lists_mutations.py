"""Whatever the bytes: a whole list or `WrongFile`, never another error, and never a message with somebody's data."""

import gzip
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.cli.lists import WrongFile, read_vacancies
from tests.domain.test_lists_sample import kedinasan, kemendik, ma, results_of, vacancies, written

GOOD = [sheet.text().encode() for sheet in (kemendik(), ma(), kedinasan(), vacancies())]
BEGINNINGS = [
    b"",
    b"\x1f\x8b\x08\x00",
    b"PK\x03\x04",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
    *(good.split(b"\n")[0] for good in GOOD),
]
SNIPPETS = [
    b",",
    b";",
    b"\t",
    b'"',
    b"\n",
    b"\r",
    b"\0",
    b"\xff",
    b"\xe2\x80",
    b"e9",
    b"-",
    b"NaN",
    b"9" * 40,
    b"\x1b[",
]

mutation = st.tuples(
    st.integers(0, 2000), st.integers(0, 30), st.one_of(st.sampled_from(SNIPPETS), st.binary(max_size=8))
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One folder for all examples."""
    return tmp_path_factory.mktemp("mutations")


def refusal(reader: Callable[[Path], object], path: Path) -> WrongFile | None:
    """Why the list is refused, if it is; any other error is the test's failure."""
    try:
        reader(path)
    except WrongFile as wrong:
        return wrong
    return None


def read(folder: Path, content: bytes) -> None:
    """Both readers, and both languages of a refusal."""
    path = written(folder, content)
    for reader in (results_of, read_vacancies):
        wrong = refusal(reader, path)
        if wrong is not None:
            assert wrong.findings
            assert len(str(wrong).splitlines()) == len(wrong.say("id").splitlines()) <= 102


@given(st.sampled_from(BEGINNINGS), st.binary(max_size=400))
def test_random_bytes(folder: Path, beginning: bytes, rest: bytes) -> None:
    read(folder, beginning + rest)
    read(folder, gzip.compress(beginning + rest))


@given(st.sampled_from(GOOD), st.lists(mutation, min_size=1, max_size=6))
def test_mutations_of_a_good_list(folder: Path, good: bytes, mutations: list[tuple[int, int, bytes]]) -> None:
    content = bytearray(good)
    for place, length, snippet in mutations:
        place %= len(content) + 1
        content[place : place + length] = snippet
    read(folder, bytes(content))


@given(st.sampled_from(GOOD), st.lists(mutation, min_size=1, max_size=3))
def test_mutations_of_a_packed_list(folder: Path, good: bytes, mutations: list[tuple[int, int, bytes]]) -> None:
    content = bytearray(gzip.compress(good))
    for place, length, snippet in mutations:
        place %= len(content) + 1
        content[place : place + length] = snippet
    read(folder, bytes(content))


@given(st.text(min_size=1, max_size=30))
def test_any_text_in_a_cell(folder: Path, text: str) -> None:
    quoted = '"' + text.replace('"', '""') + '"'
    for column in ("row_id", "twk", "gpa", "rank", "birth_year", "decl_code", "type_code"):
        read(folder, kemendik().put(3, column, quoted).text().encode("utf-8", "surrogatepass"))
    for column in ("formasi_id", "jumlah_formasi", "disable", "gaji_max"):
        read(folder, vacancies().put(3, column, quoted).text().encode("utf-8", "surrogatepass"))
