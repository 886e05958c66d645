"""The data folder of the embedded profile: one SQLite file per service, the keys apart, the master key beside them."""

from __future__ import annotations

import json
import os
from pathlib import Path

import sqlalchemy as sa

from shared.events import Damaged
from shared.ledger import Keys, Ledger, master_key, sqlite
from shared.ledger.store import Clock, utc
from shared.runtime import calls, timers, turn
from shared.runtime.service import Service

FORMAT = 1
MARK = "merit.json"


class Folder:
    """Opens what lies in one folder. `create` makes it; without, a folder that is not one of ours is refused."""

    def __init__(self, path: Path, *, create: bool, clock: Clock = utc) -> None:
        self.path = path
        self._clock = clock
        self._stores: list[sa.Engine] = []
        _check(path, create=create)
        self.master = master_key(path / "master.key")
        self.keys = Keys(self._open("keys", secure_delete=True)[0], self.master)
        self.keys.create()

    def ledger(self, service: Service) -> Ledger:
        """A service's ledger, with the tables that its pipeline keeps beside it."""
        writer, reader = self._open(service.name)
        made = Ledger(service.name, writer, reader, self.keys, dialect=sqlite, clock=self._clock)
        made.create()
        with writer.begin() as tx:
            for tables in (calls.metadata, turn.metadata, timers.metadata):
                tables.create_all(tx)
            for view in service.views:
                for table in view.tables:
                    table.create(tx, checkfirst=True)
        return made

    def store(self, name: str, *, secure_delete: bool = False) -> sa.Engine:
        """A file that is no ledger: read models, the vault."""
        return self._open(name, secure_delete=secure_delete)[0]

    def close(self) -> None:
        """All connections; SQLite then folds its journals into the files."""
        for engine in self._stores:
            engine.dispose()

    def _open(self, name: str, *, secure_delete: bool = False) -> tuple[sa.Engine, sa.Engine]:
        writer, reader = sqlite.engines(self.path / f"{name}.db", secure_delete=secure_delete)
        self._stores += [writer, reader]
        return writer, reader


def _check(path: Path, *, create: bool) -> None:
    mark = path / MARK
    if not mark.exists():
        if not create:
            raise Damaged(
                f"{path} is no data folder of Merit (no {MARK}): name another with --data, or import a list into it"
            )
        if path.exists() and not (path.is_dir() and all(left.match(f"{mark.stem}.*") for left in path.iterdir())):
            raise Damaged(f"{path} is not empty and is no data folder of Merit: name an empty or a new one with --data")
        path.mkdir(parents=True, exist_ok=True)
        path.chmod(0o700)
        beside = mark.with_suffix(f".{os.getpid()}")
        beside.write_text(json.dumps({"format": FORMAT}) + "\n")
        beside.replace(mark)
    try:
        found = json.loads(mark.read_text())["format"]
    except (ValueError, KeyError, TypeError):
        raise Damaged(f'{mark} is damaged: it should read {{"format": {FORMAT}}}') from None
    if found != FORMAT:
        raise Damaged(
            f"{path} has format {found}, this Merit knows {FORMAT}: use the version that wrote it, or a newer one"
        )
