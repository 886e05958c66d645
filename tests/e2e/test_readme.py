"""Both READMEs, as a newcomer would read them: their commands print what they say, but for keys, digests, positions and
seconds; the demonstration is told in the program's own sentences; every address, command and page is there."""

import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest

from services.cli.demonstration.round.telling import HEADINGS, SENTENCES

ROOT = Path(__file__).resolve().parents[2]
PAGES = {"en": "README.md", "id": "README.id.md"}
LEFT_OUT = "…"
MASKS = (
    (re.compile(r"\b[A-Z2-7]{12}\b"), "ALIAS"),
    (re.compile(r"\b[0-9a-f]{16}…"), "DIGEST"),
    (re.compile(r"(selection:|position |posisi )\d+"), r"\1N"),
    (re.compile(r"\(\d+\.\d s\)"), "(S s)"),
)


def page(lang: str) -> str:
    return (ROOT / PAGES[lang]).read_text(encoding="utf-8")


def masked(text: str) -> list[str]:
    """Lines without what differs from folder to folder."""
    for pattern, word in MASKS:
        text = pattern.sub(word, text)
    return [line.rstrip() for line in text.strip().splitlines()]


def fits(said: str, printed: str) -> bool:
    """Whether a page prints a command's output, with a line of its own where it leaves lines out."""
    lines = (r"(?:.*\n)*" if line.strip() == LEFT_OUT else re.escape(line) + r"\n" for line in masked(said))
    return re.fullmatch("".join(lines), "".join(f"{line}\n" for line in masked(printed))) is not None


def sessions(text: str) -> Iterator[tuple[str, str]]:
    """Each command of a page with what is printed below it."""
    for block in re.findall(r"(?:^    .*\n|^\n(?=    ))+", text, flags=re.MULTILINE):
        shell = re.sub(r"^    ", "", block, flags=re.MULTILINE)
        for part in re.split(r"^\$ ", shell, flags=re.MULTILINE)[1:]:
            command, _, printed = part.partition("\n")
            yield command, printed


def demonstration(text: str) -> list[str]:
    """The lines of the page's block of the demonstration, blank ones left out."""
    (block,) = re.findall(r"```text\n(.*?)```", text, flags=re.DOTALL)
    return [line for line in str(block).splitlines() if line]


def told(lang: str) -> list[re.Pattern[str]]:
    """What the demonstration prints, line by line, in its order, for any numbers."""
    which = 0 if lang == "id" else 1
    lines = []
    for step, sentences in SENTENCES.items():
        if step in HEADINGS:
            lines.append(HEADINGS[step][which])
        lines += f"  {sentences[which]}".splitlines()
    return [re.compile("".join(map(_open, Formatter().parse(line)))) for line in lines]


def _open(part: tuple[str, str | None, str | None, str | None]) -> str:
    return re.escape(part[0]) + (r"\S+" if part[1] is not None else "")


@pytest.mark.parametrize("lang", PAGES)
def test_the_readme_prints_what_it_says(tmp_path: Path, lang: str) -> None:
    if shutil.which("sqlite3") is None:
        pytest.skip("the README changes a byte with the sqlite3 shell, and there is none")
    (tmp_path / "docs").symlink_to(ROOT / "docs")
    merit = shlex.join([sys.executable, "-P", "-m", "services.cli"])
    environment = {"PATH": "/usr/local/bin:/usr/bin:/bin", "PYTHONPATH": str(ROOT), "LANG": "C.UTF-8"}
    ran = 0
    for command, printed in sessions(page(lang)):
        line = command.replace("./merit", merit)
        done = subprocess.run(  # noqa: S602
            line, shell=True, cwd=tmp_path, env=environment | {"MERIT_LANG": lang}, capture_output=True, text=True
        )
        assert fits(printed, done.stdout), f"{command}\n{done.stdout}{done.stderr}"
        ran += 1
    assert ran == 6


@pytest.mark.parametrize(
    ("said", "matches"),
    [("one\ntwo\nthree\n", True), ("one\n…\nthree\n", True), ("…\nthree\n", True), ("one\nthree\n", False),
     ("one\n…\nfour\n", False), ("one\ntwo\n", False), ("…\ntwo\n", False)],
)  # fmt: skip
def test_lines_are_left_out_only_where_the_page_says_so(said: str, matches: bool) -> None:
    assert fits(said, "one\ntwo\nthree\n") is matches


@pytest.mark.parametrize("lang", PAGES)
def test_the_demonstration_is_told_in_its_own_sentences_and_order(lang: str) -> None:
    waiting = iter(told(lang))
    for line in demonstration(page(lang)):
        assert any(pattern.fullmatch(line) for pattern in waiting), f"not printed, or not after the line above: {line}"


def test_both_pages_tell_one_run() -> None:
    numbers = [sorted(re.findall(r"\d+(?:\.\d+)?", "\n".join(demonstration(page(lang))))) for lang in PAGES]
    assert numbers[0] == numbers[1] != []
    shown = [[command for command, _ in sessions(page(lang))] for lang in PAGES]
    assert shown[0] == shown[1]
    assert len({page(lang).count("\n## ") for lang in PAGES}) == 1


@pytest.mark.parametrize("lang", PAGES)
def test_every_address_command_and_page_that_a_reader_is_sent_to_is_there(lang: str) -> None:
    text = page(lang)
    addresses = set(re.findall(r"`(GET|POST) (/[^`?]+)`", text))
    routes = set(re.findall(r"^\| (GET|POST) \| `([^`]+)` \|", (ROOT / "docs/routes.md").read_text(), re.MULTILINE))
    assert len(addresses) > 15
    assert addresses <= routes, sorted(addresses - routes)
    called = set(re.findall(r"\./merit ((?:import |rules |keys )?[a-z-]+)", text))
    commands = set(re.findall(r"^## merit (.+)$", (ROOT / "docs/commands.md").read_text(), re.MULTILINE))
    assert len(called) > 8
    assert called <= commands, sorted(called - commands)
    for link in re.findall(r"\]\(([^)]+)\)", text):
        assert (ROOT / link).exists(), link
