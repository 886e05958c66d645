"""Data folders that several tests look at: each list is imported once a session, whoever asks first."""

import fcntl
import os
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.e2e.command_line import SMALL, done, imported, listed

Official = Callable[[str], Path]


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """English, no folder of the developer's."""
    for name in [*filter(re.compile("MERIT_|LC_").match, os.environ)]:
        if name not in ("MERIT_SHARED_DATA", "MERIT_REQUIRE_DATA"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("LANG", "C")


@pytest.fixture(scope="session")
def once(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, Callable[[Path], None]], Path]:
    """A folder made by whichever worker comes first; the others wait for it."""
    base = tmp_path_factory.getbasetemp()
    place = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base

    def make(name: str, filled: Callable[[Path], None]) -> Path:
        folder, mark = place / name, place / f"{name}.done"
        with (place / f"{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not mark.exists():
                filled(folder)
                mark.touch()
        return folder

    return make


Once = Callable[[str, Callable[[Path], None]], Path]


@pytest.fixture(scope="session")
def vacancies_folder(official: Official, once: Once) -> Path:
    """The vacancies of SSCASN 2024; read only."""
    path = official("formasi2024_sscasn.csv.gz")

    def fill(folder: Path) -> None:
        said = done("import", "vacancies", path, "--data", folder)
        (folder.parent / "vacancies.said").write_text(said.out)

    return once("vacancies", fill)


@pytest.fixture(scope="session")
def ministry_folder(official: Official, once: Once) -> Path:
    """The final list of Kemendikbudristek; read only."""
    path = official("cpns2024_kemendik_final.csv")

    def fill(folder: Path) -> None:
        (folder.parent / "ministry.said").write_text(imported(path, folder).out)

    return once("ministry", fill)


@pytest.fixture(scope="session")
def court_folder(official: Official, once: Once) -> Path:
    """The final list of Mahkamah Agung; read only."""
    path = official("cpns2024_ma_final.csv")

    def fill(folder: Path) -> None:
        (folder.parent / "court.said").write_text(imported(path, folder, "--map", "ma-2024").out)

    return once("court", fill)


@pytest.fixture(scope="session")
def small_list(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The made-up list."""
    return listed(tmp_path_factory.mktemp("lists") / "small.csv", SMALL)


@pytest.fixture(scope="session")
def _small(small_list: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("small") / "data"
    imported(small_list, folder)
    return folder


@pytest.fixture
def small(_small: Path, tmp_path: Path) -> Path:
    """A copy of a folder that holds the made-up list, to be done with as one likes."""
    return Path(shutil.copytree(_small, tmp_path / "data"))
