"""What `merit test` runs: format and lint, types, tests, and the coverage gate.

Promises: every part runs whatever the others say, so that one look shows everything; the exit code is 0 only when all
parts passed; branches of `shared/` and of the deciders are covered completely, or the missing lines are printed.
Imports the standard library alone: the tools are started as programs of the running Python.
"""

import ast
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]

TYPED = ("shared", "services", "tests", "bench", "scripts", "verifier")
"""Folders under mypy, as far as they are present."""

PYTEST_NO_TESTS = 5


@dataclass(frozen=True, slots=True)
class Part:
    """One line of the summary."""

    name: str
    passed: bool
    seconds: float


def deciders(root: Path = ROOT) -> list[Path]:
    """The stream modules of the services: those that define both `decide` and `evolve`."""
    return [path for path in sorted(root.glob("services/*/*.py")) if {"decide", "evolve"} <= functions(path)]


def functions(path: Path) -> set[str]:
    """The names of a module's own functions; none when it cannot be parsed, which the linter reports."""
    try:
        tree = ast.parse(path.read_bytes())
    except SyntaxError:
        return set()
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


def gated(root: Path = ROOT) -> list[Path]:
    """The files whose branches must all be covered."""
    return sorted(root.glob("shared/**/*.py")) + deciders(root)


def gaps(report: Mapping[str, Any], files: list[Path], root: Path = ROOT) -> list[str]:
    """What a coverage report (its JSON) lacks of these files, one line each; a file that it does not name lacks all."""
    measured = {(root / name).resolve(): found for name, found in report["files"].items()}
    return [line for file in files for line in _gaps_of(measured.get(file.resolve()), file, root)]


def _gaps_of(found: Mapping[str, Any] | None, file: Path, root: Path) -> Iterator[str]:
    name = file.relative_to(root).as_posix()
    if found is None:
        if file.read_text(encoding="utf-8").strip():
            yield f"{name}: never imported"
        return
    missing = list(_spans(found["missing_lines"], set(found["executed_lines"])))
    unseen = set(found["missing_lines"])
    # A branch into a missing line says nothing new; 0 and below stand for the end of the function.
    branches = [
        f"{start}->{'exit' if end <= 0 else end}"
        for start, end in found["missing_branches"]
        if start not in unseen and end not in unseen
    ]
    if missing or branches:
        yield f"{name}: {found['summary']['percent_covered']:.1f} %, missing {', '.join(missing + branches)}"


def _spans(missing: list[int], executed: set[int]) -> Iterator[str]:
    """Missing lines as `3` or `7-12`; a span reaches over blank lines and comments, never over an executed line."""
    first: int | None = None
    for line, following in zip(missing, [*missing[1:], 0], strict=False):
        first = line if first is None else first
        if not following or not executed.isdisjoint(range(line, following)):
            yield str(line) if first == line else f"{first}-{line}"
            first = None


def run(arguments: list[str]) -> int:
    """Run every check and sum them up; with arguments, pytest alone with these. Returns the exit code."""
    if arguments:
        return _start("pytest", *arguments)
    present = [name for name in TYPED if any(ROOT.glob(f"{name}/**/*.py"))]
    with tempfile.TemporaryDirectory(prefix="merit-test-") as folder:
        data = Path(folder)
        parts = [
            _timed("format", lambda: _start("ruff", "format", "--check", "--output-format", "concise", ".") == 0),
            _timed("lint", lambda: _start("ruff", "check", "--output-format", "concise", ".") == 0),
            _timed("types", lambda: _start("mypy", *present) == 0),
            _timed("tests", lambda: _tests(data)),
            _timed("coverage of shared/ and the deciders", lambda: _coverage(data)),
        ]
    print("\nSummary")
    for part in parts:
        print(f"  {'passed' if part.passed else 'FAILED'}  {part.seconds:6.1f} s  {part.name}")
    return 0 if all(part.passed for part in parts) else 1


def _timed(name: str, check: Callable[[], bool]) -> Part:
    print(f"\n== {name}", flush=True)
    began = time.monotonic()
    passed = check()
    return Part(name, passed, time.monotonic() - began)


def _tests(data: Path) -> bool:
    # Each worker takes neighbours, so that a module's fixtures are made once; who has done helps the other.
    arguments = ("run", "--data-file", str(data / "coverage"), "-m", "pytest", "-n", "2", "--dist", "worksteal")
    return _start("coverage", *arguments) in {0, PYTEST_NO_TESTS}


def _coverage(data: Path) -> bool:
    target = data / "coverage.json"
    file = f"--data-file={data / 'coverage'}"
    if _start("coverage", "combine", "-q", file, str(data)):
        return False
    if _start("coverage", "json", "-q", file, "-o", str(target)):
        return False
    files = gated()
    lacking = gaps(json.loads(target.read_bytes()), files)
    print(*lacking, f"{len(files)} files must be covered; {len(lacking)} lack something.", sep="\n", flush=True)
    return not lacking


def _start(tool: str, *arguments: str) -> int:
    """Run a tool of the running Python in the repository's folder; its output goes where ours goes."""
    sys.stdout.flush()
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run([sys.executable, "-m", tool, *arguments], cwd=ROOT, env=environment, check=False).returncode
