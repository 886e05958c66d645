"""Why somebody stands where they stand: the sum, the neighbours, the step that decided, the law, the events."""

from pathlib import Path

import pytest

from shared.rules import packs
from tests.e2e.command_line import SMALL, Line, done, events, imported, listed, merit, ranking

PACK = packs.load("cpns-2024")


def test_a_place_is_explained_in_english(small: Path) -> None:
    """TEST 7's way to add up: each step is rounded before the next one uses it."""
    row = ranking(small, "7")[1]
    said = done("explain", "7", "--place", "2", "--data", small).out
    assert f"Place 2 of 5, vacancy kemendikbudristek.7, kind of need general: alias {row['alias']}" in said
    assert "Inside the 2 seats (taken from the official list)." in said
    sums = ("370 / 550 * 100 = 67.273", "67.273 * 0.40", "70.500 * 0.60", "26.909 + 42.300 = 69.209")
    assert all(text in said for text in sums)
    assert "decided by final score: 83.618 > 69.209" not in said
    assert f"decided by final score: {ranking(small, '7')[0]['final_score']} > 69.209" in said
    assert "(Permenpan RB 27/2021 art. 48; 6/2024 art. 45)" in said
    assert f"Rules: cpns-2024 v1, {PACK.digest}" in said
    assert f"As of the first {len(events(small, 'selection'))} events of selection." in said


def test_a_place_is_explained_in_indonesian(small: Path) -> None:
    said = done("explain", "7", "--place", "3", "--lang", "id", "--data", small).out
    assert "Peringkat 3 dari 5, lowongan kemendikbudristek.7, jenis kebutuhan umum: nama samaran " in said
    assert "Di luar 2 formasi (diambil dari daftar resmi)." in said
    assert "ditentukan oleh usia lebih tua, sebagaimana dinyatakan dalam peristiwa" in said
    assert "6/2024 pasal 45(4)" in said
    assert f"Aturan: cpns-2024 v1, {PACK.digest}" in said
    assert "peringkat diumumkan, versi 1" in said


