"""What is derived can be thrown away; what was recorded cannot be changed unseen."""

import io
import os
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from services.cli import doctor
from services.cli.platform import opened
from shared.events import codec
from shared.ledger.findings import SENTENCES
from shared.ledger.merkle import list_digest
from shared.runtime import rebuild, subscription
from tests.e2e.command_line import Line, Said, asked, done, events, executed, imported, listed, merit, ranking

DERIVED = {
    "projections.db": ("ranking", "ranking_selections", "ranking_orders"),
    "selection.db": ("facts",),
    "intake.db": ("facts", "vacancies"),
    "people.db": ("facts", "role_grants"),
}
OWN = {"people.own", "intake.own", "selection.own", "training.own", "feedback.own"}
READ = {
    "ranking.v1", "publications.v1", "lines_intake.v1", "lines_selection.v1", "needs_intake.v1", "needs_selection.v1",
    "performance_training.v1", "performance_feedback.v1", "handover.v1", "arrivals.v1", "staff.v1", "evaluations.v1",
}  # fmt: skip
FILLED = {"intake.own", "selection.own", "people.own", "ranking.v1"}  # by two lists and a founding


def digests(data: Path) -> dict[str, tuple[int, str]]:
    """Every read model, made anew."""
    made = done("rebuild", "--json", "--data", data).json
    return {one["view"]: (one["rows"], one["digest"]) for one in made}


