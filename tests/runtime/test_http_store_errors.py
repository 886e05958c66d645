"""Errors of a store that no pipeline stands in front of, as problems: full, held, or a fault of ours."""

import contextlib
import errno
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from sqlalchemy.exc import OperationalError
from starlette.testclient import TestClient

from shared.events import Unknown
from shared.runtime.http import replies


def full(path: Path) -> None:
    """A database that may have no further page."""
    with contextlib.closing(sqlite3.connect(path)) as db:
        db.execute("CREATE TABLE t (x)")
        db.execute("PRAGMA max_page_count = 2")
        db.execute("INSERT INTO t VALUES (zeroblob(100000))")


def busy(path: Path) -> None:
    """One that somebody else writes."""
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with contextlib.closing(sqlite3.connect(path, timeout=0)) as db:
            db.execute("CREATE TABLE t (x)")


def strange(path: Path) -> None:
    """A statement of ours that is wrong."""
    with contextlib.closing(sqlite3.connect(path)) as db:
        db.execute("SELECT x FROM nowhere")


def as_sqlalchemy(fails: Callable[[Path], None]) -> Callable[[Path], None]:
    def failing(path: Path) -> None:
        try:
            fails(path)
        except sqlite3.Error as error:
            raise OperationalError("INSERT", {}, error) from error

    return failing


def in_a_pipeline(fails: Callable[[Path], None]) -> Callable[[Path], None]:
    def failing(path: Path) -> None:
        try:
            as_sqlalchemy(fails)(path)
        except sa.exc.SQLAlchemyError as error:
            raise Unknown("not known") from error

    return failing


def system(number: int) -> Callable[[Path], None]:
    def failing(path: Path) -> None:
        raise OSError(number, "a text that may name a file", str(path))

    return failing


@pytest.mark.parametrize(
    ("fails", "status", "code"),
    [
        (as_sqlalchemy(full), 507, "storage.full"), (in_a_pipeline(full), 507, "storage.full"),
        (system(errno.ENOSPC), 507, "storage.full"), (system(errno.EDQUOT), 507, "storage.full"),
        (as_sqlalchemy(busy), 503, "outcome.unknown"), (in_a_pipeline(busy), 503, "outcome.unknown"),
        (as_sqlalchemy(strange), 500, "fault"), (system(errno.EACCES), 500, "fault"),
    ],
)  # fmt: skip
def test_a_store_that_fails_is_named_and_says_when_to_come_again(
    tmp_path: Path, fails: Callable[[Path], None], status: int, code: str
) -> None:
    """Architecture 4: whoever can do something about it is told; a fault of ours stays one, and tells nothing."""
    app = FastAPI()
    replies.wire(app)

    @app.get("/")
    def route() -> None:
        fails(tmp_path / "one.db")

    said = TestClient(app, raise_server_exceptions=False).get("/")
    assert (said.status_code, said.json()["code"]) == (status, code)
    assert ("retry-after" in said.headers) == (status != 500)
    assert str(tmp_path) not in said.text
