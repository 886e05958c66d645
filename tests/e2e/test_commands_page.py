"""`docs/commands.md` says what the commands say."""

import re
from pathlib import Path

import pytest

from scripts import commands
from services.cli import output


def test_the_page_is_made_from_the_commands() -> None:
    assert commands.PAGE.read_text("utf-8") == commands.page(), "run `python -m scripts.commands`"
    assert commands.main(["--check"]) == 0


def test_a_page_that_lags_behind_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commands, "PAGE", tmp_path / "commands.md")
    assert commands.main(["--check"]) == 1
    assert commands.main([]) == 0
    assert commands.main(["--check"]) == 0
    (tmp_path / "commands.md").write_text("old")
    assert commands.main(["--check"]) == 1


def test_every_command_every_option_and_every_exit_code_stands_there() -> None:
    page = commands.page()
    assert commands.EXITS.keys() == commands.commands().keys()
    for name, command in commands.commands().items():
        section = page.split(f"## merit {name}\n")[1].split("\n## ")[0]
        assert command.help
        for param in command.params:
            assert param.name == "help" or f"`{commands._said(param)}`" in section, (name, param.name)
            assert getattr(param, "help", None), (name, param.name)
    ours = {value for name, value in vars(output).items() if name.isupper() and isinstance(value, int)}
    assert ours | {130, 141} == set(commands.CODES)
    assert {code for codes in commands.EXITS.values() for code in codes} | {130, 141} == set(commands.CODES)
    assert not re.search(r"None|PosixPath|<class", page)
