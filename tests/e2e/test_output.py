"""What comes out: events a line, rules as they are pinned, exit codes as documented, colour only where it is wanted."""

import json
import os
import pty
import re
import subprocess
import sys
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest
import sqlalchemy as sa
import typer
from typer.main import get_command

from services.cli import app, commands, failures, output
from shared.events import Refused, Unknown
from shared.rules import packs
from tests.e2e.command_line import done, events, merit

ROOT = Path(__file__).resolve().parents[2]


def test_events_are_cloudevents_one_a_line_without_a_gap(small: Path) -> None:
    for service in ("intake", "selection"):
        found = events(small, service)
        assert [one["position"] for one in found] == list(range(len(found)))
        assert [one["id"] for one in found] == [str(n) for n in range(len(found))]
        leaves = ["", *(one["leaf"] for one in found)]
        assert [one["previousleaf"] for one in found] == leaves[:-1]
        assert {one["specversion"] for one in found} == {"1.0"}
        assert all(one["source"].endswith(f"/{service}") for one in found)
        assert all(re.fullmatch(r"merit\.\w+\.\w+\.v1", one["type"]) for one in found)
    assert len(events(small)) == len(events(small, "intake")) + len(events(small, "selection"))


def test_events_go_on_after_those_that_are_held(small: Path) -> None:
    every = events(small, "selection")
    assert events(small, "selection", "--after", 7) == every[7:]
    assert events(small, "selection", "--after", 7, "--limit", 2) == every[7:9]
    assert events(small, "selection", "--after", len(every)) == []
    assert events(small, "selection", "--after", 10**6) == []
    assert events(small, "selection", "--limit", 0) == []
    assert events(small, "--limit", 5) == events(small)[:5]


def test_a_limit_ends_what_follows(small: Path) -> None:
    assert events(small, "selection", "--follow", "--limit", 3) == events(small, "selection")[:3]