def test_the_language_is_the_locales_if_none_is_said(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANG", "id_ID.UTF-8")
    assert done("explain", "7", "--place", "1", "--data", small).out.startswith("Peringkat 1 dari 5")
    assert done("explain", "7", "--place", "1", "--lang", "en", "--data", small).out.startswith("Place 1 of 5")
    monkeypatch.setenv("MERIT_LANG", "en")
    assert done("explain", "7", "--place", "1", "--data", small).out.startswith("Place 1 of 5")


def test_first_and_last_have_nobody_beside_them(small: Path) -> None:
    first, last = (done("explain", "7", "--place", n, "--data", small).out for n in (1, 5))
    assert "Nobody stands above." in first
    assert "Nobody stands below." in last


def test_10_a_tie_is_explained_by_what_was_stated(small: Path) -> None:
    """TEST 10: age decides between years, the list's own order between equal years; marks and grades say nothing."""
    value = done("explain", "7", "--place", "3", "--json", "--data", small).json
    above, below = value["above"], value["below"]
    assert (above["decided_by"], above["values"], above["label"]) == ("older", None, "older applicant")
    assert len(above["equal_before"]) == 6
    assert "45(4)" in above["article"]
    assert (below["decided_by"], below["values"]) == ("decided", None)
    assert sorted(value["events"]["orders"].values()) == ["by_age", "official_list"]
    for position, ground in value["events"]["orders"].items():
        (event,) = events(small, "selection", "--after", position.split(":")[1], "--limit", 1)
        kind = "RankingPublished" if ground == "by_age" else "TieDecided"
        assert event["type"] == f"merit.selection.{kind}.v1"


def test_the_answer_for_programs_says_the_same(small: Path) -> None:
    row = ranking(small, "7")[1]
    value = done("explain", "7", "--place", "2", "--json", "--data", small).json
    assert {name: value[name] for name in ("vacancy", "kind", "seats", "place", "of", "alias", "hired", "final")} == {
        "vacancy": "kemendikbudristek.7",
        "kind": "general",
        "seats": {"general": 2},
        "place": 2,
        "of": 5,
        "alias": row["alias"],
        "hired": True,
        "final": "69.209",
    }
    assert value["rules"] == {"pack": "cpns-2024", "version": 1, "digest": PACK.digest, "law": list(PACK.law)}
    assert [step["value"] for step in value["steps"]] == ["67.273", "26.909", "70.500", "70.500", "42.300", "69.209"]
    assert value["as_of"] == len(events(small, "selection"))
    indonesian = done("explain", "7", "--place", "2", "--json", "--lang", "id", "--data", small).json
    assert indonesian["steps"][-1]["label"] == "nilai akhir"


def test_an_open_tie_says_that_nothing_has_decided_it(tmp_path: Path) -> None:
    """A list without dates and without an order of its own: publication waits, and the page says so."""
    text = "row_id,section_no,ipk,twk,tiu,tkp,nilai_skb\n" + "".join(f"T-{n},1,3.5,90,100,180,70\n" for n in (1, 2))
    path = tmp_path / "open.csv"
    path.write_text(text)
    said = imported(path, tmp_path / "data", "--map", "ma-2024").out
    assert "1 rankings wait: a tie is left open, and the list does not decide it" in said
    text = done("explain", "1", "--place", "1", "--data", tmp_path / "data").out
    assert "a tie that nothing has decided: both share the place" in text
    assert "The list does not say how many seats there are." in text
    assert "No ranking is published yet." in text
    assert "(shared)" in done("ranking", "1", "--data", tmp_path / "data").out


def test_as_of_an_earlier_event(small: Path) -> None:
    recorded = events(small, "selection")
    scored = max(n for n, one in enumerate(recorded) if one["type"].endswith("StageScored.v1"))
    said = done("explain", "7", "--place", "2", "--as-of", scored + 1, "--data", small).out
    assert "No ranking is published yet." in said
    assert f"As of the first {scored + 1} events of selection." in said


def test_what_is_not_there_is_said_in_a_sentence(small: Path) -> None:
    for arguments, sentence in (
        (("7", "--place", "9"), "nobody stands at place 9 of kemendikbudristek.7; its order has 5 places"),
        (("7", "--place", "0"), "nobody stands at place 0"),
        (("7", "--place", "1", "--kind", "papua"), "its order has 0 places"),
        (("77", "--place", "1"), "no vacancy '77'; there are 3, from kemendikbudristek.7 to kemendikbudristek.9"),
        (("8", "--place", "1"), "kemendikbudristek.8 has several kinds of need: add --kind 2 or --kind general"),
        (("9", "--place", "1"), "its order has 0 places"),
        (("7", "--place", "1", "--as-of", "999"), "--as-of 999: selection's ledger holds"),
        (("7", "--place", "1", "--as-of", "0"), "no selection in this data folder"),
    ):
        said = merit("explain", *arguments, "--data", small)
        assert (said.code, said.out) == (6, ""), arguments
        assert sentence in said.err
        assert len(said.err.splitlines()) == 1


def test_a_kind_of_need_is_named_where_there_are_several(small: Path) -> None:
    value = done("explain", "8", "--place", "1", "--kind", "2", "--json", "--data", small).json
    assert (value["kind"], value["of"], value["hired"]) == ("2", 1, True)


def test_an_ending_that_two_vacancies_have_is_ambiguous(small: Path, tmp_path: Path) -> None:
    lines = [Line(row_id=f"T-{n}", rank=n, skb=str(80 - n)) for n in (1, 2)]
    imported(listed(tmp_path / "other.csv", lines), small, "--agency", "elsewhere")
    said = merit("explain", "7", "--place", "1", "--data", small)
    assert said.code == 6
    assert "'7' may be elsewhere.7, kemendikbudristek.7: name one of them" in said.err
    assert done("explain", "elsewhere.7", "--place", "1", "--json", "--data", small).json["of"] == 2
    assert len(ranking(small, "kemendikbudristek.7")) == sum(line.formation == "7" for line in SMALL)
