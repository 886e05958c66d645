"""The outer house: the launcher, the locks, and what no file of the repository may hold."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from services.cli import checks, install

ROOT = Path(__file__).resolve().parents[1]
INSTALLER = ROOT / "services/cli/install.py"
LOCKS = sorted(ROOT.glob("requirements*.lock"))
COMMAND_LINE = pytest.mark.skipif(not (ROOT / "services/cli/__main__.py").exists(), reason="no command line yet")

# A letter in brackets keeps this file from holding what it looks for.
FOREIGN = re.compile(
    r"py[p]i\.org|[p]ythonhosted|registry\.[n]pmjs|[c]rates\.io|proxy\.[g]olang|[r]epo1?\.maven|[d]eb\.debian\.org"
    r"|/[w]ork/|/[r]oot/|/[t]mp/dev|\b[w]orkplace\b|\b[c]laude\b|\b[a]nthropic\b|\b[s]ubagent|\b[l]anguage model\b"
    r"|\b[C]EO\b|\.[l]ibrary/",
    re.IGNORECASE,
)


def tracked() -> list[Path]:
    """The files of the repository that git knows, and those that it would take in."""
    command = ["git", "-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, text=True).stdout
    return [ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file()]


def start(command: Sequence[str | Path], folder: Path, **more: str) -> subprocess.CompletedProcess[str]:
    """A program's end, with its output."""
    environment = {**os.environ, **more}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=60)


@pytest.fixture
def ready(tmp_path: Path) -> Path:
    """An environment that counts as installed and runs this very Python, so that nothing is fetched."""
    environment = tmp_path / "environment"
    (environment / "bin").mkdir(parents=True)
    python = environment / "bin/python"
    python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    python.chmod(0o755)
    for lock in LOCKS:
        shutil.copy(lock, environment)
    return environment


@COMMAND_LINE
def test_the_launcher_answers_from_any_folder_and_through_links(ready: Path, tmp_path: Path) -> None:
    (tmp_path / "services").mkdir()  # a folder of that name beside the user must not be taken for ours
    (tmp_path / "services/__init__.py").write_text("raise RuntimeError")
    (tmp_path / "link").symlink_to(os.path.relpath(ROOT / "merit", tmp_path))
    for command in (ROOT / "merit", tmp_path / "link", "./link"):
        ended = start([command, "--version"], tmp_path, MERIT_VENV=str(ready))
        assert (ended.returncode, ended.stderr) == (0, "")
        assert "0.1.0" in ended.stdout


def test_the_launcher_keeps_the_folder_and_hands_over_at_once(ready: Path, tmp_path: Path) -> None:
    (ready / "bin/python").write_text('#!/bin/sh\npwd\necho "$PYTHONPATH"\necho "$@"\n')
    ended = start([ROOT / "merit", "rules", "list"], tmp_path, MERIT_VENV=str(ready))
    assert ended.stdout.splitlines() == [str(tmp_path.resolve()), str(ROOT), "-P -m services.cli rules list"]
    assert ended.stderr == ""


