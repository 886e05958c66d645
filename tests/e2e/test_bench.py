"""The benchmarks run and print what they promise; no time is asserted anywhere."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_every_benchmark_runs_and_names_what_it_measured(official: Callable[[str], Path]) -> None:
    environment = os.environ | {"PYTHONPATH": str(ROOT), "MERIT_SHARED_DATA": str(official("README.md").parent)}
    command = [sys.executable, "-P", "-m", "bench.all", "--quick", "--json"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert {one["bench"] for one in said["reports"]} == {"pipeline", "save", "imports", "ranking", "doctor", "http"}
    assert all(row["values"] and row["unit"] for one in said["reports"] for row in one["rows"])
    settings = [setting for one in said["reports"] for setting in one["settings"]]
    assert settings
    assert all("synchronous=FULL" in str(setting) for setting in settings)
