"""Official lists through the command line, row by row: nothing of them is left out, nothing is different."""

import csv
import gzip
import json
import shutil
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import pytest

from shared.rules import packs
from tests.e2e.command_line import asked, done, events, ranking

pytestmark = [pytest.mark.official, pytest.mark.slow]

Official = Callable[[str], Path]
Row = dict[str, str]

IN_ORDER = ("P/L", "TL")


def read(path: Path) -> list[Row]:
    """A list as anybody reads it."""
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def by(rows: Iterable[Row], column: str) -> dict[str, list[Row]]:
    found = defaultdict(list)
    for row in rows:
        found[row[column]].append(row)
    return found


def test_all_vacancies_are_listed_once(official: Official, vacancies_folder: Path) -> None:
    first = (vacancies_folder.parent / "vacancies.said").read_text()
    assert "46,101 rows read: 10,024 vacancies, 46,101 qualifying educations" in first
    assert "10,024 commands recorded now, 0 known before, 0 refused" in first
    totals = "The list holds 10,024 vacancies, 36,865 seats, of 453 agencies."
    assert totals in first
    again = done("import", "vacancies", official("formasi2024_sscasn.csv.gz"), "--data", vacancies_folder).out
    assert "0 commands recorded now, 10,024 known before, 0 refused" in again
    assert totals in again


def test_a_vacancy_keeps_all_its_programmes_and_levels(official: Official, vacancies_folder: Path) -> None:
    """One vacancy may be open to many study programmes, and to several levels of education."""
    file = by(read(official("formasi2024_sscasn.csv.gz")), "formasi_id")
    statement = "SELECT vacancy, post, unit, seats, formations FROM vacancies"
    found = {one[0].partition(".")[2]: one[1:] for one in asked(vacancies_folder / "intake.db", statement)}
    assert found.keys() == file.keys()
    several = Counter[str]()
    for id, rows in file.items():
        post, unit, seats, formations = found[id]
        (formation,) = json.loads(formations)
        assert (post, unit) == (rows[0]["jabatan_nm"].strip(), rows[0]["lokasi_nm"].strip())
        assert seats == formation["seats"] == int(rows[0]["jumlah_formasi"])
        said = [f"{row['jenjang_studi'].strip()}: {row['program_studi'].strip()}" for row in rows]
        assert formation["educations"] == said, id
        several["programmes"] += len(said) > 1
        several["levels"] += len({row["jenjang_studi"] for row in rows}) > 1
    assert several["programmes"] > 1000
    assert several["levels"] > 100


def test_the_ministrys_list_arises_row_by_row(official: Official, ministry_folder: Path, tmp_path: Path) -> None:
    """CPNS 2024, Kemendikbudristek, all 7,340 rows: final score, place, who is hired, who stands outside and why."""
    said = (ministry_folder.parent / "ministry.said").read_text()
    assert "2,794 vacancies, 7,340 candidacies: 5,574 in the order, 3,506 inside the seats" in said
    assert "2,794 rankings published" in said
    out = tmp_path / "ranking.csv"
    assert "7,340 rows, 5,574 of them" in done("ranking", "--all", "--csv", out, "--data", ministry_folder).out
    file = read(official("cpns2024_kemendik_final.csv"))
    found = {row["row_id"]: row for row in read(out)}
    assert len(found) == len(file) == 7340
    hired = Counter(row["formation_no"] for row in file if row["decl_code"] == "P/L")
    outside = 0
    for row in file:
        ours = found[row["row_id"]]
        assert ours["vacancy"] == f"kemendikbudristek.{row['formation_no']}"
        assert Decimal(ours["final_score"]) == Decimal(row["final_score"]), row["row_id"]
        assert ours["status"] == row["decl_code"], row["row_id"]
        assert (int(ours["seats"]), ours["seats_from"]) == (hired[row["formation_no"]], "list")
        assert [ours[part] for part in ("twk", "tiu", "tkp", "skb")] == [
            row[part] for part in ("twk", "tiu", "tkp", "skb")
        ]
        if row["decl_code"] in IN_ORDER:
            assert ours["rank"] == row["rank"], row["row_id"]
        else:
            outside += 1
            assert ours["rank"] == "", row["row_id"]
    assert outside == 1766
    assert not any(row["shared_place"] for row in found.values())