def test_without_a_python_that_is_new_enough_the_launcher_says_what_to_install(tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    for name in ("cmp", "readlink", "sh"):
        found = shutil.which(name)
        assert found
        (tmp_path / "bin" / name).symlink_to(found)
    ended = start(
        ["/bin/sh", ROOT / "merit", "--version"], tmp_path, MERIT_VENV=str(tmp_path / "e"), PATH=str(tmp_path / "bin")
    )
    assert ended.returncode == 1
    assert "Python 3.11 or newer is needed" in ended.stderr
    assert "apt-get install python3 python3-venv" in ended.stderr


def test_a_failed_install_says_what_failed_and_how_to_retry(tmp_path: Path) -> None:
    lock = tmp_path / "requirements.lock"
    lock.write_text("merit-missing==1.0 --hash=sha256:" + "0" * 64)
    environment = tmp_path / "environment"
    command = [sys.executable, "-I", str(INSTALLER), str(environment), str(lock)]
    for _ in range(2):
        ended = start(command, tmp_path, PIP_NO_INDEX="1", PIP_FIND_LINKS="")
        assert ended.returncode == 1
        assert "merit-missing==1.0" in ended.stderr
        assert "again to retry" in ended.stderr
        assert not (environment / lock.name).exists()
    lock.write_text("")
    assert start(command, tmp_path).returncode == 0
    assert install.installed(lock, environment)


def test_a_half_made_environment_is_made_anew(tmp_path: Path) -> None:
    lock = tmp_path / "requirements.lock"
    lock.write_text("")
    environment = tmp_path / "environment"
    (environment / "bin").mkdir(parents=True)
    (environment / "bin/python").write_text("broken")
    (tmp_path / "environment.lock").write_text("half made\n")
    assert start([sys.executable, "-I", str(INSTALLER), str(environment), str(lock)], tmp_path).returncode == 0
    assert start([environment / "bin/python", "-m", "pip", "--version"], tmp_path).returncode == 0
    assert (tmp_path / "environment.lock").read_text() == ""


def test_a_folder_with_something_else_is_never_cleared(tmp_path: Path) -> None:
    lock = tmp_path / "requirements.lock"
    lock.write_text("")
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/thesis.txt").write_text("dear")
    ended = start([sys.executable, "-I", str(INSTALLER), str(tmp_path / "mine"), str(lock)], tmp_path)
    assert ended.returncode == 1
    assert "holds something else" in ended.stderr
    assert (tmp_path / "mine/thesis.txt").read_text() == "dear"


def test_two_starts_at_once_make_one_environment(tmp_path: Path) -> None:
    lock = tmp_path / "requirements.lock"
    lock.write_text("")
    command = [sys.executable, "-I", str(INSTALLER), str(tmp_path / "environment"), str(lock)]
    both = [subprocess.Popen(command, stderr=subprocess.PIPE, text=True) for _ in range(2)]
    said = [process.communicate(timeout=60)[1] for process in both]
    assert [process.returncode for process in both] == [0, 0]
    assert sum("making it" in text for text in said) == 1


@COMMAND_LINE
def test_the_command_line_starts_without_the_heavy_libraries(tmp_path: Path) -> None:
    heavy = {"sqlalchemy", "pydantic", "pydantic_settings", "cryptography", "fastapi", "pytest"}
    source = f"import sys, services.cli, services.cli.__main__; print(sorted({heavy} & set(sys.modules)))"
    ended = start([sys.executable, "-c", source], tmp_path, PYTHONPATH=str(ROOT))
    assert (ended.stdout.strip(), ended.stderr) == ("[]", "")


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.stem)
def test_a_lock_holds_exact_versions_and_hashes_and_no_address(lock: Path) -> None:
    text = lock.read_text()
    assert not re.search(r"://|--index|--extra|--find|@", re.sub(r"(?m)^#.*$", "", text))
    requirements = re.sub(r"(?m)^#.*$|\\\n", "", text).split("\n")
    for requirement in filter(str.strip, requirements):
        assert re.match(r"[a-z0-9.-]+==\S+ .*--hash=sha256:[0-9a-f]{64}", requirement), requirement


def test_the_smaller_lock_is_part_of_the_larger() -> None:
    base, everything = (set((ROOT / f"requirements{name}.lock").read_text().split("\n")[2:]) for name in ("", "-all"))
    assert base <= everything


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="not a clone")
def test_no_file_names_a_registry_or_a_folder_of_one_machine() -> None:
    found = {
        path.relative_to(ROOT).as_posix(): held.group()
        for path in tracked()
        if (held := FOREIGN.search(path.read_text(encoding="utf-8", errors="ignore")))
    }
    assert found == {}


def test_the_gate_names_missing_lines_branches_and_files(tmp_path: Path) -> None:
    (tmp_path / "shared").mkdir()
    (tmp_path / "services/intake").mkdir(parents=True)
    for name in ("full", "part", "never"):
        (tmp_path / f"shared/{name}.py").write_text("x = 1\n")
    (tmp_path / "shared/__init__.py").write_text("")
    (tmp_path / "services/intake/vacancies.py").write_text("def decide(): ...\ndef evolve(): ...\n")
    (tmp_path / "services/intake/api.py").write_text("def decide(): ...\n")
    (tmp_path / "services/intake/broken.py").write_text("def decide(:\n")
    covered = {
        "executed_lines": [1],
        "missing_lines": [],
        "missing_branches": [],
        "summary": {"percent_covered": 100.0},
    }
    part = {
        "executed_lines": [1, 2, 5, 7, 8, 10],
        "missing_lines": [3, 11, 13, 14],
        "missing_branches": [[2, 3], [5, 7], [8, -1]],
        "summary": {"percent_covered": 90.0},
    }
    report = {"files": {"shared/full.py": covered, "shared/part.py": part, "services/intake/vacancies.py": covered}}
    files = checks.gated(tmp_path)
    assert tmp_path / "services/intake/api.py" not in files
    assert tmp_path / "services/intake/vacancies.py" in files
    assert checks.gaps(report, files, tmp_path) == [
        "shared/never.py: never imported",
        "shared/part.py: 90.0 %, missing 3, 11-14, 5->7, 8->exit",
    ]