def started(*arguments: str | Path, **more: str) -> "subprocess.Popen[bytes]":
    """`./merit ARGUMENTS` in a process of its own."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), **more}
    command = [sys.executable, "-P", "-m", "services.cli", *map(str, arguments)]
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


@pytest.mark.parametrize("what", [("events",), ("ranking", "--all"), ("ranking", "--all", "--json")])
def test_a_reader_who_leaves_early_sees_no_traceback(small: Path, what: tuple[str, ...]) -> None:
    """`merit events | head -1`."""
    process = started(*what, "--data", small)
    assert process.stdout
    assert process.stderr
    process.stdout.close()
    assert process.stderr.read() == b""
    process.stderr.close()
    assert process.wait(60) == 141


def test_the_first_lines_reach_a_reader_who_wants_no_more(small: Path) -> None:
    process = started("events", "selection", "--data", small)
    assert process.stdout
    assert process.stderr
    assert json.loads(process.stdout.readline())["id"] == "0"
    process.stdout.close()
    assert process.stderr.read() == b""
    process.stderr.close()
    process.wait(60)


def on_a_terminal(*arguments: str, **more: str) -> str:
    """What stderr says where somebody looks."""
    master, slave = pty.openpty()
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "TERM": "xterm", **more}
    command = [sys.executable, "-P", "-m", "services.cli", *arguments]
    subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, stderr=slave, check=False, timeout=60)
    os.close(slave)
    said = os.read(master, 65536).decode()
    os.close(master)
    return said


def test_an_error_is_red_only_where_colour_is_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert "\x1b[31mmerit: no rule pack 'x'" in on_a_terminal("rules", "show", "x")
    assert "\x1b" not in on_a_terminal("rules", "show", "x", NO_COLOR="1")
    assert "\x1b" not in on_a_terminal("rules", "show", "x", TERM="dumb")
    assert "\x1b" not in merit("rules", "show", "x").err


def test_progress_is_seen_on_a_terminal_alone(small_list: Path, tmp_path: Path) -> None:
    arguments = ("import", "results", str(small_list), "--scheme", "cpns-2024", "--data")
    said = on_a_terminal(*arguments, str(tmp_path / "a"))
    assert "scores" in said
    assert "22 of 22" in said
    assert merit(*arguments, tmp_path / "b").err == ""


def test_rules_are_listed_with_their_digests_and_laws() -> None:
    value = done("rules", "list", "--json").json
    assert [(one["name"], one["digest"]) for one in value] == [
        (name, packs.load(name).digest) for name in packs.names()
    ]
    assert all(one["law"] for one in value)
    said = done("rules", "list").out
    assert len(said.splitlines()) == len(packs.names())
    assert packs.load("cpns-2024").digest[:16] in said


@pytest.mark.parametrize("name", packs.names())
def test_a_pack_is_shown_to_its_last_byte(name: str) -> None:
    """Anybody may check the digest that the events cite."""
    said = done("rules", "show", name, "--json").out
    assert sha256(said.encode()).hexdigest() == packs.load(name).digest
    english, indonesian = (done("rules", "show", name, "--lang", lang).out for lang in ("en", "id"))
    assert f"{name} v" in english
    assert packs.load(name).digest in english
    assert "Final score" in english
    assert "Nilai akhir" in indonesian
    assert english != indonesian


def test_a_pack_for_people_says_floors_cuts_and_the_order_of_ties() -> None:
    """Kepmenpan RB 321/2024: 65, 80, 166; Permenpan RB 6/2024 art. 45(4)."""
    said = done("rules", "show", "cpns-2024", "--lang", "en").out
    assert re.search(r"general: .*twk >= 65.*tiu >= 80|general: .*tiu >= 80.*twk >= 65", said)
    assert "3 x, total > tkp > tiu > twk" in said
    order = re.findall(r"^  \d\. (.*?)  \(", said, re.MULTILINE)
    assert [one.split()[0] for one in order] == ["final", "SKD", "TKP", "TIU", "TWK", "GPA", "older", "tie"]


def walked(
    command: typer.core.TyperCommand | typer.core.TyperGroup, path: tuple[str, ...]
) -> Iterator[tuple[str, ...]]:
    """Every command and group by its path."""
    yield path
    if isinstance(command, typer.core.TyperGroup):
        for name, one in command.commands.items():
            assert isinstance(one, (typer.core.TyperCommand, typer.core.TyperGroup))
            yield from walked(one, (*path, name))


def every() -> list[tuple[str, ...]]:
    found = get_command(app.main)
    assert isinstance(found, typer.core.TyperGroup)
    return list(walked(found, ()))


@pytest.mark.parametrize("path", every(), ids=" ".join)
def test_every_command_has_help(path: tuple[str, ...]) -> None:
    said = done(*path, "--help").out
    assert f"Usage: {' '.join(('merit', *path))}" in said
    plain = re.sub(r"[\s│]+", " ", said)
    assert "None" not in plain


def test_help_instead_of_a_missing_command() -> None:
    for path in ((), ("import",), ("rules",)):
        said = merit(*path)
        assert (said.code, said.err) == (2, "")
        assert "Usage:" in said.out


WRONG_USE = [
    ("bogus",),
    ("ranking",),
    ("ranking", "7", "--all"),
    ("ranking", "7", "--as-of", "x"),
    ("explain", "7"),
    ("explain", "7", "--place", "first"),
    ("explain", "7", "--place", "1", "--lang", "fr"),
    ("events", "--after", "3"),
    ("events", "--follow"),
    ("events", "selection", "--after", "-1"),
    ("events", "selection", "--limit", "-1"),
    ("import", "results", "x.csv"),
    ("rules", "show"),
    ("--bogus",),
]


@pytest.mark.parametrize("arguments", WRONG_USE, ids=" ".join)
def test_2_wrong_use(arguments: tuple[str, ...], tmp_path: Path) -> None:
    more = ("--data", tmp_path) if arguments[0] in ("ranking", "explain", "events") else ()
    said = merit(*arguments, *more)
    assert (said.code, said.out) == (2, "")
    assert said.err.endswith("(merit --help)\n")
    assert list(tmp_path.iterdir()) == []


def test_2_a_setting_that_cannot_be(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MERIT_LOG_FORMAT", "poem")
    said = merit("doctor", "--data", small)
    assert (said.code, said.out) == (2, "")
    assert said.err == "merit: MERIT_LOG_FORMAT: not a value that it may have (docs/settings.md)\n"


NOT_FOUND = [
    ("ranking", "77"),
    ("ranking", "7", "--as-of", "-1"),
    ("events", "payroll"),
    ("rebuild", "needs"),
]


@pytest.mark.parametrize("arguments", NOT_FOUND, ids=" ".join)
def test_6_not_found(arguments: tuple[str, ...], small: Path) -> None:
    said = merit(*arguments, "--data", small)
    assert (said.code, said.out) == (6, "")
    assert len(said.err.splitlines()) == 1


def test_6_no_data_folder_is_not_found_and_none_is_made(tmp_path: Path) -> None:
    for arguments in (("doctor",), ("rebuild",), ("events",), ("ranking", "--all"), ("explain", "7", "--place", "1")):
        said = merit(*arguments, "--data", tmp_path / "none")
        assert (said.code, said.out) == (6, "")
        assert "is no data folder of Merit (no merit.json): name another with --data" in said.err
    assert list(tmp_path.iterdir()) == []


def test_5_a_folder_of_something_else_is_never_filled(tmp_path: Path, small_list: Path) -> None:
    (tmp_path / "thesis.txt").write_text("dear")
    said = merit("import", "results", small_list, "--scheme", "cpns-2024", "--data", tmp_path)
    assert said.code == 5
    assert "is not empty and is no data folder of Merit" in said.err
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_3_a_file_that_cannot_be_written(small: Path, tmp_path: Path) -> None:
    said = merit("ranking", "--all", "--csv", tmp_path / "none" / "out.csv", "--data", small)
    assert said.code == 3
    assert "No such file or directory" in said.err


def test_70_a_fault_of_ours_tells_where_and_no_value(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> int:
        raise RuntimeError("ZQ-PLANTED-01 born 1987")

    monkeypatch.setattr(commands, "doctor", fail)
    said = merit("doctor", "--data", small)
    assert said.code == 70
    assert said.err.startswith("merit: a fault of ours: RuntimeError at test_output.py:")
    assert "PLANTED" not in said.err


def test_70_a_developer_may_see_all_of_it(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("MERIT_DEBUG", "1")
    with pytest.raises(RuntimeError) as caught:
        raise RuntimeError("all of it")
    assert failures.exit_code(caught.value) == 70
    assert "RuntimeError: all of it" in capsys.readouterr().err


def test_130_an_interrupted_command(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(commands, "doctor", interrupted)
    assert merit("doctor", "--data", small).code == 130


def test_4_a_refusal_is_a_sentence_in_the_readers_language(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert failures.exit_code(Refused("selection.not_open")) == 4
    monkeypatch.setenv("LC_ALL", "id_ID")
    assert failures.exit_code(Refused("selection.not_open")) == 4
    assert capsys.readouterr().err.splitlines() == [
        "merit: The selection is not open.",
        "merit: Seleksi belum dibuka.",
    ]


def test_an_unknown_outcome_is_not_called_a_wrong_file(capsys: pytest.CaptureFixture[str]) -> None:
    """Whether it was recorded is told by the same command again; the cause is the disk or the database, not the
    list."""
    assert failures.exit_code(Unknown("not known whether it was recorded: send it again")) == 70
    lost = sa.exc.OperationalError("INSERT secret", (), RuntimeError("secret"))
    unknown = Unknown("not known whether it was recorded: send it again")
    unknown.__cause__ = lost
    assert failures.exit_code(unknown) == 70
    said = capsys.readouterr().err
    assert said.count("send it again") == 2
    assert "secret" not in said


def test_the_folder_may_come_from_the_environment(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MERIT_DATA", str(small))
    assert done("doctor", "--json").json["findings"] == []


def test_exit_codes_are_distinct_and_documented() -> None:
    epilog = app.main.info.epilog
    assert isinstance(epilog, str)
    for code in (0, 2, 3, 4, 5, 6, 70):
        assert re.search(rf"\b{code} \w+", epilog)
    codes = [value for name, value in vars(output).items() if name.isupper()]
    assert len(set(codes)) == len(codes)