@pytest.fixture
def both(small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The small folder with a list of vacancies beside the results, and an agency's administrators."""
    header = "formasi_id,ins_nm,jp_nama,formasi_nm,jabatan_nm,lokasi_nm,jumlah_formasi,disable,gaji_min,gaji_max"
    cells = "Kab. X,CPNS,UMUM,PENATA,X | Y,3,1,100,200"
    rows = [f"v-1,{cells},S-1,S-1 A", f"v-1,{cells},D-IV,D-IV B", f"v-2,{cells},S-1,S-1 A"]
    path = tmp_path / "vacancies.csv"
    path.write_text("\n".join([f"{header},jenjang_studi,program_studi", *rows]) + "\n")
    done("import", "vacancies", path, "--data", small)
    monkeypatch.setattr("sys.stdin", io.StringIO("tiga gajah biru\ntiga gajah merah\n"))
    founders = ("--first", "zq-1@contoh.example", "--first-unit", "pauh.a", "--second", "0811-0000-0002")
    done("init", "pauh", *founders, "--second-unit", "pauh.b", "--decree", "SK 1/2027", "--data", small)
    return small


@pytest.mark.parametrize("how", ["DELETE FROM", "DROP TABLE"])
def test_everything_derived_comes_back_the_same(both: Path, how: str) -> None:
    before, rows = digests(both), ranking(both)
    assert set(before) == OWN | READ
    assert {name for name, (count, _) in before.items() if count} >= FILLED
    for file, tables in DERIVED.items():
        for table in tables:
            asked(both / file, f"{how} {table}")
    assert merit("doctor", "--data", both).code == 5
    assert digests(both) == before
    assert ranking(both) == rows
    assert done("doctor", "--json", "--data", both).json["findings"] == []


def test_a_rebuild_says_whether_the_rows_were_the_same(small: Path) -> None:
    done("rebuild", "--data", small)  # what a server alone follows has caught up
    assert done("rebuild", "--data", small).out.count("the rows were the same") == len(OWN | READ)
    asked(small / "projections.db", "UPDATE ranking SET place = 1 WHERE place = 3")
    said = done("rebuild", "--data", small).out
    assert said.count("the rows were the same") == len(OWN | READ) - 1
    assert said.count("the rows were others, or were missing") == 1


def test_a_view_that_is_merely_behind_is_told_from_one_that_was_changed(small: Path) -> None:
    """What it has applied is right: then it has only to catch up."""
    with opened(small, writing=True) as platform:
        ledger = platform.selection.ledger
        one = next(one for one in platform.views["selection"] if one.view.name == "ranking")
        for changed in (False, True):
            with one.store.begin() as tx:
                for table in one.view.tables:
                    tx.execute(sa.delete(table))
                subscription.save(tx, one.view, one.shard, subscription.Checkpoint())
            one.catch_up(ledger, ledger.size() - 3)
            if changed:
                with one.store.begin() as tx:
                    tx.exec_driver_sql("UPDATE ranking SET kind = 'forged'")
            made = rebuild.rebuild(one, ledger)
            assert (made.was_same, made.behind) == (False, 0 if changed else 3)
        assert rebuild.rebuild(one, ledger).behind == 0


def test_one_view_alone_is_rebuilt(small: Path) -> None:
    assert [one["view"] for one in done("rebuild", "ranking", "--json", "--data", small).json] == ["ranking.v1"]


def test_a_ranking_as_of_any_event_is_what_the_first_events_make(small: Path) -> None:
    """Whoever has both stages among the first N events is ranked, and nobody else."""
    recorded = events(small, "selection")
    opened = max(n for n, one in enumerate(recorded) if one["type"].endswith("SelectionOpened.v1"))
    scored = [n for n, one in enumerate(recorded) if one["type"].endswith("StageScored.v1")]
    stages: dict[str, set[str]] = {}
    for n, one in enumerate(recorded):
        if n > opened and n in (scored[0], scored[len(scored) // 2], scored[-1] + 1):
            rows = ranking(small, "--all", "--as-of", n)
            assert {row["as_of"] for row in rows} <= {n}
            assert len(rows) == len(stages)
            assert sum(row["final_score"] != "" for row in rows) == sum(len(held) == 2 for held in stages.values())
        if n in scored:
            stages.setdefault(one["subject"], set()).add(one["data"]["stage"])
    assert ranking(small, "--all", "--as-of", opened + 1) == []
    assert ranking(small, "--all", "--as-of", len(recorded)) == ranking(small)
    before_the_ties = ranking(small, "7", "--as-of", scored[-1] + 1)
    assert [row["shared_place"] for row in before_the_ties] == ["", "yes", "yes", "yes", ""]
    assert [row["rank"] for row in before_the_ties] == [1, 2, 2, 2, 5]


def test_an_earlier_state_leaves_the_read_model_alone(small: Path) -> None:
    before = ranking(small)
    ranking(small, "--all", "--as-of", 9)
    assert ranking(small) == before


def findings(data: Path) -> list[dict[str, Any]]:
    """What doctor finds; it says so by its exit code, too."""
    said = merit("doctor", "--json", "--data", data)
    found: list[dict[str, Any]] = said.json["findings"]
    assert said.code == (5 if found else 0)
    assert merit("doctor", "--data", data).code == said.code
    return found


def score(data: Path, nth: int = 0) -> int:
    """The position of a stored score of SKD."""
    statement = 'SELECT position FROM events WHERE data LIKE \'%"twk":"90"%\' ORDER BY position'
    return int(asked(data / "selection.db", statement)[nth][0])


@pytest.fixture(scope="session")
def shell() -> Callable[[Path, str], None]:
    """The program sqlite3, as anybody has it."""
    program = shutil.which("sqlite3")
    if program is None:
        reason = "the program sqlite3 is not installed"
        if os.environ.get("MERIT_REQUIRE_DATA") == "1":
            pytest.fail(reason)
        pytest.skip(reason)

    def run(path: Path, statements: str) -> None:
        subprocess.run([program, "-bail", path, statements], check=True, capture_output=True, timeout=30)

    return run


def test_a_clean_folder_is_found_whole(small: Path) -> None:
    said = done("doctor", "--data", small).out
    assert said.count("holds") == len(OWN)
    assert findings(small) == []


def test_one_changed_byte_of_a_score_is_found(small: Path, shell: Callable[[Path, str], None]) -> None:
    """Somebody with the file and a shell: the guard must be dropped first, and one digit of one mark is enough."""
    at = score(small, 3)
    change = f'UPDATE events SET data = replace(data, \'"twk":"90"\', \'"twk":"91"\') WHERE position = {at};'
    with pytest.raises(subprocess.CalledProcessError):
        shell(small / "selection.db", change)
    assert findings(small) == []
    shell(small / "selection.db", f"DROP TRIGGER events_never_change; {change}")
    assert [(one["ledger"], one["position"], one["code"]) for one in findings(small)] == [
        ("selection", None, "guard.missing"),
        ("selection", at, "leaf.differs"),
    ]
    said = merit("doctor", "--data", small)
    assert "trigger events_never_change is gone" in said.out
    assert f"selection position {at}: the stored bytes" in said.out
    assert "keep the folder as evidence" in said.out
    assert merit("doctor", "--data", small).code == 5  # looking mends nothing
    restored = merit("rebuild", "--data", small)
    assert "trigger events_never_change was missing and is there again" in restored.err
    assert [one["code"] for one in findings(small)] == ["leaf.differs"]


TAMPERED = {
    "a deleted event": ("DELETE FROM events WHERE position = {at}", "position.gap"),
    "the last event": (
        "DELETE FROM events WHERE position = (SELECT max(position) FROM events)",
        "head.differs",
    ),
    "another version": ("UPDATE events SET version = 7 WHERE position = {at}", "version.gap"),
    "another stream": ("UPDATE events SET stream = 'selection-x.1' WHERE position = {at}", "version.gap"),
    "another actor": ("UPDATE events SET actor = 'somebody' WHERE position = {at}", "leaf.differs"),
    "another time": (
        "UPDATE events SET recorded_at = '2020-01-01T00:00:00.000000Z' WHERE position = {at}",
        "clock.back",
    ),
    "another leaf": ("UPDATE events SET leaf = zeroblob(32) WHERE position = {at}", "leaf.differs"),
    "what is no event": ("UPDATE events SET data = '{{' WHERE position = {at}", "event.unreadable"),
    "another type": ("UPDATE events SET type = 'x' WHERE position = {at}", "event.unreadable"),
}


@pytest.mark.parametrize("what", TAMPERED)
def test_what_was_done_past_merit_is_found(small: Path, what: str) -> None:
    """By whoever can also put the guards back."""
    guards = asked(small / "selection.db", "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
    statement, code = TAMPERED[what]
    script = [f"DROP TRIGGER {name}" for name, _ in guards]
    script += [statement.format(at=score(small, 3)), *(sql for _, sql in guards)]
    executed(small / "selection.db", ";".join(script))
    found = findings(small)
    assert code in [one["code"] for one in found]
    assert {one["ledger"] for one in found} == {"selection"}


def test_two_swapped_rows_are_found(small: Path) -> None:
    """Their leaves go with them, so each still proves itself; what was computed from them tells."""
    first, second = score(small, 2), score(small, 5)
    executed(
        small / "selection.db",
        f"""DROP TRIGGER events_never_change; DROP TRIGGER events_never_go;
        UPDATE events SET position = -1 WHERE position = {first};
        UPDATE events SET position = {first} WHERE position = {second};
        UPDATE events SET position = {second} WHERE position = -1;""",
    )
    merit("rebuild", "intake", "--data", small)  # puts the guards back, and has no part in it
    found = findings(small)
    assert found
    assert "ranking.v1" in found[-1]["what"] or found[0]["code"] in ("clock.back", "version.gap")


@pytest.mark.parametrize(
    ("file", "statement", "ledger"),
    [
        ("projections.db", "UPDATE ranking SET hired = 1 WHERE place = 5", "projections"),
        ("projections.db", "UPDATE ranking SET final = '99.000' WHERE place = 1", "projections"),
        ("projections.db", "DELETE FROM ranking WHERE place = 5", "projections"),
        ("projections.db", "UPDATE ranking_orders SET aliases = '[]'", "projections"),
        ("projections.db", "UPDATE ranking_selections SET version = 9", "projections"),
        ("selection.db", "UPDATE facts SET value = replace(value, '\"inputs\":', '\"inputs\":1')", "selection"),
        ("intake.db", "INSERT INTO vacancies VALUES ('x.1', 'x', 'x', 'x', 1, '[]', 0)", "intake"),
    ],
)
def test_a_tampered_read_model_is_found_as_drift_and_mended(
    small: Path, file: str, statement: str, ledger: str
) -> None:
    rows = ranking(small)
    asked(small / file, statement)
    (found,) = findings(small)
    assert (found["ledger"], found["code"]) == (ledger, "view.drift")
    assert "merit rebuild" in merit("doctor", "--data", small).out
    done("rebuild", "--data", small)
    assert findings(small) == []
    assert ranking(small) == rows


def past_merit(folder: Path, script: str) -> None:
    """What somebody does who has the files: the guards stand again afterwards."""
    guards = asked(folder / "selection.db", "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
    around = [*(f"DROP TRIGGER {name}" for name, _ in guards)], [*(sql for _, sql in guards)]
    executed(folder / "selection.db", ";".join((*around[0], script, *around[1])))


WITHOUT = """
    DELETE FROM events WHERE {which};
    UPDATE events SET position = position + 1000000;
    UPDATE events SET position = n FROM
        (SELECT position AS old, row_number() OVER (ORDER BY position) - 1 AS n FROM events) WHERE position = old;
    UPDATE head SET position = (SELECT count(*) FROM events)"""


def winner(folder: Path) -> str:
    """The application at the first place of formation 7."""
    statement = "SELECT application FROM ranking WHERE vacancy LIKE '%.7' AND place = 1"
    return str(asked(folder / "projections.db", statement)[0][0])


def test_a_winner_who_was_taken_out_and_the_rest_renumbered_is_missed(small: Path) -> None:
    """The leaves that are left prove themselves; list, roster and ranking still count who is gone."""
    gone = f"stream LIKE '%+{winner(small)}'"
    imported_at = next(n for n, one in enumerate(events(small, "selection")) if "ResultsImported" in one["type"])
    past_merit(small, WITHOUT.format(which=gone))
    refused = merit("rebuild", "--data", small)
    assert refused.code == 5
    assert "holds another past" in refused.err
    assert "keep the folder as evidence" in refused.err
    codes = {one["code"] for one in findings(small)}
    assert codes >= {"import.rows", "roster.differs", "ranking.differs", "view.another_past", "answer.beyond"}
    for name in small.glob("projections.db*"):
        name.unlink()  # the view that remembers is thrown away, the answers too
    asked(small / "selection.db", "DELETE FROM answers")
    done("rebuild", "--data", small)
    found = findings(small)
    assert {one["code"] for one in found} == {"import.rows", "roster.differs", "ranking.differs"}
    assert all(one["ledger"] == "selection" and one["position"] is not None for one in found)
    assert [one["position"] for one in found if one["code"] == "import.rows"] == [imported_at]


@pytest.mark.parametrize(
    ("which", "code"),
    [("stream LIKE 'import-%'", "import.missing"), ("stream LIKE 'selection-%.7'", "selection.missing")],
)
def test_an_import_or_a_selection_that_was_taken_out_is_missed(small: Path, which: str, code: str) -> None:
    past_merit(small, WITHOUT.format(which=which))
    found = findings(small)
    assert code in {one["code"] for one in found}
    assert "keep the folder as evidence" in merit("doctor", "--data", small).out


def forged(folder: Path, **changes: Any) -> int:
    """The ranking of formation 7 once more, changed, past every rule but under the folder's own keys: its position."""
    with opened(folder) as platform:
        ledger = platform.selection.ledger
        recorded = [one for page in ledger.read() for one in page]
        mine = [one for one in recorded if one.stream.startswith("selection-") and one.stream.endswith(".7")]
        last = codec.event_of(mine[-1])
        made = replace(last, **({"version": last.version + 1, "as_of": len(recorded)} | changes))
        with ledger.batch() as batch:
            batch.append([codec.draft(mine[-1].stream, len(mine), made, actor="x")])
    return len(recorded)


def ranked_wrong(folder: Path) -> list[tuple[int, str]]:
    """What doctor says of rankings; whatever was written past the pipeline is found as drift, too."""
    found = [one for one in findings(folder) if one["code"] != "view.drift"]
    assert {one["code"] for one in found} <= {"ranking.differs"}
    return [(one["position"], one["what"]) for one in found]


@pytest.mark.parametrize("changes", [{"list": list_digest([], head=0)}, {"head": ()}])
def test_a_ranking_that_its_scores_do_not_make_is_found(small: Path, changes: dict[str, Any]) -> None:
    """Its leaf proves itself."""
    position = forged(small, **changes)
    ((at, what),) = ranked_wrong(small)
    assert (at, "make another order" in what) == (position, True)


def test_a_ranking_published_again_as_it_is_made_is_no_finding(small: Path) -> None:
    forged(small)
    assert ranked_wrong(small) == []


@pytest.mark.parametrize("as_of", [3, 10_000])
def test_a_ranking_computed_before_its_scores_or_after_itself_is_found(small: Path, as_of: int) -> None:
    position = forged(small, as_of=as_of)
    ((at, what),) = ranked_wrong(small)
    assert (at, f"computed as of {as_of}" in what) == (position, True)


def test_a_ranking_by_ages_that_contradict_each_other_is_found(small: Path) -> None:
    """Nobody can compute it, the read model neither."""
    first, second = (one["alias"] for one in ranking(small, "7")[1:3])
    position = forged(small, by_age=((first, second), (second, first)))
    ((at, what),) = ranked_wrong(small)
    assert (at, "cannot be computed again" in what) == (position, True)


def test_an_answer_that_names_no_event_is_found(small: Path) -> None:
    asked(small / "selection.db", "UPDATE answers SET position = 99999999 WHERE position = 3")
    (found,) = findings(small)
    assert (found["ledger"], found["code"]) == ("selection", "answer.beyond")


def test_a_register_that_lost_a_name_is_found(small: Path) -> None:
    asked(small / "vault.db", "DELETE FROM vault WHERE person = (SELECT min(person) FROM vault)")
    found = findings(small)
    assert {(one["ledger"], one["code"]) for one in found} == {("people", "people.link")}


def test_a_second_list_of_the_same_vacancies_is_no_finding(small: Path, tmp_path: Path) -> None:
    """All its scores are refused, and the attempts are on record instead."""
    path = listed(tmp_path / "late.csv", [Line(row_id=f"LATE-{n}", rank=n) for n in (1, 2)])
    assert merit("import", "results", path, "--scheme", "cpns-2024", "--data", small).code == 4
    assert findings(small) == []


def test_what_doctor_finds_is_said_in_indonesian_too(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MERIT_LANG", "id")
    assert "Setiap peristiwa membuktikan dirinya" in merit("doctor", "--data", small).out
    past_merit(small, f"UPDATE events SET actor = 'x' WHERE position = {score(small)}")
    said = merit("doctor", "--data", small).out
    assert f"selection posisi {score(small)}: isi tersimpan dari merit.selection.StageScored.v1" in said
    assert "-> diubah setelah dicatat: simpan folder ini sebagai bukti" in said


def test_every_sentence_of_doctor_has_both_languages_and_a_cure() -> None:
    sentences = {**SENTENCES, **doctor.SENTENCES}
    assert {".".join(key.split(".")[:2]) for key in sentences} == set(doctor.CURES)
    for indonesian, english in (*sentences.values(), *doctor.CURES.values()):
        assert indonesian
        assert indonesian != english


def other_folder(tmp_path: Path) -> Path:
    folder = tmp_path / "other"
    imported(listed(tmp_path / "other.csv", [Line(row_id="T-1")]), folder)
    return folder


def test_the_keys_of_another_folder_open_nothing(small: Path, tmp_path: Path) -> None:
    shutil.copy(other_folder(tmp_path) / "keys.db", small / "keys.db")
    said = merit("doctor", "--data", small)
    assert said.code == 5
    assert "keys.db or master.key are not those of this folder" in said.out


def test_keys_and_master_key_of_another_folder_are_named(small: Path, tmp_path: Path) -> None:
    other = other_folder(tmp_path)
    for name in ("keys.db", "master.key"):
        shutil.copy(other / name, small / name)
    said = merit("doctor", "--data", small)
    assert said.code == 5
    assert "keys.db or master.key are not those of this folder" in said.out


def damaged(small: Path, name: str, content: bytes) -> Said:
    (small / name).write_bytes(content)
    return merit("doctor", "--data", small)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("selection.db", b"no database at all, but long enough to be told from one" * 99, "a database file is damaged"),
        ("master.key", b"short", "a master key has 32"),
        ("merit.json", b"{}", "is damaged"),
        ("merit.json", b'{"format": 99}', "has format 99"),
    ],
)
def test_a_damaged_file_is_named(small: Path, name: str, content: bytes, said: str) -> None:
    found = damaged(small, name, content)
    assert found.code == 5
    assert said in found.err
