"""Official lists of 2023 and 2024, row by row, with no exception allowed; they lie outside the repository."""

import csv
import gzip
from collections import defaultdict
from collections.abc import Callable, Iterable
from decimal import Decimal
from pathlib import Path

import pytest

from shared.rules import packs
from shared.rules.cuts import cut
from shared.rules.ranking import Candidacy, rank
from shared.rules.scores import evaluate
from shared.rules.thresholds import meets

pytestmark = pytest.mark.official
Official = Callable[[str], Path]
Row = dict[str, str]

CPNS = packs.load("cpns-2024")
SCHOOL = packs.load("kedinasan-2023")


def formations(path: Path, *by: str) -> dict[tuple[str, ...], list[Row]]:
    """The rows of a list, in the order of the file, by formation."""
    found = defaultdict(list)
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            found[tuple(row[name] for name in by)].append(row)
    return found


def skd(row: Row) -> dict[str, str]:
    return {part: row[part] for part in ("twk", "tiu", "tkp")}


def kemendik(row: Row) -> Candidacy:
    marks = {"skd": skd(row), "skb": {"skb": row["skb"]}}
    return Candidacy(key=row["row_id"], marks=marks, facts={"gpa": row["gpa"]}, outside=row["decl_code"])


def court(row: Row) -> Candidacy:
    marks = {"skd": skd(row), "skb": {"skb": row["nilai_skb"]}}
    return Candidacy(key=row["row_id"], marks=marks, facts={"gpa": row["ipk"]})


def every(rows: dict[tuple[str, ...], list[Row]]) -> Iterable[Row]:
    return (row for formation in rows.values() for row in formation)


def test_all_finals_of_the_ministry_arise_in_printed_steps(official: Official) -> None:
    """CPNS 2024, Kemendikbudristek: 7,340 rows, whatever their status; TEST 7's steps."""
    rows = list(every(formations(official("cpns2024_kemendik_final.csv"), "formation_no")))
    assert len(rows) == 7340
    for row in rows:
        result = evaluate(CPNS, kemendik(row).marks)
        steps = {step.id: step.value for step in result.steps}
        printed = tuple(Decimal(row[name]) for name in ("skd40", "skb60", "final_score"))
        assert (steps["skd_weighted"], steps["skb_weighted"], result.final) == printed, row["row_id"]


def test_the_order_and_the_hired_of_the_ministry(official: Official) -> None:
    """5,574 rows of 2,794 formations stand in the order; the hired are exactly the first of it."""
    ordered = 0
    for number, rows in formations(official("cpns2024_kemendik_final.csv"), "formation_no").items():
        inside = [row["row_id"] for row in rows if row["decl_code"] in ("P/L", "TL")]
        hired = {row["row_id"] for row in rows if row["decl_code"] == "P/L"}
        ranking = rank(CPNS, reversed([kemendik(row) for row in rows]), len(hired))
        placed = [entry for entry in ranking.entries if entry.place is not None]
        assert [entry.key for entry in placed] == inside, number
        assert {entry.key for entry in placed if entry.hired} == hired, number
        assert ranking.open_ties == (), number
        assert len(ranking.entries) == len(rows)
        ordered += len(placed)
    assert ordered == 5574


def test_finals_and_deep_ties_of_the_supreme_court(official: Official) -> None:
    """CPNS 2024, Mahkamah Agung: 825 rows of 13 sections; ties down to TIU."""
    sections = formations(official("cpns2024_ma_final.csv"), "section_no")
    reasons = set()
    for number, rows in sections.items():
        ranking = rank(CPNS, [court(row) for row in rows[::-1]], 1)
        assert [entry.key for entry in ranking.entries] == [row["row_id"] for row in rows], number
        assert [entry.final for entry in ranking.entries] == [Decimal(row["nilai_akhir"]) for row in rows], number
        assert ranking.open_ties == (), number
        reasons |= {entry.decided_by for entry in ranking.entries}
    assert len(list(every(sections))) == 825
    assert reasons == {None, "final", "skd", "tkp", "tiu"}


def kind(row: Row) -> str:
    return "affirmative" if "Afirmasi" in row["lokasi"] else "general"


def line(rows: list[Row]) -> int:
    """The line that a school announced: a multiple of five in every formation; what is beyond it are ties.

    Formations 11 and 38 let 16 and 31 through, where 15 and 30 were announced.
    """
    through = sum(row["keterangan"].endswith("/L") for row in rows)
    return through if kind(rows[0]) == "affirmative" else through // 5 * 5


def test_thresholds_of_the_service_schools(official: Official) -> None:
    """SKD 2023: 24,652 rows; P and P/L meet the floors, TL does not (TKP 156, not 166)."""
    rows = list(every(formations(official("skd2023_kedinasan.csv.gz"), "agency", "formation_no")))
    assert len(rows) == 24652
    for row in rows:
        verdict = meets(SCHOOL, kind(row), skd(row))
        assert verdict.meets is (row["keterangan"] in ("P", "P/L", "PA/L")), row["row_id"]
        assert evaluate(SCHOOL, {"skd": skd(row)}).final == int(row["total"])


def test_the_cut_of_the_service_schools_never_splits_equals(official: Official) -> None:
    """SKD 2023, 97 formations: who goes on (P/L, PA/L), who stands behind the line (P), who is below (TL, TH)."""
    beyond_the_line = {}
    for number, rows in formations(official("skd2023_kedinasan.csv.gz"), "agency", "formation_no").items():
        marks = {row["row_id"]: skd(row) for row in rows[::-1]}
        result = cut(SCHOOL, kind(rows[0]), marks, line(rows))
        said = {row["row_id"]: "TL" if row["keterangan"] == "TH" else row["keterangan"] for row in rows}
        assert result.codes == said, number
        if len(result.through) > result.line:
            beyond_the_line[number] = (result.line, len(result.through))
    assert beyond_the_line == {("stis", "11"): (15, 16), ("stis", "38"): (30, 31)}


def test_the_order_of_the_service_schools(official: Official) -> None:
    """SKD 2023: total, TKP, TIU, TWK; the list and ours differ at most in how they write down people who are equal."""
    ties = 0
    for number, rows in formations(official("skd2023_kedinasan.csv.gz"), "agency", "formation_no").items():
        candidacies = [
            Candidacy(key=row["row_id"], marks={"skd": skd(row)}, outside=row["keterangan"]) for row in rows[::-1]
        ]
        ranking = rank(SCHOOL, candidacies, line(rows))
        inside = [row for row in rows if row["keterangan"] in ("P", "P/L", "PA/L")]
        placed = [entry for entry in ranking.entries if entry.place is not None]
        points = {row["row_id"]: tuple(int(row[name]) for name in ("total", "tkp", "tiu", "twk")) for row in rows}
        assert [points[entry.key] for entry in placed] == [points[row["row_id"]] for row in inside], number
        assert {e.key for e in placed} == {row["row_id"] for row in inside}
        assert {e.key for e in placed if e.hired} == {r["row_id"] for r in inside if r["keterangan"].endswith("/L")}
        for tie in ranking.open_ties:
            assert len({points[key] for key in tie}) == 1
            ties += 1
    assert ties > 0