def test_the_ministrys_list_again_changes_nothing(official: Official, ministry_folder: Path) -> None:
    path = official("cpns2024_kemendik_final.csv")
    size = len(asked(ministry_folder / "selection.db", "SELECT 1 FROM events"))
    said = done("import", "results", path, "--scheme", "cpns-2024", "--json", "--data", ministry_folder).json
    assert (said["recorded"], said["refused"], said["rows"]) == (0, [], 7340)
    assert said["events"] == size == len(asked(ministry_folder / "selection.db", "SELECT 1 FROM events"))


def test_the_courts_list_arises_in_its_own_order(official: Official, court_folder: Path) -> None:
    """CPNS 2024, Mahkamah Agung: 825 rows of 13 sections, with ties that only TKP and TIU decide, and no seats."""
    assert "825 in the order, 0 inside the seats; 13 rankings" in (court_folder.parent / "court.said").read_text()
    file = read(official("cpns2024_ma_final.csv"))
    ours = by(ranking(court_folder), "vacancy")
    assert len(ours) == 13
    for section, rows in by(file, "section_no").items():
        made = ours[f"mahkamah-agung.{section}"]
        assert [row["row_id"] for row in made] == [row["row_id"] for row in rows]
        assert [int(row["rank"]) for row in made] == list(range(1, len(rows) + 1))
        assert [Decimal(row["final_score"]) for row in made] == [Decimal(row["nilai_akhir"]) for row in rows]
        assert {(row["status"], row["seats"]) for row in made} == {("", "")}
    assert sum(map(len, ours.values())) == 825


def test_every_tie_of_the_ministry_is_explained_by_the_step_that_decided_it(
    official: Official, ministry_folder: Path
) -> None:
    """Permenpan RB 6/2024 art. 45(4): equal final scores, then SKD, TKP, TIU, TWK, IPK."""
    steps = [("skd", "skd"), ("tkp", "tkp"), ("tiu", "tiu"), ("twk", "twk"), ("gpa", "gpa")]
    reasons = set()
    for number, rows in by(read(official("cpns2024_kemendik_final.csv")), "formation_no").items():
        inside = [row for row in rows if row["decl_code"] in IN_ORDER]
        for upper, lower in pairwise(inside):
            if upper["final_score"] != lower["final_score"]:
                continue
            said = done("explain", number, "--place", lower["rank"], "--json", "--data", ministry_folder).json
            step, column = next((s, c) for s, c in steps if Decimal(upper[c]) != Decimal(lower[c]))
            above = said["above"]
            assert (above["decided_by"], list(map(Decimal, above["values"]))) == (
                step,
                [Decimal(upper[column]), Decimal(lower[column])],
            )
            assert len(above["equal_before"]) == [name for name, _ in steps].index(step) + 1
            assert "45(4)" in above["article"]
            assert said["rules"]["digest"] == packs.load("cpns-2024").digest
            mirrored = done("explain", number, "--place", upper["rank"], "--json", "--data", ministry_folder).json
            assert mirrored["below"] == above
            reasons.add(step)
    assert len(reasons) > 1


def test_an_explanation_cites_the_events_that_it_rests_on(court_folder: Path) -> None:
    said = done("explain", "mahkamah-agung.1", "--place", "2", "--json", "--data", court_folder).json
    kinds = {"skd": "StageScored", "skb": "StageScored", "opened": "SelectionOpened", "published": "RankingPublished"}
    cited = said["events"]["scores"] | {name: said["events"][name] for name in ("opened", "published")}
    for name, kind in kinds.items():
        service, position = cited[name].split(":")
        (event,) = events(court_folder, service, "--after", position, "--limit", "1")
        assert (event["id"], event["type"]) == (position, f"merit.selection.{kind}.v1")
        assert "mahkamah-agung.1" in event["subject"]
        assert event["data"].get("stage", name) == name


def test_a_read_model_that_was_emptied_is_made_anew_to_the_byte(court_folder: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(court_folder, tmp_path / "data"))
    before, after = tmp_path / "before.csv", tmp_path / "after.csv"
    done("ranking", "--all", "--csv", before, "--data", folder)
    for table in ("ranking", "ranking_selections", "ranking_orders"):
        asked(folder / "projections.db", f"DELETE FROM {table}")
    (made,) = done("rebuild", "ranking", "--json", "--data", folder).json
    assert (made["was_same"], made["events"]) == (False, 1677)
    done("ranking", "--all", "--csv", after, "--data", folder)
    assert after.read_bytes() == before.read_bytes()


def test_a_folder_that_was_left_alone_is_found_whole(court_folder: Path) -> None:
    said = done("doctor", "--data", court_folder).out
    assert "Every event proves itself, every read model equals its events" in said
