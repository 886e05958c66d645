"""A full disk under a server, and folders that may not be served (reliability F10, F16; architecture 7 and 14)."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import OperationalError

from services.cli import output
from services.cli.platform import Platform
from services.people.accounts import sessions
from shared.events import instant
from shared.ledger import sqlite
from shared.runtime.folder import FORMAT, MARK, Folder
from shared.runtime.holding import LOCK, held
from tests.domain.notices import VACANCY
from tests.e2e.command_line import executed, merit
from tests.faults import office
from tests.faults.office import Inside, Office, Person, Reply
from tests.services.intake_world import Clock
from tests.services.people_world import pdf

ME = f"{office.PEOPLE}/me"
LATER = dt.timedelta(minutes=5)  # the session's use would be written down again


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Path]:
    """A file system of twelve megabytes, where this process may mount one."""
    place = tmp_path / "small"
    place.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=12m", "tmpfs", str(place)]
    if not shutil.which("mount") or subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("a small file system cannot be mounted here")
    yield place
    subprocess.run(["umount", "--lazy", str(place)], check=True)


def fill(place: Path) -> Path:
    """Not a byte is left."""
    ballast = place / "ballast"
    with ballast.open("wb", buffering=0) as file:
        for size in (1 << 20, 1 << 12, 1):
            try:
                while True:
                    file.write(bytes(size))
            except OSError:
                continue
    return ballast


def writes(made: Office, one: Person, n: str) -> dict[str, tuple[str, str, Any, dict[str, str]]]:
    """Everything that has to be stored, each with its key."""
    hr, text = made.officials["hr"], {"text": "Contoh " * 100}
    draft = {"seen": 0, "content": {"text": "x" * 60_000}, "deadline": "2027-03-20T17:00:00Z"}
    analysis = office.analysis(0)
    analysis["items"] |= {sign: f"{n} " + sign * 2_500 for sign in "abcdefghij"}
    paper = one.headers(f"file{n}", Content_Type="application/pdf")
    return {
        "submit": ("POST", one.submit, office.application(), one.headers(f"k{n}")),
        "analyse": ("POST", f"{office.INTAKE}/post/pauh.{n}/adopt-job-analysis", analysis, hr.headers(f"k{n}")),
        "draft": ("PUT", f"{ME}/drafts/vacancy-pauh.2027-014", draft, one.headers()),
        "words": ("POST", f"{ME}/words", text, one.headers()),
        "document": ("POST", f"{ME}/documents", pdf(40), paper),
    }


def reads(made: Office, one: Person) -> list[tuple[str, dict[str, str]]]:
    """What somebody looks at meanwhile."""
    auditor = made.officials["auditor"].headers()
    return [
        (f"{office.INTAKE}/events?after=0&limit=1000", auditor),
        (f"{office.INTAKE}/events/public?after=0&limit=1000", {}),
        (f"{office.INTAKE}/vacancy/{VACANCY}", {}),
        (ME, one.headers()),
        (f"{ME}/drafts", one.headers()),
        (f"{ME}/documents", one.headers()),
        ("/health/live", {}),
        ("/health/ready", {}),
        ("/metrics", {}),
    ]


def test_on_a_full_disk_writing_is_refused_reading_goes_on_and_with_space_the_same_keys_are_done_once(
    small: Path,
) -> None:
    """F10 over HTTP: 507 with Retry-After, for whatever has to be stored; nothing is damaged, nothing done twice."""
    made = office.found(small / "data", people=3)
    clock = Clock(office.MARCH)
    with made.opened(clock) as platform:
        first, second, third = made.people

        async def play() -> None:
            async with office.inside(platform) as site:
                before = [await site.ask(*what) for what in writes(made, first, "one").values()]
                assert {one.status for one in before} <= {200, 201}
                ballast = fill(small)
                await exhausted(site, made, second)
                clock.now += LATER
                size = platform.intake.ledger.size()
                for name, what in writes(made, third, "three").items():
                    full = await site.ask(*what)
                    assert (name, full.status, full.code) == (name, 507, "storage.full")
                    assert int(full.headers["retry-after"]) > 0
                for path, headers in reads(made, third) + reads(made, first):
                    assert ((await site.ask("GET", path, None, headers)).status, path) == (200, path)
                assert platform.intake.ledger.size() == size
                with suppress(OperationalError):  # that somebody was here cannot be written down now
                    platform.stores.accounts.note_uses()
                ballast.unlink()
                platform.stores.accounts.note_uses()
                assert used(platform, third) == instant(clock.now)
                after = [await site.ask(*what) for what in writes(made, third, "three").values()]
                assert {one.status for one in after} <= {200, 201}
                again = [await site.ask(*what) for what in list(writes(made, third, "three").values())[:2]]
                assert [(one.status, one.said["repeated"]) for one in again] == [(200, True)] * 2
                assert [one.said["position"] for one in again] == [one.said["position"] for one in after[:2]]
                assert platform.intake.ledger.size() == size + 2

        asyncio.run(play())
        assert {first.application, third.application} <= office.submitted(platform).keys()
        assert len(platform.intake.ledger.history("post-pauh.three")) == 1
        office.assert_whole(platform)


def used(platform: Platform, one: Person) -> str:
    """When somebody's session was last used, as it is written down."""
    with platform.stores.store.begin() as tx:
        return str(tx.execute(sa.select(sessions.c.used_at).where(sessions.c.person == one.id)).scalar_one())


