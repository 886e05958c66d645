"""Writes `docs/commands.md` from the commands themselves.

python -m scripts.commands             write it
python -m scripts.commands --check     write nothing; fail if the page says something else than the commands
"""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from typer.core import TyperCommand, TyperGroup
from typer.main import get_command

from services.cli import app

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs/commands.md"

HEAD = """# Commands

`./merit COMMAND`, from any folder; `./merit COMMAND --help` says the same. Answers go to stdout, as text or, with
`--json`, as one JSON document; progress and errors go to stderr, progress on a terminal alone. Errors are one sentence,
red where a terminal wants colour (`NO_COLOR=1` for none). The language of sentences is `--lang`, else `MERIT_LANG`,
else the locale's if that is Indonesian, else English. This page is made by `python -m scripts.commands`.

## Exit codes

| code | meaning |
|---|---|
"""

CODES = {
    0: "Done.",
    2: "Wrong use: an unknown option, a missing or impossible argument. Nothing was done.",
    3: "A wrong file: every finding with row, column and cure is on stderr, and nothing of the file was recorded.",
    4: "Refused by a rule, in a sentence. Of a list the rest is recorded; the rows stand in the error sheet "
    "`refused-….csv` in the data folder.",
    5: "Damaged: a ledger or a read model does not prove what it holds, or the database refused.",
    6: "Not found: no such vacancy, place, rule pack, view, ledger or data folder.",
    7: "In the way: another process uses the data folder, or something is where this should be. Nothing was done.",
    70: "A fault of ours, said without values; `MERIT_DEBUG=1` shows all of it.",
    130: "Interrupted (Ctrl-C), any command. What was answered is recorded; the same command goes on.",
    141: "Any command: the reader of the output left early (`merit events` into `head`).",
}

LOOKS = (0, 2, 5, 6, 70)
EXITS = {
    "init": (0, 2, 3, 4, 5, 7, 70),
    "demo": (0, 2, 7, 70),
    "import vacancies": (0, 2, 3, 4, 5, 7, 70),
    "import results": (0, 2, 3, 4, 5, 6, 7, 70),
    "ranking": (0, 2, 3, 5, 6, 70),
    "explain": LOOKS,
    "events": LOOKS,
    "rebuild": (0, 2, 5, 6, 7, 70),
    "doctor": LOOKS,
    "timeline": LOOKS,
    "replay": (0, 2, 4, 5, 6, 70),
    "serve": (0, 2, 3, 5, 6, 7, 70),
    "backup": (0, 2, 3, 5, 6, 7, 70),
    "restore": (0, 2, 3, 5, 6, 7, 70),
    "keys backup-key": (0, 2, 3, 7, 70),
    "rules list": (0, 2, 70),
    "rules show": (0, 2, 6, 70),
}

TAIL = """## merit test

Format, lint, types, tests and the coverage gate, each whatever the others say; with arguments, pytest alone with these.

Exit codes: 0, 1.

## merit --version

The version.

Exit codes: 0.
"""


def commands() -> dict[str, TyperCommand]:
    """Every command by its path, groups left out; `test` has a section of its own."""
    return {path: found for path, found in _below(get_command(app.main), ()) if path != "test"}


def _below(found: Any, path: tuple[str, ...]) -> Iterator[tuple[str, TyperCommand]]:
    if not isinstance(found, TyperGroup):
        yield " ".join(path), found
        return
    for name, one in found.commands.items():
        yield from _below(one, (*path, name))


def page() -> str:
    """The whole page."""
    codes = "".join(f"| {code} | {meaning} |\n" for code, meaning in CODES.items())
    return f"{HEAD}{codes}\n{''.join(_section(name, one) for name, one in commands().items())}{TAIL}"


def _section(name: str, one: TyperCommand) -> str:
    needed = [_said(param) for param in one.params if param.required]
    rows = [f"| `{_said(param)}` | {_meaning(param)} |\n" for param in one.params if param.name != "help"]
    usage = " ".join(["merit", name, *needed])
    table = f"| argument, option | meaning |\n|---|---|\n{''.join(rows)}"
    exits = ", ".join(map(str, EXITS[name]))
    return f"## merit {name}\n\n{one.help}\n\n    {usage}\n\n{table}\nExit codes: {exits}.\n\n"


def _said(param: Any) -> str:
    """`FILE`, `--place PLACE`, `--json`."""
    option, name = param.opts[0], param.name.upper().replace("_", "-")
    if not option.startswith("-"):
        return str(name)
    return str(option if param.is_flag else f"{option} {option.lstrip('-').upper()}")


def _meaning(param: Any) -> str:
    more = [f"`{param.envvar}` if not given"] if param.envvar else []
    default = param.show_default if isinstance(param.show_default, str) else param.default
    if default not in (None, False):
        more.append(f"else `{default}`" if more else f"default `{default}`")
    return " ".join([param.help, *([f"({', '.join(more)})"] if more else [])])


def main(arguments: list[str]) -> int:
    """Write, or check."""
    if arguments == ["--check"]:
        return int(not PAGE.is_file() or PAGE.read_text("utf-8") != page())
    PAGE.write_text(page(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
