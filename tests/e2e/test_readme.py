"""The README's commands, run as a newcomer would: they print what it says, but for keys, digests, positions and
seconds."""

import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

MASKS = (
    (re.compile(r"\b[A-Z2-7]{12}\b"), "ALIAS"),
    (re.compile(r"\b[0-9a-f]{16}…"), "DIGEST"),
    (re.compile(r"(selection:|position )\d+"), r"\1N"),
    (re.compile(r"\(\d+\.\d s\)"), "(S s)"),
)


def masked(text: str) -> list[str]:
    """Lines without what differs from folder to folder."""
    for pattern, word in MASKS:
        text = pattern.sub(word, text)
    return [line.rstrip() for line in text.strip().splitlines()]


def sessions() -> Iterator[tuple[str, str]]:
    """Each command of the README with what is printed below it."""
    blocks = re.findall(r"(?:^    .*\n|^\n(?=    ))+", (ROOT / "README.md").read_text(), flags=re.MULTILINE)
    for block in blocks:
        text = re.sub(r"^    ", "", block, flags=re.MULTILINE)
        for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
            command, _, printed = part.partition("\n")
            yield command, printed


def test_the_readme_prints_what_it_says(tmp_path: Path) -> None:
    if shutil.which("sqlite3") is None:
        pytest.skip("the README changes a byte with the sqlite3 shell, and there is none")
    (tmp_path / "docs").symlink_to(ROOT / "docs")
    merit = shlex.join([sys.executable, "-P", "-m", "services.cli"])
    environment = {"PATH": "/usr/local/bin:/usr/bin:/bin", "PYTHONPATH": str(ROOT), "LANG": "C.UTF-8"}
    ran = 0
    for command, printed in sessions():
        line = command.replace("./merit", merit)
        done = subprocess.run(line, shell=True, cwd=tmp_path, env=environment, capture_output=True, text=True)  # noqa: S602
        assert masked(done.stdout) == masked(printed), f"{command}\n{done.stdout}{done.stderr}"
        ran += 1
    assert ran == 7
