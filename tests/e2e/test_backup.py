"""`merit backup` beside whoever writes, `merit restore`, and a data folder that somebody uses."""

import io
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from PIL import Image

from services.cli import keeping
from services.cli.platform import opened
from shared.events import Refused
from shared.ledger.store import utc
from tests.e2e.command_line import Line, asked, done, events, listed, merit, ranking

ROOT = Path(__file__).resolve().parents[2]
ROWS = 6_000


@pytest.fixture
def key(tmp_path: Path) -> Path:
    done("keys", "backup-key", tmp_path / "backup.key")
    return tmp_path / "backup.key"


@pytest.fixture
def vacancies(tmp_path: Path) -> Path:
    """A list that takes a while."""
    header = "formasi_id,ins_nm,jp_nama,formasi_nm,jabatan_nm,lokasi_nm,jumlah_formasi,disable,gaji_min,gaji_max"
    cells = "Kab. X,CPNS,UMUM,PENATA,X | Y,3,1,100,200,S-1,S-1 A"
    path = tmp_path / "vacancies.csv"
    rows = "\n".join(f"v-{n},{cells}" for n in range(ROWS))
    path.write_text(f"{header},jenjang_studi,program_studi\n{rows}\n")
    return path


@contextmanager
def started(*command: str | Path) -> Iterator[subprocess.Popen[str]]:
    """Another process; nothing is left of it."""
    unmeasured = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE")}
    environment = {**unmeasured, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        [sys.executable, *map(str, command)], env=environment, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        try:
            yield process
        finally:
            process.kill()


@contextmanager
def served(data: Path) -> Iterator[subprocess.Popen[str]]:
    """A folder that another process holds as a server does."""
    source = (
        "import sys; from pathlib import Path; from services.cli.platform import opened\n"
        "with opened(Path(sys.argv[1]), serving=True): print('serving', flush=True); sys.stdin.read()"
    )
    with started("-c", source, data) as process:
        assert process.stdout
        assert process.stdout.readline() == "serving\n"
        yield process


@pytest.mark.slow
def test_a_copy_taken_while_an_import_goes_on_is_a_prefix_and_whole(
    small: Path, vacancies: Path, key: Path, tmp_path: Path
) -> None:
    """Another process writes from the first copy to the last; each comes back as a folder that proves itself."""
    taken: list[int] = []
    with started("-m", "services.cli", "import", "vacancies", vacancies, "--data", small) as writer:
        while writer.poll() is None:
            file = tmp_path / f"copy{len(taken)}"
            held = done("backup", file, "--key", key, "--data", small, "--json").json["ledgers"]["intake"]["size"]
            taken.append(held)
        assert writer.returncode == 0
    whole = {service: events(small, service) for service in ("intake", "selection", "people")}
    amid = sorted({size: n for n, size in enumerate(taken) if min(taken) < size < len(whole["intake"])}.values())
    assert len(amid) >= 2
    for n in (amid[0], amid[-1]):
        back = tmp_path / f"back{n}"
        done("restore", tmp_path / f"copy{n}", "--key", key, "--data", back)
        for service, every in whole.items():
            found = events(back, service)
            assert found == every[: len(found)]
        assert len(events(back, "intake")) == taken[n]
        assert done("doctor", "--json", "--data", back).json["findings"] == []
        done("import", "vacancies", vacancies, "--data", back)  # and it goes on from there
        assert len(events(back, "intake")) == len(whole["intake"])


def test_a_restored_folder_ranks_the_same(small: Path, key: Path, tmp_path: Path) -> None:
    said = done("backup", tmp_path / "copy", "--key", key, "--data", small).out
    assert f"keep {key} apart from it" in said
    before = ranking(small)
    shutil.rmtree(small)
    assert "Next: merit doctor" in done("restore", tmp_path / "copy", "--key", key, "--data", small).out
    assert done("doctor", "--data", small).out.count("holds") == 5
    assert ranking(small) == before
    done("doctor", "--data", small)


def test_documents_come_back_with_the_keys_that_open_them(small: Path, key: Path, tmp_path: Path) -> None:
    picture = io.BytesIO()
    Image.new("RGB", (40, 40), "white").save(picture, "PNG")
    with opened(small, writing=True) as platform:
        vault = platform.stores.vault
        with platform.stores.store.begin() as tx:
            vault.enrol(tx, {"person": {"name": "x"}})
        added = platform.stores.documents.add("person", [picture.getvalue()], utc())
    assert done("backup", tmp_path / "copy", "--key", key, "--data", small, "--json").json["documents"] == 1
    done("restore", tmp_path / "copy", "--key", key, "--data", tmp_path / "back")
    with opened(tmp_path / "back") as platform:
        assert platform.stores.documents.read("person", added.file.id) == picture.getvalue()


def test_a_plain_copy_says_that_it_needs_the_master_key(small: Path, tmp_path: Path) -> None:
    said = done("backup", tmp_path / "copy", "--data", small).out
    assert f"does not hold the master key: without {small}/master.key the copy is of no use" in said
    for more, code in (((), 5), (("--master", tmp_path / "none"), 6), (("--master", small / "master.key"), 0)):
        assert merit("restore", tmp_path / "copy", "--data", tmp_path / "back", *more).code == code
        assert (tmp_path / "back").exists() == (code == 0)
    done("doctor", "--data", tmp_path / "back")


def test_a_session_written_into_a_plain_copy_admits_nobody(small: Path, tmp_path: Path) -> None:
    """Somebody who can change the copy, and has no key: a row of theirs, and every digest made again."""
    copy, room = tmp_path / "copy", tmp_path / "room"
    done("backup", copy, "--data", small)
    with tarfile.open(copy) as tar:
        tar.extractall(room, filter="data")
        names = tar.getnames()
    digest = sha256(b"a token of my own").hexdigest()
    asked(room / "vault.db", f"INSERT INTO sessions VALUES (x'{digest}', '{'5b' * 16}', '2027-01-01', '2027-01-01')")
    asked(room / "vault.db", "PRAGMA journal_mode = DELETE")
    said, _, vouched = (room / "manifest.json").read_bytes().splitlines()
    manifest, content = json.loads(said), (room / "vault.db").read_bytes()
    manifest["files"]["vault.db"] = {"size": len(content), "sha256": sha256(content).hexdigest()}
    said = json.dumps(manifest, sort_keys=True).encode()
    (room / "manifest.json").write_bytes(b"\n".join([said, sha256(said).hexdigest().encode(), vouched, b""]))
    with tarfile.open(copy, "w") as tar:
        for name in names:
            tar.add(room / name, name)
    for data, more in ((tmp_path / "new", ("--master", small / "master.key")), (small, ("--replace",))):
        found = merit("restore", copy, "--data", data, *more)
        assert (found.code, "was not made under this master key" in found.err) == (3, True), found
    assert not (tmp_path / "new").exists()
    assert asked(small / "vault.db", "SELECT count(*) FROM sessions") == [(0,)]


def test_what_was_ended_after_the_copy_does_not_come_back(small: Path, key: Path, tmp_path: Path) -> None:
    """A session that was signed out of, an API token that was taken back; the account stays, with the password of the
    copy, and who has to do something is told."""
    now, password = utc(), "tiga gajah biru"
    with opened(small, writing=True) as platform:
        accounts, tokens = platform.stores.accounts, platform.stores.tokens
        person = accounts.sign_up("zq-1@contoh.example", password, now)
        assert person is not None
        session = accounts.sign_in("zq-1@contoh.example", password, now)
        token = tokens.issue(person, "api", now, timedelta(days=1))
        done("backup", tmp_path / "copy", "--key", key, "--data", small)
        accounts.sign_out(session)
        tokens.revoke(person)
    command = ("restore", tmp_path / "copy", "--key", key, "--data")
    assert done(*command, tmp_path / "other", "--json").json["ended"] == {"sessions": 1, "api_tokens": 1}
    said = done(*command, small, "--replace").out
    assert "Everybody signs in anew; 1 API tokens are to be issued anew." in said
    assert "whoever changed a password after that must change it again" in said
    with opened(small) as platform:
        accounts, tokens = platform.stores.accounts, platform.stores.tokens
        assert accounts.session(session, now) is None
        with pytest.raises(Refused, match=r"token\.invalid"):
            tokens.bearer(token, "api", now)
        assert accounts.proved("zq-1@contoh.example", password) == person
    assert [one.name for one in small.glob("vault.db-*")] == []
    assert sha256(session.encode()).digest() not in (small / "vault.db").read_bytes()


@pytest.mark.parametrize("lacking", ["the file", "the tables"])
def test_a_folder_where_nobody_ever_signed_in_has_nothing_to_end(tmp_path: Path, lacking: str) -> None:
    if lacking == "the tables":
        asked(tmp_path / "vault.db", "CREATE TABLE other (one)")
    assert keeping.taken_back(tmp_path) == {"sessions": 0, "api_tokens": 0}
    assert (tmp_path / "vault.db").exists() == (lacking == "the tables")


def test_an_older_copy_says_what_it_lacks_before_it_takes_a_place(small: Path, key: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    done("backup", copy, "--key", key, "--data", small)
    size = len(events(small, "selection"))
    late = listed(tmp_path / "late.csv", [Line(row_id="LATE-1", formation="44")])
    done("import", "results", late, "--scheme", "cpns-2024", "--data", small)
    after = events(small, "selection")
    said = merit("restore", copy, "--key", key, "--data", small)
    assert said.code == 7
    assert f"selection: the copy lacks {len(after) - size} events, from position {size} on, recorded at 20" in said.err
    assert "with --replace" in said.err
    assert events(small, "selection") == after
    answer = done("restore", copy, "--key", key, "--data", small, "--replace", "--json").json
    assert {one["ledger"]: one["lacking"] for one in answer["lacks"]}["selection"] == len(after) - size
    assert events(small, "selection") == after[:size]
    assert events(Path(answer["kept"]), "selection") == after
    done("doctor", "--data", small)


def test_a_copy_of_another_past_says_so(small: Path, key: Path, tmp_path: Path) -> None:
    """The same list in another folder: other keys, other leaves, and not an event less."""
    other = tmp_path / "other"
    done(
        "import", "results", listed(tmp_path / "o.csv", [Line(row_id="O-1")]), "--scheme", "cpns-2024", "--data", other
    )
    done("backup", tmp_path / "copy", "--key", key, "--data", other)
    assert re.search(
        r"selection: the copy lacks .*; the pasts differ before position",
        merit("restore", tmp_path / "copy", "--key", key, "--data", small).err,
    )


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        (lambda content: content[: len(content) // 2], "cut off or changed"),
        (lambda content: content[:-1], "cut off or changed"),
        (lambda content: content[:20], "under another key, or is damaged at its start"),
        (lambda content: b"", "not sealed with any key"),
    ],
)
def test_a_damaged_copy_changes_nothing(
    small: Path, key: Path, tmp_path: Path, harm: Callable[[bytes], bytes], said: str
) -> None:
    done("backup", tmp_path / "copy", "--key", key, "--data", small)
    (tmp_path / "copy").write_bytes(harm((tmp_path / "copy").read_bytes()))
    before = sorted(small.parent.rglob("*"))
    for data in (small, tmp_path / "new"):
        found = merit("restore", tmp_path / "copy", "--key", key, "--data", data, "--replace")
        assert found.code == 3
        assert said in found.err
        assert "nothing was changed" in found.err
    assert sorted(small.parent.rglob("*")) == before


def test_another_key_opens_nothing(small: Path, key: Path, tmp_path: Path) -> None:
    done("backup", tmp_path / "copy", "--key", key, "--data", small)
    done("keys", "backup-key", tmp_path / "other.key", "--json")
    said = merit("restore", tmp_path / "copy", "--key", tmp_path / "other.key", "--data", tmp_path / "new")
    assert (said.code, "sealed under another key" in said.err) == (3, True)


def test_nothing_is_overwritten(small: Path, key: Path, tmp_path: Path) -> None:
    before = key.read_bytes()
    assert merit("keys", "backup-key", key).code == 7
    assert merit("backup", key, "--data", small).code == 7
    assert key.read_bytes() == before
    assert merit("backup", tmp_path / "no/folder", "--data", small).code == 3
    assert merit("backup", tmp_path / "copy", "--data", tmp_path / "nothing").code == 6


# --- a folder in use --------------------------------------------------------------------------------------------


def test_whoever_writes_is_refused_while_a_server_has_the_folder(small: Path, small_list: Path, tmp_path: Path) -> None:
    """Looking and copying go on; the lock goes with the server, however it ends."""
    done("backup", tmp_path / "copy", "--data", small)
    writing: list[tuple[str | Path, ...]] = [
        ("import", "results", small_list, "--scheme", "cpns-2024"),
        ("rebuild",),
        ("restore", tmp_path / "copy", "--replace"),
    ]
    with served(small) as server:
        for command in writing:
            said = merit(*command, "--data", small)
            assert (said.code, "is served by another process: stop that server" in said.err) == (7, True)
        done("backup", tmp_path / "copy2", "--data", small)
        for looking in (("ranking", "--all"), ("explain", "7", "--place", "1"), ("events",), ("doctor",)):
            done(*looking, "--data", small)
        done("rules", "list")
        server.kill()
        server.wait(60)
        for command in writing:
            assert merit(*command, "--data", small).code == 0


def test_no_server_starts_amid_an_import(small: Path) -> None:
    with opened(small, writing=True), opened(small, create=True):
        source = (
            "import sys; from pathlib import Path; from services.cli import failures; from services.cli.platform import"
            " opened\ntry:\n    with opened(Path(sys.argv[1]), serving=True): pass\n"
            "except Exception as error: sys.exit(failures.exit_code(error))"
        )
        with started("-c", source, small) as server:
            assert server.wait(60) == 7
    with opened(small, serving=True):
        pass


# --- a demonstration's folder -----------------------------------------------------------------------------------


def test_a_demonstration_and_a_real_folder_are_never_mixed(
    small: Path, small_list: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    command = ("import", "results", small_list, "--scheme", "cpns-2024", "--data")
    monkeypatch.setenv("MERIT_DEMO", "1")
    done(*command, tmp_path / "demo")
    said = merit(*command, small)
    assert (said.code, "unset MERIT_DEMO" in said.err) == (5, True)
    monkeypatch.delenv("MERIT_DEMO")
    said = merit(*command, tmp_path / "demo")
    assert (said.code, "set MERIT_DEMO=1" in said.err) == (5, True)
    done("doctor", "--data", tmp_path / "demo")
    assert asked(tmp_path / "demo/selection.db", "SELECT count(*) FROM events") == asked(
        small / "selection.db", "SELECT count(*) FROM events"
    )
