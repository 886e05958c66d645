"""A data folder as the commands open it: private, and whole from its first day on."""

import json
import os
import stat
from pathlib import Path

import pytest

from services.cli.platform import opened
from shared.events import Damaged
from shared.runtime.folder import MARK

FILES = ("feedback", "intake", "keys", "people", "selection", "training", "vault")


def umask() -> int:
    now = os.umask(0o022)
    os.umask(now)
    return now


def test_whatever_a_command_writes_is_for_its_owner_alone(tmp_path: Path) -> None:
    before = os.umask(0o002)
    try:
        with opened(tmp_path / "data", create=True):
            (tmp_path / "written").write_text("")
            modes = {(one.is_dir(), stat.S_IMODE(one.stat().st_mode)) for one in (tmp_path / "data").iterdir()}
        assert umask() == 0o002
        (tmp_path / "data" / MARK).write_text("{")
        with pytest.raises(Damaged), opened(tmp_path / "data"):
            pass
        assert umask() == 0o002
    finally:
        os.umask(before)
    assert modes == {(False, 0o600), (True, 0o700)}
    assert stat.S_IMODE((tmp_path / "written").stat().st_mode) == 0o600


def test_a_new_folder_has_all_its_files_so_that_each_is_missed_later(tmp_path: Path) -> None:
    with opened(tmp_path, create=True):
        pass
    assert json.loads((tmp_path / MARK).read_text())["files"] == list(FILES)
    (tmp_path / "projections.db").unlink()
    with opened(tmp_path) as platform:
        assert [ledger.size() for ledger in platform.ledgers()] == [0, 0, 0, 0, 0]
        assert platform.register.problems() == []
        assert platform.ranking.catch_up(platform.selection.ledger).size == 0


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("create", [True, False])
def test_a_file_that_is_gone_is_named_and_not_made_anew(tmp_path: Path, name: str, create: bool) -> None:
    with opened(tmp_path, create=True):
        pass
    (tmp_path / f"{name}.db").unlink()
    with pytest.raises(Damaged, match=rf"{name}\.db is gone or empty"), opened(tmp_path, create=create) as platform:
        platform.create()
    assert not (tmp_path / f"{name}.db").exists()
