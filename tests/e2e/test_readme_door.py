"""The lines of an applicant (docs/apply.md), run as a newcomer would, in a shell, against what they start."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def script() -> str:
    """The page's only block of shell."""
    (found,) = re.findall(r"```sh\n(.*?)```", (ROOT / "docs/apply.md").read_text(), flags=re.DOTALL)
    return str(found)


@pytest.fixture
def url(tmp_path: Path) -> Iterator[str]:
    """`./merit demo --to open`, on a port that is free."""
    command = (
        sys.executable,
        "-m",
        "services.cli",
        "demo",
        "--to",
        "open",
        "--port",
        "0",
        "--applicants",
        "0",
        "--json",
    )
    process = subprocess.Popen(
        (*command, "--data", str(tmp_path / "data")), cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        text=True, start_new_session=True,
    )  # fmt: skip
    assert process.stdout is not None
    try:
        yield json.loads(process.stdout.readline())["url"]
    finally:
        os.killpg(process.pid, 15)
        process.wait(30)
        process.stdout.close()


def test_a_newcomer_applies_and_sees_the_application(url: str) -> None:
    if shutil.which("curl") is None:
        pytest.skip("the page uses curl, and there is none")
    lines = script().replace("U=http://127.0.0.1:8000", f"U={url}").replace("\ncurl -s", "\necho; echo --; curl -s")
    done = subprocess.run(["bash", "-eu", "-c", lines], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    said = [part.strip() for part in done.stdout.split("--\n")[1:]]
    account, listed, vacancy, known, sent, seen, events = said
    assert json.loads(account) == {"next": "sign in"}
    assert json.loads(listed)["vacancies"][0]["vacancy"] == "pauh.2027-001"
    assert json.loads(vacancy)["state"] == "open"
    assert json.loads(known) == {"known": ["name", "born", "nik"]}
    recorded = json.loads(sent)
    assert (recorded["service"], recorded["events"], recorded["repeated"]) == ("intake", 1, False)
    mine = json.loads(seen)
    assert (mine["state"], mine["position"]) == ("submitted", recorded["position"])
    assert [json.loads(line)["specversion"] for line in events.splitlines()] == ["1.0"] * 3
