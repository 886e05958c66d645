"""Layouts: which map a header follows, and what it lacks."""

from decimal import Decimal
from pathlib import Path

import pytest

from services.cli.lists import WrongFile
from tests.domain.test_lists_sample import SKD_ONLY, STAGES, kemendik, places, refused, results_of, vacancies, written


def test_a_missing_column(tmp_path: Path) -> None:
    assert places(refused(written(tmp_path, kemendik().without("tiu")), "kemendik-2024")) == [
        ("column.missing", None, "tiu")
    ]


@pytest.mark.parametrize(("column", "typo"), [("formation_no", "formasion_no"), ("birth_year", "birthyear")])
def test_a_misspelt_column_is_recognised_even_if_it_is_optional(tmp_path: Path, column: str, typo: str) -> None:
    wrong = refused(written(tmp_path, kemendik().renamed(column, typo)), "kemendik-2024")
    assert places(wrong) == [("column.near", None, column)]
    assert typo in wrong.findings[0].found


def test_a_missing_column_without_a_named_map_says_what_the_nearest_map_lacks(tmp_path: Path) -> None:
    wrong = refused(written(tmp_path, kemendik().renamed("decl_code", "decl_kode")))
    assert [finding.code for finding in wrong.findings] == ["map.unrecognised", "column.near"]


def test_a_column_that_comes_twice(tmp_path: Path) -> None:
    wrong = refused(written(tmp_path, kemendik().renamed("last_edu", "Twk")))
    assert places(wrong) == [("column.twice", 1, "twk")]
    assert "4, 8" in wrong.findings[0].found


def test_an_unknown_layout_lists_the_maps_with_their_columns(tmp_path: Path) -> None:
    wrong = refused(written(tmp_path, "nama,nilai\nsomebody,3\n"))
    assert places(wrong) == [("map.unrecognised", None, None)]
    for words in ("kemendik-2024 (row_id, formation_no,", "ma-2024 (", "kedinasan-2023 ("):
        assert words in wrong.findings[0].expected
    assert "sscasn" not in str(wrong)


def test_a_list_without_a_header_repeats_nobodys_row(tmp_path: Path) -> None:
    sheet = kemendik().put(2, "row_id", "SOMEBODY").put(2, "last_edu", "SOMEBODY")
    sheet.header = sheet.rows.pop(0)
    assert "somebody" not in str(refused(written(tmp_path, sheet))).casefold()


def test_an_unknown_map_names_the_known(tmp_path: Path) -> None:
    wrong = refused(written(tmp_path, kemendik()), "kemendik-1999")
    assert places(wrong) == [("map.unknown", None, None)]
    assert "kedinasan-2023, kemendik-2024, ma-2024" in wrong.findings[0].expected


def test_vacancies_belong_to_the_other_command(tmp_path: Path) -> None:
    wrong = refused(written(tmp_path, vacancies()))
    assert places(wrong) == [("map.other_list", None, None)]
    assert "merit import vacancies" in wrong.findings[0].cure


def test_columns_that_fit_two_maps_ask_for_one(tmp_path: Path) -> None:
    header = "row_id,formation_no,section_no,decl_code,twk,tiu,tkp,skb,nilai_skb,ipk"
    assert places(refused(written(tmp_path, f"{header}\nX1,1,1,TL,1,1,1,1,1,3\n"))) == [("map.several", None, None)]
    assert results_of(written(tmp_path, f"{header}\nX1,1,1,TL,1,1,1,1,1,3\n"), "ma-2024").rows[0].code is None


def test_a_rule_pack_of_other_parts(tmp_path: Path) -> None:
    path = written(tmp_path, kemendik())
    with pytest.raises(WrongFile) as caught:
        results_of(path, stages=SKD_ONLY)
    assert places(caught.value) == [("part.unknown", None, "skb")]
    with pytest.raises(WrongFile) as caught:
        results_of(path, stages={**STAGES, "skb": {"skb": Decimal(100), "interview": Decimal(10)}})
    assert places(caught.value) == [("part.missing", None, None)]
