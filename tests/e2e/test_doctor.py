"""`merit doctor` beside the ledgers: documents whose file is gone, and own tables by their names."""

import io
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from PIL import Image

from services.cli import doctor
from services.cli.platform import Platform, opened
from shared.ledger.store import utc
from tests.e2e.command_line import asked, done, merit

PERSON = "5b" * 16


@pytest.fixture
def cited(small: Path) -> list[str]:
    """Two documents that an application cites, then one that nobody does."""
    picture = io.BytesIO()
    Image.new("RGB", (40, 40), "white").save(picture, "PNG")
    with opened(small, writing=True) as platform:
        vault = platform.stores.vault
        with platform.stores.store.begin() as tx:
            vault.enrol(tx, {PERSON: {"name": "x"}})
        every = [platform.stores.documents.add(PERSON, [picture.getvalue()], utc()).file.id for _ in range(3)]
    mine = sorted(every[:2])
    for id in mine:
        asked(small / "vault.db", "UPDATE documents SET cited = TRUE WHERE id = ?", id)
    return [*mine, every[2]]


def found(data: Path) -> list[str]:
    """What doctor says of documents, as its exit code says it, too."""
    said = merit("doctor", "--data", data, "--json")
    findings: list[dict[str, Any]] = said.json["findings"]
    assert said.code == (5 if findings else 0)
    assert {(one["ledger"], one["position"], one["code"]) for one in findings} <= {("people", None, "document.missing")}
    return [one["what"] for one in findings]


def lose(data: Path, ids: Sequence[str]) -> None:
    for id in ids:
        (data / "documents" / id).unlink()


def test_a_cited_document_without_its_file_is_missed(small: Path, cited: list[str]) -> None:
    first, second, uncited = cited
    assert found(small) == []
    lose(small, [uncited])  # it goes after some days anyway
    assert found(small) == []
    lose(small, [second])
    assert found(small) == [
        f"1 of 2 documents that applications cite are not in documents/; the first is {second}",
    ]
    (small / "documents" / second).mkdir()  # no file
    lose(small, [first])
    assert found(small) == [f"2 of 2 documents that applications cite are not in documents/; the first is {first}"]


def test_lost_documents_come_back_from_a_backup(small: Path, cited: list[str], tmp_path: Path) -> None:
    done("backup", tmp_path / "copy", "--data", small)
    shutil.rmtree(small / "documents")
    said = merit("doctor", "--data", small)
    assert said.code == 5
    assert "-> their files were removed past Merit: bring them back from a backup (`merit restore`)" in said.out
    done("restore", tmp_path / "copy", "--data", small, "--replace")
    assert found(small) == []


def test_a_document_that_was_never_stored_is_not_missed(small: Path, cited: list[str]) -> None:
    asked(small / "vault.db", "UPDATE documents SET stored = FALSE WHERE id = ?", cited[0])
    lose(small, cited[:1])
    assert found(small) == []


def test_a_person_who_is_destroyed_meanwhile_leaves_no_finding(small: Path, cited: list[str]) -> None:
    """Between the question which documents there are and the look at their files."""
    destroyed: list[str] = []

    def destroy(platform: Platform, statement: str) -> None:
        if "FROM documents" in statement and not destroyed:
            destroyed.append(PERSON)
            platform.stores.documents.destroy(PERSON)

    with opened(small, writing=True) as platform:
        sa.event.listen(platform.stores.reader, "after_cursor_execute", lambda *told: destroy(platform, str(told[2])))
        assert doctor.diagnose(platform, lambda *_: None).findings == []
    assert destroyed == [PERSON]
    assert list((small / "documents").iterdir()) == []


def test_a_vault_from_before_any_document_misses_none(small: Path) -> None:
    asked(small / "vault.db", "DROP TABLE documents")
    assert found(small) == []


@pytest.mark.parametrize("service", ["people", "selection", "intake"])
def test_the_tables_that_differ_are_named(small: Path, service: str) -> None:
    asked(small / f"{service}.db", "INSERT INTO facts VALUES ('administrators:x', '1')")
    (what,) = [one["what"] for one in merit("doctor", "--data", small, "--json").json["findings"]]
    assert what.startswith(f"{service}.db (facts"), what
    assert f"{service}.own" not in what
