"""The official lists, read whole: their known counts, sums and oddities."""

import hashlib
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from services.cli.lists import ResultsFile, read_results, read_vacancies
from tests.domain.test_lists_sample import STAGES

pytestmark = pytest.mark.official

Official = Callable[[str], Path]


def read(path: Path) -> ResultsFile:
    """Whatever the status codes: they are the rule pack's concern."""
    return read_results(path, map=None, stages=STAGES, known_code=bool)


@pytest.mark.parametrize(
    ("name", "layout", "rows", "formations"),
    [
        ("cpns2024_kemendik_final.csv", "kemendik-2024", 7_340, 2_794),
        ("cpns2024_ma_final.csv", "ma-2024", 825, 13),
        ("skd2023_kedinasan.csv.gz", "kedinasan-2023", 24_652, 97),
    ],
)
def test_result_lists_are_recognised_and_read_whole(
    official: Official, name: str, layout: str, rows: int, formations: int
) -> None:
    path = official(name)
    listed = read(path)
    assert (listed.map, len(listed.rows)) == (layout, rows)
    assert len({row.vacancy for row in listed.rows}) == formations
    assert [row.row for row in listed.rows] == list(range(1, rows + 1))
    assert listed.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


def test_the_float_artefacts_of_the_ministrys_list_are_kept(official: Official) -> None:
    rows = read(official("cpns2024_kemendik_final.csv")).rows
    assert sum(len(str(row.facts["gpa"])) > 10 for row in rows) == 19
    assert Counter(row.code in ("P/L", "TL") for row in rows) == {True: 5_574, False: 1_766}
    assert {row.kind for row in rows} == {"general", "2", "3", "4", "9"}


def test_no_two_rows_of_a_formation_share_a_place(official: Official) -> None:
    for name in ("cpns2024_kemendik_final.csv", "cpns2024_ma_final.csv", "skd2023_kedinasan.csv.gz"):
        rows = read(official(name)).rows
        assert len({(row.vacancy, row.order) for row in rows}) == len(rows)


@pytest.mark.parametrize(
    ("name", "rows", "vacancies", "seats"),
    [
        ("formasi2024_sscasn.csv.gz", 46_101, 10_024, 36_865),
        ("formasi2024_sample500.csv", 500, 500, 1_317),
    ],
)
def test_vacancies_are_put_together(official: Official, name: str, rows: int, vacancies: int, seats: int) -> None:
    listed = read_vacancies(official(name))
    assert (listed.rows, len(listed.vacancies)) == (rows, vacancies)
    assert sum(vacancy.seats for vacancy in listed.vacancies) == seats
    assert sum(len(vacancy.educations) for vacancy in listed.vacancies) == rows


def test_names_with_stray_spaces_are_one_agency(official: Official) -> None:
    listed = read_vacancies(official("formasi2024_sscasn.csv.gz"))
    assert len({vacancy.agency for vacancy in listed.vacancies}) == 453
    assert all(vacancy.agency == vacancy.agency.strip() for vacancy in listed.vacancies)