async def exhausted(site: Inside, made: Office, one: Person) -> None:
    """Journals had some room yet: until nothing more goes into any of them."""
    left, n = {"analyse", "draft", "document", "words"}, 0
    while left:
        n += 1
        assert n < 500
        for name in sorted(left):
            method, path, body, headers = writes(made, one, f"more{n}")[name]
            if name == "draft":
                body["seen"] = n - 1
            reply = await site.ask(method, path, body, headers)
            if reply.status not in (200, 201):
                assert (reply.status, reply.code) == (507, "storage.full"), name
                left.discard(name)


def test_a_store_that_another_process_holds_refuses_what_is_written_and_ends_nobodys_session(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """503 with Retry-After, never a fault of ours; reading goes on, and a use that could not be written down is written
    down later."""
    monkeypatch.setattr(sqlite, "PATIENCE", 50)
    made = office.found(tmp_path / "data", people=1)
    clock, (one,) = Clock(office.MARCH), made.people
    with made.opened(clock) as platform:

        async def play() -> None:
            async with office.inside(platform) as site:
                draft = writes(made, one, "one")["draft"]
                with closing(sqlite3.connect(made.path / "vault.db", isolation_level=None)) as other:
                    other.execute("BEGIN IMMEDIATE")
                    clock.now += LATER
                    held_up = await site.ask(*draft)
                    assert (held_up.status, held_up.code) == (503, "outcome.unknown")
                    assert int(held_up.headers["retry-after"]) > 0
                    read = await site.ask("GET", f"{office.INTAKE}/applications", None, one.headers())
                    assert read.status == 200
                    with pytest.raises(OperationalError):
                        platform.stores.accounts.note_uses()
                    other.execute("ROLLBACK")
                platform.stores.accounts.note_uses()
                assert used(platform, one) == instant(clock.now)
                assert (await site.ask(*draft)).status == 200

        asyncio.run(play())
        office.assert_whole(platform)


# --- folders that may not be served -------------------------------------------------------------------------------


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A demonstration's folder with something in it."""
    monkeypatch.setenv("MERIT_DEMO", "1")
    return office.found(tmp_path / "data").path


def refused(data: Path, code: int, *words: str) -> None:
    """One sentence, on stderr, and nothing was started."""
    said = merit("serve", "--port", "0", "--data", data)
    assert (said.code, said.out) == (code, "")
    assert said.err.count("\n") == 1
    for word in words:
        assert word in said.err


def test_a_folder_that_is_served_is_not_served_twice(data: Path) -> None:
    with held(data, "serving"):
        refused(data, output.IN_THE_WAY, "is served by another process")


def test_a_folder_that_is_being_written_is_not_served_meanwhile(data: Path) -> None:
    folder = Folder(data, create=False, use="writing", demo=True)
    refused(data, output.IN_THE_WAY, "is being written")
    folder.close()


def test_a_folder_of_a_newer_format_is_left_alone(data: Path) -> None:
    said = json.loads((data / MARK).read_text())
    (data / MARK).write_text(json.dumps({**said, "format": FORMAT + 1}))
    before = contents(data)
    refused(data, output.DAMAGED, f"has format {FORMAT + 1}")
    assert contents(data) == before


def contents(data: Path) -> dict[Path, bytes]:
    """Every file but the lock, which is empty and whoever looks makes."""
    return {path: path.read_bytes() for path in data.iterdir() if path.is_file() and path.name != LOCK}


@pytest.mark.parametrize("name", ["intake.db", "people.db", "selection.db", "vault.db", "keys.db", "merit.json"])
def test_a_file_whose_head_has_a_flipped_bit_is_not_served(data: Path, name: str) -> None:
    flip(data / name, 1)
    refused(data, output.DAMAGED, "damaged")


@pytest.mark.parametrize("name", ["intake.db", "people.db", "selection.db", "vault.db", "keys.db", "master.key"])
def test_a_file_that_is_gone_is_missed(data: Path, name: str) -> None:
    (data / name).unlink()
    refused(data, output.DAMAGED)


def test_a_bit_that_was_flipped_inside_an_event_is_found(data: Path) -> None:
    """Its leaf no longer fits. `merit serve` reads no event before somebody asks; `merit doctor` reads them all."""
    assert merit("doctor", "--data", data).code == output.OK
    where = "position = (SELECT max(position) FROM events)"
    executed(
        data / "intake.db",
        f"DROP TRIGGER events_never_change; UPDATE events SET data = replace(data, '2', '3') WHERE {where};",
    )
    said = merit("doctor", "--data", data)
    assert said.code == output.DAMAGED
    assert "intake" in said.out + said.err


def flip(file: Path, at: int) -> None:
    """One bit."""
    content = bytearray(file.read_bytes())
    content[at] ^= 1 << 7
    with file.open("r+b") as opened:
        opened.write(content)
        opened.flush()
        os.fsync(opened.fileno())


def test_the_answer_of_a_fault_tells_nothing_of_the_disk(small: Path) -> None:
    """A sentence and a code: no path, no statement, no value."""
    made = office.found(small / "data", people=1)
    (one,) = made.people
    with made.opened(Clock(office.MARCH)) as platform:

        async def play() -> Reply:
            async with office.inside(platform) as site:
                fill(small)
                await exhausted(site, made, one)
                return await site.ask(*writes(made, one, "last")["draft"])

        said = asyncio.run(play()).said
        assert said.keys() == {"type", "title", "status", "code", "instance"}
        assert "xxx" not in str(said)
        assert str(small) not in str(said)
