"""`merit demo --to STEP`: half a round that plays itself over HTTP, and what it leaves behind, counted again from the
events; and how any demonstration begins and ends."""

import datetime as dt
import json
import os
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import httpx2
import pytest

from services.cli.demonstration import half
from services.cli.demonstration.folders import folder_of
from services.cli.demonstration.half import EXTENDED, LAST, ROUND, STEPS, VACANCIES, Applicant
from services.cli.demonstration.playing import Client
from services.cli.demonstration.process import ROOT, founded, started
from services.cli.output import IN_THE_WAY
from shared.events import MeritError
from shared.runtime.holding import InTheWay
from shared.runtime.http.server import listening
from tests.e2e.command_line import events, merit

APPLICANTS = 50  # the fewest among whom everything befalls somebody
NOW = dt.datetime(2027, 1, 1, tzinfo=dt.UTC)
COUNTS = ("submitted", "meets", "fails", "objecting", "withdrawn")


def folded(data: Path) -> dict[str, Counter[str]]:
    """Each vacancy's counts, from the events as the command line shows them."""
    vacancy: dict[str, str] = {}
    state: dict[str, str] = {}
    for one in events(data, "intake"):
        about, name, said = one["subject"], one["type"].split(".")[2], one["data"]
        if name == "ApplicationSubmitted":
            vacancy[about], state[about] = said["vacancy"], "submitted"
        elif name == "ApplicationWithdrawn":
            state[about] = "withdrawn"
        elif name == "CheckObjectionFiled":
            state[about] = "objecting"
        elif name in ("DocumentsChecked", "CheckObjectionDecided"):
            state[about] = "meets" if said["meets"] else "fails"
    made: dict[str, Counter[str]] = {one: Counter() for one in VACANCIES}
    for about, place in vacancy.items():
        made[place][state[about]] += 1
    return made


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Any]:
    """The whole of it, as somebody runs it: the folder, and the one document for programs."""
    data = tmp_path_factory.mktemp("demo") / "data"
    said = subprocess.run(
        [
            *(sys.executable, "-m", "services.cli", "demo", "--to", LAST, "--no-serve", "--json"),
            *("--port", "0", "--applicants", f"{APPLICANTS}", "--data", str(data)),
        ],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (said.returncode, said.stderr) == (0, "")
    return data, json.loads(said.stdout)


@pytest.mark.slow
def test_the_whole_half_round_is_played_and_told_in_one_document(played: tuple[Path, Any]) -> None:
    data, said = played
    assert said.keys() == {"url", "data", "applicants", "seconds"}
    assert (said["data"], said["applicants"]) == (str(data), APPLICANTS)
    assert list(said["seconds"]) == list(STEPS)


@pytest.mark.slow
def test_everybody_came_to_where_the_script_leads_them(played: tuple[Path, Any]) -> None:
    data, _ = played
    expected: dict[str, Counter[str]] = {one: Counter() for one in VACANCIES}
    upheld = True
    for n in range(APPLICANTS):
        one = Applicant(n, VACANCIES[n % len(VACANCIES)])
        if one.is_late and one.vacancy != EXTENDED:
            continue  # after the deadline
        fails, upheld = one.fails and not (one.fails and upheld), upheld and not one.fails
        expected[one.vacancy]["withdrawn" if one.withdraws else "fails" if fails else "meets"] += 1
    assert folded(data) == expected
    assert sum(one["withdrawn"] for one in expected.values()) == 1
    assert sum(one["fails"] for one in expected.values()) == 6
    assert sum(map(sum, (one.values() for one in expected.values()))) == APPLICANTS - 1


def test_who_promises_to_show_everything_does() -> None:
    play = half.Round(Client("http://nobody.invalid"), NOW, print)
    play.shown.update({"extended": 1, "withdrawn": 1, "upheld": 1})
    half.complete(play, half.MANY - 1)
    with pytest.raises(AssertionError, match="late"):
        half.complete(play, half.MANY)


@pytest.mark.slow
def test_what_it_leaves_behind_is_whole_and_its_counts_are_the_folds(
    played: tuple[Path, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Served once more: every count of the read model is that of the events; the doctor finds nothing."""
    data, _ = played
    counted = folded(data)
    with started(data) as server, httpx2.Client(base_url=server.url) as api:
        account = {"contact": "hr@contoh.invalid", "password": half.PASSWORD}
        token = api.post("/api/people/v1/sessions", json=account).json()["token"]
        headers = {"Authorization": f"Bearer {token}"}
        found = api.get(f"/api/intake/v1/round/{ROUND}/board", headers=headers).json()["vacancies"]
    assert {one["vacancy"]: Counter({name: one[name] for name in COUNTS if one[name]}) for one in found} == counted
    assert {one["vacancy"] for one in found} == {*VACANCIES}
    monkeypatch.setenv("MERIT_DEMO", "1")
    assert merit("doctor", "--data", data).code == 0


@pytest.mark.slow
def test_nobody_typed_a_name_that_is_in_an_event(played: tuple[Path, Any]) -> None:
    data, _ = played
    said = json.dumps(events(data))
    assert "pelamar-" not in said
    assert "contoh.invalid" not in said
    assert "Pelamar Contoh" not in said
    assert EXTENDED in said


@pytest.mark.parametrize("which", [("--to", "offices"), ()])
@pytest.mark.parametrize("name", ["merit.json", "own.txt"])
def test_a_folder_that_holds_something_is_left_alone(tmp_path: Path, name: str, which: tuple[str, ...]) -> None:
    (tmp_path / name).write_text("{}")
    said = merit("demo", *which, "--no-serve", "--json", "--port", "0", "--data", tmp_path)
    assert said.code == IN_THE_WAY
    assert "is there already" in said.err
    assert [one.name for one in tmp_path.iterdir()] == [name]


def test_a_folders_name_is_the_callers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The server runs elsewhere: a name that it resolved would lie in the program's own folder."""
    monkeypatch.chdir(tmp_path)
    with folder_of(Path("own")) as folder:
        assert folder == tmp_path / "own"


def test_without_a_name_its_folder_is_thrown_away() -> None:
    with folder_of(None) as folder:
        assert folder.parent.exists()
        assert not folder.exists()
    assert not folder.parent.exists()


@pytest.mark.parametrize("which", [("--to", "offices", "--no-serve"), ("--serve",)])
def test_a_port_that_is_taken_is_named_before_anything_is_founded(tmp_path: Path, which: tuple[str, ...]) -> None:
    with listening("127.0.0.1", 0) as taken:
        said = merit("demo", *which, "--port", taken.getsockname()[1], "--data", tmp_path / "data")
    assert said.code == IN_THE_WAY
    assert "name another with --port" in said.err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_what_the_server_says_at_its_end_is_said_here(tmp_path: Path) -> None:
    """`merit serve` where something listens, and whoever starts it: one sentence, the same code."""
    founded(tmp_path / "data", half.PASSWORD)
    with listening("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(InTheWay, match=f"127.0.0.1:{port} cannot be had"), started(tmp_path / "data", port):
            pass
    with pytest.raises(MeritError, match="no data folder") as caught, started(tmp_path / "none"):
        pass
    assert not isinstance(caught.value, InTheWay)


@pytest.mark.slow
@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_to_it_alone_leaves_no_server_and_no_folder(tmp_path: Path, sign: signal.Signals) -> None:
    """As a service manager, or `kill`, ends it."""
    line = [sys.executable, "-m", "services.cli", "demo", "--to", "offices", "--applicants", "0", "--port", "0"]
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    with subprocess.Popen(
        [*line, "--json"], cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        try:
            assert process.stdout is not None
            said = json.loads(process.stdout.readline())
            assert httpx2.get(f"{said['url']}/health/live").status_code == 200
            process.send_signal(sign)
            assert process.wait(60) == 128 + sign
        finally:
            process.kill()
    with pytest.raises(httpx2.ConnectError):
        httpx2.get(f"{said['url']}/health/live")
    assert list(tmp_path.iterdir()) == []
