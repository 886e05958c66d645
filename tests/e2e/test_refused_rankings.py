"""An import says what it could not do: exit code, error sheet and the true reason."""

import csv
import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from services.cli import importing, output
from services.cli.platform import Platform
from services.intake import rulepacks
from services.selection import imports, selections
from services.selection.selections import PublishRanking
from shared.events import Refused
from tests.domain.test_lists_sample import vacancies, written
from tests.e2e.command_line import SMALL, Line, Said, done, events, imported, listed, merit


def again(path: Path, data: Path, *more: str) -> Said:
    return merit("import", "results", path, "--scheme", "cpns-2024", "--data", data, *more)


def sheet_of(data: Path) -> list[tuple[str, str, str]]:
    (path,) = data.glob("refused-*.csv")
    with path.open(encoding="utf-8") as file:
        return [(one["row"], one["vacancy"], one["code"]) for one in csv.DictReader(file)]


def test_a_refused_ranking_is_exit_4_and_says_its_true_reason(
    small_list: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data, decide = tmp_path / "data", selections.decide

    def refusing(command: Any, state: Any, facts: Any) -> list[Any]:
        if isinstance(command, PublishRanking) and [row.kind for row in command.head] == ["9"]:
            raise Refused("ranking.rows")
        return list(decide(command, state, facts))

    path = listed(tmp_path / "list.csv", [*SMALL, Line(row_id="T-1", formation="10", kind="9")])
    monkeypatch.setattr(selections, "decide", refusing)
    said = again(path, data)
    assert said.code == 4
    assert "1 rankings wait: refused (ranking.rows)" in said.out
    assert "a tie is left open" not in said.out
    assert sheet_of(data) == [("13", "kemendikbudristek.10", "ranking.rows")]
    assert again(path, data, "--json").json["waiting"] == {"ranking.rows": 1}
    monkeypatch.undo()
    assert "wait" not in imported(path, data).out


def test_an_overtaken_ranking_is_made_once_more(
    small_list: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    decide, tries = selections.decide, list[int]()

    def overtaken(command: Any, state: Any, facts: Any) -> list[Any]:
        if isinstance(command, PublishRanking):
            tries.append(1)
            if len(tries) == 1:
                raise Refused("ranking.score_newer")
        return list(decide(command, state, facts))

    monkeypatch.setattr(selections, "decide", overtaken)
    assert "wait" not in imported(small_list, tmp_path / "data").out


def test_after_a_list_that_is_refused_nothing_else_is_sent(
    small_list: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = tmp_path / "data"

    def refusing(command: Any, state: Any, facts: Any) -> list[Any]:
        raise Refused("import.known_otherwise")

    monkeypatch.setattr(imports, "decide", refusing)
    said = again(small_list, data)
    assert said.code == 4
    assert "0 commands recorded now, 0 known before, 1 refused" in said.out
    assert events(data, "selection") == []
    assert sheet_of(data) == [("", "", "import.known_otherwise")]


def test_a_ranking_is_made_by_the_pack_that_its_selection_was_opened_with(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    header = "row_id,agency,formation_no,jenis_formasi,keterangan,twk,tiu,tkp\n"
    path = tmp_path / "school.csv"
    path.write_text(header + "".join(f"K{n},stan,1,P1 -,P/L,{90 - n},100,180\n" for n in range(3)))
    data = tmp_path / "data"
    arguments = ("import", "results", path, "--data", data, "--scheme")
    with monkeypatch.context() as patched:
        patched.setattr(importing, "publish", lambda *arguments: {})
        done(*arguments, "kedinasan-2023")
    said = merit(*arguments, "cpns-2024")
    assert (said.code, "1 refused" in said.out) == (4, True)
    assert "1 rankings published" in done(*arguments, "kedinasan-2023").out
    (made,) = [one["data"] for one in events(data, "selection") if "RankingPublished" in one["type"]]
    assert made["head"][0]["final"] == "370.000"


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [(Refused("rulepack.version"), 4, "version"), (RuntimeError(), 70, "could not be adopted")],
)
def test_packs_that_are_not_adopted_stop_the_import(
    small_list: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception, code: int, said: str
) -> None:
    def failing(command: Any, state: Any, facts: Any) -> list[Any]:
        raise error

    monkeypatch.setattr(rulepacks, "decide", failing)
    answer = again(small_list, tmp_path / "data")
    assert (answer.code, answer.out) == (code, "")
    assert said in answer.err
    assert events(tmp_path / "data") == []


def test_packs_are_adopted_on_another_day_too(
    small_list: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The day is part of the command, so it is part of its key."""
    data = tmp_path / "data"
    imported(small_list, data)
    monkeypatch.setattr(Platform, "today", lambda self: dt.date(2031, 1, 1))
    assert "26 known before, 0 refused" in imported(small_list, data).out


def test_an_import_that_is_interrupted_says_what_is_recorded_and_goes_on(
    small_list: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*arguments: Any, **named: Any) -> Any:
        raise KeyboardInterrupt

    data = tmp_path / "data"
    with monkeypatch.context() as patched:
        patched.setattr(importing, "_score", interrupted)
        said = again(small_list, data)
    assert (said.code, said.out) == (130, "")
    assert "at least 4 commands of this list are recorded (4 of them now)" in said.err
    assert "the same command goes on from there" in said.err
    assert "22 commands recorded now, 4 known before, 0 refused" in imported(small_list, data).out
    with monkeypatch.context() as patched:
        patched.setattr(importing, "_listing", interrupted)
        said = merit("import", "vacancies", written(tmp_path, vacancies(), "v.csv"), "--data", data)
    assert (said.code, "at least 0 commands" in said.err) == (130, True)


def test_an_agency_of_more_than_sixty_signs_is_wrong_use(small_list: Path, tmp_path: Path) -> None:
    for agency in ("a" * 61, "3201010101870001"):
        said = again(small_list, tmp_path / "data", "--agency", agency)
        assert (said.code, "at most 60 signs" in said.err) == (2, True)


def test_what_steers_a_terminal_is_written_out(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    output.say("a\x1b[31m\x9b\u202e\nb")
    output.as_json({"a": "\x1b\x9b\x7f\u202e\udc80é"})
    said = capsys.readouterr().out
    assert said.startswith("a\\x1b[31m\\x9b\\u202e\nb\n")
    assert not any(sign in said for sign in "\x1b\x9b\x7f\u202e\udc80")
    assert "\\u007f" in said
    assert "é" in said
